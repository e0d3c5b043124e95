//! Adds numbers to the parameters of a module by path.

use std::collections::BTreeMap;

use burn::module::{ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};

#[derive(Clone, Default)]
pub(super) struct Shift {
    moves: BTreeMap<String, Vec<f32>>,
    path: Vec<String>,
}

impl Shift {
    /// What is added to each parameter.
    pub(super) fn moves(&self) -> &BTreeMap<String, Vec<f32>> {
        &self.moves
    }

    /// The same shift, `factor` times as far.
    pub(super) fn scaled(&self, factor: f32) -> Self {
        let mut scaled = self.clone();
        for value in scaled.moves.values_mut().flatten() {
            *value *= factor;
        }
        scaled
    }

    pub(super) fn add(&mut self, path: &str, moved: Vec<f32>) {
        match self.moves.get_mut(path) {
            Some(sum) => {
                for (sum, more) in sum.iter_mut().zip(moved) {
                    *sum += more;
                }
            }
            None => {
                self.moves.insert(path.to_owned(), moved);
            }
        }
    }
}

impl ModuleMapper for Shift {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(moved) = self.moves.remove(&self.path.join(".")) else {
            return param;
        };
        let (id, value, mapper) = param.consume();
        let wanted = value.is_require_grad();
        let shape = value.dims();
        let moved = TensorData::new(moved, shape);
        let value = if value.is_autodiff() {
            let plain = value.inner();
            let moved = Tensor::from_data(moved, &plain.device());
            Tensor::from_inner(plain + moved)
        } else {
            let moved = Tensor::from_data(moved, &value.device());
            value + moved
        };
        Param::from_mapped_value(id, value.set_require_grad(wanted), mapper)
    }
}
