//! What a column seems to hold.

use serde::Serialize;

/// What a column seems to hold.
///
/// | Look | What was seen |
/// |---|---|
/// | `number` | every value is a number, but for a few slips |
/// | `category` | words or codes that recur |
/// | `boolean` | yes and no in one of their spellings |
/// | `labels` | several labels in a cell |
/// | `hierarchy` | labels of a hierarchy that the file declares |
/// | `date` | days or moments |
/// | `text` | running text, or words that hardly recur |
/// | `identifier` | a value of its own in every row, or a count of the rows |
/// | `constant` | one value |
/// | `empty` | no value |
/// | `unreadable` | values of a type that no input reads |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Numbers.
    Number,
    /// Words or codes that recur.
    Category,
    /// Yes and no.
    Boolean,
    /// Several labels in a cell.
    Labels,
    /// Labels of a declared hierarchy.
    Hierarchy,
    /// Days or moments.
    Date,
    /// Running text.
    Text,
    /// A value of its own in every row.
    Identifier,
    /// One value.
    Constant,
    /// No value.
    Empty,
    /// Values of a type that no input reads.
    Unreadable,
}

impl Look {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Category => "category",
            Self::Boolean => "boolean",
            Self::Labels => "labels",
            Self::Hierarchy => "hierarchy",
            Self::Date => "date",
            Self::Text => "text",
            Self::Identifier => "identifier",
            Self::Constant => "constant",
            Self::Empty => "empty",
            Self::Unreadable => "unreadable",
        }
    }
}
