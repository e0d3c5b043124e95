//! The pages of a Parquet file, looked at before the decoder makes room for what they promise.

use std::sync::Arc;

use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::{Compression, Type};
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, SerializedPageReader};

use super::unpack::unpacked;

/// All row groups of a file.
pub(super) struct Pages<R> {
    file: Arc<R>,
    metadata: Arc<ParquetMetaData>,
}

impl<R: ChunkReader + 'static> Pages<R> {
    pub(super) fn new(file: R, metadata: Arc<ParquetMetaData>) -> Self {
        Self {
            file: Arc::new(file),
            metadata,
        }
    }
}

impl<R: ChunkReader + 'static> RowGroups for Pages<R> {
    fn num_rows(&self) -> usize {
        let groups = self.metadata.row_groups().iter();
        groups.map(|group| group.num_rows() as usize).sum()
    }

    fn column_chunks(&self, column: usize) -> Result<Box<dyn PageIterator>> {
        Ok(Box::new(Chunks {
            file: self.file.clone(),
            metadata: self.metadata.clone(),
            column,
            group: 0,
        }))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.metadata.row_groups().iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// The chunks of one column, row group by row group.
struct Chunks<R> {
    file: Arc<R>,
    metadata: Arc<ParquetMetaData>,
    column: usize,
    group: usize,
}

impl<R: ChunkReader + 'static> Iterator for Chunks<R> {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = self.metadata.row_groups().get(self.group)?;
        self.group += 1;
        let chunk = group.column(self.column);
        let rows = group.num_rows() as usize;
        Some(self.pages(chunk, rows))
    }
}

impl<R: ChunkReader + 'static> Chunks<R> {
    fn pages(&self, chunk: &ColumnChunkMetaData, rows: usize) -> Result<Box<dyn PageReader>> {
        let is_zstd = matches!(chunk.compression(), Compression::ZSTD(_));
        let plain;
        let (chunk, zstd) = if is_zstd {
            // The reader gives the pages as they are, and they are unpacked here.
            let most = usize::try_from(chunk.uncompressed_size()).unwrap_or(0);
            let builder = chunk.clone().into_builder();
            plain = builder.set_compression(Compression::UNCOMPRESSED).build()?;
            (&plain, Some(most))
        } else {
            (chunk, None)
        };
        Ok(Box::new(Checked {
            pages: SerializedPageReader::new(self.file.clone(), chunk, rows, None)?,
            bits: least_bits(chunk),
            zstd,
        }))
    }
}

impl<R: ChunkReader + 'static> PageIterator for Chunks<R> {}

/// Bits that a value of the column takes at least in a dictionary.
fn least_bits(chunk: &ColumnChunkMetaData) -> u64 {
    match chunk.column_type() {
        Type::BOOLEAN => 1,
        // The length of bytes comes before them.
        Type::INT32 | Type::FLOAT | Type::BYTE_ARRAY => 32,
        Type::INT64 | Type::DOUBLE => 64,
        Type::INT96 => 96,
        Type::FIXED_LEN_BYTE_ARRAY => {
            8 * u64::try_from(chunk.column_descr().type_length()).unwrap_or(0)
        }
    }
}

/// The pages of one chunk.
struct Checked<R: ChunkReader> {
    pages: SerializedPageReader<R>,
    bits: u64,
    /// The most bytes that a page has once it is unpacked, where they are packed with zstd.
    zstd: Option<usize>,
}

impl<R: ChunkReader> Checked<R> {
    /// The decoder makes room for as many values as the header of a dictionary says before it reads the first of them.
    fn check(&self, page: Option<Page>) -> Result<Option<Page>> {
        let page = match (page, self.zstd) {
            (Some(page), Some(most)) => Some(unpacked(page, most)?),
            (page, _) => page,
        };
        if let Some(Page::DictionaryPage {
            buf, num_values, ..
        }) = &page
            && u64::from(*num_values) * self.bits > 8 * buf.len() as u64
        {
            return Err(ParquetError::General(format!(
                "a dictionary of {num_values} values has {} bytes",
                buf.len()
            )));
        }
        Ok(page)
    }
}

impl<R: ChunkReader> Iterator for Checked<R> {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl<R: ChunkReader> PageReader for Checked<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        self.check(page)
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }

    fn supports_deferred_dictionary(&self) -> bool {
        self.pages.supports_deferred_dictionary()
    }

    fn take_deferred_dictionary(&mut self) -> Result<Option<Page>> {
        let page = self.pages.take_deferred_dictionary()?;
        self.check(page)
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.pages.at_record_boundary()
    }
}
