//! The pages of a Parquet file, looked at before the decoder makes room for what they promise.

use std::sync::Arc;

use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::Type;
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, SerializedPageReader};

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
        let pages = SerializedPageReader::new(self.file.clone(), chunk, rows, None);
        Some(pages.map(|pages| {
            let bits = least_bits(chunk);
            Box::new(Checked { pages, bits }) as Box<dyn PageReader>
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
}

impl<R: ChunkReader> Checked<R> {
    /// The decoder makes room for as many values as the header of a dictionary says before it reads the first of them.
    fn check(&self, page: Option<Page>) -> Result<Option<Page>> {
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
