//! Fuses loops over one axis.

use super::parallelize::free;
use super::{Args, Plan, Refusal, Transformation};
use crate::dependence::{Dependence, Site};
use crate::item::{Item, Items, gap};
use crate::tree::{Leaf, Loop, LoopKind, Node, NodeId, Tree};
use std::rc::Rc;
use tradewind_ir::text::print_blocking;
use tradewind_ir::{Anchor, Axis, BlockSize, Blocking, Bound, Near, Range, Span};

#[doc = include_str!("fuse.md")]
#[derive(Debug)]
pub struct Fuse;

const NAME: &str = "fuse";

impl Transformation for Fuse {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "make one loop of several loops of a sequence that run over the same axis"
    }
    fn page(&self) -> &'static str {
        include_str!("fuse.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("loops", "the loops to fuse, in their order"),
            ("sequential", "whether the fused loop may have an order where the single loops had none"),
            (
                "shift",
                "whether ranges may differ, and earlier loops may run some points ahead of later ones; implies `sequential`",
            ),
        ]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        fuse(tree, &Items::default(), args)
    }
}

/// The plan that fuses `args.loops`, with the items that are known already.
pub(crate) fn fuse(tree: &Tree, items: &Items, args: &Args) -> Result<Plan, Refusal> {
    let [first, .., _] = args.loops[..] else {
        return Err(Refusal::shape(
            NAME,
            tree,
            tree.root,
            "fewer than two loops are given",
            "name two loops or more with `loops`",
        ));
    };
    let Some(seq) = tree.parent(first) else {
        return Err(Refusal::shape(NAME, tree, first, "the loop is not in a sequence", "name a loop of the tree"));
    };
    let around = tree.loops_around(first);
    let fusion = Fusion { tree, around: &around, parts: parts(tree, items, seq, &around, args)?, args };
    fusion.plan(items, seq)
}

/// The loops, in order.
fn parts<'t>(tree: &'t Tree, items: &Items, seq: NodeId, around: &[NodeId], args: &Args) -> Result<Vec<Part<'t>>, Refusal> {
    let mut parts: Vec<Part<'t>> = Vec::new();
    for id in &args.loops {
        let shape = |message: &str, help| Err(Refusal::shape(NAME, tree, *id, message, help));
        let place = tree.items(&seq).iter().position(|child| child == id);
        let after = |place: usize| parts.last().is_none_or(|last| last.place < place);
        let Some(place) = place.filter(|place| after(*place)) else {
            return shape(
                "the loops are not in one sequence, in the given order",
                "name loops of one sequence, in their order",
            );
        };
        let Some(l) = tree.as_loop(*id) else { return shape("one of the nodes is not a loop", "name loops") };
        if let Some(first) = parts.first().filter(|first| first.l.axis != l.axis) {
            let message = format!("the loops run over {} and {}", first.l.axis, l.axis);
            return shape(&message, "fuse loops over one axis");
        }
        if let Some(first) = parts.first().filter(|first| first.l.blocking != l.blocking) {
            let [one, other] = [first.l, l].map(|l| print_blocking(l.blocking, tree));
            let every = |text: String| if text.is_empty() { "every point".to_string() } else { format!("`{}`", text.trim()) };
            let message = format!("the loops run at different positions of their ranges: {} and {}", every(one), every(other));
            return shape(&message, "fuse loops over all points and then `split` the result, or split all by one size");
        }
        parts.push(Part { id: *id, place, l, item: items.of(tree, *id, around), ahead: 0 });
    }
    Ok(parts)
}

/// One of the loops.
struct Part<'t> {
    id: NodeId,
    place: usize,
    l: &'t Loop,
    item: Rc<Item>,
    /// How many iterations it runs ahead of the fused loop's.
    ahead: i64,
}

struct Fusion<'t> {
    tree: &'t Tree,
    /// The loops around all of them.
    around: &'t [NodeId],
    parts: Vec<Part<'t>>,
    args: &'t Args,
}

impl Fusion<'_> {
    fn refuse<T>(&self, part: usize, message: &str, help: &'static str) -> Result<T, Refusal> {
        Err(Refusal::shape(NAME, self.tree, self.parts[part].id, message, help))
    }

    fn plan(mut self, items: &Items, seq: NodeId) -> Result<Plan, Refusal> {
        let common = self.common_order()?;
        let kind = self.order(common)?;
        let range = self.range(kind)?;
        let children = self.neighbours(items, seq)?;
        let mut plan = Plan::new(self.tree);
        let first = self.parts[0].l;
        let body = self.body(&range, kind, &mut plan);
        let new = plan.add(Node::Loop(Loop { range, kind, body, ..first.clone() }));
        self.parts.iter().for_each(|part| plan.replaced(part.id, new));
        let (first, last) = (&self.parts[0], self.parts.last().map_or(0, |part| part.place));
        let children = children.into_iter().map(|id| if id == first.id { new } else { id });
        plan.splice(seq, first.place..last + 1, children.collect());
        Ok(plan)
    }

    /// The order that serves all loops, dependences between them left aside.
    fn common_order(&self) -> Result<LoopKind, Refusal> {
        let has = |kind: LoopKind| self.parts.iter().any(|part| part.l.kind == kind);
        let differ = has(LoopKind::Forward) && has(LoopKind::Backward);
        let mut common = self.kind_of(&self.parts[0], differ);
        for (n, part) in self.parts.iter().enumerate() {
            let kind = self.kind_of(part, differ);
            common = match (common.is_free(), kind.is_free()) {
                (true, true) if common == kind => common,
                (true, true) => LoopKind::Any,
                (true, false) => kind,
                (false, true) => common,
                (false, false) if common == kind => common,
                _ => return self.refuse(n, "one loop ascends and the other descends", "fuse loops of the same order"),
            };
        }
        Ok(common)
    }

    /// The kind of a loop; where orders differ, one whose iterations are independent has none.
    fn kind_of(&self, part: &Part, differ: bool) -> LoopKind {
        let is_free = || differ && free(NAME, self.tree, part.id, part.l, self.around).is_ok();
        if !part.l.kind.is_free() && is_free() { LoopKind::Any } else { part.l.kind }
    }

    /// The order of the fused loop, with every loop as far ahead as later ones need.
    fn order(&mut self, common: LoopKind) -> Result<LoopKind, Refusal> {
        let needs = self.needs();
        let (up, down) = (needs.iter().find_map(|n| n.up), needs.iter().find_map(|n| n.down));
        if up.is_none() && down.is_none() {
            return Ok(common);
        }
        let axis = self.parts[0].l.axis;
        let refuse = |d: Dependence, help| Err(Refusal::order(NAME, d, axis, help));
        if self.args.shift {
            if !common.is_free() || axis == Axis::I {
                return self.shift(if common.is_free() { LoopKind::Forward } else { common }, &needs);
            }
            let ascending = self.shift(LoopKind::Forward, &needs);
            return ascending.or_else(|refusal| self.shift(LoopKind::Backward, &needs).map_err(|_| refusal));
        }
        let ahead = match self.parts[0].l.blocking {
            Blocking::POINTS => "with `shift = true` the first loop would run ahead of the second",
            _ => "with `shift = true`, before `split`, the first loop would run ahead of the second",
        };
        match (common, up, down) {
            (LoopKind::Forward, _, Some(d)) => refuse(d, ahead),
            (LoopKind::Backward, Some(d), _) => refuse(d, ahead),
            (LoopKind::Forward | LoopKind::Backward, ..) => Ok(common),
            (_, Some(_), Some(d)) => refuse(d, ahead),
            (_, Some(_), None) if self.args.sequential => Ok(LoopKind::Forward),
            (_, None, Some(_)) if self.args.sequential => Ok(LoopKind::Backward),
            (_, Some(d), None) => refuse(d, "with `sequential = true` the fused loop would be an ascending one"),
            (_, None, Some(d)) => refuse(d, "with `sequential = true` the fused loop would be a descending one"),
            (_, None, None) => Ok(common),
        }
    }

    /// What the dependences from each loop to each later one ask of the order.
    fn needs(&self) -> Vec<Need> {
        let mut needs = Vec::new();
        for (second, later) in self.parts.iter().enumerate() {
            for (first, earlier) in self.parts[..second].iter().enumerate() {
                if !earlier.item.shares_written(&later.item) {
                    continue;
                }
                let mut need = Need { first, second, up: None, down: None, lowest: None, highest: None };
                let from = |x: &Site, y: &Site, d: &Dependence| d.at_loop(self.tree, (x, earlier.id), (y, later.id));
                earlier.item.sites.find(self.tree, &later.item.sites, self.around, |d, x, y| {
                    need.add(d, from(x, y, d));
                    false
                });
                needs.push(need);
            }
        }
        needs
    }

    /// Lets each loop run as few iterations ahead as later ones need; gives the kind of the fused loop.
    fn shift(&mut self, kind: LoopKind, needs: &[Need]) -> Result<LoopKind, Refusal> {
        let axis = self.parts[0].l.axis;
        self.parts.iter_mut().for_each(|part| part.ahead = 0);
        for n in (0..self.parts.len()).rev() {
            for need in needs.iter().filter(|need| need.first == n) {
                let closest = if kind == LoopKind::Backward { need.highest.map(|(at, d)| (-at, d)) } else { need.lowest };
                let Some((closest, d)) = closest else { continue };
                let ahead = self.parts[need.second].ahead - closest;
                if ahead > FARTHEST {
                    let help = "keep the loops apart: no shift serves both statements";
                    return Err(Refusal::order(NAME, d, axis, help));
                }
                self.parts[n].ahead = self.parts[n].ahead.max(ahead);
            }
        }
        let shifted = self.parts.iter().any(|part| part.ahead != 0);
        if shifted && axis == Axis::I {
            return self.refuse(0, "rows along i cannot be shifted", "fuse loops over j or k");
        }
        if shifted && self.parts[0].l.blocking != Blocking::POINTS {
            return self.refuse(0, "blocks, and loops inside them, cannot be shifted", "fuse the loops before `split`");
        }
        Ok(kind)
    }

    /// The range of the fused loop.
    fn range(&self, kind: LoopKind) -> Result<Range, Refusal> {
        let of = |part: &Part| {
            let by = -part.shift(kind);
            part.l.range.moved(by, by)
        };
        let first = of(&self.parts[0]);
        for (n, part) in self.parts.iter().enumerate().skip(1) {
            let (range, whole) = (&part.l.range, &self.parts[0].l.range);
            let in_blocks = part.l.blocking.step != BlockSize::ONE;
            if (!self.args.shift || in_blocks) && range != whole && part.l.axis != Axis::I {
                let axis = part.l.axis;
                let message = format!("the loops run over {axis} in {whole} and {axis} in {range}");
                let help = "with `shift = true` ranges may differ";
                return self.refuse(n, &message, if in_blocks { "fuse the loops before `split`" } else { help });
            }
            if part.l.axis == Axis::I && of(part) != first {
                let message = format!("the rows run over i in {whole} and i in {range}");
                return self.refuse(n, &message, "fuse rows over equal ranges");
            }
        }
        Ok(self.parts.iter().skip(1).fold(first, |hull, part| hull_of(&hull, &of(part))))
    }

    /// The children of the sequence from the first loop to the last, with the first loop for all of them.
    fn neighbours(&self, items: &Items, seq: NodeId) -> Result<Vec<NodeId>, Refusal> {
        let (head, last) = (&self.parts[0], self.parts.last().map_or(0, |part| part.place));
        let mut children = self.tree.items(&seq)[head.place..=last].to_vec();
        let is_alloc = |id: &NodeId| matches!(self.tree.nodes[*id], Node::Alloc(_));
        for (n, part) in self.parts.iter().enumerate().skip(1) {
            let at = |id: NodeId| children.iter().position(|c| *c == id).unwrap_or(0);
            let (first, last) = (at(head.id), at(part.id));
            let (allocs, between): (Vec<NodeId>, Vec<NodeId>) = children[first + 1..last].iter().partition(|id| is_alloc(id));
            let mut run: Vec<Rc<Item>> = vec![head.item.clone()];
            run.extend(between.iter().map(|id| items.of(self.tree, *id, self.around)));
            run.push(part.item.clone());
            let mut before = Vec::new();
            for joined in &self.parts[..n] {
                run[0] = joined.item.clone();
                before = gap(self.tree, &run, self.around).map_err(|blocker| self.blocked(n, &joined.item, &run[blocker]))?;
            }
            let (front, back): (Vec<usize>, Vec<usize>) = (1..=between.len()).partition(|m| before.contains(m));
            let node = |m: usize| between[m - 1];
            let middle =
                allocs.into_iter().chain(front.into_iter().map(node)).chain([head.id]).chain(back.into_iter().map(node));
            children.splice(first..=last, middle.collect::<Vec<_>>());
        }
        Ok(children)
    }

    fn blocked(&self, part: usize, first: &Item, between: &Item) -> Refusal {
        let (help, axis) = ("fuse the loop between them as well, or move it away", self.parts[part].l.axis);
        match first.sites.find(self.tree, &between.sites, self.around, |_, _, _| true) {
            Some(d) => Refusal::order(NAME, d, axis, help),
            None => {
                let message = "the node between the loops must stay between them";
                Refusal::shape(NAME, self.tree, self.parts[part].id, message, help)
            }
        }
    }

    /// The body of the fused loop: allocations first, then what each loop does.
    fn body(&self, range: &Range, kind: LoopKind, plan: &mut Plan) -> NodeId {
        let is_alloc = |id: &NodeId| matches!(self.tree.nodes[*id], Node::Alloc(_));
        let (mut children, mut others) = (Vec::new(), Vec::new());
        for part in &self.parts {
            let (allocs, rest): (Vec<NodeId>, Vec<NodeId>) = self.tree.items(&part.l.body).iter().partition(|id| is_alloc(id));
            children.extend(allocs);
            if part.shift(kind) == 0 && part.l.range == *range {
                others.extend(rest);
            } else {
                others.extend(part.shifted(self.tree, rest, part.shift(kind), plan));
            }
        }
        children.extend(merge_leaves(self.tree, others, plan));
        plan.add(Node::Seq(children))
    }
}

/// More iterations than any loop may run ahead of another one.
const FARTHEST: i64 = 64;

impl Part<'_> {
    /// How many points further on than the fused loop it runs.
    fn shift(&self, kind: LoopKind) -> i32 {
        (self.ahead * kind.sign()) as i32
    }

    /// What the loop does, `by` points further on than the loop around: nodes that were shifted already are shifted more.
    fn shifted(&self, tree: &Tree, nodes: Vec<NodeId>, by: i32, plan: &mut Plan) -> Vec<NodeId> {
        let at = |id: &NodeId| tree.as_loop(*id).filter(|l| l.axis == self.l.axis).and_then(|l| Some((l, l.blocking.shift()?)));
        let mut done = Vec::new();
        for run in nodes.chunk_by(|a, b| at(a).is_none() && at(b).is_none()) {
            let (range, blocking, body) = match at(&run[0]) {
                // It ran where the loop around ran: the fused loop may run further.
                Some((inner, old)) => {
                    let range = Near::Points(old, old + 1).part(&inner.range, &self.l.range);
                    (range, Blocking::at(old + by), inner.body)
                }
                None => (self.l.range.clone(), Blocking::at(by), plan.add(Node::Seq(run.to_vec()))),
            };
            let new = plan.add(Node::Loop(Loop { axis: self.l.axis, range, blocking, kind: LoopKind::Any, body }));
            if at(&run[0]).is_some() {
                plan.replaced(run[0], new);
            }
            done.push(new);
        }
        done
    }
}

/// What the dependences from one loop to a later one ask of a loop that does what both do.
struct Need {
    first: usize,
    second: usize,
    /// A dependence that asks for an ascending loop, and one that asks for a descending one.
    up: Option<Dependence>,
    down: Option<Dependence>,
    /// The least and the greatest distance in iterations, and whose it is.
    lowest: Option<(i64, Dependence)>,
    highest: Option<(i64, Dependence)>,
}

impl Need {
    fn add(&mut self, d: &Dependence, at: crate::dependence::Interval) {
        self.up = self.up.or((at.hi > 0).then_some(*d));
        self.down = self.down.or((at.lo < 0).then_some(*d));
        if self.lowest.is_none_or(|(lowest, _)| at.lo < lowest) {
            self.lowest = Some((at.lo, *d));
        }
        if self.highest.is_none_or(|(highest, _)| at.hi > highest) {
            self.highest = Some((at.hi, *d));
        }
    }
}

/// A range with one bound a side that holds two ranges at every size of the domain; the loops inside keep to their own.
fn hull_of(a: &Range, b: &Range) -> Range {
    if a == b { a.clone() } else { Range::new(lowest(&a.lo, &b.lo), highest(&a.hi, &b.hi)) }
}

/// A bound that is never above the greatest of some, nor above the greatest of others.
fn lowest(a: &[Bound], b: &[Bound]) -> Bound {
    // The end of the domain is at least one point behind its start.
    let from_start = |bound: &Bound| bound.offset.saturating_add(i32::from(bound.anchor == Anchor::End));
    let highest = |bounds: &[Bound]| bounds.iter().map(from_start).max().unwrap_or(0);
    match at(a, Anchor::End).zip(at(b, Anchor::End)) {
        Some((a, b)) => Bound::end(a.min(b)),
        None => Bound::start(highest(a).min(highest(b))),
    }
}

/// A bound that is never below the least of some, nor below the least of others.
fn highest(a: &[Bound], b: &[Bound]) -> Bound {
    let from_end = |bound: &Bound| bound.offset.saturating_sub(i32::from(bound.anchor == Anchor::Start));
    let lowest = |bounds: &[Bound]| bounds.iter().map(from_end).min().unwrap_or(0);
    match at(a, Anchor::Start).zip(at(b, Anchor::Start)) {
        Some((a, b)) => Bound::start(a.max(b)),
        None => Bound::end(lowest(a).max(lowest(b))),
    }
}

/// The offset of the bound that counts from one end of the domain.
fn at(bounds: &[Bound], anchor: Anchor) -> Option<i32> {
    bounds.iter().find(|bound| bound.anchor == anchor).map(|bound| bound.offset)
}

/// The nodes with runs of leaves made one leaf each.
fn merge_leaves(tree: &Tree, nodes: Vec<NodeId>, plan: &mut Plan) -> Vec<NodeId> {
    let mut merged = Vec::new();
    let is_leaf = |id: NodeId| tree.nodes.get(id).is_some_and(|node| matches!(node, Node::Leaf(_)));
    for run in nodes.chunk_by(|a, b| is_leaf(*a) && is_leaf(*b)) {
        let [_, _, ..] = run else {
            merged.extend_from_slice(run);
            continue;
        };
        let leaves: Vec<&Leaf> = run.iter().filter_map(|id| tree.as_leaf(*id)).collect();
        let new = plan.add(Node::Leaf(joined(&leaves)));
        run.iter().for_each(|old| plan.replaced(*old, new));
        merged.push(new);
    }
    merged
}

/// One leaf that does what all do, one after another; its label names each origin once.
fn joined(leaves: &[&Leaf]) -> Leaf {
    let mut origins: Vec<&str> = Vec::new();
    for origin in leaves.iter().flat_map(|leaf| leaf.label.split('+')) {
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    let stmts = leaves.iter().flat_map(|leaf| leaf.stmts.iter().cloned()).collect();
    Leaf { label: origins.join("+"), stmts, span: leaves.iter().fold(Span::NONE, |span, leaf| span.to(leaf.span)) }
}
