//! The choice that a misspelt word was meant to be.

use strsim::damerau_levenshtein;

/// The choice spelt most like `word`, if one is near enough to be what was meant.
///
/// Near enough is one slip of the finger (a letter left out, added, wrong, or swapped with its
/// neighbour) for every three letters; capitals, `-` and `_` make no difference. Of equally near
/// choices the first wins.
///
/// # Example
///
/// ```
/// use synaptree_config::nearest;
///
/// assert_eq!(nearest("familly", ["order", "family"]), Some("family"));
/// assert_eq!(nearest("Learning-Rate", ["learning_rate"]), Some("learning_rate"));
/// assert_eq!(nearest("colour", ["order", "family"]), None);
/// ```
pub fn nearest<'a>(word: &str, choices: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| text.to_lowercase().replace('-', "_");
    let word = plain(word);
    let length = word.chars().count();
    // Comparing costs the product of the lengths; nobody misspells a word this long by typing it.
    if length > 100 {
        return None;
    }
    choices
        .into_iter()
        .filter_map(|choice| {
            let slips = damerau_levenshtein(&word, &plain(choice));
            let allowed = length.max(choice.chars().count()).div_ceil(3);
            // A word of which nothing is left was not misspelt.
            (slips <= allowed && slips < length).then_some((slips, choice))
        })
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, choice)| choice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_letters_are_one_slip() {
        assert_eq!(nearest("epcohs", ["epochs", "every"]), Some("epochs"));
    }

    #[test]
    fn the_first_of_equally_near_choices_wins() {
        assert_eq!(nearest("tas", ["tax", "tab"]), Some("tax"));
    }

    #[test]
    fn short_words_that_share_nothing_are_not_near() {
        assert_eq!(nearest("x", ["y"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest("relu", ["tanh", "gelu"]), Some("gelu"));
    }
}
