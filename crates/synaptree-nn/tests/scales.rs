//! Which scales noise can have.

use synaptree_nn::{Noise, SynapseSpec};

#[test]
fn scales_of_layers_that_no_noise_can_have_are_refused() {
    for (noise, scale) in [
        (Noise::Gaussian, -0.1),
        (Noise::Gaussian, f64::NAN),
        (Noise::Gaussian, f64::INFINITY),
        (Noise::Variational, 0.0),
        (Noise::Variational, 1e-30),
        (Noise::Rank1, 1e-12),
        (Noise::Gaussian, 1e20),
    ] {
        let mut spec = SynapseSpec {
            noise,
            ..SynapseSpec::default()
        };
        spec.scales.insert("heads".to_owned(), scale);
        let mut diagnostics = synaptree_config::Diagnostics::default();
        spec.check(&mut diagnostics);
        assert_eq!(diagnostics.0.len(), 1, "{noise:?} {scale}");
        assert!(spec.validate().is_err(), "{noise:?} {scale}");
    }
}
