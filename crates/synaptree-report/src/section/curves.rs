//! Loss and metric curves.

use super::view::{TaskView, View};
use super::{Section, estimators, words};
use crate::chart::{Across, Curve, Figure, LineChart, number};
use crate::files::MetricsLine;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let mut figures = Vec::new();
    figures.extend(view.tasks.iter().filter_map(|task| loss(view, task)));
    figures.extend(view.tasks.iter().filter_map(|task| metric(view, task)));
    if view.tasks.len() > 1 {
        figures.extend(overall(view));
    }
    figures.extend(learning_rate(view));
    figures.extend(gradient_variance(view));
    figures.extend(estimators::figure(view));
    let marked = view.best_epoch().map_or_else(String::new, |epoch| {
        format!(" The dotted line marks epoch {epoch:.0}, whose weights were kept.")
    });
    let lead = format!(
        "<p>The loss is what training makes smaller. Dashed lines are the rows it learns from, solid lines the \
         validation rows it never learns from: when the dashed one falls on while the solid one rises, the \
         network has begun to memorise.{marked}</p>"
    );
    Section::new("training", "How training went", lead).with_figures(figures)
}

/// The values of a split over the epochs.
fn points(
    view: &View<'_>,
    split: &str,
    value: impl Fn(&MetricsLine) -> Option<f64>,
) -> Vec<(f64, f64)> {
    let lines = view.files.metrics.iter().filter(|line| line.split == split);
    lines
        .filter_map(|line| Some((line.epoch as f64, value(line)?)))
        .collect()
}

/// Train dashed and validation solid, those that have a point.
fn both(view: &View<'_>, value: impl Fn(&MetricsLine) -> Option<f64>) -> Vec<Curve> {
    [("train", 1, true), ("validation", 0, false)]
        .into_iter()
        .map(|(split, series, dashed)| Curve {
            label: split.to_owned(),
            series,
            dashed,
            points: points(view, split, &value),
        })
        .filter(|curve| !curve.points.is_empty())
        .collect()
}

fn marked(view: &View<'_>) -> Option<(f64, String)> {
    view.best_epoch()
        .map(|epoch| (epoch, format!("best: {epoch:.0}")))
}

fn loss(view: &View<'_>, task: &TaskView) -> Option<Figure> {
    let curves = both(view, |line| *line.losses.get(&task.name)?);
    let caption = told(&curves, false)?;
    let chart = LineChart {
        name: format!("loss-{}", task.slug),
        title: &format!("{}: loss", task.name),
        description: &caption,
        y_label: "Loss",
        across: Across::Epochs,
        curves,
        marked: marked(view),
        may_be_logarithmic: true,
    };
    chart.captioned()
}

fn metric(view: &View<'_>, task: &TaskView) -> Option<Figure> {
    let metric = task.headline.as_deref()?;
    let curves = both(view, |line| *line.metrics.get(&task.name)?.get(metric)?);
    let caption = told(&curves, words::higher_is_better(metric))?;
    let name = words::metric_name(metric);
    let chart = LineChart {
        name: format!("metric-{}", task.slug),
        title: &format!("{}: {name}", task.name),
        description: &caption,
        y_label: &super::sentence::capitalised(&name),
        across: Across::Epochs,
        curves,
        marked: marked(view),
        may_be_logarithmic: false,
    };
    chart.captioned()
}

fn overall(view: &View<'_>) -> Option<Figure> {
    let curves = both(view, |line| line.score);
    let caption = format!(
        "{} It is the mean of the headline metrics.",
        told(&curves, true)?
    );
    let chart = LineChart {
        name: "score".to_owned(),
        title: "All tasks: score",
        description: &caption,
        y_label: "Score",
        across: Across::Epochs,
        curves,
        marked: marked(view),
        may_be_logarithmic: false,
    };
    chart.captioned()
}

fn learning_rate(view: &View<'_>) -> Option<Figure> {
    let points = points(view, "train", |line| line.learning_rate);
    let first = points.first()?.1;
    if points.iter().all(|point| point.1 == first) {
        return None;
    }
    let last = points.last()?.1;
    let caption = format!(
        "How large a step each update takes: {} at the start, {} at the end.",
        number::value(first),
        number::value(last)
    );
    let curves = vec![Curve::alone(5, points)];
    let chart = LineChart {
        name: "learning-rate".to_owned(),
        title: "Learning rate",
        description: &caption,
        y_label: "Learning rate",
        across: Across::Epochs,
        curves,
        marked: None,
        may_be_logarithmic: true,
    };
    chart.captioned()
}

/// How much gradients vary from step to step.
fn gradient_variance(view: &View<'_>) -> Option<Figure> {
    let points = points(view, "train", |line| line.gradient_variance);
    let (first, last) = (points.first()?.1, points.last()?.1);
    let estimator = view.files.synapses.as_ref();
    let estimator = estimator.and_then(|synapses| synapses.estimator.as_deref());
    let noise = estimator.map_or_else(String::new, |estimator| {
        format!(" Batches make it, and the noise of the synapses by the estimator `{estimator}`.")
    });
    let caption = format!(
        "How much gradients vary from step to step, summed over all parameters: {} at the start, {} at the end; \
         from the two moments that the optimizer remembers.{noise}",
        number::value(first),
        number::value(last)
    );
    let curves = vec![Curve::alone(2, points)];
    let chart = LineChart {
        name: "gradient-variance".to_owned(),
        title: "Variance of the gradient",
        description: &caption,
        y_label: "Variance",
        across: Across::Epochs,
        curves,
        marked: None,
        may_be_logarithmic: true,
    };
    chart.captioned()
}

/// From where to where the last of the curves went, and where it was best.
fn told(curves: &[Curve], higher_is_better: bool) -> Option<String> {
    let curve = curves.last()?;
    let (first, last) = (curve.points.first()?, curve.points.last()?);
    let better = |a: &&(f64, f64), b: &&(f64, f64)| {
        let order = a.1.total_cmp(&b.1);
        // Of equal epochs the first is the best.
        if higher_is_better {
            order.then(b.0.total_cmp(&a.0))
        } else {
            order.reverse().then(b.0.total_cmp(&a.0))
        }
    };
    let best = curve.points.iter().max_by(better)?;
    let mut text = format!(
        "On the {} rows it went from {} to {}",
        curve.label,
        number::value(first.1),
        number::value(last.1)
    );
    if curve.points.len() > 1 {
        let end = if higher_is_better {
            "highest"
        } else {
            "lowest"
        };
        text += &format!(
            "; it was {end} at epoch {:.0}, with {}",
            best.0,
            number::value(best.1)
        );
    }
    Some(text + ".")
}
