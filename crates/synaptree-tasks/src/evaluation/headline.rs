//! The one figure that stands for a task, and the score over all tasks.

use indexmap::IndexMap;

use super::TaskEvaluation;
use crate::kind::Kind;
use crate::metrics::mean;
use crate::tree::Task;

/// The metrics of tasks with classes, apart from an ordinal task's own.
const CLASS_METRICS: [&str; 14] = [
    "auroc",
    "accuracy",
    "balanced_accuracy",
    "precision_macro",
    "recall_macro",
    "f1_macro",
    "f1_micro",
    "f1_weighted",
    "average_precision",
    "log_loss",
    "brier",
    "ece",
    "ece_adaptive",
    "aurc",
];

/// The metrics of a regression whose predictions come with a variance.
const VARIANCE_METRICS: [&str; 5] = ["nll", "crps", "coverage_50", "coverage_90", "coverage_95"];

/// Whether a regression has this metric only where its predictions come with a variance.
///
/// # Example
/// ```
/// use synaptree_tasks::needs_variance;
/// assert!(needs_variance("crps") && !needs_variance("rmse"));
/// ```
pub fn needs_variance(metric: &str) -> bool {
    VARIANCE_METRICS.contains(&metric)
}

/// The metric that stands for a task of this kind where its `metric` names no other.
///
/// # Example
/// ```
/// use synaptree_tasks::{Kind, headline_metric};
/// assert_eq!(headline_metric(Kind::Binary), "auroc");
/// assert_eq!(headline_metric(Kind::Hierarchical), "micro_average_precision");
/// ```
pub const fn headline_metric(kind: Kind) -> &'static str {
    match kind {
        Kind::Binary => "auroc",
        Kind::Multiclass => "accuracy",
        Kind::Multilabel => "f1_macro",
        Kind::Hierarchical => "micro_average_precision",
        Kind::Ordinal => "quadratic_kappa",
        Kind::Regression => "r2",
    }
}

/// The metrics that a task of this kind can have as its `metric`.
///
/// A regression has `nll`, `crps` and the coverages only where its predictions come with a variance,
/// and `rmse.<column>` beside these where it has several columns.
///
/// # Example
/// ```
/// use synaptree_tasks::{Kind, metric_names};
/// assert!(metric_names(Kind::Ordinal).contains(&"quadratic_kappa"));
/// assert_eq!(metric_names(Kind::Regression)[..4], ["r2", "rmse", "mae", "nll"]);
/// ```
pub fn metric_names(kind: Kind) -> Vec<&'static str> {
    let mut names = match kind {
        Kind::Binary | Kind::Multiclass => CLASS_METRICS.to_vec(),
        Kind::Ordinal => {
            let mut names = vec!["quadratic_kappa", "mae"];
            names.extend(CLASS_METRICS);
            names
        }
        Kind::Multilabel => CLASS_METRICS
            .into_iter()
            .filter(|name| *name != "balanced_accuracy")
            .chain(["micro_average_precision"])
            .collect(),
        Kind::Hierarchical => vec![
            "micro_average_precision",
            "hierarchical_precision",
            "hierarchical_recall",
            "hierarchical_f1",
            "average_precision",
            "log_loss",
            "brier",
            "ece",
            "ece_adaptive",
            "aurc",
        ],
        Kind::Regression => {
            let mut names = vec!["r2", "rmse", "mae"];
            names.extend(VARIANCE_METRICS);
            names
        }
    };
    let headline = headline_metric(kind);
    names.sort_by_key(|name| *name != headline);
    names
}

/// Whether a larger value of the metric is a better one.
///
/// # Example
/// ```
/// use synaptree_tasks::higher_is_better;
/// assert!(higher_is_better("auroc") && !higher_is_better("rmse.sulphur"));
/// ```
pub fn higher_is_better(metric: &str) -> bool {
    let name = metric.split('.').next().unwrap_or(metric);
    !matches!(
        name,
        "log_loss"
            | "brier"
            | "ece"
            | "ece_adaptive"
            | "aurc"
            | "mae"
            | "rmse"
            | "nll"
            | "crps"
            | "conformal_size"
            | "conformal_width"
            | "answer_risk"
            | "ood_fpr95"
            | "violation_rate"
    )
}

impl Task {
    /// The name of the metric that stands for the task.
    pub fn headline(&self) -> &str {
        self.metric.as_deref().unwrap_or(headline_metric(self.kind))
    }
}

/// The mean of the tasks' headline metrics, the undefined ones left out.
pub(super) fn score(tasks: &[Task], evaluations: &IndexMap<String, TaskEvaluation>) -> Option<f64> {
    mean(tasks.iter().filter_map(|task| {
        let name = task.headline();
        let value = (*evaluations.get(&task.name)?.metrics.get(name)?)?;
        Some(match name {
            // One hopeless column would otherwise drown all other tasks.
            "r2" => value.max(0.0),
            _ if higher_is_better(name) => value,
            _ => -value,
        })
    }))
}
