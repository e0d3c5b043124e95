//! The frame of a chart with two axes: title, ticks, grid and labels.

use super::canvas::{Anchor, Canvas, text_width};
use super::scale::Scale;

/// The width of a chart that shares its row with others.
pub(crate) const PANEL: f64 = 340.0;

/// The width of a chart of bars, in a row of its own: as wide as a phone can show.
pub(crate) const ROW: f64 = 460.0;

/// The size that the width of a title is estimated with: it is set bold, and wider than its 13 units.
pub(crate) const TITLE: f64 = 15.0;

/// The part of a chart that the data fill.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Area {
    /// The place of the data in a panel of that height; `head` units are kept for title and legend.
    pub(crate) fn panel(height: f64, head: f64) -> Self {
        Self {
            left: 52.0,
            top: head,
            right: PANEL - 12.0,
            bottom: height - 40.0,
        }
    }

    /// The same with room on the left for the ticks and the label of that vertical axis.
    pub(crate) fn beside(self, vertical: &Scale) -> Self {
        let ticks = vertical.ticks();
        let widest = ticks
            .iter()
            .map(|(_, text)| text_width(text, 11.0))
            .fold(0.0, f64::max);
        Self {
            left: (widest + 28.0).clamp(44.0, PANEL / 3.0),
            ..self
        }
    }

    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }
}

/// The title at the top left, shortened to the canvas.
pub(crate) fn title(canvas: &mut Canvas, text: &str) {
    let width = canvas.width - 4.0;
    canvas.fitted("title", (2.0, 15.0), Anchor::Start, text, TITLE, width);
}

/// Ticks, grid lines and the label of the horizontal axis.
pub(crate) fn horizontal(canvas: &mut Canvas, area: Area, scale: &Scale, label: &str) {
    canvas.line("axis", (area.left, area.bottom), (area.right, area.bottom));
    // Labels of ticks near one another would run together: every second is left out then.
    let ticks = scale.ticks();
    let widest = ticks
        .iter()
        .map(|(_, text)| text_width(text, 11.0))
        .fold(0.0, f64::max);
    let room = area.width() / ticks.len().max(1) as f64;
    let every = ((widest + 8.0) / room).ceil().max(1.0) as usize;
    for (number, text) in ticks.iter().step_by(every) {
        let x = scale.at(*number);
        canvas.line("axis", (x, area.bottom), (x, area.bottom + 4.0));
        canvas.text("small muted", (x, area.bottom + 16.0), Anchor::Middle, text);
    }
    let middle = f64::midpoint(area.left, area.right);
    canvas.text(
        "small muted",
        (middle, area.bottom + 33.0),
        Anchor::Middle,
        label,
    );
}

/// Ticks, grid lines and the label of the vertical axis.
pub(crate) fn vertical(canvas: &mut Canvas, area: Area, scale: &Scale, label: &str) {
    for (number, text) in scale.ticks() {
        let y = scale.at(number);
        canvas.line("grid", (area.left, y), (area.right, y));
        canvas.text(
            "small muted",
            (area.left - 6.0, y + 4.0),
            Anchor::End,
            &text,
        );
    }
    if !label.is_empty() {
        canvas.upright(
            "small muted",
            (11.0, f64::midpoint(area.top, area.bottom)),
            label,
        );
    }
}

/// One entry of a legend.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    /// The series, as an index of its colour.
    pub(crate) series: usize,
    /// Drawn as a line, and whether that is dashed; otherwise as a square.
    pub(crate) line: Option<bool>,
    pub(crate) label: String,
}

const LINE: f64 = 17.0;

/// How much height a legend needs.
pub(crate) fn legend_height(keys: &[Key], width: f64) -> f64 {
    LINE * places(keys, width).last().map_or(0, |(row, _, _)| row + 1) as f64
}

/// A legend whose first row has its baseline at `top`.
pub(crate) fn legend(canvas: &mut Canvas, keys: &[Key], left: f64, top: f64, width: f64) {
    for (key, (row, x, room)) in keys.iter().zip(places(keys, width)) {
        let (x, y) = (left + x, top + LINE * row as f64);
        let series = key.series;
        match key.line {
            Some(dashed) => {
                let dash = if dashed { " dash" } else { "" };
                let class = format!("line s{series}{dash}");
                canvas.line(&class, (x, y - 4.0), (x + 18.0, y - 4.0));
            }
            None => canvas.rect(&format!("f{series}"), (x + 4.0, y - 9.0), (10.0, 10.0), 2.0),
        }
        canvas.fitted(
            "small",
            (x + 23.0, y),
            Anchor::Start,
            &key.label,
            11.0,
            room,
        );
    }
}

/// Row, position and room for the text of each entry.
fn places(keys: &[Key], width: f64) -> Vec<(usize, f64, f64)> {
    let (mut row, mut x) = (0, 0.0);
    let mut places = Vec::with_capacity(keys.len());
    for key in keys {
        let text = text_width(&key.label, 11.0).min(width - 24.0);
        if x > 0.0 && x + 24.0 + text > width {
            (row, x) = (row + 1, 0.0);
        }
        places.push((row, x, text + 1.0));
        x += 24.0 + text + 14.0;
    }
    places
}
