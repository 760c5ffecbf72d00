//! Presets: schedules that find their steps themselves. What a preset did can be written to a file and replayed.

use crate::choose;
use crate::cost::Target;
use crate::step::Step;
use crate::tree::Tree;

/// A named way to schedule a program.
#[derive(Debug)]
pub struct Preset {
    pub name: &'static str,
    pub doc: &'static str,
    /// Whether the steps of the program stay as they are written, without the passes on its data.
    pub as_written: bool,
    choose: fn(Tree, &Target, &mut Vec<Step>) -> Tree,
}

/// All presets, in the order in which they are listed to people.
pub static ALL: [Preset; 2] = [
    Preset {
        name: "naive",
        doc: "the program as it is written, every statement in its own loop nest",
        as_written: true,
        choose: |tree, _, _| tree,
    },
    Preset {
        name: "cpu",
        doc: "loops joined where the cost model predicts that this pays, for the machine and the domain given; temporaries as windows \
              of rows, slabs and registers; threads outside, vectors inside",
        as_written: false,
        choose: choose::cpu,
    },
];

/// The preset with this name.
pub fn by_name(name: &str) -> Option<&'static Preset> {
    ALL.iter().find(|p| p.name == name)
}

impl Preset {
    /// The tree after the steps that suit `target`, and these steps.
    pub fn apply(&self, tree: Tree, target: &Target) -> (Tree, Vec<Step>) {
        let mut steps = Vec::new();
        let tree = (self.choose)(tree, target, &mut steps);
        (tree, steps)
    }
}
