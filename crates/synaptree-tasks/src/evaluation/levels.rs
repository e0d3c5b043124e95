//! Where in a hierarchy the doubt lies.

use serde::{Deserialize, Serialize};

use crate::calibration::node_labels;
use crate::hierarchy::Hierarchy;
use crate::labels::Labels;
use crate::metrics::{MISSING_NODE, ece, mean, reliability, reliability_labels};
use crate::tree::TaskTree;
use crate::uncertainty::Uncertain;

/// The doubt at one depth of a hierarchy or of a chain of tasks joined by `refines`.
///
/// The parts are means over all rows and the nodes of the depth, in nats.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// The depth: 1 is the coarsest.
    pub depth: usize,
    /// How many nodes lie at this depth; of a task with classes, its classes.
    pub nodes: usize,
    /// All the doubt.
    pub total: Option<f64>,
    /// What more data would not remove.
    pub aleatoric: Option<f64>,
    /// The doubt about the network; unknown without samples.
    pub epistemic: Option<f64>,
    /// The expected calibration error of the known labels of this depth.
    pub ece: Option<f64>,
}

/// The levels of one task; none of a regression, whose doubt has another unit.
pub(super) fn levels(
    tree: &TaskTree,
    index: usize,
    answer: &Uncertain,
    labels: &Labels,
) -> Vec<Level> {
    let task = &tree.tasks()[index];
    let width = answer.mean.width;
    let depths: Vec<usize> = if let Some(hierarchy) = task.vocabulary.hierarchy() {
        depths(hierarchy)
    } else if task.kind.has_nodes() {
        vec![1; width]
    } else if let Labels::Classes(observed) = labels {
        let mut depth = 1;
        let mut at = task;
        while let Some(refinement) = at.refines.first() {
            depth += 1;
            at = &tree.tasks()[refinement.coarse];
        }
        let of =
            |part: &Option<Vec<f32>>| mean(part.iter().flatten().map(|&doubt| f64::from(doubt)));
        return vec![Level {
            depth,
            nodes: width,
            total: of(&answer.total),
            aleatoric: of(&answer.aleatoric),
            epistemic: of(&answer.epistemic),
            ece: ece(&reliability(observed, &answer.mean.values, width)),
        }];
    } else {
        return Vec::new();
    };
    let cells = node_labels(task, labels).unwrap_or_default();
    let deepest = depths.iter().copied().max().unwrap_or(0);
    (1..=deepest)
        .map(|depth| {
            let here = |cell: usize| depths[cell % width.max(1)] == depth;
            let of = |part: &Option<Vec<f32>>| {
                let doubts = part.iter().flatten().enumerate();
                mean(
                    doubts
                        .filter(|(cell, _)| here(*cell))
                        .map(|(_, &doubt)| f64::from(doubt)),
                )
            };
            let known: Vec<u8> = cells
                .iter()
                .enumerate()
                .map(|(cell, &label)| if here(cell) { label } else { MISSING_NODE })
                .collect();
            Level {
                depth,
                nodes: depths.iter().filter(|&&other| other == depth).count(),
                total: of(&answer.total),
                aleatoric: of(&answer.aleatoric),
                epistemic: of(&answer.epistemic),
                ece: ece(&reliability_labels(&known, &answer.mean.values)),
            }
        })
        .collect()
}

/// The distance of each node from the nearest root; 0 for roots.
fn depths(hierarchy: &Hierarchy) -> Vec<usize> {
    let mut depths = vec![0; hierarchy.len()];
    for &node in hierarchy.order() {
        let node = node as usize;
        if !hierarchy.is_root(node) {
            let above = hierarchy
                .parents(node)
                .iter()
                .map(|&parent| depths[parent as usize]);
            depths[node] = 1 + above.min().unwrap_or(0);
        }
    }
    depths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_have_no_depth_and_a_node_that_of_its_shortest_way_up() {
        let tree =
            Hierarchy::from_edges([("root", "a"), ("a", "b"), ("b", "c"), ("a", "c")]).unwrap();
        assert_eq!(tree.labels(), ["root", "a", "b", "c"]);
        assert_eq!(depths(&tree), [0, 0, 1, 1]);
    }
}
