//! Targets with one class a row: binary, multiclass, ordinal.

use std::collections::HashMap;

use synaptree_config::nearest;
use synaptree_tasks::{Kind, Labels, Vocabulary};

use super::pair::negative_first;
use super::{Target, Unknown};
use crate::cells::{Cells, class_name};
use crate::columns::cells_of;
use crate::declaration::DeclaredType;
use crate::error::{DataError, TargetError};
use crate::table::Table;

/// A class of the training rows.
pub(super) struct Class {
    pub(super) name: String,
    pub(super) rows: usize,
    first: usize,
}

impl Target {
    pub(super) fn fit_binary(
        &mut self,
        table: &Table,
        rows: &[usize],
        positive: Option<&str>,
        warnings: &mut Vec<String>,
    ) -> Result<usize, DataError> {
        let (mut classes, observed) = self.observed_classes(table, rows)?;
        classes.sort_by_key(|class| (std::cmp::Reverse(class.rows), class.first));
        let column = &self.columns[0];
        let positive = match positive.map(class_name) {
            None => None,
            Some(named) => {
                let close = nearest(&named, classes.iter().map(|class| class.name.as_str()));
                let position = classes.iter().position(|class| class.name == named);
                Some(position.ok_or_else(|| TargetError::NoPositive {
                    task: self.task.clone(),
                    column: column.clone(),
                    positive: named.into_owned(),
                    found: match close {
                        Some(close) => format!("{}; did you mean `{close}`?", names(&classes)),
                        None => names(&classes),
                    },
                })?)
            }
        };
        // With the positive value named, the value beside it that most rows have is the other.
        let others = |index: &usize| Some(*index) != positive;
        let mut kept = (0..classes.len()).filter(others);
        let pair = match positive {
            Some(positive) => [kept.next().unwrap_or_default(), positive],
            None => [
                kept.next().unwrap_or_default(),
                kept.next().unwrap_or_default(),
            ],
        };
        let pair_names = pair.map(|index| classes[index].name.clone());
        if let Some(third) = kept
            .map(|index| &classes[index])
            .min_by_key(|class| class.first)
        {
            self.doubt(&classes, observed);
            return Err(self
                .third_value(table, third.first, &third.name, pair_names)
                .into());
        }
        let ordered = match positive {
            Some(_) => pair_names,
            None => match negative_first([&pair_names[0], &pair_names[1]]) {
                Some(ordered) => ordered.map(str::to_owned),
                None => {
                    let mut sorted = pair_names;
                    sorted.sort();
                    warnings.push(format!(
                        "task `{}`: `{}` is taken as the positive value; name it with `positive`",
                        self.task, sorted[1]
                    ));
                    sorted
                }
            },
        };
        self.vocabulary = Vocabulary::Classes(ordered.to_vec());
        Ok(observed)
    }

    pub(super) fn fit_multiclass(
        &mut self,
        table: &Table,
        rows: &[usize],
        warnings: &mut Vec<String>,
    ) -> Result<usize, DataError> {
        let (mut classes, observed) = self.observed_classes(table, rows)?;
        let numbers: Option<HashMap<String, f64>> = classes
            .iter()
            .map(|class| Some((class.name.clone(), class.name.parse().ok()?)))
            .collect();
        let declared = match table.declared.get(&self.columns[0]) {
            Some(DeclaredType::Nominal(values)) => Some(values),
            _ => None,
        };
        classes.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(values) = declared {
            classes.sort_by_key(|class| {
                values
                    .iter()
                    .position(|value| class_name(value) == class.name)
            });
        } else if let Some(numbers) = numbers {
            classes.sort_by(|a, b| numbers[&a.name].total_cmp(&numbers[&b.name]));
        }
        self.warn_of_classes(&classes, observed, warnings);
        self.vocabulary =
            Vocabulary::Classes(classes.into_iter().map(|class| class.name).collect());
        Ok(observed)
    }

    pub(super) fn fit_ordinal(
        &mut self,
        table: &Table,
        rows: &[usize],
        order: Option<&[String]>,
        warnings: &mut Vec<String>,
    ) -> Result<usize, DataError> {
        let (mut classes, observed) = self.observed_classes(table, rows)?;
        let mut ranks: HashMap<String, f64> = HashMap::new();
        for class in &classes {
            let rank = match order {
                Some(order) => order
                    .iter()
                    .position(|value| class_name(value) == class.name)
                    .map(|r| r as f64),
                None => class
                    .name
                    .parse()
                    .ok()
                    .filter(|value: &f64| value.is_finite()),
            };
            let rank = rank.ok_or_else(|| self.no_rank(table, class.first, &class.name, order))?;
            ranks.insert(class.name.clone(), rank);
        }
        classes.sort_by(|a, b| ranks[&a.name].total_cmp(&ranks[&b.name]));
        let unused: Vec<String> = order
            .unwrap_or_default()
            .iter()
            .filter(|value| !ranks.contains_key(class_name(value).as_ref()))
            .map(|value| format!("`{value}`"))
            .collect();
        if !unused.is_empty() {
            warnings.push(format!(
                "task `{}`: no training row has {}, so it is never predicted",
                self.task,
                unused.join(" or ")
            ));
        }
        if order.is_none() {
            self.warn_of_classes(&classes, observed, warnings);
        } else {
            self.warn_of_single_rows(&classes, warnings);
        }
        self.vocabulary =
            Vocabulary::Classes(classes.into_iter().map(|class| class.name).collect());
        Ok(observed)
    }

    pub(super) fn encode_classes(
        &self,
        table: &Table,
        rows: &[usize],
        classes: &[String],
        mut unknown: Unknown<'_>,
    ) -> Result<Labels, DataError> {
        let cells = self.cells(table)?;
        let index: HashMap<&str, i32> = classes.iter().map(String::as_str).zip(0..).collect();
        let mut codes = Vec::with_capacity(rows.len());
        for &row in rows {
            let code = match cells.text(row) {
                None => -1,
                Some(class) => match index
                    .get(class.as_ref())
                    .copied()
                    .or_else(|| code_of_boolean(&class, classes))
                {
                    Some(code) => code,
                    None => {
                        unknown.meet(&class, table, row, |part| {
                            self.unknown_class(table, rows, row, &class, &cells, part)
                        })?;
                        -1
                    }
                },
            };
            codes.push(code);
        }
        Ok(Labels::Classes(codes))
    }

    fn cells<'a>(&self, table: &'a Table) -> Result<Cells<'a>, DataError> {
        cells_of(table, &self.columns[0], &self.role())
    }

    /// The classes of the training rows, at least two, and how many rows have one.
    fn observed_classes(
        &self,
        table: &Table,
        rows: &[usize],
    ) -> Result<(Vec<Class>, usize), DataError> {
        let cells = self.cells(table)?;
        let mut position: HashMap<String, usize> = HashMap::new();
        let mut classes: Vec<Class> = Vec::new();
        let mut observed = 0;
        for &row in rows {
            let Some(name) = cells.text(row) else {
                continue;
            };
            observed += 1;
            if let Some(&index) = position.get(name.as_ref()) {
                classes[index].rows += 1;
            } else {
                position.insert(name.clone().into_owned(), classes.len());
                classes.push(Class {
                    name: name.into_owned(),
                    rows: 1,
                    first: row,
                });
            }
        }
        match classes.as_slice() {
            [] => Err(self.all_missing(&self.columns[0], rows).into()),
            [one] => Err(self.constant(&self.columns[0], &one.name, observed).into()),
            _ => Ok((classes, observed)),
        }
    }

    pub(super) fn warn_of_single_rows(&self, classes: &[Class], warnings: &mut Vec<String>) {
        const SHOWN: usize = 8;
        let single: Vec<String> = classes
            .iter()
            .filter(|class| class.rows == 1)
            .map(|class| format!("`{}`", class.name))
            .collect();
        if single.is_empty() {
            return;
        }
        let more = match single.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        warnings.push(format!(
            "task `{}`: a single training row has the class {}{more}",
            self.task,
            single[..single.len().min(SHOWN)].join(", ")
        ));
    }

    fn unknown_class(
        &self,
        table: &Table,
        rows: &[usize],
        row: usize,
        class: &str,
        cells: &Cells<'_>,
        part: &str,
    ) -> TargetError {
        if let (Kind::Binary, Vocabulary::Classes(classes)) = (self.kind, &self.vocabulary)
            && let [negative, positive] = classes.as_slice()
        {
            let pair = [negative.clone(), positive.clone()];
            return self.third_value(table, row, class, pair);
        }
        let same: Vec<usize> = rows
            .iter()
            .copied()
            .filter(|&row| cells.text(row).is_some_and(|found| found == class))
            .collect();
        self.unseen(table, class, part, &same)
    }

    fn third_value(
        &self,
        table: &Table,
        row: usize,
        value: &str,
        classes: [String; 2],
    ) -> TargetError {
        TargetError::ThirdValue {
            place: table.origin(row).to_string(),
            task: self.task.clone(),
            column: self.columns[0].clone(),
            value: value.to_owned(),
            classes,
            help: self.or_else(
                "correct the cell, add it to `[data] missing`, or make the task `multiclass`",
            ),
        }
    }

    fn no_rank(
        &self,
        table: &Table,
        row: usize,
        value: &str,
        order: Option<&[String]>,
    ) -> TargetError {
        let (reason, help) = match order {
            Some(order) => (
                "is not in its `order`".to_owned(),
                match nearest(value, order.iter().map(String::as_str)) {
                    Some(close) => format!("did you mean `{close}`? else add it to `order`"),
                    None => "add it to `order`, or to `[data] missing`".to_owned(),
                },
            ),
            None => (
                "is not a number".to_owned(),
                "list the values from low to high: order = [...]".to_owned(),
            ),
        };
        TargetError::NoRank {
            place: table.origin(row).to_string(),
            task: self.task.clone(),
            value: value.to_owned(),
            reason,
            help,
        }
    }
}

fn names(classes: &[Class]) -> String {
    const SHOWN: usize = 8;
    let mut shown: Vec<String> = classes
        .iter()
        .take(SHOWN)
        .map(|class| format!("`{}`", class.name))
        .collect();
    if classes.len() > SHOWN {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

/// The code of `true` or `false` where the only class that says so has other capitals: formats that store booleans
/// leave their spelling to the reader, and pandas writes `True`.
fn code_of_boolean(word: &str, classes: &[String]) -> Option<i32> {
    let is_boolean = |text: &str| {
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        is("true") || is("false")
    };
    if !is_boolean(word) {
        return None;
    }
    let mut same = (0..)
        .zip(classes)
        .filter(|(_, class)| class.eq_ignore_ascii_case(word));
    match (same.next(), same.next()) {
        (Some((code, _)), None) => Some(code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_the_same_in_all_capitals_and_words_are_not() {
        let classes = |words: &[&str]| {
            words
                .iter()
                .map(|&word| word.to_owned())
                .collect::<Vec<_>>()
        };
        let of_pandas = classes(&["False", "True"]);
        assert_eq!(code_of_boolean("true", &of_pandas), Some(1));
        assert_eq!(code_of_boolean("FALSE", &of_pandas), Some(0));
        assert_eq!(code_of_boolean("yes", &classes(&["No", "Yes"])), None);
        assert_eq!(code_of_boolean("true", &classes(&["TRUE", "True"])), None);
    }
}
