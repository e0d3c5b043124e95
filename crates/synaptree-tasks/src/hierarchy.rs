//! The labels of a hierarchical task and which of them contain which.

use std::collections::{BTreeSet, HashMap, VecDeque};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::TaskError;

/// Name of the node above all others: added to a hierarchy of paths, recognised among edges.
pub const ROOT: &str = "root";

/// A tree or DAG of labels: a row that has a label has all labels above it.
///
/// Nodes are numbered by (distance from the nearest root, name), whatever the order of the
/// declaration. Roots are trained like any other node and left out of every score: the nodes
/// without a parent, and, where a node is named `root`, the nodes right below it that were
/// declared by edges (the namespaces of an ontology).
///
/// # Example
///
/// ```
/// use synaptree_tasks::Hierarchy;
///
/// let animals = Hierarchy::from_paths(["pet/dog", "pet/cat", "wild"]).unwrap();
/// assert_eq!(animals.labels(), ["root", "pet", "wild", "pet/cat", "pet/dog"]);
///
/// let mut nodes = vec![animals.index("pet/dog").unwrap()];
/// animals.close_upward(&mut nodes);
/// assert_eq!(nodes, [0, 1, 4]);
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Saved", into = "Saved")]
pub struct Hierarchy {
    labels: Vec<String>,
    parents: Vec<Vec<u32>>,
    namespaces: bool,
    index: HashMap<String, u32>,
    order: Vec<u32>,
    sweep: Vec<(u32, u32)>,
    roots: Vec<bool>,
}

/// The form on disk: everything else follows from it.
#[derive(Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Saved {
    labels: Vec<String>,
    parents: Vec<Vec<u32>>,
    namespaces: bool,
}

impl From<Hierarchy> for Saved {
    fn from(hierarchy: Hierarchy) -> Self {
        let Hierarchy {
            labels,
            parents,
            namespaces,
            ..
        } = hierarchy;
        Self {
            labels,
            parents,
            namespaces,
        }
    }
}

impl TryFrom<Saved> for Hierarchy {
    type Error = TaskError;

    fn try_from(saved: Saved) -> Result<Self, TaskError> {
        let count = saved.labels.len();
        let unusable = |reason: String| TaskError::Hierarchy { reason };
        if saved.parents.len() != count {
            let got = saved.parents.len();
            return Err(unusable(format!("{count} labels but parents for {got}")));
        }
        if saved.labels.iter().collect::<BTreeSet<_>>().len() != count {
            return Err(unusable("a label occurs twice".into()));
        }
        if let Some(&parent) = saved
            .parents
            .iter()
            .flatten()
            .find(|&&p| p as usize >= count)
        {
            return Err(unusable(format!("there is no node {parent} among {count}")));
        }
        Hierarchy::assemble(saved.labels, saved.parents, saved.namespaces)
    }
}

impl Hierarchy {
    /// A tree from paths such as `animal/bird/owl`: every prefix is a node, named by its full
    /// path, and a node `root` stands above them all.
    ///
    /// # Errors
    ///
    /// [`TaskError::HierarchyEntry`] for a path with an empty part, [`TaskError::Hierarchy`]
    /// without any path.
    pub fn from_paths<S: AsRef<str>>(
        paths: impl IntoIterator<Item = S>,
    ) -> Result<Self, TaskError> {
        let mut edges = BTreeSet::new();
        for path in paths {
            let path = path.as_ref().trim();
            if path.split('/').any(|part| part.trim().is_empty()) {
                let reason = "a part of the path is empty";
                return Err(TaskError::HierarchyEntry {
                    entry: path.into(),
                    reason,
                });
            }
            if path == ROOT {
                continue;
            }
            let mut parent = ROOT;
            for (end, _) in path.match_indices('/').chain([(path.len(), "")]) {
                let child = &path[..end];
                // A path may begin with the root itself.
                if child != ROOT {
                    edges.insert((parent.to_owned(), child.to_owned()));
                }
                parent = child;
            }
        }
        Self::from_named(&edges, false)
    }

    /// A DAG from (parent, child) pairs; a node may have several parents.
    ///
    /// # Errors
    ///
    /// [`TaskError::HierarchyCycle`] naming a cycle, [`TaskError::HierarchyEntry`] for an empty
    /// name, [`TaskError::Hierarchy`] without any pair.
    pub fn from_edges<P: AsRef<str>, C: AsRef<str>>(
        edges: impl IntoIterator<Item = (P, C)>,
    ) -> Result<Self, TaskError> {
        let mut unique = BTreeSet::new();
        for (parent, child) in edges {
            let (parent, child) = (parent.as_ref().trim(), child.as_ref().trim());
            if parent.is_empty() || child.is_empty() {
                return Err(TaskError::HierarchyEntry {
                    entry: format!("{parent}/{child}"),
                    reason: "an edge needs a parent and a child",
                });
            }
            unique.insert((parent.to_owned(), child.to_owned()));
        }
        Self::from_named(&unique, true)
    }

    /// A hierarchy from declared entries: edges where every entry has exactly two parts
    /// (`parent/child`), paths otherwise.
    ///
    /// # Errors
    ///
    /// As [`Hierarchy::from_paths`] and [`Hierarchy::from_edges`].
    pub fn from_entries<S: AsRef<str>>(entries: &[S]) -> Result<Self, TaskError> {
        let pairs: Option<Vec<(&str, &str)>> = entries
            .iter()
            .map(|entry| {
                entry
                    .as_ref()
                    .split_once('/')
                    .filter(|(_, child)| !child.contains('/'))
            })
            .collect();
        match pairs {
            Some(pairs) => Self::from_edges(pairs),
            None => Self::from_paths(entries.iter().map(AsRef::as_ref)),
        }
    }

    fn from_named(edges: &BTreeSet<(String, String)>, namespaces: bool) -> Result<Self, TaskError> {
        let names: BTreeSet<&str> = edges
            .iter()
            .flat_map(|(parent, child)| [parent.as_str(), child.as_str()])
            .collect();
        if names.is_empty() {
            return Err(TaskError::Hierarchy {
                reason: "it has no labels".into(),
            });
        }
        let names: Vec<&str> = names.into_iter().collect();
        let position: HashMap<&str, usize> = names
            .iter()
            .enumerate()
            .map(|(index, &name)| (name, index))
            .collect();
        let mut children = vec![Vec::new(); names.len()];
        let mut is_child = vec![false; names.len()];
        for (parent, child) in edges {
            children[position[parent.as_str()]].push(position[child.as_str()]);
            is_child[position[child.as_str()]] = true;
        }
        let mut depth = vec![usize::MAX; names.len()];
        let mut queue: VecDeque<usize> = (0..names.len()).filter(|&i| !is_child[i]).collect();
        for &root in &queue {
            depth[root] = 0;
        }
        while let Some(node) = queue.pop_front() {
            for &child in &children[node] {
                if depth[child] == usize::MAX {
                    depth[child] = depth[node] + 1;
                    queue.push_back(child);
                }
            }
        }
        let mut sorted: Vec<usize> = (0..names.len()).collect();
        sorted.sort_by_key(|&node| (depth[node], names[node]));
        let mut rank = vec![0_u32; names.len()];
        for (new, &old) in sorted.iter().enumerate() {
            rank[old] = new as u32;
        }
        let mut parents = vec![Vec::new(); names.len()];
        for (parent, child) in edges {
            parents[rank[position[child.as_str()]] as usize].push(rank[position[parent.as_str()]]);
        }
        for list in &mut parents {
            list.sort_unstable();
        }
        let labels = sorted.iter().map(|&node| names[node].to_owned()).collect();
        Self::assemble(labels, parents, namespaces)
    }

    fn assemble(
        labels: Vec<String>,
        parents: Vec<Vec<u32>>,
        namespaces: bool,
    ) -> Result<Self, TaskError> {
        let order = topological_order(&parents).map_err(|cycle| TaskError::HierarchyCycle {
            cycle: cycle.iter().map(|&node| labels[node].clone()).collect(),
        })?;
        let sweep = order
            .iter()
            .rev()
            .flat_map(|&child| {
                parents[child as usize]
                    .iter()
                    .map(move |&parent| (child, parent))
            })
            .collect();
        let above = |node: usize| namespaces && labels[node] == ROOT && parents[node].is_empty();
        let roots = parents
            .iter()
            .map(|list| list.is_empty() || list.iter().any(|&parent| above(parent as usize)))
            .collect();
        let index = labels
            .iter()
            .enumerate()
            .map(|(node, label)| (label.clone(), node as u32))
            .collect();
        Ok(Self {
            labels,
            parents,
            namespaces,
            index,
            order,
            sweep,
            roots,
        })
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there are no nodes; never true of a hierarchy that was built.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// The names of the nodes.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// The node of a label.
    pub fn index(&self, label: &str) -> Option<u32> {
        self.index.get(label).copied()
    }

    /// The nodes right above a node, ascending.
    pub fn parents(&self, node: usize) -> &[u32] {
        &self.parents[node]
    }

    /// All nodes, parents before children.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// All nodes, children before parents.
    pub fn reverse_order(&self) -> impl Iterator<Item = u32> + '_ {
        self.order.iter().rev().copied()
    }

    /// The edges as (child, parent), in an order in which a value carried along them once has
    /// reached every ancestor.
    pub fn sweep(&self) -> &[(u32, u32)] {
        &self.sweep
    }

    /// Whether a node is a root: trained, not scored.
    pub fn is_root(&self, node: usize) -> bool {
        self.roots[node]
    }

    /// The roots, ascending.
    pub fn roots(&self) -> Vec<u32> {
        (0..self.len())
            .filter(|&node| self.roots[node])
            .map(|node| node as u32)
            .collect()
    }

    /// Adds every ancestor of the nodes, then sorts them and removes repetitions.
    pub fn close_upward(&self, nodes: &mut Vec<u32>) {
        let mut seen: BTreeSet<u32> = BTreeSet::new();
        let mut stack = std::mem::take(nodes);
        while let Some(node) = stack.pop() {
            if seen.insert(node) {
                stack.extend(&self.parents[node as usize]);
            }
        }
        nodes.extend(seen);
    }

    /// Whether a sorted set of nodes contains every ancestor of its nodes.
    pub fn is_closed_upward(&self, nodes: &[u32]) -> bool {
        nodes.iter().all(|&node| {
            self.parents[node as usize]
                .iter()
                .all(|parent| nodes.binary_search(parent).is_ok())
        })
    }
}

/// Orders nodes so that parents come before children, the lowest index first.
///
/// # Errors
///
/// A cycle, its first node repeated at the end.
pub(crate) fn topological_order(parents: &[Vec<u32>]) -> Result<Vec<u32>, Vec<usize>> {
    let mut waiting: Vec<usize> = parents.iter().map(Vec::len).collect();
    let mut children = vec![Vec::new(); parents.len()];
    for (child, list) in parents.iter().enumerate() {
        for &parent in list {
            children[parent as usize].push(child);
        }
    }
    let mut ready: BTreeSet<usize> = (0..parents.len()).filter(|&i| waiting[i] == 0).collect();
    let mut order = Vec::with_capacity(parents.len());
    while let Some(node) = ready.pop_first() {
        order.push(node as u32);
        for &child in &children[node] {
            waiting[child] -= 1;
            if waiting[child] == 0 {
                ready.insert(child);
            }
        }
    }
    if order.len() == parents.len() {
        return Ok(order);
    }
    // Every node left waits for a parent that also waits: walking up must come round.
    let start = waiting
        .iter()
        .position(|&count| count > 0)
        .unwrap_or_default();
    let mut path = vec![start];
    loop {
        let node = *path.last().unwrap_or(&start);
        let above = parents[node]
            .iter()
            .map(|&parent| parent as usize)
            .find(|&parent| waiting[parent] > 0)
            .unwrap_or(start);
        if let Some(first) = path.iter().position(|&seen| seen == above) {
            let mut cycle = path.split_off(first);
            cycle.push(above);
            cycle.reverse();
            return Err(cycle);
        }
        path.push(above);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diamond() -> Hierarchy {
        Hierarchy::from_edges([
            ("root", "a"),
            ("root", "b"),
            ("a", "d"),
            ("b", "d"),
            ("b", "c"),
        ])
        .unwrap()
    }

    #[test]
    fn nodes_are_numbered_by_depth_and_name() {
        assert_eq!(diamond().labels(), ["root", "a", "b", "c", "d"]);
        assert_eq!(diamond().parents(4), [1, 2]);
    }

    #[test]
    fn namespaces_below_a_declared_root_are_roots_and_top_paths_are_not() {
        assert_eq!(diamond().roots(), [0, 1, 2]);
        assert_eq!(Hierarchy::from_paths(["01/02", "03"]).unwrap().roots(), [0]);
        assert_eq!(
            Hierarchy::from_edges([("x", "y"), ("z", "y")])
                .unwrap()
                .roots(),
            [0, 1]
        );
    }

    #[test]
    fn paths_may_name_the_root_or_leave_it_out() {
        let named = Hierarchy::from_paths(["root/pet/dog", "root/wild"]).unwrap();
        assert_eq!(
            named.labels(),
            ["root", "root/pet", "root/wild", "root/pet/dog"]
        );
        assert_eq!(named.roots(), [0]);
        let mixed = Hierarchy::from_paths(["root", "root/pet", "wild"]).unwrap();
        assert_eq!(mixed.labels(), ["root", "root/pet", "wild"]);
    }

    #[test]
    fn closing_upward_adds_every_ancestor_once() {
        let mut nodes = vec![4, 3, 4];
        diamond().close_upward(&mut nodes);
        assert_eq!(nodes, [0, 1, 2, 3, 4]);
        assert!(diamond().is_closed_upward(&nodes));
        assert!(!diamond().is_closed_upward(&[0, 4]));
    }

    #[test]
    fn a_cycle_is_named() {
        let error = Hierarchy::from_edges([("a", "b"), ("b", "c"), ("c", "b")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the label hierarchy has a cycle: b → c → b"
        );
        assert!(Hierarchy::from_edges([("a", "a")]).is_err());
    }

    #[test]
    fn entries_of_two_parts_are_edges_and_others_paths() {
        let edges = Hierarchy::from_entries(&["root/x", "x/y"]).unwrap();
        assert_eq!(edges.labels(), ["root", "x", "y"]);
        let paths = Hierarchy::from_entries(&["x", "x/y"]).unwrap();
        assert_eq!(paths.labels(), ["root", "x", "x/y"]);
    }

    #[test]
    fn an_empty_part_or_declaration_is_an_error() {
        assert!(
            Hierarchy::from_paths(["a//b"])
                .unwrap_err()
                .to_string()
                .contains("a//b")
        );
        assert!(Hierarchy::from_edges([("", "b")]).is_err());
        assert!(Hierarchy::from_paths(Vec::<String>::new()).is_err());
    }

    #[test]
    fn a_saved_hierarchy_comes_back_whole_and_a_broken_one_is_refused() {
        let text = serde_json::to_string(&diamond()).unwrap();
        assert_eq!(serde_json::from_str::<Hierarchy>(&text).unwrap(), diamond());
        let far = r#"{"labels":["a"],"parents":[[3]],"namespaces":false}"#;
        assert!(serde_json::from_str::<Hierarchy>(far).is_err());
        let cycle = r#"{"labels":["a"],"parents":[[0]],"namespaces":false}"#;
        assert!(serde_json::from_str::<Hierarchy>(cycle).is_err());
    }

    #[test]
    fn carrying_values_along_the_sweep_once_reaches_every_ancestor() {
        let hierarchy = diamond();
        let mut reached = vec![false, false, false, false, true];
        for &(child, parent) in hierarchy.sweep() {
            reached[parent as usize] |= reached[child as usize];
        }
        assert_eq!(reached, [true, true, true, false, true]);
    }
}
