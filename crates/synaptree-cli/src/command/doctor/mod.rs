//! `synaptree doctor`: what this machine offers, and whether the binary computes rightly on it.

mod machine;
mod self_test;

use serde_json::json;

use crate::arguments;
use crate::codes;
use crate::command::{print, print_json};
use crate::failure::Failure;
use crate::table::Table;

use machine::Machine;
use self_test::Check;

pub(crate) fn run(arguments: &arguments::Doctor) -> Result<(), Failure> {
    let machine = Machine::look();
    let checks = if arguments.no_test {
        Vec::new()
    } else {
        self_test::run()
    };
    if arguments.json {
        print_json(&json!({ "machine": machine.facts_as_json(), "self_test": checks }))?;
    } else {
        print(&described(&machine, &checks))?;
    }
    let mut failed = checks.iter().filter(|check| check.failure.is_some());
    let Some(first) = failed.next() else {
        return Ok(());
    };
    Err(Failure::broken(
        &codes::SELF_TEST,
        format!(
            "{} of {} self-tests failed, first: {}\nhelp: run it again; if it fails again, report it with the output of `synaptree doctor --json`",
            1 + failed.count(),
            checks.len(),
            first.name
        ),
    ))
}

fn described(machine: &Machine, checks: &[Check]) -> String {
    let mut text: String = machine
        .facts()
        .iter()
        .map(|(name, fact)| format!("{name:<16} {fact}\n"))
        .collect();
    if !checks.is_empty() {
        let mut table = Table::new(&["self-test", "seconds", "result"]);
        for check in checks {
            table.row(vec![
                check.name.to_owned(),
                format!("{:.2}", check.seconds),
                check.failure.clone().unwrap_or_else(|| "ok".to_owned()),
            ]);
        }
        text.push_str(&format!("\n{table}"));
    }
    text
}
