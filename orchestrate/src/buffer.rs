//! Arrays that Tradewind owns: rows along I, 64-byte aligned where the domain starts, with a halo.

use crate::view::{ArrayView, Element};
use tradewind_ir::{Axes, Axis, DType, Domain, Extent, Value};

/// One cache line; what buffers are made of, so that they are aligned.
#[derive(Clone, Copy, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
struct Line([u8; 64]);

/// An array over a domain and its halo, zero when made. Points are named by their position relative to the start of the
/// domain, so that the halo has negative positions.
#[derive(Clone)]
pub struct Buffer {
    lines: Vec<Line>,
    dtype: DType,
    axes: Axes,
    domain: Domain,
    extent: Extent,
    /// Bytes before the first element.
    skip: usize,
    /// Bytes per axis; zero on axes that the buffer lacks.
    strides: [usize; 3],
}

impl Buffer {
    /// An array of zeros over `domain` (points) and as much halo as `extent` says, on the axes given.
    pub fn zeros(dtype: DType, axes: Axes, domain: Domain, extent: Extent) -> Buffer {
        let size = dtype.size();
        let mut buffer = Buffer { lines: Vec::new(), dtype, axes, domain, extent, skip: 0, strides: [0; 3] };
        let shape = buffer.points();
        let low = if axes.has(Axis::I) { -extent.0[0].0 as usize } else { 0 };
        buffer.skip = (low * size).next_multiple_of(64) - low * size;
        let mut step = size;
        for axis in axes.iter() {
            let n = axis.index();
            buffer.strides[n] = step;
            step = (step * shape[n]).next_multiple_of(if axis == Axis::I { 64 } else { 1 });
        }
        buffer.lines = vec![Line([0; 64]); (buffer.skip + step).div_ceil(64)];
        buffer
    }
    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// The axes that the array has.
    pub fn axes(&self) -> Axes {
        self.axes
    }
    /// The position of the domain's start in the array, one entry per axis that it has: the `origin` of a call.
    pub fn origin(&self) -> Vec<i64> {
        self.axes.iter().map(|a| -self.extent.0[a.index()].0 as i64).collect()
    }
    /// The compute domain.
    pub fn domain(&self) -> Domain {
        self.domain
    }
    /// The element at a point, if the array has it.
    pub fn get(&self, point: [i64; 3]) -> Option<Value> {
        let at = self.position(point)?;
        let mut bits = [0; 8];
        let size = self.dtype.size();
        bits[..size].copy_from_slice(&bytemuck::cast_slice::<Line, u8>(&self.lines)[at..at + size]);
        Some(Value::from_bits(self.dtype, u64::from_le_bytes(bits)))
    }
    /// Sets the element at a point, converting the value to the array's type; says whether the array has the point.
    pub fn set(&mut self, point: [i64; 3], value: Value) -> bool {
        let Some(at) = self.position(point) else { return false };
        let size = self.dtype.size();
        let bits = value.cast(self.dtype).bits().to_le_bytes();
        bytemuck::cast_slice_mut::<Line, u8>(&mut self.lines)[at..at + size].copy_from_slice(&bits[..size]);
        true
    }
    /// Sets every element, halo included, to a function of its point.
    pub fn fill(&mut self, mut value: impl FnMut([i64; 3]) -> Value) {
        for point in self.all_points() {
            self.set(point, value(point));
        }
    }
    /// The elements of one row of the domain (all of I at the given J and K), if they are of type `T`.
    pub fn row<T: Element + bytemuck::Pod>(&self, j: i64, k: i64) -> Option<&[T]> {
        let at = (self.dtype == T::DTYPE && self.axes.has(Axis::I)).then(|| self.position([0, j, k]))??;
        let bytes = bytemuck::cast_slice::<Line, u8>(&self.lines);
        bytemuck::try_cast_slice(bytes.get(at..at + self.domain[0] as usize * size_of::<T>())?).ok()
    }
    /// The points of the domain, I fastest; axes that the array lacks have the one position zero.
    pub fn interior(&self) -> impl Iterator<Item = [i64; 3]> + use<> {
        let [i, j, k] = std::array::from_fn(|n| if self.axes.has(Axis::ALL[n]) { self.domain[n] } else { 1 });
        (0..k).flat_map(move |k| (0..j).flat_map(move |j| (0..i).map(move |i| [i, j, k])))
    }
    /// All points, halo included, I fastest.
    pub fn all_points(&self) -> impl Iterator<Item = [i64; 3]> + use<> {
        let shape = self.points().map(|n| n as i64);
        let low: [i64; 3] = std::array::from_fn(|n| self.low(n));
        let [i, j, k] = shape;
        let all = (0..k).flat_map(move |k| (0..j).flat_map(move |j| (0..i).map(move |i| [i, j, k])));
        all.map(move |p| std::array::from_fn(|n| p[n] + low[n]))
    }
    /// The array, halo included, as an argument of a call.
    pub fn view(&mut self) -> ArrayView<'_> {
        let points = self.points();
        let shape: Vec<usize> = self.axes.iter().map(|a| points[a.index()]).collect();
        let strides: Vec<isize> = self.axes.iter().map(|a| self.strides[a.index()] as isize).collect();
        let start = bytemuck::cast_slice_mut::<Line, u8>(&mut self.lines)[self.skip..].as_mut_ptr();
        // SAFETY: the buffer is borrowed exclusively, and shape and strides are those that its memory was sized for.
        unsafe { ArrayView::from_raw(start, self.dtype, &shape, &strides, true) }
    }
    fn low(&self, n: usize) -> i64 {
        if self.axes.has(Axis::ALL[n]) { self.extent.0[n].0 as i64 } else { 0 }
    }
    fn points(&self) -> [usize; 3] {
        std::array::from_fn(|n| {
            let (low, high) = self.extent.0[n];
            if self.axes.has(Axis::ALL[n]) { (self.domain[n] + high as i64 - low as i64).max(0) as usize } else { 1 }
        })
    }
    fn position(&self, point: [i64; 3]) -> Option<usize> {
        let shape = self.points();
        let mut at = self.skip;
        for n in 0..3 {
            let index = usize::try_from(point[n] - self.low(n)).ok().filter(|index| *index < shape[n])?;
            at += index * self.strides[n];
        }
        Some(at)
    }
}
