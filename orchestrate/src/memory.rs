//! Fields at run time: an address, strides, and the points that exist; and the operations of the host on them.

use std::ops::Range;
use tradewind_ir::stencil::{MAX_DATA_DIMENSIONS, components, data_indexes};
use tradewind_ir::{Axes, Axis, DType, Domain, Extent, Value};

/// What memory of temporaries is filled with before it is used where assertions are on: tests see what a program leaves unwritten.
pub const STALE: u8 = 0xa5;

/// Bytes that one thread moves sooner than several do.
const ALONE: u64 = 1 << 18;

/// A field bound to memory. The element at point (i, j, k) is at `base + i * strides[0] + j * strides[1] + k * strides[2]`
/// bytes, for `low <= point < high`; strides are zero on axes that the field lacks. With data dimensions, that is where the element
/// of index zero along each of them is; the others follow by `data`.
#[derive(Clone, Copy, Debug)]
pub struct BoundField {
    pub base: *mut u8,
    pub dtype: DType,
    pub axes: Axes,
    pub strides: [isize; 3],
    pub low: [i64; 3],
    pub high: [i64; 3],
    /// The data dimensions.
    pub data: Data,
}

/// Data dimensions in memory: the number of indexes along each, and bytes from one to the next.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Data {
    sizes: [u32; MAX_DATA_DIMENSIONS],
    strides: [isize; MAX_DATA_DIMENSIONS],
    count: usize,
}

impl Data {
    /// Dimensions of these sizes and strides; as many of both, and at most [`MAX_DATA_DIMENSIONS`].
    pub fn new(sizes: &[u32], strides: &[isize]) -> Data {
        let mut data = Data { count: sizes.len().min(MAX_DATA_DIMENSIONS), ..Data::default() };
        data.sizes.iter_mut().zip(sizes).for_each(|(to, size)| *to = *size);
        data.strides.iter_mut().zip(strides).for_each(|(to, stride)| *to = *stride);
        data
    }
    /// The number of indexes along each dimension.
    pub fn sizes(&self) -> &[u32] {
        &self.sizes[..self.count]
    }
    /// Bytes from one index to the next along each dimension.
    pub fn strides(&self) -> [isize; MAX_DATA_DIMENSIONS] {
        self.strides
    }
    /// Bytes from the first component to each.
    pub fn offsets(&self) -> impl Iterator<Item = isize> {
        let data = *self;
        let offset = move |component| {
            let indexes = data_indexes(component, data.sizes());
            indexes.iter().zip(data.strides).map(|(n, stride)| *n as isize * stride).sum()
        };
        (0..components(self.sizes())).map(offset)
    }
}

// SAFETY: the memory behind a bound field is borrowed for the whole run, and schedules give each thread its own points.
unsafe impl Send for BoundField {}
// SAFETY: as above.
unsafe impl Sync for BoundField {}

impl BoundField {
    /// The field as it is seen from another point: that one becomes (0, 0, 0).
    pub fn seen_from(self, corner: [i64; 3]) -> BoundField {
        let moved =
            |ends: [i64; 3]| std::array::from_fn(|n| if self.axes.has(Axis::ALL[n]) { ends[n] - corner[n] } else { ends[n] });
        BoundField { base: self.at(corner), low: moved(self.low), high: moved(self.high), ..self }
    }
    fn at(&self, point: [i64; 3]) -> *mut u8 {
        let offset: isize = (0..3).map(|n| point[n] as isize * self.strides[n]).sum();
        self.base.wrapping_offset(offset)
    }
    fn has(&self, point: [i64; 3]) -> bool {
        (0..3).all(|n| !self.axes.has(Axis::ALL[n]) || (self.low[n]..self.high[n]).contains(&point[n]))
    }
    /// The field's components, each as a field without data dimensions.
    pub fn components(&self) -> impl Iterator<Item = BoundField> {
        let whole = *self;
        let data = Data::default();
        self.data.offsets().map(move |offset| BoundField { base: whole.base.wrapping_offset(offset), data, ..whole })
    }
    /// The element of the first component at a point, if the field has it.
    pub fn get(&self, point: [i64; 3]) -> Option<Value> {
        let mut bits = [0; 8];
        // SAFETY: the element exists, and the field's memory is borrowed for the run.
        let read = || unsafe { std::ptr::copy_nonoverlapping(self.at(point), bits.as_mut_ptr(), self.dtype.size()) };
        self.has(point).then(read)?;
        Some(Value::from_bits(self.dtype, u64::from_le_bytes(bits)))
    }
    /// Sets the element of the first component at a point, converting the value; says whether the field has the point.
    pub fn set(&self, point: [i64; 3], value: Value) -> bool {
        let bits = value.cast(self.dtype).bits().to_le_bytes();
        // SAFETY: the element exists, and the field's memory is borrowed for the run.
        let write = || unsafe { std::ptr::copy_nonoverlapping(bits.as_ptr(), self.at(point), self.dtype.size()) };
        self.has(point).then(write).is_some()
    }
    /// Into how many parts an operation on all elements is divided among so many threads.
    pub fn parts(&self, threads: usize) -> u64 {
        let points: u64 = (0..3).map(|n| (self.high[n] - self.low[n]).max(0) as u64).product();
        if points * (self.data.offsets().count() * self.dtype.size()) as u64 <= ALONE { 1 } else { threads as u64 }
    }
    /// The points of one of several parts, as far as they lie in a box: the box, divided along the axis of the greatest stride.
    fn part(&self, (mut low, mut high): Bounds, (n, parts): (u64, u64)) -> Bounds {
        let outer = (0..3).max_by_key(|n| self.strides[*n].unsigned_abs()).unwrap_or(0);
        let (first, size) = (low[outer], (high[outer] - low[outer]).max(0));
        let edge = |n: u64| first + (i128::from(size) * i128::from(n) / i128::from(parts)) as i64;
        (low[outer], high[outer]) = (edge(n), edge(n + 1));
        (low, high)
    }
    /// Sets all elements of one of several parts to zero.
    pub fn zero(&self, part: (u64, u64)) {
        let (low, high) = self.part((self.low, self.high), part);
        self.components().for_each(|one| one.zero_box(low, high));
    }
    fn zero_box(&self, low: [i64; 3], high: [i64; 3]) {
        let size = self.dtype.size();
        self.rows(low, high, |point, inner, count| {
            let contiguous = self.strides[inner] == size as isize;
            let (pieces, bytes) = if contiguous { (1, size * count as usize) } else { (count, size) };
            for n in 0..pieces {
                let start = self.at(point).wrapping_offset(n as isize * self.strides[inner]);
                // SAFETY: the elements exist, and the field's memory is borrowed for the run.
                unsafe { std::ptr::write_bytes(start, 0, bytes) };
            }
        });
    }
    /// Whether both are the same elements at the same points.
    pub fn is_same(&self, other: &BoundField) -> bool {
        let of = |bound: &BoundField| (bound.base, bound.axes, bound.strides, bound.data.strides());
        of(self) == of(other) && self.has_points_of(other)
    }
    /// Whether swapping the addresses of two fields swaps their contents, for code that knows their strides along I only.
    pub fn swaps_by_address(&self, other: &BoundField) -> bool {
        self.strides[Axis::I.index()] == other.strides[Axis::I.index()] && self.has_points_of(other)
    }
    /// Whether two fields have elements of one type at the same points.
    fn has_points_of(&self, other: &BoundField) -> bool {
        (self.low, self.high, self.dtype, self.data.sizes()) == (other.low, other.high, other.dtype, other.data.sizes())
    }
    /// All points that both fields have.
    fn common(&self, other: &BoundField) -> Bounds {
        let low = std::array::from_fn(|n| self.low[n].max(other.low[n]));
        (low, std::array::from_fn(|n| self.high[n].min(other.high[n])))
    }
    /// Calls `visit` at the start of every row along the axis of least stride, with the points of that row.
    fn rows(&self, low: [i64; 3], high: [i64; 3], mut visit: impl FnMut([i64; 3], usize, i64)) {
        let inner = (0..3).filter(|n| self.axes.has(Axis::ALL[*n])).min_by_key(|n| self.strides[*n].abs()).unwrap_or(0);
        if (0..3).any(|n| low[n] >= high[n]) {
            return;
        }
        let (a, b) = ((inner + 1) % 3, (inner + 2) % 3);
        for y in low[b]..high[b] {
            for x in low[a]..high[a] {
                let mut point = low;
                (point[a], point[b]) = (x, y);
                visit(point, inner, high[inner] - low[inner]);
            }
        }
    }
    /// Copies the box `low..high` of `from`, moved by `shift` points, to the same box of this field.
    fn copy_box(&self, from: &BoundField, low: [i64; 3], high: [i64; 3], shift: [i64; 3]) {
        let size = self.dtype.size();
        self.rows(low, high, |point, inner, count| {
            let (mut to, mut source) = (self.at(point), from.at(std::array::from_fn(|n| point[n] + shift[n])));
            let contiguous = self.strides[inner] == size as isize && from.strides[inner] == size as isize;
            let (step, pieces, bytes) = if contiguous { (0, 1, size * count as usize) } else { (1, count, size) };
            for _ in 0..pieces {
                // SAFETY: both boxes lie within `low..high` of their fields, whose memory is borrowed for the run; `copy`
                // allows overlap.
                unsafe { std::ptr::copy(source, to, bytes) };
                to = to.wrapping_offset(step * self.strides[inner]);
                source = source.wrapping_offset(step * from.strides[inner]);
            }
        });
    }
    /// Copies the points that both fields have, of one of several parts.
    pub fn copy_from(&self, from: &BoundField, part: (u64, u64)) {
        let (low, high) = self.part(self.common(from), part);
        self.components().zip(from.components()).for_each(|(to, from)| to.copy_box(&from, low, high, [0; 3]));
    }
    /// Exchanges the contents of the points that both fields have, of one of several parts.
    pub fn swap_with(&self, other: &BoundField, part: (u64, u64)) {
        let (low, high) = self.part(self.common(other), part);
        self.components().zip(other.components()).for_each(|(one, other)| one.swap_box(&other, low, high));
    }
    fn swap_box(&self, other: &BoundField, low: [i64; 3], high: [i64; 3]) {
        let size = self.dtype.size();
        self.rows(low, high, |point, inner, count| {
            let (mut a, mut b) = (self.at(point), other.at(point));
            let contiguous = self.strides[inner] == size as isize && other.strides[inner] == size as isize;
            let (pieces, bytes) = if contiguous { (1, size * count as usize) } else { (count, size) };
            for _ in 0..pieces {
                // SAFETY: the elements exist in their fields, and distinct fields do not overlap.
                unsafe { std::ptr::swap_nonoverlapping(a, b, bytes) };
                a = a.wrapping_offset(self.strides[inner]);
                b = b.wrapping_offset(other.strides[inner]);
            }
        });
    }
    /// Fills the halo in I and J, as far as `reach` goes (`None`: all there is), from the opposite edges of the domain: of one of several
    /// parts. Beside the domain along one axis only, points as far as `reach` goes along the other are filled too: corners.
    pub fn exchange_periodic(&self, domain: Domain, reach: Option<Extent>, part: (u64, u64)) {
        let stretches = |axis: Axis| {
            let n = axis.index();
            let inside = Stretch { points: (0, domain[n]), shift: 0 };
            if !self.axes.has(axis) || domain[n] < 1 {
                return vec![Stretch { points: (self.low[n], self.high[n]), ..inside }];
            }
            let asked = reach.map(|reach| reach.0[n]);
            let least = |have: i64, asked: Option<i32>| asked.map_or(have, |asked| have.min(asked.into())).max(0);
            let before = least(-self.low[n], asked.map(|(low, _)| -low));
            let after = least(self.high[n] - domain[n], asked.map(|(_, high)| high));
            let mut all = vec![inside];
            all.extend(Stretch::opposite(-before..0, domain[n]));
            all.extend(Stretch::opposite(domain[n]..domain[n] + after, domain[n]));
            all
        };
        let (along_i, along_j) = (stretches(Axis::I), stretches(Axis::J));
        for i in &along_i {
            for j in along_j.iter().filter(|j| (i.shift, j.shift) != (0, 0)) {
                let all = ([i.points.0, j.points.0, self.low[2]], [i.points.1, j.points.1, self.high[2]]);
                let (low, high) = self.part(all, part);
                self.components().for_each(|one| one.copy_box(&one, low, high, [i.shift, j.shift, 0]));
            }
        }
    }
}

/// First points, and one past the last.
type Bounds = ([i64; 3], [i64; 3]);

/// Points along an axis, and how far from them those lie that they are filled from.
#[derive(Clone, Copy)]
struct Stretch {
    points: (i64, i64),
    shift: i64,
}

impl Stretch {
    /// Points around a periodic domain of so many points: in pieces that are filled from one piece of it each.
    fn opposite(points: Range<i64>, size: i64) -> impl Iterator<Item = Stretch> {
        let mut next = points.start;
        std::iter::from_fn(move || {
            let (first, inside) = (next, next.rem_euclid(size));
            next = points.end.min(first + size - inside);
            (first < points.end).then_some(Stretch { points: (first, next), shift: inside - first })
        })
    }
}
