//! Memory whose size comes with a domain: how much it is, whether there is so much, and zeros.

use crate::domain::{Axes, Axis, Domain, Extent};
use std::fmt;

/// One cache line: what memory of fields is made of, so that it is aligned.
#[derive(Clone, Copy, PartialEq, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C, align(64))]
pub struct Line(pub [u8; LINE]);

/// Bytes of a [`Line`].
pub const LINE: usize = 64;

/// No machine addresses more bytes. Sizes below are computed with whole numbers, padding included, without overflow.
const MOST: f64 = (1_u64 << 47) as f64;
/// Below this many bytes the system is not asked what there is.
const SMALL: f64 = (1 << 26) as f64;

/// Memory that is not to be had.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct OutOfMemory {
    /// How many fields it is for.
    pub fields: usize,
    /// How many bytes they need, padding left out.
    pub bytes: f64,
    /// How many bytes the system can give, if it tells.
    pub available: Option<f64>,
}

impl fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = if self.fields == 1 { "1 field needs".to_string() } else { format!("{} fields need", self.fields) };
        write!(f, "{fields} {} of memory", readable(self.bytes))?;
        match self.available {
            Some(available) => write!(f, ", {} are available", readable(available)),
            None => write!(f, ", which the system does not give"),
        }
    }
}

/// A number of bytes with a unit: `7.3 PiB`.
pub fn readable(bytes: f64) -> String {
    const UNITS: [&str; 9] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];
    let power = (bytes.max(1.0).log2() / 10.0).floor().clamp(0.0, 8.0);
    let digits = if power == 0.0 { 0 } else { 1 };
    format!("{:.digits$} {}", bytes / 1024_f64.powf(power), UNITS[power as usize])
}

/// The bytes of a field's elements, of `size` bytes at each point, on a domain with a halo.
pub fn bytes(size: usize, axes: Axes, domain: Domain, halo: Extent) -> f64 {
    let along = |axis: Axis| {
        let (low, high) = halo.0[axis.index()];
        (domain[axis.index()] as f64 - f64::from(low) + f64::from(high)).max(1.0)
    };
    size as f64 * axes.iter().map(along).product::<f64>()
}

/// Whether there is memory for so many fields of so many bytes together.
///
/// # Errors
/// It is more than the machine addresses, or than the system says that it can give.
pub fn check(fields: usize, bytes: f64) -> Result<(), OutOfMemory> {
    if bytes < SMALL {
        return Ok(());
    }
    let available = available();
    if bytes > available.unwrap_or(MOST).min(MOST) { Err(OutOfMemory { fields, bytes, available }) } else { Ok(()) }
}

/// Lines of zeros; nothing if the system does not give them.
pub fn zeros(lines: usize) -> Option<Vec<Line>> {
    bytemuck::allocation::try_zeroed_vec(lines).ok()
}

/// The bytes of lines.
pub fn bytes_of(lines: &mut [Line]) -> &mut [u8] {
    bytemuck::cast_slice_mut(lines)
}

/// The bytes that can be had without taking them from others, swap space included, where the system tells (Linux).
pub fn available() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let entry = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().strip_suffix(" kB")?.parse::<f64>().ok()
    };
    Some(1024.0 * (entry("MemAvailable")? + entry("SwapFree").unwrap_or(0.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_machine_has_is_refused_with_its_size() {
        let huge = bytes(8, Axes::IJK, [1_000_000, 1_000_000, 1000], Extent::ZERO);
        assert_eq!(readable(huge), "7.1 PiB");
        let error = check(2, huge).unwrap_err().to_string();
        assert!(error.starts_with("2 fields need 7.1 PiB of memory, "), "{error}");
        assert_eq!(check(1, 4096.0), Ok(()));
        assert_eq!([readable(0.0), readable(1023.0), readable(1536.0)], ["0 B", "1023 B", "1.5 KiB"]);
    }
}
