//! The order in which Python runs the top levels of files, for imports that are circular.

use super::load::{Load, Need, Runs, Target, Which};
use crate::function_ref::FileId;
use crate::outline::{SiteId, What};
use std::collections::HashSet;

/// How many files are run through to find out the order; beyond, all that is imported counts as bound.
const LIMIT: usize = 50;

impl Load<'_> {
    /// The imports that are running when the top level of a file does, the outermost first: where each stands.
    pub(super) fn order_of(&mut self, wanted: FileId) -> Option<Vec<(FileId, SiteId)>> {
        let (mut running, mut started) = (vec![(0, 0)], HashSet::from([0]));
        while let Some((file, next)) = running.last().copied() {
            let Some(site) = self.next_import(file, next) else {
                running.pop();
                continue;
            };
            if let Some(last) = running.last_mut() {
                last.1 = site + 1;
            }
            for which in [Which::Module, Which::Submodule] {
                let Some(other) = self.file_of(file, site, which).filter(|other| started.insert(*other)) else { continue };
                if other == wanted {
                    return Some(running.into_iter().map(|(file, next)| (file, next - 1)).collect());
                }
                running.push((other, 0));
                break;
            }
            if started.len() > LIMIT {
                return None;
            }
        }
        None
    }

    /// The next import of a file that runs.
    fn next_import(&mut self, file: FileId, from: SiteId) -> Option<SiteId> {
        self.settle(vec![Need::Outline(file)]);
        let sites = self.units[file].outline.iter().flat_map(|outline| outline.sites.iter().enumerate().skip(from));
        let is_import = |what: &What| matches!(what, What::Import { .. } | What::From { .. } | What::Star { .. });
        let found: Vec<SiteId> = sites.filter(|(_, site)| is_import(&site.what)).map(|(id, _)| id).collect();
        found.into_iter().find(|id| {
            let runs = self.settled(|load, needs| {
                let view = load.view(file, *id, needs);
                view.outline().and_then(|outline| view.runs(outline, *id, ""))
            });
            !matches!(runs, Some(Runs::No))
        })
    }

    /// The file that an import runs.
    fn file_of(&mut self, file: FileId, site: SiteId, which: Which) -> Option<FileId> {
        self.settle(vec![Need::Target(file, site, which)]);
        match self.units[file].targets.get(&(site, which)) {
            Some(Target::File(other)) => Some(*other),
            _ => None,
        }
    }
}
