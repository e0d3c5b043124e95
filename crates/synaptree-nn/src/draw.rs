//! The address of one random draw, and the scope in which foreign modules see it.

use std::cell::Cell;

use synaptree_kernels::{Key, Purpose};

/// The address of one random draw of all weights and masks of a network.
///
/// # Randomness
///
/// Equal draws give equal bits; a change of any field gives independent noise. Training draws and
/// prediction draws come from different streams, so a prediction never repeats a training step.
///
/// Layers of this crate take a draw as an argument. Foreign modules under [`StochasticSynapses`] see the
/// draw of the innermost [`Draw::scope`] around them on the same thread.
///
/// [`StochasticSynapses`]: crate::StochasticSynapses
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
    /// Whether samples come in pairs of opposite noise; see [`Draw::in_pairs`].
    pub antithetic: bool,
}

/// What a [`Draw`] serves.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub enum DrawPurpose {
    /// A training step.
    Train,
    /// A Monte Carlo sample of a prediction.
    Predict,
}

thread_local! {
    static CURRENT: Cell<Option<Draw>> = const { Cell::new(None) };
}

impl Draw {
    /// The draw of one training step.
    pub const fn training(seed: u64, step: u32) -> Self {
        Self {
            seed,
            step,
            sample: 0,
            purpose: DrawPurpose::Train,
            antithetic: false,
        }
    }

    /// The draw of one Monte Carlo sample of a prediction.
    pub const fn predict(seed: u64, sample: u32) -> Self {
        Self {
            seed,
            step: 0,
            sample,
            purpose: DrawPurpose::Predict,
            antithetic: false,
        }
    }

    /// The same draw as one of a pair: sample 2k + 1 has the Gaussian noise of sample 2k with the other sign.
    ///
    /// Each sample by itself is distributed as before, so means over samples are unbiased; what is odd in the noise
    /// cancels within a pair. Noise that is not Gaussian, and dropout, stay independent.
    ///
    /// # References
    ///
    /// Hammersley and Morton, *A new Monte Carlo technique: antithetic variates* (1956),
    /// [doi:10.1017/S0305004100031455](https://doi.org/10.1017/S0305004100031455).
    ///
    /// # Example
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use synaptree_nn::{DenseConfig, Draw};
    ///
    /// let layer = DenseConfig::new(2, 2).with_noise_scale(0.5).init(7, "dense", &Device::flex())?;
    /// let weight = |sample| layer.sampled_weight(Some(Draw::predict(7, sample).in_pairs()));
    /// let off = (weight(4) + weight(5)) * 0.5 - layer.sampled_weight(None);
    /// assert!(off.abs().max().into_scalar::<f32>() < 1e-6);
    /// # Ok::<(), synaptree_nn::NetworkError>(())
    /// ```
    pub const fn in_pairs(self) -> Self {
        Self {
            antithetic: true,
            ..self
        }
    }

    /// The draw that noise with a sign is made from, and that sign.
    pub(crate) fn mirrored(self) -> (Self, f32) {
        if !self.antithetic {
            return (self, 1.0);
        }
        let pair = Self {
            sample: self.sample / 2,
            ..self
        };
        (pair, if self.sample % 2 == 1 { -1.0 } else { 1.0 })
    }

    /// Runs `forward` with this draw in scope on this thread: noise of reparameterized modules is on.
    ///
    /// Scopes nest, and end with the closure also when it panics. Other threads do not see the draw.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::Draw;
    ///
    /// assert_eq!(Draw::predict(7, 3).scope(|| Draw::current().map(|draw| draw.sample)), Some(3));
    /// assert_eq!(Draw::current(), None);
    /// ```
    pub fn scope<R>(self, forward: impl FnOnce() -> R) -> R {
        struct Restore(Option<Draw>);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(self.0);
            }
        }
        let _restore = Restore(CURRENT.replace(Some(self)));
        forward()
    }

    /// The draw of the innermost scope on this thread.
    pub fn current() -> Option<Self> {
        CURRENT.get()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_nest_and_end_also_after_a_panic() {
        let (outer, inner) = (Draw::training(7, 1), Draw::predict(7, 2));
        outer.scope(|| {
            inner.scope(|| assert_eq!(Draw::current(), Some(inner)));
            assert_eq!(Draw::current(), Some(outer));
            let panicked = std::panic::catch_unwind(|| inner.scope(|| panic!("inside the scope")));
            assert!(panicked.is_err());
            assert_eq!(Draw::current(), Some(outer));
        });
        assert_eq!(Draw::current(), None);
    }

    #[test]
    fn other_threads_do_not_see_the_scope() {
        let seen = Draw::training(7, 1)
            .scope(|| std::thread::scope(|threads| threads.spawn(Draw::current).join().unwrap()));
        assert_eq!(seen, None);
    }
}
