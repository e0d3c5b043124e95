//! Running statistics from one copy of a module to another.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, Param};
use burn::tensor::{Tensor, TensorData};

use crate::parameters;

/// Whether the listed parameter at `path` is a running statistic, which follows the batches and has no gradient.
///
/// ```
/// assert!(synaptree_nn::is_running("trunk.0.batch_norm.running_mean"));
/// assert!(!synaptree_nn::is_running("trunk.0.dense.weight"));
/// ```
pub fn is_running(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    name.starts_with("running_")
}

/// `module` with the running statistics of `from`, whose forward passes have moved them.
pub fn with_running_of<M: Module>(module: M, from: &M) -> M {
    let listed = parameters(from).into_iter();
    let values: BTreeMap<String, TensorData> = listed
        .filter(|(path, _, _)| is_running(path))
        .map(|(path, _, data)| (path, data))
        .collect();
    if values.is_empty() {
        return module;
    }
    module.map(&mut Carry {
        values,
        path: Vec::new(),
    })
}

struct Carry {
    values: BTreeMap<String, TensorData>,
    path: Vec<String>,
}

impl ModuleMapper for Carry {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(data) = self.values.remove(&self.path.join(".")) else {
            return param;
        };
        let (id, old, mapper) = param.consume();
        let value = Tensor::from_data(data, &old.device());
        Param::from_mapped_value(id, value.set_require_grad(old.is_require_grad()), mapper)
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::*;
    use crate::BatchNorm;

    #[test]
    fn statistics_move_over_and_weights_stay() {
        let device = Device::flex();
        let from = BatchNorm::new(2, &device);
        let rows = Tensor::<2>::from_data([[1.0, 5.0], [3.0, 9.0]], &device);
        let to = from.clone();
        drop(from.forward(rows, true));
        let moved = with_running_of(to.clone(), &from);
        assert_eq!(parameters(&moved), parameters(&from));
        assert_ne!(parameters(&moved), parameters(&to));
    }
}
