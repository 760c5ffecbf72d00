//! The Python function of a stencil: its names, its head, and its arguments.

use super::layout::Writer;
use super::names::Names;
use super::text::{Kind, Text, numpy_name};
use super::{bounds, origin};
use tradewind_ir::ids::Id;
use tradewind_ir::stencil::data_indexes;
use tradewind_ir::{
    Access, Axis, DType, Domain, Extent, FieldId, KIndex, Param, ScalarId, Sources, Span, Stencil, StmtKind, footprint, reach,
};

/// Names and sizes of a stencil, known before its statements are printed.
pub struct Head<'a> {
    pub stencil: &'a Stencil,
    pub sources: &'a Sources,
    pub names: Names,
    fields: Vec<String>,
    scalars: Vec<String>,
    /// For parameters read at data-dependent levels, which are passed with all the levels that they have: the variable that
    /// says at which index the domain's first level is.
    first_level: Vec<Option<String>>,
    /// How far beyond the domain each field's array reaches.
    pub halos: Vec<Extent>,
    /// The least size of the domain.
    pub min: Domain,
    /// The places of the checks of data-dependent indexes, in order.
    checks: Vec<Span>,
}

/// An index that is checked, in Python.
pub struct Checked {
    /// Which check it is, and of what.
    pub check: String,
    pub index: String,
    /// The first and the last that exist.
    pub first: String,
    pub last: String,
}

impl<'a> Head<'a> {
    /// Finds names for everything that a stencil names.
    pub fn new(stencil: &'a Stencil, sources: &'a Sources) -> Head<'a> {
        let mut names = Names::new();
        let (mut fields, mut scalars) = (vec![String::new(); stencil.fields.len()], vec![String::new(); stencil.scalars.len()]);
        for param in &stencil.params {
            match *param {
                Param::Field(id) => fields[id.index()] = names.take(&stencil.fields[id].name),
                Param::Scalar(id) => scalars[id.index()] = names.take(&stencil.scalars[id].name),
            }
        }
        for (id, field) in stencil.fields.iter().filter(|(_, f)| f.is_temporary()) {
            fields[id.index()] = names.take(&field.name);
        }
        let open = open(stencil);
        let first_level = open.into_iter().zip(&fields).map(|(open, name)| open.then(|| names.take(&format!("{name}_k0"))));
        let first_level = first_level.collect();
        let (halos, min) = (reach::halos(stencil), reach::min_size(stencil));
        Head { stencil, sources, names, fields, scalars, first_level, halos, min, checks: checks(stencil) }
    }
    /// The name of a field.
    pub fn field(&self, id: FieldId) -> &str {
        &self.fields[id.index()]
    }
    /// The variable that holds the index of the domain's first level in a field's array, if that is not known beforehand.
    pub fn first_level(&self, id: FieldId) -> Option<&str> {
        self.first_level[id.index()].as_deref()
    }
    /// Whether some data-dependent index is checked.
    pub fn has_checks(&self) -> bool {
        !self.checks.is_empty()
    }
    /// What the helpers want to know of a check at `span`, for each data-dependent index of an access: `level` and `component` in
    /// Python. `array` is the array of the field.
    pub fn checked(
        &self,
        (access, span): (&Access, Span),
        array: &str,
        level: Option<String>,
        component: Option<String>,
    ) -> impl Iterator<Item = Checked> {
        let check = |what, index, (first, last)| Checked { check: self.check(what, access, span), index, first, last };
        let level = level.map(|index| check("level", index, self.existing_levels(access.field, array)));
        let last = (i64::from(self.stencil.fields[access.field].components()) - 1).to_string();
        let component = component.map(|index| check("component", index, ("0".to_string(), last)));
        level.into_iter().chain(component)
    }
    /// The number of a check among the checks, what is checked, where it stands, and the sizes of the data dimensions if there are
    /// several.
    fn check(&self, what: &str, access: &Access, span: Span) -> String {
        let number = self.checks.iter().position(|s| *s == span).unwrap_or(0);
        let place = match origin(self.sources, span) {
            place if place.is_empty() => format!("in {}", self.stencil.name),
            place => format!("{place} in {}", self.stencil.name),
        };
        let field = &self.stencil.fields[access.field];
        let data = if what == "component" && field.data.len() > 1 { format!(", {:?}", field.data) } else { String::new() };
        format!("({number}, {what:?}, {:?}, {place:?}{data})", field.name)
    }
    /// The first and the last level of a field, counted from the start of the domain.
    fn existing_levels(&self, id: FieldId, array: &str) -> (String, String) {
        let (low, high) = self.halos[id.index()].0[Axis::K.index()];
        match self.first_level(id) {
            Some(first) => {
                (format!("-{first}"), format!("{array}.shape[{}] - {first} - 1", self.stencil.fields[id].axes.rank() - 1))
            }
            None => (low.to_string(), bounds::sum("nk", i64::from(high) - 1)),
        }
    }
    /// The indexes of a component that is known; none of one that is not.
    pub fn known_component(&self, access: &Access) -> Vec<String> {
        let indexes = |n| data_indexes(n, &self.stencil.fields[access.field].data);
        access.component.known().map(indexes).unwrap_or_default().iter().map(u32::to_string).collect()
    }
    /// A scalar parameter in an expression.
    pub fn scalar(&self, id: ScalarId) -> Text {
        let is_number = matches!(self.stencil.scalars[id].dtype, DType::F64 | DType::Bool);
        Text::atom(self.scalars[id.index()].clone(), if is_number { Kind::Number } else { Kind::Scalar })
    }
    /// The whole function around its body.
    pub fn function(&self, name: &str, body: &str) -> String {
        let params = in_order(&self.stencil.params, &self.fields, &self.scalars);
        let mut params: Vec<String> = params.chain(["*".into(), "domain".into()]).collect();
        let open = || self.stencil.fields.iter().filter(|(id, _)| self.first_level(*id).is_some());
        if open().next().is_some() {
            let below = |id: FieldId| -self.halos[id.index()].0[Axis::K.index()].0;
            let entries: Vec<String> = open().map(|(id, f)| format!("{:?}: {}", f.name, below(id))).collect();
            params.push(format!("k0={{{}}}", entries.join(", ")));
        }
        if self.has_checks() {
            params.push("start_point=(0, 0, 0)".to_string());
        }
        let title = format!("Stencil `{}`", self.stencil.name);
        let mut writer = begin(name, &params, &title, &origin(self.sources, self.stencil.span));
        self.prologue(&mut writer, body);
        writer.finish() + body
    }

    fn prologue(&self, w: &mut Writer, body: &str) {
        let halo = |id: FieldId| {
            let sides =
                Axis::ALL.into_iter().map(|a| (a, self.halos[id.index()].0[a.index()])).filter(|(_, side)| *side != (0, 0));
            sides.map(|(a, (lo, hi))| format!("{a}({lo}, {hi})")).collect::<Vec<_>>().join(" ")
        };
        let params = || self.stencil.fields.iter().filter(|(_, f)| !f.is_temporary());
        let wide: Vec<String> =
            params().filter(|(id, _)| !halo(*id).is_empty()).map(|(id, f)| format!("`{}` {}", f.name, halo(id))).collect();
        let but = if wide.is_empty() { String::new() } else { format!(", except for a halo in {}", wide.join(", ")) };
        w.verbatim(&format!("Each array holds the domain, of sizes `domain`, and no more{but}."));
        if self.first_level.iter().any(Option::is_some) {
            w.verbatim("Arrays in `k0` may have more levels: it says at which index the domain's first level is.");
        }
        if self.has_checks() {
            w.verbatim("`start_point` says which point of a larger domain is the first.");
        }
        w.verbatim("\"\"\"");
        if names_sizes(body) {
            w.line("ni, nj, nk = domain", "");
        }
        for (id, name) in
            self.first_level.iter().enumerate().filter_map(|(n, name)| Some((FieldId::from_index(n), name.as_ref()?)))
        {
            w.line(&format!("{name} = k0[{:?}]", self.stencil.fields[id].name), "");
        }
        for (id, scalar) in self.stencil.scalars.iter() {
            convert(w, &self.scalar(id), scalar.dtype, body);
        }
    }
}

fn checks(stencil: &Stencil) -> Vec<Span> {
    let mut found = Vec::new();
    for stmt in stencil.executions().flat_map(|(_, _, e)| &e.body) {
        stmt.walk(&mut |inner| {
            if let StmtKind::Check { .. } = inner.kind {
                found.push(inner.span);
            }
        });
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Which parameters are read at data-dependent levels.
fn open(stencil: &Stencil) -> Vec<bool> {
    let mut open = vec![false; stencil.fields.len()];
    for u in stencil.executions().flat_map(|(_, _, e)| footprint::uses(&e.body)) {
        let is_param = !stencil.fields[u.access.field].is_temporary();
        open[u.access.field.index()] |= is_param && !matches!(u.access.k, KIndex::Offset(_));
    }
    open
}

/// What ends a `while` beside its condition: with what stands in for an index that does not exist, it might have no end. The line
/// before it, and the end of its condition.
pub fn ends(found: &str, noted: &str) -> [String; 2] {
    [format!("{noted} = len({found})"), format!(" and len({found}) == {noted}")]
}

/// The names of parameters in the order of the call.
pub fn in_order<'a>(params: &'a [Param], fields: &'a [String], scalars: &'a [String]) -> impl Iterator<Item = String> + 'a {
    params.iter().map(|param| match *param {
        Param::Field(id) => fields[id.index()].clone(),
        Param::Scalar(id) => scalars[id.index()].clone(),
    })
}

/// A function up to the first line of its documentation, which says what it is and where that comes from.
pub fn begin(name: &str, params: &[String], title: &str, place: &str) -> Writer {
    let mut w = Writer::default();
    w.line("@np.errstate(all=\"ignore\")", "");
    w.line(&format!("def {name}({}):", params.join(", ")), "");
    w.deeper();
    let from = if place.is_empty() { String::new() } else { format!(" of {place}") };
    w.verbatim(&format!("\"\"\"{title}{from}."));
    w.verbatim("");
    w
}

/// Gives a scalar parameter its type, if the body names it and computes in that type.
pub fn convert(w: &mut Writer, scalar: &Text, dtype: DType, body: &str) {
    if scalar.kind == Kind::Scalar && has_word(body, &scalar.code) {
        w.line(&format!("{} = {}({})", scalar.code, numpy_name(dtype), scalar.code), "");
    }
}

/// Whether code names the size of the domain on some axis.
pub fn names_sizes(code: &str) -> bool {
    Axis::ALL.into_iter().any(|axis| has_word(code, bounds::size_name(axis)))
}

/// Whether a word occurs in code.
fn has_word(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(part) && !code[at + word.len()..].starts_with(part))
}
