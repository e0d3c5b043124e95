//! Frames of zstd one after the other.

use std::fs::File;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result, copy, sink};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// Unpacks the frames of a file; those that hold no data are passed over.
pub(super) struct Frames {
    file: BufReader<File>,
    decoder: FrameDecoder,
    within: bool,
    any: bool,
}

impl Frames {
    pub(super) fn new(file: File) -> Self {
        Self {
            file: BufReader::with_capacity(1 << 16, file),
            decoder: FrameDecoder::new(),
            within: false,
            any: false,
        }
    }

    /// Goes to the next frame with data; whether there is one.
    fn begin(&mut self) -> Result<bool> {
        loop {
            if self.file.fill_buf()?.is_empty() {
                return if self.any {
                    Ok(false)
                } else {
                    Err(ErrorKind::UnexpectedEof.into())
                };
            }
            match self.decoder.init(&mut self.file) {
                Ok(()) => {
                    (self.within, self.any) = (true, true);
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    self.any = true;
                    let length = u64::from(length);
                    let skipped = copy(&mut (&mut self.file).take(length), &mut sink())?;
                    if skipped < length {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(Error::new(ErrorKind::InvalidData, error.to_string())),
            }
        }
    }

    /// Ends a frame, whose sum must be the one that it carries.
    fn end(&mut self) -> Result<()> {
        self.within = false;
        let carried = self.decoder.get_checksum_from_data();
        if carried.is_some() && carried != self.decoder.get_calculated_checksum() {
            let message = "its checksum does not fit its data";
            return Err(Error::new(ErrorKind::InvalidData, message));
        }
        Ok(())
    }
}

impl Read for Frames {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if !self.within && !self.begin()? {
                return Ok(0);
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let step = BlockDecodingStrategy::UptoBlocks(1);
                if let Err(error) = self.decoder.decode_blocks(&mut self.file, step) {
                    // A frame that is cut off fails wherever the next byte was expected.
                    let kind = if self.file.fill_buf()?.is_empty() {
                        ErrorKind::UnexpectedEof
                    } else {
                        ErrorKind::InvalidData
                    };
                    return Err(Error::new(kind, error.to_string()));
                }
            }
            let read = self.decoder.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.end()?;
        }
    }
}
