//! The arguments of a compiled program.

use crate::argument::Argument;
use crate::needs::Needs;
use crate::view::ArrayView;
use tradewind_ir::access::Mode;
use tradewind_ir::stencil::components;
use tradewind_ir::used;
use tradewind_ir::{
    Anchor, Array, Axes, Axis, DType, Domain, Extent, FieldId, FieldType, HostStep, Param, Program, ProgramStmt, ScalarId,
    Value, Verified,
};

/// The arguments of a compiled stencil or program.
#[derive(Clone, Debug)]
pub struct Signature {
    pub name: String,
    pub fields: Vec<FieldInfo>,
    pub scalars: Vec<ScalarInfo>,
    /// Fields and scalars by their position in the two lists, in the order of the call.
    pub params: Vec<Position>,
    /// The names of the host functions that the program may call back.
    pub callbacks: Vec<String>,
    /// The smallest domain that the program can run on, in points.
    pub min_size: Domain,
    /// Whether nothing but the domain and the fields' halos is touched in I and J, as by the call of a stencil; a halo update
    /// or a swap touches whole arrays.
    pub stays_near: bool,
}

/// Where an argument is described.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Position {
    Field(usize),
    Scalar(usize),
}

/// A field argument.
#[derive(Clone, Debug)]
pub struct FieldInfo {
    /// The field's id in the program, tree and graph.
    pub id: FieldId,
    pub name: String,
    pub dtype: DType,
    pub axes: Axes,
    /// The axes along which it lives at interfaces, one more than the domain has points.
    pub interfaces: Axes,
    /// Sizes of the data dimensions, which come after the axes.
    pub data: Vec<u32>,
    pub access: Mode,
    /// How far beyond the compute domain the program reads or writes, in points; the last interface lies beyond it.
    pub halo: Extent,
    /// The points that it must have, which may be fewer than those of the domain and its halo.
    pub needs: Needs,
}

/// A scalar argument.
#[derive(Clone, Debug)]
pub struct ScalarInfo {
    /// The scalar's id in the program, tree and graph.
    pub id: ScalarId,
    pub name: String,
    pub dtype: DType,
    /// Whether its value matters.
    pub used: bool,
    /// What it is when a call leaves it out; converted as an argument is.
    pub default: Option<Value>,
}

impl FieldInfo {
    /// How many elements each point holds.
    pub fn components(&self) -> u32 {
        components(&self.data)
    }
    /// The default origin: as many points as the program reaches below the domain, one entry per axis of the field.
    pub fn default_origin(&self) -> Vec<i64> {
        self.axes.iter().map(|a| -self.halo.0[a.index()].0 as i64).collect()
    }
    /// How far the program reaches below and above the domain on one axis, in points.
    pub fn reach(&self, axis: Axis) -> (i64, i64) {
        let (low, high) = self.halo.0[axis.index()];
        (-low as i64, high as i64)
    }
    /// The points that it must have on one axis, for a domain of so many: the first, and one past the last.
    pub fn needed(&self, axis: Axis, domain: i64) -> (i64, i64) {
        let end = if axis == Axis::K { self.needs.levels.needed(domain) } else { domain.saturating_add(self.reach(axis).1) };
        (self.needs.first[axis.index()].at(domain), end)
    }
    /// The positions that decide about [`FieldInfo::needed`], counted from one side of the domain.
    pub(crate) fn needed_bounds(&self, axis: Axis, anchor: Anchor) -> [i64; 2] {
        let (first, levels) = (self.needs.first[axis.index()], self.needs.levels);
        match (anchor, axis) {
            (Anchor::Start, Axis::K) => [first.start, levels.fixed],
            (Anchor::Start, _) => [first.start, 0],
            (Anchor::End, Axis::K) => [first.end, levels.above],
            (Anchor::End, _) => [first.end, self.reach(axis).1],
        }
    }
}

impl Signature {
    /// The name of each argument, in the order of the call.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.params.iter().map(|p| match *p {
            Position::Field(n) => self.fields[n].name.as_str(),
            Position::Scalar(n) => self.scalars[n].name.as_str(),
        })
    }
    /// Arrays and numbers, each kind in the order of its parameters, as arguments in the order of the call.
    ///
    /// # Errors
    /// An array whose components are not those of its parameter's data dimensions.
    pub fn arguments<'a>(&self, arrays: &'a mut [Array], scalars: &[Value]) -> Result<Vec<Argument<'a>>, String> {
        let views = self.fields.iter().zip(arrays).map(|(field, array)| ArrayView::of(array, &field.data));
        Ok(self.in_order(views.collect::<Result<_, _>>()?, scalars))
    }
    /// Views and numbers, each kind in the order of its parameters, as arguments in the order of the call.
    pub(crate) fn in_order<'a>(&self, views: Vec<ArrayView<'a>>, scalars: &[Value]) -> Vec<Argument<'a>> {
        let mut views: Vec<_> = views.into_iter().map(Some).collect();
        let argument = |p: &Position| match *p {
            Position::Field(n) => views.get_mut(n).and_then(Option::take).map_or(Argument::Absent, Argument::Field),
            Position::Scalar(n) => scalars.get(n).map_or(Argument::Absent, |value| Argument::Scalar(*value)),
        };
        self.params.iter().map(argument).collect()
    }
    /// The name of each argument that may be left out: the program does not touch it, or it has a default.
    pub fn optional(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.iter().filter(|f| f.access == Mode::None).map(|f| f.name.as_str());
        fields.chain(self.scalars.iter().filter(|s| !s.used || s.default.is_some()).map(|s| s.name.as_str()))
    }
    /// The signature with these values of scalars that a call leaves out.
    pub fn with_defaults(mut self, defaults: Vec<(String, Value)>) -> Signature {
        for (name, value) in defaults {
            self.scalars.iter_mut().filter(|s| s.name == name).for_each(|s| s.default = Some(value));
        }
        self
    }
    /// The signature of a program.
    pub fn of(program: &Verified<Program>) -> Signature {
        let summary = program.summary();
        let used = used::scalars(program);
        let needs = Needs::of(program, |id| summary.fields[id].halo);
        let (mut fields, mut scalars, mut params) = (Vec::new(), Vec::new(), Vec::new());
        for param in &program.params {
            match *param {
                Param::Field(id) => {
                    let (field, found) = (&program.fields[id], &summary.fields[id]);
                    let FieldType { dtype, axes, interfaces, data } = field.field_type();
                    let (name, access, halo) = (field.name.clone(), found.mode, found.halo);
                    params.push(Position::Field(fields.len()));
                    fields.push(FieldInfo { id, name, dtype, axes, interfaces, data, access, halo, needs: needs[id] });
                }
                Param::Scalar(id) => {
                    let scalar = &program.scalars[id];
                    params.push(Position::Scalar(scalars.len()));
                    scalars.push(ScalarInfo {
                        id,
                        name: scalar.name.clone(),
                        dtype: scalar.dtype,
                        used: used.contains(&id),
                        default: None,
                    });
                }
            }
        }
        let mut callbacks = Vec::new();
        program.body.iter().for_each(|stmt| add_callbacks(stmt, &mut callbacks));
        let stays_near = matches!(program.body[..], [ProgramStmt::Call { .. }]);
        let (name, min_size) = (program.name.clone(), summary.min_size);
        Signature { name, fields, scalars, params, callbacks, min_size, stays_near }
    }
}

/// The functions that a step and those inside it call back, each once.
fn add_callbacks(stmt: &ProgramStmt, names: &mut Vec<String>) {
    if let ProgramStmt::Host(HostStep::Callback { name, .. }, _) = stmt
        && !names.contains(name)
    {
        names.push(name.clone());
    }
    stmt.inner().for_each(|inner| add_callbacks(inner, names));
}
