//! Whether a run file fits its program: names, arguments, sections, values.

use super::{Line, Panels, RunFile, START, letter};
use crate::cli::Outcome;
use crate::cli::draw::curves;
use std::collections::HashSet;
use std::path::Path;
use toml::Spanned;
use tradewind::ir::suggest::hint;
use tradewind::ir::{Axis, Code, Diagnostic};
use tradewind::{FieldInfo, Signature};

/// More rows make no picture that a person can read.
const MOST_ROWS: usize = 12;
const MOST_POINTS: u32 = 1 << 20;

impl RunFile {
    /// Checks what does not need the program.
    ///
    /// # Errors
    /// All that is wrong, with its places.
    pub fn check_alone(&self) -> Outcome {
        let mut found = Vec::new();
        let domain = self.domain.get_ref();
        if !domain.iter().all(|n| (1..=MOST_POINTS).contains(n)) {
            let message = format!("no domain has {} x {} x {} points", domain[0], domain[1], domain[2]);
            found.push(self.wrong_value(self.domain.span(), message, format!("every size is from 1 to {MOST_POINTS}")));
        }
        let axes = [&self.axes.i, &self.axes.j, &self.axes.k, &self.axes.time];
        found.extend(axes.into_iter().flatten().filter_map(|line| self.check_line(line)));
        self.check_files(&mut found);
        self.check_convergence(&mut found);
        self.outcome(found)
    }

    /// Checks names and arguments against the program.
    ///
    /// # Errors
    /// All that is wrong, with its places.
    pub fn check(&self, signature: &Signature) -> Outcome {
        let mut found = Vec::new();
        self.check_scalars(signature, &mut found);
        let report = &self.report;
        let named =
            self.fields.keys().chain(&report.mass).chain(&report.range).chain(report.exact.keys()).chain(self.labels.keys());
        let curves = self.plots.iter().flat_map(|plot| plot.curves.get_ref()).map(|curve| &curve.field);
        found.extend(named.chain(curves).filter_map(|name| self.field(signature, name).err()));
        for (name, exact) in report.exact.iter().filter(|(_, exact)| exact.get_ref() != START) {
            match (self.field(signature, name), self.field(signature, exact)) {
                (Ok(field), Ok(reference)) if field.axes != reference.axes => {
                    let message = format!("`{}` is a Field[{}], `{}` a Field[{}]", name, field.axes, exact, reference.axes);
                    found.push(self.wrong_value(exact.span(), message, "an exact solution has the axes of its field"));
                }
                (_, Err(error)) => found.push(error.help("or write \"start\" for the field's own state at the start")),
                _ => {}
            }
        }
        for panels in self.pictures.iter().flat_map(|picture| picture.panels.get_ref()) {
            match self.field(signature, &panels.field) {
                Ok(field) => self.check_panels(panels, field, &mut found),
                Err(error) => found.push(error),
            }
        }
        self.outcome(found)
    }

    fn outcome(&self, mut found: Vec<Diagnostic>) -> Outcome {
        // Tables are sorted by name.
        found.sort_by_key(|error| error.labels.first().map(|label| label.span.start));
        if found.is_empty() { Ok(()) } else { Err(self.refuse(&found)) }
    }

    /// The field argument of a name.
    fn field<'a>(&self, signature: &'a Signature, name: &Spanned<String>) -> Result<&'a FieldInfo, Diagnostic> {
        let known = || signature.fields.iter().map(|field| field.name.as_str());
        let field = signature.fields.iter().find(|field| field.name == *name.get_ref());
        field.ok_or_else(|| self.unknown(name, "field", known().collect()))
    }

    fn unknown(&self, name: &Spanned<String>, kind: &str, known: Vec<&str>) -> Diagnostic {
        let program = self.program.get_ref();
        let message = format!("the program `{program}` has no {kind} argument `{}`", name.get_ref());
        let error = Diagnostic::error(Code::RUN_NAME, message, self.place(name.span()), "unknown");
        let all = if known.is_empty() { "none".to_string() } else { known.join(", ") };
        hint(error, name.get_ref(), known).help(format!("its {kind} arguments are: {all}"))
    }

    fn check_scalars(&self, signature: &Signature, found: &mut Vec<Diagnostic>) {
        let known = || signature.scalars.iter().map(|scalar| scalar.name.as_str());
        for (name, value) in &self.scalars {
            if !known().any(|known| known == name.get_ref()) {
                found.push(self.unknown(name, "scalar", known().collect()));
            }
            use toml::Value::{Boolean, Float, Integer};
            if !matches!(value.get_ref(), Integer(_) | Float(_) | Boolean(_)) {
                let message = format!("`{}` is not a number, `true` or `false`", name.get_ref());
                found.push(self.wrong_value(value.span(), message, format!("write a number, as in {} = 1.5", name.get_ref())));
            }
        }
        for name in known().filter(|name| !self.scalars.contains_key(*name)) {
            let message = format!("the program's scalar argument `{name}` has no value");
            let error = Diagnostic::error(Code::RUN_NAME, message, self.place(self.program.span()), "of this program");
            found.push(error.help(format!("add `{name} = …` below [scalars]")));
        }
    }

    fn check_line(&self, line: &Spanned<Line>) -> Option<Diagnostic> {
        let Line { from, to, .. } = line.get_ref();
        let fits = from.is_finite() && to.is_finite() && from != to;
        (!fits)
            .then(|| self.wrong_value(line.span(), format!("no axis goes from {from} to {to}"), "write two different numbers"))
    }

    fn check_convergence(&self, found: &mut Vec<Diagnostic>) {
        let Some(convergence) = &self.convergence else { return };
        let runs = &convergence.runs;
        if self.report.exact.is_empty() {
            let help = "write exact = { q = \"start\" }, for your fields, below [report]";
            found.push(self.wrong_value(runs.span(), "no field has an exact solution to converge to", help));
        }
        if self.refined_axis().is_none() {
            let help = "write one or more runs, each with its own number of cells; along all axes with different numbers, the ratio of two \
                        runs is the same";
            found.push(self.wrong_value(runs.span(), "these are not several resolutions of one run", help));
        }
    }

    fn check_files(&self, found: &mut Vec<Diagnostic>) {
        let mut files = HashSet::new();
        let drawn = self.pictures.iter().map(|p| &p.file).chain(self.plots.iter().map(|p| &p.file));
        for file in drawn.chain(self.convergence.iter().filter_map(|c| c.file.as_ref())) {
            if file.get_ref().extension() != Some("png".as_ref()) {
                found.push(self.wrong_value(file.span(), "pictures are PNG files", "write a name that ends in .png"));
            }
            if !files.insert(file.get_ref().as_path() as &Path) {
                found.push(self.wrong_value(file.span(), "two pictures have this file", "write another name"));
            }
        }
        for picture in &self.pictures {
            if !(1..=MOST_ROWS).contains(&picture.panels.get_ref().len()) {
                let help = format!("write 1 to {MOST_ROWS} entries, as in panels = [{{ field = \"q\", level = 0 }}]");
                found.push(self.wrong_value(picture.panels.span(), "a picture has some rows of panels", help));
            }
        }
        for plot in &self.plots {
            if !(1..=curves::MOST).contains(&plot.curves.get_ref().len()) {
                let help =
                    format!("write 1 to {} entries, as in curves = [{{ field = \"q\", of = \"maximum\" }}]", curves::MOST);
                found.push(self.wrong_value(plot.curves.span(), "a plot has some curves", help));
            }
        }
    }

    fn check_panels(&self, panels: &Panels, field: &FieldInfo, found: &mut Vec<Diagnostic>) {
        if let (Some(_), Some(row)) = (&panels.level, &panels.row) {
            let message = "a section has a `level` or a `row`, not both";
            found.push(self.wrong_value(row.span(), message, "leave one of them out, or make two entries"));
        }
        let section = panels.section();
        let (plane, across, number) = section.axes();
        let points = self.domain.get_ref()[across.index()];
        let written = if panels.row.is_some() { &panels.row } else { &panels.level };
        let place = written.as_ref().map_or(panels.field.span(), Spanned::span);
        if number >= points {
            let message = format!("{} = {number} does not lie in the domain", section.key());
            let help =
                format!("the domain has {points} points along {}: write 0 to {}", letter(across), points.saturating_sub(1));
            found.push(self.wrong_value(place, message, help));
        }
        if let Some(missing) = plane.into_iter().find(|axis| !field.axes.has(*axis)) {
            let message = format!("`{}` is a Field[{}]: it does not vary along {}", field.name, field.axes, letter(missing));
            let help = match plane.map(|axis| field.axes.has(axis)) {
                [true, false] if missing == Axis::K => "write `level = 0`: a horizontal section shows all of it",
                _ => "only fields that vary along both axes of a section are drawn",
            };
            found.push(self.wrong_value(panels.field.span(), message, help));
        }
        if let Some(at) = &panels.at {
            let moments = at.get_ref();
            if moments.is_empty() || (1..moments.len()).any(|n| moments[..n].contains(&moments[n])) {
                let help = "write some of \"start\", \"half\" and \"end\", each once";
                found.push(self.wrong_value(at.span(), "a row of panels shows different times", help));
            }
        }
        if let Some(range) = &panels.range {
            let [low, high] = *range.get_ref();
            if !(low.is_finite() && high.is_finite() && low < high) {
                let message = format!("no range of colours goes from {low} to {high}");
                found.push(self.wrong_value(range.span(), message, "write the lower value first, as in range = [0.0, 1.0]"));
            }
        }
    }
}
