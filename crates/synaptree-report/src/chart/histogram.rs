//! How often values fall into each range.

use super::canvas::{Anchor, Canvas};
use super::figure::Figure;
use super::frame::{self, Area, PANEL};
use super::number;
use super::scale::Scale;
use crate::files::Histogram;

/// A panel with one histogram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HistogramChart<'a> {
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) x_label: &'a str,
    pub(crate) y_label: &'a str,
    pub(crate) series: usize,
    pub(crate) histogram: &'a Histogram,
    /// A value to mark, usually the mean.
    pub(crate) mean: Option<f64>,
}

impl HistogramChart<'_> {
    /// The panel; `None` where nothing was counted.
    pub(crate) fn draw(self, name: String) -> Option<Figure> {
        let Histogram { edges, counts, .. } = self.histogram;
        let most = counts.iter().copied().max().filter(|most| *most > 0)?;
        let (low, high) = (*edges.first()?, *edges.last()?);
        if !self.histogram.is_finite() {
            return None;
        }
        let height = 216.0;
        let mut canvas = Canvas::new(PANEL, height);
        let area = Area::panel(height, 32.0);
        frame::title(&mut canvas, self.title);
        let y = Scale::round(0.0, most as f64, 4, area.bottom, area.top);
        let area = area.beside(&y);
        let x = Scale::exact(low, high, 5, area.left, area.right);
        frame::vertical(&mut canvas, area, &y, self.y_label);
        let class = format!("f{}", self.series);
        for (pair, &count) in edges.windows(2).zip(counts) {
            if count == 0 {
                continue;
            }
            let (left, right) = (x.at(pair[0]), x.at(pair[1]));
            let top = y.at(count as f64);
            // A gap of one unit keeps neighbours apart; no bar becomes thinner than half a unit.
            let width = (right - left - 1.0).max(0.5);
            canvas.rect(&class, (left + 0.5, top), (width, area.bottom - top), 0.0);
        }
        frame::horizontal(&mut canvas, area, &x, self.x_label);
        if let Some(mean) = self.mean {
            let at = x.at(mean);
            canvas.line("mark", (at, area.top - 4.0), (at, area.bottom));
            let label = format!("mean {}", number::value(mean));
            let (anchor, at) = if at < area.right - 80.0 {
                (Anchor::Start, at + 5.0)
            } else {
                (Anchor::End, at - 5.0)
            };
            canvas.text("small halo", (at, area.top + 4.0), anchor, &label);
        }
        Some(Figure::new(name, self.title, self.description, canvas))
    }
}
