//! The programs of the examples on small domains: what they conserve, how fast they converge, and published figures.

use crate::command::{expect, folder};
use std::path::Path;

/// What is said about the fields of [`report`].
fn fields(example: &str, file: &str, name: &str, edits: &[(&str, &str)]) -> serde_json::Value {
    report(example, file, name, edits)["fields"].clone()
}

/// The report of an example's run file on one thread, after some edits, each of which must fit. The run has a folder of its
/// own, `name`.
fn report(example: &str, file: &str, name: &str, edits: &[(&str, &str)]) -> serde_json::Value {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(example);
    let mut run = std::fs::read_to_string(source.join(file)).expect("the example is there");
    for (old, new) in edits.iter().chain(&[("threads = 2", "threads = 1")]) {
        assert!(run.contains(old), "{example}/{file} has no `{old}`");
        run = run.replace(old, new);
    }
    let dir = folder(name);
    let program = format!("{example}.py");
    std::fs::copy(source.join(&program), dir.join(&program)).expect("copied");
    std::fs::write(dir.join("run.toml"), run).expect("written");
    let said = expect(&["run", &dir.join("run.toml").display().to_string(), "--json"], 0, &[]);
    let report: serde_json::Value = serde_json::from_str(&said).expect("valid JSON");
    for picture in report["pictures"].as_array().expect("a list") {
        assert_eq!(picture["missing"], 0, "{picture}");
        let picture = std::fs::read(picture["file"].as_str().expect("a path")).expect("a picture");
        assert!(picture.starts_with(b"\x89PNG"));
    }
    check_savings(&report["savings"]);
    report
}

/// Whether no step of the compiler has made more of what it should make less of.
fn check_savings(savings: &serde_json::Value) {
    let pairs = [
        ("fused", "nests_after", "nests_before"),
        ("exchanged", "updates_done", "updates_written"),
        ("allocated", "bytes_shared", "bytes_apart"),
    ];
    for (what, after, before) in pairs {
        let (after, before) = (number(&savings[what][after]), number(&savings[what][before]));
        assert!(after > 0.0 && after <= before, "{savings}");
    }
    assert!(number(&savings["allocated"]["bytes_of_arguments"]) > 0.0, "{savings}");
}

fn number(value: &serde_json::Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// Least and greatest value.
fn range(fields: &serde_json::Value, field: &str, moment: &str) -> (f64, f64) {
    let range = &fields["range"][field][moment];
    (number(&range[0]), number(&range[1]))
}

/// The relative change of a mass.
fn change(fields: &serde_json::Value, field: &str) -> f64 {
    number(&fields["mass"][field]["relative_change"])
}

#[test]
fn transport_keeps_mass_and_range() {
    let edits =
        [("[96, 96, 16]", "[24, 20, 6]"), ("nt = 480", "nt = 120"), ("level = 8", "level = 3"), ("row = 48", "row = 10")];
    let fields = fields("transport", "run.toml", "transport", &edits);
    for tracer in ["q1", "q2", "q3"] {
        assert!(change(&fields, tracer).abs() < 1e-12, "{tracer} {fields}");
        let (start, end) = (range(&fields, tracer, "start"), range(&fields, tracer, "end"));
        assert!(end.0 >= start.0 - 1e-12 && end.1 <= start.1 + 1e-12, "{tracer} {start:?} {end:?}");
    }
    let error = number(&fields["error"]["q1"]["l2"]);
    assert!(error > 0.0 && error < 0.8, "{error}");
}

/// Runs a model of one field, `q`, which starts at 1 and is made a hundredth greater in each of ten steps, and not a number in one
/// cell if `broken`.
fn growth(name: &str, rest: &str) -> (String, std::path::PathBuf) {
    let dir = folder(name);
    let source = "def grow(q: Field[float], broken: float):\n    with computation(PARALLEL), interval(...):\n        \
                  q = 1.01 * q + 0.0 * broken\n\n\n@program\ndef growth(q: Field[float], total: Field[IJ, float], nt: int, broken: float):\n    \
                  for n in range(nt):\n        grow(q, broken, domain=(NI - 1, NJ, NK))\n";
    std::fs::write(dir.join("model.py"), source).expect("written");
    let head = "source = \"model.py\"\nprogram = \"growth\"\ndomain = [6, 5, 3]\nthreads = 1\n\
                fields = { q = { kind = \"constant\", value = 1.0 } }\n";
    std::fs::write(dir.join("run.toml"), format!("{head}{rest}")).expect("written");
    (dir.join("run.toml").display().to_string(), dir)
}

#[test]
fn missing_values_are_mentioned() {
    let rest = "scalars = { nt = 10, broken = inf }\n[[pictures]]\nfile = \"a/q.png\"\npanels = [{ field = \"q\", row = 2, at = [\"start\", \"end\"] }]\n\
                [[plots]]\nfile = \"sum.png\"\ncurves = [{ field = \"q\", of = \"sum\" }]\n";
    let (run, dir) = growth("missing_values", rest);
    let said = expect(
        &["run", &run],
        0,
        &["fused      1 calls: 1 loop nests", "exchanged  nothing", "allocated  nothing", "pictures"],
    );
    assert!(said.contains("a/q.png: 15 values are missing (NaN)") && said.contains("sum.png: 10 values are missing"), "{said}");
    assert!(dir.join("a/q.png").exists() && dir.join("sum.png").exists());
}

#[test]
fn all_that_is_wrong_with_a_run_file_is_said_at_once() {
    let rest = "scalars = { nt = \"ten\" }\n\
                report = { mass = [\"totl\"] }\n\
                [labels]\nqq = { unit = \"K\" }\n\
                [[pictures]]\nfile = \"q.png\"\npanels = [\n    { field = \"q\", level = 3 },\n    { field = \"q\", level = 0, row = 5 },\n    \
                { field = \"total\", row = 0 },\n    { field = \"q\", at = [\"end\", \"end\"], range = [1.0, 0.0] },\n]\n\
                [[plots]]\nfile = \"r.png\"\ncurves = [{ field = \"w\", of = \"sum\" }]\n";
    let (run, _) = growth("wrong_names", rest);
    expect(
        &["run", &run],
        1,
        &[
            "`nt` is not a number",
            "scalar argument `broken` has no value",
            "no field argument `totl`",
            "did you mean `total`?",
            "level = 3 does not lie in the domain",
            "write 0 to 2",
            "a `level` or a `row`, not both",
            "`total` is a Field[IJ]: it does not vary along K",
            "write `level = 0`",
            "different times",
            "no range of colours goes from 1 to 0",
            "no field argument `w`",
            "run.toml:20",
        ],
    );
    let rest = "scalars = { nt = 1, broken = 0.0 }\n[axes]\nI = { name = \"x\", from = 1.0, to = 1.0 }\n\
                [[pictures]]\nfile = \"q.jpg\"\npanels = []\n[[plots]]\nfile = \"q.jpg\"\ncurves = []\n";
    let (run, _) = growth("wrong_values", rest);
    let wanted = ["no axis goes from 1 to 1", "PNG files", "two pictures have this file", "some rows of panels", "some curves"];
    expect(&["run", &run], 1, &wanted);
    let (run, _) = growth("wrong_key", "[[pictures]]\nfile = \"q.png\"\npanels = [{ field = \"q\", levle = 0 }]\n");
    expect(&["run", &run], 1, &["error[TW0861]", "unknown field `levle`", "`level`", "run.toml:8"]);
}

#[test]
fn fv_transport_is_conservative_and_of_second_order() {
    let edits = [
        ("[48, 48, 8], scalars = { nt = 160 }", "[24, 24, 1], scalars = { nt = 80 }"),
        ("[192, 192, 8], scalars = { nt = 640 }", "[96, 96, 1], scalars = { nt = 320 }"),
        ("[96, 96, 8]", "[48, 48, 1]"),
        ("nt = 320      ", "nt = 160      "),
    ];
    let report = report("fv_transport", "run.toml", "fv_transport", &edits);
    let fields = &report["fields"];
    for field in ["rho", "m1", "m2", "m3"] {
        assert!(change(fields, field).abs() < 1e-13, "{field} {fields}");
    }
    let constant = range(fields, "q3", "end");
    assert!((constant.0 - 1.0).abs() < 1e-12 && (constant.1 - 1.0).abs() < 1e-12, "{constant:?}");
    let sharp = range(fields, "q2", "end");
    assert!(sharp.0 > 0.1 - 1e-5 && sharp.1 < 1.0 + 1e-5, "{sharp:?}");
    let runs = report["convergence"].as_array().expect("a list");
    assert_eq!(runs.iter().map(|run| run["domain"][0].clone()).collect::<Vec<_>>(), [24, 48, 96]);
    assert_eq!(runs[1]["error"], fields["error"], "the run of the file is one of them");
    for field in ["q1", "rho"] {
        let [coarse, fine] = [1, 2].map(|n| number(&runs[n]["order"][field]["l2"]));
        assert!(coarse > 1.7 && (1.9..2.6).contains(&fine), "{field} {coarse} {fine}");
    }
}

#[test]
fn errors_are_those_from_a_field_with_the_solution() {
    let dir = folder("exact");
    let source = "def advance(q: Field[float], dt: float):\n    with computation(PARALLEL), interval(...):\n        q = q + dt * q\n\n\n\
                  def solve(q: Field[float], h: Field[IJ, float]):\n    with computation(PARALLEL), interval(...):\n        q = exp(1.0)\n\n\n\
                  @program\ndef decay(q: Field[float], solution: Field[float], h: Field[IJ, float], nt: int):\n    \
                  for n in range(nt):\n        advance(q, 1.0 / nt)\n    solve(solution, h)\n";
    std::fs::write(dir.join("model.py"), source).expect("written");
    let run = dir.join("run.toml").display().to_string();
    let write = |rest: &str| {
        let head = "source = \"model.py\"\nprogram = \"decay\"\ndomain = [8, 1, 1]\nscalars = { nt = 8 }\n\
                    fields = { q = { kind = \"constant\", value = 1.0 } }\n";
        std::fs::write(&run, format!("{head}{rest}")).expect("written");
    };
    // Euler's method is of first order in the step, which shrinks with the cells here.
    let series = "[convergence]\nfile = \"order.png\"\nruns = [{ domain = [16, 1, 1], scalars = { nt = 16 } }]\n";
    write(&format!("report = {{ exact = {{ q = \"solution\" }} }}\n{series}"));
    expect(
        &["run", &run],
        0,
        &["convergence", "\nq        8 x 1 x 1 ", "5.6101e-2", "   0.92 ", "besides the arguments, 192 B", "order.png"],
    );
    write(&format!("report = {{ exact = {{ q = \"solutoin\" }} }}\n{series}"));
    expect(&["run", &run], 1, &["did you mean `solution`?", "or write \"start\""]);
    write(&format!("report = {{ exact = {{ q = \"h\" }} }}\n{series}"));
    expect(&["run", &run], 1, &["`q` is a Field[IJK], `h` a Field[IJ]"]);
    write(series);
    expect(&["run", &run], 1, &["no field has an exact solution", "write exact ="]);
    write("report = { exact = { q = \"start\" } }\n[convergence]\nruns = [{ domain = [16, 2, 1] }, { domain = [32, 2, 1] }]\n");
    expect(&["run", &run], 1, &["not several resolutions of one run"]);
    write("report = { exact = { q = \"start\" } }\n[convergence]\nruns = [{ domain = [16, 1, 1], scalars = { n = 2 } }]\n");
    expect(&["run", &run], 1, &["no scalar argument `n`", "run.toml:8"]);
}

/// Bryan and Fritsch 2002, figure 1, on cells of 100 m; here they have 200 m.
#[test]
fn acoustic_has_the_published_extremes() {
    let edits = [
        ("[200, 1, 100]", "[100, 1, 50]"),
        ("nt = 500", "nt = 250"),
        ("dt = 2.0", "dt = 4.0"),
        ("dx = 100.0", "dx = 200.0"),
        ("dy = 100.0", "dy = 200.0"),
        ("dz = 100.0", "dz = 200.0"),
    ];
    let fields = fields("acoustic", "run.toml", "acoustic", &edits);
    for field in ["rho", "rth"] {
        assert!(change(&fields, field).abs() < 1e-13, "{field} {fields}");
    }
    let near = |found: f64, published: f64| (found / published - 1.0).abs() < 0.1;
    let (warmth, w) = (range(&fields, "theta_p", "end"), range(&fields, "w", "end"));
    assert!(near(warmth.1, 2.072) && near(w.0, -8.58) && near(w.1, 14.54), "{warmth:?} {w:?}");
    assert!((-0.2..-0.05).contains(&warmth.0), "{warmth:?}");
    let (u, v) = (range(&fields, "u", "end"), range(&fields, "v", "end"));
    assert!((u.0 + u.1).abs() < 1e-9 && v == (0.0, 0.0), "not symmetric: {u:?} {v:?}");
}

#[test]
fn acoustic_is_the_same_along_both_axes() {
    let edits = [
        ("[40, 40, 40]", "[16, 16, 16]"),
        ("nt = 250", "nt = 30"),
        ("dt = 4.0", "dt = 10.0"),
        ("dx = 250.0", "dx = 625.0"),
        ("dy = 250.0", "dy = 625.0"),
        ("dz = 250.0", "dz = 625.0"),
        ("level = 20", "level = 8"),
        ("row = 20", "row = 8"),
    ];
    let fields = fields("acoustic", "run-ball.toml", "acoustic_ball", &edits);
    assert!(change(&fields, "rho").abs() < 1e-13 && change(&fields, "rth").abs() < 1e-13, "{fields}");
    let (u, v, w) = (range(&fields, "u", "end"), range(&fields, "v", "end"), range(&fields, "w", "end"));
    assert!((u.0 - v.0).abs() < 1e-9 && (u.1 - v.1).abs() < 1e-9 && (u.0 + u.1).abs() < 1e-9, "{u:?} {v:?}");
    assert!(w.1 > 1.0, "the ball does not rise: {w:?}");
}
