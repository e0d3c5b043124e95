//! The cells of an Arrow column, read as numbers or as text whatever the column's type.

use std::borrow::Cow;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, BooleanArray, StringArray};
use arrow_schema::{DataType, TimeUnit};

/// A column whose cells can be read one by one.
#[derive(Debug)]
pub(crate) enum Cells<'a> {
    Text(&'a StringArray),
    Boolean(&'a BooleanArray),
    Integer(Vec<Option<i64>>),
    Real(Vec<f64>),
    Lists(Vec<Option<Vec<String>>>),
}

/// A cell where a number is expected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number<'a> {
    Missing,
    Value(f64),
    Bad(&'a str),
}

impl<'a> Cells<'a> {
    /// The cells of a column; its type where that is not one that can be read.
    pub(crate) fn new(column: &'a ArrayRef) -> Result<Self, &'a DataType> {
        let cells = match column.data_type() {
            DataType::Utf8 => Cells::Text(column.as_string()),
            DataType::Boolean => Cells::Boolean(column.as_boolean()),
            DataType::Null => Cells::Real(vec![f64::NAN; column.len()]),
            DataType::Int8 => integers::<Int8Type>(column),
            DataType::Int16 => integers::<Int16Type>(column),
            DataType::Int32 => integers::<Int32Type>(column),
            DataType::Int64 => integers::<Int64Type>(column),
            DataType::UInt8 => integers::<UInt8Type>(column),
            DataType::UInt16 => integers::<UInt16Type>(column),
            DataType::UInt32 => integers::<UInt32Type>(column),
            DataType::UInt64 => unsigned(column),
            DataType::Float32 => reals::<Float32Type>(column, f64::from),
            DataType::Float64 => reals::<Float64Type>(column, |value| value),
            DataType::Date32 => integers::<Date32Type>(column),
            DataType::Date64 => integers::<Date64Type>(column),
            DataType::Timestamp(TimeUnit::Second, _) => integers::<TimestampSecondType>(column),
            DataType::Timestamp(TimeUnit::Millisecond, _) => {
                integers::<TimestampMillisecondType>(column)
            }
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                integers::<TimestampMicrosecondType>(column)
            }
            DataType::Timestamp(TimeUnit::Nanosecond, _) => {
                integers::<TimestampNanosecondType>(column)
            }
            DataType::List(_) => lists(column, |row| column.as_list::<i32>().value(row))?,
            DataType::LargeList(_) => lists(column, |row| column.as_list::<i64>().value(row))?,
            other => return Err(other),
        };
        Ok(cells)
    }

    /// Whether a row has no value; a number that is not one counts as missing.
    pub(crate) fn is_missing(&self, row: usize) -> bool {
        match self {
            Cells::Text(cells) => cells.is_null(row),
            Cells::Boolean(cells) => cells.is_null(row),
            Cells::Integer(cells) => cells[row].is_none(),
            Cells::Real(cells) => cells[row].is_nan(),
            Cells::Lists(cells) => cells[row].is_none(),
        }
    }

    /// The cell as a finite number that `f32` can hold; `nan` in any case is missing.
    pub(crate) fn number(&self, row: usize) -> Number<'_> {
        match self {
            Cells::Text(cells) if cells.is_null(row) => Number::Missing,
            Cells::Text(cells) => parse_number(cells.value(row)),
            Cells::Boolean(cells) if cells.is_null(row) => Number::Missing,
            Cells::Boolean(cells) => Number::Value(f64::from(u8::from(cells.value(row)))),
            Cells::Integer(cells) => {
                cells[row].map_or(Number::Missing, |value| Number::Value(value as f64))
            }
            Cells::Real(cells) if cells[row].is_nan() => Number::Missing,
            Cells::Real(cells) if !fits(cells[row]) => Number::Bad(match cells[row] {
                f64::INFINITY => "inf",
                f64::NEG_INFINITY => "-inf",
                _ => "a number beyond ±3.4e38",
            }),
            Cells::Real(cells) => Number::Value(cells[row]),
            Cells::Lists(cells) => cells[row]
                .as_ref()
                .map_or(Number::Missing, |_| Number::Bad("a list")),
        }
    }

    /// Whether a cell is a number that 32 bits cannot hold.
    pub(crate) fn is_too_large(&self, row: usize) -> bool {
        let is_beyond = |value: f64| value.is_finite() && !fits(value);
        match self {
            Cells::Text(cells) => {
                !cells.is_null(row) && cells.value(row).trim().parse().is_ok_and(is_beyond)
            }
            Cells::Real(cells) => is_beyond(cells[row]),
            _ => false,
        }
    }

    /// The cell as the name of a class: `1.0` and `1` are the same name.
    pub(crate) fn text(&self, row: usize) -> Option<Cow<'_, str>> {
        if self.is_missing(row) {
            return None;
        }
        Some(match self {
            Cells::Text(cells) => class_name(cells.value(row)),
            Cells::Boolean(cells) => Cow::Borrowed(if cells.value(row) { "true" } else { "false" }),
            Cells::Integer(cells) => Cow::Owned(cells[row].unwrap_or_default().to_string()),
            // Rust writes whole numbers without a point, as `class_name` does.
            // Adding zero takes the sign from a negative zero, which is no class of its own.
            Cells::Real(cells) if !fits(cells[row]) => Cow::Owned(format!("{:e}", cells[row])),
            Cells::Real(cells) => Cow::Owned((cells[row] + 0.0).to_string()),
            Cells::Lists(cells) => Cow::Owned(cells[row].clone().unwrap_or_default().join("|")),
        })
    }

    /// The parts of a cell that holds several labels; an empty list is a row without labels.
    pub(crate) fn labels(&self, row: usize, separator: &str) -> Option<Vec<Cow<'_, str>>> {
        match self {
            Cells::Lists(cells) => cells[row]
                .as_ref()
                .map(|labels| labels.iter().map(|label| class_name(label)).collect()),
            Cells::Text(cells) => (!cells.is_null(row)).then(|| {
                let parts = cells.value(row).split(separator).map(str::trim);
                parts
                    .filter(|part| !part.is_empty())
                    .map(class_name)
                    .collect()
            }),
            _ => self.text(row).map(|text| vec![text]),
        }
    }
}

/// The name of a class as text files write it, a whole number without its `.0`.
pub(crate) fn class_name(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let whole = text
        .strip_suffix('0')
        .map(|rest| rest.trim_end_matches('0'));
    match whole.and_then(|rest| rest.strip_suffix('.')) {
        Some(digits) if digits.parse::<i64>().is_ok() => Cow::Borrowed(digits),
        _ => Cow::Borrowed(text),
    }
}

fn fits(value: f64) -> bool {
    (value as f32).is_finite()
}

/// Powers of ten that are exact.
const POWERS: [f64; 16] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
];

/// A number written with at most 15 digits, a point and a minus, as most are. Digits and power are
/// exact, and the quotient is rounded once: these are the bits of `str::parse`.
fn short_number(text: &str) -> Option<f64> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > 16 {
        return None;
    }
    let (mut whole, mut count, mut point) = (0_u64, 0, None);
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                whole = 10 * whole + u64::from(byte - b'0');
                count += 1;
            }
            b'.' if point.is_none() => point = Some(count),
            _ => return None,
        }
    }
    if !(1..=15).contains(&count) {
        return None;
    }
    let value = whole as f64 / POWERS[count - point.unwrap_or(count)];
    Some(if negative { -value } else { value })
}

fn parse_number(text: &str) -> Number<'_> {
    let number = short_number(text).map_or_else(|| text.trim().parse::<f64>(), Ok);
    match number {
        Ok(value) if value.is_nan() => Number::Missing,
        Ok(value) if fits(value) => Number::Value(value),
        _ => Number::Bad(text),
    }
}

fn integers<T: ArrowPrimitiveType<Native: Into<i64>>>(column: &ArrayRef) -> Cells<'static> {
    Cells::Integer(
        column
            .as_primitive::<T>()
            .iter()
            .map(|cell| cell.map(Into::into))
            .collect(),
    )
}

fn reals<T: ArrowPrimitiveType>(column: &ArrayRef, wide: fn(T::Native) -> f64) -> Cells<'static> {
    Cells::Real(
        column
            .as_primitive::<T>()
            .iter()
            .map(|cell| cell.map_or(f64::NAN, wide))
            .collect(),
    )
}

fn unsigned(column: &ArrayRef) -> Cells<'static> {
    let cells = column.as_primitive::<UInt64Type>();
    match cells
        .iter()
        .map(|cell| cell.map(i64::try_from).transpose())
        .collect()
    {
        Ok(integers) => Cells::Integer(integers),
        Err(_) => Cells::Real(
            cells
                .iter()
                .map(|cell| cell.map_or(f64::NAN, |value| value as f64))
                .collect(),
        ),
    }
}

fn lists(column: &ArrayRef, list: impl Fn(usize) -> ArrayRef) -> Result<Cells<'_>, &DataType> {
    let mut rows = Vec::with_capacity(column.len());
    for row in 0..column.len() {
        if column.is_null(row) {
            rows.push(None);
            continue;
        }
        let values = list(row);
        let Ok(cells) = Cells::new(&values) else {
            return Err(column.data_type());
        };
        rows.push(Some(
            (0..values.len())
                .filter_map(|index| cells.text(index).map(Cow::into_owned))
                .filter(|label| !label.is_empty())
                .collect(),
        ));
    }
    Ok(Cells::Lists(rows))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{Float64Array, UInt64Array};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_numbers_have_one_name_however_they_are_stored() {
        let text: ArrayRef = Arc::new(StringArray::from(vec![
            "1", "1.0", " 1.00", "100", "1.5", "v1.0",
        ]));
        let cells = Cells::new(&text).unwrap();
        let names: Vec<_> = (0..6)
            .map(|row| cells.text(row).unwrap().into_owned())
            .collect();
        assert_eq!(names, ["1", "1", "1", "100", "1.5", "v1.0"]);
        let real: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 1.5, -0.0, 1e300]));
        let cells = Cells::new(&real).unwrap();
        assert_eq!(cells.text(2).unwrap(), "0");
        assert_eq!(cells.number(3), Number::Bad("a number beyond ±3.4e38"));
        assert_eq!(cells.text(0).unwrap(), "1");
        assert_eq!(cells.text(1).unwrap(), "1.5");
    }

    #[test]
    fn not_a_number_is_missing_and_infinity_is_bad() {
        let text: ArrayRef = Arc::new(StringArray::from(vec![
            Some("NaN"),
            Some("inf"),
            Some("1e39"),
            None,
            Some("-2.5"),
        ]));
        let cells = Cells::new(&text).unwrap();
        let numbers: Vec<_> = (0..5).map(|row| cells.number(row)).collect();
        assert_eq!(
            numbers,
            [
                Number::Missing,
                Number::Bad("inf"),
                Number::Bad("1e39"),
                Number::Missing,
                Number::Value(-2.5)
            ]
        );
    }

    proptest! {
        #[test]
        fn short_numbers_have_the_bits_of_the_standard_parser(text in "-?[0-9]{0,9}[.]?[0-9]{0,9}") {
            match short_number(&text) {
                Some(found) => prop_assert_eq!(found.to_bits(), text.parse::<f64>().unwrap().to_bits()),
                None => prop_assert!(
                    text.parse::<f64>().is_err() || text.bytes().filter(u8::is_ascii_digit).count() > 15
                ),
            }
        }
    }

    #[test]
    fn unsigned_numbers_beyond_the_signed_range_are_kept_as_reals() {
        let column: ArrayRef = Arc::new(UInt64Array::from(vec![1, u64::MAX]));
        assert!(matches!(Cells::new(&column).unwrap(), Cells::Real(_)));
    }

    #[test]
    fn labels_of_a_cell_are_trimmed_and_empty_parts_dropped() {
        let text: ArrayRef = Arc::new(StringArray::from(vec![Some("a | b||"), Some("|"), None]));
        let cells = Cells::new(&text).unwrap();
        assert_eq!(cells.labels(0, "|").unwrap(), ["a", "b"]);
        assert_eq!(cells.labels(1, "|").unwrap(), Vec::<String>::new());
        assert_eq!(cells.labels(2, "|"), None);
    }
}
