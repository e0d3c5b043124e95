//! Parents and refined tasks, each by itself.

use synaptree_config::{Diagnostic, Diagnostics, nearest};
use synaptree_nn::EdgeKind;

use super::Checked;
use crate::codes::section;
use crate::spec::{OneOrMany, TaskSpec};

pub(super) fn check_edges(task: &Checked<'_>, specs: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let spec = task.spec;
    let names: Vec<&str> = specs
        .iter()
        .map(|other| other.name.as_str())
        .filter(|&name| name != spec.name)
        .collect();
    for (key, words) in [("parent", &spec.parent), ("refines", &spec.refines)] {
        for (position, word) in words.iter().flat_map(OneOrMany::as_slice).enumerate() {
            let path = task.path_of(key, words.as_ref(), position);
            if *word == spec.name {
                let message = format!("task `{word}` cannot stand above itself");
                diagnostics.push(Diagnostic::error(&section::CYCLE, path, message));
                continue;
            }
            let Some(other) = specs.iter().find(|other| other.name == *word) else {
                let help = match nearest(word, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if names.is_empty() => "there is no other task".to_owned(),
                    None => format!("the other tasks are: {}", names.join(", ")),
                };
                let message = format!("there is no task `{word}`");
                diagnostics.push(Diagnostic::error(&section::UNKNOWN, path, message).help(help));
                continue;
            };
            if key == "refines" {
                for (who, kind) in [(&spec.name, spec.kind), (&other.name, other.kind)] {
                    if !kind.has_classes() {
                        let message =
                            format!("`{who}` is {kind}: it can neither refine nor be refined");
                        let help = "only binary, multiclass and ordinal tasks can; use `parent`";
                        diagnostics.push(
                            Diagnostic::error(&section::REFINES, path.clone(), message).help(help),
                        );
                        break;
                    }
                }
            }
            if spec.edge == EdgeKind::Pull && other.kind != spec.kind {
                let message = format!(
                    "`edge = \"pull\"` needs equal outputs, but `{}` is {} and `{word}` is {}",
                    spec.name, spec.kind, other.kind
                );
                let help = "use `edge = \"shortcut\"`, or a parent of the same kind";
                diagnostics.push(task.error(&section::PULL, "edge", message).help(help));
            }
        }
    }
    if spec.parents().is_empty() {
        let unused = [
            ("edge", spec.edge != EdgeKind::default()),
            ("share", spec.share != 1.0),
        ];
        for (key, given) in unused {
            if given {
                let message = format!("`{key}` has no meaning without a parent");
                let help = "name one in `parent` or `refines`";
                diagnostics.push(task.error(&section::EDGE, key, message).help(help).at_key());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mistakes, multiclass};
    use super::*;
    use crate::kind::Kind;

    #[test]
    fn an_unknown_parent_is_named_with_the_nearest_task() {
        let specs = [
            multiclass("order"),
            TaskSpec {
                parent: Some(["ordr"].into()),
                ..multiclass("b")
            },
        ];
        let found = mistakes(&specs);
        assert_eq!(found[0].0, "tasks[1].parent[0]");
        assert!(found[0].1.contains("did you mean `order`?"), "{found:?}");
    }

    #[test]
    fn sets_and_numbers_do_not_refine() {
        let specs = [
            TaskSpec::new("a", Kind::Regression),
            TaskSpec {
                refines: Some("a".into()),
                ..multiclass("b")
            },
        ];
        assert!(mistakes(&specs)[0].1.contains("`a` is regression"));
    }

    #[test]
    fn pulling_on_a_parent_of_another_kind_is_a_mistake() {
        let specs = [
            TaskSpec::new("a", Kind::Binary),
            TaskSpec {
                parent: Some("a".into()),
                edge: EdgeKind::Pull,
                ..multiclass("b")
            },
        ];
        assert_eq!(mistakes(&specs)[0].0, "tasks[1].edge");
    }
}
