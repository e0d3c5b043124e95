//! Edges between heads: what goes forward, and how much of the gradient comes back.

mod common;

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use synaptree_nn::{
    Draw, EdgeKind, HeadConfig, Network, NetworkConfig, NetworkError, Noise, Normalisation, Pass,
};

use common::{ROWS, config, input, named, vec};

type Listed = Vec<(String, Vec<f32>)>;

/// The gradients that reached a parameter, by path.
fn listed_gradients(network: &Network, gradients: &burn::tensor::Gradients) -> Listed {
    struct Lister<'a> {
        gradients: &'a burn::tensor::Gradients,
        path: Vec<String>,
        listed: Listed,
    }
    impl burn::module::ModuleVisitor for Lister<'_> {
        fn enter_module(&mut self, name: &str, _: &str) {
            self.path.push(name.to_owned());
        }
        fn exit_module(&mut self, _: &str, _: &str) {
            self.path.pop();
        }
        fn visit_float<const D: usize>(&mut self, param: &burn::module::Param<Tensor<D>>) {
            if let Some(gradient) = param.val().grad(self.gradients) {
                self.listed.push((self.path.join("."), vec(gradient)));
            }
        }
    }
    let mut lister = Lister {
        gradients,
        path: vec![],
        listed: vec![],
    };
    network.visit(&mut lister);
    lister.listed
}

/// The bits of all outputs, and the gradients of the sum of squares of one head's outputs.
fn gradients_of(config: &NetworkConfig, head: usize) -> (Vec<u32>, Listed) {
    let device = Device::flex().autodiff();
    let network = config.init(7, &device).unwrap();
    let pass = Pass::training(Draw::training(7, 0), &ROWS);
    let outputs = network.forward(&input(&[0, 1, 2, 3], &device), &pass);
    let bits = outputs
        .iter()
        .flat_map(|o| vec(o.clone()))
        .map(f32::to_bits)
        .collect();
    let gradients = outputs[head].clone().square().sum().backward();
    (bits, listed_gradients(&network, &gradients))
}

fn find<'a>(gradients: &'a [(String, Vec<f32>)], path: &str) -> Option<&'a [f32]> {
    gradients
        .iter()
        .find(|(p, _)| p == path)
        .map(|(_, g)| g.as_slice())
}

fn chain(edge: EdgeKind, share: f64) -> NetworkConfig {
    let mut config = config();
    config.heads = vec![
        HeadConfig::new("parent", 2),
        HeadConfig::new("child", 2).below([0], edge, share),
    ];
    config
}

#[test]
fn share_scales_the_gradient_of_a_shortcut_and_nothing_else() {
    let (whole_bits, whole) = gradients_of(&chain(EdgeKind::Shortcut, 1.0), 1);
    for share in [0.0, 0.25, 0.5] {
        let (bits, scaled) = gradients_of(&chain(EdgeKind::Shortcut, share), 1);
        assert_eq!(
            bits, whole_bits,
            "the forward pass does not depend on the share"
        );
        let path = "heads.child.output.weight";
        assert_eq!(find(&scaled, path), find(&whole, path));
        let path = "heads.parent.hidden.0.dense.weight";
        let expected = find(&whole, path).unwrap();
        match find(&scaled, path) {
            None => assert_eq!(share, 0.0),
            // Powers of two: the scaled gradient is exact.
            Some(got) => {
                assert!(expected.iter().any(|g| *g != 0.0));
                for (got, expected) in got.iter().zip(expected) {
                    assert_eq!(*got, share as f32 * expected);
                }
            }
        }
    }
}

#[test]
fn a_pull_gives_the_parents_head_its_share_and_the_trunk_nothing() {
    let mut alone = chain(EdgeKind::Pull, 0.5);
    alone.heads[1].parents.clear();
    let (bits_alone, gradients_alone) = gradients_of(&alone, 1);
    let (bits, pulled) = gradients_of(&chain(EdgeKind::Pull, 0.5), 1);
    assert_eq!(
        bits, bits_alone,
        "the forward pass is unchanged bit for bit"
    );
    for path in [
        "trunk.0.dense.weight",
        "trunk.1.dense.weight",
        "heads.child.output.weight",
    ] {
        assert_eq!(find(&pulled, path), find(&gradients_alone, path), "{path}");
    }
    assert!(find(&gradients_alone, "heads.parent.output.weight").is_none());
    // The output bias of both heads sums the output gradient over the rows.
    let child = find(&pulled, "heads.child.output.bias").unwrap();
    let parent = find(&pulled, "heads.parent.output.bias").unwrap();
    for (parent, child) in parent.iter().zip(child) {
        assert_eq!(*parent, 0.5 * child);
    }
    let hidden = find(&pulled, "heads.parent.hidden.0.dense.weight").unwrap();
    assert!(hidden.iter().any(|g| *g != 0.0));
}

/// Without trunk and hidden layers both weights see the same input: the parent's update is the share
/// of the child's, as in the tutorial's linear classifier.
#[test]
fn a_linear_pull_is_the_tutorials_rule() {
    let mut config = chain(EdgeKind::Pull, 0.5);
    config.network.trunk.clear();
    config.network.heads.clear();
    config.synapses.noise = Noise::None;
    let (_, gradients) = gradients_of(&config, 1);
    let child = find(&gradients, "heads.child.output.weight").unwrap();
    let parent = find(&gradients, "heads.parent.output.weight").unwrap();
    for (parent, child) in parent.iter().zip(child) {
        assert_eq!(*parent, 0.5 * child);
    }
}

#[test]
fn a_pull_does_not_count_a_batch_twice_in_running_statistics() {
    let statistics = |parents: Vec<usize>| {
        let mut config = chain(EdgeKind::Pull, 0.5);
        config.network.normalisation = Normalisation::Batch;
        config.heads[1].parents = parents;
        let device = Device::flex().autodiff();
        let network = config.init(7, &device).unwrap();
        let pass = Pass::training(Draw::training(7, 0), &ROWS);
        network.forward(&input(&[0, 1, 2, 3], &device), &pass);
        named(&network)
            .into_iter()
            .filter(|(path, _)| path.contains("running"))
            .collect::<Vec<_>>()
    };
    assert_eq!(statistics(vec![0]), statistics(vec![]));
}

#[test]
fn thresholds_are_columns_behind_the_outputs_that_no_row_and_no_noise_changes() {
    let mut config = config();
    config.heads = vec![HeadConfig::new("quality", 1).with_thresholds(4)];
    let device = Device::flex().autodiff();
    let network = config.init(7, &device).unwrap();
    let pass = Pass::training(Draw::training(7, 0), &ROWS);
    let outputs = network
        .forward(&input(&[0, 1, 2, 3], &device), &pass)
        .remove(0);
    assert_eq!(outputs.dims(), [4, 5]);
    assert_eq!(vec(outputs.clone().narrow(1, 1, 4)), [0.0; 16]);
    let gradients = outputs.sum().backward();
    let listed = listed_gradients(&network, &gradients);
    assert_eq!(
        find(&listed, "heads.quality.thresholds"),
        Some([4.0; 4].as_slice())
    );
}

#[test]
fn a_pull_reaches_the_parents_thresholds() {
    let mut config = chain(EdgeKind::Pull, 0.5);
    for head in &mut config.heads {
        head.thresholds = 3;
    }
    let (_, gradients) = gradients_of(&config, 1);
    // All thresholds are 0, so the square's gradient is 0 too: it must be there none the less.
    assert_eq!(
        find(&gradients, "heads.parent.thresholds"),
        Some([0.0; 3].as_slice())
    );
    config.heads[0].thresholds = 2;
    assert!(matches!(
        config.init(7, &Device::flex()),
        Err(NetworkError::PullShapes {
            child_outputs: 5,
            parent_outputs: 4,
            ..
        })
    ));
}
