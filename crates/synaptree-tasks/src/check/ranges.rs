//! Numbers within their ranges.

use synaptree_config::Diagnostics;

use super::Checked;
use crate::codes::section;
use crate::spec::{ClassWeights, LossSpec};

/// Ranges that a file's schema states too: a specification may also be built in code.
pub(super) fn check_ranges(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
    let spec = task.spec;
    let mut range = |key: &str, value: f64, fits: bool, expected: &str| {
        if !fits {
            let message = format!("`{key}` is {value}, expected {expected}");
            diagnostics.push(task.error(&section::OUT_OF_RANGE, key, message));
        }
    };
    range(
        "share",
        spec.share,
        (0.0..=1.0).contains(&spec.share),
        "a number from 0 to 1",
    );
    if let Some(weight) = spec.weight {
        range(
            "weight",
            weight,
            weight >= 0.0 && weight.is_finite(),
            "a number of at least 0",
        );
    }
    if let Some(threshold) = spec.threshold {
        range(
            "threshold",
            threshold,
            (0.0..=1.0).contains(&threshold),
            "a number from 0 to 1",
        );
    }
    match &spec.loss() {
        LossSpec::Focal { gamma, .. } => {
            range(
                "loss.gamma",
                *gamma,
                *gamma >= 0.0 && gamma.is_finite(),
                "at least 0",
            );
        }
        LossSpec::Huber { delta } => {
            range(
                "loss.delta",
                *delta,
                *delta > 0.0 && delta.is_finite(),
                "more than 0",
            );
        }
        loss => {
            let smoothing = loss.label_smoothing();
            let fits = (0.0..1.0).contains(&smoothing);
            range(
                "loss.label_smoothing",
                smoothing,
                fits,
                "at least 0 and below 1",
            );
        }
    }
    if let Some(ClassWeights::Given(weights)) = spec.loss().class_weights() {
        for (class, &weight) in weights {
            let fits = weight >= 0.0 && weight.is_finite();
            range(
                &format!("loss.class_weights.{class}"),
                weight,
                fits,
                "at least 0",
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mistakes, multiclass};
    use super::*;
    use crate::kind::Kind;
    use crate::spec::{LossChoice, TaskSpec};

    #[test]
    fn values_out_of_range_are_mistakes() {
        let spec = TaskSpec {
            share: 1.5,
            weight: Some(-1.0),
            threshold: Some(f64::NAN),
            loss: Some(LossChoice::Settings(LossSpec::Focal {
                gamma: -1.0,
                class_weights: ClassWeights::Given([("x".into(), -2.0)].into()),
            })),
            parent: Some("b".into()),
            ..TaskSpec::new("a", Kind::Binary)
        };
        let paths: Vec<String> = mistakes(&[spec, multiclass("b")])
            .into_iter()
            .map(|m| m.0)
            .collect();
        for key in [
            "share",
            "weight",
            "threshold",
            "loss.gamma",
            "loss.class_weights.x",
        ] {
            assert!(
                paths.contains(&format!("tasks[0].{key}")),
                "{key}: {paths:?}"
            );
        }
    }
}
