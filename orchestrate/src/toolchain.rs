//! The toolchain: source → OIR → program → tree → graph → kernel, as typed steps that can be inspected, replaced and cached.

use crate::array_bounds;
use crate::cache::{Cache, Key};
use crate::error::Error;
use crate::settings::{Halos, Settings};
use crate::signature::Signature;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tradewind_codegen::cpu::Kernel;
use tradewind_dataflow::Graph;
use tradewind_ir::{Diagnostic, Numerics, Program, Sources, Stmt, StmtKind, Verified, Verify};
use tradewind_program::by_host::by_host;
use tradewind_program::numerics;
use tradewind_schedule::{Target, Tree};

/// The stages whose text can be shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stage {
    Oir,
    Debug,
    Numpy,
    /// The OIR in its numerics mode, after the passes on the program's data.
    Program,
    /// The steps that made the tree, as a schedule file that makes them again.
    Schedule,
    Tree,
    Graph,
    Dot,
    Clif,
    Asm,
}

impl Stage {
    /// All stages with their names on the command line.
    pub const NAMES: [(Stage, &'static str); 10] = [
        (Stage::Oir, "oir"),
        (Stage::Debug, "debug"),
        (Stage::Numpy, "numpy"),
        (Stage::Program, "program"),
        (Stage::Schedule, "schedule"),
        (Stage::Tree, "tree"),
        (Stage::Graph, "graph"),
        (Stage::Dot, "dot"),
        (Stage::Clif, "clif"),
        (Stage::Asm, "asm"),
    ];
    /// The stage of a name.
    pub fn by_name(name: &str) -> Option<Stage> {
        Stage::NAMES.iter().find(|(_, known)| *known == name).map(|(stage, _)| *stage)
    }
}

/// One step: takes a verified IR (or text) and makes the next.
pub trait ToolchainStep<I, O>: Send + Sync {
    /// Makes the output.
    ///
    /// # Errors
    /// What is wrong with the input or the settings. `sources` may gain texts that the diagnostics point into.
    fn run(&self, input: &I, settings: &Settings, sources: &mut Sources) -> Result<O, Vec<Diagnostic>>;
}

impl<I, O, F> ToolchainStep<I, O> for F
where
    F: Fn(&I, &Settings, &mut Sources) -> Result<O, Vec<Diagnostic>> + Send + Sync,
{
    fn run(&self, input: &I, settings: &Settings, sources: &mut Sources) -> Result<O, Vec<Diagnostic>> {
        self(input, settings, sources)
    }
}

/// The steps behind the front end, each of which may be replaced by one's own.
pub struct ToolchainSteps {
    /// Runs the passes on the data of a program.
    pub program: Box<dyn ToolchainStep<Verified<Program>, Verified<Program>>>,
    /// Lifts a program and applies the schedule.
    pub schedule: Box<dyn ToolchainStep<Verified<Program>, Verified<Tree>>>,
    /// Turns a tree into a graph and runs the data passes.
    pub dataflow: Box<dyn ToolchainStep<Verified<Tree>, Verified<Graph>>>,
    /// Generates code.
    pub codegen: Box<dyn ToolchainStep<Verified<Graph>, Kernel>>,
}

impl Default for ToolchainSteps {
    fn default() -> Self {
        let (program, schedule) = (Box::new(program), Box::new(schedule));
        ToolchainSteps { program, schedule, dataflow: Box::new(dataflow), codegen: Box::new(codegen) }
    }
}

/// The program after all passes, or as it is written if the schedule says so; in any case with the halo updates of who fills halos.
fn program(program: &Verified<Program>, settings: &Settings, _: &mut Sources) -> Result<Verified<Program>, Vec<Diagnostic>> {
    let program = match settings.halos {
        Halos::Periodic => program.clone(),
        Halos::Host => by_host(program)?,
    };
    match settings.schedule.is_as_written() {
        true => Ok(program),
        false => tradewind_program::optimize(&program, settings.domain),
    }
}

fn schedule(
    program: &Verified<Program>,
    settings: &Settings,
    sources: &mut Sources,
) -> Result<Verified<Tree>, Vec<Diagnostic>> {
    Ok(Scheduled::of(tradewind_schedule::lift(program), settings, sources)?.tree)
}

fn dataflow(tree: &Verified<Tree>, _: &Settings, _: &mut Sources) -> Result<Verified<Graph>, Vec<Diagnostic>> {
    let graph = tradewind_dataflow::from_tree(tree);
    Ok(tradewind_ir::pass::run_passes(graph, &tradewind_dataflow::passes::ALL, &mut |_, _| ())?.0)
}

fn codegen(graph: &Verified<Graph>, _: &Settings, _: &mut Sources) -> Result<Kernel, Vec<Diagnostic>> {
    Kernel::compile(graph, tradewind_codegen::cpu::Settings::default())
}

/// Where the checks among statements stand. Errors of calls name these places, which the text form does not say.
fn check_places<'a>(stmts: impl Iterator<Item = &'a Stmt>) -> String {
    let mut places = Vec::new();
    let mut visit = |stmt: &Stmt| {
        if matches!(stmt.kind, StmtKind::Check { .. }) {
            places.push(stmt.span);
        }
    };
    stmts.for_each(|stmt| stmt.walk(&mut visit));
    format!("{places:?}")
}

/// A tree, the steps that made it, and what they were chosen for.
struct Scheduled {
    tree: Verified<Tree>,
    steps: Vec<tradewind_schedule::Step>,
    target: Target,
}

impl Scheduled {
    /// A lifted program with the schedule that the settings name.
    fn of(lifted: Tree, settings: &Settings, sources: &mut Sources) -> Result<Scheduled, Vec<Diagnostic>> {
        let schedule = settings.schedule.resolve(sources)?;
        let target = settings.target(sources)?;
        let (tree, steps) = schedule.apply(lifted, &target)?;
        Ok(Scheduled { tree: tree.verify()?, steps, target })
    }
}

/// The schedule of a program, explained.
pub struct Explained {
    pub report: tradewind_schedule::explain::Report,
    pub tree: Verified<Tree>,
    /// What the schedule was chosen for.
    pub target: Target,
    /// What the numerics mode did.
    pub numerics: numerics::Report,
    /// The texts that spans point into.
    pub sources: Sources,
}

/// How long each stage took; zero where the cache had the result.
#[derive(Clone, Copy, Default, Debug)]
pub struct Timings {
    pub frontend: Duration,
    pub program: Duration,
    pub schedule: Duration,
    pub dataflow: Duration,
    pub codegen: Duration,
}

impl Timings {
    /// From source to callable.
    pub fn total(&self) -> Duration {
        self.frontend + self.program + self.schedule + self.dataflow + self.codegen
    }
}

/// Everything that a program became on its way.
#[derive(Clone)]
pub struct Stages {
    /// As it is written.
    pub program: Arc<Verified<Program>>,
    /// What every executor computes, to the bit: the program in its numerics mode.
    pub rounded: Arc<Verified<Program>>,
    /// What that mode did.
    pub numerics: numerics::Report,
    /// After the passes on its data.
    pub rewritten: Arc<Verified<Program>>,
    pub tree: Arc<Verified<Tree>>,
    pub graph: Arc<Verified<Graph>>,
    pub kernel: Arc<Kernel>,
    /// What arguments calls take.
    pub signature: Signature,
    pub timings: Timings,
}

/// A program in its numerics mode.
pub struct Rounded {
    pub program: Arc<Verified<Program>>,
    pub report: numerics::Report,
}

/// The toolchain. Clones share their caches.
#[derive(Clone)]
pub struct Toolchain {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    steps: ToolchainSteps,
    /// Programs in a numerics mode other than strict.
    rounded: Cache<Rounded>,
    programs: Cache<Verified<Program>>,
    trees: Cache<Verified<Tree>>,
    graphs: Cache<Verified<Graph>>,
    kernels: Cache<Kernel>,
}

impl Toolchain {
    /// The toolchain with its own steps.
    pub fn new(settings: Settings) -> Toolchain {
        Toolchain::with_steps(settings, ToolchainSteps::default())
    }
    /// The toolchain with some steps replaced.
    pub fn with_steps(settings: Settings, steps: ToolchainSteps) -> Toolchain {
        let (rounded, programs, trees) = (Cache::default(), Cache::default(), Cache::default());
        let (graphs, kernels) = (Cache::default(), Cache::default());
        Toolchain { shared: Arc::new(Shared { settings, steps, rounded, programs, trees, graphs, kernels }) }
    }
    /// What it was made with.
    pub fn settings(&self) -> &Settings {
        &self.shared.settings
    }
    /// The program in the numerics mode of the settings; nothing if that is strict, which changes nothing.
    ///
    /// # Errors
    /// What the verifier found, or what is wrong with a schedule file.
    pub fn rounded(&self, program: &Verified<Program>, sources: &mut Sources) -> Result<Option<Arc<Rounded>>, Vec<Diagnostic>> {
        let mode = self.shared.settings.mode(sources)?;
        if mode == Numerics::Strict {
            return Ok(None);
        }
        let make = || {
            let (program, report) = numerics::apply(program, mode)?;
            Ok::<_, Vec<Diagnostic>>(Rounded { program: Arc::new(program), report })
        };
        Ok(Some(self.shared.rounded.get_or_make(self.key(program, sources)?, make)?.0))
    }
    /// Runs the passes on the data of a program, which is in its numerics mode.
    ///
    /// # Errors
    /// What a pass or the verifier found.
    pub fn program(&self, program: &Verified<Program>, sources: &mut Sources) -> Result<Verified<Program>, Vec<Diagnostic>> {
        self.shared.steps.program.run(program, &self.shared.settings, sources)
    }
    /// Lifts a program, after the passes on its data, and schedules it.
    ///
    /// # Errors
    /// What the schedule asks for and cannot have, with the reason.
    pub fn tree(&self, program: &Verified<Program>, sources: &mut Sources) -> Result<Verified<Tree>, Vec<Diagnostic>> {
        self.shared.steps.schedule.run(program, &self.shared.settings, sources)
    }
    /// Turns a tree into a graph and optimizes it.
    ///
    /// # Errors
    /// What a pass or a verifier found.
    pub fn graph(&self, tree: &Verified<Tree>, sources: &mut Sources) -> Result<Verified<Graph>, Vec<Diagnostic>> {
        self.shared.steps.dataflow.run(tree, &self.shared.settings, sources)
    }
    /// The graph, which stays inside the arrays that calls of the program make sure of.
    fn bounded_graph(
        &self,
        signature: &Signature,
        tree: &Verified<Tree>,
        sources: &mut Sources,
    ) -> Result<Verified<Graph>, Vec<Diagnostic>> {
        let graph = self.graph(tree, sources)?;
        array_bounds::check(&graph, signature)?;
        Ok(graph)
    }
    /// Generates machine code.
    ///
    /// # Errors
    /// What the code generator cannot do.
    pub fn kernel(&self, graph: &Verified<Graph>, sources: &mut Sources) -> Result<Kernel, Vec<Diagnostic>> {
        self.shared.steps.codegen.run(graph, &self.shared.settings, sources)
    }
    /// The key of all that a program becomes: the steps add nothing to it and to the settings. Its text is far shorter than the
    /// texts of their results.
    fn key(&self, program: &Verified<Program>, sources: &mut Sources) -> Result<Key, Vec<Diagnostic>> {
        let settings = &self.shared.settings;
        let stmts = program.stencils.values().flat_map(|s| s.executions()).flat_map(|(_, _, e)| &e.body);
        let (schedule, target) = (format!("{:?}", settings.schedule), format!("{:?}", settings.target(sources)?));
        let halos = format!("{:?}", settings.halos);
        Ok(Key::of(&[&**program, &settings.mode(sources)?, &halos, &schedule, &target, &check_places(stmts)]))
    }
    /// A program at one stage, as text. Only the steps up to that stage run.
    ///
    /// # Errors
    /// Those of the steps.
    pub fn text(&self, program: &Verified<Program>, stage: Stage, sources: &Sources) -> Result<String, Error> {
        let mut sources = sources.clone();
        let text = self.text_of(program, stage, &mut sources);
        text.map_err(|diagnostics| Error::Source { sources: Arc::new(sources), diagnostics })
    }
    /// What the schedule of a program does, and why.
    ///
    /// # Errors
    /// Those of the schedule.
    pub fn explain(&self, program: &Verified<Program>, sources: &Sources) -> Result<Explained, Error> {
        let mut sources = sources.clone();
        let explained = self.explained(program, &mut sources);
        match explained {
            Ok((report, numerics, Scheduled { tree, target, .. })) => Ok(Explained { report, tree, target, numerics, sources }),
            Err(diagnostics) => Err(Error::Source { sources: Arc::new(sources), diagnostics }),
        }
    }
    fn explained(
        &self,
        program: &Verified<Program>,
        sources: &mut Sources,
    ) -> Result<(tradewind_schedule::explain::Report, numerics::Report, Scheduled), Vec<Diagnostic>> {
        let (rounded, numerics) = numerics::apply(program, self.shared.settings.mode(sources)?)?;
        let lifted = tradewind_schedule::lift(&self.program(&rounded, sources)?);
        let scheduled = Scheduled::of(lifted.clone(), &self.shared.settings, sources)?;
        let report = tradewind_schedule::explain::explain(&lifted, &scheduled.tree, &scheduled.target);
        Ok((report, numerics, scheduled))
    }
    fn text_of(&self, program: &Verified<Program>, stage: Stage, sources: &mut Sources) -> Result<String, Vec<Diagnostic>> {
        if stage == Stage::Oir {
            return Ok(program.to_string());
        }
        let key = self.key(program, sources)?;
        let rounded = self.rounded(program, sources)?;
        let program = rounded.as_deref().map_or(program, |rounded| &rounded.program);
        match stage {
            Stage::Debug => return tradewind_codegen::debug::emit(program, sources),
            Stage::Numpy => return tradewind_codegen::numpy::emit(program, sources),
            Stage::Program => return Ok(self.program(program, sources)?.to_string()),
            Stage::Schedule => {
                let lifted = tradewind_schedule::lift(&self.program(program, sources)?);
                let scheduled = Scheduled::of(lifted.clone(), &self.shared.settings, sources)?;
                let steps = tradewind_schedule::file::to_toml(&lifted, &scheduled.steps);
                let mode = match self.shared.settings.mode(sources)? {
                    Numerics::Strict => String::new(),
                    mode => format!("numerics = \"{mode}\"\n\n"),
                };
                return Ok(format!("# The steps of a schedule for {}.\n{mode}{steps}", scheduled.target));
            }
            _ => {}
        }
        let tree = self.shared.trees.get_or_make(key, || self.tree(&self.program(program, sources)?, sources))?.0;
        if stage == Stage::Tree {
            return Ok(tree.to_string());
        }
        let graph = self.shared.graphs.get_or_make(key, || self.bounded_graph(&Signature::of(program), &tree, sources))?.0;
        match stage {
            Stage::Dot => return Ok(tradewind_dataflow::dot::print(&graph)),
            Stage::Graph => return Ok(graph.to_string()),
            _ => {}
        }
        let print = tradewind_codegen::cpu::Settings { print: true, ..Default::default() };
        let kernel = Kernel::compile(&graph, print)?;
        let shown = kernel.symbols().iter().map(|s| {
            let body = if stage == Stage::Clif { &s.clif } else { &s.disassembly };
            format!("; {}: {} bytes\n{}", s.name, s.size, body.as_deref().unwrap_or(""))
        });
        Ok(shown.collect::<Vec<_>>().join("\n"))
    }
    /// All steps, each timed.
    ///
    /// # Errors
    /// Those of the steps.
    pub fn stages(
        &self,
        program: Arc<Verified<Program>>,
        frontend: Duration,
        sources: &mut Sources,
    ) -> Result<Stages, Vec<Diagnostic>> {
        let start = Instant::now();
        let key = self.key(&program, sources)?;
        let (rounded, numerics) = match self.rounded(&program, sources)? {
            Some(rounded) => (rounded.program.clone(), rounded.report),
            None => (program.clone(), numerics::Report::default()),
        };
        let rewritten = self.shared.programs.get_or_make(key, || self.program(&rounded, sources))?.0;
        let analyzed = Instant::now();
        let tree = self.shared.trees.get_or_make(key, || self.tree(&rewritten, sources))?.0;
        let scheduled = Instant::now();
        let signature = Signature::of(&program);
        let graph = self.shared.graphs.get_or_make(key, || self.bounded_graph(&signature, &tree, sources))?.0;
        let converted = Instant::now();
        let kernel = self.shared.kernels.get_or_make(key, || self.kernel(&graph, sources))?.0;
        let timings = Timings {
            frontend,
            program: analyzed - start,
            schedule: scheduled - analyzed,
            dataflow: converted - scheduled,
            codegen: converted.elapsed(),
        };
        Ok(Stages { program, rounded, numerics, rewritten, tree, graph, kernel, signature, timings })
    }
}
