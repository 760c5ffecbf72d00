//! Random schedules, and the round trip of every IR's text.

use crate::support::generate::Choices;
use tradewind::ir::{Diagnostic, FieldId, Program, Scope, SourceId, Sources, Verified, Verify};
use tradewind::schedule::transform::{ALL, Args};
use tradewind::schedule::{Node, NodeId, Target, Tree, lift, preset};
use tradewind::{Settings, Stages, ToolchainStep, dataflow, ir, schedule};

/// A scheduling step that makes random legal transformations; some lists of choices begin or end with a preset.
pub fn random(choices: Vec<u16>) -> Box<dyn ToolchainStep<Verified<Program>, Verified<Tree>>> {
    let step = move |program: &Verified<Program>, _: &Settings, _: &mut Sources| -> Result<Verified<Tree>, Vec<Diagnostic>> {
        let mut list = Choices::new(&choices);
        let preset = |tree: Tree| match preset::by_name("cpu") {
            Some(cpu) => cpu.apply(tree, &Target::reference()).0,
            None => tree,
        };
        let mut tree = lift(program);
        let order = list.below(4);
        if order == 1 {
            tree = preset(tree);
        }
        for _ in 0..choices.len() / 4 {
            let (transformation, args) = (ALL[list.below(ALL.len())], random_args(&mut list, &tree));
            if let Ok(plan) = transformation.check(&tree, &args) {
                plan.apply(&mut tree);
            }
        }
        if order == 2 {
            tree = preset(tree);
        }
        tree.verify()
    };
    Box::new(step)
}

/// A loop, a pair of loops that stand in one sequence, and a temporary, at random.
fn random_args(choices: &mut Choices, tree: &Tree) -> Args {
    let (mut loops, mut pairs) = (Vec::new(), Vec::new());
    gather(tree, tree.root, &mut loops, &mut pairs);
    let temporaries: Vec<FieldId> = tree.fields.iter().filter(|(_, f)| f.scope == Scope::Temporary).map(|(id, _)| id).collect();
    let pick = |list: &[NodeId], n: usize| list.get(n % list.len().max(1)).copied();
    let (at, temp, pair) = (choices.below(1 << 10), choices.below(1 << 10), choices.below(1 << 10));
    let at = pick(&loops, at);
    // Half of the time something in the body of that loop, otherwise something of the program.
    let body = at.filter(|_| pair % 2 == 0).and_then(|id| tree.as_loop(id)).map_or(tree.root, |l| l.body);
    let units = tree.units(body);
    let unit = |n: usize| units.get(n % units.len().max(1)).copied();
    let (moved, other) = (unit(choices.below(1 << 10)), unit(choices.below(1 << 10)));
    Args {
        at,
        loops: pairs.get(pair % pairs.len().max(1)).cloned().unwrap_or_default(),
        temp: temporaries.get(temp % temporaries.len().max(1)).copied(),
        size: [2, 3, 5, 16, 1, 0][pair % 6],
        sequential: pair % 7 == 6,
        shift: pair % 5 == 4,
        unit: moved,
        before: other.filter(|_| pair % 3 == 0),
        after: other.filter(|_| pair % 3 == 1),
        last: pair % 2 == 1,
    }
}

fn gather(tree: &Tree, id: NodeId, loops: &mut Vec<NodeId>, pairs: &mut Vec<Vec<NodeId>>) {
    match &tree.nodes[id] {
        Node::Seq(children) => {
            let inner: Vec<NodeId> = children.iter().copied().filter(|c| matches!(tree.nodes[*c], Node::Loop(_))).collect();
            for (n, first) in inner.iter().enumerate() {
                pairs.extend(inner[n + 1..].iter().map(|second| vec![*first, *second]));
            }
            children.iter().for_each(|child| gather(tree, *child, loops, pairs));
        }
        Node::Loop(l) => {
            loops.push(id);
            gather(tree, l.body, loops, pairs);
        }
        Node::For { body, .. } | Node::While { body, .. } | Node::Within { body, .. } => gather(tree, *body, loops, pairs),
        Node::Branch { then, otherwise, .. } => {
            gather(tree, *then, loops, pairs);
            otherwise.iter().for_each(|body| gather(tree, *body, loops, pairs));
        }
        _ => {}
    }
}

/// Prints every IR, parses it and prints it again.
pub fn check_round_trips(stages: &Stages) -> Result<(), String> {
    let same = |what: &str, text: String, again: Result<String, Vec<Diagnostic>>| match again {
        Ok(again) if again == text => Ok(()),
        Ok(again) => Err(format!("{what} prints differently after parsing\n{text}\n{again}")),
        Err(found) => Err(format!("{what} does not parse: {}\n{text}", found[0].message)),
    };
    let source = SourceId(0);
    let text = stages.program.to_string();
    same("the program", text.clone(), ir::text::parse(&text, source).map(|m| m.to_string()))?;
    let text = stages.tree.to_string();
    same("the tree", text.clone(), schedule::text::parse(&text, source).map(|t| t.to_string()))?;
    let text = stages.graph.to_string();
    same("the graph", text.clone(), dataflow::text::parse(&text, source).map(|g| g.to_string()))
}
