//! A checkpoint: one file that holds everything the next step depends on.
//!
//! The file is a safetensors file. Tensors are the network's parameters (`network/<path>`) and the
//! optimizer's buffers (`optimizer/<path>/<n>`), and what is collected for an average of the weights (`swag/…`); the rest is one JSON document in its metadata. One
//! file, renamed into place, is either the old state or the new one: there is no half a checkpoint.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

use burn::tensor::{DType, TensorData};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use synaptree_config::write_beside;
use synaptree_kernels::NOISE_FORMAT;
use synaptree_nn::{Network, is_running, load_parameters, parameters};

use crate::early_stopping::Best;
use crate::error::TrainError;
use crate::optimizer::{Optimizer, OptimizerSpec, ParameterState};
use crate::posterior::Swag;
use crate::schedule::Schedule;

/// Raised when the meaning of a field changes.
const FORMAT: u32 = 1;

/// Where training stands, apart from weights and optimizer buffers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Progress {
    pub(crate) format: u32,
    pub(crate) noise_format: u32,
    /// The step that comes next.
    pub(crate) step: u64,
    /// The epoch that is under way, from 0.
    pub(crate) epoch: usize,
    /// The batch of that epoch that comes next.
    pub(crate) batch: usize,
    /// Bytes of `metrics.jsonl` that belong to the past of this checkpoint.
    pub(crate) metrics_bytes: u64,
    /// Seconds of training so far, over all the processes that took part.
    pub(crate) seconds: f64,
    pub(crate) schedule: Schedule,
    pub(crate) weighting: serde_json::Value,
    pub(crate) best: Best,
    /// Per task, of the epoch under way: the sum of the loss's terms and of their weights.
    pub(crate) running: Vec<(f64, f64)>,
    /// Epochs whose weights were collected for an average.
    #[serde(default)]
    pub(crate) averaged: u32,
    /// Whether training came to its end.
    pub(crate) finished: bool,
    /// Whether `time_limit` brought it there.
    #[serde(default)]
    pub(crate) out_of_time: bool,
    /// Steps of each parameter's optimizer state.
    pub(crate) optimizer_steps: BTreeMap<String, u32>,
    /// Identity of each parameter, so that a restored module is the same module.
    pub(crate) identities: BTreeMap<String, u64>,
}

impl Progress {
    pub(crate) fn start(schedule: Schedule, weighting: serde_json::Value, tasks: usize) -> Self {
        Self {
            format: FORMAT,
            noise_format: NOISE_FORMAT,
            step: 0,
            epoch: 0,
            batch: 0,
            metrics_bytes: 0,
            seconds: 0.0,
            schedule,
            weighting,
            best: Best::default(),
            running: vec![(0.0, 0.0); tasks],
            averaged: 0,
            finished: false,
            out_of_time: false,
            optimizer_steps: BTreeMap::new(),
            identities: BTreeMap::new(),
        }
    }
}

/// Writes a checkpoint.
pub(crate) fn save(
    path: &Path,
    progress: &mut Progress,
    network: &Network,
    optimizer: &Optimizer,
    swag: &Swag,
) -> Result<(), TrainError> {
    let weights = parameters(network);
    progress.identities = weights
        .iter()
        .map(|(path, id, _)| (path.clone(), id.val()))
        .collect();
    progress.optimizer_steps = optimizer
        .states()
        .iter()
        .map(|(path, state)| (path.clone(), state.steps))
        .collect();
    let mut tensors: Vec<(String, Dtype, Vec<usize>, TensorData)> = Vec::new();
    for (name, _, data) in &weights {
        let dtype =
            dtype(data.dtype()).ok_or_else(|| damaged(path, "a tensor type that is not stored"))?;
        let shape = data.shape().to_vec();
        tensors.push((format!("network/{name}"), dtype, shape, data.clone()));
    }
    for (name, state) in optimizer.states() {
        for (n, buffer) in state.buffers.iter().enumerate() {
            let data = TensorData::new(buffer.clone(), [buffer.len()]);
            tensors.push((
                format!("optimizer/{name}/{n}"),
                Dtype::F32,
                vec![buffer.len()],
                data,
            ));
        }
    }
    progress.averaged = swag.epochs;
    for (name, values) in swag.tensors() {
        let shape = vec![values.len()];
        let data = TensorData::new(values.clone(), [values.len()]);
        tensors.push((format!("swag/{name}"), Dtype::F32, shape, data));
    }
    let json = serde_json::to_string(&progress).map_err(std::io::Error::other);
    let json = json.map_err(TrainError::file("write", path))?;
    let metadata = HashMap::from([("synaptree".to_owned(), json)]);
    let views = tensors
        .iter()
        .map(|(name, dtype, shape, data)| {
            let view = TensorView::new(*dtype, shape.clone(), data.as_bytes())?;
            Ok((name.as_str(), view))
        })
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>();
    let bytes = views.and_then(|views| safetensors::serialize(views, Some(metadata)));
    let bytes = bytes
        .map_err(std::io::Error::other)
        .map_err(TrainError::file("write", path))?;
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(TrainError::file("create", parent))?;
    }
    write_beside(path, &bytes).map_err(TrainError::file("write", path))
}

/// What is read first: the rest may have another shape in a newer version.
#[derive(Deserialize)]
struct Formats {
    format: u32,
    noise_format: u32,
}

/// What a checkpoint holds.
pub(crate) struct Saved {
    pub(crate) network: Network,
    pub(crate) optimizer: Optimizer,
    pub(crate) progress: Progress,
    pub(crate) swag: Swag,
}

/// Reads a checkpoint into `network`.
pub(crate) fn load(
    path: &Path,
    network: Network,
    spec: &OptimizerSpec,
) -> Result<Saved, TrainError> {
    let bytes = fs::read(path).map_err(TrainError::file("read", path))?;
    let (_, header) =
        SafeTensors::read_metadata(&bytes).map_err(|error| damaged(path, &error.to_string()))?;
    let json = header
        .metadata()
        .as_ref()
        .and_then(|m| m.get("synaptree"))
        .ok_or_else(|| damaged(path, "its metadata has no entry `synaptree`"))?;
    let formats: Formats =
        serde_json::from_str(json).map_err(|error| damaged(path, &error.to_string()))?;
    if formats.format > FORMAT || formats.noise_format > NOISE_FORMAT {
        return Err(newer(path));
    }
    let progress: Progress =
        serde_json::from_str(json).map_err(|error| damaged(path, &error.to_string()))?;
    let tensors =
        SafeTensors::deserialize(&bytes).map_err(|error| damaged(path, &error.to_string()))?;

    let mut weights = Vec::new();
    let mut states: BTreeMap<String, ParameterState> = BTreeMap::new();
    let mut swag = Swag::of(progress.averaged);
    for (name, view) in tensors.iter() {
        if let Some(name) = name.strip_prefix("network/") {
            let id = progress
                .identities
                .get(name)
                .ok_or_else(|| damaged(path, &format!("the parameter `{name}` has no identity")))?;
            let dtype = match view.dtype() {
                Dtype::F32 => DType::F32,
                Dtype::I32 => DType::I32,
                other => return Err(damaged(path, &format!("`{name}` has the type {other:?}"))),
            };
            let data =
                TensorData::from_bytes_vec(view.data().to_vec(), view.shape().to_vec(), dtype);
            weights.push((name.to_owned(), (*id).into(), data));
        } else if let Some(name) = name.strip_prefix("swag/") {
            if !swag.restore(name, floats(view.data())) {
                return Err(damaged(path, "an average of the weights has no place"));
            }
        } else if let Some((name, n)) = name
            .strip_prefix("optimizer/")
            .and_then(|name| name.rsplit_once('/'))
        {
            let n: usize = n
                .parse()
                .map_err(|_| damaged(path, "an optimizer buffer has no number"))?;
            let state = states.entry(name.to_owned()).or_default();
            if n >= spec.buffers() {
                return Err(damaged(path, "an optimizer buffer has no place"));
            }
            if state.buffers.len() <= n {
                state.buffers.resize(n + 1, Vec::new());
            }
            state.buffers[n] = floats(view.data());
        }
    }
    for (name, steps) in &progress.optimizer_steps {
        states.entry(name.clone()).or_default().steps = *steps;
    }
    for (name, state) in &states {
        let length = weights
            .iter()
            .find(|(weight, _, _)| weight == name)
            .map(|(_, _, data)| data.shape().num_elements());
        let fits = state.buffers.len() == spec.buffers()
            && state
                .buffers
                .iter()
                .all(|buffer| Some(buffer.len()) == length);
        if !fits {
            let reason = format!("the optimizer's buffers of `{name}` do not fit it");
            return Err(damaged(path, &reason));
        }
    }
    let lengths = weights
        .iter()
        .filter(|(name, _, _)| !is_running(name))
        .map(|(name, _, data)| (name.clone(), data.shape().num_elements()))
        .collect();
    if !swag.fits(&lengths) {
        return Err(damaged(path, "the averages of the weights do not fit them"));
    }
    let network = load_parameters(network, weights)?;
    let optimizer = Optimizer::new(spec.clone()).with_states(states);
    Ok(Saved {
        network,
        optimizer,
        progress,
        swag,
    })
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let numbers = bytes.chunks_exact(4);
    numbers
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect()
}

fn dtype(dtype: DType) -> Option<Dtype> {
    match dtype {
        DType::F32 => Some(Dtype::F32),
        DType::I32 => Some(Dtype::I32),
        _ => None,
    }
}

fn damaged(path: &Path, reason: &str) -> TrainError {
    TrainError::NotARun {
        path: path.to_owned(),
        reason: format!("the checkpoint is damaged ({reason})"),
        help: "continue from a copy of the folder, or start the run again",
    }
}

fn newer(path: &Path) -> TrainError {
    TrainError::NotARun {
        path: path.to_owned(),
        reason: "it was written by a newer version of synaptree".to_owned(),
        help: "update synaptree, then try again",
    }
}
