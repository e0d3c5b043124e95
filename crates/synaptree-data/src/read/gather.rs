//! The tables of several files into one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{Array, ArrayRef, RecordBatch, new_null_array};
use arrow_schema::{DataType, Field, Schema};
use arrow_select::concat::concat;

use super::column::{check_names, list};
use crate::declaration::{DeclaredType, HierarchyDeclaration};
use crate::error::FileError;
use crate::table::Table;

/// The table of one file.
pub(super) struct Part {
    path: PathBuf,
    table: Table,
    /// Whether columns that this file lacks are missing in its rows.
    may_lack: bool,
}

impl Part {
    /// The table of a file, its columns renamed.
    pub(super) fn new(
        path: PathBuf,
        mut table: Table,
        rename: &BTreeMap<String, String>,
    ) -> Result<Self, FileError> {
        if !rename.is_empty() {
            table = renamed(&path, table, rename)?;
        }
        Ok(Self {
            path,
            table,
            may_lack: !rename.is_empty(),
        })
    }
}

fn renamed(
    path: &std::path::Path,
    table: Table,
    rename: &BTreeMap<String, String>,
) -> Result<Table, FileError> {
    for column in rename.keys() {
        if table.column(column).is_none() {
            return Err(FileError::UnknownRename {
                path: path.into(),
                column: column.clone(),
                help: unknown(column, &table),
            });
        }
    }
    let new = |name: &String| rename.get(name).unwrap_or(name).clone();
    let fields: Vec<Field> = table
        .batch
        .schema_ref()
        .fields()
        .iter()
        .map(|field| field.as_ref().clone().with_name(new(field.name())))
        .collect();
    check_names(path, None, fields.iter().map(|field| field.name().as_str()))?;
    let columns = table.batch.columns().to_vec();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .expect("a new name changes no column");
    let hierarchies = table
        .hierarchies
        .into_iter()
        .map(|(name, value)| (new(&name), value));
    let declared = table
        .declared
        .into_iter()
        .map(|(name, value)| (new(&name), value));
    Ok(Table {
        batch,
        hierarchies: hierarchies.collect(),
        declared: declared.collect(),
        origins: table.origins,
    })
}

fn unknown(column: &str, table: &Table) -> String {
    match synaptree_config::nearest(column, table.column_names()) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("its columns are {}", list(table.column_names())),
    }
}

/// One table of the rows of all parts.
pub(super) fn gather(mut parts: Vec<Part>, fill_absent: bool) -> Result<Table, FileError> {
    if parts.len() == 1 {
        return Ok(parts.remove(0).table);
    }
    for part in &mut parts {
        part.may_lack |= fill_absent;
    }
    check_columns(&parts)?;
    let mut names: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for name in parts.iter().flat_map(|part| part.table.column_names()) {
        if seen.insert(name.to_owned()) {
            names.push(name.to_owned());
        }
    }
    let mut fields = Vec::with_capacity(names.len());
    let mut columns = Vec::with_capacity(names.len());
    for name in &names {
        let data_type = common_type(&parts, name)?;
        columns.push(joined(&parts, name, &data_type)?);
        fields.push(Field::new(name, data_type, true));
    }
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
        .expect("every part gave its rows to every column");
    let mut table = Table::from_batch(batch);
    (table.hierarchies, table.declared) = declarations(&parts, &table)?;
    let mut origins = parts.into_iter().map(|part| part.table.origins);
    table.origins = origins.next().unwrap_or_default();
    origins.for_each(|further| table.origins.append(further));
    Ok(table)
}

/// Refuses parts whose columns differ, unless the one that lacks some may.
fn check_columns(parts: &[Part]) -> Result<(), FileError> {
    let columns: Vec<BTreeSet<&str>> = parts
        .iter()
        .map(|part| part.table.column_names().collect())
        .collect();
    for (second, part) in parts.iter().enumerate().skip(1) {
        for first in 0..second {
            let differs = (!part.may_lack && !columns[second].is_superset(&columns[first]))
                || (!parts[first].may_lack && !columns[first].is_superset(&columns[second]));
            if differs {
                let only = |one: &BTreeSet<&str>, other| {
                    let only: Vec<&str> = one.difference(other).copied().collect();
                    (!only.is_empty()).then(|| list(only))
                };
                let lacks =
                    only(&columns[first], &columns[second]).map(|list| format!("it lacks {list}"));
                let has = only(&columns[second], &columns[first])
                    .map(|list| format!("it alone has {list}"));
                return Err(FileError::ColumnsDiffer {
                    first: parts[first].path.clone(),
                    second: part.path.clone(),
                    difference: [lacks, has]
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join("; "),
                });
            }
        }
    }
    Ok(())
}

/// The type of a column in all parts that have values in it.
fn common_type(parts: &[Part], name: &str) -> Result<DataType, FileError> {
    let mut found: Option<(&Part, &DataType)> = None;
    for part in parts {
        let Some(column) = part.table.column(name) else {
            continue;
        };
        match found {
            _ if column.data_type() == &DataType::Null => {}
            None => found = Some((part, column.data_type())),
            Some((first, data_type)) if data_type != column.data_type() => {
                return Err(FileError::TypesDiffer {
                    first: first.path.clone(),
                    second: part.path.clone(),
                    column: name.into(),
                    first_type: data_type.to_string(),
                    second_type: column.data_type().to_string(),
                });
            }
            Some(_) => {}
        }
    }
    Ok(found.map_or(DataType::Null, |(_, data_type)| data_type.clone()))
}

fn joined(parts: &[Part], name: &str, data_type: &DataType) -> Result<ArrayRef, FileError> {
    let pieces: Vec<ArrayRef> = parts
        .iter()
        .map(|part| match part.table.column(name) {
            Some(column) if column.data_type() == data_type => column.clone(),
            _ => new_null_array(data_type, part.table.num_rows()),
        })
        .collect();
    let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
    concat(&pieces).map_err(|_| FileError::TooLarge {
        path: parts[0].path.clone(),
        column: name.into(),
    })
}

type Declarations = (
    BTreeMap<String, HierarchyDeclaration>,
    BTreeMap<String, DeclaredType>,
);

/// What the parts declare, where they agree.
fn declarations(parts: &[Part], table: &Table) -> Result<Declarations, FileError> {
    let mut hierarchies: BTreeMap<String, HierarchyDeclaration> = BTreeMap::new();
    let mut declared: BTreeMap<String, DeclaredType> = BTreeMap::new();
    let mut first: HashMap<&str, &Part> = HashMap::new();
    for part in parts {
        for (name, further) in &part.table.declared {
            let difference = match declared.remove(name) {
                None => Ok(further.clone()),
                Some(known) => merged(known, further),
            };
            let owner = *first.entry(name).or_insert(part);
            let merged = difference.map_err(|difference| FileError::DeclarationsDiffer {
                first: owner.path.clone(),
                second: part.path.clone(),
                column: name.clone(),
                difference,
            })?;
            declared.insert(name.clone(), merged);
        }
        for (name, further) in &part.table.hierarchies {
            let Some(known) = hierarchies.get(name) else {
                hierarchies.insert(name.clone(), further.clone());
                continue;
            };
            if let Some(difference) = first_difference(&known.entries, &further.entries) {
                return Err(FileError::DeclarationsDiffer {
                    first: first.get(name.as_str()).unwrap_or(&part).path.clone(),
                    second: part.path.clone(),
                    column: name.clone(),
                    difference,
                });
            }
        }
    }
    for (name, hierarchy) in &mut hierarchies {
        let labels = table
            .text(name)
            .into_iter()
            .flat_map(|column| column.iter().flatten());
        let labels = labels.flat_map(|cell| cell.split('@'));
        hierarchy.dialect = HierarchyDeclaration::decide(&hierarchy.entries, labels);
    }
    Ok((hierarchies, declared))
}

/// One type for two declarations; nominal values of the second follow those of the first.
fn merged(known: DeclaredType, further: &DeclaredType) -> Result<DeclaredType, String> {
    use DeclaredType::{Integer, Nominal, Numeric};
    match (known, further) {
        (Nominal(mut values), Nominal(more)) => {
            for value in more {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
            Ok(Nominal(values))
        }
        (Numeric | Integer, Numeric) | (Numeric, Integer) => Ok(Numeric),
        (known, further) if &known == further => Ok(known),
        (known, further) => Err(format!("{} here, {} there", further.name(), known.name())),
    }
}

fn first_difference(known: &[String], further: &[String]) -> Option<String> {
    let known: BTreeSet<&String> = known.iter().collect();
    let further: BTreeSet<&String> = further.iter().collect();
    let lacks = known
        .difference(&further)
        .next()
        .map(|entry| format!("it lacks `{entry}`"));
    lacks.or_else(|| {
        further
            .difference(&known)
            .next()
            .map(|entry| format!("it alone has `{entry}`"))
    })
}
