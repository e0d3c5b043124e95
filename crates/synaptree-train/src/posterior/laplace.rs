//! Laplace: a Gaussian whose precision is the curvature of the loss at the trained weights.

use std::collections::BTreeMap;

use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use synaptree_data::Split;
use synaptree_model::table_input;
use synaptree_nn::{
    EdgeKind, Network, Pass, PosteriorKind, PosteriorPart, WeightPosterior, load_parameters,
    parameters, tapped,
};
use synaptree_tasks::TaskTree;

use super::curvature::Curvature;
use super::likelihood::{Hessians, Likelihood, residuals};
use super::spec::{LaplaceLayers, LaplaceStructure};
use crate::error::TrainError;

/// Rows of one pass.
const ROWS: usize = 1024;

/// Rows of one pass that runs backward, each of them once for every output.
const REPEATED: usize = 4096;

/// The smallest variance of a Gaussian likelihood, in units of the standardised target: that of a perfect fit is 0.
const LEAST_VARIANCE: f64 = 1e-6;

/// What a Laplace approximation is fitted to.
pub(super) struct Laplace<'a> {
    /// On a device without gradients.
    pub(super) network: &'a Network,
    pub(super) tree: &'a TaskTree,
    /// The training rows.
    pub(super) split: &'a Split,
    pub(super) device: &'a Device,
}

impl Laplace<'_> {
    /// The distribution of the weights.
    pub(super) fn fit(
        &self,
        layers: LaplaceLayers,
        structure: LaplaceStructure,
        precision: Option<f64>,
    ) -> Result<WeightPosterior, TrainError> {
        let variances = self.variances();
        let curvatures = match layers {
            LaplaceLayers::Heads => self.heads(structure, &variances),
            LaplaceLayers::All => self.all(&variances)?,
        };
        let weights: BTreeMap<String, TensorData> = parameters(self.network)
            .into_iter()
            .map(|(path, _, data)| (path, data))
            .collect();
        let mut parts: Vec<PosteriorPart> = Vec::new();
        for (path, curvature) in curvatures {
            let squares = |end: &str| {
                let data = weights.get(&format!("{path}.{end}"));
                let values = data.and_then(|data| data.as_slice::<f32>().ok());
                let squares = values.unwrap_or(&[]).iter().map(|w| f64::from(*w).powi(2));
                squares.sum::<f64>()
            };
            let size = squares("weight") + squares("bias");
            parts.extend(curvature.posterior(&path, size, precision));
        }
        let posterior = WeightPosterior::new(parts).found_by(PosteriorKind::Laplace);
        Ok(if self.is_linear(layers) {
            posterior
        } else {
            posterior.of_linearised()
        })
    }

    /// Whether the outputs are linear in the random weights as they are: those of last layers, unless another head reads the
    /// outputs of one.
    fn is_linear(&self, layers: LaplaceLayers) -> bool {
        let config = self.network.config();
        let mut heads = config.heads.iter();
        let reads = heads.any(|head| head.edge == EdgeKind::Shortcut && !head.parents.is_empty());
        layers == LaplaceLayers::Heads && !(config.network.heads.is_empty() && reads)
    }

    /// The likelihood of the task of every head, in head order.
    fn likelihoods(&self) -> Vec<Option<Likelihood>> {
        let tasks = self
            .tree
            .order()
            .iter()
            .map(|task| &self.tree.tasks()[*task]);
        tasks
            .map(|task| Likelihood::of(task.kind, &task.loss))
            .collect()
    }

    /// The path of the last layer of a head.
    fn output(&self, head: usize) -> String {
        format!("heads.{}.output", self.network.config().heads[head].name)
    }

    /// Hessians of some rows for every head, from its outputs for them.
    fn hessians(
        &self,
        outputs: &[Tensor<2>],
        rows: &[usize],
        variances: &[Vec<f64>],
    ) -> Vec<Option<Hessians>> {
        let row_weight = self.split.row_weight.as_ref();
        let row_weight: Option<Vec<f32>> =
            row_weight.map(|weights| rows.iter().map(|row| weights[*row]).collect());
        self.likelihoods()
            .into_iter()
            .enumerate()
            .map(|(head, likelihood)| {
                let labels = self.split.labels[self.tree.order()[head]].select(rows);
                let weight = row_weight.as_deref();
                let variance = &variances[head];
                Some(Hessians::new(
                    likelihood?,
                    &outputs[head],
                    &labels,
                    weight,
                    variance,
                ))
            })
            .collect()
    }

    /// The mean squared residual of every output of every head that is a regression, standardised.
    fn variances(&self) -> Vec<Vec<f64>> {
        let heads = self.tree.order().len();
        let mut sums: Vec<Vec<(f64, f64)>> = vec![Vec::new(); heads];
        for start in (0..self.split.len()).step_by(ROWS) {
            let rows: Vec<usize> = (start..self.split.len().min(start + ROWS)).collect();
            let input = table_input(&self.split.features, start..start + rows.len(), self.device);
            let ids = &self.split.rows[start..start + rows.len()];
            let outputs = self.network.forward(&input, &Pass::mean(ids));
            for ((sums, output), task) in sums.iter_mut().zip(&outputs).zip(self.tree.order()) {
                let labels = self.split.labels[*task].select(&rows);
                let found = residuals(&self.tree.tasks()[*task], output, &labels);
                sums.resize(found.len(), (0.0, 0.0));
                for (sum, found) in sums.iter_mut().zip(found) {
                    sum.0 += found.0;
                    sum.1 += found.1;
                }
            }
        }
        let mean = |(sum, n): (f64, f64)| (sum / n.max(1.0)).max(LEAST_VARIANCE);
        sums.into_iter()
            .map(|sums| sums.into_iter().map(mean).collect())
            .collect()
    }

    /// The curvature of the last layer of every head, from the features of one pass.
    fn heads(
        &self,
        structure: LaplaceStructure,
        variances: &[Vec<f64>],
    ) -> Vec<(String, Curvature)> {
        let heads = self.tree.order().len();
        let mut found: Vec<Option<Curvature>> = (0..heads).map(|_| None).collect();
        for start in (0..self.split.len()).step_by(ROWS) {
            let rows: Vec<usize> = (start..self.split.len().min(start + ROWS)).collect();
            let input = table_input(&self.split.features, start..start + rows.len(), self.device);
            let ids = &self.split.rows[start..start + rows.len()];
            let (outputs, taps) = tapped(|| self.network.forward(&input, &Pass::mean(ids)));
            let hessians = self.hessians(&outputs, &rows, variances);
            for (head, hessians) in hessians.into_iter().enumerate() {
                let path = self.output(head);
                let tap = taps.iter().find(|tap| tap.path == path);
                if let (Some(tap), Some(hessians)) = (tap, hessians) {
                    let [_, inputs] = tap.input.dims();
                    found[head]
                        .get_or_insert_with(|| Curvature::new(structure, inputs, hessians.outputs))
                        .add(&tap.input, &hessians);
                }
            }
        }
        let paths = (0..heads).map(|head| self.output(head));
        paths
            .zip(found)
            .filter_map(|(path, curvature)| Some((path, curvature?)))
            .collect()
    }

    /// The diagonal curvature of every dense layer: every row once for each column of a factor of its Hessian, in one
    /// backward pass, whose squared gradients are those of single rows.
    fn all(&self, variances: &[Vec<f64>]) -> Result<Vec<(String, Curvature)>, TrainError> {
        let network = self.unshared()?;
        let device = self.device.clone().autodiff();
        let heads = &self.network.config().heads;
        let columns: usize = heads.iter().map(|head| head.outputs).sum();
        let rows_at_once = (REPEATED / columns.max(1)).max(1);
        let mut found: BTreeMap<String, Curvature> = BTreeMap::new();
        for start in (0..self.split.len()).step_by(rows_at_once) {
            let rows: Vec<usize> = (start..self.split.len().min(start + rows_at_once)).collect();
            let repeated: Vec<u32> = (0..columns)
                .flat_map(|_| rows.iter().map(|row| *row as u32))
                .collect();
            let split = self.split.select(&repeated);
            let input = table_input(&split.features, 0..repeated.len(), &device);
            let (outputs, taps) = tapped(|| network.forward(&input, &Pass::mean(&split.rows)));
            let first: Vec<Tensor<2>> = outputs
                .iter()
                .map(|output| output.clone().inner().narrow(0, 0, rows.len()))
                .collect();
            let hessians = self.hessians(&first, &rows, variances);
            let mut total: Option<Tensor<1>> = None;
            let mut column = 0;
            for ((output, hessians), head) in outputs.into_iter().zip(&hessians).zip(heads) {
                let width = head.outputs;
                if let Some(hessians) = hessians {
                    let mut factors = vec![0.0; repeated.len() * width];
                    for k in 0..width {
                        let block = (column + k) * rows.len() * width;
                        let block = &mut factors[block..block + rows.len() * width];
                        for (row, out) in block.chunks_exact_mut(width).enumerate() {
                            hessians.factor(row, k, out);
                        }
                    }
                    let factors = TensorData::new(factors, [repeated.len(), width]);
                    let term = (output * Tensor::from_data(factors, &device)).sum();
                    total = Some(match total {
                        Some(sum) => sum + term,
                        None => term,
                    });
                }
                column += width;
            }
            let Some(total) = total else { continue };
            let gradients = total.backward();
            for tap in taps {
                let Some(at_sums) = tap.probe.and_then(|probe| probe.grad(&gradients)) else {
                    continue;
                };
                let [_, inputs] = tap.input.dims();
                let [_, outputs] = at_sums.dims();
                found
                    .entry(tap.path)
                    .or_insert_with(|| Curvature::new(LaplaceStructure::Diagonal, inputs, outputs))
                    .add_gradients(&tap.input.inner(), &at_sums);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The network on a device with gradients that are those of its outputs: no edge of the task tree scales them, and its
    /// weights need none.
    fn unshared(&self) -> Result<Network, TrainError> {
        let mut config = self.network.config().clone();
        for head in &mut config.heads {
            head.share = match head.edge {
                EdgeKind::Shortcut => 1.0,
                EdgeKind::Pull => 0.0,
            };
        }
        let network = config.init(0, &self.device.clone().autodiff())?;
        Ok(load_parameters(network, parameters(self.network))?.no_grad())
    }
}
