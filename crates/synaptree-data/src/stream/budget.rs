//! Whether data are streamed.

use std::path::Path;

use crate::error::DataError;
use crate::read::paths;
use crate::spec::{DataSpec, Files, Streaming};

/// Above this size, unpacked, files are streamed where nothing is said.
const IN_MEMORY: u64 = 512 << 20;

/// How much larger than its packed form a file is taken to be.
const UNPACKED: u64 = 4;

impl DataSpec {
    /// Whether the rows are read piece by piece instead of held in memory.
    ///
    /// `streaming = "auto"` does so where the files together have more than 512 MiB; the size of a
    /// file that is packed (Parquet, `.gz`, `.zst`) counts four times. Data whose split needs all
    /// rows at once (`order_by`) are then still held in memory.
    ///
    /// # Errors
    ///
    /// [`DataError::File`] for files that cannot be found, [`DataError::StreamedOrder`] where
    /// `streaming = true` meets `order_by`.
    pub fn streams(&self, base: &Path) -> Result<bool, DataError> {
        match (self.streaming, &self.order_by) {
            (Streaming::Fixed(false), _) | (Streaming::Auto(_), Some(_)) => Ok(false),
            (Streaming::Fixed(true), None) => Ok(true),
            (Streaming::Fixed(true), Some(column)) => Err(DataError::StreamedOrder {
                column: column.clone(),
            }),
            (Streaming::Auto(_), None) => Ok(self.unpacked_bytes(base)? > IN_MEMORY),
        }
    }

    /// About how large the files are once they are unpacked.
    fn unpacked_bytes(&self, base: &Path) -> Result<u64, DataError> {
        let own = self.own_files();
        let files = std::iter::once(&self.train).chain(own.iter().map(|(_, files)| files));
        let mut bytes = 0;
        for path in files
            .map(|files| located(files, base))
            .collect::<Result<Vec<_>, _>>()?
        {
            bytes += path.iter().map(|path| unpacked(path)).sum::<u64>();
        }
        Ok(bytes)
    }
}

fn located(files: &Files, base: &Path) -> Result<Vec<std::path::PathBuf>, DataError> {
    let sources = files
        .sources()
        .iter()
        .map(|source| source.relative_to(base))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(paths(&sources)?)
}

/// A file that cannot be looked at is refused, with its reason, when it is read.
pub(crate) fn unpacked(path: &Path) -> u64 {
    let bytes = std::fs::metadata(path).map_or(0, |metadata| metadata.len());
    let ending = path.extension().unwrap_or_default().to_ascii_lowercase();
    let is_packed = ["parquet", "gz", "gzip", "zst", "zstd"]
        .iter()
        .any(|packed| ending == *packed);
    if is_packed {
        bytes.saturating_mul(UNPACKED)
    } else {
        bytes
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;
    use crate::spec::Auto;

    fn sized(folder: &Path, name: &str, bytes: u64) -> DataSpec {
        // A file with a hole: it takes no room on the disk.
        File::create(folder.join(name))
            .unwrap()
            .set_len(bytes)
            .unwrap();
        DataSpec::new(name)
    }

    #[test]
    fn large_files_are_streamed_and_packed_ones_count_four_times() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str, bytes| sized(folder.path(), name, bytes).streams(folder.path());
        assert!(!at("a.csv", IN_MEMORY).unwrap());
        assert!(at("a.csv", IN_MEMORY + 1).unwrap());
        assert!(!at("a.parquet", IN_MEMORY / 4).unwrap());
        assert!(at("a.parquet", IN_MEMORY / 4 + 1).unwrap());
    }

    #[test]
    fn a_fixed_choice_needs_no_file_and_times_are_never_streamed() {
        let mut data = DataSpec::new("nowhere.csv");
        data.streaming = Streaming::Fixed(true);
        assert!(data.streams(Path::new("")).unwrap());
        data.order_by = Some("day".into());
        let refused = data.streams(Path::new("")).unwrap_err().to_string();
        assert!(refused.contains("`order_by`"), "{refused}");
        data.streaming = Streaming::Auto(Auto::Auto);
        assert!(!data.streams(Path::new("")).unwrap());
    }
}
