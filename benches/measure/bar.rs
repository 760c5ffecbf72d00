//! Bars: what a figure may be at most.

use crate::estimate::Estimate;

/// Whether a figure holds its bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Holds,
    /// The interval has the bar inside it: this run does not tell.
    Unclear,
    Missed,
}

impl Verdict {
    /// The verdict on a figure that was measured.
    pub fn on(figure: Estimate, bar: f64) -> Verdict {
        match figure {
            Estimate { median, .. } if median <= bar => Verdict::Holds,
            Estimate { low, .. } if low <= bar => Verdict::Unclear,
            _ => Verdict::Missed,
        }
    }
}

/// Ends a bench, which says whether a bar was missed: with exit code 1 then, and after an error.
pub fn end(measured: Result<bool, tradewind::Error>) -> ! {
    std::process::exit(match measured {
        Ok(missed) => i32::from(missed),
        Err(error) => {
            eprintln!("{error}");
            1
        }
    })
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Verdict::Holds => "holds",
            Verdict::Unclear => "unclear",
            Verdict::Missed => "MISSED",
        })
    }
}
