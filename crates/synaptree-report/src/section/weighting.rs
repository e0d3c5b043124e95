//! How much each task counted in the objective, where that was learned.

use super::Section;
use super::view::View;
use crate::chart::theme::SERIES;
use crate::chart::{Across, Curve, Figure, LineChart, number};

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let lead = "<p>The weighting method decided anew how much each task counts in the common objective; these are its \
                weights over training.</p>";
    let curves: Vec<Curve> = view
        .tasks
        .iter()
        .map(|task| Curve {
            label: task.name.clone(),
            series: 0,
            dashed: false,
            points: view
                .files
                .metrics
                .iter()
                .filter(|line| line.split == "train")
                .filter_map(|line| Some((line.epoch as f64, (*line.weights.get(&task.name)?)?)))
                .collect(),
        })
        .filter(|curve| !curve.points.is_empty())
        .collect();
    if !curves.iter().any(varies) {
        return None;
    }
    // Colours tell a handful of tasks apart; more are drawn in several panels.
    let panels = curves.len().div_ceil(SERIES);
    let figures = curves
        .chunks(curves.len().div_ceil(panels))
        .enumerate()
        .filter_map(|(index, curves)| figure(index, curves))
        .collect();
    Section::new("weighting", "How much each task counted", lead.to_owned()).with_figures(figures)
}

fn varies(curve: &Curve) -> bool {
    let first = curve.points[0].1;
    curve
        .points
        .iter()
        .any(|(_, weight)| (weight - first).abs() > 1e-6 * first.abs().max(1e-6))
}

fn figure(index: usize, curves: &[Curve]) -> Option<Figure> {
    let curves: Vec<Curve> = curves
        .iter()
        .cloned()
        .enumerate()
        .map(|(series, curve)| Curve { series, ..curve })
        .collect();
    let last = |curve: &Curve| curve.points.last().map_or(0.0, |point| point.1);
    let most = curves.iter().max_by(|a, b| last(a).total_cmp(&last(b)))?;
    let least = curves.iter().min_by(|a, b| last(a).total_cmp(&last(b)))?;
    let caption = format!(
        "In the end {} counted most ({}) and {} least ({}).",
        most.label,
        number::value(last(most)),
        least.label,
        number::value(last(least))
    );
    let chart = LineChart {
        name: if index == 0 {
            "task-weights".to_owned()
        } else {
            format!("task-weights-{}", index + 1)
        },
        title: "Task weights",
        description: &caption,
        y_label: "Weight",
        across: Across::Epochs,
        curves,
        marked: None,
        may_be_logarithmic: true,
    };
    chart.draw().map(|figure| figure.caption(&caption))
}
