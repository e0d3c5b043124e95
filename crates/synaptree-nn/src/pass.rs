//! One forward pass: is it noisy, which rows are they, do batch statistics count.

use synaptree_kernels::{Key, Purpose};

/// The address of one random draw of all weights and masks of a network.
///
/// # Randomness
///
/// Equal draws give equal bits; a change of any field gives independent noise. Training draws and
/// prediction draws come from different streams, so a prediction never repeats a training step.
///
/// # Example
///
/// ```
/// use synaptree_nn::Draw;
///
/// assert_eq!(Draw::training(7, 3).step, 3);
/// assert_eq!(Draw::predict(7, 31).sample, 31);
/// ```
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub struct Draw {
    /// The seed of the run.
    pub seed: u64,
    /// The training step, counted from 0.
    pub step: u32,
    /// The Monte Carlo sample, counted from 0.
    pub sample: u32,
    /// Whether the draw serves training or prediction.
    pub purpose: DrawPurpose,
}

/// What a [`Draw`] serves.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum DrawPurpose {
    /// A training step.
    Train,
    /// A Monte Carlo sample of a prediction.
    Predict,
}

impl Draw {
    /// The draw of one training step.
    pub const fn training(seed: u64, step: u32) -> Self {
        Self {
            seed,
            step,
            sample: 0,
            purpose: DrawPurpose::Train,
        }
    }

    /// The draw of one Monte Carlo sample of a prediction.
    pub const fn predict(seed: u64, sample: u32) -> Self {
        Self {
            seed,
            step: 0,
            sample,
            purpose: DrawPurpose::Predict,
        }
    }

    /// The key of the noise on the weights at `path`.
    pub(crate) fn noise_key(self, path: &str) -> Key {
        Key::new(self.seed, self.purpose.or(Purpose::Noise), path)
    }

    /// The key of the dropout mask of the layer at `path`.
    pub(crate) fn dropout_key(self, path: &str) -> Key {
        Key::new(self.seed, self.purpose.or(Purpose::Dropout), path)
    }
}

impl DrawPurpose {
    fn or(self, training: Purpose) -> Purpose {
        match self {
            Self::Train => training,
            Self::Predict => Purpose::Predict,
        }
    }
}

/// One forward pass through a network.
///
/// # Parameters
///
/// | Name | Purpose |
/// |---|---|
/// | `draw` | the noise on weights and the dropout masks; `None` is the mean network |
/// | `rows` | the index of each row in its file: masks are addressed by it, so no answer depends on its batch |
/// | `training` | batch normalisation uses the batch's statistics and updates the running ones |
///
/// # Example
///
/// ```
/// use synaptree_nn::{Draw, Pass};
///
/// let rows = [4, 9];
/// assert!(Pass::mean(&rows).draw.is_none());
/// assert!(Pass::training(Draw::training(7, 0), &rows).training);
/// assert!(!Pass::sample(Draw::predict(7, 0), &rows).training);
/// ```
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Pass<'a> {
    /// The noise on weights and the dropout masks; `None` is the mean network.
    pub draw: Option<Draw>,
    /// The index of each row in its file.
    pub rows: &'a [u64],
    /// Whether batch normalisation uses the batch's statistics and updates the running ones.
    pub training: bool,
}

impl<'a> Pass<'a> {
    /// A pass through the mean network: no noise, no dropout, running statistics.
    pub const fn mean(rows: &'a [u64]) -> Self {
        Self {
            draw: None,
            rows,
            training: false,
        }
    }

    /// A training pass: noise, dropout and batch statistics.
    pub const fn training(draw: Draw, rows: &'a [u64]) -> Self {
        Self {
            draw: Some(draw),
            rows,
            training: true,
        }
    }

    /// A Monte Carlo pass of a prediction: noise and dropout, running statistics.
    pub const fn sample(draw: Draw, rows: &'a [u64]) -> Self {
        Self {
            draw: Some(draw),
            rows,
            training: false,
        }
    }
}
