//! Curves over the epochs.

use super::canvas::{Anchor, Canvas, text_width};
use super::figure::Figure;
use super::frame::{self, Area, Key, PANEL};
use super::scale::Scale;

/// Curves whose largest value is this many times the smallest are drawn on a logarithmic axis.
const LOGARITHMIC: f64 = 60.0;

/// More points than a panel has places for are thinned to this many.
const POINTS: usize = 240;

/// One curve.
#[derive(Clone, Debug)]
pub(crate) struct Curve {
    pub(crate) label: String,
    /// The index of its colour.
    pub(crate) series: usize,
    pub(crate) dashed: bool,
    pub(crate) points: Vec<(f64, f64)>,
}

/// What the horizontal axis counts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Across<'a> {
    /// Epochs, from the first to the last point.
    Epochs,
    /// Shares from 0 to 1.
    Shares {
        label: &'a str,
        /// Whether the vertical axis is such a share too, equal where all is well.
        diagonal: bool,
    },
}

/// A panel of curves over epochs or shares.
#[derive(Clone, Debug)]
pub(crate) struct LineChart<'a> {
    pub(crate) name: String,
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) y_label: &'a str,
    pub(crate) across: Across<'a>,
    pub(crate) curves: Vec<Curve>,
    /// An epoch to mark, with its label.
    pub(crate) marked: Option<(f64, String)>,
    /// Whether small values may be spread out on a logarithmic axis.
    pub(crate) may_be_logarithmic: bool,
}

impl Curve {
    /// A curve that stands alone and needs no label.
    pub(crate) fn alone(series: usize, points: Vec<(f64, f64)>) -> Self {
        Self {
            label: String::new(),
            series,
            dashed: false,
            points,
        }
    }
}

impl LineChart<'_> {
    /// The panel with its description as caption; `None` as [`LineChart::draw`].
    pub(crate) fn captioned(self) -> Option<Figure> {
        let caption = self.description;
        self.draw().map(|figure| figure.caption(caption))
    }

    /// The panel; `None` without a curve of two points or one point at least.
    pub(crate) fn draw(self) -> Option<Figure> {
        let values = || {
            self.curves
                .iter()
                .flat_map(|curve| curve.points.iter().copied())
        };
        let ends = |(low, high): (f64, f64), number: f64| (low.min(number), high.max(number));
        let none = (f64::INFINITY, f64::NEG_INFINITY);
        let (first, last) = values().map(|(x, _)| x).fold(none, ends);
        let (low, high) = values().map(|(_, y)| y).fold(none, ends);
        if first > last {
            return None;
        }
        let keys: Vec<Key> = self
            .curves
            .iter()
            .filter(|_| self.curves.len() > 1)
            .map(|curve| Key {
                series: curve.series,
                line: Some(curve.dashed),
                label: curve.label.clone(),
            })
            .collect();
        let legend = frame::legend_height(&keys, PANEL - 16.0);
        let height = 226.0 + legend;
        let mut canvas = Canvas::new(PANEL, height);
        let area = Area::panel(height, 38.0 + legend);
        frame::title(&mut canvas, self.title);
        frame::legend(&mut canvas, &keys, 2.0, 34.0, PANEL - 16.0);

        let logarithmic = self.may_be_logarithmic && low > 0.0 && high / low > LOGARITHMIC;
        let y = if logarithmic {
            Scale::logarithmic(low, high, area.bottom, area.top)
        } else if let Across::Shares { diagonal: true, .. } = self.across {
            Scale::exact(0.0, 1.0, 5, area.bottom, area.top)
        } else if let Across::Shares { .. } = self.across {
            // Nothing but zeros still has an axis that begins at 0.
            Scale::round(low.min(0.0), high.max(0.01), 4, area.bottom, area.top)
        } else {
            Scale::round(low, high, 4, area.bottom, area.top)
        };
        let area = area.beside(&y);
        let (x, x_label) = match self.across {
            Across::Epochs => {
                let last = last.max(first + 1.0);
                (Scale::exact(first, last, 5, area.left, area.right), "Epoch")
            }
            Across::Shares { label, .. } => {
                (Scale::exact(0.0, 1.0, 5, area.left, area.right), label)
            }
        };
        let label = format!(
            "{}{}",
            self.y_label,
            if logarithmic { " (log scale)" } else { "" }
        );
        frame::vertical(&mut canvas, area, &y, &label);
        frame::horizontal(&mut canvas, area, &x, x_label);
        if let Across::Shares { diagonal: true, .. } = self.across {
            canvas.line("mark", (x.at(0.0), y.at(0.0)), (x.at(1.0), y.at(1.0)));
        }

        for curve in &self.curves {
            let class = format!(
                "line s{}{}",
                curve.series,
                if curve.dashed { " dash" } else { "" }
            );
            let points: Vec<_> = thinned(&curve.points)
                .into_iter()
                .map(|(e, v)| (x.at(e), y.at(v)))
                .collect();
            canvas.polyline(&class, &points);
            if let [only] = points[..] {
                canvas.circle(&format!("f{}", curve.series), only, 3.0);
            }
        }
        if let Some((epoch, label)) = &self.marked {
            let at = x.at(*epoch);
            canvas.line("mark", (at, area.top - 2.0), (at, area.bottom));
            // Above the curves, so that it covers none, and within the figure.
            let half = text_width(label, 11.0) / 2.0;
            let at = at.clamp(area.left + half, PANEL - half - 2.0);
            canvas.text("small muted", (at, area.top - 6.0), Anchor::Middle, label);
        }
        Some(Figure::new(self.name, self.title, self.description, canvas))
    }
}

/// Fewer points with the same shape: of each stretch the lowest and the highest are kept.
fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    if points.len() <= POINTS {
        return points.to_vec();
    }
    let stretch = points.len().div_ceil(POINTS / 2);
    let mut kept = Vec::with_capacity(POINTS + 2);
    for stretch in points.chunks(stretch) {
        let by_value = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let mut pair: Vec<_> = stretch
            .iter()
            .min_by(by_value)
            .into_iter()
            .copied()
            .collect();
        pair.extend(stretch.iter().max_by(by_value));
        pair.sort_by(|a, b| a.0.total_cmp(&b.0));
        pair.dedup();
        kept.extend(pair);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_keeps_its_peaks() {
        let points: Vec<_> = (0..10_000)
            .map(|epoch| (f64::from(epoch), if epoch == 5_003 { 9.0 } else { 1.0 }))
            .collect();
        let kept = thinned(&points);
        assert!(kept.len() <= POINTS + 2);
        assert!(kept.contains(&(5_003.0, 9.0)));
        assert!(kept.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
