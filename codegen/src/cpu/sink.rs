//! Where compiled code reports data-dependent indexes that do not exist.

use std::sync::{Mutex, PoisonError};
use tradewind_dataflow::{CheckId, Graph};
use tradewind_ir::{First, Violation};

use super::launch::Launch;

/// Keeps the first violation that the code of one launch reports. Threads may report to it at the same time.
#[derive(Debug)]
pub struct Sink<'a> {
    graph: &'a Graph,
    /// The launch's checks in its order.
    checks: &'a [CheckId],
    found: Mutex<First<CheckId>>,
}

impl<'a> Sink<'a> {
    /// An empty sink for a launch of a graph.
    pub fn new(graph: &'a Graph, launch: &'a Launch) -> Sink<'a> {
        Sink { graph, checks: &launch.checks, found: Mutex::default() }
    }
    /// Takes note of a report.
    pub(super) fn note(&self, report: &Report) {
        let id = usize::try_from(report.check).ok().and_then(|n| self.checks.get(n)).copied();
        let Some((id, check)) = id.and_then(|id| Some((id, self.graph.checks.get(id)?))) else { return };
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        report.violations().for_each(|violation| found.note(check.span, violation, id));
    }
    /// The first violation so far.
    pub fn found(&self) -> First<CheckId> {
        *self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What compiled code says of an index that does not exist in some lanes. It lies in the function's stack frame.
#[repr(C)]
pub(super) struct Report {
    /// Address of the launch's [`Sink`].
    pub sink: u64,
    /// The number of the check in the launch.
    pub check: i64,
    /// The first lane's point.
    pub point: [i64; 3],
    /// 1 for a level, 0 for a component.
    pub is_level: i64,
    /// To be added to the indexes.
    pub base: i64,
    /// The least and the greatest that exists.
    pub exists: [i64; 2],
    pub lanes: i64,
    /// Bytes of an index, 4 or 8.
    pub size: i64,
    pub indexes: [u8; 16],
    /// All ones in the lanes whose index does not exist, in lanes of 16 / `lanes` bytes.
    pub outside: [u8; 16],
}

impl Report {
    fn violations(&self) -> impl Iterator<Item = Violation> {
        let lanes = self.lanes as usize;
        let lanes = (0..lanes).filter(move |lane| self.outside[lane * 16 / lanes] != 0);
        lanes.map(|lane| Violation {
            point: [self.point[0] + lane as i64, self.point[1], self.point[2]],
            is_level: self.is_level != 0,
            index: self.base.saturating_add(self.index(lane)),
            exists: (self.exists[0], self.exists[1]),
        })
    }

    fn index(&self, lane: usize) -> i64 {
        let from = self.indexes.get(lane * self.size as usize..).unwrap_or_default();
        let wide = || from.first_chunk().copied().map(i64::from_ne_bytes);
        let narrow = || from.first_chunk().copied().map(i32::from_ne_bytes).map(i64::from);
        if self.size == 8 { wide() } else { narrow() }.unwrap_or(0)
    }
}
