//! What all tasks are together: cycles, groups, and what has an effect in them.

use std::collections::BTreeSet;

use synaptree_config::{Diagnostic, Diagnostics};

use super::Checked;
use crate::codes::section;
use crate::kind::Kind;
use crate::relations::{Place, Relations};
use crate::spec::{Decode, LossName, TaskSpec};

pub(super) fn check_relations(specs: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let relations = Relations::new(specs);
    let order = match relations.order() {
        Ok(order) => order,
        Err(cycle) => {
            // A task above itself was reported where it stands.
            if let [parent, child, ..] = cycle[..]
                && parent != child
            {
                let names: Vec<&str> = cycle
                    .iter()
                    .map(|&task| specs[task].name.as_str())
                    .collect();
                let key = if specs[child].refined().contains(&specs[parent].name) {
                    "refines"
                } else {
                    "parent"
                };
                let message = format!("the tasks form a cycle: {}", names.join(" → "));
                let help = "remove one of these `parent` or `refines`: every arrow points from parent to child";
                let path = format!("tasks[{child}].{key}");
                diagnostics.push(Diagnostic::error(&section::CYCLE, path, message).help(help));
            }
            return;
        }
    };
    let places = match relations.places(&order) {
        Ok((_, places)) => places,
        Err(conflict) => {
            let name = |task: usize| &specs[task].name;
            let (first, second, coarse) = (
                name(conflict.first),
                name(conflict.second),
                name(conflict.coarse),
            );
            let message = format!("`{coarse}` would be the sum of both `{first}` and `{second}`");
            let help = format!(
                "only one task with several `refines` may determine a task: let `{second}` refine one task, or use `parent`"
            );
            let path = format!("tasks[{}].refines", conflict.second);
            diagnostics.push(Diagnostic::error(&section::REFINES, path, message).help(help));
            return;
        }
    };
    let refined: BTreeSet<usize> = relations.refines.iter().flatten().copied().collect();
    for (index, spec) in specs.iter().enumerate() {
        let task = Checked { index, spec };
        let joined = refined.contains(&index) || !relations.refines[index].is_empty();
        if joined {
            check_group_member(&task, &places[index], diagnostics);
        }
        if spec.decode.is_some() && relations.refines[index].is_empty() {
            let message = "`decode` has no meaning without `refines`".to_owned();
            let help = "set it on the task that refines another";
            diagnostics.push(
                task.error(&section::DECODE, "decode", message)
                    .help(help)
                    .at_key(),
            );
        } else if spec.decode.is_some() && matches!(places[index], Place::Marginal(_)) {
            let message = "`decode` has no effect here: a finer task decides this one".to_owned();
            let help = "set it on the finest task";
            diagnostics.push(
                task.error(&section::DECODE, "decode", message)
                    .help(help)
                    .at_key(),
            );
        }
        check_threshold(&task, specs, &relations, &places, diagnostics);
    }
}

/// What only plain likelihoods can do together.
fn check_group_member(task: &Checked<'_>, place: &Place, diagnostics: &mut Diagnostics) {
    let loss = task.spec.loss();
    if matches!(loss.name(), LossName::SquaredError | LossName::KlDivergence) {
        let message = format!(
            "`{}` is not the likelihood of a class: a task joined by `refines` cannot use it",
            loss.name().as_str()
        );
        let help = "use cross_entropy, binary_cross_entropy, focal or ordinal";
        diagnostics.push(task.error(&section::LOSS, "loss", message).help(help));
    }
    if loss.label_smoothing() > 0.0 && matches!(place, Place::Finest(_) | Place::Marginal(_)) {
        let message = "`label_smoothing` is not possible where a task refines several".to_owned();
        let help = "remove it: the coarser labels are sums of the finest one";
        diagnostics.push(
            task.error(&section::LOSS, "loss.label_smoothing", message)
                .help(help),
        );
    }
}

fn check_threshold(
    task: &Checked<'_>,
    specs: &[TaskSpec],
    relations: &Relations,
    places: &[Place],
    diagnostics: &mut Diagnostics,
) {
    let Some(threshold) = task.spec.threshold else {
        return;
    };
    // 0.5 is what a threshold is when nobody sets it.
    if task.spec.kind != Kind::Binary || threshold == 0.5 {
        return;
    }
    let decided_below = (0..specs.len()).any(|fine| {
        relations.refines[fine].contains(&task.index)
            && specs[fine].decode.unwrap_or_default() == Decode::Joint
    });
    if places[task.index] != Place::Free || decided_below {
        let message =
            "`threshold` has no effect: the task is decided together with others".to_owned();
        let help =
            "remove it, or set `decode = \"top_down\"` on the one task that refines this one";
        diagnostics.push(
            task.error(&section::THRESHOLD, "threshold", message)
                .help(help)
                .at_key(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mistakes, multiclass, one};
    use super::*;
    use crate::spec::{LossChoice, OneOrMany};

    #[test]
    fn a_cycle_is_named() {
        let specs = [
            TaskSpec {
                parent: Some("c".into()),
                ..multiclass("a")
            },
            TaskSpec {
                parent: Some("a".into()),
                ..multiclass("b")
            },
            TaskSpec {
                refines: Some("b".into()),
                ..multiclass("c")
            },
        ];
        let found = mistakes(&specs);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].1.contains("b → c → a → b") || found[0].1.contains("a → b → c → a"),
            "{found:?}"
        );
        let own = TaskSpec {
            parent: Some("a".into()),
            ..multiclass("a")
        };
        assert_eq!(one(own).len(), 1);
    }

    #[test]
    fn a_task_determined_twice_is_a_mistake() {
        let refines = Some(OneOrMany::from(["a", "b"]));
        let specs = [
            multiclass("a"),
            multiclass("b"),
            TaskSpec {
                refines: refines.clone(),
                ..multiclass("c")
            },
            TaskSpec {
                refines,
                ..multiclass("d")
            },
        ];
        assert!(mistakes(&specs)[0].1.contains("sum of both `d` and `c`"));
    }

    #[test]
    fn losses_that_are_no_likelihood_cannot_join_a_group() {
        let specs = [
            TaskSpec {
                loss: Some(LossChoice::Name(LossName::SquaredError)),
                ..TaskSpec::new("a", Kind::Binary)
            },
            TaskSpec {
                refines: Some("a".into()),
                ..multiclass("b")
            },
        ];
        assert_eq!(mistakes(&specs)[0].0, "tasks[0].loss");
    }

    #[test]
    fn a_threshold_that_joint_decoding_ignores_is_a_mistake() {
        let mut specs = [
            TaskSpec {
                threshold: Some(0.3),
                ..TaskSpec::new("a", Kind::Binary)
            },
            TaskSpec {
                refines: Some("a".into()),
                ..multiclass("b")
            },
        ];
        assert_eq!(mistakes(&specs)[0].0, "tasks[0].threshold");
        specs[1].decode = Some(Decode::TopDown);
        assert_eq!(mistakes(&specs), []);
    }
}
