//! Text fixtures of the passes on a program's data. `tests/fixtures/program/*.txt`: line 1 is `# ` and the names of passes, then a program
//! in the text form of OIR, a line `#---`, and the stencils that differ and the steps of the program that comes out. `TRADEWIND_BLESS=1` writes the output that is found.

use std::path::{Path, PathBuf};
use tradewind_ir::pass::run_passes;
use tradewind_ir::{Sources, Verify, text};
use tradewind_program::{Analyzed, passes};

const MARK: &str = "#---\n";

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/program");
    let entries = std::fs::read_dir(folder).expect("the fixtures are there");
    let mut found: Vec<PathBuf> =
        entries.flatten().map(|e| e.path()).filter(|p| p.extension().is_some_and(|e| e == "txt")).collect();
    found.sort();
    found
}

/// The program that the passes of a fixture's first line make of the program below it.
fn result(text: &str) -> String {
    let mut sources = Sources::default();
    let source = sources.add("input", text);
    let names = text.lines().next().unwrap_or("").trim_start_matches("# ").split(' ');
    let chosen: Vec<_> = names.map(|name| passes::by_name(name).unwrap_or_else(|| panic!("no pass {name}"))).collect();
    let found = text::parse(text, source).and_then(|input| {
        let analyzed = Analyzed::of(&input.into_program().verify()?, [128, 128, 80]);
        let before: Vec<_> = analyzed.program.stencils.values().cloned().collect();
        Ok((run_passes(analyzed, &chosen, &mut |_, _| ())?.0, before))
    });
    let (program, before) = found.unwrap_or_else(|d| panic!("{}", tradewind_ir::diagnostic::render(&sources, &d, false)));
    let stencils = program.program.stencils.values().filter(|stencil| !before.contains(stencil));
    let stencils = stencils.map(|stencil| format!("{}\n", text::print_stencil(stencil, 0).trim_end()));
    let steps = program.program.body.iter().map(|step| text::print_step(step, &program.program, 0));
    stencils.chain(steps).collect()
}

#[test]
fn passes_make_of_programs_what_the_fixtures_say() {
    let mut failures = Vec::new();
    for path in fixtures() {
        let fixture = std::fs::read_to_string(&path).expect("can be read");
        let (input, expected) = fixture.split_once(MARK).unwrap_or((&fixture, ""));
        let found = result(input);
        if std::env::var_os("TRADEWIND_BLESS").is_some() {
            std::fs::write(&path, format!("{input}{MARK}{found}")).expect("can be written");
        } else if found.trim_end() != expected.trim_end() {
            failures.push(format!("{}:\n{found}\nexpected:\n{expected}", path.display()));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
