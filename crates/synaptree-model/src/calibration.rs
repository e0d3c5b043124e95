//! What was fitted after training so that stated doubt can be trusted: `calibration.json`.

use serde::{Deserialize, Serialize};
use synaptree_data::Split;
use synaptree_tasks::{
    Approximation, Basis, Distribution, Evaluation, Guarantees, Labels, TaskCalibration, Uncertain,
    UncertaintySpec,
};

use crate::forecast::{Forecast, Question};
use crate::model::{Model, Predict};

/// Raised when the meaning of a field of `calibration.json` changes.
pub(crate) const FORMAT: u32 = 1;

/// What `calibration.json` of a model says: temperatures, prediction sets and intervals, and the sureness
/// below which a coarser answer is given.
///
/// It is fitted once for the mean network, and once more for the number of Monte Carlo samples that
/// `[uncertainty] samples` names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// The layout of the file.
    pub format: u32,
    /// What it was fitted on.
    #[serde(flatten)]
    pub basis: Basis,
    /// One entry a task, for the mean network.
    pub mean: Vec<TaskCalibration>,
    /// The Monte Carlo samples that `sampled` was fitted for; 0 where it is empty.
    pub samples: u32,
    /// One entry a task, for predictions with `samples` samples of the model's seed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sampled: Vec<TaskCalibration>,
}

impl Calibration {
    /// What was fitted for predictions with so many samples, or for the nearest ones.
    ///
    /// Sets and answers are guaranteed for the very predictions that they were fitted on; for others
    /// the reason why they are approximate is added.
    pub fn of(
        &self,
        samples: u32,
        own_seed: bool,
        another_law: bool,
    ) -> (&[TaskCalibration], Basis) {
        let basis = self.basis.clone();
        if samples == 0 {
            return (&self.mean, basis);
        }
        if self.sampled.is_empty() {
            return (&self.mean, basis.with(Approximation::OtherSamples));
        }
        let basis = if samples != self.samples || another_law {
            basis.with(Approximation::OtherSamples)
        } else if own_seed {
            basis
        } else {
            basis.with(Approximation::OtherSeed)
        };
        (&self.sampled, basis)
    }

    /// Whether anything is promised, and not only rescaled.
    pub fn promises(&self) -> bool {
        let of_task = |task: &TaskCalibration| task.conformal.is_some() || task.answer.is_some();
        self.mean.iter().any(of_task)
    }
}

/// Answers after calibration.
#[derive(Debug, Clone)]
pub(crate) struct Answers {
    /// The (rescaled) distribution of each task.
    pub(crate) tasks: Vec<Uncertain>,
    /// Decisions, sets, intervals and sure answers.
    pub(crate) guarantees: Guarantees,
    /// What they rest on, where anything is promised.
    pub(crate) basis: Option<Basis>,
    /// How many samples each row took, where a tolerance was stated.
    pub(crate) used: Option<Vec<u32>>,
}

impl Answers {
    /// Adds the answers for the rows that follow.
    pub(crate) fn append(&mut self, further: Answers) {
        crate::forecast::append(&mut self.tasks, further.tasks);
        self.guarantees.append(further.guarantees);
        if let (Some(used), Some(more)) = (&mut self.used, further.used) {
            used.extend(more);
        }
    }
}

impl Model {
    /// Fits what `spec` asks for on rows that the weights were not trained on.
    ///
    /// # Randomness
    ///
    /// As predictions with `spec.samples` samples: purpose `predict`, the model's seed.
    pub fn fit_calibration(
        &self,
        spec: &UncertaintySpec,
        rows: &Split,
        basis: Basis,
    ) -> Calibration {
        let fit = |how| {
            let answers = self.forecast(rows, how).tasks;
            self.tasks().fit_calibration(spec, &answers, &rows.labels)
        };
        let samples = self.samples(Predict::samples(spec.samples));
        Calibration {
            format: FORMAT,
            basis: Basis {
                conformal: spec.conformal,
                risk: spec.risk,
                ..basis
            },
            mean: fit(Predict::mean()),
            samples,
            sampled: if samples > 0 {
                fit(Predict::samples(samples))
            } else {
                Vec::new()
            },
        }
    }

    /// The same model with what was fitted, or without.
    ///
    /// # Panics
    /// If it was fitted for other tasks.
    #[must_use]
    pub fn with_calibration(self, calibration: Option<Calibration>) -> Self {
        assert!(
            calibration.as_ref().is_none_or(|fitted| self.fits(fitted)),
            "a calibration of these tasks"
        );
        Self {
            calibration,
            ..self
        }
    }

    /// What was fitted after training, where anything was.
    pub fn calibration(&self) -> Option<&Calibration> {
        self.calibration.as_ref()
    }

    /// What is guaranteed about predictions that are made like this; `None` where nothing is promised.
    pub fn basis(&self, how: Predict) -> Option<Basis> {
        let calibration = self.calibration.as_ref().filter(|all| all.promises())?;
        let seed = self.own_seed(how);
        Some(
            calibration
                .of(self.samples(how), seed, how.is_another_law())
                .1,
        )
    }

    /// As [`Model::evaluate`], with what a report draws of every task.
    pub fn evaluate_in_detail(&self, split: &Split, how: Predict) -> Evaluation {
        let forecast = self.forecast(split, how);
        let before: Option<Vec<Distribution>> =
            self.calibration.is_some().then(|| forecast.distributions());
        let answers = self.calibrate(forecast, how);
        let tasks = self.tasks();
        tasks
            .evaluate_calibrated_in_detail(
                &answers.tasks,
                before.as_deref(),
                &answers.guarantees,
                &split.labels,
            )
            .with_guarantees(answers.basis)
    }

    /// Whether the entries can belong to the tasks.
    pub(crate) fn fits(&self, calibration: &Calibration) -> bool {
        let tasks = self.tasks();
        tasks.fits_calibration(&calibration.mean)
            && (calibration.sampled.is_empty() || tasks.fits_calibration(&calibration.sampled))
            && calibration.sampled.is_empty() == (calibration.samples == 0)
    }

    /// Asks the network and calibrates its answers.
    pub(crate) fn answer(&self, question: Question, how: Predict) -> Answers {
        self.calibrate(self.ask(question, how), how)
    }

    pub(crate) fn calibrate(&self, forecast: Forecast, how: Predict) -> Answers {
        let mut tasks = forecast.tasks;
        let fitted = self.calibration.as_ref().map_or(&[][..], |calibration| {
            let seed = self.own_seed(how);
            calibration
                .of(self.samples(how), seed, how.is_another_law())
                .0
        });
        let guarantees = self.tasks().calibrate(fitted, &mut tasks);
        Answers {
            tasks,
            guarantees,
            basis: self.basis(how),
            used: forecast.used,
        }
    }

    pub(crate) fn evaluate_answers(&self, answers: &Answers, labels: &[Labels]) -> Evaluation {
        self.tasks()
            .evaluate_calibrated(&answers.tasks, &answers.guarantees, labels)
            .with_guarantees(answers.basis.clone())
    }

    fn own_seed(&self, how: Predict) -> bool {
        how.seed.is_none_or(|seed| seed == self.config.seed)
    }
}
