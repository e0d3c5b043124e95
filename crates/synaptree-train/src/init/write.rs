//! The experiment file, with a reason beside every guess.

use synaptree_config::counted;
use synaptree_data::{ColumnPart, Header, ReadOptions, Reading};
use synaptree_tasks::{Kind, OneOrMany};

use super::Plan;
use super::files::Given;
use super::parts::Parts;
use super::settings::settings;
use super::split::Way;
use super::target::Guess;
use super::text::{comment, inline, inline_table, line};

/// The text of the experiment file.
pub(super) fn write(plan: &Plan<'_>) -> String {
    let mut text = comment(&format!(
        "Written by `synaptree init` from a look at {} ({}, {}). Every guess has its \
         reason beside it; change what you know better, then `synaptree check` and `synaptree train` \
         this file.",
        plan.profile.files,
        match plan.profile.about {
            None => counted(plan.profile.rows, "row"),
            Some(about) => format!("the first {} of about {about} rows", plan.profile.rows),
        },
        counted(plan.profile.columns.len(), "column")
    ));
    if !plan.undecided.is_empty() {
        text += "#\n# Worth a look:\n";
        for remark in &plan.undecided {
            text += &comment(&format!("- {remark}"));
        }
    }
    text += &line("seed", 0);
    text += &comment("Or `quick` for a first figure, `best` for several times the effort.");
    text += &line("preset", plan.preset.as_str());
    text += &data(plan);
    text += &inputs(plan);
    text += &tasks(&plan.tasks);
    text += &network(plan);
    text += &training(plan);
    text
}

/// The least experiment that predicts from some columns, without comments.
pub(super) fn least(
    given: &Given,
    known: &Reading,
    inputs: &[String],
    guesses: &[Guess],
) -> String {
    let mut text = String::from("[data]\n");
    for (key, files) in [
        ("train", &given.named_train),
        ("validation", &given.named_validation),
        ("test", &given.named_test),
    ] {
        if !files.is_empty() {
            text += &line(key, one_or_many(files));
        }
    }
    text += &reading(known);
    text += "\n[[inputs]]\nname = \"table\"\nkind = \"table\"\n";
    text += &line("columns", inputs);
    text += &tasks(guesses);
    let is_said = |line: &&str| !line.starts_with('#');
    let lines: Vec<&str> = text.lines().filter(is_said).collect();
    lines.join("\n")
}

fn one_or_many(files: &[String]) -> OneOrMany {
    match files {
        [one] => OneOrMany::One(one.clone()),
        _ => OneOrMany::Many(files.to_vec()),
    }
}

fn data(plan: &Plan<'_>) -> String {
    let given = plan.given;
    let mut text = String::from("\n[data]\n");
    text += &line("train", one_or_many(&given.named_train));
    let has_files = !given.named_validation.is_empty() || !given.named_test.is_empty();
    let named = match &plan.way {
        Way::Parts { parts, .. } => Some(parts),
        _ => None,
    };
    let by_column = |parts: &Parts, values: &[String]| ColumnPart {
        column: parts.column.clone(),
        value: one_or_many(values),
    };
    if let Some(parts) = named {
        text += &comment(&format!(
            "`{}` says which part a row belongs to.",
            parts.column
        ));
    }
    if !given.named_validation.is_empty() {
        text += &line("validation", one_or_many(&given.named_validation));
    } else if let Some(parts) = named.filter(|parts| parts.rows[0] > 0) {
        text += &inline("validation", by_column(parts, &parts.validation));
    } else if plan.way == Way::None {
        text += &line("validation", false);
    } else {
        if has_files {
            text += &comment("A part of the training rows chooses the best epoch.");
        }
        text += &line("validation", 0.15);
    }
    if !given.named_test.is_empty() {
        text += &line("test", one_or_many(&given.named_test));
    } else if let Some(parts) = named.filter(|parts| parts.rows[1] > 0) {
        text += &inline("test", by_column(parts, &parts.test));
    } else if plan.way == Way::None || !given.named_validation.is_empty() {
        text += &line("test", false);
    } else {
        text += &line("test", 0.15);
    }
    text += &split(plan);
    text += &reading(plan.reading);
    if !plan.inputs.ids.is_empty() {
        text += &comment(
            "These name rows: they are no inputs and are carried over to the predictions.",
        );
        text += &line("id", one_or_many(&plan.inputs.ids));
    }
    if !plan.inputs.types.is_empty() {
        for reason in &plan.inputs.type_reasons {
            text += &comment(reason);
        }
        text += &inline_table("types", &plan.inputs.types);
    }
    text
}

fn split(plan: &Plan<'_>) -> String {
    let mut text = String::new();
    let takes_rows = plan.given.named_validation.is_empty();
    match &plan.way {
        _ if !takes_rows => {}
        Way::Parts { strata, .. } => {
            if let Some(task) = strata {
                text += &comment("What is drawn has its share of each class.");
                text += &line("stratify_by", task);
            }
        }
        Way::Time { column } => {
            text += &comment(
                "Rows are dated: the latest are tested on, those before them choose the best epoch, as \
                 in real use.",
            );
            text += &line("order_by", column);
        }
        Way::Groups { column, reason } => {
            text += &comment(&format!("{reason}; such rows stay in one part."));
            text += &line("split_by", column);
        }
        Way::Strata { task } => {
            text += &comment("Every part has its share of each class.");
            text += &line("stratify_by", task);
        }
        Way::Rows => {}
        Way::None => text += &comment("Too few rows to hold some back."),
    }
    if plan.split_seed > 0 {
        text += &comment(match &plan.way {
            Way::Groups { .. } => {
                "Groups differ in size: with this number the parts come near to their shares, and none is mostly one group."
            }
            _ => "With smaller numbers some class has no training row.",
        });
        text += &line("split_seed", plan.split_seed);
    }
    text
}

fn reading(reading: &Reading) -> String {
    let mut text = String::new();
    let options = &reading.options;
    if let Some(encoding) = options.encoding {
        text += &line("encoding", encoding);
    }
    if let Some(separator) = options.separator {
        text += &line("separator", separator);
    }
    if options.skip_rows > 0 {
        text += &line("skip_rows", options.skip_rows);
    }
    match reading.header {
        Header::Names => {}
        Header::Row => {
            text += &comment(
                "The first line is a row. Give the columns names that say what they hold.",
            );
            text += &line("header", false);
        }
        Header::Numbers => {
            text += &comment(
                "The first line numbers the columns. Give them names that say what they hold.",
            );
            text += &line("header", true);
        }
    }
    if let Some(names) = &options.names {
        text += &line("columns", names);
    }
    if !reading.missing_words.is_empty() {
        let words: Vec<String> = reading
            .missing_words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect();
        let known = ReadOptions::default().missing;
        text += &comment(&format!(
            "{} stand for missing values in this file, beside the usual {} spellings.",
            words.join(", "),
            known.len()
        ));
        text += &line("missing", &reading.missing_words);
    }
    text
}

fn inputs(plan: &Plan<'_>) -> String {
    let mut text = String::from("\n[[inputs]]\n");
    text += &line("name", "table");
    text += &line("kind", "table");
    // Columns that steer the split are left out by themselves.
    let steers = |name: &String| match &plan.way {
        Way::Groups { column, .. } => column == name,
        Way::Parts { parts, .. } => parts.column == *name,
        _ => false,
    };
    let left_out: Vec<&(String, String)> = plan
        .inputs
        .left_out
        .iter()
        .filter(|(name, _)| !steers(name))
        .collect();
    for (name, reason) in &left_out {
        text += &comment(&format!("`{name}`: {reason}."));
    }
    if !left_out.is_empty() {
        let names: Vec<&str> = left_out.iter().map(|(name, _)| name.as_str()).collect();
        text += &line("exclude", names);
    }
    text
}

fn tasks(guesses: &[Guess]) -> String {
    let mut text = String::new();
    for guess in guesses {
        let spec = &guess.spec;
        text.push('\n');
        for note in &guess.notes {
            text += &comment(note);
        }
        text += "[[tasks]]\n";
        text += &line("name", &spec.name);
        text += &line("kind", spec.kind.as_str());
        if let Some(target) = &spec.target {
            text += &line("target", target);
        }
        if let Some(positive) = &spec.positive {
            text += &line("positive", positive);
        }
        if let Some(order) = &spec.order {
            text += &line("order", order);
        }
        if let Some(separator) = &spec.separator {
            text += &line("separator", separator);
        }
        if let Some(refines) = &spec.refines {
            text += &line("refines", refines);
        }
    }
    text
}

/// What the kinds of the tasks say about the network, where it differs from the preset.
fn network(plan: &Plan<'_>) -> String {
    let all = |kind: Kind| plan.tasks.iter().all(|guess| guess.spec.kind == kind);
    let mut text = String::from("\n[network]\n");
    if all(Kind::Hierarchical) {
        text += &comment(
            "The nodes of a hierarchy share much: wide layers below them, none of their own.",
        );
        text += &line("trunk", [512, 256]);
        text += "heads = []\n";
        text += &line("dropout", 0.3);
        return text;
    }
    // With many rows for each column there is little to memorise.
    if all(Kind::Regression) && plan.profile.all_rows() >= 50 * plan.inputs.used.len() {
        text += &comment("Dropout blurs numbers, and there are many rows for each column.");
        text += &line("dropout", 0.0);
        return text;
    }
    String::new()
}

fn training(plan: &Plan<'_>) -> String {
    let held_back = match &plan.way {
        Way::None => 0.0,
        Way::Parts { parts, .. } => {
            let named = parts.rows.iter().sum::<usize>() as f64 / plan.profile.rows.max(1) as f64;
            let drawn = parts.rows.iter().filter(|&&rows| rows == 0).count();
            named + (1.0 - named) * 0.15 * drawn as f64
        }
        _ if !plan.given.named_validation.is_empty() => 0.0,
        _ if !plan.given.named_test.is_empty() => 0.15,
        _ => 0.3,
    };
    let rows = (plan.profile.all_rows() as f64 * (1.0 - held_back)) as usize;
    let mut chosen = settings(plan.preset, rows);
    if plan
        .tasks
        .iter()
        .any(|guess| guess.spec.kind == Kind::Hierarchical)
    {
        // Many nodes are rare and take longer.
        chosen.epochs *= 2;
        chosen.patience *= 2;
    }
    let mut text = String::from("\n[training]\n");
    text += &comment(&format!(
        "For about {rows} training rows; the preset gives the rest (`synaptree check --resolved` shows it)."
    ));
    text += &line("epochs", chosen.epochs);
    text += &line("batch_size", chosen.batch_size);
    if plan.way != Way::None {
        text += &format!("early_stopping = {{ patience = {} }}\n", chosen.patience);
    }
    text += &comment("time_limit = \"10m\"");
    text
}
