//! What the model reached, task by task.

use super::sentence::{self, score};
use super::view::View;
use super::{Section, words};
use crate::chart::number;
use crate::chart::{Reached, reached};
use crate::page::escape;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let split = view.split()?;
    let sentences: Vec<String> = view
        .tasks
        .iter()
        .filter_map(|task| {
            let sentence = sentence::reached(view, split, task)?;
            Some(format!(
                "<li><strong>{}</strong>: {}</li>",
                escape(&task.name),
                escape(&sentence)
            ))
        })
        .collect();
    let lead = format!(r#"<ul class="plain">{}</ul>"#, sentences.concat());
    let mut section = Section::new("results", "What it reached", lead);
    section.figures.extend(figure(view, split));
    section.after = table(view) + &all_metrics(view);
    Some(section)
}

/// The headline of every task whose headline is a share.
fn figure(view: &View<'_>, split: &str) -> Option<crate::chart::Figure> {
    let tasks: Vec<Reached> = view
        .tasks
        .iter()
        .filter_map(|task| {
            let metric = task
                .headline
                .as_deref()
                .filter(|metric| words::is_share(metric))?;
            let score = view.headline_score(split, task)?;
            let seeds = view.files.seeds.iter().filter_map(|seed| {
                seed.files
                    .evaluation(split)?
                    .tasks
                    .get(&task.name)?
                    .metrics
                    .get(metric)?
                    .mean
            });
            Some(Reached {
                label: task.name.clone(),
                metric: words::metric_name(metric),
                value: score.mean?,
                interval: score.ci95,
                seeds: seeds.collect(),
                guess: view.guess(split, task),
            })
        })
        .collect();
    let seeds = tasks.first().map_or(0, |task| task.seeds.len());
    let description: Vec<String> = tasks
        .iter()
        .map(|task| {
            let guess = task
                .guess
                .map_or_else(String::new, |g| format!(", guessing {}", number::value(g)));
            format!(
                "{}: {} {}{guess}",
                task.label,
                task.metric,
                number::value(task.value)
            )
        })
        .collect();
    let best = tasks.iter().max_by(|a, b| a.value.total_cmp(&b.value))?;
    let mut caption = format!(
        "Each bar is the headline metric of a task on the {split} rows; longer is better, and 1 is perfect. \
         The longest is {} with {}.",
        best.label,
        number::value(best.value)
    );
    if seeds > 1 {
        caption += &format!(
            " Dots are the {seeds} seeds, the bracket is the 95 % interval of their mean."
        );
    }
    let title = format!("Headline metrics on {split} rows");
    let figure = reached(
        "results".to_owned(),
        &title,
        &description.join("; "),
        &tasks,
    )?;
    Some(figure.caption(&caption).row())
}

/// The splits side by side, with what guessing reaches.
///
/// The rows under a figure are those with a label of the task.
fn table(view: &View<'_>) -> String {
    let splits = view.splits();
    let guessed = *splits.last().unwrap_or(&"test");
    let mut html = String::from(
        r#"<table class="cards"><thead><tr><th scope="col">Task</th><th scope="col">Headline metric</th>"#,
    );
    for split in &splits {
        html += &format!(
            r#"<th scope="col" class="number">{}</th>"#,
            sentence::capitalised(split)
        );
    }
    html += r#"<th scope="col" class="number">Guessing<small>most common class or mean</small></th></tr></thead><tbody>"#;
    for task in &view.tasks {
        let metric = task.headline.as_deref().unwrap_or_default();
        html += &format!(
            r#"<tr><th scope="row">{}<small>{}</small></th><td data-label="Headline metric">{}</td>"#,
            escape(&task.name),
            escape(&task.kind),
            escape(&words::metric_name(metric))
        );
        for split in &splits {
            let value = view.headline_score(split, task).unwrap_or_default();
            let rows = view
                .observed(split, &task.name)
                .map_or_else(String::new, |observed| {
                    format!("{} {}", number::count(observed), sentence::rows(observed))
                });
            html += &format!(
                r#"<td class="number" data-label="{}"><span><span class="best">{}</span><small>{rows}</small></span></td>"#,
                sentence::capitalised(split),
                score(value)
            );
        }
        html += &format!(
            r#"<td class="number" data-label="Guessing">{}</td></tr>"#,
            view.guess(guessed, task)
                .map_or_else(|| "–".to_owned(), number::value)
        );
    }
    let overall = |split: &&str| {
        view.evaluation(split)
            .map(|evaluation| evaluation.overall.score)
    };
    if view.tasks.len() > 1
        && splits
            .iter()
            .filter_map(overall)
            .any(|score| score.mean.is_some())
    {
        html += r#"<tr><th scope="row">All tasks</th><td data-label="Headline metric">mean of the above</td>"#;
        for split in &splits {
            html += &format!(
                r#"<td class="number" data-label="{}"><span class="best">{}</span></td>"#,
                sentence::capitalised(split),
                score(overall(split).unwrap_or_default())
            );
        }
        html += &format!(
            r#"<td class="number" data-label="Guessing">{}</td></tr>"#,
            view.baseline(guessed)
                .map_or_else(|| "–".to_owned(), number::value)
        );
    }
    html += "</tbody></table>";
    let contradictions = view
        .evaluation(guessed)
        .map(|evaluation| evaluation.overall.violation_rate);
    if let Some(Some(rate)) = contradictions
        .map(|score| score.mean)
        .filter(|_| view.tasks.len() > 1)
    {
        let words = if rate == 0.0 {
            format!("No {guessed} row received answers that contradict each other.")
        } else {
            format!(
                "{} of the {guessed} rows received answers that contradict each other.",
                number::percent(rate)
            )
        };
        html += &format!(r#"<p class="muted">{}</p>"#, sentence::capitalised(&words));
    }
    html
}

/// Every metric of every task, folded.
fn all_metrics(view: &View<'_>) -> String {
    let splits = view.splits();
    let mut html = String::new();
    for task in &view.tasks {
        let mut names: Vec<&str> = Vec::new();
        for evaluation in splits.iter().filter_map(|split| view.of(split, &task.name)) {
            for name in evaluation.metrics.keys() {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        if names.is_empty() {
            continue;
        }
        html += &format!(
            r#"<h3>{}</h3><table><thead><tr><th scope="col">Metric</th>"#,
            escape(&task.name)
        );
        for split in &splits {
            html += &format!(
                r#"<th scope="col" class="number">{}</th>"#,
                sentence::capitalised(split)
            );
        }
        html += "</tr></thead><tbody>";
        for name in names {
            let shown = sentence::capitalised(&words::metric_name(name));
            html += &format!("<tr><td>{}</td>", escape(&shown));
            for split in &splits {
                let value = view.metric(split, &task.name, name).unwrap_or_default();
                html += &format!(r#"<td class="number">{}</td>"#, score(value));
            }
            html += "</tr>";
        }
        html += "</tbody></table>";
    }
    if html.is_empty() {
        return html;
    }
    format!("<details><summary>All metrics</summary>{html}</details>")
}
