//! The operator against Burn's operators, forward and backward.

use burn::tensor::{Device, Tensor, TensorData};

use super::{Window, patches, portable_patches};

fn vec<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

fn numbers<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    let count: usize = shape.iter().product();
    let values: Vec<f32> = (0..count).map(|i| (i as f32 * 0.7).sin()).collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}

#[test]
fn the_operator_and_its_gradient_are_those_of_burns_operators() {
    let device = Device::flex().autodiff();
    let sides = [1, 2, 3, 4];
    let mut seen = 0;
    for kernel in [[1, 1], [2, 3], [3, 2], [4, 4]] {
        for stride in [[1, 1], [2, 1], [1, 3], [3, 3]] {
            for padding in [[0, 0], [1, 0], [0, 2], [3, 3]] {
                for (height, width) in sides.iter().flat_map(|h| sides.map(|w| (*h, w))) {
                    let window = Window {
                        kernel,
                        stride,
                        padding,
                    };
                    if window.places([height, width]).is_none() {
                        continue;
                    }
                    let image = numbers([2, height, width, 3], &device).require_grad();
                    let both = [
                        patches(image.clone(), window),
                        portable_patches(image.clone(), window),
                    ];
                    assert_eq!(vec(both[0].clone()), vec(both[1].clone()), "{window:?}");
                    let gradient = |y: Tensor<2>| {
                        let weights = numbers(y.dims(), &device);
                        vec(image.grad(&(y * weights).sum().backward()).unwrap())
                    };
                    let [ours, theirs] = both.map(gradient);
                    for (a, b) in ours.iter().zip(&theirs) {
                        assert!((a - b).abs() < 1e-4, "{window:?}: {a} {b}");
                    }
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 500, "{seen}");
}

#[test]
fn strided_images_and_no_images_are_read_as_they_are() {
    let device = Device::flex();
    let window = Window {
        kernel: [2, 2],
        stride: [1, 1],
        padding: [1, 1],
    };
    let turned = numbers([2, 3, 4, 5], &device).permute([0, 2, 3, 1]);
    assert_eq!(
        vec(patches(turned.clone(), window)),
        vec(portable_patches(turned, window))
    );
    let none = Tensor::<4>::zeros([0, 3, 3, 1], &device);
    assert_eq!(patches(none, window).dims(), [0, 4]);
}

#[test]
#[should_panic(expected = "smaller than")]
fn an_image_that_is_smaller_than_the_kernel_is_refused() {
    let window = Window {
        kernel: [3, 3],
        stride: [1, 1],
        padding: [0, 1],
    };
    patches(Tensor::zeros([1, 2, 3, 1], &Device::flex()), window);
}
