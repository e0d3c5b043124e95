//! A table in memory: Arrow columns, what their file declared, and where each row came from.

use std::collections::BTreeMap;

use arrow_array::{Array, ArrayRef, RecordBatch, StringArray, cast::AsArray};
use arrow_schema::DataType;

use crate::declaration::{DeclaredType, HierarchyDeclaration};
use crate::origin::{Origin, Origins};

/// Rows of one or several files.
///
/// | Format | Columns |
/// |---|---|
/// | CSV, TSV | `Utf8`, null where the cell is a missing spelling; types are found by inspection later |
/// | ARFF | `numeric`, `real`, `integer`: `Float64`; `string`, `date`, nominal and hierarchical: `Utf8` |
/// | JSON Lines | `Utf8`, `Float64`, `Int64`, `Boolean` or `List<Utf8>`, the narrowest that holds every value of the key |
/// | Parquet, Arrow | the Arrow type of the file; every kind of text is `Utf8`, a decimal is `Float64`, dictionaries are their values |
#[derive(Clone, Debug)]
pub struct Table {
    /// The columns.
    pub batch: RecordBatch,
    /// The label hierarchies that the file declares, by column.
    pub hierarchies: BTreeMap<String, HierarchyDeclaration>,
    /// The types that the file declares, by column; empty for files that declare none.
    pub declared: BTreeMap<String, DeclaredType>,
    /// Where each row came from.
    pub origins: Origins,
    /// What was doubtful about the files, for a person to read.
    pub warnings: Vec<String>,
}

impl Table {
    /// Leaves the first rows of a table of one file.
    pub(crate) fn truncate(&mut self, rows: usize) {
        if rows < self.num_rows() {
            self.batch = self.batch.slice(0, rows);
            self.origins.truncate(rows);
        }
    }

    /// A table of rows that were made in memory.
    ///
    /// # Example
    ///
    /// ```
    /// use std::sync::Arc;
    /// use arrow_array::{ArrayRef, Float64Array, RecordBatch};
    /// use synaptree_data::Table;
    ///
    /// let mass: ArrayRef = Arc::new(Float64Array::from(vec![4.5, 0.02]));
    /// let table = Table::from_batch(RecordBatch::try_from_iter([("mass", mass)]).unwrap());
    /// assert_eq!(table.num_rows(), 2);
    /// assert_eq!(table.origin(1).to_string(), "row 2");
    /// ```
    pub fn from_batch(batch: RecordBatch) -> Self {
        let origins = Origins::in_memory(batch.num_rows());
        Self {
            batch,
            hierarchies: BTreeMap::new(),
            declared: BTreeMap::new(),
            origins,
            warnings: Vec::new(),
        }
    }

    /// How many rows there are.
    pub fn num_rows(&self) -> usize {
        self.batch.num_rows()
    }

    /// The names of the columns, in order.
    pub fn column_names(&self) -> impl Iterator<Item = &str> {
        self.batch
            .schema_ref()
            .fields()
            .iter()
            .map(|field| field.name().as_str())
    }

    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&ArrayRef> {
        self.batch.column_by_name(name)
    }

    /// A column of text by its name; `None` if there is none, or if it does not hold text.
    pub fn text(&self, name: &str) -> Option<&StringArray> {
        self.column(name)
            .filter(|column| column.data_type() == &DataType::Utf8)?
            .as_string_opt()
    }

    /// Where a row stands, for messages.
    ///
    /// # Panics
    ///
    /// If `row` is not below [`Table::num_rows`].
    pub fn origin(&self, row: usize) -> Origin<'_> {
        self.origins.get(row)
    }
}
