use burn::tensor::{DType, Device, Tensor, TensorData};

use super::{
    Epilogue, LocalSums, NoiseAddress, NoiseForm, RowNoise, WeightNoise, dense, dense_learned,
    dense_local, dense_local_learned, portable_dense, portable_dense_learned, portable_dense_local,
    portable_dense_local_learned,
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

/// Output and the gradients of input, weight and bias under a random cotangent.
fn run(
    [rows, inputs, outputs]: [usize; 3],
    layer: impl Fn(Tensor<2>, Tensor<2>, Tensor<1>) -> Tensor<2>,
) -> [TensorData; 4] {
    let device = Device::flex().autodiff();
    let x = values("x", [rows, inputs], &device).require_grad();
    let weight = values("w", [inputs, outputs], &device).require_grad();
    let bias = values("b", [outputs], &device).require_grad();
    let cotangent = values("c", [rows, outputs], &device);
    let y = layer(x.clone(), weight.clone(), bias.clone());
    let gradients = (y.clone() * cotangent).sum().backward();
    [
        y.into_data(),
        x.grad(&gradients).unwrap().into_data(),
        weight.grad(&gradients).unwrap().into_data(),
        bias.grad(&gradients).unwrap().into_data(),
    ]
}

/// Sums of up to 301 products of order 1 agree to `tolerance`.
fn check_close(ours: &[TensorData], theirs: &[TensorData], tolerance: f32, what: &str) {
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert_eq!(ours.shape(), theirs.shape(), "{what}");
        let ours: Vec<f32> = ours.clone().try_into_vec().unwrap();
        let theirs: Vec<f32> = theirs.clone().try_into_vec().unwrap();
        for (a, b) in ours.iter().zip(&theirs) {
            let far = (a - b).abs();
            assert!(far < tolerance * b.abs().max(1.0), "{what}: {a} {b}");
        }
    }
}

/// `of` gives the same bits on one, two and three threads.
fn check_threads(of: impl Fn() -> [TensorData; 4] + Sync) {
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build().unwrap().install(&of)
    };
    let one = on(1);
    for threads in [2, 3] {
        for (one, more) in one.iter().zip(on(threads)) {
            assert!(*one == more, "{threads} threads");
        }
    }
}

/// Widths around the panels' 64 columns and 64 rows, and two that several threads share: by columns, and by rows.
const SIZES: [[usize; 3]; 7] = [
    [1, 1, 1],
    [3, 5, 2],
    [2, 65, 127],
    [5, 63, 129],
    [4, 128, 256],
    [64, 200, 301],
    [1301, 70, 17],
];

#[test]
fn the_operator_computes_what_burns_operators_compute() {
    for sizes in SIZES {
        for noise in forms() {
            for epilogue in [Epilogue::Linear, Epilogue::Relu] {
                let ours = run(sizes, |x, w, b| dense(x, w, b, noise, epilogue));
                let theirs = run(sizes, |x, w, b| portable_dense(x, w, b, noise, epilogue));
                check_close(&ours, &theirs, 2e-4, &format!("{sizes:?} {noise:?}"));
            }
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    // Many outputs, and many rows of few outputs.
    for sizes in [[128, 200, 301], [1301, 144, 32]] {
        check_threads(|| {
            run(sizes, |x, w, b| {
                dense(x, w, b, Some(noise(0.3)), Epilogue::Relu)
            })
        });
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
            let moved = Tensor::<2>::from_data(data, (&device, DType::F64));
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

fn fused_local_learned(
    x: Tensor<2>,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    _address: NoiseAddress,
    epilogue: Epilogue,
) -> Tensor<2> {
    let noise = row_noise(x.dims()[0], -1.0);
    dense_local_learned(x, mean, deviation, bias, noise, epilogue)
}

fn plain_local_learned(
    x: Tensor<2>,
    mean: Tensor<2>,
    deviation: Tensor<2>,
    bias: Tensor<1>,
    _address: NoiseAddress,
    epilogue: Epilogue,
) -> Tensor<2> {
    let noise = row_noise(x.dims()[0], -1.0);
    portable_dense_local_learned(x, mean, deviation, bias, &noise, epilogue)
}

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

const LEARNED: [[LearnedLayer; 2]; 2] = [
    [dense_learned, portable_dense_learned],
    [fused_local_learned, plain_local_learned],
];

#[test]
fn the_operators_with_a_learned_deviation_compute_what_burns_operators_compute() {
    for (sizes, [ours, theirs]) in SIZES
        .into_iter()
        .flat_map(|s| LEARNED.map(|pair| (s, pair)))
    {
        for epilogue in [Epilogue::Linear, Epilogue::Relu] {
            let ours = run_learned(ours, sizes, epilogue);
            let theirs = run_learned(theirs, sizes, epilogue);
            check_close(&ours, &theirs, 4e-4, &format!("{sizes:?}"));
        }
    }
}

fn row_noise(rows: usize, scale: f32) -> RowNoise {
    RowNoise {
        key: Key::new(7, Purpose::Noise, "dense"),
        step: 3,
        samples: [crate::Sample::of(1)].into(),
        rows: (0..rows as u64).map(|row| row * 7 + 2).collect(),
        scale,
    }
}

fn fused_local(
    x: Tensor<2>,
    weight: Tensor<2>,
    bias: Tensor<1>,
    noise: &RowNoise,
    epilogue: Epilogue,
) -> Tensor<2> {
    dense_local(x, weight, bias, noise.clone(), epilogue)
}

#[test]
fn the_operator_that_draws_sums_computes_what_burns_operators_compute() {
    for sizes in SIZES {
        for scale in [0.3, -0.3] {
            for epilogue in [Epilogue::Linear, Epilogue::Relu] {
                let noise = row_noise(sizes[0], scale);
                let ours = run(sizes, |x, w, b| fused_local(x, w, b, &noise, epilogue));
                let theirs = run(sizes, |x, w, b| {
                    portable_dense_local(x, w, b, &noise, epilogue)
                });
                check_close(&ours, &theirs, 2e-4, &format!("{sizes:?} {scale}"));
            }
        }
    }
}

#[test]
fn drawn_sums_have_the_same_bits_on_any_number_of_threads_and_beside_any_rows() {
    check_threads(|| {
        let noise = row_noise(150, 0.3);
        run([150, 200, 301], |x, w, b| {
            fused_local(x, w, b, &noise, Epilogue::Relu)
        })
    });
    let device = Device::flex();
    let noise = row_noise(150, 0.3);
    let draw = |noise: &RowNoise| {
        let zeros = Tensor::<2>::zeros([noise.rows.len(), 4], &device);
        let weight = Tensor::zeros([4, 3], &device);
        fused_local(
            zeros + 1.0,
            weight,
            Tensor::zeros([3], &device),
            noise,
            Epilogue::Linear,
        )
    };
    let alone = RowNoise {
        rows: [noise.rows[77]].into(),
        ..noise.clone()
    };
    let beside = draw(&noise).slice([77..78, 0..3]).into_data();
    assert_eq!(draw(&alone).into_data(), beside);
}

#[test]
fn sums_that_are_kept_are_drawn_with_the_bits_of_the_operator() {
    let device = Device::flex();
    for [rows, inputs, outputs] in SIZES {
        let x = values("x", [rows, inputs], &device);
        let weight = values("w", [inputs, outputs], &device);
        let bias = values("b", [outputs], &device);
        let sums = LocalSums::new(x.clone(), weight.clone(), bias.clone(), 0.3).unwrap();
        for scale in [0.3, -0.3] {
            let noise = row_noise(rows, scale);
            let whole = fused_local(
                x.clone(),
                weight.clone(),
                bias.clone(),
                &noise,
                Epilogue::Relu,
            );
            assert_eq!(
                sums.draw(&noise, Epilogue::Relu).into_data(),
                whole.into_data()
            );
        }
    }
}

#[test]
fn a_row_of_zeros_has_a_finite_gradient_under_drawn_sums() {
    let device = Device::flex().autodiff();
    let x = Tensor::<2>::zeros([2, 3], &device).require_grad();
    let weight = values("w", [3, 2], &device);
    let bias = values("b", [2], &device);
    let y = fused_local(
        x.clone(),
        weight,
        bias,
        &row_noise(2, 0.3),
        Epilogue::Linear,
    );
    let gradients = y.square().sum().backward();
    let gradient: Vec<f32> = x
        .grad(&gradients)
        .unwrap()
        .into_data()
        .try_into_vec()
        .unwrap();
    assert!(gradient.iter().all(|g| g.is_finite()), "{gradient:?}");
}

#[test]
fn gradients_of_drawn_sums_in_double_precision_are_those_of_finite_differences() {
    use burn::tensor::FloatDType;
    let device = Device::flex().autodiff();
    let double = |tensor: Tensor<2>| tensor.cast(FloatDType::F64).detach();
    let (x, mean) = (values("x", [2, 3], &device), values("w", [3, 2], &device));
    let (x, mean) = (double(x), double(mean));
    let bias = values("b", [2], &device).cast(FloatDType::F64).detach();
    let deviation = double(values("s", [3, 2], &device));
    let loss = |x: Tensor<2>, deviation: Tensor<2>| {
        let noise = row_noise(2, 0.7);
        let fixed = dense_local(
            x.clone(),
            mean.clone(),
            bias.clone(),
            noise.clone(),
            Epilogue::Linear,
        );
        let learned = dense_local_learned(
            x,
            mean.clone(),
            deviation,
            bias.clone(),
            noise,
            Epilogue::Linear,
        );
        fixed.square().sum() + learned.square().sum()
    };
    let leaves = [x.clone().require_grad(), deviation.clone().require_grad()];
    let gradients = loss(leaves[0].clone(), leaves[1].clone()).backward();
    for (which, leaf) in leaves.iter().enumerate() {
        let gradient: Vec<f64> = leaf
            .grad(&gradients)
            .unwrap()
            .into_data()
            .try_into_vec()
            .unwrap();
        let base: Vec<f64> = leaf.clone().into_data().try_into_vec().unwrap();
        let h = 1e-6;
        for (i, gradient) in gradient.iter().enumerate() {
            let at = |step: f64| {
                let mut moved = base.clone();
                moved[i] += step;
                let data = TensorData::new(moved, leaf.dims());
                let moved = Tensor::<2>::from_data(data, (&device, DType::F64));
                let loss = if which == 0 {
                    loss(moved, deviation.clone())
                } else {
                    loss(x.clone(), moved)
                };
                loss.into_scalar::<f64>()
            };
            let difference = (at(h) - at(-h)) / (2.0 * h);
            assert!(
                (gradient - difference).abs() < 1e-7 * gradient.abs().max(1.0),
                "{which} {i}: {gradient} {difference}"
            );
        }
    }
}
