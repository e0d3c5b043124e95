//! `synaptree schema`: what an experiment file may hold, for editors and for people.

use synaptree::ExperimentSpec;

use crate::arguments;
use crate::command::{print, print_json};
use crate::failure::Failure;

pub(crate) fn run(arguments: &arguments::Schema) -> Result<(), Failure> {
    if arguments.reference {
        print(&ExperimentSpec::reference())
    } else {
        print_json(&ExperimentSpec::schema())
    }
}
