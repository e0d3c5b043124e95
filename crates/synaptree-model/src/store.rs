//! The model folder: `model.safetensors`, `config.json`, `preprocessing.json`, `README.md`, and
//! `calibration.json` and `posterior.safetensors` where something was fitted after training or the weights have a
//! distribution.

use std::fs;
use std::path::{Path, PathBuf};

use burn::module::ParamId;
use burn::tensor::{DType, Device, TensorData};
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use serde::Serialize;
use serde::de::DeserializeOwned;
use synaptree_config::write_beside;
use synaptree_data::Preprocessing;
use synaptree_kernels::NOISE_FORMAT;
use synaptree_nn::{WeightPosterior, load_parameters, parameters};

use crate::calibration::{self, Calibration};
use crate::error::ModelError;
use crate::model::{FORMAT, Model, ModelConfig};
use crate::posterior;

const WEIGHTS: &str = "model.safetensors";
const CONFIG: &str = "config.json";
const PREPROCESSING: &str = "preprocessing.json";
const CALIBRATION: &str = "calibration.json";
const POSTERIOR: &str = "posterior.safetensors";

impl Model {
    /// Writes the model to a folder, which is made if it is not there.
    ///
    /// # Errors
    ///
    /// [`ModelError::File`] if a file cannot be written.
    pub fn save(&self, directory: impl AsRef<Path>) -> Result<(), ModelError> {
        let directory = directory.as_ref();
        fs::create_dir_all(directory).map_err(ModelError::file("create", directory))?;
        let weights = parameters(&self.network);
        let views = weights
            .iter()
            .map(|(path, _, data)| {
                let dtype = if data.dtype() == DType::I32 {
                    Dtype::I32
                } else {
                    Dtype::F32
                };
                Ok((
                    path.as_str(),
                    TensorView::new(dtype, data.shape().to_vec(), data.as_bytes())?,
                ))
            })
            .collect::<Result<Vec<_>, safetensors::SafeTensorError>>();
        let bytes = views
            .and_then(|views| safetensors::serialize(views, None))
            .map_err(std::io::Error::other)
            .map_err(ModelError::file("write", directory.join(WEIGHTS)))?;
        write(&directory.join(WEIGHTS), &bytes)?;
        write(
            &directory.join(PREPROCESSING),
            &json(&self.preprocessing, directory)?,
        )?;
        write(&directory.join("README.md"), self.card().as_bytes())?;
        let calibration = directory.join(CALIBRATION);
        if let Some(fitted) = &self.calibration {
            write(&calibration, &json(fitted, directory)?)?;
        } else if calibration.exists() {
            // That of another model would be taken for this one's.
            fs::remove_file(&calibration).map_err(ModelError::file("remove", &calibration))?;
        }
        let spread = directory.join(POSTERIOR);
        if let Some(posterior) = &self.posterior {
            let bytes = posterior::encode(posterior)
                .map_err(std::io::Error::other)
                .map_err(ModelError::file("write", &spread))?;
            write(&spread, &bytes)?;
        } else if spread.exists() {
            // That of another model would be taken for this one's.
            fs::remove_file(&spread).map_err(ModelError::file("remove", &spread))?;
        }
        // Last, because a folder with a configuration is a model.
        write(&directory.join(CONFIG), &json(&self.config, directory)?)
    }

    /// Reads a model folder, or the `model/` of a run folder.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotAModel`] if a file is missing, damaged or from a newer version.
    pub fn load(directory: impl AsRef<Path>) -> Result<Self, ModelError> {
        let given = directory.as_ref();
        if !given.exists() {
            return Err(not_a_model(given, "there is no such folder".to_owned()));
        }
        let directory = if given.join(CONFIG).is_file() {
            given.to_owned()
        } else {
            given.join("model")
        };
        let config: serde_json::Value = read_json(given, &directory.join(CONFIG))?;
        if number(&config, "format") > Some(FORMAT.into())
            || number(&config, "noise_format") > Some(NOISE_FORMAT.into())
        {
            return Err(newer(given));
        }
        let config: ModelConfig = serde_json::from_value(config)
            .map_err(|error| not_a_model(given, format!("`{CONFIG}` is damaged ({error})")))?;
        let preprocessing: Preprocessing = read_json(given, &directory.join(PREPROCESSING))?;
        let heads = config.tasks.head_configs();
        let fits = config.network.heads == heads
            && config.residual.len() == heads.len()
            && config.network.table == preprocessing.table_shape();
        if !fits {
            let reason = "its network, tasks and preprocessing do not belong together";
            return Err(not_a_model(given, reason.to_owned()));
        }
        let path = directory.join(WEIGHTS);
        let bytes = fs::read(&path)
            .map_err(|error| not_a_model(given, format!("`{WEIGHTS}` cannot be read ({error})")))?;
        let damaged = |error: &dyn std::fmt::Display| {
            not_a_model(given, format!("`{WEIGHTS}` is damaged ({error})"))
        };
        let tensors = SafeTensors::deserialize(&bytes).map_err(|error| damaged(&error))?;
        let device = Device::flex();
        let network = config.network.init(config.seed, &device)?;
        let mut weights = Vec::new();
        for (name, view) in tensors.iter() {
            let dtype = match view.dtype() {
                Dtype::F32 => DType::F32,
                Dtype::I32 => DType::I32,
                other => return Err(damaged(&format!("`{name}` has the type {other:?}"))),
            };
            let data =
                TensorData::from_bytes_vec(view.data().to_vec(), view.shape().to_vec(), dtype);
            weights.push((name.to_owned(), ParamId::new(), data));
        }
        let network = load_parameters(network, weights).map_err(|error| damaged(&error))?;
        let model = Self::new(config, preprocessing, network, device);
        let posterior = model.read_posterior(given, &directory.join(POSTERIOR))?;
        let model = model.with_posterior(posterior);
        let calibration = model.read_calibration(given, &directory.join(CALIBRATION))?;
        Ok(model.with_calibration(calibration))
    }

    /// What was fitted after training; nothing where there is no such file, as in models of older versions.
    fn read_calibration(
        &self,
        given: &Path,
        path: &Path,
    ) -> Result<Option<Calibration>, ModelError> {
        if !path.exists() {
            return Ok(None);
        }
        let value: serde_json::Value = read_json(given, path)?;
        if number(&value, "format") > Some(calibration::FORMAT.into()) {
            return Err(newer(given));
        }
        let fitted: Calibration = serde_json::from_value(value)
            .map_err(|error| not_a_model(given, format!("`{CALIBRATION}` is damaged ({error})")))?;
        if !self.fits(&fitted) {
            let reason = format!("`{CALIBRATION}` was fitted for other tasks");
            return Err(not_a_model(given, reason));
        }
        Ok(Some(fitted))
    }

    /// The distribution of the weights; nothing where there is no such file.
    fn read_posterior(
        &self,
        given: &Path,
        path: &Path,
    ) -> Result<Option<WeightPosterior>, ModelError> {
        if !path.exists() {
            return Ok(None);
        }
        let bytes = fs::read(path).map_err(|error| {
            not_a_model(given, format!("`{POSTERIOR}` cannot be read ({error})"))
        })?;
        let damaged = |reason| not_a_model(given, format!("`{POSTERIOR}` is damaged ({reason})"));
        let posterior = posterior::decode(&bytes).map_err(damaged)?;
        let fits = posterior.check(&self.network);
        fits.map_err(|error| damaged(error.to_string()))?;
        Ok(Some(posterior))
    }

    /// The model card.
    fn card(&self) -> String {
        use std::fmt::Write;
        let config = &self.config;
        let mut card = format!(
            "---\nlibrary_name: synaptree\ntags: [tabular, multi-task]\n---\n\n# {}\n\n\
             One network for {} task(s), trained with synaptree {} (seed {}).\n\n\
             | task | kind | refines |\n|---|---|---|\n",
            config.name,
            config.tasks.tasks().len(),
            config.version,
            config.seed,
        );
        for task in config.tasks.tasks() {
            let refines: Vec<&str> = task
                .refines
                .iter()
                .map(|r| config.tasks.tasks()[r.coarse].name.as_str())
                .collect();
            // Writing to a string cannot fail.
            let _ = writeln!(
                card,
                "| {} | {} | {} |",
                task.name,
                task.kind,
                refines.join(", ")
            );
        }
        card.push_str(
            "\n```sh\nsynaptree predict . --data rows.csv --output predictions.csv\n```\n",
        );
        card
    }
}

fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), ModelError> {
    write_beside(path, bytes).map_err(ModelError::file("write", path))
}

fn json(value: &impl Serialize, directory: &Path) -> Result<Vec<u8>, ModelError> {
    serde_json::to_vec_pretty(value)
        .map_err(std::io::Error::other)
        .map_err(ModelError::file("write", directory))
}

fn read_json<T: DeserializeOwned>(given: &Path, path: &Path) -> Result<T, ModelError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let bytes = fs::read(path)
        .map_err(|error| not_a_model(given, format!("`{name}` cannot be read ({error})")))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| not_a_model(given, format!("`{name}` is damaged ({error})")))
}

fn number(value: &serde_json::Value, key: &str) -> Option<u64> {
    value.get(key).and_then(serde_json::Value::as_u64)
}

fn newer(path: &Path) -> ModelError {
    ModelError::NotAModel {
        path: path.to_owned(),
        reason: "it was written by a newer version of synaptree".to_owned(),
        help: "update synaptree, then try again",
    }
}

fn not_a_model(path: &Path, reason: String) -> ModelError {
    ModelError::NotAModel {
        path: path.to_owned(),
        reason,
        help: "give a run folder, or the `model` folder inside one",
    }
}
