//! A dense layer for several Monte Carlo samples at once.

use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{DType, Tensor};

use super::learned::drawn;
use super::operator::{bias_and_activation, contiguous, dims, numbers, tensor};
use super::panels::{Sizes, forward_samples};
use super::{Epilogue, NoiseAddress, NoiseForm, WeightNoise, dense, dense_learned};
use crate::device::runs_on_flex;

/// One Monte Carlo sample of a layer.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Sample {
    /// The sample of its noise's address.
    pub index: u32,
    /// 1, or −1 where the noise counts with the other sign.
    pub sign: f32,
}

impl Sample {
    /// The sample `index` with its own sign.
    pub const fn of(index: u32) -> Self {
        Self { index, sign: 1.0 }
    }
}

/// [`dense`] of every sample as one operator, for predictions: it has no gradient of its own.
///
/// The bits are those of the samples one by one. The address's own sample counts for nothing.
///
/// # Shapes
///
/// - x: `[samples · rows, inputs]`, the rows of the first sample, then those of the second; or
///   `[rows, inputs]`, which all samples have in common
/// - weight: `[inputs, outputs]`
/// - bias: `[outputs]`
/// - result: `[samples · rows, outputs]`
///
/// # Panics
///
/// When `x` has neither that many rows nor a multiple of the number of samples.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::{
///     Epilogue, Key, NoiseAddress, NoiseForm, Purpose, Quality, Sample, WeightNoise, dense_samples,
/// };
///
/// let device = Device::flex();
/// let address = NoiseAddress {
///     key: Key::new(7, Purpose::Predict, "dense.weight"),
///     step: 0,
///     sample: 0,
///     quality: Quality::Icdf,
/// };
/// let noise = WeightNoise { address, form: NoiseForm::Added(0.5) };
/// let pair = [Sample::of(0), Sample { index: 0, sign: -1.0 }];
/// let (x, weight) = (Tensor::<2>::ones([1, 1], &device), Tensor::<2>::ones([1, 1], &device));
/// let y = dense_samples(x, 1, weight, Tensor::zeros([1], &device), noise, &pair, Epilogue::Linear);
/// assert_eq!(y.dims(), [2, 1]);
/// assert!((y.mean().into_scalar::<f32>() - 1.0).abs() < 1e-6);
/// ```
pub fn dense_samples(
    x: Tensor<2>,
    rows: usize,
    weight: Tensor<2>,
    bias: Tensor<1>,
    noise: WeightNoise,
    samples: &[Sample],
    epilogue: Epilogue,
) -> Tensor<2> {
    if !is_one_operator(&[&x, &weight], &bias) {
        let layer = |x, sample: &Sample| {
            let noise = Some(noise.of(*sample));
            dense(x, weight.clone(), bias.clone(), noise, epilogue)
        };
        return one_by_one(&x, rows, samples, layer);
    }
    Tensor::from_dispatch(Dispatch::dense_samples(
        x.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        noise,
        Samples::new(rows, samples),
        epilogue,
    ))
}

/// [`dense_learned`] of every sample as one operator, as [`dense_samples`].
///
/// # Shapes
///
/// - x: `[samples · rows, inputs]` or `[rows, inputs]`
/// - mean, deviation: `[inputs, outputs]`
/// - bias: `[outputs]`
/// - result: `[samples · rows, outputs]`
///
/// # Panics
///
/// As [`dense_samples`].
#[expect(clippy::too_many_arguments, reason = "a layer, its noise, its samples")]
pub fn dense_learned_samples(
    x: Tensor<2>,
    rows: usize,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    address: NoiseAddress,
    samples: &[Sample],
    epilogue: Epilogue,
) -> Tensor<2> {
    if !is_one_operator(&[&x, &mean, &deviation], &bias) {
        let layer = |x, sample: &Sample| {
            let address = NoiseAddress {
                sample: sample.index,
                ..address
            };
            let deviation = deviation.clone() * sample.sign;
            dense_learned(x, mean.clone(), deviation, bias.clone(), address, epilogue)
        };
        return one_by_one(&x, rows, samples, layer);
    }
    Tensor::from_dispatch(Dispatch::dense_learned_samples(
        x.into_dispatch(),
        mean.into_dispatch(),
        deviation.into_dispatch(),
        bias.into_dispatch(),
        address,
        Samples::new(rows, samples),
        epilogue,
    ))
}

impl WeightNoise {
    /// The noise of one sample.
    fn of(self, Sample { index, sign }: Sample) -> Self {
        Self {
            address: NoiseAddress {
                sample: index,
                ..self.address
            },
            form: match self.form {
                NoiseForm::Added(scale) => NoiseForm::Added(sign * scale),
                NoiseForm::Multiplied(scale) => NoiseForm::Multiplied(sign * scale),
                NoiseForm::Kept(probability) => NoiseForm::Kept(probability),
            },
        }
    }
}

fn is_one_operator(matrices: &[&Tensor<2>], bias: &Tensor<1>) -> bool {
    let plain = |tensor: &&Tensor<2>| tensor.dtype() == DType::F32 && !tensor.is_autodiff();
    matrices.iter().all(plain)
        && bias.dtype() == DType::F32
        && !bias.is_autodiff()
        && runs_on_flex(&bias.device())
}

/// The results of `layer` for the rows of every sample, one after the other.
fn one_by_one(
    x: &Tensor<2>,
    rows: usize,
    samples: &[Sample],
    layer: impl Fn(Tensor<2>, &Sample) -> Tensor<2>,
) -> Tensor<2> {
    let common = x.dims()[0] == rows;
    let part = |(i, sample)| {
        let x = if common {
            x.clone()
        } else {
            x.clone().narrow(0, i * rows, rows)
        };
        layer(x, sample)
    };
    Tensor::cat(samples.iter().enumerate().map(part).collect(), 0)
}

/// The samples that are computed at once.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    /// Rows of each.
    rows: usize,
    all: Vec<Sample>,
}

impl Samples {
    fn new(rows: usize, all: &[Sample]) -> Self {
        Self {
            rows,
            all: all.to_vec(),
        }
    }
}

/// The forward passes.
#[backend_extension(Flex)]
pub(super) trait SampleOps: Backend {
    /// See [`dense_samples`](crate::dense_samples).
    fn dense_samples(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        noise: WeightNoise,
        samples: Samples,
        epilogue: Epilogue,
    ) -> FloatTensor<Self>;

    /// See [`dense_learned_samples`](crate::dense_learned_samples).
    fn dense_learned_samples(
        x: FloatTensor<Self>,
        mean: FloatTensor<Self>,
        deviation: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        address: NoiseAddress,
        samples: Samples,
        epilogue: Epilogue,
    ) -> FloatTensor<Self>;
}

impl SampleOps for Flex {
    fn dense_samples(
        x: FlexTensor,
        weight: FlexTensor,
        bias: FlexTensor,
        noise: WeightNoise,
        samples: Samples,
        epilogue: Epilogue,
    ) -> FlexTensor {
        let noisy = |sample: usize, first: usize, base: &[f32], out: &mut [f32]| {
            noise.of(samples.all[sample]).weights(first, base, out);
        };
        apply(x, weight, &bias, &samples, noisy, epilogue)
    }

    fn dense_learned_samples(
        x: FlexTensor,
        mean: FlexTensor,
        deviation: FlexTensor,
        bias: FlexTensor,
        address: NoiseAddress,
        samples: Samples,
        epilogue: Epilogue,
    ) -> FlexTensor {
        let deviation = contiguous(deviation);
        let deviation = numbers(&deviation);
        let noisy = |sample: usize, first: usize, mean: &[f32], out: &mut [f32]| {
            let Sample { index, sign } = samples.all[sample];
            let address = NoiseAddress {
                sample: index,
                ..address
            };
            drawn(deviation, address, sign, first, mean, out);
        };
        apply(x, mean, &bias, &samples, noisy, epilogue)
    }
}

fn apply(
    x: FlexTensor,
    weight: FlexTensor,
    bias: &FlexTensor,
    samples: &Samples,
    noisy: impl Fn(usize, usize, &[f32], &mut [f32]) + Sync,
    epilogue: Epilogue,
) -> FlexTensor {
    let (x, weight, bias) = (contiguous(x), contiguous(weight), contiguous(bias.clone()));
    let [inputs, outputs] = dims(&weight);
    let sizes = Sizes {
        rows: samples.rows,
        inputs,
        outputs,
    };
    let finish = bias_and_activation(numbers(&bias), epilogue);
    let y = forward_samples(
        samples.all.len(),
        sizes,
        numbers(&x),
        numbers(&weight),
        noisy,
        finish,
    );
    tensor(y, [samples.all.len() * samples.rows, outputs])
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;
    use crate::{
        Key, LocalSums, Purpose, Quality, RowNoise, dense_local, dense_local_learned,
        scaled_normal_tensor,
    };

    const SAMPLES: [Sample; 4] = [
        Sample::of(4),
        Sample {
            index: 4,
            sign: -1.0,
        },
        Sample::of(5),
        Sample {
            index: 5,
            sign: -1.0,
        },
    ];
    /// Rows of one sample, inputs, outputs: few, and enough for several panels and threads.
    const SIZES: [[usize; 3]; 3] = [[1, 3, 2], [7, 33, 5], [70, 130, 150]];

    fn values(name: &str, shape: [usize; 2]) -> Tensor<2> {
        let key = Key::new(7, Purpose::Augment, name);
        scaled_normal_tensor(key, 0, 0, 1.0, shape, &Device::flex())
    }

    fn address() -> NoiseAddress {
        NoiseAddress {
            key: Key::new(7, Purpose::Predict, "dense.weight"),
            step: 0,
            sample: 0,
            quality: Quality::Icdf,
        }
    }

    /// What a layer says of all samples is what it says of each; `x` is of all samples, or of one.
    fn check(
        [rows, inputs, _]: [usize; 3],
        all: impl Fn(Tensor<2>) -> Tensor<2>,
        one: impl Fn(Tensor<2>, Sample) -> Tensor<2>,
    ) {
        for rows_of_x in [rows, rows * SAMPLES.len()] {
            let x = values("x", [rows_of_x, inputs]);
            let together = all(x.clone()).into_data();
            let alone = one_by_one(&x, rows, &SAMPLES, |x, sample| one(x, *sample));
            assert_eq!(together, alone.into_data(), "{rows_of_x} of {rows} rows");
        }
    }

    #[test]
    fn samples_at_once_have_the_bits_of_samples_one_by_one() {
        let form = NoiseForm::Added(0.3);
        for form in [form, NoiseForm::Multiplied(0.5), NoiseForm::Kept(0.6)] {
            for sizes @ [rows, inputs, outputs] in SIZES {
                let (w, b) = (values("w", [inputs, outputs]), values("b", [1, outputs]));
                let b: Tensor<1> = b.squeeze_dim(0);
                let noise = WeightNoise {
                    address: address(),
                    form,
                };
                let relu = Epilogue::Relu;
                check(
                    sizes,
                    |x| dense_samples(x, rows, w.clone(), b.clone(), noise, &SAMPLES, relu),
                    |x, sample| dense(x, w.clone(), b.clone(), Some(noise.of(sample)), relu),
                );
            }
        }
    }

    #[test]
    fn samples_of_learned_noise_at_once_have_the_bits_of_samples_one_by_one() {
        for sizes @ [rows, inputs, outputs] in SIZES {
            let (w, s) = (
                values("w", [inputs, outputs]),
                values("s", [inputs, outputs]),
            );
            let b: Tensor<1> = values("b", [1, outputs]).squeeze_dim(0);
            let (at, linear) = (address(), Epilogue::Linear);
            let all = |x| {
                let (w, s, b) = (w.clone(), s.clone(), b.clone());
                dense_learned_samples(x, rows, w, s, b, at, &SAMPLES, linear)
            };
            let one = |x, Sample { index, sign }| {
                let at = NoiseAddress {
                    sample: index,
                    ..at
                };
                dense_learned(x, w.clone(), s.clone() * sign, b.clone(), at, linear)
            };
            check(sizes, all, one);
        }
    }

    #[test]
    fn sums_of_samples_at_once_are_drawn_with_the_numbers_of_each() {
        let near = |a: Tensor<2>, b: Tensor<2>| {
            let far = (a - b).abs().max().into_scalar::<f32>();
            assert!(far < 1e-4, "{far}");
        };
        for [rows, inputs, outputs] in SIZES {
            let (w, s) = (
                values("w", [inputs, outputs]),
                values("s", [inputs, outputs]),
            );
            let b: Tensor<1> = values("b", [1, outputs]).squeeze_dim(0);
            let noise = |samples: &[Sample]| RowNoise {
                key: Key::new(7, Purpose::Predict, "dense"),
                step: 0,
                samples: samples.into(),
                rows: (0..rows as u64).map(|row| row * 3 + 1).collect(),
                scale: 0.3,
            };
            let x = values("x", [rows * SAMPLES.len(), inputs]);
            let fixed = |x, samples: &[Sample]| {
                dense_local(x, w.clone(), b.clone(), noise(samples), Epilogue::Relu)
            };
            let learned = |x, samples: &[Sample]| {
                let (w, s, b) = (w.clone(), s.clone(), b.clone());
                dense_local_learned(x, w, s, b, noise(samples), Epilogue::Relu)
            };
            // A product of more rows may sum in another order.
            near(
                fixed(x.clone(), &SAMPLES),
                one_by_one(&x, rows, &SAMPLES, |x, sample| fixed(x, &[*sample])),
            );
            near(
                learned(x.clone(), &SAMPLES),
                one_by_one(&x, rows, &SAMPLES, |x, sample| learned(x, &[*sample])),
            );
            let x = values("x", [rows, inputs]);
            let sums = LocalSums::new(x.clone(), w.clone(), b.clone(), 0.3);
            let drawn = sums.unwrap().draw(&noise(&SAMPLES), Epilogue::Relu);
            let alone = one_by_one(&x, rows, &SAMPLES, |x, sample| fixed(x, &[*sample]));
            assert_eq!(drawn.into_data(), alone.into_data());
        }
    }

    #[test]
    fn samples_of_numbers_in_double_precision_are_computed_one_by_one() {
        use burn::tensor::FloatDType;
        let [rows, inputs, outputs] = SIZES[1];
        let wide = |name, shape| values(name, shape).cast(FloatDType::F64);
        let (x, w) = (wide("x", [rows, inputs]), wide("w", [inputs, outputs]));
        let b: Tensor<1> = wide("b", [1, outputs]).squeeze_dim(0);
        let noise = WeightNoise {
            address: address(),
            form: NoiseForm::Added(0.3),
        };
        let y = dense_samples(
            x.clone(),
            rows,
            w.clone(),
            b.clone(),
            noise,
            &SAMPLES,
            Epilogue::Relu,
        );
        assert_eq!((y.dims(), y.dtype()), ([rows * 4, outputs], DType::F64));
        let third = dense(x, w, b, Some(noise.of(SAMPLES[2])), Epilogue::Relu);
        assert_eq!(y.narrow(0, 2 * rows, rows).into_data(), third.into_data());
    }
}
