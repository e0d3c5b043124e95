//! Parameters by path: listing and loading.

use std::collections::BTreeMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::{DType, Tensor, TensorData};

use crate::NetworkError;

/// Lists path, identity and values of the floating-point parameters and running statistics of a module,
/// in the order of its fields.
///
/// A path is the names of the fields on the way, joined with dots; positions in lists are numbers. It does not
/// change while the module's fields do not. The identity is the one under which an optimizer keeps its state.
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_nn::{DenseConfig, parameters};
///
/// let dense = DenseConfig::new(3, 2).init(7, "dense", &Device::flex())?;
/// let listed = parameters(&dense);
/// assert_eq!(listed[0].0, "weight");
/// assert_eq!(listed[0].1, dense.weight.id);
/// assert_eq!(listed[0].2.shape().num_elements(), 6);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
pub fn parameters<M: Module>(module: &M) -> Vec<(String, ParamId, TensorData)> {
    let mut lister = Lister::default();
    module.visit(&mut lister);
    lister.listed
}

/// Gives a module the listed values and identities.
///
/// The optimizer state that belongs to the identities fits the returned module.
///
/// # Errors
///
/// [`NetworkError::MissingParameter`], [`NetworkError::UnexpectedParameter`], [`NetworkError::DuplicateParameter`],
/// [`NetworkError::ParameterShape`] or [`NetworkError::ParameterType`], whichever comes first.
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_nn::{DenseConfig, load_parameters, parameters};
///
/// let device = Device::flex();
/// let stored = parameters(&DenseConfig::new(3, 2).init(7, "dense", &device)?);
/// let other = DenseConfig::new(3, 2).init(8, "dense", &device)?;
/// let loaded = load_parameters(other, stored.clone())?;
/// assert_eq!(parameters(&loaded), stored);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
pub fn load_parameters<M: Module>(
    module: M,
    parameters: Vec<(String, ParamId, TensorData)>,
) -> Result<M, NetworkError> {
    let mut loader = Loader::default();
    for (path, id, data) in parameters {
        if loader.stored.insert(path.clone(), (id, data)).is_some() {
            return Err(NetworkError::DuplicateParameter { path });
        }
    }
    let module = module.map(&mut loader);
    if let Some(error) = loader.error {
        return Err(error);
    }
    match loader.stored.into_keys().next() {
        Some(path) => Err(NetworkError::UnexpectedParameter { path }),
        None => Ok(module),
    }
}

#[derive(Default)]
struct Lister {
    path: Vec<String>,
    listed: Vec<(String, ParamId, TensorData)>,
}

impl ModuleVisitor for Lister {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let data = param.base().into_data();
        self.listed.push((self.path.join("."), param.id, data));
    }
}

#[derive(Default)]
struct Loader {
    path: Vec<String>,
    stored: BTreeMap<String, (ParamId, TensorData)>,
    error: Option<NetworkError>,
}

impl ModuleMapper for Loader {
    fn enter_module(&mut self, name: &str, _container: &str) {
        self.path.push(name.to_owned());
    }

    fn exit_module(&mut self, _name: &str, _container: &str) {
        self.path.pop();
    }

    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let path = self.path.join(".");
        let found = self.stored.remove(&path);
        match check(path, found, param.base().dims().as_slice()) {
            Ok((id, data)) => {
                let (_, old, mapper) = param.consume();
                let value = Tensor::from_data(data, &old.device());
                let value = value.set_require_grad(old.is_require_grad());
                Param::from_mapped_value(id, value, mapper)
            }
            Err(error) => {
                self.error.get_or_insert(error);
                param
            }
        }
    }
}

fn check(
    path: String,
    found: Option<(ParamId, TensorData)>,
    expected: &[usize],
) -> Result<(ParamId, TensorData), NetworkError> {
    let Some((id, data)) = found else {
        return Err(NetworkError::MissingParameter { path });
    };
    if data.shape().as_slice() != expected {
        return Err(NetworkError::ParameterShape {
            path,
            expected: expected.to_vec(),
            got: data.shape().as_slice().to_vec(),
        });
    }
    if data.dtype() != DType::F32 {
        return Err(NetworkError::ParameterType {
            path,
            got: format!("{:?}", data.dtype()),
        });
    }
    Ok((id, data))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DenseConfig;
    use burn::tensor::Device;

    type Stored = Vec<(String, ParamId, TensorData)>;

    fn dense(seed: u64) -> crate::Dense {
        DenseConfig::new(3, 2)
            .init(seed, "dense", &Device::flex().autodiff())
            .unwrap()
    }

    #[test]
    fn loading_keeps_values_identities_and_gradients() {
        let stored = parameters(&dense(7));
        let loaded = load_parameters(dense(8), stored.clone()).unwrap();
        assert_eq!(parameters(&loaded), stored);
        let gradients = loaded.weight.val().sum().backward();
        assert!(loaded.weight.val().grad(&gradients).is_some());
    }

    #[test]
    fn a_module_loaded_on_a_plain_device_can_be_trained_later() {
        let stored = parameters(&dense(7));
        let plain = DenseConfig::new(3, 2)
            .init(8, "dense", &Device::flex())
            .unwrap();
        let trained = load_parameters(plain, stored).unwrap().train();
        assert!(trained.weight.is_require_grad());
    }

    #[test]
    fn every_mismatch_is_an_error_that_names_the_path() {
        let stored = parameters(&dense(7));
        let load = |change: &dyn Fn(&mut Stored)| {
            let mut stored = stored.clone();
            change(&mut stored);
            load_parameters(dense(8), stored).unwrap_err().to_string()
        };
        assert!(load(&|s| drop(s.pop())).contains("no parameter `bias`"));
        assert!(load(&|s| s.push(s[0].clone())).contains("`weight` twice"));
        assert!(
            load(&|s| s.push(("extra".to_owned(), s[0].1, s[0].2.clone()))).contains("`extra`")
        );
        assert!(load(&|s| s[1].2 = TensorData::new(vec![0.0_f32; 3], [3])).contains("[3]"));
        assert!(load(&|s| s[1].2 = TensorData::new(vec![0.0_f64; 2], [2])).contains("F64"));
    }
}
