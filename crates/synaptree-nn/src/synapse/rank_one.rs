//! One weight for all members, with factors for every input and output.

use burn::module::{Module, Param};
use burn::tensor::{Device, Int, Tensor, TensorData};
use synaptree_kernels::{Epilogue, Key, Purpose, dense, normal_tensor, softplus};

use super::prior::gaussian_divergence;
use super::rows::{distinct, row_noise, row_words, times};
use super::softplus::inverse_softplus;
use crate::{Draw, DrawPurpose, Pass};

/// How far the first factors of the members lie apart.
const SPREAD: f64 = 0.5;
/// The prior of the factors: N(1, 0.1²).
const PRIOR: (f64, f64) = (1.0, 0.1);

/// The factors of a layer's members.
///
/// ```text
/// y = ((x ∘ s) W) ∘ r + b,   s ~ N(s_k, σ²),  r ~ N(r_k, τ²)   for the member k of the row
/// ```
#[derive(Module, Debug)]
pub(crate) struct RankOne {
    /// The factors of inputs, `[members, inputs]`.
    input: Param<Tensor<2>>,
    /// The factors of outputs, `[members, outputs]`.
    output: Param<Tensor<2>>,
    /// ρ of both with deviation softplus(ρ); none in a batch ensemble.
    input_rho: Option<Param<Tensor<2>>>,
    output_rho: Option<Param<Tensor<2>>>,
}

impl RankOne {
    pub(super) fn new(
        members: usize,
        [inputs, outputs]: [usize; 2],
        scale: Option<f64>,
        seed: u64,
        path: &str,
        device: &Device,
    ) -> Self {
        let members = members.max(1);
        // A single member has nobody to differ from.
        let spread = match (members, scale) {
            (1, _) => 0.0,
            // The prior of random factors is narrow: they start as far apart as it allows.
            (_, Some(_)) => PRIOR.1,
            (_, None) => SPREAD,
        };
        let factors = |end: &str, width: usize| {
            let key = Key::new(
                seed,
                Purpose::Init,
                &format!("{path}.synapse.rank_one.{end}"),
            );
            let plain = device.clone().without_autodiff();
            let values = normal_tensor(key, 0, 0, [members, width], &plain) * spread + 1.0;
            Param::from_tensor(Tensor::from_data(values.into_data(), device))
        };
        let deviations = |width: usize| {
            let rho = inverse_softplus(scale?);
            Some(Param::from_tensor(Tensor::full(
                [members, width],
                rho,
                device,
            )))
        };
        Self {
            input: factors("input", inputs),
            output: factors("output", outputs),
            input_rho: deviations(inputs),
            output_rho: deviations(outputs),
        }
    }

    fn members(&self) -> usize {
        self.input.dims()[0]
    }

    pub(super) fn forward(
        &self,
        x: Tensor<2>,
        weight: Tensor<2>,
        bias: Tensor<1>,
        (pass, draw): (&Pass, Draw),
        path: &str,
        shared: bool,
    ) -> Tensor<2> {
        let rows = distinct(pass.rows, shared);
        let [inputs, outputs] = [self.input.dims()[1], weight.dims()[1]];
        let members = self.members_of(draw, &rows);
        let side = |end: &str| format!("{path}.{end}");
        let drawn = |mean, rho: &Option<_>, end: &str, width| {
            let shape = [rows.len(), width];
            factors(mean, rho.as_ref(), &members, draw, &side(end), &rows, shape)
        };
        let s = drawn(&self.input, &self.input_rho, "inputs", inputs);
        let r = drawn(&self.output, &self.output_rho, "outputs", outputs);
        // The weights of an input at several places have its factor in common.
        let repeats = x.dims()[1] / s.dims()[1];
        let s = if repeats > 1 {
            s.repeat(&[1, repeats])
        } else {
            s
        };
        let none = bias.zeros_like().detach();
        let sum = dense(times(x, s), weight, none, None, Epilogue::Linear);
        times(sum, r) + bias.unsqueeze()
    }

    /// The mean of every weight times its factors, over members and their noise, `[inputs, outputs]`.
    ///
    /// ```text
    /// E[s r] = mean_k s_k r_k
    /// ```
    pub(super) fn mean(&self, weight: Tensor<2>) -> Tensor<2> {
        let centre = self.over_members(&weight, self.input.val(), self.output.val());
        weight * centre
    }

    /// The standard deviation of every weight times its factors, over members and their noise, `[inputs, outputs]`.
    ///
    /// ```text
    /// E[s² r²] = mean_k (s_k² + σ_k²) (r_k² + τ_k²)
    /// ```
    pub(super) fn deviation(&self, weight: &Tensor<2>) -> Tensor<2> {
        let squares = |centre: &Param<Tensor<2>>, rho: &Option<Param<Tensor<2>>>| {
            let squares = centre.val().square();
            match rho {
                Some(rho) => squares + softplus(rho.val()).square(),
                None => squares,
            }
        };
        let centre = self.over_members(weight, self.input.val(), self.output.val());
        let second = self.over_members(
            weight,
            squares(&self.input, &self.input_rho),
            squares(&self.output, &self.output_rho),
        );
        let spread = (second - centre.square()).clamp_min(0.0).sqrt();
        weight.clone().abs() * spread
    }

    /// The mean over members of the products of two factors, in the shape of the weight.
    fn over_members(&self, weight: &Tensor<2>, inputs: Tensor<2>, outputs: Tensor<2>) -> Tensor<2> {
        let repeats = weight.dims()[0] / inputs.dims()[1];
        let products = inputs.transpose().matmul(outputs) / self.members() as f64;
        if repeats > 1 {
            products.repeat(&[repeats, 1])
        } else {
            products
        }
    }

    /// The member of each row: any in training, the one that is next in prediction.
    fn members_of(&self, draw: Draw, rows: &[u64]) -> Tensor<1, Int> {
        let count = self.members() as u32;
        let device = self.input.device();
        let members: Vec<i32> = match draw.purpose {
            DrawPurpose::Predict => vec![(draw.sample % count) as i32; rows.len()],
            // The same for every layer: a row is answered by one network.
            DrawPurpose::Train => row_words(draw, "rank_one.members", rows, [rows.len(), 1])
                .into_iter()
                .map(|word| ((u64::from(word) * u64::from(count)) >> 32) as i32)
                .collect(),
        };
        let shape = [members.len()];
        Tensor::from_data(TensorData::new(members, shape), &device)
    }

    /// Σ KL of the factors from N(1, 0.1²).
    pub(super) fn divergence(&self) -> Tensor<1> {
        let (centre, spread) = PRIOR;
        let side = |mean: &Param<Tensor<2>>, rho: Option<&Param<Tensor<2>>>| match rho {
            Some(rho) => gaussian_divergence(mean.val(), softplus(rho.val()), centre, spread),
            None => Tensor::zeros([1], &mean.device()),
        };
        let sum = side(&self.input, self.input_rho.as_ref())
            + side(&self.output, self.output_rho.as_ref());
        // Rows choose one member, so a member stands for its share of the rows.
        sum / self.members() as f64
    }
}

fn factors(
    mean: &Param<Tensor<2>>,
    rho: Option<&Param<Tensor<2>>>,
    members: &Tensor<1, Int>,
    draw: Draw,
    path: &str,
    rows: &[u64],
    shape: [usize; 2],
) -> Tensor<2> {
    let chosen = mean.val().select(0, members.clone());
    match rho {
        None => chosen,
        Some(rho) => {
            let deviation = softplus(rho.val()).select(0, members.clone());
            let noise = row_noise(draw, path, rows, shape, &chosen.device());
            chosen + deviation * noise
        }
    }
}
