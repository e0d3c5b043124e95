//! The headline metric of a task.

use synaptree_config::{Diagnostics, nearest};

use super::Checked;
use crate::codes::section;
use crate::evaluation::metric_names;
use crate::kind::Kind;
use crate::spec::LossName;

pub(super) fn check_metric(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
    let spec = task.spec;
    let Some(metric) = &spec.metric else { return };
    let names = metric_names(spec.kind);
    if !names.contains(&metric.as_str()) {
        let message = format!("`{metric}` is not a metric of a {} task", spec.kind);
        let help = choices(metric, &names);
        diagnostics.push(task.error(&section::METRIC, "metric", message).help(help));
        return;
    }
    let loss = spec.loss().name();
    let needs_variance = matches!(metric.as_str(), "nll" | "coverage_90");
    if spec.kind == Kind::Regression && needs_variance && loss != LossName::GaussianNll {
        let message = format!(
            "`{metric}` needs a predicted variance, and `{}` predicts none",
            loss.as_str()
        );
        let help = "use `loss = \"gaussian_nll\"`, or another metric";
        diagnostics.push(task.error(&section::METRIC, "metric", message).help(help));
    }
}

fn choices(word: &str, names: &[&str]) -> String {
    let list = format!("valid: {}", names.join(", "));
    match nearest(word, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {list}"),
        None => list,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::one;
    use super::*;
    use crate::spec::{LossChoice, TaskSpec};

    #[test]
    fn a_metric_of_the_variance_needs_a_loss_that_predicts_one() {
        for metric in ["nll", "coverage_90"] {
            let mut spec = TaskSpec {
                metric: Some(metric.into()),
                ..TaskSpec::new("a", Kind::Regression)
            };
            let found = one(spec.clone());
            assert_eq!(found[0].0, "tasks[0].metric");
            assert!(found[0].1.contains("`squared_error` predicts none"));
            spec.loss = Some(LossChoice::Name(LossName::GaussianNll));
            assert_eq!(one(spec), []);
        }
    }
}
