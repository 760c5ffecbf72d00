//! A graph as steps to run: regions in their order, tasklets numbered.

use crate::code::TaskletCode;
use crate::graph::{Graph, Node, Region};
use crate::memlet::{Effects, region_effects};
use petgraph::stable_graph::NodeIndex;
use std::collections::BTreeSet;
use std::convert::Infallible;
use tradewind_ir::{Axis, Blocking, Container, FieldId, HostStep, IdVec, Range};

/// The steps of a graph, and the tasklets that they run.
pub(super) struct FlatGraph<'g> {
    pub root: FlatBlock<'g>,
    pub codes: Vec<&'g TaskletCode>,
}

pub(super) struct FlatBlock<'g> {
    /// The region's place among all.
    pub region: usize,
    pub allocs: &'g [FieldId],
    pub steps: Vec<(NodeIndex, FlatStep<'g>)>,
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
    Zero(FieldId),
    Host {
        step: HostStep<FlatBlock<'g>>,
        /// The containers of the program that a part of the domain touches.
        fields: Vec<FieldId>,
    },
}

impl<'g> FlatGraph<'g> {
    pub fn of(graph: &'g Graph) -> FlatGraph<'g> {
        let mut flattener = Flattener { fields: &graph.fields, codes: Vec::new(), regions: 0 };
        let root = flattener.block(&graph.root);
        FlatGraph { root, codes: flattener.codes }
    }
}

struct Flattener<'g> {
    fields: &'g IdVec<FieldId, Container>,
    codes: Vec<&'g TaskletCode>,
    /// How many regions there are so far.
    regions: usize,
}

impl<'g> Flattener<'g> {
    fn block(&mut self, region: &'g Region) -> FlatBlock<'g> {
        let number = self.regions;
        self.regions += 1;
        let steps = region.order().into_iter().map(|n| (n, self.step(&region.graph[n]))).collect();
        FlatBlock { region: number, allocs: &region.allocs, steps }
    }

    fn step(&mut self, node: &'g Node) -> FlatStep<'g> {
        match node {
            Node::Tasklet { code, .. } => {
                self.codes.push(code);
                FlatStep::Tasklet(self.codes.len() - 1)
            }
            Node::Map(map) => {
                let (range, blocking, body) = (&map.range, map.blocking, self.block(&map.body));
                FlatStep::Over { axis: map.axis, range, blocking, ordered: false, backward: false, body }
            }
            Node::Loop(l) => {
                let body = self.block(&l.body);
                FlatStep::Over {
                    axis: l.axis,
                    range: &l.range,
                    blocking: l.blocking,
                    ordered: true,
                    backward: l.backward,
                    body,
                }
            }
            Node::Zero(field) => FlatStep::Zero(*field),
            Node::Host(step) => {
                let part = match step {
                    HostStep::Within { body, .. } => region_effects(body, self.fields),
                    _ => Effects::default(),
                };
                let touched = part.reads.fields().chain(part.writes.fields()).collect::<BTreeSet<_>>();
                let step: Result<_, Infallible> = step.with_bodies(|body| Ok(self.block(body)));
                let Ok(step) = step;
                FlatStep::Host { step, fields: touched.into_iter().collect() }
            }
        }
    }
}
