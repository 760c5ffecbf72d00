//! The bytes that the cost model predicts between caches, beside those that the scheduled graph moves when it runs through caches.

use std::path::Path;
use tradewind::dataflow::traffic::{CacheBytes, between_caches};
use tradewind::schedule::Target;
use tradewind::schedule::explain::round;
use tradewind::{MachineChoice, Settings, Toolchain};

/// A prediction may be off by this factor, where more than a few bytes move.
const FACTOR: f64 = 1.5;

fn megabytes(levels: &[CacheBytes]) -> [f64; 3] {
    std::array::from_fn(|n| levels.iter().map(|nest| nest[n]).sum::<u64>() as f64 / 1e6)
}

#[test]
fn predicted_bytes_are_near_those_counted() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/kernels/kernels.py");
    for domain in [[64, 64, 20], [256, 256, 40]] {
        let settings = Settings { machine: MachineChoice::Reference, domain, threads: Some(1), ..Settings::default() };
        let module = Toolchain::new(settings).open(&file).expect("the kernels are there");
        for kernel in ["copy", "laplacian", "hdiff", "vadv", "xppm"] {
            let compiled = module.stencil(kernel).expect("compiles");
            let target = Target { domain, threads: 1, ..Target::reference() };
            let predicted = round(&compiled.stages().tree, &target).bytes.map(|bytes| bytes / 1e6);
            let counted = megabytes(&between_caches(&compiled.stages().graph, &target));
            for (p, c) in predicted.into_iter().zip(counted) {
                let near = p.max(c) < 0.5 || (p / c).max(c / p) < FACTOR;
                assert!(near, "{kernel} on {domain:?}: {predicted:.2?} MB predicted, {counted:.2?} counted");
            }
        }
    }
}
