//! How much the noise of the synapses makes gradients vary, estimator by estimator.

use super::view::View;
use crate::chart::{Across, Curve, Figure, LineChart, number};
use crate::files::EstimatorsLine;

/// The colour of what is no estimator.
const SIGNAL: usize = 5;

pub(super) fn figure(view: &View<'_>) -> Option<Figure> {
    let lines = view.files.metrics.iter();
    let measured: Vec<(f64, &EstimatorsLine)> = lines
        .filter_map(|line| Some((line.epoch as f64, line.estimators.as_ref()?)))
        .collect();
    let last = measured.last()?.1;
    let points = |value: &dyn Fn(&EstimatorsLine) -> Option<f64>| {
        let all = measured.iter();
        let all = all.filter_map(|(epoch, found)| Some((*epoch, value(found)?)));
        // What is not above 0 has no place on a logarithmic axis.
        all.filter(|(_, value)| *value > 0.0 && value.is_finite())
            .collect::<Vec<_>>()
    };
    let mut curves: Vec<Curve> = last
        .variance
        .keys()
        .enumerate()
        .map(|(series, estimator)| Curve {
            label: estimator.to_owned(),
            series,
            dashed: false,
            points: points(&|found| *found.variance.get(estimator)?),
        })
        .collect();
    curves.push(Curve {
        label: "signal".to_owned(),
        series: SIGNAL,
        dashed: true,
        points: points(&|found| found.signal),
    });
    curves.retain(|curve| !curve.points.is_empty());
    let known = last
        .variance
        .iter()
        .filter_map(|(name, value)| Some((name, (*value)?)));
    let least = known.min_by(|a, b| a.1.total_cmp(&b.1))?;
    let caption = format!(
        "How much the gradient of the same {} training rows varies between draws of the noise, if each estimator in turn computes \
         the product with noisy weights; in the end `{}` varies least, by {}. Where a line is above the dashed one, the squared \
         norm of the mean gradient, a step follows the noise more than the data.",
        number::count(last.rows),
        least.0,
        number::value(least.1)
    );
    let chart = LineChart {
        name: "estimators".to_owned(),
        title: "Variance of the gradient by estimator",
        description: &caption,
        y_label: "Variance",
        across: Across::Epochs,
        curves,
        marked: None,
        may_be_logarithmic: true,
    };
    chart.captioned()
}
