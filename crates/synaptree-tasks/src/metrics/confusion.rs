//! Which class was taken for which.

use serde::{Deserialize, Serialize};

/// Counts of (observed, decided) pairs; where there are many classes, the rarer ones share one row.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::Confusion;
/// let names = ["cat".to_owned(), "dog".to_owned()];
/// let confusion = Confusion::new(&[0, 1, 1, -1], &[0, 0, 1, 1], &names, 40);
/// assert_eq!(confusion.counts, [[1, 0], [1, 1]]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confusion {
    /// The class of each row and column.
    pub labels: Vec<String>,
    /// `counts[observed][decided]`.
    pub counts: Vec<Vec<u64>>,
}

impl Confusion {
    /// Counts the pairs of rows with an observed label.
    ///
    /// With more than `limit` classes, the `limit − 1` most often observed ones keep their rows, in
    /// their own order, and all others are counted under `(other)`.
    ///
    /// # Shapes
    /// - `observed`: `[rows]`, negative = missing. `decided`: `[rows]`. `names`: `[classes]`.
    pub fn new(observed: &[i32], decided: &[u32], names: &[String], limit: usize) -> Self {
        let (places, labels) = places(observed, names, limit.max(1));
        let mut counts = vec![vec![0; labels.len()]; labels.len()];
        for (&observed, &decided) in observed.iter().zip(decided) {
            if let Ok(observed) = usize::try_from(observed) {
                counts[places[observed]][places[decided as usize]] += 1;
            }
        }
        Self { labels, counts }
    }
}

/// The row of each class, and the name of each row.
fn places(observed: &[i32], names: &[String], limit: usize) -> (Vec<usize>, Vec<String>) {
    if names.len() <= limit {
        return ((0..names.len()).collect(), names.to_vec());
    }
    let mut frequency = vec![0_u64; names.len()];
    for class in observed
        .iter()
        .filter_map(|&class| usize::try_from(class).ok())
    {
        frequency[class] += 1;
    }
    let mut kept: Vec<usize> = (0..names.len()).collect();
    kept.sort_by_key(|&class| (std::cmp::Reverse(frequency[class]), class));
    kept.truncate(limit - 1);
    kept.sort_unstable();
    let mut places = vec![kept.len(); names.len()];
    for (place, &class) in kept.iter().enumerate() {
        places[class] = place;
    }
    let mut labels: Vec<String> = kept.iter().map(|&class| names[class].clone()).collect();
    labels.push("(other)".to_owned());
    (places, labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_classes_are_folded_and_no_row_is_lost() {
        let names: Vec<String> = (0..5).map(|class| format!("c{class}")).collect();
        let confusion = Confusion::new(&[4, 4, 2, 2, 0, -1], &[4, 1, 2, 4, 3, 0], &names, 3);
        assert_eq!(confusion.labels, ["c2", "c4", "(other)"]);
        assert_eq!(confusion.counts, [[1, 1, 0], [0, 1, 1], [0, 0, 1]]);
    }
}
