//! `synaptree describe`: what files hold, column by column.

use serde_json::json;
use synaptree::{
    CategoryEncoding, CodesProfile, ColumnProfile, Look, Profile, Source, counted, read_unknown,
};

use crate::arguments;
use crate::command::{print, print_json, warn};
use crate::failure::Failure;
use crate::table::{Table, figure};

pub(crate) fn run(arguments: &arguments::Describe) -> Result<(), Failure> {
    let sources: Vec<Source> = arguments
        .data
        .iter()
        .map(|file| Source::from(file.as_str()))
        .collect();
    let reading = read_unknown(&sources, &arguments.reading.options(), arguments.rows.get())?;
    let profile = Profile::of_reading(&reading);
    if arguments.json {
        return print_json(&json!(profile));
    }
    warn(&reading.table.warnings);
    warn(&remarks(&profile, &reading.missing_words));
    let mut table = Table::new(&[
        "column",
        "looks like",
        "missing",
        "distinct",
        "smallest",
        "mean",
        "greatest",
        "values",
        "codes",
        "examples",
    ]);
    for column in &profile.columns {
        let number = |of: fn(&synaptree::NumberSummary) -> f64| {
            column
                .numbers
                .as_ref()
                .map_or_else(String::new, |numbers| figure(Some(of(numbers))))
        };
        table.row(vec![
            shortened(&column.name, 30),
            column.look.as_str().to_owned(),
            column.missing.to_string(),
            column.distinct.to_string(),
            number(|numbers| numbers.minimum),
            number(|numbers| numbers.mean),
            number(|numbers| numbers.maximum),
            bars(&column.histogram),
            column.encoding.as_ref().map_or_else(String::new, codes),
            examples(column),
        ]);
    }
    print(&format!(
        "{}: {}, {}\n\n{table}\n`values` are twelve steps from the smallest to the greatest number, or \
         the most frequent words. `codes` is what an experiment makes of a category unless it says otherwise.\n",
        profile.files,
        match profile.about {
            None => counted(profile.rows, "row"),
            Some(about) => format!("the first {} of about {about} rows", profile.rows),
        },
        counted(profile.columns.len(), "column")
    ))
}

/// What deserves a look before the table.
fn remarks(profile: &Profile, missing_words: &[String]) -> Vec<String> {
    let mut remarks = Vec::new();
    if !missing_words.is_empty() {
        let words: Vec<String> = missing_words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect();
        remarks.push(format!(
            "{} {} read as missing; an experiment file says so under `[data] missing`",
            words.join(", "),
            if words.len() == 1 { "is" } else { "are" }
        ));
    }
    for column in &profile.columns {
        if let Some(first) = column.slips.first() {
            let what = match column.look {
                Look::Date => "dates",
                _ => "numbers",
            };
            remarks.push(format!(
                "column `{}` holds {what}, but {}, such as `{}` ({})",
                column.name,
                column.slipped_how(),
                first.value,
                first.place
            ));
        }
        if let Some(what) = column.numbered_dates {
            remarks.push(format!(
                "column `{name}` holds dates: its numbers are {what}; an experiment reads them so with `types = {{ \
                 \"{name}\" = \"date\" }}`",
                name = column.name
            ));
        }
        if matches!(column.look, Look::Constant | Look::Empty) {
            remarks.push(format!(
                "column `{}` is {}: it says nothing",
                column.name,
                column.look.as_str()
            ));
        }
    }
    remarks
}

/// Eight heights of bars.
const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A histogram in one line; a blank is an empty bin.
fn bars(histogram: &[usize]) -> String {
    let most = histogram.iter().copied().max().unwrap_or(0).max(1);
    histogram
        .iter()
        .map(|&rows| match rows {
            0 => ' ',
            rows => BARS[(rows * BARS.len()).div_ceil(most).clamp(1, BARS.len()) - 1],
        })
        .collect()
}

/// What a category becomes, and the weights that it has of its own.
fn codes(codes: &CodesProfile) -> String {
    let CodesProfile {
        kind,
        codes,
        width,
        weights,
    } = codes;
    match kind {
        CategoryEncoding::Hash => format!("hashed: {codes} × {width} = {weights} weights"),
        CategoryEncoding::Embedding => format!("embedded: {codes} × {width} = {weights} weights"),
        CategoryEncoding::OneHot | CategoryEncoding::Auto => format!("one-hot: {codes}"),
    }
}

fn examples(column: &ColumnProfile) -> String {
    let shown: Vec<String> = column
        .examples
        .iter()
        .map(|value| shortened(value, 18))
        .collect();
    shown.join(", ")
}

/// A text in one line of so many characters.
fn shortened(text: &str, most: usize) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if plain.chars().count() <= most {
        plain
    } else {
        plain.chars().take(most - 1).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_bin_has_the_highest_bar_and_an_empty_one_none() {
        assert_eq!(bars(&[80, 0, 1, 40]), "█ ▁▄");
        assert_eq!(bars(&[]), "");
    }

    #[test]
    fn long_and_broken_examples_stay_in_their_cell() {
        assert_eq!(shortened("a\nb", 5), "a b");
        assert_eq!(shortened("abcdefgh", 5), "abcd…");
    }
}
