//! Launches: what a run has to know of the loop nests that are compiled.

use std::collections::BTreeSet;
use tradewind_dataflow::plan::{LaunchId, Nest};
use tradewind_dataflow::positions::Positions;
use tradewind_dataflow::{CheckId, Graph, MapKind, Node};
use tradewind_ir::{Axes, Diagnostic, Domain, FieldId, Native, ScalarId, Steps};

use super::survey::{Private, Survey, survey};

/// A loop nest that one compiled function runs.
#[derive(Clone, PartialEq, Debug)]
pub struct Launch {
    /// Unique within the program: the number and the labels of the computations inside.
    pub name: String,
    /// The outermost loop; `None` where there is no loop, and the nest is run once with the range `[0, 1)`.
    pub outer: Option<Positions>,
    /// How the range may be divided among calls.
    pub division: Division,
    /// The axes of the containers that the nest uses.
    pub axes: Axes,
    /// Instructions in the nest, functions counted as several.
    pub operations: u64,
    /// Axes of the sweeps around: the host sets the position on these.
    pub swept: Axes,
    /// Containers that the nest reads or writes, private ones left out, in the order of their first use.
    pub fields: Vec<FieldId>,
    /// Scalars that it reads, in the order of their first use.
    pub scalars: Vec<ScalarId>,
    /// Temporaries that live inside the nest, in scratch memory.
    pub private: Vec<Private>,
    /// If it runs on a part of the domain that is found at run time: by how many points that may be larger than the program's domain.
    pub(super) part: Option<Domain>,
    /// Ranges along I in which contiguous code needs no point, or as many as given: a domain where one has fewer takes strided code.
    pub(super) rows: Vec<(tradewind_ir::Range, u8)>,
    /// Checks of data-dependent indexes, in the order of the code.
    pub checks: Vec<CheckId>,
    /// Functions that it calls.
    pub natives: BTreeSet<Native>,
}

/// How the range of a launch may be divided among calls, each with scratch memory of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Division {
    /// Into parts that run in any order, and at the same time.
    Parallel,
    /// Into parts that run one after another, from the first position on.
    Ascending,
    /// Into parts that run one after another, from the last position on.
    Descending,
    /// Not at all.
    Whole,
}

impl Launch {
    /// The launch of a nest.
    ///
    /// # Errors
    /// A step of the host program stands inside it.
    pub(super) fn of(graph: &Graph, id: LaunchId, nest: &Nest<'_>) -> Result<Launch, Vec<Diagnostic>> {
        let Survey { labels, fields, scalars, private, checks, natives, rows, operations } = survey(graph, nest.node)?;
        let (outer, division) = match nest.node {
            Node::Map(map) => {
                let division = match map.kind {
                    MapKind::Parallel => Division::Parallel,
                    MapKind::Any => Division::Ascending,
                    // Its vectors need rows of some length.
                    MapKind::Vector => Division::Whole,
                };
                (Some(Positions::of_map(map)), division)
            }
            Node::Loop(l) => (Some(Positions::of_loop(l)), if l.backward { Division::Descending } else { Division::Ascending }),
            _ => (None, Division::Whole),
        };
        let name = format!("{id}.{}", if labels.is_empty() { "empty".into() } else { labels.join("+") });
        let used = fields.iter().copied().chain(private.iter().map(|p| p.field));
        let axes = used.fold(Axes::NONE, |axes, field| axes.union(graph.fields[field].axes));
        let Nest { swept, part, .. } = *nest;
        Ok(Launch { name, outer, division, axes, operations, swept, fields, scalars, private, part, rows, checks, natives })
    }
    /// The largest domain on which the nest runs, where the program's is `domain`.
    pub(super) fn largest(&self, domain: Domain) -> Domain {
        let more = self.part.unwrap_or_default();
        std::array::from_fn(|n| domain[n].saturating_add(more[n]))
    }
    /// The positions of the outermost loop on a domain, as [`Positions::steps`] gives them.
    pub fn steps(&self, domain: Domain, around: [i64; 3], value: impl Fn(ScalarId) -> i64) -> Steps {
        let once = Steps { lo: 0, hi: 1, step: 1 };
        self.outer.as_ref().map_or(once, |outer| outer.steps(domain, around, value))
    }
    /// All containers that the nest uses: shared ones, then private ones.
    pub fn containers(&self) -> impl Iterator<Item = FieldId> {
        self.fields.iter().copied().chain(self.private.iter().map(|p| p.field))
    }
}
