//! The sections `[network]` and `[synapses]` as a person writes them.

use schemars::JsonSchema;
use serde::Deserialize;
use synaptree_config::Document;
use synaptree_nn::{Activation, Initialiser, NetworkSpec, Noise, Normalisation, SynapseSpec};

#[derive(Deserialize, JsonSchema, Debug)]
#[serde(deny_unknown_fields)]
struct Experiment {
    #[serde(default)]
    network: NetworkSpec,
    #[serde(default)]
    synapses: SynapseSpec,
}

fn read(text: &str) -> Result<Experiment, String> {
    let document = Document::parse("run.toml", text).unwrap();
    document
        .deserialize()
        .map_err(|mistakes| document.render(&mistakes, false))
}

#[test]
fn every_key_is_read() {
    let text = r#"
        [network]
        trunk = [64, 64]
        heads = []
        activation = { kind = "maxout", pieces = 3 }
        dropout = 0.1
        normalisation = "layer"
        skip = true
        initialiser = { kind = "normal", std = 0.02 }
        sharing = "hard"

        [synapses]
        noise = "gaussian"
        scale = 0.05
        estimator = "weight"
    "#;
    let Experiment { network, synapses } = read(text).unwrap();
    assert_eq!(network.activation, Activation::Maxout { pieces: 3 });
    assert_eq!(network.normalisation, Normalisation::Layer);
    assert_eq!(network.initialiser, Some(Initialiser::Normal { std: 0.02 }));
    assert!(network.skip && network.heads.is_empty());
    assert_eq!((synapses.noise, synapses.scale), (Noise::Gaussian, 0.05));
}

#[test]
fn plain_names_and_absent_sections_are_enough() {
    assert_eq!(read("").unwrap().network, NetworkSpec::default());
    let named = read("[network]\nactivation = \"leaky_relu\"\ninitialiser = \"he\"").unwrap();
    assert_eq!(
        named.network.activation,
        Activation::LeakyRelu { slope: 0.01 }
    );
    assert_eq!(named.network.initialiser, Some(Initialiser::He));
}

#[test]
fn a_misspelt_activation_is_answered_with_the_nearest_one() {
    let message = read("[network]\nactivation = \"rellu\"").unwrap_err();
    assert!(
        message.contains("rellu") && message.contains("did you mean \"relu\"?"),
        "{message}"
    );
}

#[test]
fn values_outside_their_ranges_are_all_reported() {
    let text = r#"
        [network]
        trunk = [0]
        dropout = 1.0
        activation = { kind = "maxout", pieces = 1 }

        [synapses]
        scale = -0.1
    "#;
    let message = read(text).unwrap_err();
    for key in ["trunk = [0]", "dropout = 1.0", "pieces = 1", "scale = -0.1"] {
        assert!(message.contains(key), "{key} in {message}");
    }
}

#[test]
fn resolved_settings_read_back_into_themselves() {
    let spec = NetworkSpec {
        activation: Activation::Prelu { slope: 0.1 },
        initialiser: Some(Initialiser::Uniform { bound: 0.3 }),
        ..NetworkSpec::default()
    };
    let text = serde_json::to_string(&spec).unwrap();
    assert_eq!(serde_json::from_str::<NetworkSpec>(&text).unwrap(), spec);
}
