//! The tree of tasks.

mod layout;

use std::fmt::Write as _;

use super::canvas::{Anchor, Canvas, short, text_width};
use super::figure::Figure;
use super::frame;
use layout::layout;

const BOX: f64 = 54.0;
const GAP: f64 = 14.0;
const PASSING: f64 = 22.0;
const BETWEEN: f64 = 80.0;
const WIDEST: f64 = 210.0;

/// What joins two tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Join {
    /// A task reads the layers that all share.
    Shared,
    /// A child reads what its parent's head has computed.
    Shortcut,
    /// A child's gradient is passed on to its parent.
    Pull,
    /// A child's value determines its parent's.
    Refines,
}

impl Join {
    /// How it is drawn: colour and stroke.
    const fn class(self) -> &'static str {
        match self {
            Self::Shared => "axis",
            Self::Shortcut => "thin s2",
            Self::Pull => "thin s1 dash",
            Self::Refines => "thick s0",
        }
    }

    const fn head(self) -> &'static str {
        match self {
            Self::Shared => "",
            Self::Shortcut => "f2",
            Self::Pull => "f1",
            Self::Refines => "f0",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Shared => "reads what all tasks read",
            Self::Shortcut => "child reads its parent's features",
            Self::Pull => "child's gradient pulls its parent",
            Self::Refines => "child's value determines its parent's",
        }
    }
}

/// One box.
#[derive(Clone, Debug)]
pub(crate) struct TreeBox {
    pub(crate) name: String,
    /// Two short lines below the name.
    pub(crate) lines: [String; 2],
    /// Whether it is a task, and not the shared layers.
    pub(crate) task: bool,
}

/// One edge, from parent to child.
#[derive(Clone, Debug)]
pub(crate) struct TreeEdge {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) join: Join,
    pub(crate) label: String,
}

/// The tree of tasks; `None` without a box.
pub(crate) fn tree(
    name: String,
    title: &str,
    description: &str,
    boxes: &[TreeBox],
    edges: &[TreeEdge],
) -> Option<Figure> {
    if boxes.is_empty() {
        return None;
    }
    let pairs: Vec<(usize, usize)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
    let layout = layout(boxes.len(), &pairs, BOX + GAP, PASSING);
    let columns = layout.layers.iter().max().map_or(1, |last| last + 1);
    let mut widths = vec![70.0_f64; columns];
    for (content, &layer) in boxes.iter().zip(&layout.layers) {
        let lines = content.lines.iter().map(|line| text_width(line, 11.0));
        let widest = lines.fold(text_width(&content.name, 13.5), f64::max) + 28.0;
        widths[layer] = widths[layer].max(widest.min(WIDEST));
    }
    let lefts: Vec<f64> = widths
        .iter()
        .scan(2.0, |left, width| {
            let here = *left;
            *left += width + BETWEEN;
            Some(here)
        })
        .collect();

    let mut joins: Vec<Join> = edges.iter().map(|edge| edge.join).collect();
    joins.sort_unstable();
    joins.dedup();
    let legend = 18.0 * joins.len() as f64;
    let last = columns - 1;
    let words = joins
        .iter()
        .map(|join| text_width(join.words(), 11.0) + 60.0);
    let width = words.fold(lefts[last] + widths[last] + 2.0, f64::max);
    let top = 30.0;
    let mut canvas = Canvas::new(width, top + layout.height + 14.0 + legend);
    frame::title(&mut canvas, title);

    let mut labels = Vec::new();
    for (edge, way) in edges.iter().zip(&layout.ways) {
        let (start, end) = (layout.layers[edge.from], layout.layers[edge.to]);
        if start >= end {
            continue;
        }
        let mut points = vec![(
            lefts[start] + widths[start],
            top + layout.heights[edge.from],
        )];
        for (layer, height) in (start + 1..end).zip(way) {
            points.push((lefts[layer], top + height));
            points.push((lefts[layer] + widths[layer], top + height));
        }
        points.push((lefts[end], top + layout.heights[edge.to]));
        draw_edge(&mut canvas, edge.join, &points);
        if !edge.label.is_empty() {
            let [.., (x1, y1), (x2, y2)] = points[..] else {
                continue;
            };
            labels.push((
                (f64::midpoint(x1, x2), f64::midpoint(y1, y2) - 5.0),
                &edge.label,
            ));
        }
    }
    // After all edges, so that none runs over a label.
    for (at, label) in labels {
        canvas.text("small muted halo", at, Anchor::Middle, label);
    }
    for (index, content) in boxes.iter().enumerate() {
        let layer = layout.layers[index];
        let (x, y, width) = (
            lefts[layer],
            top + layout.heights[index] - BOX / 2.0,
            widths[layer],
        );
        canvas.rect(
            if content.task { "box" } else { "box dash" },
            (x, y),
            (width, BOX),
            6.0,
        );
        let room = width - 18.0;
        let name = &content.name;
        canvas.fitted(
            "strong",
            (x + 10.0, y + 18.0),
            Anchor::Start,
            name,
            13.5,
            room,
        );
        for (line, text) in content.lines.iter().enumerate() {
            let at = (x + 10.0, y + 33.0 + 14.0 * line as f64);
            canvas.fitted("small muted", at, Anchor::Start, text, 11.0, room);
        }
    }
    let below = top + layout.height + 10.0;
    for (row, join) in joins.iter().enumerate() {
        let y = below + 18.0 * row as f64 + 4.0;
        draw_edge(&mut canvas, *join, &[(2.0, y), (34.0, y)]);
        canvas.text("small muted", (44.0, y + 4.0), Anchor::Start, join.words());
    }
    Some(Figure::new(name, title, description, canvas))
}

/// A curve that leaves and enters every place level, with its arrow head.
fn draw_edge(canvas: &mut Canvas, join: Join, points: &[(f64, f64)]) {
    let (Some(&start), Some(&end)) = (points.first(), points.last()) else {
        return;
    };
    let mut data = format!("M{} {}", short(start.0), short(start.1));
    for pair in points.windows(2) {
        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
        let middle = short(f64::midpoint(x1, x2));
        let [y1, x2, y2] = [y1, x2, y2].map(short);
        let _ = write!(data, "C{middle} {y1} {middle} {y2} {x2} {y2}");
    }
    canvas.path(join.class(), &data);
    // What flows forward points at the child; a gradient points back at the parent.
    let (tip, back) = match join {
        Join::Shared => return,
        Join::Pull => (start, 8.0),
        Join::Shortcut | Join::Refines => (end, -8.0),
    };
    let corners = [
        tip,
        (tip.0 + back, tip.1 - 4.5),
        (tip.0 + back, tip.1 + 4.5),
    ];
    canvas.polygon(join.head(), &corners);
}
