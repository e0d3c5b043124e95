//! Checks of the `[[tasks]]` tables that need more than one value.

use std::collections::BTreeSet;

use synaptree_config::{Diagnostic, Diagnostics, nearest};
use synaptree_nn::EdgeKind;

use crate::evaluation::metric_names;
use crate::kind::Kind;
use crate::relations::{Place, Relations};
use crate::spec::{
    ClassWeights, Decode, HierarchyEntries, HierarchySpec, LossChoice, LossName, LossSpec,
    OneOrMany, TaskSpec,
};

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
            Diagnostic::error("tasks/none", "tasks", "there is no task")
                .help("add a `[[tasks]]` table with `name` and `kind`"),
        );
    }
    for (index, spec) in specs.iter().enumerate() {
        let task = Checked { index, spec };
        check_name(&task, specs, diagnostics);
        check_targets(&task, diagnostics);
        check_ranges(&task, diagnostics);
        check_keys_of_kind(&task, diagnostics);
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

    fn error(&self, code: &'static str, key: &str, message: String) -> Diagnostic {
        Diagnostic::error(code, self.path(key), message)
    }
}

fn check_name(task: &Checked<'_>, specs: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let name = &task.spec.name;
    if name.trim().is_empty() {
        diagnostics.push(task.error("tasks/name", "name", "the name of a task is empty".into()));
    } else if let Some(wrong) = name
        .chars()
        .find(|c| matches!(c, '.' | '/' | '[' | ']') || c.is_control())
    {
        let message = format!("the name of task `{name}` contains {wrong:?}");
        let help = "names become columns such as `name.p` and paths of parameters: use letters, digits, `_` and `-`";
        diagnostics.push(task.error("tasks/name", "name", message).help(help));
    }
    if let Some(first) = specs[..task.index]
        .iter()
        .position(|other| other.name == *name)
    {
        let message = format!("two tasks are named `{name}`");
        let help = format!("tasks[{first}] bears it already: every task needs a name of its own");
        diagnostics.push(task.error("tasks/duplicate", "name", message).help(help));
    }
}

fn check_targets(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
    let Some(targets) = &task.spec.target else {
        return;
    };
    let words = targets.as_slice();
    if words.is_empty() {
        let message = "`target` is an empty list".to_owned();
        diagnostics.push(
            task.error("tasks/target", "target", message)
                .help("name at least one column"),
        );
    }
    if words.len() > 1 && !matches!(task.spec.kind, Kind::Regression | Kind::Multilabel) {
        let kind = task.spec.kind;
        let message = format!("a {kind} task has one target column, not {}", words.len());
        let help = "write one task a column, or use `regression` or `multilabel`";
        diagnostics.push(task.error("tasks/target", "target", message).help(help));
    }
    for (position, word) in words.iter().enumerate() {
        if words[..position].contains(word) {
            let path = task.path_of("target", Some(targets), position);
            let message = format!("column `{word}` is listed twice");
            diagnostics.push(Diagnostic::error("tasks/target", path, message));
        }
    }
}

/// Ranges that a file's schema states too: a specification may also be built in code.
fn check_ranges(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
    let spec = task.spec;
    let mut range = |key: &str, value: f64, fits: bool, expected: &str| {
        if !fits {
            let message = format!("`{key}` is {value}, expected {expected}");
            diagnostics.push(task.error("tasks/out-of-range", key, message));
        }
    };
    range(
        "share",
        spec.share,
        (0.0..=1.0).contains(&spec.share),
        "a number from 0 to 1",
    );
    if let Some(weight) = spec.weight {
        range(
            "weight",
            weight,
            weight >= 0.0 && weight.is_finite(),
            "a number of at least 0",
        );
    }
    if let Some(threshold) = spec.threshold {
        range(
            "threshold",
            threshold,
            (0.0..=1.0).contains(&threshold),
            "a number from 0 to 1",
        );
    }
    match &spec.loss() {
        LossSpec::Focal { gamma, .. } => {
            range(
                "loss.gamma",
                *gamma,
                *gamma >= 0.0 && gamma.is_finite(),
                "at least 0",
            );
        }
        LossSpec::Huber { delta } => {
            range(
                "loss.delta",
                *delta,
                *delta > 0.0 && delta.is_finite(),
                "more than 0",
            );
        }
        loss => {
            let smoothing = loss.label_smoothing();
            let fits = (0.0..1.0).contains(&smoothing);
            range(
                "loss.label_smoothing",
                smoothing,
                fits,
                "at least 0 and below 1",
            );
        }
    }
    if let Some(ClassWeights::Given(weights)) = spec.loss().class_weights() {
        for (class, &weight) in weights {
            let fits = weight >= 0.0 && weight.is_finite();
            range(
                &format!("loss.class_weights.{class}"),
                weight,
                fits,
                "at least 0",
            );
        }
    }
}

fn check_keys_of_kind(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
    let spec = task.spec;
    let mut only = |key: &str, given: bool, kinds: &[Kind]| {
        if given && !kinds.contains(&spec.kind) {
            let names: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            let message = format!("`{key}` has no meaning for a {} task", spec.kind);
            let help = format!(
                "it belongs to {}: remove it or change `kind`",
                names.join(", ")
            );
            diagnostics.push(
                task.error("tasks/key-of-other-kind", key, message)
                    .help(help)
                    .at_key(),
            );
        }
    };
    only("positive", spec.positive.is_some(), &[Kind::Binary]);
    only("order", spec.order.is_some(), &[Kind::Ordinal]);
    only("hierarchy", spec.hierarchy.is_some(), &[Kind::Hierarchical]);
    only(
        "separator",
        spec.separator.is_some(),
        &[Kind::Multilabel, Kind::Hierarchical],
    );
    let yes_no = [Kind::Binary, Kind::Multilabel, Kind::Hierarchical];
    only("threshold", spec.threshold.is_some(), &yes_no);

    if spec.separator.as_deref() == Some("") {
        diagnostics.push(task.error(
            "tasks/separator",
            "separator",
            "`separator` is empty".into(),
        ));
    }
    if let Some(order) = &spec.order {
        if order.len() < 2 {
            let message = format!("`order` lists {} of the classes", order.len());
            let help = "list every class once, from low to high";
            diagnostics.push(task.error("tasks/order", "order", message).help(help));
        }
        for (position, class) in order.iter().enumerate() {
            if order[..position].contains(class) {
                let path = task.path(&format!("order[{position}]"));
                let message = format!("class {class:?} is listed twice");
                diagnostics.push(Diagnostic::error("tasks/order", path, message));
            }
        }
    }
    let empty = match &spec.hierarchy {
        Some(
            HierarchySpec::Entries(entries)
            | HierarchySpec::Explicit(
                HierarchyEntries::Paths(entries) | HierarchyEntries::Edges(entries),
            ),
        ) => entries.is_empty(),
        Some(HierarchySpec::File(file)) => file.trim().is_empty(),
        None => false,
    };
    if empty {
        let message = "`hierarchy` is empty".to_owned();
        let help = "list paths \"a/b/c\" or edges \"parent/child\", or leave it out to read it from the data";
        diagnostics.push(
            task.error("tasks/hierarchy", "hierarchy", message)
                .help(help),
        );
    }
    if let Some(metric) = &spec.metric {
        let names = metric_names(spec.kind);
        if !names.contains(&metric.as_str()) {
            let message = format!("`{metric}` is not a metric of a {} task", spec.kind);
            let help = choices(metric, &names, "valid");
            diagnostics.push(task.error("tasks/metric", "metric", message).help(help));
        }
    }
}

fn choices(word: &str, names: &[&str], what: &str) -> String {
    let list = format!("{what}: {}", names.join(", "));
    match nearest(word, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {list}"),
        None => list,
    }
}

fn check_loss(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
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
        diagnostics.push(task.error("tasks/loss", key, message).help(help));
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
            task.error("tasks/loss", "loss.class_weights", message)
                .help(help),
        );
    }
}

fn check_edges(task: &Checked<'_>, specs: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let spec = task.spec;
    let names: Vec<&str> = specs
        .iter()
        .map(|other| other.name.as_str())
        .filter(|&name| name != spec.name)
        .collect();
    for (key, words) in [("parent", &spec.parent), ("refines", &spec.refines)] {
        for (position, word) in words
            .iter()
            .flat_map(super::spec::OneOrMany::as_slice)
            .enumerate()
        {
            let path = task.path_of(key, words.as_ref(), position);
            if *word == spec.name {
                let message = format!("task `{word}` cannot stand above itself");
                diagnostics.push(Diagnostic::error("tasks/cycle", path, message));
                continue;
            }
            let Some(other) = specs.iter().find(|other| other.name == *word) else {
                let help = match nearest(word, names.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None if names.is_empty() => "there is no other task".to_owned(),
                    None => format!("the other tasks are: {}", names.join(", ")),
                };
                let message = format!("there is no task `{word}`");
                diagnostics.push(Diagnostic::error("tasks/unknown", path, message).help(help));
                continue;
            };
            if key == "refines" {
                for (who, kind) in [(&spec.name, spec.kind), (&other.name, other.kind)] {
                    if !kind.has_classes() {
                        let message =
                            format!("`{who}` is {kind}: it can neither refine nor be refined");
                        let help = "only binary, multiclass and ordinal tasks can; use `parent`";
                        diagnostics.push(
                            Diagnostic::error("tasks/refines", path.clone(), message).help(help),
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
                diagnostics.push(task.error("tasks/pull", "edge", message).help(help));
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
                diagnostics.push(task.error("tasks/edge", key, message).help(help).at_key());
            }
        }
    }
}

fn check_relations(specs: &[TaskSpec], diagnostics: &mut Diagnostics) {
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
                diagnostics.push(Diagnostic::error("tasks/cycle", path, message).help(help));
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
            diagnostics.push(Diagnostic::error("tasks/refines", path, message).help(help));
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
                task.error("tasks/decode", "decode", message)
                    .help(help)
                    .at_key(),
            );
        } else if spec.decode.is_some() && matches!(places[index], Place::Marginal(_)) {
            let message = "`decode` has no effect here: a finer task decides this one".to_owned();
            let help = "set it on the finest task";
            diagnostics.push(
                task.error("tasks/decode", "decode", message)
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
        diagnostics.push(task.error("tasks/loss", "loss", message).help(help));
    }
    if loss.label_smoothing() > 0.0 && matches!(place, Place::Finest(_) | Place::Marginal(_)) {
        let message = "`label_smoothing` is not possible where a task refines several".to_owned();
        let help = "remove it: the coarser labels are sums of the finest one";
        diagnostics.push(
            task.error("tasks/loss", "loss.label_smoothing", message)
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
            task.error("tasks/threshold", "threshold", message)
                .help(help)
                .at_key(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(specs: &[TaskSpec]) -> Vec<(String, String)> {
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

    fn one(spec: TaskSpec) -> Vec<(String, String)> {
        mistakes(&[spec])
    }

    fn multiclass(name: &str) -> TaskSpec {
        TaskSpec::new(name, Kind::Multiclass)
    }

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

    #[test]
    fn a_name_that_is_taken_or_cannot_be_a_column_is_a_mistake() {
        assert_eq!(
            mistakes(&[multiclass("a"), multiclass("a")])[0].0,
            "tasks[1].name"
        );
        assert!(one(multiclass("a.b"))[0].1.contains("'.'"));
        assert!(one(multiclass(" "))[0].1.contains("empty"));
    }

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

    #[test]
    fn values_out_of_range_are_mistakes() {
        let spec = TaskSpec {
            share: 1.5,
            weight: Some(-1.0),
            threshold: Some(f64::NAN),
            loss: Some(LossChoice::Settings(LossSpec::Focal {
                gamma: -1.0,
                class_weights: ClassWeights::Given([("x".into(), -2.0)].into()),
            })),
            parent: Some("b".into()),
            ..TaskSpec::new("a", Kind::Binary)
        };
        let paths: Vec<String> = mistakes(&[spec, multiclass("b")])
            .into_iter()
            .map(|m| m.0)
            .collect();
        for key in [
            "share",
            "weight",
            "threshold",
            "loss.gamma",
            "loss.class_weights.x",
        ] {
            assert!(
                paths.contains(&format!("tasks[0].{key}")),
                "{key}: {paths:?}"
            );
        }
    }

    #[test]
    fn keys_of_other_kinds_are_mistakes() {
        let spec = TaskSpec {
            positive: Some("x".into()),
            order: Some(vec!["x".into(), "x".into()]),
            separator: Some(String::new()),
            hierarchy: Some(HierarchySpec::Entries(vec![])),
            threshold: Some(0.5),
            decode: Some(Decode::Joint),
            edge: EdgeKind::Pull,
            share: 0.5,
            metric: Some("accuracies".into()),
            target: Some(["x", "x"].into()),
            ..multiclass("a")
        };
        let found = one(spec);
        let keys = [
            "positive",
            "order",
            "order[1]",
            "separator",
            "hierarchy",
            "threshold",
            "decode",
            "edge",
            "share",
            "metric",
            "target",
            "target[1]",
        ];
        for key in keys {
            assert!(
                found.iter().any(|m| m.0 == format!("tasks[0].{key}")),
                "{key}: {found:?}"
            );
        }
        assert!(
            found
                .iter()
                .any(|m| m.1.contains("did you mean `accuracy`?")),
            "{found:?}"
        );
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
