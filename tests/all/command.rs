//! The real command on real files: what it prints, its exit codes, and what it says to wrong calls and wrong input.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn tradewind(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradewind"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).args(arguments);
    command.output().expect("the command starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A folder for one test, emptied.
pub fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).expect("the folder can be made");
    path
}

/// Runs the command and checks its exit code and that it says `wanted`, on whichever stream.
pub fn expect(arguments: &[&str], code: i32, wanted: &[&str]) -> String {
    let output = tradewind(arguments);
    let said = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{arguments:?} said\n{said}");
    for part in wanted {
        assert!(said.contains(part), "{arguments:?} does not say `{part}`:\n{said}");
    }
    assert!(!said.contains("panicked"), "{said}");
    said
}

#[test]
fn help_teaches() {
    expect(&["--help"], 0, &["tradewind run examples/transport/run.toml", "Exit codes"]);
    for command in ["check", "list", "emit", "run", "verify", "bench", "explain", "lsp", "machine", "passes"] {
        expect(&[command, "--help"], 0, &["Usage"]);
    }
}

#[test]
fn machines_are_printed_and_files_of_them_are_read() {
    let first = expect(&["machine"], 0, &["[core]", "clock_ghz = ", "all_gbs = ", "# GB/s: "]);
    assert_eq!(expect(&["machine"], 0, &[]), first, "this computer is measured once");
    let reference = expect(&["machine", "--machine", "reference"], 0, &["clock_ghz = 3.2 "]);
    expect(&["machine", "--machine", "reference", "--json"], 0, &["\"clock_ghz\": 3.2", "\"one_gbs\": "]);
    let file = folder("machines").join("mine.toml");
    std::fs::write(&file, reference.replace("clock_ghz = 3.2", "clock_ghz = 2.5")).expect("the file can be written");
    let path = file.display().to_string();
    let other = expect(&["machine", "--machine", &path], 0, &["clock_ghz = 2.5 "]);
    assert_eq!(other.replace("clock_ghz = 2.5", "clock_ghz = 3.2"), reference);
    let emit = ["emit", "benches/kernels/kernels.py", "--stencil", "copy", "--stage", "tree", "--domain", "32,32,8"];
    expect(&[&emit[..], &["--machine", &path]].concat(), 0, &["tree copy("]);
    std::fs::write(&file, "[core]\nclock_gzh = 2.5\n").expect("the file can be written");
    expect(&["machine", "--machine", &path], 1, &["mine.toml:2", "did you mean `clock_ghz`?"]);
    expect(&[&emit[..], &["--machine", &path]].concat(), 1, &["mine.toml:2"]);
    expect(&["machine", "--machine", "no/such.toml"], 1, &["cannot read the machine file no/such.toml", "`reference`"]);
    expect(&["machine", "--calibrate", "--machine", "reference"], 2, &["--calibrate measures this computer"]);
}

#[test]
fn wrong_calls_exit_with_2() {
    expect(&["sing"], 2, &["unrecognized subcommand"]);
    expect(&["check"], 2, &["FILE"]);
    expect(&["check", "-D", "hord", "examples/transport/transport.py"], 2, &["-D NAME=VALUE"]);
    expect(
        &["emit", "examples/transport/transport.py", "--stage", "soup"],
        2,
        &["oir, debug, numpy, program, schedule, tree, graph"],
    );
    expect(&["emit", "examples/transport/transport.py", "--stage", "oir"], 2, &["--stencil advect_x", "--program transport"]);
    expect(&["bench", "benches/kernels/kernels.py", "--stencil", "copy", "--domain", "8,8"], 2, &["three sizes"]);
    expect(&["check", "--float", "16", "examples/transport/transport.py"], 2, &["32 or 64"]);
}

#[test]
fn externals_have_names_in_tables() {
    let path = folder("externals").join("shift.py");
    let source = "def shift(a: \"Field[float]\", out: Field[float]):\n    from __externals__ import grid\n\n    \
                  with computation(PARALLEL), interval(...):\n        out = a[grid.axis + 1] * grid.size.dx\n";
    std::fs::write(&path, source).expect("the file can be written");
    let path = path.display().to_string();
    let emit = ["emit", path.as_str(), "--stencil", "shift", "--stage", "oir", "-D", "grid.axis=J"];
    expect(&[&emit[..], &["-D", "grid.size.dx=0.5"]].concat(), 0, &["(%a[0,1,0] * 0.5f64)"]);
    expect(&emit, 1, &["`grid` has no entry `size`", "it has `axis`"]);
}

#[test]
fn wrong_input_exits_with_1() {
    let dir = folder("wrong_input");
    let path = |name: &str, content: &str| {
        let path = dir.join(name);
        std::fs::write(&path, content).expect("the file can be written");
        path.display().to_string()
    };
    expect(&["check", "no/such/file.py"], 1, &["cannot read no/such/file.py"]);
    let broken = path("broken.py", "def f(a: Field[float]:\n    with computation(PARALLEL), interval(...):\n        a = 1\n");
    expect(&["check", &broken], 1, &["broken.py:1"]);
    let misspelt = path(
        "misspelt.py",
        "def f(flux: Field[float], out: Field[float]):\n    with computation(PARALLEL), interval(...):\n        out = flx + 1.0\n",
    );
    expect(&["check", &misspelt], 1, &["flx", "misspelt.py:3"]);
    expect(&["list", &misspelt], 1, &["flx"]);
    expect(&["run", &path("empty.toml", "")], 1, &["error[TW0861]", "source"]);
    expect(&["run", &path("odd.toml", "source = 'x.py'\nprogram = 3\n")], 1, &["error[TW0861]", "odd.toml:2"]);
    expect(&["run", &path("gone.toml", "source = 'x.py'\nprogram = 'p'\ndomain = [4, 4, 4]\n")], 1, &["cannot read"]);
    expect(&["check", &path("bytes.py", "\u{0}\u{1}((((")], 1, &["bytes.py"]);
    expect(
        &["bench", "examples/transport/transport.py", "--stencil", "nothing", "--domain", "4,4,4"],
        1,
        &["no stencil named"],
    );
    expect(&["check", "--schedule", "soup.toml", &misspelt], 1, &["cannot read the schedule file"]);
    expect(&["emit", "benches/kernels/kernels.py", "--stencil", "copy", "--stage", "tree", "--schedule", "fast"], 1, &["fast"]);
}

#[test]
fn every_stage_can_be_shown() {
    for (stage, wanted) in [
        ("oir", "stencil advect_x"),
        ("debug", "for i in range("),
        ("numpy", "def advect_x("),
        ("tree", "tree advect_x"),
        ("graph", "graph advect_x"),
        ("dot", "digraph"),
        ("clif", "function"),
        ("asm", "ret"),
    ] {
        expect(&["emit", "examples/transport/transport.py", "--stencil", "advect_x", "--stage", stage], 0, &[wanted]);
    }
    expect(&["emit", "examples/transport/transport.py", "--program", "transport", "--stage", "tree"], 0, &["exchange"]);
}

#[test]
fn stencils_are_listed_with_access_and_halo() {
    let said = expect(
        &["list", "examples/transport/transport.py"],
        0,
        &["stencil advect_x", "program transport", "q_new            f64 IJK write"],
    );
    assert!(said.contains("halo i -"), "{said}");
    let json = expect(&["list", "benches/kernels/kernels.py", "--json"], 0, &[]);
    let listed: serde_json::Value = serde_json::from_str(&json).expect("valid JSON");
    assert!(listed.as_array().is_some_and(|l| l.iter().any(|s| s["name"] == "hdiff")), "{json}");
}

#[test]
fn passes_describe_themselves() {
    expect(&["passes"], 0, &["interchange", "fuse", "parallelize", "vectorize", "store_at", "dead-dataflow", "naive"]);
    expect(&["passes", "fuse"], 0, &["before", "after", "Legal when", "sequential"]);
    expect(&["passes", "fusee"], 2, &["did you mean `fuse`?"]);
    let json = expect(&["passes", "--json"], 0, &[]);
    assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), "{json}");
}

#[test]
fn stencils_are_verified() {
    let said = expect(&["verify", "benches/kernels/kernels.py", "--domain", "9,5,7", "--seed", "3"], 0, &["equal to the bit"]);
    assert!(said.contains("0 failed") && !said.contains("DIFFERENT"), "{said}");
    expect(&["verify", "benches/kernels/kernels.py", "--stencil", "none"], 2, &["no file has"]);
}

#[test]
fn a_bench_reports_time_and_traffic() {
    let arguments =
        ["bench", "benches/kernels/kernels.py", "--stencil", "copy", "--domain", "64,64,16", "--threads", "1", "--json"];
    let result: serde_json::Value = serde_json::from_str(&expect(&arguments, 0, &[])).expect("valid JSON");
    assert_eq!(result["compulsory_bytes"], 64 * 64 * 16 * 8 * 2);
    // What is copied is read, and what is written is fetched and written back.
    assert!(result["cache_bytes"][0].as_u64().is_some_and(|bytes| bytes >= 64 * 64 * 16 * 8 * 3), "{result}");
    assert!(result["median_ms"].as_f64().is_some_and(|t| t > 0.0) && result["stream_rate"].as_f64().is_some_and(|r| r > 0.0));
}

#[test]
fn codes_are_explained() {
    expect(&["explain"], 0, &["TW0101  error    a name is not known", "TW0501  warning"]);
    let said = expect(&["explain", "tw0501"], 0, &["never read", "Gives the warning", "Corrected"]);
    assert!(said.contains("        tendancy = 0.5 * q"), "{said}");
    expect(&["explain", "TW9999"], 2, &["no code `TW9999`", "tradewind explain"]);
}

#[test]
fn schedules_are_explained() {
    let transport = "examples/transport/transport.py";
    let explain = ["explain", transport, "--program", "transport", "--machine", "reference", "--domain", "64,64,40"];
    let said =
        expect(&explain, 0, &["Schedule of `transport` for 64 x 64 x 40 points", "as lifted", "scheduled", "held up by"]);
    for part in ["Nests", "Not fused", "Temporaries", "transport.py:", "`fuse` is not legal"] {
        assert!(said.contains(part), "no `{part}` in\n{said}");
    }
    let json = expect(&[&explain[..], &["--json"]].concat(), 0, &["\"not_fused\""]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("one JSON object");
    assert!(json["after"]["predicted"]["ns"].as_f64() < json["before"]["predicted"]["ns"].as_f64(), "{json}");
    expect(&["explain", transport], 2, &["contains several: name one of them", "--program transport"]);
    expect(&["explain", "--json"], 2, &["tradewind explain FILE --program NAME"]);
    expect(&["explain", "nothing.py", "--program", "x"], 1, &["nothing.py"]);
    expect(&["explain", transport, "--program", "transpart"], 1, &["transpart"]);
}

#[test]
fn a_preset_is_a_schedule_file_that_makes_the_same_tree() {
    let file = folder("replay").join("cpu.toml");
    for (source, choice) in [("examples/transport/transport.py", "--program"), ("examples/stencils/diffusion.py", "--stencil")]
    {
        let name = if choice == "--program" { "transport" } else { "limited_diffusion" };
        let emit = ["emit", source, choice, name, "--machine", "reference", "--stage"];
        let steps = expect(&[&emit[..], &["schedule"]].concat(), 0, &["# The steps of a schedule for", "do = \"fuse\""]);
        std::fs::write(&file, steps).expect("the file can be written");
        let tree = expect(&[&emit[..], &["tree"]].concat(), 0, &["tree "]);
        let path = file.to_str().expect("a path of letters");
        assert_eq!(expect(&[&emit[..], &["tree", "--schedule", path]].concat(), 0, &["tree "]), tree);
    }
}

#[test]
fn numerics_modes_are_chosen_and_reported() {
    let folder = folder("numerics");
    let (source, choice) = ("examples/stencils/diffusion.py", ["--stencil", "limited_diffusion"]);
    let emit = [&["emit", source][..], &choice, &["--stage", "program"]].concat();
    let strict = expect(&emit, 0, &["program "]);
    assert!(!strict.contains("fma("), "{strict}");
    let contract = expect(&[&emit[..], &["--numerics", "contract"]].concat(), 0, &["fma("]);
    let file = folder.join("mode.toml");
    std::fs::write(&file, "numerics = \"contract\"\npreset = \"cpu\"\n").expect("the file can be written");
    let file = file.to_str().expect("a path of letters");
    assert_eq!(expect(&[&emit[..], &["--schedule", file]].concat(), 0, &[]), contract);
    assert_eq!(expect(&[&emit[..], &["--schedule", file, "--numerics", "strict"]].concat(), 0, &[]), strict);
    let steps = [&["emit", source][..], &choice, &["--stage", "schedule", "--numerics", "relaxed"]].concat();
    expect(&steps, 0, &["numerics = \"relaxed\""]);
    for stage in ["numpy", "debug"] {
        let text = [&["emit", source][..], &choice, &["--stage", stage, "--numerics", "contract"]].concat();
        expect(&text, 0, &["def fma("]);
    }
    let explain = [&["explain", source][..], &choice, &["--numerics", "contract"]].concat();
    expect(&explain, 0, &["Numerics contract: ", "statements changed", "operations instead of"]);
    expect(&[&explain[..], &["--json"]].concat(), 0, &["\"mode\": \"contract\""]);
    expect(&[&explain[..2], &choice[..]].concat(), 0, &["Numerics strict: every operation is rounded as it is written"]);
    for mode in ["contract", "relaxed"] {
        expect(&["verify", source, "--numerics", mode], 0, &["limited_diffusion", "equal to the bit"]);
    }
    expect(
        &[&emit[..], &["--numerics", "fast"]].concat(),
        2,
        &["--numerics: numerics must be `strict`, `contract` or `relaxed`"],
    );
    let model = "def inc(a: Field[float], b: Field[float]):\n    with computation(PARALLEL), interval(...):\n        a = a * b + 1.0\n\n\n\
                 @program\ndef run(a: Field[float], b: Field[float]):\n    inc(a, b)\n";
    std::fs::write(folder.join("model.py"), model).expect("the file can be written");
    let run = "source = 'model.py'\nprogram = 'run'\ndomain = [4, 4, 2]\nnumerics = 'contract'\n";
    std::fs::write(folder.join("run.toml"), run).expect("the file can be written");
    let run = folder.join("run.toml").display().to_string();
    expect(&["run", &run], 0, &["numerics contract: 1 of 1 statements changed, 1 operations instead of 2"]);
    expect(&["run", &run, "--numerics", "strict", "--json"], 0, &["\"mode\": \"strict\""]);
}

#[test]
fn warnings_are_denied_and_allowed() {
    let path = folder("warnings").join("s.py");
    let text = "def s(a: Field[float], out: Field[float]):\n    with computation(PARALLEL), interval(...):\n        oot = a\n        out = a\n";
    std::fs::write(&path, text).expect("the file can be written");
    let file = path.to_str().expect("a path of letters");
    expect(&["check", file], 0, &["warning[TW0501]", "0 errors, 1 warning"]);
    expect(&["check", file, "--deny", "TW0501"], 1, &["error[TW0501]", "1 error, 0 warnings"]);
    expect(&["check", file, "--deny", "warnings"], 1, &["error[TW0501]"]);
    expect(&["check", file, "--allow", "TW0501"], 0, &["0 errors, 0 warnings"]);
    expect(&["check", file, "--deny", "warnings", "--allow", "TW0501"], 0, &["0 errors, 0 warnings"]);
    expect(&["check", file, "--json"], 0, &["\"code\":\"TW0501\""]);
    expect(&["verify", file, "--deny", "TW0501", "--domain", "4,4,4"], 1, &["error[TW0501]"]);
    expect(&["emit", file, "--stencil", "s", "--stage", "oir", "--deny", "warnings"], 1, &["error[TW0501]"]);
    expect(&["check", file, "--allow", "TW0101"], 2, &["TW0101 is always an error"]);
    expect(&["check", file, "--deny", "oot"], 2, &["no code `oot`"]);
}

#[test]
fn a_domain_that_memory_cannot_hold_is_refused_with_its_size() {
    let folder = folder("memory");
    let source = "def inc(a: Field[float], out: Field[float]):\n    with computation(PARALLEL), interval(...):\n        out = a + 1.0\n\n\n\
                  @program\ndef run(a: Field[float]):\n    w: Field[float]\n    inc(a, w)\n    swap(a, w)\n";
    std::fs::write(folder.join("model.py"), source).expect("the file can be written");
    let run = "source = 'model.py'\nprogram = 'run'\ndomain = [1000000, 1000000, 1000]\n";
    std::fs::write(folder.join("run.toml"), run).expect("the file can be written");
    let (model, run) = (folder.join("model.py").display().to_string(), folder.join("run.toml").display().to_string());
    expect(&["run", &run], 1, &["error[TW0712]", "2 fields need 14.2 PiB of memory"]);
    let huge = "1000000,1000000,1000";
    expect(&["bench", &model, "--stencil", "inc", "--domain", huge], 1, &["error[TW0712]", "14.2 PiB"]);
    expect(&["verify", &model, "--stencil", "inc", "--domain", huge], 1, &["error[TW0712]", "14.2 PiB"]);
}

#[test]
#[cfg(target_os = "linux")]
fn an_interrupted_run_keeps_and_reports_what_it_has() {
    let folder = folder("interrupt");
    let source = "def inc(a: Field[float], out: Field[float]):\n    with computation(PARALLEL), interval(...):\n        out = a + 1.0\n\n\n\
                  @program\ndef run(a: Field[float], n: int):\n    w: Field[float]\n    for step in range(n):\n        inc(a, w)\n        \
                  swap(a, w)\n";
    std::fs::write(folder.join("model.py"), source).expect("the file can be written");
    let run = "source = 'model.py'\nprogram = 'run'\ndomain = [8, 8, 2]\nscalars = { n = 1000000000000 }\nreport = { mass = ['a'] }\n\
               [[pictures]]\nfile = 'a.png'\npanels = [{ field = 'a', at = ['start', 'end'] }]\n\
               [[pictures]]\nfile = 'b.png'\npanels = [{ field = 'a' }]\n";
    std::fs::write(folder.join("run.toml"), run).expect("the file can be written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tradewind"));
    let command = command.arg("run").arg(folder.join("run.toml")).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("the command starts");
    let process = Path::new("/proc").join(child.id().to_string());
    wait_until_it_runs(&process);
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("a signal can be sent");
    assert!(sent.success());
    let output = child.wait_with_output().expect("the command ends");
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(130), "{out}{err}");
    assert!(err.contains("error[TW0713]: interrupted") && err.contains("of 1000000000000 steps"), "{err}");
    assert!(out.contains("mass") && out.contains("pictures") && out.contains("not drawn"), "{out}");
    assert!(folder.join("a.png").exists() && !folder.join("b.png").exists());
}

/// Waits until a process listens to Ctrl-C and has computed for some time since.
#[cfg(target_os = "linux")]
fn wait_until_it_runs(process: &Path) {
    let read = |file: &str| std::fs::read_to_string(process.join(file)).expect("the process is there");
    let listens = || {
        let status = read("status");
        let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).expect("the signals that it listens to");
        u64::from_str_radix(caught.trim(), 16).is_ok_and(|mask| mask & 2 != 0)
    };
    let pause = || std::thread::sleep(std::time::Duration::from_millis(20));
    while !listens() {
        pause();
    }
    // In hundredths of a second, the fourteenth entry.
    let time = || read("stat").split(' ').nth(13).and_then(|time| time.parse::<u64>().ok()).expect("a number");
    let before = time();
    while time() < before + 30 {
        pause();
    }
}
