//! The name of a task and its target columns.

use synaptree_config::{Diagnostic, Diagnostics};

use super::Checked;
use crate::codes::section;
use crate::kind::Kind;
use crate::spec::TaskSpec;

pub(super) fn check_name(task: &Checked<'_>, specs: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let name = &task.spec.name;
    if name.trim().is_empty() {
        diagnostics.push(task.error(&section::NAME, "name", "the name of a task is empty".into()));
    } else if let Some(wrong) = name
        .chars()
        .find(|c| matches!(c, '.' | '/' | '[' | ']') || c.is_control())
    {
        let message = format!("the name of task `{name}` contains {wrong:?}");
        let help = "names become columns such as `name.p` and paths of parameters: use letters, digits, `_` and `-`";
        diagnostics.push(task.error(&section::NAME, "name", message).help(help));
    }
    if let Some(first) = specs[..task.index]
        .iter()
        .position(|other| other.name == *name)
    {
        let message = format!("two tasks are named `{name}`");
        let help = format!("tasks[{first}] bears it already: every task needs a name of its own");
        diagnostics.push(task.error(&section::DUPLICATE, "name", message).help(help));
    }
}

pub(super) fn check_targets(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
    let Some(targets) = &task.spec.target else {
        return;
    };
    let words = targets.as_slice();
    if words.is_empty() {
        let message = "`target` is an empty list".to_owned();
        diagnostics.push(
            task.error(&section::TARGET, "target", message)
                .help("name at least one column"),
        );
    }
    if words.len() > 1 && !matches!(task.spec.kind, Kind::Regression | Kind::Multilabel) {
        let kind = task.spec.kind;
        let message = format!("a {kind} task has one target column, not {}", words.len());
        let help = "write one task a column, or use `regression` or `multilabel`";
        diagnostics.push(task.error(&section::TARGET, "target", message).help(help));
    }
    for (position, word) in words.iter().enumerate() {
        if words[..position].contains(word) {
            let path = task.path_of("target", Some(targets), position);
            let message = format!("column `{word}` is listed twice");
            diagnostics.push(Diagnostic::error(&section::TARGET, path, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{mistakes, multiclass, one};

    #[test]
    fn a_name_that_is_taken_or_cannot_be_a_column_is_a_mistake() {
        assert_eq!(
            mistakes(&[multiclass("a"), multiclass("a")])[0].0,
            "tasks[1].name"
        );
        assert!(one(multiclass("a.b"))[0].1.contains("'.'"));
        assert!(one(multiclass(" "))[0].1.contains("empty"));
    }
}
