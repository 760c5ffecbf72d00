//! Which warnings are errors, and which are hidden: `--deny`, `--allow`.

use super::{Code, Diagnostic, Level};
use std::str::FromStr;

/// What becomes of warnings. By default they stay warnings.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Policy {
    /// In the order in which they were given: of two for one code the later holds.
    rules: Vec<(Treatment, Selection)>,
}

/// What is done to a warning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Treatment {
    /// It becomes an error.
    Deny,
    /// It is left out.
    Allow,
}

/// Which warnings a rule is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Selection {
    /// `warnings`
    All,
    /// `TW0501`
    One(Code),
}

impl FromStr for Selection {
    type Err = String;

    /// `warnings`, or the code of a warning: an error can be neither allowed nor made worse.
    fn from_str(text: &str) -> Result<Selection, String> {
        if text == "warnings" {
            return Ok(Selection::All);
        }
        let code: Code = text.parse()?;
        match code.entry().map(|entry| entry.level) {
            Some(Level::Warning) => Ok(Selection::One(code)),
            _ => Err(format!("{code} is always an error; only warnings can be allowed or denied")),
        }
    }
}

impl Policy {
    /// Adds a rule, which wins over those before it.
    pub fn add(&mut self, treatment: Treatment, selection: Selection) {
        self.rules.push((treatment, selection));
    }
    /// The diagnostics as the rules want them. Errors stay errors.
    pub fn apply(&self, found: Vec<Diagnostic>) -> Vec<Diagnostic> {
        found.into_iter().filter_map(|d| self.treat(d)).collect()
    }
    fn treat(&self, d: Diagnostic) -> Option<Diagnostic> {
        let meant =
            |(_, selection): &&(Treatment, Selection)| *selection == Selection::All || *selection == Selection::One(d.code);
        match self.rules.iter().rev().find(meant).filter(|_| !d.is_error()) {
            Some((Treatment::Allow, _)) => None,
            Some((Treatment::Deny, _)) => Some(Diagnostic { level: Level::Error, ..d }),
            None => Some(d),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Policy, Selection, Treatment};
    use crate::diagnostic::{Code, Diagnostic};
    use crate::source::Span;

    #[test]
    fn the_last_rule_holds_and_errors_stay() {
        let found = vec![
            Diagnostic::warning(Code::NEVER_READ, "", Span::NONE, ""),
            Diagnostic::warning(Code::MAYBE_UNWRITTEN, "", Span::NONE, ""),
            Diagnostic::error(Code::RACE, "", Span::NONE, ""),
        ];
        let mut policy = Policy::default();
        assert_eq!(policy.apply(found.clone()), found);
        policy.add(Treatment::Deny, Selection::All);
        assert!(policy.apply(found.clone()).iter().all(Diagnostic::is_error));
        policy.add(Treatment::Allow, Selection::One(Code::NEVER_READ));
        let left: Vec<(Code, bool)> = policy.apply(found).iter().map(|d| (d.code, d.is_error())).collect();
        assert_eq!(left, [(Code::MAYBE_UNWRITTEN, true), (Code::RACE, true)]);
    }

    #[test]
    fn only_warnings_are_selected() {
        assert_eq!("tw0501".parse(), Ok(Selection::One(Code::NEVER_READ)));
        assert_eq!("warnings".parse(), Ok(Selection::All));
        assert!("TW0505".parse::<Selection>().is_err_and(|e| e.contains("is always an error")));
        assert!("TW0".parse::<Selection>().is_err());
    }
}
