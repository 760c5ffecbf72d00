//! The memory of the temporaries inside a loop nest.
//!
//! A *private* temporary is allocated inside a launched nest, so that each thread (and each iteration around it) has its own:
//! rows, slabs, columns. It is in the scratch memory of the call, with I contiguous, then J, then K, over the kept axes. Rows
//! are padded to 64 bytes. Along the axis of a window it has so many elements as the window has slots. Allocated inside a vector
//! map that runs along an axis it does not keep, an element is a whole vector of 16 bytes. Temporaries that keep no axis are
//! registers and take no memory.

use tradewind_dataflow::{Graph, memory};
use tradewind_ir::{Axis, Container, Domain, FieldId};

use super::frame::View;
use super::survey::Private;

/// Storage and rows start at multiples of this many bytes.
const ALIGNMENT: usize = 64;

/// Places private temporaries one after another, and returns the bytes of all. `take` is given the view of each, with addresses counted from
/// the start of scratch, and its storage.
pub(super) fn place(
    graph: &Graph,
    private: &[Private],
    domain: Domain,
    mut take: impl FnMut(FieldId, View, std::ops::Range<usize>),
) -> usize {
    private.iter().fold(0, |start, p| {
        let (mut view, bytes) = layout(&graph.fields[p.field], p.element, domain);
        view.address += start as u64;
        take(p.field, view, start..start + bytes);
        start + bytes
    })
}

/// The levels that a temporary has.
pub(super) fn levels(container: &Container, domain: Domain) -> (i64, i64) {
    let (low, high) = container.extent.0[Axis::K.index()];
    (i64::from(low), domain[Axis::K.index()] - 1 + i64::from(high))
}

/// Strides and bytes of a temporary whose storage starts at address zero. The point i = 0 of each row starts a cache line; along the axis
/// of a window, slots count from zero on.
fn layout(container: &Container, element: usize, domain: Domain) -> (View, usize) {
    let (mut strides, mut bytes, mut origin) = ([0; 3], element, 0);
    let (size, extent) = container.stored_size(domain);
    for axis in container.stored_axes().iter() {
        let (low, high) = extent.0[axis.index()];
        let before = low.unsigned_abs() as usize;
        let after = usize::try_from(size[axis.index()] + i64::from(high)).unwrap_or(0);
        strides[axis.index()] = bytes as i64;
        if axis == Axis::I {
            origin = (before * bytes).next_multiple_of(ALIGNMENT);
            bytes = (origin + after * bytes).next_multiple_of(ALIGNMENT);
        } else {
            origin += before * bytes;
            bytes = bytes.saturating_mul(before + after);
        }
    }
    let bytes = bytes.next_multiple_of(ALIGNMENT);
    let data = memory::data_strides(&container.data, bytes).map(|stride| stride as i64);
    let all = bytes.saturating_mul(container.components() as usize);
    (View { address: origin as u64, strides, levels: levels(container, domain), data }, all)
}
