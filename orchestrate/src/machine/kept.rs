//! The figures of computers in the user's folder for caches: one file for each kind of computer, which all processes share.
//!
//! A process that measures holds a lock meanwhile: two at the same time would measure each other. Nothing here can fail; what
//! cannot be read is measured, and what cannot be written is not kept.

use super::system::System;
use std::fs::{File, OpenOptions, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tradewind_ir::Sources;
use tradewind_schedule::Machine;

/// How long to wait for a process that measures. It takes a tenth of this.
const PATIENT: Duration = Duration::from_secs(2);

/// The folder, if the system tells where it is.
pub fn folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let home = |inner: &str| Some(variable("HOME")?.join(inner));
    let caches = variable("XDG_CACHE_HOME").or_else(|| match std::env::consts::OS {
        "windows" => variable("LOCALAPPDATA"),
        "macos" => home("Library/Caches"),
        _ => home(".cache"),
    });
    Some(caches?.join("tradewind"))
}

/// The figures that are kept for a computer; those that `measure` finds if there are none, kept from now on.
pub fn read_or_make(folder: Option<&Path>, system: &System, measure: impl FnOnce() -> Machine) -> Machine {
    let read = || read(&folder?.join(file_name(system)));
    if let Some(known) = read() {
        return known;
    }
    let _lock = folder.and_then(lock);
    // Another process may have measured while this one waited.
    read().unwrap_or_else(|| keep(folder, system, measure()))
}

/// The figures that `measure` finds, kept in place of earlier ones.
pub fn make(folder: Option<&Path>, system: &System, measure: impl FnOnce() -> Machine) -> Machine {
    let _lock = folder.and_then(lock);
    keep(folder, system, measure())
}

fn read(path: &Path) -> Option<Machine> {
    let text = std::fs::read_to_string(path).ok()?;
    Machine::parse(&text, Sources::default().add("kept", text.as_str())).ok()
}

/// The name of the file for computers of this kind: the same processor, caches and number of threads, and the same figures that
/// are not measured, so that a new release measures again if it has others.
fn file_name(system: &System) -> String {
    let mut hasher = DefaultHasher::new();
    (&system.processor, system.machine.to_toml(), env!("CARGO_PKG_VERSION")).hash(&mut hasher);
    format!("machine-{:016x}.toml", hasher.finish())
}

/// Takes the lock of a folder, made if need be, until the result is dropped. Nothing if there is no such folder, or if another
/// process holds the lock for too long.
fn lock(folder: &Path) -> Option<File> {
    std::fs::create_dir_all(folder).ok()?;
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lock")).ok()?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Some(file),
            Err(TryLockError::WouldBlock) if start.elapsed() < PATIENT => std::thread::sleep(Duration::from_millis(5)),
            Err(_) => return None,
        }
    }
}

/// Keeps figures: the file is there as a whole or not at all.
fn keep(folder: Option<&Path>, system: &System, machine: Machine) -> Machine {
    let Some(folder) = folder else { return machine };
    let part = folder.join(format!("{}.{}", file_name(system), std::process::id()));
    let text =
        format!("# {}\n# Measured by tradewind {}.\n\n{}", system.processor, env!("CARGO_PKG_VERSION"), machine.to_toml());
    let moved = std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, folder.join(file_name(system))));
    if moved.is_err() {
        // Where nothing can be written, there is nothing to remove.
        let _ = std::fs::remove_file(&part);
    }
    machine
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn system() -> System {
        System { machine: Machine::reference(), processor: "Fast 9000".to_string() }
    }

    #[test]
    fn figures_are_measured_once_and_again_when_they_cannot_be_read() {
        let folder = std::env::temp_dir().join(format!("tradewind-kept-{}", std::process::id()));
        let times = Cell::new(0);
        let measure = || {
            times.set(times.get() + 1);
            let mut machine = Machine::reference();
            machine.threads.launch_us = f64::from(times.get());
            machine
        };
        let launch = |machine: Machine| machine.threads.launch_us;
        assert_eq!(launch(read_or_make(Some(&folder), &system(), measure)), 1.0);
        assert_eq!(launch(read_or_make(Some(&folder), &system(), measure)), 1.0);
        assert_eq!(launch(make(Some(&folder), &system(), measure)), 2.0);
        assert_eq!(launch(read_or_make(Some(&folder), &system(), measure)), 2.0);
        let other = System { processor: "Slow 1".to_string(), ..system() };
        assert_eq!(launch(read_or_make(Some(&folder), &other, measure)), 3.0);
        std::fs::write(folder.join(file_name(&system())), "half a fi").unwrap();
        assert_eq!(launch(read_or_make(Some(&folder), &system(), measure)), 4.0);
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 3, "two machines and a lock");
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_made_keeps_nothing() {
        let file = std::env::temp_dir().join(format!("tradewind-kept-file-{}", std::process::id()));
        std::fs::write(&file, "").unwrap();
        for folder in [Some(file.join("inside")), None] {
            let found = read_or_make(folder.as_deref(), &system(), Machine::reference);
            assert_eq!(found, Machine::reference());
        }
        std::fs::remove_file(&file).unwrap();
    }
}
