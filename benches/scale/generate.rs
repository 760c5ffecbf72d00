//! Programs of any number of calls: made up, but with what makes real ones hard. Stencils with offsets, regions and solvers along
//! K; calls whose ranges and neighbours keep them from fusing; halo updates between them; loops and branches of the program.

use std::fmt::Write;
use tradewind::differential::Random;

/// A kind of program.
pub struct Kind {
    pub name: &'static str,
    /// How many different stencils a program of so many calls has.
    bodies: fn(usize) -> usize,
    /// Whether a call mostly reads what the call before it wrote, as the steps of a scheme do, or any fields.
    is_chained: bool,
    host: fn(&mut Writer),
}

pub const KINDS: [Kind; 3] = [
    // Any of 24 stencils on any fields, a halo update before each fifth call, each seventeenth call in a loop.
    Kind { name: "mixed", bodies: |_| 24, is_chained: false, host: mixed },
    // The same, with a stencil for each call.
    Kind { name: "distinct", bodies: |calls| calls, is_chained: false, host: mixed },
    // Blocks of calls in loops and branches, a stencil for each ten calls, results handed on from call to call, swaps.
    Kind { name: "core", bodies: |calls| (calls / 10).max(24), is_chained: true, host: core },
];

/// Fields that are arguments, and fields of the program's own.
const GIVEN: usize = 12;
const OWN: usize = 8;

/// The name of the program in every source.
pub const NAME: &str = "big";

/// The source of a program with so many calls in its time loop.
pub fn source(kind: &Kind, calls: usize) -> String {
    let names = (0..GIVEN).map(|n| format!("f{n}")).chain((0..OWN).map(|n| format!("u{n}"))).collect();
    let (bodies, random) = ((kind.bodies)(calls), Random::new(calls as u64));
    let mut writer = Writer { kind, calls, bodies, names, random, last: 0, text: String::new() };
    writer.text += "from tradewind.gtscript import BACKWARD, FORWARD, PARALLEL, Field, I, J, computation, horizontal, interval\n\
         from tradewind.gtscript import halo_update, program, region, swap\n\n";
    (0..bodies).for_each(|n| writer.stencil(n));
    writer.text += "def start(a: Field[float], out: Field[float]):\n";
    writer.text += "    with computation(PARALLEL), interval(...):\n        out = a\n\n";
    writer.head();
    (kind.host)(&mut writer);
    writer.text
}

struct Writer<'a> {
    kind: &'a Kind,
    calls: usize,
    bodies: usize,
    /// All fields of the program.
    names: Vec<String>,
    random: Random,
    /// The field that the last call wrote.
    last: usize,
    text: String,
}

impl Writer<'_> {
    fn stencil(&mut self, n: usize) {
        let _ =
            writeln!(self.text, "def s{n}(a: Field[float], b: Field[float], c: Field[float], out: Field[float], w: float):");
        match n % 4 {
            0 => self.cells(n, ["1, 0, 0", "-1, 0, 0"], true),
            1 => self.cells(n, ["0, 1, 0", "0, -1, 0"], false),
            2 => self.cells(n, ["1, 1, 0", "-1, 0, 0"], false),
            _ => self.columns(n),
        }
        self.text += "\n";
    }
    /// Differences, a limiter and some arithmetic at each point; edges are different.
    fn cells(&mut self, n: usize, [ahead, behind]: [&str; 2], has_edges: bool) {
        let text = &mut self.text;
        *text += "    with computation(PARALLEL), interval(...):\n";
        let _ = writeln!(text, "        curve = a - 0.5 * (a[{ahead}] + a[{behind}])");
        let _ = writeln!(text, "        slope = curve[{behind}] - curve if b > 0.{} else curve - curve[{ahead}]", n + 2);
        let _ = writeln!(text, "        t0 = b * slope + 0.{} * c[{ahead}]", n + 3);
        let count = 6 + n % 12;
        for m in 1..=count {
            let with = if m % 2 == 0 { "curve" } else { "c" };
            let _ = writeln!(text, "        t{m} = t{} * w + {with} - 0.0{m}", m - 1);
        }
        if has_edges {
            for edge in ["I[0], :", ":, J[-1]"] {
                let _ = writeln!(text, "        with horizontal(region[{edge}]):\n            t{count} = 0.5 * t{count} + a");
            }
        }
        let _ = writeln!(text, "        out = t{count} + slope");
    }
    /// A tridiagonal solver.
    fn columns(&mut self, n: usize) {
        let text = &mut self.text;
        *text += "    with computation(FORWARD):\n        with interval(0, 1):\n";
        *text += "            upper = 1.0 / (2.5 + b * b)\n            rest = c / (2.5 + b * b)\n";
        *text += "        with interval(1, None):\n";
        let _ = writeln!(text, "            pivot = 2.5 + b * b - 0.{} * upper[0, 0, -1]", n + 1);
        *text += "            upper = 1.0 / pivot\n            rest = (c + w * rest[0, 0, -1]) / pivot\n";
        *text += "    with computation(BACKWARD):\n        with interval(-1, None):\n            out = rest\n";
        *text += "        with interval(0, -1):\n            out = rest - upper * out[0, 0, 1]\n";
    }
    /// The program up to its time loop: every point of its own fields is written before it is read.
    fn head(&mut self) {
        let given: Vec<String> = self.names[..GIVEN].iter().map(|name| format!("{name}: Field[float]")).collect();
        let _ = writeln!(self.text, "@program\ndef {NAME}({}, w: float, n: int):", given.join(", "));
        for own in &self.names[GIVEN..] {
            let _ = writeln!(self.text, "    {own}: Field[float]");
        }
        for (own, given) in self.names[GIVEN..].iter().zip(&self.names) {
            let _ = writeln!(self.text, "    start({given}, {own})\n    halo_update({own})");
        }
        self.text += "    for step in range(n):\n";
    }
    /// Four different fields: three to read, the last to write.
    fn fields(&mut self) -> [usize; 4] {
        let mut picked = [usize::MAX; 4];
        if self.kind.is_chained && self.random.below(3) > 0 {
            picked[0] = self.last;
        }
        for n in 0..4 {
            while picked[n] == usize::MAX {
                let field = self.random.below(self.names.len());
                if !picked.contains(&field) {
                    picked[n] = field;
                }
            }
        }
        self.last = picked[3];
        picked
    }
    /// A call, behind so many spaces.
    fn call(&mut self, number: usize, spaces: usize, fields: [usize; 4]) {
        let body = if self.bodies == self.calls { number } else { self.random.below(self.bodies) };
        let fields = fields.map(|field| self.names[field].as_str()).join(", ");
        let _ = writeln!(self.text, "{:spaces$}s{body}({fields}, w)", "");
    }
    /// A halo update of a field and of up to two others.
    fn update(&mut self, spaces: usize, field: usize) {
        let mut fields = vec![field, self.random.below(self.names.len()), self.random.below(self.names.len())];
        fields.sort_unstable();
        fields.dedup();
        let names: Vec<&str> = fields.iter().map(|field| self.names[*field].as_str()).collect();
        let _ = writeln!(self.text, "{:spaces$}halo_update({})", "", names.join(", "));
    }
}

fn mixed(writer: &mut Writer) {
    for number in 0..writer.calls {
        let fields = writer.fields();
        if number % 5 == 0 {
            writer.update(8, fields[0]);
        }
        if number % 17 == 16 {
            writer.text += "        for sub in range(3):\n";
        }
        writer.call(number, if number % 17 == 16 { 12 } else { 8 }, fields);
    }
}

/// Calls in a block of the program.
const BLOCK: usize = 12;

fn core(writer: &mut Writer) {
    for block in 0..writer.calls.div_ceil(BLOCK) {
        let head = ["", "        for sub in range(3):\n", "        if step % 2 == 0:\n"][block % 3];
        writer.text += head;
        let spaces = if head.is_empty() { 8 } else { 12 };
        for number in block * BLOCK..writer.calls.min((block + 1) * BLOCK) {
            let fields = writer.fields();
            if number % BLOCK == 0 {
                writer.update(spaces, fields[0]);
            }
            writer.call(number, spaces, fields);
        }
        if block % 4 == 3 {
            let first = GIVEN + block % OWN;
            let _ = writeln!(writer.text, "{:spaces$}swap({}, {})", "", writer.names[first], writer.names[GIVEN]);
        }
    }
}
