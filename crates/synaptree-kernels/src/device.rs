//! Where an operator of ours can run.

use burn::tensor::Device;

/// Whether the device, or the one below its gradients, is Flex.
pub(crate) fn runs_on_flex(device: &Device) -> bool {
    device.clone().without_autodiff() == Device::flex()
}

/// Whether the device, or the one below its gradients, is a GPU that the features of this crate reach.
pub(crate) fn runs_on_gpu(device: &Device) -> bool {
    #[cfg(any(feature = "wgpu", feature = "cuda"))]
    {
        use burn::backend::DispatchDevice;
        let plain = device.clone().without_autodiff();
        matches!(plain.as_dispatch(), DispatchDevice::Cube(_))
    }
    #[cfg(not(any(feature = "wgpu", feature = "cuda")))]
    {
        let _ = device;
        false
    }
}
