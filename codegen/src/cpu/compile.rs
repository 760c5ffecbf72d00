//! From loop nests to machine code in memory, the functions of a program side by side on all threads.

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::UserFuncName;
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_jit::JITModule;
use cranelift_module::{FuncId, Module, ModuleError, ModuleReloc};
use rayon::prelude::*;
use std::collections::BTreeSet;
use tradewind_dataflow::Graph;
use tradewind_ir::{Diagnostic, Native, Span, math};

use super::definition;
use super::emit::{Emitter, signature};
use super::host::{Host, HostFunction};
use super::jit::{self, Code, Outcome};
use super::kernel::{Settings, Variant};
use super::plan::{Launch, Nest, Plan};
use super::print::Symbol;

/// A program's functions in memory.
pub(super) struct Compiled {
    /// The launches' functions, in order.
    pub code: Code,
    /// The launches in order, then mathematical functions.
    pub symbols: Vec<Symbol>,
}

/// Compiles all nests of a plan, and the mathematical functions that they call.
///
/// # Errors
/// What Cranelift cannot do.
pub(super) fn compile(
    graph: &Graph,
    plan: &Plan,
    nests: &[Nest<'_>],
    variant: Variant,
    settings: Settings,
) -> Result<Compiled, Vec<Diagnostic>> {
    all(graph, plan, nests, variant, settings).map_err(|e| {
        let message = format!("no machine code for `{}`: {e}", graph.name);
        vec![Diagnostic::error(message, Span::NONE, "").note(format!("{e:?}"))]
    })
}

/// One function to be compiled.
#[derive(Clone, Copy)]
enum Work<'a> {
    Nest(&'a Launch, Nest<'a>),
    Defined(Native),
}

/// Machine code that is not in place yet.
struct Finished {
    bytes: Vec<u8>,
    alignment: u64,
    relocations: Vec<ModuleReloc>,
    symbol: Symbol,
}

fn all(graph: &Graph, plan: &Plan, nests: &[Nest<'_>], variant: Variant, settings: Settings) -> Outcome<Compiled> {
    let natives: BTreeSet<Native> = plan.launches.iter().flat_map(|launch| &launch.natives).copied().collect();
    let mut module = jit::module(settings.verify, &natives)?;
    let host = Host::declare(&mut module, &natives)?;
    let mut work = Vec::new();
    for (launch, nest) in plan.launches.iter().zip(nests) {
        work.push((jit::declare(&mut module, &launch.name)?, Work::Nest(launch, *nest)));
    }
    work.extend(host.defined().map(|(native, id)| (id, Work::Defined(native))));
    let isa = module.isa();
    let each = |(id, work): &(FuncId, Work<'_>)| {
        let mut context = Context::new();
        let name = build(&mut context, graph, &host, variant, *id, *work);
        finish(&mut context, isa, *id, &name, settings)
    };
    let finished: Vec<Outcome<Finished>> = work.par_iter().with_max_len(1).map(each).collect();
    let mut symbols = Vec::with_capacity(work.len());
    for ((id, _), finished) in work.iter().zip(finished) {
        symbols.push(install(&mut module, *id, finished?)?);
    }
    let functions: Vec<FuncId> = work.iter().take(nests.len()).map(|(id, _)| *id).collect();
    Ok(Compiled { code: Code::install(module, &functions)?, symbols })
}

/// Emits Cranelift's IR; gives the function's name.
fn build(context: &mut Context, graph: &Graph, host: &Host, variant: Variant, id: FuncId, work: Work<'_>) -> String {
    let call_conv = host.config().default_call_conv;
    context.func.name = UserFuncName::user(0, id.as_u32());
    context.func.signature = match work {
        Work::Nest(..) => signature(call_conv),
        Work::Defined(native) => HostFunction::Defined(native).signature(call_conv),
    };
    let mut reused = FunctionBuilderContext::new();
    let builder = FunctionBuilder::new(&mut context.func, &mut reused);
    match work {
        Work::Nest(launch, nest) => {
            let mut emitter = Emitter::start(builder, graph, host, variant, launch);
            emitter.nest(nest);
            emitter.finish();
            launch.name.clone()
        }
        Work::Defined(native) => {
            if let Some(definition) = math::definition(native) {
                definition::emit(builder, host, native, definition);
            }
            HostFunction::Defined(native).symbol()
        }
    }
}

/// Machine code from Cranelift's IR.
fn finish(context: &mut Context, isa: &dyn TargetIsa, id: FuncId, name: &str, settings: Settings) -> Outcome<Finished> {
    let clif = settings.print.then(|| context.func.display().to_string());
    let compiled = context.compile(isa, &mut ControlPlane::default()).map_err(ModuleError::from)?;
    let alignment = u64::from(compiled.buffer.alignment);
    let bytes = compiled.code_buffer().to_vec();
    let compiled = context.compiled_code();
    let relocations = compiled.iter().flat_map(|code| code.buffer.relocs());
    let relocations = relocations.map(|reloc| ModuleReloc::from_mach_reloc(reloc, &context.func, id)).collect();
    let symbol = Symbol::of(name, clif, context, isa);
    Ok(Finished { bytes, alignment, relocations, symbol })
}

fn install(module: &mut JITModule, id: FuncId, finished: Finished) -> Outcome<Symbol> {
    let Finished { bytes, alignment, relocations, symbol } = finished;
    module.define_function_bytes(id, alignment, &bytes, &relocations)?;
    Ok(symbol)
}
