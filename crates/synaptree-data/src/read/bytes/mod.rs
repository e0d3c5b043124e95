//! The bytes of a text file, unpacked and turned into UTF-8.

use std::fs::File;
use std::io::{BufReader, Cursor, Read};

use flate2::read::MultiGzDecoder;

mod decoded;
mod encoding;
mod kind;
mod wide;
mod zstd;

pub(super) use decoded::is_misread;
pub use encoding::Encoding;
pub(crate) use kind::Kind;
pub(super) use wide::MARK;

/// How many bytes are looked at.
const START: u64 = 1 << 16;

/// How the bytes of a text file are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    /// Not at all.
    None,
    /// One or several gzip members.
    Gzip,
    /// One or several zstd frames.
    Zstd,
}

impl Packing {
    /// The name of the format.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "text",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    /// The ending of packed files.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Gzip => ".gz",
            Self::Zstd => ".zst",
        }
    }
}

/// The unpacked bytes of a file in UTF-8, unless it breaks its encoding; or what it is instead of text.
pub(super) fn open(
    file: File,
    packing: Packing,
    encoding: Option<Encoding>,
) -> std::io::Result<Result<Box<dyn Read + Send>, Kind>> {
    let mut bytes: Box<dyn Read + Send> = match packing {
        Packing::None => Box::new(file),
        Packing::Gzip => Box::new(MultiGzDecoder::new(file)),
        Packing::Zstd => Box::new(zstd::Frames::new(file)),
    };
    // One call may give as little as a byte.
    let mut start = Vec::new();
    bytes.by_ref().take(START).read_to_end(&mut start)?;
    let decoder = Encoding::of(encoding, &start);
    let wide = decoder.is_some_and(|known| known != encoding_rs::WINDOWS_1252);
    if let Some(kind) = kind::of(&start, wide) {
        return Ok(Err(kind));
    }
    if wide && !start.is_empty() && !start.contains(&0) {
        return Err(decoded::misread("it holds no byte of zero, as UTF-16 does"));
    }
    let bytes = Cursor::new(start).chain(bytes);
    Ok(Ok(match decoder {
        None => Box::new(bytes),
        Some(known) => {
            let bytes = BufReader::with_capacity(START as usize, bytes);
            Box::new(decoded::Decoded::new(bytes, known))
        }
    }))
}
