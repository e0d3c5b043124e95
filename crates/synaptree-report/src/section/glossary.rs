//! What the metrics on the page mean.

use super::sentence::capitalised;
use super::view::{SPLITS, View};
use super::{Section, words};
use crate::page::escape;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let mut metrics: Vec<&str> = Vec::new();
    for split in SPLITS {
        for (_, task) in view
            .evaluation(split)
            .iter()
            .flat_map(|evaluation| evaluation.tasks.iter())
        {
            for name in task.metrics.keys() {
                let name = name.split('.').next().unwrap_or(name);
                if words::meaning(name).is_some() && !metrics.contains(&name) {
                    metrics.push(name);
                }
            }
        }
    }
    if metrics.is_empty() {
        return None;
    }
    let terms: String = metrics
        .into_iter()
        .map(|name| {
            let meaning = escape(words::meaning(name).unwrap_or_default());
            format!(
                "<dt>{}</dt><dd>{meaning}</dd>",
                escape(&capitalised(&words::metric_name(name)))
            )
        })
        .collect();
    let lead = format!(
        r#"<details><summary>Every metric of this page in one sentence</summary><dl class="terms">{terms}</dl></details>"#
    );
    Some(Section::new("metrics", "What the metrics mean", lead))
}
