//! The range of a number: how it is read from a schema and told to a person.

use std::ops::RangeInclusive;

use super::schema::Schema;

/// One end of a range.
#[derive(Clone, Copy, Debug)]
struct Bound {
    at: f64,
    /// Whether `at` itself lies outside.
    exclusive: bool,
}

/// The numbers a schema allows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    lower: Option<Bound>,
    upper: Option<Bound>,
}

/// On which side of its range a number lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outside {
    Below,
    Above,
}

/// The integers that the Rust type behind a schema can hold, where the schema does not say.
pub(crate) fn range_of_type(schema: &Schema<'_>) -> Option<RangeInclusive<i128>> {
    match schema.text("format")? {
        "uint32" => Some(0..=i128::from(u32::MAX)),
        "uint64" | "uint" => Some(0..=i128::from(u64::MAX)),
        "int32" => Some(i128::from(i32::MIN)..=i128::from(i32::MAX)),
        "int64" | "int" => Some(i128::from(i64::MIN)..=i128::from(i64::MAX)),
        _ => None,
    }
}

impl Bounds {
    /// The range the schema states.
    pub(crate) fn stated(schema: &Schema<'_>) -> Self {
        let bound = |keyword, exclusive| {
            schema
                .numbers(keyword)
                .map(move |at| Bound { at, exclusive })
        };
        // Of two bounds at the same number the exclusive one is the tighter.
        let lower = bound("minimum", false).chain(bound("exclusiveMinimum", true));
        let upper = bound("maximum", false).chain(bound("exclusiveMaximum", true));
        Self {
            lower: lower.max_by(|a, b| a.at.total_cmp(&b.at).then(a.exclusive.cmp(&b.exclusive))),
            upper: upper.min_by(|a, b| a.at.total_cmp(&b.at).then(b.exclusive.cmp(&a.exclusive))),
        }
    }

    /// Where the number lies, if it lies outside.
    pub(crate) fn excludes(&self, number: f64) -> Option<Outside> {
        let is_below = |bound: Bound| number < bound.at || bound.exclusive && number <= bound.at;
        let is_above = |bound: Bound| number > bound.at || bound.exclusive && number >= bound.at;
        if self.lower.is_some_and(is_below) {
            Some(Outside::Below)
        } else if self.upper.is_some_and(is_above) {
            Some(Outside::Above)
        } else {
            None
        }
    }

    /// Whether every number lies within.
    pub(crate) fn is_any(&self) -> bool {
        self.lower.is_none() && self.upper.is_none()
    }

    /// The range in words, as they follow "must be".
    pub(crate) fn in_words(&self) -> String {
        let lower = |bound: Bound| {
            format!(
                "{} {}",
                if bound.exclusive { "above" } else { "at least" },
                bound.at
            )
        };
        let upper = |bound: Bound| {
            format!(
                "{} {}",
                if bound.exclusive { "below" } else { "at most" },
                bound.at
            )
        };
        match (self.lower, self.upper) {
            (Some(low), Some(high)) if !low.exclusive && !high.exclusive => {
                format!("between {} and {}", low.at, high.at)
            }
            (Some(low), Some(high)) => format!("{} and {}", lower(low), upper(high)),
            (Some(low), None) => lower(low),
            (None, Some(high)) => upper(high),
            (None, None) => "any number".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    fn bounds(schema: &Json) -> Bounds {
        Bounds::stated(&Schema::new(schema))
    }

    #[test]
    fn ranges_are_told_in_words() {
        let words = |schema: Json| bounds(&schema).in_words();
        assert_eq!(
            words(json!({ "minimum": 0.0, "maximum": 1.0 })),
            "between 0 and 1"
        );
        assert_eq!(words(json!({ "exclusiveMinimum": 0 })), "above 0");
        assert_eq!(words(json!({ "exclusiveMaximum": 0.5 })), "below 0.5");
        assert_eq!(words(json!({ "maximum": 3 })), "at most 3");
        assert_eq!(
            words(json!({ "minimum": 0, "exclusiveMaximum": 1 })),
            "at least 0 and below 1"
        );
    }

    #[test]
    fn the_tighter_of_two_bounds_holds() {
        let both =
            json!({ "minimum": 0, "maximum": 1, "exclusiveMaximum": 1, "exclusiveMinimum": -1 });
        assert_eq!(bounds(&both).excludes(1.0), Some(Outside::Above));
        assert_eq!(bounds(&both).excludes(0.0), None);
        assert_eq!(bounds(&both).excludes(-0.5), Some(Outside::Below));
    }
}
