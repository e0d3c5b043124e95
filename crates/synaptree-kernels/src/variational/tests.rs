use burn::tensor::activation::log_sigmoid;
use burn::tensor::{Device, Tensor, TensorData};

use super::{normal_divergence, portable_normal_divergence, softplus};
use crate::{Key, Purpose, normal_tensor};

fn values(stream: &str, len: usize, device: &Device) -> Tensor<1> {
    let plain = device.clone().without_autodiff();
    let values = normal_tensor(Key::new(1, Purpose::Init, stream), 0, 0, [len], &plain);
    Tensor::from_data(values.into_data(), device)
}

fn vec(data: TensorData) -> Vec<f32> {
    data.try_into_vec().unwrap()
}

/// Within `tolerance` of what stands there, or of a hundredth.
fn close(ours: &[f32], theirs: &[f32], tolerance: f32) {
    assert_eq!(ours.len(), theirs.len());
    for (i, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        let off = (ours - theirs).abs();
        assert!(
            off <= tolerance * theirs.abs().max(0.01),
            "{i}: {ours} {theirs}"
        );
    }
}

/// Lengths around one chunk and around where several threads begin.
const LENGTHS: [usize; 4] = [1, 17, 8193, 40_000];

#[test]
fn softplus_computes_what_burns_operators_compute() {
    let device = Device::flex().autodiff();
    for len in LENGTHS {
        let run = |f: fn(Tensor<1>) -> Tensor<1>| {
            let x = (values("x", len, &device) * 8.0).detach().require_grad();
            let y = f(x.clone());
            let gradients = (y.clone() * values("c", len, &device)).sum().backward();
            [
                vec(y.into_data()),
                vec(x.grad(&gradients).unwrap().into_data()),
            ]
        };
        let [y, slope] = run(softplus);
        let [expected, expected_slope] = run(|x| -log_sigmoid(-x));
        close(&y, &expected, 1e-6);
        close(&slope, &expected_slope, 2e-6);
    }
}

#[test]
fn softplus_is_finite_at_the_ends_and_hides_nothing() {
    let device = Device::flex().autodiff();
    let x = Tensor::<1>::from_floats([-1e30, -200.0, 0.0, 200.0, 1e30], &device).require_grad();
    let y = softplus(x.clone());
    let gradients = y.clone().sum().backward();
    let (y, slope) = (
        vec(y.into_data()),
        vec(x.grad(&gradients).unwrap().into_data()),
    );
    assert!(y.iter().chain(&slope).all(|v| v.is_finite()));
    assert!(y[0] > 0.0 && y[4] == 1e30 && slope[4] == 1.0);
    let nan = Tensor::<1>::from_floats([f32::NAN], &Device::flex());
    assert!(softplus(nan).into_scalar::<f32>().is_nan());
}

#[test]
fn the_divergence_is_what_burns_operators_compute() {
    let device = Device::flex().autodiff();
    for len in LENGTHS {
        for spread in [None, Some(0.3)] {
            let run = |f: fn(Tensor<1>, Tensor<1>, Option<f64>) -> Tensor<1>| {
                let mean = values("m", len, &device).require_grad();
                let deviation = values("s", len, &device).abs() + 0.01;
                let deviation = deviation.detach().require_grad();
                let sum = f(mean.clone(), deviation.clone(), spread);
                let gradients = (sum.clone() * 0.7).backward();
                let of = |leaf: Tensor<1>| vec(leaf.grad(&gradients).unwrap().into_data());
                (sum.into_scalar::<f32>(), of(mean), of(deviation))
            };
            let (ours, theirs) = (run(normal_divergence), run(portable_normal_divergence));
            close(&[ours.0], &[theirs.0], 2e-5);
            close(&ours.1, &theirs.1, 2e-5);
            close(&ours.2, &theirs.2, 1e-4);
        }
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let device = Device::flex();
    let on = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
            .install(|| {
                let y = softplus(values("x", 40_000, &device));
                let sum = normal_divergence(values("m", 40_000, &device), y.clone(), None);
                (y.into_data(), sum.into_data())
            })
    };
    let one = on(1);
    assert!(one == on(2) && one == on(3));
}
