//! Presets: schedules written as lists of transformations.
//!
//! A [`Rule`] of a preset names a transformation and the places to try it: everywhere in the tree, as long as something can be
//! done. A refused transformation is skipped. A transformation that is made is recorded as a [`Step`], so that the result can
//! be written to a file and replayed.

use crate::cost::Target;
use crate::rule::{Rule, run};
use crate::step::Step;
use crate::transform::{Parallelize, Rename, StoreAt, Vectorize};
use crate::tree::Tree;
use tradewind_ir::Axis::{I, J, K};

/// A named list of rules.
#[derive(Debug)]
pub struct Preset {
    pub name: &'static str,
    pub doc: &'static str,
    pub rules: &'static [Rule],
}

/// All presets, in the order in which they are listed to people.
pub static ALL: [Preset; 2] = [
    Preset { name: "naive", doc: "every statement in its own loop nest, as lifted", rules: &[] },
    Preset {
        name: "cpu",
        doc: "few passes over memory: statements joined under one loop over k, or over j where columns are solved; \
              temporaries as rows, slabs and registers; threads outside, vectors inside",
        rules: &[
            Rule::Everywhere(&Rename),
            // Columns: a solver's sweeps go up and down k, one row of j at a time.
            Rule::FuseInsideSequential(J),
            Rule::InterchangeSequential,
            Rule::JoinColumns,
            // Outermost loops: over j where columns are solved, over k elsewhere.
            Rule::Fuse(J),
            Rule::Fuse(K),
            Rule::FuseInside(J),
            Rule::FuseInside(K),
            Rule::FuseInside(I),
            // Temporaries where they are needed, threads, vectors.
            Rule::Everywhere(&StoreAt),
            Rule::Everywhere(&Parallelize),
            Rule::Everywhere(&Vectorize),
        ],
    },
];

/// The preset with this name.
pub fn by_name(name: &str) -> Option<&'static Preset> {
    ALL.iter().find(|p| p.name == name)
}

impl Preset {
    /// The tree after all rules, and the steps that were made. Presets choose what is fast on `target`; today's rules are the
    /// same for all targets.
    pub fn apply(&self, tree: Tree, _target: &Target) -> (Tree, Vec<Step>) {
        let mut steps = Vec::new();
        let tree = self.rules.iter().fold(tree, |tree, rule| run(*rule, tree, &mut steps));
        (tree, steps)
    }
}
