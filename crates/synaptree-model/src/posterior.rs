//! `posterior.safetensors`: the distribution of the weights of a model.
//!
//! The metadata entry `synaptree` says what found the distribution, whether it is that of the linearised network, and lists the
//! parts; the tensors of part `n` are named `n.deviation`, `n.inputs`,
//! `n.outputs`, or `n.m` for the m-th parameter of a factor.

use std::collections::HashMap;

use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::{Deserialize, Serialize};
use synaptree_nn::{PosteriorKind, PosteriorPart, Rotation, WeightPosterior};

/// Raised when the meaning of a field changes.
///
/// 2: with `linearised`, draws answer with the linearised network.
const FORMAT: u32 = 2;

#[derive(Serialize, Deserialize)]
struct Header {
    format: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<PosteriorKind>,
    #[serde(default)]
    linearised: bool,
    parts: Vec<Part>,
}

/// A part without its numbers.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Part {
    Diagonal {
        path: String,
    },
    Factor {
        name: String,
        rank: usize,
        paths: Vec<String>,
    },
    Rotated {
        weight: String,
        bias: String,
    },
}

/// The bytes of the file.
pub(crate) fn encode(posterior: &WeightPosterior) -> Result<Vec<u8>, SafeTensorError> {
    let mut tensors: Vec<(String, Vec<u8>)> = Vec::new();
    let mut parts = Vec::new();
    for (n, part) in posterior.parts().iter().enumerate() {
        let mut keep = |name: &str, values: &[f32]| {
            let bytes = values.iter().flat_map(|value| value.to_le_bytes());
            tensors.push((format!("{n}.{name}"), bytes.collect()));
        };
        parts.push(match part {
            PosteriorPart::Diagonal { path, deviation } => {
                keep("deviation", deviation);
                Part::Diagonal { path: path.clone() }
            }
            PosteriorPart::Factor {
                name,
                rank,
                columns,
            } => {
                for (m, (_, values)) in columns.iter().enumerate() {
                    keep(&m.to_string(), values);
                }
                Part::Factor {
                    name: name.clone(),
                    rank: *rank,
                    paths: columns.iter().map(|(path, _)| path.clone()).collect(),
                }
            }
            PosteriorPart::Rotated(rotation) => {
                keep("inputs", &rotation.inputs);
                keep("outputs", &rotation.outputs);
                keep("deviation", &rotation.deviation);
                Part::Rotated {
                    weight: rotation.weight.clone(),
                    bias: rotation.bias.clone(),
                }
            }
        });
    }
    let header = Header {
        format: FORMAT,
        kind: posterior.kind(),
        linearised: posterior.is_linearised(),
        parts,
    };
    let metadata = HashMap::from([("synaptree".to_owned(), serde_json::to_string(&header)?)]);
    let views = tensors
        .iter()
        .map(|(name, bytes)| {
            let view = TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes)?;
            Ok((name.as_str(), view))
        })
        .collect::<Result<Vec<_>, SafeTensorError>>()?;
    safetensors::serialize(views, Some(metadata))
}

/// What the bytes of the file say; the reason why they cannot be read otherwise.
pub(crate) fn decode(bytes: &[u8]) -> Result<WeightPosterior, String> {
    let (_, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| error.to_string())?;
    let entry = metadata.metadata().as_ref();
    let entry = entry.and_then(|entries| entries.get("synaptree"));
    let entry = entry.ok_or("its metadata has no entry `synaptree`")?;
    let header: Header = serde_json::from_str(entry).map_err(|error| error.to_string())?;
    if header.format > FORMAT {
        return Err("it was written by a newer version of synaptree".to_owned());
    }
    let tensors = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let read = |n: usize, name: &str| -> Result<Vec<f32>, String> {
        let name = format!("{n}.{name}");
        let view = tensors.tensor(&name).map_err(|error| error.to_string())?;
        if view.dtype() != Dtype::F32 {
            return Err(format!("`{name}` has the type {:?}", view.dtype()));
        }
        let numbers = view.data().chunks_exact(4);
        Ok(numbers
            .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
            .collect())
    };
    let parts = header.parts.into_iter().enumerate().map(|(n, part)| {
        Ok(match part {
            Part::Diagonal { path } => PosteriorPart::Diagonal {
                path,
                deviation: read(n, "deviation")?,
            },
            Part::Factor { name, rank, paths } => PosteriorPart::Factor {
                name,
                rank,
                columns: paths
                    .into_iter()
                    .enumerate()
                    .map(|(m, path)| Ok((path, read(n, &m.to_string())?)))
                    .collect::<Result<_, String>>()?,
            },
            Part::Rotated { weight, bias } => PosteriorPart::Rotated(Rotation {
                weight,
                bias,
                inputs: read(n, "inputs")?,
                outputs: read(n, "outputs")?,
                deviation: read(n, "deviation")?,
            }),
        })
    });
    let mut posterior = WeightPosterior::new(parts.collect::<Result<_, String>>()?);
    if let Some(kind) = header.kind {
        posterior = posterior.found_by(kind);
    }
    Ok(if header.linearised {
        posterior.of_linearised()
    } else {
        posterior
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posterior() -> WeightPosterior {
        WeightPosterior::new(vec![
            PosteriorPart::Diagonal {
                path: "trunk.0.dense.weight".into(),
                deviation: vec![0.5, 0.25],
            },
            PosteriorPart::Factor {
                name: "network".into(),
                rank: 2,
                columns: vec![("a".into(), vec![1.0, 2.0]), ("b".into(), vec![3.0, 4.0])],
            },
            PosteriorPart::Rotated(Rotation {
                weight: "heads.x.output.weight".into(),
                bias: "heads.x.output.bias".into(),
                inputs: vec![0.0, 1.0, -1.0, 0.0],
                outputs: vec![1.0],
                deviation: vec![0.1, 0.2],
            }),
        ])
    }

    #[test]
    fn what_is_written_is_read_back() {
        let drawn = posterior();
        let linearised = posterior().found_by(PosteriorKind::Laplace).of_linearised();
        assert_ne!(drawn, linearised);
        for posterior in [drawn, linearised] {
            let bytes = encode(&posterior).unwrap();
            assert_eq!(decode(&bytes), Ok(posterior));
        }
    }

    #[test]
    fn damaged_bytes_are_an_error_that_says_why() {
        let bytes = encode(&posterior()).unwrap();
        for end in [0, 7, 60, bytes.len() - 1] {
            assert!(decode(&bytes[..end]).is_err(), "{end} bytes");
        }
        let other = safetensors::serialize(Vec::<(String, TensorView<'_>)>::new(), None).unwrap();
        assert!(decode(&other).unwrap_err().contains("no entry"));
    }
}
