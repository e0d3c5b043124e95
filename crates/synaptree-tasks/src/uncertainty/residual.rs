//! The variance of residuals, for regressions that predict none.

use crate::distribution::Distribution;
use crate::labels::Labels;
use crate::metrics::{known_reals, mean};
use crate::tree::TaskTree;

impl TaskTree {
    /// The mean squared residual of each column, for regressions that predict no variance.
    ///
    /// ```text
    /// σ²_c = mean over known rows of (observed_ic − predicted_ic)²
    /// ```
    ///
    /// On validation rows it is what [`SampleMoments::finish`](crate::SampleMoments::finish) takes as the part of the doubt that is the
    /// same for all rows. `None` for other tasks, and where a column has no known value.
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::{Distribution, Kind, Labels, TaskSpec, TaskTree, Vocabulary};
    ///
    /// let scale = Vocabulary::Real { columns: vec!["mass".into()], mean: vec![2.0], std: vec![1.0] };
    /// let labels = [Labels::Real { width: 1, values: vec![1.0, 3.0, f32::NAN] }];
    /// let specs = [TaskSpec::new("mass", Kind::Regression)];
    /// let tree = TaskTree::new(&specs, vec![scale], &labels).unwrap();
    ///
    /// let predicted = Distribution { rows: 3, width: 1, values: vec![2.0; 3], variance: None };
    /// assert_eq!(tree.residual_variance(&[predicted], &labels), [Some(vec![1.0])]);
    /// ```
    pub fn residual_variance(
        &self,
        distributions: &[Distribution],
        labels: &[Labels],
    ) -> Vec<Option<Vec<f32>>> {
        let of_task = |(distribution, labels): (&Distribution, &Labels)| {
            let Labels::Real { width, values } = labels else {
                return None;
            };
            if distribution.variance.is_some() {
                return None;
            }
            (0..*width)
                .map(|column| {
                    let known = known_reals(values, &distribution.values, *width, column);
                    mean(known.map(|(y, p)| (y - p).powi(2))).map(|variance| variance as f32)
                })
                .collect()
        };
        distributions.iter().zip(labels).map(of_task).collect()
    }
}
