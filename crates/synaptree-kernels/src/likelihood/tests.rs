use burn::tensor::activation::{log_sigmoid, log_softmax};
use burn::tensor::{Device, Int, Tensor, TensorData};

use super::{sigmoid_likelihood, softmax_likelihood};
use crate::{Key, Purpose, normal_tensor};

fn numbers(stream: &str, shape: [usize; 2], scale: f32, device: &Device) -> Tensor<2> {
    let plain = device.clone().without_autodiff();
    let key = Key::new(1, Purpose::Init, stream);
    let values = normal_tensor(key, 0, 0, shape, &plain) * scale;
    Tensor::from_data(values.into_data(), device)
}

fn list(data: TensorData) -> Vec<f32> {
    data.try_into_vec().unwrap()
}

/// The value of a loss and the gradient of its logits, times three.
fn both(logits: Tensor<2>, loss: impl Fn(Tensor<2>) -> Tensor<1>) -> (f32, Vec<f32>) {
    let logits = logits.require_grad();
    let sum = loss(logits.clone());
    let gradients = (sum.clone() * 3.0).backward();
    (
        sum.into_scalar(),
        list(logits.grad(&gradients).unwrap().into_data()),
    )
}

fn assert_close(ours: &(f32, Vec<f32>), theirs: &(f32, Vec<f32>)) {
    assert!(
        (ours.0 - theirs.0).abs() < 2e-6 * theirs.0.abs().max(1.0),
        "{} {}",
        ours.0,
        theirs.0
    );
    assert_eq!(ours.1.len(), theirs.1.len());
    for (a, b) in ours.1.iter().zip(&theirs.1) {
        assert!((a - b).abs() < 2e-6 * b.abs().max(1.0), "{a} {b}");
    }
}

#[test]
fn the_operator_of_yes_and_no_computes_what_burns_operators_compute() {
    let device = Device::flex().autodiff();
    let shape = [7, 5];
    let logits = numbers("z", shape, 5.0, &device);
    let signs = numbers("s", shape, 1.0, &device).sign();
    let weights = numbers("w", shape, 1.0, &device).abs();
    let of_rows = numbers("r", [7, 1], 1.0, &device).abs();
    for weights in [None, Some(weights), Some(of_rows)] {
        let ours = both(logits.clone(), |z| {
            sigmoid_likelihood(z, signs.clone(), weights.clone())
        });
        let theirs = both(logits.clone(), |z| {
            let terms = -log_sigmoid(z * signs.clone());
            match &weights {
                Some(weights) => (terms * weights.clone()).sum(),
                None => terms.sum(),
            }
        });
        assert_close(&ours, &theirs);
    }
}

#[test]
fn the_operator_of_classes_computes_what_burns_operators_compute() {
    let device = Device::flex().autodiff();
    let logits = numbers("z", [6, 4], 5.0, &device);
    let classes = Tensor::<2, Int>::from_data([[0], [3], [1], [2], [2], [0]], &device);
    let weights = numbers("w", [6, 1], 1.0, &device).abs();
    for weights in [None, Some(weights)] {
        let ours = both(logits.clone(), |z| {
            softmax_likelihood(z, classes.clone(), weights.clone())
        });
        let theirs = both(logits.clone(), |z| {
            let terms = -log_softmax(z, 1).gather(1, classes.clone());
            match &weights {
                Some(weights) => (terms * weights.clone()).sum(),
                None => terms.sum(),
            }
        });
        assert_close(&ours, &theirs);
    }
}

#[test]
fn huge_logits_have_finite_losses_and_gradients() {
    let device = Device::flex().autodiff();
    let logits = Tensor::<2>::from_data([[1e30, -1e30], [-3e38, 300.0]], &device);
    let signs = Tensor::<2>::from_data([[-1.0, 1.0], [-1.0, -1.0]], &device);
    let (sum, gradient) = both(logits.clone(), |z| {
        sigmoid_likelihood(z, signs.clone(), None)
    });
    assert!(sum.is_finite() && gradient.iter().all(|g| g.is_finite()));
    let classes = Tensor::<2, Int>::from_data([[1], [0]], &device);
    let (sum, gradient) = both(logits, |z| softmax_likelihood(z, classes.clone(), None));
    assert!(sum.is_finite() && gradient.iter().all(|g| g.is_finite()));
}

#[test]
fn what_is_not_a_number_stays_visible() {
    let device = Device::flex();
    let logits = Tensor::<2>::from_data([[f32::NAN, 0.0]], &device);
    let signs = Tensor::<2>::from_data([[1.0, 1.0]], &device);
    let classes = Tensor::<2, Int>::from_data([[1]], &device);
    assert!(
        sigmoid_likelihood(logits.clone(), signs, None)
            .into_scalar::<f32>()
            .is_nan()
    );
    assert!(
        softmax_likelihood(logits, classes, None)
            .into_scalar::<f32>()
            .is_nan()
    );
}
