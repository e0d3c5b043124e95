//! Words that rise.

/// Words from low to high; a target whose classes are some of one ladder is ordinal.
const LADDERS: [&[&str]; 12] = [
    &["very low", "low", "medium", "high", "very high"],
    &["low", "mid", "high"],
    &["low", "moderate", "high", "severe", "critical"],
    &["small", "medium", "large"],
    &["xxs", "xs", "s", "m", "l", "xl", "xxl"],
    &[
        "very poor",
        "poor",
        "fair",
        "good",
        "very good",
        "excellent",
    ],
    &["terrible", "bad", "average", "good", "great"],
    &["never", "rarely", "sometimes", "often", "always"],
    &[
        "strongly disagree",
        "disagree",
        "neutral",
        "agree",
        "strongly agree",
    ],
    &["none", "mild", "moderate", "severe"],
    &["unacc", "acc", "good", "vgood"],
    &["young", "middle", "old"],
];

/// The classes from low to high, where words say so.
pub(super) fn order(classes: &[String]) -> Option<Vec<String>> {
    let plain = |text: &str| text.trim().to_lowercase().replace(['_', '-'], " ");
    LADDERS.iter().find_map(|ladder| {
        let rank = |class: &String| ladder.iter().position(|step| *step == plain(class));
        if classes.len() < 3 || classes.iter().any(|class| rank(class).is_none()) {
            return None;
        }
        let mut sorted = classes.to_vec();
        sorted.sort_by_key(|class| rank(class));
        Some(sorted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_a_ladder_are_put_in_order() {
        let words = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            order(&words(&["High", "Low", "Medium"])),
            Some(words(&["Low", "Medium", "High"]))
        );
        assert_eq!(order(&words(&["red", "low", "high"])), None);
        assert_eq!(order(&words(&["low", "high"])), None);
    }
}
