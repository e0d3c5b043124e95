//! Tables of plain text, columns aligned.

use std::fmt;

/// A table with a header; numbers are aligned to the right.
#[derive(Debug)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(header: &[&str]) -> Self {
        Self {
            rows: vec![header.iter().map(|&cell| cell.to_owned()).collect()],
        }
    }

    /// Adds a row, which has as many cells as the header.
    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.first().map_or(0, Vec::len);
        let width = |column: usize| {
            self.rows
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let numeric = |column: usize| {
            self.rows[1..]
                .iter()
                .map(|row| row[column].as_str())
                .filter(|cell| !cell.is_empty() && *cell != "-")
                .all(|cell| cell.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
        };
        let layout: Vec<(usize, bool)> = (0..columns).map(|c| (width(c), numeric(c))).collect();
        for (index, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (cell, (width, numeric)) in row.iter().zip(&layout) {
                let cell = if *numeric {
                    format!("{cell:>width$}  ")
                } else {
                    format!("{cell:<width$}  ")
                };
                line.push_str(&cell);
            }
            writeln!(f, "{}", line.trim_end())?;
            if index == 0 {
                let total: usize = layout.iter().map(|(width, _)| width + 2).sum();
                writeln!(f, "{}", "-".repeat(total.saturating_sub(2)))?;
            }
        }
        Ok(())
    }
}

/// A figure with four digits; undefined ones as a dash.
pub(crate) fn figure(value: Option<f64>) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if value != 0.0 && (value.abs() >= 1e5 || value.abs() < 1e-4) => {
            format!("{value:.3e}")
        }
        Some(value) if value.abs() >= 100.0 => format!("{value:.1}"),
        Some(value) => format!("{value:.4}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(&["task", "score"]);
        table.row(vec!["species".into(), "0.5".into()]);
        table.row(vec!["x".into(), "-".into()]);
        assert_eq!(
            table.to_string(),
            "task     score\n--------------\nspecies    0.5\nx            -\n"
        );
    }

    #[test]
    fn figures_keep_four_digits() {
        assert_eq!(figure(Some(0.123_456)), "0.1235");
        assert_eq!(figure(Some(12_345.6)), "12345.6");
        assert_eq!(figure(Some(0.000_01)), "1.000e-5");
        assert_eq!(figure(None), "-");
    }
}
