//! What every format gives: a header first, then its rows in pieces.

use std::collections::BTreeMap;

use arrow_array::RecordBatch;
use arrow_schema::Field;

use crate::declaration::{DeclaredType, HierarchyDeclaration};
use crate::error::FileError;
use crate::origin::Origins;

/// What a file says of its columns before its rows are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    /// The columns in the order of the file, each with the type that its rows will have.
    pub(super) fields: Vec<Field>,
    /// The types that the file declares, by column.
    pub(super) declared: BTreeMap<String, DeclaredType>,
    /// The label hierarchies that the file declares, by column.
    pub(super) hierarchies: BTreeMap<String, HierarchyDeclaration>,
    /// Labels found in rows, as many as settle how the entries of a hierarchy are meant.
    pub(super) labels: BTreeMap<String, Vec<String>>,
    /// Where the types of the columns are from.
    pub(super) types: Types,
    /// What was doubtful about the file.
    pub(super) warnings: Vec<String>,
}

/// Where the types of columns are from, which says how far they may widen to those of other files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Types {
    /// The file says so.
    #[default]
    Stored,
    /// A look at the values.
    Found,
    /// Nowhere: all is text, whatever it says.
    Absent,
}

/// Rows that follow each other in one file: the columns of its [`Header`], and their places.
pub(super) type Piece = (RecordBatch, Origins);

/// The rows of an opened file.
pub(super) trait Rows: Send {
    /// The next rows, as many as were asked for when the file was opened or, at its end, fewer;
    /// `None` behind the last. It is not called again after an error.
    fn next(&mut self) -> Result<Option<Piece>, FileError>;
}

/// A file whose header was read.
pub(super) struct Opened {
    pub(super) header: Header,
    pub(super) rows: Box<dyn Rows>,
}
