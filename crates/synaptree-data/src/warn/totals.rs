//! Lines at the end of a file that sum up the rows above them, and rows without a value.

use std::ops::Range;

use arrow_array::{Array, ArrayRef};

use super::named;
use crate::cells::{Cells, Number};
use crate::shown::cell;
use crate::table::Table;

/// Words that stand at the beginning of such a line, in capitals or not.
const TOTALS: [&str; 23] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub total",
    "sub-total",
    "overall total",
    "total general",
    "total général",
    "totale",
    "totaal",
    "sum",
    "sums",
    "summe",
    "gesamt",
    "gesamtsumme",
    "insgesamt",
    "endsumme",
    "suma",
    "итого",
    "всего",
    "合计",
    "合計",
];

/// Words that may also be what a row says.
const MEANS: [&str; 12] = [
    "average",
    "averages",
    "avg",
    "mean",
    "means",
    "median",
    "count",
    "mittelwert",
    "durchschnitt",
    "moyenne",
    "promedio",
    "media",
];

/// Rows at the end of a file that are looked at.
const LOOKED_AT: usize = 64;
/// Least rows above such a line.
const LEAST: usize = 5;
/// Least rows above a line without a word.
const LEAST_WITHOUT: usize = 8;
/// Most such lines in a file.
const MOST: usize = 3;

/// Lines that sum up the rows above them, at the end of each file of a table.
pub(crate) fn find(table: &Table) -> Vec<String> {
    let mut from = 0;
    let mut found = Vec::new();
    for file in table.origins.files() {
        let end = (from + file.rows).min(table.num_rows());
        found.extend(Tail::new(table, from..end).say());
        from = end;
    }
    found
}

/// What can be done about a cell that is no number, where its word seems to be that of such a line.
pub(crate) fn advise(value: &str, help: String) -> String {
    let word = word(value);
    if TOTALS.contains(&word.as_str()) || MEANS.contains(&word.as_str()) {
        format!("delete the line if it sums up those above it and is no row; else {help}")
    } else {
        help
    }
}

fn word(cell: &str) -> String {
    cell.trim().trim_end_matches(':').trim_end().to_lowercase()
}

/// The last rows of a file.
struct Tail<'a> {
    table: &'a Table,
    /// The rows of the file.
    rows: Range<usize>,
    /// The first row that is looked at.
    first: usize,
    columns: Vec<(String, ArrayRef)>,
}

/// Why a row seems to sum up others.
#[derive(Default)]
struct Why {
    /// A column and what it holds.
    word: Option<(String, String)>,
    /// Columns whose cell is the sum of those above.
    sums: Vec<String>,
}

impl<'a> Tail<'a> {
    fn new(table: &'a Table, rows: Range<usize>) -> Self {
        let first = rows.end.saturating_sub(LOOKED_AT).max(rows.start);
        let names = table.column_names().map(str::to_owned);
        let columns = table.batch.columns().iter();
        Self {
            table,
            first,
            columns: names
                .zip(columns.map(|column| column.slice(first, rows.end - first)))
                .collect(),
            rows,
        }
    }

    fn say(&self) -> Vec<String> {
        let cells: Vec<(&str, Cells<'_>)> = self
            .columns
            .iter()
            .filter_map(|(name, column)| Some((name.as_str(), Cells::new(column).ok()?)))
            .collect();
        let is_empty = |row: usize| cells.iter().all(|(_, cells)| cells.is_missing(row));
        let mut end = self.rows.end - self.first;
        while end > 0 && is_empty(end - 1) {
            end -= 1;
        }
        let mut said = Vec::new();
        let empty = self.rows.end - self.first - end;
        if empty > 0 && end > 0 && cells.len() > 1 {
            said.push(format!(
                "{}: {} no value in any column: delete {}",
                self.table.origin(self.first + end),
                match empty {
                    1 => "the last row has".to_owned(),
                    more => format!("from here on the last {more} rows have"),
                },
                if empty == 1 { "it" } else { "them" },
            ));
        }
        let mut found = Vec::new();
        while found.len() < MOST
            && end > 0
            && let Some(why) = self.why(&cells, end - 1)
        {
            end -= 1;
            found.push(why);
        }
        let Some(why) = found.last() else {
            return said;
        };
        let mut signs = Vec::new();
        if let Some((column, word)) = &why.word {
            signs.push(format!("`{}` in column `{column}`", cell(word)));
        }
        if !why.sums.is_empty() {
            let what = if why.sums.len() == 1 {
                "the sum"
            } else {
                "the sums"
            };
            signs.push(format!("{what} of {}", named(&why.sums)));
        }
        let lines = match found.len() {
            1 => "the line seems to sum up the rows above, but it is read as a row: delete it"
                .to_owned(),
            more => format!(
                "the last {more} lines seem to sum up the rows above, but they are read as rows: delete them"
            ),
        };
        said.push(format!(
            "{} holds {}: {lines}",
            self.table.origin(self.first + end),
            signs.join(" and "),
        ));
        said
    }

    /// Why a row, by its number in the tail, seems to sum up those above it.
    fn why(&self, cells: &[(&str, Cells<'_>)], row: usize) -> Option<Why> {
        let above = self.first + row - self.rows.start;
        if above < LEAST || row == 0 {
            return None;
        }
        let word = cells.iter().find_map(|(name, cells)| {
            let Cells::Text(texts) = cells else {
                return None;
            };
            let text = texts.is_valid(row).then(|| texts.value(row))?;
            let found = word(text);
            let is_total = TOTALS.contains(&found.as_str());
            let is_word = is_total || MEANS.contains(&found.as_str());
            let stands_out = |row| matches!(cells.number(row), Number::Value(_));
            // Where nearly all others are numbers, a word says more.
            let is_sure = is_total || (0..row).all(stands_out);
            (is_word && self.is_alone(name, text, row))
                .then(|| ((*name).to_owned(), text.to_owned(), is_sure))
        });
        let has_gap = cells.iter().any(|(_, cells)| {
            cells.is_missing(row) && !(0..row).any(|above| cells.is_missing(above))
        });
        if word.is_none() && !has_gap {
            return None;
        }
        let sums: Vec<String> = cells
            .iter()
            .filter(|(name, cells)| self.is_sum(name, cells, row))
            .map(|(name, _)| (*name).to_owned())
            .collect();
        match word {
            Some((column, text, is_sure)) if is_sure || has_gap || !sums.is_empty() => Some(Why {
                word: Some((column, text)),
                sums,
            }),
            None if !sums.is_empty() && above >= LEAST_WITHOUT => Some(Why { word: None, sums }),
            _ => None,
        }
    }

    /// Whether no row of the file above has a text.
    fn is_alone(&self, name: &str, text: &str, row: usize) -> bool {
        let above = self.rows.start..self.first + row;
        self.table.text(name).is_some_and(|texts| {
            !above
                .into_iter()
                .any(|row| texts.is_valid(row) && texts.value(row) == text)
        })
    }

    /// Whether a cell is the sum of those above it, and greater than each of them.
    fn is_sum(&self, name: &str, cells: &Cells<'_>, row: usize) -> bool {
        let Number::Value(value) = cells.number(row) else {
            return false;
        };
        let Some(column) = self.table.column(name) else {
            return false;
        };
        let column = column.slice(self.rows.start, self.first + row - self.rows.start);
        let Ok(all) = Cells::new(&column) else {
            return false;
        };
        let (mut sum, mut greatest, mut least) = (0.0, 0.0_f64, 0);
        for above in 0..column.len() {
            match all.number(above) {
                Number::Value(value) => {
                    sum += value;
                    greatest = greatest.max(value.abs());
                    least += usize::from(value != 0.0);
                }
                Number::Missing => {}
                Number::Bad(_) => return false,
            }
        }
        least >= LEAST && value.abs() > greatest && (value - sum).abs() <= 1e-6 * sum.abs()
    }
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{bare, csv, only, remarks};

    fn table(last: &str) -> String {
        let rows = csv("id,age,y", 40, |n| {
            format!("p{n},{},{}", n * 7 % 31 + 20, n * n % 13)
        });
        rows + last
    }

    fn said(text: &str) -> Vec<String> {
        let mut said = remarks(Kind::Regression, text, None);
        said.retain(|text| text.contains("sum up") || text.contains("no value in any"));
        said.iter().map(|text| bare(text)).collect()
    }

    #[test]
    fn a_line_of_totals_is_named_with_what_tells_it() {
        let sum = |of: fn(usize) -> usize| (0..40).map(of).sum::<usize>();
        let (ages, ys) = (sum(|n| n * 7 % 31 + 20), sum(|n| n * n % 13));
        insta::assert_snapshot!(only(&said(&table(&format!("Total,,{ys}\n"))), "sum up"), @"train.csv, line 42 holds `Total` in column `id` and the sum of `y`: the line seems to sum up the rows above, but it is read as a row: delete it");
        insta::assert_snapshot!(only(&said(&table(&format!(",{ages},{ys}\n"))), "sum up"), @"train.csv, line 42 holds the sums of `age`, `y`: the line seems to sum up the rows above, but it is read as a row: delete it");
        insta::assert_snapshot!(only(&said(&table(&format!("Summe:,{ages},{ys}\nAverage,,5.1\n,,\n"))), "sum up"), @"train.csv, line 42 holds `Summe:` in column `id` and the sums of `age`, `y`: the last 2 lines seem to sum up the rows above, but they are read as rows: delete them");
    }

    #[test]
    fn rows_without_a_value_at_the_end_are_named() {
        insta::assert_snapshot!(only(&said(&table(",,\n,,\n")), "no value in any"), @"train.csv, line 42: from here on the last 2 rows have no value in any column: delete them");
    }

    #[test]
    fn rows_that_are_rows_are_not_named() {
        let words = csv("grade,age,y", 40, |n| {
            let grade = ["good", "average", "total"][n % 3];
            format!("{grade},{},{}", n * 7 % 31 + 20, n * n % 13)
        });
        for text in [
            table(""),
            table("p40,,7\n"),
            table("mean,31,7\n"),
            words.clone() + "total,31,7\n",
            words + "average,,7\n",
            csv("id,age,y", 40, |n| format!("{},{},{}", n + 1, n % 7, n % 3)),
        ] {
            assert_eq!(said(&text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_total_among_numbers_is_advised_to_be_deleted() {
        let text = csv("age,y", 40, |n| format!("{},{}", n * 7 % 31, n * n % 13)) + "Total,199\n";
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, text).unwrap();
        let data = crate::DataSpec::new("a.csv");
        let tasks = [synaptree_tasks::TaskSpec::new("y", Kind::Regression)];
        let error = crate::load(&data, &[], &tasks, folder.path()).unwrap_err();
        assert!(
            error.to_string().contains("delete the line if it sums up"),
            "{error}"
        );
    }
}
