//! One idea a file: long files are named, very long ones are refused.

use super::Verdict;
use crate::repository::{files, text};

/// Past this many lines a file is named as one to split.
const LONG: usize = 500;
/// Past this many lines it is refused.
const TOO_LONG: usize = 900;

/// No source file has grown past what one sitting can read.
pub(crate) fn check() -> Result<Verdict, String> {
    let mut lengths = Vec::new();
    for file in files()?.into_iter().filter(|file| source(file)) {
        let lines = text(&file)?.map_or(0, |text| text.lines().count());
        lengths.push((lines, file));
    }
    lengths.sort_unstable_by(|left, right| right.cmp(left));
    judge(&lengths)
}

fn source(file: &str) -> bool {
    matches!(file.rsplit_once('.'), Some((_, "rs" | "py")))
}

fn judge(lengths: &[(usize, String)]) -> Result<Verdict, String> {
    let list = |limit: usize| -> Vec<String> {
        let long = lengths.iter().filter(|(lines, _)| *lines > limit);
        long.map(|(lines, file)| format!("{lines:>6} {file}"))
            .collect()
    };
    let refused = list(TOO_LONG);
    if !refused.is_empty() {
        let refused = refused.join("\n");
        return Err(format!(
            "files over {TOO_LONG} lines: split them\n{refused}"
        ));
    }
    let long = list(LONG);
    let total: usize = lengths.iter().map(|(lines, _)| lines).sum();
    let mut remark = format!(
        "{} files, {total} lines, {} over {LONG}",
        lengths.len(),
        long.len()
    );
    for line in long {
        remark.push('\n');
        remark.push_str(&line);
    }
    Ok(Verdict::Noted(remark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_files_are_named_and_very_long_ones_refused() {
        let Ok(Verdict::Noted(remark)) = judge(&[(600, "a.rs".to_owned())]) else {
            panic!("600 lines are allowed");
        };
        assert!(remark.contains("600 a.rs"));
        assert!(judge(&[(901, "a.rs".to_owned())]).is_err());
    }
}
