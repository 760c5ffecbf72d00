//! Pictures: the graph in Graphviz's language, regions and maps as nested boxes.
//!
//! ```text
//! tradewind emit file.py --stencil name --stage dot | dot -Tsvg > name.svg
//! ```

use crate::graph::{Edge, Graph, Map, Node, Region};
use crate::text::edge_text;
use std::fmt::Write;
use tradewind_ir::text::print_blocking;
use tradewind_ir::{FieldId, HostStep};

/// Loop nests are drawn in one colour, steps of the host program in another.
const NEST: &str = "#fbe7c6";
const HOST: &str = "#dceaf7";

/// The graph as a DOT file.
pub fn print(graph: &Graph) -> String {
    let mut printer = Printer { graph, text: String::new(), depth: 1, regions: 0 };
    printer.region(&graph.root);
    let style = "  compound=true; rankdir=TB; fontname=\"Helvetica\"; fontsize=11;\n  \
                 node [fontname=\"Helvetica\", fontsize=10, style=filled]; edge [fontname=\"Helvetica\", fontsize=9];\n";
    format!("digraph \"{}\" {{\n{style}{}}}\n", escape(&graph.name), printer.text)
}

struct Printer<'g> {
    graph: &'g Graph,
    text: String,
    depth: usize,
    /// Regions drawn so far.
    regions: usize,
}

impl Printer<'_> {
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.text, "{:1$}{text}", "", 2 * self.depth);
    }

    /// A region inside a step, as a box.
    fn inside(&mut self, label: &str, colour: &str, region: &Region) {
        self.line(&format!("subgraph cluster{} {{", self.regions));
        self.depth += 1;
        self.line(&format!("label=\"{}\"; labeljust=l; color=\"{colour}\"; style=rounded;", escape(label)));
        self.region(region);
        self.depth -= 1;
        self.line("}");
    }

    fn region(&mut self, region: &Region) {
        let id = self.regions;
        self.regions += 1;
        for n in region.graph.node_indices() {
            self.node(&format!("r{id}n{}", n.index()), &region.graph[n]);
        }
        for edge in region.graph.edge_indices() {
            let Some((a, b)) = region.graph.edge_endpoints(edge) else { continue };
            let (label, style) = (edge_text(&region.graph[edge], self.graph), edge_style(&region.graph[edge]));
            let (a, b) = (a.index(), b.index());
            self.line(&format!("r{id}n{a} -> r{id}n{b} [label=\"{}\", style={style}];", escape(&label)));
        }
    }

    fn node(&mut self, name: &str, node: &Node) {
        let fields = &self.graph.fields;
        let names = |list: &[FieldId]| list.iter().map(|f| fields[*f].name.as_str()).collect::<Vec<_>>().join(", ");
        let (label, shape, colour) = match node {
            Node::Tasklet { label, code } => (format!("{label}\n{} operations", code.body.len()), "octagon", NEST),
            Node::Map(map) => {
                let Map { axis, range, blocking, kind, .. } = map;
                (format!("map {axis} in {range}{} {kind}", print_blocking(*blocking, self.graph)), "trapezium", NEST)
            }
            Node::Loop(l) => {
                let order = if l.backward { "backward" } else { "forward" };
                let blocking = print_blocking(l.blocking, self.graph);
                (format!("loop {} in {}{blocking} {order}", l.axis, l.range), "trapezium", NEST)
            }
            Node::Zero(field) => (format!("zero {}", fields[*field].name), "box", NEST),
            Node::Host(step) => {
                let text = match step {
                    HostStep::For { counter, .. } => format!("for {}", self.graph.scalars[counter.var].name),
                    HostStep::Within { window, .. } => format!("within {}", window.axes()),
                    HostStep::Branch { .. } => "if".to_string(),
                    HostStep::While { .. } => "while".to_string(),
                    HostStep::Let { scalar, .. } => format!("{} = …", self.graph.scalars[*scalar].name),
                    HostStep::Exchange { fields: list, phase, .. } => format!("exchange{phase} {}", names(list)),
                    HostStep::Copy { to, from } => format!("copy {} to {}", fields[*from].name, fields[*to].name),
                    HostStep::Swap { a, b } => format!("swap {} and {}", fields[*a].name, fields[*b].name),
                    HostStep::Callback { name, fields: list, .. } => format!("callback {name}({})", names(list)),
                };
                (text, "box", HOST)
            }
        };
        self.line(&format!("{name} [label=\"{}\", shape={shape}, fillcolor=\"{colour}\"];", escape(&label)));
        for inside in node.regions().filter(|inside| !inside.is_empty()) {
            self.inside(&label, if matches!(node, Node::Host(_)) { "#555555" } else { "#c98a1b" }, inside);
        }
    }
}

/// Data that flows is drawn solid, what shares storage dashed, any other order dotted.
fn edge_style(edge: &Edge) -> &'static str {
    match edge {
        Edge::Flow(_) => "solid",
        Edge::Anti(_) | Edge::Output(_) | Edge::Reuse { .. } => "dashed",
        Edge::Scalar(_) | Edge::Host => "dotted",
    }
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
