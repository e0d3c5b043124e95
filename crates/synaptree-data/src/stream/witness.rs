//! Rows that a sample must not lose: those that show an answer for the first time.

use std::collections::HashMap;

use synaptree_tasks::{Kind, TaskSpec};

use crate::cells::Cells;
use crate::columns::cells_of;
use crate::error::DataError;
use crate::table::Table;

/// Rows kept of each answer: with two of them no answer looks as if a single row had it.
const EACH: u8 = 2;

/// First rows with a label that are kept of each task, so that few labels in many rows are found.
const LABELLED: usize = 100;

/// Most different answers of one task.
const MOST: usize = 100_000;

/// Marks rows that show an answer of a task which at most one row before them had: a class, a
/// label, or a pair of classes that `refines` joins.
#[derive(Debug)]
pub(super) struct Witnesses {
    questions: Vec<Question>,
}

/// One column, or two columns together, whose values count.
#[derive(Debug)]
struct Question {
    task: String,
    columns: Vec<String>,
    separator: Option<String>,
    /// Different values above which no more are collected; numbers only need to differ at all.
    most: Option<usize>,
    seen: HashMap<String, u8>,
    labelled: usize,
}

impl Witnesses {
    pub(super) fn new(tasks: &[TaskSpec]) -> Self {
        let mut questions = Vec::new();
        for task in tasks {
            let question = |columns: &[String]| Question {
                task: task.name.clone(),
                columns: columns.to_vec(),
                separator: None,
                most: None,
                seen: HashMap::new(),
                labelled: 0,
            };
            for column in task.targets() {
                let mut own = question(std::slice::from_ref(column));
                match task.kind {
                    Kind::Regression => own.most = Some(2),
                    Kind::Multilabel if task.targets().len() > 1 => {}
                    Kind::Multilabel | Kind::Hierarchical => {
                        own.separator = Some(task.separator().unwrap_or("|").to_owned());
                    }
                    Kind::Binary | Kind::Multiclass | Kind::Ordinal => {}
                }
                questions.push(own);
            }
            for coarse in task.refined() {
                let coarse = tasks.iter().find(|other| other.name == *coarse);
                if let (Some(coarse), [fine]) = (coarse.map(TaskSpec::targets), task.targets())
                    && let [coarse] = coarse
                {
                    questions.push(question(&[fine.clone(), coarse.clone()]));
                }
            }
        }
        Self { questions }
    }

    /// Which of some training rows must be kept.
    pub(super) fn mark(&mut self, table: &Table, rows: &[usize]) -> Result<Vec<bool>, DataError> {
        let mut marks = vec![false; rows.len()];
        for question in &mut self.questions {
            question.mark(table, rows, &mut marks)?;
        }
        Ok(marks)
    }
}

impl Question {
    fn mark(&mut self, table: &Table, rows: &[usize], marks: &mut [bool]) -> Result<(), DataError> {
        let role = format!("a target of task `{}`", self.task);
        let cells = self
            .columns
            .iter()
            .map(|column| cells_of(table, column, &role))
            .collect::<Result<Vec<_>, _>>()?;
        for (mark, &row) in marks.iter_mut().zip(rows) {
            *mark |= self.is_new(&cells, row)?;
        }
        Ok(())
    }

    fn is_new(&mut self, cells: &[Cells<'_>], row: usize) -> Result<bool, DataError> {
        if let ([cells], Some(separator)) = (cells, self.separator.clone()) {
            let Some(labels) = cells.labels(row, &separator) else {
                return Ok(false);
            };
            let mut is_new = self.is_early();
            for label in labels {
                is_new |= self.count(&label)?;
            }
            return Ok(is_new);
        }
        match cells {
            [one] => match one.text(row) {
                Some(value) => Ok(self.is_early() | self.count(&value)?),
                None => Ok(false),
            },
            [fine, coarse] => match (fine.text(row), coarse.text(row)) {
                (Some(fine), Some(coarse)) => self.count(&format!("{fine}\u{1f}{coarse}")),
                _ => Ok(false),
            },
            _ => Ok(false),
        }
    }

    /// Whether this is one of the first rows with a label.
    fn is_early(&mut self) -> bool {
        self.labelled += 1;
        self.labelled <= LABELLED
    }

    /// Whether a value is new enough for its row to be kept.
    fn count(&mut self, value: &str) -> Result<bool, DataError> {
        if let Some(count) = self.seen.get_mut(value) {
            let is_new = *count < EACH;
            *count += u8::from(is_new);
            return Ok(is_new);
        }
        if self.most.is_some_and(|most| self.seen.len() >= most) {
            return Ok(false);
        }
        if self.seen.len() >= MOST {
            return Err(DataError::TooManyAnswers {
                task: self.task.clone(),
                column: self.columns[0].clone(),
                most: MOST,
            });
        }
        self.seen.insert(value.to_owned(), 1);
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};

    use super::*;

    fn marked(tasks: &[TaskSpec], columns: Vec<(&str, ArrayRef)>) -> Vec<usize> {
        let table = Table::from_batch(RecordBatch::try_from_iter(columns).unwrap());
        let mut witnesses = Witnesses::new(tasks);
        // In two pieces, so that what was seen must be remembered.
        let rows: Vec<usize> = (0..table.num_rows()).collect();
        let (first, second) = rows.split_at(rows.len() / 3);
        let mut marks = witnesses.mark(&table, first).unwrap();
        marks.extend(witnesses.mark(&table, second).unwrap());
        rows.into_iter().filter(|&row| marks[row]).collect()
    }

    fn text(value: impl Fn(usize) -> &'static str, rows: usize) -> ArrayRef {
        Arc::new(StringArray::from_iter_values((0..rows).map(value)))
    }

    #[test]
    fn two_rows_of_every_class_are_kept_wherever_they_stand() {
        let column = text(
            |row| match row {
                5000 | 7000 | 8000 => "owl",
                6000 => "auk",
                _ => "hen",
            },
            9000,
        );
        let tasks = [TaskSpec::new("bird", Kind::Multiclass)];
        let kept = marked(&tasks, vec![("bird", column)]);
        let rare: Vec<usize> = kept
            .iter()
            .copied()
            .filter(|&row| row >= LABELLED)
            .collect();
        assert_eq!(rare, [5000, 6000, 7000]);
        assert_eq!(kept.len(), LABELLED + 3);
    }

    #[test]
    fn every_label_of_a_list_and_every_joined_pair_is_kept() {
        let lists = text(|row| if row == 700 { "a|c" } else { "a|b" }, 900);
        let fine = text(|row| if row % 2 == 0 { "owl" } else { "cod" }, 900);
        let coarse = text(
            |row| match row {
                800 => "fish",
                row if row % 2 == 0 => "bird",
                _ => "fish",
            },
            900,
        );
        let tasks = [
            TaskSpec::new("lists", Kind::Multilabel),
            TaskSpec::new("coarse", Kind::Multiclass),
            TaskSpec {
                refines: Some("coarse".into()),
                ..TaskSpec::new("fine", Kind::Multiclass)
            },
        ];
        let columns = vec![("lists", lists), ("coarse", coarse), ("fine", fine)];
        let kept = marked(&tasks, columns);
        let rare: Vec<usize> = kept.into_iter().filter(|&row| row >= LABELLED).collect();
        assert_eq!(rare, [700, 800]);
    }

    #[test]
    fn numbers_only_show_that_they_are_there_and_differ() {
        let value = |row| if row < 800 { 1.0 } else { f64::from(row) };
        let numbers = (0..900).map(|row| (row > 500).then(|| value(row)));
        let numbers: ArrayRef = Arc::new(numbers.collect::<Float64Array>());
        let tasks = [TaskSpec::new("mass", Kind::Regression)];
        let kept = marked(&tasks, vec![("mass", numbers)]);
        let expected: Vec<usize> = (501..601).chain([800]).collect();
        assert_eq!(kept, expected);
    }

    #[test]
    fn a_task_with_an_answer_of_its_own_in_every_row_is_refused() {
        let rows = MOST + 1;
        let column: ArrayRef = Arc::new(StringArray::from_iter_values(
            (0..rows).map(|row| row.to_string()),
        ));
        let batch = RecordBatch::try_from_iter([("id", column)]).unwrap();
        let all: Vec<usize> = (0..rows).collect();
        let error = Witnesses::new(&[TaskSpec::new("id", Kind::Multiclass)])
            .mark(&Table::from_batch(batch), &all)
            .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("more than 100000 different answers"),
            "{error}"
        );
    }
}
