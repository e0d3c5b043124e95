//! One input column: fitted on the training rows, then turned into numbers or codes.

use std::collections::{HashMap, HashSet};

use arrow_schema::DataType;
use serde::{Deserialize, Serialize};

use super::category::{CategoryEncoding, Codes};
use super::date::DateEncoding;
use super::moment::{Moment, moment};
use super::number::NumberEncoding;
use super::writing::Writing;
use crate::cells::{Cells, Number};
use crate::declaration::DeclaredType;
use crate::error::DataError;
use crate::spec::InputSpec;
use crate::table::Table;
use crate::typing::{ColumnType, label_separator, truth};
use crate::warn::totals;

/// One input column as it was fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FittedColumn {
    /// The name of the column.
    pub(crate) name: String,
    /// The input that reads it.
    pub(crate) input: String,
    pub(crate) encoding: Encoding,
}

/// How the cells of a column become inputs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Encoding {
    Number(NumberEncoding),
    /// 0 or 1; a gap is the share of ones in the training rows.
    Boolean {
        fill: f32,
        indicator: bool,
    },
    Category(CategoryEncoding),
    /// A 0/1 number for each label.
    Labels {
        separator: String,
        labels: Vec<String>,
        indicator: bool,
    },
    Date(DateEncoding),
}

/// What a role is called in messages.
const ROLE: &str = "an input";

impl FittedColumn {
    /// Fits a column of a known type on the training rows; `None` if nothing of it is left once
    /// rare values are folded.
    pub(crate) fn fit(
        table: &Table,
        name: &str,
        cells: &Cells<'_>,
        kind: ColumnType,
        rows: &[usize],
        input: &InputSpec,
    ) -> Result<Option<Self>, DataError> {
        let has_gaps = rows.iter().any(|&row| missing(cells, kind, row));
        let indicator = has_gaps && input.missing_indicator;
        let encoding = match kind {
            ColumnType::Number => {
                let mut values = Vec::with_capacity(rows.len());
                for &row in rows {
                    values.extend(number(table, name, cells, row)?);
                }
                if values.is_empty() {
                    return Ok(None);
                }
                let scaling = input.scaling.of(name);
                Encoding::Number(NumberEncoding {
                    indicator,
                    ..NumberEncoding::fit(values, has_gaps, scaling, input.impute)
                })
            }
            ColumnType::Date => {
                let writing = Writing::of(cells, rows);
                let mut moments = Vec::with_capacity(rows.len());
                for &row in rows {
                    moments.extend(date(table, name, cells, writing, row)?);
                }
                if moments.is_empty() {
                    return Ok(None);
                }
                let scaling = input.scaling.of(name);
                let encoding = DateEncoding::fit(&moments, indicator, scaling, input.impute);
                Encoding::Date(encoding.read_by(writing))
            }
            ColumnType::Boolean => {
                let (mut yes, mut observed) = (0, 0);
                for &row in rows {
                    if let Some(answer) = boolean(table, name, ROLE, cells, row)? {
                        yes += usize::from(answer);
                        observed += 1;
                    }
                }
                Encoding::Boolean {
                    fill: (yes as f64 / observed as f64) as f32,
                    indicator,
                }
            }
            ColumnType::Category => {
                let mut counts: HashMap<String, usize> = HashMap::new();
                for value in rows.iter().filter_map(|&row| cells.text(row)) {
                    match counts.get_mut(value.as_ref()) {
                        Some(count) => *count += 1,
                        None => drop(counts.insert(value.into_owned(), 1)),
                    }
                }
                let declared = match table.declared.get(name) {
                    Some(DeclaredType::Nominal(values)) => Some(values.as_slice()),
                    _ => None,
                };
                let encoding = CategoryEncoding::fit(&counts, has_gaps, input.rare, declared);
                if encoding.values.is_empty() {
                    return Ok(None);
                }
                Encoding::Category(encoding.encoded(name, input))
            }
            ColumnType::Labels => {
                let separator = label_separator(cells, rows);
                let mut counts: HashMap<String, usize> = HashMap::new();
                for labels in rows.iter().filter_map(|&row| cells.labels(row, separator)) {
                    let once: HashSet<_> = labels.into_iter().collect();
                    for label in once {
                        *counts.entry(label.into_owned()).or_default() += 1;
                    }
                }
                let mut frequent: Vec<(usize, String)> = counts
                    .into_iter()
                    .filter(|(_, count)| *count >= input.rare)
                    .map(|(label, count)| (count, label))
                    .collect();
                frequent.sort_unstable_by(|(n, a), (m, b)| m.cmp(n).then_with(|| a.cmp(b)));
                frequent.truncate(input.labels_max);
                let mut labels: Vec<String> =
                    frequent.into_iter().map(|(_, label)| label).collect();
                labels.sort_unstable();
                if labels.is_empty() {
                    return Ok(None);
                }
                Encoding::Labels {
                    separator: separator.to_owned(),
                    labels,
                    indicator,
                }
            }
            ColumnType::Text => return Ok(None),
        };
        Ok(Some(Self {
            name: name.to_owned(),
            input: input.name.clone(),
            encoding,
        }))
    }

    /// The names of its numbers.
    pub(crate) fn number_names(&self) -> Vec<String> {
        let name = &self.name;
        let (mut names, indicator) = match &self.encoding {
            Encoding::Number(encoding) => (vec![name.clone()], encoding.indicator),
            Encoding::Boolean { indicator, .. } => (vec![name.clone()], *indicator),
            Encoding::Category(_) => (Vec::new(), false),
            Encoding::Date(encoding) => (
                encoding
                    .parts()
                    .iter()
                    .map(|part| format!("{name} ({part})"))
                    .collect(),
                encoding.indicator,
            ),
            Encoding::Labels {
                labels, indicator, ..
            } => (
                labels
                    .iter()
                    .map(|label| format!("{name}={label}"))
                    .collect(),
                *indicator,
            ),
        };
        names.extend(indicator.then(|| format!("{name} is missing")));
        names
    }

    /// Leaves out how far apart dates are.
    pub(crate) fn forget_days(&mut self) {
        if let Encoding::Date(encoding) = &mut self.encoding {
            *encoding = encoding.clone().of_order();
        }
    }

    pub(crate) fn is_number(&self) -> bool {
        matches!(self.encoding, Encoding::Number(_) | Encoding::Date(_))
    }

    /// How its dates are read, where it holds dates.
    pub(crate) fn writing(&self) -> Option<Writing> {
        match &self.encoding {
            Encoding::Date(encoding) => Some(encoding.writing),
            _ => None,
        }
    }

    /// Whether a gap looks like a value.
    pub(crate) fn is_blind_to_gaps(&self) -> bool {
        match &self.encoding {
            Encoding::Number(encoding) => !encoding.indicator,
            Encoding::Boolean { indicator, .. } => !indicator,
            Encoding::Category(encoding) => !encoding.missing,
            Encoding::Labels { .. } | Encoding::Date(_) => false,
        }
    }

    pub(crate) fn category(&self) -> Option<&CategoryEncoding> {
        match &self.encoding {
            Encoding::Category(encoding) => Some(encoding),
            _ => None,
        }
    }

    /// Writes the numbers of some rows, `stride` apart, and their codes; `index` is that of its
    /// category, where it is one.
    pub(crate) fn apply(
        &self,
        table: &Table,
        cells: &Cells<'_>,
        rows: &[usize],
        index: Option<&Codes<'_>>,
        numbers: &mut Strided<'_, f32>,
        codes: &mut Strided<'_, i32>,
    ) -> Result<(), DataError> {
        match &self.encoding {
            Encoding::Number(encoding) => {
                for (position, &row) in rows.iter().enumerate() {
                    let value = number(table, &self.name, cells, row)?;
                    numbers.set(position, 0, encoding.apply(value));
                    if encoding.indicator {
                        numbers.set(position, 1, f32::from(u8::from(value.is_none())));
                    }
                }
            }
            Encoding::Date(encoding) => {
                let width = encoding.parts().len();
                for (position, &row) in rows.iter().enumerate() {
                    let at = date(table, &self.name, cells, encoding.writing, row)?;
                    for (part, value) in encoding.apply(at).enumerate() {
                        numbers.set(position, part, value);
                    }
                    if encoding.indicator {
                        numbers.set(position, width, f32::from(u8::from(at.is_none())));
                    }
                }
            }
            Encoding::Boolean { fill, indicator } => {
                for (position, &row) in rows.iter().enumerate() {
                    let answer = boolean(table, &self.name, ROLE, cells, row)?;
                    let value = answer.map_or(*fill, |answer| f32::from(u8::from(answer)));
                    numbers.set(position, 0, value);
                    if *indicator {
                        numbers.set(position, 1, f32::from(u8::from(answer.is_none())));
                    }
                }
            }
            Encoding::Category(encoding) => {
                for (position, &row) in rows.iter().enumerate() {
                    let code = match cells.text(row) {
                        Some(value) => index.and_then(|index| index.of(&value)).unwrap_or(0),
                        None => encoding.missing_code(),
                    };
                    codes.set(position, 0, code);
                }
            }
            Encoding::Labels {
                separator,
                labels,
                indicator,
            } => {
                for (position, &row) in rows.iter().enumerate() {
                    let found = cells.labels(row, separator);
                    for label in found.iter().flatten() {
                        if let Ok(column) =
                            labels.binary_search_by(|known| known.as_str().cmp(label.as_ref()))
                        {
                            numbers.set(position, column, 1.0);
                        }
                    }
                    if *indicator && found.is_none() {
                        numbers.set(position, labels.len(), 1.0);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The columns of one input column within row-major values that start at 0.
pub(crate) struct Strided<'a, T> {
    pub(crate) values: &'a mut [T],
    pub(crate) width: usize,
    pub(crate) offset: usize,
}

impl<T> Strided<'_, T> {
    fn set(&mut self, row: usize, column: usize, value: T) {
        self.values[row * self.width + self.offset + column] = value;
    }
}

fn missing(cells: &Cells<'_>, kind: ColumnType, row: usize) -> bool {
    match kind {
        ColumnType::Number => cells.number(row) == Number::Missing,
        _ => cells.is_missing(row),
    }
}

fn number(
    table: &Table,
    name: &str,
    cells: &Cells<'_>,
    row: usize,
) -> Result<Option<f64>, DataError> {
    match cells.number(row) {
        Number::Missing => Ok(None),
        Number::Value(value) => Ok(Some(value)),
        Number::Bad(value) => Err(DataError::NotANumber {
            place: table.origin(row).to_string(),
            column: name.to_owned(),
            role: ROLE.to_owned(),
            value: value.to_owned(),
            more: String::new(),
            help: totals::advise(value, not_a_number_help(name)),
        }),
    }
}

fn date(
    table: &Table,
    name: &str,
    cells: &Cells<'_>,
    writing: Writing,
    row: usize,
) -> Result<Option<i64>, DataError> {
    let stored = table
        .column(name)
        .map_or(&DataType::Null, |column| column.data_type());
    match moment(cells, stored, writing, row) {
        Moment::Missing => Ok(None),
        Moment::Value(at) => Ok(Some(at)),
        Moment::Bad(value) => Err(DataError::NotADate {
            place: table.origin(row).to_string(),
            column: name.to_owned(),
            value: value.to_owned(),
            more: String::new(),
            help: not_a_date_help(name),
        }),
    }
}

/// What to do about a word in a column of numbers or of yes and no.
pub(crate) fn not_a_number_help(column: &str) -> String {
    format!(
        "correct it, add it to `[data] missing`, or say that the column holds categories: \
         types = {{ \"{column}\" = \"category\" }}"
    )
}

/// What to do about a word in a column of dates.
pub(crate) fn not_a_date_help(column: &str) -> String {
    format!(
        "write it so, add it to `[data] missing`, or say that the column holds categories: \
         types = {{ \"{column}\" = \"category\" }}"
    )
}

/// The answer of a cell that says yes or no.
pub(crate) fn boolean(
    table: &Table,
    name: &str,
    role: &str,
    cells: &Cells<'_>,
    row: usize,
) -> Result<Option<bool>, DataError> {
    let Some(value) = cells.text(row) else {
        return Ok(None);
    };
    match truth(&value) {
        Some(answer) => Ok(Some(answer)),
        None => Err(DataError::NotABoolean {
            place: table.origin(row).to_string(),
            column: name.to_owned(),
            role: role.to_owned(),
            value: value.into_owned(),
            help: if role == ROLE {
                not_a_number_help(name)
            } else {
                "correct it, or add it to `[data] missing`".to_owned()
            },
        }),
    }
}
