//! How often the model is right, by how sure it is.

use super::canvas::{Anchor, Canvas};
use super::figure::Figure;
use super::frame::{self, Area, Key, PANEL};
use super::number;
use super::scale::Scale;
use crate::files::ReliabilityBin;

/// The height of the strip that counts the rows.
const STRIP: f64 = 34.0;

/// The reliability diagram of one task, with what it was before calibration; `None` without a bin.
pub(crate) fn reliability(
    name: String,
    title: &str,
    description: &str,
    bins: &[ReliabilityBin],
    before: &[ReliabilityBin],
) -> Option<Figure> {
    let usable = |bin: &&ReliabilityBin| {
        bin.count > 0 && bin.confidence.is_finite() && bin.accuracy.is_finite()
    };
    let bins: Vec<&ReliabilityBin> = bins.iter().filter(usable).collect();
    let before: Vec<&ReliabilityBin> = before.iter().filter(usable).collect();
    let most = bins.iter().chain(&before).map(|bin| bin.count).max()?;
    let keys = [(0, "after calibration"), (1, "before")].map(|(series, label)| Key {
        series,
        line: None,
        label: label.to_owned(),
    });
    let keys = if before.is_empty() { &[][..] } else { &keys };
    let legend = frame::legend_height(keys, PANEL - 16.0);
    let height = 320.0 + legend;
    let mut canvas = Canvas::new(PANEL, height);
    let mut area = Area::panel(height, 32.0 + legend);
    frame::title(&mut canvas, title);
    frame::legend(&mut canvas, keys, 2.0, 34.0, PANEL - 16.0);
    let strip = Area {
        top: area.bottom - STRIP,
        ..area
    };
    area.bottom -= STRIP + 10.0;
    let x = Scale::exact(0.0, 1.0, 5, area.left, area.right);
    let y = Scale::exact(0.0, 1.0, 5, area.bottom, area.top);
    frame::vertical(&mut canvas, area, &y, "Share that was right");
    canvas.line("mark", (x.at(0.0), y.at(0.0)), (x.at(1.0), y.at(1.0)));
    canvas.line("axis", (area.left, area.bottom), (area.right, area.bottom));
    let points: Vec<(f64, f64)> = bins
        .iter()
        .map(|bin| (x.at(bin.confidence), y.at(bin.accuracy)))
        .collect();
    for (&point, bin) in points.iter().zip(&bins) {
        // From what the model claimed to what happened: the shorter, the more honest.
        canvas.line("thin s1", (point.0, y.at(bin.confidence)), point);
    }
    let radius = |count: u64| 2.0 + 4.0 * (count as f64 / most as f64).sqrt();
    for bin in &before {
        let point = (x.at(bin.confidence), y.at(bin.accuracy));
        canvas.circle("f1 faint", point, radius(bin.count));
    }
    for (&point, bin) in points.iter().zip(&bins) {
        // The area is the number of answers, so that chance on a few of them does not shout.
        canvas.circle("f0", point, radius(bin.count));
    }
    frame::horizontal(&mut canvas, strip, &x, "How sure the model said it was");
    let scale = Scale::exact(0.0, most as f64, 1, strip.bottom, strip.top + 4.0);
    for bin in &bins {
        let (at, top) = (x.at(bin.confidence), scale.at(bin.count as f64));
        let hint = format!(
            "{} answers: said {}, right {}",
            number::count(bin.count),
            number::percent(bin.confidence),
            number::percent(bin.accuracy)
        );
        let size = (7.0, strip.bottom - top);
        canvas.rect_with("f5 faint", (at - 3.5, top), size, 0.0, 1.0, Some(&hint));
    }
    canvas.text(
        "small muted",
        (strip.left - 6.0, strip.bottom),
        Anchor::End,
        "rows",
    );
    Some(Figure::new(name, title, description, canvas))
}
