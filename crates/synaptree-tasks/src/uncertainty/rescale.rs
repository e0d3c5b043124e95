//! The doubt of a mean distribution that was rescaled after the samples were summed up.

use super::Uncertain;
use super::moments::entropies;
use crate::kind::Kind;

impl Uncertain {
    /// Makes the doubt of classes or nodes that of the mean distribution, which has been rescaled.
    ///
    /// ```text
    /// total' = H[p']        epistemic' = epistemic · total' / total        aleatoric' = total' − epistemic'
    /// ```
    ///
    /// A label says how sure the mean is allowed to be, not whose fault a doubt is, so the parts keep their shares, as
    /// those of a regression do under one scale. Doubt where there was none counts as that of the rows.
    pub(crate) fn follow_mean(&mut self, kind: Kind) {
        let (Some(total), Some(aleatoric)) = (&mut self.total, &mut self.aleatoric) else {
            return;
        };
        let shown = self.mean.values.iter().map(|&p| f64::from(p));
        let shown = entropies(kind, self.mean.width, shown);
        for (cell, shown) in shown.into_iter().enumerate() {
            let before = f64::from(total[cell]);
            let mut of_network = 0.0;
            if let Some(epistemic) = &mut self.epistemic {
                if before > 0.0 {
                    let share = (f64::from(epistemic[cell]) / before).min(1.0);
                    of_network = share * shown;
                }
                epistemic[cell] = of_network as f32;
            }
            total[cell] = shown as f32;
            aleatoric[cell] = (shown - of_network) as f32;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::distribution::Distribution;
    use crate::uncertainty::summarise_samples;

    fn sample(p: f32) -> Vec<Distribution> {
        vec![Distribution::of_probabilities(1, 2, vec![1.0 - p, p])]
    }

    #[test]
    fn the_parts_keep_their_shares_of_the_new_total() {
        let samples = [sample(0.6), sample(0.95)];
        let before = summarise_samples(&[Kind::Binary], &samples, &[]).remove(0);
        let mut after = before.clone();
        after.mean.values = vec![0.4, 0.6];
        after.follow_mean(Kind::Binary);
        let part = |part: &Option<Vec<f32>>| f64::from(part.as_ref().unwrap()[0]);
        let entropy = -(0.4 * 0.4_f64.ln() + 0.6 * 0.6_f64.ln());
        assert!((part(&after.total) - entropy).abs() < 1e-6);
        let shares = [&before, &after].map(|u| part(&u.epistemic) / part(&u.total));
        assert!((shares[0] - shares[1]).abs() < 1e-6, "{shares:?}");
        assert!(shares[0] > 0.1);
        let sum = part(&after.aleatoric) + part(&after.epistemic);
        assert!((sum - entropy).abs() < 1e-6);
    }

    #[test]
    fn doubt_where_there_was_none_is_that_of_the_rows() {
        let samples = [sample(1.0), sample(1.0)];
        let mut answer = summarise_samples(&[Kind::Binary], &samples, &[]).remove(0);
        answer.mean.values = vec![0.5, 0.5];
        answer.follow_mean(Kind::Binary);
        assert_eq!(answer.epistemic, Some(vec![0.0]));
        assert_eq!(answer.aleatoric, Some(vec![std::f32::consts::LN_2]));
    }

    #[test]
    fn one_sample_still_says_nothing_about_the_network() {
        let mut answer = summarise_samples(&[Kind::Binary], &[sample(0.9)], &[]).remove(0);
        answer.mean.values = vec![0.5, 0.5];
        answer.follow_mean(Kind::Binary);
        assert_eq!(answer.epistemic, None);
        assert_eq!(
            (&answer.total, answer.total.as_ref()),
            (&answer.aleatoric, Some(&vec![std::f32::consts::LN_2]))
        );
    }
}
