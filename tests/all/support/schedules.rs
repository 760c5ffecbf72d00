//! Random schedules, and the round trip of every IR's text.

use crate::support::generate::Choices;
use tradewind::ir::{BlockSize, Diagnostic, FieldId, Program, Scope, SourceId, Sources, Verified, Verify};
use tradewind::schedule::access::accesses_of;
use tradewind::schedule::transform::{ALL, Args};
use tradewind::schedule::{Node, NodeId, Target, Tree, preset};
use tradewind::{Settings, Stages, ToolchainStep, dataflow, ir, schedule};

/// The choices for one step: which transformation, and of what.
pub type Draw = [u16; 8];

/// How many times a step is drawn again that is not legal.
const TRIES: u16 = 4;

/// Random legal steps of a tree, at most one for each draw, and the tree that they make; now and then all steps of preset `cpu`.
pub fn drawn(tree: &Tree, draws: &[Draw]) -> (Tree, Vec<schedule::Step>) {
    let (mut tree, mut steps) = (tree.clone(), Vec::new());
    for draw in draws {
        if draw[0] % 40 == 39
            && let Some(cpu) = preset::by_name("cpu")
        {
            let (scheduled, made) = cpu.apply(tree, &Target::reference());
            tree = scheduled;
            steps.extend(made);
            continue;
        }
        for again in 0..TRIES {
            let choices = draw.map(|choice| choice.wrapping_mul(2 * again + 1).wrapping_add(again * 257));
            let mut list = Choices::new(&choices);
            let (transformation, args) = (ALL[list.below(ALL.len())], random_args(&mut list, &tree));
            if let Ok(plan) = transformation.check(&tree, &args) {
                plan.apply(&mut tree);
                steps.push(schedule::Step { transformation, args });
                break;
            }
        }
    }
    (tree, steps)
}

/// The scheduling step that gives one tree, whatever the program.
pub fn given(tree: Tree) -> Box<dyn ToolchainStep<Verified<Program>, Verified<Tree>>> {
    Box::new(move |_: &Verified<Program>, _: &Settings, _: &mut Sources| -> Result<Verified<Tree>, Vec<Diagnostic>> {
        tree.clone().verify()
    })
}

/// A loop, a pair of loops that stand in one sequence, and a temporary, at random.
fn random_args(choices: &mut Choices, tree: &Tree) -> Args {
    let (mut loops, mut pairs) = (Vec::new(), Vec::new());
    gather(tree, tree.root, &mut loops, &mut pairs);
    let temporaries: Vec<FieldId> = tree.fields.iter().filter(|(_, f)| f.scope == Scope::Temporary).map(|(id, _)| id).collect();
    let pick = |list: &[NodeId], n: usize| list.get(n % list.len().max(1)).copied();
    let (at, temp, pair) = (choices.below(1 << 10), choices.below(1 << 10), choices.below(1 << 10));
    let at = pick(&loops, at);
    // Most of the time a temporary that the loop uses, if there is one.
    let mut used: Vec<FieldId> = Vec::new();
    tree.walk(at.unwrap_or(tree.root), &mut |_, node| {
        let Node::Leaf(leaf) = node else { return };
        let touched = leaf.stmts.iter().flat_map(accesses_of).map(|touch| touch.access.field);
        used.extend(touched.filter(|field| temporaries.contains(field)));
    });
    let temporaries = if used.is_empty() || pair % 4 == 3 { temporaries } else { used };
    // Half of the time something in the body of that loop, otherwise something of the program.
    let body = at.filter(|_| pair % 2 == 0).and_then(|id| tree.as_loop(id)).map_or(tree.root, |l| l.body);
    let units = tree.units(body);
    let unit = |n: usize| units.get(n % units.len().max(1)).copied();
    let (moved, other) = (unit(choices.below(1 << 10)), unit(choices.below(1 << 10)));
    let mut sizes: Vec<BlockSize> = [2, 3, 5, 16, 1, 0].map(BlockSize::Points).to_vec();
    sizes.extend(tree.scalars.iter().filter(|(_, s)| s.is_size()).map(|(id, _)| BlockSize::Scalar(id)));
    Args {
        at,
        loops: pairs.get(pair % pairs.len().max(1)).cloned().unwrap_or_default(),
        temp: temporaries.get(temp % temporaries.len().max(1)).copied(),
        size: sizes[pair % sizes.len()],
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
        Node::Host(step) => step.bodies().for_each(|body| gather(tree, *body, loops, pairs)),
        Node::Leaf(_) | Node::Alloc(_) => {}
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
