//! How the noisy product of a layer is drawn: the estimators.

use burn::tensor::Tensor;
use synaptree_kernels::{
    Epilogue, LocalSums, RowNoise, WeightNoise, adaptive_deviation, dense, dense_learned,
    dense_learned_samples, dense_local, dense_local_learned, dense_samples, noise_tensor,
};

use super::layer::{Law, Synapse, finish};
use super::rows::{distinct, row_signs, times};
use crate::{Draw, Estimator, Moments, Noise, Pass};

impl Synapse {
    /// One draw of the weights for all rows.
    pub(super) fn shared(
        &self,
        x: Tensor<2>,
        weight: Tensor<2>,
        bias: Tensor<1>,
        draw: Draw,
        epilogue: Epilogue,
    ) -> Tensor<2> {
        if self.law.shared && self.law.noise != Noise::Adaptive {
            // Many rows of the product for each row of the batch: a drawn weight is small beside them.
            return dense(x, self.sampled(weight, draw), bias, None, epilogue);
        }
        let (draw, sign) = self.mirrored(draw);
        let address = self.address(draw);
        if let Some(form) = self.form(sign) {
            return dense(
                x,
                weight,
                bias,
                Some(WeightNoise { address, form }),
                epilogue,
            );
        }
        let deviation = self.deviation(&weight).map(|deviation| match sign {
            1.0 => deviation,
            sign => deviation * sign,
        });
        match deviation {
            Some(deviation) if self.law.noise == Noise::Adaptive => {
                let variance = deviation.clone().square();
                let drawn = dense_learned(
                    x.clone(),
                    weight,
                    deviation.detach(),
                    bias,
                    address,
                    Epilogue::Linear,
                );
                finish(adaptive_deviation(drawn, x, variance), epilogue)
            }
            Some(deviation) => dense_learned(x, weight, deviation, bias, address, epilogue),
            None => dense(x, weight, bias, None, epilogue),
        }
    }

    /// Several samples of [`Synapse::shared`].
    pub(super) fn shared_samples(
        &self,
        x: Tensor<2>,
        weight: Tensor<2>,
        bias: Tensor<1>,
        (pass, draw): (&Pass, Draw),
        epilogue: Epilogue,
    ) -> Tensor<2> {
        let rows = pass.rows.len();
        let one_by_one = || {
            pass.one_by_one(draw, &x, |x, draw, _| {
                self.shared(x, weight.clone(), bias.clone(), draw, epilogue)
            })
        };
        let address = self.address(draw);
        let samples = pass.noises(self.is_mirrored());
        if let Some(form) = self.form(1.0) {
            let noise = WeightNoise { address, form };
            return dense_samples(x, rows, weight, bias, noise, &samples, epilogue);
        }
        match self.deviation(&weight) {
            Some(deviation) if self.law.noise != Noise::Adaptive => dense_learned_samples(
                x, rows, weight, deviation, bias, address, &samples, epilogue,
            ),
            _ => one_by_one(),
        }
    }

    /// A draw of the sums for every row: the same distribution as weights of its own for every row.
    pub(super) fn local(
        &self,
        x: Tensor<2>,
        weight: Tensor<2>,
        bias: Tensor<1>,
        pass: &Pass,
        epilogue: Epilogue,
    ) -> Tensor<2> {
        match self.law.noise {
            Noise::Gaussian => {
                if let Some(noise) = self.row_noise(pass, self.law.scale) {
                    return dense_local(pass.spread(x), weight, bias, noise, epilogue);
                }
            }
            // One variance a unit needs no second product, and the units' own factors are not part of an operator.
            Noise::Filter | Noise::NeuralSampling => {}
            _ => {
                let noise = self.row_noise(pass, 1.0);
                if let (Some(noise), Some(deviation)) = (noise, self.deviation(&weight)) {
                    let mean = self.mean(weight);
                    let x = pass.spread(x);
                    return dense_local_learned(x, mean, deviation, bias, noise, epilogue);
                }
            }
        }
        let sums = Moments {
            variance: self.sum_variance(&x, &weight),
            mean: dense(x, self.mean(weight), bias, None, Epilogue::Linear),
        };
        finish(self.drawn(sums, pass), epilogue)
    }

    /// The noise on the sums of the pass, times `scale`.
    fn row_noise(&self, pass: &Pass, scale: f32) -> Option<RowNoise> {
        let draw = pass.draw?;
        Some(RowNoise {
            key: draw.noise_key(&self.law.sums),
            step: draw.step,
            // The sums are Gaussian, whatever the weights are.
            samples: pass.noises(true).into(),
            rows: pass.rows.into(),
            scale,
        })
    }

    /// What all samples of a prediction have in common, where the noise of the first layer is on its sums.
    pub(crate) fn local_sums(
        &self,
        x: &Tensor<2>,
        weight: Tensor<2>,
        bias: Tensor<1>,
    ) -> Option<LocalSums> {
        let Law { noise, scale, .. } = self.law;
        let estimator = self.estimator(x.dims(), false);
        let local = noise == Noise::Gaussian && self.is_noisy() && estimator == Estimator::Local;
        if !local {
            return None;
        }
        LocalSums::new(x.clone(), weight, bias, scale)
    }

    /// The sums of one draw.
    pub(crate) fn draw_sums(
        &self,
        sums: &LocalSums,
        pass: &Pass,
        epilogue: Epilogue,
    ) -> Option<Tensor<2>> {
        let noise = self.row_noise(pass, self.law.scale)?;
        Some(sums.draw(&noise, epilogue))
    }

    /// One draw of the weights' deviations, with signs of its own for every row.
    pub(super) fn flipout(
        &self,
        x: Tensor<2>,
        weight: Tensor<2>,
        bias: Tensor<1>,
        pass: &Pass,
        draw: Draw,
        epilogue: Epilogue,
    ) -> Tensor<2> {
        let device = x.device();
        let (draw, sign) = self.mirrored(draw);
        let noise = noise_tensor(self.address(draw), weight.dims(), &device) * sign;
        let moved = match self.law.noise {
            Noise::Gaussian => noise * self.law.scale,
            Noise::Multiplicative => weight.clone() * (noise * self.law.scale),
            _ => match self.deviation(&weight) {
                Some(deviation) => deviation * noise,
                None => noise * 0.0,
            },
        };
        let [inputs, outputs] = weight.dims();
        let rows = distinct(pass.rows, self.law.shared);
        let side = |end: &str| format!("{}.{end}", self.law.sums);
        let signs =
            |end: &str, width| row_signs(draw, &side(end), &rows, [rows.len(), width], &device);
        let flipped = times(x.clone(), signs("inputs", inputs));
        let part = times(flipped.matmul(moved), signs("outputs", outputs));
        finish(
            dense(x, weight, bias, None, Epilogue::Linear) + part,
            epilogue,
        )
    }
}
