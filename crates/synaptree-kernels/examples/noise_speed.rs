//! Nanoseconds of a random number: `cargo run --release -p synaptree-kernels --example noise_speed`.
//!
//! The fastest of twenty fills of ten million numbers, on all threads and on one; the words without their transform and a plain
//! store beside it are what the normals are made of. `rand_distr` fills on one thread, from the generator that `rand` recommends.

use std::time::Instant;

use rand::RngExt;
use rand_distr::StandardNormal;
use synaptree_kernels::{Key, Purpose, SimdLevel, fill_bits, fill_normal};

const LEN: usize = 10_000_000;

fn fastest(mut fill: impl FnMut()) -> f64 {
    let seconds = (0..20).map(|_| {
        let begun = Instant::now();
        fill();
        begun.elapsed().as_secs_f64()
    });
    seconds.fold(f64::INFINITY, f64::min) * 1e9 / LEN as f64
}

#[expect(clippy::print_stdout, reason = "an example prints its result")]
fn main() -> Result<(), rayon::ThreadPoolBuildError> {
    let key = Key::new(7, Purpose::Noise, "weight");
    let (mut normals, mut words) = (vec![0.0_f32; LEN], vec![0_u32; LEN]);
    println!("{:?}", SimdLevel::detect());
    let stored = fastest(|| std::hint::black_box(&mut words).fill(1));
    println!("store, one thread       {stored:.3} ns");
    let mut rng = rand::rng();
    let drawn = fastest(|| normals.fill_with(|| rng.sample(StandardNormal)));
    println!("rand_distr, one thread  {drawn:.3} ns");
    for threads in [1, rayon::current_num_threads()] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()?;
        pool.install(|| {
            let made = fastest(|| fill_bits(key, 0, 0, 0, &mut words));
            println!("words, {threads} thread(s)      {made:.3} ns");
            let made = fastest(|| fill_normal(key, 0, 0, 0, &mut normals));
            println!("normals, {threads} thread(s)    {made:.3} ns");
        });
    }
    Ok(())
}
