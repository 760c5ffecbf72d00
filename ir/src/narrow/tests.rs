//! Cut stencils against the same stencils uncut, on the interpreter.

use super::narrow;
use crate::domain::{Axis, Domain};
use crate::ids::Id;
use crate::interpret::{Options, run_program};
use crate::source::SourceId;
use crate::text::parse_stencil;
use crate::value::Value;
use crate::{Array, FieldId, Program, Stencil, Verified, Verify, extent};

const CONDITIONS: [&str; 10] = [
    "(K < K[end-1])",
    "(K > 0i32)",
    "!(K == K[end-1])",
    "((K - 1i32) >= K[start])",
    "(K[end-3] >= K)",
    "((K > 1i32) && (K < K[end-2]))",
    "((%q[0,0,-1] > 0.5f64) || (K == 0i32))",
    "((K != K[end-1]) && (%q[0,0,1] > %q))",
    "(2i32 <= (K + 1i32))",
    "((K %% 2i32) == 0i32)",
];

fn verified(stencil: Stencil) -> Verified<Program> {
    Program::of_stencil(stencil).verify().unwrap_or_else(|found| panic!("{found:?}"))
}

/// What a stencil is as it stands, and cut.
fn both(text: &str) -> [Verified<Program>; 2] {
    let plain = parse_stencil(text, SourceId(0)).unwrap_or_else(|found| panic!("{found:?}\n{text}"));
    let mut cut = plain.clone();
    narrow(&mut cut);
    [plain, cut].map(|mut stencil| {
        assert_eq!(extent::compute(&mut stencil), []);
        verified(stencil)
    })
}

fn result(program: &Verified<Program>, domain: Domain, fields: &[Array]) -> Vec<f64> {
    let mut fields = fields.to_vec();
    run_program(program, domain, &mut fields, &[], Options::default()).unwrap_or_else(|found| panic!("{found:?}"));
    fields[1].read::<f64>(domain.map(|n| (0, n)), 0)
}

#[test]
fn cutting_changes_no_result() {
    let mut bits = 7u64;
    let mut pick = |limit: usize| {
        bits = bits.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (bits >> 33) as usize % limit
    };
    for round in 0..120 {
        let order = ["parallel", "forward", "backward"][round % 3];
        let mut condition = || CONDITIONS[pick(CONDITIONS.len())];
        let text = format!(
            "stencil s(%q: field<f64, IJK>, %out: field<f64, IJK>) {{
               temp %t: field<f64, IJK> temp %m: field<bool, IJK>
               {order} {{
                 interval [start, end) {{
                   execute {{ %t = (%q + 1.0f64) }}
                   execute {{ %m = {} }}
                   execute {{ mask (%m) {{ mask ({}) {{ %t = (%t * %q[0,0,1]) }} }} }}
                   execute {{ mask (!%m) {{ %t = ({} ? %q[0,0,-1] : %t) }} }}
                   execute {{ %out = ({} ? (%t + %q[0,0,1]) : %q[1,0,0]) }}
                 }}
               }}
             }}",
            condition(),
            condition(),
            condition(),
            condition()
        );
        let programs = both(&text);
        for levels in 1..8 {
            let domain = [2, 1, levels];
            let [plain, cut] = programs.each_ref().map(|program| program.summary());
            if plain.min_size[Axis::K.index()] > levels || cut.min_size[Axis::K.index()] > levels {
                continue;
            }
            let fields: Vec<Array> = (0..2)
                .map(|n| {
                    let mut array = plain.storage(FieldId::from_index(n), domain).expect("an array");
                    for (count, point) in crate::array::each(array.points()).enumerate() {
                        array.set(point, 0, Value::F64(((count * 7919 + 3 * n) % 97) as f64 / 97.0));
                    }
                    array
                })
                .collect();
            let [uncut, cut] = programs.each_ref().map(|program| result(program, domain, &fields));
            assert_eq!(uncut, cut, "{levels} levels\n{text}");
        }
    }
}

#[test]
fn levels_beyond_a_condition_are_not_asked_for() {
    let [plain, cut] = both(
        "stencil s(%q: field<f64, IJK>, %out: field<f64, IJK>) {
           forward {
             interval [start, end) {
               execute { %out = (((K < K[end-1]) && (%q[0,0,1] > 0.0f64)) ? %q[0,0,1] : 0.0f64) }
             }
           }
         }",
    );
    let above = |program: &Verified<Program>| program.summary().fields[FieldId::from_index(0)].halo.0[Axis::K.index()];
    assert_eq!((above(&plain), above(&cut)), ((0, 1), (0, 0)));
}
