//! Learns from rows which fine class belongs to which coarse one, and fills in what follows.

use crate::error::TaskError;
use crate::labels::Labels;
use crate::tree::Task;

/// How many contradicting rows an error shows.
const SHOWN: usize = 5;

/// The coarse class of each fine class, from the rows where both are observed.
///
/// # Errors
///
/// [`TaskError::Contradiction`], [`TaskError::NeverTogether`], [`TaskError::NoFineClass`].
pub(crate) fn learn(
    fine: &Task,
    coarse: &Task,
    fine_labels: &[i32],
    coarse_labels: &[i32],
) -> Result<Vec<u32>, TaskError> {
    let (fine_count, coarse_count) = (fine.vocabulary.len(), coarse.vocabulary.len());
    let mut counts = vec![0_usize; fine_count * coarse_count];
    for (&f, &c) in fine_labels.iter().zip(coarse_labels) {
        if f >= 0 && c >= 0 {
            counts[f as usize * coarse_count + c as usize] += 1;
        }
    }
    let mut map = Vec::with_capacity(fine_count);
    for (class, row) in counts.chunks(coarse_count).enumerate() {
        // The lowest index wins a tie.
        let most = (0..coarse_count)
            .rev()
            .max_by_key(|&c| row[c])
            .unwrap_or_default();
        if row[most] == 0 {
            return Err(TaskError::NeverTogether {
                fine: fine.name.clone(),
                coarse: coarse.name.clone(),
                class: fine.vocabulary.names()[class].clone(),
            });
        }
        map.push(most as u32);
    }
    contradictions(fine, coarse, &map, fine_labels, coarse_labels)?;
    if let Some(class) = (0..coarse_count).find(|&c| !map.contains(&(c as u32))) {
        return Err(TaskError::NoFineClass {
            fine: fine.name.clone(),
            coarse: coarse.name.clone(),
            class: coarse.vocabulary.names()[class].clone(),
        });
    }
    Ok(map)
}

/// Refuses rows whose coarse label is not the one that follows from the fine one.
fn contradictions(
    fine: &Task,
    coarse: &Task,
    map: &[u32],
    fine_labels: &[i32],
    coarse_labels: &[i32],
) -> Result<(), TaskError> {
    let rows: Vec<usize> = (0..fine_labels.len())
        .filter(|&row| {
            let (f, c) = (fine_labels[row], coarse_labels[row]);
            f >= 0 && c >= 0 && map[f as usize] != c as u32
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let mut examples: Vec<String> = rows
        .iter()
        .take(SHOWN)
        .map(|&row| {
            let (f, c) = (fine_labels[row] as usize, coarse_labels[row] as usize);
            format!(
                "row {row} has {} = {:?} with {} = {:?}, elsewhere {:?}",
                fine.name,
                fine.vocabulary.names()[f],
                coarse.name,
                coarse.vocabulary.names()[c],
                coarse.vocabulary.names()[map[f] as usize],
            )
        })
        .collect();
    if rows.len() > SHOWN {
        examples.push(format!("and {} more", rows.len() - SHOWN));
    }
    Err(TaskError::Contradiction {
        fine: fine.name.clone(),
        coarse: coarse.name.clone(),
        rows,
        examples: examples.join("; "),
        help: "correct the rows or use `parent` instead of `refines`",
    })
}

/// Fills the coarse labels that follow from fine ones; returns how many.
///
/// # Errors
///
/// [`TaskError::Contradiction`] where a known coarse label disagrees.
pub(crate) fn fill(
    tasks: &[Task],
    order: &[usize],
    labels: &mut [Labels],
) -> Result<usize, TaskError> {
    let mut filled = 0;
    // Finest first: a label filled here is itself the fine label of a later task.
    for &fine in order.iter().rev() {
        for refinement in &tasks[fine].refines {
            let Labels::Classes(fine_labels) = &labels[fine] else {
                continue;
            };
            let fine_labels = fine_labels.clone();
            let Labels::Classes(coarse_labels) = &mut labels[refinement.coarse] else {
                continue;
            };
            let coarse = &tasks[refinement.coarse];
            contradictions(
                &tasks[fine],
                coarse,
                &refinement.map,
                &fine_labels,
                coarse_labels,
            )?;
            for (&f, c) in fine_labels.iter().zip(coarse_labels) {
                if f >= 0 && *c < 0 {
                    *c = refinement.map[f as usize] as i32;
                    filled += 1;
                }
            }
        }
    }
    Ok(filled)
}
