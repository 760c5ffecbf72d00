//! Axes: names, ticks at round values, and how numbers are written.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// What an axis shows.
#[derive(Clone, Debug)]
pub struct Axis {
    /// With its unit.
    pub name: String,
    /// The values at its two ends, in the order of drawing.
    pub from: f64,
    pub to: f64,
    /// Equal factors have equal lengths. Both ends are positive.
    pub log: bool,
    /// The values with ticks, if they are not just round ones.
    pub ticks: Option<Vec<f64>>,
}

/// An axis with its ticks, as the plotting library wants it.
pub struct Scaled {
    from: f64,
    to: f64,
    log: bool,
    /// The values with ticks, and what stands there.
    ticks: Vec<(f64, String)>,
}

impl Axis {
    pub fn linear(name: String, from: f64, to: f64) -> Axis {
        Axis { name, from, to, log: false, ticks: None }
    }
    /// The axis with about `most` ticks.
    pub fn scaled(&self, most: usize) -> Scaled {
        let (low, high) = (self.from.min(self.to), self.from.max(self.to));
        let values = match &self.ticks {
            Some(values) => values.clone(),
            None if self.log => round_factors(low, high),
            None => round(low, high, most),
        };
        let labels = if self.log { values.iter().map(|v| number(*v)).collect() } else { alike(&values) };
        Scaled { from: self.from, to: self.to, log: self.log, ticks: values.into_iter().zip(labels).collect() }
    }
}

impl Scaled {
    /// The width of the widest label.
    pub fn width(&self, size: u32) -> i32 {
        self.ticks.iter().map(|(_, label)| super::width(label, size)).max().unwrap_or(0)
    }
}

impl Ranged for Scaled {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (first, last): (i32, i32)) -> i32 {
        let along = |v: f64| if self.log { v.log10() } else { v };
        // Half of each, because the difference of two numbers may be too large for one.
        let from = along(self.from) / 2.0;
        let part = (along(*value) / 2.0 - from) / (along(self.to) / 2.0 - from);
        first + (f64::from(last - first) * part).round() as i32
    }
    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.iter().map(|(at, _)| *at).collect() }
    }
    fn range(&self) -> std::ops::Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Scaled {
    fn format_ext(&self, value: &f64) -> String {
        self.ticks.iter().find(|(at, _)| at == value).map(|(_, label)| label.clone()).unwrap_or_default()
    }
}

/// A name with its unit, if it has one.
pub fn with_unit(name: &str, unit: &str) -> String {
    if unit.is_empty() { name.to_string() } else { format!("{name} ({unit})") }
}

/// A range that is not empty: around values that differ by round-off only, one that shows them as equal.
pub fn widened((low, high): (f64, f64)) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    if high - low > 1e-9 * size {
        return (low, high);
    }
    let half = if size > 0.0 { 0.01 * size } else { 1.0 };
    (low - half, high + half)
}

/// Four significant digits, with a power of ten where that is shorter.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 || (1e-3..1e5).contains(&size) {
        let digits = 3 - size.max(1e-3).log10().floor() as i32;
        return minus(&short(&format!("{value:.*}", digits.clamp(0, 6) as usize)));
    }
    power(&format!("{value:.2e}"))
}

/// Multiples of 1, 2 or 5 times a power of ten.
fn round(low: f64, high: f64, most: usize) -> Vec<f64> {
    let least = high / most.max(1) as f64 - low / most.max(1) as f64;
    let ten = 10f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|n| n * ten).into_iter().find(|step| *step >= 0.999 * least).unwrap_or(10.0 * ten);
    let slack = 1e-6;
    let (first, last) = ((low / step - slack).ceil() as i64, (high / step + slack).floor() as i64);
    // At most 10: `step` is at least a `most`-th of the range.
    (first..=last).take(100).map(|n| n as f64 * step + 0.0).collect()
}

/// Powers of ten, with their multiples by 2 and 5 where there are few.
fn round_factors(low: f64, high: f64) -> Vec<f64> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let within = |v: &f64| (low * 0.999..=high * 1.001).contains(v);
    let few = [1.0, 2.0, 5.0];
    let factors = if last - first > 3 { &few[..1] } else { &few[..] };
    (first..=last).flat_map(|n| factors.iter().map(move |f| f * 10f64.powi(n))).filter(within).collect()
}

/// Equally spaced numbers with equally many decimals.
fn alike(values: &[f64]) -> Vec<String> {
    let most = values.iter().fold(0.0f64, |most, v| most.max(v.abs()));
    let step = values.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(most, f64::min);
    let decade = |x: f64| if x > 0.0 { (x * 1.000001).log10().floor() as i32 } else { 0 };
    let (least, greatest) = (decade(step), decade(most));
    if (-4..=5).contains(&greatest) && least >= -6 {
        return values.iter().map(|v| minus(&format!("{v:.*}", (-least).max(0) as usize))).collect();
    }
    let digits = (greatest - least).clamp(0, 12);
    let shown = |v: f64| {
        // All have the power of ten of the greatest.
        let mantissa = v / 10f64.powi(greatest);
        if v == 0.0 { "0".to_string() } else { power(&format!("{mantissa:.*}e{greatest}", digits as usize)) }
    };
    values.iter().map(|v| shown(*v)).collect()
}

/// Without zeros at the end.
fn short(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_string() } else { text.to_string() }
}

/// A number with an `e` as a multiple of a power of ten.
fn power(text: &str) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let Some((mantissa, exponent)) = text.split_once('e') else { return minus(text) };
    let raised: String = exponent.chars().map(|c| c.to_digit(10).map_or('⁻', |d| DIGITS[d as usize])).collect();
    match short(mantissa).as_str() {
        "1" => format!("10{raised}"),
        "-1" => format!("−10{raised}"),
        mantissa => format!("{}·10{raised}", minus(mantissa)),
    }
}

fn minus(text: &str) -> String {
    text.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis, most: usize) -> Vec<String> {
        axis.scaled(most).ticks.into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round() {
        let linear = |from, to| Axis::linear(String::new(), from, to);
        assert_eq!(labels(&linear(0.0, 1.0), 5), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&linear(96.0, -0.5), 5), ["0", "20", "40", "60", "80"]);
        assert_eq!(labels(&linear(-15.0, 15.0), 4), ["−10", "0", "10"]);
        assert_eq!(labels(&linear(-3e-16, 2e-16), 3), ["−2·10⁻¹⁶", "0", "2·10⁻¹⁶"]);
        assert_eq!(labels(&linear(f64::MIN, f64::MAX), 4), ["−10³⁰⁸", "0", "10³⁰⁸"]);
        assert_eq!(labels(&linear(101_000.0, 103_000.0), 4), ["101000", "101500", "102000", "102500", "103000"]);
    }

    #[test]
    fn logarithmic_axes_have_powers_of_ten() {
        let axis = Axis { log: true, ..Axis::linear(String::new(), 2.6e-4, 4.4e-2) };
        assert_eq!(labels(&axis, 5), ["5·10⁻⁴", "0.001", "0.002", "0.005", "0.01", "0.02"]);
        assert_eq!(axis.scaled(5).map(&(2.6e-4 * 4.4e-2f64).sqrt(), (0, 100)), 50);
        assert_eq!(round_factors(1e-9, 1.0).len(), 10);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(
            [0.0, 0.53125, -1.5, 1000.0, 123_456.0, 1e-16].map(number),
            ["0", "0.5312", "−1.5", "1000", "1.23·10⁵", "10⁻¹⁶"]
        );
    }

    #[test]
    fn round_off_is_not_a_range() {
        assert_eq!(widened((0.0, 0.0)), (-1.0, 1.0));
        assert_eq!(widened((2.0, 2.0 + 1e-14)), (2.0 - 0.02, 2.0 + 1e-14 + 0.02));
        assert_eq!(widened((-1e-16, 1e-16)), (-1e-16, 1e-16));
    }
}
