//! What a sample tells of its median.

/// The median of a sample, and an interval that holds the true median with a probability of about 95 %.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl Estimate {
    /// The estimate from a sample, which is not empty. The interval goes from one order statistic to another (the sign test, in its
    /// normal approximation); a sample of less than six does not give 95 %, and the interval is all of it.
    pub fn of(sample: impl Iterator<Item = f64>) -> Estimate {
        let mut sorted: Vec<f64> = sample.collect();
        sorted.sort_by(f64::total_cmp);
        let (count, middle, last) = (sorted.len() as f64, sorted.len() / 2, sorted.len() - 1);
        let left_out = ((count - 1.96 * count.sqrt()) / 2.0).floor().max(1.0) as usize - 1;
        let median = if sorted.len() % 2 == 1 { sorted[middle] } else { 0.5 * (sorted[middle - 1] + sorted[middle]) };
        Estimate { median, low: sorted[left_out], high: sorted[last - left_out] }
    }
}

impl std::fmt::Display for Estimate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.2} [{:.2}, {:.2}]", self.median, self.low, self.high)
    }
}
