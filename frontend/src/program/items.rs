//! What loops over tuples run over: fields, numbers and tuples of them, known when compiling.

use super::ProgramLower;
use crate::constant::Constant;
use crate::scope::Local;
use crate::syntax::{Expr, ExprKind, Name};
use crate::words::Word;
use tradewind_ir::Counter;

/// How many numbers a range of constants may stand for.
const RANGE_LIMIT: u64 = 20_000;

/// A word of the language, and the arguments of a call by position and by name.
type WordCall<'e> = (Word, &'e [Expr], &'e [(Name, Expr)]);

impl ProgramLower<'_> {
    /// The items of a tuple, of an enumeration, or of `enumerate`, `reversed` and `zip` of such, in which ranges of constants
    /// may stand too.
    pub(super) fn items(&self, e: &Expr) -> Option<Vec<Local>> {
        if let Some((word, args, named)) = self.word_call(e) {
            return match (word, args, named) {
                (Word::Range, args, []) => self.constant_range(args),
                (Word::Reversed, [inner], []) => Some(self.items(inner)?.into_iter().rev().collect()),
                (Word::Zip, args, []) => {
                    let lists = args.iter().map(|arg| self.items(arg)).collect::<Option<Vec<_>>>()?;
                    let length = lists.iter().map(Vec::len).min().unwrap_or(0);
                    Some((0..length).map(|n| Local::Tuple(lists.iter().map(|list| list[n].clone()).collect())).collect())
                }
                (Word::Enumerate, [inner, ..], _) => {
                    let start = match enumerate_start(args, named)? {
                        Some(start) => self.whole(start)?,
                        None => 0,
                    };
                    let number = |n: usize| Local::Constant(Constant::Int(start.saturating_add(n as i64)));
                    let items = self.items(inner)?.into_iter().enumerate();
                    Some(items.map(|(n, item)| Local::Tuple(vec![number(n), item])).collect())
                }
                _ => None,
            };
        }
        self.names.tuple(e)
    }

    /// A call of a word of the language: the word and its arguments.
    pub(super) fn word_call<'e>(&self, e: &'e Expr) -> Option<WordCall<'e>> {
        let ExprKind::Call(f, args, named) = &e.kind else { return None };
        Some((self.names.word(f)?, args, named))
    }

    fn constant_range(&self, args: &[Expr]) -> Option<Vec<Local>> {
        let numbers = args.iter().map(|arg| self.whole(arg)).collect::<Option<Vec<_>>>()?;
        let rounds = match numbers[..] {
            [to] => Counter::rounds_of(0, to, 1),
            [from, to] => Counter::rounds_of(from, to, 1),
            [from, to, step] => Counter::rounds_of(from, to, step),
            _ => None,
        };
        let rounds = rounds.filter(|rounds| rounds.count() <= RANGE_LIMIT)?;
        Some(rounds.positions().map(|n| Local::Constant(Constant::Int(n))).collect())
    }

    fn whole(&self, e: &Expr) -> Option<i64> {
        if let Ok(Constant::Int(n)) = self.names.constant(e) { Some(n) } else { None }
    }
}

/// The second argument of `enumerate`, by position or as `start=`, if there is one; nothing if the arguments are no such.
pub fn enumerate_start<'e>(args: &'e [Expr], named: &'e [(Name, Expr)]) -> Option<Option<&'e Expr>> {
    match (args, named) {
        ([_], []) => Some(None),
        ([_, start], []) => Some(Some(start)),
        ([_], [(name, start)]) if name.text == "start" => Some(Some(start)),
        _ => None,
    }
}
