//! Text fixtures: line 1 is the command, then the input, then, after `#---`, what comes out.
//!
//!     # check                            diagnostics
//!     # emit oir|tree|graph [SCHEDULE]   every stencil, or the program if there is one, at that stage; schedule `naive` if not said
//!     # schedule                         a schedule file: the input after `#===` applied to the stencil before it
//!
//! `TRADEWIND_BLESS=1 cargo nextest run --test all fixtures` writes what comes out into the files; read the difference.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use tradewind::ir::diagnostic::render;
use tradewind::{Error, ScheduleChoice, Settings, Stage, Toolchain, frontend};

fn fixtures(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).expect("the fixtures are there");
    let mut paths: Vec<_> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            fixtures(&path, found);
        } else if path.extension().is_some_and(|e| e == "txt") {
            found.push(path);
        }
    }
}

fn check(input: &str) -> String {
    let module = Toolchain::new(Settings::default()).load_with("input.py", input, &frontend::NoLoader);
    render(module.sources(), &module.check(), false)
}

fn emit(input: &str, stage: Stage, schedule: ScheduleChoice) -> Result<String, Error> {
    let toolchain = Toolchain::new(Settings { schedule, ..Settings::default() });
    let module = toolchain.load_with("input.py", input, &frontend::NoLoader);
    let mut text = String::new();
    for name in module.programs() {
        let shown = toolchain.text(&module.program_ir(&name)?, stage, module.sources())?;
        writeln!(text, "{}", shown.trim_end()).expect("strings grow");
    }
    if text.is_empty() {
        for name in module.stencils() {
            let shown = toolchain.text(&module.stencil_program(&name)?, stage, module.sources())?;
            writeln!(text, "{}", shown.trim_end()).expect("strings grow");
        }
    }
    Ok(text)
}

/// What the command of a fixture makes of its input.
fn outcome(command: &str, input: &str) -> Result<String, String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let stage = |name: &str| Stage::NAMES.iter().find(|(_, n)| *n == name).map(|(stage, _)| *stage);
    let emitted = match words.as_slice() {
        ["#", "check"] => return Ok(check(input)),
        ["#", "emit", name] => emit(input, stage(name).ok_or("no such stage")?, ScheduleChoice::Preset("naive".into())),
        ["#", "emit", name, preset] => {
            emit(input, stage(name).ok_or("no such stage")?, ScheduleChoice::Preset(preset.to_string()))
        }
        ["#", "schedule"] => {
            let (source, file) = input.split_once("#===\n").ok_or("no line `#===`")?;
            let schedule = ScheduleChoice::File { name: "schedule.toml".into(), text: file.into() };
            emit(source, Stage::Tree, schedule)
        }
        _ => return Err(format!("line 1 is no command: {command}")),
    };
    Ok(emitted.unwrap_or_else(|error| error.render(false)))
}

#[test]
fn fixtures_come_out_as_written() {
    let bless = std::env::var_os("TRADEWIND_BLESS").is_some();
    let mut paths = Vec::new();
    fixtures(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"), &mut paths);
    let mut wrong = String::new();
    for path in &paths {
        let text = std::fs::read_to_string(path).expect("the fixture can be read");
        let (input, expected) = text.split_once("#---\n").unwrap_or((&text, ""));
        let (command, source) = input.split_once('\n').unwrap_or((input, ""));
        let found = outcome(command, source).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let found: String = found.lines().map(|line| line.trim_end().to_string() + "\n").collect();
        if bless && found != expected {
            std::fs::write(path, format!("{input}#---\n{found}")).expect("the fixture can be written");
        } else if found != expected {
            writeln!(wrong, "=== {}\n--- expected\n{expected}--- found\n{found}", path.display()).expect("strings grow");
        }
    }
    let count = |folder: &str| paths.iter().filter(|p| p.parent().is_some_and(|f| f.ends_with(folder))).count();
    assert!(count("errors") >= 40, "at least 40 bad programs");
    assert!(wrong.is_empty(), "{wrong}\nTRADEWIND_BLESS=1 writes what was found into the files");
}
