//! Text fixtures of the front end. `tests/fixtures/errors/*.txt`: a bad program and its rendered diagnostics.
//! `tests/fixtures/frontend/*.txt`: source and the OIR it becomes. Line 1 is `# check` or `# emit`, then the source, a line
//! `#---`, and the expected output. `TRADEWIND_BLESS=1` writes the output that is found.

use std::path::{Path, PathBuf};
use tradewind_frontend::{ExternalValue, FileLoader, Module, Options, parse_module};
use tradewind_ir::diagnostic;

const MARK: &str = "#---\n";

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(folder);
    let entries = std::fs::read_dir(folder).expect("the fixtures are there");
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "txt")).collect();
    found.sort();
    found
}

/// The options on a fixture's first line: `# check -D hord=6 --float 32`.
fn options(command: &str) -> Options {
    let mut options = Options::default();
    let mut words = command.split_whitespace();
    while let Some(word) = words.next() {
        match (word, words.clone().next()) {
            ("-D", Some(given)) => {
                let (name, value) = given.split_once('=').expect("-D name=value");
                options.externals.push((name.into(), ExternalValue::parse(value).expect("a value")));
            }
            ("--float", Some("32")) => options.float = tradewind_ir::DType::F32,
            ("--literals", Some("32")) => {
                options.literal_float = tradewind_ir::DType::F32;
                options.literal_int = tradewind_ir::DType::I32;
            }
            _ => {}
        }
    }
    options
}

fn run(path: &Path, show: impl Fn(&Module) -> String) -> Result<(), String> {
    let fixture = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let (input, expected) = fixture.split_once(MARK).unwrap_or((&fixture, ""));
    let (command, source) = input.split_once('\n').unwrap_or((input, ""));
    let here = path.parent().unwrap_or(Path::new(".")).join("input.py");
    let module = parse_module(&here.display().to_string(), source, &options(command), &FileLoader);
    let folder = format!("{}/", path.parent().unwrap_or(Path::new(".")).display());
    let found = show(&module).replace(&folder, "");
    let found = found.trim_end();
    if std::env::var_os("TRADEWIND_BLESS").is_some() {
        return std::fs::write(path, format!("{input}{MARK}{found}\n")).map_err(|e| e.to_string());
    }
    if found == expected.trim_end() { Ok(()) } else { Err(format!("{}:\n{found}\n\nexpected:\n{expected}", path.display())) }
}

fn run_all(folder: &str, show: impl Fn(&Module) -> String) {
    let failures: Vec<String> = fixtures(folder).iter().filter_map(|path| run(path, &show).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn bad_programs_are_explained() {
    run_all("errors", |module| diagnostic::render(&module.sources, &module.check(), false));
}

#[test]
fn sources_become_oir() {
    run_all("frontend", |module| {
        let mut shown = Vec::new();
        for name in module.stencil_names() {
            shown.push(match module.lower_stencil(name, &[]) {
                Ok((stencil, _)) => stencil.to_string(),
                Err(errors) => diagnostic::render(&module.sources, &errors, false),
            });
        }
        for name in module.program_names() {
            shown.push(match module.lower_program(name) {
                Ok((program, _)) => program.to_string(),
                Err(errors) => diagnostic::render(&module.sources, &errors, false),
            });
        }
        shown.join("\n")
    });
}
