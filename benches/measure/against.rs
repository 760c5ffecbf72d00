//! An older build of a bench and this one, by turns.

use crate::estimate::Estimate;
use std::path::Path;
use std::process::Command;
use tradewind::Error;

/// Runs of each build that are compared.
const ROUNDS: usize = 3;

/// What is measured (name, domain and threads, as a bench prints them), and the time in milliseconds.
type Line = (String, f64);

/// Measures each thing with both builds by turns, and prints the medians and their ratio with its interval. Lines of both begin with
/// a name, a domain, the threads and the time.
///
/// # Errors
/// A build cannot be run, or measures nothing.
pub fn compare<'a>(older: &Path, names: impl Iterator<Item = &'a str>) -> Result<(), Error> {
    let this = std::env::current_exe().map_err(|e| Error::File(format!("cannot find this program: {e}")))?;
    println!("{:<11} {:>11} {:>7} {:>10} {:>10} {:>19}", "", "domain", "threads", "older ms", "ms", "ratio");
    for name in names {
        let rounds = (0..ROUNDS).map(|_| Ok((measured(older, name)?, measured(&this, name)?)));
        let rounds: Vec<(Vec<Line>, Vec<Line>)> = rounds.collect::<Result<_, Error>>()?;
        let lines = rounds.iter().map(|(a, b)| a.len().min(b.len())).min().unwrap_or(0);
        for n in 0..lines {
            let estimate = |figure: fn(f64, f64) -> f64| Estimate::of(rounds.iter().map(|(a, b)| figure(a[n].1, b[n].1)));
            let (before, now, ratio) = (estimate(|a, _| a), estimate(|_, b| b), estimate(|a, b| b / a));
            println!("{} {:>10.3} {:>10.3} {:>19}", rounds[0].0[n].0, before.median, now.median, ratio.to_string());
        }
    }
    Ok(())
}

/// What a build measures under a name.
fn measured(binary: &Path, name: &str) -> Result<Vec<Line>, Error> {
    let failed = |why: String| Error::File(format!("cannot measure with {}: {why}", binary.display()));
    let ended = Command::new(binary).arg(name).output().map_err(|e| failed(e.to_string()))?;
    let lines: Vec<Line> = String::from_utf8_lossy(&ended.stdout).lines().filter_map(parse).collect();
    if lines.is_empty() { Err(failed(String::from_utf8_lossy(&ended.stderr).into_owned())) } else { Ok(lines) }
}

fn parse(line: &str) -> Option<Line> {
    let mut words = line.split_whitespace();
    let (name, domain) = (words.next()?, words.next()?);
    let (threads, time): (usize, f64) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    Some((format!("{name:<11} {domain:>11} {threads:>7}"), time))
}
