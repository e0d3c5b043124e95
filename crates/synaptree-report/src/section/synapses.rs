//! What the stochastic synapses put out, and how the weights of each layer are spread.

use super::Section;
use super::view::View;
use crate::chart::{Figure, HistogramChart, number};
use crate::files::{LayerWeights, Outputs, Synapses};
use crate::page::{escape, slug};

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let synapses = view.files.synapses.as_ref()?;
    let mut figures: Vec<Figure> = synapses.outputs.iter().filter_map(outputs).collect();
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
        (noise, Some(scale)) => format!(
            "Every weight of this network is a random variable: each time it is used in training, {noise} noise \
             with a standard deviation of {} is added to it.",
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
