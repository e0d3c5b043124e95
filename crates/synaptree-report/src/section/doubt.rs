//! What the model does not know, and whether what it promises about it is kept.

use super::Section;
use super::view::{TaskView, View};
use crate::chart::{Across, Curve, Figure, HistogramChart, LineChart, number};
use crate::files::{Details, Doubt, Guarantees, Histogram};
use crate::page::escape;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let split = view.split()?;
    let mut figures = Vec::new();
    for task in &view.tasks {
        let Some(details) = view.of(split, &task.name).map(|task| &task.details) else {
            continue;
        };
        figures.extend(risk_coverage(view, split, task, details));
        figures.extend(intervals(task, details));
        if let Some(doubt) = &details.doubt {
            let unit = unit(&task.kind);
            let total = ("total", "Total uncertainty", 0, &doubt.total);
            let epistemic = ("epistemic", "Epistemic uncertainty", 2, &doubt.epistemic);
            for (name, title, series, histogram) in [total, epistemic] {
                let Some(histogram) = histogram else { continue };
                figures.extend(spread(task, doubt, (name, title, unit), series, histogram));
            }
        }
    }
    let lead = "<p>An answer can be in doubt because the rows leave it open (aleatoric), or because the network has not \
                seen enough (epistemic); the total holds both. A model whose doubt can be trusted is wrong where it \
                says that it is in doubt.</p>";
    let guarantees = view.evaluation(split)?.overall.guarantees.as_ref();
    let promises = guarantees.map_or_else(String::new, |given| promises(view, split, given));
    let section = Section::new(
        "doubt",
        "What it does not know",
        lead.to_owned() + &promises,
    );
    section.with_figures(figures)
}

/// What was promised and what came of it, task by task.
fn promises(view: &View<'_>, split: &str, given: &Guarantees) -> String {
    let mut items = String::new();
    for task in &view.tasks {
        let metric = |name: &str| view.metric(split, &task.name, name)?.mean;
        let mut parts = Vec::new();
        if let Some(coverage) = metric("conformal_coverage") {
            let asked = given.conformal.map_or_else(String::new, |level| {
                format!(" ({} asked)", number::percent(level))
            });
            let size = match (metric("conformal_size"), metric("conformal_width")) {
                (Some(size), _) => format!(", {} in a set on average", number::value(size)),
                (_, Some(width)) => format!(", {} wide on average", number::value(width)),
                _ => String::new(),
            };
            let held = number::percent(coverage);
            parts.push(format!(
                "the truth was inside in {held} of the rows{asked}{size}"
            ));
        }
        if let (Some(share), Some(risk)) = (metric("answer_coverage"), metric("answer_risk")) {
            let asked = given.risk.map_or_else(String::new, |risk| {
                format!(" ({} allowed)", number::percent(risk))
            });
            parts.push(format!(
                "{} of the rows were answered, and {} of the answers were wrong{asked}",
                number::percent(share),
                number::percent(risk)
            ));
        }
        if metric("answer_coverage") == Some(0.0) {
            parts.push("no row was sure enough for an answer".to_owned());
        }
        if !parts.is_empty() {
            items += &format!(
                "<li><strong>{}</strong>: {}.</li>",
                escape(&task.name),
                escape(&parts.join("; "))
            );
        }
    }
    if items.is_empty() {
        return String::new();
    }
    let basis = if given.approximate.is_empty() {
        format!(
            "It is guaranteed for rows drawn like the {} rows that it was fitted on.",
            given.fitted_on
        )
    } else {
        let reasons: Vec<&str> = given.approximate.iter().map(|word| reason(word)).collect();
        format!("It holds only approximately: {}.", reasons.join("; "))
    };
    format!(
        r#"<ul class="plain">{items}</ul><p class="muted">{}</p>"#,
        escape(&basis)
    )
}

fn reason(word: &str) -> &str {
    match word {
        "validation_rows" => {
            "it was fitted on the validation rows, which also chose the best epoch"
        }
        "time_order" => "the rows of the parts follow each other in time",
        "groups" => "rows that belong together are no independent draws",
        "other_samples" => "it was fitted for another number of samples",
        "other_seed" => "it was fitted for samples of another seed",
        other => other,
    }
}

fn unit(kind: &str) -> &'static str {
    match kind {
        "regression" => "squared unit of the target",
        "multilabel" | "hierarchical" => "nats, mean over the labels",
        _ => "nats",
    }
}

fn risk_coverage(
    view: &View<'_>,
    split: &str,
    task: &TaskView,
    details: &Details,
) -> Option<Figure> {
    let points: Vec<(f64, f64)> = details
        .risk_coverage
        .iter()
        .filter(|point| point.coverage.is_finite() && point.risk.is_finite())
        .map(|point| (point.coverage, point.risk))
        .collect();
    let all = points.last()?.1;
    let half = points.iter().rfind(|(coverage, _)| *coverage <= 0.5);
    let half = half.map_or_else(String::new, |(_, risk)| {
        format!(
            " If it answered the surest half only, {} would be wrong.",
            number::percent(*risk)
        )
    });
    let aurc = view
        .metric(split, &task.name, "aurc")
        .and_then(|aurc| aurc.mean);
    let area = aurc.map_or_else(String::new, |aurc| {
        format!(
            " The area under the curve (AURC) is {}.",
            number::value(aurc)
        )
    });
    let caption = format!(
        "{}: of all answers {} are wrong.{half}{area}",
        task.name,
        number::percent(all)
    );
    let chart = LineChart {
        name: format!("risk-coverage-{}", task.slug),
        title: &format!("{}: risk and coverage", task.name),
        description: &caption,
        y_label: "Share of them that is wrong",
        across: Across::Shares {
            label: "Share of rows answered, the surest first",
            diagonal: false,
        },
        curves: vec![Curve::alone(0, points)],
        marked: None,
        may_be_logarithmic: false,
    };
    chart.captioned()
}

fn intervals(task: &TaskView, details: &Details) -> Option<Figure> {
    let points = |points: &[crate::files::IntervalPoint]| -> Vec<(f64, f64)> {
        let finite = points
            .iter()
            .filter(|point| point.level.is_finite() && point.coverage.is_finite());
        finite.map(|point| (point.level, point.coverage)).collect()
    };
    let after = points(&details.intervals);
    let nine = after
        .iter()
        .min_by(|a, b| (a.0 - 0.9).abs().total_cmp(&(b.0 - 0.9).abs()))?;
    let caption = format!(
        "{}: central intervals stated for {} of the rows hold the truth in {}. Above the diagonal they are wider \
         than need be, below it too narrow.",
        task.name,
        number::percent(nine.0),
        number::percent(nine.1)
    );
    let before = details
        .before
        .as_ref()
        .map_or_else(Vec::new, |before| points(&before.intervals));
    let mut curves = Vec::new();
    if !before.is_empty() {
        curves.push(Curve {
            label: "before calibration".to_owned(),
            series: 1,
            dashed: true,
            points: before,
        });
    }
    curves.push(Curve {
        label: "after calibration".to_owned(),
        series: 0,
        dashed: false,
        points: after,
    });
    let chart = LineChart {
        name: format!("intervals-{}", task.slug),
        title: &format!("{}: coverage of intervals", task.name),
        description: &caption,
        y_label: "Share that holds the truth",
        across: Across::Shares {
            label: "Share that the interval is stated for",
            diagonal: true,
        },
        curves,
        marked: None,
        may_be_logarithmic: false,
    };
    chart.captioned()
}

fn spread(
    task: &TaskView,
    doubt: &Doubt,
    (name, title, unit): (&str, &str, &str),
    series: usize,
    histogram: &Histogram,
) -> Option<Figure> {
    let samples = if doubt.samples > 1 {
        format!("{} samples of the network", number::count(doubt.samples))
    } else {
        "the mean network".to_owned()
    };
    let mean = histogram.mean.map_or_else(String::new, |mean| {
        format!(", {} on average", number::value(mean))
    });
    let caption = format!(
        "{}: {} of {} rows{mean}, in {unit}, by {samples}.",
        task.name,
        title.to_lowercase(),
        number::count(histogram.total()),
    );
    let chart = HistogramChart {
        title: &format!("{}: {}", task.name, title.to_lowercase()),
        description: &caption,
        x_label: &format!("{title} ({unit})"),
        y_label: "Rows",
        series,
        histogram,
        mean: histogram.mean,
    };
    let figure = chart.draw(format!("{name}-{}", task.slug))?;
    Some(figure.caption(&caption))
}
