//! Fields at interfaces through the command: signatures, run files, executors.

use crate::command::{expect, folder};

const SOURCE: &str = "
def thickness(z: Field[K_INTERFACE, float], h: Field[float]):
    with computation(PARALLEL), interval(...):
        h = z[1] - z

def flux(h: Field[float], x: Field[I_INTERFACE, float], fx: Field[I_INTERFACE, J, K, float]):
    with computation(PARALLEL), interval(...):
        fx = x * (h[-1, 0, 0] + h)

def diverge(fx: Field[I_INTERFACE, J, K, float], h: Field[float]):
    with computation(PARALLEL), interval(...):
        h += 0.1 * (fx - fx[1, 0, 0])

@program
def run(z: Field[K_INTERFACE, float], x: Field[I_INTERFACE, float], h: Field[float], steps: int):
    fx: Field[I_INTERFACE, J, K, float]
    thickness(z, h)
    for n in range(steps):
        halo_update(h)
        flux(h, x, fx)
        halo_update(fx)
        diverge(fx, h)
";

const RUN: &str = "
source = \"faces.py\"
program = \"run\"
domain = [4, 3, 5]
scalars = { steps = 3 }
[fields]
z = { kind = \"edges\", from = 0.0, to = 10.0 }
x = { kind = \"edges\", from = 0.0, to = 1.0 }
[report]
mass = [\"h\"]
mass_change = 1e-14
";

#[test]
fn fields_at_interfaces_are_listed_run_and_verified() {
    let dir = folder("positions");
    let (source, run) = (dir.join("faces.py"), dir.join("run.toml"));
    std::fs::write(&source, SOURCE).expect("written");
    std::fs::write(&run, RUN).expect("written");
    let (source, run) = (source.display().to_string(), run.display().to_string());
    expect(
        &["list", &source],
        0,
        &["z                f64 K read       interfaces K halo k -0 +1", "read-write interfaces I halo i -0 +1"],
    );
    let json = expect(&["list", &source, "--json"], 0, &[]);
    let listed: serde_json::Value = serde_json::from_str(&json).expect("valid JSON");
    let parameters = &listed.as_array().and_then(|l| l.iter().find(|s| s["name"] == "run")).expect("listed")["parameters"];
    assert_eq!((&parameters[0]["interfaces"], &parameters[2]["interfaces"]), (&"K".into(), &"".into()), "{json}");
    // All layers are 2.0 thick, so the sum is 4 x 3 x 5 x 2.
    expect(&["run", &run], 0, &["h            1.2000000000000000e2     1.2000000000000000e2           0.00e0"]);
    expect(&["verify", &source, "--stencil", "run"], 0, &["equal to the bit"]);
    let centres = RUN.replace("z = { kind = \"edges\"", "z = { kind = \"centers\"");
    std::fs::write(&run, centres).expect("written");
    expect(
        &["run", &run],
        1,
        &["error[TW0863]: `z` cannot", "the field lives at the interfaces along k: write `kind = \"edges\"`"],
    );
}
