//! Who fills halos. By default the box is periodic, and the threads of a run copy the opposite edges. A program that is compiled for
//! halos of the host ([`Halos::Host`](crate::Halos)) hands its halo updates to a [`Transport`] instead.

use crate::observe::{CallbackArguments, Callbacks};
use std::fmt;
use std::sync::Arc;
use tradewind_ir::{Axis, Extent, FieldId, FieldType, HostStep, Phase, Program, ProgramStmt, Span, Verified};
use tradewind_program::by_host::{HOST_FUNCTIONS, fields, updates};

/// A halo update of a program.
#[derive(Clone, PartialEq, Debug)]
pub struct Exchange {
    /// Its number: updates are counted from zero in the order of the program's text, loops over tuples unrolled.
    pub id: usize,
    /// Its fields, each once. Components of data dimensions are exchanged like fields of their own.
    pub fields: Vec<ExchangedField>,
    /// The fields that are the components of one vector, along I and J, by their places in the list. All others are scalars.
    pub pairs: Vec<[usize; 2]>,
    /// Whether other steps may run between its start and the wait for it.
    pub in_two_steps: bool,
    /// Where it is written.
    pub span: Span,
}

/// A field of a halo update.
#[derive(Clone, PartialEq, Debug)]
pub struct ExchangedField {
    pub name: String,
    pub ty: FieldType,
    /// How many points are to be filled along I and J, below and above the points of the field; those of a field at interfaces include the
    /// last interface, which is to be filled too.
    pub reach: [(u32, u32); 2],
    /// How far the update goes beyond the domain; nothing for all points that an array has.
    asked: Option<Extent>,
}

/// The halo updates of a program, by their numbers.
pub fn exchanges(program: &Verified<Program>) -> Vec<Exchange> {
    let exchange = |(id, update): (usize, &[ProgramStmt])| {
        let Some(ProgramStmt::Host(HostStep::Exchange { phase, pairs, .. }, span)) = update.first() else { return None };
        let known = fields(update);
        let place = |field: FieldId| known.iter().position(|(other, _)| *other == field);
        let pairs = pairs.iter().filter_map(|[a, b]| Some([place(*a)?, place(*b)?])).collect();
        let fields = known.iter().map(|(field, reach)| ExchangedField::of(program, *field, *reach)).collect();
        Some(Exchange { id, fields, pairs, in_two_steps: *phase != Phase::Whole, span: *span })
    };
    updates(program).into_iter().enumerate().filter_map(exchange).collect()
}

impl ExchangedField {
    fn of(program: &Verified<Program>, id: FieldId, asked: Option<Extent>) -> ExchangedField {
        let (field, halo) = (&program.fields[id], program.summary().fields[id].halo);
        let around = asked.map_or(halo, |asked| asked.intersect(halo));
        let own = Extent::of_interfaces(field.interfaces);
        let reach = [0, 1].map(|n| {
            let ((low, high), (_, last)) = (around.0[n], own.0[n]);
            (low.unsigned_abs(), high.saturating_sub(last).max(0).unsigned_abs())
        });
        ExchangedField { name: field.name.clone(), ty: field.field_type(), reach, asked }
    }
}

impl fmt::Display for Exchange {
    /// `halo update 0: q i -2 +2, j -2 +2; u (interfaces I) i -2 +2, j -2 +2; v i -2 +2, j -2 +2; vectors (u, v)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "halo update {}{}:", self.id, if self.in_two_steps { " in two steps" } else { "" })?;
        for (n, field) in self.fields.iter().enumerate() {
            write!(f, "{} {}", if n == 0 { "" } else { ";" }, field.name)?;
            if field.ty.interfaces.rank() > 0 {
                write!(f, " (interfaces {})", field.ty.interfaces)?;
            }
            let along = field.reach.iter().zip([Axis::I, Axis::J]).filter(|(_, axis)| field.ty.axes.has(*axis));
            for (n, ((below, above), axis)) in along.enumerate() {
                write!(f, "{} {axis} -{below} +{above}", if n == 0 { "" } else { "," })?;
            }
        }
        for (n, pair) in self.pairs.iter().enumerate() {
            let [a, b] = pair.map(|place| self.fields.get(place).map_or("", |field| &field.name));
            write!(f, "{} ({a}, {b})", if n == 0 { "; vectors" } else { "," })?;
        }
        Ok(())
    }
}

/// Fills the halos of a program's fields. The points of the fields are there when an update starts; when the wait is over, all points of the
/// halo are filled, as far as the descriptor says. In between the program reads the points of the fields, and writes none.
///
/// Methods are called on the thread that made the call of the program; a message fails the call. Arrays are those of a callback.
pub trait Transport: Send + Sync {
    /// A whole update.
    ///
    /// # Errors
    /// Why the halos could not be filled.
    fn update(&self, exchange: &Exchange, fields: &CallbackArguments) -> Result<(), String> {
        self.start(exchange, fields)?;
        self.wait(exchange, fields)
    }
    /// Begins an update; the fields must not be written.
    ///
    /// # Errors
    /// Why that failed.
    fn start(&self, exchange: &Exchange, fields: &CallbackArguments) -> Result<(), String>;
    /// Ends an update that was started.
    ///
    /// # Errors
    /// Why the halos could not be filled.
    fn wait(&self, exchange: &Exchange, fields: &CallbackArguments) -> Result<(), String>;
}

/// A box that is periodic along I and J: each point of the halo gets what the point holds that lies a whole number of domains away.
pub struct PeriodicBox;

impl Transport for PeriodicBox {
    fn start(&self, _: &Exchange, _: &CallbackArguments) -> Result<(), String> {
        Ok(())
    }
    fn wait(&self, exchange: &Exchange, fields: &CallbackArguments) -> Result<(), String> {
        for (field, passed) in exchange.fields.iter().zip(&fields.fields) {
            passed.bound.exchange_periodic(fields.domain, field.asked, (0, 1));
        }
        Ok(())
    }
}

/// Makes a transport the host functions that a program calls for its halo updates.
pub(crate) fn register(callbacks: &mut Callbacks, exchanges: &Arc<[Exchange]>, transport: &Arc<dyn Transport>) {
    for (step, name) in HOST_FUNCTIONS.into_iter().enumerate() {
        let (exchanges, transport) = (exchanges.clone(), transport.clone());
        let call = move |fields: &CallbackArguments| {
            let id = fields.scalars.first().map_or(-1, |id| id.as_i64());
            let exchange = usize::try_from(id).ok().and_then(|id| exchanges.get(id));
            let exchange = exchange.ok_or_else(|| format!("there is no halo update {id}"))?;
            match step {
                0 => transport.update(exchange, fields),
                1 => transport.start(exchange, fields),
                _ => transport.wait(exchange, fields),
            }
        };
        callbacks.register(name, Arc::new(call));
    }
}
