//! Two values of which everybody knows the positive one.

/// Negative, positive.
const PAIRS: [[&str; 2]; 8] = [
    ["0", "1"],
    ["-1", "1"],
    ["false", "true"],
    ["no", "yes"],
    ["n", "y"],
    ["f", "t"],
    ["off", "on"],
    ["negative", "positive"],
];

/// Whether a value is one of a pair that everybody reads the same way, in any capitals.
///
/// ```
/// use synaptree_data::is_of_a_pair;
///
/// assert!(is_of_a_pair("Yes") && !is_of_a_pair("red"));
/// ```
#[must_use]
pub fn is_of_a_pair(value: &str) -> bool {
    let mut words = PAIRS.iter().flatten();
    words.any(|word| word.eq_ignore_ascii_case(value))
}

/// The two values, negative first, where they are a pair that everybody reads the same way, in any capitals.
///
/// ```
/// use synaptree_data::negative_first;
///
/// assert_eq!(negative_first(["Yes", "No"]), Some(["No", "Yes"]));
/// assert_eq!(negative_first(["red", "blue"]), None);
/// ```
#[must_use]
pub fn negative_first([a, b]: [&str; 2]) -> Option<[&str; 2]> {
    PAIRS.iter().find_map(|[negative, positive]| {
        let is = |value: &str, word: &str| value.eq_ignore_ascii_case(word);
        if is(a, negative) && is(b, positive) {
            Some([a, b])
        } else if is(b, negative) && is(a, positive) {
            Some([b, a])
        } else {
            None
        }
    })
}
