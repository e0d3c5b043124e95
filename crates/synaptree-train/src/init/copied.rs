//! What is said where rows stand in the files more than once.

use synaptree_data::copies;

use super::Rows;

/// Of so many rows one is a copy, where something is said.
const TOLD: usize = 20;

/// What copies of rows lead to, and what to do about them; `None` where there are few.
pub(super) fn remark(table: Rows<'_>) -> Option<String> {
    let (copies, rows) = (copies(table)?, table.num_rows());
    let (copy, first) = &copies.first;
    let but = match &copies.counter {
        Some(column) => format!(" but `{column}`, which counts them"),
        None => String::new(),
    };
    (TOLD * copies.rows >= rows).then(|| {
        format!(
            "{} of {rows} rows repeat another one in every column{but}, the first of them {copy} (as {first}): copies of \
             training rows would be tested on, and the figures flatter; unless each was seen anew, take the copies out \
             of the files and run `synaptree init` again",
            copies.rows
        )
    })
}

#[cfg(test)]
mod tests {
    use synaptree_data::{ReadOptions, Reading, Source, read_unknown};

    use super::*;

    fn said(rows: usize, different: usize) -> Option<String> {
        let row = |n: usize| format!("{},{}.5,{}\n", n * 37 % 211, n * 71 % 199, n % 2);
        let text: String = (0..rows).map(|n| row(n % different)).collect();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, format!("a,b,y\n{text}")).unwrap();
        let source = Source::from(path.as_path());
        let reading = read_unknown(&[source], &ReadOptions::default(), Reading::ROWS).unwrap();
        remark(&reading.table)
    }

    #[test]
    fn copies_are_told_where_there_are_many() {
        let told = said(200, 100).unwrap();
        assert!(
            told.starts_with(
                "100 of 200 rows repeat another one in every column, the first of them "
            )
        );
        assert!(
            told.contains("line 102 (as ") && told.contains("line 2)"),
            "{told}"
        );
        assert_eq!(said(200, 195), None);
        assert_eq!(said(100, 100), None);
    }
}
