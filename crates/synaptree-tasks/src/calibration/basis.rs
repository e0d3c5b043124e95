//! What guarantees rest on, and why they may hold only approximately.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The part of the data that guarantees were fitted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FittedOn {
    /// Rows of their own: `[data] calibration`.
    Calibration,
    /// The rows that also chose the best epoch.
    Validation,
}

impl FittedOn {
    /// The name of the part.
    ///
    /// # Example
    /// ```
    /// assert_eq!(synaptree_tasks::FittedOn::Validation.as_str(), "validation");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Calibration => "calibration",
            Self::Validation => "validation",
        }
    }
}

/// A reason why rows to come are not exchangeable with those that the guarantees were fitted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approximation {
    /// They were fitted on validation rows, which also chose the best epoch.
    ValidationRows,
    /// The parts follow each other in time.
    TimeOrder,
    /// Rows that belong together stay in one part.
    Groups,
    /// The model is asked with another number of samples.
    OtherSamples,
    /// The model is asked with samples of another seed.
    OtherSeed,
}

impl fmt::Display for Approximation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::ValidationRows => {
                "fitted on the validation rows, which also chose the best epoch; `data.calibration` gives rows of their own"
            }
            Self::TimeOrder => "the rows of the parts follow each other in time",
            Self::Groups => "rows that belong together (`data.split_by`) are no independent draws",
            Self::OtherSamples => "fitted for another number of samples (`uncertainty.samples`)",
            Self::OtherSeed => "fitted for samples of another seed",
        })
    }
}

/// What guarantees rest on.
///
/// # Example
/// ```
/// use synaptree_tasks::{Approximation, Basis, FittedOn};
///
/// let basis = Basis { conformal: Some(0.9), ..Basis::new(FittedOn::Validation) };
/// let basis = basis.with(Approximation::ValidationRows);
/// let json = r#"{"fitted_on":"validation","approximate":["validation_rows"],"conformal":0.9}"#;
/// assert_eq!(serde_json::to_string(&basis).unwrap(), json);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Basis {
    /// The part that they were fitted on.
    pub fitted_on: FittedOn,
    /// Why they hold only approximately; empty where they hold.
    pub approximate: Vec<Approximation>,
    /// The share of rows whose set or interval is to hold the truth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conformal: Option<f64>,
    /// The share of answers that may be wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<f64>,
}

impl Basis {
    /// Nothing promised yet, on rows of this part.
    pub fn new(fitted_on: FittedOn) -> Self {
        Self {
            fitted_on,
            approximate: Vec::new(),
            conformal: None,
            risk: None,
        }
    }

    /// Whether the guarantees hold for rows drawn like those that they were fitted on.
    pub fn is_exact(&self) -> bool {
        self.approximate.is_empty()
    }

    /// The same with one reason more.
    #[must_use]
    pub fn with(mut self, reason: Approximation) -> Self {
        if !self.approximate.contains(&reason) {
            self.approximate.push(reason);
        }
        self
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let levels = [("conformal", self.conformal), ("risk", self.risk)];
        for (name, level) in levels {
            if let Some(level) = level {
                write!(formatter, "{name} = {level}, ")?;
            }
        }
        if self.is_exact() {
            return write!(
                formatter,
                "guaranteed: fitted on {} rows of their own",
                self.fitted_on.as_str()
            );
        }
        let reasons: Vec<String> = self.approximate.iter().map(ToString::to_string).collect();
        write!(formatter, "approximate: {}", reasons.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_stands_once_and_ends_the_guarantee() {
        let basis = Basis::new(FittedOn::Calibration);
        assert!(basis.is_exact());
        assert_eq!(
            basis.to_string(),
            "guaranteed: fitted on calibration rows of their own"
        );
        let basis = basis
            .with(Approximation::TimeOrder)
            .with(Approximation::TimeOrder);
        assert_eq!(basis.approximate, [Approximation::TimeOrder]);
        assert_eq!(
            basis.to_string(),
            "approximate: the rows of the parts follow each other in time"
        );
    }
}
