//! Checks of the `[[tasks]]` tables that need more than one value.

mod edges;
mod hierarchy;
mod keys;
mod loss;
mod metric;
mod names;
mod ranges;
mod relations;

use synaptree_config::{Code, Diagnostic, Diagnostics};

use crate::codes::section;
use crate::spec::{OneOrMany, TaskSpec};
use edges::check_edges;
use hierarchy::check_hierarchy;
use keys::check_keys_of_kind;
use loss::check_loss;
use metric::check_metric;
use names::{check_name, check_targets};
use ranges::check_ranges;
use relations::check_relations;

/// Pushes a diagnostic for every mistake in the specifications of the tasks.
///
/// # Example
///
/// ```
/// use synaptree_config::Diagnostics;
/// use synaptree_tasks::{Kind, TaskSpec, check_tasks};
///
/// let specs = [
///     TaskSpec::new("mammal", Kind::Binary),
///     TaskSpec { parent: Some("mamal".into()), ..TaskSpec::new("order", Kind::Multiclass) },
/// ];
/// let mut diagnostics = Diagnostics::default();
/// check_tasks(&specs, &mut diagnostics);
/// assert_eq!(diagnostics.0[0].path, "tasks[1].parent");
/// assert_eq!(diagnostics.0[0].help.as_deref(), Some("did you mean `mammal`?"));
/// ```
pub fn check_tasks(specs: &[TaskSpec], diagnostics: &mut Diagnostics) {
    if specs.is_empty() {
        diagnostics.push(
            Diagnostic::error(&section::NONE, "tasks", "there is no task")
                .help("add a `[[tasks]]` table with `name` and `kind`"),
        );
    }
    for (index, spec) in specs.iter().enumerate() {
        let task = Checked { index, spec };
        check_name(&task, specs, diagnostics);
        check_targets(&task, diagnostics);
        check_ranges(&task, diagnostics);
        check_keys_of_kind(&task, diagnostics);
        check_hierarchy(&task, diagnostics);
        check_metric(&task, diagnostics);
        check_loss(&task, diagnostics);
        check_edges(&task, specs, diagnostics);
    }
    check_relations(specs, diagnostics);
}

/// One task with its place in the list.
struct Checked<'a> {
    index: usize,
    spec: &'a TaskSpec,
}

impl Checked<'_> {
    fn path(&self, key: &str) -> String {
        format!("tasks[{}].{key}", self.index)
    }

    /// The path of one word of a key that is a word or a list.
    fn path_of(&self, key: &str, words: Option<&OneOrMany>, position: usize) -> String {
        match words {
            Some(OneOrMany::Many(_)) => self.path(&format!("{key}[{position}]")),
            _ => self.path(key),
        }
    }

    fn error(&self, code: &'static Code, key: &str, message: String) -> Diagnostic {
        Diagnostic::error(code, self.path(key), message)
    }
}

#[cfg(test)]
mod testing {
    use super::*;
    use crate::kind::Kind;

    /// Path, message and help of every mistake.
    pub(super) fn mistakes(specs: &[TaskSpec]) -> Vec<(String, String)> {
        let mut diagnostics = Diagnostics::default();
        check_tasks(specs, &mut diagnostics);
        diagnostics
            .0
            .into_iter()
            .map(|d| {
                (
                    d.path,
                    format!("{} | {}", d.message, d.help.unwrap_or_default()),
                )
            })
            .collect()
    }

    pub(super) fn one(spec: TaskSpec) -> Vec<(String, String)> {
        mistakes(&[spec])
    }

    pub(super) fn multiclass(name: &str) -> TaskSpec {
        TaskSpec::new(name, Kind::Multiclass)
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{mistakes, multiclass};
    use super::*;
    use crate::kind::Kind;

    #[test]
    fn tasks_without_a_mistake_are_silent() {
        let specs = [
            TaskSpec::new("a", Kind::Binary),
            TaskSpec {
                refines: Some("a".into()),
                ..multiclass("b")
            },
            TaskSpec {
                parent: Some(["a", "b"].into()),
                share: 0.5,
                ..multiclass("c")
            },
            TaskSpec {
                threshold: Some(0.3),
                ..TaskSpec::new("d", Kind::Hierarchical)
            },
        ];
        assert_eq!(mistakes(&specs), []);
    }

    #[test]
    fn no_task_is_a_mistake() {
        assert_eq!(mistakes(&[])[0].0, "tasks");
    }
}
