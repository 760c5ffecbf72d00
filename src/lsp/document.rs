//! An open file: its diagnostics and its names.

use super::position::{byte, range, word};
use super::publish;
use lsp_types::{Hover, HoverContents, MarkupContent, MarkupKind, Position, Uri};
use tradewind::frontend::type_name;
use tradewind::ir::access::FieldAccess;
use tradewind::ir::footprint::uses;
use tradewind::ir::{Axis, DType, Diagnostic, Extent, FieldId, Lifetime, Program, Stencil, Verified};
use tradewind::{Module, Toolchain};

/// A text of an editor.
pub struct Document {
    module: Module,
    text: String,
    found: Vec<Diagnostic>,
    /// The last module without errors: names mean what they meant there while the text is being changed.
    good: Option<Module>,
}

impl Document {
    /// Reads a text; `before` is what the editor held until now.
    pub fn new(toolchain: &Toolchain, uri: &Uri, text: String, before: Option<Document>) -> Document {
        let module = toolchain.load(&publish::path(uri), &text);
        let found = module.check();
        let good = before.and_then(|d| if d.found.iter().any(Diagnostic::is_error) { d.good } else { Some(d.module) });
        Document { module, text, found, good }
    }
    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }
    /// What is wrong with it.
    pub fn diagnostics(&self, uri: &Uri) -> Vec<lsp_types::Diagnostic> {
        self.found.iter().map(|d| publish::diagnostic(self.module.sources(), uri, d)).collect()
    }
    /// What the compiler knows of the name at a position, if it is a field or scalar of a stencil or program.
    pub fn hover(&self, position: Position) -> Option<Hover> {
        let (start, end) = word(&self.text, byte(&self.text, position)?)?;
        let name = self.text.get(start..end)?;
        let definition = definition(&self.text, start)?;
        let value =
            [Some(&self.module), self.good.as_ref()].into_iter().flatten().find_map(|m| describe(m, definition, name))?;
        let contents = HoverContents::Markup(MarkupContent { kind: MarkupKind::Markdown, value });
        Some(Hover { contents, range: Some(range(&self.text, start, end)) })
    }
}

/// The name of the definition at the top of the file whose lines hold a byte.
fn definition(text: &str, at: usize) -> Option<&str> {
    let line_end = text.get(at..)?.find('\n').map_or(text.len(), |n| at + n);
    let line = text.get(..line_end)?.lines().rev().find_map(|line| line.strip_prefix("def "))?;
    let (start, end) = word(line, 0)?;
    line.get(start..end)
}

fn describe(module: &Module, definition: &str, name: &str) -> Option<String> {
    if module.stencils().iter().any(|s| s == definition) {
        let program = module.stencil_program(definition).ok()?;
        return of_stencil(&program, name);
    }
    of_program(&module.program_ir(definition).ok()?, name)
}

/// The program is one call of the stencil.
fn of_stencil(program: &Verified<Program>, name: &str) -> Option<String> {
    let (stencil, summary) = (program.stencils.values().next()?, program.summary().stencils.values().next()?);
    if let Some(scalar) = stencil.scalars.values().find(|s| s.name == name) {
        return Some(scalar_text(name, scalar.dtype, &format!("scalar parameter of `{}`", stencil.name)));
    }
    let (id, field) = stencil.fields.iter().find(|(_, f)| f.name == name)?;
    let access = summary.fields.get(id)?;
    if field.is_temporary() {
        let (kind, extent) = (format!("temporary of `{}`", stencil.name), written_on(stencil, id));
        return Some(field_text(access, &kind, "computed", extent));
    }
    Some(field_text(access, &format!("parameter of `{}`", stencil.name), "accessed", access.halo))
}

fn of_program(program: &Verified<Program>, name: &str) -> Option<String> {
    if let Some(scalar) = program.scalars.values().find(|s| s.name == name) {
        return Some(scalar_text(name, scalar.dtype, &format!("scalar of the program `{}`", program.name)));
    }
    let (id, field) = program.fields.iter().find(|(_, f)| f.name == name)?;
    let access = program.summary().fields.get(id)?;
    let what = if field.lifetime == Lifetime::Argument { "argument" } else { "field" };
    Some(field_text(access, &format!("{what} of the program `{}`", program.name), "accessed", access.halo))
}

/// The union of the extents of the executions that write a field.
fn written_on(stencil: &Stencil, id: FieldId) -> Extent {
    let mut extent = Extent::ZERO;
    for (_, _, execution) in stencil.executions() {
        if uses(&execution.body).iter().any(|u| u.write && u.access.field == id) {
            extent = extent.union(execution.extent);
        }
    }
    extent
}

fn scalar_text(name: &str, dtype: DType, kind: &str) -> String {
    format!("```python\n{name}: {}\n```\n{kind}", type_name(dtype))
}

fn field_text(field: &FieldAccess, kind: &str, verb: &str, extent: Extent) -> String {
    let sides = field.axes.iter().filter_map(|axis: Axis| match extent.0[axis.index()] {
        (0, 0) => None,
        (low, high) => Some(format!("{axis} {low} to +{high}")),
    });
    let sides: Vec<String> = sides.collect();
    let reach =
        if sides.is_empty() { "no extent beyond the domain".to_string() } else { format!("extent {}", sides.join(", ")) };
    let typed = format!("{}: Field[{}, {}]", field.name, field.axes, type_name(field.dtype));
    format!("```python\n{typed}\n```\n{kind}  \naccess: {}  \n{verb} with {reach}", field.mode)
}
