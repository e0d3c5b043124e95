//! `preset`: one word for a network and the effort of its training.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_config::{ConfigError, Document};
use synaptree_data::{DataSpec, PartSpec};

use crate::spec::TrainingSpec;

/// A word for a network and the effort of its training.
///
/// A preset fills in the keys that the file does not give; `check --resolved` writes them out.
///
/// | Key | `quick` | `balanced` | `best` |
/// |---|---|---|---|
/// | `network.trunk` | 64, 32 | 128, 64 | 256, 128 |
/// | `network.heads` | 16 | 32 | 64 |
/// | `network.dropout` | 0 | 0.1 | 0.2 |
/// | `synapses` | none | gaussian, 0.02 | gaussian, 0.02 |
/// | `training.epochs` | 15 | 60 | 200 |
/// | `training.batch_size` | 128 | 64 | 32 |
/// | `training.optimizer` (adamw): rate, decay | 3e-3, 1e-4 | 2e-3, 1e-3 | 1e-3, 1e-2 |
/// | `training.schedule` (cosine): warm-up | 1 epoch | 1 epoch | 5 epochs |
/// | `training.early_stopping.patience` | 4 | 12 | 40 |
///
/// `early_stopping` is left out where `data.validation` is `false`, and beside `training.posterior = { kind = "swag" }`, which averages the
/// last epochs; `synapses` beside `kind = "laplace"`, which belongs to weights without noise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// A first figure in seconds.
    Quick,
    /// What most tables need.
    Balanced,
    /// Several times the effort.
    Best,
}

impl Preset {
    /// The name used in experiment files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quick => "quick",
            Self::Balanced => "balanced",
            Self::Best => "best",
        }
    }

    /// The keys that it gives, each with its value as TOML.
    const fn keys(self) -> [(&'static str, &'static str); 9] {
        let [
            trunk,
            heads,
            dropout,
            synapses,
            epochs,
            batch,
            optimizer,
            schedule,
            stopping,
        ] = match self {
            Self::Quick => [
                "[64, 32]",
                "[16]",
                "0.0",
                "{ noise = \"none\" }",
                "15",
                "128",
                "{ kind = \"adamw\", learning_rate = 3e-3, weight_decay = 1e-4 }",
                "{ kind = \"cosine\", warmup_epochs = 1.0 }",
                "{ patience = 4 }",
            ],
            Self::Balanced => [
                "[128, 64]",
                "[32]",
                "0.1",
                "{ noise = \"gaussian\", scale = 0.02 }",
                "60",
                "64",
                "{ kind = \"adamw\", learning_rate = 2e-3, weight_decay = 1e-3 }",
                "{ kind = \"cosine\", warmup_epochs = 1.0 }",
                "{ patience = 12 }",
            ],
            Self::Best => [
                "[256, 128]",
                "[64]",
                "0.2",
                "{ noise = \"gaussian\", scale = 0.02 }",
                "200",
                "32",
                "{ kind = \"adamw\", learning_rate = 1e-3, weight_decay = 1e-2 }",
                "{ kind = \"cosine\", warmup_epochs = 5.0 }",
                "{ patience = 40 }",
            ],
        };
        [
            ("network.trunk", trunk),
            ("network.heads", heads),
            ("network.dropout", dropout),
            ("synapses", synapses),
            ("training.epochs", epochs),
            ("training.batch_size", batch),
            ("training.optimizer", optimizer),
            ("training.schedule", schedule),
            ("training.early_stopping", stopping),
        ]
    }
}

/// Fills in what the preset of a document gives and the document does not.
pub(crate) fn apply(document: &mut Document) -> Result<(), ConfigError> {
    let Some(preset) = document.section::<Preset>("preset") else {
        return Ok(());
    };
    let validated = document
        .section::<DataSpec>("data")
        .is_none_or(|data| data.validation() != PartSpec::Off(false));
    let training = document.section::<TrainingSpec>("training");
    let posterior = training.and_then(|training| training.posterior);
    let averages = posterior.is_some_and(|posterior| posterior.averages());
    for (key, value) in preset.keys() {
        let unfit = match key {
            "training.early_stopping" => !validated || averages,
            "synapses" => posterior.is_some() && !averages,
            _ => false,
        };
        if unfit {
            continue;
        }
        if document.contains(key) {
            document.complete(key, value)?;
            continue;
        }
        document.fill_in(&format!("{key}={value}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use synaptree_nn::Noise;

    use crate::experiment::Experiment;

    fn experiment(text: &str) -> Experiment {
        let data = "data = { train = \"a.csv\" }\ntasks = [{ name = \"y\", kind = \"binary\" }]\n";
        Experiment::parse("a.toml", &format!("{text}\n{data}")).unwrap()
    }

    #[test]
    fn a_preset_completes_a_table_that_does_not_name_its_kind() {
        let found = experiment("preset = \"quick\"\ntraining.optimizer.learning_rate = 0.5");
        assert_eq!(
            found.spec().training.optimizer,
            crate::OptimizerSpec::Adamw {
                learning_rate: 0.5,
                weight_decay: 1e-4,
                beta_1: 0.9,
                beta_2: 0.999,
                epsilon: 1e-8,
            }
        );
        let alone = experiment("training.optimizer.learning_rate = 0.5");
        assert_eq!(alone.spec().training.optimizer.learning_rate(), 0.5);
        assert_eq!(alone.spec().training.optimizer.buffers(), 2);
    }

    #[test]
    fn a_preset_fills_in_what_the_file_does_not_say() {
        let best = experiment("preset = \"best\"\ntraining = { epochs = 7 }");
        assert_eq!(best.spec().training.epochs, 7);
        assert_eq!(best.spec().network.trunk, [256, 128]);
        assert_eq!(best.spec().training.early_stopping.unwrap().patience, 40);
    }

    #[test]
    fn a_resolved_preset_reads_back_as_itself() {
        for preset in ["quick", "balanced", "best"] {
            let first = experiment(&format!("preset = \"{preset}\""));
            let text = first.resolved().unwrap();
            assert!(!text.contains("preset"), "{text}");
            let second = Experiment::parse("a.toml", &text).unwrap();
            assert_eq!(first.spec(), second.spec());
        }
    }

    #[test]
    fn without_validation_rows_a_preset_does_not_stop_early() {
        let text = "preset = \"quick\"\ndata = { train = \"a.csv\", validation = false }\n\
                    tasks = [{ name = \"y\", kind = \"binary\" }]";
        let quick = Experiment::parse("a.toml", text).unwrap();
        assert_eq!(quick.spec().training.early_stopping, None);
    }

    #[test]
    fn a_preset_leaves_out_what_a_posterior_cannot_have_beside_it() {
        let with = |preset: &str, posterior: &str| {
            let posterior = format!("posterior = {{ kind = {posterior} }}");
            experiment(&format!(
                "preset = \"{preset}\"\ntraining = {{ {posterior} }}"
            ))
        };
        for preset in ["balanced", "best"] {
            let swag = with(preset, "\"swag\", epochs = 5");
            assert_eq!(swag.spec().training.early_stopping, None);
            assert_eq!(swag.spec().synapses.noise, Noise::Gaussian);
            let laplace = with(preset, "\"laplace\"");
            assert!(laplace.spec().training.early_stopping.is_some());
            assert_eq!(laplace.spec().synapses.noise, Noise::None);
        }
    }

    #[test]
    fn an_unknown_preset_is_told_the_three_there_are() {
        let text = "preset = \"bset\"\ndata = { train = \"a.csv\" }\n\
                    tasks = [{ name = \"y\", kind = \"binary\" }]";
        let error = Experiment::parse("a.toml", text).unwrap_err().render(false);
        assert!(error.contains("best") && error.contains("quick"), "{error}");
    }
}
