//! `synaptree predict`: answers for every row of a file.

use synaptree::{Model, Predict};

use crate::arguments;
use crate::failure::Failure;

pub(crate) fn run(arguments: &arguments::Predict) -> Result<(), Failure> {
    arguments.machine.prepare();
    let model = Model::load(&arguments.run)?;
    let predictions = model.predict_file(&arguments.data, Predict::samples(arguments.samples))?;
    predictions.write(&arguments.output)?;
    anstream::eprintln!(
        "{} rows -> {}",
        predictions.rows(),
        arguments.output.display()
    );
    Ok(())
}
