//! The state of lowering one stencil, and the small steps that all parts use: reporting, naming, emitting.

use crate::constant::{Constant, Lookup, evaluate};
use crate::emitted::Emitted;
use crate::function_ref::{FileId, FunctionRef};
use crate::names::{Binding, FileScope, Files, Names};
use crate::options::Options;
use crate::scope::{Leave, Local, LocalScope, Named};
use crate::syntax::{Expr, ExprKind};
use crate::vertical_interval::VerticalInterval;
use crate::words::Word;
use std::collections::{BTreeMap, HashMap, HashSet};
use tradewind_ir as ir;
use tradewind_ir::{Axes, Code, DType, Diagnostic, FieldId, FieldKind, FieldType, IdVec, Span};

/// How many statements one stencil may become.
const STATEMENT_LIMIT: usize = 50_000;
/// How many rounds the loops of one stencil may have together.
pub const ROUND_LIMIT: usize = 10_000;
/// How many calls one stencil may inline.
const CALL_LIMIT: usize = 20_000;
/// How deep expressions may be once functions are inlined.
pub const DEPTH_LIMIT: u32 = 200;
/// How deep blocks may be once functions are inlined.
const BLOCK_LIMIT: u32 = 120;
/// How many findings of one stencil are reported.
const REPORT_LIMIT: usize = 50;

/// One stencil on its way from syntax to OIR. Functions that return `None` have reported why.
pub struct Lower<'m> {
    pub files: &'m Files,
    pub options: &'m Options,
    pub externals: &'m BTreeMap<String, Constant>,
    pub stencil: ir::Stencil,
    /// The stencil's own names, then those of the functions that are being inlined, the innermost last.
    pub scopes: Vec<LocalScope>,
    /// The statements of the innermost body that is being lowered.
    pub sink: Vec<Emitted>,
    /// The computation and interval around the statement being lowered.
    pub block: Option<IntervalBlock>,
    pub found: Vec<Diagnostic>,
    /// How many errors there were, those not kept in `found` included.
    pub errors: usize,
    /// What the temporaries of the source are called there; generated ones are not among them.
    pub names: HashMap<FieldId, Named>,
    /// The fields that code reads which constants leave out, in scopes that have ended.
    pub left_out: HashSet<FieldId>,
    /// The fields that regions out of reach write.
    pub written_left_out: HashSet<FieldId>,
    /// Names that generated temporaries must not take.
    pub taken: HashSet<String>,
    /// The last number that a stem got, so that many names of one stem are not counted through.
    numbers: HashMap<String, usize>,
    /// How deep in the expression being lowered.
    pub depth: u32,
    /// How many blocks and inlined functions are around the statement being lowered.
    pub blocks: u32,
    /// How many operands around, at this point, matter only where a condition holds.
    pub guards: u32,
    /// The way in which the round of the innermost loop is being left.
    pub leaving: Option<Leave>,
    /// How many rounds the loops have had.
    pub rounds: usize,
    emitted: usize,
    inlined: usize,
}

/// The block of an `interval(…)`, around the statements in it.
#[derive(Clone, Debug)]
pub struct IntervalBlock {
    pub order: ir::Order,
    pub interval: VerticalInterval,
    /// The `interval(…)` as written.
    pub span: Span,
}

/// A stencil with nothing in it yet.
pub fn empty(function: &FunctionRef) -> ir::Stencil {
    ir::Stencil {
        name: function.def.name.text.clone(),
        fields: IdVec::new(),
        scalars: IdVec::new(),
        params: Vec::new(),
        loops: Vec::new(),
        span: function.def.name.span,
    }
}

impl<'m> Lower<'m> {
    /// Nothing lowered yet, with the names of the file of `function` in scope.
    pub fn new(
        files: &'m Files,
        options: &'m Options,
        externals: &'m BTreeMap<String, Constant>,
        function: &FunctionRef,
    ) -> Self {
        Lower {
            files,
            options,
            externals,
            stencil: empty(function),
            scopes: vec![LocalScope::new(function.file, None)],
            sink: Vec::new(),
            block: None,
            found: Vec::new(),
            errors: 0,
            names: HashMap::new(),
            left_out: HashSet::new(),
            written_left_out: HashSet::new(),
            taken: HashSet::new(),
            numbers: HashMap::new(),
            depth: 0,
            blocks: 0,
            guards: 0,
            leaving: None,
            rounds: 0,
            emitted: 0,
            inlined: 0,
        }
    }

    /// Reports an error or a warning; the same at the same place, as from a function called twice, is said once.
    pub fn report(&mut self, found: Diagnostic) {
        self.errors += usize::from(found.is_error());
        let place = |d: &Diagnostic| d.labels.first().map(|l| l.span);
        let is_known = self.found.iter().any(|d| d.message == found.message && place(d) == place(&found));
        if self.found.len() < REPORT_LIMIT && !is_known {
            self.found.push(found);
        }
    }

    /// Reports an error; nothing comes of what is being lowered.
    pub fn fail<T>(&mut self, found: Diagnostic) -> Option<T> {
        self.report(found);
        None
    }

    /// The innermost scope.
    pub fn locals(&mut self) -> &mut LocalScope {
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    /// The file whose code is being lowered.
    pub fn file(&self) -> FileId {
        self.scopes.last().map_or(0, |f| f.file)
    }

    /// The names of the file whose code is being lowered.
    pub fn scope(&self) -> FileScope<'m> {
        FileScope { files: self.files, file: self.file() }
    }

    /// What a local name stands for.
    pub fn local(&self, name: &str) -> Option<&Local> {
        self.scopes.last()?.names.get(name)
    }

    /// What a name or dotted name of the file stands for; nothing where a local name hides it.
    pub fn global(&self, e: &Expr) -> Option<Binding> {
        let hidden = e.root().is_some_and(|name| self.local(name).is_some());
        if hidden { None } else { self.scope().resolve(e) }
    }

    /// The word of the language that `e` is.
    pub fn word(&self, e: &Expr) -> Option<Word> {
        match self.global(e) {
            Some(Binding::Word(word)) => Some(word),
            Some(_) => None,
            None => match Lookup::constant(self, e) {
                Some(Constant::Axis(axis)) => Some(Word::Axis(axis)),
                _ => None,
            },
        }
    }

    /// The value of `e` if it is known at compile time.
    pub fn constant(&self, e: &Expr) -> Result<Constant, crate::constant::NotConstant> {
        evaluate(e, self)
    }

    /// A name that nothing else has: `stem`, else `stem_2`, ….
    pub fn fresh(&mut self, stem: &str) -> String {
        let mut name = stem.to_string();
        let last = self.numbers.entry(name.clone()).or_insert(1);
        while !self.taken.insert(name.clone()) {
            *last += 1;
            name = format!("{stem}_{last}");
        }
        name
    }

    /// A new temporary with one element at each point.
    pub fn temporary(&mut self, name: String, dtype: DType, axes: Axes, span: Span) -> FieldId {
        self.stencil.fields.push(FieldType::centred(dtype, axes).field(name, FieldKind::Temporary, span))
    }

    /// Appends a statement to the body that is being lowered.
    pub fn emit(&mut self, stmt: ir::Stmt) {
        let checks = self.checks_of(&stmt);
        self.push(Emitted { stmt, checks, is_mask: false });
    }

    /// Appends a statement, up to the limit.
    pub fn push(&mut self, emitted: Emitted) {
        let was_full = self.is_full();
        emitted.stmt.walk(&mut |_| self.emitted += 1);
        if self.is_full() && !was_full {
            let message = format!("this stencil expands to more than {STATEMENT_LIMIT} statements");
            let found = Diagnostic::error(Code::LIMIT, message, emitted.stmt.span, "the limit is passed here");
            self.report(found.help(
                "functions that call other functions many times, and loops in loops, become very large: call functions once and keep \
                 the result",
            ));
        }
        if !self.is_full() {
            self.sink.push(emitted);
        }
    }

    /// Whether a limit is passed; nothing more is inlined or unrolled then.
    pub fn is_full(&self) -> bool {
        self.emitted >= STATEMENT_LIMIT || self.inlined > CALL_LIMIT || self.rounds > ROUND_LIMIT
    }

    /// Counts one inlined call at `span`, up to the limit.
    pub fn count_call(&mut self, span: Span) -> Option<()> {
        if self.is_full() {
            return None;
        }
        self.inlined += 1;
        if self.inlined > CALL_LIMIT {
            let found = Diagnostic::error(
                Code::LIMIT,
                format!("more than {CALL_LIMIT} calls are inlined"),
                span,
                "the limit is passed here",
            );
            let help = "functions that call other functions many times become very large: call them once and keep the result";
            return self.fail(found.help(help));
        }
        Some(())
    }

    /// What `lower` emits, instead of appending it to the body.
    pub fn capture(&mut self, lower: impl FnOnce(&mut Self)) -> Vec<Emitted> {
        let outer = std::mem::take(&mut self.sink);
        lower(self);
        std::mem::replace(&mut self.sink, outer)
    }

    /// Runs `lower` one expression level deeper.
    pub fn deeper<T>(&mut self, span: Span, lower: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth >= DEPTH_LIMIT {
            let message = format!("with functions inlined, this expression is nested more than {DEPTH_LIMIT} levels deep");
            let found = Diagnostic::error(Code::LIMIT, message, span, "the limit is passed here");
            return self.fail(found.help("assign its parts to temporaries first"));
        }
        self.depth += 1;
        let result = lower(self);
        self.depth -= 1;
        result
    }

    /// Enters a block; nothing, with an error, if too many are around it.
    pub fn enter_block(&mut self, span: Span) -> Option<()> {
        if self.blocks >= BLOCK_LIMIT {
            let message = format!("with functions inlined, this code is nested more than {BLOCK_LIMIT} blocks deep");
            return self.fail(Diagnostic::error(Code::LIMIT, message, span, "the limit is passed here"));
        }
        self.blocks += 1;
        Some(())
    }

    /// The names that can be read here, nearest scope only.
    pub fn readable_names(&self) -> Vec<String> {
        let locals = self.scopes.last().into_iter().flat_map(|f| f.names.keys().cloned());
        let globals = self.files.get(self.file()).into_iter().flat_map(|f| f.known.iter().cloned());
        locals.chain(globals).collect()
    }
}

impl Lookup for Lower<'_> {
    fn constant(&self, e: &Expr) -> Option<Constant> {
        let name = e.root()?;
        match (self.local(name), &e.kind) {
            (Some(local), ExprKind::Name(_)) => local.constant(),
            (Some(_), ExprKind::Attribute(base, attribute)) => Lookup::constant(self, base)?.entry(&attribute.text).cloned(),
            (Some(_), _) => None,
            (None, _) => match self.scope().resolve(e)? {
                Binding::Constant(known) => Some(known),
                Binding::Function(function) => Some(Constant::Function(function)),
                Binding::Word(Word::Size(axis)) => Some(Constant::Index(axis, ir::Bound::END)),
                _ => None,
            },
        }
    }
    fn word(&self, e: &Expr) -> Option<Word> {
        Lower::word(self, e)
    }
    fn size(&self, field: &Expr, dimension: i64) -> Option<u32> {
        let Local::Field { id, .. } = self.local(field.name()?)? else { return None };
        let ir::Field { axes, data, .. } = self.stencil.fields.get(*id)?;
        let before = axes.rank() as i64 + if dimension < 0 { -((axes.rank() + data.len()) as i64) } else { 0 };
        data.get(usize::try_from(dimension - before).ok()?).copied()
    }
}
