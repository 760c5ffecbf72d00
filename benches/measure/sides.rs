//! A program as a whole and its steps one by one, on the same arrays.

use crate::apart::Apart;
use std::time::Instant;
use tradewind::ir::{Array, Domain, Lifetime, Value};
use tradewind::{CallOptions, Compiled, Error, Placement};

/// Both sides and their memory.
pub struct Sides {
    pub whole: Compiled,
    /// The fields of the program, its arguments first.
    pub fields: Vec<Array>,
    pub scalars: Vec<Value>,
    pub apart: Apart,
    placement: Placement,
    /// What the arguments hold before each run.
    input: Vec<Array>,
}

impl Sides {
    /// Both sides of a program with these arguments, made as [`random_input`](tradewind::differential::random_input) makes them.
    ///
    /// # Errors
    /// What compiling the steps reports.
    pub fn new(
        whole: Compiled,
        domain: Domain,
        threads: usize,
        input: Vec<Array>,
        scalars: Vec<Value>,
    ) -> Result<Sides, Error> {
        let (program, signature) = (&whole.stages().program, whole.signature());
        let options = CallOptions { domain: Some(domain), threads: Some(threads), ..CallOptions::default() };
        let placement = options.place(signature)?;
        let summary = program.summary();
        let own = program.fields.iter().filter(|(_, f)| f.lifetime == Lifetime::Transient);
        let own = own.filter_map(|(id, _)| summary.storage(id, domain));
        let fields = input.iter().cloned().chain(own).collect();
        let apart = Apart::new(&whole, domain, threads)?;
        Ok(Sides { whole, fields, scalars, apart, placement, input })
    }
    /// The seconds of a run of the program.
    ///
    /// # Errors
    /// What the call reports.
    pub fn program(&mut self) -> Result<f64, Error> {
        self.restore();
        let count = self.input.len();
        let arguments = self.whole.signature().arguments(&mut self.fields[..count], &self.scalars).map_err(Error::File)?;
        let start = Instant::now();
        self.whole.call_at(&arguments, &self.placement, &mut || false)?;
        Ok(start.elapsed().as_secs_f64())
    }
    /// The seconds of a run of its steps one by one.
    ///
    /// # Errors
    /// What a call reports.
    pub fn one_by_one(&mut self) -> Result<f64, Error> {
        self.restore();
        let start = Instant::now();
        self.apart.run(&mut self.fields, &self.scalars)?;
        Ok(start.elapsed().as_secs_f64())
    }
    /// Runs both sides and compares their results, to the bit.
    ///
    /// # Errors
    /// What the calls report, and results that differ.
    pub fn check(&mut self) -> Result<(), Error> {
        self.program()?;
        let expected = self.fields[..self.input.len()].to_vec();
        self.restore();
        let arrays = self.apart.run(&mut self.fields, &self.scalars)?;
        for ((info, expected), array) in self.whole.signature().fields.iter().zip(&expected).zip(&arrays) {
            let found = &self.fields[*array];
            if found.bytes() != expected.bytes() && found != expected {
                let name = &self.whole.signature().name;
                return Err(Error::File(format!("`{name}` and its steps one by one differ in `{}`", info.name)));
            }
        }
        Ok(())
    }
    /// Sets the arguments that the program changes to what they were.
    pub fn restore(&mut self) {
        for ((info, field), input) in self.whole.signature().fields.iter().zip(&mut self.fields).zip(&self.input) {
            if info.access.writes() {
                field.bytes_mut().copy_from_slice(input.bytes());
            }
        }
    }
}
