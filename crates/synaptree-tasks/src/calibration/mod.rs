//! What is fitted on calibration rows so that stated doubt can be trusted: temperatures, prediction sets
//! and intervals, and the sureness below which a coarser answer is given.

mod answer;
mod basis;
mod conformal;
mod temperature;

use serde::{Deserialize, Serialize};

pub use answer::{Answer, AnswerRule};
pub(crate) use answer::{CONFIDENCE, STARTS, worth};
pub use basis::{Approximation, Basis, FittedOn};
pub use conformal::{Conformal, Region};
pub(crate) use temperature::node_labels;

use crate::distribution::{Decision, Distribution};
use crate::kind::Kind;
use crate::labels::Labels;
use crate::spec::UncertaintySpec;
use crate::tree::{Task, TaskTree};
use crate::uncertainty::Uncertain;
use answer::Paths;

/// What was fitted for one task; parts that were not asked for, or that its kind has not, are `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TaskCalibration {
    /// The calibration rows with a label.
    pub rows: usize,
    /// What the logits of its classes or nodes are divided by.
    ///
    /// ```text
    /// p' = softmax(ln p / T)          nodes: σ(logit p / T)
    /// T  = argmin Σ −ln p'(observed) + 1/T − 1 + ln T
    /// ```
    ///
    /// The last terms weigh about as much as two rows and are least at T = 1: few rows, and rows that are all
    /// answered rightly, keep it near 1, and there is one best T.
    ///
    /// Of a task that refines one other it tempers the shares within each coarse class; a task whose
    /// probabilities are sums of a finer one's has none of its own.
    ///
    /// # References
    /// Guo et al., *On calibration of modern neural networks*,
    /// [arXiv 1706.04599](https://arxiv.org/abs/1706.04599), section 4.2; of the mean of several samples,
    /// Rahaman and Thiery, *Uncertainty quantification and deep ensembles*,
    /// [arXiv 2007.08792](https://arxiv.org/abs/2007.08792): first the mean, then the temperature.
    ///
    /// # Differences
    /// The penalty, which is minus the logarithm of a Gamma(2, 1) density of 1/T; the paper has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
    /// What the deviation of each column of a regression is multiplied by.
    ///
    /// ```text
    /// s² = mean (y − μ)² / σ²
    /// ```
    ///
    /// # References
    /// Laves et al., *Well-calibrated regression uncertainty in medical imaging with deep learning*,
    /// [PMLR 121, 2020](https://proceedings.mlr.press/v121/laves20a.html), equation 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Vec<f64>>,
    /// Prediction sets or intervals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<Conformal>,
    /// When a coarser answer is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerRule>,
}

impl TaskCalibration {
    /// Whether it could have been fitted for this task.
    fn fits(&self, task: &Task) -> bool {
        let width = task.vocabulary.len();
        let positive = |value: &f64| value.is_finite() && *value > 0.0;
        let thresholds = if task.kind.has_classes() { 1 } else { width };
        self.temperature.iter().all(positive)
            && self
                .scale
                .as_ref()
                .is_none_or(|scale| scale.len() == width && scale.iter().all(positive))
            && self.conformal.as_ref().is_none_or(|conformal| {
                conformal.thresholds.len() == thresholds && conformal.rows.len() == thresholds
            })
    }
}

/// What is said about new rows beside the (rescaled) distributions: one entry a task.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guarantees {
    /// The answers; a temperature does not change them.
    pub decisions: Vec<Decision>,
    /// The prediction sets or intervals, where they were fitted.
    pub regions: Vec<Option<Region>>,
    /// The deepest answer of each row that is sure enough, where a risk was stated.
    pub answers: Vec<Option<Vec<Option<Answer>>>>,
}

impl Guarantees {
    /// Adds those of the rows that follow.
    ///
    /// # Panics
    /// If they are of other tasks.
    pub fn append(&mut self, further: Guarantees) {
        for (all, more) in self.decisions.iter_mut().zip(further.decisions) {
            all.append(more);
        }
        for (all, more) in self.regions.iter_mut().zip(further.regions) {
            if let (Some(all), Some(more)) = (all, more) {
                all.append(more);
            }
        }
        for (all, more) in self.answers.iter_mut().zip(further.answers) {
            if let (Some(all), Some(more)) = (all, more) {
                all.extend(more);
            }
        }
    }
}

fn means(answers: &[Uncertain]) -> Vec<Distribution> {
    answers.iter().map(|answer| answer.mean.clone()).collect()
}

impl TaskTree {
    /// Fits what `spec` asks for on calibration rows: one entry a task.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::{
    ///     Distribution, Kind, Labels, TaskSpec, TaskTree, UncertaintySpec, Vocabulary, summarise_samples,
    /// };
    ///
    /// let labels = [Labels::Classes(vec![1, 1, 1, 0])];
    /// let names = Vocabulary::Classes(vec!["no".into(), "yes".into()]);
    /// let tree = TaskTree::new(&[TaskSpec::new("wet", Kind::Binary)], vec![names], &labels).unwrap();
    /// // Sure to 9/10 and right in 3 of 4: the logit ln 9 should be ln 3, which four rows cannot quite show.
    /// let said = Distribution { rows: 4, width: 2, values: [0.1, 0.9].repeat(4), variance: None };
    /// let answers = summarise_samples(&[Kind::Binary], &[vec![said]], &[]);
    /// let spec = UncertaintySpec { temperature: true, ..UncertaintySpec::default() };
    ///
    /// let fitted = tree.fit_calibration(&spec, &answers, &labels);
    /// assert!((fitted[0].temperature.unwrap() - 1.5206).abs() < 1e-4);
    ///
    /// let mut answers = answers;
    /// tree.calibrate(&fitted, &mut answers);
    /// assert!((answers[0].mean.values[1] - 0.8092).abs() < 1e-4);
    /// ```
    pub fn fit_calibration(
        &self,
        spec: &UncertaintySpec,
        answers: &[Uncertain],
        labels: &[Labels],
    ) -> Vec<TaskCalibration> {
        let distributions = means(answers);
        let decisions = self.decide(&distributions);
        self.tasks()
            .iter()
            .enumerate()
            .map(|(index, task)| {
                let (own, of_task) = (&distributions[index], &labels[index]);
                TaskCalibration {
                    rows: of_task.observed(),
                    temperature: spec
                        .temperature
                        .then(|| temperature::fit(self, index, &distributions, of_task))
                        .flatten(),
                    scale: spec
                        .temperature
                        .then(|| temperature::fit_scale(own, of_task))
                        .flatten(),
                    conformal: spec
                        .conformal
                        .map(|level| Conformal::fit(task, own, of_task, level)),
                    answer: spec.risk.and_then(|risk| {
                        let paths = Paths::new(self, index, &distributions, &decisions)?;
                        Some(AnswerRule::fit(&paths, labels, risk))
                    }),
                }
            })
            .collect()
    }

    /// Rescales answers as was fitted and says what is guaranteed about them.
    ///
    /// Sets, intervals and answers come from the probabilities before the temperature, on which alone their
    /// guarantees rest. A temperature rescales the mean distribution, as it was fitted; the total doubt is then the
    /// entropy of what is shown, and its parts keep their shares. The scale of a regression rescales all parts
    /// alike. The spread between samples of a probability stays that of the samples.
    ///
    /// # Panics
    /// If there is neither no entry nor one a task.
    pub fn calibrate(
        &self,
        calibration: &[TaskCalibration],
        answers: &mut [Uncertain],
    ) -> Guarantees {
        let distributions = means(answers);
        let decisions = self.decide(&distributions);
        if calibration.is_empty() {
            let none = self.tasks().len();
            return Guarantees {
                decisions,
                regions: vec![None; none],
                answers: vec![None; none],
            };
        }
        assert_eq!(
            calibration.len(),
            self.tasks().len(),
            "one calibration a task"
        );
        let of_task = |index: usize| (&self.tasks()[index], &calibration[index]);
        let regions = (0..calibration.len())
            .map(|index| {
                let (task, fitted) = of_task(index);
                Some(
                    fitted
                        .conformal
                        .as_ref()?
                        .region(task.kind, &distributions[index]),
                )
            })
            .collect();
        let sure = (0..calibration.len())
            .map(|index| {
                let rule = of_task(index).1.answer?;
                let paths = Paths::new(self, index, &distributions, &decisions)?;
                Some(paths.answers(rule.threshold))
            })
            .collect();
        let temperatures: Vec<Option<f64>> = calibration
            .iter()
            .map(|fitted| fitted.temperature)
            .collect();
        if temperatures.iter().any(Option::is_some) {
            temperature::apply(self, &temperatures, answers);
            for ((task, before), answer) in
                self.tasks().iter().zip(&distributions).zip(&mut *answers)
            {
                if task.kind != Kind::Regression && answer.mean.values != before.values {
                    answer.follow_mean(task.kind);
                }
            }
        }
        for (fitted, answer) in calibration.iter().zip(answers) {
            if let Some(scale) = &fitted.scale {
                temperature::apply_scale(scale, answer);
            }
        }
        Guarantees {
            decisions,
            regions,
            answers: sure,
        }
    }

    /// Whether these entries, read from a file, can belong to the tasks.
    pub fn fits_calibration(&self, calibration: &[TaskCalibration]) -> bool {
        calibration.len() == self.tasks().len()
            && calibration
                .iter()
                .zip(self.tasks())
                .all(|(fitted, task)| fitted.fits(task))
    }
}
