//! Measures what the system does not tell: the clock, how fast lines move, and what a launch on all threads takes.
//!
//! Other processes run meanwhile. Each figure is therefore the best of many short times, and none leaves the range in which
//! computers are found.

use crate::runner::PARTS_PER_THREAD;
use rayon::prelude::*;
use std::hint::black_box;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tradewind_codegen::threads;
use tradewind_ir::memory::{self, LINE, Line};
use tradewind_schedule::Machine;
use tradewind_schedule::cost::machine::Rate;

/// Shorter than the time that the system gives a thread before another one's turn.
const SLOT: Duration = Duration::from_micros(400);
/// How many slots go to L2, to L3 and to memory.
const SLOTS: [usize; 3] = [12, 16, 32];
/// How long to measure again while other processes take the processors.
const LONGEST: Duration = Duration::from_millis(300);
/// Lines between two looks at the clock.
const STRETCH: usize = 1024;
/// Of each line of one array a byte changes by one of another array: a line is read, fetched and written back.
const MOVED: usize = 3 * LINE;
/// Bytes of all arrays together, at most, and as a share of what is available.
const MOST_BYTES: usize = 256 << 20;
const SHARE: f64 = 0.25;
/// At most the bytes that the system gives at a time.
const PAGE: usize = 4096;

/// The machine with what can be measured put in. It takes a tenth of a second.
pub fn measure(described: &Machine) -> Machine {
    let mut machine = described.clone();
    let count = machine.threads.count;
    machine.core.clock_ghz = rounded(clock_ghz().clamp(0.8, 6.5), 3);
    let mut arrays = Arrays::of(described);
    let all = rates(described, &mut arrays, count);
    let one = if count > 1 { rates(described, &mut arrays, 1) } else { all };
    let ranges = [(10.0, 1000.0), (4.0, 500.0), (1.0, 300.0)];
    // As many caches as there are work side by side.
    let caches = [&described.l2, &described.l3].map(|cache| (count / cache.shared_by).max(1));
    let places = [&mut machine.l2.rate, &mut machine.l3.rate, &mut machine.memory.rate];
    let mut nearer = f64::INFINITY;
    for (n, place) in places.into_iter().enumerate() {
        let (Some(one), Some(all)) = (one[n], all[n]) else { continue };
        let one_gbs = rounded(one.clamp(ranges[n].0, ranges[n].1).min(nearer), 2);
        let least = one_gbs * caches.get(n).copied().unwrap_or(1) as f64;
        *place = Rate { one_gbs, all_gbs: rounded(all.clamp(least, one_gbs * count as f64), 2) };
        nearer = one_gbs;
    }
    machine.threads.launch_us = launch_us(count).map_or(described.threads.launch_us, |us| rounded(us.clamp(0.2, 200.0), 2));
    machine.clamped()
}

/// So many significant digits: more would only tell one measurement from the next.
fn rounded(value: f64, digits: usize) -> f64 {
    format!("{value:.*e}", digits - 1).parse().unwrap_or(value)
}

/// From the time of instructions that each need one cycle and the result of the one before: xorshift (Marsaglia 2003), of which
/// no compiler can leave out a step.
fn clock_ghz() -> f64 {
    const STEPS: u32 = 20_000;
    let once = || {
        let mut state = black_box(0x9e37_79b9_7f4a_7c15_u64);
        let start = Instant::now();
        for _ in 0..STEPS {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
        }
        black_box(state);
        6.0 * f64::from(STEPS) / start.elapsed().as_nanos().max(1) as f64
    };
    (0..20).map(|_| once()).fold(0.0, f64::max)
}

/// The arrays of all threads, pieces of which are in use. Nobody has touched them yet.
struct Arrays {
    to: Vec<Line>,
    from: Vec<Line>,
}

impl Arrays {
    /// Those for one thread and for all; none if there is no memory for them.
    fn of(machine: &Machine) -> Arrays {
        let lines = [1, machine.threads.count].map(|threads| sets(machine, threads)[2] / LINE / 2 * threads);
        let made = || memory::zeros(lines[0].max(lines[1])).unwrap_or_default();
        Arrays { to: made(), from: made() }
    }
}

/// GB/s at which so many threads together move lines between them and L2, L3 and memory; nothing for a cache that the machine
/// does not have, or if there is no memory for the arrays. Where other processes leave few slots in which the threads run
/// together, it measures again.
fn rates(machine: &Machine, arrays: &mut Arrays, threads: usize) -> [Option<f64>; 3] {
    let sets = sets(machine, threads).map(|bytes| bytes / LINE / 2);
    let (begin, mut best) = (Instant::now(), [0; 3]);
    loop {
        let counted = counted(arrays, sets, threads);
        let mut slots = 0..counted.iter().map(Vec::len).min().unwrap_or(0);
        let mut enough = true;
        for ((best, many), set) in best.iter_mut().zip(SLOTS).zip(sets) {
            let level: Vec<usize> = slots.by_ref().take(many).collect();
            let lines = |slot: &usize| counted.iter().map(|counts| counts[*slot]).sum::<usize>();
            let together = |slot: &&usize| counted.iter().filter(|counts| counts[**slot] > 0).count() * 10 >= threads * 9;
            *best = level.iter().map(lines).max().unwrap_or(0).max(*best);
            enough &= set == 0 || level.iter().filter(together).count() * 4 >= many;
        }
        if enough || begin.elapsed() > LONGEST {
            return best.map(|lines| (lines > 0).then(|| (lines * MOVED) as f64 / SLOT.as_nanos() as f64));
        }
    }
}

/// For each of so many threads, how many lines it changes in each slot. Each has a piece of the arrays for itself, which it is
/// the first to touch: the system then puts it into memory near that thread.
fn counted(arrays: &mut Arrays, sets: [usize; 3], threads: usize) -> Vec<Vec<usize>> {
    let (ready, go) = (AtomicUsize::new(0), OnceLock::new());
    let pieces = arrays.to.chunks_mut(sets[2].max(1)).zip(arrays.from.chunks_mut(sets[2].max(1))).take(threads);
    let measure = |(to, from): (&mut [Line], &mut [Line])| {
        to.iter_mut().chain(&mut *from).step_by(PAGE / LINE).for_each(|line| line.0[0] = 1);
        ready.fetch_add(1, Ordering::Release);
        count(to, from, sets, *go.wait())
    };
    let measure = &measure;
    std::thread::scope(|scope| {
        let spawn = |piece| std::thread::Builder::new().spawn_scoped(scope, move || measure(piece)).ok();
        let spawned: Vec<_> = pieces.filter_map(spawn).collect();
        while ready.load(Ordering::Acquire) < spawned.len() {
            std::thread::sleep(Duration::from_micros(100));
        }
        go.get_or_init(Instant::now);
        spawned.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}

/// The bytes of the arrays of one of so many threads, to be in L2, in L3, and in neither. Zero for a cache that is not there.
fn sets(machine: &Machine, threads: usize) -> [usize; 3] {
    let (l2, l3) = (machine.l2.bytes_each(threads), machine.l3.bytes_each(threads));
    let available = memory::available().map_or(MOST_BYTES, |bytes| (bytes * SHARE) as usize).min(MOST_BYTES);
    let most = (available / threads).max(2 * STRETCH * LINE);
    let in_l2 = if l2 == 0 { 0 } else { (l2 / 2).max(2 * machine.core.l1_bytes) };
    let in_l3 = if l3 == 0 { 0 } else { ((l2.max(machine.core.l1_bytes) as f64 * l3 as f64).sqrt() as usize).max(in_l2) };
    [in_l2, in_l3, (2 * l3).max(8 * l2).max(64 * machine.core.l1_bytes)].map(|bytes| bytes.min(most))
}

/// How many lines this thread changes in each slot from `start`: of the first `sets` lines of the arrays, or of all that there
/// are.
fn count(to: &mut [Line], from: &[Line], sets: [usize; 3], start: Instant) -> Vec<usize> {
    let mut counts = Vec::new();
    for (lines, slots) in sets.into_iter().zip(SLOTS) {
        let end = counts.len() + slots;
        counts.resize(end, 0);
        let (lines, mut at) = (lines.min(to.len()).min(from.len()), 0);
        loop {
            let next = (at + STRETCH).min(lines);
            to[at..next].iter_mut().zip(&from[at..next]).for_each(|(to, from)| to.0[0] ^= from.0[0]);
            let slot = (start.elapsed().as_nanos() / SLOT.as_nanos()) as usize;
            if slot >= end {
                break;
            }
            counts[slot] += next - at;
            at = if next == lines { 0 } else { next };
        }
    }
    black_box(to);
    counts
}

/// Microseconds that a launch on so many threads takes beyond its work divided by them; nothing if there are no such threads,
/// or if other processes let only one of them run.
fn launch_us(threads: usize) -> Option<f64> {
    const LEAST_ROUNDS: usize = 20;
    const TIME: Duration = Duration::from_millis(10);
    const WORK: Duration = Duration::from_micros(5);
    let work = |_| {
        let start = Instant::now();
        while start.elapsed() < WORK {
            std::hint::spin_loop();
        }
    };
    let pool = threads::exactly(Some(threads)).ok()?;
    let parts = threads as i64 * PARTS_PER_THREAD;
    let once = || {
        let start = Instant::now();
        (0..parts).into_par_iter().for_each(work);
        start.elapsed().saturating_sub(WORK * PARTS_PER_THREAD as u32).as_secs_f64() * 1e6
    };
    let begin = Instant::now();
    let mut found: Vec<f64> =
        pool.install(|| (0..).take_while(|n| *n < LEAST_ROUNDS || begin.elapsed() < TIME).map(|_| once()).collect());
    found.sort_by(f64::total_cmp);
    let (best, alone) = (found[found.len() / 20], (WORK * (parts - PARTS_PER_THREAD) as u32).as_secs_f64() * 1e6);
    (best < 0.9 * alone || threads == 1).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tradewind_ir::Sources;

    #[test]
    fn what_is_measured_is_a_machine() {
        for described in [Machine::reference(), Machine { l3: no_cache(), l2: no_cache(), ..Machine::reference() }] {
            let found = measure(&described);
            let text = found.to_toml();
            assert_eq!(Machine::parse(&text, Sources::default().add("found", text.as_str())).as_ref(), Ok(&found));
            assert_eq!((found.threads.count, found.l3.bytes), (described.threads.count, described.l3.bytes));
        }
    }

    fn no_cache() -> tradewind_schedule::cost::machine::Cache {
        tradewind_schedule::cost::machine::Cache { bytes: 0, ..Machine::reference().l2 }
    }

    #[test]
    fn arrays_fit_the_caches_that_they_are_for() {
        let machine = Machine::reference();
        let [l2, l3, memory] = sets(&machine, 1);
        assert!(l2 > machine.core.l1_bytes && l2 < machine.l2.bytes);
        assert!(l3 > machine.l2.bytes && l3 < machine.l3.bytes);
        assert!(memory > machine.l3.bytes);
        assert!(sets(&machine, 4096)[2] * 4096 <= MOST_BYTES.max(4096 * 2 * STRETCH * LINE));
    }

    #[test]
    fn figures_have_few_digits() {
        assert_eq!([rounded(27.4381, 2), rounded(3.2456, 3), rounded(0.0, 2)], [27.0, 3.25, 0.0]);
    }
}
