//! Stencils: parameters, temporaries, vertical loops, statements.

use crate::domain::{Axes, Extent, Range};
use crate::expr::{Access, Expr};
use crate::horizontal_box::HorizontalBox;
use crate::ids::{FieldId, IdVec, ScalarId};
use crate::source::Span;
use crate::types::DType;

/// A stencil. Fields come in the order parameters, then temporaries; names are unique among fields and scalars.
/// Equality of stencils and their parts ignores spans.
#[derive(Clone, Debug)]
pub struct Stencil {
    pub name: String,
    pub fields: IdVec<FieldId, Field>,
    pub scalars: IdVec<ScalarId, ScalarParam>,
    /// The parameters in the order of the call.
    pub params: Vec<Param>,
    pub loops: Vec<VerticalLoop>,
    pub span: Span,
}

/// A parameter of a stencil.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Param {
    Field(FieldId),
    Scalar(ScalarId),
}

/// A field parameter or temporary of a stencil.
#[derive(Clone, Debug)]
pub struct Field {
    pub name: String,
    pub dtype: DType,
    pub axes: Axes,
    /// The axes along which it lives at interfaces, see [`FieldType`](crate::FieldType); none for temporaries, which are computed
    /// wherever they are read. A call checks that the field it binds lives there, too.
    pub interfaces: Axes,
    /// Sizes of the data dimensions: each point holds one element for every combination of indexes into them. None: one element.
    pub data: Vec<u32>,
    pub kind: FieldKind,
    pub span: Span,
}

/// Where a stencil's field comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldKind {
    Param,
    /// Holds zero until written, anew in each call.
    Temporary,
}

/// A scalar parameter of a stencil.
#[derive(Clone, Debug)]
pub struct ScalarParam {
    pub name: String,
    pub dtype: DType,
    pub span: Span,
}

/// A computation: sections of K levels, visited in an order.
#[derive(Clone, PartialEq, Debug)]
pub struct VerticalLoop {
    pub order: Order,
    /// In execution order: ascending for `parallel` and `forward`, descending for `backward`; disjoint.
    pub sections: Vec<Section>,
}

/// The order of a vertical loop over K.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Order {
    /// No order: each execution finishes on its whole interval before the next one starts.
    Parallel,
    Forward,
    Backward,
}

/// What a vertical loop does on one interval of levels.
#[derive(Clone, PartialEq, Debug)]
pub struct Section {
    pub interval: Range,
    pub executions: Vec<HorizontalExecution>,
}

/// Statements with one extent, run one after another, each over the whole plane.
#[derive(Clone, PartialEq, Debug)]
pub struct HorizontalExecution {
    /// How far beyond the compute domain the statements run in I and J (K is zero); see [`crate::extent`].
    pub extent: Extent,
    pub body: Vec<Stmt>,
}

/// A statement and where it was written. Equality ignores spans.
#[derive(Clone, Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub span: Span,
}

/// The effects.
#[derive(Clone, PartialEq, Debug)]
pub enum StmtKind {
    Assign(Assign),
    /// The body where the condition, evaluated once before it, holds.
    Mask {
        condition: Expr,
        body: Vec<Stmt>,
    },
    /// The body on one box of the plane.
    Restrict {
        region: HorizontalBox,
        body: Vec<Stmt>,
    },
    /// The body as long as the condition holds, point by point.
    While {
        condition: Expr,
        body: Vec<Stmt>,
    },
    /// Fails the call where the guard holds and a data-dependent index of the access lies outside of its field. Nothing is read.
    Check {
        access: Access,
        guard: Expr,
    },
}

/// `target = value`; the value has the target's type. Targets have no horizontal offset.
#[derive(Clone, PartialEq, Debug)]
pub struct Assign {
    pub target: Access,
    pub value: Expr,
}

impl Stmt {
    /// Whether the statement, or one in it, checks an index.
    pub fn has_checks(&self) -> bool {
        let mut found = false;
        self.walk(&mut |stmt| found |= matches!(stmt.kind, StmtKind::Check { .. }));
        found
    }
    /// An assignment.
    pub fn assign(target: Access, value: Expr, span: Span) -> Stmt {
        Stmt { kind: StmtKind::Assign(Assign { target, value }), span }
    }
    /// The statements inside this one.
    pub fn body(&self) -> &[Stmt] {
        match &self.kind {
            StmtKind::Assign(_) | StmtKind::Check { .. } => &[],
            StmtKind::Mask { body, .. } | StmtKind::Restrict { body, .. } | StmtKind::While { body, .. } => body,
        }
    }
    /// The statements inside this one, to be changed.
    pub fn body_mut(&mut self) -> &mut [Stmt] {
        match &mut self.kind {
            StmtKind::Assign(_) | StmtKind::Check { .. } => &mut [],
            StmtKind::Mask { body, .. } | StmtKind::Restrict { body, .. } | StmtKind::While { body, .. } => body,
        }
    }
    /// The expressions evaluated by the statement itself, in order: a value, a condition or a guard, then the data-dependent
    /// indexes of a target or of an access that is checked.
    pub fn exprs(&self) -> impl Iterator<Item = &Expr> {
        let (first, access) = match &self.kind {
            StmtKind::Assign(a) => (Some(&a.value), Some(&a.target)),
            StmtKind::Mask { condition, .. } | StmtKind::While { condition, .. } => (Some(condition), None),
            StmtKind::Check { access, guard } => (Some(guard), Some(access)),
            StmtKind::Restrict { .. } => (None, None),
        };
        first.into_iter().chain(access.into_iter().flat_map(Access::indexes))
    }
    /// The expressions evaluated by the statement itself, to be changed.
    pub fn exprs_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        let (first, access) = match &mut self.kind {
            StmtKind::Assign(a) => (Some(&mut a.value), Some(&mut a.target)),
            StmtKind::Mask { condition, .. } | StmtKind::While { condition, .. } => (Some(condition), None),
            StmtKind::Check { access, guard } => (Some(guard), Some(access)),
            StmtKind::Restrict { .. } => (None, None),
        };
        first.into_iter().chain(access.into_iter().flat_map(Access::indexes_mut))
    }
    /// The access that the statement itself writes or checks.
    pub fn target(&self) -> Option<&Access> {
        match &self.kind {
            StmtKind::Assign(a) => Some(&a.target),
            StmtKind::Check { access, .. } => Some(access),
            _ => None,
        }
    }
    /// The access that the statement itself writes or checks, to be changed.
    pub fn target_mut(&mut self) -> Option<&mut Access> {
        match &mut self.kind {
            StmtKind::Assign(a) => Some(&mut a.target),
            StmtKind::Check { access, .. } => Some(access),
            _ => None,
        }
    }
    /// Calls `visit` on this statement and all inside it, outer before inner.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Stmt)) {
        visit(self);
        for inner in self.body() {
            inner.walk(visit);
        }
    }
    /// Calls `visit` on this statement and all inside it, outer before inner.
    pub fn walk_mut(&mut self, visit: &mut impl FnMut(&mut Stmt)) {
        visit(self);
        for inner in self.body_mut() {
            inner.walk_mut(visit);
        }
    }
}

impl Stencil {
    /// The field named `name`.
    pub fn field(&self, name: &str) -> Option<FieldId> {
        self.fields.iter().find(|(_, f)| f.name == name).map(|(id, _)| id)
    }
    /// The scalar named `name`.
    pub fn scalar(&self, name: &str) -> Option<ScalarId> {
        self.scalars.iter().find(|(_, s)| s.name == name).map(|(id, _)| id)
    }
    /// Takes the checks of data-dependent indexes out, and what holds nothing else: indexes are then clamped in silence.
    pub fn drop_checks(&mut self) {
        self.retain(&|stmt, _| !matches!(stmt.kind, StmtKind::Check { .. }));
    }
    /// Keeps the statements for which `keep` holds, given the extent of their execution; what is left without statements goes
    /// too. Whether anything went.
    pub(crate) fn retain(&mut self, keep: &impl Fn(&Stmt, Extent) -> bool) -> bool {
        fn of_body(body: &mut Vec<Stmt>, keep: &impl Fn(&Stmt) -> bool) -> bool {
            let before = body.len();
            let mut changed = false;
            body.retain_mut(|stmt| {
                let is_empty = match &mut stmt.kind {
                    StmtKind::Mask { body, .. } | StmtKind::Restrict { body, .. } | StmtKind::While { body, .. } => {
                        changed |= of_body(body, keep);
                        body.is_empty()
                    }
                    StmtKind::Assign(_) | StmtKind::Check { .. } => false,
                };
                !is_empty && keep(stmt)
            });
            changed || body.len() < before
        }
        let mut changed = false;
        for section in self.loops.iter_mut().flat_map(|l| &mut l.sections) {
            section.executions.retain_mut(|execution| {
                changed |= of_body(&mut execution.body, &|stmt| keep(stmt, execution.extent));
                !execution.body.is_empty()
            });
        }
        changed
    }
    /// Every horizontal execution in program order, with its loop and section.
    pub fn executions(&self) -> impl DoubleEndedIterator<Item = (&VerticalLoop, &Section, &HorizontalExecution)> {
        self.loops
            .iter()
            .flat_map(|l| l.sections.iter().map(move |s| (l, s)))
            .flat_map(|(l, s)| s.executions.iter().map(move |h| (l, s, h)))
    }
}

impl Field {
    /// Whether the field is a temporary.
    pub fn is_temporary(&self) -> bool {
        self.kind == FieldKind::Temporary
    }
    /// How many elements each point holds.
    pub fn components(&self) -> u32 {
        components(&self.data)
    }
}

/// The largest number of data dimensions.
pub const MAX_DATA_DIMENSIONS: usize = 4;

/// The index along each data dimension of a component, for dimensions of these sizes.
pub fn data_indexes(component: u32, data: &[u32]) -> Vec<u32> {
    let mut rest = component;
    let mut indexes = vec![0; data.len()];
    for (index, size) in indexes.iter_mut().zip(data).rev() {
        (*index, rest) = (rest % size, rest / size);
    }
    indexes
}

/// The largest number of elements at a point.
pub const MAX_COMPONENTS: u32 = 1 << 20;

/// How many elements a point holds with data dimensions of these sizes.
pub fn components(data: &[u32]) -> u32 {
    data.iter().fold(1, |all, size| all.saturating_mul(*size))
}

/// Whether a field may have data dimensions of these sizes, none among them.
pub fn are_data_sizes(data: &[u32]) -> bool {
    data.len() <= MAX_DATA_DIMENSIONS && (1..=MAX_COMPONENTS).contains(&components(data))
}

impl PartialEq for Stencil {
    fn eq(&self, o: &Self) -> bool {
        (&self.name, &self.fields, &self.scalars, &self.params, &self.loops)
            == (&o.name, &o.fields, &o.scalars, &o.params, &o.loops)
    }
}

impl PartialEq for Field {
    fn eq(&self, o: &Self) -> bool {
        (&self.name, self.field_type(), self.kind) == (&o.name, o.field_type(), o.kind)
    }
}

impl PartialEq for ScalarParam {
    fn eq(&self, o: &Self) -> bool {
        (&self.name, self.dtype) == (&o.name, o.dtype)
    }
}

impl PartialEq for Stmt {
    fn eq(&self, o: &Self) -> bool {
        self.kind == o.kind
    }
}
