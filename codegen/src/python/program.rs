//! Programs in Python: calls of stencils on parts of arrays, halo updates, loops. The same for every back end.

use super::expression::{Points, expression};
use super::layout::Writer;
use super::names::Names;
use super::stencil::{Head, begin, convert, in_order, names_sizes};
use super::text::{Kind, Level, Text, dtype_argument};
use super::variables::is_set_first;
use super::{bounds, origin, prelude};
use tradewind_ir::access::ProgramSummary;
use tradewind_ir::ids::Id;
use tradewind_ir::{
    Access, Axes, Axis, Bound, Code, Counter, DType, Diagnostic, Domain, Expr, ExprKind, Extent, FieldId, HorizontalBox,
    HostStep, Lifetime, Param, Phase, Program, ProgramStmt, Range, ScalarId, ScalarKind, Sources, Span, Stencil, StmtKind,
    Stretch, Value, Verified, Window,
};

/// Prints a stencil as the function of a name.
pub type PrintStencil = dyn Fn(&Head, &str) -> String;

/// A whole module. A program that is nothing but the call of one stencil becomes that stencil's function.
///
/// # Errors
/// Boxes at edges of the tile: the module is not told where these lie.
pub fn module(program: &Verified<Program>, sources: &Sources, print: &PrintStencil) -> Result<String, Vec<Diagnostic>> {
    let at_tile: Vec<Diagnostic> = program.stencils.values().flat_map(at_tile_edges).collect();
    if !at_tile.is_empty() {
        return Err(at_tile);
    }
    let functions = match only_stencil(program) {
        Some(stencil) => vec![print(&Head::new(stencil, sources), &Names::new().take(&stencil.name))],
        None => Printer::functions(program, sources, print),
    };
    let body: String = functions.iter().map(|code| format!("\n\n{code}")).collect();
    let helpers = prelude::used_by(&body);
    let place = origin(sources, program.span);
    let file = place.split(':').next().filter(|f| !f.is_empty()).map_or_else(String::new, |f| format!(" from {f}"));
    let math = if helpers.contains("math.") { "import math\n\n" } else { "" };
    Ok(format!("\"\"\"Made by Tradewind{file}. Needs NumPy only.\"\"\"\n\n{math}import numpy as np\n{helpers}{body}"))
}

/// An error for each statement that asks where the tile ends.
fn at_tile_edges(stencil: &Stencil) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for stmt in stencil.executions().flat_map(|(_, _, execution)| &execution.body) {
        stmt.walk(&mut |stmt| {
            let mut asks = matches!(&stmt.kind, StmtKind::Restrict { region, .. } if region.has_tile_edges());
            let mut note = |e: &Expr| asks |= matches!(&e.kind, ExprKind::Inside(region) if region.has_tile_edges());
            stmt.exprs().for_each(|e| e.walk(&mut note));
            if asks {
                let message = "code for Python is not told where the tile ends";
                let error = Diagnostic::error(Code::REGION_BOUND, message, stmt.span, "a region at an edge of the tile");
                found.push(error.help("compile the program to machine code, which gets the tile with each call"));
            }
        });
    }
    found
}

/// The stencil of a program that only calls it on its own arguments; see [`Program::of_stencil`].
fn only_stencil(program: &Program) -> Option<&Stencil> {
    let stencil = program.stencils.values().next()?;
    (*program == Program::of_stencil(stencil.clone())).then_some(stencil)
}

struct Printer<'a> {
    program: &'a Program,
    sources: &'a Sources,
    summary: &'a ProgramSummary,
    heads: Vec<Head<'a>>,
    functions: Vec<String>,
    fields: Vec<String>,
    scalars: Vec<String>,
    w: Writer,
}

impl<'a> Printer<'a> {
    /// The functions of a program: its stencils, then itself.
    fn functions(program: &'a Verified<Program>, sources: &'a Sources, print: &PrintStencil) -> Vec<String> {
        let mut names = Names::new();
        let name = names.take(&program.name);
        let mut fields = vec![String::new(); program.fields.len()];
        let mut scalars = vec![String::new(); program.scalars.len()];
        for param in &program.params {
            match *param {
                Param::Field(id) => fields[id.index()] = names.take(&program.fields[id].name),
                Param::Scalar(id) => scalars[id.index()] = names.take(&program.scalars[id].name),
            }
        }
        let functions: Vec<String> = program.stencils.values().map(|s| names.take(&s.name)).collect();
        for (id, field) in program.fields.iter().filter(|(_, f)| f.lifetime == Lifetime::Transient) {
            fields[id.index()] = names.take(&field.name);
        }
        for (id, scalar) in program.scalars.iter().filter(|(_, s)| s.kind == ScalarKind::Variable) {
            scalars[id.index()] = names.take(&scalar.name);
        }
        let heads: Vec<Head> = program.stencils.values().map(|s| Head::new(s, sources)).collect();
        let mut printed: Vec<String> = heads.iter().zip(&functions).map(|(head, name)| print(head, name)).collect();
        let (summary, w) = (program.summary(), Writer::default());
        let mut printer = Printer { program, sources, summary, heads, functions, fields, scalars, w };
        printer.w.deeper();
        printer.body(&program.body);
        let body = std::mem::take(&mut printer.w).finish();
        printed.push(printer.head(&name, &body) + &body);
        printed
    }

    fn head(&mut self, name: &str, body: &str) -> String {
        let params = in_order(&self.program.params, &self.fields, &self.scalars);
        let arguments = || self.program.fields.iter().filter(|(_, f)| f.lifetime == Lifetime::Argument);
        let origins: Vec<String> = arguments().map(|(id, f)| format!("{:?}: {}", f.name, self.origin(id))).collect();
        let keywords = ["*".into(), "domain".into(), format!("origin={{{}}}", origins.join(", ")), "callbacks={}".into()];
        let params: Vec<String> = params.chain(keywords).collect();
        let title = format!("Program `{}`", self.program.name);
        let mut w = begin(name, &params, &title, &origin(self.sources, self.program.span));
        w.verbatim("`origin` says at which index the domain, of sizes `domain`, starts in each array.");
        w.verbatim("\"\"\"");
        if self.has_transients() || names_sizes(body) {
            w.line("ni, nj, nk = domain", "");
        }
        for (id, scalar) in self.program.scalars.iter() {
            convert(&mut w, &self.scalar(id), scalar.dtype, body);
            if scalar.kind == ScalarKind::Variable && !is_set_first(self.program, id) {
                let name = &self.scalars[id.index()];
                w.line(&format!("{name} = {}", Text::constant(Value::zero(scalar.dtype)).typed(scalar.dtype).code), "");
            }
        }
        for (id, field) in self.program.fields.iter() {
            let name = &self.fields[id.index()];
            match field.lifetime {
                Lifetime::Argument => {
                    w.line(&format!("{name} = Field({name}, \"{}\", origin[{:?}])", field.axes, field.name), "");
                }
                Lifetime::Transient => {
                    w.line(&format!("{name} = Field({}, \"{}\", {})", self.zeros(id), field.axes, self.origin(id)), "")
                }
            }
        }
        w.finish()
    }

    fn has_transients(&self) -> bool {
        self.program.fields.values().any(|f| f.lifetime == Lifetime::Transient)
    }
    /// `(1, 1, 0)`: as many points as are needed below the domain.
    fn origin(&self, id: FieldId) -> String {
        let halo = self.summary.fields[id].halo;
        tuple(self.program.fields[id].axes.iter().map(|a| (-halo.0[a.index()].0).to_string()))
    }
    fn zeros(&self, id: FieldId) -> String {
        let (field, halo) = (&self.program.fields[id], self.summary.fields[id].halo);
        let sizes = field.axes.iter().map(|a| bounds::count(a, &halo.range(a), self.summary.min_size));
        let shape = tuple(sizes.chain(field.data.iter().map(u32::to_string)));
        format!("np.zeros({shape}{})", dtype_argument(field.dtype))
    }

    fn body(&mut self, body: &[ProgramStmt]) {
        body.iter().for_each(|step| self.step(step));
    }

    fn block(&mut self, head: &str, span: Span, body: &[ProgramStmt]) {
        self.line(head, span);
        self.w.deeper();
        self.body(body);
        self.w.back();
    }

    fn step(&mut self, step: &ProgramStmt) {
        match step {
            ProgramStmt::Call { span, .. } => self.call(step, Axes::NONE, *span),
            ProgramStmt::Host(step, span) => self.host(step, *span),
        }
    }

    fn host(&mut self, step: &HostStep<Vec<ProgramStmt>>, span: Span) {
        let names = |p: &Self, ids: &[FieldId]| ids.iter().map(|id| p.fields[id.index()].clone()).collect::<Vec<_>>();
        match step {
            HostStep::Within { window, body } => self.within(window, body, span),
            HostStep::Exchange { phase: Phase::Start(_), .. } => {}
            HostStep::Exchange { fields, reach, .. } => {
                let reach = reach.map_or_else(String::new, |Extent([i, j, _])| format!(", {{\"I\": {i:?}, \"J\": {j:?}}}"));
                names(self, fields).iter().for_each(|f| self.line(&format!("halo_update({f}, domain{reach})"), span));
            }
            HostStep::For { counter, body } => self.count(counter, body, span),
            HostStep::Branch { condition, then, otherwise } => {
                self.block(&format!("if {}:", self.value(condition).code), span, then);
                if !otherwise.is_empty() {
                    self.block("else:", Span::NONE, otherwise);
                }
            }
            HostStep::While { condition, body } => {
                self.block(&format!("while {}:", self.value(condition).code), span, body);
            }
            HostStep::Let { scalar, value } => {
                self.line(&format!("{} = {}", self.scalars[scalar.index()], self.value(value).code), span);
            }
            HostStep::Copy { to: a, from: b } | HostStep::Swap { a, b } => {
                let name = if matches!(step, HostStep::Copy { .. }) { "copy" } else { "swap" };
                self.line(&format!("{name}({})", names(self, &[*a, *b]).join(", ")), span);
            }
            HostStep::Callback { name, fields, scalars, fills } => {
                let parts = fields.iter().map(|f| {
                    let (halo, min) = (self.summary.fields[*f].halo, self.summary.min_size);
                    let side = |a| bounds::ends(a, &halo.range(a), 0, min);
                    let sides = self.program.fields[*f].axes.iter().map(side).map(|(lo, hi)| format!(", ({lo}, {hi})"));
                    let mode = if fills.writes() { "" } else { ", is_writable=False" };
                    let domain = self.points(self.program.fields[*f].interfaces);
                    format!("shared({}, {domain}{}{mode})", self.fields[f.index()], sides.collect::<String>())
                });
                let values = scalars.iter().map(|e| {
                    let plain = if e.dtype == DType::Bool {
                        "bool"
                    } else if e.dtype.is_float() {
                        "float"
                    } else {
                        "int"
                    };
                    format!("{plain}({})", self.value(e).code)
                });
                let arguments: Vec<String> = parts.chain(values).collect();
                self.line(&format!("callbacks[{name:?}]({})", arguments.join(", ")), span);
            }
        }
    }

    /// How many points a field has that lives at these interfaces, along I, J and K.
    fn points(&self, interfaces: Axes) -> String {
        if interfaces == Axes::NONE {
            return "domain".to_string();
        }
        let points = Extent::of_interfaces(interfaces);
        tuple(Axis::ALL.into_iter().map(|axis| bounds::count(axis, &points.range(axis), self.summary.min_size)))
    }

    fn count(&mut self, counter: &Counter, body: &[ProgramStmt], span: Span) {
        let [from, to, step] = counter.bounds().map(|e| self.value(e).code);
        let range = match (from.as_str(), counter.is_plain()) {
            ("0", true) => to,
            (_, true) => format!("{from}, {to}"),
            (_, false) => format!("{from}, {to}, {step}"),
        };
        self.block(&format!("for {} in range({range}):", self.scalars[counter.var.index()]), span, body);
        if let Some(until) = &counter.until {
            self.w.deeper();
            self.line(&format!("if {}:", self.value(until).code), Span::NONE);
            self.w.deeper();
            self.line("break", Span::NONE);
            self.w.back();
            self.w.back();
        }
    }

    /// Calls on a part of the domain: it is placed, then the calls run if it has points.
    fn within(&mut self, written: &Window, body: &[ProgramStmt], span: Span) {
        let window = self.summary.window(self.program, written, body);
        for stretch in &window.stretches {
            let [first, size] = stretch.exprs().map(|e| self.value(e).code);
            let (axis, [begin, end]) = (stretch.axis, edges(stretch.axis));
            let high = bounds::sum(bounds::size_name(axis), stretch.limits.reach.1.into());
            let low = stretch.limits.reach.0;
            let arguments = format!("{:?}, \"{axis}\", {first}, {size}, {low}, {high}, domain", window.label);
            self.line(&format!("{begin}, {end} = within({arguments})"), span);
        }
        let sizes: Vec<String> = window.axes().iter().map(length).collect();
        let test = if let [size] = &sizes[..] { format!("{size} > 0") } else { format!("min({}) > 0", sizes.join(", ")) };
        self.line(&format!("if {test}:"), Span::NONE);
        self.w.deeper();
        for Stretch { axis, limits, .. } in window.stretches.iter().filter(|stretch| stretch.limits.least > 1) {
            let size = length(*axis);
            self.line(&format!("enough({:?}, \"{axis}\", {size}, {})", window.label, limits.least), Span::NONE);
        }
        body.iter().for_each(|step| self.call(step, window.axes(), step.span()));
        self.w.back();
    }

    /// A call; along some axes it runs on a part of the domain that was placed before.
    fn call(&mut self, step: &ProgramStmt, placed: Axes, span: Span) {
        let ProgramStmt::Call { stencil: id, fields, scalars, domain, .. } = step else { return };
        let head = &self.heads[id.index()];
        let min = self.summary.min_size;
        let cut = Cut { domain, placed, min };
        let (mut fields, mut scalars) = (fields.iter(), scalars.iter());
        let (mut arguments, mut levels) = (Vec::new(), Vec::new());
        for param in &head.stencil.params {
            match *param {
                Param::Field(param) => {
                    let Some(field) = fields.next() else { continue };
                    let name = &self.fields[field.index()];
                    let open = head.first_level(param).is_some();
                    if open {
                        let first = bounds::joined(&format!("{name}.origin[-1]"), &cut.ends(Axis::K, (0, 0)).0);
                        levels.push(format!("{:?}: {first}", head.stencil.fields[param].name));
                    }
                    arguments.push(format!("{name}.part({})", part(head, param, &cut, open)));
                }
                Param::Scalar(_) => arguments.extend(scalars.next().map(|value| self.value(value).code)),
            }
        }
        let full = placed == Axes::NONE && domain.iter().all(|range| *range == Range::full());
        let sizes = tuple(Axis::ALL.into_iter().map(|a| cut.count(a)));
        arguments.push(format!("domain={}", if full { "domain" } else { &sizes }));
        if !levels.is_empty() {
            arguments.push(format!("k0={{{}}}", levels.join(", ")));
        }
        let start = Axis::ALL.map(|axis| cut.ends(axis, (0, 0)).0);
        if head.has_checks() && start.iter().any(|first| first != "0") {
            arguments.push(format!("start_point={}", tuple(start.into_iter())));
        }
        let call = format!("{}({})", self.functions[id.index()], arguments.join(", "));
        let has_points = |axis: Axis| placed.has(axis) || domain[axis.index()].has_points(min[axis.index()]);
        if Axis::ALL.into_iter().all(has_points) {
            return self.line(&call, span);
        }
        self.line(&format!("if min({sizes}) > 0:"), span);
        self.w.deeper();
        self.line(&call, Span::NONE);
        self.w.back();
    }

    fn value(&self, expr: &Expr) -> Text {
        expression(expr, self)
    }
    fn line(&mut self, code: &str, span: Span) {
        let comment = origin(self.sources, span);
        self.w.line(code, &comment);
    }
}

/// The names of where a part of the domain begins and ends along an axis.
fn edges(axis: Axis) -> [String; 2] {
    [format!("{axis}0"), format!("{axis}1")]
}

/// The size of a part of the domain that was placed.
fn length(axis: Axis) -> String {
    let [begin, end] = edges(axis);
    format!("{end} - {begin}")
}

/// The part of the domain on which a call runs.
struct Cut<'a> {
    domain: &'a [Range; 3],
    /// The axes along which it was placed before.
    placed: Axes,
    min: Domain,
}

impl Cut<'_> {
    /// The first position, moved by `low`, and the one past the last, moved by `high`.
    fn ends(&self, axis: Axis, (low, high): (i32, i32)) -> (String, String) {
        let (low, high) = (i64::from(low), i64::from(high));
        if self.placed.has(axis) {
            let [begin, end] = edges(axis);
            return (bounds::sum(&begin, low), bounds::sum(&end, high));
        }
        let range = &self.domain[axis.index()];
        (bounds::ends(axis, range, low, self.min).0, bounds::ends(axis, range, high, self.min).1)
    }
    fn count(&self, axis: Axis) -> String {
        if self.placed.has(axis) { length(axis) } else { bounds::count(axis, &self.domain[axis.index()], self.min) }
    }
}

/// What a parameter sees of its field: the part of the domain and the halo that the stencil asks for.
fn part(head: &Head, param: FieldId, cut: &Cut, open: bool) -> String {
    let halo = head.halos[param.index()];
    let side = |axis: Axis| {
        let (lo, hi) = cut.ends(axis, halo.0[axis.index()]);
        if open && axis == Axis::K { "None".to_string() } else { format!("({lo}, {hi})") }
    };
    head.stencil.fields[param].axes.iter().map(side).collect::<Vec<_>>().join(", ")
}

fn tuple(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if items.len() == 1 { format!("({},)", items[0]) } else { format!("({})", items.join(", ")) }
}

impl Points for Printer<'_> {
    fn scalar(&self, id: ScalarId) -> Text {
        let scalar = &self.program.scalars[id];
        let typed = scalar.kind == ScalarKind::Argument && !matches!(scalar.dtype, DType::F64 | DType::Bool);
        Text::atom(self.scalars[id.index()].clone(), if typed { Kind::Scalar } else { Kind::Number })
    }
    fn bound(&self, axis: Axis, bound: Bound) -> Text {
        Text { level: Level::Sum, ..Text::atom(bounds::position(axis, bound, 0), Kind::Number) }
    }
    // A verified program's expressions are the same at every point.
    fn field(&self, _: &Access) -> Text {
        Text::constant(Value::F64(0.0))
    }
    fn index(&self, _: Axis, dtype: DType) -> Text {
        Text::constant(Value::zero(dtype))
    }
    fn inside(&self, _: &HorizontalBox) -> Text {
        Text::constant(Value::Bool(false))
    }
}
