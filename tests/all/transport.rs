//! Halos that the host fills: a transport of one's own, its errors, and descriptors of halo updates.

use crate::command::{expect, folder};
use std::sync::{Arc, Mutex};
use tradewind::differential::random_input;
use tradewind::ir::{Array, Axis, Extent, Value};
use tradewind::{CallError, CallOptions, CallbackArguments, Compiled, Exchange, Settings, Toolchain, Transport};

const SOURCE: &str = "
def slope(q: Field[float], u: Field[I_INTERFACE, J, K, float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = q[1, 0, 0] - q[-1, 0, 0] + 0.5 * q[0, -2, 0] + u[1, 0, 0] - u[-1, 1, 0]

def double(q: Field[float], out: Field[float]):
    with computation(PARALLEL), interval(...):
        out = 2.0 * q

@program
def model(q: Field[float], u: Field[I_INTERFACE, J, K, float], out: Field[float], steps: int):
    new: Field[float]
    for n in range(steps):
        halo_update(q, u)
        slope(q, u, new)
        update = halo_start(new, width=2)
        double(new, q)
        halo_wait(update)
        slope(new, u, out)
";

fn compiled(halos: &str) -> Compiled {
    let settings = Settings::default().halos(halos).expect("a choice");
    let module = Toolchain::new(settings).load("model.py", SOURCE);
    module.program("model").unwrap_or_else(|e| panic!("{}", e.render(false)))
}

/// A periodic box, point by point; fails at an update if told to.
struct ByPoints {
    seen: Mutex<Vec<(usize, &'static str)>>,
    fails: Option<usize>,
}

impl Transport for ByPoints {
    fn start(&self, exchange: &Exchange, _: &CallbackArguments) -> Result<(), String> {
        self.seen.lock().unwrap().push((exchange.id, "start"));
        Ok(())
    }
    fn wait(&self, exchange: &Exchange, fields: &CallbackArguments) -> Result<(), String> {
        self.seen.lock().unwrap().push((exchange.id, "wait"));
        if self.fails == Some(exchange.id) {
            return Err("the neighbour does not answer".to_string());
        }
        for (n, field) in exchange.fields.iter().enumerate() {
            let own = Extent::of_interfaces(field.ty.interfaces);
            let size = |axis: Axis| fields.domain[axis.index()] + i64::from(own.0[axis.index()].1);
            let [i, j] = field.reach.map(|(below, above)| (-i64::from(below), i64::from(above)));
            for k in 0..size(Axis::K) {
                for y in j.0..size(Axis::J) + j.1 {
                    for x in i.0..size(Axis::I) + i.1 {
                        let from = [x.rem_euclid(fields.domain[0]), y.rem_euclid(fields.domain[1]), k];
                        let value = fields.get(n, from).ok_or("a point is missing")?;
                        assert!(fields.set(n, [x, y, k], value), "{} at {x}, {y}, {k}", field.name);
                    }
                }
            }
        }
        Ok(())
    }
}

fn run(compiled: &Compiled) -> Result<Vec<Array>, CallError> {
    let (mut arrays, _) = random_input(compiled.signature(), [5, 4, 3], 7);
    let arguments = compiled.signature().arguments(&mut arrays, &[Value::I64(2)]).expect("fits");
    compiled.call(&arguments, &CallOptions { domain: Some([5, 4, 3]), ..CallOptions::default() })?;
    drop(arguments);
    Ok(arrays)
}

#[test]
fn a_transport_of_ones_own_that_is_periodic_gives_the_same_bits() {
    let expected = run(&compiled("periodic")).expect("runs");
    let mut by_host = compiled("host");
    assert_eq!(run(&by_host).expect("runs"), expected);
    let transport = Arc::new(ByPoints { seen: Mutex::default(), fails: None });
    by_host.set_transport(transport.clone()).expect("compiled for a host");
    assert_eq!(run(&by_host).expect("runs"), expected);
    let round = [(0, "start"), (0, "wait"), (1, "start"), (1, "wait")];
    assert_eq!(*transport.seen.lock().unwrap(), [round, round].concat());
}

#[test]
fn what_a_transport_reports_fails_the_call() {
    let mut by_host = compiled("host");
    by_host.set_transport(Arc::new(ByPoints { seen: Mutex::default(), fails: Some(1) })).expect("compiled for a host");
    let failed = run(&by_host).unwrap_err().to_string();
    assert_eq!(failed, "callback `halo_wait`: the neighbour does not answer");
    let refused = compiled("periodic").set_transport(Arc::new(ByPoints { seen: Mutex::default(), fails: None }));
    assert!(refused.unwrap_err().message.contains("compiled for a periodic box"));
}

const VECTORS: &str = "
@program
def model(q: Field[float], u: Field[I_INTERFACE, J, K, float], v: Field[I, J_INTERFACE, K, float], x: Field[float], y: Field[float]):
    halo_update((u, v), q, width=1)
    update = halo_start((x, y), (u, v), width=2)
    halo_wait(update)
";

#[test]
fn components_of_vectors_come_in_one_update() {
    let compiled =
        Toolchain::new(Settings::default().halos("host").expect("a choice")).load("model.py", VECTORS).program("model");
    let compiled = compiled.unwrap_or_else(|e| panic!("{}", e.render(false)));
    let described: Vec<String> = compiled.exchanges().iter().map(Exchange::to_string).collect();
    let expected = [
        "halo update 0: u (interfaces I) i -1 +1, j -1 +1; v (interfaces J) i -1 +1, j -1 +1; q i -1 +1, j -1 +1; vectors (u, v)",
        "halo update 1 in two steps: x i -2 +2, j -2 +2; y i -2 +2, j -2 +2; u (interfaces I) i -2 +2, j -2 +2; \
         v (interfaces J) i -2 +2, j -2 +2; vectors (x, y), (u, v)",
    ];
    assert_eq!(described, expected);
    let seen = Arc::new(ByPoints { seen: Mutex::default(), fails: None });
    let mut by_host = compiled.clone();
    by_host.set_transport(seen.clone()).expect("compiled for a host");
    let mut halos = Vec::new();
    for compiled in [&compiled, &by_host] {
        let (mut arrays, _) = random_input(compiled.signature(), [5, 4, 3], 7);
        let arguments = compiled.signature().arguments(&mut arrays, &[]).expect("fits");
        compiled.call(&arguments, &CallOptions { domain: Some([5, 4, 3]), ..CallOptions::default() }).expect("runs");
        drop(arguments);
        halos.push(arrays);
    }
    assert_eq!(halos[0], halos[1]);
    assert_eq!(*seen.seen.lock().unwrap(), [(0, "start"), (0, "wait"), (1, "start"), (1, "wait")]);
}

#[test]
fn halo_updates_are_listed_and_shown() {
    let dir = folder("by_host");
    let file = dir.join("model.py");
    std::fs::write(&file, SOURCE).expect("written");
    let file = file.display().to_string();
    let whole = "halo update 0: q i -1 +1, j -2 +0; u (interfaces I) i -1 +0, j -0 +1";
    expect(&["list", &file], 0, &[whole, "halo update 1 in two steps: new i -2 +2, j -2 +2"]);
    let json = expect(&["list", &file, "--json"], 0, &[]);
    let listed: serde_json::Value = serde_json::from_str(&json).expect("valid JSON");
    let model = listed.as_array().and_then(|l| l.iter().find(|s| s["name"] == "model")).expect("listed");
    assert_eq!(model["halo_updates"][0]["fields"][1]["interfaces"], "I", "{json}");
    assert_eq!(model["halo_updates"][1]["in_two_steps"], true, "{json}");
    let shown = ["callback \"halo_update\"(%q, %u; 0i64)", "callback \"halo_start\"(%new; 1i64) fills nothing"];
    expect(&["emit", &file, "--program", "model", "--stage", "program", "--halos", "host"], 0, &shown);
    expect(
        &["emit", &file, "--program", "model", "--stage", "oir", "--halos", "mirror"],
        2,
        &["halos must be `periodic` or `host`, not `mirror`"],
    );
    let taken = SOURCE.replace("halo_update(q, u)", "callback(\"halo_update\", q)");
    std::fs::write(dir.join("taken.py"), taken).expect("written");
    let taken = dir.join("taken.py").display().to_string();
    let refused = ["TW0604", "is the name of the host function for halo updates"];
    expect(&["emit", &taken, "--program", "model", "--stage", "program", "--halos", "host"], 1, &refused);
}
