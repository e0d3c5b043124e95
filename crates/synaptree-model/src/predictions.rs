//! Predictions as columns: decisions, probabilities and uncertainty, ready for a file.

mod guarantees;

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, Float32Array, RecordBatch, StringArray, UInt32Array};
use arrow_schema::{Field, Schema};
use synaptree_data::write_table;
use synaptree_tasks::{Answer, Basis, Decision, Kind, Region, Task, Uncertain};

use crate::calibration::Answers;
use crate::error::ModelError;
use crate::forecast::whole_cycles;
use crate::model::{Model, Predict};

/// The answer to one task for every row.
#[derive(Debug, Clone)]
pub struct TaskPrediction {
    /// The task.
    pub task: Task,
    /// What is answered; decisions of tasks that refine each other never contradict.
    pub decision: Decision,
    /// The distribution behind it and, with samples, how sure it is.
    pub uncertain: Uncertain,
    /// What is not ruled out, where prediction sets or intervals were fitted.
    pub region: Option<Region>,
    /// The deepest answer of each row that is sure enough, where a risk was stated.
    pub answers: Option<Vec<Option<Answer>>>,
}

/// The answers to every task, row by row.
#[derive(Debug, Clone)]
pub struct Predictions {
    /// One entry a task, in the order of the experiment.
    pub tasks: Vec<TaskPrediction>,
    /// Columns carried over from the input (`data.id`).
    pub ids: RecordBatch,
    /// Monte Carlo samples they rest on, whole cycles of members; 0 is the mean network.
    pub samples: u32,
    /// How many of them each row took, where a tolerance was stated.
    pub used: Option<Vec<u32>>,
    /// What sets, intervals and sure answers rest on, where there are any.
    pub basis: Option<Basis>,
}

impl Predictions {
    pub(crate) fn new(model: &Model, answers: Answers, ids: RecordBatch, how: Predict) -> Self {
        let guarantees = answers.guarantees;
        let tasks = model
            .tasks()
            .tasks()
            .iter()
            .zip(answers.tasks)
            .zip(guarantees.decisions)
            .zip(guarantees.regions.into_iter().zip(guarantees.answers))
            .map(
                |(((task, uncertain), decision), (region, answers))| TaskPrediction {
                    task: task.clone(),
                    decision,
                    uncertain,
                    region,
                    answers,
                },
            )
            .collect();
        let rows = ids.num_rows();
        let used = how.tolerance.map(|_| answers.used.unwrap_or(vec![0; rows]));
        Self {
            tasks,
            ids,
            samples: whole_cycles(&model.config().network, how.samples),
            used,
            basis: answers.basis,
        }
    }

    /// The answer to the task of that name.
    pub fn task(&self, name: &str) -> Option<&TaskPrediction> {
        self.tasks.iter().find(|t| t.task.name == name)
    }

    /// How many rows were predicted.
    pub fn rows(&self) -> usize {
        self.tasks.first().map_or(0, |t| t.uncertain.mean.rows)
    }

    /// The predictions as columns.
    ///
    /// `<task>` is the decision (labels of a set are joined by the task's separator; a regression
    /// over several columns has `<task>.<column>` instead); `<task>.p` the probability of the positive
    /// class, `<task>.p.<class>` that of each class or node. With samples, `<task>.std`, `.total`,
    /// `.aleatoric` and `.epistemic` follow, once a task or once for each node or column; what is
    /// not known, such as the spread of a network without noise and dropout, or an answer that is no number, is null.
    ///
    /// Where it was fitted, `<task>.set` holds the classes or labels that are not ruled out, `<task>.sure` those of
    /// a set of labels whose absence is ruled out; `<task>.low` and `<task>.high` are the ends of the interval of a
    /// regression. `<task>.answer` is the deepest answer that is sure enough, null where there is none, and
    /// `<task>.answer.task` the task that it answers, for tasks that refine others.
    ///
    /// With a tolerance `samples` follows: how many the row took.
    ///
    /// # Errors
    ///
    /// [`ModelError::DuplicateColumn`] if two columns would bear one name.
    pub fn to_record_batch(&self) -> Result<RecordBatch, ModelError> {
        let mut columns = Columns::default();
        for (field, array) in self.ids.schema().fields().iter().zip(self.ids.columns()) {
            columns.fields.push(field.as_ref().clone());
            columns.arrays.push(Arc::clone(array));
        }
        for task in &self.tasks {
            columns.task(task, self.samples > 0);
            columns.guarantees(task, &self.tasks);
        }
        if let Some(used) = &self.used {
            let counts = UInt32Array::from_iter_values(used.iter().copied());
            columns.push("samples".to_owned(), Arc::new(counts));
        }
        let mut names = HashSet::new();
        if let Some(twice) = columns.fields.iter().find(|f| !names.insert(f.name())) {
            return Err(ModelError::DuplicateColumn(twice.name().clone()));
        }
        let schema = Arc::new(Schema::new(columns.fields));
        RecordBatch::try_new(schema, columns.arrays)
            .map_err(|error| ModelError::Data(synaptree_data::DataError::from(error)))
    }

    /// Writes the predictions to a `.csv`, `.parquet` or `.arrow` file.
    ///
    /// # Errors
    ///
    /// [`ModelError::Data`] if the ending is unknown or the file cannot be written,
    /// [`ModelError::DuplicateColumn`] as [`Predictions::to_record_batch`].
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), ModelError> {
        Ok(write_table(&self.to_record_batch()?, path.as_ref())?)
    }
}

#[derive(Default)]
struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    fn task(&mut self, prediction: &TaskPrediction, sampled: bool) {
        let task = &prediction.task;
        let names = task.vocabulary.names();
        let name = task.name.as_str();
        self.decision(prediction);
        let mean = &prediction.uncertain.mean;
        match task.kind {
            Kind::Regression => {}
            Kind::Binary => self.float(format!("{name}.p"), mean, 1),
            _ => {
                for (i, class) in names.iter().enumerate() {
                    self.float(format!("{name}.p.{class}"), mean, i);
                }
            }
        }
        if sampled {
            self.uncertainty(prediction);
        }
    }

    fn decision(&mut self, prediction: &TaskPrediction) {
        let task = &prediction.task;
        let names = task.vocabulary.names();
        match &prediction.decision {
            Decision::Classes(classes) => {
                let mean = &prediction.uncertain.mean;
                let values = classes.iter().enumerate();
                let values = values
                    .map(|(row, &c)| mean.is_finite(row).then_some(names[c as usize].as_str()));
                self.text(task.name.clone(), values.collect());
            }
            Decision::Nodes { width, values } => {
                let mean = &prediction.uncertain.mean;
                let rows = values.chunks(*width).enumerate().map(|(at, row)| {
                    let labels: Vec<&str> = row
                        .iter()
                        .zip(names)
                        .filter(|(on, _)| **on)
                        .map(|(_, name)| name.as_str())
                        .collect();
                    mean.is_finite(at).then(|| labels.join(task.separator()))
                });
                self.text(task.name.clone(), rows.collect());
            }
            Decision::Real { width, values } => {
                for (column, name) in names.iter().enumerate() {
                    let values = values.iter().skip(column).step_by(*width).copied();
                    let name = part(&task.name, "", (*width > 1).then_some(name.as_str()));
                    self.push(name, floats(values));
                }
            }
        }
    }

    fn uncertainty(&mut self, prediction: &TaskPrediction) {
        let task = &prediction.task;
        let uncertain = &prediction.uncertain;
        let (rows, width) = (uncertain.mean.rows, uncertain.mean.width);
        if let Decision::Classes(classes) = &prediction.decision {
            // One number a row: the spread of the probability of the class that was decided.
            let decided = uncertain.std.as_ref().map(|std| {
                let classes = classes.iter().enumerate();
                classes
                    .map(|(row, &class)| std[row * width + class as usize])
                    .collect::<Vec<f32>>()
            });
            self.spread(task, "std", decided.as_deref(), 1, rows);
        } else {
            self.spread(task, "std", uncertain.std.as_deref(), width, rows);
        }
        for (what, values) in [
            ("total", &uncertain.total),
            ("aleatoric", &uncertain.aleatoric),
            ("epistemic", &uncertain.epistemic),
        ] {
            self.spread(task, what, values.as_deref(), uncertain.width, rows);
        }
    }

    /// One column where there is one number a row, else one for each node or column; nulls where
    /// nothing is known.
    fn spread(
        &mut self,
        task: &Task,
        what: &str,
        values: Option<&[f32]>,
        width: usize,
        rows: usize,
    ) {
        let names = task.vocabulary.names();
        for (column, name) in names.iter().enumerate().take(width) {
            let name = part(&task.name, what, (width > 1).then_some(name.as_str()));
            let array = match values {
                Some(values) => floats(values.iter().skip(column).step_by(width).copied()),
                None => Arc::new(Float32Array::new_null(rows)),
            };
            self.push(name, array);
        }
    }

    fn float(&mut self, name: String, mean: &synaptree_tasks::Distribution, column: usize) {
        let values = mean.values.iter().skip(column).step_by(mean.width).copied();
        self.push(name, floats(values));
    }

    fn text(&mut self, name: String, values: StringArray) {
        self.push(name, Arc::new(values));
    }

    fn push(&mut self, name: String, array: ArrayRef) {
        let kind = array.data_type().clone();
        self.fields.push(Field::new(name, kind, true));
        self.arrays.push(array);
    }
}

fn floats(values: impl Iterator<Item = f32>) -> ArrayRef {
    // What is not a number is not known.
    let known = values.map(|value| (!value.is_nan()).then_some(value));
    Arc::new(known.collect::<Float32Array>())
}

/// `task`, `task.what`, `task.column` or `task.what.column`.
fn part(task: &str, what: &str, column: Option<&str>) -> String {
    let mut name = task.to_owned();
    for part in [what, column.unwrap_or("")] {
        if !part.is_empty() {
            name.push('.');
            name.push_str(part);
        }
    }
    name
}
