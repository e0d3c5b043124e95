//! `[data]` and `[[inputs]]`: what a person writes about files, splits and input columns.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_config::{Diagnostic, Diagnostics};
use synaptree_tasks::OneOrMany;

use crate::read::{ReadOptions, Source};
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
/// | `separator` | the file shows it | one character | between cells |
/// | `quote` | `"` | one character, `false` | around cells that contain the separator |
/// | `trim` | true | | whether blanks around cells are dropped |
/// | `missing` | empty, `?`, `NA` | texts | spellings of a missing cell |
/// | `strip_suffix` | none | text | dropped where a cell ends in it |
/// | `types` | by inspection | [`ColumnType`] | types of columns by name |
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
    /// The character between cells; by default what the file's name and first line show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub separator: Option<String>,
    /// The character around cells that contain the separator, or `false`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<QuoteSpec>,
    /// Whether blanks around cells are dropped.
    #[serde(default = "yes")]
    pub trim: bool,
    /// The spellings of a missing cell, in place of the usual ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<String>>,
    /// A text that is dropped where a cell ends in it, such as "." behind labels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strip_suffix: Option<String>,
    /// Types of columns by name, where inspection would err.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub types: BTreeMap<String, ColumnType>,
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
            separator: None,
            quote: None,
            trim: true,
            missing: None,
            strip_suffix: None,
            types: BTreeMap::new(),
        }
    }
}

/// The share of `train` for a part that the experiment does not mention.
const DEFAULT_FRACTION: f64 = 0.15;

impl DataSpec {
    /// The data of one file, every setting at its default.
    pub fn new(train: impl Into<Files>) -> Self {
        Self { train: train.into(), ..Self::default() }
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

    /// How the files are read.
    pub fn read_options(&self) -> ReadOptions {
        let default = ReadOptions::default();
        ReadOptions {
            header: self.header.unwrap_or(self.columns.is_none()),
            names: self.columns.clone(),
            separator: self.separator.as_ref().and_then(|text| text.chars().next()),
            quote: match &self.quote {
                None => default.quote,
                Some(QuoteSpec::Character(text)) => text.chars().next(),
                Some(QuoteSpec::Off(_)) => None,
            },
            trim: self.trim,
            missing: self.missing.clone().unwrap_or(default.missing),
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
        columns.extend(self.ids().iter().map(|column| (column.as_str(), "named in `[data] id`")));
        columns.extend(self.row_weight.as_deref().map(|column| (column, "the row weight")));
        columns
    }

    /// Reports what the schema cannot: keys that exclude each other and fractions that leave no
    /// training rows.
    pub fn check(&self, diagnostics: &mut Diagnostics) {
        if self.train.sources().is_empty() {
            diagnostics.push(
                Diagnostic::error("data::train", "data.train", "no file to train on")
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
                    Diagnostic::error("data::part", path, format!("`{key} = true` says nothing"))
                        .label("a fraction, files, { column, value } or false")
                        .help(format!("write `{key} = 0.15`, or `{key} = false` for none")),
                ),
                Some(PartSpec::Files(source)) if source.sources().is_empty() => diagnostics.push(
                    Diagnostic::error("data::part", path, format!("`{key}` is an empty list"))
                        .label("names no file")
                        .help(format!("name a file, or write `{key} = false`")),
                ),
                Some(PartSpec::Column(part)) if part.value.as_slice().is_empty() => {
                    diagnostics.push(
                        Diagnostic::error("data::part", path, format!("`{key}` has no value"))
                            .label("no row can belong to it")
                            .help("name the value, or values, of its rows"),
                    );
                }
                _ => {}
            }
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
                    "data::fractions",
                    format!("data.{key}"),
                    "validation, test and calibration leave no rows to train on",
                )
                .label(format!("together they take {taken} of the rows"))
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
        let given: Vec<&str> =
            given.into_iter().filter(|(_, is_given)| *is_given).map(|(key, _)| key).collect();
        for key in given.iter().skip(1) {
            diagnostics.push(
                Diagnostic::error(
                    "data::split",
                    format!("data.{key}"),
                    format!("`{}` and `{key}` cannot both decide where a row goes", given[0]),
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
                        "data::split",
                        format!("data.{key}"),
                        format!("`{key}` does nothing: no part is a fraction of `train`"),
                    )
                    .at_key()
                    .label("has no effect"),
                );
            }
        }
    }

    fn check_reading(&self, diagnostics: &mut Diagnostics) {
        let one_character = |key: &str, text: &str, diagnostics: &mut Diagnostics| {
            if text.len() != 1 {
                diagnostics.push(
                    Diagnostic::error(
                        "data::character",
                        format!("data.{key}"),
                        format!("`{key}` must be one ASCII character"),
                    )
                    .label(format!("this is {} characters", text.chars().count()))
                    .help(format!("such as `{key} = \";\"`, or \"\\t\" for a tab")),
                );
            }
        };
        if let Some(separator) = &self.separator {
            one_character("separator", separator, diagnostics);
        }
        match &self.quote {
            Some(QuoteSpec::Character(quote)) => one_character("quote", quote, diagnostics),
            Some(QuoteSpec::Off(true)) => diagnostics.push(
                Diagnostic::error("data::quote", "data.quote", "`quote = true` names no character")
                    .label("a character or false")
                    .help("write the character, or `quote = false`"),
            ),
            _ => {}
        }
        if self.header == Some(false) && self.columns.is_none() {
            diagnostics.push(
                Diagnostic::error(
                    "data::columns",
                    "data.header",
                    "without a header the columns have no names",
                )
                .label("the files have no header")
                .help("name them in the order of the file: columns = [\"age\", ...]"),
            );
        }
        if let Some(columns) = &self.columns {
            for (position, column) in columns.iter().enumerate() {
                if columns[..position].contains(column) {
                    diagnostics.push(
                        Diagnostic::error(
                            "data::columns",
                            format!("data.columns[{position}]"),
                            format!("the column name \"{column}\" stands twice"),
                        )
                        .label("named before"),
                    );
                }
            }
        }
    }
}

/// What an input reads.
#[derive(
    Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Columns of a table: numbers, categories, booleans, lists of labels.
    #[default]
    Table,
    /// Running text; not in this release.
    Text,
    /// Images; not in this release.
    Image,
    /// Series; not in this release.
    Series,
}

impl InputKind {
    /// The name used in experiment files.
    pub const fn as_str(self) -> &'static str {
        match self {
            InputKind::Table => "table",
            InputKind::Text => "text",
            InputKind::Image => "image",
            InputKind::Series => "series",
        }
    }
}

/// How numbers are brought to a common scale.
#[derive(
    Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Scaling {
    /// Mean 0 and standard deviation 1 over the training rows.
    #[default]
    Standard,
    /// The rank among the training rows, turned into a standard normal number.
    Quantile,
    /// As they are.
    None,
}

/// The scaling of all number columns, or of some by name.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum ScalingSpec {
    /// The same for every number column.
    All(Scaling),
    /// By column name; `standard` for the others.
    Columns(BTreeMap<String, Scaling>),
}

impl Default for ScalingSpec {
    fn default() -> Self {
        ScalingSpec::All(Scaling::Standard)
    }
}

impl ScalingSpec {
    /// The scaling of a column.
    pub fn of(&self, column: &str) -> Scaling {
        match self {
            ScalingSpec::All(scaling) => *scaling,
            ScalingSpec::Columns(columns) => columns.get(column).copied().unwrap_or_default(),
        }
    }
}

/// What fills a missing number.
#[derive(
    Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Hash, Default,
)]
#[serde(rename_all = "snake_case")]
pub enum Impute {
    /// The mean of the training rows: 0 after `standard` scaling.
    #[default]
    Mean,
    /// The median of the training rows.
    Median,
}

/// One `[[inputs]]` table: which columns the network sees and how they become numbers.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `name` | `"table"` | unique | names the input |
/// | `kind` | `"table"` | `"table"` | what it reads |
/// | `columns` | all that are left | column names | the columns, in this order |
/// | `exclude` | none | column names | columns to leave out |
/// | `scaling` | `"standard"` | [`Scaling`], or by column | how numbers are scaled |
/// | `impute` | `"mean"` | `"mean"`, `"median"` | what fills a missing number |
/// | `missing_indicator` | true | | a 0/1 column beside each column with gaps in the training rows |
/// | `one_hot_max` | 12 | ≥ 0 | up to this many codes a category is one-hot, above it embedded |
/// | `embedding_width` | by size | ≥ 1 | width of the embeddings |
/// | `rare` | 2 | ≥ 1, rows | values in fewer training rows join the unknown bucket |
///
/// An embedding of `n` codes is `min(600, round(1.6 · n^0.56))` wide unless `embedding_width`
/// says otherwise.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq)]
#[serde(deny_unknown_fields, default)]
pub struct InputSpec {
    /// Names the input.
    pub name: String,
    /// What it reads.
    pub kind: InputKind,
    /// The columns, in this order; by default all that are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// Columns to leave out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exclude: Vec<String>,
    /// How numbers are scaled: for all, or by column name.
    pub scaling: ScalingSpec,
    /// What fills a missing number.
    pub impute: Impute,
    /// Whether a column with gaps in the training rows gets a 0/1 column that marks them.
    pub missing_indicator: bool,
    /// Up to this many codes a category is one-hot; above it is embedded.
    pub one_hot_max: usize,
    /// The width of embeddings; by default it follows from the number of codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1))]
    pub embedding_width: Option<usize>,
    /// Values in fewer training rows join the unknown bucket.
    #[schemars(range(min = 1))]
    pub rare: usize,
}

impl Default for InputSpec {
    fn default() -> Self {
        Self {
            name: "table".to_owned(),
            kind: InputKind::Table,
            columns: None,
            exclude: Vec::new(),
            scaling: ScalingSpec::default(),
            impute: Impute::default(),
            missing_indicator: true,
            one_hot_max: 12,
            embedding_width: None,
            rare: 2,
        }
    }
}

/// Reports mistakes across `[[inputs]]`: kinds that are not there yet, repeated names and columns.
pub fn check_inputs(inputs: &[InputSpec], diagnostics: &mut Diagnostics) {
    let mut names = BTreeSet::new();
    let mut columns = BTreeSet::new();
    let mut takes_the_rest = false;
    for (position, input) in inputs.iter().enumerate() {
        if input.kind != InputKind::Table {
            diagnostics.push(
                Diagnostic::error(
                    "inputs::kind",
                    format!("inputs[{position}].kind"),
                    format!("inputs of kind \"{}\" are not in this release", input.kind.as_str()),
                )
                .label("this release reads tables")
                .help("write `kind = \"table\"` and keep the columns that are numbers or categories"),
            );
        }
        if !names.insert(input.name.as_str()) {
            diagnostics.push(
                Diagnostic::error(
                    "inputs::name",
                    format!("inputs[{position}].name"),
                    format!("two inputs are named \"{}\"", input.name),
                )
                .label("named before"),
            );
        }
        match &input.columns {
            None if takes_the_rest => diagnostics.push(
                Diagnostic::error(
                    "inputs::columns",
                    format!("inputs[{position}]"),
                    "two inputs take all columns that are left",
                )
                .label("an earlier input takes them")
                .help("give all inputs but one their `columns`"),
            ),
            None => takes_the_rest = true,
            Some(listed) => {
                for (index, column) in listed.iter().enumerate() {
                    if !columns.insert(column.as_str()) {
                        diagnostics.push(
                            Diagnostic::error(
                                "inputs::columns",
                                format!("inputs[{position}].columns[{index}]"),
                                format!("the column \"{column}\" is read twice"),
                            )
                            .label("read before"),
                        );
                    }
                }
                if !input.exclude.is_empty() {
                    diagnostics.push(
                        Diagnostic::error(
                            "inputs::exclude",
                            format!("inputs[{position}].exclude"),
                            "`columns` and `exclude` cannot both say what an input reads",
                        )
                        .label("`columns` is given as well")
                        .help("keep one of them"),
                    );
                }
            }
        }
    }
}
