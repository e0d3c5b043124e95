//! What a person sees while training runs: bars on a terminal, a line an epoch elsewhere.

use std::fmt::Write;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use synaptree::{EpochReport, Event};

use crate::command::warn;
use crate::table::figure;

/// Task lines below the bar; more would push the bar off a small terminal.
const LINES: usize = 12;
/// Tasks named in a plain line.
const PLAIN: usize = 6;

/// Prints the events of a run to standard error.
#[derive(Debug)]
pub(crate) enum Progress {
    /// Nothing at all.
    Quiet,
    /// Bars that redraw themselves.
    Bars(Bars),
    /// A line an epoch.
    Lines {
        epochs: usize,
        last: Option<Instant>,
    },
}

/// The bars of one run.
#[derive(Debug)]
pub(crate) struct Bars {
    all: MultiProgress,
    epochs: ProgressBar,
    tasks: Vec<ProgressBar>,
    best: Option<(usize, f64)>,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        if quiet {
            Self::Quiet
        } else if stderr().is_terminal() {
            Self::Bars(Bars {
                all: MultiProgress::new(),
                epochs: ProgressBar::hidden(),
                tasks: Vec::new(),
                best: None,
            })
        } else {
            Self::Lines {
                epochs: 0,
                last: None,
            }
        }
    }

    /// Shows an event.
    pub(crate) fn show(&mut self, event: &Event) {
        if matches!(self, Self::Quiet) {
            return;
        }
        match event {
            Event::Started {
                folder,
                seed,
                rows: [train, validation, test],
                parameters,
                warnings,
                epochs,
                resumed_epochs,
            } => {
                warn(warnings);
                let resumed = match *resumed_epochs {
                    0 => String::new(),
                    done if done >= *epochs => ", trained to its end before".to_owned(),
                    done => format!(", from epoch {}", done + 1),
                };
                anstream::eprintln!(
                    "{}: {train} training, {validation} validation, {test} test rows; {parameters} parameters; \
                     seed {seed}{resumed}",
                    folder.display()
                );
                self.start(*epochs, *resumed_epochs);
            }
            Event::Step {
                epoch,
                batch,
                batches,
            } => {
                if let Self::Bars(bars) = self {
                    // The bar counts thousandths of epochs, so that long epochs move too.
                    let done = (epoch - 1) * 1000 + batch * 1000 / batches.max(&1);
                    bars.epochs.set_position(done as u64);
                }
            }
            Event::Epoch(report) => self.epoch(report),
            Event::Evaluating {
                epochs,
                best_epoch,
                stopped_early,
                out_of_time,
            } => {
                self.clear();
                let early = match (*stopped_early, *out_of_time) {
                    (_, true) => ", the time is used up",
                    (true, _) => ", stopped early",
                    _ => "",
                };
                anstream::eprintln!("{epochs} epochs{early}; best epoch {best_epoch}");
            }
            Event::Interrupted { folder } => {
                self.clear();
                anstream::eprintln!(
                    "stopped and saved; continue with: synaptree train --resume {}",
                    folder.display()
                );
            }
            _ => {}
        }
    }

    fn start(&mut self, all: usize, resumed: usize) {
        match self {
            Self::Quiet => {}
            Self::Lines { epochs, last } => (*epochs, *last) = (all, None),
            Self::Bars(bars) => {
                let style = ProgressStyle::with_template(
                    "{prefix} {bar:30.cyan/dim} {elapsed} gone, {eta} left  {msg}",
                );
                let bar = bars.all.add(ProgressBar::new(all as u64 * 1000));
                if let Ok(style) = style {
                    bar.set_style(style);
                }
                bar.set_prefix(format!("epoch {resumed}/{all}"));
                bar.set_position(resumed as u64 * 1000);
                bar.reset_eta();
                bar.enable_steady_tick(Duration::from_millis(200));
                bars.epochs = bar;
                bars.best = None;
            }
        }
    }

    fn epoch(&mut self, report: &EpochReport) {
        match self {
            Self::Quiet => {}
            Self::Lines { epochs, last } => {
                // A short run prints every epoch, a long one about one line a second.
                let due = last.is_none_or(|last| last.elapsed() > Duration::from_secs(1));
                if due || report.epoch == *epochs || *epochs <= 20 {
                    anstream::eprintln!("{}", plain(report, *epochs));
                    *last = Some(Instant::now());
                }
            }
            Self::Bars(bars) => bars.epoch(report),
        }
    }

    fn clear(&mut self) {
        if let Self::Bars(bars) = self {
            bars.epochs.finish_and_clear();
            for bar in bars.tasks.drain(..) {
                bar.finish_and_clear();
            }
        }
    }
}

impl Bars {
    fn epoch(&mut self, report: &EpochReport) {
        let score = report.validation.as_ref().and_then(|e| e.score);
        if let (true, Some(score)) = (report.best, score) {
            self.best = Some((report.epoch, score));
        }
        let total = self.epochs.length().unwrap_or(0) / 1000;
        self.epochs
            .set_prefix(format!("epoch {}/{total}", report.epoch));
        let mut message = String::new();
        if score.is_some() {
            // Writing to a string cannot fail.
            let _ = write!(message, "score {}", figure(score));
        }
        if let Some((epoch, best)) = self.best {
            let _ = write!(message, " (best {} in epoch {epoch})", figure(Some(best)));
        }
        self.epochs.set_message(message);
        let width = report
            .losses
            .keys()
            .map(|k| k.chars().count())
            .max()
            .unwrap_or(0);
        for (index, task) in report.losses.keys().take(LINES).enumerate() {
            if self.tasks.len() <= index {
                let bar = self.all.add(ProgressBar::new(1));
                if let Ok(style) = ProgressStyle::with_template("  {msg}") {
                    bar.set_style(style);
                }
                self.tasks.push(bar);
            }
            self.tasks[index].set_message(task_line(report, task, width));
        }
    }
}

/// `species  loss 0.12  validation 0.34  accuracy 0.95`
fn task_line(report: &EpochReport, task: &str, width: usize) -> String {
    let mut line = format!(
        "{task:width$}  loss {}",
        figure(report.losses.get(task).copied())
    );
    // Writing to a string cannot fail.
    if let Some(loss) = report.validation_losses.get(task) {
        let _ = write!(line, "  validation {}", figure(Some(*loss)));
    }
    if let Some((metric, value)) = headline(report, task) {
        let _ = write!(line, "  {metric} {}", figure(value));
    }
    line
}

fn plain(report: &EpochReport, epochs: usize) -> String {
    let mut line = format!("epoch {}/{epochs}", report.epoch);
    for (task, loss) in report.losses.iter().take(PLAIN) {
        // Writing to a string cannot fail.
        let _ = write!(line, "  {task} loss {}", figure(Some(*loss)));
        if let Some((metric, value)) = headline(report, task) {
            let _ = write!(line, " {metric} {}", figure(value));
        }
    }
    if report.losses.len() > PLAIN {
        let _ = write!(line, "  and {} more tasks", report.losses.len() - PLAIN);
    }
    if let Some(evaluation) = &report.validation {
        let best = if report.best { " (best)" } else { "" };
        let _ = write!(line, "  score {}{best}", figure(evaluation.score));
    }
    if report.seconds > 0.0 && report.epoch > 0 {
        let left = report.seconds / report.epoch as f64 * (epochs - report.epoch) as f64;
        let _ = write!(line, "  {left:.0} s left");
    }
    line
}

/// The first metric of a task on the validation rows, which is the headline of its kind.
fn headline<'a>(report: &'a EpochReport, task: &str) -> Option<(&'a str, Option<f64>)> {
    let metrics = &report.validation.as_ref()?.tasks.get(task)?.metrics;
    let (name, value) = metrics.first()?;
    Some((name, *value))
}
