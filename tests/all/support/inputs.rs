//! Anything at all, fed to everything that reads text.

use tradewind::ir::{Sources, Verify};
use tradewind::{Settings, Toolchain, ir, schedule};

/// Reads `data` as GTScript, OIR text, a schedule file and a machine file, by its first byte; what is accepted goes on through the compiler.
pub fn feed(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    match kind % 5 {
        0 | 1 => source(&text),
        2 => oir(&text),
        3 => schedule_file(&text),
        _ => machine_file(&text),
    }
}

fn source(text: &str) {
    let toolchain = Toolchain::new(Settings::default());
    let module = toolchain.load_with("input.py", text, &tradewind::frontend::NoLoader);
    let found = module.check();
    let _ = ir::diagnostic::render(module.sources(), &found, false);
    for name in module.stencils() {
        if let Ok(program) = module.stencil_program(&name) {
            let _ = toolchain.text(&program, tradewind::Stage::Graph, module.sources());
        }
    }
    for name in module.programs() {
        if let Ok(program) = module.program_ir(&name) {
            let _ = toolchain.text(&program, tradewind::Stage::Graph, module.sources());
        }
    }
}

fn oir(text: &str) {
    let mut sources = Sources::default();
    let source = sources.add("input.oir", text);
    match ir::text::parse(text, source).and_then(|module| module.into_program().verify()) {
        Ok(program) => drop(Toolchain::new(Settings::default()).text(&program, tradewind::Stage::Graph, &sources)),
        Err(found) => drop(ir::diagnostic::render(&sources, &found, false)),
    }
}

fn schedule_file(text: &str) {
    let mut sources = Sources::default();
    let source = sources.add("schedule.toml", text);
    if let Err(found) = schedule::file::Schedule::parse(text, source) {
        let _ = ir::diagnostic::render(&sources, &found, false);
    }
}

fn machine_file(text: &str) {
    let mut sources = Sources::default();
    let source = sources.add("machine.toml", text);
    match schedule::Machine::parse(text, source) {
        Ok(machine) => assert_eq!(schedule::Machine::parse(&machine.to_toml(), source), Ok(machine)),
        Err(found) => drop(ir::diagnostic::render(&sources, &found, false)),
    }
}
