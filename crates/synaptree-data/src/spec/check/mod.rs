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
///
/// | Code | What it says |
/// |---|---|
/// | `data/train` | no file to train on |
/// | `data/part` | `validation` or `test` says nothing |
/// | `data/fractions` | the parts leave no rows to train on |
/// | `data/split` | two ways to split exclude each other, or one has no effect |
/// | `data/stratify-by` | the values of a task are no classes |
/// | `data/id` | a column of the predictions would have the name of another |
/// | `data/columns` | a column that is not among `columns`, or a name that stands twice |
/// | `data/character` | `separator` or `quote` is no usable character |
/// | `data/quote` | `quote` is `true` |
/// | `data/strip-suffix` | `strip_suffix` is empty |
/// | `inputs/kind` | a kind of input that this release does not read |
/// | `inputs/name` | two inputs of one name |
/// | `inputs/columns` | a column that cannot be an input, or is read twice |
/// | `inputs/exclude` | `columns` and `exclude` together |
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
