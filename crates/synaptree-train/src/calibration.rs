//! `[uncertainty]`: which rows it is fitted on, whether they suffice, and what that makes of its guarantees.

use synaptree_config::{Diagnostic, Diagnostics};
use synaptree_data::{DataSpec, PartSpec, Split};
use synaptree_model::{Calibration, Model};
use synaptree_nn::{NetworkSpec, Noise, SynapseSpec};
use synaptree_tasks::{Approximation, Basis, FittedOn, Kind, Labels, TaskSpec, UncertaintySpec};

use crate::codes::uncertainty as codes;
use crate::data::ExperimentData;
use crate::error::TrainError;

/// The rows that it is fitted on: those of calibration, or those of validation.
fn rows(data: &ExperimentData) -> Option<(FittedOn, &Split)> {
    let calibration = data
        .split("calibration")
        .map(|rows| (FittedOn::Calibration, rows));
    calibration.or_else(|| Some((FittedOn::Validation, data.split("validation")?)))
}

/// Fits what `[uncertainty]` asks for; `None` where it asks for nothing or there are no rows.
pub(crate) fn fit(
    spec: &UncertaintySpec,
    data: &ExperimentData,
    files: &DataSpec,
    model: &Model,
) -> Option<Calibration> {
    let (fitted_on, split) = rows(data).filter(|_| !spec.is_empty())?;
    let reasons = [
        (
            fitted_on == FittedOn::Validation,
            Approximation::ValidationRows,
        ),
        (files.order_by.is_some(), Approximation::TimeOrder),
        (files.split_by.is_some(), Approximation::Groups),
    ];
    let basis = reasons
        .into_iter()
        .filter(|(holds, _)| *holds)
        .fold(Basis::new(fitted_on), |basis, (_, reason)| {
            basis.with(reason)
        });
    Some(model.fit_calibration(spec, split, basis))
}

/// Refuses fewer labelled rows than the levels need, before any training.
///
/// # Errors
///
/// [`TrainError::FewCalibrationRows`].
pub(crate) fn check_rows(spec: &UncertaintySpec, data: &ExperimentData) -> Result<(), TrainError> {
    let Some((fitted_on, split)) = rows(data) else {
        return Ok(());
    };
    for (task, labels) in data.tree.tasks().iter().zip(&split.labels) {
        let observed = fewest(labels);
        for (key, level, needed) in needs(spec) {
            if key == "risk" && !has_answers(task.kind) {
                continue;
            }
            if observed < needed {
                return Err(TrainError::FewCalibrationRows {
                    task: task.name.clone(),
                    part: fitted_on.as_str(),
                    observed,
                    key,
                    level,
                    needed,
                });
            }
        }
    }
    Ok(())
}

/// Each level that was asked for with the labels that it needs.
fn needs(spec: &UncertaintySpec) -> impl Iterator<Item = (&'static str, f64, usize)> {
    let conformal = UncertaintySpec {
        conformal: spec.conformal,
        ..UncertaintySpec::default()
    };
    let risk = UncertaintySpec {
        risk: spec.risk,
        ..UncertaintySpec::default()
    };
    [
        ("conformal", spec.conformal, conformal),
        ("risk", spec.risk, risk),
    ]
    .into_iter()
    .filter_map(|(key, level, alone)| Some((key, level?, alone.fewest_rows())))
}

/// The labels of the column, node or class that has the fewest.
fn fewest(labels: &Labels) -> usize {
    let columns = |width: usize, known: &dyn Fn(usize) -> bool, cells: usize| {
        (0..width)
            .map(|column| (column..cells).step_by(width).filter(|&c| known(c)).count())
            .min()
            .unwrap_or(0)
    };
    match labels {
        Labels::Real { width, values } => columns(*width, &|c| !values[c].is_nan(), values.len()),
        Labels::Nodes { width, values } => columns(*width, &|c| values[c] < 2, values.len()),
        Labels::Classes(_) | Labels::Sets(_) => labels.observed(),
    }
}

/// Whether a task of this kind has answers that can be coarser or left out.
fn has_answers(kind: Kind) -> bool {
    kind.has_classes() || kind == Kind::Hierarchical
}

/// What is wrong about `[uncertainty]` together with the other sections, or without effect.
pub(crate) fn check(
    spec: &UncertaintySpec,
    data: Option<&DataSpec>,
    tasks: Option<&[TaskSpec]>,
    layers: Option<(&NetworkSpec, &SynapseSpec)>,
    diagnostics: &mut Diagnostics,
) {
    if let Some(data) = data {
        let none = data.calibration.is_none() && data.validation() == PartSpec::Off(false);
        if none && !spec.is_empty() {
            diagnostics.push(
                Diagnostic::error(
                    &codes::NO_ROWS,
                    "uncertainty",
                    "there are no rows to fit it on",
                )
                .label("needs rows that the weights are not trained on")
                .help(
                    "set `data.calibration = 0.1`, or give `data.validation` a fraction or a file",
                ),
            );
        }
        if data.calibration.is_some() && spec.is_empty() {
            without_effect(
                "data.calibration",
                "`calibration` has no effect",
                "set `uncertainty.temperature`, `conformal` or `risk`, or leave these rows to training",
                diagnostics,
            );
        }
    }
    if let Some(tasks) = tasks
        && spec.risk.is_some()
        && !tasks.iter().any(|task| has_answers(task.kind))
    {
        without_effect(
            "uncertainty.risk",
            "`risk` has no effect",
            "only binary, multiclass, ordinal and hierarchical tasks give coarser answers or none; \
             `conformal` gives the others sets and intervals",
            diagnostics,
        );
    }
    let stochastic = layers
        .is_none_or(|(network, synapses)| network.dropout > 0.0 || synapses.noise != Noise::None);
    if spec.samples > 0 && (spec.is_empty() || !stochastic) {
        let help = if stochastic {
            "set `uncertainty.temperature`, `conformal` or `risk`, which are fitted for these samples"
        } else {
            "set `synapses.noise` or `network.dropout`: samples of this network are all the same"
        };
        without_effect(
            "uncertainty.samples",
            "`samples` has no effect",
            help,
            diagnostics,
        );
    }
}

fn without_effect(path: &str, message: &str, help: &str, diagnostics: &mut Diagnostics) {
    diagnostics.push(
        Diagnostic::warning(&codes::IDLE_KEY, path, message)
            .label("nothing reads this")
            .help(help),
    );
}
