//! `synaptree predict`: answers for every row of a file.

use synaptree::{ModelError, needed_by};

use crate::arguments;
use crate::command::{load, warn};
use crate::failure::Failure;

pub(crate) fn run(arguments: &arguments::Predict) -> Result<(), Failure> {
    arguments.machine.prepare()?;
    let model = load(&arguments.run)?;
    if let Some(holds) = needed_by(&arguments.run, &arguments.output) {
        return Err(Failure::from(ModelError::OutputIsData {
            path: arguments.output.clone(),
            holds,
        }));
    }
    let how = arguments.sampling.how();
    let mut remarks = Vec::new();
    let rows = model.predict_into(&arguments.data, &arguments.output, how, &mut remarks)?;
    if let Some(basis) = model.basis(how).filter(|basis| !basis.is_exact()) {
        remarks.push(format!("promised: {basis}"));
    }
    warn(&remarks);
    anstream::eprintln!("{rows} rows -> {}", arguments.output.display());
    Ok(())
}
