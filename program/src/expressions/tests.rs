//! Rules on values: each does what its mode promises, and leads from its left side to its right side.

use super::interval::{self, Interval};
use super::known::Types;
use super::rules::{RULES, Rule, When};
use super::term::Term;
use egg::{EGraph, ENodeOrVar, Id, Language, Pattern, Runner, Var};
use std::collections::{BTreeSet, HashMap};
use tradewind_ir::{BinaryOp, DType, Native, Numerics, UnaryOp, Value, eval};

/// Values on which exactness shows.
fn samples(dtype: DType) -> Vec<Value> {
    let floats = [0.0, -0.0, 1.0, -1.0, 2.0, 0.1, -3.0, 1e308, 5e-324, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    match dtype {
        DType::Bool => vec![Value::Bool(false), Value::Bool(true)],
        DType::F32 => floats.into_iter().chain([3e38, 1e-45]).map(|v| Value::F32(v as f32)).collect(),
        DType::F64 => floats.into_iter().map(Value::F64).collect(),
        _ => {
            [0, 1, -1, 2, 7, i64::from(i32::MIN), i64::from(i32::MAX)].into_iter().map(|v| Value::I64(v).cast(dtype)).collect()
        }
    }
}

fn pattern(text: &str) -> Pattern<Term> {
    text.parse().unwrap()
}

/// The variables of a rule, each with its type when the numbers are of type `number`.
fn variables(rule: &Rule, number: DType) -> Vec<(Var, DType)> {
    let logical = ["&&", "||", "not (not"].iter().any(|op| rule.from.contains(op));
    let vars: BTreeSet<Var> = pattern(rule.from).vars().into_iter().collect();
    let typed = |var: Var| {
        let name = var.to_string();
        let own = rule.when.iter().find_map(|w| match w {
            When::IsTrue(v) | When::IsFalse(v) if *v == name => Some(DType::Bool),
            When::Type(v, dtype) if *v == name => Some(*dtype),
            _ => None,
        });
        let condition = logical || name == "?c" && rule.from.starts_with("(select");
        own.unwrap_or(if condition { DType::Bool } else { number })
    };
    vars.into_iter().map(|var| (var, typed(var))).collect()
}

/// A pattern with terms in place of its variables.
fn instance(egraph: &mut EGraph<Term, Types>, text: &str, vars: &HashMap<Var, Id>) -> Id {
    let ast = pattern(text).ast;
    let mut ids: Vec<Id> = Vec::new();
    for node in ast.as_ref() {
        let id = match node {
            ENodeOrVar::Var(var) => vars[var],
            ENodeOrVar::ENode(term) => {
                let mut term = term.clone();
                term.children_mut().iter_mut().for_each(|c| *c = ids[usize::from(*c)]);
                egraph.add(term)
            }
        };
        ids.push(id);
    }
    egraph.rebuild();
    *ids.last().unwrap()
}

fn applies(rule: &Rule, egraph: &EGraph<Term, Types>, vars: &HashMap<Var, Id>) -> bool {
    let mut subst = egg::Subst::with_capacity(vars.len());
    for (var, id) in vars {
        subst.insert(*var, *id);
    }
    rule.when.iter().all(|w| w.holds(egraph, &subst))
}

/// All ways to give each variable one of its values.
fn assignments(vars: &[(Var, DType)]) -> Vec<HashMap<Var, Value>> {
    vars.iter().fold(vec![HashMap::new()], |all, (var, dtype)| {
        let with = |a: &HashMap<Var, Value>, v| a.iter().map(|(k, v)| (*k, *v)).chain([(*var, v)]).collect();
        all.iter().flat_map(|a| samples(*dtype).into_iter().map(move |v| with(a, v))).collect()
    })
}

#[test]
fn strict_rules_are_exact() {
    for rule in RULES.iter().filter(|rule| rule.numerics == Numerics::Strict) {
        let mut tried = 0;
        for number in [DType::F64, DType::F32, DType::I32] {
            for values in assignments(&variables(rule, number)) {
                let mut egraph = EGraph::new(Types::default());
                let ids = values.iter().map(|(var, v)| (*var, egraph.add(Term::constant(*v)))).collect();
                if applies(rule, &egraph, &ids) {
                    let sides = [rule.from, rule.to].map(|side| instance(&mut egraph, side, &ids));
                    let [from, to] = sides.map(|id| egraph[id].data.constant.unwrap());
                    assert_eq!(from, to, "{}: {values:?}", rule.name);
                    tried += 1;
                }
            }
        }
        assert!(tried > 0, "{} was never tried", rule.name);
    }
}

/// Whether a rule may be about numbers of a type: no condition names another one.
fn is_of(rule: &Rule, number: DType) -> bool {
    !rule.when.iter().any(|w| matches!(w, When::Type(_, dtype) if *dtype != number))
}

/// A number from a sequence that looks random, of either sign, between a half and two in size.
fn random(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
    let unit = (*state >> 11) as f64 / (1u64 << 53) as f64;
    (0.5 + 1.5 * unit) * if *state & 1024 == 0 { 1.0 } else { -1.0 }
}

/// The size of a pattern's value if nothing cancelled: sums of sizes in place of sums and differences.
fn size(text: &str, vars: &HashMap<Var, Value>) -> f64 {
    let ast = pattern(text).ast;
    let mut sizes: Vec<f64> = Vec::new();
    for node in ast.as_ref() {
        let of = |id: &Id| sizes[usize::from(*id)];
        let size = match node {
            ENodeOrVar::Var(var) => vars[var].as_f64().abs(),
            ENodeOrVar::ENode(Term::Const(dtype, bits)) => Value::from_bits(*dtype, *bits).as_f64().abs(),
            ENodeOrVar::ENode(Term::Unary(UnaryOp::Neg, [a])) => of(a),
            ENodeOrVar::ENode(Term::Binary(BinaryOp::Add | BinaryOp::Sub, [a, b])) => of(a) + of(b),
            ENodeOrVar::ENode(Term::Binary(BinaryOp::Mul, [a, b])) => of(a) * of(b),
            ENodeOrVar::ENode(Term::Binary(BinaryOp::Div, [a, b])) => of(a) / of(b),
            ENodeOrVar::ENode(Term::Call3(Native::Fma, [a, b, c])) => of(a) * of(b) + of(c),
            other => panic!("{other:?} in a rule that is not strict"),
        };
        sizes.push(size);
    }
    sizes[sizes.len() - 1]
}

/// Each operation of either side adds half a unit in the last place of the size to the error, and no more.
#[test]
fn other_rules_are_as_close_as_their_operations_allow() {
    let mut state = 1;
    for rule in RULES.iter().filter(|rule| rule.numerics != Numerics::Strict) {
        let (mut tried, mut rounded) = (0, 0);
        for (number, unit) in [(DType::F64, f64::EPSILON / 2.0), (DType::F32, f64::from(f32::EPSILON) / 2.0)] {
            let rounds = if is_of(rule, number) { 500 } else { 0 };
            for _ in 0..rounds {
                let fixed = |var: &Var| {
                    rule.when.iter().find_map(|w| match w {
                        When::Is(v, value) if *v == var.to_string() => Some(*value),
                        _ => None,
                    })
                };
                let vars = variables(rule, number).into_iter();
                let values: HashMap<Var, Value> = vars
                    .map(|(var, _)| (var, Value::F64(fixed(&var).unwrap_or_else(|| random(&mut state))).cast(number)))
                    .collect();
                let mut egraph = EGraph::new(Types::default());
                let ids = values.iter().map(|(var, v)| (*var, egraph.add(Term::constant(*v)))).collect();
                if !applies(rule, &egraph, &ids) {
                    continue;
                }
                let sides = [rule.from, rule.to].map(|side| instance(&mut egraph, side, &ids));
                let [from, to] = sides.map(|id| egraph[id].data.constant.unwrap().as_f64());
                let operations = [rule.from, rule.to].map(|side| side.matches('(').count()).iter().sum::<usize>() as f64;
                let bound = operations * unit * size(rule.from, &values);
                assert!((from - to).abs() <= bound, "{}: {from} and {to} differ by more than {bound}: {values:?}", rule.name);
                tried += 1;
                rounded += usize::from(from != to);
            }
        }
        assert!(tried >= 500, "{} was tried {tried} times", rule.name);
        let exact = ["neg-of-sub", "add-zero", "zero-sub"].contains(&rule.name);
        assert!(exact == (rounded == 0), "{} gave other bits {rounded} times: is its mode right?", rule.name);
    }
}

#[test]
fn other_rules_are_for_floats_and_keep_all_operands() {
    for rule in RULES.iter().filter(|rule| rule.numerics != Numerics::Strict) {
        let [from, to] = [rule.from, rule.to].map(|side| pattern(side).vars().into_iter().collect::<BTreeSet<Var>>());
        let is_number = |var: &Var| rule.when.iter().any(|w| matches!(w, When::Is(v, _) if *v == var.to_string()));
        let lost: Vec<&Var> = from.difference(&to).filter(|var| !is_number(var)).collect();
        assert!(lost.is_empty(), "{} loses {lost:?}, and with it a NaN", rule.name);
        let whole = assignments(&variables(rule, DType::I32)).into_iter().take(500);
        for values in whole.filter(|_| is_of(rule, DType::I32)) {
            let mut egraph = EGraph::new(Types::default());
            let ids = values.iter().map(|(var, v)| (*var, egraph.add(Term::constant(*v)))).collect();
            assert!(!applies(rule, &egraph, &ids), "{} applies to integers", rule.name);
        }
    }
}

#[test]
fn every_rule_leads_from_its_start_to_its_goal() {
    for rule in RULES {
        let reached = [DType::F64, DType::F32, DType::I32].into_iter().any(|number| {
            let vars = variables(rule, number);
            let leaves = vars.iter().map(|(_, dtype)| *dtype).collect();
            let mut egraph = EGraph::new(Types { leaves });
            let constants = |egraph: &mut EGraph<Term, Types>| -> Option<HashMap<Var, Id>> {
                assignments(&vars).into_iter().find_map(|values| {
                    let term = |egraph: &mut EGraph<Term, Types>, n: usize, var: &Var| {
                        let fixed = rule.when.iter().any(|w| {
                            let named = match w {
                                When::Is(v, _) | When::IsTrue(v) | When::IsFalse(v) | When::PowerOfTwo(v) => vec![*v],
                                When::HasReciprocal(v) | When::Constant(v) | When::Positive(v) => vec![*v],
                                When::Finite(v) | When::Number(v) => vec![*v],
                                When::AtMost(a, b) | When::Below(a, b) => vec![*a, *b],
                                When::Float(_) | When::Int(_) | When::Type(..) => vec![],
                            };
                            named.contains(&var.to_string().as_str())
                        });
                        egraph.add(if fixed { Term::constant(values[var]) } else { Term::Leaf(n as u32) })
                    };
                    let ids = vars.iter().enumerate().map(|(n, (var, _))| (*var, term(egraph, n, var))).collect();
                    applies(rule, egraph, &ids).then_some(ids)
                })
            };
            let Some(ids) = constants(&mut egraph) else { return false };
            let from = instance(&mut egraph, rule.from, &ids);
            let runner =
                Runner::<Term, Types, ()>::new(Types::default()).with_egraph(egraph).with_iter_limit(2).run(&[rule.compile()]);
            let mut egraph = runner.egraph;
            let to = instance(&mut egraph, rule.to, &ids);
            egraph.find(from) == egraph.find(to)
        });
        assert!(reached, "{}", rule.name);
    }
}

/// Values in an interval with these ends, both zeros among them if zero is.
fn values_in(lo: f64, hi: f64) -> Vec<f64> {
    let inside = [lo, hi, 0.5 * lo + 0.5 * hi, 0.0, -0.0, 1.0, -1.0, f64::INFINITY, f64::NEG_INFINITY];
    inside.into_iter().filter(|x| *x >= lo && *x <= hi).collect()
}

#[test]
fn intervals_hold_every_value() {
    let ends = [f64::NEG_INFINITY, -1e308, -2.0, -0.0, 0.0, 1e-300, 0.5, 3.0, 1e308, f64::INFINITY];
    let mut intervals = Vec::new();
    for (n, lo) in ends.iter().enumerate() {
        for hi in &ends[n..] {
            for nan in [false, true] {
                intervals.push(Interval {
                    lo: *lo,
                    hi: *hi,
                    nan,
                    minus_zero: *lo < 0.0 || lo.to_bits() == (-0.0f64).to_bits(),
                });
            }
        }
    }
    let values = |i: &Interval| {
        let all = values_in(i.lo, i.hi).into_iter().filter(|x| i.minus_zero || x.to_bits() != (-0.0f64).to_bits());
        all.chain(i.nan.then_some(f64::NAN)).map(Value::F64).collect::<Vec<_>>()
    };
    let [a, b] = [Id::from(0), Id::from(1)];
    let mut terms: Vec<Term> =
        [BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div].map(|op| Term::Binary(op, [a, b])).into();
    terms.extend([Native::Min, Native::Max].map(|native| Term::Call2(native, [a, b])));
    terms.extend([Native::Abs, Native::Sqrt, Native::Exp, Native::Floor].map(|native| Term::Call1(native, [a])));
    terms.extend([Term::Unary(UnaryOp::Neg, [a]), Term::Binary(BinaryOp::Mul, [a, a])]);
    for term in &terms {
        for left in &intervals {
            for right in intervals.iter().filter(|right| term.children().contains(&b) || *right == left) {
                let known = interval::of(term, DType::F64, &|id| if id == a { *left } else { *right });
                for (x, y) in values(left).into_iter().flat_map(|x| values(right).into_iter().map(move |y| (x, y))) {
                    let result = match term {
                        Term::Binary(op, [_, second]) => eval::binary(*op, x, if *second == a { x } else { y }),
                        Term::Unary(op, _) => eval::unary(*op, x),
                        Term::Call1(native, _) => eval::call(*native, &[x]),
                        Term::Call2(native, _) => eval::call(*native, &[x, y]),
                        _ => unreachable!(),
                    };
                    let result = result.as_f64();
                    let minus = result.to_bits() == (-0.0f64).to_bits();
                    let inside = result >= known.lo && result <= known.hi && (!minus || known.minus_zero);
                    let holds = if result.is_nan() { known.nan } else { inside };
                    assert!(holds, "{term:?} of {x:?} in {left:?} and {y:?} in {right:?} is {result:?}, not in {known:?}");
                }
            }
        }
    }
}
