//! Milliseconds of the matrix products of a training step: `cargo run --release -p synaptree-kernels --example product_speed`.
//!
//! The network is the wide one of `bench/synapses.py`: 784 → 1024 → 8 heads of 256 → 10, batch 128. Each product is made of the
//! panels that a dense layer makes it of, the fastest of twelve: by one thread, then shared by two. The sum of the second column is
//! what the products of a step take at least.

use std::time::Instant;

use gemm::{Parallelism, gemm};

/// `left · right` of row-major matrices, each read as its transpose or as it is, so many times.
struct Product {
    name: &'static str,
    rows: usize,
    columns: usize,
    summed: usize,
    transposed: [bool; 2],
    times: usize,
}

const PRODUCTS: [Product; 5] = [
    Product {
        name: "trunk, forward",
        rows: 128,
        columns: 64,
        summed: 784,
        transposed: [false, false],
        times: 16,
    },
    Product {
        name: "trunk, gradient of weights",
        rows: 784,
        columns: 64,
        summed: 128,
        transposed: [true, false],
        times: 16,
    },
    Product {
        name: "heads, forward",
        rows: 128,
        columns: 64,
        summed: 1024,
        transposed: [false, false],
        times: 32,
    },
    Product {
        name: "heads, gradient of weights",
        rows: 1024,
        columns: 64,
        summed: 128,
        transposed: [true, false],
        times: 32,
    },
    Product {
        name: "heads, gradient of inputs",
        rows: 128,
        columns: 64,
        summed: 256,
        transposed: [false, true],
        times: 128,
    },
];

fn milliseconds(product: &Product, threads: usize) -> f64 {
    let left = vec![0.5_f32; product.rows * product.summed];
    // Matrices of their own, as a step has them: they do not all fit the cache.
    let mut pairs = vec![
        (
            vec![0.25_f32; product.summed * product.columns],
            vec![0.0_f32; product.rows * product.columns]
        );
        product.times
    ];
    let share = product.times.div_ceil(threads);
    let mut fastest = f64::INFINITY;
    for _ in 0..12 {
        let begun = Instant::now();
        std::thread::scope(|scope| {
            for pairs in pairs.chunks_mut(share) {
                let left = &left;
                scope.spawn(move || {
                    for pair in pairs {
                        multiply(product, left, pair);
                    }
                });
            }
        });
        std::hint::black_box(&pairs);
        fastest = fastest.min(begun.elapsed().as_secs_f64());
    }
    1e3 * fastest
}

fn multiply(product: &Product, left: &[f32], (right, out): &mut (Vec<f32>, Vec<f32>)) {
    let Product {
        rows,
        columns,
        summed,
        transposed,
        ..
    } = *product;
    let (left_down, left_right) = if transposed[0] {
        (1, rows)
    } else {
        (summed, 1)
    };
    let (right_down, right_right) = if transposed[1] {
        (1, summed)
    } else {
        (columns, 1)
    };
    // SAFETY: every matrix has as many elements as its sides and strides span, and `out` is nobody else's.
    unsafe {
        gemm(
            rows,
            columns,
            summed,
            out.as_mut_ptr(),
            1,
            columns as isize,
            false,
            left.as_ptr(),
            left_right as isize,
            left_down as isize,
            right.as_ptr(),
            right_right as isize,
            right_down as isize,
            0.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

#[expect(clippy::print_stdout, reason = "an example prints its result")]
fn main() {
    let mut sums = [0.0; 2];
    println!("{:28} {:>21} {:>21}", "", "one thread", "two threads");
    for product in &PRODUCTS {
        let found = [1, 2].map(|threads| milliseconds(product, threads));
        let operations = 2 * product.rows * product.columns * product.summed * product.times;
        let [one, two] = found.map(|found| {
            let speed = operations as f64 / found / 1e6;
            format!("{found:6.2} ms {speed:4.0} GFLOP/s")
        });
        println!("{:28} {one:>21} {two:>21}", product.name);
        for (sum, found) in sums.iter_mut().zip(found) {
            *sum += found;
        }
    }
    println!("{:28} {:6.2} ms {:>21.2} ms", "together", sums[0], sums[1]);
}
