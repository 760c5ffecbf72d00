//! `halo_update`, and its two phases `halo_start` and `halo_wait`.

use super::ProgramLower;
use crate::constant::Constant;
use crate::scope::Local;
use crate::syntax::{Expr, Name};
use tradewind_ir::suggest::hint;
use tradewind_ir::{Code, Diagnostic, Extent, FieldId, HostStep, Phase, ProgramStmt, Span};

impl ProgramLower<'_> {
    /// `halo_update(q, u, width=3)`
    pub(super) fn halo_update(
        &mut self,
        e: &Expr,
        f: &Expr,
        args: &[Expr],
        named: &[(Name, Expr)],
    ) -> Option<Vec<ProgramStmt>> {
        let updates = self.updates(e, f.last_name().unwrap_or("halo_update"), args, named)?;
        let step = |(fields, reach)| ProgramStmt::Host(HostStep::Exchange { fields, reach, phase: Phase::Whole }, e.span);
        Some(updates.into_iter().map(step).collect())
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
        let Some(updates) = self.updates(e, "halo_start", args, named) else { return self.give_up(target) };
        let name = match target.name() {
            Some(name) if matches!(self.names.local(name), None | Some(Local::Exchange(_) | Local::Unsettled)) => name,
            _ => {
                let message = "what `halo_start` returns needs a name of its own";
                let found = Diagnostic::error(Code::HALO_PAIR, message, target.span, "assigned here");
                return self.names.report(found.help("write, for example, `update = halo_start(…)`"));
            }
        };
        let before: usize = self.started.iter().map(Vec::len).sum();
        let numbered = updates.into_iter().zip(before as u32..);
        let start = |((fields, reach), n)| HostStep::Exchange { fields, reach, phase: Phase::Start(n) };
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

    /// The fields and the reach of a halo update: one for the fields of each position, as a width counts from the last point of a field,
    /// which may be an interface.
    fn updates(
        &mut self,
        e: &Expr,
        word: &str,
        args: &[Expr],
        named: &[(Name, Expr)],
    ) -> Option<Vec<(Vec<FieldId>, Option<Extent>)>> {
        let width = self.width(word, named)?;
        let fields = self.fields(args)?;
        if fields.is_empty() {
            let message = format!("`{word}` needs a field");
            return self.names.fail(Diagnostic::error(Code::HALO_UPDATE, message, e.span, "none is given"));
        }
        let mut updates: Vec<(Vec<FieldId>, Option<Extent>)> = Vec::new();
        for field in fields {
            let interfaces = self.program.fields[field].interfaces;
            let reach = width.map(|width| Extent::around(width).beyond_interfaces(interfaces));
            match updates.iter_mut().find(|(_, known)| *known == reach) {
                Some((fields, _)) => fields.push(field),
                None => updates.push((vec![field], reach)),
            }
        }
        Some(updates)
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
