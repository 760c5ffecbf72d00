//! `copy`, `swap`, `callback`.

use super::ProgramLower;
use crate::annotation::field_name;
use crate::scope::Local;
use crate::syntax::{Expr, ExprKind, Name};
use tradewind_ir::suggest::hint;
use tradewind_ir::{Code, Diagnostic, FieldId, Fills, HostStep, ProgramStmt};

impl ProgramLower<'_> {
    /// The fields that arguments name, tuples of fields included.
    pub(super) fn fields(&mut self, args: &[Expr]) -> Option<Vec<FieldId>> {
        let mut fields = Vec::new();
        for arg in args {
            match self.names.tuple(arg) {
                Some(items) => {
                    for item in items {
                        match item {
                            Local::Field { id, .. } => fields.push(id),
                            _ => {
                                return self.names.fail(Diagnostic::error(
                                    Code::FIELD_NEEDED,
                                    "a field is needed here",
                                    arg.span,
                                    "not all of these are fields",
                                ));
                            }
                        }
                    }
                }
                None => fields.push(self.field_named(arg)?),
            }
        }
        Some(fields)
    }

    /// The two fields of `copy(to, from)` or `swap(a, b)`.
    pub(super) fn pair(&mut self, e: &Expr, f: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<(FieldId, FieldId)> {
        let name = f.last_name().unwrap_or("this");
        let ([a, b], []) = (args, named) else {
            return self.names.fail(Diagnostic::error(
                Code::FIELD_PAIR,
                format!("`{name}` takes two fields"),
                e.span,
                "in this call",
            ));
        };
        let (first, second) = (self.field_named(a)?, self.field_named(b)?);
        let (x, y) = (&self.program.fields[first], &self.program.fields[second]);
        if x.field_type() != y.field_type() {
            let found = Diagnostic::error(
                Code::FIELD_PAIR,
                format!("`{name}` needs two fields of the same type"),
                e.span,
                "in this call",
            );
            let found = [x, y]
                .into_iter()
                .fold(found, |found, field| found.label(field.span, format!("a {}", field_name(&field.field_type()))));
            return self.names.fail(found);
        }
        if first == second {
            return self.names.fail(Diagnostic::error(
                Code::FIELD_PAIR,
                format!("`{name}` needs two fields"),
                e.span,
                "both are the same field",
            ));
        }
        Some((first, second))
    }

    /// `callback("name", field, scalar, …, fills="halo")`
    pub(super) fn callback(&mut self, e: &Expr, args: &[Expr], named: &[(Name, Expr)]) -> Option<ProgramStmt> {
        let Some((Expr { kind: ExprKind::Text(name), .. }, rest)) = args.split_first() else {
            let found = Diagnostic::error(
                Code::CALLBACK,
                "`callback` takes the name of a host function, then fields and scalars",
                e.span,
                "in this call",
            );
            return self.names.fail(found.help("write `callback(\"monitor\", q, n)`"));
        };
        let fills = self.fills(named)?;
        let (mut fields, mut scalars) = (Vec::new(), Vec::new());
        for arg in rest {
            let is_field = matches!(arg.name().and_then(|n| self.names.local(n)), Some(Local::Field { .. } | Local::Tuple(_)));
            if is_field {
                fields.extend(self.fields(std::slice::from_ref(arg))?);
            } else {
                scalars.push(self.value(arg)?);
            }
        }
        Some(ProgramStmt::Host(HostStep::Callback { name: name.clone(), fields, scalars, fills }, e.span))
    }

    /// The points of its fields that a callback writes, if it says so.
    fn fills(&mut self, named: &[(Name, Expr)]) -> Option<Fills> {
        let mut fills = Fills::default();
        for (name, value) in named {
            let word = if let ExprKind::Text(word) = &value.kind { word.as_str() } else { "" };
            match Fills::by_word(word) {
                Some(known) if name.text == "fills" => fills = known,
                _ if name.text == "fills" => {
                    let message = "`fills` says which points a callback writes";
                    let found = Diagnostic::error(Code::CALLBACK, message, value.span, "this does not");
                    let words = Fills::WORDS.map(|(_, word)| word);
                    return self
                        .names
                        .fail(hint(found, word, words).help("write \"nothing\", \"domain\", \"halo\" or \"all\""));
                }
                _ => {
                    let message = "`callback` takes the name of a host function, fields, scalars and `fills`";
                    let found = Diagnostic::error(Code::CALLBACK, message, name.span, "named here");
                    return self.names.fail(hint(found, &name.text, ["fills"]));
                }
            }
        }
        Some(fills)
    }
}
