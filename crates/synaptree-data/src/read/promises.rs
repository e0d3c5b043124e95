//! Refuses Arrow files whose packed buffers promise more bytes than their packed ones can become.
//!
//! The decoder makes room for what a buffer promises before it looks at the buffer, so a file of a few
//! bytes could ask for all memory there is.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use arrow_ipc::reader::read_footer_length;
use arrow_ipc::{Message, RecordBatch, root_as_footer, root_as_message};

/// The most bytes that one byte of lz4 becomes.
const MOST: u64 = 255;

/// Where a message begins that goes on instead of ending the file.
const CONTINUES: [u8; 4] = [0xFF; 4];

/// Looks at the length of every packed buffer; `Err` says which one lies. What else is wrong with the
/// file is left to the decoder.
pub(super) fn check(file: &mut File, is_file_format: bool) -> Result<(), String> {
    let end = file.metadata().map_or(0, |metadata| metadata.len());
    let mut found = Checked {
        file,
        end,
        lie: None,
    };
    // A file that cannot be followed to its end is the decoder's to explain.
    let _ = if is_file_format {
        found.blocks()
    } else {
        found.messages()
    };
    match found.lie {
        None => Ok(()),
        Some((promised, packed)) => Err(format!(
            "a buffer of {packed} packed bytes promises {promised} bytes, more than lz4 can hold"
        )),
    }
}

struct Checked<'a> {
    file: &'a mut File,
    end: u64,
    /// Bytes that a buffer promises, and those that it has.
    lie: Option<(i64, u64)>,
}

impl Checked<'_> {
    /// The messages that the footer of a file lists.
    fn blocks(&mut self) -> io::Result<()> {
        let tail = self
            .end
            .checked_sub(10)
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let bytes = self.bytes(tail, 10)?;
        let bytes = bytes.as_slice().try_into().map_err(io::Error::other)?;
        let length = read_footer_length(bytes).map_err(io::Error::other)? as u64;
        let start = tail
            .checked_sub(length)
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        let footer = self.bytes(start, length)?;
        let footer =
            root_as_footer(&footer).map_err(|error| io::Error::other(error.to_string()))?;
        let dictionaries = footer.dictionaries().into_iter().flatten();
        for block in dictionaries.chain(footer.recordBatches().into_iter().flatten()) {
            let [offset, length] = [block.offset(), i64::from(block.metaDataLength())];
            let [offset, length] = [offset, length].map(|number| number.max(0) as u64);
            let metadata = self.bytes(offset, length)?;
            let prefix = if metadata.starts_with(&CONTINUES) {
                8
            } else {
                4
            };
            let message = metadata.get(prefix..).unwrap_or_default();
            if let Ok(message) = root_as_message(message) {
                self.message(message, offset.saturating_add(length))?;
            }
        }
        Ok(())
    }

    /// The messages of a stream, one behind the other.
    fn messages(&mut self) -> io::Result<()> {
        let mut at = 0;
        loop {
            let mut word = self.bytes(at, 4)?;
            at += 4;
            if word == CONTINUES {
                word = self.bytes(at, 4)?;
                at += 4;
            }
            let length = u64::from(u32::from_le_bytes(word.try_into().unwrap_or_default()));
            if length == 0 {
                return Ok(());
            }
            let metadata = self.bytes(at, length)?;
            let message =
                root_as_message(&metadata).map_err(|error| io::Error::other(error.to_string()))?;
            let body = at + length;
            self.message(message, body)?;
            at = body.saturating_add(message.bodyLength().max(0) as u64);
        }
    }

    fn message(&mut self, message: Message<'_>, body: u64) -> io::Result<()> {
        let batch = message.header_as_record_batch();
        let dictionary = message.header_as_dictionary_batch();
        match batch.or_else(|| dictionary.and_then(|dictionary| dictionary.data())) {
            Some(batch) if batch.compression().is_some() => self.buffers(batch, body),
            _ => Ok(()),
        }
    }

    fn buffers(&mut self, batch: RecordBatch<'_>, body: u64) -> io::Result<()> {
        for buffer in batch.buffers().into_iter().flatten() {
            let [offset, packed] = [buffer.offset(), buffer.length()].map(|n| n.max(0) as u64);
            if packed < 8 {
                continue;
            }
            let promise = self.bytes(body.saturating_add(offset), 8)?;
            let promised = i64::from_le_bytes(promise.try_into().unwrap_or_default());
            if promised > 0 && promised as u64 > packed.saturating_mul(MOST) {
                self.lie = Some((promised, packed));
                return Err(io::ErrorKind::InvalidData.into());
            }
        }
        Ok(())
    }

    /// Some bytes of the file, which must have them.
    fn bytes(&mut self, start: u64, length: u64) -> io::Result<Vec<u8>> {
        if start.checked_add(length).is_none_or(|end| end > self.end) {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.file.seek(SeekFrom::Start(start))?;
        let mut bytes = vec![0; length as usize];
        self.file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}
