//! Measures a compiled program: its time, the spread of the time, its memory traffic, and the time for this traffic at STREAM's
//! rate.

use crate::compiled::Compiled;
use crate::differential::{check_memory, random_input};
use crate::error::Error;
use crate::machine;
use crate::placement::CallOptions;
use crate::stream;
use serde::Serialize;
use std::time::{Duration, Instant};
use tradewind_codegen::threads;
use tradewind_dataflow::traffic;
use tradewind_ir::{Array, Domain, Value};
use tradewind_schedule::Target;

/// Calls go on until they have taken this long together, and there are at least [`LEAST_SAMPLES`].
const LEAST_TIME: Duration = Duration::from_millis(1500);
const LEAST_SAMPLES: usize = 11;
const MOST_SAMPLES: usize = 2000;

/// What was measured. Times in milliseconds, rates in 10⁹ bytes a second.
#[derive(Serialize, Clone, Debug)]
pub struct Bench {
    pub name: String,
    pub domain: Domain,
    pub threads: usize,
    pub samples: usize,
    pub median_ms: f64,
    /// The first and third quartile.
    pub low_ms: f64,
    pub high_ms: f64,
    /// Bytes that the maps read and write, as scheduled, temporaries on the heap included.
    pub moved_bytes: u64,
    pub moved_rate: f64,
    /// Bytes of every argument element read once and written once.
    pub compulsory_bytes: u64,
    pub compulsory_rate: f64,
    /// Bytes between L1 and L2, L2 and L3, L3 and memory of this computer, both directions together, when calls follow each other.
    pub cache_bytes: [u64; 3],
    /// A STREAM copy with as many threads, in the same run.
    pub stream_rate: f64,
    /// Time measured over the time that the compulsory bytes take at STREAM's rate.
    pub ratio: f64,
}

impl Bench {
    /// Measures a program on random input.
    ///
    /// # Errors
    /// What the program's calls report.
    pub fn measure(compiled: &Compiled, domain: Domain, threads: Option<usize>) -> Result<Bench, Error> {
        check_memory(compiled, domain)?;
        let (arrays, scalars) = random_input(compiled.signature(), domain, 1);
        Bench::measure_on(compiled, domain, threads, arrays, &scalars)
    }
    /// Measures a program on the given input, made as [`random_input`] makes it.
    ///
    /// # Errors
    /// What the program's calls report.
    pub fn measure_on(
        compiled: &Compiled,
        domain: Domain,
        threads: Option<usize>,
        mut arrays: Vec<Array>,
        scalars: &[Value],
    ) -> Result<Bench, Error> {
        let signature = compiled.signature();
        let options = CallOptions { domain: Some(domain), threads, ..CallOptions::default() };
        let call = signature.arguments(&mut arrays, scalars).map_err(Error::File)?;
        let mut times = Vec::new();
        compiled.call(&call, &options)?;
        let begin = Instant::now();
        while times.len() < LEAST_SAMPLES || (begin.elapsed() < LEAST_TIME && times.len() < MOST_SAMPLES) {
            let start = Instant::now();
            compiled.call(&call, &options)?;
            times.push(start.elapsed().as_secs_f64());
        }
        let pool = threads::exactly(threads).map_err(|e| Error::File(format!("cannot start threads: {e}")))?;
        let stream_rate = stream::copy_bandwidth(pool, 7) / 1e9;
        Ok(Bench::new(compiled, domain, pool.current_num_threads(), times, stream_rate))
    }

    fn new(compiled: &Compiled, domain: Domain, threads: usize, mut times: Vec<f64>, stream_rate: f64) -> Bench {
        times.sort_by(f64::total_cmp);
        let quantile = |part: usize| times[(times.len() - 1) * part / 4];
        let graph = &compiled.stages().graph;
        let traffic = traffic::traffic(graph, domain);
        let nests = traffic::between_caches(graph, &Target { machine: machine::here(), domain, threads });
        let median = quantile(2);
        let rate = |bytes: u64| bytes as f64 / median / 1e9;
        Bench {
            name: compiled.signature().name.clone(),
            domain,
            threads,
            samples: times.len(),
            median_ms: median * 1e3,
            low_ms: quantile(1) * 1e3,
            high_ms: quantile(3) * 1e3,
            moved_bytes: traffic.moved(),
            moved_rate: rate(traffic.moved()),
            compulsory_bytes: traffic.compulsory,
            compulsory_rate: rate(traffic.compulsory),
            cache_bytes: std::array::from_fn(|n| nests.iter().map(|nest| nest[n]).sum()),
            stream_rate,
            ratio: median / (traffic.compulsory as f64 / (stream_rate * 1e9)),
        }
    }
}
