//! Programs written by hand in C++, on the same arrays and threads as ours: `benches/by_hand/*.cpp`, compiled when the bench runs.

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};
use std::process::Command;
use tradewind::codegen::threads;
use tradewind::ir::{Array, Axis, Domain};

/// The C++ of a program: loop nests that run one after another, and pairs of fields that are exchanged behind them, by their numbers.
pub struct ByHand {
    nests: Vec<(Function, Axis)>,
    swaps: &'static [(usize, usize)],
}

/// The signature of a nest, see `field.h`.
type Function = unsafe extern "C" fn(*const Field, *const f64, *const i64, i64, i64);

/// An array as C++ sees it, see `field.h`.
#[repr(C)]
struct Field {
    origin: *mut f64,
    row: i64,
    plane: i64,
}

/// The arguments of a nest, for all its threads.
struct Call<'a> {
    fields: &'a [Field],
    scalars: &'a [f64],
    domain: Domain,
}

// SAFETY: threads share the pointers of a call only to run parts of a nest, which write different rows or planes.
unsafe impl Sync for Call<'_> {}

/// Parts of a nest for each thread: a thread that is held up leaves some to the others.
const PARTS: usize = 4;

impl ByHand {
    /// Compiles `NAME.cpp` and finds its nests, each a function and the axis along which threads share it. A step ends with `swaps`.
    ///
    /// # Errors
    /// There is no C++ compiler, or it fails.
    pub fn compile(name: &str, nests: &[(&str, Axis)], swaps: &'static [(usize, usize)]) -> Result<ByHand, String> {
        let library = build(name)?;
        let path = CString::new(library.into_os_string().into_encoded_bytes()).map_err(|e| e.to_string())?;
        // SAFETY: the library is ours and does nothing when it is loaded.
        let handle = unsafe { libc::dlopen(path.as_ptr(), libc::RTLD_NOW) };
        if handle.is_null() {
            // SAFETY: a call of `dlopen` has just failed, so there is a message, which lasts until the next one.
            let message = unsafe { CStr::from_ptr(libc::dlerror()) };
            return Err(message.to_string_lossy().into_owned());
        }
        let nests = nests.iter().map(|(function, axis)| {
            let symbol = CString::new(*function).map_err(|e| e.to_string())?;
            // SAFETY: the handle is that of a library that stays loaded.
            let address = unsafe { libc::dlsym(handle, symbol.as_ptr()) };
            if address.is_null() {
                return Err(format!("{name}.cpp has no function `{function}`"));
            }
            // SAFETY: every function in these files has this signature, see `field.h`.
            Ok((unsafe { std::mem::transmute::<*mut libc::c_void, Function>(address) }, *axis))
        });
        Ok(ByHand { nests: nests.collect::<Result<_, _>>()?, swaps })
    }
    /// Takes so many steps on a program's fields, which are doubles and have the halos of the program. The number of steps is even where
    /// fields are exchanged.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn run(&self, fields: &mut [Array], scalars: &[f64], domain: Domain, threads: usize, steps: i64) -> Result<(), String> {
        let mut fields: Vec<Field> = fields.iter_mut().map(Field::of).collect();
        for _ in 0..steps {
            let call = Call { fields: &fields, scalars, domain };
            for (function, axis) in &self.nests {
                call.nest(*function, domain[axis.index()], threads)?;
            }
            self.swaps.iter().for_each(|(a, b)| fields.swap(*a, *b));
        }
        Ok(())
    }
}

impl Call<'_> {
    /// Runs a nest of so many rows or planes.
    fn nest(&self, function: Function, count: i64, threads: usize) -> Result<(), String> {
        if threads == 1 {
            self.part(function, 0, count);
            return Ok(());
        }
        let pool = threads::exactly(Some(threads)).map_err(|e| format!("cannot start threads: {e}"))?;
        let parts = (threads * PARTS) as i64;
        pool.scope(|scope| {
            for n in 0..parts {
                scope.spawn(move |_| self.part(function, count * n / parts, count * (n + 1) / parts));
            }
        });
        Ok(())
    }
    fn part(&self, function: Function, first: i64, end: i64) {
        // SAFETY: the arrays have the halos that the program needs, and the nests of these files access the same points as the
        // program does.
        unsafe { function(self.fields.as_ptr(), self.scalars.as_ptr(), self.domain.as_ptr(), first, end) }
    }
}

impl Field {
    fn of(array: &mut Array) -> Field {
        let (origin, strides) = (array.origin(), array.strides());
        let before: usize = (0..3).map(|n| origin[n] as usize * strides[n]).sum();
        let [_, row, plane] = strides.map(|stride| (stride / size_of::<f64>()) as i64);
        Field { origin: array.bytes_mut()[before..].as_mut_ptr().cast(), row, plane }
    }
}

/// Compiles a file into a library of the target folder.
fn build(name: &str) -> Result<PathBuf, String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/by_hand").join(name).with_extension("cpp");
    let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("by_hand_{name}.so"));
    let compiler = std::env::var("CXX").unwrap_or("c++".to_string());
    let mut command = Command::new(&compiler);
    command.args([
        "-std=c++17",
        "-O3",
        "-march=native",
        "-fopenmp-simd",
        "-fno-math-errno",
        "-fno-trapping-math",
        "-shared",
        "-fPIC",
    ]);
    if cfg!(target_arch = "x86_64") {
        command.arg("-mprefer-vector-width=512");
    }
    let ended = command.arg(&source).arg("-o").arg(&library).output().map_err(|e| format!("cannot run {compiler}: {e}"))?;
    if !ended.status.success() {
        return Err(format!("{compiler} fails on {}:\n{}", source.display(), String::from_utf8_lossy(&ended.stderr)));
    }
    Ok(library)
}
