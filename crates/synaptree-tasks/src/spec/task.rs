//! One `[[tasks]]` table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_nn::EdgeKind;

use super::{Decode, HierarchySpec, LossChoice, LossSpec, OneOrMany};
use crate::kind::Kind;

/// One task: what to predict, and how it hangs together with the others.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `name` | required | unique | names the task everywhere |
/// | `kind` | required | [`Kind`] | what kind of answer it asks for |
/// | `target` | `name` | columns | where its labels stand |
/// | `positive` | the data decides | a value | binary: the positive class |
/// | `order` | ascending numbers | values | ordinal: the classes from low to high |
/// | `parent` | none | task names | tasks whose features its head reads |
/// | `refines` | none | task names | tasks whose value its own determines; implies `parent` |
/// | `edge` | `"shortcut"` | `"shortcut"`, `"pull"` | how it is joined to its parents |
/// | `share` | 1 | [0, 1] | share of its gradient that its parents' heads receive |
/// | `separator` | `"\|"`, `"@"` | not empty | between labels in one cell |
/// | `hierarchy` | from the data | [`HierarchySpec`] | hierarchical: the label hierarchy |
/// | `loss` | by kind | [`LossSpec`] | what training minimises |
/// | `metric` | by kind | metric names | its headline figure |
/// | `weight` | 1 | ≥ 0 | its weight under `weighting.method = "fixed"` |
/// | `threshold` | 0.5 | [0, 1] | probability from which the answer is yes |
/// | `decode` | `"joint"` | `"joint"`, `"top_down"` | how it and the tasks it refines are decided |
///
/// # Example
///
/// ```
/// use synaptree_tasks::{Kind, TaskSpec};
///
/// let order = TaskSpec { refines: Some("class".into()), ..TaskSpec::new("order", Kind::Multiclass) };
/// assert_eq!(order.targets(), ["order"]);
/// assert_eq!(order.parents(), ["class"]);
/// assert_eq!(order.share, 1.0);
/// ```
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TaskSpec {
    /// Names the task in results, plots, prediction columns and other tasks' `parent`.
    pub name: String,
    /// What kind of answer the task asks for.
    pub kind: Kind,
    /// The column, or columns, that hold the labels; by default the column named like the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<OneOrMany>,
    /// Binary: the value that is the positive class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positive: Option<String>,
    /// Ordinal: the values from low to high; by default the values are numbers and ascend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<String>>,
    /// The task, or tasks, whose head features this task's head reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OneOrMany>,
    /// The task, or tasks, whose value follows from this task's value; implies `parent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refines: Option<OneOrMany>,
    /// How the task is joined to its parents.
    #[serde(default)]
    pub edge: EdgeKind,
    /// The share of this task's gradient that its parents' heads receive.
    #[serde(default = "default_share")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub share: f64,
    /// What stands between labels in one cell: by default "|" for multilabel, "@" for
    /// hierarchical tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1))]
    pub separator: Option<String>,
    /// Hierarchical: the label hierarchy, as a file, a list of paths or edges, or a table
    /// `{ paths = [...] }` or `{ edges = [...] }`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hierarchy: Option<HierarchySpec>,
    /// What training minimises for this task: a name, or a table with `kind` and settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loss: Option<LossChoice>,
    /// The headline metric of the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// The weight of the task's loss under `weighting.method = "fixed"`; 1 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0))]
    pub weight: Option<f64>,
    /// The probability from which the answer is yes; 0.5 by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0.0, max = 1.0))]
    pub threshold: Option<f64>,
    /// How this task and those it refines are decided together; joint by default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decode: Option<Decode>,
}

fn default_share() -> f64 {
    1.0
}

impl TaskSpec {
    /// A task with every other setting at its default.
    pub fn new(name: impl Into<String>, kind: Kind) -> Self {
        Self {
            name: name.into(),
            kind,
            target: None,
            positive: None,
            order: None,
            parent: None,
            refines: None,
            edge: EdgeKind::default(),
            share: default_share(),
            separator: None,
            hierarchy: None,
            loss: None,
            metric: None,
            weight: None,
            threshold: None,
            decode: None,
        }
    }

    /// The target columns.
    pub fn targets(&self) -> &[String] {
        self.target
            .as_ref()
            .map_or(std::slice::from_ref(&self.name), OneOrMany::as_slice)
    }

    /// The names under `refines`.
    pub fn refined(&self) -> &[String] {
        self.refines.as_ref().map_or(&[], OneOrMany::as_slice)
    }

    /// The names under `parent`, then those only under `refines`, each once.
    pub fn parents(&self) -> Vec<&str> {
        let declared = self.parent.as_ref().map_or(&[][..], OneOrMany::as_slice);
        let mut names: Vec<&str> = Vec::new();
        for name in declared.iter().chain(self.refined()) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names
    }

    /// The loss with all its settings.
    pub fn loss(&self) -> LossSpec {
        self.loss
            .as_ref()
            .map_or_else(|| LossSpec::default_for(self.kind), LossChoice::settings)
    }

    /// What stands between labels in one cell, for kinds that hold several.
    pub fn separator(&self) -> Option<&str> {
        self.separator.as_deref().or(self.kind.default_separator())
    }

    /// The same task with every default that applies to its kind written out.
    pub fn resolved(&self) -> TaskSpec {
        let has_threshold =
            self.kind.has_nodes() || (self.kind == Kind::Binary && self.refines.is_none());
        TaskSpec {
            target: self
                .target
                .clone()
                .or_else(|| Some(self.name.as_str().into())),
            separator: self.separator().map(str::to_owned),
            loss: Some(LossChoice::Settings(self.loss())),
            threshold: self.threshold.or(has_threshold.then_some(0.5)),
            decode: self
                .decode
                .or(self.refines.as_ref().map(|_| Decode::default())),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<TaskSpec, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_loss_is_a_name_or_a_table() {
        let name = parse(r#"{"name":"a","kind":"multiclass","loss":"focal"}"#).unwrap();
        let table =
            parse(r#"{"name":"a","kind":"multiclass","loss":{"kind":"focal","gamma":2}}"#).unwrap();
        assert_eq!(name.loss(), table.loss());
        let wrong = r#"{"name":"a","kind":"multiclass","loss":{"kind":"focal","gama":2}}"#;
        assert!(parse(wrong).is_err());
        let empty = r#"{"name":"a","kind":"regression","loss":{"kind":"gaussian_nll","delta":2}}"#;
        assert!(parse(empty).is_err());
    }

    #[test]
    fn refines_implies_parent_once() {
        let task = parse(r#"{"name":"a","kind":"binary","parent":"b","refines":["c","b"]}"#);
        assert_eq!(task.unwrap().parents(), ["b", "c"]);
    }

    #[test]
    fn a_resolved_task_says_the_same() {
        let task = parse(r#"{"name":"a","kind":"hierarchical"}"#).unwrap();
        let resolved = task.resolved();
        assert_eq!(resolved.separator.as_deref(), Some("@"));
        assert_eq!(resolved.loss(), task.loss());
        assert_eq!(resolved.resolved(), resolved);
        let text = serde_json::to_string(&resolved).unwrap();
        assert_eq!(parse(&text).unwrap(), resolved);
    }
}
