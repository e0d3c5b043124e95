//! Modules under names of their own.

use std::fmt;

use burn::module::{
    Content, Devices, Module, ModuleDisplay, ModuleDisplayDefault, ModuleMapper, ModuleVisitor,
};
use burn::tensor::Device;

/// Modules in order, each under a name that is part of the path of its parameters.
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_nn::{LayerNorm, Named, parameters};
///
/// let norms = Named::new(vec![("diet".to_owned(), LayerNorm::new(2, &Device::flex()))]);
/// let paths: Vec<String> = parameters(&norms).into_iter().map(|(path, ..)| path).collect();
/// assert_eq!(paths, ["diet.gamma", "diet.beta"]);
/// ```
#[derive(Clone, Debug)]
pub struct Named<M>(Vec<(String, M)>);

impl<M> Named<M> {
    /// Puts modules under their names.
    pub fn new(modules: Vec<(String, M)>) -> Self {
        Self(modules)
    }

    /// The modules in order.
    pub fn modules(&self) -> impl ExactSizeIterator<Item = &M> {
        self.0.iter().map(|(_, module)| module)
    }

    /// The modules in order, to be changed.
    pub(crate) fn modules_mut(&mut self) -> impl Iterator<Item = &mut M> {
        self.0.iter_mut().map(|(_, module)| module)
    }

    /// The module at a position.
    pub fn at(&self, index: usize) -> &M {
        &self.0[index].1
    }

    fn each<N>(self, mut change: impl FnMut(&str, M) -> N) -> Named<N> {
        let changed = self.0.into_iter().map(|(name, module)| {
            let module = change(&name, module);
            (name, module)
        });
        Named(changed.collect())
    }
}

const CONTAINER: &str = "Struct:Named";

impl<M: Module> Module for Named<M> {
    fn collect_devices(&self, devices: Devices) -> Devices {
        self.modules()
            .fold(devices, |devices, module| module.collect_devices(devices))
    }

    fn fork(self, device: &Device) -> Self {
        self.each(|_, module| module.fork(device))
    }

    fn to_device(self, device: &Device) -> Self {
        self.each(|_, module| module.to_device(device))
    }

    fn visit<V: ModuleVisitor>(&self, visitor: &mut V) {
        for (name, module) in &self.0 {
            visitor.enter_module(name, CONTAINER);
            module.visit(visitor);
            visitor.exit_module(name, CONTAINER);
        }
    }

    fn map<Mapper: ModuleMapper>(self, mapper: &mut Mapper) -> Self {
        self.each(|name, module| {
            mapper.enter_module(name, CONTAINER);
            let module = module.map(mapper);
            mapper.exit_module(name, CONTAINER);
            module
        })
    }

    fn valid(&self) -> Self {
        Self(
            self.0
                .iter()
                .map(|(name, module)| (name.clone(), module.valid()))
                .collect(),
        )
    }

    fn train(self) -> Self {
        self.each(|_, module| module.train())
    }

    fn materialize(self) -> Self {
        self.each(|_, module| module.materialize())
    }
}

impl<M: ModuleDisplay> fmt::Display for Named<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}",
            self.format(burn::module::DisplaySettings::default())
        )
    }
}

impl<M: ModuleDisplay> ModuleDisplayDefault for Named<M> {
    fn content(&self, content: Content) -> Option<Content> {
        self.0
            .iter()
            .fold(content, |content, (name, module)| content.add(name, module))
            .set_top_level_type("Named")
            .optional()
    }
}

impl<M: ModuleDisplay> ModuleDisplay for Named<M> {}
