//! Remarks on data that can be read and trained on, and still may not mean what they seem to.
//!
//! | File | Says |
//! |---|---|
//! | `totals` | the last line of a file sums up the others |
//! | `slips` | a few cells make words of a column of numbers |
//! | `sentinels` | a number that is far from all others comes back again and again |
//! | `variants` | words differ in capitals or spaces alone |
//! | `determined` | an input tells a target |
//! | `few_labels` | a target has fewer than ten labels in a part |
//! | `one_class` | a part has one class alone, or training hardly any row of one |
//! | `empty` | a column has no value in a part |
//! | `unseen` | a part has values that no training row has |
//! | `remarks` | the same, and columns without a value, of rows that come piece by piece |
//! | `duplicates` | rows of a part stand in another one too, more of them than `chance` makes alike |
//! | `shift` | a part is distributed otherwise than the training rows |

mod chance;
pub(crate) mod determined;
mod duplicates;
mod empty;
mod few_labels;
mod one_class;
mod remarks;
pub(crate) mod sentinels;
pub(crate) mod shift;
pub(crate) mod slips;
mod strangers;
pub(crate) mod totals;
mod unseen;
pub(crate) mod variants;

use crate::dataset::Split;
use crate::preprocess::Preprocessing;
use crate::spec::DataSpec;
use crate::split::Part;
use crate::table::Table;

pub(crate) use self::chance::Sampled;
pub(crate) use self::duplicates::Twins;
pub(crate) use self::few_labels::Counts;
pub(crate) use self::one_class::ClassCounts;
pub use self::remarks::Remarks;
pub(crate) use self::strangers::Strangers;

/// Most columns or values that one remark names.
const NAMED: usize = 5;

/// Some rows of a table with what became of them.
#[derive(Clone, Copy)]
#[expect(
    clippy::struct_field_names,
    reason = "the rows of `Rows` are their numbers"
)]
pub(crate) struct Rows<'a> {
    pub(crate) part: Part,
    pub(crate) table: &'a Table,
    pub(crate) rows: &'a [usize],
}

/// Looks at the parts one after the other, the training rows first.
pub(crate) struct Watch<'a> {
    preprocessing: &'a Preprocessing,
    train: Rows<'a>,
    twins: Twins,
    data: &'a DataSpec,
}

impl<'a> Watch<'a> {
    /// Looks at the training rows.
    pub(crate) fn new(
        preprocessing: &'a Preprocessing,
        data: &'a DataSpec,
        train: Rows<'a>,
        split: &Split,
        warnings: &mut Vec<String>,
    ) -> Self {
        warnings.extend(slips::find(preprocessing, data, train.table, train.rows));
        warnings.extend(variants::find(preprocessing, train));
        warnings.extend(sentinels::find(preprocessing, data, train));
        warnings.extend(determined::find(preprocessing, train.table, train.rows));
        warnings.extend(few_labels::find(preprocessing, train, split));
        warnings.extend(one_class::find(preprocessing, data, Part::Train, split));
        Self {
            preprocessing,
            train,
            twins: Twins::new(preprocessing, data, train, split),
            data,
        }
    }

    /// Looks at the rows of another part.
    pub(crate) fn part(&mut self, part: Rows<'_>, split: &Split, warnings: &mut Vec<String>) {
        warnings.extend(few_labels::find(self.preprocessing, part, split));
        warnings.extend(one_class::find(
            self.preprocessing,
            self.data,
            part.part,
            split,
        ));
        warnings.extend(empty::find(self.preprocessing, part));
        warnings.extend(unseen::find(self.preprocessing, self.train, part));
        warnings.extend(self.twins.find(part, split));
        warnings.extend(shift::find(
            self.preprocessing,
            self.train,
            part,
            self.data.order_by.as_deref(),
        ));
    }
}

/// Some names, and how many more there are.
fn named(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    match names.len().saturating_sub(NAMED) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
pub(crate) mod testing {
    //! Data sets of a few lines for the tests of the remarks.

    use synaptree_tasks::{Kind, TaskSpec};

    use crate::dataset::Dataset;
    use crate::load::load;
    use crate::spec::{DataSpec, Files, PartSpec};

    /// The remarks on a table whose last column is the binary or regression target `y`; `test`
    /// is a file of its own where it is given.
    pub(crate) fn remarks(kind: Kind, train: &str, test: Option<&str>) -> Vec<String> {
        loaded(kind, train, test).warnings
    }

    fn loaded(kind: Kind, train: &str, test: Option<&str>) -> Dataset {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        write("train.csv", train).unwrap();
        let mut data = DataSpec::new("train.csv");
        data.validation = Some(PartSpec::Off(false));
        data.test = Some(PartSpec::Off(false));
        if let Some(test) = test {
            write("test.csv", test).unwrap();
            data.test = Some(PartSpec::Files(Files::from("test.csv")));
        }
        load(&data, &[], &[TaskSpec::new("y", kind)], folder.path()).unwrap()
    }

    /// What a file name in a message is without its folder.
    pub(crate) fn bare(text: &str) -> String {
        let mut bare = String::new();
        for word in text.split_inclusive(' ') {
            let start = word.rfind(['/', '\\']).map_or(0, |slash| slash + 1);
            let opens = word.starts_with('(') && start > 0;
            bare += if opens { "(" } else { "" };
            bare += &word[start..];
        }
        bare
    }

    /// The one remark that holds a word.
    pub(crate) fn only(remarks: &[String], word: &str) -> String {
        let found: Vec<&String> = remarks.iter().filter(|text| text.contains(word)).collect();
        assert_eq!(found.len(), 1, "{remarks:#?}");
        bare(found[0])
    }

    /// A header and rows.
    pub(crate) fn csv(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
        let mut text = format!("{header}\n");
        for n in 0..rows {
            text += &row(n);
            text += "\n";
        }
        text
    }

    #[test]
    fn folders_are_left_out() {
        assert_eq!(bare("in (data/x/a.csv, line 2)"), "in (a.csv, line 2)");
    }
}
