//! The values of a line of JSON, borrowed from it where they can be.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// One object.
pub(super) struct Row<'a> {
    pub(super) cells: Vec<(Cow<'a, str>, Cell<'a>)>,
}

/// One value.
#[derive(Debug, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Text(Cow<'a, str>),
    /// The texts of a list; numbers and truths as they are written.
    List(Vec<Cow<'a, str>>),
    /// A list that holds lists or objects.
    Nested,
    Object,
}

impl<'de> Deserialize<'de> for Row<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
        let mut cells = Vec::new();
        while let Some(Key(name)) = map.next_key()? {
            cells.push((name, map.next_value()?));
        }
        Ok(Row { cells })
    }
}

/// A text that borrows where it has no escapes; `Cow` itself never borrows.
struct Key<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Cell::deserialize(deserializer)? {
            Cell::Text(name) => Ok(Self(name)),
            other => Err(serde::de::Error::custom(format!("a key is {other:?}"))),
        }
    }
}

impl<'de> Deserialize<'de> for Cell<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cell::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Cell::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Cell::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(i64::try_from(value).map_or(Cell::Real(value as f64), Cell::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Cell::Real(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        let mut nested = false;
        while let Some(item) = list.next_element::<Cell<'de>>()? {
            match item {
                Cell::Null => {}
                Cell::Boolean(value) => items.push(Cow::Owned(value.to_string())),
                Cell::Integer(value) => items.push(Cow::Owned(value.to_string())),
                Cell::Real(value) => items.push(Cow::Owned(value.to_string())),
                Cell::Text(text) => items.push(text),
                Cell::List(_) | Cell::Nested | Cell::Object => nested = true,
            }
        }
        Ok(if nested {
            Cell::Nested
        } else {
            Cell::List(items)
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell::Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_kinds_and_plain_texts_are_borrowed() {
        let line = r#"{"a":null,"b":true,"c":-3,"d":0.5,"e":"x\ty","f":["p",1,null],"g":{"h":1},"i":[[1]],"j":18446744073709551615}"#;
        let row: Row<'_> = serde_json::from_str(line).unwrap();
        let cells: Vec<&Cell<'_>> = row.cells.iter().map(|(_, cell)| cell).collect();
        assert_eq!(cells[0], &Cell::Null);
        assert_eq!(cells[1], &Cell::Boolean(true));
        assert_eq!(cells[2], &Cell::Integer(-3));
        assert_eq!(cells[3], &Cell::Real(0.5));
        assert_eq!(cells[4], &Cell::Text("x\ty".into()));
        assert_eq!(cells[5], &Cell::List(vec!["p".into(), "1".into()]));
        assert_eq!(cells[6], &Cell::Object);
        assert_eq!(cells[7], &Cell::Nested);
        assert_eq!(cells[8], &Cell::Real(18_446_744_073_709_551_615.0));
        assert!(matches!(row.cells[0].0, Cow::Borrowed("a")));
    }
}
