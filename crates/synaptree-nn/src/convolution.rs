//! A convolution over one or two axes whose weights may be noisy.

use burn::module::Module;
use burn::tensor::{Device, Tensor};
use synaptree_kernels::{Window, patches};

use crate::pass::repeated;
use crate::synapse::{Only, refuse};
use crate::{
    Dense, DenseConfig, Draw, Estimator, Fans, Initialiser, NetworkError, Noise, Pass, Prior,
    SynapseSpec,
};

/// The configuration of a [`Convolution`].
///
/// # Parameters
///
/// | Name | Default | Range | Purpose |
/// |---|---|---|---|
/// | `channels` | required | ≥ 1 | channels of the input and of the output |
/// | `kernel` | required | ≥ 1 | height and width of the kernel; a height of 1 is a convolution over a series |
/// | `stride` | `[1, 1]` | ≥ 1 | steps from place to place |
/// | `padding` | `[0, 0]` | | zeros on either side of height and width |
/// | `initialiser` | Xavier | [`Initialiser`] | first values of the weight; the bias starts at 0 |
/// | `synapses` | no noise | [`SynapseSpec`] | what is random about the weight |
#[derive(Clone, Debug, PartialEq)]
pub struct ConvolutionConfig {
    channels: [usize; 2],
    kernel: [usize; 2],
    stride: [usize; 2],
    padding: [usize; 2],
    initialiser: Initialiser,
    synapses: SynapseSpec,
}

impl ConvolutionConfig {
    /// A layer from `channels[0]` to `channels[1]` channels.
    pub fn new(channels: [usize; 2], kernel: [usize; 2]) -> Self {
        Self {
            channels,
            kernel,
            stride: [1, 1],
            padding: [0, 0],
            initialiser: Initialiser::Xavier,
            synapses: SynapseSpec::default(),
        }
    }

    /// Sets the steps from place to place.
    pub fn with_stride(mut self, stride: [usize; 2]) -> Self {
        self.stride = stride;
        self
    }

    /// Sets the zeros on either side of height and width.
    pub fn with_padding(mut self, padding: [usize; 2]) -> Self {
        self.padding = padding;
        self
    }

    /// Sets the first values of the weight.
    pub fn with_initialiser(mut self, initialiser: Initialiser) -> Self {
        self.initialiser = initialiser;
        self
    }

    /// Sets what is random about the weight.
    pub fn with_synapses(mut self, synapses: SynapseSpec) -> Self {
        self.synapses = synapses;
        self
    }

    /// Makes the layer; `path` names its place and with it its random streams.
    ///
    /// # Errors
    ///
    /// [`NetworkError::EmptyLayer`] for channels, a kernel or a stride of 0; what is wrong with the synapses, see
    /// [`SynapseSpec::validate`]; [`NetworkError::UnsupportedNoise`] for `adaptive` noise and
    /// [`NetworkError::UnsupportedEstimator`] for `moments`, which convolutions do not have.
    pub fn init(
        &self,
        seed: u64,
        path: &str,
        device: &Device,
    ) -> Result<Convolution, NetworkError> {
        let [inputs, outputs] = self.channels;
        let [height, width] = self.kernel;
        let sizes = [self.channels, self.kernel, self.stride];
        if sizes.iter().flatten().any(|size| *size == 0) {
            return Err(NetworkError::EmptyLayer {
                key: path.to_owned(),
            });
        }
        refuse(
            &self.synapses,
            Only {
                noise: |noise| noise != Noise::Adaptive,
                estimator: |estimator| estimator != Estimator::Moments,
            },
        )?;
        let area = height * width;
        let dense = DenseConfig::new(area * inputs, outputs)
            .with_initialiser(self.initialiser)
            .with_synapses(self.synapses.clone())
            .with_fans(Fans {
                inputs: area * inputs,
                outputs: area * outputs,
            })
            .with_reuse(area)
            .init(seed, path, device)?;
        Ok(Convolution {
            dense,
            window: Window {
                kernel: self.kernel,
                stride: self.stride,
                padding: self.padding,
            },
        })
    }
}

/// A convolution whose weights may be noisy: a [`Dense`] layer that all places of an image have in common.
///
/// ```text
/// y[b, o, p] = Σ_{i, j, c} x[b, c, stride · p + (i, j) − padding] W̃[(i · width + j) · channels + c, o] + bias[o]
/// ```
///
/// Every noise of [`Noise`] but `adaptive`, and every estimator but `moments`, mean what they mean in a [`Dense`] layer:
///
/// - `weight` draws one kernel for all rows and places, `flipout` flips the signs of its noise row by row;
/// - `rank1` and batch ensembles have factors for channels;
/// - `local` draws every place on its own, as if each had a kernel of its own: an approximation that leaves out how places
///   depend on each other through the kernel that they share. `auto` chooses it for noise that fires alone, which has no other.
///
/// # Randomness
///
/// As in a [`Dense`] layer. What `local` draws for row r and place p, and what fires there, has the row r × places + p.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{ConvolutionConfig, Draw, Noise, Pass, SynapseSpec};
///
/// let device = Device::flex();
/// let synapses = SynapseSpec { noise: Noise::Rank1, ..SynapseSpec::default() };
/// let layer = ConvolutionConfig::new([3, 8], [5, 5])
///     .with_padding([2, 2])
///     .with_stride([2, 2])
///     .with_synapses(synapses)
///     .init(7, "stem", &device)?;
/// let images = Tensor::<4>::ones([2, 3, 28, 28], &device);
/// let y = layer.forward(images, &Pass::training(Draw::training(7, 0), &[0, 1]));
/// assert_eq!(y.dims(), [2, 8, 14, 14]);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
///
/// # Differences
///
/// Kernels lie flat, `[height × width × channels, outputs]`, so that a place of an image is a row of the product. The papers of flipout and
/// of rank-1 networks flip and scale channels; here flipout has a sign for every number of a patch, which tells rows further
/// apart. A neural sampling machine reads its inputs as they are: padding is a silent synapse.
#[derive(Module, Debug)]
pub struct Convolution {
    dense: Dense,
    #[module(skip)]
    window: Window,
}

impl Convolution {
    /// Applies the layer.
    ///
    /// # Shapes
    ///
    /// - input: `[rows, channels, height, width]`; with several samples, the rows of each one below the other, or those that all have in
    ///   common once
    /// - result: `[rows, outputs, places down, places across]`
    ///
    /// # Panics
    ///
    /// When the padded input is smaller than the kernel, has other channels than the layer, or other rows than the pass.
    pub fn forward(&self, input: Tensor<4>, pass: &Pass) -> Tensor<4> {
        let (patches, places) = self.patches(input);
        let count = places[0] * places[1];
        let rows = match self.dense.estimator(patches.dims(), pass.training) {
            Estimator::Local => rows_of_places(pass.rows, count),
            _ => repeated(pass.rows, count),
        };
        let sums = self.dense.forward(
            patches,
            &Pass {
                rows: &rows,
                ..*pass
            },
        );
        image(sums, places)
    }

    /// What the units put out where they fire; `None` where they pass sums on.
    ///
    /// # Shapes
    ///
    /// As [`Convolution::forward`].
    pub fn fire(&self, input: Tensor<4>, pass: &Pass) -> Option<Tensor<4>> {
        let (patches, places) = self.patches(input);
        let rows = rows_of_places(pass.rows, places[0] * places[1]);
        let fired = self.dense.fire(
            &patches,
            &Pass {
                rows: &rows,
                ..*pass
            },
        )?;
        Some(image(fired, places))
    }

    /// The dense layer that all places have in common: its weights, its noise, its divergence.
    pub fn dense(&self) -> &Dense {
        &self.dense
    }

    /// Σ KL of the layer's learned distributions from the prior, in nats; `None` where nothing is learned.
    ///
    /// # Shapes
    ///
    /// - result: `[1]`
    pub fn divergence(&self, prior: Prior, draw: Option<Draw>) -> Option<Tensor<1>> {
        self.dense.divergence(prior, draw)
    }

    /// What each place sees, and the places down and across.
    fn patches(&self, input: Tensor<4>) -> (Tensor<2>, [usize; 2]) {
        let [_, _, height, width] = input.dims();
        let places = self.window.places([height, width]).unwrap_or([0, 0]);
        // Channels last: what a place sees of them lies side by side.
        (patches(input.permute([0, 2, 3, 1]), self.window), places)
    }
}

/// A row for each place, of its own: what is drawn there belongs to no other.
fn rows_of_places(rows: &[u64], places: usize) -> Vec<u64> {
    let count = places as u64;
    let of = |row: u64| (0..count).map(move |place| row.wrapping_mul(count).wrapping_add(place));
    rows.iter().copied().flat_map(of).collect()
}

/// The sums of all places, as images.
fn image(sums: Tensor<2>, [down, across]: [usize; 2]) -> Tensor<4> {
    let [rows, outputs] = sums.dims();
    sums.reshape([rows / (down * across), down, across, outputs])
        .permute([0, 3, 1, 2])
}
