//! Eigenvalues and eigenvectors of a symmetric matrix, in double precision.

/// Eigenvalues and, row after row, the eigenvectors that belong to them: `matrix = Σ value · vector vectorᵀ`.
pub(super) struct Eigen {
    pub(super) values: Vec<f64>,
    /// `[side, side]`; row `i` is the vector of value `i`.
    pub(super) vectors: Vec<f64>,
}

/// Decomposes a symmetric matrix of `side` rows.
///
/// Householder reflections make it tridiagonal, then implicitly shifted QR steps make it diagonal (Golub and Van Loan,
/// Matrix computations, algorithms 8.3.1 to 8.3.3).
pub(super) fn eigen(mut matrix: Vec<f64>, side: usize) -> Eigen {
    let mut vectors = vec![0.0; side * side];
    for i in 0..side {
        vectors[i * side + i] = 1.0;
    }
    for k in 0..side.saturating_sub(2) {
        reflect(&mut matrix, &mut vectors, side, k);
    }
    let mut diagonal: Vec<f64> = (0..side).map(|i| matrix[i * side + i]).collect();
    let mut beside: Vec<f64> = (1..side).map(|i| matrix[i * side + i - 1]).collect();
    let mut last = side.saturating_sub(1);
    // Each eigenvalue takes two or three steps; the bound only ends what rounding would keep from ending.
    for _ in 0..60 * side {
        let small = |i: usize, beside: &[f64]| {
            beside[i].abs() <= f64::EPSILON * (diagonal[i].abs() + diagonal[i + 1].abs())
        };
        while last > 0 && small(last - 1, &beside) {
            last -= 1;
        }
        if last == 0 {
            break;
        }
        let mut first = last - 1;
        while first > 0 && !small(first - 1, &beside) {
            first -= 1;
        }
        step(&mut diagonal, &mut beside, &mut vectors, side, first, last);
    }
    Eigen {
        values: diagonal,
        vectors,
    }
}

/// Makes column `k` zero below its second entry by a reflection, and follows with the vectors.
fn reflect(matrix: &mut [f64], vectors: &mut [f64], side: usize, k: usize) {
    let below = k + 1..side;
    let norm = below
        .clone()
        .map(|i| matrix[i * side + k].powi(2))
        .sum::<f64>()
        .sqrt();
    let head = matrix[(k + 1) * side + k];
    if norm == 0.0 {
        return;
    }
    let target = -norm.copysign(head);
    let mut v: Vec<f64> = below.clone().map(|i| matrix[i * side + k]).collect();
    v[0] -= target;
    let factor = 2.0 / v.iter().map(|x| x * x).sum::<f64>();
    let product: Vec<f64> = below
        .clone()
        .map(|i| {
            let row = &matrix[i * side + k + 1..(i + 1) * side];
            factor * row.iter().zip(&v).map(|(a, b)| a * b).sum::<f64>()
        })
        .collect();
    let half = 0.5 * factor * product.iter().zip(&v).map(|(a, b)| a * b).sum::<f64>();
    let w: Vec<f64> = product.iter().zip(&v).map(|(p, v)| p - half * v).collect();
    for (i, row) in below.clone().enumerate() {
        let row = &mut matrix[row * side + k + 1..(row + 1) * side];
        for ((entry, v_j), w_j) in row.iter_mut().zip(&v).zip(&w) {
            *entry -= v[i] * w_j + w[i] * v_j;
        }
    }
    matrix[(k + 1) * side + k] = target;
    // The vectors are rows, so a reflection from the right of the matrix acts on them from the left.
    let mut sums = vec![0.0; side];
    for (i, v) in below.clone().zip(&v) {
        for (sum, entry) in sums.iter_mut().zip(&vectors[i * side..(i + 1) * side]) {
            *sum += v * entry;
        }
    }
    for (i, v) in below.zip(&v) {
        for (entry, sum) in vectors[i * side..(i + 1) * side].iter_mut().zip(&sums) {
            *entry -= factor * v * sum;
        }
    }
}

/// One implicitly shifted QR step on the rows `first..=last` of a tridiagonal matrix.
fn step(
    diagonal: &mut [f64],
    beside: &mut [f64],
    vectors: &mut [f64],
    side: usize,
    first: usize,
    last: usize,
) {
    let half = (diagonal[last - 1] - diagonal[last]) / 2.0;
    let off = beside[last - 1];
    let shift = diagonal[last] - off * off / (half + half.hypot(off).copysign(half));
    let mut x = diagonal[first] - shift;
    let mut z = beside[first];
    for k in first..last {
        let length = x.hypot(z);
        let (c, s) = if length == 0.0 {
            (1.0, 0.0)
        } else {
            (x / length, z / length)
        };
        if k > first {
            beside[k - 1] = length;
        }
        let (a, b, e) = (diagonal[k], diagonal[k + 1], beside[k]);
        diagonal[k] = c * c * a + 2.0 * c * s * e + s * s * b;
        diagonal[k + 1] = s * s * a - 2.0 * c * s * e + c * c * b;
        beside[k] = c * s * (b - a) + (c * c - s * s) * e;
        if k + 1 < last {
            x = beside[k];
            z = s * beside[k + 1];
            beside[k + 1] *= c;
        }
        let (upper, lower) = vectors.split_at_mut((k + 1) * side);
        let upper = &mut upper[k * side..];
        for (u, l) in upper.iter_mut().zip(&mut lower[..side]) {
            (*u, *l) = (c * *u + s * *l, c * *l - s * *u);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symmetric(side: usize, entry: impl Fn(usize, usize) -> f64) -> Vec<f64> {
        let mut matrix = vec![0.0; side * side];
        for i in 0..side {
            for j in 0..=i {
                matrix[i * side + j] = entry(i, j);
                matrix[j * side + i] = entry(i, j);
            }
        }
        matrix
    }

    fn assert_decomposes(matrix: &[f64], side: usize) {
        let Eigen { values, vectors } = eigen(matrix.to_vec(), side);
        let size = matrix.iter().fold(1e-300_f64, |m, x| m.max(x.abs())) * side as f64;
        for i in 0..side {
            for j in 0..side {
                let rebuilt: f64 = (0..side)
                    .map(|k| values[k] * vectors[k * side + i] * vectors[k * side + j])
                    .sum();
                assert!(
                    (rebuilt - matrix[i * side + j]).abs() < 1e-13 * size,
                    "{side}: {i},{j}"
                );
                let product: f64 = (0..side)
                    .map(|k| vectors[i * side + k] * vectors[j * side + k])
                    .sum();
                let expected = f64::from(u8::from(i == j));
                assert!(
                    (product - expected).abs() < 1e-12 * side as f64,
                    "{side}: {i},{j}"
                );
            }
        }
    }

    #[test]
    fn every_symmetric_matrix_is_the_product_of_its_parts() {
        for side in [1, 2, 3, 7, 40] {
            let wild =
                |i: usize, j: usize| (1.7 * i as f64 + 0.3).sin() * (j as f64 - 2.5) + i as f64;
            assert_decomposes(&symmetric(side, wild), side);
            // Equal and vanishing eigenvalues.
            assert_decomposes(&symmetric(side, |i, j| f64::from(u8::from(i == j))), side);
            assert_decomposes(&symmetric(side, |_, _| 1.0), side);
            assert_decomposes(&symmetric(side, |_, _| 0.0), side);
            // Eigenvalues over twelve orders of magnitude.
            let graded = |i: usize, j: usize| 10_f64.powi(-((i + j) as i32 % 12));
            assert_decomposes(&symmetric(side, graded), side);
        }
    }

    #[test]
    fn the_values_of_a_known_matrix_are_found() {
        let mut values = eigen(vec![2.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0, 1.0, 2.0], 3).values;
        values.sort_by(f64::total_cmp);
        let root = 2_f64.sqrt();
        for (found, exact) in values.iter().zip([2.0 - root, 2.0, 2.0 + root]) {
            assert!((found - exact).abs() < 1e-14, "{found}");
        }
    }
}
