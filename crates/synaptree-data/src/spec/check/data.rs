//! `[data]`: keys that exclude each other and fractions that leave no training rows.

use synaptree_config::{Diagnostic, Diagnostics};

use crate::codes::section;
use crate::spec::data::{ColumnPart, DataSpec, PartSpec};

impl DataSpec {
    /// Reports what the schema cannot: keys that exclude each other and fractions that leave no
    /// training rows.
    pub fn check(&self, diagnostics: &mut Diagnostics) {
        if self.train.sources().is_empty() {
            diagnostics.push(
                Diagnostic::error(&section::TRAIN, "data.train", "no file to train on")
                    .label("names no file")
                    .help("name a file: train = \"animals.csv\""),
            );
        }
        self.check_parts(diagnostics);
        self.check_ways_to_split(diagnostics);
        self.check_reading(diagnostics);
    }

    fn check_parts(&self, diagnostics: &mut Diagnostics) {
        let mut taken = self.calibration.unwrap_or(0.0);
        for (key, part) in [("validation", &self.validation), ("test", &self.test)] {
            let path = format!("data.{key}");
            match part {
                Some(PartSpec::Off(true)) => diagnostics.push(
                    Diagnostic::error(&section::PART, path, format!("`{key} = true` says nothing"))
                        .label("a fraction, files, { column, value } or false")
                        .help(format!("write `{key} = 0.15`, or `{key} = false` for none")),
                ),
                Some(PartSpec::Files(source)) if source.sources().is_empty() => diagnostics.push(
                    Diagnostic::error(&section::PART, path, format!("`{key}` is an empty list"))
                        .label("names no file")
                        .help(format!("name a file, or write `{key} = false`")),
                ),
                Some(PartSpec::Column(part)) if part.value.as_slice().is_empty() => {
                    diagnostics.push(
                        Diagnostic::error(&section::PART, path, format!("`{key}` has no value"))
                            .label("no row can belong to it")
                            .help("name the value, or values, of its rows"),
                    );
                }
                _ => {}
            }
        }
        if let (Some(PartSpec::Column(first)), Some(PartSpec::Column(second))) =
            (&self.validation, &self.test)
            && let Some(value) = shared_value(first, second)
        {
            diagnostics.push(
                Diagnostic::error(
                    &section::PART,
                    "data.test.value",
                    "a row cannot be in the validation and the test part",
                )
                .label(format!(
                    "`validation` takes the rows with \"{value}\" already"
                ))
                .help("give each part values of its own"),
            );
        }
        for part in [self.validation(), self.test()] {
            if let PartSpec::Fraction(fraction) = part {
                taken += fraction;
            }
        }
        if taken >= 1.0 {
            let key = ["test", "validation", "calibration"]
                .into_iter()
                .find(|key| match *key {
                    "test" => matches!(self.test, Some(PartSpec::Fraction(_))),
                    "validation" => matches!(self.validation, Some(PartSpec::Fraction(_))),
                    _ => true,
                })
                .unwrap_or("test");
            diagnostics.push(
                Diagnostic::error(
                    &section::FRACTIONS,
                    format!("data.{key}"),
                    "validation, test and calibration leave no rows to train on",
                )
                .label(format!(
                    "together they take {:.0} % of the rows",
                    100.0 * taken
                ))
                .help("their fractions must add up to less than 1"),
            );
        }
    }

    fn check_ways_to_split(&self, diagnostics: &mut Diagnostics) {
        let given = [
            ("split_by", self.split_by.is_some()),
            ("stratify_by", self.stratify_by.is_some()),
            ("order_by", self.order_by.is_some()),
        ];
        let given: Vec<&str> = given
            .into_iter()
            .filter(|(_, is_given)| *is_given)
            .map(|(key, _)| key)
            .collect();
        for key in given.iter().skip(1) {
            diagnostics.push(
                Diagnostic::error(
                    &section::SPLIT,
                    format!("data.{key}"),
                    format!(
                        "`{}` and `{key}` cannot both decide where a row goes",
                        given[0]
                    ),
                )
                .at_key()
                .label(format!("`{}` is given as well", given[0]))
                .help("keep one of them"),
            );
        }
        let takes_fractions = self.calibration.is_some()
            || [self.validation(), self.test()]
                .iter()
                .any(|part| matches!(part, PartSpec::Fraction(_)));
        if !takes_fractions {
            for key in given {
                diagnostics.push(
                    Diagnostic::warning(
                        &section::SPLIT,
                        format!("data.{key}"),
                        format!("`{key}` does nothing: no part is a fraction of `train`"),
                    )
                    .at_key()
                    .label("has no effect")
                    .help("take it away, or make a part a fraction such as `test = 0.15`"),
                );
            }
        }
    }
}

/// A value that two parts take from one column.
fn shared_value<'a>(first: &ColumnPart, second: &'a ColumnPart) -> Option<&'a str> {
    let mut values = second.value.as_slice().iter();
    let of_first = |value: &&String| first.value.as_slice().contains(value);
    let shared = values.find(of_first)?;
    (first.column == second.column).then_some(shared)
}
