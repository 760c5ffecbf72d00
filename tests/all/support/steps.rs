//! Random programs of many steps over small stencils, as text: halo updates, copies, swaps, callbacks, parts of the
//! domain, loops and branches around calls, variables and fields that hold constants.

use super::generate::Choices;

/// The stencils: point by point, with halos of one and two points, in place, at one edge, and under a condition; then those that take
/// a scalar.
const STENCILS: &str = "
  stencil scale(%a: field<f64, IJK>, %out: field<f64, IJK>) {
    parallel { interval [start, end) { execute { %out = ((%a * 0.5f64) + 1.0f64) } } }
  }
  stencil star(%a: field<f64, IJK>, %out: field<f64, IJK>) {
    parallel { interval [start, end) { execute { %out = ((%a[-1,0,0] * 0.25f64) + %a[1,1,0]) } } }
  }
  stencil wide(%a: field<f64, IJK>, %out: field<f64, IJK>) {
    parallel { interval [start, end) { execute { %out = (%a[-2,0,0] - %a[0,2,0]) } } }
  }
  stencil add(%a: field<f64, IJK>, %out: field<f64, IJK>) {
    parallel { interval [start, end) { execute { %out = ((%out * 0.5f64) + %a) } } }
  }
  stencil edge(%a: field<f64, IJK>, %out: field<f64, IJK>) {
    parallel { interval [start, end) { execute { restrict [start:start+1, :] { %out = (%a + 3.0f64) } } } }
  }
  stencil top(%a: field<f64, IJK>, %out: field<f64, IJK>) {
    parallel { interval [end-1, end) { execute { %out = (%a * 2.0f64) } } }
  }
  stencil some(%a: field<f64, IJK>, %out: field<f64, IJK>) {
    parallel { interval [start, end) { execute { mask (%a > 0.5f64) { %out = (%a - 0.75f64) } } } }
  }
  stencil fill(%out: field<f64, IJK>, $v: f64) {
    parallel { interval [start, end) { execute { %out = $v } } }
  }
  stencil weigh(%a: field<f64, IJK>, %b: field<f64, IJK>, %out: field<f64, IJK>, $v: f64) {
    parallel { interval [start, end) {
      execute { mask ($v < 1.0f64) { %out = ((%a * $v) + %b[0,1,0]) } }
      execute { mask (!($v < 1.0f64)) { %out = (%b[-1,0,0] / ($v - 1.5f64)) } }
    } }
  }
";

/// What is bound to scalars, and what variables are set to.
const VALUES: [&str; 8] =
    ["0.0f64", "$x", "1.5f64", "$y", "-0.0f64", "($x * 2.0f64)", "($y + f64($rounds))", "(($x > $y) ? 0.5f64 : $y)"];

const CONDITIONS: [&str; 4] = ["($rounds > 1i64)", "($x > 0.75f64)", "($rounds > 1i64)", "($y <= $x)"];

const NAMES: [&str; 7] = ["scale", "star", "wide", "add", "edge", "top", "some"];

/// Fields: arguments first, then the program's own.
const ARGUMENTS: [&str; 3] = ["a", "b", "c"];
const OWN: [&str; 4] = ["t", "u", "v", "w"];

/// A program, with or without callbacks.
pub fn program(choices: &mut Choices, callbacks: bool) -> String {
    let fields = ARGUMENTS.map(|name| format!("%{name}: field<f64, IJK>")).join(", ");
    let own = OWN.map(|name| format!("  transient %{name}: field<f64, IJK>\n")).concat();
    let mut made = Steps { choices, callbacks, variables: 0, text: String::new() };
    let count = 3 + made.choices.below(10);
    made.several(count, 0);
    let counters = (0..made.variables).map(|n| format!("  var $n{n}: i64\n"));
    let variables: String = ["x", "y"].map(|name| format!("  var ${name}: f64\n")).into_iter().chain(counters).collect();
    format!("program steps({fields}, $rounds: i64) {{{STENCILS}{own}{variables}{}}}\n", made.text)
}

const REACHES: [&str; 5] = ["", " width 1", " width 2", " width 3", " reach i(-1,0) j(0,2)"];

struct Steps<'c, 'l> {
    choices: &'c mut Choices<'l>,
    callbacks: bool,
    variables: usize,
    text: String,
}

impl Steps<'_, '_> {
    fn several(&mut self, count: usize, depth: usize) {
        (0..count).for_each(|_| self.one(depth));
    }

    fn field(&mut self) -> &'static str {
        let n = self.choices.below(ARGUMENTS.len() + OWN.len());
        OWN.get(n).copied().unwrap_or_else(|| ARGUMENTS[n - OWN.len()])
    }

    fn two(&mut self) -> [&'static str; 2] {
        let a = self.field();
        let b = self.field();
        // The list of choices may be used up.
        [
            a,
            if a != b {
                b
            } else if a == "t" {
                "a"
            } else {
                "t"
            },
        ]
    }

    fn one(&mut self, depth: usize) {
        let line = match self.choices.below(21) {
            0..=6 => {
                let ([a, out], name) = (self.two(), NAMES[self.choices.below(NAMES.len())]);
                let parts = [
                    "",
                    "",
                    "",
                    " on [start+1, end-1), [start, end), [start, end)",
                    " on [start-1, end+1), [start, end+1), [start, end)",
                ];
                format!("call @{name}(%{a}, %{out}){}", parts[self.choices.below(parts.len())])
            }
            7..=9 => {
                let ([a, b], reach) = (self.two(), REACHES[self.choices.below(REACHES.len())]);
                if self.choices.below(2) == 0 {
                    format!("halo_update %{a}{reach}")
                } else {
                    format!("halo_update %{a}, %{b}{reach}")
                }
            }
            10 | 11 => {
                let [a, b] = self.two();
                format!("copy %{a} = %{b}")
            }
            12 => {
                let [a, b] = self.two();
                format!("swap %{a}, %{b}")
            }
            13 if self.callbacks => {
                let ([a, b], name) = (self.two(), ["some", "nothing", "domain", "halo", "all"][self.choices.below(5)]);
                let fills = if name == "some" { String::new() } else { format!(" fills {name}") };
                format!("callback \"{name}\"(%{a}, %{b}){fills}")
            }
            14 if depth < 2 => return self.repeat(depth),
            15 if depth < 2 => return self.branch(depth),
            16 => {
                let ([a, out], name) = (self.two(), NAMES[self.choices.below(NAMES.len())]);
                let part = ["", " on [start, end), [start-1, end+1), [start, end)"][self.choices.below(2)];
                format!("within i at 1i64 size max((I[end] - 1i32), 0i32) {{\n    call @{name}(%{a}, %{out}){part}\n  }}")
            }
            17 => {
                let ([a, b], value) = (self.two(), VALUES[self.choices.below(VALUES.len())]);
                let out = ["t", "u", "v", "w", "a", "b", "c"].into_iter().find(|out| *out != a && *out != b).unwrap_or("t");
                format!("call @weigh(%{a}, %{b}, %{out}; {value})")
            }
            18 => {
                let (out, value) = (self.field(), VALUES[self.choices.below(VALUES.len())]);
                let part = ["", "", " on [start+1, end), [start, end), [start, end)"][self.choices.below(3)];
                format!("call @fill(%{out}; {value}){part}")
            }
            19 => {
                let (variable, value) = (["x", "y"][self.choices.below(2)], VALUES[self.choices.below(VALUES.len())]);
                format!("let ${variable} = {value}")
            }
            _ => return,
        };
        self.text += &format!("  {line}\n");
    }

    fn repeat(&mut self, depth: usize) {
        let variable = self.variables;
        self.variables += 1;
        let to = ["$rounds", "2i64", "0i64"][self.choices.below(3)];
        self.text += &match self.choices.below(4) {
            3 => format!("  while ($n{variable} < {to}) {{\n  let $n{variable} = ($n{variable} + 1i64)\n"),
            _ => format!("  for $n{variable} in [0i64, {to}) {{\n"),
        };
        let count = 1 + self.choices.below(6);
        self.several(count, depth + 1);
        self.text += "  }\n";
    }

    fn branch(&mut self, depth: usize) {
        self.text += &format!("  if {} {{\n", CONDITIONS[self.choices.below(CONDITIONS.len())]);
        let count = 1 + self.choices.below(3);
        self.several(count, depth + 1);
        if self.choices.below(2) == 1 {
            self.text += "  } else {\n";
            let count = 1 + self.choices.below(3);
            self.several(count, depth + 1);
        }
        self.text += "  }\n";
    }
}
