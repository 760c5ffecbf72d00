//! The judge of legality against the executor of versions: schedules that it takes leave the versions of the naive one, and edits
//! that it would never take are seen.

use crate::examples::each_module;
use crate::support::minimal;
use crate::support::provenance::{self, Input, Same};
use tradewind::ir::{self, SourceId, Sources, Verify};
use tradewind::schedule::file::Schedule;
use tradewind::schedule::{self, Target, Tree, lift, preset};

/// Something to edit: a program, its schedule, and what is done to the tree that comes out, as text. Blanks count once.
struct Base {
    program: &'static str,
    schedule: &'static str,
    /// What the edit is, what stands in the tree, and what is put there.
    edits: &'static [(&'static str, &'static str, &'static str)],
}

/// One producer that runs a row ahead, in a window.
const SHIFTED: Base = Base {
    program: "stencil twice(%a: field<f64, IJK>, %out: field<f64, IJK>) {
        temp %t: field<f64, IJK>
        parallel { interval [start, end) {
            execute i(0,0) j(-1,1) { %t = (2.0f64 * %a) }
            execute { %out = ((%t[0,1,0] - %t) + %t[0,-1,0]) }
        } } }",
    schedule: r#"
        [[step]]
        do = "fuse"
        loops = ["twice/k", "twice/k.1"]
        [[step]]
        do = "fuse"
        loops = ["twice/j", "twice/j.1"]
        shift = true
        [[step]]
        do = "store_at""#,
    edits: &[
        ("a shift one too small", "at j+1 in [start-1, end+1)", "at j in [start-1, end+1)"),
        ("a reader that runs ahead of the writer", "at j in [start, end)", "at j+2 in [start, end)"),
        ("a window too small", "plane last 4 along j", "plane last 2 along j"),
        ("a common range that begins too late", "for j in [start-2, end) forward", "for j in [start-1, end) forward"),
        ("a common range that ends too early", "for j in [start-2, end) forward", "for j in [start-2, end-1) forward"),
        ("a producer's range cut short by one", "[start-1, end+1)", "[start-1, end)"),
        ("a consumer's range cut short by one", "at j in [start, end)", "at j in [start, end-1)"),
        ("an ordered loop made free", "[start-2, end) forward", "[start-2, end) any"),
        ("an ordered loop made parallel", "[start-2, end) forward", "[start-2, end) parallel"),
        ("an ordered loop turned round", "[start-2, end) forward", "[start-2, end) backward"),
        (
            "an allocation inside the loop that carries it",
            "alloc %t for j in [start-2, end) forward {",
            "for j in [start-2, end) forward { alloc %t",
        ),
        ("an axis given up that values cross", "plane last 4 along j", "row"),
        ("storage shared by free iterations", "for k in [start, end) any { alloc %t", "alloc %t for k in [start, end) any {"),
    ],
};

/// Two rows are live: the window has no slot to spare.
const TIGHT: Base = Base {
    program: "stencil slope(%a: field<f64, IJK>, %out: field<f64, IJK>) {
        temp %t: field<f64, IJK>
        parallel { interval [start, end) {
            execute i(0,0) j(-1,0) { %t = (2.0f64 * %a) }
            execute { %out = (%t - %t[0,-1,0]) }
        } } }",
    schedule: r#"
        [[step]]
        do = "fuse"
        loops = ["slope/k", "slope/k.1"]
        [[step]]
        do = "fuse"
        loops = ["slope/j", "slope/j.1"]
        shift = true
        [[step]]
        do = "store_at""#,
    edits: &[
        ("a window one slot too small", "plane last 2 along j", "plane last 1 along j"),
        (
            "a reader before the writer in one iteration",
            "for i in [start, end) any { leaf slope { %t = (2.0f64 * %a) } } \
             at j in [start, end) { for i in [start, end) any { leaf slope { %out = (%t - %t[0,-1,0]) } } }",
            "at j in [start, end) { for i in [start, end) any { leaf slope { %out = (%t - %t[0,-1,0]) } } } \
             for i in [start, end) any { leaf slope { %t = (2.0f64 * %a) } }",
        ),
    ],
};

/// A value goes from level to level, in blocks of rows.
const SWEEP: Base = Base {
    program: "stencil sum(%a: field<f64, IJK>, %s: field<f64, IJK>, %x: field<f64, IJK>) {
        forward {
            interval [start, start+1) { execute { %s = %a } }
            interval [start+1, end) { execute { %s = (%s[0,0,-1] + %a) } execute { %x = (%x + %s) } }
        }
        parallel { interval [start, end) { execute { %a = %s } } } }",
    schedule: r#"
        [[step]]
        do = "split"
        at = "sum/j.3"
        size = 3"#,
    edits: &[
        ("an ordered loop over levels made parallel", "for k in [start+1, end) forward", "for k in [start+1, end) parallel"),
        ("an ordered loop over levels turned round", "for k in [start+1, end) forward", "for k in [start+1, end) backward"),
        ("levels that begin one late", "for k in [start+1, end) forward", "for k in [start+2, end) forward"),
        ("levels that begin one early", "for k in [start+1, end) forward", "for k in [start, end) forward"),
        (
            "a nest moved in front of the one that it reads",
            "%s = %a } } } } for k in [start+1, end) forward { ",
            "%s = %a } } } } for k in [start, end) any { for j in [start, end) any { for i in [start, end) any { \
             leaf sum { %a = %s } } } } \
             for k in [start+1, end) forward { ",
        ),
        ("a block one row short", "near [0, 3)", "near [0, 2)"),
        ("blocks farther apart than they are long", "step 3 any", "step 4 any"),
    ],
};

/// Statements that change what they read.
const IN_PLACE: Base = Base {
    program: "stencil add(%a: field<f64, IJK>, %x: field<f64, IJK>, %y: field<f64, IJK>) {
        temp %m: field<bool, IJK>
        temp %v: field<f64, IJK, [2]>
        parallel { interval [start, end) {
            execute { %x = (%x + %a) }
            execute { %y = (%x * 2.0f64) }
            execute { %x = %y }
            execute { %m = (%y > 0.0f64) }
            execute { mask (%m) { %y = %a } }
            execute { %v{0} = %a } execute { %v{1} = %y }
            execute { %a = (%v{0} - %v{1}) }
        } } }",
    schedule: r#"
        [[step]]
        do = "fuse"
        loops = ["add/k", "add/k.1", "add/k.2"]
        [[step]]
        do = "fuse"
        loops = ["add/j", "add/j.1", "add/j.2"]
        [[step]]
        do = "fuse"
        loops = ["add/i", "add/i.1", "add/i.2"]
        [[step]]
        do = "split"
        at = "add/j"
        size = 2"#,
    edits: &[
        ("two statements swapped", "%x = (%x + %a) %y = (%x * 2.0f64)", "%y = (%x * 2.0f64) %x = (%x + %a)"),
        ("a reader moved behind the next write", "%y = (%x * 2.0f64) %x = %y", "%x = %y %y = (%x * 2.0f64)"),
        ("a statement that runs twice", "%x = (%x + %a) %y", "%x = (%x + %a) %x = (%x + %a) %y"),
        ("blocks that overlap", "near [0, 2)", "near [0, 3)"),
        ("a condition left out", "mask (%m) { %y = %a }", "%y = %a"),
        ("a condition that is turned round", "mask (%m)", "mask (!%m)"),
        ("a component mistaken for another", "(%v.0 - %v.1)", "(%v.1 - %v.0)"),
    ],
};

/// A distance of one level later and one row earlier.
const SKEWED: Base = Base {
    program: "tree skew(%s: field<f64, IJK> i(0,0) j(0,1) k(-1,0)) {
        for k in [start, end) forward { for j in [start, end) forward { for i in [start, end) any {
            leaf skew { %s = (2.0f64 * %s[0,1,-1]) }
        } } } }",
    schedule: "",
    edits: &[(
        "an interchange that reverses a dependence",
        "for k in [start, end) forward { for j in [start, end) forward",
        "for j in [start, end) forward { for k in [start, end) forward",
    )],
};

/// Neighbours along a row.
const ROWS: Base = Base {
    program: "stencil row(%a: field<f64, IJK>, %x: field<f64, IJK>, %y: field<f64, IJK>) {
        parallel { interval [start, end) {
            execute { %x = %a }
            execute { %y = %x[1,0,0] }
        } } }",
    schedule: "",
    edits: &[
        (
            "rows fused across neighbours",
            "%x = %a } } } } for k in [start, end) any { for j in [start, end) any { for i in [start, end) any { leaf row { %y",
            "%x = %a %y",
        ),
        ("rows that end one early", "for i in [start, end) any { leaf row { %y", "for i in [start, end-1) any { leaf row { %y"),
    ],
};

/// A level found at run time.
const LEVELS: Base = Base {
    program: "stencil level(%a: field<f64, IJK>, %n: field<i32, IJK>, %x: field<f64, IJK>, %y: field<f64, IJK>) {
        parallel { interval [start, end) {
            execute { %x = %a }
            execute { %y = %x[0,0,?(%n)] }
        } } }",
    schedule: "",
    edits: &[(
        "levels fused with a reader at a level found at run time",
        "%x = %a } } } } for k in [start, end) any { for j in [start, end) any { for i in [start, end) any { leaf level { %y",
        "%x = %a %y",
    )],
};

/// A temporary that is written in a box.
const BOX: Base = Base {
    program: "stencil edge(%a: field<f64, IJK>, %y: field<f64, IJK>) {
        temp %z: field<f64, IJK>
        parallel { interval [start, end) {
            execute { restrict [start:start+1, :] { %z = %a } }
            execute { %y = (%z + %a) }
        } } }",
    schedule: "",
    edits: &[
        ("a temporary that must begin as zero", "field<f64, IJK> heap zero", "field<f64, IJK> heap"),
        ("a box that moves by one", "for i in [start, start+1) any", "for i in [start+1, start+2) any"),
        ("a box that is left out", "for i in [start, start+1) any", "for i in [start, end) any"),
    ],
};

/// Steps of the host program between loop nests.
const PROGRAM: Base = Base {
    program: "program step(%a: field<f64, IJK>, %b: field<f64, IJK>, %c: field<f64, IJK>, %out: field<f64, IJK>, $w: f64) {
        stencil double(%x: field<f64, IJK>, %y: field<f64, IJK>, $f: f64) {
            parallel { interval [start, end) { execute { %y = ($f * %x) } } }
        }
        stencil slope(%x: field<f64, IJK>, %y: field<f64, IJK>) {
            parallel { interval [start, end) { execute { %y = (%x[0,1,0] - %x[0,-2,0]) } } }
        }
        transient %t: field<f64, IJK>
        var $n: i64
        call @double(%a, %t; ($w + 1.0f64))
        halo_update %t
        call @slope(%t, %out)
        copy %b = %out
        swap %b, %c
        for $n in [0i64, 3i64) { call @double(%b, %c; $w) swap %b, %c }
        if ($w < 1.0f64) { call @double(%c, %a; 2.0f64) }
        callback \"look\"(%out) fills nothing
        call @double(%b, %out; 4.0f64)
    }",
    schedule: "",
    edits: &[
        (
            "a nest moved across an exchange",
            "exchange %t for k in [start, end) any { for j in [start, end) any { for i in [start, end) any { leaf slope { \
             %out = (%t[0,1,0] - %t[0,-2,0]) } } } }",
            "for k in [start, end) any { for j in [start, end) any { for i in [start, end) any { leaf slope { \
             %out = (%t[0,1,0] - %t[0,-2,0]) } } } } exchange %t",
        ),
        ("an exchange that is too narrow", "exchange %t", "exchange %t width 1"),
        ("two steps of the host program swapped", "copy %b = %out swap %b, %c", "swap %b, %c copy %b = %out"),
        ("a swap left out", "leaf double.2 { %c = ($w * %b) } } } } swap %b, %c", "leaf double.2 { %c = ($w * %b) } } } }"),
        ("a round too few", "for $n in [0i64, 3i64)", "for $n in [0i64, 2i64)"),
        ("a branch never taken", "if ($w < 1.0f64)", "if (false)"),
        (
            "a host function called before what it shows is complete",
            "for k in [start, end) any { for j in [start, end) any { for i in [start, end) any { leaf slope",
            "callback \"look\"(%out) fills nothing \
             for k in [start, end) any { for j in [start, end) any { for i in [start, end) any { leaf slope",
        ),
        ("a host function that sees later values", "callback \"look\"(%out) fills nothing", ""),
        ("a scalar that is not set", "let $f = ($w + 1.0f64)", ""),
    ],
};

const BASES: [Base; 9] = [SHIFTED, TIGHT, SWEEP, IN_PLACE, SKEWED, ROWS, LEVELS, BOX, PROGRAM];

impl Base {
    /// The naive tree, and the scheduled one.
    fn trees(&self) -> (Tree, Tree) {
        let broken = |found: Vec<ir::Diagnostic>| -> Tree { panic!("{:?}\n{}", found[0], self.program) };
        let naive = match self.program.starts_with("tree ") {
            true => schedule::text::parse(self.program, SourceId(0)).unwrap_or_else(broken),
            false => {
                let program = ir::text::parse(self.program, SourceId(0)).and_then(|module| module.into_program().verify());
                program.map_or_else(broken, |program| lift(&program))
            }
        };
        let schedule = Schedule::parse(self.schedule, Sources::default().add("schedule.toml", self.schedule));
        let scheduled = schedule.and_then(|schedule| schedule.apply(naive.clone(), &Target::reference()));
        let scheduled = scheduled.map_or_else(broken, |(tree, _)| tree);
        (naive, scheduled)
    }
}

/// A tree or a part of one, with single blanks.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Small domains, one of several blocks.
fn domains() -> Vec<[i64; 3]> {
    let sizes = |most| 1..=most;
    let small = sizes(3).flat_map(|i| sizes(4).flat_map(move |j| sizes(3).map(move |k| [i, j, k])));
    small.chain([[4, 9, 5]]).collect()
}

/// Whether a schedule leaves the versions of the naive one on all small domains.
fn confirm(naive: &Tree, tree: &Tree) -> Result<(), String> {
    domains().into_iter().try_for_each(|domain| {
        let input = Input::new(naive, domain, 1);
        let expected = provenance::reference(naive, &input).expect("these programs end well");
        provenance::confirm(&expected, tree, &input, Same::Results)
    })
}

#[test]
fn planted_illegal_edits_are_caught() {
    let (mut count, mut missed) = (0, Vec::new());
    for base in &BASES {
        let (naive, scheduled) = base.trees();
        confirm(&naive, &scheduled).unwrap_or_else(|why| panic!("{why}\n{scheduled}"));
        let text = plain(&scheduled.to_string());
        for (what, from, to) in base.edits {
            let from = plain(from);
            assert!(text.contains(&from), "{what}: the tree has no such text\n{from}\n{text}");
            let edited = text.replacen(&from, &plain(to), 1);
            let edited = schedule::text::parse(&edited, SourceId(0)).unwrap_or_else(|d| panic!("{what}: {d:?}\n{edited}"));
            match confirm(&naive, &edited) {
                Ok(()) => missed.push(format!("{what}\n{edited}")),
                Err(why) => println!("{what}: {why}"),
            }
            count += 1;
        }
    }
    assert!(missed.is_empty(), "{} of {count} edits are not caught:\n{}", missed.len(), missed.join("\n"));
}

#[test]
fn presets_keep_the_versions_of_every_example() {
    let mut count = 0;
    each_module("naive", |module| {
        let stencils = module.stencils().into_iter().map(|name| module.stencil_program(&name));
        for program in stencils.chain(module.programs().into_iter().map(|name| module.program_ir(&name))) {
            let program = program.unwrap_or_else(|e| panic!("{e}"));
            let (naive, least) = (lift(&program), program.summary().min_size);
            let trees: Vec<_> = preset::ALL.iter().map(|p| (p.name, p.apply(naive.clone(), &Target::reference()).0)).collect();
            for domain in [[1; 3], [4, 5, 6]] {
                let input = Input::new(&naive, std::array::from_fn(|n| least[n].max(domain[n])), 2);
                let expected = provenance::reference(&naive, &input);
                let expected = expected.unwrap_or_else(|| panic!("{} ends with an error", program.name));
                for (preset, tree) in &trees {
                    let confirmed = provenance::confirm(&expected, tree, &input, Same::Results);
                    confirmed.unwrap_or_else(|why| panic!("{} with {preset}: {why}\n{tree}", program.name));
                    count += 1;
                }
            }
        }
    });
    assert!(count > 4 * 30, "only {count} trees were compared");
}

#[test]
fn a_schedule_that_fails_is_printed_with_the_steps_that_it_needs() {
    let schedule = r#"
        [[step]]
        do = "rename"
        [[step]]
        do = "fuse"
        loops = ["twice/k", "twice/k.1"]
        [[step]]
        do = "vectorize"
        [[step]]
        do = "split"
        at = "twice/k"
        size = 2
        [[step]]
        do = "fuse"
        loops = ["twice/j", "twice/j.1"]
        shift = true
        [[step]]
        do = "store_at"
        [[step]]
        do = "parallelize""#;
    let module = ir::text::parse(SHIFTED.program, SourceId(0)).expect("the program parses");
    let program = module.into_program().verify().expect("the program is legal");
    let naive = lift(&program);
    let schedule = Schedule::parse(schedule, SourceId(0)).expect("the schedule parses");
    let (_, steps) = schedule.apply(naive.clone(), &Target::reference()).expect("the schedule is legal");
    // A fusion whose shift is one too small.
    let fails = |tree: &Tree| {
        let wrong = tree.to_string().replace("at j+1 in", "at j in");
        confirm(&naive, &schedule::text::parse(&wrong, SourceId(0)).expect("the tree parses")).is_err()
    };
    let fixture = minimal::fixture(&program, &naive, &steps, &fails);
    let parts: Vec<&str> = fixture.split("#---\n").collect();
    assert_eq!(parts[0], format!("# schedule\n{}", *program));
    let needed = "[[step]]\ndo = \"fuse\"\nloops = [\"twice/k\", \"twice/%out/k\"]\n\n\
                  [[step]]\ndo = \"fuse\"\nloops = [\"twice/j\", \"twice/%out/j\"]\nshift = true\n";
    assert_eq!(parts[1..], [needed, ""]);
}
