//! The type of a column that several files have.

use arrow_schema::DataType;

use super::plan::Part;
use super::rows::Types;
use crate::error::FileError;

/// The type of a column in all files that have values in it.
///
/// | In one file | In another | Together |
/// |---|---|---|
/// | whole numbers | whole numbers of another size | whole numbers of 64 bits |
/// | numbers | numbers | real numbers of 64 bits |
/// | CSV, which has no types | numbers or dates | text, which is looked at as that of a single CSV file |
/// | JSON Lines, whose types were found by a look at the values | others | the wider one, or text |
pub(super) fn common_type(parts: &[Part], name: &str) -> Result<DataType, FileError> {
    let mut found: Option<(&Part, DataType)> = None;
    for part in parts {
        let mut fields = part.header.fields.iter();
        let Some(field) = fields.find(|field| field.name() == name) else {
            continue;
        };
        match &found {
            _ if field.data_type() == &DataType::Null => {}
            None => found = Some((part, field.data_type().clone())),
            Some((first, data_type)) if data_type != field.data_type() => {
                if let Some(wide) = wider(first, data_type, part, field.data_type()) {
                    found = Some((if wide == *data_type { first } else { part }, wide));
                    continue;
                }
                return Err(FileError::TypesDiffer {
                    first: first.path.clone(),
                    second: part.path.clone(),
                    column: name.into(),
                    first_type: in_words(data_type),
                    second_type: in_words(field.data_type()),
                });
            }
            Some(_) => {}
        }
    }
    Ok(found.map_or(DataType::Null, |(_, data_type)| data_type))
}

/// The type for both of two types.
fn wider(first: &Part, one: &DataType, second: &Part, other: &DataType) -> Option<DataType> {
    let [first, second] = [first, second].map(|part| part.header.types);
    if let Some(number) = wider_number(one, other) {
        return Some(number);
    }
    let is_found = |data_type: &DataType| {
        matches!(
            data_type,
            DataType::Boolean | DataType::Int64 | DataType::Float64
        )
    };
    let into_text = |types: Types, from: &DataType, to: &DataType| {
        *to == DataType::Utf8 && types == Types::Found && is_found(from)
    };
    let beside_csv = |types: Types, text: &DataType, other: &DataType| {
        types == Types::Absent
            && *text == DataType::Utf8
            && (other.is_numeric() || other.is_temporal())
    };
    let both = first == Types::Found && second == Types::Found && is_found(one) && is_found(other);
    (both
        || into_text(first, one, other)
        || into_text(second, other, one)
        || beside_csv(first, one, other)
        || beside_csv(second, other, one))
    .then_some(DataType::Utf8)
}

/// The type for two types of numbers.
fn wider_number(one: &DataType, other: &DataType) -> Option<DataType> {
    let is_narrow = |data_type: &DataType| data_type.is_integer() && *data_type != DataType::UInt64;
    let is_number = |data_type: &DataType| data_type.is_integer() || data_type.is_floating();
    if is_narrow(one) && is_narrow(other) {
        Some(DataType::Int64)
    } else if is_number(one) && is_number(other) {
        Some(DataType::Float64)
    } else {
        None
    }
}

/// What a column of this type holds, for people.
fn in_words(data_type: &DataType) -> String {
    let words = match data_type {
        DataType::Utf8 => "text",
        DataType::Boolean => "true and false",
        DataType::List(_) | DataType::LargeList(_) => "lists",
        DataType::Timestamp(..) => "moments",
        other if other.is_integer() => "whole numbers",
        other if other.is_numeric() => "numbers",
        other if other.is_temporal() => "dates or times",
        other => return other.to_string(),
    };
    words.to_owned()
}
