//! How often `fuse` refuses what would have been legal: random pairs of loops that depend on each other, and for each one that is
//! refused every fused loop that the request allows, tried on all small sizes by the executor of versions.
//!
//! `TRADEWIND_CASES=10000 TRADEWIND_SEED=7 cargo nextest run --workspace --no-capture -E 'test(refusals)'` tries more, or the same
//! again, and prints the figure.

use crate::properties::number;
use crate::support::provenance::{self, Input, Same, Versions};
use std::collections::BTreeMap;
use tradewind::differential::Random;
use tradewind::ir::{Axis, Diagnostic, SourceId, Verify};
use tradewind::schedule::transform::{Args, Fuse, Transformation};
use tradewind::schedule::{NodeId, Tree, text};

/// The farthest that one of two loops is tried to run ahead of the other one.
const SHIFTS: std::ops::RangeInclusive<i32> = -4..=4;
/// The sizes of the domain along the axis of the loops.
const SIZES: std::ops::RangeInclusive<i64> = 1..=9;
/// The least part of refusals that has to be necessary.
const NECESSARY: f64 = 0.8;

/// A pair of loops, and what is asked of `fuse`.
struct Case {
    axis: Axis,
    first: Nest,
    /// A loop that stands between the two.
    between: Option<Nest>,
    second: Nest,
    sequential: bool,
    shift: bool,
}

/// A loop nest: its outer loop, and the statements inside.
#[derive(Clone)]
struct Nest {
    range: &'static str,
    kind: &'static str,
    stmts: String,
    /// The containers that it uses, and those that it writes.
    used: Vec<&'static str>,
    written: Vec<&'static str>,
}

const RANGES: [&str; 7] = [
    "[start, end)",
    "[start, end)",
    "[start-1, end+1)",
    "[start+1, end)",
    "[start, end-1)",
    "[start, start+1)",
    "[end-1, end)",
];

impl Case {
    fn draw(random: &mut Random) -> Case {
        let axis = [Axis::J, Axis::K][random.below(2)];
        let first = Nest::draw(random, axis);
        let mut second = Nest::draw(random, axis);
        let (sequential, shift) = [(false, false), (true, false), (false, true)][random.below(3)];
        if !shift {
            // Only loops with shifts may have ranges of their own.
            second.range = first.range;
        }
        let between = (random.below(4) == 0).then(|| Nest::draw(random, axis));
        Case { axis, first, between, second, sequential, shift }
    }

    fn depends(&self) -> bool {
        let meet = |a: &Nest, b: &Nest| a.written.iter().any(|name| b.used.contains(name));
        meet(&self.first, &self.second) || meet(&self.second, &self.first)
    }

    /// The loops one after another.
    fn apart(&self) -> Result<Tree, Vec<Diagnostic>> {
        let all = [Some(&self.first), self.between.as_ref(), Some(&self.second)];
        let loops = all.into_iter().flatten().map(|nest| {
            let Nest { range, kind, .. } = nest;
            format!("for {} in {range} {kind} {{ {} }}", self.axis, self.inside(nest))
        });
        self.tree(&loops.collect::<Vec<_>>().join("\n"))
    }

    /// One loop of a kind, in which the first nest runs some points ahead of the second, with the nest between them in front.
    fn fused(&self, kind: &str, shift: i32, front: bool) -> Result<Tree, Vec<Diagnostic>> {
        let (axis, inside) = (self.axis, |nest: &Nest| self.inside(nest));
        let between =
            self.between.as_ref().map(|nest| format!("for {axis} in {} {} {{ {} }}", nest.range, nest.kind, inside(nest)));
        let between = between.unwrap_or_default();
        let (before, after) = if front { (between.as_str(), "") } else { ("", between.as_str()) };
        let (first, second) = (&self.first, &self.second);
        self.tree(&format!(
            "{before} for {axis} in [start-6, end+6) {kind} {{
               at {axis}{shift:+} in {} {{ {} }} at {axis} in {} {{ {} }} }} {after}",
            first.range,
            inside(first),
            second.range,
            inside(second)
        ))
    }

    fn inside(&self, nest: &Nest) -> String {
        let other = if self.axis == Axis::J { Axis::K } else { Axis::J };
        let stmts = &nest.stmts;
        format!("for {other} in [start, end) any {{ for i in [start, end) any {{ leaf pair {{ {stmts} }} }} }}")
    }

    fn tree(&self, loops: &str) -> Result<Tree, Vec<Diagnostic>> {
        let far = "i(0,0) j(-12,12) k(-12,12)";
        let fields: Vec<String> = ["a", "x", "y", "z"].iter().map(|name| format!("%{name}: field<f64, IJK> {far}")).collect();
        let flat = if self.axis == Axis::J { "IK" } else { "IJ" };
        let flat_far = if self.axis == Axis::J { "i(0,0) j(0,0) k(-12,12)" } else { "i(0,0) j(-12,12) k(0,0)" };
        let head = format!("{}, %p: field<f64, {flat}> {flat_far}, %n: field<i32, IJK> {far}", fields.join(", "));
        text::parse(&format!("tree pair({head}) {{ {loops} }}"), SourceId(0))
    }

    /// The kinds of loops that the request allows.
    fn kinds(&self) -> Vec<&'static str> {
        match (self.first.kind, self.second.kind) {
            // What is legal in no order is legal in these.
            _ if self.sequential || self.shift => vec!["forward", "backward"],
            ("any", other) | (other, "any") => vec![other],
            (a, b) => vec![a, b],
        }
    }

    /// A fused loop that the request allows and that leaves the same versions on all sizes.
    fn legal(&self, expected: &[(Input, Versions)]) -> Option<Tree> {
        let shifts = if self.shift { SHIFTS } else { 0..=0 };
        let fronts = if self.between.is_some() { &[true, false][..] } else { &[true] };
        let all = shifts.flat_map(|shift| self.kinds().into_iter().map(move |kind| (shift, kind)));
        let mut all = all.flat_map(|(shift, kind)| fronts.iter().map(move |front| (shift, kind, *front)));
        all.find_map(|(shift, kind, front)| {
            let tree = self.fused(kind, shift, front).expect("the fused loop can be written");
            keeps(expected, &tree).is_ok().then_some(tree)
        })
    }
}

impl Nest {
    fn draw(random: &mut Random, axis: Axis) -> Nest {
        let range = RANGES[random.below(RANGES.len())];
        let kind = ["any", "any", "forward", "backward"][random.below(4)];
        let mut nest = Nest { range, kind, stmts: String::new(), used: Vec::new(), written: Vec::new() };
        for _ in 0..1 + random.below(2) {
            let target = ["x", "x", "y", "y", "z", "p"][random.below(6)];
            let moved = axis == Axis::K && target != "p" && random.below(4) == 0;
            let at = if moved { format!("[0,0,{}]", random.below(5) as i32 - 2) } else { String::new() };
            let mut value = nest.read(random, axis);
            if random.below(2) == 0 {
                value = format!("({value} + {})", nest.read(random, axis));
            }
            nest.stmts += &format!("%{target}{at} = (2.0f64 * {value}) ");
            nest.written.push(target);
            nest.used.push(target);
        }
        nest
    }

    fn read(&mut self, random: &mut Random, axis: Axis) -> String {
        let name = ["a", "x", "x", "y", "y", "z", "p"][random.below(7)];
        self.used.push(name);
        let offset = if random.below(3) == 0 { 0 } else { random.below(9) as i32 - 4 };
        match axis {
            _ if name == "p" => "%p".to_string(),
            Axis::K if random.below(12) == 0 => format!("%{name}[0,0,?(%n)]"),
            Axis::K => format!("%{name}[0,0,{offset}]"),
            _ => format!("%{name}[0,{offset},0]"),
        }
    }
}

/// What a tree leaves on each size.
fn versions(tree: &Tree, axis: Axis) -> Vec<(Input, Versions)> {
    let of = |size: i64| {
        let mut domain = [1; 3];
        domain[axis.index()] = size;
        let input = Input::new(tree, domain, 1);
        let left = provenance::reference(tree, &input).expect("these trees end well");
        (input, left)
    };
    // Most of what is illegal is so on large domains.
    SIZES.rev().map(of).collect()
}

fn keeps(expected: &[(Input, Versions)], tree: &Tree) -> Result<(), String> {
    expected.iter().try_for_each(|(input, versions)| provenance::confirm(versions, tree, input, Same::Statements))
}

/// The refusals of one kind.
#[derive(Default)]
struct Refused {
    count: usize,
    needless: usize,
    /// One that was needless, and the fused loop that would have been legal.
    example: Option<String>,
}

#[test]
fn most_refusals_of_fuse_are_necessary() {
    let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |t| t.as_nanos() as u64);
    let (cases, seed) = (number("TRADEWIND_CASES").unwrap_or(600), number("TRADEWIND_SEED").unwrap_or(time));
    println!("TRADEWIND_CASES={cases} TRADEWIND_SEED={seed}");
    let mut random = Random::new(seed);
    let mut refused: BTreeMap<String, Refused> = BTreeMap::new();
    let (mut pairs, mut fused) = (0, 0);
    while pairs < cases {
        let case = Case::draw(&mut random);
        let tree = case.apart().expect("the loops can be written");
        if !case.depends() || !tree.check().is_empty() {
            continue;
        }
        pairs += 1;
        let expected = versions(&tree, case.axis);
        let children: Vec<NodeId> = tree.items(&tree.root).to_vec();
        let loops = [children.first(), children.last()].into_iter().flatten().copied().collect();
        let args = Args { loops, sequential: case.sequential, shift: case.shift, ..Args::default() };
        match Fuse.check(&tree, &args) {
            Ok(plan) => {
                let mut made = tree.clone();
                plan.apply(&mut made);
                keeps(&expected, &made).unwrap_or_else(|why| panic!("seed {seed}: {why}\n{tree}\n{made}"));
                fused += 1;
            }
            Err(refusal) => {
                let found = refusal.diagnostic(&tree);
                let request = if case.shift {
                    "shift"
                } else if case.sequential {
                    "sequential"
                } else {
                    "plain"
                };
                let kind = refused.entry(format!("{request}: {}", found.message)).or_default();
                kind.count += 1;
                if let Some(legal) = case.legal(&expected) {
                    kind.needless += 1;
                    kind.example.get_or_insert_with(|| format!("{tree}{legal}"));
                }
            }
        }
    }
    for (kind, Refused { count, needless, example }) in &refused {
        println!("{count:5} refused, {needless:4} of them without need: {kind}");
        example.iter().for_each(|example| println!("{example}"));
    }
    let (count, needless) = refused.values().fold((0, 0), |(all, less), r| (all + r.count, less + r.needless));
    let necessary = 1.0 - needless as f64 / count as f64;
    println!("{pairs} pairs, {fused} fused, {count} refused: {:.1} % of the refusals were necessary", 100.0 * necessary);
    assert!(necessary >= NECESSARY, "seed {seed}: only {:.1} % of the refusals were necessary", 100.0 * necessary);
}
