//! Graphs of whole stencils, as text. `TRADEWIND_BLESS=1` writes the expected texts anew.

use crate::convert::graph_of;
use crate::{Graph, text};
use std::path::{Path, PathBuf};
use tradewind_ir::{Sources, Verified, Verify};
use tradewind_schedule::{lift, preset};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cpu").join(name)
}

/// The graph of a stencil with a preset, verified.
fn graph(name: &str, preset: &str) -> Verified<Graph> {
    let text = std::fs::read_to_string(path(&format!("{name}.oir"))).unwrap();
    let source = Sources::default().add(name, text.as_str());
    let program = tradewind_ir::text::parse(&text, source).unwrap().into_program().verify().unwrap();
    let (tree, _) = preset::by_name(preset).unwrap().apply(lift(&program));
    graph_of(&tree).verify().unwrap()
}

fn expect(graph: &Graph, name: &str) {
    let (found, path) = (graph.to_string(), path(name));
    let again = text::parse(&found, Sources::default().add(name, found.as_str())).unwrap();
    assert_eq!(again.to_string(), found);
    assert_eq!(again.check(), []);
    if std::env::var_os("TRADEWIND_BLESS").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    assert_eq!(found, std::fs::read_to_string(&path).unwrap_or_default(), "{name}");
}

#[test]
fn conversion() {
    for name in ["hdiff", "thomas", "masks"] {
        for preset in ["naive", "cpu"] {
            expect(&graph(name, preset), &format!("{name}.{preset}.graph"));
        }
    }
}
