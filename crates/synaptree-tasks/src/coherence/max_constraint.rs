//! The largest value among the descendants of every node, in one sweep over the edges.

use rayon::prelude::*;

use crate::hierarchy::Hierarchy;

/// Below this many values in a batch a second thread costs more than it saves.
const PARALLEL_VALUES: usize = 1 << 16;

/// The descendant, the node itself among them, with the largest value of every node:
///
/// ```text
/// winner[A] = argmax_{B ∈ D_A, allowed(B)} values[B]
/// ```
///
/// One sweep over the edges from the leaves up: `O(rows · edges)`. The maximum is idempotent, so
/// descendants reached along several paths count once. The node itself wins a tie, then the child
/// that comes first in the sweep.
///
/// # Shapes
///
/// - `values`, `allowed`: `[rows, nodes]`, row-major. Without `allowed` every node is. A node
///   that is not allowed still gets a winner, which then need not be allowed.
/// - result: `[rows, nodes]`
pub(crate) fn winners(values: &[f32], allowed: Option<&[bool]>, hierarchy: &Hierarchy) -> Vec<i32> {
    let nodes = hierarchy.len();
    let mut winners = vec![0_i32; values.len()];
    let sweep_row = |(row, winners): (usize, &mut [i32])| {
        let values = &values[row * nodes..(row + 1) * nodes];
        let allowed = allowed.map(|allowed| &allowed[row * nodes..(row + 1) * nodes]);
        for (node, winner) in winners.iter_mut().enumerate() {
            *winner = node as i32;
        }
        for &(child, parent) in hierarchy.sweep() {
            let challenger = winners[child as usize];
            let holder = winners[parent as usize];
            let enters = allowed.is_none_or(|allowed| allowed[challenger as usize]);
            let holds = allowed.is_none_or(|allowed| allowed[holder as usize]);
            if enters && (!holds || values[challenger as usize] > values[holder as usize]) {
                winners[parent as usize] = challenger;
            }
        }
    };
    if values.len() >= PARALLEL_VALUES {
        winners
            .par_chunks_mut(nodes)
            .enumerate()
            .for_each(sweep_row);
    } else {
        winners.chunks_mut(nodes).enumerate().for_each(sweep_row);
    }
    winners
}

/// Raises every value to the largest among its descendants, in place: parents are then never
/// below their children.
///
/// # Shapes
///
/// - `values`: `[rows, nodes]`, row-major
pub(crate) fn raise(values: &mut [f32], hierarchy: &Hierarchy) {
    let nodes = hierarchy.len();
    let raise_row = |row: &mut [f32]| {
        for &(child, parent) in hierarchy.sweep() {
            if row[child as usize] > row[parent as usize] {
                row[parent as usize] = row[child as usize];
            }
        }
    };
    if values.len() >= PARALLEL_VALUES {
        values.par_chunks_mut(nodes).for_each(raise_row);
    } else {
        values.chunks_mut(nodes).for_each(raise_row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diamond() -> Hierarchy {
        // root 0 → a 1, b 2; a → d 4; b → c 3, d 4
        Hierarchy::from_edges([
            ("root", "a"),
            ("root", "b"),
            ("a", "d"),
            ("b", "d"),
            ("b", "c"),
        ])
        .unwrap()
    }

    #[test]
    fn the_largest_descendant_wins_every_ancestor() {
        let values = [0.0, 1.0, -1.0, 0.5, 2.0];
        assert_eq!(winners(&values, None, &diamond()), [4, 4, 4, 3, 4]);
    }

    #[test]
    fn only_allowed_descendants_win() {
        let values = [0.0, 1.0, -1.0, 0.5, 2.0];
        let allowed = [true, true, true, true, false];
        assert_eq!(
            winners(&values, Some(&allowed), &diamond())[..4],
            [1, 1, 3, 3]
        );
    }

    #[test]
    fn the_node_itself_wins_a_tie() {
        assert_eq!(winners(&[0.0; 5], None, &diamond()), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn raised_parents_are_never_below_their_children() {
        let mut values = [0.1, 0.2, 0.3, 0.9, 0.8];
        raise(&mut values, &diamond());
        assert_eq!(values, [0.9, 0.8, 0.9, 0.9, 0.8]);
    }

    #[test]
    fn large_batches_are_swept_like_small_ones() {
        let rows = PARALLEL_VALUES / 5 + 1;
        let one: Vec<f32> = vec![0.0, 1.0, -1.0, 0.5, 2.0];
        let many: Vec<f32> = one.iter().copied().cycle().take(5 * rows).collect();
        let expected = winners(&one, None, &diamond());
        assert!(
            winners(&many, None, &diamond())
                .chunks(5)
                .all(|row| row == expected)
        );
    }
}
