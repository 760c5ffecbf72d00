//! Reads schedule files: what is in them, and what is wrong with it, whatever the program.

use super::content::{Entry, Given, Schedule, Word};
use super::keys::{KEYS, Key, Slot};
use crate::preset;
use crate::transform::{self, Args, Transformation};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};
use tradewind_ir::suggest::hint;
use tradewind_ir::{Code, Diagnostic, Numerics, SourceId, Span};

/// The schedule that `text` holds.
pub(super) fn schedule(text: &str, source: SourceId) -> Result<Schedule, Vec<Diagnostic>> {
    let file = DeTable::parse(text).map_err(|e| {
        let at = e.span().map_or(Span::NONE, |range| Span::new(source, range.start, range.end));
        vec![Diagnostic::error(Code::SCHEDULE_FILE, "this is not a schedule file", at, e.message())]
    })?;
    let mut reader = Reader { schedule: Schedule::default(), source, found: Vec::new() };
    file.get_ref().iter().for_each(|(key, value)| reader.section(key, value));
    // The parser sorts keys by name.
    reader.found.sort_by_key(|error| error.labels.first().map(|label| label.span.start));
    if reader.found.is_empty() { Ok(reader.schedule) } else { Err(reader.found) }
}

struct Reader {
    schedule: Schedule,
    source: SourceId,
    found: Vec<Diagnostic>,
}

impl Reader {
    fn section(&mut self, key: &Spanned<DeString>, value: &Spanned<DeValue>) {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("preset", DeValue::String(name)) => self.preset(name, self.place(value)),
            ("numerics", DeValue::String(name)) => match Numerics::by_name(name) {
                Ok(mode) => self.schedule.numerics = Some(mode),
                Err(message) => {
                    let error = self.error(message, self.place(value), "here");
                    self.found.push(hint(error, name, Numerics::NAMES.map(|(_, known)| known)));
                }
            },
            ("numerics", _) => {
                self.report("`numerics` is not a name", self.place(value), "write it in quotes, as in \"contract\"")
            }
            ("preset", _) => self.report("`preset` is not a name", self.place(value), "write it in quotes, as in \"cpu\""),
            ("step", DeValue::Array(steps)) => steps.iter().for_each(|step| self.step(step)),
            ("step", _) => self.report("`step` is not a list of steps", self.place(value), "write [[step]] above each step"),
            (other, _) => {
                let error = self.error(format!("a schedule file has no key `{other}`"), self.place(key), "unknown");
                self.found.push(
                    hint(error, other, ["numerics", "preset", "step"]).help("the keys are `numerics`, `preset` and `step`"),
                );
            }
        }
    }

    fn preset(&mut self, name: &str, at: Span) {
        self.schedule.preset = preset::by_name(name);
        if self.schedule.preset.is_none() {
            let names: Vec<&str> = preset::ALL.iter().map(|p| p.name).collect();
            let error = Diagnostic::error(Code::UNKNOWN_PRESET, format!("unknown preset `{name}`"), at, "here");
            let all = format!("the presets are {}", quoted(&names));
            self.found.push(hint(error, name, names).help(all));
        }
    }

    fn step(&mut self, step: &Spanned<DeValue>) {
        let DeValue::Table(table) = step.get_ref() else {
            return self.report(
                "a step is not a table",
                self.place(step),
                "write [[step]], and its keys on the lines after it",
            );
        };
        let named = table.iter().find(|(key, _)| key.get_ref() == "do");
        let Some((_, value)) = named else {
            return self.report("a step has no `do`", self.place(step), "name a transformation, as in do = \"fuse\"");
        };
        let (DeValue::String(name), at) = (value.get_ref(), self.place(value)) else {
            return self.report("`do` is not a name", self.place(value), "write it in quotes, as in \"fuse\"");
        };
        let Some(transformation) = transform::by_name(name) else {
            let names: Vec<&str> = transform::ALL.iter().map(|t| t.name()).collect();
            let message = format!("unknown transformation `{name}`");
            let error = Diagnostic::error(Code::UNKNOWN_TRANSFORMATION, message, at, "here");
            let all = format!("the transformations are {}", quoted(&names));
            return self.found.push(hint(error, name, names).help(all));
        };
        let arguments = table.iter().filter(|(key, _)| key.get_ref() != "do");
        let arguments = arguments.filter_map(|(key, value)| self.argument(transformation, key, value)).collect();
        self.schedule.steps.push(Entry { transformation, name: at, arguments });
    }

    fn argument(
        &mut self,
        transformation: &dyn Transformation,
        key: &Spanned<DeString>,
        value: &Spanned<DeValue>,
    ) -> Option<(&'static Key, Given)> {
        let (name, options) = (key.get_ref().as_ref(), transformation.options());
        let known = KEYS.iter().find(|k| k.name == name).filter(|_| options.iter().any(|(option, _)| *option == name));
        let Some(known) = known else {
            let message = format!("`{}` takes no `{name}`", transformation.name());
            let error = self.error(message, self.place(key), "this argument");
            let names: Vec<&str> = options.iter().map(|(option, _)| *option).collect();
            let all = format!("the arguments of `{}` are {}", transformation.name(), quoted(&names));
            self.found.push(hint(error, name, names).help(all));
            return None;
        };
        let mut args = Args::default();
        let slot = (known.slot)(&mut args);
        let given = self.given(&slot, value);
        if given.is_none() {
            let error = self.error(format!("`{name}` has a value of another type"), self.place(value), "here");
            let meaning = options.iter().find(|(option, _)| *option == name).map_or("", |(_, meaning)| meaning);
            self.found.push(error.note(format!("`{name}`: {meaning}")).help(format!("give {}", slot.wanted())));
        }
        given.map(|given| (known, given))
    }

    /// The value of an argument, if it is of the type that is wanted.
    fn given(&self, slot: &Slot<'_>, value: &Spanned<DeValue>) -> Option<Given> {
        Some(match (slot, value.get_ref()) {
            (Slot::Loop(_) | Slot::Unit(_) | Slot::Temporary(_) | Slot::Size(_), DeValue::String(_)) => {
                Given::Name(self.word(value)?)
            }
            (Slot::Loops(_), DeValue::Array(all)) => Given::Names(all.iter().map(|v| self.word(v)).collect::<Option<_>>()?),
            (Slot::Size(_), DeValue::Integer(n)) => Given::Count(u32::from_str_radix(n.as_str(), n.radix()).ok()?),
            (Slot::Flag(_), DeValue::Boolean(flag)) => Given::Flag(*flag),
            _ => return None,
        })
    }

    fn word(&self, value: &Spanned<DeValue>) -> Option<Word> {
        let DeValue::String(text) = value.get_ref() else { return None };
        Some(Word { text: text.to_string(), span: self.place(value) })
    }

    fn report(&mut self, message: &str, at: Span, help: &str) {
        let error = self.error(message.to_string(), at, "here");
        self.found.push(error.help(help));
    }

    fn error(&self, message: String, at: Span, label: &str) -> Diagnostic {
        Diagnostic::error(Code::SCHEDULE_FILE, message, at, label)
    }

    fn place<T>(&self, spanned: &Spanned<T>) -> Span {
        Span::new(self.source, spanned.span().start, spanned.span().end)
    }
}

fn quoted(names: &[&str]) -> String {
    format!("`{}`", names.join("`, `"))
}
