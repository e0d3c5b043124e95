//! Dropout whose masks belong to the rows, not to the batch.

use burn::tensor::{Tensor, TensorData};
use synaptree_kernels::fill_row_bits;

use crate::{Moments, NetworkError, Pass};

/// The limit of selu for `x → −∞`: `−λ α`.
const SELU_FLOOR: f64 = -1.758_099_340_847_376_6;

/// Drops units at random: to 0, or to selu's lower limit for self-normalising layers.
///
/// ```text
/// plain:  y = x · m / (1 − rate),                     m = 1 with probability 1 − rate, else 0
/// alpha:  y = a · (x · m + α′ (1 − m)) + b,           α′ = −λ α
///         q = 1 − rate,   a = (q + α′² q rate)^(−1/2),   b = −a rate α′
/// ```
///
/// # Randomness
///
/// On exactly while the pass has a draw. Stream `dropout/<path>` in training, `predict/<path>` in prediction,
/// at the draw's step and sample; element = the row's index in its file × width + unit. A row's mask
/// therefore does not depend on the rows beside it. A unit is kept where its word, read as a number in
/// `[0, 2³²)`, is at least `rate · 2³²`.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{Draw, Dropout, Pass};
///
/// let dropout = Dropout::new(0.25, "trunk.0.dropout")?;
/// let x = Tensor::<2>::ones([100, 100], &Device::flex());
/// let rows: Vec<u64> = (0..100).collect();
/// let y = dropout.forward(x.clone(), &Pass::training(Draw::training(7, 0), &rows));
/// assert!((y.mean().into_scalar::<f32>() - 1.0).abs() < 0.03);
/// assert_eq!(dropout.forward(x, &Pass::mean(&rows)).mean().into_scalar::<f32>(), 1.0);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
///
/// # References
///
/// - Srivastava et al., "Dropout" (2014), JMLR 15.
/// - Klambauer et al., "Self-Normalizing Neural Networks" (2017), arXiv:1706.02515, section 3, alpha dropout.
#[derive(Clone, Debug, PartialEq)]
pub struct Dropout {
    rate: f64,
    alpha: bool,
    path: String,
}

impl Dropout {
    /// Dropout to 0; `path` names its random stream.
    ///
    /// # Errors
    ///
    /// [`NetworkError::OutOfRange`] for a rate outside `[0, 1)`.
    pub fn new(rate: f64, path: impl Into<String>) -> Result<Self, NetworkError> {
        if !(0.0..1.0).contains(&rate) {
            return Err(NetworkError::OutOfRange {
                key: "network.dropout".to_owned(),
                got: rate.to_string(),
                expected: "a number of at least 0 and below 1",
            });
        }
        Ok(Self {
            rate,
            alpha: false,
            path: path.into(),
        })
    }

    /// Alpha dropout, which keeps mean and variance of a selu layer.
    ///
    /// # Errors
    ///
    /// As [`Dropout::new`].
    pub fn alpha(rate: f64, path: impl Into<String>) -> Result<Self, NetworkError> {
        let plain = Self::new(rate, path)?;
        Ok(Self {
            alpha: true,
            ..plain
        })
    }

    /// The moments of what is left of numbers of these moments, over all masks of plain dropout.
    pub(crate) fn moments(&self, x: Moments) -> Moments {
        if self.rate == 0.0 {
            return x;
        }
        let squares = x.mean.clone().square();
        Moments {
            variance: (x.variance + squares.clone()) / (1.0 - self.rate) - squares,
            mean: x.mean,
        }
    }

    /// Whether units are dropped at all.
    pub(crate) fn is_on(&self) -> bool {
        self.rate > 0.0
    }

    /// Drops units where the pass has a draw.
    ///
    /// # Shapes
    ///
    /// - x: `[rows, width]`
    /// - result: `[samples · rows, width]`
    ///
    /// # Panics
    ///
    /// When the pass does not name one row for each row of `x`.
    pub fn forward(&self, x: Tensor<2>, pass: &Pass) -> Tensor<2> {
        if self.rate == 0.0 || pass.draw.is_none() {
            return x;
        }
        let x = pass.spread(x);
        let [rows, width] = x.dims();
        assert_eq!(
            rows,
            pass.rows.len() * pass.samples as usize,
            "the pass names one row for each row of the batch"
        );
        let mut words = vec![0; rows * width];
        let parts = words.chunks_mut((pass.rows.len() * width).max(1));
        for (draw, words) in pass.draws().zip(parts) {
            let key = draw.dropout_key(&self.path);
            fill_row_bits(key, draw.step, draw.sample, pass.rows, width, words);
        }
        let threshold = (self.rate * 4_294_967_296.0) as u32;
        let device = x.device();
        let choose = |kept: f64, dropped: f64| {
            let (kept, dropped) = (kept as f32, dropped as f32);
            let values: Vec<f32> = words
                .iter()
                .map(|word| if *word >= threshold { kept } else { dropped })
                .collect();
            Tensor::<2>::from_data(TensorData::new(values, [rows, width]), &device)
        };
        let q = 1.0 - self.rate;
        if self.alpha {
            let a = (q + SELU_FLOOR * SELU_FLOOR * q * self.rate).sqrt().recip();
            let b = -a * self.rate * SELU_FLOOR;
            x * choose(a, 0.0) + choose(b, a * SELU_FLOOR + b)
        } else {
            x * choose(q.recip(), 0.0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Draw;
    use burn::tensor::Device;
    use synaptree_kernels::{Key, Purpose, normal_tensor};

    fn vec(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_into_vec().unwrap()
    }

    fn ones(rows: usize, width: usize) -> Tensor<2> {
        Tensor::ones([rows, width], &Device::flex())
    }

    #[test]
    fn a_rows_mask_does_not_depend_on_its_batch() {
        let dropout = Dropout::new(0.5, "trunk.0.dropout").unwrap();
        let draw = Draw::training(7, 3);
        let together = vec(dropout.forward(ones(3, 37), &Pass::training(draw, &[41, 5, 1000])));
        let alone = vec(dropout.forward(ones(1, 37), &Pass::training(draw, &[5])));
        assert_eq!(alone, together[37..74]);
        let swapped = vec(dropout.forward(ones(2, 37), &Pass::training(draw, &[1000, 41])));
        assert_eq!(swapped[..37], together[74..]);
    }

    #[test]
    fn step_sample_purpose_and_path_choose_the_mask() {
        let mask = |path: &str, draw| {
            vec(Dropout::new(0.5, path)
                .unwrap()
                .forward(ones(1, 64), &Pass::training(draw, &[0])))
        };
        let base = mask("a", Draw::training(7, 0));
        assert_eq!(base, mask("a", Draw::training(7, 0)));
        assert_ne!(base, mask("b", Draw::training(7, 0)));
        assert_ne!(base, mask("a", Draw::training(7, 1)));
        assert_ne!(base, mask("a", Draw::predict(7, 0)));
        assert_ne!(
            mask("a", Draw::predict(7, 1)),
            mask("a", Draw::predict(7, 0))
        );
    }

    #[test]
    fn the_share_of_dropped_units_is_the_rate() {
        let rows: Vec<u64> = (0..400).collect();
        for rate in [0.1, 0.7] {
            let dropout = Dropout::new(rate, "d").unwrap();
            let y =
                vec(dropout.forward(ones(400, 100), &Pass::training(Draw::training(7, 0), &rows)));
            let dropped = y.iter().filter(|v| **v == 0.0).count() as f64 / 40_000.0;
            assert!((dropped - rate).abs() < 0.01, "{dropped} for {rate}");
            let kept = (1.0 / (1.0 - rate)) as f32;
            assert!(y.iter().all(|v| *v == 0.0 || *v == kept));
        }
    }

    #[test]
    fn alpha_dropout_keeps_mean_and_variance() {
        let rows: Vec<u64> = (0..1000).collect();
        let key = Key::new(7, Purpose::Augment, "inputs");
        let x = normal_tensor(key, 0, 0, [1000, 100], &Device::flex());
        let dropout = Dropout::alpha(0.2, "d").unwrap();
        let y = dropout.forward(x, &Pass::training(Draw::training(7, 0), &rows));
        let mean = y.clone().mean().into_scalar::<f32>();
        let variance = y.square().mean().into_scalar::<f32>();
        assert!(mean.abs() < 0.02, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.03, "variance {variance}");
    }

    #[test]
    fn no_draw_and_rate_zero_change_nothing() {
        let draw = Draw::training(7, 0);
        let none = Dropout::new(0.0, "d").unwrap();
        assert_eq!(
            vec(none.forward(ones(1, 4), &Pass::training(draw, &[0]))),
            [1.0; 4]
        );
        let half = Dropout::alpha(0.5, "d").unwrap();
        assert_eq!(vec(half.forward(ones(1, 4), &Pass::mean(&[0]))), [1.0; 4]);
    }

    #[test]
    fn rates_outside_their_range_are_errors() {
        for rate in [-0.1, 1.0, 2.0, f64::NAN] {
            assert!(Dropout::new(rate, "d").is_err(), "{rate}");
        }
    }
}
