//! The bytes of a text file, unpacked and turned into UTF-8.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use flate2::read::MultiGzDecoder;

mod decoded;
mod encoding;
mod kind;
mod zstd;

pub use encoding::Encoding;
pub(crate) use kind::Kind;

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
    let bytes: Box<dyn Read + Send> = match packing {
        Packing::None => Box::new(file),
        Packing::Gzip => Box::new(MultiGzDecoder::new(file)),
        Packing::Zstd => Box::new(zstd::Frames::new(file)),
    };
    let mut bytes = BufReader::with_capacity(1 << 16, bytes);
    let start = bytes.fill_buf()?;
    let decoder = Encoding::of(encoding, start);
    let marked = matches!(start, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let wide = marked || decoder.is_some_and(|known| known != encoding_rs::WINDOWS_1252);
    if let Some(kind) = kind::of(start, wide) {
        return Ok(Err(kind));
    }
    Ok(Ok(match decoder {
        None => Box::new(bytes),
        Some(known) => Box::new(decoded::Decoded::new(bytes, known)),
    }))
}
