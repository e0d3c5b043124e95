//! What is remarked on rows that come piece by piece.

use synaptree_config::counted;
use synaptree_tasks::Labels;

use super::named;
use super::strangers::Strangers;
use crate::columns::cells_of;
use crate::dataset::Features;
use crate::preprocess::Preprocessing;
use crate::table::Table;

/// Remarks on rows that a model was not fitted on, gathered piece by piece: values and labels that it
/// does not know, and columns without a value in any row.
///
/// A hashed category knows every value, so nothing is said about it.
///
/// # Example
///
/// ```
/// use synaptree_data::{DataSpec, PartSpec, Remarks, load};
/// use synaptree_tasks::{Kind, TaskSpec};
///
/// let folder = tempfile::tempdir()?;
/// std::fs::write(folder.path().join("a.csv"), "skin,wet\nfur,no\nfur,no\nslime,yes\nslime,yes\n")?;
/// let mut data = DataSpec::new("a.csv");
/// data.validation = Some(PartSpec::Off(false));
/// data.test = data.validation.clone();
/// let model = load(&data, &[], &[TaskSpec::new("wet", Kind::Binary)], folder.path())?.preprocessing;
///
/// let new = folder.path().join("new.csv");
/// std::fs::write(&new, "skin\nfur\nscales\n")?;
/// let mut remarks = Remarks::new(&model);
/// for table in model.read_chunks(&new, 1)? {
///     let table = table?;
///     remarks.look(&model, &table, &model.apply(&table)?);
/// }
/// let said = remarks.of("the rows to predict");
/// assert!(said[0].contains("`scales`") && said[0].contains("line 3"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Remarks {
    columns: Vec<Column>,
    answers: Vec<Answers>,
    rows: usize,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    filled: bool,
    unknown: Strangers,
}

/// The labels of a task that are compared with predictions.
#[derive(Clone, Debug)]
struct Answers {
    task: String,
    /// Rows with a label, known or not.
    labelled: usize,
    /// The labels that the model knows.
    known: Vec<String>,
    unknown: Strangers,
}

impl Remarks {
    /// Nothing looked at yet.
    pub fn new(preprocessing: &Preprocessing) -> Self {
        let columns = preprocessing.fitted().iter().map(|column| Column {
            name: column.name.clone(),
            filled: false,
            unknown: Strangers::default(),
        });
        let answers = preprocessing.targets().iter().map(|target| Answers {
            task: target.task.clone(),
            labelled: 0,
            known: target.vocabulary.names().to_vec(),
            unknown: Strangers::default(),
        });
        Self {
            columns: columns.collect(),
            answers: answers.collect(),
            rows: 0,
        }
    }

    /// Looks at every row of a table and its features.
    pub fn look(&mut self, preprocessing: &Preprocessing, table: &Table, features: &Features) {
        let rows: Vec<usize> = (0..table.num_rows()).collect();
        self.look_at(preprocessing, table, &rows, features);
    }

    /// Looks at some rows of a table and their features.
    pub(crate) fn look_at(
        &mut self,
        preprocessing: &Preprocessing,
        table: &Table,
        rows: &[usize],
        features: &Features,
    ) {
        self.rows += rows.len();
        let mut category = 0;
        for (column, fitted) in self.columns.iter_mut().zip(preprocessing.fitted()) {
            let of_codes = fitted.category().map(|_| category);
            category += usize::from(of_codes.is_some());
            let Ok(cells) = cells_of(table, &column.name, "an input") else {
                continue;
            };
            column.filled = column.filled || rows.iter().any(|&row| !cells.is_missing(row));
            let Some(position) = of_codes else { continue };
            let codes = features.categories.iter().skip(position);
            for (&row, &code) in rows.iter().zip(codes.step_by(features.category_width)) {
                // The code of what is unknown is that of a gap too where training had none.
                if code == 0
                    && let Some(value) = cells.text(row)
                {
                    column.unknown.meet(&value, table, row);
                }
            }
        }
    }

    /// Looks at the labels of a task that `encode` reads; it leaves those out that it does not know.
    pub(crate) fn look_at_labels<E>(
        &mut self,
        task: usize,
        encode: impl FnOnce(&mut Strangers) -> Result<Labels, E>,
    ) -> Result<Labels, E> {
        let answers = &mut self.answers[task];
        let before = answers.unknown.cells;
        let labels = encode(&mut answers.unknown)?;
        answers.labelled += labels.observed();
        // Of several labels of a row the known ones stay.
        if !matches!(labels, Labels::Nodes { .. }) {
            answers.labelled += answers.unknown.cells - before;
        }
        Ok(labels)
    }

    /// What there is to say; `what` is what the rows are called.
    pub fn of(&self, what: &str) -> Vec<String> {
        let unknown = self.columns.iter().filter_map(|column| column.say(what));
        let empty: Vec<String> = self
            .columns
            .iter()
            .filter(|column| !column.filled && self.rows > 0)
            .map(|column| column.name.clone())
            .collect();
        let empty = (!empty.is_empty()).then(|| {
            format!(
                "none of {what} has a value in {}, which training rows have: answers and figures \
                 are for other data",
                named(&empty)
            )
        });
        let answers = self.answers.iter().filter_map(|answers| answers.say(what));
        unknown.chain(empty).chain(answers).collect()
    }
}

impl Column {
    fn say(&self, what: &str) -> Option<String> {
        let (has, they) = match self.unknown.cells {
            1 => ("has", "it is"),
            _ => ("have", "they are"),
        };
        (self.unknown.cells > 0).then(|| {
            format!(
                "column `{}`: {} of {what} {has} a value that no training row has, or too few: {}; {they} read as unknown",
                self.name,
                self.unknown.cells,
                self.unknown.named()
            )
        })
    }
}

impl Answers {
    fn say(&self, what: &str) -> Option<String> {
        let unknown = self.unknown.cells;
        (unknown > 0).then(|| {
            format!(
                "task `{}`: {} of {what} {} labelled, with {} that no training row has: {}; the model knows {}; the figures \
                 leave {} out, though no answer of the model can be right there",
                self.task,
                self.labelled,
                if self.labelled == 1 { "is" } else { "are" },
                counted(unknown, "label"),
                self.unknown.named(),
                named(&self.known),
                if unknown == 1 { "it" } else { "them" },
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::{Kind, TaskSpec};

    use super::*;
    use crate::load::load;
    use crate::spec::{DataSpec, PartSpec};

    fn said(new: &str, rows: usize) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mut text = String::from("skin,legs,y\n");
        for n in 0..40 {
            text += &format!("{},{},{}\n", ["fur", "scales"][n / 2 % 2], n % 5, n % 2);
        }
        std::fs::write(&path, text).unwrap();
        let mut data = DataSpec::new("a.csv");
        data.validation = Some(PartSpec::Off(false));
        data.test = data.validation.clone();
        let tasks = [TaskSpec::new("y", Kind::Binary)];
        let model = load(&data, &[], &tasks, folder.path())
            .unwrap()
            .preprocessing;
        let path = folder.path().join("new.csv");
        std::fs::write(&path, new).unwrap();
        let mut remarks = Remarks::new(&model);
        for table in model.read_chunks(&path, rows).unwrap() {
            let table = table.unwrap();
            let features = model.apply(&table).unwrap();
            remarks.look(&model, &table, &features);
        }
        remarks
            .of("the rows to predict")
            .iter()
            .map(|text| crate::warn::testing::bare(text))
            .collect()
    }

    #[test]
    fn pieces_are_remarked_on_as_a_whole() {
        let mut new = String::from("skin,legs\n");
        for n in 0..20 {
            new += &format!("{},\n", ["slime", "fur", "", "bark"][n % 4]);
        }
        let whole = said(&new, 100);
        assert_eq!(whole, said(&new, 3));
        assert_eq!(
            whole,
            [
                "column `skin`: 10 of the rows to predict have a value that no training row has, or \
                 too few: `bark` (new.csv, line 5), `slime` (new.csv, line 2); they are read as \
                 unknown",
                "none of the rows to predict has a value in `legs`, which training rows have: \
                 answers and figures are for other data"
            ]
        );
    }

    #[test]
    fn known_rows_get_no_remark() {
        assert!(said("skin,legs\nfur,2\n,1\n", 1).is_empty());
    }

    #[test]
    fn values_beyond_those_that_are_counted_are_mentioned() {
        let mut new = String::from("skin,legs\n");
        for n in 0..1200 {
            new += &format!("s{n:04},2\n");
        }
        let said = said(&new, 100);
        assert!(
            said[0].contains("1200 of the rows") && said[0].contains("and more than 995 more"),
            "{said:?}"
        );
    }
}
