//! Writes steps as a schedule file.

use super::keys::{KEYS, Slot};
use crate::select::Selectors;
use crate::step::Step;
use crate::tree::{Tree, Unit};
use tradewind_ir::BlockSize;

/// The schedule file that makes these steps of a tree again.
pub fn to_toml(tree: &Tree, steps: &[Step]) -> String {
    let mut tree = tree.clone();
    let mut text = String::new();
    for step in steps {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&entry(&tree, step));
        if let Ok(plan) = step.transformation.check(&tree, &step.args) {
            plan.apply(&mut tree);
        }
    }
    text
}

fn entry(tree: &Tree, step: &Step) -> String {
    let names = Selectors::of(tree).names();
    let name = |unit: Unit| format!("\"{}\"", names.get(&unit).map_or("?", String::as_str));
    let mut text = format!("[[step]]\ndo = \"{}\"\n", step.transformation.name());
    let mut args = step.args.clone();
    let options = step.transformation.options();
    for key in KEYS.iter().filter(|key| options.iter().any(|(option, _)| *option == key.name)) {
        let value = match (key.slot)(&mut args) {
            Slot::Loop(slot) => slot.map(|id| name(Unit::Node(id))),
            Slot::Unit(slot) => slot.map(name),
            Slot::Temporary(slot) => slot.and_then(|id| tree.fields.get(id)).map(|field| format!("\"{}\"", field.name)),
            Slot::Loops(slot) => {
                let all: Vec<String> = slot.iter().map(|id| name(Unit::Node(*id))).collect();
                (!all.is_empty()).then(|| format!("[{}]", all.join(", ")))
            }
            Slot::Size(BlockSize::Points(0)) => None,
            Slot::Size(BlockSize::Points(points)) => Some(points.to_string()),
            Slot::Size(BlockSize::Scalar(id)) => tree.scalars.get(*id).map(|scalar| format!("\"${}\"", scalar.name)),
            Slot::Flag(slot) => slot.then(|| "true".to_string()),
        };
        if let Some(value) = value {
            text.push_str(&format!("{} = {value}\n", key.name));
        }
    }
    text
}
