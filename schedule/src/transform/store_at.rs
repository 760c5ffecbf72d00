//! A temporary made smaller, where it is needed.

use super::{Args, Plan, Refusal, Transformation};
use crate::dependence::Sites;
use crate::tree::{Loop, Node, NodeId, Tree};
use tradewind_ir::{Axes, FieldId, Place};

/// ```text
/// before                                   after
/// temp %t: field<f64, IJK> heap            temp %t: field<f64, IJK> row
/// alloc %t                                 for k in [start, end) any {
/// for k in [start, end) any {                for j in [start, end) any {
///   for j in [start, end) any { A }            alloc %t
/// }                                            A
///                                            }
///                                          }
/// ```
/// Moves a temporary's allocation into a loop below it: every iteration makes its own, with one element less an axis.
///
/// Legal when all accesses lie below the loop, and between the old place and the new one there are only loops along which the
/// temporary is accessed at the current point: no value goes from one iteration to another.
pub struct StoreAt;

const NAME: &str = "store_at";

impl Transformation for StoreAt {
    fn name(&self) -> &'static str {
        NAME
    }
    fn doc(&self) -> &'static str {
        "make a temporary inside a loop, without the axes of the loops around it: a plane, slab, row or register"
    }
    fn options(&self) -> &'static [(&'static str, &'static str)] {
        &[("temp", "the temporary"), ("at", "the loop whose body makes it")]
    }
    fn check(&self, tree: &Tree, args: &Args) -> Result<Plan, Refusal> {
        let id = args.at.unwrap_or(tree.root);
        let shape = |message: &str, help| Refusal::shape(NAME, tree, id, message, help);
        let Some(field) = args.temp else { return Err(shape("no temporary is named", "name one with `temp`")) };
        let Some(target) = tree.as_loop(id) else { return Err(shape("this is not a loop", "name a loop with `at`")) };
        let parents = tree.parents();
        let Some(alloc) = allocation(tree, field) else {
            return Err(shape("the tree makes no such temporary", "name a temporary that the tree allocates"));
        };
        let mut path = Path { tree, field, seq: parents[alloc].unwrap_or(tree.root), keep: tree.fields[field].place.keep };
        let start = path.seq;
        while path.seq != target.body {
            path.descend()?;
        }
        Ok(moved(tree, alloc, (start, target.body), path.keep, field))
    }
}

/// How far a temporary's allocation can move down from where it is: the innermost loop, if any.
pub fn deepest(tree: &Tree, alloc: NodeId, seq: NodeId) -> Option<NodeId> {
    let Some(Node::Alloc(field)) = tree.nodes.get(alloc) else { return None };
    let mut path = Path { tree, field: *field, seq, keep: tree.fields[*field].place.keep };
    let mut found = None;
    while let Ok(inner) = path.descend() {
        found = Some(inner);
    }
    found
}

fn allocation(tree: &Tree, field: FieldId) -> Option<NodeId> {
    let mut found = None;
    tree.walk(tree.root, &mut |id, node| {
        if *node == Node::Alloc(field) {
            found = Some(id);
        }
    });
    found
}

/// The way of an allocation down the tree.
struct Path<'t> {
    tree: &'t Tree,
    field: FieldId,
    /// The sequence that the allocation stands in.
    seq: NodeId,
    keep: Axes,
}

impl Path<'_> {
    /// Moves the allocation into the only loop of its sequence that uses the temporary, and returns that loop.
    fn descend(&mut self) -> Result<NodeId, Refusal> {
        let refuse = |at, message: String, help| Err(Refusal::shape(NAME, self.tree, at, message, help));
        let name = &self.tree.fields[self.field].name;
        let users: Vec<NodeId> = self.tree.items(&self.seq).iter().copied().filter(|child| self.uses(*child)).collect();
        let [user] = users.as_slice() else {
            return refuse(
                self.seq,
                format!("`{name}` is used by several nodes side by side"),
                "fuse them first, or choose an outer loop",
            );
        };
        let Some(Loop { axis, body, .. }) = self.tree.as_loop(*user) else {
            return refuse(
                *user,
                format!("there is no loop further down in which `{name}` could live"),
                "choose an outer loop",
            );
        };
        if !self.keep.has(*axis) {
            let message = format!("`{name}` lacks {axis}, so all iterations share its elements");
            return refuse(*user, message, "choose an outer loop");
        }
        let sites = Sites::below(self.tree, *user, [None; 3]);
        if let Some(far) = sites.of(self.field).iter().find(|s| s.offset[axis.index()] != Some(0)) {
            let message = format!("`{name}` is accessed at another point along {axis}");
            let cause = super::Cause::Shape { message, span: far.span };
            return Err(Refusal { transformation: NAME, cause, help: "choose an outer loop" });
        }
        self.keep = self.keep.without(*axis);
        self.seq = *body;
        Ok(*user)
    }

    fn uses(&self, node: NodeId) -> bool {
        let mut used = false;
        self.tree.walk(node, &mut |_, node| used |= self.touches(node));
        used
    }

    fn touches(&self, node: &Node) -> bool {
        match node {
            Node::Leaf(leaf) => leaf.stmts.iter().flat_map(crate::access::accesses_of).any(|t| t.access.field == self.field),
            Node::Exchange { fields, .. } | Node::Callback { fields, .. } => fields.contains(&self.field),
            Node::Copy { to: a, from: b } | Node::Swap { a, b } => *a == self.field || *b == self.field,
            _ => false,
        }
    }
}

fn moved(tree: &Tree, alloc: NodeId, (from, to): (NodeId, NodeId), keep: Axes, field: FieldId) -> Plan {
    let mut plan = Plan::new(tree);
    if from != to {
        let rest = tree.items(&from).iter().copied().filter(|id| *id != alloc).collect();
        plan.change(from, Node::Seq(rest));
        let children = std::iter::once(alloc).chain(tree.items(&to).iter().copied()).collect();
        plan.change(to, Node::Seq(children));
        plan.place(field, Place { keep });
    }
    plan
}
