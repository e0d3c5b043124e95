//! What the places of a convolution see of an image, as the rows of a matrix.

mod operator;

use burn::tensor::{DType, Tensor, s};

use crate::device::runs_on_flex;

/// Where a convolution looks: its kernel, and the places of an image that it is laid on.
///
/// # Example
///
/// ```
/// use synaptree_kernels::Window;
///
/// let window = Window { kernel: [5, 5], stride: [2, 2], padding: [2, 2] };
/// assert_eq!(window.places([28, 28]), Some([14, 14]));
/// assert_eq!(window.places([28, 0]), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Height and width of the kernel, at least 1.
    pub kernel: [usize; 2],
    /// Steps from place to place, at least 1.
    pub stride: [usize; 2],
    /// Zeros on either side of height and width.
    pub padding: [usize; 2],
}

impl Window {
    /// The places down and across an image of this height and width; `None` where the padded image is smaller than the kernel.
    pub fn places(&self, image: [usize; 2]) -> Option<[usize; 2]> {
        let along = |axis: usize| {
            let room = (image[axis] + 2 * self.padding[axis]).checked_sub(self.kernel[axis])?;
            (image[axis] > 0).then_some(room / self.stride[axis] + 1)
        };
        Some([along(0)?, along(1)?])
    }
}

/// What each place sees of an image, channels last.
///
/// ```text
/// patches[(b, p), (i, j, c)] = image[b, stride · p + (i, j) − padding, c], and 0 beyond the image
/// ```
///
/// On the Flex device and in single precision this is one pass each way that copies rows of the kernel whole; elsewhere it is
/// [`portable_patches`].
///
/// # Shapes
///
/// - image: `[rows, height, width, channels]`
/// - result: `[rows × places down × places across, kernel height × kernel width × channels]`
///
/// # Panics
///
/// When the padded image is smaller than the kernel.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_kernels::{Window, patches};
///
/// let image = Tensor::<4>::from_data([[[[1.0], [2.0], [3.0]]]], &Device::flex());
/// let window = Window { kernel: [1, 2], stride: [1, 1], padding: [0, 1] };
/// let seen: Vec<f32> = patches(image, window).into_data().try_into_vec().unwrap();
/// assert_eq!(seen, [0.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 0.0]);
/// ```
pub fn patches(image: Tensor<4>, window: Window) -> Tensor<2> {
    let [_, height, width, _] = image.dims();
    assert!(
        window.places([height, width]).is_some(),
        "an image of {height} × {width} is smaller than {window:?}"
    );
    if image.dtype() == DType::F32 && runs_on_flex(&image.device()) {
        return operator::patches(image, window);
    }
    portable_patches(image, window)
}

/// [`patches`] written with Burn's operators.
///
/// # Panics
///
/// As [`patches`].
pub fn portable_patches(image: Tensor<4>, window: Window) -> Tensor<2> {
    let Window {
        kernel: [kernel_height, kernel_width],
        stride: [down, across],
        padding: [top, left],
    } = window;
    let [rows, height, width, channels] = image.dims();
    let places = window.places([height, width]);
    let [places_down, places_across] =
        places.expect("an image that is not smaller than the kernel");
    let image = if top + left > 0 {
        image.pad([(0, 0), (top, top), (left, left), (0, 0)], 0.0)
    } else {
        image
    };
    let end = |start: usize, places: usize, step: usize| start + (places - 1) * step + 1;
    let mut parts = Vec::with_capacity(kernel_height * kernel_width);
    for i in 0..kernel_height {
        let bottom = end(i, places_down, down);
        for j in 0..kernel_width {
            let right = end(j, places_across, across);
            let seen = s![.., i..bottom; down as isize, j..right; across as isize, ..];
            parts.push(image.clone().slice(seen));
        }
    }
    Tensor::cat(parts, 3).reshape([
        rows * places_down * places_across,
        kernel_height * kernel_width * channels,
    ])
}

#[cfg(test)]
mod tests;
