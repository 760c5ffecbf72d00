//! A stencil or program for executors outside of this library: the text of each stage, and checked calls.

use crate::argument::Argument;
use crate::call::bind;
use crate::call_error::CallError;
use crate::error::Error;
use crate::merge;
use crate::placement::Placement;
use crate::signature::Signature;
use crate::toolchain::{Stage, Toolchain};
use std::sync::Arc;
use tradewind_ir::identify::Twins;
use tradewind_ir::{Axis, Diagnostic, Domain, Program, Sources, Value, Verified};

/// A stencil or program of which no machine code is made. The stages are run as far as a text needs them.
pub struct Emitted {
    toolchain: Toolchain,
    program: Verified<Program>,
    signature: Signature,
    sources: Arc<Sources>,
    warnings: Vec<Diagnostic>,
}

/// A call whose arguments passed all checks.
#[derive(Clone, Debug)]
pub struct CheckedCall {
    pub domain: Domain,
    /// For each field of the signature the index of the domain's first point in its array, one entry per axis of the field;
    /// nothing for fields that are left out.
    pub origins: Vec<Option<Vec<i64>>>,
    /// The scalars of the signature, of their types.
    pub scalars: Vec<Value>,
    /// The fields that are one array, which the program writes: the program to run is that of [`Emitted::merged`].
    pub twins: Twins,
}

impl Emitted {
    /// A program, what it tells of its arguments, and what there was to say about its source.
    pub fn new(
        toolchain: Toolchain,
        program: Verified<Program>,
        signature: Signature,
        sources: Arc<Sources>,
        warnings: Vec<Diagnostic>,
    ) -> Emitted {
        Emitted { toolchain, program, signature, sources, warnings }
    }
    /// What arguments it takes.
    pub fn signature(&self) -> &Signature {
        &self.signature
    }
    /// The texts that diagnostics point into.
    pub fn sources(&self) -> Arc<Sources> {
        self.sources.clone()
    }
    /// What is probably not meant as it is written.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }
    /// What it is at a stage.
    ///
    /// # Errors
    /// Those of the stages up to this one.
    pub fn text(&self, stage: Stage) -> Result<String, Error> {
        self.toolchain.text(&self.program, stage, &self.sources)
    }
    /// The program in which fields that are one array are one field: each access names the first of them.
    ///
    /// # Errors
    /// That it cannot run on one field, and why.
    pub fn merged(&self, twins: &Twins) -> Result<Emitted, CallError> {
        let program = merge::program(&self.program, twins)?;
        let signature = Signature::of(&program);
        Ok(Emitted::new(self.toolchain.clone(), program, signature, self.sources.clone(), Vec::new()))
    }
    /// Checks the arguments of a call, as [`Compiled::call_at`](crate::Compiled::call_at) does, and says what follows from them.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn check_call(&self, arguments: &[Argument], placement: &Placement) -> Result<CheckedCall, CallError> {
        let call = bind(&self.signature, arguments, placement)?;
        let origin = |field: &crate::FieldInfo| {
            let (_, bound) = call.fields.iter().find(|(id, _)| *id == field.id)?;
            Some(field.axes.iter().map(|axis: Axis| -bound.low[axis.index()]).collect())
        };
        let origins = self.signature.fields.iter().map(origin).collect();
        Ok(CheckedCall { domain: call.domain, origins, scalars: call.scalars, twins: call.twins })
    }
}
