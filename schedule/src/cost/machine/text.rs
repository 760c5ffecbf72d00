//! Machine files: TOML that gives some or all figures of a machine. The others are those of [`Machine::reference`].

use super::keys::{Field, KEYS, Key};
use super::{Machine, Rate};
use std::collections::BTreeMap;
use std::fmt::Write;
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};
use tradewind_ir::suggest::hint;
use tradewind_ir::{Code, Diagnostic, SourceId, Span};

impl Machine {
    /// Reads a machine file. Figures that it leaves out are those of [`Machine::reference`]: the file alone says what a
    /// schedule is chosen for, on whichever computer it is read. Spans point into `source`.
    ///
    /// # Errors
    /// What is not TOML, keys that do not exist, values that are no numbers, that no machine has, or that contradict each
    /// other.
    pub fn parse(text: &str, source: SourceId) -> Result<Machine, Vec<Diagnostic>> {
        let file = DeTable::parse(text).map_err(|e| {
            let at = e.span().map_or(Span::NONE, |range| Span::new(source, range.start, range.end));
            vec![Diagnostic::error(Code::MACHINE_FILE, "this is not a machine file", at, e.message())]
        })?;
        let mut reader = Reader { machine: Machine::reference(), source, set: BTreeMap::new(), found: Vec::new() };
        file.get_ref().iter().for_each(|(name, value)| reader.section(name, value));
        reader.finish()
    }

    /// A machine file with all figures, each explained. [`Machine::parse`] makes the same machine of it.
    pub fn to_toml(&self) -> String {
        let mut machine = self.clone();
        let mut text = String::new();
        let mut section = "";
        for key in KEYS {
            if key.section() != section {
                section = key.section();
                let between = if text.is_empty() { "" } else { "\n" };
                // Writing to a string cannot fail.
                let _ = writeln!(text, "{between}[{section}]");
            }
            let value = match (key.field)(&mut machine) {
                Field::Count(n) => n.to_string(),
                Field::Number(x) => format!("{x:?}"),
            };
            let _ = writeln!(text, "{:<32}# {}", format!("{} = {value}", key.inner()), key.meaning);
        }
        text
    }
}

/// Reads sections.
struct Reader {
    machine: Machine,
    source: SourceId,
    /// Where the file sets which key.
    set: BTreeMap<&'static str, Span>,
    found: Vec<Diagnostic>,
}

impl Reader {
    fn section(&mut self, name: &Spanned<DeString>, value: &Spanned<DeValue>) {
        let mut sections: Vec<&str> = KEYS.iter().map(Key::section).collect();
        sections.dedup();
        if !sections.contains(&name.get_ref().as_ref()) {
            let message = format!("a machine file has no section `{}`", name.get_ref());
            let error = Diagnostic::error(Code::MACHINE_KEY, message, self.place(name), "unknown");
            let all = sections.iter().map(|name| format!("[{name}]")).collect::<Vec<_>>().join(", ");
            self.found.push(hint(error, name.get_ref(), sections).help(format!("the sections are {all}")));
            return;
        }
        let DeValue::Table(section) = value.get_ref() else {
            let message = format!("`{}` is a section, not a value", name.get_ref());
            let error = Diagnostic::error(Code::MACHINE_VALUE, message, self.place(value), "here");
            self.found.push(error.help(format!("write [{}], and its keys on the lines after it", name.get_ref())));
            return;
        };
        let keys = || KEYS.iter().filter(|key| key.section() == name.get_ref());
        for (inner, value) in section {
            match keys().find(|key| key.inner() == inner.get_ref()) {
                Some(key) => self.value(key, value),
                None => {
                    let message = format!("[{}] has no key `{}`", name.get_ref(), inner.get_ref());
                    let error = Diagnostic::error(Code::MACHINE_KEY, message, self.place(inner), "unknown");
                    let error = hint(error, inner.get_ref(), keys().map(Key::inner));
                    self.found.push(error.help("`tradewind machine` prints all keys"));
                }
            }
        }
    }
    /// Sets the field of a key.
    fn value(&mut self, key: &'static Key, value: &Spanned<DeValue>) {
        let place = self.place(value);
        self.set.insert(key.name, place);
        let field = (key.field)(&mut self.machine);
        let wanted = if matches!(field, Field::Count(_)) { "a whole number" } else { "a number" };
        let range = format!("`{}` is {wanted} from {} to {}", key.name, key.least, key.most);
        let error = |message: String| Diagnostic::error(Code::MACHINE_VALUE, message, place, key.meaning).help(range);
        match (number(value.get_ref()), field) {
            (Some(x), _) if !(key.least..=key.most).contains(&x) => {
                self.found.push(error(format!("no machine has a `{}` of {x}", key.name)));
            }
            (Some(x), Field::Number(field)) => *field = x,
            (Some(x), Field::Count(field)) if x.fract() == 0.0 => *field = x as usize,
            _ => self.found.push(error(format!("`{}` is not {wanted}", key.name))),
        }
    }
    /// The machine, if its figures agree with each other.
    fn finish(mut self) -> Result<Machine, Vec<Diagnostic>> {
        if self.found.is_empty() {
            let Machine { core, l2, l3, memory, .. } = self.machine.clone();
            for (name, rate) in [("l2", l2.rate), ("l3", l3.rate), ("memory", memory.rate)] {
                self.check_rate(name, rate);
            }
            let sizes = [("core.l1_bytes", core.l1_bytes), ("l2.bytes", l2.bytes), ("l3.bytes", l3.bytes)];
            let sizes: Vec<_> = sizes.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
            for pair in sizes.windows(2).filter(|pair| pair[0].1 >= pair[1].1) {
                let message = format!("`{}` is {}, and `{}` is {}", pair[0].0, pair[0].1, pair[1].0, pair[1].1);
                self.contradiction([pair[0].0, pair[1].0], message, "a cache is larger than those nearer to the core");
            }
        }
        // The parser sorts keys by name.
        self.found.sort_by_key(|error| error.labels.first().map(|label| label.span.start));
        if self.found.is_empty() { Ok(self.machine) } else { Err(self.found) }
    }
    fn check_rate(&mut self, section: &str, rate: Rate) {
        if rate.all_gbs < rate.one_gbs {
            let both = ["one_gbs", "all_gbs"].map(|inner| format!("{section}.{inner}"));
            let message = format!("`{}` is {}, and `{}` is {}", both[0], rate.one_gbs, both[1], rate.all_gbs);
            self.contradiction([&both[0], &both[1]], message, "all threads together are at least as fast as one alone");
        }
    }
    /// An error of two keys, at those that the file sets.
    fn contradiction(&mut self, keys: [&str; 2], message: String, why: &str) {
        let mut places = keys.iter().filter_map(|name| Some((*name, *self.set.get(name)?)));
        let Some((_, first)) = places.next() else { return };
        let error = Diagnostic::error(Code::MACHINE_VALUE, message, first, why);
        let error = places.fold(error, |error, (_, place)| error.label(place, "with this"));
        let unset = keys.iter().find(|name| !self.set.contains_key(**name));
        let help = unset.map(|name| format!("the file does not set `{name}`: the value is that of the reference machine"));
        self.found.push(help.into_iter().fold(error, Diagnostic::help));
    }
    fn place<T>(&self, spanned: &Spanned<T>) -> Span {
        Span::new(self.source, spanned.span().start, spanned.span().end)
    }
}

/// The number that is written, if it is one.
fn number(value: &DeValue) -> Option<f64> {
    match value {
        DeValue::Integer(n) => Some(i64::from_str_radix(n.as_str(), n.radix()).map_or(f64::INFINITY, |n| n as f64)),
        DeValue::Float(x) => x.as_str().parse().ok(),
        _ => None,
    }
}
