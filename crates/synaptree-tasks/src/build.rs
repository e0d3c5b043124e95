//! Joins specifications, vocabularies and training labels into a task tree.

use synaptree_config::Diagnostics;
use synaptree_nn::EdgeKind;

use crate::check::check_tasks;
use crate::coherence::{self, Refinement, Role};
use crate::error::TaskError;
use crate::kind::Kind;
use crate::labels::Labels;
use crate::loss::head_outputs;
use crate::relations::{Place, Relations};
use crate::spec::{ClassWeightRule, ClassWeights, LossName, TaskSpec};
use crate::target::is_distribution;
use crate::tree::{Task, TaskTree};
use crate::vocabulary::Vocabulary;

pub(crate) fn build(
    specs: &[TaskSpec],
    vocabularies: Vec<Vocabulary>,
    train: &[Labels],
) -> Result<TaskTree, TaskError> {
    check_specs(specs)?;
    let expected = specs.len();
    for (what, got) in [
        ("vocabularies", vocabularies.len()),
        ("label sets", train.len()),
    ] {
        if got != expected {
            return Err(TaskError::Count {
                what,
                expected,
                got,
            });
        }
    }
    let relations = Relations::new(specs);
    let mut tasks = Vec::with_capacity(specs.len());
    for (index, (spec, vocabulary)) in specs.iter().zip(vocabularies).enumerate() {
        let labels = &train[index];
        if labels.len() != train[0].len() {
            return Err(TaskError::Rows {
                task: spec.name.clone(),
                expected: train[0].len(),
                got: labels.len(),
            });
        }
        check_vocabulary(spec, &vocabulary)?;
        check_labels(spec, &vocabulary, labels)?;
        let loss = spec.loss();
        let (outputs, thresholds) = head_outputs(spec.kind, &loss, vocabulary.len());
        tasks.push(Task {
            name: spec.name.clone(),
            kind: spec.kind,
            vocabulary,
            separator: spec.separator().map(str::to_owned),
            outputs,
            thresholds,
            parents: relations.parents[index].clone(),
            edge: spec.edge,
            share: spec.share,
            loss,
            class_weights: None,
            weight: spec.weight.unwrap_or(1.0),
            metric: spec.metric.clone(),
            threshold: spec.threshold.unwrap_or(0.5),
            decode: spec.decode.unwrap_or_default(),
            refines: Vec::new(),
            role: Role::Free,
        });
    }
    check_pulls(&tasks)?;
    // Both were checked with the specifications.
    let order = relations.order().unwrap_or_default();
    let (direct, places) = relations.places(&order).unwrap_or_default();
    for &fine in &order {
        for &coarse in &direct[fine] {
            let (Labels::Classes(fine_labels), Labels::Classes(coarse_labels)) =
                (&train[fine], &train[coarse])
            else {
                continue;
            };
            let map = coherence::learn(&tasks[fine], &tasks[coarse], fine_labels, coarse_labels)?;
            tasks[fine].refines.push(Refinement { coarse, map });
        }
    }
    for (index, place) in places.into_iter().enumerate() {
        tasks[index].role = match place {
            Place::Free => Role::Free,
            Place::Marginal(finest) => Role::Marginal { finest },
            Place::Conditional => tasks[index]
                .refines
                .first()
                .cloned()
                .map_or(Role::Free, Role::Conditional),
            Place::Finest(above) => Role::Finest(composed(&tasks, index, &above)?),
        };
    }
    let mut tree = TaskTree { tasks, order };
    // A contradiction along a chain shows only after the links were filled in.
    let mut filled: Vec<Labels> = train.to_vec();
    tree.fill(&mut filled)?;
    // Classes are counted as they are trained: with the labels that follow from others.
    for ((task, spec), labels) in tree.tasks.iter_mut().zip(specs).zip(&filled) {
        let weights = match task.loss.class_weights() {
            Some(weights) => class_weights(spec, weights, &task.vocabulary, labels)?,
            None => None,
        };
        task.class_weights = weights;
    }
    Ok(tree)
}

fn check_specs(specs: &[TaskSpec]) -> Result<(), TaskError> {
    let mut diagnostics = Diagnostics::default();
    check_tasks(specs, &mut diagnostics);
    let first = diagnostics
        .0
        .into_iter()
        .find(|diagnostic| diagnostic.severity == synaptree_config::Severity::Error);
    match first {
        Some(mistake) => Err(TaskError::Invalid {
            path: mistake.path,
            message: mistake.message,
        }),
        None => Ok(()),
    }
}

fn mismatch(spec: &TaskSpec, expected: &str, got: impl Into<String>) -> TaskError {
    TaskError::Mismatch {
        task: spec.name.clone(),
        kind: spec.kind.as_str(),
        expected: expected.to_owned(),
        got: got.into(),
    }
}

fn check_vocabulary(spec: &TaskSpec, vocabulary: &Vocabulary) -> Result<(), TaskError> {
    let (fits, what, needed) = match (spec.kind, vocabulary) {
        (Kind::Binary, Vocabulary::Classes(names)) => (names.len() <= 2, "classes", 2),
        (Kind::Multiclass | Kind::Ordinal, Vocabulary::Classes(_)) => (true, "classes", 2),
        (Kind::Multilabel, Vocabulary::Labels(_))
        | (Kind::Hierarchical, Vocabulary::Hierarchy(_)) => (true, "labels", 1),
        (Kind::Regression, Vocabulary::Real { columns, mean, std }) => {
            let shares = spec.loss().name() == LossName::KlDivergence;
            let fits = mean.len() == columns.len()
                && std.len() == columns.len()
                && std.iter().all(|&std| std > 0.0 && std.is_finite())
                && mean.iter().all(|mean| mean.is_finite());
            (fits, "columns", if shares { 2 } else { 1 })
        }
        _ => {
            return Err(mismatch(
                spec,
                "a vocabulary of that kind",
                variant(vocabulary),
            ));
        }
    };
    let got = vocabulary.len();
    if got < needed {
        let names = match vocabulary.names() {
            [] => String::new(),
            names => format!(" ({})", names.join(", ")),
        };
        let (task, kind) = (spec.name.clone(), spec.kind.as_str());
        return Err(TaskError::TooFew {
            task,
            kind,
            needed,
            what,
            got,
            names,
        });
    }
    if !fits {
        let expected = if spec.kind == Kind::Binary {
            "exactly 2 classes (use `multiclass` for more)"
        } else {
            "one finite mean and one positive standard deviation a column"
        };
        return Err(mismatch(spec, expected, format!("{got} {what}")));
    }
    if spec.kind == Kind::Ordinal && spec.order.is_none() {
        let numbers: Vec<Option<f64>> = vocabulary
            .names()
            .iter()
            .map(|name| name.trim().parse().ok())
            .collect();
        let ascends = |index: usize| index == 0 || numbers[index - 1] < numbers[index];
        if let Some(class) = (0..got).find(|&index| numbers[index].is_none() || !ascends(index)) {
            return Err(TaskError::NoOrder {
                task: spec.name.clone(),
                class: vocabulary.names()[class].clone(),
            });
        }
    }
    Ok(())
}

fn variant(vocabulary: &Vocabulary) -> &'static str {
    match vocabulary {
        Vocabulary::Classes(_) => "classes",
        Vocabulary::Real { .. } => "columns",
        Vocabulary::Labels(_) => "labels",
        Vocabulary::Hierarchy(_) => "a hierarchy",
    }
}

fn check_labels(
    spec: &TaskSpec,
    vocabulary: &Vocabulary,
    labels: &Labels,
) -> Result<(), TaskError> {
    let count = vocabulary.len();
    match (spec.kind, labels) {
        (Kind::Binary | Kind::Multiclass | Kind::Ordinal, Labels::Classes(classes)) => {
            match classes.iter().find(|&&class| class >= count as i32) {
                Some(class) => Err(mismatch(
                    spec,
                    &format!("classes below {count}"),
                    class.to_string(),
                )),
                None => Ok(()),
            }
        }
        (Kind::Multilabel, Labels::Nodes { width, .. })
        | (Kind::Regression, Labels::Real { width, .. })
            if *width != count =>
        {
            Err(mismatch(
                spec,
                &format!("{count} columns"),
                width.to_string(),
            ))
        }
        (Kind::Multilabel, Labels::Nodes { .. }) => Ok(()),
        (Kind::Regression, Labels::Real { width, values }) => {
            if spec.loss().name() != LossName::KlDivergence {
                return Ok(());
            }
            let wrong = (0..labels.len()).find(|&row| {
                let gap = values[row * width..(row + 1) * width]
                    .iter()
                    .any(|v| v.is_nan());
                !gap && !is_distribution(labels, row)
            });
            match wrong {
                Some(row) => Err(TaskError::NotADistribution {
                    task: spec.name.clone(),
                    row,
                    values: values[row * width..(row + 1) * width].to_vec(),
                }),
                None => Ok(()),
            }
        }
        (Kind::Hierarchical, Labels::Sets(sets)) => {
            let Some(hierarchy) = vocabulary.hierarchy() else {
                return Ok(());
            };
            let closed = |set: &Vec<u32>| {
                set.iter().all(|&node| (node as usize) < count)
                    && set.windows(2).all(|pair| pair[0] < pair[1])
                    && hierarchy.is_closed_upward(set)
            };
            match sets.iter().flatten().find(|set| !closed(set)) {
                Some(set) => {
                    let expected = "sorted node indices closed upward";
                    Err(mismatch(spec, expected, format!("{set:?}")))
                }
                None => Ok(()),
            }
        }
        _ => Err(mismatch(
            spec,
            "labels of that kind",
            "labels of another kind",
        )),
    }
}

fn class_weights(
    spec: &TaskSpec,
    weights: &ClassWeights,
    vocabulary: &Vocabulary,
    labels: &Labels,
) -> Result<Option<Vec<f32>>, TaskError> {
    let names = vocabulary.names();
    match (weights, labels) {
        (ClassWeights::Given(given), _) => {
            if let Some(class) = given.keys().find(|class| !names.contains(class)) {
                return Err(TaskError::UnknownClass {
                    task: spec.name.clone(),
                    class: class.clone(),
                    classes: names.join(", "),
                });
            }
            let weight = |name| given.get(name).map_or(1.0, |&weight| weight as f32);
            Ok(Some(names.iter().map(weight).collect()))
        }
        (ClassWeights::Rule(ClassWeightRule::Balanced), Labels::Classes(classes)) => {
            let mut counts = vec![0_usize; names.len()];
            for &class in classes.iter().filter(|&&class| class >= 0) {
                counts[class as usize] += 1;
            }
            let rows = counts.iter().sum::<usize>() as f64;
            let weight = |&count: &usize| {
                if count == 0 {
                    1.0
                } else {
                    (rows / (names.len() * count) as f64) as f32
                }
            };
            Ok(Some(counts.iter().map(weight).collect()))
        }
        _ => Ok(None),
    }
}

fn check_pulls(tasks: &[Task]) -> Result<(), TaskError> {
    for child in tasks.iter().filter(|task| task.edge == EdgeKind::Pull) {
        for parent in child.parents.iter().map(|&parent| &tasks[parent]) {
            let columns = |task: &Task| task.outputs + task.thresholds;
            if (child.outputs, child.thresholds) != (parent.outputs, parent.thresholds) {
                return Err(TaskError::PullShape {
                    child: child.name.clone(),
                    child_outputs: columns(child),
                    parent: parent.name.clone(),
                    parent_outputs: columns(parent),
                });
            }
        }
    }
    Ok(())
}

/// The maps from a finest task to every task it determines, link by link.
fn composed(tasks: &[Task], finest: usize, above: &[usize]) -> Result<Vec<Refinement>, TaskError> {
    let mut maps: Vec<Option<Vec<u32>>> = vec![None; tasks.len()];
    let mut refinements = tasks[finest].refines.clone();
    while let Some(refinement) = refinements.pop() {
        if let Some(known) = &maps[refinement.coarse] {
            if let Some(class) = (0..known.len()).find(|&c| known[c] != refinement.map[c]) {
                let names = tasks[refinement.coarse].vocabulary.names();
                return Err(TaskError::TwoWays {
                    fine: tasks[finest].name.clone(),
                    coarse: tasks[refinement.coarse].name.clone(),
                    class: tasks[finest].vocabulary.names()[class].clone(),
                    first: names[known[class] as usize].clone(),
                    second: names[refinement.map[class] as usize].clone(),
                });
            }
            continue;
        }
        for further in &tasks[refinement.coarse].refines {
            let map = refinement
                .map
                .iter()
                .map(|&class| further.map[class as usize])
                .collect();
            refinements.push(Refinement {
                coarse: further.coarse,
                map,
            });
        }
        maps[refinement.coarse] = Some(refinement.map);
    }
    Ok(above
        .iter()
        .filter_map(|&coarse| {
            Some(Refinement {
                coarse,
                map: maps[coarse].take()?,
            })
        })
        .collect())
}
