//! The memory of containers: layouts, and one arena for all temporaries and transients of a run.
//!
//! The containers of a slot of the graph share storage ([`crate::passes::ShareStorage`]). Temporaries allocated inside a map are not in
//! the arena: each iteration has its own, and the code that runs the map knows how many run at a time. Transients exist during the
//! whole run.

use crate::graph::Graph;
use crate::lifetimes::Lifetimes;
use std::collections::HashSet;
use tradewind_ir::memory::{self, LINE};
use tradewind_ir::stencil::MAX_DATA_DIMENSIONS;
use tradewind_ir::{Axis, Container, Domain, FieldId, IdVec, Scope};

/// Accesses whose addresses differ by a multiple of this many bytes hold each other up.
const PAGE: usize = 4096;
/// Slots begin so many lines apart within a page, in turn.
const STAGGER: usize = 5;

/// How a container's elements lie in memory, in bytes. I is contiguous, then J, then K, then come the other components.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// From one point to the next; zero on axes along which there is one element.
    pub strides: [usize; 3],
    /// From the start of the storage to the point (0, 0, 0); a multiple of 64.
    pub origin: usize,
    /// From one index to the next along each data dimension; zero beyond those that the container has.
    pub data: [usize; MAX_DATA_DIMENSIONS],
    /// Of the whole storage; a multiple of 64.
    pub bytes: usize,
}

/// The bytes of a container's elements for a domain, padding left out.
pub fn bytes(container: &Container, domain: Domain) -> f64 {
    let element = container.dtype.size() * container.components() as usize;
    let (domain, extent) = container.stored_size(domain);
    memory::bytes(element, container.stored_axes(), domain, extent)
}

/// The layout of a container for a domain, the slots of a window being points from zero on: rows are padded so that the point i = 0 of each starts a cache line.
pub fn layout(container: &Container, domain: Domain) -> Layout {
    let (mut strides, mut origin, mut bytes) = ([0; 3], 0, container.dtype.size());
    let (domain, extent) = container.stored_size(domain);
    for axis in container.stored_axes().iter() {
        let n = axis.index();
        let (low, high) = extent.0[n];
        let before = low.unsigned_abs() as usize;
        let after = usize::try_from(domain[n] + i64::from(high)).unwrap_or(0);
        strides[n] = bytes;
        if axis == Axis::I {
            origin = (before * bytes).next_multiple_of(LINE);
            bytes = (origin + after * bytes).next_multiple_of(LINE);
            bytes += if bytes % PAGE == 0 { LINE } else { 0 };
        } else {
            origin += before * bytes;
            bytes *= before + after;
        }
    }
    let one = (bytes + LINE - 1).next_multiple_of(LINE);
    let data = data_strides(&container.data, one);
    Layout { strides, origin: origin.next_multiple_of(LINE), data, bytes: one * container.components() as usize }
}

/// Bytes from one index to the next along each data dimension, where each component takes `bytes` and the last index runs
/// fastest.
pub fn data_strides(data: &[u32], bytes: usize) -> [usize; MAX_DATA_DIMENSIONS] {
    let (mut strides, mut step) = ([0; MAX_DATA_DIMENSIONS], bytes);
    for (n, size) in data.iter().enumerate().take(MAX_DATA_DIMENSIONS).rev() {
        strides[n] = step;
        step *= *size as usize;
    }
    strides
}

/// What containers need of memory. Sizes come with the domain.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MemoryPlan {
    /// The containers that have storage, in groups that use the same.
    storage: Vec<Vec<FieldId>>,
    lifetimes: Lifetimes,
}

/// The arena for one domain.
#[derive(Clone, PartialEq, Debug)]
pub struct Arena {
    /// Of the whole arena, which must start at a multiple of 64 bytes.
    pub bytes: usize,
    /// The containers with the bytes from the arena's start to each container's, and their layouts.
    pub placed: Vec<(FieldId, usize, Layout)>,
}

impl MemoryPlan {
    /// The plan for a graph: the containers of a slot share storage.
    pub fn of(graph: &Graph) -> MemoryPlan {
        let lifetimes = Lifetimes::of(graph);
        let mut storage: Vec<Vec<FieldId>> = graph.slots.values().cloned().collect();
        let shared: HashSet<FieldId> = storage.iter().flatten().copied().collect();
        let transients = graph.fields.iter().filter(|(_, c)| c.scope == Scope::Transient).map(|(id, _)| id);
        let all = transients.chain(lifetimes.spans.iter().map(|span| span.field));
        storage.extend(all.filter(|field| !shared.contains(field)).map(|field| vec![field]));
        MemoryPlan { storage, lifetimes }
    }
    /// The bytes of the elements that the storage has, padding left out.
    pub fn bytes(&self, fields: &IdVec<FieldId, Container>, domain: Domain) -> f64 {
        let largest = |group: &Vec<FieldId>| group.iter().map(|f| bytes(&fields[*f], domain)).fold(0.0, f64::max);
        self.storage.iter().map(largest).sum()
    }
    /// The most bytes of elements that are alive at one time, in the order in which the graph runs its steps: no storage has less.
    pub fn alive_bytes(&self, fields: &IdVec<FieldId, Container>, domain: Domain) -> f64 {
        let temporary = self.lifetimes.most_alive(|field| bytes(&fields[field], domain));
        let transients = self.storage.iter().flatten().filter(|f| fields[**f].scope == Scope::Transient);
        temporary + transients.map(|f| bytes(&fields[*f], domain)).sum::<f64>()
    }
    /// Where everything lies for a domain, which [`MemoryPlan::bytes`] was asked about: sizes are added up without a check.
    pub fn arena(&self, fields: &IdVec<FieldId, Container>, domain: Domain) -> Arena {
        let mut arena = Arena { bytes: 0, placed: Vec::new() };
        for (n, group) in self.storage.iter().enumerate() {
            let start = arena.bytes + (n * STAGGER) % (PAGE / LINE) * LINE;
            let layouts = group.iter().map(|f| (*f, start, layout(&fields[*f], self.largest(*f, domain))));
            arena.placed.extend(layouts.clone());
            arena.bytes = (start + layouts.map(|(.., l)| l.bytes).max().unwrap_or(0)).next_multiple_of(PAGE);
        }
        arena
    }
    /// The largest domain on which a container lives, where the program's is `domain`.
    pub fn largest(&self, field: FieldId, domain: Domain) -> Domain {
        let surplus = self.lifetimes.surplus.get(&field).copied().unwrap_or_default();
        std::array::from_fn(|n| domain[n].saturating_add(surplus[n]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::passes::ShareStorage;
    use crate::text::parse;
    use tradewind_ir::SourceId;
    use tradewind_ir::pass::Pass;

    /// Four temporaries, each computed from the one before, and a transient.
    const CHAIN: &str = "\
graph chain(%a: field<f64, IJK>, %out: field<f64, IJK>) {
  transient %u: field<f64, IJK>
  temp %t0: field<f64, IJK> heap i(-1,1) j(-2,0) k(0,0)
  temp %t1: field<f64, IJK> heap
  temp %t2: field<f32, IJK> heap
  temp %t3: field<f64, IJK> heap
  alloc %t0
  alloc %t1
  alloc %t2
  alloc %t3
  n0: copy %t0 = %a
  n1: copy %t1 = %t0
  n2: copy %t2 = %t1
  n3: copy %t3 = %t2
  n4: copy %out = %t3
  n0 -> n1: %t0[*, *, *]
  n1 -> n2: %t1[*, *, *]
  n2 -> n3: %t2[*, *, *]
  n3 -> n4: %t3[*, *, *]
}
";

    /// The chain with its slots.
    fn shared() -> Graph {
        let mut graph = parse(CHAIN, SourceId(0)).unwrap();
        ShareStorage.run(&mut graph).unwrap();
        graph
    }

    #[test]
    fn lives_that_do_not_meet_share_storage() {
        let graph = shared();
        let names: Vec<Vec<&str>> =
            graph.slots.values().map(|slot| slot.iter().map(|f| graph.fields[*f].name.as_str()).collect()).collect();
        assert_eq!(names, [["t0", "t2"], ["t1", "t3"]]);
        let (plan, domain) = (MemoryPlan::of(&graph), [10, 10, 10]);
        let [zero, one] = [bytes(&graph.fields[FieldId(3)], domain), 8000.0];
        assert_eq!(plan.bytes(&graph.fields, domain), zero + 2.0 * one);
        assert_eq!(plan.alive_bytes(&graph.fields, domain), zero + 2.0 * one);
    }

    #[test]
    fn a_window_takes_the_memory_of_its_slots() {
        let text = "graph g() {
          temp %w: field<f64, IJK> heap last 4 along k i(-1,1) j(0,0) k(-3,1)
          temp %t: field<f64, IJK> heap i(-1,1) j(0,0) k(0,0)
        }";
        let graph = parse(text, SourceId(0)).unwrap();
        let [window, whole] = [FieldId(0), FieldId(1)].map(|id| &graph.fields[id]);
        let (domain, four) = ([16, 2, 50], [16, 2, 4]);
        assert_eq!(layout(window, domain), layout(whole, four));
        assert_eq!(bytes(window, domain), bytes(whole, four));
    }

    #[test]
    fn rows_begin_at_cache_lines_and_nothing_overlaps() {
        let (graph, domain) = (shared(), [61, 3, 2]);
        let arena = MemoryPlan::of(&graph).arena(&graph.fields, domain);
        for (field, start, layout) in &arena.placed {
            let container = &graph.fields[*field];
            let size = container.dtype.size();
            assert_eq!((start + layout.origin) % 64, 0);
            assert_eq!(layout.strides.map(|s| s % 64), [size, 0, 0]);
            let corner = |high: bool| -> isize {
                let at = |n: usize| match (high, container.extent.0[n]) {
                    (true, (_, above)) => domain[n] as isize - 1 + above as isize,
                    (false, (below, _)) => below as isize,
                };
                layout.origin as isize + (0..3).map(|n| at(n) * layout.strides[n] as isize).sum::<isize>()
            };
            assert!(corner(false) >= 0 && corner(true) + size as isize <= layout.bytes as isize);
            assert!(start + layout.bytes <= arena.bytes);
        }
    }
}
