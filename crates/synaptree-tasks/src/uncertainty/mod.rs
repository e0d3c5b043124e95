//! What several samples of the network say together: a mean, a spread, and where the doubt comes from.

mod moments;
mod rescale;
mod residual;
mod select;

pub use moments::SampleMoments;

use crate::distribution::Distribution;
use crate::kind::Kind;

/// The samples of one task summed up, row by row.
///
/// | Kind | the three parts | unit | columns of a part |
/// |---|---|---|---|
/// | binary, multiclass, ordinal | entropy | nats | 1 |
/// | multilabel, hierarchical | entropy of each node | nats | nodes |
/// | regression | variance of each column | squared target unit | columns |
///
/// ```text
/// classes:     total = H[mean_s p_s]      aleatoric = mean_s H[p_s]     epistemic = total − aleatoric ≥ 0
/// regression:  total = sum of the parts   aleatoric = mean_s σ²_s       epistemic = var_s μ_s
/// ```
///
/// # References
/// Depeweg et al., *Decomposition of uncertainty in Bayesian deep learning*,
/// [arXiv 1710.07283](https://arxiv.org/abs/1710.07283), section 3; Houlsby et al., *Bayesian active
/// learning*, [arXiv 1112.5745](https://arxiv.org/abs/1112.5745), equation 2.
#[derive(Clone, Debug, PartialEq)]
pub struct Uncertain {
    /// How many samples it rests on.
    pub samples: usize,
    /// The mean distribution; its `variance` (regression) is the sum of the parts that are known.
    pub mean: Distribution,
    /// The standard deviation between samples of each number in `mean.values`; none for one sample.
    pub std: Option<Vec<f32>>,
    /// Columns of `total`, `aleatoric` and `epistemic` in one row.
    pub width: usize,
    /// All the doubt; unknown where a part of it is and cannot be derived.
    pub total: Option<Vec<f32>>,
    /// The doubt that more data would not remove; unknown for a regression without any variance.
    pub aleatoric: Option<Vec<f32>>,
    /// The doubt about the network; unknown from one sample.
    pub epistemic: Option<Vec<f32>>,
    /// Whether `aleatoric` is one variance for all rows, handed in by the caller.
    pub constant_aleatoric: bool,
}

/// Sums up samples that are all at hand; [`SampleMoments`] does it one at a time.
///
/// # Shapes
/// - `samples`: `[samples][tasks]`, every sample of the same shapes.
/// - `residual_variance`: `[tasks][columns]` or empty; see [`SampleMoments::finish`].
///
/// # Example
/// ```
/// use synaptree_tasks::{Distribution, Kind, summarise_samples};
///
/// let sample = |mean: f32| vec![Distribution { rows: 1, width: 1, values: vec![mean], variance: None }];
/// let samples = [sample(1.0), sample(3.0)];
/// let summary = &summarise_samples(&[Kind::Regression], &samples, &[Some(vec![4.0])])[0];
/// assert_eq!(summary.mean.values, [2.0]);
/// assert_eq!(summary.std, Some(vec![1.0]));
/// assert_eq!(summary.total, Some(vec![5.0]));
/// assert!(summary.constant_aleatoric);
/// ```
///
/// # References
/// As [`Uncertain`].
pub fn summarise_samples(
    kinds: &[Kind],
    samples: &[Vec<Distribution>],
    residual_variance: &[Option<Vec<f32>>],
) -> Vec<Uncertain> {
    let mut moments = SampleMoments::new(kinds);
    for sample in samples {
        moments.add(sample);
    }
    moments.finish(residual_variance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn distribution(width: usize, values: &[f32], variance: Option<&[f32]>) -> Vec<Distribution> {
        vec![Distribution {
            rows: values.len() / width,
            width,
            values: values.to_vec(),
            variance: variance.map(<[f32]>::to_vec),
        }]
    }

    fn summary(
        kind: Kind,
        samples: &[Vec<Distribution>],
        residual: &[Option<Vec<f32>>],
    ) -> Uncertain {
        summarise_samples(&[kind], samples, residual).remove(0)
    }

    #[test]
    fn one_sample_says_nothing_about_the_network() {
        let summary = summary(Kind::Multiclass, &[distribution(2, &[0.5, 0.5], None)], &[]);
        assert_eq!((summary.epistemic, summary.std), (None, None));
        assert_eq!(summary.total, summary.aleatoric);
        assert_eq!(summary.total, Some(vec![std::f32::consts::LN_2]));
    }

    #[test]
    fn equal_samples_have_no_epistemic_doubt_at_all() {
        let sample = distribution(3, &[0.2, 0.3, 0.5, 1.0, 0.0, 0.0], None);
        let summary = summary(Kind::Ordinal, &vec![sample; 7], &[]);
        assert_eq!(summary.epistemic, Some(vec![0.0, 0.0]));
        assert_eq!(summary.std, Some(vec![0.0; 6]));
        assert_eq!(summary.aleatoric.unwrap()[1], 0.0);
    }

    #[test]
    fn what_is_not_a_number_is_not_taken_for_certain() {
        let sample = distribution(2, &[f32::NAN, f32::NAN, 1.0, 0.0], None);
        let summary = summary(Kind::Multiclass, &[sample.clone(), sample], &[]);
        for part in [summary.total, summary.aleatoric, summary.epistemic] {
            let part = part.unwrap();
            assert!(part[0].is_nan(), "{part:?}");
            assert_eq!(part[1], 0.0);
        }
    }

    #[test]
    fn every_node_has_its_own_parts() {
        let samples = [
            distribution(2, &[1.0, 0.5], None),
            distribution(2, &[0.0, 0.5], None),
        ];
        let summary = summary(Kind::Hierarchical, &samples, &[]);
        let ln2 = std::f32::consts::LN_2;
        assert_eq!(summary.width, 2);
        assert_eq!(summary.epistemic, Some(vec![ln2, 0.0]));
        assert_eq!(summary.aleatoric, Some(vec![0.0, ln2]));
    }

    #[test]
    fn a_predicted_variance_wins_over_a_residual_one() {
        let samples = [
            distribution(1, &[1.0], Some(&[2.0])),
            distribution(1, &[3.0], Some(&[4.0])),
        ];
        let summary = summary(Kind::Regression, &samples, &[Some(vec![100.0])]);
        assert!(!summary.constant_aleatoric);
        assert_eq!(summary.aleatoric, Some(vec![3.0]));
        assert_eq!(summary.epistemic, Some(vec![1.0]));
        assert_eq!(summary.total, Some(vec![4.0]));
        assert_eq!(summary.mean.variance, Some(vec![4.0]));
    }

    #[test]
    fn without_any_variance_the_total_is_unknown_and_the_spread_still_given() {
        let samples = [distribution(1, &[1.0], None), distribution(1, &[3.0], None)];
        let summary = summary(Kind::Regression, &samples, &[None]);
        assert_eq!((summary.total, summary.aleatoric), (None, None));
        assert_eq!(summary.epistemic, Some(vec![1.0]));
        assert_eq!(summary.mean.variance, Some(vec![1.0]));
    }

    #[test]
    fn a_small_spread_around_a_large_mean_is_not_lost() {
        let samples: Vec<_> = [1_000_000.0, 1_000_000.5]
            .map(|mean| distribution(1, &[mean], None))
            .to_vec();
        assert_eq!(
            summary(Kind::Regression, &samples, &[]).std,
            Some(vec![0.25])
        );
    }

    #[test]
    fn no_sample_gives_no_summary() {
        assert_eq!(summarise_samples(&[Kind::Binary], &[], &[]), []);
    }

    proptest! {
        #[test]
        fn an_order_that_holds_in_every_sample_holds_in_the_mean(
            samples in prop::collection::vec((0.0_f32..=1.0, 0.0_f32..=1.0), 1..40)
        ) {
            let samples: Vec<_> = samples
                .iter()
                .map(|&(parent, share)| distribution(2, &[parent, parent * share], None))
                .collect();
            let mean = summary(Kind::Hierarchical, &samples, &[]).mean.values;
            prop_assert!(mean[1] <= mean[0]);
        }

        #[test]
        fn the_parts_add_up_and_are_never_negative(
            samples in prop::collection::vec(prop::collection::vec(0.0_f32..=1.0, 6), 2..9)
        ) {
            let samples: Vec<_> = samples.iter().map(|values| distribution(3, values, None)).collect();
            let summary = summary(Kind::Multilabel, &samples, &[]);
            let (total, aleatoric) = (summary.total.unwrap(), summary.aleatoric.unwrap());
            for (cell, epistemic) in summary.epistemic.unwrap().into_iter().enumerate() {
                prop_assert!(epistemic >= 0.0);
                prop_assert!((total[cell] - aleatoric[cell] - epistemic).abs() < 1e-5);
                prop_assert!(total[cell] <= std::f32::consts::LN_2 + 1e-6);
            }
        }
    }
}
