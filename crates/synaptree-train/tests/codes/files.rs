//! Experiment files that cannot be read, and data files.

use std::io;
use std::path::PathBuf;

use serde::{Deserialize, de};
use synaptree_config::{ConfigError, Document, expand};
use synaptree_data::{DataError, FileError, LayoutError, StoreError};

use crate::Sample;

fn path(name: &str) -> PathBuf {
    PathBuf::from(name)
}

fn refused() -> io::Error {
    io::Error::from(io::ErrorKind::PermissionDenied)
}

/// A type that refuses every text for a reason that its schema does not know.
#[derive(Debug)]
struct Picky;

impl<'de> Deserialize<'de> for Picky {
    fn deserialize<D: de::Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        de::IgnoredAny::deserialize(reader)?;
        Err(de::Error::custom("the places of the tree do not meet"))
    }
}

impl schemars::JsonSchema for Picky {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Picky".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object" })
    }
}

/// Experiment files.
fn config() -> Vec<ConfigError> {
    let document = Document::parse("animals.toml", "seed = 1\n").unwrap();
    let set = |assignment| document.clone().set(assignment).unwrap_err();
    let syntax = |text| Document::parse("animals.toml", text).unwrap_err();
    let picky = document.deserialize::<Picky>().unwrap_err();
    let not_a_table = synaptree_config::to_toml(&5);
    let mut errors = vec![
        ConfigError::Read {
            path: path("animal.toml"),
            source: io::Error::from(io::ErrorKind::NotFound),
        },
        ConfigError::IsData {
            path: PathBuf::from("animals.csv"),
            reason: "by the ending of its name",
        },
        ConfigError::NotText {
            path: path("animals.toml"),
            line: 3,
        },
        syntax("name = animals\n"),
        syntax("seed = 1\nseed = 2\n"),
        set("training.epochs:10"),
        set("seed.deep=1"),
        document.invalid(picky),
    ];
    errors.extend(not_a_table.err());
    errors
}

fn files() -> Vec<FileError> {
    let file = || path("data/animals.csv");
    let gz = || path("data/animals.csv.gz");
    let parquet = || path("data/animals.parquet");
    let arff = || path("data/animals.arff");
    vec![
        FileError::NoFiles,
        FileError::Missing { path: file() },
        FileError::Remote {
            address: "s3://zoo/animals.parquet".into(),
            help: "this build reads local files alone; build synaptree with `--features object-store`, or copy the file \
                   to this machine and name the copy",
        },
        FileError::Store(StoreError::Address {
            address: "s3://zoo".into(),
            reason: "it names no file".into(),
        }),
        FileError::Store(StoreError::Missing {
            address: "s3://zoo/animals.parquet".into(),
        }),
        FileError::Store(StoreError::Denied {
            address: "s3://zoo/animals.parquet".into(),
            reason: "403 Forbidden".into(),
            help: "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or AWS_SKIP_SIGNATURE=true for a bucket \
                   that everybody may read",
        }),
        FileError::Store(StoreError::Failed {
            address: "https://zoo.example/animals.csv".into(),
            reason: "connection refused".into(),
        }),
        FileError::Store(StoreError::Copy {
            address: "s3://zoo/animals.parquet".into(),
            path: path("cache/s3/zoo/animals.parquet"),
            source: refused(),
        }),
        FileError::Unreadable {
            path: file(),
            source: refused(),
        },
        FileError::Directory { path: path("data") },
        FileError::NoMatch {
            pattern: "data/*.tsv".into(),
        },
        FileError::Pattern {
            pattern: "data/[a".into(),
            reason: "invalid range pattern".into(),
        },
        FileError::NamedTwice { path: file() },
        FileError::Extension {
            path: path("animals.xlsx"),
            found: "the ending `.xlsx` is unknown".into(),
            known: ".csv and .parquet",
        },
        FileError::Empty { path: file() },
        FileError::HeaderOnly {
            path: file(),
            columns: 3,
            help: "add rows",
        },
        FileError::DuplicateColumn {
            path: file(),
            line: Some(1),
            column: "age".into(),
            first: 1,
            second: 3,
        },
        FileError::Ragged {
            path: file(),
            line: 17,
            found: 3,
            expected: 2,
            help: "put quotes around a value that holds the separator",
        },
        FileError::NameCount {
            path: file(),
            line: 1,
            found: 3,
            expected: 2,
        },
        FileError::InvalidUtf8 {
            path: file(),
            line: 2,
            offset: 8,
            byte: 0xe9,
            help: "save the file as UTF-8",
        },
        FileError::UnterminatedQuote {
            path: file(),
            line: 2,
            column: 1,
            quote: '"',
        },
        FileError::AfterQuote {
            path: file(),
            line: 2,
            column: 1,
            found: 't',
        },
        FileError::Encoding {
            path: file(),
            source: io::Error::other("byte 9 is no character"),
        },
        FileError::Truncated {
            path: gz(),
            format: "gzip",
        },
        FileError::NotPacked {
            path: gz(),
            format: "gzip",
            ending: ".gz",
            source: io::Error::other("invalid gzip header"),
        },
        FileError::Arrow {
            path: path("data/animals.arrow"),
            reason: "it does not begin with `ARROW1`".into(),
            help: "write it again",
        },
        FileError::JsonLine {
            path: path("data/animals.jsonl"),
            line: 2,
            found: "the end of the line".into(),
            expected: "a value; write one object a line".into(),
        },
        FileError::Changed {
            path: file(),
            reason: "row 7 has another number of values".into(),
        },
        FileError::NotParquet {
            path: parquet(),
            reason: "it does not end with `PAR1`".into(),
        },
        FileError::DamagedParquet {
            path: parquet(),
            reason: "page 3 is cut off".into(),
        },
        FileError::ParquetCodec {
            path: parquet(),
            column: "age".into(),
            codec: "LZO".into(),
        },
        FileError::ArffLine {
            path: arff(),
            line: 2,
            found: "`@atribute`".into(),
            expected: "`@attribute NAME TYPE` or `@data`",
        },
        FileError::ArffValue {
            path: arff(),
            line: 9,
            attribute: "colour".into(),
            found: "`green`".into(),
            expected: "one of red, blue".into(),
        },
        FileError::Unsupported {
            path: arff(),
            line: 4,
            what: "relational attributes are",
            help: "leave it out of the file",
        },
        FileError::Layout(LayoutError::NotText {
            path: file(),
            what: "a PNG picture",
            help: "check that the right file is named",
        }),
        FileError::Layout(LayoutError::NotAFile {
            path: path("/dev/stdin"),
        }),
        FileError::Layout(LayoutError::WrongSeparator {
            path: file(),
            line: 1,
            given: "\",\", as `separator` says".into(),
            likely: "\";\"".into(),
            columns: 3,
        }),
        FileError::Layout(LayoutError::TitleLines {
            path: file(),
            line: 1,
            found: 1,
            header: 3,
            expected: 4,
            above: "lines 1 to 2 are".into(),
            skip: 2,
        }),
        FileError::Layout(LayoutError::RepeatedHeader {
            path: file(),
            line: 9,
        }),
        FileError::ReadOption {
            option: "separator",
            found: "`||`".into(),
            expected: "one ASCII character",
        },
        FileError::ColumnsDiffer {
            first: file(),
            second: path("data/more.csv"),
            difference: "only the first has `income`".into(),
        },
        FileError::TypesDiffer {
            first: parquet(),
            second: path("data/more.parquet"),
            column: "age".into(),
            first_type: "whole numbers".into(),
            second_type: "text".into(),
        },
        FileError::DeclarationsDiffer {
            first: arff(),
            second: path("data/more.arff"),
            column: "colour".into(),
            difference: "`green` is only in the second".into(),
        },
        FileError::UnknownRename {
            path: file(),
            column: "incom".into(),
            help: "did you mean `income`?".into(),
        },
        FileError::TooLarge {
            path: file(),
            column: "story".into(),
        },
    ]
}

pub(crate) fn samples() -> Vec<Sample> {
    let variables = ["${SYNAPTREE_NO_SUCH_FOLDER}/adult.csv", "${DATA/adult.csv"]
        .map(|text| expand(text).unwrap_err());
    let not_text = synaptree_config::ExpandError::NotText {
        variable: "SYNAPTREE_DATA".into(),
    };
    let variables = variables.into_iter().chain([not_text]);
    let of_data = [
        DataError::Write {
            path: path("answers.csv"),
            help: "check that the folder exists",
            source: refused(),
        },
        DataError::Unwritable {
            path: path("answers.csv"),
            format: "CSV",
            reason: "column `tags` holds lists".into(),
        },
    ];
    let config = config().into_iter().map(|error| {
        let text = error.to_string();
        // Errors with a place begin with their code already.
        let head = format!("error[{}]: ", error.code());
        (
            error.code(),
            text.strip_prefix(&head).unwrap_or(&text).to_owned(),
        )
    });
    config
        .chain(variables.map(|error| (error.code(), error.to_string())))
        .chain(
            files()
                .into_iter()
                .map(|error| (error.code(), error.to_string())),
        )
        .chain(
            of_data
                .into_iter()
                .map(|error| (error.code(), error.to_string())),
        )
        .collect()
}
