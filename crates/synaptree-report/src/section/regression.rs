//! Predicted against observed values.

use super::Section;
use super::sentence::rows;
use super::view::{TaskView, View};
use crate::chart::{Figure, POINTS, number, scatter};
use crate::files::{Scatter, Scatters};
use crate::page::slug;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let split = view.split()?;
    let mut figures = Vec::new();
    for task in &view.tasks {
        let scatters = view
            .of(split, &task.name)
            .and_then(|task| task.details.scatter.as_ref());
        let columns = scatters.map_or(&[][..], Scatters::columns);
        let several = columns.len() > 1;
        for (index, column) in columns.iter().enumerate() {
            let name = if several {
                format!(
                    "scatter-{}-{}-{}",
                    task.slug,
                    index + 1,
                    slug(&column.column)
                )
            } else {
                format!("scatter-{}", task.slug)
            };
            figures.extend(figure(view, task, split, column, name));
        }
    }
    let lead = "<p>Each dot is a row: what was observed to the right, what the model predicted upwards. On the dotted \
                diagonal a prediction is exact.</p>";
    Section::new(
        "regression",
        "Predicted and observed values",
        lead.to_owned(),
    )
    .with_figures(figures)
}

fn figure(
    view: &View<'_>,
    task: &TaskView,
    split: &str,
    column: &Scatter,
    name: String,
) -> Option<Figure> {
    let points: Vec<(f64, f64)> = column
        .observed
        .iter()
        .zip(&column.predicted)
        .filter_map(|(a, b)| Some(((*a)?, (*b)?)))
        .collect();
    let count = points.len();
    if count == 0 {
        return None;
    }
    let shown = count.div_ceil(count.div_ceil(POINTS).max(1));
    let close = points
        .iter()
        .map(|(observed, predicted)| (observed - predicted).abs())
        .sum::<f64>()
        / count as f64;
    let named = if column.column.is_empty() || column.column == task.name {
        task.name.clone()
    } else {
        format!("{} ({})", task.name, column.column)
    };
    let mut caption = format!(
        "{named}: {} {split} {}, on average {} away from the truth.",
        number::count(shown as u64),
        rows(shown as u64),
        number::value(close)
    );
    let all = view.observed(split, &task.name).unwrap_or(count as u64);
    if (shown as u64) < all {
        caption += &format!(" A part of all {} is drawn.", number::count(all));
    }
    let title = format!("{named}: predicted and observed");
    Some(scatter(name, &title, &caption, &points)?.caption(&caption))
}
