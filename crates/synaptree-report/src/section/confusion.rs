//! Which class was taken for which.

use super::Section;
use super::view::{TaskView, View};
use crate::chart::{Cell, Figure, Matrix, number};
use crate::files::Confusion;

pub(super) fn section(view: &View<'_>) -> Option<Section> {
    let split = view.split()?;
    let figures = view
        .tasks
        .iter()
        .filter_map(|task| {
            figure(
                task,
                split,
                view.of(split, &task.name)?.details.confusion.as_ref()?,
            )
        })
        .collect();
    let lead = format!(
        "<p>Each row of a matrix is a class that was observed on the {split} rows, each column one that the model \
         answered. Right answers lie on the outlined diagonal; the stronger the colour of a cell, the larger its share of the row.</p>"
    );
    Section::new("confusion", "Which class was taken for which", lead).with_figures(figures)
}

/// The classes that were observed or answered at least once.
fn seen(confusion: &Confusion) -> Confusion {
    let counts = &confusion.counts;
    let kept: Vec<usize> = (0..confusion.labels.len())
        .filter(|&class| {
            counts[class]
                .iter()
                .chain(counts.iter().map(|row| &row[class]))
                .any(|n| *n > 0)
        })
        .collect();
    Confusion {
        labels: kept
            .iter()
            .map(|&class| confusion.labels[class].clone())
            .collect(),
        counts: kept
            .iter()
            .map(|&observed| {
                kept.iter()
                    .map(|&answered| counts[observed][answered])
                    .collect()
            })
            .collect(),
    }
}

fn figure(task: &TaskView, split: &str, confusion: &Confusion) -> Option<Figure> {
    let Confusion { labels, counts } = &seen(confusion);
    let unseen = confusion.labels.len() - labels.len();
    let all: u64 = counts.iter().flatten().sum();
    if all == 0 {
        return None;
    }
    let right: u64 = counts
        .iter()
        .enumerate()
        .map(|(class, row)| row[class])
        .sum();
    let cells: Vec<Vec<Cell>> = counts
        .iter()
        .zip(labels)
        .map(|(row, observed)| {
            let sum = row.iter().sum::<u64>().max(1);
            row.iter()
                .zip(labels)
                .map(|(&count, answered)| Cell {
                    heat: count as f64 / sum as f64,
                    text: if count == 0 {
                        String::new()
                    } else {
                        number::count(count)
                    },
                    hint: format!("{observed}, answered {answered}: {}", number::count(count)),
                })
                .collect()
        })
        .collect();
    let title = format!("{}: observed and answered", task.name);
    let mut caption = format!(
        "{}: {} of {} {split} rows lie on the diagonal.",
        task.name,
        number::count(right),
        number::count(all)
    );
    let pairs = counts.iter().enumerate().flat_map(|(observed, row)| {
        row.iter()
            .enumerate()
            .map(move |(answered, count)| (*count, observed, answered))
    });
    // Of equally frequent mistakes the first.
    let worst = pairs
        .filter(|(count, observed, answered)| *count > 0 && observed != answered)
        .max_by_key(|(count, observed, answered)| {
            (*count, std::cmp::Reverse((*observed, *answered)))
        });
    if let Some((count, observed, answered)) = worst {
        let times = if count == 1 {
            "once".to_owned()
        } else {
            format!("{} times", number::count(count))
        };
        caption += &format!(
            " The most frequent mistake is {} taken for {} ({times}).",
            labels[observed], labels[answered]
        );
    }
    if unseen > 0 {
        let classes = if unseen == 1 {
            "class is"
        } else {
            "classes are"
        };
        caption +=
            &format!(" {unseen} {classes} left out: neither observed nor answered on these rows.");
    }
    let matrix = Matrix {
        title: &title,
        description: &caption,
        row_title: "observed",
        column_title: "answered",
        rows: labels,
        columns: labels,
        cells: &cells,
        diagonal: true,
    };
    let figure = matrix
        .draw(format!("confusion-{}", task.slug))?
        .caption(&caption);
    // Many classes need the whole width.
    Some(if labels.len() > 7 {
        figure.row()
    } else {
        figure
    })
}
