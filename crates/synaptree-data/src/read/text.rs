//! A text file as a moving window of valid UTF-8, with its place in the file.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use memchr::memchr_iter;

use super::bytes::{self, Encoding, Packing};
use crate::error::{FileError, LayoutError};

/// How much is read at once, at least.
const CHUNK: usize = 1 << 20;

/// Reads a text file piece by piece: `rest` is what has been read and not consumed.
pub(super) struct Text {
    path: PathBuf,
    reader: Box<dyn Read + Send>,
    packing: Packing,
    window: String,
    start: usize,
    /// Where the line that was given last begins.
    last: usize,
    /// Bytes of a character whose end has not been read.
    unfinished: Vec<u8>,
    line: u64,
    /// Bytes of the file before `unfinished`.
    offset: u64,
    ended: bool,
    chunk: Vec<u8>,
    /// Whether the file begins with the byte order mark of UTF-8.
    is_marked: bool,
}

impl Text {
    /// A window at the beginning of a file, past its byte order mark.
    pub(super) fn open(
        path: &Path,
        file: File,
        packing: Packing,
        encoding: Option<Encoding>,
    ) -> Result<Self, FileError> {
        let reader = bytes::open(file, packing, encoding)
            .map_err(|source| unreadable(path, packing, source))?
            .map_err(|kind| LayoutError::NotText {
                path: path.into(),
                what: kind.what,
                help: kind.help,
            })?;
        Self::from_reader(path, reader, packing, CHUNK)
    }

    pub(super) fn from_reader(
        path: &Path,
        reader: Box<dyn Read + Send>,
        packing: Packing,
        chunk: usize,
    ) -> Result<Self, FileError> {
        let mut text = Self {
            path: path.into(),
            reader,
            packing,
            window: String::new(),
            start: 0,
            last: 0,
            unfinished: Vec::new(),
            line: 1,
            offset: 0,
            ended: false,
            chunk: vec![0; chunk],
            is_marked: false,
        };
        text.more()?;
        if text.window.starts_with('\u{FEFF}') {
            text.start = '\u{FEFF}'.len_utf8();
        }
        Ok(text)
    }

    /// What has been read and not consumed.
    pub(super) fn rest(&self) -> &str {
        &self.window[self.start..]
    }

    /// Whether `rest` reaches to the end of the file.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// The line, from 1, that `rest` begins on.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Moves the beginning of `rest` by so many bytes, which hold so many line ends.
    pub(super) fn consume(&mut self, bytes: usize, lines: u64) {
        self.start += bytes;
        self.line += lines;
    }

    /// Takes the first bytes of `rest` away as a text of their own.
    pub(super) fn take(&mut self, bytes: usize) -> String {
        let end = self.start + bytes;
        let lines = count_line_ends(&self.window.as_bytes()[self.start..end]);
        let mut rest = String::with_capacity(self.window.capacity());
        rest.push_str(&self.window[end..]);
        let mut taken = std::mem::replace(&mut self.window, rest);
        taken.truncate(end);
        taken.drain(..self.start);
        self.start = 0;
        self.line += lines;
        taken
    }

    /// Makes `rest` longer, at least as much again, or finds the end of the file.
    pub(super) fn more(&mut self) -> Result<(), FileError> {
        self.window.drain(..self.start);
        self.start = 0;
        let wanted = self.chunk.len().max(self.window.len());
        self.chunk.resize(wanted, 0);
        let mut filled = std::mem::take(&mut self.unfinished);
        let carried = filled.len();
        self.chunk[..carried].copy_from_slice(&filled);
        let mut end = carried;
        while end < self.chunk.len() {
            match self.reader.read(&mut self.chunk[end..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(read) => end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(&self.path, self.packing, error)),
            }
        }
        if self.offset == 0 {
            self.is_marked = self.chunk[..end].starts_with(&bytes::MARK);
        }
        let (valid, invalid) = match std::str::from_utf8(&self.chunk[..end]) {
            Ok(valid) => (valid, None),
            Err(error) => {
                let (valid, rest) = self.chunk[..end].split_at(error.valid_up_to());
                let cut = error.error_len().is_none() && !self.ended;
                // `valid_up_to` says that this prefix is valid.
                (
                    std::str::from_utf8(valid).unwrap_or_default(),
                    Some((cut, rest)),
                )
            }
        };
        self.window.push_str(valid);
        self.offset += valid.len() as u64;
        match invalid {
            Some((false, rest)) => {
                let byte = rest[0];
                return Err(self.invalid(byte));
            }
            Some((true, rest)) => {
                filled.clear();
                filled.extend_from_slice(rest);
                self.unfinished = filled;
            }
            None => {}
        }
        Ok(())
    }

    /// The next line without its end, and its number; `None` at the end of the file.
    pub(super) fn next_line(&mut self) -> Result<Option<(u64, &str)>, FileError> {
        let (length, end) = loop {
            let rest = self.rest().as_bytes();
            match rest.iter().position(|&byte| byte == b'\n' || byte == b'\r') {
                // The other half of a Windows line end may not have been read yet.
                Some(at) if rest[at] == b'\r' && at + 1 == rest.len() && !self.ended => {}
                Some(at) if rest[at..].starts_with(b"\r\n") => break (at, 2),
                Some(at) => break (at, 1),
                None if self.ended && rest.is_empty() => return Ok(None),
                None if self.ended => break (rest.len(), 0),
                None => {}
            }
            self.more()?;
        };
        let line = self.line;
        self.last = self.start;
        self.consume(length + end, 1);
        Ok(Some((line, self.last_line(length))))
    }

    /// The line that [`Text::next_line`] gave last, of so many bytes, until more is read.
    pub(super) fn last_line(&self, length: usize) -> &str {
        &self.window[self.last..self.last + length]
    }

    fn invalid(&self, byte: u8) -> FileError {
        let help = if self.is_marked {
            "its byte order mark says that it is UTF-8, so parts of it were saved otherwise: open it in an editor and \
             save all of it as UTF-8"
        } else {
            "save the file as UTF-8; data in Latin-1 or Windows-1252 is read with `encoding = \"latin-1\"` under \
             `[data]`, and by `init` and `describe` with `--encoding latin-1`"
        };
        FileError::InvalidUtf8 {
            path: self.path.clone(),
            line: self.line + count_line_ends(self.rest().as_bytes()),
            offset: self.offset,
            byte,
            help,
        }
    }
}

fn unreadable(path: &Path, packing: Packing, source: std::io::Error) -> FileError {
    let path = path.into();
    match (source.kind(), packing) {
        _ if bytes::is_misread(&source) => FileError::Encoding { path, source },
        (_, Packing::None) => FileError::Unreadable { path, source },
        (ErrorKind::UnexpectedEof, _) => FileError::Truncated {
            path,
            format: packing.name(),
        },
        (ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::Other, _) => {
            FileError::NotPacked {
                path,
                format: packing.name(),
                ending: packing.ending(),
                source,
            }
        }
        _ => FileError::Unreadable { path, source },
    }
}

/// How many `\n`, `\r\n` and lone `\r` there are.
pub(super) fn count_line_ends(bytes: &[u8]) -> u64 {
    let feeds = memchr_iter(b'\n', bytes).count();
    let lone = memchr_iter(b'\r', bytes).filter(|at| bytes.get(at + 1) != Some(&b'\n'));
    (feeds + lone.count()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &'static [u8], chunk: usize) -> Result<Vec<(u64, String)>, FileError> {
        let path = Path::new("a.txt");
        let mut text = Text::from_reader(path, Box::new(bytes), Packing::None, chunk)?;
        let mut lines = Vec::new();
        while let Some((number, line)) = text.next_line()? {
            lines.push((number, line.to_owned()));
        }
        Ok(lines)
    }

    #[test]
    fn lines_do_not_depend_on_the_size_of_the_pieces() {
        let bytes = "\u{FEFF}ä\r\n\r€\n\nlast".as_bytes();
        let expected = [(1, "ä"), (2, ""), (3, "€"), (4, ""), (5, "last")];
        for chunk in 4..20 {
            let found = lines(bytes, chunk).unwrap();
            assert_eq!(
                found,
                expected.map(|(number, line)| (number, line.to_owned())),
                "{chunk}"
            );
        }
    }

    #[test]
    fn an_invalid_byte_is_placed() {
        for chunk in [4, 5, 7, 100] {
            let error = lines(b"ab\r\nc\rd\xE9f\n", chunk).unwrap_err();
            let FileError::InvalidUtf8 {
                line, offset, byte, ..
            } = error
            else {
                panic!("{error}");
            };
            assert_eq!((line, offset, byte), (3, 7, 0xE9));
        }
    }

    #[test]
    fn a_character_cut_off_by_the_end_is_invalid() {
        let error = lines(b"ab\xE2\x82", 100).unwrap_err();
        assert!(
            error.to_string().contains("line 1: byte 2 (0xE2)"),
            "{error}"
        );
    }
}
