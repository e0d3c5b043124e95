//! From the files of an experiment to encoded parts.

use std::path::Path;

use synaptree_tasks::TaskSpec;

use crate::dataset::{Dataset, Split};
use crate::error::DataError;
use crate::fingerprint::Fingerprint;
use crate::partition::{assign, empty};
use crate::preprocess::{FitRows, Preprocessing};
use crate::read::{ReadOptions, read_files, read_first};
use crate::shown::shown;
use crate::spec::{DataSpec, Files, InputSpec, PartSpec};
use crate::split::Part;
use crate::table::Table;
use crate::warn::{Rows, Watch, totals};

/// Reads the files of an experiment, sends rows to their parts, fits the preprocessing and the
/// vocabularies on the training rows, and encodes every part.
///
/// `base` is the folder at which relative paths begin.
///
/// # Errors
///
/// Whatever is wrong with a file, a column or a cell, naming file, line and column: see
/// [`DataError`].
///
/// # Randomness
///
/// The parts are a function of `split_seed` and the rows alone: see [`Splitter`](crate::Splitter).
///
/// # Example
///
/// ```
/// use synaptree_data::{DataSpec, load};
/// use synaptree_tasks::{Kind, TaskSpec};
///
/// let folder = std::env::temp_dir().join("synaptree-load-example");
/// std::fs::create_dir_all(&folder)?;
/// let mut text = String::from("mass,wings,bird\n");
/// for animal in 0..100 {
///     text += &format!("{},{},{}\n", animal % 7, animal % 2 * 2, animal % 2);
/// }
/// std::fs::write(folder.join("animals.csv"), text)?;
/// let dataset =
///     load(&DataSpec::new("animals.csv"), &[], &[TaskSpec::new("bird", Kind::Binary)], &folder)?;
/// assert!(dataset.train.len().abs_diff(70) <= 3);
/// assert_eq!(dataset.train.features.number_width, 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn load(
    spec: &DataSpec,
    inputs: &[InputSpec],
    tasks: &[TaskSpec],
    base: &Path,
) -> Result<Dataset, DataError> {
    load_rows(spec, inputs, tasks, base, None)
}

/// As [`load`], of the first `rows` rows of each part's files alone and without fingerprints: a trial of
/// an experiment whose files may be large.
///
/// # Errors
///
/// As [`load`].
pub fn load_first(
    spec: &DataSpec,
    inputs: &[InputSpec],
    tasks: &[TaskSpec],
    base: &Path,
    rows: usize,
) -> Result<Dataset, DataError> {
    load_rows(spec, inputs, tasks, base, Some(rows))
}

fn load_rows(
    spec: &DataSpec,
    inputs: &[InputSpec],
    tasks: &[TaskSpec],
    base: &Path,
    most: Option<usize>,
) -> Result<Dataset, DataError> {
    let reading = spec.read_options();
    let fingerprints_of = |table: &Table| match most {
        None => table.fingerprints(),
        Some(_) => Ok(Vec::new()),
    };
    let table = read(&spec.train, &reading, base, most)?;
    let mut fingerprints = fingerprints_of(&table)?;
    let mut warnings = table.warnings.clone();
    let last_rows = |table: &Table| match most {
        None => totals::find(table),
        // The last row of the first ones is not that of its file.
        Some(_) => Vec::new(),
    };
    warnings.extend(last_rows(&table));

    let parts = assign(&table, spec, tasks, &mut warnings)?;
    let rows_of = |wanted: Part| -> Vec<usize> {
        (0..parts.len())
            .filter(|&row| parts[row] == wanted)
            .collect()
    };
    let train_rows = rows_of(Part::Train);
    match train_rows.len() {
        0 => return Err(empty(Part::Train, parts.len(), spec, tasks, Some(&table))),
        1 => return Err(DataError::OneRow { rows: 1 }),
        _ => {}
    }
    let preprocessing = Preprocessing::fit(
        &table,
        FitRows::all(&train_rows),
        spec,
        inputs,
        tasks,
        base,
        &mut warnings,
    )?;
    if let Some(column) = &spec.row_weight {
        crate::columns::found_in(&table, column, "the row weight")?;
    }

    let train = preprocessing.split_rows(&table, &train_rows, Part::Train.as_str())?;
    let of_train = Rows {
        part: Part::Train,
        table: &table,
        rows: &train_rows,
    };
    let mut watch = Watch::new(&preprocessing, spec, of_train, &train, &mut warnings);
    let mut part = |part: Part, source: PartSpec| -> Result<Option<Split>, DataError> {
        let (own, rows);
        let table = match source {
            PartSpec::Off(_) => return Ok(None),
            PartSpec::Files(files) => {
                own = read(&files, &reading, base, most)?;
                warnings.extend(own.warnings.iter().cloned());
                warnings.extend(last_rows(&own));
                let further = fingerprints_of(&own)?;
                warn_of_shared_files(&fingerprints, &further, part, &mut warnings);
                fingerprints.extend(further);
                rows = (0..own.num_rows()).collect();
                &own
            }
            PartSpec::Fraction(_) => {
                rows = rows_of(part);
                if rows.is_empty() {
                    return Err(empty(part, table.num_rows(), spec, tasks, Some(&table)));
                }
                &table
            }
            PartSpec::Column(_) => {
                rows = rows_of(part);
                &table
            }
        };
        let split = preprocessing.split_rows(table, &rows, part.as_str())?;
        let rows = Rows {
            part,
            table,
            rows: &rows,
        };
        watch.part(rows, &split, &mut warnings);
        Ok(Some(split))
    };
    let validation = part(Part::Validation, spec.validation())?;
    let test = part(Part::Test, spec.test())?;
    let calibration = match spec.calibration {
        Some(fraction) => part(Part::Calibration, PartSpec::Fraction(fraction))?,
        None => None,
    };
    Ok(Dataset {
        vocabularies: preprocessing.vocabularies(),
        preprocessing,
        train,
        validation,
        test,
        calibration,
        fingerprints,
        warnings,
    })
}

fn read(
    files: &Files,
    reading: &ReadOptions,
    base: &Path,
    most: Option<usize>,
) -> Result<Table, DataError> {
    let sources = files
        .sources()
        .iter()
        .map(|source| source.relative_to(base))
        .collect::<Result<Vec<_>, _>>()?;
    match most {
        None => read_files(&sources, reading),
        Some(rows) => read_first(&sources, reading, rows).map(|first| first.table),
    }
}

/// A file counts as the same by its content, whatever it is called.
pub(crate) fn warn_of_shared_files(
    before: &[Fingerprint],
    further: &[Fingerprint],
    part: Part,
    warnings: &mut Vec<String>,
) {
    for file in further {
        let same = |known: &&Fingerprint| known.hash == file.hash;
        if let Some(known) = before.iter().find(same) {
            let spelling = if known.path == file.path {
                String::new()
            } else {
                format!(" (as {})", shown(&known.path))
            };
            warnings.push(format!(
                "{}: the rows of the {} part are rows of another part too{spelling}, so its \
                 figures say nothing about new rows",
                shown(&file.path),
                part.as_str()
            ));
        }
    }
}
