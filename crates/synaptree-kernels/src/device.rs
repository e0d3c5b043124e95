//! Where an operator of ours can run.

use burn::tensor::Device;

/// Whether the device, or the one below its gradients, is Flex.
pub(crate) fn runs_on_flex(device: &Device) -> bool {
    device.clone().without_autodiff() == Device::flex()
}
