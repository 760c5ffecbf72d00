//! Exact dependences: which statements access the same element, at what distance, and in which order.
//!
//! Every leaf is inside at most one loop per axis, so an access happens at a point (i, j, k) and uses the element at that point
//! plus an offset. For two accesses of one container, the *distance* on an axis is the number of points from the iteration of
//! the first to that of the second, when both use the same element:
//!
//! | distance | when |
//! | --- | --- |
//! | `Exact(n)` | both offsets are constants; `n` is the first one's minus the second one's |
//! | `Any` | the container lacks the axis, so all points along it share an element |
//! | `Unknown` | an index depends on data |
//!
//! Two accesses are independent if they name different components, or if, on some axis, the points of the loops around them
//! cannot have this distance: a write on `[start, start+1)` and a read at offset 0 on `[start+1, end)` are independent.

use crate::access::{Touch, accesses_of};
use crate::bounds::{apart, is_single};
use crate::tree::{Leaf, Node, NodeId, Tree};
use std::collections::HashMap;
use std::fmt;
use tradewind_ir::{Access, Axes, Axis, Component, FieldId, KIndex, Range, Span};

/// How many points later the second access's iteration is, along one axis.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Distance {
    Exact(i32),
    /// Every distance: the container has no such axis.
    Any,
    /// Depends on data.
    Unknown,
}

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
#[derive(Clone, Copy, Debug)]
pub struct Site {
    pub field: FieldId,
    pub write: bool,
    /// From the current point, along I, J, K; `None` where it depends on data.
    pub offset: [Option<i32>; 3],
    /// `None` where it depends on data.
    pub component: Option<u32>,
    /// The loops around, by axis.
    pub loops: [Option<NodeId>; 3],
    /// The statement.
    pub span: Span,
}

/// The accesses below a node, by container.
#[derive(Clone, Default, Debug)]
pub struct Sites {
    by_field: HashMap<FieldId, Vec<Site>>,
}

impl Site {
    /// Whether both do the same to the same element, seen from their points.
    fn is_like(&self, other: &Site) -> bool {
        (self.write, self.offset, self.component) == (other.write, other.offset, other.component)
    }
}

impl Sites {
    /// All accesses in leaves below `node`, which stands inside the loops `around`.
    pub fn below(tree: &Tree, node: NodeId, around: [Option<NodeId>; 3]) -> Sites {
        let mut sites = Sites::default();
        sites.collect(tree, node, around);
        sites
    }

    fn collect(&mut self, tree: &Tree, node: NodeId, mut around: [Option<NodeId>; 3]) {
        match &tree.nodes[node] {
            Node::Loop(l) => {
                around[l.axis.index()] = Some(node);
                self.collect(tree, l.body, around);
            }
            Node::Leaf(leaf) => self.add_leaf(leaf, around),
            other => other.children().for_each(|child| self.collect(tree, child, around)),
        }
    }

    fn add_leaf(&mut self, leaf: &Leaf, loops: [Option<NodeId>; 3]) {
        for Touch { access, write, span, .. } in leaf.stmts.iter().flat_map(accesses_of) {
            let (offset, component) = (constant_offsets(access), access.component.known());
            self.add(Site { field: access.field, write, offset, component, loops, span });
        }
    }

    fn add(&mut self, site: Site) {
        let known = self.by_field.entry(site.field).or_default();
        if !known.iter().any(|s| s.loops == site.loops && s.is_like(&site)) {
            known.push(site);
        }
    }

    /// Adds the accesses of another node, except those that have one like them in loops over the same ranges: nothing can
    /// depend on the one and not on the other.
    pub fn absorb(&mut self, tree: &Tree, other: &Sites) {
        for site in other.by_field.values().flatten() {
            let known = self.by_field.entry(site.field).or_default();
            let ranges = |s: &Site| Axis::ALL.map(|axis| loop_range(tree, s, axis));
            let same = |s: &Site| s.loops == site.loops || ranges(s) == ranges(site);
            if !known.iter().any(|s| s.is_like(site) && same(s)) {
                known.push(*site);
            }
        }
    }

    /// The containers accessed, each with its accesses.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &[Site])> {
        self.by_field.iter().map(|(field, sites)| (*field, sites.as_slice()))
    }

    /// The accesses of one container.
    pub fn of(&self, field: FieldId) -> &[Site] {
        self.by_field.get(&field).map_or(&[], Vec::as_slice)
    }

    /// The first dependence from an access here to one in `later` for which `hit` holds, both standing inside the same
    /// loops over the axes `shared` and running in the same iteration of these.
    pub fn find(
        &self,
        tree: &Tree,
        later: &Sites,
        shared: Axes,
        mut hit: impl FnMut(&Dependence) -> bool,
    ) -> Option<Dependence> {
        let mine: Vec<FieldId> = if self.by_field.len() <= later.by_field.len() {
            self.by_field.keys().copied().filter(|f| later.by_field.contains_key(f)).collect()
        } else {
            later.by_field.keys().copied().filter(|f| self.by_field.contains_key(f)).collect()
        };
        let mut pairs = mine.iter().flat_map(|f| self.of(*f).iter().flat_map(|x| later.of(*f).iter().map(move |y| (x, y))));
        pairs.find_map(|(x, y)| between(tree, x, y).filter(|d| d.at_once(shared)).filter(&mut hit))
    }

    /// Whether anything here and there touches the same container, one writing.
    pub fn clash(&self, tree: &Tree, later: &Sites, shared: Axes) -> bool {
        self.find(tree, later, shared, |_| true).is_some()
    }
}

fn constant_offsets(access: &Access) -> [Option<i32>; 3] {
    let level = if let KIndex::Offset(k) = access.k { Some(k) } else { None };
    [Some(access.offset[0]), Some(access.offset[1]), level]
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
            && let (Some(a), Some(b)) = (loop_range(tree, first, axis), loop_range(tree, second, axis))
            && apart(a, d, b)
        {
            return None;
        }
    }
    Some(Dependence { field: first.field, kind, distance, first: first.span, second: second.span })
}

fn loop_range<'t>(tree: &'t Tree, site: &Site, axis: Axis) -> Option<&'t Range> {
    site.loops[axis.index()].and_then(|id| tree.as_loop(id)).map(|l| &l.range)
}

/// The first dependence between different iterations of a loop, which stands inside loops over the axes `outer`.
/// Temporaries that are made inside the loop are each iteration's own. With no such dependence the loop is free.
pub fn carried(tree: &Tree, id: NodeId, sites: &Sites, outer: Axes) -> Option<Dependence> {
    let l = tree.as_loop(id)?;
    if is_single(&l.range) {
        return None;
    }
    let own = made_below(tree, id);
    // Every pair is met in both directions: the one that looks ahead is reported.
    let ahead = |d: &Dependence| !matches!(d.along(l.axis), Distance::Exact(n) if n <= 0);
    let far = |d: &Dependence| ahead(d) && !own.contains(&d.field);
    sites.find(tree, sites, outer, far)
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
    /// Whether both accesses may run in the same iteration of loops over these axes.
    pub fn at_once(&self, axes: Axes) -> bool {
        axes.iter().all(|a| !matches!(self.distance[a.index()], Distance::Exact(n) if n != 0))
    }
    /// The distance along `axis`.
    pub fn along(&self, axis: Axis) -> Distance {
        self.distance[axis.index()]
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
