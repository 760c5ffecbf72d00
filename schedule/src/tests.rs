//! Trees of whole stencils, as text. `TRADEWIND_BLESS=1` writes the expected texts anew.

use crate::file::{Schedule, to_toml};
use crate::lift;
use crate::{Tree, preset, text};
use std::path::{Path, PathBuf};
use tradewind_ir::{Program, Sources, Verified, Verify};

fn program(name: &str) -> Verified<Program> {
    let text = std::fs::read_to_string(path(name)).unwrap();
    let source = Sources::default().add(name, text.as_str());
    tradewind_ir::text::parse(&text, source).unwrap().into_program().verify().unwrap()
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cpu").join(name)
}

fn expect(tree: &Tree, name: &str) {
    let (found, path) = (tree.to_string(), path(name));
    let again = text::parse(&found, Sources::default().add(name, found.as_str())).unwrap();
    assert_eq!(again.to_string(), found);
    assert_eq!(tree.check(), []);
    if std::env::var_os("TRADEWIND_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
}

#[test]
fn naive_lift_of_a_diffusion() {
    expect(&lift(&program("hdiff.oir")), "hdiff.naive.tree");
}

#[test]
fn cpu_schedules() {
    let cpu = preset::by_name("cpu").unwrap();
    for name in ["hdiff", "thomas"] {
        let lifted = lift(&program(&format!("{name}.oir")));
        let (tree, steps) = cpu.apply(lifted.clone());
        expect(&tree, &format!("{name}.cpu.tree"));
        let written = to_toml(&lifted, &steps);
        let schedule = Schedule::parse(&written, Sources::default().add("steps", written.as_str())).unwrap();
        assert_eq!(schedule.apply(lifted).unwrap().0.to_string(), tree.to_string(), "{written}");
    }
}
