//! What distributions of the weights need of the rest of an experiment.

use synaptree_config::{Diagnostic, Diagnostics};
use synaptree_nn::SynapseSpec;

use crate::codes;
use crate::spec::TrainingSpec;

/// Whether training leaves a distribution of the weights beside `[synapses]`.
pub(crate) fn is_found(training: &TrainingSpec) -> bool {
    training.optimizer.is_variational()
}

/// Adds what is wrong.
pub(crate) fn check(
    training: &TrainingSpec,
    synapses: &SynapseSpec,
    diagnostics: &mut Diagnostics,
) {
    if training.optimizer.is_variational() && synapses.noise.has_divergence() {
        diagnostics.push(
            Diagnostic::error(
                &codes::TWO_POSTERIORS,
                "training.optimizer",
                "both the optimizer and the synapses learn a distribution of the weights",
            )
            .label("this learns one")
            .help("take another optimizer such as \"adam\", or noise that is not learned"),
        );
    }
}
