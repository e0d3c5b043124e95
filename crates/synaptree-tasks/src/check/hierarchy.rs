//! A label hierarchy that is written out.

use synaptree_config::Diagnostics;

use super::Checked;
use crate::codes::section;
use crate::spec::{HierarchyEntries, HierarchySpec};

pub(super) fn check_hierarchy(task: &Checked<'_>, diagnostics: &mut Diagnostics) {
    let Some(hierarchy) = &task.spec.hierarchy else {
        return;
    };
    let empty = match hierarchy {
        HierarchySpec::Entries(entries)
        | HierarchySpec::Explicit(
            HierarchyEntries::Paths(entries) | HierarchyEntries::Edges(entries),
        ) => entries.is_empty(),
        HierarchySpec::File(file) => file.trim().is_empty(),
    };
    if empty {
        let message = "`hierarchy` is empty".to_owned();
        let help = "list paths \"a/b/c\" or edges \"parent/child\", or leave it out to read it from the data";
        diagnostics.push(
            task.error(&section::HIERARCHY, "hierarchy", message)
                .help(help),
        );
    } else if let Some(Err(mistake)) = hierarchy.written() {
        diagnostics.push(task.error(&section::HIERARCHY, "hierarchy", mistake.to_string()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::one;
    use super::*;
    use crate::kind::Kind;
    use crate::spec::TaskSpec;

    fn with(hierarchy: HierarchySpec) -> Vec<(String, String)> {
        one(TaskSpec {
            hierarchy: Some(hierarchy),
            ..TaskSpec::new("a", Kind::Hierarchical)
        })
    }

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn a_hierarchy_that_cannot_be_built_is_a_mistake_of_the_file() {
        let cycle = with(HierarchySpec::Entries(words(&["x/y", "y/x"])));
        assert_eq!(cycle[0].0, "tasks[0].hierarchy");
        assert!(cycle[0].1.contains("has a cycle: "), "{cycle:?}");
        let paths = HierarchyEntries::Paths(words(&["x//y"]));
        assert!(with(HierarchySpec::Explicit(paths))[0].1.contains("x//y"));
        let edges = HierarchyEntries::Edges(words(&["x"]));
        assert!(
            with(HierarchySpec::Explicit(edges))[0]
                .1
                .contains("an edge needs a parent and a child")
        );
    }

    #[test]
    fn a_hierarchy_in_a_file_is_not_read_here() {
        assert_eq!(with(HierarchySpec::File("nowhere.txt".into())), []);
    }
}
