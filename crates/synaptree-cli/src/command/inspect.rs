//! `synaptree inspect`: what a run or model consists of.

use std::fmt::Write;

use serde_json::json;
use synaptree::parameters;

use crate::arguments;
use crate::command::{load, print, print_json};
use crate::failure::Failure;
use crate::table::Table;

pub(crate) fn run(arguments: &arguments::Inspect) -> Result<(), Failure> {
    let model = load(&arguments.run)?;
    let config = model.config();
    let tree = model.tasks();
    let layers = parameters(model.network());
    let total: usize = layers
        .iter()
        .map(|(_, _, v)| v.shape().num_elements())
        .sum();
    if arguments.json {
        return print_json(&json!({
            "name": config.name,
            "version": config.version,
            "seed": config.seed,
            "noise_format": config.noise_format,
            "synapses": config.network.synapses,
            "network": config.network.network,
            "parameters": total,
            "layers": layers.iter().map(|(path, _, v)| json!({
                "path": path, "shape": v.shape().to_vec(),
            })).collect::<Vec<_>>(),
            "tasks": tree.tasks().iter().map(|t| json!({
                "name": t.name,
                "kind": t.kind,
                "answers": t.vocabulary.names(),
                "parents": t.parents.iter().map(|&p| tree.tasks()[p].name.clone()).collect::<Vec<_>>(),
                "refines": t.refines.iter().map(|r| tree.tasks()[r.coarse].name.clone()).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "inputs": model.preprocessing().source_columns().iter().map(|c| c.name.clone()).collect::<Vec<_>>(),
        }));
    }
    let mut tasks = Table::new(&["task", "kind", "answers", "parents", "refines"]);
    for task in tree.tasks() {
        let names = |indices: &mut dyn Iterator<Item = usize>| -> String {
            indices
                .map(|i| tree.tasks()[i].name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        tasks.row(vec![
            task.name.clone(),
            task.kind.to_string(),
            task.vocabulary.len().to_string(),
            names(&mut task.parents.iter().copied()),
            names(&mut task.refines.iter().map(|r| r.coarse)),
        ]);
    }
    let mut shapes = Table::new(&["layer", "shape", "parameters"]);
    for (path, _, values) in &layers {
        let shape: Vec<String> = values
            .shape()
            .to_vec()
            .iter()
            .map(ToString::to_string)
            .collect();
        shapes.row(vec![
            path.clone(),
            shape.join(" x "),
            values.shape().num_elements().to_string(),
        ]);
    }
    let mut text = format!(
        "{}: trained with synaptree {}, seed {}, {total} parameters\n\n{tasks}\n{shapes}",
        config.name, config.version, config.seed
    );
    let columns = model.preprocessing().source_columns();
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\ninputs: {}", names.join(", "));
    print(&text)
}
