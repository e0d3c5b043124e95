//! Plain loops, compiled for each instruction set.

/// Compiles a function for AVX-512, AVX2 and the target's baseline, and calls the widest that the processor has.
///
/// Rust fuses no product with a sum and reorders nothing, so all have the same bits.
macro_rules! widest {
    ($(#[$doc:meta])* $visible:vis fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $result:ty)? $body:block) => {
        $(#[$doc])*
        $visible fn $name($($arg: $type),*) $(-> $result)? {
            // Only what is inlined is compiled for the registers of the caller.
            #[inline(always)]
            fn plain($($arg: $type),*) $(-> $result)? $body

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f")]
            fn avx512($($arg: $type),*) $(-> $result)? {
                plain($($arg),*)
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2")]
            fn avx2($($arg: $type),*) $(-> $result)? {
                plain($($arg),*)
            }

            match $crate::SimdLevel::detect() {
                // SAFETY: the processor was asked.
                #[cfg(target_arch = "x86_64")]
                $crate::SimdLevel::Avx512 => unsafe { avx512($($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                $crate::SimdLevel::Avx2 => unsafe { avx2($($arg),*) },
                _ => plain($($arg),*),
            }
        }
    };
}

pub(crate) use widest;
