//! What the sections ask of the files: the tasks, the split that counts, the figures of both.

use crate::files::{Evaluation, RunFiles, Score, TaskEvaluation};

use super::words;

/// The splits, from the one whose figures say most.
pub(crate) const SPLITS: [&str; 3] = ["test", "validation", "train"];

/// A task as the report speaks of it.
#[derive(Clone, Debug)]
pub(crate) struct TaskView {
    pub(crate) name: String,
    /// A part of file names and anchors that no other task has.
    pub(crate) slug: String,
    pub(crate) kind: String,
    /// The metric that stands for it.
    pub(crate) headline: Option<String>,
}

/// The files with what follows from several of them.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    pub(crate) files: &'a RunFiles,
    pub(crate) tasks: Vec<TaskView>,
}

impl<'a> View<'a> {
    pub(crate) fn new(files: &'a RunFiles) -> Self {
        let mut view = Self {
            files,
            tasks: Vec::new(),
        };
        for name in files.task_names() {
            let slug = unused(&view.tasks, &crate::page::slug(&name));
            let kind = view.kind(&name);
            let headline = view.headline(&name, &kind);
            view.tasks.push(TaskView {
                name,
                slug,
                kind,
                headline,
            });
        }
        view
    }

    fn kind(&self, task: &str) -> String {
        let network = self.files.network.iter().flat_map(|network| &network.tasks);
        let from_network = network
            .filter(|node| node.name == task)
            .map(|node| node.kind.clone());
        let from_evaluation = SPLITS
            .iter()
            .filter_map(|split| self.of(split, task)?.kind.clone());
        from_network
            .chain(from_evaluation)
            .find(|kind| !kind.is_empty())
            .unwrap_or_default()
    }

    fn headline(&self, task: &str, kind: &str) -> Option<String> {
        let chosen = self
            .files
            .summary
            .as_ref()
            .and_then(|summary| summary.headline.get(task));
        let first = || {
            let evaluation = SPLITS.iter().find_map(|split| self.of(split, task))?;
            evaluation.metrics.keys().next().map(ToOwned::to_owned)
        };
        chosen
            .cloned()
            .or_else(|| words::default_headline(kind).map(ToOwned::to_owned))
            .or_else(first)
    }

    /// The evaluation on a split.
    pub(crate) fn evaluation(&self, split: &str) -> Option<&'a Evaluation> {
        self.files.evaluation(split)
    }

    /// The evaluation of a task on a split.
    pub(crate) fn of(&self, split: &str, task: &str) -> Option<&'a TaskEvaluation> {
        self.evaluation(split)?.tasks.get(task)
    }

    /// The split whose figures count: test, else validation, else the rows that were learnt from.
    pub(crate) fn split(&self) -> Option<&'static str> {
        SPLITS
            .into_iter()
            .find(|split| self.evaluation(split).is_some())
    }

    /// The splits to show side by side: validation and test, or, where there are none, train.
    pub(crate) fn splits(&self) -> Vec<&'static str> {
        let there = |split: &&str| self.evaluation(split).is_some();
        let splits: Vec<&str> = ["validation", "test"].into_iter().filter(there).collect();
        if splits.is_empty() {
            ["train"].into_iter().filter(there).collect()
        } else {
            splits
        }
    }

    /// A metric of a task on a split, where it is defined.
    pub(crate) fn metric(&self, split: &str, task: &str, metric: &str) -> Option<Score> {
        let score = *self.of(split, task)?.metrics.get(metric)?;
        score.mean.map(|_| score)
    }

    /// The headline metric of a task on a split.
    pub(crate) fn headline_score(&self, split: &str, task: &TaskView) -> Option<Score> {
        self.metric(split, &task.name, task.headline.as_deref()?)
    }

    /// Rows of a split with a label of the task.
    pub(crate) fn observed(&self, split: &str, task: &str) -> Option<u64> {
        let evaluated = self
            .of(split, task)
            .and_then(|e| e.observed.mean)
            .map(|n| n.round() as u64);
        evaluated.or_else(|| {
            let mut network = self.files.network.iter().flat_map(|network| &network.tasks);
            network
                .find(|node| node.name == task)?
                .observed
                .get(split)
                .copied()
        })
    }

    /// The headline metric that looking at no input reaches.
    pub(crate) fn guess(&self, split: &str, task: &TaskView) -> Option<f64> {
        let written = || {
            self.files
                .summary
                .as_ref()?
                .majority
                .get(split)?
                .get(&task.name)?
                .mean
        };
        written().or_else(|| match task.headline.as_deref()? {
            "accuracy" => {
                let (most, all) = self.most_common(split, &task.name)?;
                Some(most as f64 / all as f64)
            }
            _ => None,
        })
    }

    /// The rows of the most common observed class, and all rows, from the confusion matrix.
    pub(crate) fn most_common(&self, split: &str, task: &str) -> Option<(u64, u64)> {
        let confusion = self.of(split, task)?.details.confusion.as_ref()?;
        let named = confusion.labels.iter().zip(&confusion.counts);
        // `(other)` is many rare classes, and none that one could guess.
        let most = named
            .filter(|(label, _)| *label != "(other)")
            .map(|(_, row)| row.iter().sum())
            .max()?;
        let all = confusion.counts.iter().flatten().sum::<u64>();
        (all > 0).then_some((most, all))
    }

    /// What always answering the most common class, or the mean, scores over all tasks.
    pub(crate) fn baseline(&self, split: &str) -> Option<f64> {
        let written = self
            .files
            .summary
            .as_ref()
            .and_then(|s| s.baseline.get(split)?.mean);
        written.or_else(|| self.evaluation(split)?.overall.baseline.mean)
    }

    /// The epoch whose weights were kept.
    pub(crate) fn best_epoch(&self) -> Option<f64> {
        self.files.summary.as_ref()?.best_epoch.mean
    }

    /// The name of the experiment.
    pub(crate) fn name(&self) -> String {
        let summary = self
            .files
            .summary
            .as_ref()
            .and_then(|summary| summary.name.clone());
        let environment = || self.environment("name").map(ToOwned::to_owned);
        let folder = || {
            Some(
                self.files
                    .directory
                    .file_name()?
                    .to_string_lossy()
                    .into_owned(),
            )
        };
        summary
            .or_else(environment)
            .or_else(folder)
            .unwrap_or_else(|| "run".to_owned())
    }

    /// A text of `environment.json`.
    pub(crate) fn environment(&self, key: &str) -> Option<&'a str> {
        self.files.environment.as_ref()?.get(key)?.as_str()
    }
}

/// The slug, with a number behind it where another task has it already.
fn unused(tasks: &[TaskView], slug: &str) -> String {
    let taken = |candidate: &str| tasks.iter().any(|task| task.slug == candidate);
    let mut candidate = slug.to_owned();
    let mut number = 2;
    while taken(&candidate) {
        candidate = format!("{slug}-{number}");
        number += 1;
    }
    candidate
}
