//! Regions at edges of a tile: one domain gives the same bits as parts of it that lie at some of the edges, or at none, on every executor.

use tradewind::ir::array::each;
use tradewind::ir::{Array, Domain, Extent, SourceId, Tile, Value, Verified, Verify, interpret, text};
use tradewind::{CallOptions, Compiled, Settings, Toolchain, dataflow, differential};

/// A flux with other values at edges, corners and beyond an edge; on parts of the domain, too.
const SOURCE: &str = "
program edges(%q: field<f64, IJK>, %out: field<f64, IJK>, $first: i64, $size: i64) {
  stencil flux(%a: field<f64, IJK>, %out: field<f64, IJK>) {
    temp %flux: field<f64, IJK>
    parallel {
      interval [start, end) {
        execute i(0,1) j(-1,0) { %flux = (%a - %a[-1,0,0]) }
        execute i(0,1) j(-1,0) { restrict [tile_start:tile_start+1, :] { %flux = (%a * 2.0f64) } }
        execute i(0,1) j(-1,0) { restrict [tile_end-1:tile_end+1, tile_start-1:] { %flux = (%flux + %a[-1,0,0]) } }
        execute i(0,1) j(-1,0) { restrict [tile_start+1:tile_end-1, :tile_start+2] { %flux = (%a[0,1,0] - %flux) } }
        execute { %out = ((%flux[1,0,0] - %flux) + (0.5f64 * %flux[0,-1,0])) }
        execute { restrict [tile_end-1:, tile_end-1:] { %out = (%a[1,0,0] + %a[0,1,0]) } }
        execute { restrict [start:tile_start+2, tile_end-2:tile_end-1] { %out = -%a } }
      }
    }
  }
  stencil rows(%a: field<f64, IJK>) {
    forward {
      interval [start, end) {
        execute { mask (region[tile_start+3:tile_start+4, :] || region[:, tile_end-1:]) { %a = (%a + 1.0f64) } }
      }
    }
  }
  call @flux(%q, %out)
  call @rows(%out)
  within i at $first size $size {
    call @rows(%out)
  }
}
";

/// Where the program's part lies in the whole domain: its first column, and how many there are.
const COLUMNS: [i64; 2] = [2, 3];

fn program() -> Verified<tradewind::ir::Program> {
    let parsed = text::parse(SOURCE, SourceId(0)).unwrap_or_else(|d| panic!("{d:?}")).into_program();
    assert_eq!(text::parse(&parsed.to_string(), SourceId(0)).expect("parses").into_program(), parsed);
    parsed.verify().unwrap_or_else(|d| panic!("{d:?}"))
}

fn compiled(preset: &str) -> Compiled {
    let toolchain = Toolchain::new(Settings::default().schedule(preset).expect("a preset"));
    toolchain.compile_oir("edges", SOURCE).unwrap_or_else(|e| panic!("{e}"))
}

/// Runs the program on every executor, which must agree; what it leaves.
fn run(arrays: &[Array], domain: Domain, tile: Option<Tile>, columns: [i64; 2]) -> Vec<Array> {
    let program = program();
    let scalars = columns.map(Value::I64);
    let mut expected = arrays.to_vec();
    let options = interpret::Options { tile, ..Default::default() };
    interpret::run_program(&program, domain, &mut expected, &scalars, options).unwrap_or_else(|d| panic!("{d:?}"));
    for preset in ["naive", "cpu"] {
        let compiled = compiled(preset);
        let mut found = arrays.to_vec();
        let options = dataflow::interpret::Options { tile, ..Default::default() };
        let graph = &compiled.stages().graph;
        dataflow::interpret::run(graph, domain, &mut found, &scalars, options).unwrap_or_else(|d| panic!("{d:?}"));
        assert_eq!(found, expected, "the graph of {preset} at {tile:?}");
        for threads in [1, 2] {
            let mut found = arrays.to_vec();
            let arguments = compiled.signature().arguments(&mut found, &scalars).expect("fits");
            let options = CallOptions { domain: Some(domain), tile, threads: Some(threads), ..CallOptions::default() };
            compiled.call(&arguments, &options).unwrap_or_else(|e| panic!("{e}"));
            drop(arguments);
            assert_eq!(found, expected, "machine code of {preset} at {tile:?}, {threads} threads");
        }
    }
    expected
}

#[test]
fn parts_of_a_tile_give_the_bits_of_the_whole() {
    let domain = [11, 9, 2];
    let program = program();
    let summary = program.summary();
    let signature = compiled("naive");
    let (whole, _) = differential::random_input(signature.signature(), domain, 3);
    let expected = run(&whole, domain, None, COLUMNS);
    assert_ne!(expected, run(&whole, domain, Some(Tile([(-20, 40), (-20, 40)])), COLUMNS), "edges make no difference");
    for (cut_i, cut_j) in [(6, 4), (5, 1), (6, 8)] {
        for (i, j) in [(0, 0), (cut_i, 0), (0, cut_j), (cut_i, cut_j)] {
            let end = |from: i64, cut: i64, size: i64| if from == 0 { cut } else { size };
            let (corner, part) = ([i, j, 0], [end(i, cut_i, domain[0]) - i, end(j, cut_j, domain[1]) - j, domain[2]]);
            let arrays: Vec<Array> = summary.fields.values().zip(&whole).map(|(f, a)| cut(a, corner, part, f.halo)).collect();
            let tile = Tile::of_domain(domain).seen_from(corner);
            // The columns lie in the first part along I.
            let found = run(&arrays, part, Some(tile), if i == 0 { COLUMNS } else { [0, 0] });
            for point in each(part.map(|size| (0, size))) {
                let there = [point[0] + i, point[1] + j, point[2]];
                assert_eq!(found[1].get(point, 0), expected[1].get(there, 0), "{point:?} of the part at {corner:?}");
            }
        }
    }
}

/// A part of an array, with its halo.
fn cut(array: &Array, corner: [i64; 3], part: Domain, halo: Extent) -> Array {
    let mut made = Array::zeros(array.dtype(), array.axes(), 1, part, halo);
    for point in each(made.points()) {
        let there = [0, 1, 2].map(|n| point[n] + corner[n]);
        made.set(point, 0, array.get(there, 0).expect("in the array"));
    }
    made
}
