//! Host storage of a field: all executors compute on it if the caller provides no memory.

use crate::domain::{Axes, Axis, Domain, Extent};
use crate::element::Element;
use crate::memory::{self, LINE, Line, OutOfMemory};
use crate::types::DType;
use crate::value::Value;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Arrays start at different lines of a page, because loads and stores whose addresses differ by a multiple of 4 KiB hold each
/// other up. The lines are taken in turn, an odd number of lines apart.
static STAGGER: AtomicUsize = AtomicUsize::new(0);

/// An owned array over up to three axes, with one or more elements (components) at each point. Points have signed coordinates with
/// (0, 0, 0) at the start of the compute domain; the coordinate on an axis that the array lacks is ignored. I is contiguous, then
/// J, then K, then come the other components; rows are padded so that the start of the domain is aligned to 64 bytes in each.
#[derive(Clone, Debug)]
pub struct Array {
    dtype: DType,
    axes: Axes,
    shape: [usize; 3],
    origin: [i64; 3],
    strides: [usize; 3],
    components: u32,
    /// Bytes from one component to the next.
    component_stride: usize,
    /// Bytes before the first element.
    skip: usize,
    lines: Vec<Line>,
}

/// A box of points: first, and one past the last, on each axis.
pub type PointBox = [(i64, i64); 3];

impl Array {
    /// An array of zeros that covers `domain` and reaches `halo` beyond it (less where negative), on the axes it has, with so many
    /// elements at each point.
    ///
    /// # Panics
    /// Where [`Array::try_zeros`] has an error.
    pub fn zeros(dtype: DType, axes: Axes, components: u32, domain: Domain, halo: Extent) -> Array {
        Array::try_zeros(dtype, axes, components, domain, halo).unwrap_or_else(|error| panic!("{error}"))
    }
    /// [`Array::zeros`], if there is memory for it.
    ///
    /// # Errors
    /// There is not.
    pub fn try_zeros(dtype: DType, axes: Axes, components: u32, domain: Domain, halo: Extent) -> Result<Array, OutOfMemory> {
        let bytes = memory::bytes(dtype.size() * components as usize, axes, domain, halo);
        memory::check(1, bytes)?;
        let (mut shape, mut origin, mut strides) = ([1; 3], [0; 3], [0; 3]);
        let mut step = dtype.size();
        for axis in axes.iter() {
            let n = axis.index();
            let (low, high) = halo.0[n];
            origin[n] = -i64::from(low);
            shape[n] = usize::try_from(domain[n] + i64::from(high) - i64::from(low)).unwrap_or(0);
            strides[n] = step;
            step = (step * shape[n]).next_multiple_of(if axis == Axis::I { LINE } else { 1 });
        }
        let before = origin[0].max(0) as usize * strides[0];
        let stagger = STAGGER.fetch_add(5, Ordering::Relaxed) % 64;
        let skip = before.next_multiple_of(LINE) - before + stagger * LINE;
        let lines = memory::zeros((skip + step * components as usize).div_ceil(LINE));
        let lines = lines.ok_or(OutOfMemory { fields: 1, bytes, available: None })?;
        Ok(Array { dtype, axes, shape, origin, strides, components, component_stride: step, skip, lines })
    }
    /// The type of the elements.
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// The axes it has.
    pub fn axes(&self) -> Axes {
        self.axes
    }
    /// Counts the points from another one on, along the axes that the array has.
    pub fn move_origin(&mut self, to: [i64; 3]) {
        self.axes.iter().for_each(|axis| self.origin[axis.index()] += to[axis.index()]);
    }
    /// Points along each axis; 1 on an axis that the array lacks.
    pub fn shape(&self) -> [usize; 3] {
        self.shape
    }
    /// The index of the point (0, 0, 0) on each axis; 0 on an axis that the array lacks.
    pub fn origin(&self) -> [i64; 3] {
        self.origin
    }
    /// Bytes from one point to the next on each axis; 0 on an axis that the array lacks.
    pub fn strides(&self) -> [usize; 3] {
        self.strides
    }
    /// How many elements each point holds.
    pub fn components(&self) -> u32 {
        self.components
    }
    /// Bytes from one component to the next.
    pub fn component_stride(&self) -> usize {
        self.component_stride
    }
    /// The memory from the first element on, in the machine's byte order, padding included.
    pub fn bytes(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.lines)[self.skip..]
    }
    /// The memory from the first element on, to be changed.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        &mut bytemuck::cast_slice_mut(&mut self.lines)[self.skip..]
    }
    /// The points that the array has on an axis, as coordinates: first, and one past the last. (0, 1) on an axis it lacks.
    pub fn range(&self, axis: Axis) -> (i64, i64) {
        let n = axis.index();
        (-self.origin[n], self.shape[n] as i64 - self.origin[n])
    }
    /// All points of the array.
    pub fn points(&self) -> PointBox {
        Axis::ALL.map(|axis| self.range(axis))
    }
    /// How far the array reaches beyond a domain; zero on axes it lacks.
    pub fn halo(&self, domain: Domain) -> Extent {
        Extent(Axis::ALL.map(|axis| match self.axes.has(axis) {
            true => (self.range(axis).0 as i32, (self.range(axis).1 - domain[axis.index()]) as i32),
            false => (0, 0),
        }))
    }
    /// A component's element at a point; `None` outside the array.
    pub fn get(&self, point: [i64; 3], component: u32) -> Option<Value> {
        let at = self.position(point, component)?;
        Some(crate::with_element!(self.dtype, T => T::load(&self.bytes()[at..]).value()))
    }
    /// Stores a value, converted to the array's type, at a point; says whether the array has the point and the component.
    pub fn set(&mut self, point: [i64; 3], component: u32, value: Value) -> bool {
        let Some(at) = self.position(point, component) else {
            return false;
        };
        crate::with_element!(self.dtype, T => T::of(value).store(&mut self.bytes_mut()[at..]));
        true
    }
    /// A component's element at a point; zero outside the array, and if `T` is not the array's type.
    pub fn element<T: Element>(&self, point: [i64; 3], component: u32) -> T {
        match self.position(point, component) {
            Some(at) if T::DTYPE == self.dtype => T::load(&self.bytes()[at..]),
            _ => T::default(),
        }
    }
    /// Copies the elements of a box of points that both arrays have from another one of the same type and components.
    pub fn copy_points(&mut self, from: &Array, points: PointBox) {
        for component in 0..self.components {
            crate::with_element!(self.dtype, T => {
                let values: Vec<T> = from.read(points, component);
                self.write(each(points).map(|point| (point, component)).zip(values));
            });
        }
    }
    /// A component's elements at a box of points, I fastest. Points outside the array, and all points if `T` is not the array's
    /// type, read as zero.
    pub fn read<T: Element>(&self, points: PointBox, component: u32) -> Vec<T> {
        let [i, j, k] = points;
        let mut values = Vec::with_capacity(count(points));
        for (k, j) in (k.0..k.1).flat_map(|k| (j.0..j.1).map(move |j| (k, j))) {
            match self.row(i, j, k, component).filter(|_| T::DTYPE == self.dtype) {
                Some(row) => values.extend(self.bytes()[row].chunks_exact(size_of::<T>()).map(T::load)),
                None => values.extend((i.0..i.1).map(|i| self.element::<T>([i, j, k], component))),
            }
        }
        values
    }
    /// Stores elements, each at a point and of a component. Points outside the array are left out, and all points if `T` is not
    /// the array's type.
    pub fn write<T: Element>(&mut self, elements: impl Iterator<Item = (([i64; 3], u32), T)>) {
        if T::DTYPE != self.dtype {
            return;
        }
        for ((point, component), value) in elements {
            if let Some(at) = self.position(point, component) {
                value.store(&mut self.bytes_mut()[at..]);
            }
        }
    }
    /// The bytes of a row of points, where the array has them all side by side.
    fn row(&self, (first, end): (i64, i64), j: i64, k: i64, component: u32) -> Option<std::ops::Range<usize>> {
        let start = self.position([first, j, k], component).filter(|_| first < end && self.axes.has(Axis::I))?;
        Some(start..self.position([end - 1, j, k], component)? + self.dtype.size())
    }
    /// The byte where a component's element of a point starts.
    fn position(&self, point: [i64; 3], component: u32) -> Option<usize> {
        if component >= self.components {
            return None;
        }
        let mut at = component as usize * self.component_stride;
        let axes = point.iter().zip(self.origin).zip(self.shape).zip(self.strides);
        for (((point, origin), shape), stride) in axes.filter(|(_, stride)| *stride != 0) {
            at += stride * usize::try_from(point + origin).ok().filter(|index| *index < shape)?;
        }
        Some(at)
    }
}

impl PartialEq for Array {
    /// The same type, points and elements; padding does not count.
    fn eq(&self, other: &Array) -> bool {
        let same = |component| each(self.points()).all(|point| self.get(point, component) == other.get(point, component));
        (self.dtype, self.axes, self.components, self.points()) == (other.dtype, other.axes, other.components, other.points())
            && (0..self.components).all(same)
    }
}

/// The number of points of a box.
pub fn count(points: PointBox) -> usize {
    points.iter().map(|(first, end)| usize::try_from(end - first).unwrap_or(0)).product()
}

/// The points of a box, I fastest.
pub fn each([i, j, k]: PointBox) -> impl Iterator<Item = [i64; 3]> {
    (k.0..k.1).flat_map(move |k| (j.0..j.1).flat_map(move |j| (i.0..i.1).map(move |i| [i, j, k])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_signed_and_missing_axes_are_ignored() {
        let mut a = Array::zeros(DType::F32, Axes::IK, 2, [4, 9, 2], Extent([(-1, 2), (-5, 5), (0, 1)]));
        assert_eq!(a.shape(), [7, 1, 3]);
        assert_eq!(a.points(), [(-1, 6), (0, 1), (0, 3)]);
        assert!(a.set([-1, 77, 2], 0, Value::F64(1.5)) && a.set([-1, 0, 2], 1, Value::F64(2.5)));
        assert_eq!([0, 1, 2].map(|c| a.get([-1, -3, 2], c)), [Some(Value::F32(1.5)), Some(Value::F32(2.5)), None]);
        assert_eq!(a.get([-2, 0, 0], 0), None);
        assert_eq!(a.read::<f32>([(-1, 1), (0, 2), (2, 3)], 0), [1.5, 0.0, 1.5, 0.0]);
        assert_eq!(a.halo([4, 9, 2]), Extent([(-1, 2), (0, 0), (0, 1)]));
    }
}
