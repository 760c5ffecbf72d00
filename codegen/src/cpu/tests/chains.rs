//! Random chains of stages in one loop, with shifts, blocks, tiles and windows, against the same stages one by one.

use super::levels::{check, finish, interpreted};
use super::random::Dice;
use crate::cpu::testing::{Draft, load, push, store};
use tradewind_dataflow::{Graph, Map, MapKind, Node, Op, Region, SequentialLoop, TaskletCode};
use tradewind_ir::{
    Axes, Axis, BinaryOp, BlockSize, Blocking, Bound, DType, Extent, FieldId, Range, RollingWindow, ScalarId, ScalarKind,
    ScalarSlot, Value, Verified,
};

/// A stage of a chain: what it computes at each point, and where.
struct Stage {
    /// The stages before it that it reads (zero is the input), and where.
    reads: Vec<(usize, [i32; 3])>,
    /// How far beyond the domain it runs.
    extent: [(i32, i32); 3],
    /// How many positions it is ahead of the loop along the fused axis.
    ahead: i32,
    /// How many elements along the fused axis are read later at one time.
    reach: u32,
}

/// How a chain is scheduled in one loop along an axis.
#[derive(Clone, Copy, Debug)]
struct Choice {
    axis: Axis,
    backward: bool,
    /// Whether the loop along the other one of J and K is outside.
    outside: bool,
    /// Whether that one is parallel.
    parallel: bool,
    /// The loop along the axis is in blocks.
    block: Option<BlockSize>,
    /// The domain is in tiles along I, each of which computes again what it needs.
    tile: Option<i32>,
    /// Windows are so many times as large as they need to be; none at all for zero.
    spare: u32,
}

impl Choice {
    fn other(self) -> Axis {
        if self.axis == Axis::J { Axis::K } else { Axis::J }
    }
}

fn choice(dice: &mut Dice) -> Choice {
    Choice {
        axis: dice.pick(&[Axis::J, Axis::K]),
        backward: dice.roll(2) == 0,
        outside: dice.roll(2) == 0,
        parallel: dice.roll(2) == 0,
        block: dice.pick(&[None, None, Some(BlockSize::Points(2)), Some(BlockSize::Scalar(ROWS))]),
        tile: dice.pick(&[None, None, Some(4), Some(5)]),
        spare: dice.pick(&[0, 1, 1, 1, 2]),
    }
}

/// The argument that is the size of blocks.
const ROWS: ScalarId = ScalarId(0);

/// Stages, each read by one after it; the last one makes the result.
fn chain(dice: &mut Dice, choice: Choice) -> Vec<Stage> {
    let count = 2 + dice.roll(3);
    let mut stages: Vec<Stage> = Vec::new();
    for n in 0..count {
        let reads = (0..2 + dice.roll(3)).map(|read| {
            let source = if read == 0 { n } else { dice.roll(n + 1) };
            let offset = Axis::ALL.map(|axis| {
                let contracted = source > 0 && choice.outside && axis == choice.other();
                if contracted { 0 } else { dice.roll(3) as i32 - 1 }
            });
            (source, offset)
        });
        stages.push(Stage { reads: reads.collect(), extent: [(0, 0); 3], ahead: 0, reach: 1 });
    }
    (0..count).rev().for_each(|n| place(&mut stages, n, choice));
    stages
}

/// Where a stage runs and how far ahead, from the later stages that read it.
fn place(stages: &mut [Stage], n: usize, choice: Choice) {
    let (axis, sign) = (choice.axis.index(), if choice.backward { -1 } else { 1 });
    let (before, later) = stages.split_at_mut(n + 1);
    let stage = &mut before[n];
    // In the direction of the loop.
    let mut at = Vec::new();
    for reader in later {
        for (_, offset) in reader.reads.iter().filter(|(source, _)| *source == n + 1) {
            for ((own, reach), by) in stage.extent.iter_mut().zip(reader.extent).zip(offset) {
                *own = (own.0.min(reach.0 + by), own.1.max(reach.1 + by));
            }
            at.push(sign * (reader.ahead + offset[axis]));
        }
    }
    let (first, last) = (at.iter().min().copied().unwrap_or(0), at.iter().max().copied().unwrap_or(0));
    stage.ahead = sign * last;
    stage.reach = (last - first) as u32 + 1;
}

/// The containers of a chain: the input, the result, and what the stages in between make.
fn containers(draft: &mut Draft, stages: &[Stage]) -> Vec<FieldId> {
    let input = draft.field("in", DType::F64, Axes::IJK, Extent([(-9, 9); 3]));
    let output = draft.field("out", DType::F64, Axes::IJK, Extent::ZERO);
    let mut fields = vec![input];
    for (n, stage) in stages.iter().enumerate().take(stages.len() - 1) {
        let id = draft.temporary(&format!("t{n}"), DType::F64, Axes::IJK, Extent(stage.extent));
        draft.fields[id].zero = false;
        fields.push(id);
    }
    fields.push(output);
    fields
}

fn tasklet(stage: &Stage, n: usize, fields: &[FieldId]) -> Node {
    let mut code = TaskletCode::default();
    let mut sum = push(&mut code, DType::F64, Op::Const(Value::F64(0.25)));
    for (m, (source, offset)) in stage.reads.iter().enumerate() {
        let value = load(&mut code, DType::F64, fields[*source], *offset);
        let op = if m % 2 == 0 { BinaryOp::Sub } else { BinaryOp::Add };
        sum = push(&mut code, DType::F64, Op::Binary(op, value, sum));
    }
    store(&mut code, fields[n + 1], sum);
    Node::Tasklet { label: format!("stage{n}"), code }
}

fn range((low, high): (i32, i32)) -> Range {
    Range::new(Bound::start(low), Bound::end(high))
}

/// One nest for each stage.
fn one_by_one(stages: &[Stage]) -> Verified<Graph> {
    let mut draft = Draft::new();
    let fields = containers(&mut draft, stages);
    let nests = stages.iter().enumerate().map(|(n, stage)| {
        Axis::ALL.into_iter().fold(tasklet(stage, n, &fields), |node, axis| {
            let inside = draft.nodes(vec![node]);
            draft.map(axis, range(stage.extent[axis.index()]), MapKind::Any, &[], inside)
        })
    });
    let nests = nests.collect();
    finish(&draft, fields[1..fields.len() - 1].to_vec(), nests)
}

/// All stages in one loop.
fn fused(stages: &[Stage], choice: Choice) -> Verified<Graph> {
    let mut draft = Draft::new();
    draft.scalars.push(ScalarSlot { name: "rows".into(), dtype: DType::I32, kind: ScalarKind::Argument });
    let fields = containers(&mut draft, stages);
    let temporaries = fields[1..fields.len() - 1].to_vec();
    for (id, stage) in temporaries.iter().zip(stages) {
        let place = &mut draft.fields[*id].place;
        place.keep = if choice.outside { Axes::IJK.without(choice.other()) } else { Axes::IJK };
        let slots = stage.reach.next_power_of_two() * choice.spare;
        place.window = (slots > 0).then_some(RollingWindow { axis: choice.axis, slots });
    }
    let rows: Vec<Node> =
        stages.iter().enumerate().map(|(n, stage)| row(&draft, stage, tasklet(stage, n, &fields), choice)).collect();
    let mut node = along(&draft, stages, rows, choice);
    let mut allocs = temporaries;
    if let Some(tile) = choice.tile {
        let blocking = Blocking::blocks(BlockSize::Points(tile as u32));
        let body = Region { allocs: std::mem::take(&mut allocs), graph: draft.nodes(vec![node]) };
        node = Node::Map(Map { axis: Axis::I, range: Range::full(), blocking, kind: MapKind::Any, body });
    }
    if choice.outside {
        let kind = if choice.parallel { MapKind::Parallel } else { MapKind::Any };
        node = draft.map(choice.other(), Range::full(), kind, &std::mem::take(&mut allocs), draft.nodes(vec![node]));
    }
    finish(&draft, allocs, vec![node])
}

/// What a stage does at one position of the fused loop.
fn row(draft: &Draft, stage: &Stage, tasklet: Node, choice: Choice) -> Node {
    let body = |node| Region { allocs: vec![], graph: draft.nodes(vec![node]) };
    let (low, high) = stage.extent[0];
    let (axis, blocking) = (Axis::I, choice.tile.map_or(Blocking::POINTS, |tile| Blocking::near(low, tile + high)));
    let mut node = Node::Map(Map { axis, range: range((low, high)), blocking, kind: MapKind::Vector, body: body(tasklet) });
    if !choice.outside {
        let kind = if choice.parallel { MapKind::Parallel } else { MapKind::Any };
        let (axis, inside) = (choice.other(), draft.nodes(vec![node]));
        node = draft.map(axis, range(stage.extent[axis.index()]), kind, &[], inside);
    }
    let (axis, blocking) = (choice.axis, Blocking::at(stage.ahead));
    Node::Map(Map { axis, range: range(stage.extent[axis.index()]), blocking, kind: MapKind::Any, body: body(node) })
}

/// The loop along the fused axis, in blocks if so chosen.
fn along(draft: &Draft, stages: &[Stage], rows: Vec<Node>, choice: Choice) -> Node {
    let (axis, backward) = (choice.axis, choice.backward);
    let at = |side: fn((i32, i32)) -> i32| stages.iter().map(move |s| side(s.extent[axis.index()]) - s.ahead);
    let range = range((at(|e| e.0).min().unwrap_or(0), at(|e| e.1).max().unwrap_or(0)));
    let blocking = choice.block.map_or(Blocking::POINTS, Blocking::block);
    let body = Region { allocs: vec![], graph: draft.nodes(rows) };
    let inner = SequentialLoop { axis, range: range.clone(), blocking, backward, body };
    let Some(size) = choice.block else { return Node::Loop(inner) };
    let body = Region { allocs: vec![], graph: draft.nodes(vec![Node::Loop(inner)]) };
    Node::Loop(SequentialLoop { axis, range, blocking: Blocking::blocks(size), backward, body })
}

#[test]
fn random_chains_in_one_loop_compute_what_they_do_one_by_one() {
    for seed in 1..=150 {
        let mut dice = Dice(seed);
        let choice = choice(&mut dice);
        let stages = chain(&mut dice, choice);
        let domain = [1 + dice.roll(14) as i64, 1 + dice.roll(6) as i64, 1 + dice.roll(6) as i64];
        let expected = interpreted(&one_by_one(&stages), domain, &[], false);
        let rows = Value::I32(dice.roll(6) as i32 - 1);
        check(&fused(&stages, choice), domain, &[rows], &expected, &format!("seed {seed} {choice:?} {rows:?}"));
    }
}
