//! Bytes of another encoding as UTF-8.

use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result};

use encoding_rs::{Decoder, DecoderResult, Encoding};

/// What is wrong with characters, told from what is wrong with how a file is packed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Misread(String);

/// The bytes do not fit their encoding.
pub(super) fn misread(what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidData, Misread(what.into()))
}

/// Whether an error says that bytes do not fit their encoding.
pub(in crate::read) fn is_misread(error: &Error) -> bool {
    matches!(error.get_ref(), Some(inner) if inner.is::<Misread>())
}

/// Reads UTF-8 where the file is written otherwise.
pub(super) struct Decoded<R> {
    bytes: BufReader<R>,
    decoder: Decoder,
    text: String,
    given: usize,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(bytes: BufReader<R>, encoding: &'static Encoding) -> Self {
        Self {
            bytes,
            decoder: encoding.new_decoder_with_bom_removal(),
            text: String::with_capacity(1 << 17),
            given: 0,
            ended: false,
        }
    }

    fn refill(&mut self) -> Result<()> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() && !self.ended {
            let input = self.bytes.fill_buf()?;
            let last = input.is_empty();
            let (result, read) =
                self.decoder
                    .decode_to_string_without_replacement(input, &mut self.text, last);
            self.bytes.consume(read);
            match result {
                DecoderResult::InputEmpty => self.ended = last,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    let encoding = self.decoder.encoding().name();
                    return Err(misread(format!("it holds bytes that are no {encoding}")));
                }
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if self.given == self.text.len() {
            self.refill()?;
        }
        let rest = &self.text.as_bytes()[self.given..];
        let taken = rest.len().min(buffer.len());
        buffer[..taken].copy_from_slice(&rest[..taken]);
        self.given += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8], capacity: usize, encoding: &'static Encoding) -> Result<String> {
        let mut text = String::new();
        Decoded::new(BufReader::with_capacity(capacity, bytes), encoding)
            .read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn utf16_is_read_in_both_orders_however_it_is_cut() {
        let text = "aé€😀\n";
        for capacity in 1..12 {
            let mut little = vec![0xFF, 0xFE];
            little.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
            let decoded = decode(&little, capacity, encoding_rs::UTF_16LE).unwrap();
            assert_eq!(decoded, text, "{capacity}");
            let mut big = vec![0xFE, 0xFF];
            big.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
            let decoded = decode(&big, capacity, encoding_rs::UTF_16BE).unwrap();
            assert_eq!(decoded, text, "{capacity}");
        }
    }

    #[test]
    fn half_a_character_is_an_error() {
        let error = decode(&[b'a', 0, 0x00, 0xD8], 16, encoding_rs::UTF_16LE).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidData);
        let error = decode(&[b'a', 0, b'b'], 16, encoding_rs::UTF_16LE).unwrap_err();
        assert!(error.to_string().contains("UTF-16LE"), "{error}");
    }
}
