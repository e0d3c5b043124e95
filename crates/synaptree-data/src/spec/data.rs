//! `[data]`: which files, how they are read, and how their rows are split.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_tasks::OneOrMany;

use crate::read::{Encoding, ReadOptions, Source};
use crate::split::Part;
use crate::typing::ColumnType;

/// One or several files: a path, a glob, or a list.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum Files {
    /// A path or a glob such as `"parts/*.csv"`.
    One(String),
    /// Several paths or globs, read one after the other.
    Many(Vec<FileSpec>),
}

/// One entry of a list of files.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum FileSpec {
    /// A path or a glob.
    Path(String),
    /// A path or a glob whose columns get other names: `{ file = "a.csv", rename = { G3 = "mathematics" } }`.
    Renamed(Source),
}

impl Files {
    /// Each path or glob with the new names of its columns.
    pub fn sources(&self) -> Vec<Source> {
        match self {
            Files::One(path) => vec![Source::from(path.as_str())],
            Files::Many(files) => files
                .iter()
                .map(|file| match file {
                    FileSpec::Path(path) => Source::from(path.as_str()),
                    FileSpec::Renamed(source) => source.clone(),
                })
                .collect(),
        }
    }
}

impl From<&str> for Files {
    fn from(path: &str) -> Self {
        Files::One(path.to_owned())
    }
}

/// Where the rows of validation or test come from.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(untagged)]
pub enum PartSpec {
    /// This share of the rows of `train`.
    Fraction(#[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))] f64),
    /// `false`: there is no such part.
    Off(#[schemars(extend("const" = false))] bool),
    /// The rows of `train` with a value in a column.
    Column(ColumnPart),
    /// Files of their own.
    Files(Files),
}

/// The rows that have one of some values in a column.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ColumnPart {
    /// The column; it is never an input.
    pub column: String,
    /// The value, or values, of the rows of this part.
    pub value: OneOrMany,
}

/// `[data]`: which files, how they are read, and how their rows are split.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `train` | required | path, glob, list | training rows, and whatever parts are taken from them |
/// | `validation` | see below | fraction, files, `{ column, value }`, `false` | rows that choose the best weights |
/// | `test` | see below | as `validation` | rows that are only scored |
/// | `calibration` | none | (0, 1) | share of `train` kept for calibration |
/// | `split_seed` | 0 | | chooses among the possible splits; apart from `seed` |
/// | `split_by` | none | columns | rows that agree in these stay in one part |
/// | `stratify_by` | none | task or column | every value has its share of each part |
/// | `order_by` | none | column | the latest rows are the test part, those before it validation |
/// | `row_weight` | none | column | how much a row counts in the losses |
/// | `id` | none | columns | carried into predictions, never inputs |
/// | `columns` | the header | names | column names, in the order of the file |
/// | `header` | true, false with `columns` | | whether the first line names the columns |
/// | `skip_rows` | 0 | lines | passed over at the beginning of every CSV file, above the header |
/// | `encoding` | UTF-8 | [`Encoding`] | how characters are written, where no byte order mark says it |
/// | `separator` | the file shows it | one character | between cells |
/// | `quote` | `"` | one character, `false` | around cells that contain the separator |
/// | `trim` | true | | whether blanks around cells are dropped |
/// | `missing` | none | texts | further spellings of a missing cell |
/// | `usual_missing` | true | | whether an empty cell, `?` and `NA` are missing too |
/// | `strip_suffix` | none | text | dropped where a cell ends in it |
/// | `types` | by inspection | [`ColumnType`] | types of columns by name |
/// | `streaming` | `"auto"` | `"auto"`, true, false | whether rows are read piece by piece instead of held in memory |
/// | `shuffle_buffer` | 100000 | ≥ 1, rows | streaming: rows among which the next one is drawn |
/// | `fit_rows` | 200000 | ≥ 2, rows | streaming: training rows that the preprocessing is fitted on |
/// | `evaluate_rows` | 500000 | ≥ 1, rows | streaming: rows of validation and of test that are scored |
///
/// `validation` and `test` are 0.15 each when `train` is the only source of rows, and `false` when
/// any of them names a file.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// The training rows: a path, a glob, or a list of them. Parts are taken from these rows.
    pub train: Files,
    /// The rows that choose the best weights: a share of `train`, files, `{ column, value }`, or
    /// `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<PartSpec>,
    /// The rows that are only scored: a share of `train`, files, `{ column, value }`, or `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test: Option<PartSpec>,
    /// The share of `train` kept for the calibration of guarantees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))]
    pub calibration: Option<f64>,
    /// Chooses among the possible splits; apart from `seed`.
    #[serde(default)]
    pub split_seed: u64,
    /// Rows that agree in this column, or in all of these columns, stay in one part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_by: Option<OneOrMany>,
    /// The task or column whose values each get their share of every part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stratify_by: Option<String>,
    /// The column that puts rows in time: the latest are the test part, those before validation.
    /// Its times are numbers, text from year to second such as `2024-05-31 09:30`, or dates such as `31.05.2024`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_by: Option<String>,
    /// The column that says how much a row counts in the losses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_weight: Option<String>,
    /// The columns that are carried into predictions and are never inputs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<OneOrMany>,
    /// Column names, where the files have none or other ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Whether the first line names the columns; true unless `columns` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// Lines that are passed over at the beginning of every CSV file, above the header: a title, comments.
    #[serde(default)]
    pub skip_rows: usize,
    /// How the characters of text files are written, UTF-8 by default. A byte order mark at the beginning of a file
    /// decides, whatever stands here, also in files that a trained model reads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// The character between cells; by default what the file's name and first rows show. It may stand there twice, as in
    /// `a||b`, and a blank as often as it does in columns that are aligned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// The character around cells that contain the separator, or `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteSpec>,
    /// Whether blanks around cells are dropped.
    #[serde(default = "yes")]
    pub trim: bool,
    /// Spellings of a missing cell beside the usual ones, which are an empty cell, `?` and `NA`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Whether the usual spellings of a missing cell count; `false` leaves those that `missing` lists, for data where `NA`
    /// is a value.
    #[serde(default = "yes")]
    pub usual_missing: bool,
    /// A text that is dropped where a cell ends in it, such as "." behind labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_suffix: Option<String>,
    /// Whether rows are read piece by piece in every epoch instead of held in memory; "auto" does so
    /// where the files are too large for that.
    #[serde(default)]
    pub streaming: Streaming,
    /// Streaming: the rows among which the next row of an epoch is drawn. Where all training rows fit, they stay in memory
    /// and the files are not read again.
    #[serde(default = "shuffle_buffer")]
    #[schemars(range(min = 1))]
    pub shuffle_buffer: usize,
    /// Streaming: the training rows, drawn at random, that the preprocessing is fitted on.
    #[serde(default = "fit_rows")]
    #[schemars(range(min = 2))]
    pub fit_rows: usize,
    /// Streaming: the rows, drawn at random, of each other part that are kept in memory and scored.
    #[serde(default = "evaluate_rows")]
    #[schemars(range(min = 1))]
    pub evaluate_rows: usize,
    /// Types of columns by name, where inspection would err: `number`, `category`, `boolean`, `labels`, `date` or `text`.
    /// A column of `date` may hold numbers: `20240531`, or seconds or milliseconds since 1970.
    /// Dates become days since the earliest training row, and sine and cosine of month, weekday and, with times, hour;
    /// the column that `order_by` names has no days, as later rows lie beyond all of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub types: BTreeMap<String, ColumnType>,
}

/// Whether rows are read piece by piece instead of held in memory.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum Streaming {
    /// Where the files are too large to be held in memory.
    Auto(Auto),
    /// Always or never.
    Fixed(bool),
}

impl Default for Streaming {
    fn default() -> Self {
        Self::Auto(Auto::Auto)
    }
}

/// The word `auto`: the size of the files decides.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Auto {
    /// The size of the files decides.
    Auto,
}

fn shuffle_buffer() -> usize {
    100_000
}

fn fit_rows() -> usize {
    200_000
}

fn evaluate_rows() -> usize {
    500_000
}

/// The quote character of a text file.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum QuoteSpec {
    /// The character.
    Character(String),
    /// `false`: quotes are ordinary characters.
    Off(#[schemars(extend("const" = false))] bool),
}

fn yes() -> bool {
    true
}

impl Default for DataSpec {
    fn default() -> Self {
        Self {
            train: Files::Many(Vec::new()),
            validation: None,
            test: None,
            calibration: None,
            split_seed: 0,
            split_by: None,
            stratify_by: None,
            order_by: None,
            row_weight: None,
            id: None,
            columns: None,
            header: None,
            skip_rows: 0,
            encoding: None,
            separator: None,
            quote: None,
            trim: true,
            missing: Vec::new(),
            usual_missing: true,
            strip_suffix: None,
            streaming: Streaming::default(),
            shuffle_buffer: shuffle_buffer(),
            fit_rows: fit_rows(),
            evaluate_rows: evaluate_rows(),
            types: BTreeMap::new(),
        }
    }
}

/// The share of `train` for a part that the experiment does not mention.
const DEFAULT_FRACTION: f64 = 0.15;

impl DataSpec {
    /// The data of one file, every setting at its default.
    pub fn new(train: impl Into<Files>) -> Self {
        Self {
            train: train.into(),
            ..Self::default()
        }
    }

    /// Where validation comes from, the default filled in.
    pub fn validation(&self) -> PartSpec {
        self.part(self.validation.as_ref())
    }

    /// Where test comes from, the default filled in.
    pub fn test(&self) -> PartSpec {
        self.part(self.test.as_ref())
    }

    fn part(&self, part: Option<&PartSpec>) -> PartSpec {
        let names_a_file = [&self.validation, &self.test]
            .into_iter()
            .any(|other| matches!(other, Some(PartSpec::Files(_))));
        match part {
            Some(part) => part.clone(),
            None if names_a_file => PartSpec::Off(false),
            None => PartSpec::Fraction(DEFAULT_FRACTION),
        }
    }

    /// The same data with every default that depends on other keys written out.
    pub fn resolved(&self) -> Self {
        Self {
            validation: Some(self.validation()),
            test: Some(self.test()),
            ..self.clone()
        }
    }

    /// The columns named under `id`.
    pub fn ids(&self) -> &[String] {
        self.id.as_ref().map_or(&[], OneOrMany::as_slice)
    }

    /// The columns named under `split_by`.
    pub fn groups(&self) -> &[String] {
        self.split_by.as_ref().map_or(&[], OneOrMany::as_slice)
    }

    /// Where a part that is scored comes from, the default filled in.
    pub(crate) fn way(&self, part: Part) -> Option<PartSpec> {
        match part {
            Part::Train => None,
            Part::Validation => Some(self.validation()),
            Part::Test => Some(self.test()),
            Part::Calibration => self.calibration.map(PartSpec::Fraction),
        }
    }

    /// How the files are read.
    pub fn read_options(&self) -> ReadOptions {
        let default = ReadOptions::default();
        let mut missing = if self.usual_missing {
            default.missing
        } else {
            Vec::new()
        };
        for spelling in &self.missing {
            if !missing.contains(spelling) {
                missing.push(spelling.clone());
            }
        }
        ReadOptions {
            header: self.header.unwrap_or(self.columns.is_none()),
            skip_rows: self.skip_rows,
            names: self.columns.clone(),
            encoding: self.encoding,
            separator: self.separator.as_ref().and_then(|text| text.chars().next()),
            quote: match &self.quote {
                None => default.quote,
                Some(QuoteSpec::Character(text)) => text.chars().next(),
                Some(QuoteSpec::Off(_)) => None,
            },
            trim: self.trim,
            missing,
            strip_suffix: self.strip_suffix.clone(),
            fill_absent: default.fill_absent,
        }
    }

    /// The columns that steer reading or splitting and are never inputs, with their role.
    pub(crate) fn reserved(&self) -> BTreeMap<&str, &'static str> {
        let mut columns = BTreeMap::new();
        for part in [&self.validation, &self.test] {
            if let Some(PartSpec::Column(ColumnPart { column, .. })) = part {
                columns.insert(column.as_str(), "the column that names the parts");
            }
        }
        columns.extend(
            self.ids()
                .iter()
                .map(|column| (column.as_str(), "named in `[data] id`")),
        );
        columns.extend(
            self.row_weight
                .as_deref()
                .map(|column| (column, "the row weight")),
        );
        columns
    }
}
