//! Categories: a vocabulary with a bucket for whatever is unknown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use synaptree_nn::CategoryShape;

use crate::cells::class_name;

/// How a category column becomes a code: fitted on the training rows.
///
/// | Code | Value |
/// |---|---|
/// | 0 | unknown: never seen in training, or seen in too few rows |
/// | 1, 2, … | the known values, in order |
/// | last | missing, where training rows had gaps; otherwise a gap is unknown |
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct CategoryEncoding {
    pub(crate) values: Vec<String>,
    pub(crate) missing: bool,
    pub(crate) embedding: Option<usize>,
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
        }
    }

    /// The same as one-hot codes up to `one_hot_max`, embedded above it.
    pub(crate) fn embedded(mut self, one_hot_max: usize, width: Option<usize>) -> Self {
        let size = self.size();
        self.embedding =
            (size > one_hot_max).then(|| width.unwrap_or_else(|| embedding_width(size)));
        self
    }

    /// How many codes there are.
    pub(crate) fn size(&self) -> usize {
        1 + self.values.len() + usize::from(self.missing)
    }

    pub(crate) fn shape(&self) -> CategoryShape {
        CategoryShape {
            size: self.size(),
            embedding: self.embedding,
        }
    }

    /// The codes of values, by value.
    pub(crate) fn index(&self) -> HashMap<&str, i32> {
        self.values
            .iter()
            .zip(1..)
            .map(|(value, code)| (value.as_str(), code))
            .collect()
    }

    /// The code of a gap.
    pub(crate) fn missing_code(&self) -> i32 {
        if self.missing {
            self.values.len() as i32 + 1
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

/// `min(600, round(1.6 · size^0.56))`.
fn embedding_width(size: usize) -> usize {
    ((1.6 * (size as f64).powf(0.56)).round() as usize).clamp(1, 600)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts() -> HashMap<String, usize> {
        [("red", 5), ("blue", 2), ("teal", 1)]
            .map(|(value, n)| (value.to_owned(), n))
            .into()
    }

    #[test]
    fn rare_values_join_the_unknown_bucket() {
        let encoding = CategoryEncoding::fit(&counts(), false, 2, None);
        assert_eq!(encoding.values, ["blue", "red"]);
        let codes = encoding.index();
        assert_eq!(codes.get("blue"), Some(&1));
        assert_eq!(codes.get("teal"), None);
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
    fn large_vocabularies_are_embedded() {
        let encoding = CategoryEncoding::fit(&counts(), false, 1, None);
        assert_eq!(encoding.clone().embedded(4, None).embedding, None);
        assert_eq!(encoding.clone().embedded(3, None).embedding, Some(3));
        assert_eq!(encoding.embedded(3, Some(7)).embedding, Some(7));
        assert_eq!(
            [10, 100, 1000, 100_000].map(embedding_width),
            [6, 21, 77, 600]
        );
    }
}
