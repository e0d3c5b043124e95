//! Everything a network is built from.

use std::ops::Range;

use burn::tensor::Device;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Network, NetworkError, NetworkSpec, SynapseSpec};

/// The columns of a table as the network sees them.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq, Default)]
pub struct TableShape {
    /// How many numbers a row has.
    pub numbers: usize,
    /// The categorical columns.
    pub categories: Vec<CategoryShape>,
}

/// One categorical column.
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
pub struct CategoryShape {
    /// How many codes the column has: codes are `0..size`.
    pub size: usize,
    /// The width of the embedding; `None` is a one-hot code of width `size`.
    pub embedding: Option<usize>,
}

impl CategoryShape {
    /// The width of the column after encoding.
    pub fn width(&self) -> usize {
        self.embedding.unwrap_or(self.size)
    }
}

impl TableShape {
    /// The width of a row after encoding.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{CategoryShape, TableShape};
    ///
    /// let table = TableShape {
    ///     numbers: 3,
    ///     categories: vec![
    ///         CategoryShape { size: 4, embedding: None },
    ///         CategoryShape { size: 1000, embedding: Some(8) },
    ///     ],
    /// };
    /// assert_eq!(table.width(), 3 + 4 + 8);
    /// ```
    pub fn width(&self) -> usize {
        self.numbers
            + self
                .categories
                .iter()
                .map(CategoryShape::width)
                .sum::<usize>()
    }

    /// Where each categorical column stands in an encoded row; the numbers stand at `0..numbers`.
    ///
    /// One-hot codes follow the numbers, embeddings follow the one-hot codes, each in their order.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{CategoryShape, TableShape};
    ///
    /// let table = TableShape {
    ///     numbers: 3,
    ///     categories: vec![
    ///         CategoryShape { size: 1000, embedding: Some(8) },
    ///         CategoryShape { size: 4, embedding: None },
    ///     ],
    /// };
    /// assert_eq!(table.category_ranges(), [7..15, 3..7]);
    /// ```
    pub fn category_ranges(&self) -> Vec<Range<usize>> {
        let mut ranges = vec![0..0; self.categories.len()];
        let mut start = self.numbers;
        for embedded in [false, true] {
            for (range, category) in ranges.iter_mut().zip(&self.categories) {
                if category.embedding.is_some() == embedded {
                    *range = start..start + category.width();
                    start = range.end;
                }
            }
        }
        ranges
    }
}

/// What joins a head to its parents.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// The child's head reads the parent's head features; `share` scales the gradient back.
    #[default]
    Shortcut,
    /// No forward dependence; the parent's head also receives `share` × the child's gradient.
    Pull,
}

/// One head: a name, a number of outputs and the heads it depends on.
///
/// # Parameters
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `name` | required | unique | part of the path of the head's parameters |
/// | `outputs` | required | ≥ 1 | columns that depend on the row |
/// | `parents` | none | earlier heads | the heads it depends on |
/// | `edge` | shortcut | [`EdgeKind`] | what joins it to its parents |
/// | `share` | 1 | `[0, 1]` | how much of its gradient its parents receive |
/// | `thresholds` | 0 | ≥ 0 | further columns that are the same in every row |
///
/// # Example
///
/// ```
/// use synaptree_nn::{EdgeKind, HeadConfig};
///
/// let head = HeadConfig::new("diet", 3).below([0], EdgeKind::Shortcut, 0.5);
/// assert_eq!((head.outputs, head.thresholds, head.share), (3, 0, 0.5));
/// ```
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct HeadConfig {
    /// The name; it is part of the path of the head's parameters.
    pub name: String,
    /// How many outputs the head has.
    pub outputs: usize,
    /// The indices of the parents; parents stand before their children.
    pub parents: Vec<usize>,
    /// What joins the head to its parents.
    pub edge: EdgeKind,
    /// How much of the head's gradient its parents receive, in `[0, 1]`.
    pub share: f64,
    /// How many further columns the output has, behind `outputs`, that are the same in every
    /// row: a parameter `[thresholds]` without noise, starting at 0. The thresholds of an
    /// ordinal head must not depend on the row.
    #[serde(default)]
    pub thresholds: usize,
}

impl HeadConfig {
    /// A head without parents.
    pub fn new(name: impl Into<String>, outputs: usize) -> Self {
        Self {
            name: name.into(),
            outputs,
            parents: Vec::new(),
            edge: EdgeKind::Shortcut,
            share: 1.0,
            thresholds: 0,
        }
    }

    /// The same head with `thresholds` row-independent columns behind its outputs.
    pub fn with_thresholds(mut self, thresholds: usize) -> Self {
        self.thresholds = thresholds;
        self
    }

    /// The same head below `parents`.
    pub fn below(mut self, parents: impl Into<Vec<usize>>, edge: EdgeKind, share: f64) -> Self {
        self.parents = parents.into();
        self.edge = edge;
        self.share = share;
        self
    }
}

/// Everything a network is built from; stored beside its parameters.
///
/// # Example
///
/// ```
/// use burn::{module::Module, tensor::Device};
/// use synaptree_nn::{HeadConfig, NetworkConfig, NetworkSpec, SynapseSpec, TableShape};
///
/// let config = NetworkConfig {
///     table: TableShape { numbers: 3, categories: vec![] },
///     network: NetworkSpec { trunk: vec![8], heads: vec![], ..NetworkSpec::default() },
///     synapses: SynapseSpec::default(),
///     heads: vec![HeadConfig::new("mammal", 1)],
/// };
/// let network = config.init(7, &Device::flex())?;
/// assert_eq!(network.num_params(), 3 * 8 + 8 + 8 + 1);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
#[derive(Serialize, Deserialize, Clone, Debug, PartialEq)]
pub struct NetworkConfig {
    /// The columns of the table.
    pub table: TableShape,
    /// The trunk and the shape of every head.
    pub network: NetworkSpec,
    /// What is random about a weight.
    pub synapses: SynapseSpec,
    /// The heads, parents before children.
    pub heads: Vec<HeadConfig>,
}

impl NetworkConfig {
    /// Whether two draws of the network can differ: noise on the weights, or dropout in a hidden
    /// layer.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{HeadConfig, NetworkConfig, NetworkSpec, SynapseSpec, TableShape};
    ///
    /// let mut config = NetworkConfig {
    ///     table: TableShape { numbers: 3, categories: vec![] },
    ///     network: NetworkSpec { trunk: vec![8], heads: vec![], ..NetworkSpec::default() },
    ///     synapses: SynapseSpec::default(),
    ///     heads: vec![HeadConfig::new("mammal", 1)],
    /// };
    /// assert!(!config.is_stochastic());
    /// config.network.dropout = 0.5;
    /// assert!(config.is_stochastic());
    /// config.network.trunk.clear();
    /// assert!(!config.is_stochastic());
    /// ```
    pub fn is_stochastic(&self) -> bool {
        let hidden = !self.network.trunk.is_empty() || !self.network.heads.is_empty();
        let synapses = self.scaled_synapses();
        let noisy = self
            .layer_paths()
            .iter()
            .any(|path| synapses.is_noisy_at(path));
        let tables = synapses.embeddings
            && self
                .table
                .categories
                .iter()
                .any(|category| category.embedding.is_some());
        noisy || tables || (hidden && self.network.dropout > 0.0)
    }

    /// The depth of every head in the tree of heads; one without parents has depth 0.
    pub(crate) fn depths(&self) -> Vec<usize> {
        let mut depths: Vec<usize> = Vec::with_capacity(self.heads.len());
        for head in &self.heads {
            let above = head.parents.iter().filter_map(|parent| depths.get(*parent));
            depths.push(above.max().map_or(0, |depth| depth + 1));
        }
        depths
    }

    /// The synapses with a scale for every head whose depth has one.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_nn::{EdgeKind, HeadConfig, NetworkConfig, NetworkSpec, SynapseSpec, TableShape};
    ///
    /// let mut config = NetworkConfig {
    ///     table: TableShape { numbers: 3, categories: vec![] },
    ///     network: NetworkSpec::default(),
    ///     synapses: SynapseSpec::default(),
    ///     heads: vec![
    ///         HeadConfig::new("mammal", 1),
    ///         HeadConfig::new("order", 3).below([0], EdgeKind::Shortcut, 1.0),
    ///     ],
    /// };
    /// config.synapses.scales.insert("depth.1".to_owned(), 0.02);
    /// let synapses = config.scaled_synapses();
    /// assert_eq!(synapses.scale_at("heads.order.output"), 0.02);
    /// assert_eq!(synapses.scale_at("heads.mammal.output"), 0.1);
    /// ```
    pub fn scaled_synapses(&self) -> SynapseSpec {
        let mut synapses = self.synapses.clone();
        for (head, depth) in self.heads.iter().zip(self.depths()) {
            if let Some(scale) = self.synapses.scales.get(&format!("depth.{depth}")) {
                let path = format!("heads.{}", head.name);
                synapses.scales.entry(path).or_insert(*scale);
            }
        }
        synapses
    }

    /// The path of every dense layer: the trunk, then the heads in their order.
    pub fn layer_paths(&self) -> Vec<String> {
        layer_paths(
            &self.network,
            self.heads.iter().map(|head| head.name.as_str()),
        )
    }

    /// Checks the configuration and makes the network.
    ///
    /// # Errors
    ///
    /// A [`NetworkError`] that names the mistake, see [`NetworkConfig::check`].
    ///
    /// # Randomness
    ///
    /// Parameters are drawn at once, each from the stream `init/<path>` of the seed.
    pub fn init(&self, seed: u64, device: &Device) -> Result<Network, NetworkError> {
        Network::new(self, seed, device)
    }
}

/// The path of every dense layer of a network with these heads.
pub(crate) fn layer_paths<'a>(
    network: &NetworkSpec,
    heads: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let trunk = (0..network.trunk.len()).map(|i| format!("trunk.{i}.dense"));
    let heads = heads.into_iter().flat_map(|head| {
        let hidden =
            (0..network.heads.len()).map(move |i| format!("heads.{head}.hidden.{i}.dense"));
        hidden.chain(std::iter::once(format!("heads.{head}.output")))
    });
    trunk.chain(heads).collect()
}
