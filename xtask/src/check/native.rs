//! The default build needs a Rust toolchain and nothing else.

use super::Verdict;
use crate::repository::{cargo, output};

/// Crates that call a compiler of another language, or wrap a library written in one.
const COMPILERS: &[&str] = &["cc", "cmake", "bindgen", "pkg-config", "vcpkg"];

/// No crate of the default build compiles C or C++.
pub(crate) fn check() -> Result<Verdict, String> {
    let edges = "normal,build";
    let tree = output(cargo().args(["tree", "--workspace", "--edges", edges, "--prefix", "none"]))?;
    let found = compilers(&tree);
    if found.is_empty() {
        Ok(Verdict::Passed)
    } else {
        let found = found.join(", ");
        Err(format!(
            "the default build compiles C or C++ through {found}; see `cargo tree -i`"
        ))
    }
}

fn compilers(tree: &str) -> Vec<&str> {
    let mut found: Vec<&str> = tree
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| COMPILERS.contains(name))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_c_compiler_is_found_by_its_whole_name() {
        assert_eq!(
            compilers("serde v1.0.0\ncc v1.2.0\ncc v1.2.0 (*)\n"),
            ["cc"]
        );
        assert!(compilers("ccache v1.0.0\nsucc v2.0.0\n").is_empty());
    }
}
