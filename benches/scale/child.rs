//! A measurement in a process of its own: it starts cold, has its own peak of memory, and can be ended when it takes too long.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// In which unit Linux tells processor time: so many a second.
const TICKS: f64 = 100.0;

/// What a measurement printed: lines of a word and numbers.
pub struct Report {
    lines: Vec<(String, Vec<f64>)>,
    /// The peak of its memory, in bytes, where the system tells; so far, if it was ended.
    pub memory: Option<f64>,
    pub outcome: Outcome,
}

/// How a measurement ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    Done,
    TooLong,
    Failed,
}

impl Report {
    /// The numbers of the line that begins with a word.
    pub fn numbers(&self, word: &str) -> Option<&[f64]> {
        self.lines.iter().find(|(first, _)| first == word).map(|(_, numbers)| numbers.as_slice())
    }
}

/// Runs this bench with other arguments, at most for the time given.
///
/// # Errors
/// The process does not start.
pub fn run(arguments: &[String], limit: Duration) -> std::io::Result<Report> {
    let mut child = Command::new(std::env::current_exe()?).args(arguments).stdout(Stdio::piped()).spawn()?;
    let (sender, receiver) = channel();
    let output = child.stdout.take();
    let reader = std::thread::spawn(move || {
        let lines = output.into_iter().flat_map(|output| BufReader::new(output).lines());
        lines.map_while(Result::ok).try_for_each(|line| sender.send(line))
    });
    let (begin, mut lines, mut outcome) = (Instant::now(), Vec::new(), Outcome::Done);
    loop {
        match receiver.recv_timeout(limit.saturating_sub(begin.elapsed())) {
            Ok(line) => lines.push(parse(&line)),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                outcome = Outcome::TooLong;
                break;
            }
        }
    }
    let so_far = peak(&child.id().to_string());
    end(&mut child, &mut outcome)?;
    drop(receiver);
    let _ = reader.join();
    let told = lines.iter().find(|(word, _)| word == "memory").and_then(|(_, numbers)| numbers.first().copied());
    Ok(Report { memory: told.or(so_far), lines, outcome })
}

/// The peak memory of a process (`self` for this one), in bytes.
pub fn peak(process: &str) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches("kB").trim().parse().ok().map(|kilobytes: f64| 1024.0 * kilobytes)
}

/// The processor time of a process, of all its threads, in seconds.
pub fn processor(process: &str) -> Option<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The fields from the third one on, behind the name: user time and system time are the 14th and the 15th.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11..13)?.iter().filter_map(|field| field.parse::<f64>().ok()).sum();
    Some(ticks / TICKS)
}

fn end(child: &mut Child, outcome: &mut Outcome) -> std::io::Result<()> {
    if *outcome == Outcome::TooLong {
        child.kill()?;
        child.wait()?;
    } else if !child.wait()?.success() {
        *outcome = Outcome::Failed;
    }
    Ok(())
}

fn parse(line: &str) -> (String, Vec<f64>) {
    let mut words = line.split_whitespace();
    let first = words.next().unwrap_or_default().to_string();
    (first, words.filter_map(|word| word.parse().ok()).collect())
}
