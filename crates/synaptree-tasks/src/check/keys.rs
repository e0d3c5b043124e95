//! Keys that belong to some kinds only.

use synaptree_config::{Diagnostic, Diagnostics};

use super::Checked;
use crate::codes::section;
use crate::kind::Kind;

pub(super) fn check_keys_of_kind(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
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
                task.error(&section::KEY_OF_OTHER_KIND, key, message)
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
            &section::SEPARATOR,
            "separator",
            "`separator` is empty".into(),
        ));
    }
    if let Some(order) = &spec.order {
        if order.len() < 2 {
            let message = format!("`order` lists {} of the classes", order.len());
            let help = "list every class once, from low to high";
            diagnostics.push(task.error(&section::ORDER, "order", message).help(help));
        }
        for (position, class) in order.iter().enumerate() {
            if order[..position].contains(class) {
                let path = task.path(&format!("order[{position}]"));
                let message = format!("class {class:?} is listed twice");
                diagnostics.push(Diagnostic::error(&section::ORDER, path, message));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{multiclass, one};
    use crate::spec::{Decode, HierarchySpec, TaskSpec};
    use synaptree_nn::EdgeKind;

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
}
