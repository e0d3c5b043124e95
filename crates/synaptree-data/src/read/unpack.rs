//! Pages of Parquet files that are packed with zstd.

use std::io::Read;

use ::bytes::Bytes;
use parquet::column::page::Page;
use parquet::errors::{ParquetError, Result};
use ruzstd::decoding::StreamingDecoder;

/// The same page with its values unpacked, to at most so many bytes.
pub(super) fn unpacked(mut page: Page, most: usize) -> Result<Page> {
    match &mut page {
        Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => {
            *buf = unpack(&[], buf, most)?;
        }
        Page::DataPageV2 {
            buf,
            def_levels_byte_len,
            rep_levels_byte_len,
            is_compressed,
            ..
        } => {
            let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
            let split = buf.split_at_checked(levels);
            let (levels, values) = split.ok_or_else(|| damaged("its levels are longer than it"))?;
            if *is_compressed {
                *buf = unpack(levels, values, most)?;
                *is_compressed = false;
            }
        }
    }
    Ok(page)
}

/// `before`, and behind it what `packed` unpacks to.
fn unpack(before: &[u8], packed: &[u8], most: usize) -> Result<Bytes> {
    let mut bytes = before.to_vec();
    if !packed.is_empty() {
        let frame = StreamingDecoder::new(packed).map_err(|error| damaged(&error.to_string()))?;
        // One byte more than there may be shows that there is more.
        let read = frame.take(most as u64 + 1).read_to_end(&mut bytes);
        if read.map_err(|error| damaged(&error.to_string()))? > most {
            return Err(damaged("it holds more than its column"));
        }
    }
    Ok(bytes.into())
}

fn damaged(reason: &str) -> ParquetError {
    ParquetError::General(format!(
        "a page packed with zstd cannot be unpacked: {reason}"
    ))
}
