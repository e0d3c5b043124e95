//! What a prediction is worth: one metric a file, on plain slices.
//!
//! The functions know no task; [`Evaluation`](crate::Evaluation) chooses the right ones for each kind.
//!
//! # Shapes
//! - classes: `[rows]`, an index below the number of classes; a negative index is a missing label.
//! - nodes: `[rows, width]`, row-major; 0 = absent, 1 = present, 2 = missing.
//! - real values: `[rows, columns]`, row-major; NaN = missing.
//! - probabilities and decisions: the same layout, with one column a class where rows have classes.
//!
//! Every cell whose label is missing is skipped. A metric that is not defined, such as the area under
//! a curve when only one class was observed, is `None`, never NaN.

mod accuracy;
mod auroc;
mod average_precision;
mod balanced_accuracy;
mod brier;
mod confusion;
mod counts;
mod coverage;
mod crps;
mod ece;
mod f1;
mod hierarchical;
mod log_loss;
mod mae;
mod nll;
mod normal;
mod out_of_distribution;
mod precision;
mod quadratic_kappa;
mod r2;
mod ranking;
mod recall;
mod risk_coverage;
mod rmse;
mod violation_rate;

pub use accuracy::{accuracy, accuracy_labels};
pub use auroc::{auroc, auroc_labels, auroc_one_vs_rest};
pub use average_precision::{
    average_precision, average_precision_labels, average_precision_one_vs_rest,
    micro_average_precision,
};
pub use balanced_accuracy::balanced_accuracy;
pub use brier::{brier, brier_labels};
pub use confusion::Confusion;
pub use counts::Counts;
pub use coverage::{coverage, coverage_50, coverage_90, coverage_95};
pub use crps::{crps, crps_samples};
pub use ece::{
    RELIABILITY_BINS, ReliabilityBin, ece, reliability, reliability_adaptive, reliability_labels,
    reliability_labels_adaptive,
};
pub use f1::{f1_macro, f1_micro, f1_weighted};
pub use hierarchical::{hierarchical_f1, hierarchical_precision, hierarchical_recall};
pub use log_loss::{log_loss, log_loss_labels};
pub use mae::{mae, mae_classes};
pub use nll::nll;
pub use out_of_distribution::{fpr95, ood_auroc};
pub use precision::precision_macro;
pub use quadratic_kappa::quadratic_kappa;
pub use r2::r2;
pub use recall::recall_macro;
pub use risk_coverage::{RiskCoverage, RiskPoint, aurc};
pub use rmse::{rmse, rmse_columns};
pub use violation_rate::{PROBABILITY_TOLERANCE, SUM_TOLERANCE, Violations};

/// A node label that is not known; see `Labels::Nodes`.
pub(crate) const MISSING_NODE: u8 = 2;

/// The mean of the values, or `None` where there is none or it is not finite.
pub(crate) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0_u64);
    for value in values {
        sum += value;
        count += 1;
    }
    ratio(sum, count as f64)
}

/// `numerator / denominator`, or `None` where the denominator is 0 or the result not finite.
pub(crate) fn ratio(numerator: f64, denominator: f64) -> Option<f64> {
    let value = numerator / denominator;
    (denominator != 0.0 && value.is_finite()).then_some(value)
}

/// The observed class of each row with the row's probabilities; rows without a label are skipped.
pub(crate) fn observed_rows<'a>(
    observed: &'a [i32],
    probabilities: &'a [f32],
    classes: usize,
) -> impl Iterator<Item = (usize, &'a [f32])> {
    observed
        .iter()
        .zip(probabilities.chunks_exact(classes.max(1)))
        .filter_map(|(&class, row)| usize::try_from(class).ok().map(|class| (class, row)))
}

/// The known cells as (present, value).
pub(crate) fn known_cells<'a, T: Copy>(
    observed: &'a [u8],
    values: &'a [T],
) -> impl Iterator<Item = (bool, T)> + 'a {
    observed
        .iter()
        .zip(values)
        .filter(|(label, _)| **label != MISSING_NODE)
        .map(|(&label, &value)| (label == 1, value))
}

/// One column of a row-major matrix.
pub(crate) fn column<T: Copy>(
    values: &[T],
    width: usize,
    column: usize,
) -> impl Iterator<Item = T> {
    values.iter().skip(column).step_by(width.max(1)).copied()
}

/// The known cells of one column of real values as (observed, predicted).
pub(crate) fn known_reals<'a>(
    observed: &'a [f32],
    predicted: &'a [f32],
    columns: usize,
    index: usize,
) -> impl Iterator<Item = (f64, f64)> + Clone + 'a {
    let step = columns.max(1);
    observed
        .iter()
        .zip(predicted)
        .skip(index)
        .step_by(step)
        .filter(|(observed, _)| !observed.is_nan())
        .map(|(&observed, &predicted)| (f64::from(observed), f64::from(predicted)))
}
