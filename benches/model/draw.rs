//! Random legal schedules.

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use std::collections::HashSet;
use tradewind::ir::{Axis, BlockSize, Program, Verified};
use tradewind::schedule::explain::round;
use tradewind::schedule::transform::{Args, by_name};
use tradewind::schedule::{LoopKind, Node, NodeId, Target, Tree, lift, preset};

/// How many different schedules are wanted of a program.
const WANTED: usize = 32;
/// How many are drawn for that, at most.
const TRIES: usize = 2000;
/// Schedules that are predicted to take so many times as long as the preset's are left out.
const WORST: f64 = 2.0;
/// Points of a block.
const SIZES: [u32; 10] = [2, 4, 6, 8, 12, 16, 24, 32, 48, 64];
/// What every schedule ends with: temporaries stored where they are needed, threads, vectors.
const LAST: [&str; 3] = ["store_at", "parallelize", "vectorize"];

/// A schedule.
pub struct Drawn {
    pub tree: Tree,
    /// Milliseconds of one step.
    pub predicted: f64,
    /// What made it, in words.
    pub made: String,
}

/// Different schedules of a program, that of preset `cpu` first.
pub fn schedules(program: &Verified<Program>, target: &Target) -> Vec<Drawn> {
    let cpu = preset::by_name("cpu").expect("a preset of this name");
    let (tree, steps) = cpu.apply(lift(program), target);
    let predict = |tree: &Tree| round(tree, target).ns() / 1e6;
    let mut drawn = vec![Drawn { predicted: predict(&tree), tree, made: "preset".to_string() }];
    let mut known: HashSet<String> = drawn.iter().map(|one| one.tree.to_string()).collect();
    let mut random = Random(TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]));
    for _ in 0..TRIES {
        if drawn.len() == WANTED {
            break;
        }
        // The first steps of the preset, then some of one's own.
        let chosen = steps.len() - LAST.len();
        let kept = random.below(chosen + 1);
        let mut tree = lift(program);
        for step in &steps[..kept] {
            if let Ok(plan) = step.transformation.check(&tree, &step.args) {
                plan.apply(&mut tree);
            }
        }
        let mut made = format!("{kept} of {chosen} steps");
        for _ in 0..random.below(6) {
            made.push_str(&random.change(&mut tree));
        }
        LAST.iter().for_each(|name| {
            make(&mut tree, name, &Args::default());
        });
        let predicted = predict(&tree);
        if predicted <= WORST * drawn[0].predicted && known.insert(tree.to_string()) {
            drawn.push(Drawn { tree, predicted, made });
        }
    }
    drawn
}

/// Makes a transformation, if it is legal.
fn make(tree: &mut Tree, name: &str, args: &Args) -> bool {
    let plan = by_name(name).and_then(|t| t.check(tree, args).ok());
    plan.map(|plan| plan.apply(tree)).is_some()
}

struct Random(TestRng);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0.next_u32() as usize % end.max(1)
    }

    /// Changes a tree somewhere, and says how.
    fn change(&mut self, tree: &mut Tree) -> String {
        match self.below(8) {
            0..=4 => self.fuse(tree),
            5 | 6 => self.split(tree),
            _ => self.interchange(tree),
        }
    }

    /// Fuses two loops that are close to each other, and what then stands inside.
    fn fuse(&mut self, tree: &mut Tree) -> String {
        let mut pairs = Vec::new();
        tree.walk(tree.root, &mut |_, node| {
            let Node::Seq(children) = node else { return };
            let loops: Vec<NodeId> = children.iter().copied().filter(|id| tree.as_loop(*id).is_some()).collect();
            pairs.extend(loops.windows(2).map(<[NodeId]>::to_vec));
            pairs.extend(loops.windows(3).map(|three| vec![three[0], three[2]]));
        });
        if pairs.is_empty() {
            return String::new();
        }
        let args = Args { loops: pairs[self.below(pairs.len())].clone(), shift: self.below(2) == 0, ..Args::default() };
        let Some(plan) = by_name("fuse").and_then(|t| t.check(tree, &args).ok()) else { return String::new() };
        let fused = plan.now(args.loops[0]);
        plan.apply(tree);
        settle(tree, fused);
        if args.shift { ", fuse with shift".to_string() } else { ", fuse".to_string() }
    }

    /// Divides a loop over rows, or a row, into blocks; those of a loop over rows come to stand outside, where that is legal.
    fn split(&mut self, tree: &mut Tree) -> String {
        let loops = all(tree, |tree, id| tree.as_loop(id).is_some_and(|l| l.axis != Axis::K && l.kind != LoopKind::Backward));
        if loops.is_empty() {
            return String::new();
        }
        let at = loops[self.below(loops.len())];
        let size = SIZES[self.below(SIZES.len())];
        let args = Args { at: Some(at), size: BlockSize::Points(size), ..Args::default() };
        let Some(plan) = by_name("split").and_then(|t| t.check(tree, &args).ok()) else { return String::new() };
        let (blocks, axis) = (plan.now(at), tree.as_loop(at).map_or(Axis::J, |l| l.axis));
        plan.apply(tree);
        let around = tree.around(blocks).find(|id| tree.as_loop(*id).is_some()).filter(|_| self.below(2) == 0);
        let outside = around.is_some_and(|around| make(tree, "interchange", &Args::at(around)));
        format!(", {} {axis} by {size}", if outside { "tile" } else { "split" })
    }

    fn interchange(&mut self, tree: &mut Tree) -> String {
        let loops = all(tree, |tree, id| tree.as_loop(id).is_some_and(|l| l.axis != Axis::I));
        if loops.is_empty() {
            return String::new();
        }
        let at = loops[self.below(loops.len())];
        let axis = tree.as_loop(at).map_or(Axis::K, |l| l.axis);
        if make(tree, "interchange", &Args::at(at)) { format!(", {axis} inside") } else { String::new() }
    }
}

/// Fuses the loops inside a loop wherever that needs no shift.
fn settle(tree: &mut Tree, of: NodeId) {
    let Some(body) = tree.as_loop(of).map(|l| l.body) else { return };
    let mut first = 0;
    loop {
        let loops: Vec<NodeId> = tree.items(&body).iter().copied().filter(|id| tree.as_loop(*id).is_some()).collect();
        let Some(pair) = loops.get(first..first + 2) else { break };
        let args = Args { loops: pair.to_vec(), ..Args::default() };
        first += usize::from(!make(tree, "fuse", &args));
    }
    let inside: Vec<NodeId> = tree.items(&body).to_vec();
    inside.into_iter().for_each(|id| settle(tree, id));
}

/// The nodes of a tree for which something holds.
fn all(tree: &Tree, holds: impl Fn(&Tree, NodeId) -> bool) -> Vec<NodeId> {
    let mut found = Vec::new();
    tree.walk(tree.root, &mut |id, _| {
        if holds(tree, id) {
            found.push(id);
        }
    });
    found
}
