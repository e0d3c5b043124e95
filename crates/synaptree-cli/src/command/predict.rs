//! `synaptree predict`: answers for every row of a file.

use synaptree::Predict;

use crate::arguments;
use crate::command::load;
use crate::failure::Failure;

pub(crate) fn run(arguments: &arguments::Predict) -> Result<(), Failure> {
    arguments.machine.prepare()?;
    let model = load(&arguments.run)?;
    let predictions = model.predict_file(&arguments.data, Predict::samples(arguments.samples))?;
    predictions.write(&arguments.output)?;
    anstream::eprintln!(
        "{} rows -> {}",
        predictions.rows(),
        arguments.output.display()
    );
    Ok(())
}
