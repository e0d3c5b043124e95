//! Which of two values is the positive one.

use synaptree_data::{ColumnProfile, is_of_a_pair, negative_first};
use synaptree_tasks::Kind;

use super::target::{Guess, simple};

/// Words of values that are looked for.
const YES: &str = "yes true y t on positive pos present ill sick disease diseased case malignant cancer tumor tumour \
                   died dead deceased churn churned fraud fraudulent default defaulted spam success won win winner \
                   abnormal anomaly attack failure failed defective";
/// Words of values that say that it is not there.
const NO: &str = "no false n f off negative neg absent healthy control benign normal alive survived stayed ham \
                  legitimate genuine lost none not non without";

/// The task of a column with two values.
///
/// | Values | Positive |
/// |---|---|
/// | a pair such as `no` and `yes` | as any binary task has it |
/// | one with a word or sign that says yes, or the other with one that says no: `pos`, `>50K`, `no disease` | the one that says yes |
/// | any other two | the rarer one |
pub(super) fn binary(column: &ColumnProfile) -> Guess {
    let [first, second] =
        [0, 1].map(|n| column.values.get(n).map_or("", |(value, _)| value.as_str()));
    let is_pair = negative_first([first, second]).is_some();
    let mut guess = simple(column, Kind::Binary, "two values");
    guess.has_flags = is_pair;
    if is_pair || second.is_empty() {
        return guess;
    }
    let [a, b] = [first, second].map(says);
    if a == b {
        // The rarer value is what people look for more often than not.
        guess.spec.positive = Some(second.to_owned());
        guess.notes = vec![format!(
            "two values; the rarer one, {} rows of {}, is taken as the positive one",
            column.values[1].1,
            column.values[0].1 + column.values[1].1
        )];
    } else {
        let positive = if a > b { first } else { second };
        guess.spec.positive = Some(positive.to_owned());
        guess.notes = vec![format!(
            "two values; `{positive}` reads as the positive one, the one that is looked for"
        )];
    }
    guess
}

/// What to say of three or more values that are all `yes`, `no` and the like: one question in several spellings.
pub(super) fn spelt_differently(column: &ColumnProfile) -> Option<String> {
    let values = || column.values.iter().map(|(value, _)| value.as_str());
    let are_answers = values().count() > 2 && values().all(is_of_a_pair);
    // -1, 0 and 1 are three answers.
    let are_numbers = values().all(|value| value.parse::<f64>().is_ok());
    (are_answers && !are_numbers).then(|| {
        let named: Vec<String> = values().map(|value| format!("`{value}`")).collect();
        format!(
            "{} read like one question answered in several spellings, and each is a class of its own: if they mean the \
             same, write them alike in the files and run `synaptree init` again",
            named.join(", ")
        )
    })
}

/// Whether a value says yes (1), no (-1) or neither; `no disease` says no.
fn says(value: &str) -> i8 {
    let value = value.trim();
    let words = || value.split(|c: char| !c.is_alphanumeric());
    let has = |list: &str| {
        words().any(|word| {
            list.split_whitespace()
                .any(|other| other.eq_ignore_ascii_case(word))
        })
    };
    if has(NO) || value.starts_with('<') || ["-", "0"].contains(&value) {
        -1
    } else {
        i8::from(has(YES) || value.starts_with('>') || ["+", "1"].contains(&value))
    }
}

#[cfg(test)]
mod tests {
    use super::super::target::tests::kind;

    #[test]
    fn a_word_that_says_yes_is_positive_however_frequent() {
        for (rare, frequent, positive) in [
            ("neg", "pos", "pos"),
            ("alive", "dead", "dead"),
            ("no disease", "heart disease", "heart disease"),
            ("<=50K", ">50K", ">50K"),
            ("M", "B", "M"),
            ("benign", "other", "other"),
            ("-", "+", "+"),
        ] {
            let guess = kind("y", |n| if n % 3 == 0 { rare } else { frequent }.into()).unwrap();
            assert_eq!(guess.spec.positive.as_deref(), Some(positive));
        }
    }

    #[test]
    fn the_rarer_of_two_unknown_words_is_positive() {
        let guess = kind("y", |n| if n % 3 == 0 { "red" } else { "blue" }.into()).unwrap();
        assert_eq!(guess.spec.positive.as_deref(), Some("red"));
        let plain = kind("y", |n| ["no", "yes"][n % 2].into()).unwrap();
        assert_eq!(plain.spec.positive, None);
    }
}
