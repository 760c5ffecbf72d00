//! Text fixtures of schedules. `tests/fixtures/schedule/*.txt`: line 1 is `# schedule`, then a stencil or program in the text
//! form of OIR (or a tree), a line `#---`, a schedule file, another such line, and the tree that comes out or the rendered
//! refusal. `tests/fixtures/tree/*.txt`: `# verify`, a tree, and what its verifier says.
//! `tests/fixtures/machine/*.txt`: `# machine`, a machine file, and the whole machine or what is wrong with the file. `TRADEWIND_BLESS=1` writes the output
//! that is found.

use std::path::{Path, PathBuf};
use tradewind_ir::{Diagnostic, Sources, Verify, diagnostic, text as oir};
use tradewind_schedule::file::{Schedule, to_toml};
use tradewind_schedule::{Machine, Target, Tree, lift, text};

const MARK: &str = "#---\n";

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures").join(folder);
    let entries = std::fs::read_dir(folder).expect("the fixtures are there");
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "txt")).collect();
    found.sort();
    found
}

/// Compares what `show` makes of a fixture's inputs, `parts` of them, with what stands behind them.
fn run(path: &Path, parts: usize, show: &impl Fn(&[&str]) -> String) -> Result<(), String> {
    let fixture = std::fs::read_to_string(path).map_err(|e| e.to_string())?;
    let pieces: Vec<&str> = fixture.splitn(parts + 1, MARK).collect();
    let found = show(&pieces[..parts.min(pieces.len())]);
    let found = found.trim_end();
    if std::env::var_os("TRADEWIND_BLESS").is_some() {
        let inputs = pieces[..parts.min(pieces.len())].join(MARK);
        return std::fs::write(path, format!("{inputs}{MARK}{found}\n")).map_err(|e| e.to_string());
    }
    let expected = pieces.get(parts).copied().unwrap_or("").trim_end();
    if found == expected { Ok(()) } else { Err(format!("{}:\n{found}\n\nexpected:\n{expected}", path.display())) }
}

fn run_all(folder: &str, parts: usize, show: impl Fn(&[&str]) -> String) {
    let failures: Vec<String> = fixtures(folder).iter().filter_map(|path| run(path, parts, &show).err()).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// The tree of a fixture's first part: as it stands there, or lifted.
fn input(text: &str, sources: &mut Sources) -> Result<Tree, Vec<Diagnostic>> {
    let source = sources.add("input", text);
    if text.lines().any(|line| line.starts_with("tree ")) {
        return text::parse(text, source);
    }
    Ok(lift(&oir::parse(text, source)?.into_program().verify()?))
}

fn scheduled(parts: &[&str], sources: &mut Sources) -> Result<Tree, Vec<Diagnostic>> {
    let tree = input(parts[0], sources)?.verify()?.into_inner();
    let written = parts.get(1).copied().unwrap_or("");
    let schedule = Schedule::parse(written, sources.add("schedule.toml", written))?;
    let target = Target::reference();
    let (result, steps) = schedule.apply(tree.clone(), &target)?;
    let replay = to_toml(&tree, &steps);
    let replayed = Schedule::parse(&replay, sources.add("replay.toml", replay.as_str()))?.apply(tree, &target)?.0;
    assert_eq!(replayed.to_string(), result.to_string(), "{replay}");
    Ok(result.verify()?.into_inner())
}

#[test]
fn schedules_give_trees() {
    run_all("schedule", 2, |parts| {
        let mut sources = Sources::default();
        match scheduled(parts, &mut sources) {
            Ok(tree) => {
                let printed = tree.to_string();
                let again = text::parse(&printed, sources.add("printed", printed.as_str())).expect("what prints parses");
                assert_eq!(again.to_string(), printed);
                printed
            }
            Err(found) => diagnostic::render(&sources, &found, false),
        }
    });
}

#[test]
fn broken_trees_are_refused() {
    run_all("tree", 1, |parts| {
        let mut sources = Sources::default();
        let found = text::parse(parts[0], sources.add("input", parts[0])).map_or_else(|found| found, |tree| tree.check());
        diagnostic::render(&sources, &found, false)
    });
}

#[test]
fn machine_files_give_machines() {
    run_all("machine", 1, |parts| {
        let mut sources = Sources::default();
        match Machine::parse(parts[0], sources.add("machine.toml", parts[0])) {
            Ok(machine) => {
                let printed = machine.to_toml();
                assert_eq!(Machine::parse(&printed, sources.add("printed", printed.as_str())), Ok(machine));
                printed
            }
            Err(found) => diagnostic::render(&sources, &found, false),
        }
    });
}
