//! The function that a stencil becomes: its names, its head, and what it is called with.

use super::layout::Writer;
use super::names::Names;
use super::text::{Kind, Text, numpy_name};
use super::{bounds, origin};
use tradewind_ir::ids::Id;
use tradewind_ir::{
    Access, Axis, DType, Domain, Extent, FieldId, KIndex, Param, ScalarId, Sources, Span, Stencil, StmtKind, access, footprint,
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

/// A printed function.
pub struct Function {
    pub name: String,
    pub code: String,
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
        let (halos, min) = (access::halos(stencil), access::min_size(stencil));
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
    /// What the helpers want to know of a check: its number among the checks, what is checked, and where it stands.
    pub fn check(&self, what: &str, access: &Access, span: Span) -> String {
        let number = self.checks.iter().position(|s| *s == span).unwrap_or(0);
        let place = match origin(self.sources, span) {
            place if place.is_empty() => format!("in {}", self.stencil.name),
            place => format!("{place} in {}", self.stencil.name),
        };
        format!("({number}, {what:?}, {:?}, {place:?})", self.stencil.fields[access.field].name)
    }
    /// The first and the last level of a field, counted from the start of the domain.
    pub fn existing_levels(&self, id: FieldId) -> (String, String) {
        let (low, high) = self.halos[id.index()].0[Axis::K.index()];
        match self.first_level(id) {
            Some(first) => (
                format!("-{first}"),
                format!("{}.shape[{}] - {first} - 1", self.field(id), self.stencil.fields[id].axes.rank() - 1),
            ),
            None => (low.to_string(), bounds::sum("nk", i64::from(high) - 1)),
        }
    }
    /// A scalar parameter in an expression.
    pub fn scalar(&self, id: ScalarId) -> Text {
        let is_number = matches!(self.stencil.scalars[id].dtype, DType::F64 | DType::Bool);
        Text::atom(self.scalars[id.index()].clone(), if is_number { Kind::Number } else { Kind::Scalar })
    }
    /// The whole function around its body.
    pub fn function(&self, name: &str, body: &str) -> Function {
        let mut writer = Writer::default();
        let params = self.stencil.params.iter().map(|p| match *p {
            Param::Field(id) => self.fields[id.index()].clone(),
            Param::Scalar(id) => self.scalars[id.index()].clone(),
        });
        let mut params: Vec<String> = params.chain(["*".into(), "domain".into()]).collect();
        let open = || self.stencil.fields.iter().filter(|(id, _)| self.first_level(*id).is_some());
        if open().next().is_some() {
            let below = |id: FieldId| -self.halos[id.index()].0[Axis::K.index()].0;
            let entries: Vec<String> = open().map(|(id, f)| format!("{:?}: {}", f.name, below(id))).collect();
            params.push(format!("k0={{{}}}", entries.join(", ")));
        }
        writer.line("@np.errstate(all=\"ignore\")", "");
        writer.line(&format!("def {name}({}):", params.join(", ")), "");
        writer.deeper();
        self.prologue(&mut writer, body);
        let code = writer.finish() + body;
        Function { name: name.to_string(), code }
    }

    fn prologue(&self, w: &mut Writer, body: &str) {
        let place = origin(self.sources, self.stencil.span);
        let from = if place.is_empty() { String::new() } else { format!(" of {place}") };
        w.verbatim(&format!("\"\"\"Stencil `{}`{from}.", self.stencil.name));
        w.verbatim("");
        let halo = |id: FieldId| {
            let sides =
                Axis::ALL.into_iter().map(|a| (a, self.halos[id.index()].0[a.index()])).filter(|(_, side)| *side != (0, 0));
            sides.map(|(a, (lo, hi))| format!("{a}({lo}, {hi})")).collect::<Vec<_>>().join(" ")
        };
        let params = || self.stencil.fields.iter().filter(|(_, f)| !f.is_temporary());
        let wide: Vec<String> =
            params().filter(|(id, _)| !halo(*id).is_empty()).map(|(id, f)| format!("`{}` {}", f.name, halo(id))).collect();
        let but = if wide.is_empty() { String::new() } else { format!(", but for a halo in {}", wide.join(", ")) };
        w.verbatim(&format!("Each array holds the domain, of sizes `domain`, and no more{but}."));
        if self.first_level.iter().any(Option::is_some) {
            w.verbatim("Arrays in `k0` may have more levels: it says at which index the domain's first level is.");
        }
        w.verbatim("\"\"\"");
        if Axis::ALL.into_iter().any(|axis| has_word(body, bounds::size_name(axis))) {
            w.line("ni, nj, nk = domain", "");
        }
        for (id, name) in
            self.first_level.iter().enumerate().filter_map(|(n, name)| Some((FieldId::from_index(n), name.as_ref()?)))
        {
            w.line(&format!("{name} = k0[{:?}]", self.stencil.fields[id].name), "");
        }
        for (id, scalar) in self.stencil.scalars.iter() {
            let text = self.scalar(id);
            if text.kind == Kind::Scalar && has_word(body, &text.code) {
                w.line(&format!("{} = {}({})", text.code, numpy_name(scalar.dtype), text.code), "");
            }
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

/// Whether a word occurs in code.
pub fn has_word(code: &str, word: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(part) && !code[at + word.len()..].starts_with(part))
}
