//! The tree of tasks and the layers of the network.

use super::view::View;
use super::{Section, words};
use crate::chart::{Figure, Join, TreeBox, TreeEdge, number, tree};
use crate::files::{NetworkFile, TaskNode};
use crate::page::escape;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let network = view.files.network.as_ref()?;
    let joined = network
        .tasks
        .iter()
        .filter(|task| !all_parents(task).is_empty())
        .count();
    let beneath = if shares_layers(network) {
        "share their lower layers, and each has a head of its own"
    } else {
        "read the same inputs, each through a head of its own"
    };
    let below = match joined {
        0 => "None stands below another.",
        1 => "One of them also stands below another, so what is known about one helps the other.",
        _ => "of them also stand below another, so what is known about one helps the other.",
    };
    let below = if joined > 1 {
        format!("{joined} {below}")
    } else {
        below.to_owned()
    };
    let lead = match network.tasks.len() {
        0 => String::new(),
        1 => "<p>One task, answered by one head.</p>".to_owned(),
        all => format!("<p>{all} tasks {beneath}. {below}</p>"),
    };
    let mut section = Section::new("tasks", "The tree of tasks", lead);
    section.figures.extend(figure(view, network));
    section.after = layers(network);
    (!section.figures.is_empty() || !section.after.is_empty()).then_some(section)
}

/// Whether there are layers below the heads; a linear model has none.
fn shares_layers(network: &NetworkFile) -> bool {
    network.layers.is_empty()
        || network
            .layers
            .iter()
            .any(|layer| layer.path.starts_with("trunk"))
}

fn all_parents(task: &TaskNode) -> Vec<&str> {
    let mut parents: Vec<&str> = Vec::new();
    for parent in task.parents.iter().chain(&task.refines) {
        if !parents.contains(&parent.as_str()) {
            parents.push(parent);
        }
    }
    parents
}

fn figure(view: &View<'_>, network: &NetworkFile) -> Option<Figure> {
    if network.tasks.is_empty() {
        return None;
    }
    let parameters = network
        .parameters
        .map_or_else(String::new, |n| format!("{} parameters", number::count(n)));
    let (name, what, below) = if shares_layers(network) {
        (
            "network",
            "layers that all tasks share",
            "the shared layers",
        )
    } else {
        ("inputs", "all tasks read them", "the inputs")
    };
    let mut boxes = vec![TreeBox {
        name: name.to_owned(),
        lines: [what.to_owned(), parameters],
        task: false,
    }];
    let mut edges = Vec::new();
    let mut told = Vec::new();
    for (index, task) in network.tasks.iter().enumerate() {
        boxes.push(TreeBox {
            name: task.name.clone(),
            lines: lines(view, task),
            task: true,
        });
        let parents = all_parents(task);
        if parents.is_empty() {
            edges.push(TreeEdge {
                from: 0,
                to: index + 1,
                join: Join::Shared,
                label: String::new(),
            });
        }
        for parent in parents {
            let Some(from) = network.tasks.iter().position(|other| other.name == parent) else {
                continue;
            };
            let join = if task.refines.iter().any(|refined| refined == parent) {
                Join::Refines
            } else if task
                .edge
                .as_deref()
                .is_some_and(|edge| edge.eq_ignore_ascii_case("pull"))
            {
                Join::Pull
            } else {
                Join::Shortcut
            };
            let share = task.share.map_or_else(String::new, |share| {
                // A share is written by a person: as short as they wrote it.
                format!("share {}", (share * 1000.0).round() / 1000.0)
            });
            told.push(match join {
                Join::Refines => format!("{} determines {parent}", task.name),
                Join::Pull => format!("{} pulls {parent} ({share})", task.name),
                _ => format!("{} reads the features of {parent} ({share})", task.name),
            });
            edges.push(TreeEdge {
                from: from + 1,
                to: index + 1,
                join,
                label: share,
            });
        }
    }
    let description = match told[..] {
        [] => "No task stands below another.".to_owned(),
        _ => format!("{}.", told.join("; ")),
    };
    let caption = match told.first() {
        None => format!("Every task reads {below}."),
        Some(first) => format!(
            "Every task reads {below}; coarse questions stand left, finer ones right. For example, \
             {first}. The share says how much of a task's gradient reaches its parent."
        ),
    };
    let figure = tree(
        "task-tree".to_owned(),
        "The tree of tasks",
        &description,
        &boxes,
        &edges,
    )?;
    Some(figure.caption(&caption).row())
}

fn lines(view: &View<'_>, node: &TaskNode) -> [String; 2] {
    let reached = view.split().and_then(|split| {
        let task = view.tasks.iter().find(|task| task.name == node.name)?;
        let value = view.headline_score(split, task)?.mean?;
        let metric = words::metric_name(task.headline.as_deref()?);
        Some(format!("{metric} {}", number::value(value)))
    });
    let first = if node.kind.is_empty() {
        "task".to_owned()
    } else {
        node.kind.clone()
    };
    let labels = node
        .observed
        .get("train")
        .map(|n| format!("{} labels", number::count(*n)));
    let second: Vec<String> = reached.into_iter().chain(labels).collect();
    [first, second.join(" · ")]
}

/// The layers, folded.
fn layers(network: &NetworkFile) -> String {
    if network.layers.is_empty() {
        return String::new();
    }
    let rows: String = network
        .layers
        .iter()
        .map(|layer| {
            let shape: Vec<String> = layer.shape.iter().map(ToString::to_string).collect();
            format!(
                r#"<tr><td><code>{}</code></td><td class="number">{}</td><td class="number">{}</td></tr>"#,
                escape(&layer.path),
                shape.join(" × "),
                number::count(layer.parameters)
            )
        })
        .collect();
    format!(
        r#"<details><summary>{} layers</summary><div class="scroll"><table><thead><tr><th scope="col">Layer</th><th scope="col" class="number">Shape</th><th scope="col" class="number">Parameters</th></tr></thead><tbody>{rows}</tbody></table></div></details>"#,
        network.layers.len()
    )
}
