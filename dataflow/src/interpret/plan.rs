//! A graph as steps to run: states flattened in their order, tasklets numbered.

use crate::code::Code;
use crate::graph::{Control, Graph, Node, Region, State};
use crate::memlet::region_effects;
use std::collections::BTreeSet;
use tradewind_ir::{Axis, Blocking, Container, Counter, Expr, FieldId, Fills, IdVec, Range, ScalarId, Window};

/// The steps of a graph, and the tasklets that they run.
pub(super) struct Plan<'g> {
    pub root: Block<'g>,
    pub codes: Vec<&'g Code>,
}

pub(super) struct Block<'g> {
    pub allocs: &'g [FieldId],
    pub steps: Vec<Step<'g>>,
}

pub(super) enum Step<'g> {
    /// The tasklet with this number.
    Tasklet(usize),
    /// A loop or, if it is not `ordered`, a map.
    Over {
        axis: Axis,
        range: &'g Range,
        blocking: Blocking,
        ordered: bool,
        backward: bool,
        body: Block<'g>,
    },
    For {
        counter: &'g Counter,
        body: Block<'g>,
    },
    Within {
        window: &'g Window,
        /// The containers of the program that it touches.
        fields: Vec<FieldId>,
        body: Block<'g>,
    },
    Branch {
        condition: &'g Expr,
        then: Block<'g>,
        otherwise: Block<'g>,
    },
    While {
        condition: &'g Expr,
        body: Block<'g>,
    },
    Let {
        scalar: ScalarId,
        value: &'g Expr,
    },
    Exchange {
        fields: &'g [FieldId],
        width: Option<u32>,
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

impl<'g> Plan<'g> {
    pub fn of(graph: &'g Graph) -> Plan<'g> {
        let mut codes = Vec::new();
        let root = block(&graph.root, &graph.fields, &mut codes);
        Plan { root, codes }
    }
}

fn block<'g>(region: &'g Region, fields: &IdVec<FieldId, Container>, codes: &mut Vec<&'g Code>) -> Block<'g> {
    let mut steps = Vec::new();
    region.items.iter().for_each(|item| control(item, fields, codes, &mut steps));
    Block { allocs: &region.allocs, steps }
}

fn control<'g>(control: &'g Control, fields: &IdVec<FieldId, Container>, codes: &mut Vec<&'g Code>, steps: &mut Vec<Step<'g>>) {
    steps.push(match control {
        Control::State(s) => return state(s, fields, codes, steps),
        Control::Sequential(l) => {
            let body = block(&l.body, fields, codes);
            Step::Over { axis: l.axis, range: &l.range, blocking: l.blocking, ordered: true, backward: l.backward, body }
        }
        Control::For { counter, body } => Step::For { counter, body: block(body, fields, codes) },
        Control::Within { window, body } => {
            let effects = region_effects(body, fields);
            let touched = effects.reads.fields().chain(effects.writes.fields()).collect::<BTreeSet<_>>();
            Step::Within { window, fields: touched.into_iter().collect(), body: block(body, fields, codes) }
        }
        Control::Branch { condition, then, otherwise } => {
            Step::Branch { condition, then: block(then, fields, codes), otherwise: block(otherwise, fields, codes) }
        }
        Control::While { condition, body } => Step::While { condition, body: block(body, fields, codes) },
        Control::Let { scalar, value } => Step::Let { scalar: *scalar, value },
    });
}

fn state<'g>(state: &'g State, fields: &IdVec<FieldId, Container>, codes: &mut Vec<&'g Code>, steps: &mut Vec<Step<'g>>) {
    for n in state.order() {
        steps.push(match &state.graph[n] {
            Node::Access(_) => continue,
            Node::Tasklet { code, .. } => {
                codes.push(code);
                Step::Tasklet(codes.len() - 1)
            }
            Node::Map(map) => {
                let (range, blocking, body) = (&map.range, map.blocking, block(&map.body, fields, codes));
                Step::Over { axis: map.axis, range, blocking, ordered: false, backward: false, body }
            }
            Node::Exchange { fields, width } => Step::Exchange { fields, width: *width },
            Node::Copy { to, from } => Step::Copy { to: *to, from: *from },
            Node::Swap { a, b } => Step::Swap { a: *a, b: *b },
            Node::Callback { name, fields, scalars, fills } => Step::Callback { name, fields, scalars, fills: *fills },
        });
    }
}
