//! Colour scales: which colour a value has.

use plotters::prelude::*;
use std::sync::LazyLock;

/// Which colours a scale has.
#[derive(serde::Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub enum Colours {
    /// Even steps of lightness from dark blue to yellow (viridis).
    Sequential,
    /// Blue below zero, white at zero, red above.
    Diverging,
}

/// The colours of a range of values.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub colours: Colours,
}

/// The colour of missing values. Neither scale contains it.
pub const MISSING: RGBColor = RGBColor(128, 128, 128);

/// ColorBrewer's RdBu, from blue to red (Harrower and Brewer 2003).
const DIVERGING: [RGBColor; 11] = [
    RGBColor(5, 48, 97),
    RGBColor(33, 102, 172),
    RGBColor(67, 147, 195),
    RGBColor(146, 197, 222),
    RGBColor(209, 229, 240),
    RGBColor(247, 247, 247),
    RGBColor(253, 219, 199),
    RGBColor(244, 165, 130),
    RGBColor(214, 96, 77),
    RGBColor(178, 24, 43),
    RGBColor(103, 0, 31),
];

static DIVERGING_MAP: LazyLock<DerivedColorMap<RGBColor>> = LazyLock::new(|| DerivedColorMap::new(&DIVERGING));

impl Colours {
    /// Those of values that are signed, if the lesser of the two signs has a tenth of the greatest size. What is below that is taken
    /// for round-off and overshoots.
    pub fn of(low: f64, high: f64) -> Colours {
        if low < 0.0 && (-low).min(high) >= 0.1 * (-low).max(high) { Colours::Diverging } else { Colours::Sequential }
    }
}

impl Scale {
    /// The colour of a value; values beyond the range have that of its end.
    pub fn colour(&self, value: f64) -> RGBColor {
        if value.is_nan() {
            return MISSING;
        }
        let (low, high) = match self.colours {
            Colours::Sequential => (self.low, self.high),
            Colours::Diverging => (-self.low.abs().max(self.high.abs()), self.low.abs().max(self.high.abs())),
        };
        let value = value.max(self.low).min(self.high);
        // Half of each, because the difference of two numbers may be too large for one.
        let part = (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0);
        let part = if part.is_nan() { 0.5 } else { part.clamp(0.0, 1.0) };
        match self.colours {
            Colours::Sequential => ViridisRGB::get_color_normalized(part, 0.0, 1.0),
            Colours::Diverging => DIVERGING_MAP.get_color_normalized(part, 0.0, 1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_middle_and_missing_values() {
        let scale = Scale { low: -1.0, high: 2.0, colours: Colours::Diverging };
        assert_eq!(scale.colour(0.0), DIVERGING[5]);
        assert_eq!([scale.colour(2.0), scale.colour(f64::INFINITY)], [DIVERGING[10]; 2]);
        assert_eq!(scale.colour(-1.0), scale.colour(-7.0));
        assert_eq!(scale.colour(f64::NAN), MISSING);
        let scale = Scale { low: 3.0, high: 5.0, colours: Colours::Sequential };
        assert_eq!([scale.colour(3.0), scale.colour(5.0)], [RGBColor(68, 1, 84), RGBColor(254, 232, 37)]);
        for (low, high) in [(f64::MIN, f64::MAX), (f64::NEG_INFINITY, 0.0), (5e-324, 1e-323), (1.0, 1.0)] {
            let _ = Scale { low, high, colours: Colours::Sequential }.colour(low);
        }
    }

    #[test]
    fn overshoots_do_not_make_values_signed() {
        assert_eq!([(-1e-17, 1.0), (-0.14, 2.07), (0.0, 0.0)].map(|(l, h)| Colours::of(l, h)), [Colours::Sequential; 3]);
        assert_eq!(Colours::of(-8.6, 14.5), Colours::Diverging);
    }
}
