//! Doubly periodic halo updates.

use crate::array::{Array, PointBox, each};
use crate::domain::{Axis, Domain, Extent};
use crate::element::Element;
use crate::program::HALO_AXES;
use crate::with_element;

/// Fills the halo in I and J as far as `reach` goes (all that the array has, if `None`) with the values that lie a whole number
/// of domains away, on all levels of the array. I comes first, on the domain's rows; J then takes the filled columns along,
/// which sets the corners.
pub fn halo_update(array: &mut Array, domain: Domain, reach: Option<Extent>) {
    if domain.iter().all(|size| *size > 0) {
        for component in 0..array.components() {
            with_element!(array.dtype(), T => update_typed::<T>(array, component, domain, reach));
        }
    }
}

fn update_typed<T: Element>(array: &mut Array, component: u32, domain: Domain, reach: Option<Extent>) {
    let filled = |axis: Axis| {
        let ((first, last), size) = (array.range(axis), domain[axis.index()]);
        match reach.map(|reach| reach.0[axis.index()]) {
            Some((low, high)) => (first.max(low.into()), last.min(size + i64::from(high))),
            None => (first, last),
        }
    };
    let (i, j) = (filled(Axis::I), filled(Axis::J));
    let inner_j = if array.axes().has(Axis::J) { (0, domain[1]) } else { (0, 1) };
    let axes = array.axes();
    for axis in HALO_AXES.into_iter().filter(|axis| axes.has(*axis)) {
        let (n, size) = (axis.index(), domain[axis.index()]);
        let mut points: PointBox = [i, if axis == Axis::I { inner_j } else { j }, array.range(Axis::K)];
        let (first, last) = points[n];
        for side in [(first, 0), (size, last)] {
            points[n] = side;
            let wrap = |mut point: [i64; 3]| {
                point[n] = point[n].rem_euclid(size.max(1));
                point
            };
            let values: Vec<T> = each(points).map(|point| array.element(wrap(point), component)).collect();
            array.write(each(points).map(|point| (point, component)).zip(values));
        }
    }
}
