//! Halos that Python fills: by a function, or by an object with a method for each step of an update.

use crate::callback::{Raised, call_with};
use crate::placement::has_phases;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use tradewind::{CallbackArguments, Exchange, Transport};

/// Halos that a Python function fills, or an object with the methods `start` and `wait`.
pub struct HostHalos {
    host: Py<PyAny>,
    raised: Raised,
}

impl HostHalos {
    /// Those of a function or object.
    pub fn new(host: Bound<'_, PyAny>, raised: Raised) -> HostHalos {
        HostHalos { host: host.unbind(), raised }
    }
    /// Calls the host for a phase: its method for that, or itself.
    fn call(&self, phase: &str, exchange: &Exchange, fields: &CallbackArguments) -> Result<(), String> {
        Python::attach(|py| {
            let host = self.host.bind(py);
            let call = || {
                let method = (phase != UPDATE && has_phases(host)).then(|| host.getattr(phase)).transpose()?;
                let reach = exchange.fields.iter().map(|field| <(Side, Side)>::from(field.reach));
                let names: Vec<&str> = exchange.fields.iter().map(|field| field.name.as_str()).collect();
                let vectors: Vec<(usize, usize)> = exchange.pairs.iter().map(|[a, b]| (*a, *b)).collect();
                let (reach, vectors) = (PyTuple::new(py, reach.collect::<Vec<_>>())?, PyTuple::new(py, vectors)?);
                let described = (exchange.id, phase, PyTuple::new(py, names)?, reach, vectors);
                let described = py.import("tradewind._callback")?.getattr("HaloUpdate")?.call1(described)?;
                call_with(method.as_ref().unwrap_or(host), vec![described], fields, Vec::new())
            };
            call().map_err(|error: PyErr| {
                let message = error.to_string();
                self.raised.set(error);
                message
            })
        })
    }
    fn has_phases(&self) -> bool {
        Python::attach(|py| has_phases(self.host.bind(py)))
    }
}

/// Points below and above a field along an axis.
type Side = (u32, u32);

/// The phase of a whole update.
const UPDATE: &str = "update";

impl Transport for HostHalos {
    fn update(&self, exchange: &Exchange, fields: &CallbackArguments) -> Result<(), String> {
        if !self.has_phases() {
            return self.call(UPDATE, exchange, fields);
        }
        self.start(exchange, fields)?;
        self.wait(exchange, fields)
    }
    fn start(&self, exchange: &Exchange, fields: &CallbackArguments) -> Result<(), String> {
        if self.has_phases() { self.call("start", exchange, fields) } else { Ok(()) }
    }
    fn wait(&self, exchange: &Exchange, fields: &CallbackArguments) -> Result<(), String> {
        self.call("wait", exchange, fields)
    }
}
