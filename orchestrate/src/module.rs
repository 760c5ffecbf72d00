//! One source file: its stencils and programs, its diagnostics, and their compilation.

use crate::compiled::Compiled;
use crate::emitted::Emitted;
use crate::error::Error;
use crate::signature::Signature;
use crate::toolchain::Toolchain;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tradewind_frontend::{self as frontend, FileLoader, Loader};
use tradewind_ir::{Diagnostic, Program, Sources, Verified, Verify};

/// A source file, read.
pub struct Module {
    toolchain: Toolchain,
    inner: frontend::Module,
    name: String,
    /// How long it took to read the file and what it imports.
    reading: Duration,
}

/// A program and the front end's warnings about it.
type Lowered = (Verified<Program>, Vec<Diagnostic>);

impl Toolchain {
    /// Reads a GTScript file.
    ///
    /// # Errors
    /// When it cannot be read. What is wrong with its contents comes when something is asked of it.
    pub fn open(&self, path: &Path) -> Result<Module, Error> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| Error::File(format!("cannot read {name}: {e}")))?;
        Ok(self.load(&name, &text))
    }
    /// Reads GTScript from text; `name` is used in messages, and files that it imports are looked for beside it.
    pub fn load(&self, name: &str, text: &str) -> Module {
        self.load_with(name, text, &FileLoader)
    }
    /// Reads GTScript from text, and the files that it imports from `loader`.
    pub fn load_with(&self, name: &str, text: &str, loader: &dyn Loader) -> Module {
        let start = Instant::now();
        let inner = frontend::parse_module(name, text, &self.settings().source, loader);
        Module { toolchain: self.clone(), inner, name: name.to_string(), reading: start.elapsed() }
    }
}

impl Module {
    /// The names of its stencils, in order.
    pub fn stencils(&self) -> Vec<String> {
        self.inner.stencil_names().into_iter().map(str::to_string).collect()
    }
    /// The names of its programs, in order.
    pub fn programs(&self) -> Vec<String> {
        self.inner.program_names().into_iter().map(str::to_string).collect()
    }
    /// Everything that is wrong with the file and each of its stencils and programs: errors and warnings.
    pub fn check(&self) -> Vec<Diagnostic> {
        self.toolchain.settings().warnings.apply(self.inner.check())
    }
    /// The texts that diagnostics point into.
    pub fn sources(&self) -> &Sources {
        &self.inner.sources
    }
    /// A stencil as a program of one call.
    ///
    /// # Errors
    /// What is wrong with it, or that there is none of this name.
    pub fn stencil_program(&self, name: &str) -> Result<Verified<Program>, Error> {
        Ok(self.lower_stencil(name)?.0)
    }
    /// A program.
    ///
    /// # Errors
    /// What is wrong with it, or that there is none of this name.
    pub fn program_ir(&self, name: &str) -> Result<Verified<Program>, Error> {
        Ok(self.lower_program(name)?.0)
    }
    /// Compiles a stencil.
    ///
    /// # Errors
    /// What is wrong with it, with its schedule, or that there is none of this name.
    pub fn stencil(&self, name: &str) -> Result<Compiled, Error> {
        self.compile(name, || self.lower_stencil(name))
    }
    /// Compiles a program.
    ///
    /// # Errors
    /// What is wrong with it, with its schedule, or that there is none of this name.
    pub fn program(&self, name: &str) -> Result<Compiled, Error> {
        self.compile(name, || self.lower_program(name))
    }
    /// A stencil for an executor of one's own.
    ///
    /// # Errors
    /// What is wrong with it, or that there is none of this name.
    pub fn emitted_stencil(&self, name: &str) -> Result<Emitted, Error> {
        Ok(self.emitted(name, self.lower_stencil(name)?))
    }
    /// A program for an executor of one's own.
    ///
    /// # Errors
    /// What is wrong with it, or that there is none of this name.
    pub fn emitted_program(&self, name: &str) -> Result<Emitted, Error> {
        Ok(self.emitted(name, self.lower_program(name)?))
    }

    fn emitted(&self, name: &str, (program, warnings): Lowered) -> Emitted {
        let signature = Signature::of(&program).with_defaults(self.inner.defaults(name));
        Emitted::new(self.toolchain.clone(), program, signature, Arc::new(self.inner.sources.clone()), warnings)
    }
    fn lower_stencil(&self, name: &str) -> Result<Lowered, Error> {
        self.exists(name, "stencil", &self.stencils())?;
        let (stencil, warnings) = self.inner.lower_stencil(name, &[]).map_err(|d| self.wrong(d))?;
        let warnings = self.wanted(warnings)?;
        let program = Program::of_stencil(stencil.into_inner()).verify().map_err(|d| self.wrong(d))?;
        Ok((program, warnings))
    }
    fn lower_program(&self, name: &str) -> Result<Lowered, Error> {
        self.exists(name, "program", &self.programs())?;
        let (program, warnings) = self.inner.lower_program(name).map_err(|d| self.wrong(d))?;
        Ok((program, self.wanted(warnings)?))
    }
    /// The warnings as the settings want them.
    fn wanted(&self, warnings: Vec<Diagnostic>) -> Result<Vec<Diagnostic>, Error> {
        let found = self.toolchain.settings().warnings.apply(warnings);
        if found.iter().any(Diagnostic::is_error) { Err(self.wrong(found)) } else { Ok(found) }
    }
    fn compile(&self, name: &str, lower: impl FnOnce() -> Result<Lowered, Error>) -> Result<Compiled, Error> {
        let start = Instant::now();
        let (program, warnings) = lower()?;
        let program = Arc::new(program);
        let frontend = self.reading + start.elapsed();
        let mut sources = self.inner.sources.clone();
        let stages = self.toolchain.stages(program, frontend, &mut sources);
        let sources = Arc::new(sources);
        match stages {
            Ok(mut stages) => {
                stages.signature = stages.signature.with_defaults(self.inner.defaults(name));
                Ok(Compiled::new(self.toolchain.clone(), stages, sources, warnings))
            }
            Err(diagnostics) => Err(Error::Source { sources, diagnostics }),
        }
    }
    fn wrong(&self, diagnostics: Vec<Diagnostic>) -> Error {
        let diagnostics = self.toolchain.settings().warnings.apply(diagnostics);
        Error::Source { sources: Arc::new(self.inner.sources.clone()), diagnostics }
    }
    fn exists(&self, name: &str, kind: &str, known: &[String]) -> Result<(), Error> {
        if known.iter().any(|k| k == name) {
            return Ok(());
        }
        if self.inner.has_function(name) {
            let why = "it has no `with computation(…)`, so it is a function";
            return Err(Error::Name(format!("`{name}` in {} is not a {kind}: {why}", self.name)));
        }
        let errors: Vec<Diagnostic> = self.inner.diagnostics.iter().filter(|d| d.is_error()).cloned().collect();
        if !errors.is_empty() {
            return Err(self.wrong(errors));
        }
        let list = if known.is_empty() { "it has none".to_string() } else { format!("it has {}", known.join(", ")) };
        Err(Error::Name(format!("{} has no {kind} named `{name}`; {list}", self.name)))
    }
}
