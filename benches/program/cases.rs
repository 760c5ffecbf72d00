//! The programs that are measured, beside C++ by hand, and their bars.

use crate::by_hand::ByHand;
use crate::cores::cores;
use crate::examples::sources;
use crate::programs::programs;
use crate::subject::Subject;
use tradewind::ir::Axis;
use tradewind::{Error, Settings, Toolchain};

/// A program to measure.
pub struct Case {
    pub subject: Subject,
    /// The program in C++, or why it cannot be had; nothing for programs without one.
    pub by_hand: Option<Result<ByHand, String>>,
    pub bars: Bars,
}

/// What the ratios may be at most.
#[derive(Clone, Copy)]
pub struct Bars {
    /// The program over its steps one by one.
    pub one_by_one: f64,
    /// The program over the C++ by hand.
    pub by_hand: Option<f64>,
}

/// What no program may exceed.
const NEVER_ABOVE: Bars = Bars { one_by_one: 1.05, by_hand: None };

/// The chain of cheap stencils, the step of a dynamical core, the steps of the examples.
///
/// # Errors
/// What compiling reports.
pub fn named() -> Result<Vec<Case>, Error> {
    let [chain, step, transport] = programs()?;
    let [fv_transport, acoustic] = cores()?;
    Ok(vec![
        Case {
            subject: chain,
            by_hand: Some(ByHand::compile("chain", &[("chain_planes", Axis::K)], &[(0, 3), (1, 4)])),
            bars: Bars { one_by_one: 0.35, by_hand: Some(1.15) },
        },
        Case {
            subject: step,
            by_hand: Some(ByHand::compile("step", &[("step_planes", Axis::K), ("step_columns", Axis::J)], &[])),
            bars: Bars { one_by_one: 1.0, by_hand: None },
        },
        Case { subject: transport, by_hand: None, bars: Bars { one_by_one: 0.9, by_hand: None } },
        Case { subject: fv_transport, by_hand: None, bars: Bars { one_by_one: 0.8, by_hand: None } },
        Case { subject: acoustic, by_hand: None, bars: Bars { one_by_one: 0.8, by_hand: None } },
    ])
}

/// Every program of the examples.
///
/// # Errors
/// What compiling reports.
pub fn examples() -> Result<Vec<Case>, Error> {
    let mut cases = Vec::new();
    for (name, text) in sources()? {
        let module = Toolchain::new(Settings::default()).load(&name, &text);
        for program in module.programs() {
            let subject = Subject::new(&format!("{program}()"), module.program(&program)?);
            cases.push(Case { subject, by_hand: None, bars: NEVER_ABOVE });
        }
    }
    Ok(cases)
}
