//! The kernel: each unit makes four numbers, all from one block.

use cubecl::prelude::*;

use super::numbers::{binomial, kept, normal, sign};
use super::words::{Words, philox};

/// What numbers are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Numbers {
    /// Those of [`Quality::Icdf`](crate::Quality).
    Icdf,
    /// Those of [`Quality::Binomial`](crate::Quality).
    Binomial,
    /// Those of [`Quality::Rademacher`](crate::Quality).
    Rademacher,
    /// 1 where the word lies below a limit, else 0.
    Kept,
}

/// Fills `out`; `octaves` is the table of the normal transform, `zero` is 0.
#[expect(
    clippy::too_many_arguments,
    reason = "an address has four words, and kernels take no structures of the host"
)]
#[cube(launch)]
pub(super) fn fill(
    octaves: &[f32],
    out: &mut [f32],
    key_low: u32,
    key_high: u32,
    step: u32,
    sample: u32,
    limit: u32,
    zero: u32,
    #[comptime] numbers: Numbers,
) {
    fill_unit(
        octaves,
        out,
        ABSOLUTE_POS,
        key_low,
        key_high,
        step,
        sample,
        limit,
        zero,
        numbers,
    );
}

/// What one unit does.
#[expect(clippy::too_many_arguments, reason = "as above")]
#[cube]
pub(super) fn fill_unit(
    octaves: &[f32],
    out: &mut [f32],
    position: usize,
    key_low: u32,
    key_high: u32,
    step: u32,
    sample: u32,
    limit: u32,
    zero: u32,
    #[comptime] numbers: Numbers,
) {
    let first = position * 4;
    if first < out.len() {
        let unit = position as u32;
        let mut block = unit;
        if comptime!(numbers == Numbers::Rademacher) {
            // 128 signs have one block.
            block = unit >> 5u32;
        }
        let counter = Words {
            a: block,
            b: 0u32,
            c: step,
            d: sample,
        };
        let words = philox(counter, key_low, key_high);
        if comptime!(numbers == Numbers::Rademacher) {
            let place = (unit >> 3u32) & 3u32;
            let mut word = words.a;
            if place == 1u32 {
                word = words.b;
            }
            if place == 2u32 {
                word = words.c;
            }
            if place == 3u32 {
                word = words.d;
            }
            let bit = (unit & 7u32) << 2u32;
            write(out, first, sign(word, bit));
            write(out, first + 1, sign(word, bit + 1u32));
            write(out, first + 2, sign(word, bit + 2u32));
            write(out, first + 3, sign(word, bit + 3u32));
        } else {
            write(out, first, number(words.a, octaves, limit, zero, numbers));
            write(
                out,
                first + 1,
                number(words.b, octaves, limit, zero, numbers),
            );
            write(
                out,
                first + 2,
                number(words.c, octaves, limit, zero, numbers),
            );
            write(
                out,
                first + 3,
                number(words.d, octaves, limit, zero, numbers),
            );
        }
    }
}

/// The number of a word that belongs to one element alone.
#[cube]
fn number(word: u32, octaves: &[f32], limit: u32, zero: u32, #[comptime] numbers: Numbers) -> f32 {
    if comptime!(numbers == Numbers::Icdf) {
        normal(word, octaves, zero)
    } else if comptime!(numbers == Numbers::Binomial) {
        binomial(word)
    } else {
        kept(word, limit)
    }
}

#[cube]
fn write(out: &mut [f32], element: usize, number: f32) {
    if element < out.len() {
        out[element] = number;
    }
}
