//! Mistakes in `[data]` and `[[inputs]]` that the schema cannot know of.

mod columns;
mod data;
mod inputs;
mod reading;

use synaptree_config::Diagnostics;
use synaptree_tasks::TaskSpec;

use super::data::DataSpec;
use super::input::InputSpec;

/// Reports every mistake in `[data]` and `[[inputs]]` that can be seen without reading a file.
/// Their codes stand in [`codes::section`](crate::codes::section).
pub fn check_data(
    data: &DataSpec,
    inputs: &[InputSpec],
    tasks: &[TaskSpec],
    diagnostics: &mut Diagnostics,
) {
    data.check(diagnostics);
    inputs::check(inputs, diagnostics);
    columns::check_strata(data, tasks, diagnostics);
    columns::check_listed_inputs(data, inputs, tasks, diagnostics);
    columns::check_ids(data, tasks, diagnostics);
    columns::check_names(data, inputs, tasks, diagnostics);
}
