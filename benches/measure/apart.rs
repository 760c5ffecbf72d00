//! A program's steps one by one: each stencil call, halo update and copy is a call of its own, as a host makes them that has no
//! programs. Loops, branches and swaps are the host's.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tradewind::dataflow::traffic::traffic;
use tradewind::ir::eval::uniform;
use tradewind::ir::ids::Id;
use tradewind::ir::{
    Array, Counter, Domain, Expr, FieldId, HostStep, IdVec, Lifetime, Param, Program, ProgramField, ProgramStmt, ScalarId,
    Sources, Span, Value, Verified, Verify,
};
use tradewind::{Argument, ArrayView, CallOptions, Compiled, Error, Placement, Position};

/// A program as the calls of which it consists, compiled, for one domain and number of threads.
pub struct Apart {
    program: Arc<Verified<Program>>,
    domain: Domain,
    steps: Vec<ApartStep>,
    /// The program's own fields that start at zero.
    zeroed: Vec<FieldId>,
    /// Bytes that the loop nests of all calls read and write, see [`traffic`].
    pub bytes: u64,
}

enum ApartStep {
    Call(Call),
    Swap(FieldId, FieldId),
    Let(ScalarId, Expr),
    For(Counter, Vec<ApartStep>),
    If(Expr, Vec<ApartStep>, Vec<ApartStep>),
    While(Expr, Vec<ApartStep>),
}

struct Call {
    compiled: Compiled,
    placement: Placement,
    /// Of the program, in the order of the call's own fields and scalars.
    fields: Vec<FieldId>,
    scalars: Vec<Expr>,
}

impl Apart {
    /// Compiles the calls of a program.
    ///
    /// # Errors
    /// What is wrong with a call, and steps that this bench cannot run: callbacks, and parts of the domain found at run time.
    pub fn new(whole: &Compiled, domain: Domain, threads: usize) -> Result<Apart, Error> {
        let program = whole.stages().program.clone();
        let zeroed = program.summary().zeroed.clone();
        let mut builder = Builder { whole, program: &program, domain, threads, known: HashMap::new(), bytes: 0 };
        let steps = builder.steps(&program.body)?;
        let bytes = builder.bytes;
        Ok(Apart { program, domain, steps, zeroed, bytes })
    }
    /// Runs the program on its fields, arguments first, and on the values of its scalar arguments. Returns which of the arrays each
    /// field has in the end: a swap exchanges names only.
    ///
    /// # Errors
    /// What a call reports.
    pub fn run(&self, fields: &mut [Array], scalars: &[Value]) -> Result<Vec<usize>, Error> {
        self.zeroed.iter().for_each(|id| fields[id.index()].bytes_mut().fill(0));
        let variables = self.program.scalars.values().skip(scalars.len()).map(|s| Value::zero(s.dtype));
        let views = self.program.fields.values().zip(&mut *fields).map(|(field, array)| ArrayView::of(array, &field.data));
        let mut run = Run {
            views: views.collect::<Result<_, _>>().map_err(Error::File)?,
            scalars: scalars.iter().copied().chain(variables).collect(),
            domain: self.domain,
            arrays: (0..self.program.fields.len()).collect(),
        };
        run.steps(&self.steps)?;
        Ok(run.arrays)
    }
}

struct Run<'a> {
    views: Vec<ArrayView<'a>>,
    scalars: Vec<Value>,
    domain: Domain,
    /// Which view each field has.
    arrays: Vec<usize>,
}

impl Run<'_> {
    fn steps(&mut self, steps: &[ApartStep]) -> Result<(), Error> {
        steps.iter().try_for_each(|step| self.step(step))
    }
    fn step(&mut self, step: &ApartStep) -> Result<(), Error> {
        match step {
            ApartStep::Call(call) => self.call(call)?,
            ApartStep::Swap(a, b) => self.arrays.swap(a.index(), b.index()),
            ApartStep::Let(scalar, value) => self.scalars[scalar.index()] = self.value(value),
            ApartStep::For(counter, body) => {
                let bounds = counter.bounds().map(|e| self.value(e));
                let rounds = counter.rounds(bounds).map_err(|d| Error::File(d.message))?;
                for n in rounds.positions() {
                    self.scalars[counter.var.index()] = Value::I64(n).cast(bounds[0].dtype());
                    self.steps(body)?;
                    if counter.until.as_ref().is_some_and(|e| self.value(e).is_true()) {
                        break;
                    }
                }
            }
            ApartStep::If(condition, then, otherwise) => {
                self.steps(if self.value(condition).is_true() { then } else { otherwise })?;
            }
            ApartStep::While(condition, body) => {
                while self.value(condition).is_true() {
                    self.steps(body)?;
                }
            }
        }
        Ok(())
    }
    fn call(&mut self, call: &Call) -> Result<(), Error> {
        let argument = |position: &Position| match *position {
            Position::Field(n) => Argument::Field(self.views[self.arrays[call.fields[n].index()]].clone()),
            Position::Scalar(n) => Argument::Scalar(self.value(&call.scalars[n])),
        };
        let arguments: Vec<Argument> = call.compiled.signature().params.iter().map(argument).collect();
        call.compiled.call_at(&arguments, &call.placement, &mut || false)?;
        Ok(())
    }
    fn value(&self, expr: &Expr) -> Value {
        uniform(expr, &|id| self.scalars[id.index()], self.domain).unwrap_or(Value::zero(expr.dtype))
    }
}

struct Builder<'a> {
    whole: &'a Compiled,
    program: &'a Verified<Program>,
    domain: Domain,
    threads: usize,
    /// What is compiled already, by the text of its program.
    known: HashMap<String, Compiled>,
    bytes: u64,
}

impl Builder<'_> {
    fn steps(&mut self, body: &[ProgramStmt]) -> Result<Vec<ApartStep>, Error> {
        body.iter().map(|step| self.step(step)).collect()
    }
    fn step(&mut self, step: &ProgramStmt) -> Result<ApartStep, Error> {
        Ok(match step {
            ProgramStmt::Call { stencil, fields, scalars, domain, .. } => {
                let part = [0, 1, 2].map(|n| domain[n].at(self.domain[n]));
                let program = Program::of_stencil(self.program.stencils[*stencil].clone());
                self.call(program, fields, scalars, part)?
            }
            ProgramStmt::Host(HostStep::Exchange { fields, reach, phase, .. }, span) => {
                let own = (0..fields.len()).map(|n| FieldId(n as u32)).collect();
                let update = ProgramStmt::Host(
                    HostStep::Exchange { fields: own, reach: *reach, phase: *phase, pairs: Vec::new() },
                    *span,
                );
                self.call(self.program_of(update, fields), fields, &[], self.domain.map(|size| (0, size)))?
            }
            ProgramStmt::Host(HostStep::Copy { to, from }, span) => {
                let (fields, copy) =
                    ([*to, *from], ProgramStmt::Host(HostStep::Copy { to: FieldId(0), from: FieldId(1) }, *span));
                self.call(self.program_of(copy, &fields), &fields, &[], self.domain.map(|size| (0, size)))?
            }
            ProgramStmt::Host(HostStep::Swap { a, b }, _) => ApartStep::Swap(*a, *b),
            ProgramStmt::Host(HostStep::Let { scalar, value }, _) => ApartStep::Let(*scalar, value.clone()),
            ProgramStmt::Host(HostStep::For { counter, body }, _) => ApartStep::For((**counter).clone(), self.steps(body)?),
            ProgramStmt::Host(HostStep::Branch { condition, then, otherwise }, _) => {
                ApartStep::If(condition.clone(), self.steps(then)?, self.steps(otherwise)?)
            }
            ProgramStmt::Host(HostStep::While { condition, body }, _) => ApartStep::While(condition.clone(), self.steps(body)?),
            ProgramStmt::Host(HostStep::Within { .. } | HostStep::Callback { .. }, _) => {
                let what = "calls back, or runs on a part of the domain that is found at run time";
                return Err(Error::File(format!("`{}` {what}: it has no form one by one", self.program.name)));
            }
        })
    }
    /// The program of one step, whose arguments are these fields.
    fn program_of(&self, step: ProgramStmt, fields: &[FieldId]) -> Program {
        let mut program = Program {
            name: "one_step".to_string(),
            fields: IdVec::new(),
            scalars: IdVec::new(),
            params: Vec::new(),
            stencils: IdVec::new(),
            body: vec![step],
            span: Span::NONE,
        };
        for (n, id) in fields.iter().enumerate() {
            let (field, lifetime) = (self.program.fields[*id].clone(), Lifetime::Argument);
            let id = program.fields.push(ProgramField { name: format!("f{n}"), lifetime, ..field });
            program.params.push(Param::Field(id));
        }
        program
    }
    /// A call of a program on a part of the domain.
    fn call(
        &mut self,
        program: Program,
        fields: &[FieldId],
        scalars: &[Expr],
        part: [(i64, i64); 3],
    ) -> Result<ApartStep, Error> {
        let compiled = self.compiled(program)?;
        let size = part.map(|(first, end)| end - first);
        let origin = |id: &FieldId| {
            let field = &self.program.summary().fields[*id];
            field.axes.iter().map(|a| part[a.index()].0 - i64::from(field.halo.0[a.index()].0)).collect()
        };
        let names = compiled.signature().fields.iter().map(|f| f.name.clone());
        let origins = names.zip(fields.iter().map(origin)).collect();
        let options = CallOptions { domain: Some(size), threads: Some(self.threads), origins, ..CallOptions::default() };
        let placement = options.place(compiled.signature())?;
        self.bytes += traffic(&compiled.stages().graph, size).moved();
        Ok(ApartStep::Call(Call { compiled, placement, fields: fields.to_vec(), scalars: scalars.to_vec() }))
    }
    fn compiled(&mut self, program: Program) -> Result<Compiled, Error> {
        let text = program.to_string();
        if let Some(known) = self.known.get(&text) {
            return Ok(known.clone());
        }
        let mut sources = Sources::clone(&self.whole.sources());
        let toolchain = self.whole.toolchain();
        let stages = program.verify().and_then(|p| toolchain.stages(Arc::new(p), Duration::ZERO, &mut sources));
        let sources = Arc::new(sources);
        let stages = stages.map_err(|diagnostics| Error::Source { sources: sources.clone(), diagnostics })?;
        let compiled = Compiled::new(toolchain.clone(), stages, sources, Vec::new());
        self.known.insert(text, compiled.clone());
        Ok(compiled)
    }
}
