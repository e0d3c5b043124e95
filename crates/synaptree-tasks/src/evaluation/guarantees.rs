//! Whether what was promised about sets, intervals and answers was kept.

use super::{Details, Evaluation};
use crate::calibration::{Guarantees, Region, worth};
use crate::distribution::Distribution;
use crate::labels::Labels;
use crate::tree::TaskTree;
use crate::uncertainty::Uncertain;

impl TaskTree {
    /// As [`TaskTree::evaluate`], of answers that [`TaskTree::calibrate`] returned; tasks with prediction
    /// sets, intervals or a stated risk have these metrics besides:
    ///
    /// | Metric | |
    /// |---|---|
    /// | `conformal_coverage` | the share of known labels inside their set or interval |
    /// | `conformal_size` | the mean number of classes of a set; of a node, 1 where decided and 2 where open |
    /// | `conformal_width` | the mean width of an interval, in the unit of the target |
    /// | `answer_coverage` | the share of labelled rows with an answer |
    /// | `answer_risk` | the share of these answers that are wrong |
    /// | `answer_depth` | their mean depth: 1 is the coarsest |
    ///
    /// # Panics
    /// As [`TaskTree::evaluate`].
    pub fn evaluate_calibrated(
        &self,
        answers: &[Uncertain],
        guarantees: &Guarantees,
        labels: &[Labels],
    ) -> Evaluation {
        let distributions: Vec<Distribution> =
            answers.iter().map(|answer| answer.mean.clone()).collect();
        let mut evaluation = self.evaluate_decisions(&distributions, &guarantees.decisions, labels);
        for (index, task) in self.tasks().iter().enumerate() {
            let Some(entry) = evaluation.tasks.get_mut(&task.name) else {
                continue;
            };
            let mut add = |name: &str, value| {
                entry.metrics.insert(name.to_owned(), value);
            };
            if let Some(region) = &guarantees.regions[index] {
                let (coverage, size) = region.coverage(&labels[index], Some(task));
                add("conformal_coverage", coverage);
                match region {
                    Region::Intervals { .. } => add("conformal_width", size),
                    _ => add("conformal_size", size),
                }
            }
            if let Some(answers) = &guarantees.answers[index] {
                let [coverage, risk, depth] = worth(answers, index, labels);
                add("answer_coverage", coverage);
                add("answer_risk", risk);
                add("answer_depth", depth);
            }
        }
        evaluation
    }

    /// As [`TaskTree::evaluate_calibrated`], with the [`Details`] of every task.
    ///
    /// `before` are the distributions before calibration, where they were others.
    ///
    /// # Panics
    /// As [`TaskTree::evaluate`].
    pub fn evaluate_calibrated_in_detail(
        &self,
        answers: &[Uncertain],
        before: Option<&[Distribution]>,
        guarantees: &Guarantees,
        labels: &[Labels],
    ) -> Evaluation {
        let mut evaluation = self.evaluate_calibrated(answers, guarantees, labels);
        for (index, task) in self.tasks().iter().enumerate() {
            let Some(entry) = evaluation.tasks.get_mut(&task.name) else {
                continue;
            };
            let decision = &guarantees.decisions[index];
            let own = &answers[index];
            let mut details = Details::new(task, &own.mean, decision, &labels[index]);
            details.levels = super::levels(self, index, own, &labels[index]);
            if let Some(region) = &guarantees.regions[index] {
                details.set_sizes = super::details::set_sizes(region);
            }
            if let Some(before) = before
                && before[index] != own.mean
            {
                details.before = Some(super::details::before(
                    task,
                    &before[index],
                    decision,
                    &labels[index],
                ));
            }
            entry.details = Some(details);
        }
        evaluation
    }
}
