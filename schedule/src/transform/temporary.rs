//! What transformations of one temporary ask of the tree.

use super::{Args, Refusal};
use crate::access::accesses_of;
use crate::storage::{self, Uses};
use crate::tree::{Node, NodeId, Tree};
use tradewind_ir::{FieldId, Place, Stmt, StmtKind};

/// The temporary that is asked for, its allocation, and the sequence in which it stands.
pub(super) fn allocated(name: &'static str, tree: &Tree, args: &Args) -> Result<(FieldId, NodeId, NodeId), Refusal> {
    let shape = |message: &str, help| Refusal::shape(name, tree, tree.root, message, help);
    let Some(field) = args.temp else { return Err(shape("no temporary is given", "name one with `temp`")) };
    let mut alloc = None;
    tree.walk(tree.root, &mut |id, node| {
        if *node == Node::Alloc(field) {
            alloc = Some(id);
        }
    });
    match alloc.and_then(|id| Some((field, id, tree.parent(id)?))) {
        Some(found) => Ok(found),
        None => Err(shape("the tree allocates no such temporary", "name a temporary that the tree allocates")),
    }
}

/// Whether a statement below a node names a container.
pub(super) fn names(tree: &Tree, id: NodeId, field: FieldId) -> bool {
    match &tree.nodes[id] {
        Node::Leaf(leaf) => leaf.stmts.iter().any(|stmt| stmt_names(stmt, field)),
        node => node.children().any(|child| names(tree, child, field)),
    }
}

fn stmt_names(stmt: &Stmt, field: FieldId) -> bool {
    let mut checks = false;
    stmt.walk(&mut |s| checks |= matches!(&s.kind, StmtKind::Check { access, .. } if access.field == field));
    checks || accesses_of(stmt).iter().any(|touch| touch.access.field == field)
}

/// Whether nothing but loops stands around the statements below a node that name a temporary.
///
/// # Errors
/// A loop or branch of the host program does.
pub(super) fn only_loops(name: &'static str, tree: &Tree, id: NodeId, field: FieldId) -> Result<(), Refusal> {
    match &tree.nodes[id] {
        Node::Loop(_) | Node::Leaf(_) => Ok(()),
        Node::Seq(children) => {
            children.iter().filter(|c| names(tree, **c, field)).try_for_each(|c| only_loops(name, tree, *c, field))
        }
        _ => {
            let message = format!("a loop or branch of the host program uses `{}`", tree.fields[field].name);
            Err(Refusal::shape(name, tree, id, message, "choose a temporary that one stretch of the program uses"))
        }
    }
}

/// Whether some containers, which more statements read after an edit, store all that these need.
///
/// # Errors
/// One that stores too few elements.
pub(super) fn stored(name: &'static str, after: &Tree, mut inputs: impl Iterator<Item = FieldId>) -> Result<(), Refusal> {
    let partly = |field: &FieldId| after.fields[*field].place != Place::whole(after.fields[*field].axes);
    let Some(first) = inputs.find(partly) else { return Ok(()) };
    let uses = Uses::below(after, after.root);
    match [first].into_iter().chain(inputs).find_map(|field| storage::fault(&uses, field)) {
        Some(fault) => {
            Err(Refusal::at(name, fault.span, fault.message, "do this before `store_at`, which has left out elements"))
        }
        None => Ok(()),
    }
}
