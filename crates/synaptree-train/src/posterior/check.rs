//! What distributions of the weights need of the rest of an experiment.

use synaptree_config::{Diagnostic, Diagnostics};
use synaptree_data::{DataSpec, Streaming};
use synaptree_nn::{Noise, SynapseSpec};
use synaptree_tasks::{OneOrMany, TaskSpec};

use super::likelihood::Likelihood;
use super::{LaplaceLayers, LaplaceStructure, PosteriorSpec, tempered};
use crate::codes::{self, posterior as own};
use crate::data::ExperimentData;
use crate::error::TrainError;
use crate::experiment::ExperimentSpec;
use crate::spec::TrainingSpec;

/// The largest number of weights of a layer whose every pair is kept.
const PAIRED: usize = 2048;

/// Where the section stands.
const PATH: &str = "training.posterior";

/// Whether training leaves a distribution of the weights beside `[synapses]`.
pub(crate) fn is_found(training: &TrainingSpec) -> bool {
    training.optimizer.is_variational() || training.posterior.is_some()
}

/// Adds what is wrong.
pub(crate) fn check(
    training: &TrainingSpec,
    synapses: Option<&SynapseSpec>,
    tasks: Option<&[TaskSpec]>,
    data: Option<&DataSpec>,
    diagnostics: &mut Diagnostics,
) {
    let learned = synapses.is_some_and(|synapses| synapses.noise.has_divergence());
    let variational = training.optimizer.is_variational();
    if learned || variational {
        tempered::check(data, tasks.unwrap_or_default(), diagnostics);
    }
    let mut two = |path: &str, message: &str, help: &str| {
        diagnostics.push(
            Diagnostic::error(&codes::TWO_POSTERIORS, path, message)
                .label("this finds one")
                .help(help),
        );
    };
    if variational && learned {
        two(
            "training.optimizer",
            "both the optimizer and the synapses learn a distribution of the weights",
            "take another optimizer such as \"adam\", or noise that is not learned",
        );
    }
    match training.posterior {
        None => return,
        Some(_) if variational => two(
            PATH,
            "the optimizer learns a distribution of the weights already",
            "take this key away, or another optimizer such as \"adam\"",
        ),
        Some(_) if learned => two(
            PATH,
            "the synapses learn a distribution of the weights already",
            "take this key away, or noise that is not learned",
        ),
        Some(_) => {}
    }
    match training.posterior {
        Some(PosteriorSpec::Swag { epochs, .. }) => check_swag(training, epochs, diagnostics),
        Some(PosteriorSpec::Laplace {
            layers, structure, ..
        }) => check_laplace(layers, structure, synapses, tasks, diagnostics),
        None => {}
    }
}

fn check_swag(training: &TrainingSpec, epochs: usize, diagnostics: &mut Diagnostics) {
    if epochs > training.epochs {
        diagnostics.push(
            Diagnostic::error(
                &own::TOO_MANY_EPOCHS,
                "training.posterior.epochs",
                format!(
                    "{epochs} epochs are to be averaged, and training has {}",
                    training.epochs
                ),
            )
            .label("more than there are")
            .help("write fewer, such as a quarter of `training.epochs`"),
        );
    }
    for (given, path, what) in [
        (
            training.early_stopping.is_some(),
            "training.early_stopping",
            "early stopping",
        ),
        (
            training.time_limit.is_some(),
            "training.time_limit",
            "the time limit",
        ),
    ] {
        if given {
            diagnostics.push(
                Diagnostic::error(
                    &own::CUT_SHORT,
                    path,
                    format!("{what} may end training before the epochs that are averaged"),
                )
                .label("`swag` averages the last epochs")
                .help("take this key away, or `training.posterior`"),
            );
        }
    }
}

fn check_laplace(
    layers: LaplaceLayers,
    structure: Option<LaplaceStructure>,
    synapses: Option<&SynapseSpec>,
    tasks: Option<&[TaskSpec]>,
    diagnostics: &mut Diagnostics,
) {
    if layers == LaplaceLayers::All && structure.is_some_and(|s| s != LaplaceStructure::Diagonal) {
        diagnostics.push(
            Diagnostic::error(
                &own::STRUCTURE,
                "training.posterior.structure",
                "of all layers only the diagonal of the curvature is kept",
            )
            .label("for `layers = \"heads\"`")
            .help("write `structure = \"diagonal\"`, or `layers = \"heads\"`"),
        );
    }
    if synapses.is_some_and(|synapses| synapses.noise != Noise::None) {
        diagnostics.push(
            Diagnostic::error(
                &own::NOISY,
                PATH,
                "a Laplace approximation belongs to weights without noise",
            )
            .label("the synapses have noise")
            .help("write `synapses.noise = \"none\"`, or take this key away"),
        );
    }
    let tasks = tasks.unwrap_or_default();
    for task in tasks {
        let refined = tasks.iter().find(|other| {
            let mut coarse = other.refines.iter().flat_map(OneOrMany::as_slice);
            coarse.any(|name| *name == task.name)
        });
        let why = if task.refines.is_some() || refined.is_some() {
            Some("is one distribution with another task".to_owned())
        } else if Likelihood::of(task.kind, &task.loss()).is_none() {
            Some(format!(
                "({}) has a loss that is not the plain cross-entropy of classes or of yes and no, nor squared error",
                task.kind
            ))
        } else {
            None
        };
        if let Some(why) = why {
            diagnostics.push(
                Diagnostic::error(
                    &own::LIKELIHOOD,
                    PATH,
                    format!("the curvature of task `{}` is not defined: it {why}", task.name),
                )
                .label("needs a likelihood of every task")
                .help("take another loss or leave `refines` out; `swag` and the optimizer \"ivon\" have no such limit"),
            );
        }
    }
}

/// What a Laplace approximation needs of the data, before any training.
///
/// # Errors
///
/// [`TrainError::LargeCurvature`] for a layer with too many weights, [`TrainError::CannotStream`] for streamed rows. A task
/// without a label is refused where the data are read.
pub(crate) fn check_data(spec: &ExperimentSpec, data: &ExperimentData) -> Result<(), TrainError> {
    let Some(posterior @ PosteriorSpec::Laplace { .. }) = spec.training.posterior else {
        return Ok(());
    };
    if data.stream.is_some() {
        return Err(TrainError::CannotStream {
            key: "training.posterior.kind",
            instead: "kind = \"swag\"",
        });
    }
    if posterior.structure() == Some(LaplaceStructure::Full) {
        let widths = spec.network.heads.last().or(spec.network.trunk.last());
        let table = data.dataset.preprocessing.table_shape().width();
        let inputs = 1 + widths.copied().unwrap_or(table);
        for task in data.tree.tasks() {
            let weights = inputs * task.outputs;
            if weights > PAIRED {
                return Err(TrainError::LargeCurvature {
                    task: task.name.clone(),
                    weights,
                    limit: PAIRED,
                });
            }
        }
    }
    Ok(())
}

/// Whether rows that are not asked to be streamed have to be in memory.
pub(crate) fn needs_rows(training: &TrainingSpec, streaming: Streaming) -> bool {
    matches!(training.posterior, Some(PosteriorSpec::Laplace { .. }))
        && matches!(streaming, Streaming::Auto(_))
}
