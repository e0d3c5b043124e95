//! Categories: a vocabulary with a bucket for whatever is unknown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use synaptree_nn::CategoryShape;

use super::hash::bucket;

use crate::cells::class_name;
use crate::spec::{CategoryEncoding as Asked, InputSpec};

/// How a category column becomes a code: fitted on the training rows.
///
/// | Code | Value |
/// |---|---|
/// | 0 | unknown: never seen in training, or seen in too few rows |
/// | 1, 2, … | the known values, in order |
/// | last | missing, where training rows had gaps; otherwise a gap is unknown |
///
/// A hashed column has buckets in the place of known values, and no value is unknown to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CategoryEncoding {
    pub(crate) values: Vec<String>,
    pub(crate) missing: bool,
    pub(crate) embedding: Option<usize>,
    /// How many buckets there are, where values are hashed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) buckets: Option<usize>,
}

impl CategoryEncoding {
    /// Fits on the number of training rows of each value.
    pub(crate) fn fit(
        counts: &HashMap<String, usize>,
        has_gaps: bool,
        rare: usize,
        declared: Option<&[String]>,
    ) -> Self {
        let mut values: Vec<String> = counts
            .iter()
            .filter(|(_, count)| **count >= rare)
            .map(|(value, _)| value.clone())
            .collect();
        values.sort_unstable();
        if let Some(declared) = declared {
            // The declaration may write `1.0` where the class is called `1`.
            let place =
                |value: &String| declared.iter().position(|name| class_name(name) == *value);
            values.sort_by_cached_key(place);
        }
        Self {
            values,
            missing: has_gaps,
            embedding: None,
            buckets: None,
        }
    }

    /// The same one-hot, embedded or hashed, as the input asks for the column or as the number of
    /// codes suggests.
    pub(crate) fn encoded(mut self, column: &str, input: &InputSpec) -> Self {
        let asked = chosen(self.size(), column, input);
        if asked == Asked::Hash {
            self.values.clear();
            self.buckets = Some(input.hash_buckets);
        }
        if asked != Asked::OneHot {
            let size = self.size();
            self.embedding = Some(input.embedding_width.unwrap_or_else(|| width(size)));
        }
        self
    }

    /// How many values or buckets have a code.
    fn known(&self) -> usize {
        self.buckets.unwrap_or(self.values.len())
    }

    /// How many codes there are.
    pub(crate) fn size(&self) -> usize {
        1 + self.known() + usize::from(self.missing)
    }

    pub(crate) fn shape(&self) -> CategoryShape {
        CategoryShape {
            size: self.size(),
            embedding: self.embedding,
        }
    }

    /// The codes of values.
    pub(crate) fn codes(&self) -> Codes<'_> {
        let values = self.values.iter().zip(1..);
        Codes {
            known: values.map(|(value, code)| (value.as_str(), code)).collect(),
            buckets: self.buckets,
        }
    }

    /// The code of a gap.
    pub(crate) fn missing_code(&self) -> i32 {
        if self.missing {
            self.known() as i32 + 1
        } else {
            0
        }
    }

    /// The name of each code.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let missing = self.missing.then_some("(missing)");
        std::iter::once("(other)")
            .chain(self.values.iter().map(String::as_str))
            .chain(missing)
    }
}

/// What the input asks for the column, or what the number of codes suggests.
fn chosen(size: usize, column: &str, input: &InputSpec) -> Asked {
    match input.encoding.of(column) {
        Asked::Auto if size <= input.one_hot_max => Asked::OneHot,
        Asked::Auto if size <= input.embedding_max => Asked::Embedding,
        Asked::Auto => Asked::Hash,
        asked => asked,
    }
}

/// How a column of so many known values would be encoded, with how many codes and how wide; one-hot
/// codes have no width.
pub(crate) fn foreseen(
    known: usize,
    has_gaps: bool,
    column: &str,
    input: &InputSpec,
) -> (Asked, usize, usize) {
    let codes = |known| 1 + known + usize::from(has_gaps);
    let wide = |size| input.embedding_width.unwrap_or_else(|| width(size));
    match chosen(codes(known), column, input) {
        Asked::Hash => {
            let size = codes(input.hash_buckets);
            (Asked::Hash, size, wide(size))
        }
        Asked::Embedding => {
            let size = codes(known);
            (Asked::Embedding, size, wide(size))
        }
        Asked::OneHot | Asked::Auto => (Asked::OneHot, codes(known), 0),
    }
}

/// The codes of a category by its values.
#[derive(Debug)]
pub(crate) struct Codes<'a> {
    known: HashMap<&'a str, i32>,
    buckets: Option<usize>,
}

impl Codes<'_> {
    /// The code of a value; `None` if it is unknown.
    pub(crate) fn of(&self, value: &str) -> Option<i32> {
        match self.buckets {
            Some(buckets) => Some(1 + bucket(value, buckets) as i32),
            None => self.known.get(value).copied(),
        }
    }
}

/// `min(64, round(1.6 · size^0.56))`.
fn width(size: usize) -> usize {
    ((1.6 * (size as f64).powf(0.56)).round() as usize).clamp(1, 64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::EncodingSpec;

    fn counts() -> HashMap<String, usize> {
        [("red", 5), ("blue", 2), ("teal", 1)]
            .map(|(value, n)| (value.to_owned(), n))
            .into()
    }

    #[test]
    fn rare_values_join_the_unknown_bucket() {
        let encoding = CategoryEncoding::fit(&counts(), false, 2, None);
        assert_eq!(encoding.values, ["blue", "red"]);
        let codes = encoding.codes();
        assert_eq!(codes.of("blue"), Some(1));
        assert_eq!(codes.of("teal"), None);
        assert_eq!((encoding.size(), encoding.missing_code()), (3, 0));
    }

    #[test]
    fn gaps_have_a_code_of_their_own_where_training_had_some() {
        let encoding = CategoryEncoding::fit(&counts(), true, 1, None);
        assert_eq!((encoding.size(), encoding.missing_code()), (5, 4));
        let names: Vec<&str> = encoding.names().collect();
        assert_eq!(names, ["(other)", "blue", "red", "teal", "(missing)"]);
    }

    #[test]
    fn a_declared_order_is_kept() {
        let declared = ["teal", "red", "grey", "blue"].map(String::from);
        let encoding = CategoryEncoding::fit(&counts(), false, 1, Some(&declared));
        assert_eq!(encoding.values, ["teal", "red", "blue"]);
    }

    #[test]
    fn declared_whole_numbers_are_found_however_they_are_written() {
        let counts = [("1", 4), ("2", 4), ("10", 4)]
            .map(|(value, rows)| (value.to_owned(), rows))
            .into();
        let declared = ["10.0", "2.0", "1.0"].map(String::from);
        let encoding = CategoryEncoding::fit(&counts, false, 2, Some(&declared));
        assert_eq!(encoding.values, ["10", "2", "1"]);
    }

    #[test]
    fn the_number_of_codes_chooses_one_hot_embedding_or_buckets() {
        let encoded = |one_hot_max, embedding_max| {
            let input = InputSpec {
                one_hot_max,
                embedding_max,
                hash_buckets: 7,
                ..InputSpec::default()
            };
            let encoding = CategoryEncoding::fit(&counts(), true, 1, None).encoded("c", &input);
            let (_, size, wide) = foreseen(3, true, "c", &input);
            assert_eq!(
                (size, wide),
                (encoding.size(), encoding.embedding.unwrap_or(0))
            );
            (encoding.size(), encoding.embedding, encoding.buckets)
        };
        assert_eq!(encoded(5, 9), (5, None, None));
        assert_eq!(encoded(4, 9), (5, Some(4), None));
        // Unknown, seven buckets and a gap.
        assert_eq!(encoded(4, 4), (9, Some(5), Some(7)));
        assert_eq!([10, 100, 1000, 10_000].map(width), [6, 21, 64, 64]);
    }

    #[test]
    fn a_column_is_encoded_as_it_is_asked_for() {
        let by_column = [
            ("c".to_owned(), Asked::Hash),
            ("d".to_owned(), Asked::OneHot),
        ];
        let input = InputSpec {
            encoding: EncodingSpec::Columns(by_column.into()),
            embedding_width: Some(3),
            one_hot_max: 0,
            ..InputSpec::default()
        };
        let fitted = || CategoryEncoding::fit(&counts(), true, 2, None);
        let hashed = fitted().encoded("c", &input);
        assert_eq!((hashed.embedding, hashed.buckets), (Some(3), Some(4096)));
        let codes = hashed.codes();
        // No value is unknown, and a gap is no bucket.
        assert_eq!(codes.of("teal"), Some(1 + bucket("teal", 4096) as i32));
        assert_eq!(hashed.missing_code(), 4097);
        assert_eq!(fitted().encoded("d", &input).embedding, None);
        assert_eq!(fitted().encoded("e", &input).embedding, Some(3));
    }
}
