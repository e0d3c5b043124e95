//! The runs of several seeds, one by one.

use super::sentence::{capitalised, score};
use super::view::{SPLITS, View};
use super::{Section, words};
use crate::chart::{Across, Curve, Figure, LineChart, number};
use crate::page::escape;

/// More curves than this are a thicket.
const CURVES: usize = 6;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let seeds = &view.files.seeds;
    if seeds.is_empty() {
        return None;
    }
    let split = view.split().or_else(|| {
        let has = |split: &&str| {
            seeds
                .iter()
                .any(|seed| seed.files.evaluation(split).is_some())
        };
        SPLITS.into_iter().find(has)
    });
    let split = split.unwrap_or("test");
    let lead = format!(
        "<p>The same experiment was trained {} times, on the same rows, with other random numbers each time. \
         How far the figures lie apart is how much of them is luck.</p>",
        seeds.len()
    );
    let mut section = Section::new("seeds", "Seed by seed", lead);
    section.figures.extend(curves(view));

    // Tasks of the folder above, else those that the seeds themselves name.
    let tasks = match view.tasks[..] {
        [] => seeds
            .first()
            .map(|seed| View::new(&seed.files).tasks)
            .unwrap_or_default(),
        _ => view.tasks.clone(),
    };
    let mut html =
        String::from(r#"<div class="scroll"><table><thead><tr><th scope="col">Seed</th>"#);
    for task in &tasks {
        html += &format!(
            r#"<th scope="col" class="number">{}<small>{}</small></th>"#,
            escape(&task.name),
            escape(&words::metric_name(
                task.headline.as_deref().unwrap_or_default()
            ))
        );
    }
    html += r#"<th scope="col" class="number">All tasks</th><th scope="col" class="number">Best epoch</th></tr></thead><tbody>"#;
    for seed in seeds {
        let number = seed.seed;
        let of_seed = View::new(&seed.files);
        html += &format!(
            r#"<tr><th scope="row"><a href="seed-{number}/report.html">seed {number}</a></th>"#
        );
        for task in &tasks {
            let value = of_seed.headline_score(split, task).unwrap_or_default();
            html += &format!(r#"<td class="number">{}</td>"#, score(value));
        }
        let overall = of_seed
            .evaluation(split)
            .map(|evaluation| evaluation.overall.score);
        let best = of_seed
            .best_epoch()
            .map_or_else(|| "–".to_owned(), |epoch| format!("{epoch:.0}"));
        html += &format!(
            r#"<td class="number">{}</td><td class="number">{best}</td></tr>"#,
            score(overall.unwrap_or_default())
        );
    }
    html += &format!(
        r#"</tbody></table></div><p class="muted">{} rows; each seed has a report of its own.</p>"#,
        capitalised(split)
    );
    section.after = html;
    Some(section)
}

/// The validation score of each seed over the epochs.
fn curves(view: &View<'_>) -> Option<Figure> {
    let curves: Vec<Curve> = view
        .files
        .seeds
        .iter()
        .take(CURVES)
        .enumerate()
        .map(|(series, seed)| Curve {
            label: format!("seed {}", seed.seed),
            series,
            dashed: false,
            points: seed
                .files
                .metrics
                .iter()
                .filter(|line| line.split == "validation")
                .filter_map(|line| Some((line.epoch as f64, line.score?)))
                .collect(),
        })
        .filter(|curve| !curve.points.is_empty())
        .collect();
    let best = |curve: &Curve| {
        curve
            .points
            .iter()
            .map(|point| point.1)
            .fold(f64::MIN, f64::max)
    };
    let low = curves.iter().map(best).fold(f64::INFINITY, f64::min);
    let high = curves.iter().map(best).fold(f64::NEG_INFINITY, f64::max);
    let shown = curves.len();
    let caption = format!(
        "The validation score of {shown} seeds over training; at their best they lie between {} and {}.",
        number::value(low),
        number::value(high)
    );
    let chart = LineChart {
        name: "seeds-score".to_owned(),
        title: "Validation score by seed",
        description: &caption,
        y_label: "Score",
        across: Across::Epochs,
        curves,
        marked: None,
        may_be_logarithmic: false,
    };
    chart.draw().map(|figure| figure.caption(&caption))
}
