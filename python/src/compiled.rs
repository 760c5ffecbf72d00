//! A stencil or program that Python can call and inspect.

use crate::binding;
use crate::callback::{self, Raised};
use crate::errors::{exception, of_class};
use crate::halos::HostHalos;
use crate::placement::{self, PlacementArguments};
use crate::signals::Signals;
use crate::signature::Signature;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use std::sync::Arc;
use tradewind::Stage;
use tradewind::ir::diagnostic::render;

/// Machine code and how it came about.
#[pyclass(frozen)]
pub struct Compiled {
    inner: tradewind::Compiled,
}

impl Compiled {
    /// For Python.
    pub fn new(inner: tradewind::Compiled) -> Compiled {
        Compiled { inner }
    }
}

/// A halo update: its number, whether it comes in two steps, the names of its fields, points below and above them along I and J.
type HaloUpdate = (usize, bool, Vec<String>, Vec<((u32, u32), (u32, u32))>, Vec<(usize, usize)>);

#[pymethods]
impl Compiled {
    /// What arguments it takes.
    fn signature(&self) -> Signature {
        Signature::new(self.inner.signature().clone())
    }
    /// The front end's warnings, rendered; empty if there are none.
    fn warnings(&self) -> String {
        render(&self.inner.sources(), self.inner.warnings(), false)
    }
    /// What it is at a stage: `oir`, `tree`, `graph`, `dot`, `clif` or `asm`.
    fn text(&self, py: Python<'_>, stage: &str) -> PyResult<String> {
        let known = Stage::by_name(stage);
        let stage = known.ok_or_else(|| of_class(py, "CompileError", format!("error: there is no stage `{stage}`")))?;
        let (program, sources) = (self.inner.stages().program.clone(), self.inner.sources());
        let text = py.detach(|| self.inner.toolchain().text(&program, stage, &sources));
        text.map_err(|error| exception(py, &error))
    }
    /// The halo updates: the number of each, whether it comes in two steps, the names of its fields, and how far around each of them
    /// it fills along I and J, and which of them are the components of vectors.
    fn halo_updates(&self) -> Vec<HaloUpdate> {
        let describe = |exchange: &tradewind::Exchange| {
            let fields = exchange.fields.iter().map(|field| field.name.clone()).collect();
            let reach = exchange.fields.iter().map(|field| field.reach.into()).collect();
            let vectors = exchange.pairs.iter().map(|[a, b]| (*a, *b)).collect();
            (exchange.id, exchange.in_two_steps, fields, reach, vectors)
        };
        self.inner.exchanges().iter().map(describe).collect()
    }
    /// Runs on the arguments, given by position and by name; `given` is the origin, the domain and the number of threads. Other
    /// Python threads run meanwhile.
    fn call(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: &Bound<'_, PyDict>,
        given: PlacementArguments<'_>,
    ) -> PyResult<()> {
        let signature = self.inner.signature();
        let values = binding::values(py, signature, args, kwargs)?;
        let (placement, functions, halo) = placement::placement(signature, &values, &given)?;
        if functions.is_empty() && halo.is_none() {
            return self.run(py, &self.inner, values, &placement);
        }
        let mut compiled = self.inner.clone();
        let raised = Raised::default();
        callback::register(&mut compiled, functions, &raised);
        if let Some(host) = halo {
            let transport = Arc::new(HostHalos::new(host, raised.clone()));
            compiled.set_transport(transport).map_err(|error| exception(py, &error.into()))?;
        }
        self.run(py, &compiled, values, &placement).map_err(|error| raised.outcome(py, error))
    }
    /// A place to run at, for [`Compiled::call_at`]: the origin of each field, one entry for each of its axes.
    fn place(
        &self,
        py: Python<'_>,
        origins: Vec<Option<Vec<i64>>>,
        domain: [i64; 3],
        threads: Option<usize>,
    ) -> PyResult<Placement> {
        let threads = threads.map(|number| placement::sensible(py, number)).transpose()?;
        Ok(Placement { inner: tradewind::Placement { domain: Some(domain), tile: None, origins, threads } })
    }
    /// Gives the memory back that calls have kept for the next ones.
    fn release(&self) {
        self.inner.release();
    }
    /// Runs on all arguments, in order, at a place that was made before.
    fn call_at(&self, py: Python<'_>, args: &Bound<'_, PyTuple>, placement: &Placement) -> PyResult<()> {
        let values = args.iter().map(Some).collect();
        self.run(py, &self.inner, values, &placement.inner)
    }
}

impl Compiled {
    fn run(
        &self,
        py: Python<'_>,
        compiled: &tradewind::Compiled,
        mut values: binding::Values<'_>,
        placement: &tradewind::Placement,
    ) -> PyResult<()> {
        binding::show_memory(compiled.signature(), &mut values)?;
        let arguments = binding::arguments(compiled.signature(), &values)?;
        let mut signals = Signals::default();
        let arrived = &mut || signals.arrived();
        let result = py.detach(move || compiled.call_at(&arguments, placement, arrived));
        match signals.raised.take() {
            Some(raised) => Err(raised),
            None => result.map_err(|error| exception(py, &error.into())),
        }
    }
}

/// Where calls run.
#[pyclass(frozen)]
pub struct Placement {
    inner: tradewind::Placement,
}
