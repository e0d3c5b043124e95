//! Which code each error bears: a new error does not compile without one.

use crate::codes::{labels, section};
use crate::error::TaskError;

impl TaskError {
    /// The stable name of the mistake, such as `tasks/contradiction`; `synaptree explain` tells more.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::Invalid { .. } => &labels::INVALID,
            Self::Count { .. } => &labels::COUNT,
            Self::Rows { .. } => &labels::ROWS,
            Self::Mismatch { .. } => &labels::MISMATCH,
            Self::TooFew { .. } => &labels::TOO_FEW,
            Self::NoOrder { .. } => &section::ORDER,
            Self::UnknownClass { .. } => &labels::UNKNOWN_CLASS,
            Self::NotADistribution { .. } => &labels::NOT_A_DISTRIBUTION,
            Self::Contradiction { .. } => &labels::CONTRADICTION,
            Self::NeverTogether { .. } => &labels::NEVER_TOGETHER,
            Self::NoFineClass { .. } => &labels::NO_FINE_CLASS,
            Self::TwoWays { .. } => &labels::TWO_WAYS,
            Self::PullShape { .. } => &section::PULL,
            Self::HierarchyCycle { .. } | Self::HierarchyEntry { .. } | Self::Hierarchy { .. } => {
                &section::HIERARCHY
            }
            Self::Saved { .. } => &labels::SAVED,
            Self::WeightingState { .. } => &labels::WEIGHTING_STATE,
        };
        code.code
    }
}
