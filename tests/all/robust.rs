//! Broken input of every kind ends in errors, never in a panic: the examples with random damage, fed to every reader. The fuzz
//! target (`fuzz/`) does the same without end.

use crate::support::inputs;
use std::path::Path;
use tradewind::differential::Random;

const CASES: usize = 400;

fn seeds() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let machine = tradewind::schedule::Machine::reference().to_toml();
    let mut seeds = vec![b"\x03preset = \"cpu\"\n".to_vec(), [&[4], machine.as_bytes()].concat()];
    for folder in ["examples/stencils", "examples/transport", "benches/kernels", "tests/fixtures/frontend"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        let mut paths: Vec<_> = entries.filter_map(|e| Some(e.ok()?.path())).filter(|p| p.is_file()).collect();
        paths.sort();
        for text in paths.iter().filter_map(|p| std::fs::read(p).ok()) {
            seeds.push([&[0], text.as_slice()].concat());
        }
    }
    seeds.push(
        b"\x02stencil s(%a: field<f64, IJK>) { parallel { interval [start, end) { execute { %a = 1.0f64 } } } }".to_vec(),
    );
    seeds
}

/// Cuts, doubles, swaps or overwrites a few pieces.
fn damage(text: &mut Vec<u8>, random: &mut Random) {
    const PIECES: [&[u8]; 12] =
        [b"(", b")", b"[", b":", b"\n", b"    ", b"if ", b"1e999", b"-", b"region[I[0], :]", b"\xff", b"interval(1, 0)"];
    for _ in 0..1 + random.below(4) {
        let len = text.len().max(2);
        let at = 1 + random.below(len - 1);
        let end = (at + random.below(40)).min(text.len());
        match random.below(4) {
            0 if at < end => drop(text.drain(at..end)),
            1 if at < end => {
                let piece = text[at..end].to_vec();
                text.splice(at..at, piece);
            }
            2 => {
                let piece = PIECES[random.below(PIECES.len())];
                text.splice(at.min(text.len())..at.min(text.len()), piece.iter().copied());
            }
            _ => {
                if let Some(byte) = text.get_mut(at) {
                    *byte = random.below(256) as u8;
                }
            }
        }
    }
}

#[test]
fn damaged_input_never_panics() {
    let mut random = Random::new(7);
    let seeds = seeds();
    assert!(seeds.len() > 8, "the examples are there");
    let work = move || {
        for case in 0..CASES {
            let mut text = seeds[case % seeds.len()].clone();
            damage(&mut text, &mut random);
            inputs::feed(&text);
        }
    };
    // The command works on a thread with such a stack as well.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(work).expect("a thread starts");
    assert!(thread.join().is_ok(), "some damaged input made a stage panic; the message above says where");
}

#[test]
fn deep_nesting_is_refused() {
    let work = || {
        for text in [
            "(".repeat(100_000),
            format!("x = {}1", "-".repeat(100_000)),
            format!("x = {}", "[".repeat(50_000) + &"]".repeat(50_000)),
            format!("x = {}", vec!["1"; 60_000].join(" + ")),
            (0..2_000).map(|n| format!("{}if a:\n", " ".repeat(n))).collect::<String>(),
        ] {
            inputs::feed(format!("\0{text}").as_bytes());
            inputs::feed(format!("\x02{text}").as_bytes());
            inputs::feed(format!("\x03{text}").as_bytes());
        }
    };
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(work).expect("a thread starts");
    assert!(thread.join().is_ok());
}
