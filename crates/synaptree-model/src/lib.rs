//! The assembled network with its tasks and preprocessing: save, load, predict, evaluate.
//!
//! [`Model`] is what training leaves behind and all that prediction needs; nothing in this crate
//! knows how the weights were learned.
#![recursion_limit = "256"]

mod calibration;
pub mod codes;
mod error;
mod forecast;
mod lost;
mod model;
mod noise;
mod posterior;
mod predictions;
mod settle;
mod store;
mod stream;

pub use calibration::Calibration;
pub use error::ModelError;
pub use forecast::{Forecast, ForecastOptions, Question, forecast, table_input};
pub use model::{Model, ModelConfig, Predict};
pub use noise::LayerNoise;
pub use predictions::{Predictions, TaskPrediction};
