//! Exact dependences: which statements access the same element, at what distance, and in which order.
//!
//! An access happens at a point (i, j, k), which the innermost loops around it over each axis give, and uses the element at that
//! point plus an offset. For two accesses of one container, the *distance* on an axis is the number of points from the first to
//! the second, when both use the same element:
//!
//! | distance | when |
//! | --- | --- |
//! | `Exact(n)` | both offsets are constants; `n` is the first one's minus the second one's |
//! | `Any` | the container lacks the axis, so all points along it share an element |
//! | `Unknown` | an index depends on data, or the accesses belong to a step of the host program |
//!
//! Two accesses are independent if they name different components, or if, on some axis, the points of the loops around them
//! cannot have this distance: a write on `[start, start+1)` and a read at offset 0 on `[start+1, end)` are independent.
//!
//! Order is a matter of loops. Several loops over one axis may stand inside each other: blocks, and shifted points. At each of
//! them, the iterations of the two accesses are an [`Interval`] of positions apart ([`Dependence::at_loop`]).

use crate::access::{Touch, accesses_of};
use crate::bounds::{apart, distances, is_single};
use crate::tree::{Node, NodeId, Tree, Unit};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;
use tradewind_ir::{Axis, BlockSize, Component, FieldId, Near, Range, Span, Stmt};

/// How many points later the second access's iteration is, along one axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Distance {
    Exact(i32),
    /// Every distance: the container has no such axis.
    Any,
    /// Depends on data.
    Unknown,
}

/// How many positions of one loop later the second access's iteration is: from `lo` to `hi`, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Interval {
    pub lo: i64,
    pub hi: i64,
}

/// Farther than any two positions.
const FAR: i64 = 1 << 40;

/// Which access needs the order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    ReadAfterWrite,
    WriteAfterRead,
    WriteAfterWrite,
}

/// Two accesses that may touch the same element, at least one of them writing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Dependence {
    pub field: FieldId,
    pub kind: Kind,
    /// Along I, J, K.
    pub distance: [Distance; 3],
    /// The statement that runs first.
    pub first: Span,
    pub second: Span,
}

/// One access in a tree, and where it happens. Accesses that agree in everything but the place in the source count once.
#[derive(Clone, Debug)]
pub struct Site {
    pub field: FieldId,
    pub write: bool,
    /// From the current point, along I, J, K; `None` where it depends on data.
    pub offset: [Option<i32>; 3],
    /// `None` where it depends on data.
    pub component: Option<u32>,
    /// The loops around, outermost first.
    pub nest: Rc<[NodeId]>,
    /// The statement.
    pub span: Span,
}

/// The accesses below a node, by container.
#[derive(Clone, Default, Debug)]
pub struct Sites {
    by_field: BTreeMap<FieldId, Vec<Site>>,
}

impl Site {
    /// An access inside loops, outermost first.
    pub fn of(Touch { access, write, span, .. }: Touch<'_>, nest: Rc<[NodeId]>) -> Site {
        let (offset, component) = (access.offsets(), access.component.known());
        Site { field: access.field, write, offset, component, nest, span }
    }
    /// Whether both do the same to the same element, seen from their points.
    fn is_like(&self, other: &Site) -> bool {
        (self.write, self.offset, self.component) == (other.write, other.offset, other.component)
    }
    /// The innermost loop around over an axis, which gives the point.
    pub fn loop_over(&self, tree: &Tree, axis: Axis) -> Option<NodeId> {
        self.nest.iter().rev().copied().find(|id| tree.as_loop(*id).is_some_and(|l| l.axis == axis))
    }
    /// The range of that loop.
    pub fn range<'t>(&self, tree: &'t Tree, axis: Axis) -> Option<&'t Range> {
        self.loop_over(tree, axis).and_then(|id| tree.as_loop(id)).map(|l| &l.range)
    }
    /// How many positions of a loop around it, over `axis`, the point is further on: the shifts and blocks of the loops inside.
    pub fn ahead(&self, tree: &Tree, of: NodeId, axis: Axis) -> Interval {
        self.further(tree, of, axis, FAR)
    }
    /// How many positions of a loop around it the point is further on, where in a block of any size it is at most `within` points from
    /// the first one.
    fn further(&self, tree: &Tree, of: NodeId, axis: Axis, within: i64) -> Interval {
        let inside = self.nest.iter().rev().take_while(|id| **id != of).filter_map(|id| tree.as_loop(*id));
        let near = inside.filter(|l| l.axis == axis).filter_map(|l| l.blocking.near);
        near.map(Near::bounds).fold(Interval::ZERO, |sum, (first, end)| {
            sum.plus(Interval { lo: first.into(), hi: end.map_or(within, |end| i64::from(end) - 1) })
        })
    }
}

impl Interval {
    pub const ZERO: Interval = Interval { lo: 0, hi: 0 };

    /// Sums of a member of each.
    pub fn plus(self, other: Interval) -> Interval {
        Interval { lo: (self.lo + other.lo).max(-FAR), hi: (self.hi + other.hi).min(FAR) }
    }
    /// The smallest one that holds the members of both.
    pub fn hull(self, other: Interval) -> Interval {
        Interval { lo: self.lo.min(other.lo), hi: self.hi.max(other.hi) }
    }
    /// The members that are in the other one as well; all, if none is.
    fn within(self, other: Interval) -> Interval {
        let both = Interval { lo: self.lo.max(other.lo), hi: self.hi.min(other.hi) };
        if both.lo <= both.hi { both } else { self }
    }
    /// The negative of each member.
    pub fn negative(self) -> Interval {
        Interval { lo: -self.hi, hi: -self.lo }
    }
    /// Whether zero is among them.
    pub fn has_zero(self) -> bool {
        self.lo <= 0 && 0 <= self.hi
    }
    /// Whether the lower end is known.
    pub fn is_bounded_below(self) -> bool {
        self.lo > -FAR
    }
    /// Whether the upper end is known.
    pub fn is_bounded_above(&self) -> bool {
        self.hi < FAR
    }
    /// Those that positions, so many points apart, can have.
    fn in_steps(self, step: u32) -> Interval {
        let step = i64::from(step.max(1));
        Interval { lo: -(-self.lo).div_euclid(step) * step, hi: self.hi.div_euclid(step) * step }
    }
    /// Those that the first points of two blocks of any size can have, of which points so far apart are members: in one direction, none
    /// or any number.
    fn in_blocks(self) -> Interval {
        Interval { lo: if self.lo < 0 { -FAR } else { 0 }, hi: if self.hi > 0 { FAR } else { 0 } }
    }
}

impl Distance {
    /// As an interval.
    pub fn interval(self) -> Interval {
        match self {
            Distance::Exact(n) => Interval { lo: n.into(), hi: n.into() },
            Distance::Any | Distance::Unknown => Interval { lo: -FAR, hi: FAR },
        }
    }
}

impl Sites {
    /// All accesses in leaves below `node`, which stands inside the loops `around`, outermost first.
    pub fn below(tree: &Tree, node: NodeId, around: &[NodeId]) -> Sites {
        let mut sites = Sites::default();
        sites.collect(tree, node, &mut around.to_vec());
        sites
    }

    /// The accesses of a node, or of one statement, inside the loops `around`.
    pub fn of_unit(tree: &Tree, unit: Unit, around: &[NodeId]) -> Sites {
        let Unit::Stmt(leaf, n) = unit else { return Sites::below(tree, unit.node(), around) };
        let mut sites = Sites::default();
        let stmt = tree.as_leaf(leaf).and_then(|leaf| leaf.stmts.get(n));
        sites.add_stmts(stmt.map_or(&[], std::slice::from_ref), around.into());
        sites
    }

    fn collect(&mut self, tree: &Tree, node: NodeId, nest: &mut Vec<NodeId>) {
        match &tree.nodes[node] {
            Node::Loop(l) => {
                nest.push(node);
                self.collect(tree, l.body, nest);
                nest.pop();
            }
            Node::Leaf(leaf) => self.add_stmts(&leaf.stmts, nest.as_slice().into()),
            other => other.children().for_each(|child| self.collect(tree, child, nest)),
        }
    }

    fn add_stmts(&mut self, stmts: &[Stmt], nest: Rc<[NodeId]>) {
        stmts.iter().flat_map(accesses_of).for_each(|touch| self.add(Site::of(touch, nest.clone())));
    }

    fn add(&mut self, site: Site) {
        let known = self.by_field.entry(site.field).or_default();
        if !known.iter().any(|s| s.nest == site.nest && s.is_like(&site)) {
            known.push(site);
        }
    }

    /// Adds an access of all elements, as steps of the host program make it.
    pub fn add_whole(&mut self, field: FieldId, write: bool) {
        self.add(Site { field, write, offset: [None; 3], component: None, nest: Rc::default(), span: Span::NONE });
    }

    /// The containers accessed, in the order of their ids, each with its accesses.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &[Site])> {
        self.by_field.iter().map(|(field, sites)| (*field, sites.as_slice()))
    }

    /// The accesses of one container.
    pub fn of(&self, field: FieldId) -> &[Site] {
        self.by_field.get(&field).map_or(&[], Vec::as_slice)
    }

    /// The first dependence from an access here to one in `later` for which `hit` holds, both standing inside the loops `shared`
    /// and running in the same iteration of these.
    pub fn find(
        &self,
        tree: &Tree,
        later: &Sites,
        shared: &[NodeId],
        mut hit: impl FnMut(&Dependence, &Site, &Site) -> bool,
    ) -> Option<Dependence> {
        let (few, many) = if self.by_field.len() <= later.by_field.len() { (self, later) } else { (later, self) };
        let both = few.by_field.keys().filter(|field| many.by_field.contains_key(field));
        let mut pairs = both.flat_map(|f| self.of(*f).iter().flat_map(|x| later.of(*f).iter().map(move |y| (x, y))));
        pairs.find_map(|(x, y)| {
            let d = between(tree, x, y)?;
            let at_once = shared.iter().all(|id| d.at_loop(tree, (x, *id), (y, *id)).has_zero());
            (at_once && hit(&d, x, y)).then_some(d)
        })
    }

    /// Whether anything here and there touches the same element, one writing.
    pub fn clash(&self, tree: &Tree, later: &Sites, shared: &[NodeId]) -> bool {
        self.find(tree, later, shared, |_, _, _| true).is_some()
    }
}

/// The dependence between two accesses of one container, the first of which runs first; nothing if they never meet or both
/// read.
pub fn between(tree: &Tree, first: &Site, second: &Site) -> Option<Dependence> {
    let kind = match (first.write, second.write) {
        (true, false) => Kind::ReadAfterWrite,
        (false, true) => Kind::WriteAfterRead,
        (true, true) => Kind::WriteAfterWrite,
        (false, false) => return None,
    };
    if Component::differ(first.component, second.component) {
        return None;
    }
    let axes = tree.fields[first.field].axes;
    let mut distance = [Distance::Any; 3];
    for axis in axes.iter() {
        let n = axis.index();
        distance[n] = match (first.offset[n], second.offset[n]) {
            (Some(a), Some(b)) => Distance::Exact(a - b),
            _ => Distance::Unknown,
        };
        if let Distance::Exact(d) = distance[n]
            && let (Some(a), Some(b)) = (first.range(tree, axis), second.range(tree, axis))
            && apart(a, d, b)
        {
            return None;
        }
    }
    Some(Dependence { field: first.field, kind, distance, first: first.span, second: second.span })
}

/// The first dependence between different iterations of a loop, which stands inside the loops `outer`. Temporaries that are made
/// inside the loop are each iteration's own. With no such dependence the loop is free.
pub fn carried(tree: &Tree, id: NodeId, sites: &Sites, outer: &[NodeId]) -> Option<Dependence> {
    let l = tree.as_loop(id)?;
    if l.blocking.shift().is_some() || is_single(&l.range) {
        return None;
    }
    let own = made_below(tree, id);
    // Every pair is met in both directions: the one that looks ahead is reported.
    let ahead = |d: &Dependence, x: &Site, y: &Site| d.at_loop(tree, (x, id), (y, id)).hi > 0;
    sites.find(tree, sites, outer, |d, x, y| ahead(d, x, y) && !own.contains(&d.field))
}

/// The temporaries allocated below a node.
pub fn made_below(tree: &Tree, id: NodeId) -> Vec<FieldId> {
    let mut made = Vec::new();
    tree.walk(id, &mut |_, node| {
        if let Node::Alloc(field) = node {
            made.push(*field);
        }
    });
    made
}

impl Dependence {
    /// The distance along `axis`.
    pub fn along(&self, axis: Axis) -> Distance {
        self.distance[axis.index()]
    }
    /// The axis along which the two are farthest apart, of those along which both have a place.
    pub fn farthest(&self) -> Axis {
        let far = |axis: &Axis| match self.along(*axis) {
            Distance::Exact(n) => i64::from(n).abs(),
            Distance::Any => 0,
            Distance::Unknown => i64::MAX,
        };
        Axis::ALL.into_iter().max_by_key(far).unwrap_or(Axis::K)
    }
    /// How many positions later the second access's iteration of a loop is than the first one's, where the loops, each around one of
    /// the accesses, are or are to be one.
    pub fn at_loop(&self, tree: &Tree, (x, x_loop): (&Site, NodeId), (y, y_loop): (&Site, NodeId)) -> Interval {
        let Some(l) = tree.as_loop(x_loop) else { return Interval::ZERO };
        let mut points = self.along(l.axis).interval();
        if let (Some(a), Some(b)) = (x.range(tree, l.axis), y.range(tree, l.axis)) {
            let [lo, hi] = distances(a, b);
            points = points.within(Interval { lo: lo.unwrap_or(-FAR), hi: hi.unwrap_or(FAR) });
        }
        let at = |within: i64| {
            let (first, second) = (x.further(tree, x_loop, l.axis, within), y.further(tree, y_loop, l.axis, within));
            points.plus(first).plus(second.negative())
        };
        match l.blocking.step {
            BlockSize::Points(step) => at(FAR).in_steps(step),
            BlockSize::Scalar(_) => at(0).in_blocks(),
        }
    }
}

impl fmt::Display for Distance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Distance::Exact(n) => write!(f, "{n:+}"),
            Distance::Any => f.write_str("any"),
            Distance::Unknown => f.write_str("unknown"),
        }
    }
}

impl Kind {
    /// What the second statement does.
    pub fn describe(self) -> &'static str {
        match self {
            Kind::ReadAfterWrite => "reads what the first one writes",
            Kind::WriteAfterRead => "overwrites what the first one reads",
            Kind::WriteAfterWrite => "overwrites what the first one writes",
        }
    }
}
