//! The labels of one batch as a loss reads them.

use burn::tensor::Device;

use crate::labels::Labels;
use crate::tree::Task;

/// The labels of one task and batch: only rows with a label take part in a loss.
#[derive(Clone, Debug)]
pub struct Target {
    pub(crate) labels: Labels,
    pub(crate) row_weights: Vec<f32>,
    pub(crate) rows: Vec<usize>,
    pub(crate) device: Device,
}

impl Target {
    /// The labels of a batch, with how much each row counts.
    pub fn new(_labels: &Labels, _task: &Task, _row_weight: Option<&[f32]>, _device: &Device) -> Self {
        todo!()
    }
}
