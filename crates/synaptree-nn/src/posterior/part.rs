//! One independent part of a posterior: its numbers, its draws, its variance.

use synaptree_kernels::fill_normal;

use super::Rotation;
use crate::{Draw, NetworkError};

/// One independent part of a [`WeightPosterior`](crate::WeightPosterior).
///
/// | Part | What it adds | Stream | Elements |
/// |---|---|---|---|
/// | `Diagonal` | deviation ∘ ε | `posterior/<path>` | one a weight, row after row |
/// | `Factor` | Σₖ zₖ rowₖ, one z for all its parameters | `posterior/<name>` | one a row |
/// | `Rotated` | A (deviation ∘ E) Bᵀ, on a layer's weight with its bias as last row | `posterior/<weight>` | one an entry of E, row after row |
#[derive(Clone, Debug, PartialEq)]
pub enum PosteriorPart {
    /// Every weight of one parameter on its own.
    Diagonal {
        /// The parameter.
        path: String,
        /// The standard deviation of every weight, row after row.
        deviation: Vec<f32>,
    },
    /// A covariance F Fᵀ over several parameters together.
    Factor {
        /// The name of its stream.
        name: String,
        /// The rows of F: how many numbers one draw takes.
        rank: usize,
        /// Each parameter with its columns of F, `[rank, weights]`.
        columns: Vec<(String, Vec<f32>)>,
    },
    /// A covariance that is diagonal after the inputs and outputs of a dense layer are rotated.
    Rotated(Rotation),
}

impl PosteriorPart {
    /// The paths of the parameters that the part moves.
    pub fn paths(&self) -> Vec<&str> {
        match self {
            Self::Diagonal { path, .. } => vec![path],
            Self::Factor { columns, .. } => columns.iter().map(|(path, _)| path.as_str()).collect(),
            Self::Rotated(rotation) => vec![&rotation.weight, &rotation.bias],
        }
    }

    pub(super) fn check(
        &self,
        shape_of: &dyn Fn(&str) -> Result<Vec<usize>, NetworkError>,
    ) -> Result<(), NetworkError> {
        match self {
            Self::Diagonal { path, deviation } => fits(path, shape_of(path)?, deviation),
            Self::Factor { name, rank: 0, .. } => Err(NetworkError::OutOfRange {
                key: format!("the rank of the posterior of `{name}`"),
                got: "0".to_owned(),
                expected: "at least 1",
            }),
            Self::Factor { rank, columns, .. } => columns.iter().try_for_each(|(path, values)| {
                let mut expected = shape_of(path)?;
                expected.insert(0, *rank);
                fits(path, expected, values)
            }),
            Self::Rotated(rotation) => rotation.check(shape_of),
        }
    }

    /// Hands what one draw adds to each parameter to `add`.
    pub(super) fn draw(&self, draw: Draw, add: &mut dyn FnMut(&str, Vec<f32>)) {
        match self {
            Self::Diagonal { path, deviation } => {
                let mut moved = vec![0.0; deviation.len()];
                fill_posterior_noise(draw, path, 0, &mut moved);
                for (moved, deviation) in moved.iter_mut().zip(deviation) {
                    *moved *= deviation;
                }
                add(path, moved);
            }
            Self::Factor {
                name,
                rank,
                columns,
            } => {
                let mut z = vec![0.0; *rank];
                fill_posterior_noise(draw, name, 0, &mut z);
                for (path, values) in columns {
                    let length = values.len() / (*rank).max(1);
                    let mut moved = vec![0.0; length];
                    for (row, z) in values.chunks_exact(length.max(1)).zip(&z) {
                        for (moved, value) in moved.iter_mut().zip(row) {
                            *moved += z * value;
                        }
                    }
                    add(path, moved);
                }
            }
            Self::Rotated(rotation) => rotation.draw(draw, add),
        }
    }

    /// The variance of every weight of the parameter at `path`.
    pub(super) fn variance(&self, path: &str) -> Option<Vec<f64>> {
        let square = |value: &f32| f64::from(*value).powi(2);
        match self {
            Self::Diagonal {
                path: own,
                deviation,
            } => (own == path).then(|| deviation.iter().map(square).collect()),
            Self::Factor { rank, columns, .. } => {
                let (_, values) = columns.iter().find(|(own, _)| own == path)?;
                let length = (values.len() / (*rank).max(1)).max(1);
                let mut variance = vec![0.0; length];
                for row in values.chunks_exact(length) {
                    for (variance, value) in variance.iter_mut().zip(row) {
                        *variance += square(value);
                    }
                }
                Some(variance)
            }
            Self::Rotated(rotation) => rotation.variance(path),
        }
    }
}

/// Fills `out` with the standard normal numbers of the posterior named `name`, from element `first` of its stream; the second draw of
/// a pair, see [`Draw::in_pairs`], has those of the first with the other sign.
///
/// # Example
///
/// ```
/// use synaptree_nn::{Draw, fill_posterior_noise};
///
/// let (mut all, mut rest) = ([0.0; 8], [0.0; 4]);
/// fill_posterior_noise(Draw::training(7, 3), "trunk.0.dense.weight", 0, &mut all);
/// fill_posterior_noise(Draw::training(7, 3), "trunk.0.dense.weight", 4, &mut rest);
/// assert_eq!(all[4..], rest);
/// ```
pub fn fill_posterior_noise(draw: Draw, name: &str, first: u64, out: &mut [f32]) {
    let (draw, sign) = draw.mirrored();
    let key = draw.noise_key(&format!("posterior/{name}"));
    fill_normal(key, draw.step, draw.sample, first, out);
    if sign < 0.0 {
        for noise in out {
            *noise = -*noise;
        }
    }
}

/// Checks that there is a finite number for every place of the shape that is expected of the parameter at `path`.
pub(super) fn fits(path: &str, expected: Vec<usize>, got: &[f32]) -> Result<(), NetworkError> {
    let length = expected
        .iter()
        .try_fold(1_usize, |n, side| n.checked_mul(*side));
    if length != Some(got.len()) {
        let (path, got) = (path.to_owned(), vec![got.len()]);
        return Err(NetworkError::ParameterShape {
            path,
            expected,
            got,
        });
    }
    match got.iter().find(|value| !value.is_finite()) {
        Some(value) => Err(NetworkError::OutOfRange {
            key: format!("the posterior of `{path}`"),
            got: value.to_string(),
            expected: "finite numbers",
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRAWS: u32 = 20_000;

    /// Means and covariances of everything that a part moves, over many draws.
    fn covariance(part: &PosteriorPart) -> Vec<Vec<f64>> {
        let draws: Vec<Vec<f64>> = (0..DRAWS)
            .map(|sample| {
                let mut all = Vec::new();
                part.draw(Draw::predict(7, sample), &mut |_, moved| {
                    all.extend(moved.into_iter().map(f64::from));
                });
                all
            })
            .collect();
        let n = draws[0].len();
        let mean = |i: usize| draws.iter().map(|d| d[i]).sum::<f64>() / f64::from(DRAWS);
        (0..n).for_each(|i| assert!(mean(i).abs() < 0.1, "mean {}", mean(i)));
        let pair =
            |i: usize, j: usize| draws.iter().map(|d| d[i] * d[j]).sum::<f64>() / f64::from(DRAWS);
        (0..n)
            .map(|i| (0..n).map(|j| pair(i, j)).collect())
            .collect()
    }

    fn assert_covariance(part: &PosteriorPart, expected: impl Fn(usize, usize) -> f64) {
        for (i, row) in covariance(part).iter().enumerate() {
            for (j, found) in row.iter().enumerate() {
                let size = (expected(i, i) * expected(j, j)).sqrt();
                let wanted = expected(i, j);
                // Five standard errors of a covariance of Gaussians.
                let allowed =
                    5.0 * (wanted.powi(2) + size.powi(2)).sqrt() / f64::from(DRAWS).sqrt();
                assert!(
                    (found - wanted).abs() <= allowed,
                    "{i},{j}: {found} is not {wanted}"
                );
            }
        }
    }

    #[test]
    fn draws_of_a_factor_have_the_covariance_of_its_product() {
        let (a, b) = (vec![1.0, 0.5, 0.0, -1.0], vec![0.2, 2.0]);
        let part = PosteriorPart::Factor {
            name: "network".into(),
            rank: 2,
            columns: vec![("a".into(), a.clone()), ("b".into(), b.clone())],
        };
        let rows = [[a[0], a[1], b[0]], [a[2], a[3], b[1]]];
        let expected = |i: usize, j: usize| rows.iter().map(|r| f64::from(r[i] * r[j])).sum();
        assert_covariance(&part, expected);
        let variance = part.variance("b").unwrap();
        assert!((variance[0] - expected(2, 2)).abs() < 1e-6, "{variance:?}");
    }

    #[test]
    fn draws_of_a_rotated_part_have_the_covariance_of_its_rotations() {
        let (c, s) = (0.6_f32, 0.8_f32);
        let deviation = [1.0_f32, 0.5, 0.1, 2.0];
        let part = PosteriorPart::Rotated(Rotation {
            weight: "weight".into(),
            bias: "bias".into(),
            inputs: vec![c, -s, s, c],
            outputs: vec![s, c, -c, s],
            deviation: deviation.to_vec(),
        });
        let (a, b) = ([[c, -s], [s, c]], [[s, c], [-c, s]]);
        // Cov(W_ij, W_kl) = Σ_pq A_ip B_jq d_pq² A_kp B_lq
        let expected = |x: usize, y: usize| {
            let mut sum = 0.0;
            for p in 0..2 {
                for q in 0..2 {
                    let side = |z: usize| f64::from(a[z / 2][p] * b[z % 2][q]);
                    sum += side(x) * side(y) * f64::from(deviation[2 * p + q]).powi(2);
                }
            }
            sum
        };
        assert_covariance(&part, expected);
        for (found, i) in part.variance("bias").unwrap().into_iter().zip(2..) {
            assert!((found - expected(i, i)).abs() < 1e-6);
        }
    }

    #[test]
    fn parts_that_do_not_fit_are_refused() {
        let shape_of = |path: &str| match path {
            "weight" => Ok(vec![2, 2]),
            "bias" => Ok(vec![2]),
            _ => Err(NetworkError::UnexpectedParameter { path: path.into() }),
        };
        let refused = |part: PosteriorPart| part.check(&shape_of).unwrap_err().to_string();
        let diagonal = |path: &str, deviation: Vec<f32>| {
            let path = path.to_owned();
            refused(PosteriorPart::Diagonal { path, deviation })
        };
        assert!(diagonal("gain", vec![1.0]).contains("`gain`"));
        assert!(diagonal("weight", vec![1.0; 3]).contains("[2, 2]"));
        assert!(diagonal("bias", vec![1.0, f32::NAN]).contains("NaN"));
        let factor = |rank, values: usize| {
            refused(PosteriorPart::Factor {
                name: "network".into(),
                rank,
                columns: vec![("bias".into(), vec![0.0; values])],
            })
        };
        assert!(factor(0, 0).contains("at least 1"));
        assert!(factor(usize::MAX, 2).contains("bias"));
        let rotated = PosteriorPart::Rotated(Rotation {
            weight: "weight".into(),
            bias: "bias".into(),
            inputs: vec![0.0; 4],
            outputs: vec![0.0; 4],
            deviation: vec![0.0; 6],
        });
        assert!(refused(rotated).contains("[3, 3]"));
    }

    #[test]
    fn a_diagonal_part_moves_every_weight_on_its_own() {
        let part = PosteriorPart::Diagonal {
            path: "weight".into(),
            deviation: vec![0.0, 0.5, 2.0],
        };
        assert_covariance(&part, |i, j| if i == j { [0.0, 0.25, 4.0][i] } else { 0.0 });
    }
}
