//! What the values of a key have in common.

use std::sync::Arc;

use arrow_schema::{DataType, Field};

use super::cell::Cell;
use crate::read::options::ReadOptions;

/// The narrowest kind that holds every value of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing but gaps.
    Null,
    Boolean,
    Integer,
    Real,
    Text,
    Labels,
}

impl Kind {
    pub(super) fn of(cell: &Cell<'_>, options: &ReadOptions) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Boolean(_) => Self::Boolean,
            Cell::Integer(_) => Self::Integer,
            Cell::Real(_) => Self::Real,
            Cell::Text(text) if options.value(text).is_none() => Self::Null,
            Cell::Text(_) => Self::Text,
            Cell::List(_) | Cell::Nested | Cell::Object => Self::Labels,
        }
    }

    /// The kind that holds both; `None` for a list beside anything else.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (one, other) if one == other => Some(one),
            (Self::Null, kind) | (kind, Self::Null) => Some(kind),
            (Self::Labels, _) | (_, Self::Labels) => None,
            (Self::Integer, Self::Real) | (Self::Real, Self::Integer) => Some(Self::Real),
            _ => Some(Self::Text),
        }
    }

    /// What it is called in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Integer => "a whole number",
            Self::Real => "a number",
            Self::Text => "a text",
            Self::Labels => "a list",
        }
    }

    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Null => DataType::Null,
            Self::Boolean => DataType::Boolean,
            Self::Integer => DataType::Int64,
            Self::Real => DataType::Float64,
            Self::Text => DataType::Utf8,
            Self::Labels => DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_widen_mixtures_are_text_and_lists_stay_apart() {
        assert_eq!(Kind::Integer.join(Kind::Real), Some(Kind::Real));
        assert_eq!(Kind::Null.join(Kind::Labels), Some(Kind::Labels));
        assert_eq!(Kind::Boolean.join(Kind::Integer), Some(Kind::Text));
        assert_eq!(Kind::Labels.join(Kind::Text), None);
    }
}
