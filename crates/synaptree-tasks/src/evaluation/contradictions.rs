//! Where the answers of one row contradict each other.

use crate::distribution::{Decision, Distribution};
use crate::metrics::Violations;
use crate::tree::TaskTree;

impl TaskTree {
    /// Marks the rows whose probabilities or decisions contradict along a hierarchy or a `refines`.
    ///
    /// A row contradicts itself when a node is likelier than one of its parents, or decided without
    /// it; when the probability of a coarse class is not the sum of its fine classes'; or when the
    /// decided fine class belongs to another coarse class than the decided one.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::{Distribution, Hierarchy, Kind, Labels, TaskSpec, TaskTree, Vocabulary};
    ///
    /// let hierarchy = Hierarchy::from_paths(["bird/owl"]).unwrap();
    /// let train = [Labels::Sets(vec![Some(vec![0, 1, 2]), Some(vec![0])])];
    /// let specs = [TaskSpec::new("animal", Kind::Hierarchical)];
    /// let tree = TaskTree::new(&specs, vec![Vocabulary::Hierarchy(hierarchy)], &train).unwrap();
    ///
    /// // Nodes: root, bird, bird/owl. The second row finds owls likelier than birds.
    /// let values = vec![1.0, 0.6, 0.4, 1.0, 0.6, 0.8];
    /// let predicted = [Distribution { rows: 2, width: 3, values, variance: None }];
    /// let violations = tree.contradictions(&predicted, &tree.decide(&predicted));
    /// assert_eq!(violations.rows(), [false, true]);
    /// ```
    ///
    /// # References
    /// As [`Violations`].
    pub fn contradictions(
        &self,
        distributions: &[Distribution],
        decisions: &[Decision],
    ) -> Violations {
        let mut violations = Violations::new(distributions.first().map_or(0, |first| first.rows));
        for (index, task) in self.tasks().iter().enumerate() {
            let fine = &distributions[index];
            if let Some(hierarchy) = task.vocabulary.hierarchy() {
                violations.edge_probabilities(&fine.values, fine.width, hierarchy.sweep());
                if let Decision::Nodes { width, values } = &decisions[index] {
                    violations.edge_decisions(values, *width, hierarchy.sweep());
                }
            }
            for refinement in &task.refines {
                let coarse = &distributions[refinement.coarse];
                violations.refinement_probabilities(
                    &fine.values,
                    &coarse.values,
                    coarse.width,
                    &refinement.map,
                );
                if let (Decision::Classes(fine), Decision::Classes(coarse)) =
                    (&decisions[index], &decisions[refinement.coarse])
                {
                    violations.refinement_decisions(fine, coarse, &refinement.map);
                }
            }
        }
        violations
    }
}
