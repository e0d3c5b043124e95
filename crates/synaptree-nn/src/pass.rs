//! One forward pass: is it noisy, which rows are they, do batch statistics count.

use burn::tensor::Tensor;
use synaptree_kernels::Sample;

use crate::Draw;

/// One forward pass through a network.
///
/// # Parameters
///
/// | Name | Purpose |
/// |---|---|
/// | `draw` | the noise on weights and the dropout masks; `None` is the mean network |
/// | `rows` | the index of each row in its file: masks are addressed by it, so no answer depends on its batch |
/// | `training` | batch normalisation uses the batch's statistics and updates the running ones |
/// | `samples` | Monte Carlo samples that are drawn at once, from that of the draw on |
///
/// Where there are several samples, a tensor has the rows of the first sample, then those of the second, and so on; until
/// noise tells them apart, they have the rows in common, and the tensor has these once.
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
    /// Monte Carlo samples that are drawn at once, from that of the draw on.
    pub samples: u32,
}

impl<'a> Pass<'a> {
    /// A pass through the mean network: no noise, no dropout, running statistics.
    pub const fn mean(rows: &'a [u64]) -> Self {
        Self {
            draw: None,
            rows,
            training: false,
            samples: 1,
        }
    }

    /// A training pass: noise, dropout and batch statistics.
    pub const fn training(draw: Draw, rows: &'a [u64]) -> Self {
        Self {
            draw: Some(draw),
            rows,
            training: true,
            samples: 1,
        }
    }

    /// A Monte Carlo pass of a prediction: noise and dropout, running statistics.
    pub const fn sample(draw: Draw, rows: &'a [u64]) -> Self {
        Self {
            draw: Some(draw),
            rows,
            training: false,
            samples: 1,
        }
    }

    /// Several Monte Carlo passes of a prediction at once, from the sample of the draw on.
    ///
    /// # Example
    ///
    /// ```
    /// use burn::tensor::{Device, Tensor};
    /// use synaptree_nn::{DenseConfig, Draw, Pass};
    ///
    /// let layer = DenseConfig::new(1, 1).with_noise_scale(0.1).init(7, "dense", &Device::flex())?;
    /// let x = Tensor::<2>::ones([2, 1], &Device::flex());
    /// let y = layer.forward(x.clone(), &Pass::samples(Draw::predict(7, 0), &[0, 1], 3));
    /// assert_eq!(y.dims(), [6, 1]);
    /// let last = layer.forward(x, &Pass::sample(Draw::predict(7, 2), &[0, 1]));
    /// assert_eq!(y.narrow(0, 4, 2).into_data(), last.into_data());
    /// # Ok::<(), synaptree_nn::NetworkError>(())
    /// ```
    pub const fn samples(draw: Draw, rows: &'a [u64], samples: u32) -> Self {
        Self {
            samples,
            ..Self::sample(draw, rows)
        }
    }

    /// The draws of the samples; none without noise.
    pub(crate) fn draws(self) -> impl Iterator<Item = Draw> {
        let of = move |draw: Draw| {
            (0..self.samples).map(move |ahead| Draw {
                sample: draw.sample + ahead,
                ..draw
            })
        };
        self.draw.into_iter().flat_map(of)
    }

    /// The samples of noise; in pairs of opposite noise where `mirrored` and the draw says so.
    pub(crate) fn noises(self, mirrored: bool) -> Vec<Sample> {
        let noise = |draw: Draw| {
            if mirrored {
                draw.mirrored()
            } else {
                (draw, 1.0)
            }
        };
        self.draws()
            .map(noise)
            .map(|(draw, sign)| Sample {
                index: draw.sample,
                sign,
            })
            .collect()
    }

    /// What `of` gives for the rows of each sample, one below the other; `None` without noise.
    pub(crate) fn for_each_sample(self, of: impl FnMut(Draw) -> Tensor<2>) -> Option<Tensor<2>> {
        let mut parts: Vec<Tensor<2>> = self.draws().map(of).collect();
        if parts.len() > 1 {
            return Some(Tensor::cat(parts, 0));
        }
        parts.pop()
    }

    /// The rows of every sample, where `x` has what they have in common.
    pub(crate) fn spread(self, x: Tensor<2>) -> Tensor<2> {
        if self.samples > 1 && self.is_common(&x) {
            x.repeat(&[self.samples as usize, 1])
        } else {
            x
        }
    }

    /// Both with the same rows.
    pub(crate) fn alike(self, a: Tensor<2>, b: Tensor<2>) -> [Tensor<2>; 2] {
        if a.dims()[0] == b.dims()[0] {
            [a, b]
        } else {
            [self.spread(a), self.spread(b)]
        }
    }

    /// Applies `layer` to the rows of each sample on its own.
    ///
    /// # Panics
    ///
    /// When the pass does not name one row for each row of the batch.
    pub(crate) fn one_by_one(
        self,
        draw: Draw,
        x: &Tensor<2>,
        layer: impl Fn(Tensor<2>, Draw, &Pass) -> Tensor<2>,
    ) -> Tensor<2> {
        let (rows, samples) = (self.rows.len(), self.samples as usize);
        let common = self.is_common(x);
        assert!(
            common || x.dims()[0] == rows * samples,
            "the pass names {rows} rows for {} of the batch",
            x.dims()[0]
        );
        let mut parts: Vec<Tensor<2>> = (0..self.samples)
            .map(|ahead| {
                let draw = Draw {
                    sample: draw.sample + ahead,
                    ..draw
                };
                let pass = Pass {
                    draw: Some(draw),
                    samples: 1,
                    ..self
                };
                let x = if common {
                    x.clone()
                } else {
                    x.clone().narrow(0, ahead as usize * rows, rows)
                };
                layer(x, draw, &pass)
            })
            .collect();
        if parts.len() == 1 {
            return parts.remove(0);
        }
        Tensor::cat(parts, 0)
    }

    fn is_common(self, x: &Tensor<2>) -> bool {
        x.dims()[0] == self.rows.len()
    }
}

/// Every row as often as it has parts.
pub(crate) fn repeated(rows: &[u64], parts: usize) -> Vec<u64> {
    let of = |row: &u64| std::iter::repeat_n(*row, parts);
    rows.iter().flat_map(of).collect()
}
