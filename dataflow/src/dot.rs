//! Pictures: the graph in Graphviz's language, regions and maps as nested boxes.
//!
//! ```text
//! tradewind emit file.py --stencil name --stage dot | dot -Tsvg > name.svg
//! ```

use crate::graph::{Control, Graph, Map, Memlet, Node, Region, State};
use std::fmt::Write;
use tradewind_ir::text::print_blocking;
use tradewind_ir::{Container, FieldId, IdVec};

/// Data is drawn in one colour, work in another.
const DATA: &str = "#dceaf7";
const WORK: &str = "#fbe7c6";

/// The graph as a DOT file.
pub fn print(graph: &Graph) -> String {
    let mut printer = Printer { graph, text: String::new(), depth: 1, states: 0, clusters: 0 };
    printer.region(&graph.root);
    let style = "  compound=true; rankdir=TB; fontname=\"Helvetica\"; fontsize=11;\n  \
                 node [fontname=\"Helvetica\", fontsize=10, style=filled]; edge [fontname=\"Helvetica\", fontsize=9];\n";
    format!("digraph \"{}\" {{\n{style}{}}}\n", escape(&graph.name), printer.text)
}

struct Printer<'g> {
    graph: &'g Graph,
    text: String,
    depth: usize,
    states: usize,
    clusters: usize,
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{:1$}{text}", "", 2 * self.depth);
    }

    /// A box around what `inside` prints.
    fn cluster(&mut self, label: &str, colour: &str, inside: impl FnOnce(&mut Self)) {
        self.clusters += 1;
        self.line(&format!("subgraph cluster{} {{", self.clusters));
        self.depth += 1;
        self.line(&format!("label=\"{}\"; labeljust=l; color=\"{colour}\"; style=rounded;", escape(label)));
        inside(self);
        self.depth -= 1;
        self.line("}");
    }

    fn region(&mut self, region: &Region) {
        for control in &region.items {
            match control {
                Control::State(state) => self.state(state),
                Control::Sequential(l) => {
                    let order = if l.backward { "backward" } else { "forward" };
                    let blocking = print_blocking(l.blocking, self.graph);
                    self.cluster(&format!("{} in {}{blocking} {order}", l.axis, l.range), "#b03a2e", |p| p.region(&l.body));
                }
                Control::For { counter, body } => {
                    let name = self.graph.scalars[counter.var].name.clone();
                    self.cluster(&format!("for {name}"), "#555555", |p| p.region(body));
                }
                Control::Within { window, body } => {
                    self.cluster(&format!("within {}", window.axes()), "#555555", |p| p.region(body));
                }
                Control::While { body, .. } => self.cluster("while", "#555555", |p| p.region(body)),
                Control::Branch { then, otherwise, .. } => {
                    self.cluster("if", "#555555", |p| p.region(then));
                    if !otherwise.items.is_empty() {
                        self.cluster("else", "#555555", |p| p.region(otherwise));
                    }
                }
                Control::Let { scalar, .. } => {
                    self.clusters += 1;
                    let (n, name) = (self.clusters, self.graph.scalars[*scalar].name.clone());
                    self.line(&format!("let{n} [shape=plaintext, style=\"\", label=\"{} = …\"];", escape(&name)));
                }
            }
        }
    }

    fn state(&mut self, state: &State) {
        let id = self.states;
        self.states += 1;
        self.cluster(&format!("state s{id}"), "#bbbbbb", |p| {
            for n in state.order() {
                p.node(&format!("s{id}n{}", n.index()), &state.graph[n]);
            }
            for edge in state.graph.edge_indices() {
                let Some((a, b)) = state.graph.edge_endpoints(edge) else { continue };
                let label = memlet(&state.graph[edge], &p.graph.fields);
                p.line(&format!("s{id}n{} -> s{id}n{} [label=\"{}\"];", a.index(), b.index(), escape(&label)));
            }
        });
    }

    fn node(&mut self, name: &str, node: &Node) {
        let fields = &self.graph.fields;
        let names = |list: &[FieldId]| list.iter().map(|f| fields[*f].name.as_str()).collect::<Vec<_>>().join(", ");
        let (label, shape, colour) = match node {
            Node::Access(field) => (fields[*field].name.clone(), "ellipse", DATA),
            Node::Tasklet { label, code } => (format!("{label}\n{} operations", code.body.len()), "octagon", WORK),
            Node::Map(map) => {
                let Map { axis, range, blocking, kind, .. } = map;
                let blocking = print_blocking(*blocking, self.graph);
                (format!("map {axis} in {range}{blocking} {kind}"), "trapezium", WORK)
            }
            Node::Exchange { fields: list, .. } => (format!("exchange {}", names(list)), "house", WORK),
            Node::Copy { to, from } => (format!("copy {} to {}", fields[*from].name, fields[*to].name), "box", WORK),
            Node::Swap { a, b } => (format!("swap {} and {}", fields[*a].name, fields[*b].name), "box", WORK),
            Node::Callback { name, fields: list, .. } => (format!("callback {name}({})", names(list)), "box", WORK),
        };
        self.line(&format!("{name} [label=\"{}\", shape={shape}, fillcolor=\"{colour}\"];", escape(&label)));
        if let Node::Map(map) = node {
            let blocking = print_blocking(map.blocking, self.graph);
            self.cluster(&format!("{} in {}{blocking}", map.axis, map.range), "#c98a1b", |p| p.region(&map.body));
        }
    }
}

fn memlet(memlet: &Memlet, fields: &IdVec<FieldId, Container>) -> String {
    use crate::graph::SubsetDim::{All, Here, Range};
    let dims = memlet.subset.0.iter().flatten().map(|dim| match dim {
        Here { lo, hi } if lo == hi => format!("{lo:+}"),
        Here { lo, hi } => format!("{lo:+}..{hi:+}"),
        Range(range) => range.to_string(),
        All => "*".to_string(),
    });
    format!("{}[{}]", fields[memlet.field].name, dims.collect::<Vec<_>>().join(", "))
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
