//! One call: its fields and scalars bound, its loops nested.

use super::coordinates::CallCoordinates;
use super::plane::{LevelsAtOnce, Piece, split};
use super::{Lifter, unique};
use crate::tree::{Leaf, Loop, LoopKind, Node, NodeId};
use std::collections::{HashMap, HashSet};
use tradewind_ir::defined::needs_zero;
use tradewind_ir::{
    Access, Axes, Axis, Blocking, Component, DType, Expr, ExprKind, FieldId, HorizontalExecution, HostStep, IdVec, Order,
    Param, Range, ScalarId, Section, Span, Stencil, StencilId, Stmt, StmtKind, VerticalLoop,
};

/// What the names of a stencil mean in one call.
struct Binding {
    label: String,
    coordinates: CallCoordinates,
    fields: IdVec<FieldId, FieldContainers>,
    /// The values of the stencil's scalars, as expressions of the program's.
    scalars: IdVec<ScalarId, Expr>,
    /// Temporaries made while the call is lifted.
    made: Vec<FieldId>,
}

/// The nodes of a call, in the order in which they run.
pub(super) struct Lifted {
    pub allocs: Vec<NodeId>,
    /// Scalars.
    pub lets: Vec<NodeId>,
    pub nests: Vec<NodeId>,
}

impl Lifter<'_> {
    /// Inlines a call.
    pub(super) fn call(&mut self, id: StencilId, fields: &[FieldId], scalars: &[Expr], domain: &[Range; 3]) -> Option<Lifted> {
        let stencil = self.program.stencils.get(id)?;
        let zeros = self.zeros.entry(id).or_insert_with(|| needs_zero(stencil)).clone();
        let (mut lets, mut nests) = (Vec::new(), Vec::new());
        let scalars = self.bind_scalars(stencil, scalars, &mut lets);
        let fields = self.bind_fields(stencil, fields, &zeros);
        let label = unique(&mut self.labels, &stencil.name);
        let temporaries = stencil.fields.iter().filter(|(_, f)| f.is_temporary());
        let made = temporaries.flat_map(|(id, _)| fields[id].containers()).copied().collect();
        let mut binding = Binding { label, coordinates: CallCoordinates::new(domain), fields, scalars, made };
        for vertical in &stencil.loops {
            self.vertical(vertical, &mut binding, &mut nests);
        }
        let allocs = binding.made.into_iter().map(|f| self.tree.add(Node::Alloc(f))).collect();
        Some(Lifted { allocs, lets, nests })
    }

    /// Program containers for a stencil's fields, in its order.
    fn bind_fields(&mut self, stencil: &Stencil, bound: &[FieldId], zeros: &[FieldId]) -> IdVec<FieldId, FieldContainers> {
        let computed = computed_components(stencil);
        let params = stencil.params.iter().filter_map(|p| if let Param::Field(id) = p { Some(*id) } else { None });
        let bound: HashMap<FieldId, FieldId> = params.zip(bound.iter().copied()).collect();
        let zeros: HashSet<FieldId> = zeros.iter().copied().collect();
        let mut fields = IdVec::new();
        for (id, field) in stencil.fields.iter() {
            fields.push(match bound.get(&id) {
                Some(container) => FieldContainers::Whole(*container),
                None if field.components() > 1 && !computed.contains(&id) => {
                    let parts = (0..field.components()).map(|n| {
                        self.temporary(&format!("{}.{n}", field.name), field.dtype, field.axes, zeros.contains(&id), field.span)
                    });
                    let parts: Vec<FieldId> = parts.collect();
                    self.parts.extend(parts.windows(2).map(|pair| (pair[0], pair[1])));
                    FieldContainers::Components(parts)
                }
                None => {
                    let whole = self.temporary(&field.name, field.dtype, field.axes, zeros.contains(&id), field.span);
                    self.tree.fields[whole].data.clone_from(&field.data);
                    FieldContainers::Whole(whole)
                }
            });
        }
        fields
    }

    /// Values for a stencil's scalars: literals and scalars as they are, other expressions by way of a host variable.
    fn bind_scalars(&mut self, stencil: &Stencil, values: &[Expr], lets: &mut Vec<NodeId>) -> IdVec<ScalarId, Expr> {
        let mut bound = IdVec::new();
        for (param, value) in stencil.scalars.values().zip(values) {
            bound.push(match value.kind {
                ExprKind::Literal(_) | ExprKind::Scalar(_) => value.clone(),
                _ => {
                    let scalar = self.variable(&param.name, param.dtype);
                    lets.push(self.tree.add(Node::Host(HostStep::Let { scalar, value: value.clone() })));
                    Expr { kind: ExprKind::Scalar(scalar), dtype: param.dtype, span: value.span }
                }
            });
        }
        bound
    }

    fn vertical(&mut self, vertical: &VerticalLoop, binding: &mut Binding, out: &mut Vec<NodeId>) {
        for section in &vertical.sections {
            let interval = binding.coordinates.range(Axis::K, &section.interval);
            let kind = match vertical.order {
                Order::Parallel => {
                    let levels = LevelsAtOnce::of_parallel(&section.interval);
                    for (execution, piece) in self.pieces(section, levels, binding) {
                        let plane = self.plane(execution, piece, binding);
                        out.push(self.nest(Axis::K, interval.clone(), LoopKind::Any, vec![plane]));
                    }
                    continue;
                }
                Order::Forward => LoopKind::Forward,
                Order::Backward => LoopKind::Backward,
            };
            let pieces = self.pieces(section, LevelsAtOnce::One, binding);
            let planes: Vec<_> = pieces.into_iter().map(|(e, piece)| self.plane(e, piece, binding)).collect();
            if !planes.is_empty() {
                out.push(self.nest(Axis::K, interval, kind, planes));
            }
        }
    }

    /// The pieces of a section's executions, bound to the program.
    fn pieces<'s>(
        &mut self,
        section: &'s Section,
        levels: LevelsAtOnce,
        binding: &mut Binding,
    ) -> Vec<(&'s HorizontalExecution, Piece)> {
        let mut pieces = Vec::new();
        for execution in &section.executions {
            let body: Vec<Stmt> = execution.body.iter().map(|s| binding.bind(s)).collect();
            let found = split(&body, levels, &mut |name, dtype, span| {
                let field = self.temporary(name, dtype, Axes::IJK, false, span);
                binding.made.push(field);
                field
            });
            pieces.extend(found.into_iter().map(|piece| (execution, piece)));
        }
        pieces
    }

    /// `for j any { for i any { leaf } }` over the plane of an execution.
    fn plane(&mut self, execution: &HorizontalExecution, piece: Piece, binding: &Binding) -> NodeId {
        let side = |axis| {
            let whole = execution.extent.range(axis);
            binding.coordinates.range(axis, &piece.boxes.iter().fold(whole, |range, region| region.clip(axis, &range)))
        };
        let (i, j) = (side(Axis::I), side(Axis::J));
        let span = piece.stmts.iter().fold(Span::NONE, |span, s| span.to(s.span));
        let leaf = self.tree.add(Node::Leaf(Leaf { label: binding.label.clone(), stmts: piece.stmts, span }));
        let row = self.nest(Axis::I, i, LoopKind::Any, vec![leaf]);
        self.nest(Axis::J, j, LoopKind::Any, vec![row])
    }

    fn nest(&mut self, axis: Axis, range: Range, kind: LoopKind, children: Vec<NodeId>) -> NodeId {
        let body = self.tree.add(Node::Seq(children));
        self.tree.add(Node::Loop(Loop { axis, range, blocking: Blocking::POINTS, kind, body }))
    }
}

/// The containers behind a stencil's field.
enum FieldContainers {
    Whole(FieldId),
    /// One for each component, of a temporary whose components are all known: each lives and moves on its own.
    Components(Vec<FieldId>),
}

impl FieldContainers {
    fn containers(&self) -> &[FieldId] {
        match self {
            FieldContainers::Whole(id) => std::slice::from_ref(id),
            FieldContainers::Components(parts) => parts,
        }
    }
    /// Puts the container in the place of the field.
    fn bind(&self, access: &mut Access) {
        match (self, &access.component) {
            (FieldContainers::Whole(id), _) => access.field = *id,
            (FieldContainers::Components(parts), component) => {
                let n = component.known().map_or(0, |n| n as usize);
                (access.field, access.component) = (parts[n], Component::Static(0));
            }
        }
    }
}

/// The fields of which some component depends on data.
fn computed_components(stencil: &Stencil) -> HashSet<FieldId> {
    let mut found = HashSet::new();
    for stmt in stencil.executions().flat_map(|(_, _, e)| &e.body) {
        stmt.walk(&mut |s| {
            let accesses = s.exprs().flat_map(Expr::accesses).chain(s.target());
            found.extend(accesses.filter(|a| a.component.known().is_none()).map(|a| a.field));
        });
    }
    found
}

impl Binding {
    /// A stencil's statement as the program's: fields and scalars bound, positions and boxes rebased (those of `restrict`
    /// are left, for they are clipped against the stencil's own extent, except at edges of the tile, whose place only a call knows:
    /// they become masks).
    fn bind(&self, stmt: &Stmt) -> Stmt {
        let mut stmt = stmt.clone();
        stmt.walk_mut(&mut |s| {
            s.exprs_mut().for_each(|e| e.walk_mut(&mut |e| self.bind_expr(e)));
            if let Some(target) = s.target_mut() {
                self.fields[target.field].bind(target);
                self.coordinates.rebase_level(target);
            }
            if let StmtKind::Restrict { region, body } = &mut s.kind
                && region.has_tile_edges()
            {
                let kind = ExprKind::Inside(self.coordinates.region(region));
                let condition = Expr { kind, dtype: DType::Bool, span: s.span };
                s.kind = StmtKind::Mask { condition, body: std::mem::take(body) };
            }
        });
        stmt
    }

    fn bind_expr(&self, expr: &mut Expr) {
        match &mut expr.kind {
            ExprKind::Field(access) => self.fields[access.field].bind(access),
            ExprKind::Scalar(scalar) => {
                let span = expr.span;
                *expr = Expr { span, ..self.scalars[*scalar].clone() };
                return;
            }
            _ => {}
        }
        self.coordinates.rebase(expr);
    }
}
