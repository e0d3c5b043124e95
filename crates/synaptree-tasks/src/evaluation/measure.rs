//! Which metrics each kind of task has.

use indexmap::IndexMap;

use crate::distribution::{Decision, Distribution};
use crate::hierarchy::Hierarchy;
use crate::kind::Kind;
use crate::labels::Labels;
use crate::metrics::{self, Counts, MISSING_NODE, RiskCoverage};
use crate::tree::Task;
use crate::vocabulary::Vocabulary;

type Metrics = Vec<(&'static str, Option<f64>)>;

/// The metrics of one task, the headline of its kind first.
pub(super) fn metrics(
    task: &Task,
    distribution: &Distribution,
    decision: &Decision,
    labels: &Labels,
) -> IndexMap<String, Option<f64>> {
    let mut extra = Vec::new();
    let mut metrics = match (&task.vocabulary, labels, decision) {
        (Vocabulary::Classes(_), Labels::Classes(observed), Decision::Classes(decided)) => {
            of_classes(task.kind, observed, decided, distribution)
        }
        (
            Vocabulary::Labels(_),
            Labels::Nodes {
                width,
                values: observed,
            },
            Decision::Nodes {
                values: decided, ..
            },
        ) => of_labels(observed, decided, &distribution.values, *width),
        (
            Vocabulary::Hierarchy(hierarchy),
            Labels::Sets(sets),
            Decision::Nodes {
                width,
                values: decided,
            },
        ) => of_hierarchy(hierarchy, sets, decided, &distribution.values, *width),
        (
            Vocabulary::Real { columns, .. },
            Labels::Real {
                width,
                values: observed,
            },
            Decision::Real {
                values: decided, ..
            },
        ) => {
            if *width > 1 {
                let errors = metrics::rmse_columns(observed, decided, *width);
                let names = columns.iter().map(|column| format!("rmse.{column}"));
                extra = names.zip(errors).collect();
            }
            of_reals(observed, decided, distribution.variance.as_deref(), *width)
        }
        _ => panic!(
            "task `{}`: its labels, distribution and decision are not all {}",
            task.name, task.kind
        ),
    };
    let headline = super::headline_metric(task.kind);
    metrics.sort_by_key(|(name, _)| *name != headline);
    metrics
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .chain(extra)
        .collect()
}

fn of_classes(
    kind: Kind,
    observed: &[i32],
    decided: &[u32],
    distribution: &Distribution,
) -> Metrics {
    let (probabilities, classes) = (&distribution.values[..], distribution.width);
    let counts = Counts::of_classes(observed, decided, classes);
    // Two classes have one curve, that of the positive class; averaging both would count it twice.
    let (auroc, average_precision) = if kind == Kind::Binary {
        let positive: Vec<f32> = metrics::column(probabilities, classes, 1).collect();
        (
            metrics::auroc(observed, &positive),
            metrics::average_precision(observed, &positive),
        )
    } else {
        (
            metrics::auroc_one_vs_rest(observed, probabilities, classes),
            metrics::average_precision_one_vs_rest(observed, probabilities, classes),
        )
    };
    let mut all = Metrics::new();
    if kind == Kind::Ordinal {
        all.push((
            "quadratic_kappa",
            metrics::quadratic_kappa(observed, decided),
        ));
        all.push(("mae", metrics::mae_classes(observed, decided)));
    }
    all.extend([
        ("auroc", auroc),
        ("accuracy", metrics::accuracy(observed, decided)),
        ("balanced_accuracy", metrics::balanced_accuracy(&counts)),
        ("precision_macro", metrics::precision_macro(&counts)),
        ("recall_macro", metrics::recall_macro(&counts)),
        ("f1_macro", metrics::f1_macro(&counts)),
        ("f1_micro", metrics::f1_micro(&counts)),
        ("f1_weighted", metrics::f1_weighted(&counts)),
        ("average_precision", average_precision),
        (
            "log_loss",
            metrics::log_loss(observed, probabilities, classes),
        ),
        ("brier", metrics::brier(observed, probabilities, classes)),
        (
            "ece",
            metrics::ece(&metrics::reliability(observed, probabilities, classes)),
        ),
        (
            "ece_adaptive",
            metrics::ece(&metrics::reliability_adaptive(
                observed,
                probabilities,
                classes,
            )),
        ),
        (
            "aurc",
            RiskCoverage::of_classes(observed, probabilities, classes)
                .and_then(|curve| metrics::aurc(&curve)),
        ),
    ]);
    all
}

fn of_labels(observed: &[u8], decided: &[bool], probabilities: &[f32], width: usize) -> Metrics {
    let counts = Counts::of_labels(observed, decided, width);
    vec![
        (
            "auroc",
            metrics::auroc_labels(observed, probabilities, width),
        ),
        ("accuracy", metrics::accuracy_labels(observed, decided)),
        ("precision_macro", metrics::precision_macro(&counts)),
        ("recall_macro", metrics::recall_macro(&counts)),
        ("f1_macro", metrics::f1_macro(&counts)),
        ("f1_micro", metrics::f1_micro(&counts)),
        ("f1_weighted", metrics::f1_weighted(&counts)),
        (
            "average_precision",
            metrics::average_precision_labels(observed, probabilities, width),
        ),
        (
            "log_loss",
            metrics::log_loss_labels(observed, probabilities),
        ),
        ("brier", metrics::brier_labels(observed, probabilities)),
        (
            "ece",
            metrics::ece(&metrics::reliability_labels(observed, probabilities)),
        ),
        (
            "ece_adaptive",
            metrics::ece(&metrics::reliability_labels_adaptive(
                observed,
                probabilities,
            )),
        ),
        (
            "aurc",
            RiskCoverage::of_labels(observed, probabilities)
                .and_then(|curve| metrics::aurc(&curve)),
        ),
        (
            "micro_average_precision",
            metrics::micro_average_precision(observed, probabilities),
        ),
    ]
}

fn of_hierarchy(
    hierarchy: &Hierarchy,
    sets: &[Option<Vec<u32>>],
    decided: &[bool],
    probabilities: &[f32],
    width: usize,
) -> Metrics {
    let observed = scored_cells(hierarchy, sets);
    let mut closed = decided.to_vec();
    for row in closed.chunks_exact_mut(width.max(1)) {
        for &(child, parent) in hierarchy.sweep() {
            row[parent as usize] |= row[child as usize];
        }
    }
    let counts = Counts::of_labels(&observed, &closed, width);
    vec![
        (
            "micro_average_precision",
            metrics::micro_average_precision(&observed, probabilities),
        ),
        (
            "hierarchical_precision",
            metrics::hierarchical_precision(&counts),
        ),
        ("hierarchical_recall", metrics::hierarchical_recall(&counts)),
        ("hierarchical_f1", metrics::hierarchical_f1(&counts)),
        (
            "average_precision",
            metrics::average_precision_labels(&observed, probabilities, width),
        ),
        (
            "log_loss",
            metrics::log_loss_labels(&observed, probabilities),
        ),
        ("brier", metrics::brier_labels(&observed, probabilities)),
        (
            "ece",
            metrics::ece(&metrics::reliability_labels(&observed, probabilities)),
        ),
        (
            "ece_adaptive",
            metrics::ece(&metrics::reliability_labels_adaptive(
                &observed,
                probabilities,
            )),
        ),
        (
            "aurc",
            RiskCoverage::of_labels(&observed, probabilities)
                .and_then(|curve| metrics::aurc(&curve)),
        ),
    ]
}

/// The sets as a matrix in which the cells of roots and of rows without a label are missing.
pub(crate) fn scored_cells(hierarchy: &Hierarchy, sets: &[Option<Vec<u32>>]) -> Vec<u8> {
    let width = hierarchy.len();
    let blank: Vec<u8> = (0..width)
        .map(|node| {
            if hierarchy.is_root(node) {
                MISSING_NODE
            } else {
                0
            }
        })
        .collect();
    let mut cells = vec![MISSING_NODE; sets.len() * width];
    for (row, set) in cells.chunks_exact_mut(width.max(1)).zip(sets) {
        let Some(set) = set else { continue };
        row.copy_from_slice(&blank);
        for &node in set {
            let cell = &mut row[node as usize];
            if *cell != MISSING_NODE {
                *cell = 1;
            }
        }
    }
    cells
}

fn of_reals(
    observed: &[f32],
    decided: &[f32],
    variance: Option<&[f32]>,
    columns: usize,
) -> Metrics {
    let mut all = vec![
        ("r2", metrics::r2(observed, decided, columns)),
        ("rmse", metrics::rmse(observed, decided, columns)),
        ("mae", metrics::mae(observed, decided, columns)),
    ];
    if let Some(variance) = variance {
        all.push(("nll", metrics::nll(observed, decided, variance)));
        all.push(("crps", metrics::crps(observed, decided, variance)));
        for (name, level) in [
            ("coverage_50", 0.5),
            ("coverage_90", 0.9),
            ("coverage_95", 0.95),
        ] {
            let coverage = metrics::coverage(observed, decided, variance, level);
            all.push((name, coverage));
        }
    }
    all
}
