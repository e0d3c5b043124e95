//! `[[inputs]]` beside each other.

use std::collections::BTreeSet;

use synaptree_config::{Diagnostic, Diagnostics};

use crate::codes::section;
use crate::spec::input::{InputKind, InputSpec};

/// Reports mistakes across `[[inputs]]`: kinds that are not there yet, repeated names and columns.
pub(super) fn check(inputs: &[InputSpec], diagnostics: &mut Diagnostics) {
    let mut names = BTreeSet::new();
    let mut columns = BTreeSet::new();
    let mut takes_the_rest = false;
    for (position, input) in inputs.iter().enumerate() {
        if input.kind != InputKind::Table {
            diagnostics.push(
                Diagnostic::error(
                    &section::INPUT_KIND,
                    format!("inputs[{position}].kind"),
                    format!(
                        "inputs of kind \"{}\" are not in this release",
                        input.kind.as_str()
                    ),
                )
                .label("this release reads tables")
                .help(
                    "write `kind = \"table\"` and keep the columns that are numbers or categories",
                ),
            );
        }
        if !names.insert(input.name.as_str()) {
            diagnostics.push(
                Diagnostic::error(
                    &section::INPUT_NAME,
                    format!("inputs[{position}].name"),
                    format!("two inputs are named \"{}\"", input.name),
                )
                .label("named before")
                .help("give every input a name of its own"),
            );
        }
        match &input.columns {
            None if takes_the_rest => diagnostics.push(
                Diagnostic::error(
                    &section::INPUT_COLUMNS,
                    format!("inputs[{position}]"),
                    "two inputs take all columns that are left",
                )
                .label("an earlier input takes them")
                .help("give all inputs but one their `columns`"),
            ),
            None => takes_the_rest = true,
            Some(listed) => {
                for (index, column) in listed.iter().enumerate() {
                    if !columns.insert(column.as_str()) {
                        diagnostics.push(
                            Diagnostic::error(
                                &section::INPUT_COLUMNS,
                                format!("inputs[{position}].columns[{index}]"),
                                format!("the column \"{column}\" is read twice"),
                            )
                            .label("read before")
                            .help("keep it in one of them"),
                        );
                    }
                }
                if !input.exclude.is_empty() {
                    diagnostics.push(
                        Diagnostic::error(
                            &section::INPUT_EXCLUDE,
                            format!("inputs[{position}].exclude"),
                            "`columns` and `exclude` cannot both say what an input reads",
                        )
                        .label("`columns` is given as well")
                        .help("keep one of them"),
                    );
                }
            }
        }
    }
}
