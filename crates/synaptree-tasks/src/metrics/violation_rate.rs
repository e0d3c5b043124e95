//! Rows whose labels or probabilities contradict each other.

/// How much a child's probability may exceed its parent's before it counts as a contradiction.
pub const PROBABILITY_TOLERANCE: f32 = 1e-6;

/// How far a coarse probability may lie from the sum of its fine ones: many roundings, not one.
pub const SUM_TOLERANCE: f64 = 1e-5;

/// Collects the contradictions of a set of rows; a row counts once however many it has.
///
/// ```text
/// violation_rate = |rows with a contradiction| / |rows|
/// ```
///
/// It looks at the numbers handed in: nothing is assumed coherent because of how it was made.
///
/// # Example
/// ```
/// use synaptree_tasks::metrics::Violations;
/// let mut violations = Violations::new(2);
/// // Node 1 is a child of node 0; in the second row it is likelier than its parent.
/// violations.edge_probabilities(&[0.9, 0.5, 0.3, 0.4], 2, &[(1, 0)]);
/// assert_eq!(violations.rate(), 0.5);
/// ```
///
/// # References
/// Giunchiglia and Lukasiewicz, *Coherent Hierarchical Multi-Label Classification Networks*,
/// [arXiv 2010.10151](https://arxiv.org/abs/2010.10151), section 2: the hierarchy constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violations {
    rows: Vec<bool>,
}

impl Violations {
    /// No contradiction yet in `rows` rows.
    pub fn new(rows: usize) -> Self {
        Self {
            rows: vec![false; rows],
        }
    }

    /// Marks rows in which a child is likelier than its parent by more than [`PROBABILITY_TOLERANCE`].
    ///
    /// # Shapes
    /// - `probabilities`: `[rows, width]`. `edges`: (child, parent) columns.
    pub fn edge_probabilities(
        &mut self,
        probabilities: &[f32],
        width: usize,
        edges: &[(u32, u32)],
    ) {
        for (violated, row) in self
            .rows
            .iter_mut()
            .zip(probabilities.chunks_exact(width.max(1)))
        {
            // Written so that a NaN on either side is a contradiction too.
            *violated |= edges.iter().any(|&(child, parent)| {
                let within = row[child as usize] <= row[parent as usize] + PROBABILITY_TOLERANCE;
                !within
            });
        }
    }

    /// Marks rows in which a child was decided without its parent.
    ///
    /// # Shapes
    /// - `decided`: `[rows, width]`. `edges`: (child, parent) columns.
    pub fn edge_decisions(&mut self, decided: &[bool], width: usize, edges: &[(u32, u32)]) {
        for (violated, row) in self.rows.iter_mut().zip(decided.chunks_exact(width.max(1))) {
            *violated |= edges
                .iter()
                .any(|&(child, parent)| row[child as usize] && !row[parent as usize]);
        }
    }

    /// Marks rows in which a coarse class's probability is not the sum of its fine classes', within
    /// [`SUM_TOLERANCE`].
    ///
    /// # Shapes
    /// - `fine`: `[rows, fine classes]`, `coarse`: `[rows, coarse classes]`, probabilities.
    /// - `map`: `[fine classes]`, the coarse class of each.
    pub fn refinement_probabilities(
        &mut self,
        fine: &[f32],
        coarse: &[f32],
        coarse_classes: usize,
        map: &[u32],
    ) {
        let rows = fine
            .chunks_exact(map.len().max(1))
            .zip(coarse.chunks_exact(coarse_classes.max(1)));
        let mut sums = vec![0.0; coarse_classes];
        for (violated, (fine, coarse)) in self.rows.iter_mut().zip(rows) {
            sums.fill(0.0);
            for (&probability, &class) in fine.iter().zip(map) {
                sums[class as usize] += f64::from(probability);
            }
            *violated |= coarse.iter().zip(&sums).any(|(&probability, sum)| {
                let within = (f64::from(probability) - sum).abs() <= SUM_TOLERANCE;
                !within
            });
        }
    }

    /// Marks rows in which the decided fine class does not belong to the decided coarse one.
    ///
    /// # Shapes
    /// - `fine`, `coarse`: `[rows]`. `map`: `[fine classes]`, the coarse class of each.
    pub fn refinement_decisions(&mut self, fine: &[u32], coarse: &[u32], map: &[u32]) {
        for (violated, (&fine, &coarse)) in self.rows.iter_mut().zip(fine.iter().zip(coarse)) {
            *violated |= map[fine as usize] != coarse;
        }
    }

    /// The share of rows with a contradiction; 0 where there are no rows.
    pub fn rate(&self) -> f64 {
        let violated = self.rows.iter().filter(|&&violated| violated).count();
        violated as f64 / self.rows.len().max(1) as f64
    }

    /// Whether each row holds a contradiction.
    pub fn rows(&self) -> &[bool] {
        &self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_decided_without_its_parent_is_a_contradiction() {
        let mut violations = Violations::new(3);
        violations.edge_decisions(&[true, true, false, true, true, false], 2, &[(1, 0)]);
        assert_eq!(violations.rows(), [false, true, false]);
    }

    #[test]
    fn a_fine_class_outside_the_decided_coarse_one_is_a_contradiction() {
        let mut violations = Violations::new(2);
        violations.refinement_decisions(&[0, 2], &[0, 0], &[0, 0, 1]);
        assert_eq!(violations.rate(), 0.5);
    }

    #[test]
    fn coarse_probabilities_must_be_the_sums_of_the_fine_ones() {
        let mut violations = Violations::new(2);
        violations.refinement_probabilities(
            &[0.2, 0.3, 0.5, 0.2, 0.3, 0.5],
            &[0.5, 0.5, 0.4, 0.6],
            2,
            &[0, 0, 1],
        );
        assert_eq!(violations.rows(), [false, true]);
    }

    #[test]
    fn a_row_counts_once_and_rounding_does_not_count() {
        let mut violations = Violations::new(1);
        violations.edge_probabilities(&[0.5, 0.500_000_5], 2, &[(1, 0)]);
        assert_eq!(violations.rate(), 0.0);
        violations.edge_probabilities(&[0.1, 0.9], 2, &[(1, 0)]);
        violations.edge_decisions(&[false, true], 2, &[(1, 0)]);
        assert_eq!(violations.rate(), 1.0);
    }

    #[test]
    fn a_probability_that_is_not_a_number_is_a_contradiction() {
        let mut violations = Violations::new(1);
        violations.edge_probabilities(&[f32::NAN, 0.1], 2, &[(1, 0)]);
        assert_eq!(violations.rate(), 1.0);
    }
}
