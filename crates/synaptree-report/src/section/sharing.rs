//! What each task looks at: the weights they share.

use super::Section;
use super::view::View;
use crate::chart::theme::SERIES;
use crate::chart::{Cell, Figure, GroupedBars, Matrix, ROW, number};
use crate::files::Importance;

/// More features than this make a figure that nobody reads.
const FEATURES: usize = 12;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let importance = view.files.importance.as_ref()?;
    let lead = if is_weights(importance) {
        "<p>The network is linear, so each task's own weights say what it looks at. Features with long bars for \
         several tasks are what the tasks share.</p>"
    } else {
        "<p>How much the loss of a task rises when one column is shuffled between rows, so that it says nothing any \
         more. Long bars are columns a task depends on; columns with long bars for several tasks are what the tasks \
         share.</p>"
    };
    Section::new("sharing", "What each task looks at", lead.to_owned())
        .with_figures(figure(importance).into_iter().collect())
}

fn is_weights(importance: &Importance) -> bool {
    importance.kind == "weights"
}

fn figure(importance: &Importance) -> Option<Figure> {
    let tasks: Vec<String> = importance
        .tasks
        .iter()
        .map(|task| task.name.clone())
        .collect();
    let value = |task: usize, feature: usize| importance.tasks[task].values[feature].unwrap_or(0.0);
    // What the tasks use most stands on top.
    let weight = |feature: usize| {
        (0..tasks.len())
            .map(|task| value(task, feature).abs())
            .sum::<f64>()
    };
    let mut order: Vec<usize> = (0..importance.features.len()).collect();
    order.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
    order.truncate(FEATURES);
    let features: Vec<String> = order
        .iter()
        .map(|feature| importance.features[*feature].clone())
        .collect();
    let values: Vec<Vec<f64>> = (0..tasks.len())
        .map(|task| order.iter().map(|feature| value(task, *feature)).collect())
        .collect();

    let (title, label) = if is_weights(importance) {
        ("Weight sharing", "Weight")
    } else {
        (
            "Weight sharing: what shuffling a column costs",
            "Rise of the loss when the column is shuffled",
        )
    };
    let (task, feature, most) = strongest(&values)?;
    let mut caption = if is_weights(importance) {
        format!(
            "The largest weight is that of {} in {}, {}.",
            features[feature],
            tasks[task],
            number::value(most)
        )
    } else {
        let rows = importance.rows.map_or_else(String::new, |rows| {
            format!(" between {} rows", number::count(rows))
        });
        format!(
            "{} depends most on {}: shuffled{rows}, it raises the loss by {}.",
            tasks[task],
            features[feature],
            number::value(most)
        )
    };
    if features.len() < importance.features.len() {
        caption += &format!(
            " The {} strongest of {} features are drawn.",
            features.len(),
            number::count(importance.features.len() as u64)
        );
    }
    let name = "weight-sharing".to_owned();
    if tasks.len() <= SERIES {
        let bars = GroupedBars {
            title,
            description: &caption,
            x_label: label,
            groups: &features,
            series: &tasks,
            values: &values,
            width: ROW,
        };
        return Some(bars.draw(name)?.caption(&caption).row());
    }
    let cells: Vec<Vec<Cell>> = (0..features.len())
        .map(|feature| {
            (0..tasks.len())
                .map(|task| Cell {
                    heat: values[task][feature] / most.abs().max(f64::MIN_POSITIVE),
                    text: String::new(),
                    hint: format!(
                        "{}, {}: {}",
                        features[feature],
                        tasks[task],
                        number::value(values[task][feature])
                    ),
                })
                .collect()
        })
        .collect();
    let matrix = Matrix {
        title,
        description: &caption,
        row_title: "feature",
        column_title: "task",
        rows: &features,
        columns: &tasks,
        cells: &cells,
        diagonal: false,
    };
    let caption = format!(
        "{caption} The stronger its colour, the larger a number; the second colour is negative."
    );
    Some(matrix.draw(name)?.caption(&caption).row())
}

/// Task, feature and value of the largest bar; `None` where all are zero.
fn strongest(values: &[Vec<f64>]) -> Option<(usize, usize, f64)> {
    values
        .iter()
        .enumerate()
        .flat_map(|(task, row)| {
            row.iter()
                .enumerate()
                .map(move |(feature, v)| (task, feature, *v))
        })
        .filter(|(_, _, value)| *value != 0.0)
        .max_by(|a, b| a.2.abs().total_cmp(&b.2.abs()))
}
