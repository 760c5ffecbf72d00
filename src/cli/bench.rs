//! `tradewind bench`: the time and traffic of one stencil, compared with a STREAM copy in the same run.

use crate::cli::{Failure, Outcome, SourceOptions, parse_domain, sensible};
use std::path::PathBuf;
use tradewind::Bench;

#[derive(clap::Args)]
pub struct Arguments {
    /// A GTScript file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The stencil to measure
    #[arg(long, value_name = "NAME")]
    stencil: String,
    /// Sizes of the domain, for which the schedule is chosen too
    #[arg(long, value_name = "I,J,K", value_parser = parse_domain)]
    domain: [i64; 3],
    /// Number of threads (default: one per core)
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    source: SourceOptions,
}

/// Runs the command.
pub fn main(arguments: &Arguments) -> Outcome {
    if arguments.threads == Some(0) {
        return Err(Failure::Call("--threads 0: write at least 1, or leave it out for one per core".to_string()));
    }
    let threads = arguments.threads.map(sensible);
    let toolchain = arguments.source.toolchain_for(Some(arguments.domain), threads)?;
    let compiled = toolchain.open(&arguments.file)?.stencil(&arguments.stencil)?;
    let result = Bench::measure(&compiled, arguments.domain, threads)?;
    if arguments.json {
        say!("{}", serde_json::to_string(&result).map_err(|e| Failure::Input(e.to_string()))?);
        return Ok(());
    }
    let [i, j, k] = arguments.domain;
    let Bench { median_ms, low_ms, high_ms, samples, threads, .. } = result;
    say!("{} on {i} x {j} x {k}, {threads} threads", arguments.stencil);
    say!("numerics   {}", compiled.stages().numerics);
    say!("time       {median_ms:.3} ms median of {samples}, middle half {low_ms:.3} to {high_ms:.3}");
    say!("moved      {:.1} MB by the loops as scheduled: {:.1} GB/s", result.moved_bytes as f64 / 1e6, result.moved_rate);
    say!("compulsory {:.1} MB, each array once: {:.1} GB/s", result.compulsory_bytes as f64 / 1e6, result.compulsory_rate);
    let [l2, l3, memory] = result.cache_bytes.map(|bytes| bytes as f64 / 1e6);
    say!(
        "caches     {l2:.1} MB between L1 and L2, {l3:.1} MB between L2 and L3, {memory:.1} MB between L3 and memory, counted"
    );
    say!("STREAM     {:.1} GB/s copy in the same run", result.stream_rate);
    say!("ratio      {:.2} of the time that the compulsory bytes take at STREAM's rate", result.ratio);
    Ok(())
}
