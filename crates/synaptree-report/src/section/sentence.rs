//! What a task reached, in one sentence with numbers of the run.

use crate::chart::number;
use crate::files::Score;

use super::view::{TaskView, View};
use super::words;

/// The sentence about a task on a split, without its name: "94 of 100 test rows right; …".
pub(crate) fn reached(view: &View<'_>, split: &str, task: &TaskView) -> Option<String> {
    view.of(split, &task.name)?;
    let observed = view.observed(split, &task.name)?;
    if observed == 0 {
        return Some(format!(
            "no {split} row has a label, so there is nothing to measure."
        ));
    }
    let rows = format!("{} {split} {}", number::count(observed), rows(observed));
    let metric = |name: &str| view.metric(split, &task.name, name);
    let sentence = match task.kind.as_str() {
        "binary" | "multiclass" | "ordinal" => {
            classes(view, split, task, observed, &rows, metric("accuracy"))
        }
        "regression" => regression(&rows, metric("r2"), metric("rmse"), metric("mae")),
        _ => None,
    };
    sentence.or_else(|| {
        let headline = task.headline.as_deref()?;
        let value = score(metric(headline)?);
        let name = capitalised(&words::metric_name(headline));
        let guess = view.guess(split, task).map_or_else(String::new, |guess| {
            format!(
                "; {} would get {}",
                words::guessing(&task.kind),
                number::value(guess)
            )
        });
        Some(format!("{name} {value} on {rows}{guess}."))
    })
}

fn classes(
    view: &View<'_>,
    split: &str,
    task: &TaskView,
    observed: u64,
    rows: &str,
    accuracy: Option<Score>,
) -> Option<String> {
    let accuracy = accuracy?;
    let right = accuracy.mean?;
    let mut sentence = match accuracy.n {
        Some(seeds) if seeds > 1 => {
            format!(
                "{} of {rows} right on average over {seeds} seeds",
                percentage(accuracy)
            )
        }
        _ => format!(
            "{} of {rows} right",
            number::count((right * observed as f64).round() as u64)
        ),
    };
    let headline = task.headline.as_deref().unwrap_or("accuracy");
    let most = if headline == "accuracy" {
        view.guess(split, task)
            .map(|guess| (guess * observed as f64).round() as u64)
    } else {
        view.most_common(split, &task.name).map(|(most, _)| most)
    };
    if let Some(most) = most {
        let guessing = words::guessing(&task.kind);
        sentence += &format!("; {guessing} would get {}", number::count(most));
    }
    if headline != "accuracy"
        && let Some(value) = view.headline_score(split, task)
    {
        let name = words::metric_name(headline);
        sentence += &format!(". Its headline, {name}, is {}", score(value));
        if let Some(guess) = view.guess(split, task) {
            sentence += &format!(" against {} for guessing", number::value(guess));
        }
    }
    Some(sentence + ".")
}

fn regression(
    rows: &str,
    r2: Option<Score>,
    rmse: Option<Score>,
    mae: Option<Score>,
) -> Option<String> {
    let explained = r2?.mean?;
    let mut sentence = if explained > 0.0 {
        format!(
            "it explains {} of the variation in {rows}; always answering the mean explains none",
            number::percent(explained)
        )
    } else {
        format!("on {rows} it does no better than always answering the mean")
    };
    sentence += &format!(" (R² {})", score(r2?));
    if let Some(error) = mae.or(rmse) {
        sentence += &format!(". On average it is off by {}", score(error));
    }
    Some(sentence + ".")
}

/// A figure, with half the width of its interval where it is a mean over seeds.
pub(crate) fn score(score: Score) -> String {
    let Some(mean) = score.mean else {
        return "–".to_owned();
    };
    match score.ci95 {
        Some(half) => format!("{} ± {}", number::value(mean), number::value(half)),
        None => number::value(mean),
    }
}

fn percentage(score: Score) -> String {
    let mean = score.mean.unwrap_or_default() * 100.0;
    match score.ci95 {
        Some(half) => format!("{mean:.1} ± {:.1} %", half * 100.0),
        None => format!("{mean:.1} %"),
    }
}

pub(crate) fn rows(count: u64) -> &'static str {
    if count == 1 { "row" } else { "rows" }
}

/// The text with its first letter large.
pub(crate) fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}
