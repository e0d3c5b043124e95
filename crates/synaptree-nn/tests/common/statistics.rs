//! Statistics over draws.

/// Mean and variance of each entry over draws.
#[derive(Default)]
pub(crate) struct Moments {
    n: f64,
    pub(crate) mean: Vec<f64>,
    squares: Vec<f64>,
}

impl Moments {
    pub(crate) fn add(&mut self, values: &[f32]) {
        self.mean.resize(values.len(), 0.0);
        self.squares.resize(values.len(), 0.0);
        self.n += 1.0;
        for ((mean, squares), value) in self.mean.iter_mut().zip(&mut self.squares).zip(values) {
            let value = f64::from(*value);
            let old = *mean;
            *mean += (value - old) / self.n;
            *squares += (value - old) * (value - *mean);
        }
    }

    pub(crate) fn variance(&self, i: usize) -> f64 {
        self.squares[i] / (self.n - 1.0)
    }

    /// The standard error of the mean.
    pub(crate) fn error(&self, i: usize) -> f64 {
        (self.variance(i) / self.n).sqrt()
    }
}
