//! Philox4x32-10 in 32-bit operations, none of which overflows.

use cubecl::prelude::*;

use crate::philox::{MULTIPLIER, WEYL};

/// The words of a block, or its counter.
#[derive(CubeType, Clone, Copy, Debug)]
pub(super) struct Words {
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) c: u32,
    pub(super) d: u32,
}

/// The two halves of a product of 64 bits.
#[derive(CubeType, Clone, Copy, Debug)]
struct Product {
    low: u32,
    high: u32,
}

/// [`philox4x32_10`](crate::philox4x32_10).
#[cube]
pub(super) fn philox(counter: Words, key_low: u32, key_high: u32) -> Words {
    let mut a = counter.a;
    let mut b = counter.b;
    let mut c = counter.c;
    let mut d = counter.d;
    let mut k = key_low;
    let mut l = key_high;
    for _ in 0..10u32 {
        let p = product(a, comptime!(MULTIPLIER[0]));
        let q = product(c, comptime!(MULTIPLIER[1]));
        a = q.high ^ b ^ k;
        b = q.low;
        c = p.high ^ d ^ l;
        d = p.low;
        k = sum(k, comptime!(WEYL[0]));
        l = sum(l, comptime!(WEYL[1]));
    }
    Words { a, b, c, d }
}

/// a · m from four products of halves; shading languages have no product of 64 bits.
#[cube]
fn product(a: u32, #[comptime] m: u32) -> Product {
    let m_low = comptime!(m & 0xFFFF);
    let m_high = comptime!(m >> 16);
    let a_low = a & 0xFFFFu32;
    let a_high = a >> 16u32;
    let first = a_low * m_low;
    let middle = a_high * m_low + (first >> 16u32);
    let cross = a_low * m_high + (middle & 0xFFFFu32);
    Product {
        low: (cross << 16u32) | (first & 0xFFFFu32),
        high: a_high * m_high + (middle >> 16u32) + (cross >> 16u32),
    }
}

/// a + b modulo 2³²: the upper bits are added without their carry.
#[cube]
fn sum(a: u32, #[comptime] b: u32) -> u32 {
    let b_lower = comptime!(b & 0x7FFF_FFFF);
    let b_upper = comptime!(b & 0x8000_0000);
    ((a & 0x7FFF_FFFFu32) + b_lower) ^ (a & 0x8000_0000u32) ^ b_upper
}
