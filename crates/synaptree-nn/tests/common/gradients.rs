//! Gradients by the paths of their parameters.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::{Gradients, Tensor};

/// Gradients of a loss of the parameters of a module, by path.
pub(crate) fn gradients_of<M: Module>(module: &M, loss: &Tensor<1>) -> Vec<(String, Vec<f32>)> {
    let mut tape = loss.backward();
    let mut collector = Collector {
        tape: &mut tape,
        path: Vec::new(),
        found: Vec::new(),
    };
    module.visit(&mut collector);
    collector.found
}

struct Collector<'a> {
    tape: &'a mut Gradients,
    path: Vec<String>,
    found: Vec<(String, Vec<f32>)>,
}

impl ModuleVisitor for Collector<'_> {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        if let Some(gradient) = param.base().grad_remove(self.tape) {
            let values = gradient.into_data().try_into_vec().unwrap();
            self.found.push((self.path.join("."), values));
        }
    }
}
