//! What a person writes about a task: one `[[tasks]]` table of the experiment file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_nn::EdgeKind;

use crate::kind::Kind;

/// One word or a list of words.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One word.
    One(String),
    /// A list of words.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The words.
    pub fn as_slice(&self) -> &[String] {
        match self {
            OneOrMany::One(word) => std::slice::from_ref(word),
            OneOrMany::Many(words) => words,
        }
    }
}

impl From<&str> for OneOrMany {
    fn from(word: &str) -> Self {
        OneOrMany::One(word.to_owned())
    }
}

impl<const N: usize> From<[&str; N]> for OneOrMany {
    fn from(words: [&str; N]) -> Self {
        OneOrMany::Many(words.map(str::to_owned).to_vec())
    }
}

/// How tasks joined by `refines` are decided together.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Decode {
    /// The most probable finest value; the coarser ones follow from it.
    #[default]
    Joint,
    /// The most probable coarse value first, then the most probable finer one within it.
    TopDown,
}

/// Where the labels of a hierarchical task stand in relation to each other.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum HierarchySpec {
    /// A text file with one entry a line, read like a list; empty lines and lines that begin
    /// with `#` are skipped.
    File(String),
    /// Entries: edges `"parent/child"` where every entry has exactly two parts, otherwise paths
    /// `"a/b/c"` whose labels are the full paths.
    Entries(Vec<String>),
    /// Entries of which it is said what they are.
    Explicit(HierarchyEntries),
}

/// Hierarchy entries of one declared form.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum HierarchyEntries {
    /// Paths `"a/b/c"`; the labels are the full paths.
    Paths(Vec<String>),
    /// Edges `"parent/child"`; the labels are the names of the nodes.
    Edges(Vec<String>),
}

/// The loss of a task: its name, or a table of its settings.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum LossChoice {
    /// The name of a loss with its default settings.
    Name(LossName),
    /// A loss with settings: `{ kind = "focal", gamma = 2.0 }`.
    Settings(LossSpec),
}

impl LossChoice {
    /// The loss with all its settings.
    pub fn settings(&self) -> LossSpec {
        match self {
            LossChoice::Name(name) => name.settings(),
            LossChoice::Settings(settings) => settings.clone(),
        }
    }
}

/// The name of a loss.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash)]
#[serde(rename_all = "snake_case")]
pub enum LossName {
    /// Negative log-likelihood of the class.
    CrossEntropy,
    /// Negative log-likelihood of yes and no.
    BinaryCrossEntropy,
    /// Cross-entropy that counts confident rows less.
    Focal,
    /// Divergence from a target distribution.
    KlDivergence,
    /// Proportional odds with ordered thresholds.
    Ordinal,
    /// Squared difference.
    SquaredError,
    /// Absolute difference.
    AbsoluteError,
    /// Squared near zero, absolute far from it.
    Huber,
    /// Gaussian negative log-likelihood with a predicted variance.
    GaussianNll,
    /// Max-constraint loss of a label hierarchy.
    MaxConstraint,
}

impl LossName {
    /// The name used in experiment files.
    pub const fn as_str(self) -> &'static str {
        match self {
            LossName::CrossEntropy => "cross_entropy",
            LossName::BinaryCrossEntropy => "binary_cross_entropy",
            LossName::Focal => "focal",
            LossName::KlDivergence => "kl_divergence",
            LossName::Ordinal => "ordinal",
            LossName::SquaredError => "squared_error",
            LossName::AbsoluteError => "absolute_error",
            LossName::Huber => "huber",
            LossName::GaussianNll => "gaussian_nll",
            LossName::MaxConstraint => "max_constraint",
        }
    }

    /// The losses a kind of task can have; the first is the default.
    pub const fn valid_for(kind: Kind) -> &'static [LossName] {
        match kind {
            Kind::Binary => &[
                LossName::BinaryCrossEntropy,
                LossName::Focal,
                LossName::SquaredError,
            ],
            Kind::Multiclass => &[
                LossName::CrossEntropy,
                LossName::Focal,
                LossName::KlDivergence,
            ],
            Kind::Multilabel => &[LossName::BinaryCrossEntropy, LossName::Focal],
            Kind::Hierarchical => &[LossName::MaxConstraint, LossName::BinaryCrossEntropy],
            Kind::Regression => &[
                LossName::SquaredError,
                LossName::AbsoluteError,
                LossName::Huber,
                LossName::GaussianNll,
                LossName::KlDivergence,
            ],
            Kind::Ordinal => &[LossName::Ordinal, LossName::CrossEntropy],
        }
    }

    /// The loss with its default settings.
    pub fn settings(self) -> LossSpec {
        match self {
            LossName::CrossEntropy => LossSpec::CrossEntropy {
                label_smoothing: 0.0,
                class_weights: ClassWeights::default(),
            },
            LossName::BinaryCrossEntropy => LossSpec::BinaryCrossEntropy {
                label_smoothing: 0.0,
                class_weights: ClassWeights::default(),
            },
            LossName::Focal => LossSpec::Focal {
                gamma: default_gamma(),
                class_weights: ClassWeights::default(),
            },
            LossName::KlDivergence => LossSpec::KlDivergence {
                label_smoothing: 0.0,
            },
            LossName::Ordinal => LossSpec::Ordinal {
                class_weights: ClassWeights::default(),
            },
            LossName::SquaredError => LossSpec::SquaredError {
                reduction: Reduction::Mean,
            },
            LossName::AbsoluteError => LossSpec::AbsoluteError {
                reduction: Reduction::Mean,
            },
            LossName::Huber => LossSpec::Huber {
                delta: default_delta(),
            },
            LossName::GaussianNll => LossSpec::GaussianNll {},
            LossName::MaxConstraint => LossSpec::MaxConstraint {},
        }
    }
}

/// A loss with its settings.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum LossSpec {
    /// Negative log-likelihood of the class.
    CrossEntropy {
        /// Share of the target spread evenly over all classes.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0), extend("exclusiveMaximum" = 1.0))]
        label_smoothing: f64,
        /// How much a row of each class counts.
        #[serde(default)]
        class_weights: ClassWeights,
    },
    /// Negative log-likelihood of yes and no.
    BinaryCrossEntropy {
        /// Share of the target spread evenly over yes and no.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0), extend("exclusiveMaximum" = 1.0))]
        label_smoothing: f64,
        /// How much a row of each class counts; for binary tasks.
        #[serde(default)]
        class_weights: ClassWeights,
    },
    /// Cross-entropy times `(1 − p)^gamma`, where `p` is the probability of the true class.
    Focal {
        /// How much less confident rows count; 0 is cross-entropy.
        #[serde(default = "default_gamma")]
        #[schemars(range(min = 0.0))]
        gamma: f64,
        /// How much a row of each class counts; for binary and multiclass tasks.
        #[serde(default)]
        class_weights: ClassWeights,
    },
    /// Kullback–Leibler divergence from the target distribution to the predicted one.
    KlDivergence {
        /// Share of the target spread evenly over all classes.
        #[serde(default)]
        #[schemars(range(min = 0.0, max = 1.0), extend("exclusiveMaximum" = 1.0))]
        label_smoothing: f64,
    },
    /// Proportional odds: one score and ordered thresholds.
    Ordinal {
        /// How much a row of each class counts.
        #[serde(default)]
        class_weights: ClassWeights,
    },
    /// Squared difference, without a factor of one half.
    SquaredError {
        /// Mean or sum over the observed values.
        #[serde(default)]
        reduction: Reduction,
    },
    /// Absolute difference.
    AbsoluteError {
        /// Mean or sum over the observed values.
        #[serde(default)]
        reduction: Reduction,
    },
    /// Half the squared difference up to `delta`, then linear.
    Huber {
        /// Where it becomes linear, in standard deviations of the target.
        #[serde(default = "default_delta")]
        #[schemars(extend("exclusiveMinimum" = 0.0))]
        delta: f64,
    },
    /// Gaussian negative log-likelihood; the head predicts a mean and a variance.
    GaussianNll {},
    /// Max-constraint loss of a label hierarchy.
    MaxConstraint {},
}

fn default_gamma() -> f64 {
    2.0
}

fn default_delta() -> f64 {
    1.0
}

impl LossSpec {
    /// The loss a kind of task has when none is given.
    pub fn default_for(kind: Kind) -> LossSpec {
        LossName::valid_for(kind)[0].settings()
    }

    /// The name of the loss.
    pub const fn name(&self) -> LossName {
        match self {
            LossSpec::CrossEntropy { .. } => LossName::CrossEntropy,
            LossSpec::BinaryCrossEntropy { .. } => LossName::BinaryCrossEntropy,
            LossSpec::Focal { .. } => LossName::Focal,
            LossSpec::KlDivergence { .. } => LossName::KlDivergence,
            LossSpec::Ordinal { .. } => LossName::Ordinal,
            LossSpec::SquaredError { .. } => LossName::SquaredError,
            LossSpec::AbsoluteError { .. } => LossName::AbsoluteError,
            LossSpec::Huber { .. } => LossName::Huber,
            LossSpec::GaussianNll {} => LossName::GaussianNll,
            LossSpec::MaxConstraint {} => LossName::MaxConstraint,
        }
    }

    /// The class weights, for losses that have them.
    pub const fn class_weights(&self) -> Option<&ClassWeights> {
        match self {
            LossSpec::CrossEntropy { class_weights, .. }
            | LossSpec::BinaryCrossEntropy { class_weights, .. }
            | LossSpec::Focal { class_weights, .. }
            | LossSpec::Ordinal { class_weights } => Some(class_weights),
            _ => None,
        }
    }

    /// The label smoothing; 0 for losses without it.
    pub const fn label_smoothing(&self) -> f64 {
        match self {
            LossSpec::CrossEntropy {
                label_smoothing, ..
            }
            | LossSpec::BinaryCrossEntropy {
                label_smoothing, ..
            }
            | LossSpec::KlDivergence { label_smoothing } => *label_smoothing,
            _ => 0.0,
        }
    }

    /// Whether it is the plain negative log-likelihood of the labels: no weights, smoothing or
    /// focus tempers it.
    pub fn is_likelihood(&self) -> bool {
        let plain = self.class_weights().is_none_or(ClassWeights::is_none);
        plain
            && self.label_smoothing() == 0.0
            && matches!(
                self.name(),
                LossName::CrossEntropy
                    | LossName::BinaryCrossEntropy
                    | LossName::Ordinal
                    | LossName::GaussianNll
            )
    }
}

/// How the terms of a regression loss are put together.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Reduction {
    /// Their mean over the observed values.
    #[default]
    Mean,
    /// Their sum.
    Sum,
}

/// How much a row of each class counts in a loss.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum ClassWeights {
    /// A rule.
    Rule(ClassWeightRule),
    /// A weight for each class named; 1 for the others.
    Given(BTreeMap<String, f64>),
}

/// A rule that gives each class its weight.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum ClassWeightRule {
    /// All classes count the same.
    None,
    /// `rows / (classes · rows of the class)` in the training rows.
    Balanced,
}

impl Default for ClassWeights {
    fn default() -> Self {
        ClassWeights::Rule(ClassWeightRule::None)
    }
}

impl ClassWeights {
    /// Whether all classes count the same.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

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
        let default = match self.kind {
            Kind::Multilabel => Some("|"),
            Kind::Hierarchical => Some("@"),
            _ => None,
        };
        self.separator.as_deref().or(default)
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
    fn class_weights_are_a_rule_or_a_table() {
        let loss: LossSpec =
            serde_json::from_str(r#"{"kind":"cross_entropy","class_weights":"balanced"}"#).unwrap();
        assert_eq!(
            loss.class_weights(),
            Some(&ClassWeights::Rule(ClassWeightRule::Balanced))
        );
        let loss: LossSpec =
            serde_json::from_str(r#"{"kind":"cross_entropy","class_weights":{"a":2.0}}"#).unwrap();
        assert!(matches!(loss.class_weights(), Some(ClassWeights::Given(map)) if map["a"] == 2.0));
        assert!(!loss.is_likelihood());
    }

    #[test]
    fn refines_implies_parent_once() {
        let task = parse(r#"{"name":"a","kind":"binary","parent":"b","refines":["c","b"]}"#);
        assert_eq!(task.unwrap().parents(), ["b", "c"]);
    }

    #[test]
    fn every_kind_has_a_default_loss_that_is_valid_for_it() {
        for kind in Kind::ALL {
            assert!(LossName::valid_for(kind).contains(&LossSpec::default_for(kind).name()));
        }
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

    #[test]
    fn hierarchies_are_files_lists_or_tables() {
        let of = |text: &str| serde_json::from_str::<HierarchySpec>(text).unwrap();
        assert_eq!(of(r#""tree.txt""#), HierarchySpec::File("tree.txt".into()));
        assert_eq!(of(r#"["a/b"]"#), HierarchySpec::Entries(vec!["a/b".into()]));
        let edges = HierarchyEntries::Edges(vec!["a/b".into()]);
        assert_eq!(of(r#"{"edges":["a/b"]}"#), HierarchySpec::Explicit(edges));
    }
}
