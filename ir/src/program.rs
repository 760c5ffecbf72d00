//! Programs: calls, their order and their fields.
//!
//! A program has one compute domain (NI, NJ, NK). Its fields hold that domain and a halo. Calls run on the whole domain or
//! on a part of it, whose sides are [`Bound`](crate::Bound)s of the program's domain.

use crate::domain::{Axes, Axis, Extent, Range};
use crate::expr::{Access, Expr, ExprKind};
use crate::host::HostStep;
use crate::ids::{FieldId, IdVec, ScalarId, StencilId};
use crate::source::Span;
use crate::stencil::{Param, Stencil};
use crate::types::DType;

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
    /// A step of the host, and where it was written. In a part of the domain that is found at run time there are calls and nothing
    /// else, and their own `domain` is the whole one along its axes. A start of a halo update and its wait are steps of one list.
    Host(HostStep<Vec<ProgramStmt>>, Span),
}

impl ProgramStmt {
    /// The fields that the step itself names.
    pub fn fields(&self) -> Vec<FieldId> {
        match self {
            ProgramStmt::Call { fields, .. } => fields.clone(),
            ProgramStmt::Host(step, _) => step.fields(),
        }
    }
    /// The expressions that the step itself evaluates.
    pub fn exprs(&self) -> Vec<&Expr> {
        match self {
            ProgramStmt::Call { scalars, .. } => scalars.iter().collect(),
            ProgramStmt::Host(step, _) => step.exprs(),
        }
    }
    /// The scalar that the step itself sets.
    pub fn sets(&self) -> Option<ScalarId> {
        if let ProgramStmt::Host(step, _) = self { step.sets() } else { None }
    }
    /// The lists of steps directly inside.
    pub fn bodies(&self) -> impl Iterator<Item = &Vec<ProgramStmt>> {
        let host = if let ProgramStmt::Host(step, _) = self { Some(step) } else { None };
        host.into_iter().flat_map(HostStep::bodies)
    }
    /// The lists of steps directly inside, to be changed.
    pub fn bodies_mut(&mut self) -> impl Iterator<Item = &mut Vec<ProgramStmt>> {
        let host = if let ProgramStmt::Host(step, _) = self { Some(step) } else { None };
        host.into_iter().flat_map(HostStep::bodies_mut)
    }
    /// The steps inside this one.
    pub fn inner(&self) -> impl Iterator<Item = &ProgramStmt> {
        self.bodies().flatten()
    }
    /// Calls `visit` with the step and with all that are inside it, outer before inner.
    pub fn walk<'p>(&'p self, visit: &mut impl FnMut(&'p ProgramStmt)) {
        visit(self);
        self.inner().for_each(|inner| inner.walk(visit));
    }
    /// Where the statement was written.
    pub fn span(&self) -> Span {
        let (ProgramStmt::Call { span, .. } | ProgramStmt::Host(_, span)) = self;
        *span
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

/// Where steps were written does not count.
impl PartialEq for ProgramStmt {
    fn eq(&self, other: &Self) -> bool {
        use ProgramStmt::*;
        match (self, other) {
            (Call { stencil, fields, scalars, domain, .. }, Call { stencil: s2, fields: f2, scalars: c2, domain: d2, .. }) => {
                (stencil, fields, scalars, domain) == (s2, f2, c2, d2)
            }
            (Host(step, _), Host(other, _)) => step == other,
            _ => false,
        }
    }
}

/// The axes of the horizontal plane that a halo update runs along, in the order of the update (corners come with J).
pub const HALO_AXES: [Axis; 2] = [Axis::I, Axis::J];
