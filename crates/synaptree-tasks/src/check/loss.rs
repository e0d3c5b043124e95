//! Losses that fit the kind of a task.

use synaptree_config::Diagnostics;

use super::Checked;
use crate::codes::section;
use crate::spec::{LossChoice, LossName};

pub(super) fn check_loss(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
    let spec = task.spec;
    let Some(choice) = &spec.loss else { return };
    let loss = choice.settings();
    let valid = LossName::valid_for(spec.kind);
    if !valid.contains(&loss.name()) {
        let names: Vec<&str> = valid.iter().map(|name| name.as_str()).collect();
        let key = if matches!(choice, LossChoice::Settings(_)) {
            "loss.kind"
        } else {
            "loss"
        };
        let message = format!(
            "`{}` is not a loss of a {} task",
            loss.name().as_str(),
            spec.kind
        );
        let help = format!("valid: {}", names.join(", "));
        diagnostics.push(task.error(&section::LOSS, key, message).help(help));
        return;
    }
    if spec.kind.has_nodes()
        && loss
            .class_weights()
            .is_some_and(|weights| !weights.is_none())
    {
        let message = format!("`class_weights` has no meaning for a {} task", spec.kind);
        let help = "it belongs to binary, multiclass and ordinal tasks";
        diagnostics.push(
            task.error(&section::LOSS, "loss.class_weights", message)
                .help(help),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::one;
    use super::*;
    use crate::kind::Kind;
    use crate::spec::TaskSpec;

    #[test]
    fn a_loss_of_another_kind_is_answered_with_the_valid_ones() {
        let found = one(TaskSpec {
            loss: Some(LossChoice::Name(LossName::Huber)),
            ..TaskSpec::new("a", Kind::Binary)
        });
        assert_eq!(found[0].0, "tasks[0].loss");
        assert!(
            found[0]
                .1
                .contains("binary_cross_entropy, focal, squared_error")
        );
    }
}
