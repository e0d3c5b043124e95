//! Which code each error bears: a new error does not compile without one.

use std::io::ErrorKind;

use synaptree_config::Code;
use synaptree_store::StoreError;

use crate::codes::{file, format, section, table, target};

use super::{DataError, FileError, LayoutError, TargetError};

impl FileError {
    /// The stable name of the mistake, such as `data/ragged-row`.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::Variable(error) => return error.code(),
            Self::Layout(error) => return error.code(),
            Self::NoFiles => &file::NO_FILES,
            Self::Missing { .. } => &file::MISSING_FILE,
            Self::Remote { .. } => &file::REMOTE_FILE,
            Self::Store(error) => of_store(error),
            Self::Unreadable { .. } => &file::UNREADABLE_FILE,
            Self::Directory { .. } => &file::DIRECTORY,
            Self::NoMatch { .. } => &file::NO_MATCH,
            Self::Pattern { .. } => &file::PATTERN,
            Self::NamedTwice { .. } => &file::NAMED_TWICE,
            Self::ColumnsDiffer { .. } => &file::COLUMNS_DIFFER,
            Self::TypesDiffer { .. } => &file::TYPES_DIFFER,
            Self::DeclarationsDiffer { .. } => &file::DECLARATIONS_DIFFER,
            Self::UnknownRename { .. } => &file::UNKNOWN_RENAME,
            Self::Extension { .. } => &format::EXTENSION,
            Self::Empty { .. } => &format::EMPTY_FILE,
            Self::HeaderOnly { .. } => &format::HEADER_ONLY,
            Self::DuplicateColumn { .. } => &format::DUPLICATE_COLUMN,
            Self::Ragged { .. } => &format::RAGGED_ROW,
            Self::NameCount { .. } => &format::NAME_COUNT,
            Self::InvalidUtf8 { .. } => &format::INVALID_UTF8,
            Self::UnterminatedQuote { .. } => &format::UNTERMINATED_QUOTE,
            Self::AfterQuote { .. } => &format::AFTER_QUOTE,
            Self::Encoding { .. } => &format::ENCODING,
            Self::Truncated { .. } => &format::TRUNCATED,
            Self::NotPacked { .. } => &format::NOT_PACKED,
            Self::Arrow { .. } => &format::ARROW,
            Self::JsonLine { .. } => &format::JSON_LINE,
            Self::Changed { .. } => &format::CHANGED,
            Self::NotParquet { .. } => &format::NOT_PARQUET,
            Self::DamagedParquet { .. } => &format::DAMAGED_PARQUET,
            Self::ParquetCodec { .. } => &format::PARQUET_CODEC,
            Self::ArffLine { .. } => &format::ARFF_LINE,
            Self::ArffValue { .. } => &format::ARFF_VALUE,
            Self::Unsupported { .. } => &format::UNSUPPORTED,
            Self::ReadOption { .. } => &format::READ_OPTION,
            Self::TooLarge { .. } => &format::TOO_LARGE,
        };
        code.code
    }
}

impl LayoutError {
    /// The stable name of the mistake, such as `data/title-lines`.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::NotText { .. } => &format::NOT_TEXT,
            Self::NotAFile { .. } => &file::NOT_A_FILE,
            Self::WrongSeparator { .. } => &format::WRONG_SEPARATOR,
            Self::TitleLines { .. } => &format::TITLE_LINES,
            Self::RepeatedHeader { .. } => &format::REPEATED_HEADER,
        };
        code.code
    }
}

impl TargetError {
    /// The stable name of the mistake, such as `data/constant-target`.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::Hierarchy { source, .. } => return source.code(),
            Self::TargetCount { .. } => &target::TARGET_COUNT,
            Self::AllMissing { .. } => &target::ALL_MISSING_TARGET,
            Self::ConstantTarget { .. } => &target::CONSTANT_TARGET,
            Self::ThirdValue { .. } => &target::THIRD_VALUE,
            Self::NoPositive { .. } => &target::NO_POSITIVE,
            Self::NoRank { .. } => &target::NO_RANK,
            Self::UnseenClass { .. } => &target::UNSEEN_CLASS,
            Self::UnknownLabel { .. } => &target::UNKNOWN_LABEL,
        };
        code.code
    }
}

impl DataError {
    /// The stable name of the mistake, such as `data/ragged-row`; `synaptree explain` tells more.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::File(error) | Self::FixedReading { source: error } => return error.code(),
            Self::Target(error) => return error.code(),
            Self::Write { .. } => &file::WRITE,
            Self::Unwritable { .. } => &file::UNWRITABLE,
            Self::AbsentColumn { .. } => &table::ABSENT_COLUMN,
            Self::UnusableColumn { .. } => &table::UNUSABLE_COLUMN,
            Self::ReservedInput { .. } => &table::RESERVED_INPUT,
            Self::NoInputs { .. } => &table::NO_INPUTS,
            Self::NotANumber { .. } => &table::NOT_A_NUMBER,
            Self::NotABoolean { .. } => &table::NOT_A_BOOLEAN,
            Self::NotADate { .. } => &table::NOT_A_DATE,
            Self::RowWeight { .. } => &table::ROW_WEIGHT,
            Self::NoTime { .. } => &table::NO_TIME,
            Self::Time { .. } => &table::TIME,
            Self::EmptyPart { .. } => &table::EMPTY_PART,
            Self::OneRow { .. } => &table::ONE_ROW,
            Self::StratifyNumbers { .. } => &section::STRATIFY_BY,
            Self::StreamedOrder { .. } => &table::STREAMED_ORDER,
            Self::TooManyAnswers { .. } => &target::TOO_MANY_ANSWERS,
            Self::Columns(_) => &table::TABLE,
        };
        code.code
    }
}

impl DataError {
    /// Whether whoever named a file or wrote a setting can mend it; a full disk is no such mistake.
    pub fn is_input(&self) -> bool {
        let is_of_the_path = |kind| {
            matches!(
                kind,
                ErrorKind::NotFound
                    | ErrorKind::NotADirectory
                    | ErrorKind::IsADirectory
                    | ErrorKind::PermissionDenied
                    | ErrorKind::ReadOnlyFilesystem
            )
        };
        match self {
            Self::Write { source, .. } => is_of_the_path(source.kind()),
            _ => true,
        }
    }
}

/// The name of what is wrong with a file of a store.
fn of_store(error: &StoreError) -> &'static Code {
    match error {
        StoreError::Address { .. } => &file::ADDRESS,
        StoreError::NoMatch { .. } => &file::NO_MATCH,
        StoreError::Missing { .. } => &file::REMOTE_MISSING,
        StoreError::Denied { .. } => &file::REMOTE_DENIED,
        StoreError::Failed { .. } => &file::REMOTE_FAILED,
        StoreError::Copy { .. } => &file::REMOTE_COPY,
    }
}
