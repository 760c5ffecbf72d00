//! Random stencils, as text, about one thing: in which order temporaries are written and read, in sweeps, masks, boxes and loops.
//! Most of them write more than they read, so that little is left unwritten and the analysis has to be exact.

use super::generate::Choices;

/// The loops of a stencil: about levels, or about conditions, boxes and loops at points. Not everything made is legal; the verifier
/// decides.
pub fn loops(choices: &mut Choices) -> String {
    match choices.below(2) {
        0 => (0..2 + choices.below(2)).map(|_| sweep(choices)).collect(),
        _ => {
            let one = |choices: &mut Choices| {
                let order = ["parallel", "forward", "backward"][choices.below(3)];
                let interval = ["[start, end)", "[start, end)", "[start, end-1)"][choices.below(3)];
                let statements = (0..3 + choices.below(3)).map(|_| format!("execute {{ {} }} ", statement(choices, 2)));
                format!("{order} {{ interval {interval} {{ {} }} }} ", statements.collect::<String>())
            };
            (0..1 + choices.below(2)).map(|_| one(choices)).collect()
        }
    }
}

/// The text of the stencil that consists of loops.
pub fn text(loops: &str) -> String {
    format!(
        "stencil sweeps(%a: field<f64, IJK>, %out: field<f64, IJK>, $w: f64) {{
           temp %t: field<f64, IJK> temp %v: field<f64, IJK, [2]> temp %s: field<f64, IJ>
           temp %m: field<bool, IJK> temp %n: field<bool, IJK> temp %c: field<i32, IJK>
           {loops} }}"
    )
}

/// Loops that write a value to every element of temporaries of [`text`], by name.
pub fn filled(names: &[&str]) -> String {
    let mut found = String::new();
    for name in names {
        found += &match *name {
            "t" => "parallel { interval [start, end) { execute { %t = 1234.5f64 } } } ".to_string(),
            "v" => {
                let component = |n| format!("execute {{ %v{{{n}}} = 1234.5f64 }}");
                format!("parallel {{ interval [start, end) {{ {} {} }} }} ", component(0), component(1))
            }
            "s" => "forward { interval [start, start+1) { execute { %s = 1234.5f64 } } } ".to_string(),
            _ => String::new(),
        };
    }
    found
}

const LEVELS: [&str; 4] = ["[0,0,1]", "[0,0,-1]", "[0,0,?(1i32)]", "[0,0,=(1i32)]"];

fn sweep(choices: &mut Choices) -> String {
    let intervals =
        ["[start, end)", "[start, end-1)", "[end-1, end)", "[start+1, end)", "[start, start+1)", "[start+1, end-1)"];
    let interval = intervals[choices.below(6)];
    let order = ["parallel", "forward", "backward"][choices.below(3)];
    let one = |choices: &mut Choices| match choices.below(9) {
        0 => format!("%t{} = %a", LEVELS[choices.below(4)]),
        1 => "%s = %a".to_string(),
        2 => "%out = %s".to_string(),
        3 => format!("%t = ({} + %a)", read(choices)),
        4..=6 => format!("%out = {}", read(choices)),
        _ => "%t = %a".to_string(),
    };
    let statements = (0..1 + choices.below(3)).map(|_| format!("execute {{ {} }} ", one(choices)));
    format!("{order} {{ interval {interval} {{ {} }} }} ", statements.collect::<String>())
}

fn read(choices: &mut Choices) -> String {
    let level = choices.below(6);
    format!("%t{}", LEVELS.get(level).unwrap_or(&""))
}

/// A statement at a point, or one in up to so many contexts.
fn statement(choices: &mut Choices, depth: usize) -> String {
    if depth == 0 || choices.below(2) == 0 {
        let values = [
            "%t = %a",
            "%out = %t",
            "%out = (%out + 1.0f64)",
            "%m = (%out > 0.0f64)",
            "%n = (%out > 0.0f64)",
            "%m = %n",
            "%m = (%a > 0.0f64)",
            "%n = ((%a > 0.0f64) && (%out > 0.0f64))",
            "%n = ((%a > 0.0f64) || (%out > 0.0f64))",
        ];
        let others = ["%v{0} = %a", "%v{1} = %a", "%out = %v{(%c)}", "%out = %t[1,0,0]"];
        return values.iter().chain(&values).chain(&others).nth(choices.below(22)).unwrap_or(&"").to_string();
    }
    let inner: Vec<String> = (0..1 + choices.below(3)).map(|_| statement(choices, depth - 1)).collect();
    let inner = inner.join(" ");
    let side = |choices: &mut Choices| [":", "start:start+1", "start+1:", ":end-1", "start:end"][choices.below(5)];
    match choices.below(4) {
        0 | 1 => format!("mask ({}) {{ {inner} }}", ["%m", "!%m", "%n", "!%n", "($w > 0.0f64)"][choices.below(5)]),
        2 => format!("restrict [{}, {}] {{ {inner} }}", side(choices), side(choices)),
        _ => format!("%c = 0i32 while (%c < 2i32) {{ {inner} %c = (%c + 1i32) }}"),
    }
}
