//! What the system says of the computer: threads, caches, the name of its processor.

use std::path::Path;
use tradewind_schedule::Machine;
use tradewind_schedule::cost::machine::Cache;

/// A computer as its system describes it.
pub struct System {
    /// The figures that the system knows; the others are those of the reference.
    pub machine: Machine,
    /// The name of its processor, for people and to tell computers apart.
    pub processor: String,
}

/// Describes the computer whose files are below `root`. Only Linux describes caches and processors in files.
pub fn read(root: &Path) -> System {
    let mut machine = Machine::reference();
    machine.threads.count = std::thread::available_parallelism().map_or(1, usize::from);
    machine.core.vector_registers = if cfg!(target_arch = "aarch64") { 32 } else { 16 };
    let entries = std::fs::read_dir(root.join("sys/devices/system/cpu/cpu0/cache")).into_iter().flatten().flatten();
    let described: Vec<Described> = entries.filter_map(|entry| describe(&entry.path())).collect();
    if described.iter().any(|d| d.depth == 1) {
        let at = |depth| described.iter().find(|d| d.depth == depth);
        if let Some(l1) = at(1) {
            (machine.core.l1_bytes, machine.core.line_bytes) = (l1.bytes, l1.line_bytes);
        }
        for (depth, cache) in [(2, &mut machine.l2), (3, &mut machine.l3)] {
            set(cache, at(depth), machine.threads.count);
        }
    }
    System { machine: machine.clamped(), processor: processor(root) }
}

fn set(cache: &mut Cache, described: Option<&Described>, threads: usize) {
    cache.bytes = described.map_or(0, |d| d.bytes);
    cache.shared_by = described.map_or(1, |d| d.shared_by.min(threads));
}

/// A data cache as the system describes it.
struct Described {
    /// 1 for L1.
    depth: usize,
    bytes: usize,
    line_bytes: usize,
    shared_by: usize,
}

/// What the files in the folder of a cache say, if it holds data.
fn describe(folder: &Path) -> Option<Described> {
    let entry = |name: &str| Some(std::fs::read_to_string(folder.join(name)).ok()?.trim().to_string());
    if entry("type")? == "Instruction" {
        return None;
    }
    Some(Described {
        depth: entry("level")?.parse().ok()?,
        bytes: bytes(&entry("size")?)?,
        line_bytes: entry("coherency_line_size")?.parse().ok()?,
        shared_by: entry("shared_cpu_list").and_then(|list| count(&list)).unwrap_or(1),
    })
}

/// `32K` in bytes.
fn bytes(text: &str) -> Option<usize> {
    let units = [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30)];
    let (number, unit) = units.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit))).unwrap_or((text, 1));
    number.parse::<usize>().ok()?.checked_mul(unit)
}

/// How many numbers a list such as `0-3,8` names.
fn count(list: &str) -> Option<usize> {
    let part = |part: &str| {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        (last.parse::<usize>().ok()? + 1).checked_sub(first.parse().ok()?)
    };
    list.split(',').map(part).sum()
}

fn processor(root: &Path) -> String {
    let text = std::fs::read_to_string(root.join("proc/cpuinfo")).unwrap_or_default();
    let entry = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
        value.map(|value| value.trim().to_string())
    };
    // On ARM the system gives numbers instead of a name.
    let arm = || Some(format!("{} {}", entry("CPU implementer")?, entry("CPU part")?));
    entry("model name").or_else(arm).unwrap_or_else(|| std::env::consts::ARCH.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_lists_are_read() {
        assert_eq!(["32K", "1M", "512", "K", "x"].map(bytes), [Some(32 << 10), Some(1 << 20), Some(512), None, None]);
        assert_eq!(["0", "0-3,8", "0-1,64-65", "3-1", ""].map(count), [Some(1), Some(5), Some(4), None, None]);
    }

    #[test]
    fn caches_are_read_from_files_and_missing_ones_are_the_references() {
        let root = std::env::temp_dir().join(format!("tradewind-system-{}", std::process::id()));
        let cache = root.join("sys/devices/system/cpu/cpu0/cache");
        let write = |index: &str, entries: [(&str, &str); 5]| {
            std::fs::create_dir_all(cache.join(index)).unwrap();
            entries
                .iter()
                .for_each(|(name, value)| std::fs::write(cache.join(index).join(name), format!("{value}\n")).unwrap());
        };
        let entries = |level, kind, size, list| {
            [("level", level), ("type", kind), ("size", size), ("coherency_line_size", "128"), ("shared_cpu_list", list)]
        };
        assert_eq!(read(&root).machine.l3, Machine::reference().l3);
        write("index0", entries("1", "Data", "48K", "0"));
        write("index1", entries("1", "Instruction", "64K", "0"));
        write("index2", entries("2", "Unified", "2M", "0-1"));
        std::fs::create_dir_all(root.join("proc")).unwrap();
        std::fs::write(root.join("proc/cpuinfo"), "processor\t: 0\nmodel name\t: Fast 9000\n").unwrap();
        let System { machine, processor } = read(&root);
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!((machine.core.l1_bytes, machine.core.line_bytes), (48 << 10, 128));
        assert_eq!((machine.l2.bytes, machine.l2.shared_by), (2 << 20, machine.threads.count.min(2)));
        assert_eq!((machine.l3.bytes, processor.as_str()), (0, "Fast 9000"));
    }
}
