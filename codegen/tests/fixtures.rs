//! Text fixtures of the code for Python. `tests/fixtures/numpy/*.txt` and `tests/fixtures/debug/*.txt`: line 1 is `# emit` and
//! its options, then GTScript (or OIR in its text form), a line `#---`, and the functions that come out, without the helpers
//! before them. `TRADEWIND_BLESS=1` writes the output that is found.

use std::path::{Path, PathBuf};
use tradewind_codegen::{debug, numpy};
use tradewind_frontend::{NoLoader, Options, parse_module};
use tradewind_ir::{DType, Diagnostic, Program, Sources, Verified, Verify, diagnostic, text as oir};

const MARK: &str = "#---\n";

type Emit = fn(&Verified<Program>, &Sources) -> Result<String, Vec<Diagnostic>>;

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(folder);
    let entries = std::fs::read_dir(folder).expect("the fixtures are there");
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "txt")).collect();
    found.sort();
    found
}

/// The last program of a text, else its last stencil.
fn program(input: &str) -> Result<(Verified<Program>, Sources), String> {
    if input.lines().nth(1).is_some_and(|line| line.starts_with("stencil ") || line.starts_with("program ")) {
        let mut sources = Sources::default();
        let id = sources.add("input.oir", input);
        let program = oir::parse(input, id).and_then(|module| module.into_program().verify());
        return program.map(|p| (p, sources.clone())).map_err(|found| diagnostic::render(&sources, &found, false));
    }
    let mut options = Options::default();
    if input.lines().next().is_some_and(|command| command.contains("--float 32")) {
        (options.float, options.literal_float) = (DType::F32, DType::F32);
    }
    let module = parse_module("input.py", input, &options, &NoLoader);
    let lowered = match (module.program_names().last(), module.stencil_names().last()) {
        (Some(name), _) => module.lower_program(name).map(|(program, _)| program),
        (None, Some(name)) => module.lower_stencil(name, &[]).and_then(|(s, _)| Program::of_stencil(s.into_inner()).verify()),
        (None, None) => Err(Vec::new()),
    };
    lowered.map(|p| (p, module.sources.clone())).map_err(|found| diagnostic::render(&module.sources, &found, false))
}

fn run(path: &Path, emit: Emit) -> Result<(), String> {
    let fixture = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let (input, expected) = fixture.split_once(MARK).unwrap_or((&fixture, ""));
    let found = match program(input) {
        Ok((program, sources)) => emit(&program, &sources).unwrap_or_else(|found| diagnostic::render(&sources, &found, false)),
        Err(diagnostics) => diagnostics,
    };
    let found = found.find("@np.errstate").map_or(&*found, |at| &found[at..]).trim_end();
    if std::env::var_os("TRADEWIND_BLESS").is_some() {
        return std::fs::write(path, format!("{input}{MARK}{found}\n")).map_err(|e| e.to_string());
    }
    if found == expected.trim_end() { Ok(()) } else { Err(format!("{}:\n{found}\n\nexpected:\n{expected}", path.display())) }
}

fn run_all(folder: &str, emit: Emit) {
    let failures: Vec<String> = fixtures(folder).iter().filter_map(|path| run(path, emit).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn oir_becomes_numpy_code() {
    run_all("numpy", numpy::emit);
}

#[test]
fn oir_becomes_plain_loops() {
    run_all("debug", debug::emit);
}
