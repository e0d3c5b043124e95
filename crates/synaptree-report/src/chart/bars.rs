//! Bars that lie: grouped ones by feature and task, and the headline of every task.

use super::canvas::{Anchor, Canvas, text_width};
use super::figure::Figure;
use super::frame::{self, Area, Key, ROW};
use super::number;
use super::scale::Scale;

/// Grouped bars: for each feature one bar a task.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupedBars<'a> {
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) x_label: &'a str,
    pub(crate) groups: &'a [String],
    pub(crate) series: &'a [String],
    /// By series, then by group.
    pub(crate) values: &'a [Vec<f64>],
    /// How wide the figure is.
    pub(crate) width: f64,
}

impl GroupedBars<'_> {
    /// The bars; `None` where there is none.
    pub(crate) fn draw(self, name: String) -> Option<Figure> {
        if self.groups.is_empty() || self.series.is_empty() {
            return None;
        }
        let keys: Vec<Key> = self
            .series
            .iter()
            .enumerate()
            .map(|(series, label)| Key {
                series,
                line: None,
                label: label.clone(),
            })
            .collect();
        let legend = frame::legend_height(&keys, self.width - 16.0);
        let thickness = if self.series.len() > 3 { 6.0 } else { 8.0 };
        let group = thickness * self.series.len() as f64 + 9.0;
        let names = self.groups.iter().map(|name| text_width(name, 11.0));
        let room = names.fold(30.0, f64::max).min(self.width * 0.36);
        let top = 30.0 + legend;
        let bottom = top + group * self.groups.len() as f64;
        let area = Area {
            left: room + 12.0,
            top,
            right: self.width - 14.0,
            bottom,
        };
        let mut canvas = Canvas::new(self.width, bottom + 40.0);
        frame::title(&mut canvas, self.title);
        frame::legend(&mut canvas, &keys, 2.0, 34.0, self.width - 16.0);
        let all = || self.values.iter().flatten().copied();
        let (low, high) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
        let x = Scale::round(low, high, 5, area.left, area.right);
        for (tick, _) in x.ticks() {
            canvas.line("grid", (x.at(tick), area.top), (x.at(tick), area.bottom));
        }
        for (index, label) in self.groups.iter().enumerate() {
            let start = area.top + group * index as f64 + 4.5;
            let baseline = start + (group - 9.0) / 2.0 + 4.0;
            canvas.fitted(
                "small",
                (area.left - 7.0, baseline),
                Anchor::End,
                label,
                11.0,
                room + 3.0,
            );
            for (series, values) in self.values.iter().enumerate() {
                let (zero, at) = (x.at(0.0), x.at(values[index]));
                let corner = (zero.min(at), start + thickness * series as f64);
                let hint = format!(
                    "{label}, {}: {}",
                    self.series[series],
                    number::value(values[index])
                );
                let size = ((at - zero).abs(), thickness - 1.0);
                canvas.rect_with(&format!("f{series}"), corner, size, 0.0, 1.0, Some(&hint));
            }
        }
        canvas.line("axis", (x.at(0.0), area.top), (x.at(0.0), area.bottom));
        frame::horizontal(&mut canvas, area, &x, self.x_label);
        Some(Figure::new(name, self.title, self.description, canvas))
    }
}

/// What one task reached, and what guessing would have.
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    pub(crate) label: String,
    pub(crate) metric: String,
    pub(crate) value: f64,
    /// Half the width of the interval over seeds.
    pub(crate) interval: Option<f64>,
    /// The value of each seed.
    pub(crate) seeds: Vec<f64>,
    /// What always answering the most common class, or the mean, reaches.
    pub(crate) guess: Option<f64>,
}

/// The headline of every task on one axis from 0 to 1; `None` without a task.
pub(crate) fn reached(
    name: String,
    title: &str,
    description: &str,
    tasks: &[Reached],
) -> Option<Figure> {
    if tasks.is_empty() {
        return None;
    }
    let (row, top, width) = (40.0, 40.0, ROW);
    let bottom = top + row * tasks.len() as f64;
    let area = Area {
        left: 8.0,
        top,
        right: width - 62.0,
        bottom,
    };
    let mut canvas = Canvas::new(width, bottom + 24.0);
    frame::title(&mut canvas, title);
    let x = Scale::exact(0.0, 1.0, 5, area.left, area.right);
    for (tick, label) in x.ticks() {
        canvas.line("grid", (x.at(tick), area.top), (x.at(tick), area.bottom));
        canvas.text(
            "small muted",
            (x.at(tick), area.bottom + 16.0),
            Anchor::Middle,
            &label,
        );
    }
    for (index, task) in tasks.iter().enumerate() {
        let y = top + row * index as f64;
        let words = format!("{} · {}", task.label, task.metric);
        canvas.fitted(
            "halo",
            (area.left, y + 13.0),
            Anchor::Start,
            &words,
            12.0,
            area.width(),
        );
        let (bar, middle) = (y + 20.0, y + 26.0);
        let size = (x.at(task.value) - area.left, 12.0);
        let class = if task.seeds.is_empty() {
            "f0"
        } else {
            "f0 faint"
        };
        canvas.rect(class, (area.left, bar), size, 2.0);
        for seed in &task.seeds {
            canvas.circle("f0", (x.at(*seed), middle), 2.5);
        }
        if let Some(half) = task.interval {
            let (from, to) = (x.at(task.value - half), x.at(task.value + half));
            canvas.line("line s5", (from, middle), (to, middle));
            for end in [from, to] {
                canvas.line("line s5", (end, middle - 4.0), (end, middle + 4.0));
            }
        }
        if let Some(guess) = task.guess {
            let at = x.at(guess);
            canvas.line("line s1", (at, bar - 3.0), (at, bar + 15.0));
        }
        let text = number::value(task.value);
        canvas.text(
            "strong",
            (area.right + 10.0, bar + 10.0),
            Anchor::Start,
            &text,
        );
    }
    if tasks.iter().any(|task| task.guess.is_some()) {
        canvas.line("line s1", (area.left + 2.0, 24.0), (area.left + 2.0, 36.0));
        let words = "the most common class, or the mean, for every row";
        canvas.text("small muted", (area.left + 9.0, 34.0), Anchor::Start, words);
    }
    Some(Figure::new(name, title, description, canvas))
}
