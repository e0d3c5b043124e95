//! Memory of large arrays, kept from step to step.
//!
//! A gradient as long as a weight lives for one step. Given back to the system and asked for again, its pages are
//! taken away, handed out and cleared in every step, which costs as much as a pass of the optimizer.

use std::sync::{Mutex, PoisonError};

/// Shorter arrays are left to the allocator, which keeps them by itself.
const SHORTEST: usize = 1 << 15;
/// Arrays that are kept at most; a network with more weights gives the rest back.
const MOST: usize = 256;

static SPARE: Mutex<Vec<Vec<f32>>> = Mutex::new(Vec::new());

/// Keeps the memory of an array that is not needed any more for the next gradient of the same length.
///
/// # Example
///
/// ```
/// synaptree_kernels::recycle(vec![0.0; 100_000]);
/// ```
pub fn recycle(array: Vec<f32>) {
    if array.capacity() < SHORTEST {
        return;
    }
    let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
    if spare.len() < MOST {
        spare.push(array);
    }
}

/// An empty array with room for `len` numbers.
pub(crate) fn with_room(len: usize) -> Vec<f32> {
    if len >= SHORTEST {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        // The same length: a longer array would be missing where it belongs.
        if let Some(place) = spare.iter().rposition(|array| array.capacity() == len) {
            let mut array = spare.swap_remove(place);
            array.clear();
            return array;
        }
    }
    Vec::with_capacity(len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_array_is_used_again_for_the_same_length_alone() {
        let len = SHORTEST + 17;
        let array = vec![1.0; len];
        let place = array.as_ptr();
        recycle(array);
        let longer = with_room(len + 1);
        assert_ne!(longer.as_ptr(), place);
        let again = with_room(len);
        assert_eq!(again.as_ptr(), place);
        assert!(again.is_empty() && again.capacity() == len);
        let third = with_room(len);
        assert_ne!(third.as_ptr(), place);
    }
}
