//! Words that stand for a missing value.

/// Words that mean a missing value in any column, in any case.
const CLEAR: [&str; 11] = [
    "null", "nan", "n/a", "#n/a", "<na>", "na", "nil", "#null!", "#value!", "#div/0!", "(null)",
];

/// Words that mean one among numbers; among words they may be a value.
const AMONG_NUMBERS: [&str; 14] = [
    "-",
    "--",
    "---",
    ".",
    "..",
    "*",
    "none",
    "unknown",
    "missing",
    "nd",
    "n.d.",
    "not available",
    "tbd",
    "\\n",
];

/// Whether a word that the reader took for a value stands for a missing one.
pub(super) fn is_missing_word(word: &str, among_numbers: bool) -> bool {
    let is = |known: &str| known.eq_ignore_ascii_case(word);
    CLEAR.iter().any(|known| is(known)) || (among_numbers && AMONG_NUMBERS.iter().any(|k| is(k)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_is_missing_among_numbers_and_may_be_a_word_elsewhere() {
        assert!(is_missing_word("NULL", false));
        assert!(is_missing_word("-", true));
        assert!(!is_missing_word("-", false));
        assert!(!is_missing_word("none", false));
        assert!(!is_missing_word("blue", true));
    }
}
