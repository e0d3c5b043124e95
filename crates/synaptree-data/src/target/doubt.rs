//! Classes that seem to be none: amounts, names of rows.

use super::Target;
use super::classes::Class;

/// Classes up to which nothing is doubted.
const FEW: usize = 20;

impl Target {
    /// Warns of classes that seem to be none, or else of those that a single row has.
    pub(super) fn warn_of_classes(
        &mut self,
        classes: &[Class],
        observed: usize,
        warnings: &mut Vec<String>,
    ) {
        if !self.doubt(classes, observed) {
            return self.warn_of_single_rows(classes, warnings);
        }
        if let Some(doubt) = &self.doubt {
            warnings.push(format!(
                "task `{}` takes each value for a class of its own, but {doubt}",
                self.task
            ));
        }
    }

    /// Notes what speaks against these classes of the training rows; whether it does so unless somebody knows better.
    ///
    /// | More than 20 classes that are | are | |
    /// |---|---|---|
    /// | numbers, fractions among them, in fewer than 50 rows each on average | amounts | told |
    /// | whole numbers in fewer than 5 rows each on average | amounts | told |
    /// | other numbers | amounts or codes | mentioned where a part has others |
    /// | other texts, most of them in a single row | names of rows | told |
    pub(super) fn doubt(&mut self, classes: &[Class], observed: usize) -> bool {
        if classes.len() <= FEW {
            return false;
        }
        let (column, different) = (&self.columns[0], classes.len());
        let numbers: Option<Vec<f64>> = classes
            .iter()
            .map(|class| {
                class
                    .name
                    .parse()
                    .ok()
                    .filter(|value: &f64| value.is_finite())
            })
            .collect();
        let (doubt, is_sure) = if let Some(numbers) = numbers {
            let has_fractions = numbers.iter().any(|value| value.fract() != 0.0);
            let is_sure = observed < if has_fractions { 50 } else { 5 } * different;
            let when = if is_sure {
                "to predict them as numbers"
            } else {
                "if they are amounts"
            };
            let doubt = format!(
                "column `{column}` holds {different} different numbers in training: {when}, write `kind = \"regression\"`"
            );
            (doubt, is_sure)
        } else if 2 * classes.iter().filter(|class| class.rows == 1).count() > different {
            let doubt = format!(
                "column `{column}` holds {different} different values in {observed} labelled training rows: it seems to \
                 name the rows, and names of other rows cannot be learned"
            );
            (doubt, true)
        } else {
            return false;
        };
        self.doubt = Some(doubt);
        is_sure
    }

    /// Advice, behind what speaks against the classes.
    pub(super) fn or_else(&self, advice: &str) -> String {
        match &self.doubt {
            Some(doubt) => format!("{doubt}; else {advice}"),
            None => advice.to_owned(),
        }
    }
}
