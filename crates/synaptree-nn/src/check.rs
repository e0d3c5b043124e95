//! What has to hold before a network is built.

use std::collections::HashSet;

use synaptree_config::{Diagnostic, Diagnostics};

use crate::codes;
use crate::synapse::{belongs, is_depth, no_moments};
use crate::{
    Activation, Dropout, EdgeKind, Estimator, Initialiser, NetworkConfig, NetworkError,
    NetworkSpec, Normalisation,
};

impl NetworkConfig {
    /// Checks what [`NetworkConfig::init`] relies on.
    ///
    /// # Errors
    ///
    /// The first [`NetworkError`] in the order table, network, synapses, heads.
    pub fn check(&self) -> Result<(), NetworkError> {
        if self.table.width() == 0 {
            return Err(NetworkError::NoInputs);
        }
        let spec = &self.network;
        for (key, widths) in [
            ("network.trunk", &spec.trunk),
            ("network.heads", &spec.heads),
        ] {
            if let Some(i) = widths.iter().position(|width| *width == 0) {
                return Err(NetworkError::EmptyLayer {
                    key: format!("{key}[{i}]"),
                });
            }
        }
        spec.activation.check("network.activation")?;
        if let Some(initialiser) = spec.initialiser {
            initialiser.check("network.initialiser")?;
        }
        Dropout::new(spec.dropout, "")?;
        self.synapses.validate()?;
        self.check_synapses()?;
        if self.heads.is_empty() {
            return Err(NetworkError::NoHeads);
        }
        let mut names = HashSet::new();
        for (index, head) in self.heads.iter().enumerate() {
            self.check_head(index)?;
            if !names.insert(&head.name) {
                return Err(NetworkError::DuplicateHead {
                    name: head.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// What the synapses name must be there.
    fn check_synapses(&self) -> Result<(), NetworkError> {
        let layers = self.layer_paths();
        let depths = self.depths();
        for key in self.synapses.scales.keys() {
            let table = self.synapses.embeddings && belongs(key, "encoder");
            if !layers.iter().any(|path| belongs(path, key)) && !is_depth(key, &depths) && !table {
                return Err(NetworkError::UnknownLayer {
                    key: format!("synapses.scales.{key:?}"),
                    layers,
                });
            }
        }
        if self.synapses.estimator == Estimator::Moments
            && let Some((_, obstacle)) = no_moments(&self.network)
        {
            return Err(NetworkError::NoMoments { obstacle });
        }
        let hidden = self.network.trunk.len() + self.network.heads.len();
        if self.synapses.noise.fires() && hidden == 0 {
            return Err(NetworkError::NothingFires);
        }
        Ok(())
    }

    fn check_head(&self, index: usize) -> Result<(), NetworkError> {
        let head = &self.heads[index];
        if head.outputs == 0 {
            return Err(NetworkError::EmptyLayer {
                key: format!("outputs of head `{}`", head.name),
            });
        }
        if !(0.0..=1.0).contains(&head.share) {
            return Err(NetworkError::OutOfRange {
                key: format!("share of head `{}`", head.name),
                got: head.share.to_string(),
                expected: "a number from 0 to 1",
            });
        }
        for parent in &head.parents {
            if *parent >= index {
                return Err(NetworkError::UnknownParent {
                    head: head.name.clone(),
                    parent: *parent,
                    before: index,
                });
            }
            let parent = &self.heads[*parent];
            if head.edge == EdgeKind::Pull
                && (parent.outputs, parent.thresholds) != (head.outputs, head.thresholds)
            {
                return Err(NetworkError::PullShapes {
                    child: head.name.clone(),
                    child_outputs: head.outputs + head.thresholds,
                    parent: parent.name.clone(),
                    parent_outputs: parent.outputs + parent.thresholds,
                });
            }
        }
        Ok(())
    }

    /// The width of the features that a head hands to its children.
    pub(crate) fn feature_width(&self, head: usize) -> usize {
        self.network
            .heads
            .last()
            .copied()
            .unwrap_or(self.heads[head].outputs)
    }
}

impl NetworkSpec {
    /// Remarks on settings that have no effect or work against each other; ranges are the schema's.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_config::Diagnostics;
    /// use synaptree_nn::NetworkSpec;
    ///
    /// let mut diagnostics = Diagnostics::default();
    /// NetworkSpec { skip: true, trunk: vec![8, 4], ..NetworkSpec::default() }.check(&mut diagnostics);
    /// assert_eq!(diagnostics.0[0].path, "network.skip");
    /// ```
    pub fn check(&self, diagnostics: &mut Diagnostics) {
        let linear = self.trunk.is_empty() && self.heads.is_empty();
        let mut idle = |key: &str, set: bool| {
            if set && linear {
                diagnostics.push(
                    Diagnostic::warning(
                        &codes::NO_HIDDEN_LAYER,
                        format!("network.{key}"),
                        format!("`{key}` has no effect: the network has no hidden layer"),
                    )
                    .help("give `trunk` or `heads` a layer, or leave this key out"),
                );
            }
        };
        idle("dropout", self.dropout > 0.0);
        idle("normalisation", self.normalisation != Normalisation::None);
        let neighbours = |widths: &[usize]| widths.windows(2).any(|pair| pair[0] == pair[1]);
        let meeting =
            matches!((self.trunk.last(), self.heads.first()), (Some(a), Some(b)) if a == b);
        if self.skip && !neighbours(&self.trunk) && !neighbours(&self.heads) && !meeting {
            diagnostics.push(
                Diagnostic::warning(
                    &codes::NO_SKIP,
                    "network.skip",
                    "`skip` joins layers of equal width, and no two neighbouring hidden layers have it",
                )
                .help("write equal widths, such as `trunk = [64, 64]`"),
            );
        }
        let lecun = matches!(self.initialiser, None | Some(Initialiser::Lecun));
        if self.activation == Activation::Selu && !lecun {
            diagnostics.push(
                Diagnostic::warning(
                    &codes::SELU_INITIALISER,
                    "network.initialiser",
                    "selu normalises itself only from LeCun's initialiser",
                )
                .help("leave `initialiser` out, or write \"lecun\""),
            );
        }
    }
}
