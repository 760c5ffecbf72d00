//! The table of codes: every explanation's example gives its code, the mended one nothing; `docs/errors.md` is what the table
//! says, and `docs/schedules.md` has the pages of all transformations (`TRADEWIND_BLESS=1` writes them).

use crate::command::folder;
use std::path::PathBuf;
use std::process::Command;
use tradewind::frontend::Loader;
use tradewind::ir::diagnostic::{Entry, Form, all, explain};
use tradewind::ir::{Code, Diagnostic, Level, Sources, Verify, interpret, text as oir};
use tradewind::{Error, ScheduleChoice, Settings, Stage, Toolchain, dataflow, differential, schedule};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What an example gives: codes and levels, each once.
type Found = Vec<(Code, Level)>;

fn codes(diagnostics: &[Diagnostic]) -> Found {
    let mut found: Found = diagnostics.iter().map(|d| (d.code, d.level)).collect();
    found.sort();
    found.dedup();
    found
}

fn of_error(error: &Error) -> Found {
    match error {
        Error::Source { diagnostics, .. } => codes(diagnostics),
        Error::Name(_) => vec![(Code::NO_SUCH_NAME, Level::Error)],
        other => panic!("{other}"),
    }
}

/// The module that an example imports from.
struct Beside;

impl Loader for Beside {
    fn load(&self, _: &str, module: &str, _: u32) -> Option<(String, String)> {
        let text = "@function\ndef laplacian(q):\n    return q[1, 0, 0] + q[-1, 0, 0] - 2.0 * q\n";
        (module == "shared").then(|| ("shared.py".to_string(), text.to_string()))
    }
}

/// Checks GTScript, or does what its first line says.
fn gtscript(text: &str) -> Found {
    let module = Toolchain::new(Settings::default()).load_with("model.py", text, &Beside);
    let command = text.lines().next().and_then(|line| line.strip_prefix("# tradewind ")).unwrap_or("check");
    match command.split(' ').collect::<Vec<_>>().as_slice() {
        ["emit", _, "--stencil", name] => module.stencil_program(name).map_or_else(|e| of_error(&e), |_| Vec::new()),
        ["verify", _] => {
            let name = module.stencils().remove(0);
            let compiled = module.stencil(&name).expect("the example compiles");
            let (mut arrays, scalars) = differential::random_input(compiled.signature(), [3, 2, 2], 1);
            let options = interpret::Options { while_limit: 10_000, ..interpret::Options::default() };
            let run = interpret::run_program(&compiled.stages().program, [3, 2, 2], &mut arrays, &scalars, options);
            run.map_or_else(|e| codes(&[e]), |_| Vec::new())
        }
        _ => codes(&module.check()),
    }
}

fn with_schedule(text: &str) -> Found {
    let file = ScheduleChoice::File { name: "fast.toml".to_string(), text: text.to_string() };
    let toolchain = Toolchain::new(Settings { schedule: file, ..Settings::default() });
    let module = toolchain.load("model.py", Form::Schedule.given());
    let program = module.stencil_program("total").expect("what is given compiles");
    toolchain.text(&program, Stage::Tree, module.sources()).map_or_else(|e| of_error(&e), |_| Vec::new())
}

/// What the command says of a run file.
fn with_run_file(text: &str) -> Found {
    let folder = folder("run_file");
    std::fs::write(folder.join("model.py"), Form::Run.given()).expect("written");
    std::fs::write(folder.join("run.toml"), text).expect("written");
    let file = folder.join("run.toml").display().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_tradewind")).args(["run", &file]).output().expect("the command starts");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let codes = said.split("error[").skip(1).filter_map(|rest| rest.split(']').next()?.parse().ok());
    let mut found: Found = codes.map(|code| (code, Level::Error)).collect();
    assert_eq!(output.status.success(), found.is_empty(), "{said}");
    found.dedup();
    found
}

fn run(form: Form, text: &str) -> Found {
    let source = Sources::default().add("example", text);
    let verified = match form {
        Form::GtScript => return gtscript(text),
        Form::Schedule => return with_schedule(text),
        Form::Oir => oir::parse(text, source).and_then(|m| m.into_program().verify()).map(drop),
        Form::Tree => schedule::text::parse(text, source).and_then(Verify::verify).map(drop),
        Form::Graph => dataflow::text::parse(text, source).and_then(Verify::verify).map(drop),
        Form::Machine => schedule::Machine::parse(text, source).map(drop),
        Form::Run => return with_run_file(text),
        Form::Python => unreachable!("tested with the Python package"),
    };
    verified.map_or_else(|found| codes(&found), |()| Vec::new())
}

fn check(entry: &Entry) -> Result<(), String> {
    let Some(example) = entry.example.filter(|example| example.form != Form::Python) else { return Ok(()) };
    let (bad, good) = (run(example.form, &example.bad()), run(example.form, &example.good()));
    if bad != [(entry.code, entry.level)] {
        return Err(format!("{}: its example gives {bad:?}", entry.code));
    }
    if good.is_empty() { Ok(()) } else { Err(format!("{}: its mended example gives {good:?}", entry.code)) }
}

#[test]
fn every_example_gives_its_code_and_is_mended() {
    let work = || all().filter_map(|entry| check(entry).err()).collect::<Vec<_>>();
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(work).expect("a thread starts");
    assert_eq!(thread.join().expect("no panic"), Vec::<String>::new());
    let without: Vec<Code> = all().filter(|entry| entry.example.is_none()).map(|entry| entry.code).collect();
    assert_eq!(without, [Code::INTERRUPTED, Code::CANNOT_COMPILE], "only what no input can show has no example");
}

#[test]
fn the_page_of_errors_is_made_from_the_table() {
    let path = root().join("docs/errors.md");
    if std::env::var_os("TRADEWIND_BLESS").is_some() {
        std::fs::write(&path, explain::page()).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).expect("the page is there");
    assert!(written == explain::page(), "docs/errors.md is old: run this test with TRADEWIND_BLESS=1");
}

#[test]
fn the_page_of_schedules_ends_with_all_transformations() {
    const TITLE: &str = "## Transformations\n\n";
    let path = root().join("docs/schedules.md");
    let written = std::fs::read_to_string(&path).expect("the page is there");
    let (start, rest) = written.split_once(TITLE).expect("the page has this title");
    // What is written by hand goes on to the first transformation.
    let by_hand = rest.split_once("\n### ").map_or(rest, |(by_hand, _)| by_hand);
    let page = format!("{start}{TITLE}{by_hand}{}", schedule::transform::pages());
    if std::env::var_os("TRADEWIND_BLESS").is_some() {
        std::fs::write(&path, &page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).expect("the page is there");
    assert!(written == page, "docs/schedules.md is old: run this test with TRADEWIND_BLESS=1");
}
