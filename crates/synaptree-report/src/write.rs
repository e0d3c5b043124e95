//! Writes the page and the figures beside their place, then renames them into it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::ReportError;
use crate::files::RunFiles;
use crate::page::page;
use crate::section::sections;

/// Draws `report.html` from the files of a run folder and returns its path.
///
/// The page is complete in itself. Above several seeds (`seed-0/…`) it compares them, and each of them
/// receives a page of its own, which it links to.
///
/// # Errors
///
/// [`ReportError`]: the folder is not that of a run, one of its files is damaged, or the page cannot
/// be written.
///
/// # Example
/// ```
/// let run = std::env::temp_dir().join(format!("synaptree-report-{}", std::process::id()));
/// std::fs::create_dir_all(&run)?;
/// std::fs::write(run.join("summary.json"), r#"{"name": "animals", "epochs": 80}"#)?;
///
/// let page = std::fs::read_to_string(synaptree_report::write_report(&run)?)?;
/// assert!(page.contains("<h1>animals</h1>"));
/// assert!(page.contains("trained for 80 epochs"));
/// # std::fs::remove_dir_all(&run)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_report(run: &Path) -> Result<PathBuf, ReportError> {
    let files = RunFiles::read(run)?;
    for seed in &files.seeds {
        write_beside(
            &seed.files.directory.join("report.html"),
            &page(&seed.files),
        )?;
    }
    let path = run.join("report.html");
    write_beside(&path, &page(&files))?;
    Ok(path)
}

/// The page that [`write_report`] writes for the files of one run.
///
/// ```
/// use synaptree_report::{RunFiles, draw_report};
///
/// assert!(draw_report(&RunFiles::default()).ends_with("</html>\n"));
/// ```
pub fn draw_report(files: &RunFiles) -> String {
    page(files)
}

/// Draws every figure of the report as an SVG file of its own in `directory`, which is made where it
/// is not there, and returns their paths in the order of the report.
///
/// # Errors
///
/// [`ReportError`]: the folder is not that of a run, one of its files is damaged, or a figure cannot
/// be written.
pub fn write_figures(run: &Path, directory: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let files = RunFiles::read(run)?;
    fs::create_dir_all(directory).map_err(ReportError::write(directory))?;
    let mut paths = Vec::new();
    for figure in sections(&files).iter().flat_map(|section| &section.figures) {
        let path = directory.join(format!("{}.svg", figure.name));
        write_beside(&path, &figure.standalone())?;
        paths.push(path);
    }
    Ok(paths)
}

/// Writes a file beside its place and renames it: a reader sees the old page or the new, never half.
fn write_beside(path: &Path, content: &str) -> Result<(), ReportError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.part", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = fs::write(&beside, content).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // What stopped the write is what matters; the remains may not even be there.
        let _ = fs::remove_file(&beside);
    }
    written.map_err(ReportError::write(path))
}
