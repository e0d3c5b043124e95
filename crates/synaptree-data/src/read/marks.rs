//! Where the bytes stand that end a cell, eight bytes at a time.

/// The lowest bit of every byte.
const ONES: u64 = u64::from_ne_bytes([1; 8]);

/// The highest bit of every byte.
const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);

/// Finds separators and line ends in the order of the text.
pub(super) struct Marks<'a> {
    bytes: &'a [u8],
    separators: u64,
    /// Where the word begins that was looked at last.
    base: usize,
    /// The highest bit of each byte of that word that is a mark.
    hits: u64,
}

impl<'a> Marks<'a> {
    pub(super) fn new(bytes: &'a [u8], separator: u8) -> Self {
        let mut marks = Self {
            bytes,
            separators: ONES * u64::from(separator),
            base: 0,
            hits: 0,
        };
        marks.look();
        marks
    }

    /// The first mark at `from` or behind it; `from` never falls.
    #[inline]
    pub(super) fn next(&mut self, from: usize) -> Option<usize> {
        if from < self.base + 8 {
            self.hits &= u64::MAX << (8 * from.saturating_sub(self.base));
        } else {
            self.base = from;
            self.look();
        }
        while self.hits == 0 {
            self.base += 8;
            if self.base >= self.bytes.len() {
                return None;
            }
            self.look();
        }
        Some(self.base + self.hits.trailing_zeros() as usize / 8)
    }

    #[inline]
    fn look(&mut self) {
        let rest = self.bytes.get(self.base..).unwrap_or_default();
        self.hits = match rest.first_chunk() {
            Some(&word) => self.marks(u64::from_le_bytes(word)),
            None => {
                let mut word = [0; 8];
                word[..rest.len()].copy_from_slice(rest);
                // What fills the word up may be a separator too.
                self.marks(u64::from_le_bytes(word)) & !(u64::MAX << (8 * rest.len()))
            }
        };
    }

    fn marks(&self, word: u64) -> u64 {
        zeros(word ^ self.separators)
            | zeros(word ^ (ONES * u64::from(b'\n')))
            | zeros(word ^ (ONES * u64::from(b'\r')))
    }
}

/// The highest bit of every byte that is zero.
fn zeros(word: u64) -> u64 {
    // No byte carries into the next one: 0x7F + 0x7F fits.
    !(((word & !HIGHS) + !HIGHS) | word | !HIGHS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_mark_is_found_and_nothing_else(
            bytes in prop::collection::vec(prop::sample::select(b"\0\n\r,;a\x7f\x80\x8a\xff\x01\x2d".to_vec()), 0..60),
            separator in prop::sample::select(b",\0;".to_vec()),
            step in 1..12_usize,
        ) {
            let is_mark = |at: &usize| matches!(bytes[*at], b'\n' | b'\r') || bytes[*at] == separator;
            let mut marks = Marks::new(&bytes, separator);
            for from in (0..bytes.len() + 9).step_by(step) {
                let expected = (from..bytes.len()).find(is_mark);
                prop_assert_eq!(marks.next(from), expected);
            }
        }
    }
}
