//! A figure of one run, or its mean over several seeds.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// A figure: `null`, a number, or `{"mean": …, "ci95": …, "n": …}` over several seeds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// The number, or its mean over the seeds; `None` is not defined.
    pub mean: Option<f64>,
    /// Half the width of the 95 % interval of the mean.
    pub ci95: Option<f64>,
    /// The number of seeds, where it is a mean.
    pub n: Option<u64>,
}

impl Score {
    /// A figure of one run.
    pub fn new(value: f64) -> Self {
        Self {
            mean: Some(value),
            ..Self::default()
        }
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ScoreVisitor)
    }
}

/// A number; `null`, which is how JSON writes what is not one, is NaN.
pub(super) fn number_or_nan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

/// Numbers; `null`, which is how JSON writes what is not one, is NaN.
pub(super) fn numbers_or_nan<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<f64>, D::Error> {
    let numbers = Vec::<Option<f64>>::deserialize(deserializer)?;
    Ok(numbers
        .into_iter()
        .map(|number| number.unwrap_or(f64::NAN))
        .collect())
}

/// Whether counts are of a size that data sets have, so that any sum of them is a number too.
pub(super) fn countable<'a>(counts: impl IntoIterator<Item = &'a u64>) -> bool {
    counts.into_iter().all(|count| *count < 1 << 50)
}

struct ScoreVisitor;

impl<'de> Visitor<'de> for ScoreVisitor {
    type Value = Score;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, null, or an object with `mean`, `ci95` and `n`")
    }

    fn visit_unit<E>(self) -> Result<Score, E> {
        Ok(Score::default())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Score, E> {
        Ok(Score::new(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Score, E> {
        Ok(Score::new(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Score, E> {
        Ok(Score::new(value as f64))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Score, A::Error> {
        let mut score = Score::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "mean" => score.mean = map.next_value()?,
                "ci95" => score.ci95 = map.next_value()?,
                "n" => score.n = map.next_value()?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(score)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_run_and_several_read_into_the_same_type() {
        let scores: Vec<Score> = serde_json::from_str(
            r#"[0.5, null, 3, {"mean": 0.9, "ci95": 0.02, "n": 5, "std": 1}]"#,
        )
        .unwrap();
        assert_eq!(scores[0].mean, Some(0.5));
        assert_eq!(scores[1], Score::default());
        assert_eq!(scores[2].mean, Some(3.0));
        assert_eq!((scores[3].ci95, scores[3].n), (Some(0.02), Some(5)));
    }

    #[test]
    fn text_in_place_of_a_number_is_an_error() {
        let error = serde_json::from_str::<Score>(r#""high""#)
            .unwrap_err()
            .to_string();
        assert!(error.contains("expected a number"), "{error}");
    }
}
