//! One word or a list of words.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One word or a list of words.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Eq)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One word.
    One(String),
    /// A list of words.
    Many(Vec<String>),
}

impl OneOrMany {
    /// The words.
    pub fn as_slice(&self) -> &[String] {
        match self {
            OneOrMany::One(word) => std::slice::from_ref(word),
            OneOrMany::Many(words) => words,
        }
    }
}

impl From<&str> for OneOrMany {
    fn from(word: &str) -> Self {
        OneOrMany::One(word.to_owned())
    }
}

impl<const N: usize> From<[&str; N]> for OneOrMany {
    fn from(words: [&str; N]) -> Self {
        OneOrMany::Many(words.map(str::to_owned).to_vec())
    }
}
