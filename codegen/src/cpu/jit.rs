//! Installing and calling machine code: the only file of this crate with `unsafe` (except in tests, which call).

use cranelift_codegen::CodegenError;
use cranelift_codegen::settings::{self, Configurable};
use cranelift_jit::{JITBuilder, JITModule};
use cranelift_module::{FuncId, Linkage, Module, ModuleError, default_libcall_names};
use std::collections::BTreeSet;
use std::fmt::Display;
use std::mem::transmute;
use std::sync::Mutex;
use tradewind_ir::Native;

use super::emit::signature;
use super::frame::Excerpt;
use super::host::{self, HostFunction, Outcome};
use super::settings::Settings;
use super::sink::{Report, Sink};

/// Compiled functions in executable memory, which goes with the value.
pub(super) struct MachineCode {
    /// Only [`Drop`] takes it out; while it is there, entries are valid.
    module: Mutex<Option<JITModule>>,
    entries: Vec<Entry>,
}

/// What compiled code calls to report indexes that do not exist.
extern "C" fn take_note(report: *const Report) {
    // SAFETY: the address is that of a report in the caller's stack frame, whose sink is the one that the launch was called with,
    // borrowed for that call.
    let (report, sink) = unsafe { (&*report, &*((*report).sink as *const Sink<'_>)) };
    sink.note(report);
}

type Entry = unsafe extern "C" fn(frame: *const u64, lo: i64, hi: i64, scratch: *mut u8);

/// An empty module for this machine, which knows the host's functions and the tables of some native functions.
pub(super) fn module(compile: Settings, natives: &BTreeSet<Native>) -> Outcome<JITModule> {
    let failed = |e: &dyn Display| ModuleError::Compilation(CodegenError::Unsupported(e.to_string()));
    let mut flags = settings::builder();
    let verifier = if compile.verify { "true" } else { "false" };
    for (name, value) in [
        ("opt_level", "speed"),
        ("is_pic", "false"),
        ("unwind_info", "false"),
        ("use_colocated_libcalls", "false"),
        ("log2_min_function_alignment", "6"),
        ("enable_verifier", verifier),
    ] {
        flags.set(name, value).map_err(|e| failed(&e))?;
    }
    let builder = cranelift_native::builder_with_options(!compile.portable).map_err(|e| failed(&e))?;
    let isa = builder.finish(settings::Flags::new(flags)).map_err(|e| failed(&e))?;
    let mut builder = JITBuilder::with_isa(isa, default_libcall_names());
    builder.symbols(host::addresses().into_iter().map(|(function, address)| (function.symbol(), address)));
    builder.symbol(HostFunction::TakeNote.symbol(), take_note as *const u8);
    builder.symbols(natives.iter().flat_map(|native| host::tables(*native)));
    Ok(JITModule::new(builder))
}

/// Declares a launch's function.
pub(super) fn declare(module: &mut JITModule, name: &str) -> Outcome<FuncId> {
    let signature = signature(module.target_config().default_call_conv);
    Ok(module.declare_function(name, Linkage::Export, &signature)?)
}

impl MachineCode {
    /// Makes functions declared by [`declare`], and defined since, callable by their place in `functions`.
    pub(super) fn install(mut module: JITModule, functions: &[FuncId]) -> Outcome<MachineCode> {
        module.finalize_definitions()?;
        let entry = |id: &FuncId| {
            let address = module.get_finalized_function(*id);
            // SAFETY: the address is that of a function which was declared with the signature of `Entry` in the platform's
            // calling convention, and stays valid until the module's memory is freed, together with this entry.
            unsafe { transmute::<*const u8, Entry>(address) }
        };
        let entries = functions.iter().map(entry).collect();
        Ok(MachineCode { module: Mutex::new(Some(module)), entries })
    }
}

/// The machine code of a launch, ready to be called: nothing is compiled, allocated or waited for any more.
#[derive(Clone, Copy)]
pub struct LaunchCode<'k> {
    code: &'k MachineCode,
    function: usize,
}

impl<'k> LaunchCode<'k> {
    /// Function number `function` of compiled code.
    pub(super) fn new(code: &'k MachineCode, function: usize) -> LaunchCode<'k> {
        LaunchCode { code, function }
    }

    /// Runs the launch, or a part of it: `range` is a part of the outer loop's range. `scratch` starts at a multiple of 64 bytes.
    ///
    /// # Safety
    /// `excerpt` was filled for this launch, from a frame that [`Kernel::frame`](super::Kernel::frame) made and for which
    /// [`Kernel::code_of`](super::Kernel::code_of) gave this code, and which says where all containers are that the launch uses: in
    /// memory that holds every point that the graph says the range touches, aligned to the element's size, and that nothing else
    /// writes meanwhile (other parts of the same parallel launch write elsewhere by themselves). Its sink lives. `scratch` is
    /// [`Kernel::scratch_bytes`](super::Kernel::scratch_bytes) long.
    pub unsafe fn run(self, excerpt: &Excerpt, (lo, hi): (i64, i64), scratch: &mut [u8]) {
        let entry = self.code.entries[self.function];
        // SAFETY: the entry is valid as long as the code is borrowed; what it reads and writes is the caller's promise.
        unsafe { entry(excerpt.slots().as_ptr(), lo, hi, scratch.as_mut_ptr()) }
    }
}

impl Drop for MachineCode {
    fn drop(&mut self) {
        let module = self.module.get_mut().ok().and_then(Option::take);
        if let Some(module) = module {
            // SAFETY: entries are called only while the code is borrowed, so none is running, and none can be called any more.
            unsafe { module.free_memory() }
        }
    }
}
