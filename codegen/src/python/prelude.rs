//! The helpers that emitted code may call. A module holds those that it uses.

/// A function or class of a few lines.
#[derive(Clone, Copy, Debug)]
pub struct Helper {
    pub name: &'static str,
    /// Names of the helpers that it calls.
    uses: &'static [&'static str],
    code: &'static str,
}

const fn helper(name: &'static str, uses: &'static [&'static str], code: &'static str) -> Helper {
    Helper { name, uses, code }
}

/// All helpers, those used by others first.
#[rustfmt::skip]
pub const HELPERS: &[Helper] = &[
    helper("smaller", &[], include_str!("helpers/smaller.py")),
    helper("larger", &[], include_str!("helpers/larger.py")),
    helper("power", &[], include_str!("helpers/power.py")),
    helper("cbrt", &[], include_str!("helpers/cbrt.py")),
    helper("gamma", &[], include_str!("helpers/gamma.py")),
    helper("erf", &[], include_str!("helpers/erf.py")),
    helper("erfc", &[], include_str!("helpers/erfc.py")),
    helper("fma", &[], include_str!("helpers/fma.py")),
    helper("round_away", &[], include_str!("helpers/round_away.py")),
    helper("to_integer", &[], include_str!("helpers/to_integer.py")),
    helper("cut_quotient", &[], include_str!("helpers/cut_quotient.py")),
    helper("gather", &[], include_str!("helpers/gather.py")),
    helper("gather_plane", &["gather"], include_str!("helpers/gather_plane.py")),
    helper("gather_pick", &[], include_str!("helpers/gather_pick.py")),
    helper("pick", &[], include_str!("helpers/pick.py")),
    helper("put", &[], include_str!("helpers/put.py")),
    helper("put_plane", &[], include_str!("helpers/put_plane.py")),
    helper("note", &[], include_str!("helpers/note.py")),
    helper("note_all", &["note"], include_str!("helpers/note_all.py")),
    helper("refuse", &[], include_str!("helpers/refuse.py")),
    helper("Points", &[], include_str!("helpers/points.py")),
    helper("Field", &[], include_str!("helpers/field.py")),
    helper("shared", &["Field"], include_str!("helpers/shared.py")),
    helper("halo_update", &[], include_str!("helpers/halo_update.py")),
    helper("within", &[], include_str!("helpers/within.py")),
    helper("enough", &[], include_str!("helpers/enough.py")),
    helper("common", &[], include_str!("helpers/common.py")),
    helper("copy", &["common"], include_str!("helpers/copy.py")),
    helper("swap", &["common"], include_str!("helpers/swap.py")),
];

/// The code of the helpers whose names occur in `body`, in order.
pub fn used_by(body: &str) -> String {
    let mut wanted: Vec<&str> = HELPERS.iter().filter(|h| calls(body, h.name)).map(|h| h.name).collect();
    for helper in HELPERS.iter().rev() {
        if wanted.contains(&helper.name) {
            wanted.extend(helper.uses);
        }
    }
    HELPERS.iter().filter(|h| wanted.contains(&h.name)).map(|h| format!("\n\n{}\n", h.code.trim())).collect()
}

fn calls(body: &str, name: &str) -> bool {
    let starts = |at: usize| !body[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.');
    body.match_indices(&format!("{name}(")).any(|(at, _)| starts(at))
}
