//! Rules, cost and extraction on small tasklets.

use super::rules::{RULES, Rule, When};
use super::term::{Term, Types};
use crate::graph::{Control, Node};
use crate::text::{parse, print_code};
use egg::{EGraph, ENodeOrVar, Id, Pattern, Runner, Var};
use std::collections::{BTreeSet, HashMap};
use tradewind_ir::{DType, SourceId, Value};

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
                egg::Language::children_mut(&mut term).iter_mut().for_each(|c| *c = ids[usize::from(*c)]);
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
fn rules_are_exact() {
    for rule in RULES {
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
                            let (When::Is(v, _) | When::IsTrue(v) | When::IsFalse(v) | When::PowerOfTwo(v)) = w else {
                                return false;
                            };
                            *v == var.to_string()
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

/// The simplified code of a tasklet at a point, in terms of %a, %b (f64), %n (i32), %m (bool), $s (f64).
fn simplified(code: &str) -> String {
    let text = format!(
        "graph g(%a: field<f64>, %b: field<f64>, %n: field<i32>, %m: field<bool>, $s: f64)
           {{ state s0 {{ n0: tasklet \"t\" {{ {code} }} }} }}"
    );
    let graph = parse(&text, SourceId(0)).unwrap();
    let Control::State(state) = &graph.root.items[0] else { panic!("a state") };
    let Some(Node::Tasklet { code, .. }) = state.graph.node_weights().next() else { panic!("a tasklet") };
    print_code(&super::simplify(code), &graph)
}

#[test]
fn common_subexpressions_are_found_whatever_their_order() {
    let code = "v0 = %a[0,0,0] v1 = %b[0,0,0] v2 = v0 + v1 v3 = v1 + v0 v4 = v2 * v3 store %a[0] = v4";
    assert_eq!(simplified(code), "v0 = %a[0,0,0]\nv1 = %b[0,0,0]\nv2 = v0 + v1\nv3 = v2 * v2\nstore %a[0] = v3\n");
}

#[test]
fn rules_work_together() {
    let code = "v0 = %a[0,0,0] v1 = 8.0f64 v2 = v0 / v1 v3 = 1.0f64 v4 = v3 - v3 v5 = v2 - v4 v6 = neg v5 v7 = $s v8 = v7 + v6
                v9 = v7 < v8 v10 = not v9 v11 = v10 ? v8 : v7 store %a[0] = v11";
    assert_eq!(
        simplified(code),
        "v0 = %a[0,0,0]\nv1 = $s\nv2 = 0.125f64\nv3 = v0 * v2\nv4 = v1 - v3\nv5 = min(v4, v1)\nstore %a[0] = v5\n"
    );
}

#[test]
fn loads_stay_between_the_stores_that_they_see() {
    let code =
        "v0 = %a[0,0,0] v1 = 1.0f64 v2 = v0 * v1 store %b[0] = v2 v3 = %b[0,0,0] v4 = v3 + v2 store %b[0] = v4 v5 = %b[0,0,0]
                store %a[0] = v5";
    assert_eq!(
        simplified(code),
        "v0 = %a[0,0,0]\nstore %b[0] = v0\nv1 = %b[0,0,0]\nv2 = v0 + v1\nstore %b[0] = v2\nv3 = %b[0,0,0]\nstore %a[0] = v3\n"
    );
}

#[test]
fn loops_are_simplified_inside() {
    let code = "v0 = %a[0,0,0] v1 = 2.0f64 v2 = %b[0,0,0] v3 = 1.0f64 v4 = v2 * v3
                while v5 = v0 { v6 = v5 > v4 } if v6 { v7 = v5 / v1 v8 = v7 * v3 } next v8 store %a[0] = v5";
    assert_eq!(
        simplified(code),
        "v0 = %a[0,0,0]\nv1 = %b[0,0,0]\nv2 = 2.0f64\nv3 = 1.0f64\nwhile v4 = v0 {\n  v5 = v4 > v1\n} if v5 {\n  v6 = 0.5f64\n  \
         v7 = v4 * v6\n} next v7\nstore %a[0] = v4\n"
    );
}
