//! The distribution of every quality of noise, whole and in its tails, against what its documentation says.
//!
//! ```sh
//! NOISE_DRAWS=1000000000 cargo test --release -p synaptree-kernels --test distribution -- --nocapture
//! ```
//!
//! tests a billion numbers of each quality instead of sixteen million, and prints their figures.

#![expect(
    clippy::print_stdout,
    reason = "the table of what was found goes into the documents"
)]

use synaptree_kernels::{Key, Purpose, Quality, fill_noise};

/// Cells of the histogram between −10 and 10.
const CELLS: usize = 20 << 12;
/// How many numbers are made at once.
const CHUNK: usize = 1 << 20;
/// Where tails begin.
const TAILS: [f64; 4] = [3.0, 4.0, 5.0, 6.0];

/// What a sample of one quality looks like.
struct Figures {
    draws: f64,
    /// The means of the first four powers.
    moments: [f64; 4],
    /// The largest distance from Φ at an edge between two cells.
    kolmogorov: f64,
    /// Numbers beyond each of [`TAILS`], on both sides.
    beyond: [f64; 4],
    largest: f64,
}

fn figures(quality: Quality, draws: usize) -> Figures {
    let key = Key::new(7, Purpose::Noise, "distribution");
    let mut chunk = vec![0.0_f32; CHUNK];
    let mut cells = vec![0_u64; CELLS];
    let mut powers = [0.0_f64; 4];
    let (mut beyond, mut largest) = ([0_u64; 4], 0.0_f32);
    for first in (0..draws).step_by(CHUNK) {
        let chunk = &mut chunk[..CHUNK.min(draws - first)];
        fill_noise(quality, key, 0, 0, first as u64, chunk);
        for z in chunk.iter() {
            let wide = f64::from(*z);
            for (power, sum) in [wide, wide * wide, wide.powi(3), wide.powi(4)]
                .iter()
                .zip(&mut powers)
            {
                *sum += power;
            }
            // A number on an edge belongs to the cell below it, as in Φ(z) = P(Z ≤ z).
            let cell = ((wide + 10.0) * (CELLS / 20) as f64).ceil() as usize;
            cells[cell.saturating_sub(1).min(CELLS - 1)] += 1;
            for (tail, count) in TAILS.iter().zip(&mut beyond) {
                *count += u64::from(wide.abs() > *tail);
            }
            largest = largest.max(z.abs());
        }
    }
    let n = draws as f64;
    let mut seen = 0;
    let distances = cells.iter().zip(normal_cdf()).map(|(count, expected)| {
        seen += count;
        (seen as f64 / n - expected).abs()
    });
    Figures {
        draws: n,
        kolmogorov: distances.fold(0.0, f64::max),
        moments: powers.map(|sum| sum / n),
        beyond: beyond.map(|count| count as f64),
        largest: f64::from(largest),
    }
}

/// Φ at the upper edge of every cell: the density integrated by Simpson's rule, whose error is below 1e-15.
fn normal_cdf() -> impl Iterator<Item = f64> {
    let width = 20.0 / CELLS as f64;
    let density = |x: f64| (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    (0..CELLS).scan(0.0, move |sum, cell| {
        let low = cell as f64 * width - 10.0;
        *sum +=
            width / 6.0 * (density(low) + 4.0 * density(low + width / 2.0) + density(low + width));
        Some(*sum)
    })
}

/// P(|Z| > t).
fn both_tails(t: f64) -> f64 {
    let edge = ((t + 10.0) * (CELLS / 20) as f64) as usize;
    let below = normal_cdf().nth(CELLS - edge - 1);
    2.0 * below.expect("the tail lies within the cells")
}

/// What a quality promises: its excess kurtosis, how far its distribution is from Φ, by how much a quantile is off,
/// and the largest number it has.
struct Promise {
    quality: Quality,
    kurtosis: f64,
    distance: f64,
    quantile: Option<f64>,
    largest: f64,
}

/// Half of the largest step of a distribution is its distance from a continuous one of the same quantiles.
const PROMISES: [Promise; 4] = [
    Promise {
        quality: Quality::Exact,
        kurtosis: 0.0,
        distance: 0.0,
        quantile: Some(1e-7),
        largest: 9.1,
    },
    Promise {
        quality: Quality::Icdf,
        kurtosis: 0.0,
        distance: 1.8e-4,
        quantile: Some(4.3e-4),
        largest: 6.34,
    },
    Promise {
        quality: Quality::Binomial,
        kurtosis: -1.0 / 16.0,
        distance: 0.0702,
        quantile: None,
        largest: 5.66,
    },
    Promise {
        quality: Quality::Rademacher,
        kurtosis: -2.0,
        distance: 0.3414,
        quantile: None,
        largest: 1.0,
    },
];

/// A sample of `draws` numbers is what the quality promises, within five standard errors.
fn check(promise: &Promise, draws: usize) -> Figures {
    let quality = promise.quality;
    let found = figures(quality, draws);
    let error = |variance: f64| 5.0 * (variance / found.draws).sqrt();
    let [mean, square, cube, fourth] = found.moments;
    // The variances of z, z², z³ and z⁴ of a normal number are 1, 2, 15 and 96.
    assert!(mean.abs() < error(1.0), "{quality:?}: mean {mean:e}");
    assert!(
        (square - 1.0).abs() < error(2.0) + 1e-5,
        "{quality:?}: variance {square}"
    );
    assert!(cube.abs() < error(15.0), "{quality:?}: skewness {cube:e}");
    assert!(
        (fourth - 3.0 - promise.kurtosis).abs() < error(96.0) + 1e-5,
        "{quality:?}: fourth moment {fourth}"
    );
    // Kolmogorov's distribution has 0.1 % beyond 1.95 / √n.
    assert!(
        found.kolmogorov < promise.distance + 1.95 / found.draws.sqrt(),
        "{quality:?}: distance from the normal distribution {:e}",
        found.kolmogorov
    );
    assert!(
        found.largest <= promise.largest,
        "{quality:?}: {}",
        found.largest
    );
    if let Some(off) = promise.quantile {
        for (tail, count) in TAILS.iter().zip(found.beyond) {
            let expected = found.draws * both_tails(*tail);
            // A quantile that is off by δ moves a tail by about t δ of itself.
            let allowed = 2.0 * tail * off * expected + 5.0 * expected.sqrt() + 1.0;
            assert!(
                (count - expected).abs() < allowed,
                "{quality:?}: {count} numbers beyond {tail}, of {expected:.1}"
            );
        }
    }
    found
}

#[test]
fn the_normal_distribution_they_are_measured_against_has_its_known_values() {
    let at = |x: f64| {
        let edge = ((x + 10.0) * (CELLS / 20) as f64) as usize;
        normal_cdf().nth(edge - 1).expect("x lies within the cells")
    };
    assert!((at(0.0) - 0.5).abs() < 1e-13);
    assert!((at(1.0) - 0.841_344_746_068_542_9).abs() < 1e-13);
    assert!((both_tails(5.0) / 5.733_031_437_583_87e-7 - 1.0).abs() < 1e-6);
}

#[test]
fn many_numbers_of_every_quality_have_the_documented_distribution() {
    let asked = std::env::var("NOISE_DRAWS");
    let draws = asked.map_or(1 << 24, |draws| draws.parse().expect("a whole number"));
    println!(
        "| quality | mean | variance | skewness | kurtosis | distance from Φ | beyond 3, 4, 5, 6 | largest |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for promise in &PROMISES {
        let found = check(promise, draws);
        let [mean, square, cube, fourth] = found.moments;
        println!(
            "| {:?} | {mean:.1e} | {square:.6} | {cube:.1e} | {fourth:.5} | {:.1e} | {:?} | {:.3} |",
            promise.quality, found.kolmogorov, found.beyond, found.largest
        );
    }
    let expected = TAILS.map(|tail| (draws as f64 * both_tails(tail)).round());
    println!("| normal | 0 | 1 | 0 | 3 | 0 | {expected:?} | |");
}
