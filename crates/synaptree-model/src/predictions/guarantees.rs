//! The columns of prediction sets, intervals and sure answers.

use arrow_array::StringArray;
use synaptree_tasks::{Answer, Region, Task};

use super::{Columns, TaskPrediction, floats, part};

/// What may stand between the classes of a set; the first that no class holds is taken.
const SEPARATORS: [&str; 5] = ["|", ";", ",", "@", "\t"];

impl Columns {
    /// `.set`, `.sure`, `.low`, `.high`, `.answer` and `.answer.task`, those that were fitted.
    pub(super) fn guarantees(&mut self, prediction: &TaskPrediction, all: &[TaskPrediction]) {
        if let Some(region) = &prediction.region {
            self.region(&prediction.task, region);
        }
        if let Some(answers) = &prediction.answers {
            self.answers(&prediction.task, answers, all);
        }
    }

    fn region(&mut self, task: &Task, region: &Region) {
        let names = task.vocabulary.names();
        match region {
            Region::Classes { width, inside } => {
                let rows = inside.chunks(*width).map(|row| row.iter().copied());
                self.sets(task, "set", rows, separator(names));
            }
            Region::Nodes {
                width,
                present,
                absent,
            } => {
                let possible = present.chunks(*width).map(|row| row.iter().copied());
                self.sets(task, "set", possible, task.separator());
                let sure = absent
                    .chunks(*width)
                    .map(|row| row.iter().map(|open| !open));
                self.sets(task, "sure", sure, task.separator());
            }
            Region::Intervals { width, low, high } => {
                for (column, name) in names.iter().enumerate() {
                    for (what, ends) in [("low", low), ("high", high)] {
                        let ends = ends.iter().skip(column).step_by(*width).copied();
                        let name = part(&task.name, what, (*width > 1).then_some(name.as_str()));
                        self.push(name, floats(ends));
                    }
                }
            }
        }
    }

    fn sets<R: Iterator<Item = bool>>(
        &mut self,
        task: &Task,
        what: &str,
        rows: impl Iterator<Item = R>,
        separator: &str,
    ) {
        let names = task.vocabulary.names();
        let sets = rows.map(|row| {
            let inside: Vec<&str> = row
                .zip(names)
                .filter(|(inside, _)| *inside)
                .map(|(_, name)| name.as_str())
                .collect();
            inside.join(separator)
        });
        let sets = StringArray::from_iter_values(sets);
        self.text(part(&task.name, what, None), sets);
    }

    fn answers(&mut self, task: &Task, answers: &[Option<Answer>], all: &[TaskPrediction]) {
        let task_of = |answer: Answer| &all[answer.task].task;
        let classes = answers.iter().map(|answer| {
            answer.map(|answer| task_of(answer).vocabulary.names()[answer.class].as_str())
        });
        self.text(part(&task.name, "answer", None), classes.collect());
        if !task.refines.is_empty() {
            let tasks = answers
                .iter()
                .map(|answer| answer.map(|a| task_of(a).name.as_str()));
            self.text(part(&task.name, "answer.task", None), tasks.collect());
        }
    }
}

/// The first separator that no name holds; a bar where each is held by some.
fn separator(names: &[String]) -> &'static str {
    let free = |separator: &&str| !names.iter().any(|name| name.contains(*separator));
    SEPARATORS.into_iter().find(free).unwrap_or("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_of_a_set_stands_in_no_class() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(separator(&names(&["bat", "owl"])), "|");
        assert_eq!(separator(&names(&["a|b", "c;d"])), ",");
    }
}
