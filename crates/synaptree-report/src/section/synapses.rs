//! What the stochastic synapses put out, and how the weights of each layer are spread.

use super::Section;
use super::view::View;
use crate::chart::{Across, Curve, Figure, GroupedBars, HistogramChart, LineChart, ROW, number};
use crate::files::{LayerWeights, Outputs, Synapses};
use crate::page::{escape, slug};

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let synapses = view.files.synapses.as_ref()?;
    let mut figures: Vec<Figure> = synapses.outputs.iter().filter_map(outputs).collect();
    figures.extend(scales(synapses));
    figures.extend(pruning(synapses));
    for (index, layer) in synapses.layers.iter().enumerate() {
        figures.extend(weights(layer, index));
        figures.extend(signal(layer, index));
    }
    Section::new("synapses", "The stochastic synapses", lead(synapses)).with_figures(figures)
}

fn lead(synapses: &Synapses) -> String {
    let noise = synapses.noise.as_deref().unwrap_or("none");
    let text = match (noise, synapses.scale) {
        ("none", _) => {
            "Every weight of this network is a plain number; no noise is added to it.".to_owned()
        }
        ("gaussian", Some(scale)) => format!(
            "Every weight of this network is a random variable: each time it is used in training, gaussian noise \
             with a standard deviation of {} is added to it.",
            number::value(scale)
        ),
        (noise, Some(scale)) => format!(
            "Every weight of this network is a random variable with {noise} noise, of scale {}.",
            number::value(scale)
        ),
        (noise, None) => {
            format!("Every weight of this network is a random variable with {noise} noise.")
        }
    };
    format!("<p>{}</p>", escape(&text))
}

fn outputs(outputs: &Outputs) -> Option<Figure> {
    let histogram = outputs.histogram();
    let total = number::count(histogram.total());
    let spread = match (outputs.mean, outputs.std) {
        (Some(mean), Some(std)) => format!(
            " They lie around {} with a standard deviation of {}.",
            number::value(mean),
            number::value(std)
        ),
        _ => String::new(),
    };
    let what = if outputs.description.is_empty() {
        String::new()
    } else {
        format!(" Shown: {}.", outputs.description.trim_end_matches('.'))
    };
    let caption = format!(
        "The same synapse gives another output each time it is asked, here {total} times.{spread}{what}"
    );
    let chart = HistogramChart {
        title: "Distribution of stochastic synapse outputs",
        description: &caption,
        x_label: "Output value",
        y_label: "Frequency",
        series: 3,
        histogram: &histogram,
        mean: outputs.mean,
    };
    Some(chart.draw("synapse-outputs".to_owned())?.caption(&caption))
}

/// How strong the noise of each layer is beside its weights.
fn scales(synapses: &Synapses) -> Option<Figure> {
    let layers: Vec<(&str, f64, f64)> = synapses
        .layers
        .iter()
        .filter_map(|layer| Some((layer.path.as_str(), layer.noise?, layer.std?)))
        .filter(|(_, noise, std)| noise.is_finite() && std.is_finite())
        .collect();
    let loudest = layers.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let caption = format!(
        "How strong the noise on a weight of each layer is, on average, beside the spread of the weights themselves. It \
         is strongest in {}, with {}.",
        loudest.0,
        number::value(loudest.1)
    );
    let names: Vec<String> = layers
        .iter()
        .map(|(path, _, _)| {
            path.trim_end_matches(".weight")
                .trim_end_matches(".dense")
                .to_owned()
        })
        .collect();
    let chart = GroupedBars {
        title: "Scale of the noise, layer by layer",
        description: &caption,
        x_label: "Standard deviation",
        groups: &names,
        series: &[
            "spread of the weights".to_owned(),
            "noise on a weight".to_owned(),
        ],
        values: &[
            layers.iter().map(|(_, _, std)| *std).collect(),
            layers.iter().map(|(_, noise, _)| *noise).collect(),
        ],
        width: ROW,
    };
    let figure = chart.draw("synapse-scales".to_owned())?;
    Some(figure.caption(&caption).row())
}

/// What leaving out the weights with the weakest signal costs.
fn pruning(synapses: &Synapses) -> Option<Figure> {
    let pruning = synapses.pruning.as_ref()?;
    let points: Vec<(f64, f64)> = pruning
        .points
        .iter()
        .filter_map(|point| Some((point.pruned?, point.score?)))
        .collect();
    let whole = points.first()?.1;
    let free = points.iter().rfind(|(_, score)| *score >= whole - 0.01);
    let free = free.map_or_else(String::new, |(share, _)| {
        format!(
            " Without the weakest {} of the weights it is at most 0.01 lower.",
            number::percent(*share)
        )
    });
    let caption = format!(
        "The score on {} {} rows if the weights with the weakest signal against their noise are set to 0, out of {} in \
         all layers; with all of them it is {}.{free}",
        number::count(pruning.rows),
        pruning.split,
        number::count(pruning.weights),
        number::value(whole)
    );
    let chart = LineChart {
        name: "pruning".to_owned(),
        title: "Score without the weakest weights",
        description: &caption,
        y_label: "Score",
        across: Across::Shares {
            label: "Share of weights left out",
            diagonal: false,
        },
        curves: vec![Curve::alone(0, points)],
        marked: None,
        may_be_logarithmic: false,
    };
    chart.captioned()
}

fn weights(layer: &LayerWeights, index: usize) -> Option<Figure> {
    let spread = match (layer.mean, layer.std) {
        (Some(mean), Some(std)) => format!(
            " lie around {} with a standard deviation of {}",
            number::value(mean),
            number::value(std)
        ),
        _ => match (layer.weights.edges.first(), layer.weights.edges.last()) {
            (Some(low), Some(high)) => {
                format!(
                    " lie between {} and {}",
                    number::value(*low),
                    number::value(*high)
                )
            }
            _ => String::new(),
        },
    };
    let caption = format!(
        "The {} weights of {}{spread}.",
        number::count(layer.weights.total()),
        layer.path
    );
    let chart = HistogramChart {
        title: &format!("Weights of {}", layer.path),
        description: &caption,
        x_label: "Weight",
        y_label: "Frequency",
        series: 0,
        histogram: &layer.weights,
        mean: None,
    };
    let name = format!("weights-{}-{}", index + 1, slug(&layer.path));
    Some(chart.draw(name)?.caption(&caption))
}

/// How the weights compare with their noise.
fn signal(layer: &LayerWeights, index: usize) -> Option<Figure> {
    let ratios = layer.signal_to_noise.as_ref()?;
    let noise = layer.noise.map_or_else(String::new, |noise| {
        format!(
            " The noise on a weight has a standard deviation of {} on average.",
            number::value(noise)
        )
    });
    let prunable = layer.prunable.map_or_else(String::new, |share| {
        format!(
            " {} % of the weights are nothing but noise: log α above 3.",
            number::value(100.0 * share)
        )
    });
    let caption = format!(
        "Signal against noise of each weight of {}, in decibels: at 0 both are equal, at 20 the weight is ten times \
         its noise.{noise}{prunable}",
        layer.path
    );
    let chart = HistogramChart {
        title: &format!("Signal to noise of {}", layer.path),
        description: &caption,
        x_label: "20 log₁₀(|weight| / noise)",
        y_label: "Frequency",
        series: 2,
        histogram: ratios,
        mean: None,
    };
    let name = format!("signal-{}-{}", index + 1, slug(&layer.path));
    Some(chart.draw(name)?.caption(&caption))
}
