//! Predicted against observed values.

use super::canvas::Canvas;
use super::figure::Figure;
use super::frame::{self, Area, PANEL};
use super::scale::Scale;

/// A file of every point of a large data set would be large itself: at most this many are drawn.
pub(crate) const POINTS: usize = 800;

/// The scatter of one column; `None` without a point.
pub(crate) fn scatter(
    name: String,
    title: &str,
    description: &str,
    points: &[(f64, f64)],
) -> Option<Figure> {
    let ends = |(low, high): (f64, f64), number: f64| (low.min(number), high.max(number));
    let none = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = points.iter().flat_map(|(a, b)| [*a, *b]).fold(none, ends);
    if low > high {
        return None;
    }
    let height = 320.0;
    let mut canvas = Canvas::new(PANEL, height);
    let area = Area::panel(height, 28.0);
    frame::title(&mut canvas, title);
    let room = (high - low) * 0.04;
    let (low, high) = (low - room, high + room);
    let y = Scale::exact(low, high, 5, area.bottom, area.top);
    let area = area.beside(&y);
    let x = Scale::exact(low, high, 5, area.left, area.right);
    frame::vertical(&mut canvas, area, &y, "Predicted");
    frame::horizontal(&mut canvas, area, &x, "Observed");
    canvas.line("mark", (area.left, area.bottom), (area.right, area.top));
    let step = points.len().div_ceil(POINTS).max(1);
    for (observed, predicted) in points.iter().step_by(step) {
        canvas.circle("f0 faint", (x.at(*observed), y.at(*predicted)), 3.0);
    }
    Some(Figure::new(name, title, description, canvas))
}
