//! A schedule that fails, made as short as possible, as a fixture to be put into `tests/fixtures/schedule/`.

use tradewind::ir::{Program, Sources};
use tradewind::schedule::file::{Schedule, to_toml};
use tradewind::schedule::{Step, Target, Tree};

/// The fixture of a program and a schedule that fails: its steps, as few of them as still fail.
pub fn fixture(program: &Program, naive: &Tree, steps: &[Step], fails: &dyn Fn(&Tree) -> bool) -> String {
    let steps = to_toml(naive, steps);
    let steps = minimal(naive, steps.split_inclusive("\n\n").map(|step| format!("{}\n", step.trim_end())).collect(), fails);
    format!("# schedule\n{}\n#---\n{}#---\n", program.to_string().trim_end(), steps.join("\n"))
}

/// The steps that are left when all have been left out without which the rest fails as well. Steps stand for themselves, as in a
/// schedule file: those that name what is no longer there, or are no longer legal, go as well.
fn minimal(naive: &Tree, steps: Vec<String>, fails: &dyn Fn(&Tree) -> bool) -> Vec<String> {
    let (_, mut kept) = replay(naive, steps);
    let mut size = kept.len().next_power_of_two();
    while size > 0 {
        let (mut first, mut found) = (0, false);
        while first < kept.len() {
            let rest = kept.iter().enumerate().filter(|(n, _)| !(first..first + size).contains(n));
            let (tree, rest) = replay(naive, rest.map(|(_, step)| step.clone()).collect());
            if fails(&tree) {
                (kept, found) = (rest, true);
            } else {
                first += size;
            }
        }
        size = if found && size == 1 { 1 } else { size / 2 };
    }
    kept
}

/// The tree after those steps that can be made, one after another, and these.
fn replay(naive: &Tree, steps: Vec<String>) -> (Tree, Vec<String>) {
    let (mut tree, mut made) = (naive.clone(), Vec::new());
    for step in steps {
        let schedule = Schedule::parse(&step, Sources::default().add("schedule.toml", step.as_str()));
        if let Ok((next, _)) = schedule.and_then(|schedule| schedule.apply(tree.clone(), &Target::reference())) {
            tree = next;
            made.push(step);
        }
    }
    (tree, made)
}
