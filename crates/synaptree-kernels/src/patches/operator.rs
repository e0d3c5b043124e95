//! The operator of the Flex backend.

use std::ops::Range;

use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::CheckpointStrategy;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension};
use burn::tensor::Tensor;
use rayon::prelude::*;

use super::Window;
use crate::dense::{contiguous, numbers, tensor};

pub(super) fn patches(image: Tensor<4>, window: Window) -> Tensor<2> {
    Tensor::from_dispatch(Dispatch::patches(image.into_dispatch(), window))
}

/// The forward pass.
#[backend_extension(Flex, Autodiff)]
pub(super) trait PatchOps: Backend {
    /// See [`patches`](crate::patches).
    fn patches(image: FloatTensor<Self>, window: Window) -> FloatTensor<Self>;
}

/// The backward pass.
pub(super) trait PatchKernels: Backend {
    /// The image whose numbers are the sums over all patches that see them; the shape is that of the image.
    fn gathered(seen: FloatTensor<Self>, shape: [usize; 4], window: Window) -> FloatTensor<Self>;
}

/// One image beside its patches.
#[derive(Clone, Copy)]
struct Geometry {
    window: Window,
    /// Height, width, channels.
    image: [usize; 3],
    places: [usize; 2],
}

impl Geometry {
    fn new([_, height, width, channels]: [usize; 4], window: Window) -> Self {
        Self {
            window,
            image: [height, width, channels],
            places: window.places([height, width]).unwrap_or([0, 0]),
        }
    }

    /// The numbers of a patch.
    fn seen(self) -> usize {
        self.window.kernel[0] * self.window.kernel[1] * self.image[2]
    }

    /// The numbers of an image and of its patches.
    fn sizes(self) -> [usize; 2] {
        [
            self.image.iter().product(),
            self.places[0] * self.places[1] * self.seen(),
        ]
    }

    /// Calls `with` for each row of the kernel at each place with the numbers that it sees: where they lie in the image, and
    /// where in the patches. Rows that lie beyond the image are left out, and so is what of a row does.
    fn each(self, mut with: impl FnMut(Range<usize>, Range<usize>)) {
        let [height, width, channels] = self.image;
        let [kernel_height, kernel_width] = self.window.kernel;
        let [down, across] = self.window.stride;
        let [top, left] = self.window.padding;
        let run = kernel_width * channels;
        for place_down in 0..self.places[0] {
            for i in 0..kernel_height {
                let Some(y) = (place_down * down + i).checked_sub(top) else {
                    continue;
                };
                if y >= height {
                    break;
                }
                for place_across in 0..self.places[1] {
                    // Columns of the padded image, and those of them that are the image's.
                    let start = place_across * across;
                    let first = start.max(left);
                    let last = (start + kernel_width).min(left + width);
                    if first >= last {
                        continue;
                    }
                    let from = (y * width + first - left) * channels;
                    let place = place_down * self.places[1] + place_across;
                    let to = place * self.seen() + i * run + (first - start) * channels;
                    let length = (last - first) * channels;
                    with(from..from + length, to..to + length);
                }
            }
        }
    }
}

fn shape_of(image: &FlexTensor) -> [usize; 4] {
    let shape = image.layout().shape();
    [shape[0], shape[1], shape[2], shape[3]]
}

impl PatchOps for Flex {
    fn patches(image: FlexTensor, window: Window) -> FlexTensor {
        let image = contiguous(image);
        let shape = shape_of(&image);
        let geometry = Geometry::new(shape, window);
        let [inside, outside] = geometry.sizes();
        let rows = shape[0] * geometry.places[0] * geometry.places[1];
        // What no patch of the image reaches is padding.
        let mut seen = vec![0.0; shape[0] * outside];
        if !seen.is_empty() && inside > 0 {
            let images = numbers(&image).par_chunks(inside);
            let all = seen.par_chunks_mut(outside).zip(images);
            all.for_each(|(seen, image)| {
                geometry.each(|from, to| seen[to].copy_from_slice(&image[from]));
            });
        }
        tensor(seen, [rows, geometry.seen()])
    }
}

impl PatchKernels for Flex {
    fn gathered(seen: FlexTensor, shape: [usize; 4], window: Window) -> FlexTensor {
        let seen = contiguous(seen);
        let geometry = Geometry::new(shape, window);
        let [inside, outside] = geometry.sizes();
        let mut image = vec![0.0; shape[0] * inside];
        if !image.is_empty() && outside > 0 {
            let patches = numbers(&seen).par_chunks(outside);
            let all = image.par_chunks_mut(inside).zip(patches);
            all.for_each(|(image, seen)| {
                geometry.each(|from, to| {
                    for (sum, part) in image[from].iter_mut().zip(&seen[to]) {
                        *sum += part;
                    }
                });
            });
        }
        tensor(image, shape)
    }
}

#[derive(Debug)]
struct Patches;

impl<B: PatchKernels> Backward<B, 1> for Patches {
    type State = ([usize; 4], Window);

    fn backward(
        self,
        ops: Ops<Self::State, 1>,
        gradients: &mut Gradients,
        _checkpointer: &mut Checkpointer,
    ) {
        let gradient = gradients.consume::<B>(&ops.node);
        let (shape, window) = ops.state;
        let [image] = ops.parents;
        if let Some(image) = image {
            gradients.register::<B>(image.id, B::gathered(gradient, shape, window));
        }
    }
}

impl<B: PatchOps + PatchKernels, C: CheckpointStrategy> PatchOps for Autodiff<B, C> {
    fn patches(image: FloatTensor<Self>, window: Window) -> FloatTensor<Self> {
        let (image, parent) = image.into_parts();
        let shape = image.shape().dims::<4>();
        match Patches.prepare::<C>([parent]).compute_bound().stateful() {
            OpsKind::Tracked(prepared) => {
                prepared.finish((shape, window), B::patches(image, window))
            }
            OpsKind::UnTracked(prepared) => prepared.finish(B::patches(image, window)),
        }
    }
}
