//! Files of any size: read, predicted and written piece by piece.

use std::path::Path;

use synaptree_data::{Remarks, Split, Table, TableWriter, check_output};
use synaptree_tasks::{Evaluation, Labels, TaskError};

use crate::calibration::Answers;
use crate::error::ModelError;
use crate::forecast::Question;
use crate::lost::Lost;
use crate::model::{Model, Predict};

/// Rows of a piece: a multiple of the rows that the network is asked about at once, so that pieces
/// do not change what it answers.
const ROWS: usize = 16 * crate::forecast::ROWS;

/// Whether a path leads to the file at `place`, through whatever links.
fn is_at(path: &Path, place: &Path) -> bool {
    path.canonicalize().is_ok_and(|path| path == place)
}

/// Labels of a file that contradict what training learned: the rows as their file numbers them, and what can be done
/// about them.
fn of_given_rows(error: TaskError, table: &Table) -> TaskError {
    match error {
        TaskError::Contradiction {
            fine,
            coarse,
            rows,
            examples,
            ..
        } => TaskError::Contradiction {
            examples: format!("{examples} (row {} is {})", rows[0], table.origin(rows[0])),
            help: "correct one of the two labels in such a row, or leave it empty",
            fine,
            coarse,
            rows,
        },
        other => other,
    }
}

impl Model {
    /// Predicts every row of a file into another one (`.csv`, `.parquet` or `.arrow`), in the order of the
    /// rows; returns how many there were.
    ///
    /// The file is read, predicted and written piece by piece, so memory does not grow with it. The
    /// answers are those of [`Model::predict_file`]: what is drawn is addressed by a row's place in
    /// the file. `output` appears under its name once it is complete. What deserves a look, such as
    /// categories that training did not have, is added to `remarks`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Data`] if the file cannot be read, lacks an input column, or the output cannot be
    /// written; [`ModelError::DuplicateColumn`] if two columns would bear one name;
    /// [`ModelError::OutputIsData`] if `output` is a file that is read.
    pub fn predict_into(
        &self,
        input: &Path,
        output: &Path,
        how: Predict,
        remarks: &mut Vec<String>,
    ) -> Result<u64, ModelError> {
        check_output(output)?;
        let mut found = Remarks::new(self.preprocessing());
        let mut lost = Lost::default();
        let mut writer: Option<TableWriter> = None;
        let mut rows = 0;
        let chunks = self.preprocessing().read_chunks(input, ROWS)?;
        if let Ok(target) = output.canonicalize()
            && chunks.files().any(|file| is_at(file, &target))
        {
            return Err(ModelError::OutputIsData {
                path: output.to_owned(),
                holds: "the rows to predict",
            });
        }
        for table in chunks {
            let table = table.map_err(|error| self.preprocessing().advise(error))?;
            let features = self.preprocessing().apply(&table)?;
            found.look(self.preprocessing(), &table, &features);
            let predictions = self.predict_features(&table, &features, rows, how)?;
            let answers: Vec<_> = predictions.tasks.iter().map(|t| &t.uncertain).collect();
            lost.look(&table, predictions.rows(), &answers);
            rows += predictions.rows() as u64;
            let batch = predictions.to_record_batch()?;
            let writer = match &mut writer {
                Some(writer) => writer,
                none => none.insert(TableWriter::create(output, &batch.schema())?),
            };
            writer.write(&batch)?;
        }
        if let Some(writer) = writer {
            writer.finish()?;
        }
        remarks.extend(found.of("the rows to predict"));
        remarks.extend(lost.remark());
        Ok(rows)
    }

    /// Compares predictions with the labels of a file.
    ///
    /// The file is read piece by piece; what stays in memory is every row's labels and the
    /// probabilities or numbers that were predicted for it. What deserves a look is added to `remarks`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Data`] if the file cannot be read or lacks a column, [`ModelError::Tasks`] if its labels
    /// contradict each other.
    pub fn evaluate_file(
        &self,
        path: &Path,
        how: Predict,
        remarks: &mut Vec<String>,
    ) -> Result<Evaluation, ModelError> {
        self.evaluate_kinds(path, None, how, remarks)
    }

    /// As [`Model::evaluate_file`], and how well the doubt of each task tells these rows from those of `other`,
    /// which need no labels; see [`TaskTree::compare_kinds`](synaptree_tasks::TaskTree::compare_kinds).
    ///
    /// # Errors
    ///
    /// As [`Model::evaluate_file`], of both files.
    pub fn evaluate_file_against(
        &self,
        path: &Path,
        other: &Path,
        how: Predict,
        remarks: &mut Vec<String>,
    ) -> Result<Evaluation, ModelError> {
        self.evaluate_kinds(path, Some(other), how, remarks)
    }

    /// Compares predictions with the labels of a file, and their doubt with that of the rows of `other`.
    fn evaluate_kinds(
        &self,
        path: &Path,
        other: Option<&Path>,
        how: Predict,
        remarks: &mut Vec<String>,
    ) -> Result<Evaluation, ModelError> {
        let (answers, labels) = self.ask_file(path, how, "the rows to evaluate", true, remarks)?;
        let Some(answers) = answers else {
            return Ok(self.tasks().evaluate(&[], &labels));
        };
        let mut evaluation = self.evaluate_answers(&answers, &labels);
        if let Some(other) = other {
            self.against(&mut evaluation, &answers, other, how)?;
        }
        Ok(evaluation)
    }

    /// As [`Model::evaluate`], and how well the doubt of each task tells these rows from those of the file `other`,
    /// which need no labels; see [`TaskTree::compare_kinds`](synaptree_tasks::TaskTree::compare_kinds).
    ///
    /// # Errors
    ///
    /// [`ModelError::Data`] if the file cannot be read or lacks an input column.
    pub fn evaluate_against(
        &self,
        split: &Split,
        other: &Path,
        how: Predict,
    ) -> Result<Evaluation, ModelError> {
        let answers = self.answer(split.into(), how);
        let mut evaluation = self.evaluate_answers(&answers, &split.labels);
        self.against(&mut evaluation, &answers, other, how)?;
        Ok(evaluation)
    }

    /// Rows of another kind are strange by nature: nothing about them is remarked on.
    fn against(
        &self,
        evaluation: &mut Evaluation,
        known: &Answers,
        other: &Path,
        how: Predict,
    ) -> Result<(), ModelError> {
        let what = "the rows of another kind";
        let (other, _) = self.ask_file(other, how, what, false, &mut Vec::new())?;
        if let Some(other) = other {
            self.tasks()
                .compare_kinds(evaluation, &known.tasks, &other.tasks);
        }
        Ok(())
    }

    /// The answers for every row of a file, and its labels where they are wanted.
    fn ask_file(
        &self,
        path: &Path,
        how: Predict,
        what: &str,
        labelled: bool,
        remarks: &mut Vec<String>,
    ) -> Result<(Option<Answers>, Vec<Labels>), ModelError> {
        let mut found = Remarks::new(self.preprocessing());
        let mut lost = Lost::default();
        let mut answers: Option<Answers> = None;
        let mut labels: Vec<Labels> = Vec::new();
        let mut first = 0;
        for table in self.preprocessing().read_chunks(path, ROWS)? {
            let table = table.map_err(|error| self.preprocessing().advise(error))?;
            let features = self.preprocessing().apply(&table)?;
            found.look(self.preprocessing(), &table, &features);
            let mut further = Vec::new();
            if labelled {
                further = self.preprocessing().labels(&table, &mut found)?;
                self.tasks()
                    .fill(&mut further)
                    .map_err(|error| of_given_rows(error, &table))?;
            }
            let rows: Vec<u64> = (first..).take(features.rows).collect();
            first += features.rows as u64;
            let question = Question {
                features: &features,
                rows: &rows,
                labels: None,
            };
            let answer = self.answer(question, how);
            let tasks: Vec<_> = answer.tasks.iter().collect();
            lost.look(&table, features.rows, &tasks);
            match &mut answers {
                None => {
                    answers = Some(answer);
                    labels = further;
                }
                Some(answers) => {
                    answers.append(answer);
                    for (labels, further) in labels.iter_mut().zip(further) {
                        labels.append(further);
                    }
                }
            }
        }
        remarks.extend(found.of(what));
        remarks.extend(lost.remark());
        Ok((answers, labels))
    }
}
