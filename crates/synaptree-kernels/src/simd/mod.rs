//! The fills for the instruction sets of a processor, all with the same bits.
//!
//! Everything is integer arithmetic or a float operation that is rounded once, so a path is free to
//! choose how many elements it works on at a time, and nothing else.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod neon;

mod wide;

pub(crate) use wide::widest;

/// Which instructions fill arrays.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SimdLevel {
    /// What the compiler makes of plain code for its target.
    Portable,
    /// Four numbers at a time, on `AArch64`.
    Neon,
    /// Eight numbers at a time.
    Avx2,
    /// Sixteen numbers at a time.
    Avx512,
}

impl SimdLevel {
    /// The widest that this processor has.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_kernels::SimdLevel;
    ///
    /// assert!(SimdLevel::available().contains(&SimdLevel::detect()));
    /// ```
    pub fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512cd") {
                return Self::Avx512;
            }
            if is_x86_feature_detected!("avx2") {
                return Self::Avx2;
            }
        }
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        if std::arch::is_aarch64_feature_detected!("neon") {
            return Self::Neon;
        }
        Self::Portable
    }

    /// All that this processor has, narrowest first.
    pub fn available() -> Vec<Self> {
        match Self::detect() {
            Self::Portable => vec![Self::Portable],
            Self::Neon => vec![Self::Portable, Self::Neon],
            Self::Avx2 => vec![Self::Portable, Self::Avx2],
            Self::Avx512 => vec![Self::Portable, Self::Avx2, Self::Avx512],
        }
    }
}

/// The address of a run of blocks; see [`NOISE_FORMAT`](crate::NOISE_FORMAT).
#[derive(Copy, Clone, Debug)]
pub(crate) struct Blocks {
    pub(crate) key: [u32; 2],
    pub(crate) step: u32,
    pub(crate) sample: u32,
    pub(crate) first: u64,
}

impl Blocks {
    /// The run that begins so many elements later, a multiple of four.
    #[cfg(target_arch = "x86_64")]
    fn ahead(self, elements: usize) -> Self {
        Self {
            first: self.first.wrapping_add(elements as u64 / 4),
            ..self
        }
    }
}

/// What happens to the normal number `z` of an element.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Normal<'a> {
    /// `scale · z`.
    Scaled(f32),
    /// `base + scale · z`, the product rounded before the sum.
    Added { base: &'a [f32], scale: f32 },
}

impl Normal<'_> {
    /// What becomes of the number `z` of element `i`.
    #[inline]
    pub(crate) fn of(self, i: usize, z: f32) -> f32 {
        match self {
            Self::Scaled(scale) => z * scale,
            Self::Added { base, scale } => base[i] + z * scale,
        }
    }

    /// The same for the elements from `start` on.
    pub(crate) fn from(self, start: usize) -> Self {
        match self {
            Self::Scaled(scale) => Self::Scaled(scale),
            Self::Added { base, scale } => Self::Added {
                base: &base[start..],
                scale,
            },
        }
    }
}

/// Fills the first elements of `out`, which starts at a block, and says how many: a multiple of four.
pub(crate) fn words(level: SimdLevel, blocks: Blocks, out: &mut [u32]) -> usize {
    match level {
        // SAFETY: a level is only ever one that `SimdLevel::detect` or `available` found.
        #[cfg(target_arch = "x86_64")]
        SimdLevel::Avx2 => unsafe { avx2::words(blocks, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        SimdLevel::Avx512 => unsafe { avx512::words(blocks, out) },
        // SAFETY: as above.
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        SimdLevel::Neon => unsafe { neon::words(blocks, out) },
        // Portable code fills everything; other processors' levels are never found.
        _ => 0,
    }
}

/// As [`words`], for normal numbers.
pub(crate) fn normals(level: SimdLevel, blocks: Blocks, what: Normal, out: &mut [f32]) -> usize {
    if let Normal::Added { base, .. } = what {
        assert!(base.len() >= out.len(), "a base for every element");
    }
    match level {
        // SAFETY: as above; the bases were counted.
        #[cfg(target_arch = "x86_64")]
        SimdLevel::Avx2 => unsafe { avx2::normals(blocks, what, out) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        SimdLevel::Avx512 => unsafe { avx512::normals(blocks, what, out) },
        // SAFETY: as above.
        #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
        SimdLevel::Neon => unsafe { neon::normals(blocks, what, out) },
        // Portable code fills everything; other processors' levels are never found.
        _ => 0,
    }
}
