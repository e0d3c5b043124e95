//! Targets that are real numbers.

use synaptree_tasks::{Labels, Vocabulary};

use super::Target;
use crate::cells::Number;
use crate::columns::cells_of;
use crate::error::DataError;
use crate::preprocess::moments;
use crate::table::Table;
use crate::warn::totals;

impl Target {
    pub(super) fn fit_numbers(
        &mut self,
        table: &Table,
        rows: &[usize],
    ) -> Result<usize, DataError> {
        let (mut means, mut deviations) = (Vec::new(), Vec::new());
        let mut most = 0;
        for column in &self.columns {
            let values: Vec<f64> = self
                .read(table, column, rows)?
                .into_iter()
                .filter(|value| !value.is_nan())
                .collect();
            let Some(&first) = values.first() else {
                return Err(self.all_missing(column, rows).into());
            };
            let (mean, std) = moments(&values);
            if (std as f32) <= 0.0 {
                let constant = self.constant(column, &first.to_string(), values.len());
                return Err(constant.into());
            }
            most = most.max(values.len());
            means.push(mean as f32);
            deviations.push(std as f32);
        }
        self.vocabulary = Vocabulary::Real {
            columns: self.columns.clone(),
            mean: means,
            std: deviations,
        };
        Ok(most)
    }

    pub(super) fn encode_numbers(
        &self,
        table: &Table,
        rows: &[usize],
    ) -> Result<Labels, DataError> {
        let width = self.columns.len();
        let mut values = vec![f32::NAN; rows.len() * width];
        for (index, column) in self.columns.iter().enumerate() {
            for (position, value) in self.read(table, column, rows)?.into_iter().enumerate() {
                values[position * width + index] = value as f32;
            }
        }
        Ok(Labels::Real { width, values })
    }

    /// The numbers of a column; NaN is missing.
    fn read(&self, table: &Table, column: &str, rows: &[usize]) -> Result<Vec<f64>, DataError> {
        let cells = cells_of(table, column, &self.role())?;
        let number = |&row: &usize| match cells.number(row) {
            Number::Missing => Ok(f64::NAN),
            Number::Value(value) => Ok(value),
            Number::Bad(value) => Err(DataError::NotANumber {
                place: table.origin(row).to_string(),
                column: column.to_owned(),
                role: self.role(),
                value: value.to_owned(),
                more: String::new(),
                help: totals::advise(
                    value,
                    "correct it, or add it to `[data] missing`".to_owned(),
                ),
            }),
        };
        rows.iter().map(number).collect()
    }
}
