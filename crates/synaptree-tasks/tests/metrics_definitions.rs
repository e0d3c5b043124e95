//! Metrics against what their definitions say, pair by pair and row by row.

use proptest::prelude::*;
use synaptree_tasks::metrics::{
    Counts, accuracy, auroc, average_precision, balanced_accuracy, brier, coverage_90, ece,
    f1_macro, log_loss, mae, quadratic_kappa, r2, reliability, rmse,
};

const CLASSES: usize = 3;

/// A row of three classes: its label (-1 is missing), its decision, its probabilities.
type Row = (i32, u32, [f32; CLASSES]);

/// Few distinct scores, so that ties are common.
fn rows() -> impl Strategy<Value = Vec<Row>> {
    let shares = prop::array::uniform3(1..6_u8).prop_map(|parts| {
        let sum: f32 = parts.iter().map(|&part| f32::from(part)).sum();
        parts.map(|part| f32::from(part) / sum)
    });
    prop::collection::vec((-1..3_i32, 0..3_u32, shares), 0..30)
}

fn columns(rows: &[Row]) -> (Vec<i32>, Vec<u32>, Vec<f32>) {
    let observed = rows.iter().map(|row| row.0).collect();
    let decided = rows.iter().map(|row| row.1).collect();
    (
        observed,
        decided,
        rows.iter().flat_map(|row| row.2).collect(),
    )
}

/// Rows of known label.
fn known(rows: &[Row]) -> Vec<(usize, usize, [f32; CLASSES])> {
    let known = rows.iter().filter(|row| row.0 >= 0);
    known
        .map(|row| (row.0 as usize, row.1 as usize, row.2))
        .collect()
}

fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.into_iter().collect();
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

fn same(found: Option<f64>, expected: Option<f64>) -> Result<(), TestCaseError> {
    match (found, expected) {
        (Some(found), Some(expected)) => {
            prop_assert!(
                (found - expected).abs() <= 1e-9 * expected.abs().max(1.0),
                "{found}, not {expected}"
            );
        }
        other => prop_assert_eq!(other.0, other.1),
    }
    Ok(())
}

/// Labels 0 and 1 with a score; -1 is missing.
fn scored() -> impl Strategy<Value = Vec<(i32, f32)>> {
    let score = (0..8_u8).prop_map(|score| f32::from(score) / 8.0);
    prop::collection::vec((-1..2_i32, score), 0..30)
}

proptest! {
    #[test]
    fn auroc_is_the_share_of_pairs_in_the_right_order(cells in scored()) {
        let (observed, scores): (Vec<i32>, Vec<f32>) = cells.iter().copied().unzip();
        let of = |class: i32| cells.iter().filter(move |cell| cell.0 == class).map(|cell| cell.1);
        let pairs = of(1).flat_map(|positive| of(0).map(move |negative| (positive, negative)));
        let share = pairs.map(|(positive, negative)| {
            if positive > negative { 1.0 } else if positive == negative { 0.5 } else { 0.0 }
        });
        same(auroc(&observed, &scores), mean(share))?;
    }

    #[test]
    fn average_precision_sums_precision_over_the_recall_gained(cells in scored()) {
        let (observed, scores): (Vec<i32>, Vec<f32>) = cells.iter().copied().unzip();
        let positives = cells.iter().filter(|cell| cell.0 == 1).count() as f64;
        let mut thresholds: Vec<f32> = cells.iter().filter(|cell| cell.0 >= 0).map(|cell| cell.1).collect();
        thresholds.sort_by(|a, b| b.total_cmp(a));
        thresholds.dedup();
        let (mut area, mut recall) = (0.0, 0.0);
        for threshold in thresholds {
            let above = cells.iter().filter(|cell| cell.0 >= 0 && cell.1 >= threshold);
            let (hits, all) = above.fold((0.0, 0.0), |(hits, all), cell| (hits + f64::from(cell.0), all + 1.0));
            area += (hits / positives - recall) * hits / all;
            recall = hits / positives;
        }
        same(average_precision(&observed, &scores), (positives > 0.0).then_some(area))?;
    }

    #[test]
    fn counted_metrics_are_those_of_the_confusion_of_classes(rows in rows()) {
        let (observed, decided, _) = columns(&rows);
        let known = known(&rows);
        let cell = |i: usize, j: usize| known.iter().filter(|row| (row.0, row.1) == (i, j)).count() as f64;
        let row = |i: usize| (0..CLASSES).map(|j| cell(i, j)).sum::<f64>();
        let column = |j: usize| (0..CLASSES).map(|i| cell(i, j)).sum::<f64>();
        let counts = Counts::of_classes(&observed, &decided, CLASSES);

        same(accuracy(&observed, &decided), mean(known.iter().map(|row| f64::from(u8::from(row.0 == row.1)))))?;
        let recalls = (0..CLASSES).filter(|&i| row(i) > 0.0).map(|i| cell(i, i) / row(i));
        same(balanced_accuracy(&counts), mean(recalls))?;
        let seen = (0..CLASSES).filter(|&i| row(i) + column(i) > 0.0);
        same(f1_macro(&counts), mean(seen.map(|i| 2.0 * cell(i, i) / (row(i) + column(i)))))?;

        let pairs = || (0..CLASSES).flat_map(|i| (0..CLASSES).map(move |j| (i, j)));
        let weight = |(i, j): (usize, usize)| (i as f64 - j as f64).powi(2);
        let apart: f64 = pairs().map(|(i, j)| weight((i, j)) * cell(i, j)).sum();
        let by_chance: f64 = pairs().map(|(i, j)| weight((i, j)) * row(i) * column(j)).sum::<f64>() / known.len() as f64;
        let kappa = (!known.is_empty() && by_chance > 0.0).then(|| 1.0 - apart / by_chance);
        same(quadratic_kappa(&observed, &decided), kappa)?;
    }

    #[test]
    fn probabilities_are_scored_row_by_row(rows in rows()) {
        let (observed, _, probabilities) = columns(&rows);
        let known = known(&rows);
        let surprise = known.iter().map(|(class, _, row)| -f64::from(row[*class]).ln());
        same(log_loss(&observed, &probabilities, CLASSES), mean(surprise))?;
        let squares = known.iter().map(|(class, _, row)| {
            (0..CLASSES).map(|c| (f64::from(row[c]) - f64::from(u8::from(c == *class))).powi(2)).sum()
        });
        same(brier(&observed, &probabilities, CLASSES), mean(squares))?;

        // Every row finds its bin among all of them, lower end open, upper end closed.
        let mut error = 0.0;
        for bin in 0..15 {
            let top = |row: &[f32; CLASSES]| f64::from(row[0].max(row[1]).max(row[2]));
            let inside = |row: &[f32; CLASSES]| top(row) * 15.0 > f64::from(bin) && top(row) * 15.0 <= f64::from(bin + 1);
            let members: Vec<_> = known.iter().filter(|(_, _, row)| inside(row)).collect();
            let confidence: f64 = members.iter().map(|(_, _, row)| top(row)).sum();
            let right = members.iter().filter(|(class, _, row)| {
                (0..CLASSES).find(|&c| f64::from(row[c]) == top(row)) == Some(*class)
            });
            error += (right.count() as f64 - confidence).abs();
        }
        let expected = (!known.is_empty()).then(|| error / known.len() as f64);
        same(ece(&reliability(&observed, &probabilities, CLASSES)), expected)?;
    }

    #[test]
    fn real_values_are_compared_cell_by_cell(
        cells in prop::collection::vec((prop::option::weighted(0.8, -50..50_i32), -50..50_i32, 1..40_u8), 0..30)
    ) {
        let observed: Vec<f32> = cells.iter().map(|cell| cell.0.map_or(f32::NAN, |y| y as f32)).collect();
        let predicted: Vec<f32> = cells.iter().map(|cell| cell.1 as f32).collect();
        let variance: Vec<f32> = cells.iter().map(|cell| f32::from(cell.2)).collect();
        let known: Vec<(f64, f64, f64)> = cells
            .iter()
            .filter_map(|&(y, p, v)| Some((f64::from(y?), f64::from(p), f64::from(v))))
            .collect();
        let errors = || known.iter().map(|(y, p, _)| y - p);
        same(mae(&observed, &predicted, 1), mean(errors().map(f64::abs)))?;
        let square = mean(errors().map(|error| error * error));
        same(rmse(&observed, &predicted, 1), square.map(f64::sqrt))?;
        let center = mean(known.iter().map(|(y, ..)| *y));
        let spread = center.and_then(|center| mean(known.iter().map(|(y, ..)| (y - center).powi(2))));
        let expected = square.zip(spread).filter(|(_, spread)| *spread > 0.0);
        same(r2(&observed, &predicted, 1), expected.map(|(square, spread)| 1.0 - square / spread))?;
        // A normal distribution has 90 % within 1.6449 standard deviations.
        let inside = known.iter().map(|(y, p, v)| f64::from(u8::from((y - p).abs() <= 1.644_853_626_951_472_2 * v.sqrt())));
        same(coverage_90(&observed, &predicted, &variance), mean(inside))?;
    }
}
