//! Classes that a part has none of, or training hardly any.

use synaptree_config::counted;
use synaptree_tasks::{Kind, Labels};

use crate::dataset::Split;
use crate::preprocess::Preprocessing;
use crate::spec::{DataSpec, PartSpec};
use crate::split::Part;
use crate::target::Target;

/// Training rows of either class below which there is little to learn from.
const FEW: usize = 10;

/// Classes that a part has none of, or training hardly any.
pub(super) fn find(
    preprocessing: &Preprocessing,
    data: &DataSpec,
    part: Part,
    split: &Split,
) -> Vec<String> {
    let mut counts = ClassCounts::default();
    counts.add(preprocessing, &split.labels);
    counts.say(preprocessing, data, part)
}

/// Labels of each class of each task that has one class a row, counted piece by piece.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClassCounts(Vec<Vec<usize>>);

impl ClassCounts {
    /// Adds the labels of some rows.
    pub(crate) fn add(&mut self, preprocessing: &Preprocessing, labels: &[Labels]) {
        let targets = preprocessing.targets();
        self.0.resize(targets.len(), Vec::new());
        for ((counts, target), labels) in self.0.iter_mut().zip(targets).zip(labels) {
            let Labels::Classes(classes) = labels else {
                continue;
            };
            counts.resize(target.vocabulary.names().len(), 0);
            for class in classes {
                // A missing label is negative.
                if let Some(count) = usize::try_from(*class).ok().and_then(|c| counts.get_mut(c)) {
                    *count += 1;
                }
            }
        }
    }

    /// What to say of a part, all rows of which were counted.
    pub(crate) fn say(
        &self,
        preprocessing: &Preprocessing,
        data: &DataSpec,
        part: Part,
    ) -> Vec<String> {
        let targets = preprocessing.targets().iter().zip(&self.0);
        targets
            .filter_map(|(target, counts)| match part {
                Part::Train => rare(target, counts),
                _ => one_class(target, counts, data, part),
            })
            .collect()
    }
}

fn rare(target: &Target, counts: &[usize]) -> Option<String> {
    let labelled: usize = counts.iter().sum();
    let (class, rows) = counts.iter().enumerate().min_by_key(|(_, rows)| **rows)?;
    // Few labels of any class are a remark of their own.
    if target.kind != Kind::Binary || *rows >= FEW || labelled < 3 * FEW {
        return None;
    }
    Some(format!(
        "task `{}`: only {} of {labelled} with a label {} `{}`: too few to learn from",
        target.task,
        counted(*rows, "training row"),
        if *rows == 1 { "has" } else { "have" },
        target.vocabulary.names()[class]
    ))
}

fn one_class(target: &Target, counts: &[usize], data: &DataSpec, part: Part) -> Option<String> {
    let labelled: usize = counts.iter().sum();
    let class = counts.iter().position(|rows| *rows == labelled)?;
    if labelled == 0 {
        return None;
    }
    let is_drawn = matches!(data.way(part), Some(PartSpec::Fraction(_)))
        && data.stratify_by.is_none()
        && data.order_by.is_none()
        && data.split_by.is_none();
    let advice = if is_drawn {
        format!(
            "`[data] stratify_by = \"{}\"` gives every part its share of each class where there are rows enough",
            target.task
        )
    } else {
        "rows of other classes are needed there".to_owned()
    };
    Some(format!(
        "task `{}`: every label in the {} part is `{}`, so most of its figures are undefined there; {advice}",
        target.task,
        part.as_str(),
        target.vocabulary.names()[class]
    ))
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    fn rows(count: usize, is_positive: impl Fn(usize) -> bool) -> String {
        csv("a,y", count, |n| {
            format!("{},{}", n * 37 % 101, u8::from(is_positive(n)))
        })
    }

    #[test]
    fn a_class_of_a_few_training_rows_is_told() {
        let train = rows(300, |n| n == 7 || n == 90);
        insta::assert_snapshot!(only(&remarks(Kind::Binary, &train, None), "too few"), @"task `y`: only 2 training rows of 300 with a label have `1`: too few to learn from");
        let found = remarks(Kind::Binary, &rows(300, |n| n % 30 == 0), None);
        assert!(
            found.iter().all(|text| !text.contains("too few")),
            "{found:?}"
        );
    }

    #[test]
    fn a_part_of_one_class_is_told() {
        let train = rows(300, |n| n % 3 == 0);
        let test = rows(40, |_| false);
        insta::assert_snapshot!(only(&remarks(Kind::Binary, &train, Some(&test)), "undefined"), @"task `y`: every label in the test part is `0`, so most of its figures are undefined there; rows of other classes are needed there");
        let found = remarks(Kind::Binary, &train, Some(&rows(40, |n| n == 3)));
        assert!(
            found.iter().all(|text| !text.contains("undefined")),
            "{found:?}"
        );
    }
}
