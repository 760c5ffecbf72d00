//! Schedule files: a preset and steps, as TOML.
//!
//! ```toml
//! preset = "cpu"                # first, if given: see `preset`
//!
//! [[step]]                      # then these, in order
//! do = "fuse"                   # a transformation
//! loops = ["smooth/k", "smooth/k.1"]
//!
//! [[step]]
//! do = "parallelize"
//! at = "smooth/k"
//! ```
//! Selectors ([`crate::select`]) name loops; temporaries have their names in the text form of the tree. If a file no longer
//! fits its program, the error is at the line that does not fit.

use crate::cost::Target;
use crate::preset::{self, Preset};
use crate::select::Selectors;
use crate::step::Step;
use crate::transform::{self, Args, Transformation};
use crate::tree::{NodeId, Tree, Unit};
use serde::Deserialize;
use toml::Spanned;
use tradewind_ir::{Code, Diagnostic, SourceId, Span};

/// How to schedule a program: a preset, steps, or both.
#[derive(Clone, Debug)]
pub struct Schedule {
    preset: Option<&'static Preset>,
    steps: Vec<Entry>,
    source: SourceId,
}

/// One `[[step]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(rename = "do")]
    name: Spanned<String>,
    at: Option<Spanned<String>>,
    loops: Option<Spanned<Vec<Spanned<String>>>>,
    temp: Option<Spanned<String>>,
    size: Option<Spanned<u32>>,
    sequential: Option<Spanned<bool>>,
    shift: Option<Spanned<bool>>,
    before: Option<Spanned<String>>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    preset: Option<Spanned<String>>,
    #[serde(default)]
    step: Vec<Entry>,
}

impl Schedule {
    /// The schedule that is a preset and nothing else; nothing if there is no preset of this name.
    pub fn preset(name: &str) -> Option<Schedule> {
        let source = Span::NONE.source;
        preset::by_name(name).map(|preset| Schedule { preset: Some(preset), steps: Vec::new(), source })
    }

    /// Reads a schedule file. Spans point into `source`.
    ///
    /// # Errors
    /// What is not TOML, not known, or not a name of a preset or transformation.
    pub fn parse(text: &str, source: SourceId) -> Result<Schedule, Vec<Diagnostic>> {
        let file: File = toml::from_str(text).map_err(|e| {
            let at = e.span().map_or(Span::NONE, |range| Span::new(source, range.start, range.end));
            vec![Diagnostic::error(Code::SCHEDULE_FILE, "this is not a schedule file", at, e.message())]
        })?;
        let mut found = Vec::new();
        let preset = file.preset.and_then(|name| {
            let known = preset::by_name(name.get_ref());
            if known.is_none() {
                let names = preset::ALL.iter().map(|p| p.name).collect::<Vec<_>>().join("`, `");
                let error = Diagnostic::error(
                    Code::UNKNOWN_PRESET,
                    format!("unknown preset `{}`", name.get_ref()),
                    place(&name, source),
                    "here",
                );
                found.push(error.help(format!("the presets are `{names}`")));
            }
            known
        });
        for step in file.step.iter().filter(|step| transform::by_name(step.name.get_ref()).is_none()) {
            let names = transform::ALL.iter().map(|t| t.name()).collect::<Vec<_>>().join("`, `");
            let message = format!("unknown transformation `{}`", step.name.get_ref());
            let error = Diagnostic::error(Code::UNKNOWN_TRANSFORMATION, message, place(&step.name, source), "here");
            found.push(error.help(format!("the transformations are `{names}`")));
        }
        if found.is_empty() { Ok(Schedule { preset, steps: file.step, source }) } else { Err(found) }
    }

    /// The tree after the preset, which chooses for `target`, and all steps; and every step that was made.
    ///
    /// # Errors
    /// The first step that names what is not there, or that is refused, with the statements that forbid it.
    pub fn apply(&self, tree: Tree, target: &Target) -> Result<(Tree, Vec<Step>), Vec<Diagnostic>> {
        let (mut tree, mut steps) = match self.preset {
            Some(preset) => preset.apply(tree, target),
            None => (tree, Vec::new()),
        };
        for entry in &self.steps {
            let step = entry.resolve(&tree, self.source)?;
            let plan = step
                .transformation
                .check(&tree, &step.args)
                .map_err(|refusal| vec![refusal.diagnostic(&tree).label(place(&entry.name, self.source), "requested here")])?;
            plan.apply(&mut tree);
            steps.push(step);
        }
        Ok((tree, steps))
    }
}

impl Entry {
    /// The step with the tree's ids.
    fn resolve(&self, tree: &Tree, source: SourceId) -> Result<Step, Vec<Diagnostic>> {
        let selectors = Selectors::of(tree);
        let unknown = |what: &str, selector: &Spanned<String>, why: String| {
            let message = format!("{what} is named `{}`", selector.get_ref());
            vec![Diagnostic::error(Code::SCHEDULE_PLACE, message, place(selector, source), why)]
        };
        let find = |selector: &Spanned<String>| {
            selectors.find_loop(selector.get_ref()).map_err(|why| unknown("no loop", selector, why))
        };
        let unit =
            |selector: &Spanned<String>| selectors.find(selector.get_ref()).map_err(|why| unknown("nothing", selector, why));
        let temp = |name: &Spanned<String>| {
            let known = tree.fields.iter().find(|(_, f)| f.name == name.get_ref().trim_start_matches('%'));
            known.map(|(id, _)| id).ok_or_else(|| {
                let message = format!("there is no temporary `{}`", name.get_ref());
                vec![Diagnostic::error(Code::SCHEDULE_PLACE, message, place(name, source), "not declared in the tree")]
            })
        };
        let Some(transformation) = transform::by_name(self.name.get_ref()) else {
            return Err(vec![Diagnostic::error(
                Code::UNKNOWN_TRANSFORMATION,
                "unknown transformation",
                place(&self.name, source),
                "here",
            )]);
        };
        self.known_arguments(transformation, source)?;
        let group = self.loops.iter().flat_map(|loops| loops.get_ref().iter().map(find));
        let set = |flag: &Option<Spanned<bool>>| flag.as_ref().is_some_and(|flag| *flag.get_ref());
        let args = Args {
            at: self.at.as_ref().map(find).transpose()?,
            loops: group.collect::<Result<Vec<_>, _>>()?,
            temp: self.temp.as_ref().map(temp).transpose()?,
            size: self.size.as_ref().map_or(0, |size| *size.get_ref()),
            sequential: set(&self.sequential),
            shift: set(&self.shift),
            before: self.before.as_ref().map(unit).transpose()?,
        };
        Ok(Step { transformation, args })
    }

    /// Whether the transformation takes all arguments that are given.
    fn known_arguments(&self, transformation: &dyn Transformation, source: SourceId) -> Result<(), Vec<Diagnostic>> {
        let given = [
            ("at", self.at.as_ref().map(|at| place(at, source))),
            ("loops", self.loops.as_ref().map(|loops| place(loops, source))),
            ("temp", self.temp.as_ref().map(|temp| place(temp, source))),
            ("size", self.size.as_ref().map(|size| place(size, source))),
            ("sequential", self.sequential.as_ref().map(|flag| place(flag, source))),
            ("shift", self.shift.as_ref().map(|flag| place(flag, source))),
            ("before", self.before.as_ref().map(|unit| place(unit, source))),
        ];
        let options = transformation.options();
        let unknown = |(name, span): (&'static str, Option<Span>)| {
            span.filter(|_| !options.iter().any(|(option, _)| *option == name)).map(|span| (name, span))
        };
        let Some((name, span)) = given.into_iter().find_map(unknown) else { return Ok(()) };
        let known = options.iter().map(|(option, _)| *option).collect::<Vec<_>>().join("`, `");
        let message = format!("`{}` takes no `{name}`", transformation.name());
        let error = Diagnostic::error(Code::SCHEDULE_FILE, message, span, "this argument");
        Err(vec![error.help(format!("the arguments of `{}` are `{known}`", transformation.name()))])
    }
}

fn place<T>(spanned: &Spanned<T>, source: SourceId) -> Span {
    let range = spanned.span();
    Span::new(source, range.start, range.end)
}

/// The schedule file that makes these steps of a tree again.
pub fn to_toml(tree: &Tree, steps: &[Step]) -> String {
    let mut tree = tree.clone();
    let mut text = String::new();
    for step in steps {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&entry(&tree, step));
        if let Ok(plan) = step.transformation.check(&tree, &step.args) {
            plan.apply(&mut tree);
        }
    }
    text
}

fn entry(tree: &Tree, step: &Step) -> String {
    let names = Selectors::of(tree).names();
    let unit = |unit: &Unit| format!("\"{}\"", names.get(unit).map_or("?", String::as_str));
    let name = |id: &NodeId| unit(&Unit::Node(*id));
    let mut text = format!("[[step]]\ndo = \"{}\"\n", step.transformation.name());
    if !step.args.loops.is_empty() {
        let loops: Vec<String> = step.args.loops.iter().map(&name).collect();
        text.push_str(&format!("loops = [{}]\n", loops.join(", ")));
    }
    if let Some(field) = step.args.temp.and_then(|id| tree.fields.get(id)) {
        text.push_str(&format!("temp = \"{}\"\n", field.name));
    }
    if let Some(id) = &step.args.at {
        text.push_str(&format!("at = {}\n", name(id)));
    }
    if let Some(before) = &step.args.before {
        text.push_str(&format!("before = {}\n", unit(before)));
    }
    if step.args.size != 0 {
        text.push_str(&format!("size = {}\n", step.args.size));
    }
    for (option, _) in [("sequential", step.args.sequential), ("shift", step.args.shift)].into_iter().filter(|(_, set)| *set) {
        text.push_str(&format!("{option} = true\n"));
    }
    text
}
