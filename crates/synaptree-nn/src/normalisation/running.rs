//! A buffer that a forward pass updates.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use burn::module::{
    Content, Devices, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor,
    Param, ParamId,
};
use burn::tensor::{Device, Tensor};

/// A buffer that a forward pass updates: listed, saved and loaded like a parameter, never optimized.
///
/// # Example
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use synaptree_nn::Running;
///
/// let running = Running::new(Tensor::zeros([1], &Device::flex()));
/// let snapshot = running.clone();
/// running.set(Tensor::ones([1], &Device::flex()));
/// assert_eq!(running.value().into_scalar::<f32>(), 1.0);
/// assert_eq!(snapshot.value().into_scalar::<f32>(), 0.0);
/// ```
///
/// # Differences
///
/// Burn's `RunningState` shares its value between clones and lists updates only after another read; a
/// clone of this one is a snapshot, and what is listed is what the last update wrote.
pub struct Running {
    id: ParamId,
    value: Mutex<Tensor<1>>,
}

impl Running {
    /// A buffer with a first value.
    pub fn new(value: Tensor<1>) -> Self {
        Self::with_id(ParamId::new(), value)
    }

    fn with_id(id: ParamId, value: Tensor<1>) -> Self {
        Self {
            id,
            value: Mutex::new(value),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Tensor<1>> {
        // The guarded section only moves a tensor, so a poisoned value is still whole.
        self.value.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The present value.
    pub fn value(&self) -> Tensor<1> {
        self.lock().clone()
    }

    /// Replaces the value.
    pub fn set(&self, value: Tensor<1>) {
        *self.lock() = value;
    }

    fn with_value(self, change: impl FnOnce(Tensor<1>) -> Tensor<1>) -> Self {
        let value = self
            .value
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        Self::with_id(self.id, change(value))
    }
}

impl Clone for Running {
    fn clone(&self) -> Self {
        Self::with_id(self.id, self.value())
    }
}

impl fmt::Debug for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Running {{ id: {}, shape: {:?} }}",
            self.id,
            self.value().dims()
        )
    }
}

impl fmt::Display for Running {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Running {{shape: {:?}}}", self.value().dims())
    }
}

impl ModuleDisplayDefault for Running {
    fn content(&self, content: Content) -> Option<Content> {
        content.add_single(&self.to_string()).optional()
    }
}

impl ModuleDisplay for Running {}

impl Module for Running {
    fn collect_devices(&self, mut devices: Devices) -> Devices {
        let device = self.value().device();
        if !devices.contains(&device) {
            devices.push(device);
        }
        devices
    }

    fn fork(self, device: &Device) -> Self {
        self.to_device(device)
    }

    fn to_device(self, device: &Device) -> Self {
        self.with_value(|value| value.to_device(device))
    }

    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        visitor.visit_float(&Param::initialized(self.id, self.value()));
    }

    fn map<M: ModuleMapper>(self, mapper: &mut M) -> Self {
        let value = self.value();
        let (id, value, _) = mapper
            .map_float(Param::initialized(self.id, value))
            .consume();
        // A mapper may change a buffer, but must not make it a parameter.
        Self::with_id(id, value.detach())
    }

    fn valid(&self) -> Self {
        Self::with_id(self.id, self.value().without_autodiff())
    }

    fn train(self) -> Self {
        self.with_value(Tensor::autodiff)
    }

    fn materialize(self) -> Self {
        self
    }
}
