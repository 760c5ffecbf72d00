//! The rules, one per line: left side => right side. No rule alone makes code worse. Each rule states its numerics mode.
//!
//! Facts about floats: `x + 0` is not `x` (it turns -0 into 0), `x - 0` and `x + -0` are. `0 - x` is not `-x`, `-0 - x` is.
//! `-(x - y)` is not `y - x` (x = y), `x * 0` is not 0 and `x - x` is not 0 (infinities, NaN). All NaNs are one value. Addition
//! and multiplication commute. Division by a power of two is multiplication by its reciprocal, which is exact. `not (x < y)` is
//! not `x >= y` (NaN).
//!
//! Rules that are not strict are for floats only. They keep all operands, so that a NaN among these stays one, and hold over the
//! real numbers; each changes a result by a few roundings of its intermediate results.

use super::interval::Interval;
use super::known::Types;
use super::term::Term;
use egg::{ConditionalApplier, EGraph, Id, Pattern, Rewrite, Subst, Var};
use std::sync::OnceLock;
use tradewind_ir::{DType, Numerics, Value};

/// A rule of rewriting.
pub struct Rule {
    pub name: &'static str,
    pub numerics: Numerics,
    pub from: &'static str,
    pub to: &'static str,
    pub(super) when: &'static [When],
}

/// What must hold for a rule to apply.
#[derive(Clone, Copy)]
pub(super) enum When {
    /// The operand is this number, of whatever type; zeros of floats with their sign.
    Is(&'static str, f64),
    IsTrue(&'static str),
    IsFalse(&'static str),
    Float(&'static str),
    Int(&'static str),
    Type(&'static str, DType),
    /// A float whose reciprocal is exact.
    PowerOfTwo(&'static str),
    /// A float that, as its reciprocal, is a normal number.
    HasReciprocal(&'static str),
    /// Any constant.
    Constant(&'static str),
    /// Never with its sign bit set.
    Positive(&'static str),
    /// Neither infinite nor NaN.
    Finite(&'static str),
    /// Never NaN.
    Number(&'static str),
    /// Of two floats, the first is never above the second.
    AtMost(&'static str, &'static str),
    /// Of two floats, the first is always below the second, NaN aside.
    Below(&'static str, &'static str),
}

use DType::{Bool, F32, F64, I32};
use Numerics::{Contract, Relaxed, Strict};
use When::{
    AtMost, Below, Constant, Finite, Float, HasReciprocal, Int, Is, IsFalse, IsTrue, Number, Positive, PowerOfTwo, Type,
};

const fn rule(name: &'static str, numerics: Numerics, from: &'static str, to: &'static str, when: &'static [When]) -> Rule {
    Rule { name, numerics, from, to, when }
}

/// All rules.
#[rustfmt::skip]
pub static RULES: &[Rule] = &[
    rule("commute-add",     Strict, "(+ ?x ?y)",                    "(+ ?y ?x)",                &[]),
    rule("commute-mul",     Strict, "(* ?x ?y)",                    "(* ?y ?x)",                &[]),
    rule("commute-and",     Strict, "(&& ?x ?y)",                   "(&& ?y ?x)",               &[]),
    rule("commute-or",      Strict, "(|| ?x ?y)",                   "(|| ?y ?x)",               &[]),
    rule("commute-eq",      Strict, "(== ?x ?y)",                   "(== ?y ?x)",               &[]),
    rule("commute-ne",      Strict, "(!= ?x ?y)",                   "(!= ?y ?x)",               &[]),
    rule("turn-gt",         Strict, "(> ?x ?y)",                    "(< ?y ?x)",                &[]),
    rule("turn-ge",         Strict, "(>= ?x ?y)",                   "(<= ?y ?x)",               &[]),

    rule("mul-one",         Strict, "(* ?x ?c)",                    "?x",                       &[Is("?c", 1.0)]),
    rule("div-one",         Strict, "(/ ?x ?c)",                    "?x",                       &[Is("?c", 1.0)]),
    rule("mul-minus-one",   Strict, "(* ?x ?c)",                    "(neg ?x)",                 &[Is("?c", -1.0)]),
    rule("div-minus-one",   Strict, "(/ ?x ?c)",                    "(neg ?x)",                 &[Is("?c", -1.0), Float("?x")]),
    rule("mul-two",         Strict, "(* ?x ?c)",                    "(+ ?x ?x)",                &[Is("?c", 2.0)]),
    rule("div-power-of-2",  Strict, "(/ ?x ?c)",                    "(* ?x (/ (/ ?c ?c) ?c))",  &[PowerOfTwo("?c")]),
    rule("sub-zero",        Strict, "(- ?x ?c)",                    "?x",                       &[Is("?c", 0.0)]),
    rule("add-minus-zero",  Strict, "(+ ?x ?c)",                    "?x",                       &[Is("?c", -0.0)]),
    rule("minus-zero-sub",  Strict, "(- ?c ?x)",                    "(neg ?x)",                 &[Is("?c", -0.0)]),
    rule("mul-zero",        Strict, "(* ?x ?c)",                    "?c",                       &[Is("?c", 0.0), Int("?x")]),
    rule("neg-neg",         Strict, "(neg (neg ?x))",               "?x",                       &[]),
    rule("add-neg",         Strict, "(+ ?x (neg ?y))",              "(- ?x ?y)",                &[]),
    rule("sub-neg",         Strict, "(- ?x (neg ?y))",              "(+ ?x ?y)",                &[]),
    rule("mul-neg-neg",     Strict, "(* (neg ?x) (neg ?y))",        "(* ?x ?y)",                &[]),
    rule("div-neg-neg",     Strict, "(/ (neg ?x) (neg ?y))",        "(/ ?x ?y)",                &[Float("?x")]),
    rule("abs-neg",         Strict, "(abs (neg ?x))",               "(abs ?x)",                 &[]),
    rule("abs-abs",         Strict, "(abs (abs ?x))",               "(abs ?x)",                 &[]),
    rule("fma-commute",     Strict, "(fma ?x ?y ?z)",               "(fma ?y ?x ?z)",           &[Float("?x")]),
    rule("fma-neg-neg",     Strict, "(fma (neg ?x) (neg ?y) ?z)",   "(fma ?x ?y ?z)",           &[Float("?x")]),
    rule("fma-one",         Strict, "(fma ?x ?c ?z)",               "(+ ?x ?z)",                &[Is("?c", 1.0), Float("?x")]),
    rule("fma-minus-one",   Strict, "(fma ?x ?c ?z)",               "(- ?z ?x)",                &[Is("?c", -1.0), Float("?x")]),
    rule("fma-minus-zero",  Strict, "(fma ?x ?y ?c)",               "(* ?x ?y)",                &[Is("?c", -0.0), Float("?x")]),
    rule("min-self",        Strict, "(min ?x ?x)",                  "?x",                       &[]),
    rule("max-self",        Strict, "(max ?x ?x)",                  "?x",                       &[]),
    rule("floor-floor",     Strict, "(floor (floor ?x))",           "(floor ?x)",               &[]),
    rule("ceil-ceil",       Strict, "(ceil (ceil ?x))",             "(ceil ?x)",                &[]),
    rule("trunc-trunc",     Strict, "(trunc (trunc ?x))",           "(trunc ?x)",               &[]),

    rule("not-not",         Strict, "(not (not ?x))",               "?x",                       &[]),
    rule("and-self",        Strict, "(&& ?x ?x)",                   "?x",                       &[]),
    rule("or-self",         Strict, "(|| ?x ?x)",                   "?x",                       &[]),
    rule("and-true",        Strict, "(&& ?x ?c)",                   "?x",                       &[IsTrue("?c")]),
    rule("and-false",       Strict, "(&& ?x ?c)",                   "?c",                       &[IsFalse("?c")]),
    rule("or-false",        Strict, "(|| ?x ?c)",                   "?x",                       &[IsFalse("?c")]),
    rule("or-true",         Strict, "(|| ?x ?c)",                   "?c",                       &[IsTrue("?c")]),
    rule("and-not-self",    Strict, "(&& ?x (not ?x))",             "false",                    &[]),
    rule("or-not-self",     Strict, "(|| ?x (not ?x))",             "true",                     &[]),
    rule("and-or",          Strict, "(&& ?x (|| ?x ?y))",           "?x",                       &[]),
    rule("or-and",          Strict, "(|| ?x (&& ?x ?y))",           "?x",                       &[]),
    rule("not-eq",          Strict, "(not (== ?x ?y))",             "(!= ?x ?y)",               &[]),
    rule("not-ne",          Strict, "(not (!= ?x ?y))",             "(== ?x ?y)",               &[]),
    rule("not-lt-int",      Strict, "(not (< ?x ?y))",              "(<= ?y ?x)",               &[Int("?x")]),
    rule("not-le-int",      Strict, "(not (<= ?x ?y))",             "(< ?y ?x)",                &[Int("?x")]),

    rule("select-same",     Strict, "(select ?c ?x ?x)",            "?x",                       &[]),
    rule("select-true",     Strict, "(select ?c ?x ?y)",            "?x",                       &[IsTrue("?c")]),
    rule("select-false",    Strict, "(select ?c ?x ?y)",            "?y",                       &[IsFalse("?c")]),
    rule("select-not",      Strict, "(select (not ?c) ?x ?y)",      "(select ?c ?y ?x)",        &[]),
    rule("select-then",     Strict, "(select ?c (select ?c ?x ?y) ?z)", "(select ?c ?x ?z)",    &[]),
    rule("select-else",     Strict, "(select ?c ?x (select ?c ?y ?z))", "(select ?c ?x ?z)",    &[]),
    rule("select-neg",      Strict, "(select ?c (neg ?x) (neg ?y))", "(neg (select ?c ?x ?y))", &[]),
    rule("select-is",       Strict, "(select ?c ?t ?f)",            "?c",                       &[IsTrue("?t"), IsFalse("?f")]),
    rule("select-is-not",   Strict, "(select ?c ?f ?t)",            "(not ?c)",                 &[IsTrue("?t"), IsFalse("?f")]),
    rule("select-min",      Strict, "(select (< ?x ?y) ?x ?y)",     "(min ?y ?x)",              &[]),
    rule("select-max",      Strict, "(select (< ?y ?x) ?x ?y)",     "(max ?y ?x)",              &[]),

    rule("f32-of-f64",      Strict, "(f32 (f64 ?x))",               "?x",                       &[Type("?x", F32)]),
    rule("i32-of-i64",      Strict, "(i32 (i64 ?x))",               "?x",                       &[Type("?x", I32)]),
    rule("i32-of-f64",      Strict, "(i32 (f64 ?x))",               "?x",                       &[Type("?x", I32)]),
    rule("f64-of-i64",      Strict, "(f64 (i64 ?x))",               "(f64 ?x)",                 &[Type("?x", I32)]),
    rule("bool-of-i32",     Strict, "(bool (i32 ?x))",              "?x",                       &[Type("?x", Bool)]),
    rule("bool-of-f64",     Strict, "(bool (f64 ?x))",              "?x",                       &[Type("?x", Bool)]),

    rule("abs-positive",    Strict, "(abs ?x)",                     "?x",                       &[Positive("?x")]),
    rule("max-below",       Strict, "(max ?x ?y)",                  "?x",                       &[AtMost("?y", "?x")]),
    rule("max-above",       Strict, "(max ?x ?y)",                  "?y",                       &[Below("?x", "?y"), Number("?x"), Number("?y")]),
    rule("min-above",       Strict, "(min ?x ?y)",                  "?x",                       &[AtMost("?x", "?y")]),
    rule("min-below",       Strict, "(min ?x ?y)",                  "?y",                       &[Below("?y", "?x"), Number("?x"), Number("?y")]),
    rule("lt-never",        Strict, "(< ?x ?y)",                    "false",                    &[AtMost("?y", "?x")]),
    rule("lt-always",       Strict, "(< ?x ?y)",                    "true",                     &[Below("?x", "?y"), Number("?x"), Number("?y")]),
    rule("le-never",        Strict, "(<= ?x ?y)",                   "false",                    &[Below("?y", "?x")]),
    rule("le-always",       Strict, "(<= ?x ?y)",                   "true",                     &[AtMost("?x", "?y"), Number("?x"), Number("?y")]),
    rule("mul-zero-finite", Strict, "(* ?x ?c)",                    "?c",                       &[Is("?c", 0.0), Positive("?x"), Finite("?x")]),
    rule("nan-never",       Strict, "(isnan ?x)",                   "false",                    &[Number("?x")]),
    rule("finite-always",   Strict, "(isfinite ?x)",                "true",                     &[Finite("?x")]),

    rule("fuse-add",        Contract, "(+ (* ?x ?y) ?z)",           "(fma ?x ?y ?z)",           &[Float("?x")]),
    rule("fuse-sub",        Contract, "(- (* ?x ?y) ?z)",           "(fma ?x ?y (neg ?z))",     &[Float("?x")]),
    rule("fuse-from",       Contract, "(- ?z (* ?x ?y))",           "(fma (neg ?x) ?y ?z)",     &[Float("?x")]),
    rule("fuse-neg-sub",    Contract, "(- (neg (* ?x ?y)) ?z)",     "(fma (neg ?x) ?y (neg ?z))", &[Float("?x")]),

    rule("add-add",         Relaxed, "(+ (+ ?x ?y) ?z)",            "(+ ?x (+ ?y ?z))",         &[Float("?x")]),
    rule("add-sub",         Relaxed, "(+ ?x (- ?y ?z))",            "(- (+ ?x ?y) ?z)",         &[Float("?x")]),
    rule("sub-out",         Relaxed, "(- (+ ?x ?y) ?z)",            "(+ ?x (- ?y ?z))",         &[Float("?x")]),
    rule("sub-sub",         Relaxed, "(- (- ?x ?y) ?z)",            "(- ?x (+ ?y ?z))",         &[Float("?x")]),
    rule("sub-of-add",      Relaxed, "(- ?x (+ ?y ?z))",            "(- (- ?x ?y) ?z)",         &[Float("?x")]),
    rule("sub-of-sub",      Relaxed, "(- ?x (- ?y ?z))",            "(- (+ ?x ?z) ?y)",         &[Float("?x")]),
    rule("neg-of-sub",      Relaxed, "(neg (- ?x ?y))",             "(- ?y ?x)",                &[Float("?x")]),
    rule("add-zero",        Relaxed, "(+ ?x ?c)",                   "?x",                       &[Is("?c", 0.0), Float("?x")]),
    rule("zero-sub",        Relaxed, "(- ?c ?x)",                   "(neg ?x)",                 &[Is("?c", 0.0), Float("?x")]),

    rule("mul-mul",         Relaxed, "(* (* ?x ?y) ?z)",            "(* ?x (* ?y ?z))",         &[Float("?x")]),
    rule("mul-div",         Relaxed, "(* ?x (/ ?y ?z))",            "(/ (* ?x ?y) ?z)",         &[Float("?x")]),
    rule("div-out",         Relaxed, "(/ (* ?x ?y) ?z)",            "(* ?x (/ ?y ?z))",         &[Float("?x")]),
    rule("div-div",         Relaxed, "(/ (/ ?x ?y) ?z)",            "(/ ?x (* ?y ?z))",         &[Float("?x")]),
    rule("div-of-div",      Relaxed, "(/ ?x (/ ?y ?z))",            "(/ (* ?x ?z) ?y)",         &[Float("?x")]),

    rule("factor-add",      Relaxed, "(+ (* ?x ?y) (* ?x ?z))",     "(* ?x (+ ?y ?z))",         &[Float("?x")]),
    rule("factor-sub",      Relaxed, "(- (* ?x ?y) (* ?x ?z))",     "(* ?x (- ?y ?z))",         &[Float("?x")]),
    rule("horner",          Relaxed, "(+ (* (* ?x ?x) ?y) (* ?x ?z))", "(* ?x (+ (* ?x ?y) ?z))", &[Float("?x")]),
    rule("one-plus",        Relaxed, "(* ?x (+ ?y ?c))",            "(+ (* ?x ?y) ?x)",         &[Is("?c", 1.0), Float("?x")]),
    rule("one-minus",       Relaxed, "(* ?x (- ?c ?y))",            "(- ?x (* ?x ?y))",         &[Is("?c", 1.0), Float("?x")]),
    rule("minus-one",       Relaxed, "(* ?x (- ?y ?c))",            "(- (* ?x ?y) ?x)",         &[Is("?c", 1.0), Float("?x")]),
    rule("distribute",      Relaxed, "(* ?c (+ ?x ?d))",            "(+ (* ?c ?x) (* ?c ?d))",  &[Constant("?c"), Constant("?d"), Float("?x")]),
    rule("distribute-add",  Relaxed, "(* ?x (+ ?y ?z))",            "(+ (* ?x ?y) (* ?x ?z))",  &[Float("?x")]),
    rule("distribute-sub",  Relaxed, "(* ?x (- ?y ?z))",            "(- (* ?x ?y) (* ?x ?z))",  &[Float("?x")]),

    rule("by-reciprocal",   Relaxed, "(/ ?x ?c)",                   "(* ?x (/ (/ ?c ?c) ?c))",  &[HasReciprocal("?c")]),
    rule("reciprocal",      Relaxed, "(/ ?x ?y)",                   "(* ?x (/ 1.0f64 ?y))",     &[Type("?x", F64)]),
    rule("reciprocal-f32",  Relaxed, "(/ ?x ?y)",                   "(* ?x (/ 1.0f32 ?y))",     &[Type("?x", F32)]),
    rule("same-below-add",  Relaxed, "(+ (/ ?x ?z) (/ ?y ?z))",     "(/ (+ ?x ?y) ?z)",         &[Float("?x")]),
    rule("same-below-sub",  Relaxed, "(- (/ ?x ?z) (/ ?y ?z))",     "(/ (- ?x ?y) ?z)",         &[Float("?x")]),
    rule("common-add",      Relaxed, "(+ (/ ?x ?y) (/ ?z ?w))",     "(/ (+ (* ?x ?w) (* ?z ?y)) (* ?y ?w))", &[Float("?x")]),
    rule("common-sub",      Relaxed, "(- (/ ?x ?y) (/ ?z ?w))",     "(/ (- (* ?x ?w) (* ?z ?y)) (* ?y ?w))", &[Float("?x")]),
    rule("common-whole",    Relaxed, "(+ ?x (/ ?y ?z))",            "(/ (+ (* ?x ?z) ?y) ?z)",  &[Float("?x")]),
    rule("common-from",     Relaxed, "(- ?x (/ ?y ?z))",            "(/ (- (* ?x ?z) ?y) ?z)",  &[Float("?x")]),
    rule("common-less",     Relaxed, "(- (/ ?y ?z) ?x)",            "(/ (- ?y (* ?x ?z)) ?z)",  &[Float("?x")]),
];

/// The rules that a mode allows, compiled. What intervals say holds to the bit only while terms of one class give the same bits:
/// such rules are for the strict mode alone, or the guard in `sqrt(max(x, 0.0))` could go where another form of `x` is below zero.
pub fn allowed(mode: Numerics) -> &'static [Rewrite<Term, Types>] {
    static COMPILED: [OnceLock<Vec<Rewrite<Term, Types>>>; 3] = [const { OnceLock::new() }; 3];
    COMPILED[mode as usize].get_or_init(|| RULES.iter().filter(|r| r.is_for(mode)).map(Rule::compile).collect())
}

impl Rule {
    fn is_for(&self, mode: Numerics) -> bool {
        self.numerics <= mode && (mode == Strict || !self.when.iter().any(|w| w.is_about_intervals()))
    }
    pub(super) fn compile(&self) -> Rewrite<Term, Types> {
        let side = |text: &str| text.parse::<Pattern<Term>>().unwrap_or_else(|e| unreachable!("rule {}: {e}", self.name));
        let when = self.when;
        let condition =
            move |egraph: &mut EGraph<Term, Types>, _: Id, subst: &Subst| when.iter().all(|w| w.holds(egraph, subst));
        let applier = ConditionalApplier { condition, applier: side(self.to) };
        Rewrite::new(self.name, side(self.from), applier).unwrap_or_else(|e| unreachable!("rule {}: {e}", self.name))
    }
}

impl When {
    fn is_about_intervals(self) -> bool {
        matches!(self, Positive(_) | Finite(_) | Number(_) | AtMost(..) | Below(..))
    }
    pub(super) fn holds(self, egraph: &EGraph<Term, Types>, subst: &Subst) -> bool {
        let known = |var: &str| var.parse::<Var>().ok().and_then(|v| subst.get(v)).map(|id| &egraph[*id].data);
        let constant = |var| known(var).and_then(|k| k.constant);
        let interval = |var| known(var).map_or(Interval::ANY, |k| k.interval);
        let is_type = |var, fits: &dyn Fn(DType) -> bool| known(var).is_some_and(|k| fits(k.dtype));
        match self {
            Is(var, number) => constant(var).is_some_and(|c| match c.dtype() {
                DType::Bool => false,
                d if d.is_float() => c == Value::F64(number).cast(d),
                _ => c.as_f64() == number,
            }),
            IsTrue(var) => constant(var) == Some(Value::Bool(true)),
            IsFalse(var) => constant(var) == Some(Value::Bool(false)),
            Float(var) => is_type(var, &DType::is_float),
            Int(var) => is_type(var, &DType::is_int),
            Type(var, dtype) => is_type(var, &|d| d == dtype),
            PowerOfTwo(var) => constant(var).is_some_and(is_power_of_two),
            HasReciprocal(var) => constant(var).is_some_and(has_reciprocal),
            Constant(var) => constant(var).is_some(),
            Positive(var) => interval(var).is_positive() && is_type(var, &DType::is_float),
            Finite(var) => interval(var).is_finite(),
            Number(var) => !interval(var).nan,
            AtMost(a, b) => interval(a).hi <= interval(b).lo,
            Below(a, b) => interval(a).hi < interval(b).lo,
        }
    }
}

/// Whether the float is a power of two, of either sign, whose reciprocal is a normal number.
fn is_power_of_two(value: Value) -> bool {
    match value {
        Value::F64(v) => v.is_normal() && v.to_bits() << 12 == 0 && (1.0 / v).is_normal(),
        Value::F32(v) => v.is_normal() && v.to_bits() << 9 == 0 && (1.0 / v).is_normal(),
        _ => false,
    }
}

/// Whether the float and its reciprocal are normal numbers.
fn has_reciprocal(value: Value) -> bool {
    match value {
        Value::F64(v) => v.is_normal() && (1.0 / v).is_normal(),
        Value::F32(v) => v.is_normal() && (1.0 / v).is_normal(),
        _ => false,
    }
}
