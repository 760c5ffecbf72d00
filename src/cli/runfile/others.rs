//! The runs of a run file on other resolutions.

use super::{Resolution, RunFile};

impl RunFile {
    /// The runs on other resolutions, which draw nothing.
    pub fn others(&self) -> Vec<RunFile> {
        let other = |resolution: &Resolution| {
            let mut run = RunFile { domain: resolution.domain.clone(), convergence: None, ..self.clone() };
            run.pictures.clear();
            run.plots.clear();
            for (name, value) in &resolution.scalars {
                run.scalars.remove(name);
                run.scalars.insert(name.clone(), value.clone());
            }
            run
        };
        self.convergence.iter().flat_map(|convergence| convergence.runs.get_ref()).map(other).collect()
    }

    /// The axis along which the resolutions differ, the first of several. Nothing if the runs are not one domain in cells of several
    /// sizes: along each axis they have equally many cells, or all of them numbers in the same ratio.
    pub fn refined_axis(&self) -> Option<usize> {
        let others = self.convergence.iter().flat_map(|convergence| convergence.runs.get_ref());
        let sizes: Vec<[u64; 3]> = std::iter::once(&self.domain)
            .chain(others.map(|other| &other.domain))
            .map(|domain| domain.get_ref().map(u64::from))
            .collect();
        let differ = |n: &usize| sizes.iter().any(|size| size[*n] != sizes[0][*n]);
        let axes: Vec<usize> = (0..3).filter(differ).collect();
        let first = *axes.first()?;
        let all_alike = axes.iter().all(|n| sizes.iter().all(|size| size[*n] * sizes[0][first] == size[first] * sizes[0][*n]));
        let mut cells: Vec<u64> = sizes.iter().map(|size| size[first]).collect();
        cells.sort_unstable();
        let distinct = cells.windows(2).all(|pair| pair[0] != pair[1]);
        (all_alike && distinct).then_some(first)
    }
}
