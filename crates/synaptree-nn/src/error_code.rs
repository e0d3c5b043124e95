//! Which code each error bears: a new error does not compile without one.

use crate::codes;
use crate::error::NetworkError;

impl NetworkError {
    /// The stable name of the mistake, such as `network/empty-layer`; `synaptree explain` tells more.
    pub fn code(&self) -> &'static str {
        let code = match self {
            Self::NoHeads => &codes::NO_HEADS,
            Self::NoInputs => &codes::NO_INPUTS,
            Self::EmptyLayer { .. } => &codes::EMPTY_LAYER,
            Self::OutOfRange { .. } => &codes::OUT_OF_RANGE,
            Self::DuplicateHead { .. } => &codes::DUPLICATE_HEAD,
            Self::UnknownParent { .. } => &codes::UNKNOWN_PARENT,
            Self::PullShapes { .. } => &codes::PULL_SHAPES,
            Self::UnsupportedNoise { .. } => &codes::UNSUPPORTED_NOISE,
            Self::UnsupportedEstimator { .. } => &codes::UNSUPPORTED_ESTIMATOR,
            Self::NoMoments { .. } => &codes::NO_MOMENTS,
            Self::UnknownLayer { .. } => &codes::UNKNOWN_LAYER,
            Self::NothingFires => &codes::NOTHING_FIRES,
            Self::InputLength { .. } => &codes::INPUT_LENGTH,
            Self::UnknownCode { .. } => &codes::UNKNOWN_CODE,
            Self::MissingParameter { .. } => &codes::MISSING_PARAMETER,
            Self::UnexpectedParameter { .. } => &codes::UNEXPECTED_PARAMETER,
            Self::DuplicateParameter { .. } => &codes::DUPLICATE_PARAMETER,
            Self::ParameterShape { .. } => &codes::PARAMETER_SHAPE,
            Self::ParameterType { .. } => &codes::PARAMETER_TYPE,
        };
        code.code
    }
}
