//! Makes several loops of one, each over a part of its body.

use super::{Args, Plan, Refusal, Transformation};
use crate::bounds::is_single;
use crate::dependence::{Dependence, Sites, made_below};
use crate::storage::{Uses, in_window};
use crate::tree::{Leaf, Loop, LoopKind, Node, NodeId, Tree, Unit};
use std::ops::Range;
use tradewind_ir::{FieldId, Place, Span};

#[doc = include_str!("distribute.md")]
#[derive(Debug)]
pub struct Distribute;

const NAME: &str = "distribute";

impl Transformation for Distribute {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "make several loops of one, each over a part of its body"
    }
    fn page(&self) -> &'static str {
        include_str!("distribute.md")
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[
            ("at", "the loop"),
            (
                "before",
                "the statement or the inner loop before which to cut the body; by default it is cut wherever that is legal",
            ),
        ]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let id = args.at.unwrap_or(tree.root);
        let shape = |message: &str, help| Err(Refusal::shape(NAME, tree, id, message, help));
        let Some(l) = tree.as_loop(id) else { return shape("this is not a loop", "name a loop with `at`") };
        let distribution = Distribution::new(tree, id, l);
        let obstacles = distribution.obstacles();
        if obstacles.is_empty() {
            return shape("the body of the loop is a single statement or loop", "name a loop with several of them in its body");
        }
        let cuts = match args.before {
            Some(before) => match distribution.units.iter().position(|unit| *unit == before) {
                Some(place @ 1..) => vec![place],
                _ => {
                    return shape(
                        "`before` names nothing in the body of the loop that something stands before",
                        "name the start of the second part",
                    );
                }
            },
            None => (1..=obstacles.len()).filter(|place| obstacles[place - 1].is_none()).collect(),
        };
        // Without a place to cut at, the reason is that of the first.
        let refused = if cuts.is_empty() { 1 } else { cuts[0] };
        match &obstacles[refused - 1] {
            Some(refusal) => Err(refusal.clone()),
            None => Ok(distribution.plan(&cuts)),
        }
    }
}

/// A loop whose body is to be cut.
struct Distribution<'t> {
    tree: &'t Tree,
    id: NodeId,
    l: &'t Loop,
    /// The loops around it.
    around: Vec<NodeId>,
    units: Vec<Unit>,
    /// What each unit touches.
    sites: Vec<Sites>,
    /// The temporaries that the body allocates.
    own: Vec<FieldId>,
}

impl<'t> Distribution<'t> {
    fn new(tree: &'t Tree, id: NodeId, l: &'t Loop) -> Self {
        let around = tree.loops_around(id);
        let inside = [around.as_slice(), &[id]].concat();
        let units = tree.units(l.body);
        let sites = units.iter().map(|unit| Sites::of_unit(tree, *unit, &inside)).collect();
        Distribution { tree, id, l, around, units, sites, own: made_below(tree, id) }
    }

    /// Why the body cannot be cut, for each place between two units.
    fn obstacles(&self) -> Vec<Option<Refusal>> {
        let mut obstacles: Vec<Option<Refusal>> = vec![None; self.units.len().saturating_sub(1)];
        let mut forbid = |first: usize, last: usize, refusal: Refusal| {
            for obstacle in &mut obstacles[first..last] {
                obstacle.get_or_insert_with(|| refusal.clone());
            }
        };
        for last in 1..self.units.len() {
            for first in 0..last {
                if let Some(d) = self.reversed(first, last) {
                    let help = "keep both in one loop, or choose a loop along which they are independent";
                    forbid(first, last, Refusal::order(NAME, d, self.l.axis, help));
                }
            }
        }
        for (field, place) in self.own.iter().filter_map(|field| Some((*field, self.users(*field)?))) {
            if let Err((message, help)) = self.outside(field) {
                forbid(place.start, place.end - 1, Refusal::field(NAME, self.tree, field, &message, help));
            }
        }
        let uses = Uses::below(self.tree, self.tree.root);
        for (field, _) in in_window(&uses, self.id) {
            if let Some(place) = self.users(field) {
                let message = format!("only its last elements along {} are stored while the loop runs", self.l.axis);
                forbid(
                    place.start,
                    place.end - 1,
                    Refusal::field(NAME, self.tree, field, &message, "distribute before `store_at`"),
                );
            }
        }
        obstacles
    }

    /// A dependence of an earlier unit on an earlier iteration of a later one.
    fn reversed(&self, first: usize, last: usize) -> Option<Dependence> {
        if self.l.kind.is_free() || self.l.blocking.shift().is_some() || is_single(&self.l.range) {
            return None;
        }
        self.sites[last].find(self.tree, &self.sites[first], &self.around, |d, x, y| {
            let at = d.at_loop(self.tree, (x, self.id), (y, self.id));
            let later = if self.l.kind == LoopKind::Backward { at.lo < 0 } else { at.hi > 0 };
            later && !self.own.contains(&d.field)
        })
    }

    /// The first unit that uses a container, up to and including the last one.
    fn users(&self, field: FieldId) -> Option<Range<usize>> {
        let uses = |sites: &Sites| !sites.of(field).is_empty();
        Some(self.sites.iter().position(uses)?..self.sites.iter().rposition(uses)? + 1)
    }

    /// Where a temporary of the body is stored when it is allocated in front of the loops.
    fn outside(&self, field: FieldId) -> Result<Place, (String, &'static str)> {
        let (Loop { axis, blocking, .. }, container) = (self.l, &self.tree.fields[field]);
        let mut place = container.place;
        if blocking.shift().is_some() {
            return Ok(place);
        }
        if blocking.near.is_some() {
            return Err(("it is allocated for each point of a block".to_string(), "distribute before `split`"));
        }
        if !container.axes.has(*axis) {
            return Err((format!("it has no axis {axis} to keep the values of all iterations"), "cut where no part needs it"));
        }
        if place.keep.has(*axis) {
            return Err((format!("each iteration has all its elements along {axis}"), "cut where no part needs it"));
        }
        place.keep = place.keep.with(*axis);
        Ok(place)
    }

    fn plan(&self, cuts: &[usize]) -> Plan {
        let mut plan = Plan::new(self.tree);
        let bounds = [&[0], cuts, &[self.units.len()]].concat();
        let parts: Vec<Range<usize>> = bounds.windows(2).map(|pair| pair[0]..pair[1]).collect();
        let (mut front, mut bodies) = (Vec::new(), vec![Vec::new(); parts.len()]);
        for alloc in self.tree.items(&self.l.body) {
            let Node::Alloc(field) = self.tree.nodes[*alloc] else { continue };
            let users = self.users(field).unwrap_or(0..1);
            match (parts.iter().position(|part| part.start <= users.start && users.end <= part.end), self.outside(field)) {
                (None, Ok(place)) => {
                    plan.temporary(field, place, self.tree.fields[field].zero);
                    front.push(*alloc);
                }
                (part, _) => bodies[part.unwrap_or(0)].push(*alloc),
            }
        }
        for (part, mut body) in parts.into_iter().zip(bodies) {
            body.extend(self.nodes(&self.units[part], &mut plan));
            let body = plan.add(Node::Seq(body));
            front.push(plan.add(Node::Loop(Loop { body, ..self.l.clone() })));
            plan.replaced(self.id, front[front.len() - 1]);
        }
        plan.put(self.tree, self.id, front);
        plan
    }

    /// The nodes that some units of the body are: statements of one leaf are a leaf.
    fn nodes(&self, units: &[Unit], plan: &mut Plan) -> Vec<NodeId> {
        let runs = units.chunk_by(|a, b| matches!((a, b), (Unit::Stmt(x, _), Unit::Stmt(y, _)) if x == y));
        let node = |run: &[Unit]| match (run, self.tree.as_leaf(run[0].node())) {
            ([Unit::Stmt(_, first), ..], Some(leaf)) if run.len() < leaf.stmts.len() => {
                let stmts = leaf.stmts[*first..first + run.len()].to_vec();
                let span = stmts.iter().fold(Span::NONE, |span, stmt| span.to(stmt.span));
                plan.add(Node::Leaf(Leaf { label: leaf.label.clone(), stmts, span }))
            }
            _ => run[0].node(),
        };
        runs.map(node).collect()
    }
}
