//! Networks and their stored parameters.

use synaptree_nn::NetworkError;

use crate::Sample;

pub(crate) fn samples() -> Vec<Sample> {
    let path = || "trunk.0.weight".to_owned();
    let errors = vec![
        NetworkError::NoHeads,
        NetworkError::NoInputs,
        NetworkError::EmptyLayer {
            key: "network.trunk[1]".into(),
        },
        NetworkError::OutOfRange {
            key: "network.dropout".into(),
            got: "1.5".into(),
            expected: "a number from 0 to below 1",
        },
        NetworkError::DuplicateHead {
            name: "mammal".into(),
        },
        NetworkError::UnknownParent {
            head: "order".into(),
            parent: 3,
            before: 1,
        },
        NetworkError::PullShapes {
            child: "order".into(),
            child_outputs: 3,
            parent: "mammal".into(),
            parent_outputs: 1,
        },
        NetworkError::InputLength {
            what: "the numbers",
            width: 3,
            got: 10,
        },
        NetworkError::UnknownCode {
            column: 2,
            code: 7,
            size: 5,
        },
        NetworkError::UnsupportedNoise {
            noise: "rank1".into(),
            offered:
                "`gaussian`, `multiplicative`, `bernoulli`, `variational`, `variational_dropout`"
                    .into(),
        },
        NetworkError::MissingParameter { path: path() },
        NetworkError::UnexpectedParameter { path: path() },
        NetworkError::DuplicateParameter { path: path() },
        NetworkError::ParameterShape {
            path: path(),
            expected: vec![13, 64],
            got: vec![12, 64],
        },
        NetworkError::ParameterType {
            path: path(),
            got: "F16".into(),
        },
    ];
    errors
        .into_iter()
        .map(|error| (error.code(), error.to_string()))
        .collect()
}
