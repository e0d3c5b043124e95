//! Losses that are no likelihood beside a distribution of the weights that is learned from them.

use synaptree_config::{Diagnostic, Diagnostics};
use synaptree_data::DataSpec;
use synaptree_tasks::{ClassWeights, LossSpec, TaskSpec};

use crate::codes::posterior::TEMPERED;

/// Remarks on what makes a label count for more or less than its probability says.
pub(crate) fn check(data: Option<&DataSpec>, tasks: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let mut remark = |path: String, message: String| {
        diagnostics.push(Diagnostic::warning(&TEMPERED, path, message).help(
            "the distribution of the weights becomes wider or narrower for it; the figures of the validation rows say how far to trust it",
        ));
    };
    for (index, task) in tasks.iter().enumerate() {
        if let Some(what) = tempers(&task.loss()) {
            remark(
                format!("tasks[{index}].loss"),
                format!(
                    "the loss of task `{}` {what}, so it is no likelihood",
                    task.name
                ),
            );
        }
    }
    if data.is_some_and(|data| data.row_weight.is_some()) {
        remark(
            "data.row_weight".to_owned(),
            "rows have weights, so their losses are no likelihoods".to_owned(),
        );
    }
}

fn tempers(loss: &LossSpec) -> Option<&'static str> {
    let (smoothing, weights) = match loss {
        LossSpec::Focal { .. } => return Some("is `focal`"),
        LossSpec::CrossEntropy {
            label_smoothing,
            class_weights,
        }
        | LossSpec::BinaryCrossEntropy {
            label_smoothing,
            class_weights,
        } => (*label_smoothing, Some(class_weights)),
        LossSpec::KlDivergence { label_smoothing } => (*label_smoothing, None),
        LossSpec::Ordinal { class_weights } => (0.0, Some(class_weights)),
        // Densities of a fixed scale, or of one that is predicted.
        LossSpec::SquaredError { .. }
        | LossSpec::AbsoluteError { .. }
        | LossSpec::Huber { .. }
        | LossSpec::GaussianNll {}
        | LossSpec::MaxConstraint {} => (0.0, None),
    };
    if smoothing > 0.0 {
        Some("smooths its labels")
    } else if weights.is_some_and(|weights| *weights != ClassWeights::default()) {
        Some("weighs its classes")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::experiment::Experiment;

    fn told(loss: &str, rest: &str) -> String {
        let task = format!("{{ name = \"a\", kind = \"binary\", loss = {loss} }}");
        let text = format!("data = {{ train = \"t.csv\" }}\ntasks = [{task}]\n{rest}\n");
        Experiment::parse("e.toml", &text)
            .unwrap()
            .warnings()
            .concat()
    }

    #[test]
    fn a_loss_that_is_no_likelihood_is_remarked_on_where_a_distribution_is_learned() {
        let smooth = "{ kind = \"binary_cross_entropy\", label_smoothing = 0.1 }";
        let weighed = "{ kind = \"binary_cross_entropy\", class_weights = \"balanced\" }";
        let learned = "synapses = { noise = \"variational\" }";
        for (loss, what) in [
            ("\"focal\"", "is `focal`"),
            (smooth, "smooths its labels"),
            (weighed, "weighs its classes"),
        ] {
            for rest in [learned, "training = { optimizer = { kind = \"ivon\" } }"] {
                let text = told(loss, rest);
                assert!(text.contains(what), "{loss} {rest}: {text}");
            }
            assert_eq!(told(loss, "synapses = { noise = \"gaussian\" }"), "");
        }
        assert_eq!(told("\"binary_cross_entropy\"", learned), "");
    }

    #[test]
    fn weights_of_rows_are_remarked_on_where_a_distribution_is_learned() {
        let told = |noise: &str| {
            let text = format!(
                "data = {{ train = \"t.csv\", row_weight = \"w\" }}\n\
                 tasks = [{{ name = \"a\", kind = \"binary\" }}]\nsynapses = {{ noise = \"{noise}\" }}\n"
            );
            Experiment::parse("e.toml", &text)
                .unwrap()
                .warnings()
                .concat()
        };
        assert!(told("adaptive").contains("rows have weights"));
        assert_eq!(told("gaussian"), "");
    }
}
