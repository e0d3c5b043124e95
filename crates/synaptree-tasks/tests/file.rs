//! `[[tasks]]` and `[weighting]` as they stand in an experiment file.

use schemars::JsonSchema;
use serde::Deserialize;
use synaptree_config::{Diagnostics, Document};
use synaptree_nn::EdgeKind;
use synaptree_tasks::{
    ClassWeights, Decode, HierarchyEntries, HierarchySpec, Kind, LossSpec, TaskSpec, WeightingSpec,
    check_tasks, check_weighting,
};

#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
struct File {
    tasks: Vec<TaskSpec>,
    #[serde(default)]
    weighting: WeightingSpec,
}

fn read(text: &str) -> Result<File, Diagnostics> {
    Document::parse("experiment.toml", text)
        .unwrap()
        .deserialize()
}

fn paths(diagnostics: &Diagnostics) -> Vec<&str> {
    diagnostics
        .iter()
        .map(|diagnostic| diagnostic.path.as_str())
        .collect()
}

#[test]
fn every_key_of_a_task_can_be_written() {
    let file = read(
        r#"
        [[tasks]]
        name = "mammal"
        kind = "binary"
        target = "is_mammal"
        positive = "yes"
        loss = { kind = "focal", gamma = 1.5, class_weights = { yes = 2.0 } }
        metric = "auroc"
        weight = 2
        threshold = 0.4

        [[tasks]]
        name = "order"
        kind = "multiclass"
        parent = "mammal"
        edge = "shortcut"
        share = 0.5
        loss = "cross_entropy"

        [[tasks]]
        name = "size"
        kind = "ordinal"
        order = ["small", "large"]
        refines = ["order"]
        decode = "top_down"
        loss = { kind = "ordinal", class_weights = "balanced" }

        [[tasks]]
        name = "tags"
        kind = "multilabel"
        target = ["red", "blue"]
        separator = ";"

        [[tasks]]
        name = "function"
        kind = "hierarchical"
        hierarchy = { edges = ["root/a"] }

        [weighting]
        method = "fixed"
        weights = { order = 0.5 }
        "#,
    )
    .unwrap();
    let [mammal, order, size, tags, function] = &file.tasks[..] else {
        panic!("five tasks")
    };
    assert!(
        matches!(mammal.loss(), LossSpec::Focal { gamma, class_weights: ClassWeights::Given(w) }
            if gamma == 1.5 && w["yes"] == 2.0)
    );
    assert_eq!((order.edge, order.share), (EdgeKind::Shortcut, 0.5));
    assert_eq!(
        (size.decode, size.parents()),
        (Some(Decode::TopDown), vec!["order"])
    );
    assert_eq!(
        (tags.targets(), tags.separator()),
        (&["red".into(), "blue".into()][..], Some(";"))
    );
    let edges = HierarchyEntries::Edges(vec!["root/a".into()]);
    assert_eq!(function.hierarchy, Some(HierarchySpec::Explicit(edges)));
    assert_eq!(function.kind, Kind::Hierarchical);
    let mut diagnostics = Diagnostics::default();
    check_tasks(&file.tasks, &mut diagnostics);
    check_weighting(&file.weighting, &file.tasks, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{diagnostics:?}");
}

#[test]
fn all_mistakes_of_a_table_are_found_at_once() {
    let mistakes = read(
        r#"
        [[tasks]]
        name = "mammal"
        kind = "binray"
        shar = 0.5
        threshold = 1.5

        [[tasks]]
        name = "order"
        kind = "multiclass"
        loss = { kind = "focal", gama = 1.0 }
        share = -1.0

        [weighting]
        method = "fixd"
        "#,
    )
    .unwrap_err();
    let found = paths(&mistakes);
    for path in [
        "tasks[0].kind",
        "tasks[0].shar",
        "tasks[0].threshold",
        "tasks[1].share",
    ] {
        assert!(found.contains(&path), "{path}: {found:?}");
    }
    assert!(
        found.iter().any(|path| path.starts_with("tasks[1].loss")),
        "{found:?}"
    );
    assert!(
        found.iter().any(|path| path.starts_with("weighting")),
        "{found:?}"
    );
}

#[test]
fn a_task_without_a_kind_is_a_mistake() {
    let mistakes = read("[[tasks]]\nname = \"mammal\"\n").unwrap_err();
    assert!(
        mistakes
            .iter()
            .any(|mistake| mistake.message.contains("kind")),
        "{mistakes:?}"
    );
}
