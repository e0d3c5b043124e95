//! Several files as one table: which columns it has, and where each file has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray, new_null_array};
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use super::column::{check_names, list};
use super::common::common_type;
use super::declared::{Declarations, declarations};
use super::hive;
use super::options::ReadOptions;
use super::rows::{Header, Rows};
use super::source::Located;
use crate::declaration::{DeclaredType, HierarchyDeclaration};
use crate::error::FileError;

/// What is settled before the first row is read.
pub(super) struct Plan {
    pub(super) schema: SchemaRef,
    pub(super) declared: BTreeMap<String, DeclaredType>,
    pub(super) hierarchies: BTreeMap<String, HierarchyDeclaration>,
    pub(super) warnings: Vec<String>,
    pub(super) files: Vec<PlannedFile>,
}

/// One file of a plan.
pub(super) struct PlannedFile {
    pub(super) path: PathBuf,
    header: Header,
    columns: Vec<Place>,
}

/// Where a column of a plan comes from in one file.
enum Place {
    /// This column of the file.
    Column(usize),
    /// The name of its folder.
    Folder(Option<String>),
    /// Nowhere: it is missing in all rows.
    Absent,
}

/// The header of one file, its columns renamed.
pub(super) struct Part {
    pub(super) path: PathBuf,
    pub(super) header: Header,
    /// Whether columns that this file lacks are missing in its rows.
    may_lack: bool,
}

impl Plan {
    /// Reads the headers of all files; the rows of a single one stay open.
    pub(super) fn new(
        located: &[Located<'_>],
        options: &ReadOptions,
        most: usize,
    ) -> Result<(Self, Option<Box<dyn Rows>>), FileError> {
        let mut open = None;
        let mut headers = Vec::with_capacity(located.len());
        let mut parts = Vec::with_capacity(located.len());
        for file in located {
            let opened = super::open_rows(&file.path, options, most, None)?;
            let mut header = renamed(file, opened.header.clone())?;
            let mut folders = hive::columns(&file.path);
            folders.retain(|(name, _)| header.fields.iter().all(|field| field.name() != name));
            let fields = folders
                .iter()
                .map(|(name, _)| Field::new(name, DataType::Utf8, true));
            header.fields.extend(fields);
            headers.push((opened.header, folders));
            parts.push(Part {
                path: file.path.clone(),
                header,
                may_lack: options.fill_absent || !file.rename.is_empty(),
            });
            open = (located.len() == 1).then_some(opened.rows);
        }
        check_columns(&parts)?;
        let mut fields = Vec::new();
        for name in names(&parts) {
            fields.push(Field::new(&name, common_type(&parts, &name)?, true));
        }
        let Declarations {
            declared,
            hierarchies,
        } = declarations(&parts)?;
        let warnings = parts
            .iter()
            .flat_map(|part| part.header.warnings.iter().cloned())
            .collect();
        let files = parts
            .into_iter()
            .zip(headers)
            .map(|(part, (header, folders))| {
                let place = |field: &Field| {
                    let mut own = part.header.fields.iter();
                    match own.position(|other| other.name() == field.name()) {
                        None => Place::Absent,
                        Some(place) => match place.checked_sub(header.fields.len()) {
                            Some(folder) => Place::Folder(folders[folder].1.clone()),
                            None => Place::Column(place),
                        },
                    }
                };
                PlannedFile {
                    columns: fields.iter().map(place).collect(),
                    path: part.path,
                    header,
                }
            });
        let plan = Self {
            files: files.collect(),
            schema: Arc::new(Schema::new(fields)),
            declared,
            hierarchies,
            warnings,
        };
        Ok((plan, open))
    }
}

impl PlannedFile {
    /// Opens the file once more, for its rows.
    pub(super) fn open(
        &self,
        options: &ReadOptions,
        most: usize,
    ) -> Result<Box<dyn Rows>, FileError> {
        super::open_rows(&self.path, options, most, Some(&self.header)).map(|opened| opened.rows)
    }

    /// Rows of this file with the columns of the plan.
    pub(super) fn fit(
        &self,
        schema: &SchemaRef,
        batch: &RecordBatch,
    ) -> Result<RecordBatch, FileError> {
        let rows = batch.num_rows();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let column = |(field, place): (&Arc<Field>, &Place)| -> Result<ArrayRef, ArrowError> {
            let wanted = field.data_type();
            match place {
                Place::Absent | Place::Folder(None) => Ok(new_null_array(wanted, rows)),
                Place::Folder(Some(value)) => {
                    let values = std::iter::repeat_n(value, rows);
                    let values: ArrayRef = Arc::new(StringArray::from_iter_values(values));
                    cast(&values, wanted)
                }
                Place::Column(place) => match batch.column(*place) {
                    column if column.data_type() == wanted => Ok(Arc::clone(column)),
                    column if column.data_type() == &DataType::Null => {
                        Ok(new_null_array(wanted, rows))
                    }
                    column => cast(column, wanted),
                },
            }
        };
        let places = schema.fields().iter().zip(&self.columns);
        let columns = places.map(column).collect::<Result<_, _>>();
        columns
            .and_then(|columns| {
                RecordBatch::try_new_with_options(schema.clone(), columns, &options)
            })
            .map_err(|error| FileError::Changed {
                path: self.path.clone(),
                reason: error.to_string(),
            })
    }
}

fn renamed(file: &Located<'_>, header: Header) -> Result<Header, FileError> {
    let rename = file.rename;
    if rename.is_empty() {
        return Ok(header);
    }
    let columns = || header.fields.iter().map(|field| field.name().as_str());
    for column in rename.keys() {
        if !columns().any(|name| name == column) {
            return Err(FileError::UnknownRename {
                path: file.path.clone(),
                column: column.clone(),
                help: match synaptree_config::nearest(column, columns()) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("its columns are {}", list(columns())),
                },
            });
        }
    }
    let new = |name: &String| rename.get(name).unwrap_or(name).clone();
    let fields: Vec<Field> = header
        .fields
        .iter()
        .map(|field| field.clone().with_name(new(field.name())))
        .collect();
    check_names(
        &file.path,
        None,
        fields.iter().map(|field| field.name().as_str()),
    )?;
    Ok(Header {
        fields,
        declared: with(header.declared, new),
        hierarchies: with(header.hierarchies, new),
        labels: with(header.labels, new),
        types: header.types,
        warnings: header.warnings,
    })
}

/// The same values under new names.
fn with<T>(by_name: BTreeMap<String, T>, new: impl Fn(&String) -> String) -> BTreeMap<String, T> {
    by_name
        .into_iter()
        .map(|(name, value)| (new(&name), value))
        .collect()
}

impl Part {
    fn columns(&self) -> BTreeSet<&str> {
        let names = self.header.fields.iter().map(|field| field.name().as_str());
        names.collect()
    }
}

/// The columns of all files, those of the first one first.
fn names(parts: &[Part]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    parts
        .iter()
        .flat_map(|part| &part.header.fields)
        .map(Field::name)
        .filter(|name| seen.insert(name.as_str()))
        .cloned()
        .collect()
}

/// Refuses files whose columns differ, unless the one that lacks some may.
fn check_columns(parts: &[Part]) -> Result<(), FileError> {
    // Most files of many have the columns of the first one; only the others are compared in pairs.
    let mut kinds: Vec<(&Part, BTreeSet<&str>)> = Vec::new();
    for part in parts {
        let columns = part.columns();
        for (first, known) in &kinds {
            let differs = (!part.may_lack && !columns.is_superset(known))
                || (!first.may_lack && !known.is_superset(&columns));
            if differs {
                return Err(columns_differ((first, known), (part, &columns)));
            }
        }
        let is_known = |(other, known): &(&Part, BTreeSet<&str>)| {
            other.may_lack == part.may_lack && *known == columns
        };
        if !kinds.iter().any(is_known) {
            kinds.push((part, columns));
        }
    }
    Ok(())
}

fn columns_differ(
    (first, known): (&Part, &BTreeSet<&str>),
    (second, found): (&Part, &BTreeSet<&str>),
) -> FileError {
    let only = |one: &BTreeSet<&str>, other: &BTreeSet<&str>| {
        let only: Vec<&str> = one.difference(other).copied().collect();
        (!only.is_empty()).then(|| list(only))
    };
    let lacks = only(known, found).map(|list| format!("it lacks {list}"));
    let has = only(found, known).map(|list| format!("it alone has {list}"));
    let difference: Vec<String> = [lacks, has].into_iter().flatten().collect();
    FileError::ColumnsDiffer {
        first: first.path.clone(),
        second: second.path.clone(),
        difference: difference.join("; "),
    }
}
