//! Targets that hardly any row has a label for.

use synaptree_config::counted;
use synaptree_tasks::Labels;

use super::Rows;
use crate::dataset::Split;
use crate::preprocess::Preprocessing;
use crate::split::Part;

/// Labels below which a figure says little.
const FEW: usize = 10;

/// Target columns with fewer than ten labels in a part. A task with few labels among its training
/// rows is named where its classes are fitted, so only single columns of it are named here.
pub(super) fn find(preprocessing: &Preprocessing, part: Rows<'_>, split: &Split) -> Vec<String> {
    let mut counts = Counts::default();
    counts.add(preprocessing, &split.labels);
    counts.say(preprocessing, part.part, part.rows.len())
}

/// Labels of each target column, counted piece by piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    /// Of each task: whether its columns are counted apart, and the counts.
    tasks: Vec<(bool, Vec<usize>)>,
}

impl Counts {
    /// Adds the labels of some rows.
    pub(crate) fn add(&mut self, preprocessing: &Preprocessing, labels: &[Labels]) {
        let targets = preprocessing.targets();
        if self.tasks.is_empty() {
            let none = targets.iter().map(|target| vec![0; target.columns.len()]);
            self.tasks = none.map(|counts| (false, counts)).collect();
        }
        for (((apart, counts), target), labels) in self.tasks.iter_mut().zip(targets).zip(labels) {
            let further: Vec<usize> = match labels {
                Labels::Real { width, values } if *width > 1 => (0..*width)
                    .map(|column| count(values, *width, column, |value| !value.is_nan()))
                    .collect(),
                Labels::Nodes { width, values } if target.columns.len() > 1 => (0..*width)
                    .map(|column| count(values, *width, column, |value| *value < 2))
                    .collect(),
                labels => vec![labels.observed()],
            };
            *apart = further.len() > 1;
            for (count, further) in counts.iter_mut().zip(further) {
                *count += further;
            }
        }
    }

    /// The target columns with few labels in a part of so many rows.
    pub(crate) fn say(
        &self,
        preprocessing: &Preprocessing,
        part: Part,
        rows: usize,
    ) -> Vec<String> {
        let mut found = Vec::new();
        for (target, (apart, counts)) in preprocessing.targets().iter().zip(&self.tasks) {
            if part == Part::Train && !apart {
                continue;
            }
            for (column, observed) in target.columns.iter().zip(counts) {
                if *observed < FEW {
                    found.push(format!(
                        "the target `{column}` has only {} among the {rows} rows of the {} part{}",
                        counted(*observed, "label"),
                        part.as_str(),
                        match part {
                            Part::Train => ": too few to learn from",
                            _ => ": its figures there say little",
                        }
                    ));
                }
            }
        }
        found
    }
}

fn count<T>(values: &[T], width: usize, column: usize, is_there: impl Fn(&T) -> bool) -> usize {
    values
        .iter()
        .skip(column)
        .step_by(width)
        .filter(|value| is_there(value))
        .count()
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    #[test]
    fn a_target_with_fewer_than_ten_labels_is_named() {
        let train = csv("a,y", 60, |n| format!("{},{}", n * 7 % 31, n % 2));
        let test = csv("a,y", 20, |n| {
            let label = if n < 9 {
                (n % 2).to_string()
            } else {
                String::new()
            };
            format!("{},{label}", n * 5 % 31)
        });
        insta::assert_snapshot!(only(&remarks(Kind::Binary, &train, Some(&test)), "labels"), @"the target `y` has only 9 labels among the 20 rows of the test part: its figures there say little");
    }

    #[test]
    fn ten_labels_are_enough() {
        let train = csv("a,y", 60, |n| format!("{},{}", n * 7 % 31, n % 2));
        let test = csv("a,y", 10, |n| format!("{},{}", n * 5 % 31, n % 2));
        let found = remarks(Kind::Binary, &train, Some(&test));
        assert!(
            found.iter().all(|text| !text.contains("labels")),
            "{found:?}"
        );
    }
}
