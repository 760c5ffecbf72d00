//! Machines: rates and caches that threads share, and figures moved to where machines are.

use tradewind_ir::Sources;
use tradewind_schedule::Machine;
use tradewind_schedule::cost::machine::Rate;

#[test]
fn threads_share_rates_and_caches() {
    let rate = Rate { one_gbs: 27.0, all_gbs: 40.0 };
    assert_eq!([1, 2, 64].map(|threads| rate.at(threads)), [27.0, 40.0, 40.0]);
    let mut cache = Machine::reference().l3;
    (cache.bytes, cache.shared_by) = (1 << 20, 4);
    assert_eq!([0, 1, 2, 4, 64].map(|threads| cache.bytes_each(threads)), [1 << 20, 1 << 20, 1 << 19, 1 << 18, 1 << 18]);
}

#[test]
fn absurd_figures_become_a_machine() {
    let mut machine = Machine::reference();
    machine.core.clock_ghz = f64::NAN;
    machine.core.l1_bytes = 1 << 20;
    machine.l2.shared_by = 0;
    machine.memory.rate = Rate { one_gbs: 30.0, all_gbs: -1.0 };
    machine.threads.launch_us = f64::INFINITY;
    assert_eq!(Machine::reference().clamped(), Machine::reference());
    let clamped = machine.clamped();
    assert_eq!((clamped.l2.bytes, clamped.l2.shared_by), (0, 1), "no L2 is smaller than L1");
    assert_eq!(clamped.memory.rate.all_gbs, 30.0);
    let text = clamped.to_toml();
    assert_eq!(Machine::parse(&text, Sources::default().add("clamped", text.as_str())), Ok(clamped));
}
