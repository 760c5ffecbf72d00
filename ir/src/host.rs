//! Steps of the host: what runs between stencils and loop nests, and around them.
//!
//! Programs, schedule trees, dataflow graphs and plans share this definition. They differ in what stands inside loops and branches,
//! the type `B`: a list of statements, a node of the tree, a region of the graph, a range of the plan's steps.

use crate::counter::Counter;
use crate::domain::Extent;
use crate::expr::Expr;
use crate::fills::Fills;
use crate::ids::{FieldId, ScalarId};
use crate::phase::Phase;
use crate::window::Window;

/// A step of the host. Steps inside it are held by `B`. Expressions are uniform: literals, scalars, operations on them.
#[derive(Clone, PartialEq, Debug)]
pub enum HostStep<B> {
    /// Runs the body for each value that the counter gives its variable.
    For { counter: Box<Counter>, body: B },
    /// Runs the body on a part of the domain that is found at run time: positions and ranges inside count from that part along its
    /// axes.
    Within { window: Box<Window>, body: B },
    /// Runs one of the bodies.
    Branch { condition: Expr, then: B, otherwise: B },
    /// Runs the body as long as the condition holds.
    While { condition: Expr, body: B },
    /// Sets a host scalar.
    Let { scalar: ScalarId, value: Expr },
    /// Fills the halo of the fields in I and J, as far beyond the domain as `reach` says, from the opposite edge of the domain (doubly
    /// periodic): along I beside the domain, then along J with the corners. `None` is the whole halo that the field has. Of a field at
    /// interfaces the last one, behind the last point of the domain, gets what the first one holds. A start and its wait have the same
    /// fields, reach and pairs. `pairs` are components of vectors ([`crate::pairs`]): a program says so to a host that fills its halos.
    Exchange { fields: Vec<FieldId>, reach: Option<Extent>, phase: Phase, pairs: Vec<[FieldId; 2]> },
    /// Copies all elements, halo included, from `from` to `to`, of equal type and axes.
    Copy { to: FieldId, from: FieldId },
    /// Exchanges the contents of two fields of equal type and axes, halo included.
    Swap { a: FieldId, b: FieldId },
    /// Calls the host function registered as `name`, which may read all that the fields hold, halo included, and writes of them
    /// what `fills` says.
    Callback { name: String, fields: Vec<FieldId>, scalars: Vec<Expr>, fills: Fills },
}

impl<B> HostStep<B> {
    /// The bodies directly inside, in the order of the text.
    pub fn bodies(&self) -> impl DoubleEndedIterator<Item = &B> {
        let (first, second) = match self {
            HostStep::For { body, .. } | HostStep::Within { body, .. } | HostStep::While { body, .. } => (Some(body), None),
            HostStep::Branch { then, otherwise, .. } => (Some(then), Some(otherwise)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }
    /// The bodies directly inside, to be changed.
    pub fn bodies_mut(&mut self) -> impl Iterator<Item = &mut B> {
        let (first, second) = match self {
            HostStep::For { body, .. } | HostStep::Within { body, .. } | HostStep::While { body, .. } => (Some(body), None),
            HostStep::Branch { then, otherwise, .. } => (Some(then), Some(otherwise)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }
    /// The step with other bodies.
    ///
    /// # Errors
    /// The first error of `body`.
    pub fn with_bodies<'s, C, E>(&'s self, mut body: impl FnMut(&'s B) -> Result<C, E>) -> Result<HostStep<C>, E> {
        Ok(match self {
            HostStep::For { counter, body: inner } => HostStep::For { counter: counter.clone(), body: body(inner)? },
            HostStep::Within { window, body: inner } => HostStep::Within { window: window.clone(), body: body(inner)? },
            HostStep::Branch { condition, then, otherwise } => {
                HostStep::Branch { condition: condition.clone(), then: body(then)?, otherwise: body(otherwise)? }
            }
            HostStep::While { condition, body: inner } => HostStep::While { condition: condition.clone(), body: body(inner)? },
            HostStep::Let { scalar, value } => HostStep::Let { scalar: *scalar, value: value.clone() },
            HostStep::Exchange { fields, reach, phase, pairs } => {
                HostStep::Exchange { fields: fields.clone(), reach: *reach, phase: *phase, pairs: pairs.clone() }
            }
            HostStep::Copy { to, from } => HostStep::Copy { to: *to, from: *from },
            HostStep::Swap { a, b } => HostStep::Swap { a: *a, b: *b },
            HostStep::Callback { name, fields, scalars, fills } => {
                let (name, fields, scalars) = (name.clone(), fields.clone(), scalars.clone());
                HostStep::Callback { name, fields, scalars, fills: *fills }
            }
        })
    }
    /// Whether the step moves data of containers itself. A halo is filled from the start of its update on.
    pub fn moves_data(&self) -> bool {
        let is_wait = matches!(self, HostStep::Exchange { phase: Phase::Wait(_), .. });
        !is_wait && (!self.fields().is_empty() || matches!(self, HostStep::Callback { .. }))
    }
    /// The containers that the step itself names.
    pub fn fields(&self) -> Vec<FieldId> {
        match self {
            HostStep::Exchange { fields, .. } | HostStep::Callback { fields, .. } => fields.clone(),
            HostStep::Copy { to: a, from: b } | HostStep::Swap { a, b } => vec![*a, *b],
            _ => Vec::new(),
        }
    }
    /// The containers that the step itself names, to be changed.
    pub fn fields_mut(&mut self) -> impl Iterator<Item = &mut FieldId> {
        let (list, pairs, two): (&mut [FieldId], &mut [[FieldId; 2]], _) = match self {
            HostStep::Exchange { fields, pairs, .. } => (fields, pairs, None),
            HostStep::Callback { fields, .. } => (fields, &mut [], None),
            HostStep::Copy { to: a, from: b } | HostStep::Swap { a, b } => (&mut [], &mut [], Some([a, b])),
            _ => (&mut [], &mut [], None),
        };
        list.iter_mut().chain(pairs.iter_mut().flatten()).chain(two.into_iter().flatten())
    }
    /// The expressions that the step itself evaluates.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            HostStep::For { counter, .. } => counter.exprs().collect(),
            HostStep::Within { window, .. } => window.exprs().collect(),
            HostStep::Branch { condition: e, .. } | HostStep::While { condition: e, .. } | HostStep::Let { value: e, .. } => {
                vec![e]
            }
            HostStep::Callback { scalars, .. } => scalars.iter().collect(),
            HostStep::Exchange { .. } | HostStep::Copy { .. } | HostStep::Swap { .. } => Vec::new(),
        }
    }
    /// The scalars that the step itself reads.
    pub fn uses(&self) -> impl Iterator<Item = ScalarId> {
        self.exprs().into_iter().flat_map(Expr::scalars)
    }
    /// The scalar that the step itself sets.
    pub fn sets(&self) -> Option<ScalarId> {
        match self {
            HostStep::For { counter, .. } => Some(counter.var),
            HostStep::Let { scalar, .. } => Some(*scalar),
            _ => None,
        }
    }
}
