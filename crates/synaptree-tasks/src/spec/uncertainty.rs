//! `[uncertainty]`: what is fitted after training so that stated doubt can be trusted.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::calibration::{CONFIDENCE, STARTS};

/// `[uncertainty]`: what is fitted on the calibration rows after training and saved with the model.
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `temperature` | false | | whether probabilities and deviations are rescaled |
/// | `conformal` | none | (0, 1) | the share of rows whose prediction set or interval holds the truth |
/// | `risk` | none | (0, 1) | the share of answers that may be wrong before a coarser one is given |
/// | `samples` | 0 | ≥ 0 | Monte Carlo samples to fit for, beside the mean network |
///
/// The rows are those of `[data] calibration`; without them those of validation, and what would be a
/// guarantee is then approximate.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Debug, PartialEq, Default)]
#[serde(deny_unknown_fields, default)]
pub struct UncertaintySpec {
    /// Whether the probabilities of each task are rescaled by one temperature, and the deviation of a
    /// regression by one factor, so that they fit the calibration rows best.
    pub temperature: bool,
    /// The share of rows whose prediction set or interval is to hold the truth, such as 0.9. Absent: no
    /// sets and intervals.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))]
    pub conformal: Option<f64>,
    /// The share of answers that may be wrong, such as 0.05 (with a confidence of 90 %): where the finest
    /// answer is not sure enough, a coarser one or none is given. Absent: every row is answered in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("exclusiveMinimum" = 0.0, "exclusiveMaximum" = 1.0))]
    pub risk: Option<f64>,
    /// The Monte Carlo samples that it is fitted for, beside the mean network: predictions with as many
    /// samples use it.
    pub samples: u32,
}

impl UncertaintySpec {
    /// Whether nothing is to be fitted.
    pub fn is_empty(&self) -> bool {
        !self.temperature && self.conformal.is_none() && self.risk.is_none()
    }

    /// The fewest labelled calibration rows with which every guarantee can be given.
    ///
    /// ```text
    /// ⌈(n + 1) q⌉ ≤ n       ⇔  n ≥ q / (1 − q)                   conformal = q
    /// (1 − r)ⁿ ≤ 0.1 / 4    ⇔  n ≥ ln 0.025 / ln (1 − r)         risk = r
    /// ```
    ///
    /// # Example
    /// ```
    /// use synaptree_tasks::UncertaintySpec;
    /// let spec = UncertaintySpec { conformal: Some(0.9), ..UncertaintySpec::default() };
    /// assert_eq!(spec.fewest_rows(), 9);
    /// let spec = UncertaintySpec { risk: Some(0.05), ..spec };
    /// assert_eq!(spec.fewest_rows(), 72);
    /// ```
    pub fn fewest_rows(&self) -> usize {
        let conformal = self
            .conformal
            .map_or(0, |level| rows_for(level / (1.0 - level)));
        let budget = (1.0 - CONFIDENCE) / STARTS.len() as f64;
        let risk = self
            .risk
            .map_or(0, |risk| rows_for(budget.ln() / (-risk).ln_1p()));
        let temperature = usize::from(self.temperature);
        conformal.max(risk).max(temperature)
    }
}

/// The smallest whole number that is not below, up to rounding: 0.9 / (1 − 0.9) is 9 and a bit.
fn rows_for(rows: f64) -> usize {
    (rows - 1e-9 * rows.max(1.0)).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_fitted_unasked() {
        let spec: UncertaintySpec = serde_json::from_str("{}").unwrap();
        assert!(spec.is_empty());
        assert_eq!((spec.fewest_rows(), spec.samples), (0, 0));
    }

    #[test]
    fn higher_levels_need_more_rows() {
        let rows = |level| {
            UncertaintySpec {
                conformal: Some(level),
                ..UncertaintySpec::default()
            }
            .fewest_rows()
        };
        assert_eq!([0.5, 0.8, 0.95, 0.99].map(rows), [1, 4, 19, 99]);
    }
}
