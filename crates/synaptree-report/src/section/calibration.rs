//! Whether the model is as right as it is sure.

use super::Section;
use super::view::{TaskView, View};
use crate::chart::{Figure, number, reliability};
use crate::files::{Details, ReliabilityBin};

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let split = view.split()?;
    let figures = view
        .tasks
        .iter()
        .filter_map(|task| figure(view, task, split, &view.of(split, &task.name)?.details))
        .collect();
    let lead = "<p>The model says how sure it is of every answer. Dots on the dotted diagonal mean that it is right \
                just as often as it says, and large dots are many answers; below the diagonal it is too sure of itself, above it too modest. The bars \
                count the answers.</p>";
    Section::new(
        "calibration",
        "How far its confidence can be trusted",
        lead.to_owned(),
    )
    .with_figures(figures)
}

fn figure(view: &View<'_>, task: &TaskView, split: &str, details: &Details) -> Option<Figure> {
    let bins = &details.reliability;
    let before = details
        .before
        .as_ref()
        .map_or(&[][..], |before| &before.reliability);
    let fullest = bins
        .iter()
        .max_by_key(|bin| bin.count)
        .filter(|bin| bin.count > 0 && bin.confidence.is_finite() && bin.accuracy.is_finite())?;
    let ece = view
        .metric(split, &task.name, "ece")
        .and_then(|score| score.mean)
        .or_else(|| expected_calibration_error(bins));
    let mut caption = format!(
        "{}: of the {} answers it was {} sure of, {} were right.",
        task.name,
        number::count(fullest.count),
        about(fullest.confidence),
        number::percent(fullest.accuracy)
    );
    if let Some(ece) = ece {
        caption += &format!(
            " Over all answers, claim and truth lie {} apart on average (ECE).",
            number::value(ece)
        );
        if let Some(before) = expected_calibration_error(before) {
            caption += &format!(" Before calibration it was {}.", number::value(before));
        }
    }
    let title = match ece {
        Some(ece) => format!("{}: reliability, ECE {}", task.name, number::value(ece)),
        None => format!("{}: reliability", task.name),
    };
    let name = format!("reliability-{}", task.slug);
    let figure = reliability(name, &title, &caption, bins, before)?;
    Some(figure.caption(&caption))
}

/// A share as "about 97 %", or as what it is more or less than.
fn about(share: f64) -> String {
    let percentage = number::percent(share);
    if percentage.contains("than") {
        percentage
    } else {
        format!("about {percentage}")
    }
}

/// The mean distance between confidence and share of right answers, by count.
fn expected_calibration_error(bins: &[ReliabilityBin]) -> Option<f64> {
    let count: u64 = bins.iter().map(|bin| bin.count).sum();
    let gap = |bin: &ReliabilityBin| bin.count as f64 * (bin.accuracy - bin.confidence).abs();
    let error = bins.iter().map(gap).sum::<f64>() / count as f64;
    error.is_finite().then_some(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_is_the_mean_gap_by_count() {
        let bin = |confidence, accuracy, count| ReliabilityBin {
            confidence,
            accuracy,
            count,
        };
        let error = expected_calibration_error(&[bin(0.9, 0.8, 30), bin(0.6, 0.6, 10)]).unwrap();
        assert!((error - 0.075).abs() < 1e-12);
        assert_eq!(expected_calibration_error(&[]), None);
    }
}
