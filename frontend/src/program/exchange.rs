//! `halo_update`, and its two phases `halo_start` and `halo_wait`.

use super::ProgramLower;
use crate::annotation::field_name;
use crate::constant::Constant;
use crate::scope::Local;
use crate::syntax::{Expr, ExprKind, Name};
use tradewind_ir::suggest::hint;
use tradewind_ir::{Axes, Code, Diagnostic, Extent, FieldId, FieldType, HostStep, Phase, ProgramField, ProgramStmt, Span};

/// What a halo update exchanges.
struct Updates {
    /// Fields with how far they are filled: a list for the fields of each position, as a width counts from the last point of a field, which
    /// may be an interface.
    parts: Vec<(Vec<FieldId>, Option<Extent>)>,
    /// The components of vectors among all of them.
    pairs: Vec<[FieldId; 2]>,
}

impl ProgramLower<'_> {
    /// `halo_update((u, v), q, width=3)`
    pub(super) fn halo_update(
        &mut self,
        e: &Expr,
        f: &Expr,
        args: &[Expr],
        named: &[(Name, Expr)],
    ) -> Option<Vec<ProgramStmt>> {
        let Updates { parts, pairs } = self.updates(e, f.last_name().unwrap_or("halo_update"), args, named)?;
        let step = |(fields, reach)| HostStep::Exchange { fields, reach, phase: Phase::Whole, pairs: pairs.clone() };
        Some(parts.into_iter().map(|part| ProgramStmt::Host(step(part), e.span)).collect())
    }

    /// `update = halo_start(q, u, width=3)`
    pub(super) fn halo_start(
        &mut self,
        targets: &[Expr],
        e: &Expr,
        args: &[Expr],
        named: &[(Name, Expr)],
        out: &mut Vec<ProgramStmt>,
    ) {
        let [target] = targets else {
            let found = Diagnostic::error(Code::HALO_PAIR, "a halo update that is started has one name", e.span, "several");
            return self.names.report(found.help("write `update = halo_start(…)`"));
        };
        let Some(Updates { parts, pairs }) = self.updates(e, "halo_start", args, named) else { return self.give_up(target) };
        let name = match target.name() {
            Some(name) if matches!(self.names.local(name), None | Some(Local::Exchange(_) | Local::Unsettled)) => name,
            _ => {
                let message = "what `halo_start` returns needs a name of its own";
                let found = Diagnostic::error(Code::HALO_PAIR, message, target.span, "assigned here");
                return self.names.report(found.help("write, for example, `update = halo_start(…)`"));
            }
        };
        let before: usize = self.started.iter().map(Vec::len).sum();
        let numbered = parts.into_iter().zip(before as u32..);
        let start = |((fields, reach), n)| HostStep::Exchange { fields, reach, phase: Phase::Start(n), pairs: pairs.clone() };
        let steps: Vec<ProgramStmt> = numbered.map(|it| ProgramStmt::Host(start(it), e.span)).collect();
        out.extend(steps.iter().cloned());
        self.bind(name, Local::Exchange(self.started.len()));
        self.started.push(steps);
    }

    /// `halo_wait(update)`
    pub(super) fn halo_wait(&mut self, e: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<Vec<ProgramStmt>> {
        let known = match (args, named) {
            ([arg], []) => arg.name().and_then(|name| self.names.local(name)).cloned(),
            _ => None,
        };
        match (known, args) {
            (Some(Local::Exchange(number)), _) => {
                Some(self.started.get(number)?.iter().map(|start| wait_for(start, e.span)).collect())
            }
            (Some(Local::Broken), _) => None,
            (Some(Local::Unsettled), [arg]) => self.names.unsettled(arg),
            _ => {
                let message = "`halo_wait` takes what `halo_start` has returned";
                let found = Diagnostic::error(Code::HALO_PAIR, message, e.span, "this does not");
                self.names.fail(found.help("write `update = halo_start(…)` before it, and `halo_wait(update)`"))
            }
        }
    }

    /// What a halo update exchanges.
    fn updates(&mut self, e: &Expr, word: &str, args: &[Expr], named: &[(Name, Expr)]) -> Option<Updates> {
        let width = self.width(word, named)?;
        let fields = self.fields(args)?;
        if fields.is_empty() {
            let message = format!("`{word}` needs a field");
            return self.names.fail(Diagnostic::error(Code::HALO_UPDATE, message, e.span, "none is given"));
        }
        let pairs = self.components(args, &fields)?;
        let mut parts: Vec<(Vec<FieldId>, Option<Extent>)> = Vec::new();
        for field in fields {
            let interfaces = self.program.fields[field].interfaces;
            let reach = width.map(|width| Extent::around(width).beyond_interfaces(interfaces));
            match parts.iter_mut().find(|(_, known)| *known == reach) {
                Some((fields, _)) => fields.push(field),
                None => parts.push((vec![field], reach)),
            }
        }
        Some(Updates { parts, pairs })
    }

    /// The fields of each tuple that is written among the arguments: the components of a vector along I and J. `fields` are those of all
    /// arguments.
    fn components(&mut self, args: &[Expr], fields: &[FieldId]) -> Option<Vec<[FieldId; 2]>> {
        let mut pairs = Vec::new();
        for arg in args.iter().filter(|arg| matches!(arg.kind, ExprKind::Tuple(_))) {
            let components = self.fields(std::slice::from_ref(arg))?;
            let [along_i, along_j] = components[..] else {
                let message = "a pair of vector components is two fields";
                let label = format!("these are {}", components.len());
                let found = Diagnostic::error(Code::HALO_UPDATE, message, arg.span, label);
                return self.names.fail(found.help("fields that are no components of one vector come without parentheses"));
            };
            let pair = [along_i, along_j].map(|field| &self.program.fields[field]);
            if let Some(twice) = components.iter().find(|field| fields.iter().filter(|other| other == field).count() > 1) {
                let message = format!("`{}` is exchanged twice", self.program.fields[*twice].name);
                let found = Diagnostic::error(Code::HALO_UPDATE, message, arg.span, "as a component of a vector here");
                return self.names.fail(found.help("name each component of a vector once"));
            }
            let [x, y] = pair.map(|field| FieldType { interfaces: Axes::NONE, ..field.field_type() });
            if x != y {
                let message = "the components of a vector differ in more than their position";
                let found = Diagnostic::error(Code::HALO_UPDATE, message, arg.span, "these two")
                    .help("give both the same element type and the same axes");
                let labelled =
                    |found: Diagnostic, f: &ProgramField| found.label(f.span, format!("a {}", field_name(&f.field_type())));
                return self.names.fail(pair.into_iter().fold(found, labelled));
            }
            pairs.push([along_i, along_j]);
        }
        Some(pairs)
    }

    /// The `width=` of a halo update, if it has one.
    fn width(&mut self, word: &str, named: &[(Name, Expr)]) -> Option<Option<i32>> {
        let mut width = None;
        for (name, value) in named {
            width = match (name.text.as_str(), self.names.constant(value)) {
                ("width", Ok(Constant::Int(n))) if (1..=1024).contains(&n) => Some(n as i32),
                ("width", Err(_)) if self.names.blame(value) => return None,
                ("width", _) => {
                    let message = "the width of a halo must be an integer from 1 to 1024";
                    let found = Diagnostic::error(Code::HALO_UPDATE, message, value.span, "this is not");
                    return self.names.fail(found.help("without `width`, the whole halo is filled"));
                }
                _ => {
                    let message = format!("`{word}` takes fields and a `width`");
                    let found = Diagnostic::error(Code::HALO_UPDATE, message, name.span, "named here");
                    return self.names.fail(hint(found, &name.text, ["width"]));
                }
            };
        }
        Some(width)
    }
}

/// The step that waits for what a step has started.
fn wait_for(start: &ProgramStmt, at: Span) -> ProgramStmt {
    let mut step = start.clone();
    if let ProgramStmt::Host(HostStep::Exchange { phase, .. }, span) = &mut step
        && let Phase::Start(number) = *phase
    {
        (*phase, *span) = (Phase::Wait(number), at);
    }
    step
}
