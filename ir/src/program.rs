//! Programs: calls, their order and their fields.
//!
//! A program has one compute domain (NI, NJ, NK). Its fields hold that domain and a halo. Calls run on the whole domain or
//! on a part of it, whose sides are [`Bound`](crate::Bound)s of the program's domain.

use crate::counter::Counter;
use crate::domain::{Axes, Axis, Extent, Range};
use crate::expr::{Access, Expr, ExprKind};
use crate::ids::{FieldId, IdVec, ScalarId, StencilId};
use crate::phase::Phase;
use crate::source::Span;
use crate::stencil::{Param, Stencil};
use crate::types::DType;
use crate::window::Stretch;

/// A whole program. Names are unique among fields and scalars, and among stencils.
#[derive(Clone, Debug)]
pub struct Program {
    pub name: String,
    pub fields: IdVec<FieldId, ProgramField>,
    pub scalars: IdVec<ScalarId, ProgramScalar>,
    /// The arguments in the order of the call.
    pub params: Vec<Param>,
    pub stencils: IdVec<StencilId, Stencil>,
    pub body: Vec<ProgramStmt>,
    pub span: Span,
}

/// A field of a program.
#[derive(Clone, Debug)]
pub struct ProgramField {
    pub name: String,
    pub dtype: DType,
    pub axes: Axes,
    /// The axes along which it lives at interfaces, see [`FieldType`](crate::FieldType).
    pub interfaces: Axes,
    /// Sizes of the data dimensions, see [`crate::Field::data`].
    pub data: Vec<u32>,
    pub lifetime: Lifetime,
    /// How far the storage reaches around the domain, in points, also where no step needs it: what a host function sees, and computed
    /// levels are clamped to, stays the same when steps are left out. Zero in a program as it is written.
    pub halo: Extent,
    pub span: Span,
}

/// The owner and the lifetime of a field.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Lifetime {
    /// Passed in by the caller.
    Argument,
    /// Made for the run, zero at its start.
    Transient,
}

/// A scalar of a program.
#[derive(Clone, Debug)]
pub struct ProgramScalar {
    pub name: String,
    pub dtype: DType,
    pub kind: ScalarKind,
    pub span: Span,
}

/// Where a scalar's value comes from.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ScalarKind {
    /// Passed in by the caller.
    Argument,
    /// Set by `let` statements and loops; zero before.
    Variable,
}

/// One step of a program. Expressions here are uniform: literals, scalars, operations on them.
#[derive(Clone, Debug)]
pub enum ProgramStmt {
    /// Runs a stencil. `fields` and `scalars` are bound in the order of the stencil's parameters of each kind, scalar
    /// values having the parameter's type. `domain` is the part of the program's domain that the call computes; the
    /// stencil's `start` and `end` are its sides, and the point (0, 0, 0) of all bound fields is the corner of that part.
    Call { stencil: StencilId, fields: Vec<FieldId>, scalars: Vec<Expr>, domain: [Range; 3], span: Span },
    /// Runs calls, and nothing else, on a part of the domain that is found at run time: it stands for the domain along the axes
    /// of the stretches, which are in the order of the axes, at most one for each. The calls' own `domain` is the whole one on
    /// these.
    Within { stretches: Vec<Stretch>, body: Vec<ProgramStmt>, span: Span },
    /// Fills the halo of the fields in I and J, as far beyond the domain as `reach` says, from the opposite edge of the domain (doubly
    /// periodic): along I beside the domain, then along J with the corners. `None` is the whole halo that the field has. Of a field at
    /// interfaces the last one, behind the last point of the domain, gets what the first one holds. A
    /// start and its wait are steps of one list, with the same fields and reach.
    HaloUpdate { fields: Vec<FieldId>, reach: Option<Extent>, phase: Phase, span: Span },
    /// Runs the body for each value that the counter gives its variable.
    For { counter: Box<Counter>, body: Vec<ProgramStmt>, span: Span },
    /// Runs one of the bodies.
    If { condition: Expr, then: Vec<ProgramStmt>, otherwise: Vec<ProgramStmt>, span: Span },
    /// Runs the body as long as the condition holds.
    While { condition: Expr, body: Vec<ProgramStmt>, span: Span },
    /// Sets a variable.
    Let { scalar: ScalarId, value: Expr, span: Span },
    /// Copies all elements, halo included, from `from` to `to`, of equal type and axes.
    Copy { to: FieldId, from: FieldId, span: Span },
    /// Exchanges the contents of two fields of equal type and axes, halo included.
    Swap { a: FieldId, b: FieldId, span: Span },
    /// Calls the host function registered as `name`, which may read all that the fields hold, halo included, and writes of them
    /// what `fills` says.
    Callback { name: String, fields: Vec<FieldId>, scalars: Vec<Expr>, fills: Fills, span: Span },
}

/// The points of its fields that a host function writes: what the program may rely on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Fills {
    /// Any points, and none for certain.
    #[default]
    Some,
    /// None: the fields are only read.
    Nothing,
    /// All points of the domain, and of fields at interfaces the last of these.
    Domain,
    /// All points of the halo.
    Halo,
    /// All points of both.
    All,
}

impl Fills {
    /// The words of the text form and of GTScript.
    pub const WORDS: [(Fills, &'static str); 4] =
        [(Fills::Nothing, "nothing"), (Fills::Domain, "domain"), (Fills::Halo, "halo"), (Fills::All, "all")];

    /// What a word stands for.
    pub fn by_word(word: &str) -> Option<Fills> {
        Fills::WORDS.iter().find(|(_, known)| *known == word).map(|(fills, _)| *fills)
    }
    /// Whether the host function may write.
    pub fn writes(self) -> bool {
        self != Fills::Nothing
    }
}

impl std::fmt::Display for Fills {
    /// ` fills halo`, to come after a callback; nothing for any points.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Fills::WORDS.iter().find(|(fills, _)| fills == self) {
            Some((_, word)) => write!(f, " fills {word}"),
            None => Ok(()),
        }
    }
}

impl ProgramStmt {
    /// The fields that the step itself names.
    pub fn fields(&self) -> Vec<FieldId> {
        match self {
            ProgramStmt::Call { fields, .. }
            | ProgramStmt::HaloUpdate { fields, .. }
            | ProgramStmt::Callback { fields, .. } => fields.clone(),
            ProgramStmt::Copy { to: a, from: b, .. } | ProgramStmt::Swap { a, b, .. } => vec![*a, *b],
            ProgramStmt::Within { .. }
            | ProgramStmt::For { .. }
            | ProgramStmt::If { .. }
            | ProgramStmt::While { .. }
            | ProgramStmt::Let { .. } => Vec::new(),
        }
    }
    /// The expressions that the step itself evaluates.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            ProgramStmt::Call { scalars, .. } | ProgramStmt::Callback { scalars, .. } => scalars.iter().collect(),
            ProgramStmt::For { counter, .. } => counter.exprs().collect(),
            ProgramStmt::Within { stretches, .. } => stretches.iter().flat_map(Stretch::exprs).collect(),
            ProgramStmt::If { condition: e, .. }
            | ProgramStmt::While { condition: e, .. }
            | ProgramStmt::Let { value: e, .. } => {
                vec![e]
            }
            ProgramStmt::HaloUpdate { .. } | ProgramStmt::Copy { .. } | ProgramStmt::Swap { .. } => vec![],
        }
    }
    /// The steps inside this one.
    pub fn inner(&self) -> impl Iterator<Item = &ProgramStmt> {
        let bodies: [&[ProgramStmt]; 2] = match self {
            ProgramStmt::For { body, .. } | ProgramStmt::While { body, .. } | ProgramStmt::Within { body, .. } => [body, &[]],
            ProgramStmt::If { then, otherwise, .. } => [then, otherwise],
            _ => [&[], &[]],
        };
        bodies.into_iter().flatten()
    }
    /// The lists of steps directly inside, to be changed.
    pub fn bodies_mut(&mut self) -> impl Iterator<Item = &mut Vec<ProgramStmt>> {
        let (first, second) = match self {
            ProgramStmt::For { body, .. } | ProgramStmt::While { body, .. } | ProgramStmt::Within { body, .. } => {
                (Some(body), None)
            }
            ProgramStmt::If { then, otherwise, .. } => (Some(then), Some(otherwise)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }
    /// Calls `visit` with the step and with all that are inside it, outer before inner.
    pub fn walk<'p>(&'p self, visit: &mut impl FnMut(&'p ProgramStmt)) {
        visit(self);
        self.inner().for_each(|inner| inner.walk(visit));
    }
}

impl Program {
    /// The program that calls one stencil on the whole domain, with the stencil's own parameters as arguments.
    pub fn of_stencil(stencil: Stencil) -> Program {
        let mut program = Program {
            name: stencil.name.clone(),
            fields: IdVec::new(),
            scalars: IdVec::new(),
            params: Vec::new(),
            stencils: IdVec::new(),
            body: Vec::new(),
            span: stencil.span,
        };
        let (mut fields, mut scalars) = (Vec::new(), Vec::new());
        for param in &stencil.params {
            match *param {
                Param::Field(id) => {
                    let f = &stencil.fields[id];
                    let lifetime = Lifetime::Argument;
                    let field = ProgramField {
                        name: f.name.clone(),
                        dtype: f.dtype,
                        axes: f.axes,
                        interfaces: f.interfaces,
                        data: f.data.clone(),
                        lifetime,
                        halo: Extent::ZERO,
                        span: f.span,
                    };
                    let id = program.fields.push(field);
                    program.params.push(Param::Field(id));
                    fields.push(id);
                }
                Param::Scalar(id) => {
                    let s = &stencil.scalars[id];
                    let kind = ScalarKind::Argument;
                    let id = program.scalars.push(ProgramScalar { name: s.name.clone(), dtype: s.dtype, kind, span: s.span });
                    program.params.push(Param::Scalar(id));
                    scalars.push(Expr { kind: ExprKind::Scalar(id), dtype: s.dtype, span: s.span });
                }
            }
        }
        let span = stencil.span;
        let stencil = program.stencils.push(stencil);
        program.body.push(ProgramStmt::Call { stencil, fields, scalars, domain: std::array::from_fn(|_| Range::full()), span });
        program
    }
    /// The field named `name`.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().find(|(_, f)| f.name == name).map(|(id, _)| id)
    }
    /// The scalar named `name`.
    pub fn scalar(&self, name: &str) -> Option<ScalarId> {
        self.scalars.iter().find(|(_, s)| s.name == name).map(|(id, _)| id)
    }
}

impl ProgramField {
    /// How many elements each point holds.
    pub fn components(&self) -> u32 {
        crate::stencil::components(&self.data)
    }
}

impl ProgramStmt {
    /// Where the statement was written.
    pub fn span(&self) -> Span {
        match self {
            ProgramStmt::Call { span, .. }
            | ProgramStmt::Within { span, .. }
            | ProgramStmt::HaloUpdate { span, .. }
            | ProgramStmt::For { span, .. }
            | ProgramStmt::If { span, .. }
            | ProgramStmt::While { span, .. }
            | ProgramStmt::Let { span, .. }
            | ProgramStmt::Copy { span, .. }
            | ProgramStmt::Swap { span, .. }
            | ProgramStmt::Callback { span, .. } => *span,
        }
    }
    /// Where the statement was written, to be changed.
    pub fn span_mut(&mut self) -> &mut Span {
        match self {
            ProgramStmt::Call { span, .. }
            | ProgramStmt::Within { span, .. }
            | ProgramStmt::HaloUpdate { span, .. }
            | ProgramStmt::For { span, .. }
            | ProgramStmt::If { span, .. }
            | ProgramStmt::While { span, .. }
            | ProgramStmt::Let { span, .. }
            | ProgramStmt::Copy { span, .. }
            | ProgramStmt::Swap { span, .. }
            | ProgramStmt::Callback { span, .. } => span,
        }
    }
}

/// A reading of the current point, for tests and generators: `%field[i, j, k]` of type `dtype`.
pub fn read(field: FieldId, [i, j, k]: [i32; 3], dtype: DType) -> Expr {
    let access = Access { offset: [i, j], k: crate::expr::KIndex::Offset(k), ..Access::here(field) };
    Expr { kind: ExprKind::Field(access), dtype, span: Span::NONE }
}

impl PartialEq for Program {
    fn eq(&self, o: &Self) -> bool {
        (&self.name, &self.fields, &self.scalars, &self.params, &self.stencils, &self.body)
            == (&o.name, &o.fields, &o.scalars, &o.params, &o.stencils, &o.body)
    }
}

impl PartialEq for ProgramField {
    fn eq(&self, o: &Self) -> bool {
        (&self.name, self.field_type(), self.lifetime, self.halo) == (&o.name, o.field_type(), o.lifetime, o.halo)
    }
}

impl PartialEq for ProgramScalar {
    fn eq(&self, o: &Self) -> bool {
        (&self.name, self.dtype, self.kind) == (&o.name, o.dtype, o.kind)
    }
}

impl PartialEq for ProgramStmt {
    fn eq(&self, other: &Self) -> bool {
        use ProgramStmt::*;
        match (self, other) {
            (Call { stencil, fields, scalars, domain, .. }, Call { stencil: s2, fields: f2, scalars: c2, domain: d2, .. }) => {
                (stencil, fields, scalars, domain) == (s2, f2, c2, d2)
            }
            (Within { stretches, body, .. }, Within { stretches: s2, body: b2, .. }) => (stretches, body) == (s2, b2),
            (HaloUpdate { fields, reach, phase, .. }, HaloUpdate { fields: f2, reach: r2, phase: p2, .. }) => {
                (fields, reach, phase) == (f2, r2, p2)
            }
            (For { counter, body, .. }, For { counter: c2, body: b2, .. }) => (counter, body) == (c2, b2),
            (If { condition, then, otherwise, .. }, If { condition: c2, then: t2, otherwise: o2, .. }) => {
                (condition, then, otherwise) == (c2, t2, o2)
            }
            (While { condition, body, .. }, While { condition: c2, body: b2, .. }) => (condition, body) == (c2, b2),
            (Let { scalar, value, .. }, Let { scalar: s2, value: v2, .. }) => (scalar, value) == (s2, v2),
            (Copy { to, from, .. }, Copy { to: t2, from: f2, .. }) => (to, from) == (t2, f2),
            (Swap { a, b, .. }, Swap { a: a2, b: b2, .. }) => (a, b) == (a2, b2),
            (Callback { name, fields, scalars, fills, .. }, Callback { name: n2, fields: f2, scalars: s2, fills: l2, .. }) => {
                (name, fields, scalars, fills) == (n2, f2, s2, l2)
            }
            _ => false,
        }
    }
}

/// The axes of the horizontal plane that a halo update runs along, in the order of the update (corners come with J).
pub const HALO_AXES: [Axis; 2] = [Axis::I, Axis::J];
