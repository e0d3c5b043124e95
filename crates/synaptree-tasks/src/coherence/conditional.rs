//! The classes of a fine task, gathered by the coarse class they belong to.

/// The classes of a fine task by coarse class, ascending in each.
///
/// # Example
///
/// ```text
/// map     = [0, 1, 0]            // classes 0 and 2 belong to coarse class 0
/// members = [[0, 2], [1]]
/// ```
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    members: Vec<Vec<usize>>,
}

impl Groups {
    /// The groups of a map from fine to coarse classes.
    pub(crate) fn new(map: &[u32]) -> Self {
        let count = map.iter().max().map_or(0, |&largest| largest as usize + 1);
        let mut members = vec![Vec::new(); count];
        for (fine, &coarse) in map.iter().enumerate() {
            members[coarse as usize].push(fine);
        }
        Self { members }
    }

    /// The fine classes of a coarse class.
    pub(crate) fn members(&self, coarse: usize) -> &[usize] {
        self.members.get(coarse).map_or(&[], Vec::as_slice)
    }

    /// The size of the largest group.
    pub(crate) fn largest(&self) -> usize {
        self.members.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The groups, by coarse class.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &[usize]> {
        self.members.iter().map(Vec::as_slice)
    }
}
