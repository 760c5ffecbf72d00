//! Arrays that the caller owns: a start, a shape and strides. Nothing is copied.

use crate::overlap::Layout;
use std::marker::PhantomData;
use tradewind_dataflow::memory::data_strides;
use tradewind_ir::DType;
use tradewind_ir::array::Array;
use tradewind_ir::stencil::{are_data_sizes, components};

/// A strided array, borrowed for a call: a dimension for each axis of the field, then one for each data dimension. Element
/// `(a, b, c)` is at `start + a * strides[0] + b * strides[1] + c * strides[2]` bytes.
#[derive(Clone, Debug)]
pub struct ArrayView<'a> {
    start: *mut u8,
    dtype: DType,
    shape: Vec<usize>,
    strides: Vec<isize>,
    writable: bool,
    borrow: PhantomData<&'a mut [u8]>,
}

// SAFETY: a view is an exclusive (writable) or shared (read-only) borrow of plain numbers, which any thread may use.
unsafe impl Send for ArrayView<'_> {}

/// Element types of Rust slices that can be passed to a call.
pub trait Element: Copy + 'static {
    /// The type's name in the language.
    const DTYPE: DType;
}

macro_rules! elements {
    ($($rust:ty => $name:ident),*) => { $(impl Element for $rust { const DTYPE: DType = DType::$name; })* };
}
elements!(i8 => I8, i16 => I16, i32 => I32, i64 => I64, f32 => F32, f64 => F64);

impl<'a> ArrayView<'a> {
    /// A view of a slice with the given shape, the first dimension varying fastest (the layout that runs fastest).
    ///
    /// # Errors
    /// When the slice does not have as many elements as the shape asks for.
    pub fn new<T: Element>(data: &'a mut [T], shape: &[usize]) -> Result<ArrayView<'a>, String> {
        let strides = shape.iter().scan(size_of::<T>() as isize, |step, n| {
            let here = *step;
            *step *= *n as isize;
            Some(here)
        });
        let strides: Vec<isize> = strides.collect();
        if shape.iter().product::<usize>() != data.len() {
            return Err(format!("a slice of {} elements cannot have the shape {shape:?}", data.len()));
        }
        // SAFETY: the slice is borrowed exclusively for 'a, and shape and strides stay within it by the check above.
        Ok(unsafe { ArrayView::from_raw(data.as_mut_ptr().cast(), T::DTYPE, shape, &strides, true) })
    }
    /// A view of a whole array, halo included, with its components along data dimensions of these sizes.
    ///
    /// # Errors
    /// When the sizes do not make up as many components as the array has.
    pub fn of(array: &'a mut Array, data: &[u32]) -> Result<ArrayView<'a>, String> {
        if !are_data_sizes(data) || components(data) != array.components() {
            let has = array.components();
            return Err(format!("an array of {has} components cannot have the data dimensions {data:?}"));
        }
        let pick = |sizes: [usize; 3]| -> Vec<usize> { array.axes().iter().map(|a| sizes[a.index()]).collect() };
        let (mut shape, mut strides) = (pick(array.shape()), pick(array.strides()));
        shape.extend(data.iter().map(|size| *size as usize));
        strides.extend(data_strides(data, array.component_stride()).into_iter().take(data.len()));
        let strides: Vec<isize> = strides.into_iter().map(|s| s as isize).collect();
        let dtype = array.dtype();
        // SAFETY: the array is borrowed exclusively for 'a, and shape and strides are its own, the last data index running fastest.
        Ok(unsafe { ArrayView::from_raw(array.bytes_mut().as_mut_ptr(), dtype, &shape, &strides, true) })
    }
    /// A view of memory that the caller vouches for.
    ///
    /// # Safety
    /// Every element that `shape` and `strides` (in bytes) describe must be valid for reads, and for writes if `writable`,
    /// for the whole of `'a`, and nothing else may write them meanwhile (nor read them, if `writable`).
    pub unsafe fn from_raw(start: *mut u8, dtype: DType, shape: &[usize], strides: &[isize], writable: bool) -> ArrayView<'a> {
        ArrayView { start, dtype, shape: shape.to_vec(), strides: strides.to_vec(), writable, borrow: PhantomData }
    }
    /// The elements from index `first` on, `count` of them, along a dimension; they must be there.
    pub(crate) fn part(mut self, dimension: usize, first: usize, count: usize) -> ArrayView<'a> {
        debug_assert!(first + count <= self.shape[dimension], "{first} + {count} of {:?}", self.shape);
        self.start = self.start.wrapping_offset(first as isize * self.strides[dimension]);
        self.shape[dimension] = count;
        self
    }
    /// The first element's address.
    pub fn start(&self) -> *mut u8 {
        self.start
    }
    /// The element type.
    pub fn dtype(&self) -> DType {
        self.dtype
    }
    /// Elements per dimension.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }
    /// Bytes from one element to the next, per dimension.
    pub fn strides(&self) -> &[isize] {
        &self.strides
    }
    /// Whether the array may be written.
    pub fn is_writable(&self) -> bool {
        self.writable
    }
    /// Where the elements are.
    pub(crate) fn layout(&self) -> Layout<'_> {
        Layout { start: self.start as usize, element: self.dtype.size(), shape: &self.shape, strides: &self.strides }
    }
}
