//! What goes into the dense layers of a pass, and the gradients at what comes out.

use std::cell::RefCell;

use burn::tensor::Tensor;

/// One dense layer of a pass that was tapped.
#[derive(Debug)]
pub struct LayerTap {
    /// The path of the layer, such as `trunk.0.dense`.
    pub path: String,
    /// What went in, `[rows, inputs]`, without a history.
    pub input: Tensor<2>,
    /// Zeros that were added to the sums, `[rows, outputs]`: their gradient is that of every row's sums.
    ///
    /// `None` on a device without gradients.
    pub probe: Option<Tensor<2>>,
}

thread_local! {
    static TAPS: RefCell<Option<Vec<LayerTap>>> = const { RefCell::new(None) };
}

/// Runs `forward` and returns, beside its result, what went into every dense layer on this thread, in order.
///
/// The gradient of a row's outputs with respect to a weight is the product of the input and the gradient at the probe:
/// squares of gradients of single rows need no pass of their own.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::{DenseConfig, Pass, tapped};
///
/// let device = Device::flex().autodiff();
/// let layer = DenseConfig::new(2, 1).init(7, "dense", &device)?;
/// let x = Tensor::<2>::from_data([[1.0, 3.0]], &device);
/// let (y, taps) = tapped(|| layer.forward(x, &Pass::mean(&[0])));
/// let gradients = (y * 2.0).sum().backward();
/// let at_sums = taps[0].probe.as_ref().and_then(|probe| probe.grad(&gradients)).unwrap();
/// assert_eq!(at_sums.into_scalar::<f32>(), 2.0);
/// assert_eq!(taps[0].path, "dense");
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
pub fn tapped<R>(forward: impl FnOnce() -> R) -> (R, Vec<LayerTap>) {
    struct Restore(Option<Vec<LayerTap>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            let before = self.0.take();
            TAPS.with(|taps| *taps.borrow_mut() = before);
        }
    }
    let _restore = Restore(TAPS.with(|taps| taps.borrow_mut().replace(Vec::new())));
    let result = forward();
    let found = TAPS.with(|taps| taps.borrow_mut().take());
    (result, found.unwrap_or_default())
}

/// Whether the pass on this thread is tapped.
pub(crate) fn is_tapped() -> bool {
    TAPS.with(|taps| taps.borrow().is_some())
}

/// Notes a layer down; what is to be added to its sums.
pub(crate) fn tap(path: &str, input: &Tensor<2>, outputs: usize) -> Option<Tensor<2>> {
    let shape = [input.dims()[0], outputs];
    let device = input.device();
    let probe = input
        .is_autodiff()
        .then(|| Tensor::zeros(shape, &device).require_grad());
    let layer = LayerTap {
        path: path.to_owned(),
        input: input.clone().detach(),
        probe: probe.clone(),
    };
    TAPS.with(|taps| {
        if let Some(taps) = taps.borrow_mut().as_mut() {
            taps.push(layer);
        }
    });
    probe
}
