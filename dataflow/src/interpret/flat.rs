//! A graph as steps to run: states flattened in their order, tasklets numbered.

use crate::code::TaskletCode;
use crate::graph::{Control, Graph, Node, Region, State};
use crate::memlet::region_effects;
use std::collections::BTreeSet;
use tradewind_ir::{Axis, Blocking, Container, Counter, Expr, Extent, FieldId, Fills, IdVec, Range, ScalarId, Window};

/// The steps of a graph, and the tasklets that they run.
pub(super) struct FlatGraph<'g> {
    pub root: FlatBlock<'g>,
    pub codes: Vec<&'g TaskletCode>,
}

pub(super) struct FlatBlock<'g> {
    pub allocs: &'g [FieldId],
    pub steps: Vec<FlatStep<'g>>,
}

pub(super) enum FlatStep<'g> {
    /// The tasklet with this number.
    Tasklet(usize),
    /// A loop or, if it is not `ordered`, a map.
    Over {
        axis: Axis,
        range: &'g Range,
        blocking: Blocking,
        ordered: bool,
        backward: bool,
        body: FlatBlock<'g>,
    },
    For {
        counter: &'g Counter,
        body: FlatBlock<'g>,
    },
    Within {
        window: &'g Window,
        /// The containers of the program that it touches.
        fields: Vec<FieldId>,
        body: FlatBlock<'g>,
    },
    Branch {
        condition: &'g Expr,
        then: FlatBlock<'g>,
        otherwise: FlatBlock<'g>,
    },
    While {
        condition: &'g Expr,
        body: FlatBlock<'g>,
    },
    Let {
        scalar: ScalarId,
        value: &'g Expr,
    },
    Exchange {
        fields: &'g [FieldId],
        reach: Option<Extent>,
    },
    Copy {
        to: FieldId,
        from: FieldId,
    },
    Swap {
        a: FieldId,
        b: FieldId,
    },
    Callback {
        name: &'g str,
        fields: &'g [FieldId],
        scalars: &'g [Expr],
        fills: Fills,
    },
}

impl<'g> FlatGraph<'g> {
    pub fn of(graph: &'g Graph) -> FlatGraph<'g> {
        let mut codes = Vec::new();
        let root = block(&graph.root, &graph.fields, &mut codes);
        FlatGraph { root, codes }
    }
}

fn block<'g>(region: &'g Region, fields: &IdVec<FieldId, Container>, codes: &mut Vec<&'g TaskletCode>) -> FlatBlock<'g> {
    let mut steps = Vec::new();
    region.items.iter().for_each(|item| control(item, fields, codes, &mut steps));
    FlatBlock { allocs: &region.allocs, steps }
}

fn control<'g>(
    control: &'g Control,
    fields: &IdVec<FieldId, Container>,
    codes: &mut Vec<&'g TaskletCode>,
    steps: &mut Vec<FlatStep<'g>>,
) {
    steps.push(match control {
        Control::State(s) => return state(s, fields, codes, steps),
        Control::Sequential(l) => {
            let body = block(&l.body, fields, codes);
            FlatStep::Over { axis: l.axis, range: &l.range, blocking: l.blocking, ordered: true, backward: l.backward, body }
        }
        Control::For { counter, body } => FlatStep::For { counter, body: block(body, fields, codes) },
        Control::Within { window, body } => {
            let effects = region_effects(body, fields);
            let touched = effects.reads.fields().chain(effects.writes.fields()).collect::<BTreeSet<_>>();
            FlatStep::Within { window, fields: touched.into_iter().collect(), body: block(body, fields, codes) }
        }
        Control::Branch { condition, then, otherwise } => {
            FlatStep::Branch { condition, then: block(then, fields, codes), otherwise: block(otherwise, fields, codes) }
        }
        Control::While { condition, body } => FlatStep::While { condition, body: block(body, fields, codes) },
        Control::Let { scalar, value } => FlatStep::Let { scalar: *scalar, value },
    });
}

fn state<'g>(
    state: &'g State,
    fields: &IdVec<FieldId, Container>,
    codes: &mut Vec<&'g TaskletCode>,
    steps: &mut Vec<FlatStep<'g>>,
) {
    for n in state.order() {
        steps.push(match &state.graph[n] {
            Node::Access(_) => continue,
            Node::Tasklet { code, .. } => {
                codes.push(code);
                FlatStep::Tasklet(codes.len() - 1)
            }
            Node::Map(map) => {
                let (range, blocking, body) = (&map.range, map.blocking, block(&map.body, fields, codes));
                FlatStep::Over { axis: map.axis, range, blocking, ordered: false, backward: false, body }
            }
            Node::Exchange { fields, reach } => FlatStep::Exchange { fields, reach: *reach },
            Node::Copy { to, from } => FlatStep::Copy { to: *to, from: *from },
            Node::Swap { a, b } => FlatStep::Swap { a: *a, b: *b },
            Node::Callback { name, fields, scalars, fills } => FlatStep::Callback { name, fields, scalars, fills: *fills },
        });
    }
}
