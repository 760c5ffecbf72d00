//! Compiles loop nests to machine code in memory, on all threads at the same time. Nests with the same Cranelift IR (which
//! differ only in the names of containers and scalars) become one function.

use cranelift_codegen::Context;
use cranelift_codegen::control::ControlPlane;
use cranelift_codegen::ir::Function;
use cranelift_codegen::isa::TargetIsa;
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
use cranelift_module::{FuncId, Module, ModuleError, ModuleReloc};
use rayon::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Display;
use std::hash::{DefaultHasher, Hash, Hasher};
use tradewind_dataflow::{Graph, Node};
use tradewind_ir::{Diagnostic, Native, Span, diagnostic};

use super::definition;
use super::emit::{Emitter, signature};
use super::host::{Host, HostFunction, Outcome};
use super::jit::{self, MachineCode};
use super::launch::Launch;
use super::print::Symbol;
use super::settings::{Settings, Variant};
use super::violation;
use crate::threads;

/// A program's functions in memory.
pub(super) struct Compiled {
    /// The launches' functions, in order.
    pub code: MachineCode,
    /// The launches' functions, each once, then those that they call.
    pub symbols: Vec<Symbol>,
}

/// Compiles some launches of a plan, and the functions that they call.
///
/// # Errors
/// What Cranelift cannot do.
pub(super) fn compile(
    graph: &Graph,
    launches: &[(&Launch, &Node)],
    variant: Variant,
    settings: Settings,
) -> Result<Compiled, Vec<Diagnostic>> {
    let failed = |what: &dyn Display| {
        let message = format!("no machine code for `{}`: {what}", graph.name);
        Diagnostic::error(diagnostic::Code::CANNOT_COMPILE, message, Span::NONE, "")
    };
    let pool = threads::exactly(None).map_err(|e| vec![failed(&format!("cannot start threads: {e}"))])?;
    let compiled = pool.install(|| all(graph, launches, variant, settings));
    compiled.map_err(|e| vec![failed(&e).note(format!("{e:?}"))])
}

/// A function in Cranelift's IR.
struct Emitted {
    name: String,
    function: Function,
    /// Other nests that are the same.
    shared_by: Vec<String>,
}

/// Nests that are emitted before those that are the same as others go: Cranelift's IR takes far more memory than a nest.
const BATCH: usize = 256;

/// The distinct functions among those added.
#[derive(Default)]
struct Distinct {
    functions: Vec<Emitted>,
    /// For each function added its place among the distinct ones.
    places: Vec<usize>,
    /// The places of the functions of each hash.
    known: HashMap<u64, Vec<usize>>,
}

impl Distinct {
    fn add(&mut self, hash: u64, new: Emitted) {
        let alike = self.known.entry(hash).or_default();
        let same = |e: &Emitted| e.function.stencil == new.function.stencil && e.function.params == new.function.params;
        if let Some(place) = alike.iter().copied().find(|place| same(&self.functions[*place])) {
            self.functions[place].shared_by.push(new.name);
            self.places.push(place);
        } else {
            alike.push(self.functions.len());
            self.places.push(self.functions.len());
            self.functions.push(new);
        }
    }
}

fn hash(function: &Function) -> u64 {
    let mut hasher = DefaultHasher::new();
    function.stencil.hash(&mut hasher);
    hasher.finish()
}

/// Machine code that is not in place yet.
struct Finished {
    bytes: Vec<u8>,
    alignment: u64,
    relocations: Vec<ModuleReloc>,
    symbol: Symbol,
}

fn all(graph: &Graph, launches: &[(&Launch, &Node)], variant: Variant, settings: Settings) -> Outcome<Compiled> {
    let natives: BTreeSet<Native> = launches.iter().flat_map(|(launch, _)| &launch.natives).copied().collect();
    let mut module = jit::module(settings, &natives)?;
    let checks = launches.iter().any(|(launch, _)| !launch.checks.is_empty());
    let host = Host::declare(&mut module, &natives, checks)?;
    let emit = |(launch, nest): &(&Launch, &Node)| {
        let new = emit(graph, &host, variant, launch, nest);
        (hash(&new.function), new)
    };
    let mut distinct = Distinct::default();
    for launches in launches.chunks(BATCH) {
        let emitted: Vec<(u64, Emitted)> = launches.par_iter().with_max_len(1).map(emit).collect();
        emitted.into_iter().for_each(|(hash, new)| distinct.add(hash, new));
    }
    let Distinct { functions: distinct, places, .. } = distinct;
    let ids: Outcome<Vec<FuncId>> = distinct.iter().map(|e| jit::declare(&mut module, &e.name)).collect();
    let ids = ids?;
    let mut work: Vec<(FuncId, Emitted)> = ids.iter().copied().zip(distinct).collect();
    work.extend(host.defined().map(|(function, id)| (id, define(&host, function))));
    let isa = module.isa();
    let finish = |(id, emitted)| finish(emitted, isa, id, settings);
    let finished: Vec<(FuncId, Outcome<Finished>)> = {
        let ids: Vec<FuncId> = work.iter().map(|(id, _)| *id).collect();
        ids.into_iter().zip(work.into_par_iter().with_max_len(1).map(finish).collect::<Vec<_>>()).collect()
    };
    let mut symbols = Vec::with_capacity(finished.len());
    for (id, finished) in finished {
        let Finished { bytes, alignment, relocations, symbol } = finished?;
        module.define_function_bytes(id, alignment, &bytes, &relocations)?;
        symbols.push(symbol);
    }
    let functions: Vec<FuncId> = places.into_iter().map(|place| ids[place]).collect();
    Ok(Compiled { code: MachineCode::install(module, &functions)?, symbols })
}

/// A launch's function.
fn emit(graph: &Graph, host: &Host, variant: Variant, launch: &Launch, nest: &Node) -> Emitted {
    let mut function = Function::new();
    function.signature = signature(host.config().default_call_conv);
    let mut reused = FunctionBuilderContext::new();
    let builder = FunctionBuilder::new(&mut function, &mut reused);
    let mut emitter = Emitter::start(builder, graph, host, variant, launch);
    emitter.nest(nest);
    emitter.finish();
    Emitted { name: launch.name.clone(), function, shared_by: Vec::new() }
}

/// A function that nests call.
fn define(host: &Host, function: HostFunction) -> Emitted {
    let mut code = Function::new();
    code.signature = function.signature(host.config().default_call_conv);
    let mut reused = FunctionBuilderContext::new();
    let builder = FunctionBuilder::new(&mut code, &mut reused);
    match function {
        HostFunction::Defined(native) => definition::emit(builder, host, native),
        _ => violation::emit_report(builder, host),
    }
    Emitted { name: function.symbol(), function: code, shared_by: Vec::new() }
}

/// Machine code from Cranelift's IR.
fn finish(emitted: Emitted, isa: &dyn TargetIsa, id: FuncId, settings: Settings) -> Outcome<Finished> {
    let Emitted { name, function, shared_by } = emitted;
    let clif = settings.print.then(|| function.display().to_string());
    let mut context = Context::for_function(function);
    let compiled = context.compile(isa, &mut ControlPlane::default()).map_err(ModuleError::from)?;
    let alignment = u64::from(compiled.buffer.alignment);
    let bytes = compiled.code_buffer().to_vec();
    let compiled = context.compiled_code();
    let relocations = compiled.iter().flat_map(|code| code.buffer.relocs());
    let relocations = relocations.map(|reloc| ModuleReloc::from_mach_reloc(reloc, &context.func, id)).collect();
    let symbol = Symbol { shared_by, ..Symbol::of(&name, clif, &context, isa) };
    Ok(Finished { bytes, alignment, relocations, symbol })
}
