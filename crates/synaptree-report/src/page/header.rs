//! The head of the page: what was trained, when, with what, and how well.

use crate::chart::number;
use crate::files::Score;
use crate::page::escape;
use crate::page::time;
use crate::section::{Section, View, score};

pub(super) fn header(view: &View<'_>, sections: &[Section]) -> String {
    let links: String = sections
        .iter()
        .map(|section| {
            format!(
                r##"<li><a href="#{}">{}</a></li>"##,
                section.id,
                escape(section.title)
            )
        })
        .collect();
    format!(
        r#"<header><p class="kicker">synaptree report</p><h1>{}</h1><p class="lead">{}</p><dl class="facts">{}</dl><nav aria-label="Sections"><ul>{links}</ul></nav></header>"#,
        escape(&view.name()),
        escape(&lead(view)),
        facts(view)
    )
}

/// The whole run in one or two sentences.
fn lead(view: &View<'_>) -> String {
    let summary = view.files.summary.as_ref();
    let tasks = match view.tasks.len() {
        0 => "A network".to_owned(),
        1 => "A network for one task".to_owned(),
        many => format!("One network for {many} tasks"),
    };
    let mut lead = tasks;
    let seeds = view.files.seeds.len();
    if let Some(epochs) = summary.and_then(|summary| summary.epochs.mean) {
        lead += &format!(
            ", trained for {} epochs",
            number::count(epochs.round() as u64)
        );
    }
    if seeds > 1 {
        lead += &format!(" with each of {seeds} seeds");
    }
    lead += ".";
    let overall = view.split().and_then(|split| {
        let score = view.evaluation(split)?.overall.score;
        score.mean.map(|_| (split, score))
    });
    if let Some((split, value)) = overall {
        lead += &format!(" It scores {} on the {split} rows", score(value));
        if let Some(baseline) = view.baseline(split) {
            lead += &format!(
                ", where always guessing the most common class, or the mean, scores {}",
                number::value(baseline)
            );
        }
        lead += ".";
    }
    lead
}

fn facts(view: &View<'_>) -> String {
    let files = view.files;
    let summary = files.summary.as_ref();
    let mut facts: Vec<(&str, String)> = Vec::new();
    if let Some(started) = view.environment("started") {
        facts.push(("Started", time::readable(started)));
    } else if let Some(written) = files.written {
        facts.push(("Written", time::of(written)));
    }
    let seeds: Vec<u64> = match summary.map(|summary| (&summary.seeds[..], summary.seed)) {
        Some((seeds, _)) if !seeds.is_empty() => seeds.to_vec(),
        Some((_, Some(seed))) => vec![seed],
        _ => files.seeds.iter().map(|seed| seed.seed).collect(),
    };
    match seeds[..] {
        [] => {}
        [seed] => facts.push(("Seed", seed.to_string())),
        _ => {
            let seeds: Vec<String> = seeds.iter().map(ToString::to_string).collect();
            facts.push(("Seeds", seeds.join(", ")));
        }
    }
    if let Some(seconds) = summary.and_then(|summary| summary.seconds.mean) {
        let label = if files.seeds.is_empty() {
            "Duration"
        } else {
            "Duration of a seed"
        };
        facts.push((label, number::seconds(seconds)));
    }
    if let Some(summary) = summary {
        if let Some(epochs) = summary.epochs.mean {
            facts.push(("Epochs", number::count(epochs.round() as u64)));
        }
        if let Some(best) = summary.best_epoch.mean {
            facts.push(("Best epoch", score_short(best)));
        }
        let rows: Vec<String> = summary
            .rows
            .iter()
            .filter_map(|(split, rows)| Some((split, rows.mean.filter(|rows| *rows > 0.0)?)))
            .map(|(split, rows)| format!("{} {split}", number::count(rows.round() as u64)))
            .collect();
        if !rows.is_empty() {
            facts.push(("Rows", rows.join(", ")));
        }
    }
    let parameters = summary
        .and_then(|summary| summary.parameters.mean)
        .map(|n| n.round() as u64);
    let parameters = parameters.or_else(|| files.network.as_ref()?.parameters);
    if let Some(parameters) = parameters {
        facts.push(("Parameters", number::count(parameters)));
    }
    if let Some(device) = view.environment("device") {
        facts.push(("Device", device.to_owned()));
    }
    if let Some(version) = view.environment("version") {
        facts.push(("synaptree", version.to_owned()));
    }
    facts
        .into_iter()
        .map(|(name, value)| format!("<div><dt>{name}</dt><dd>{}</dd></div>", escape(&value)))
        .collect()
}

/// An epoch, which over several seeds is a mean and then no whole number.
fn score_short(epoch: f64) -> String {
    if epoch.fract() == 0.0 {
        format!("{epoch:.0}")
    } else {
        score(Score::new(epoch))
    }
}
