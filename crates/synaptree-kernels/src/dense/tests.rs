use burn::tensor::{Device, Tensor, TensorData};

use super::{
    Epilogue, NoiseAddress, NoiseForm, WeightNoise, dense, dense_learned, portable_dense,
    portable_dense_learned,
};
use crate::{Key, Purpose, Quality, normal_tensor};

fn address(quality: Quality) -> NoiseAddress {
    NoiseAddress {
        key: Key::new(7, Purpose::Noise, "weight"),
        step: 3,
        sample: 1,
        quality,
    }
}

fn noise(scale: f32) -> WeightNoise {
    WeightNoise {
        address: address(Quality::Icdf),
        form: NoiseForm::Added(scale),
    }
}

fn forms() -> Vec<Option<WeightNoise>> {
    let with = |form, quality| {
        Some(WeightNoise {
            address: address(quality),
            form,
        })
    };
    vec![
        None,
        with(NoiseForm::Added(0.3), Quality::Icdf),
        with(NoiseForm::Added(0.3), Quality::Rademacher),
        with(NoiseForm::Added(0.3), Quality::Binomial),
        with(NoiseForm::Multiplied(0.3), Quality::Icdf),
        with(NoiseForm::Multiplied(0.3), Quality::Exact),
        with(NoiseForm::Kept(0.7), Quality::Icdf),
    ]
}

fn values<const D: usize>(stream: &str, shape: [usize; D], device: &Device) -> Tensor<D> {
    let plain = device.clone().without_autodiff();
    let values = normal_tensor(Key::new(1, Purpose::Init, stream), 0, 0, shape, &plain);
    Tensor::from_data(values.into_data(), device)
}

type Layer = fn(Tensor<2>, Tensor<2>, Tensor<1>, Option<WeightNoise>, Epilogue) -> Tensor<2>;

/// Output and the gradients of input, weight and bias under a random cotangent.
fn run(
    layer: Layer,
    [rows, inputs, outputs]: [usize; 3],
    noise: Option<WeightNoise>,
    epilogue: Epilogue,
) -> [TensorData; 4] {
    let device = Device::flex().autodiff();
    let x = values("x", [rows, inputs], &device).require_grad();
    let weight = values("w", [inputs, outputs], &device).require_grad();
    let bias = values("b", [outputs], &device).require_grad();
    let cotangent = values("c", [rows, outputs], &device);
    let y = layer(x.clone(), weight.clone(), bias.clone(), noise, epilogue);
    let gradients = (y.clone() * cotangent).sum().backward();
    [
        y.into_data(),
        x.grad(&gradients).unwrap().into_data(),
        weight.grad(&gradients).unwrap().into_data(),
        bias.grad(&gradients).unwrap().into_data(),
    ]
}

/// Widths around the panels' 128 columns and 64 rows, and one that several threads share.
const SIZES: [[usize; 3]; 6] = [
    [1, 1, 1],
    [3, 5, 2],
    [2, 65, 127],
    [5, 63, 129],
    [4, 128, 256],
    [64, 200, 301],
];

#[test]
fn the_operator_computes_what_burns_operators_compute() {
    for sizes in SIZES {
        for noise in forms() {
            for epilogue in [Epilogue::Linear, Epilogue::Relu] {
                let ours = run(dense, sizes, noise, epilogue);
                let theirs = run(portable_dense, sizes, noise, epilogue);
                for (ours, theirs) in ours.iter().zip(&theirs) {
                    assert_eq!(ours.shape(), theirs.shape());
                    let ours: Vec<f32> = ours.clone().try_into_vec().unwrap();
                    let theirs: Vec<f32> = theirs.clone().try_into_vec().unwrap();
                    for (a, b) in ours.iter().zip(&theirs) {
                        // Sums of up to 301 products of order 1.
                        assert!(
                            (a - b).abs() < 2e-4 * b.abs().max(1.0),
                            "{sizes:?}: {a} {b}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let sizes = [128, 200, 301];
    let on = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(|| run(dense, sizes, Some(noise(0.3)), Epilogue::Relu))
    };
    let one = on(1);
    for threads in [2, 3] {
        for (one, more) in one.iter().zip(on(threads)) {
            assert!(*one == more, "{threads} threads");
        }
    }
}

#[test]
fn strided_weights_are_read_in_their_order() {
    let device = Device::flex();
    let x = values("x", [3, 4], &device);
    let weight = values("w", [6, 4], &device);
    let bias = values("b", [6], &device);
    let strided = dense(
        x.clone(),
        weight.clone().transpose(),
        bias.clone(),
        Some(noise(0.1)),
        Epilogue::Linear,
    );
    let copied = Tensor::from_data(weight.transpose().into_data(), &device);
    let plain = dense(x, copied, bias, Some(noise(0.1)), Epilogue::Linear);
    assert_eq!(strided.into_data(), plain.into_data());
}

#[test]
fn what_is_not_a_number_is_not_hidden_by_the_activation() {
    let device = Device::flex();
    let x = Tensor::<2>::from_data([[f32::NAN]], &device);
    let one = Tensor::<2>::from_data([[1.0]], &device);
    let y = dense(x, one, Tensor::zeros([1], &device), None, Epilogue::Relu);
    assert!(y.into_scalar::<f32>().is_nan());
}

/// In double precision the layer is Burn's operators; their gradients agree with central differences to ten
/// digits, and the operator's with theirs above.
#[test]
fn gradients_in_double_precision_are_those_of_finite_differences() {
    use burn::tensor::FloatDType;
    let device = Device::flex().autodiff();
    let double = |tensor: Tensor<2>| tensor.cast(FloatDType::F64).detach();
    let x = double(values("x", [2, 3], &device));
    let weight = double(values("w", [3, 2], &device));
    let bias = values("b", [2], &device).cast(FloatDType::F64).detach();
    let loss = |weight: Tensor<2>| {
        dense(
            x.clone(),
            weight,
            bias.clone(),
            Some(noise(0.3)),
            Epilogue::Relu,
        )
        .square()
        .sum()
    };
    let leaf = weight.clone().require_grad();
    let gradients = loss(leaf.clone()).backward();
    let gradient: Vec<f64> = leaf
        .grad(&gradients)
        .unwrap()
        .into_data()
        .try_into_vec()
        .unwrap();
    let mean: Vec<f64> = weight.into_data().try_into_vec().unwrap();
    let h = 1e-6;
    for (i, gradient) in gradient.iter().enumerate() {
        let at = |step: f64| {
            let mut moved = mean.clone();
            moved[i] += step;
            let data = TensorData::new(moved, [3, 2]);
            let moved = Tensor::<2>::from_data(data, (&device, burn::tensor::DType::F64));
            loss(moved).into_scalar::<f64>()
        };
        let difference = (at(h) - at(-h)) / (2.0 * h);
        assert!(
            (gradient - difference).abs() < 1e-7 * gradient.abs().max(1.0),
            "{i}: {gradient} {difference}"
        );
    }
}

type LearnedLayer =
    fn(Tensor<2>, Tensor<2>, Tensor<2>, Tensor<1>, NoiseAddress, Epilogue) -> Tensor<2>;

/// Output and the gradients of input, mean, deviation and bias under a random cotangent.
fn run_learned(
    layer: LearnedLayer,
    [rows, inputs, outputs]: [usize; 3],
    epilogue: Epilogue,
) -> [TensorData; 5] {
    let device = Device::flex().autodiff();
    let x = values("x", [rows, inputs], &device).require_grad();
    let mean = values("w", [inputs, outputs], &device).require_grad();
    let deviation = values("s", [inputs, outputs], &device).abs();
    let deviation = Tensor::from_data(deviation.into_data(), &device).require_grad();
    let bias = values("b", [outputs], &device).require_grad();
    let cotangent = values("c", [rows, outputs], &device);
    let y = layer(
        x.clone(),
        mean.clone(),
        deviation.clone(),
        bias.clone(),
        address(Quality::Icdf),
        epilogue,
    );
    let gradients = (y.clone() * cotangent).sum().backward();
    [
        y.into_data(),
        x.grad(&gradients).unwrap().into_data(),
        mean.grad(&gradients).unwrap().into_data(),
        deviation.grad(&gradients).unwrap().into_data(),
        bias.grad(&gradients).unwrap().into_data(),
    ]
}

#[test]
fn the_operator_with_a_learned_deviation_computes_what_burns_operators_compute() {
    for sizes in SIZES {
        for epilogue in [Epilogue::Linear, Epilogue::Relu] {
            let ours = run_learned(dense_learned, sizes, epilogue);
            let theirs = run_learned(portable_dense_learned, sizes, epilogue);
            for (ours, theirs) in ours.iter().zip(&theirs) {
                let ours: Vec<f32> = ours.clone().try_into_vec().unwrap();
                let theirs: Vec<f32> = theirs.clone().try_into_vec().unwrap();
                for (a, b) in ours.iter().zip(&theirs) {
                    assert!(
                        (a - b).abs() < 4e-4 * b.abs().max(1.0),
                        "{sizes:?}: {a} {b}"
                    );
                }
            }
        }
    }
}
