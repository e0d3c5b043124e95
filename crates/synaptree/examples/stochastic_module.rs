//! Stochastic synapses on a Burn module that was written by hand, with a task tree's loss.
//!
//! Run with `cargo run --release -p synaptree --example stochastic_module`; it prints the loss before and after
//! training and how far two draws of the trained network differ.

use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use synaptree::{
    Draw, Gradients, Key, Kind, Labels, Optimizer, OptimizerSpec, Purpose, StochasticSynapses,
    Target, TaskSpec, TaskTree, Vocabulary, fill_normal,
};

/// Any module will do; this one is a layer and a head.
#[derive(Module, Debug)]
struct Network {
    layer: Weights,
    head: Weights,
}

#[derive(Module, Debug)]
struct Weights {
    weight: Param<Tensor<2>>,
}

impl Weights {
    fn new(path: &str, shape: [usize; 2], device: &Device) -> Self {
        let mut values = vec![0.0; shape[0] * shape[1]];
        fill_normal(Key::new(7, Purpose::Init, path), 0, 0, 0, &mut values);
        let weight = Param::from_data(TensorData::new(values, shape), device);
        Self { weight }
    }
}

impl Network {
    fn forward(&self, rows: Tensor<2>) -> Tensor<2> {
        let hidden = rows.matmul(self.layer.weight.val()).tanh();
        hidden.matmul(self.head.weight.val())
    }
}

#[expect(clippy::print_stdout, reason = "an example prints its result")]
pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let plain = Device::flex();
    let device = plain.clone().autodiff();
    let network = Network {
        layer: Weights::new("layer", [2, 8], &device),
        head: Weights::new("head", [8, 1], &device),
    };
    let mut network = network.apply_reparameterization(StochasticSynapses::gaussian(0.05)?);

    // Is the sum of two numbers positive? The label of the last row is missing.
    let rows: Vec<f32> = vec![0.2, 0.3, -0.9, 0.1, 0.8, -0.2, -0.5, -0.4, 0.4, 0.9];
    let labels = Labels::Classes(vec![1, 0, 1, 0, -1]);
    let names = Vocabulary::Classes(vec!["no".into(), "yes".into()]);
    let tree = TaskTree::new(
        &[TaskSpec::new("positive", Kind::Binary)],
        vec![names],
        std::slice::from_ref(&labels),
    )?;
    let input =
        |device: &Device| Tensor::<2>::from_data(TensorData::new(rows.clone(), [5, 2]), device);
    let target = [Target::new(&labels, &tree.tasks()[0], None, &device)];

    let mut optimizer = Optimizer::new(OptimizerSpec::default());
    let mut losses = Vec::new();
    for step in 0..200 {
        let output = Draw::training(7, step).scope(|| network.forward(input(&device)));
        let loss = tree
            .losses(&[output], &target)
            .remove(0)
            .ok_or("no label")?
            .value;
        losses.push(loss.clone().into_scalar::<f32>());
        let gradients = Gradients::take(&mut loss.backward(), &network);
        network = optimizer.step(network, gradients, 0.05);
    }
    let trained = network.valid();
    let sample = |n| Draw::predict(7, n).scope(|| trained.forward(input(&plain)));
    let apart = (sample(0) - sample(1)).abs().mean().into_scalar::<f32>();
    println!("loss {:.3} -> {:.3}", losses[0], losses[199]);
    println!("two draws differ by {apart:.3} on average");
    assert!(losses[199] < 0.2 && apart > 0.0);
    Ok(())
}
