//! The bits that addresses stand for, on whatever processor the tests run.
//!
//! The sums were written down on an x86-64 machine with AVX-512. On a 64-bit ARM processor, or in its emulation, they show
//! that its instructions give the same numbers:
//!
//! ```sh
//! export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
//! export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64 -L /usr/aarch64-linux-gnu"
//! cargo test -p synaptree-kernels --no-default-features --lib --test format --target aarch64-unknown-linux-gnu
//! ```

use synaptree_kernels::{Key, Purpose, Quality, SimdLevel, fill_bits, fill_noise, fill_noisy};

const LEN: usize = 1 << 20;
const KEY: Key = Key::new(7, Purpose::Noise, "trunk.0.dense.weight");

/// FNV-1a 64 of words, lowest byte first.
fn sum(words: impl IntoIterator<Item = u32>) -> u64 {
    words
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .fold(0xCBF2_9CE4_8422_2325, |sum, byte| {
            (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
        })
}

fn sum_of_noise(quality: Quality) -> u64 {
    let mut out = vec![0.0; LEN];
    fill_noise(quality, KEY, 3, 2, 5, &mut out);
    sum(out.into_iter().map(f32::to_bits))
}

#[test]
fn a_million_words_have_the_bits_of_format_one() {
    let mut words = vec![0; LEN];
    fill_bits(KEY, 3, 2, 5, &mut words);
    assert_eq!(sum(words), 0x5767_B307_E497_8FA3);
}

#[test]
fn a_million_numbers_of_every_quality_have_the_bits_of_format_one() {
    let sums = [
        Quality::Exact,
        Quality::Icdf,
        Quality::Binomial,
        Quality::Rademacher,
    ]
    .map(sum_of_noise);
    let expected = [
        0xFC8D_2A08_1B45_F72E,
        0xB90C_23CF_5E3E_F7A4,
        0xD8BF_C4B4_52FB_665F,
        0x49E1_ECF8_3EF3_61A5,
    ];
    assert_eq!(sums, expected);
}

#[test]
fn a_million_noisy_weights_have_the_bits_of_format_one() {
    let base: Vec<f32> = (0..LEN).map(|i| i as f32 * 1e-6 - 0.5).collect();
    let mut out = vec![0.0; LEN];
    fill_noisy(KEY, 3, 2, 5, &base, 0.1, &mut out);
    assert_eq!(
        sum(out.into_iter().map(f32::to_bits)),
        0xC65F_F397_1028_898B
    );
}

#[test]
fn the_instructions_of_this_processor_are_found() {
    let widest = SimdLevel::detect();
    if cfg!(target_arch = "aarch64") {
        assert_eq!(widest, SimdLevel::Neon);
    }
    if cfg!(target_feature = "avx2") {
        assert!(widest >= SimdLevel::Avx2);
    }
}
