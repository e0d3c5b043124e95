//! What the sections of an experiment file mean together, and what a schema cannot say.

use synaptree_config::{Diagnostic, Diagnostics, Document, nearest};
use synaptree_data::{DataSpec, InputSpec, PartSpec, check_data};
use synaptree_nn::{NetworkSpec, SynapseSpec};
use synaptree_tasks::{
    Kind, LossSpec, OneOrMany, TaskSpec, UncertaintySpec, WeightingSpec, check_tasks,
    check_weighting, metric_names, needs_variance,
};

use crate::calibration;
use crate::codes;
use crate::experiment::ExperimentSpec;
use crate::posterior;
use crate::schedule::Schedule;
use crate::spec::TrainingSpec;

/// The sections that could be read; one with mistakes of its own is `None`.
pub(crate) struct Sections {
    name: Option<String>,
    data: Option<DataSpec>,
    inputs: Option<Vec<InputSpec>>,
    tasks: Option<Vec<TaskSpec>>,
    network: Option<NetworkSpec>,
    synapses: Option<SynapseSpec>,
    weighting: Option<WeightingSpec>,
    training: Option<TrainingSpec>,
    uncertainty: Option<UncertaintySpec>,
}

impl Sections {
    /// The sections of a file that has mistakes: what can still be checked is, so that nothing comes
    /// up only once the first mistakes are mended.
    pub(crate) fn readable(document: &Document) -> Self {
        Self {
            name: document.section("name"),
            data: document.section("data"),
            inputs: or_default(document, "inputs"),
            tasks: document.section("tasks"),
            network: or_default(document, "network"),
            synapses: or_default(document, "synapses"),
            weighting: or_default(document, "weighting"),
            training: or_default(document, "training"),
            uncertainty: or_default(document, "uncertainty"),
        }
    }

    /// The sections of a file that could be read as a whole.
    pub(crate) fn of(spec: &ExperimentSpec) -> Self {
        Self {
            name: spec.name.clone(),
            data: Some(spec.data.clone()),
            inputs: Some(spec.inputs.clone()),
            tasks: Some(spec.tasks.clone()),
            network: Some(spec.network.clone()),
            synapses: Some(spec.synapses.clone()),
            weighting: Some(spec.weighting.clone()),
            training: Some(spec.training.clone()),
            uncertainty: Some(spec.uncertainty.clone()),
        }
    }

    /// Adds what is wrong or without effect.
    pub(crate) fn check(&self, diagnostics: &mut Diagnostics) {
        if let Some(name) = &self.name {
            check_name(name, diagnostics);
        }
        if let Some(data) = &self.data {
            match &self.tasks {
                Some(tasks) => {
                    let inputs = self.inputs.as_deref().unwrap_or_default();
                    check_data(data, inputs, tasks, diagnostics);
                }
                // Which names are tasks cannot be known; the rest still can.
                None => data.check(diagnostics),
            }
        }
        if let Some(tasks) = &self.tasks {
            check_tasks(tasks, diagnostics);
            if let Some(weighting) = &self.weighting {
                check_weighting(weighting, tasks, diagnostics);
            }
            if let Some(training) = &self.training {
                check_metric(&training.metric, tasks, diagnostics);
            }
        }
        if let Some(network) = &self.network {
            network.check(diagnostics);
        }
        if let Some(synapses) = &self.synapses {
            synapses.check(diagnostics);
            if let (Some(network), Some(tasks)) = (&self.network, &self.tasks) {
                let heads = depths(tasks);
                synapses.check_layers(network, &heads, diagnostics);
            }
        }
        if let (Some(training), Some(synapses)) = (&self.training, &self.synapses) {
            check_warmup(training, synapses, diagnostics);
        }
        if let Some(training) = &self.training {
            check_flatness(training, diagnostics);
            posterior::check(
                training,
                self.synapses.as_ref(),
                self.tasks.as_deref(),
                self.data.as_ref(),
                diagnostics,
            );
        }
        if let (Some(training), Some(data)) = (&self.training, &self.data) {
            check_validation(training, data, diagnostics);
        }
        if let Some(uncertainty) = &self.uncertainty {
            calibration::check(
                uncertainty,
                self.data.as_ref(),
                self.tasks.as_deref(),
                // Samples of a distribution of the weights always differ.
                self.network
                    .as_ref()
                    .zip(self.synapses.as_ref())
                    .filter(|_| !self.training.as_ref().is_some_and(posterior::is_found)),
                diagnostics,
            );
        }
    }
}

/// Every task with its depth below the roots of the task tree.
fn depths(tasks: &[TaskSpec]) -> Vec<(&str, usize)> {
    let mut depths = vec![0; tasks.len()];
    // A cycle is a mistake of its own; here it only must come to an end.
    for _ in 0..tasks.len() {
        for (index, task) in tasks.iter().enumerate() {
            let above = task.parent.iter().chain(&task.refines);
            let above = above.flat_map(OneOrMany::as_slice).filter_map(|name| {
                let parent = tasks.iter().position(|task| task.name == *name)?;
                Some(depths[parent] + 1)
            });
            depths[index] = above.max().unwrap_or(0).min(tasks.len());
        }
    }
    let names = tasks.iter().map(|task| task.name.as_str());
    names.zip(depths).collect()
}

fn or_default<T>(document: &Document, key: &str) -> Option<T>
where
    T: Default + serde::de::DeserializeOwned + schemars::JsonSchema + 'static,
{
    if document.contains(key) {
        document.section(key)
    } else {
        Some(T::default())
    }
}

/// The name of an experiment becomes the name of its run folder.
fn check_name(name: &str, diagnostics: &mut Diagnostics) {
    let plain = !name.trim().is_empty()
        && ![".", ".."].contains(&name)
        && !name.contains(|c: char| matches!(c, '/' | '\\') || c.is_control());
    if !plain {
        diagnostics.push(
            Diagnostic::error(
                &codes::NAME,
                "name",
                format!("{name:?} cannot name a folder"),
            )
            .label("the run folder is called like this")
            .help("write a word without `/` and `\\`, such as `animals`, or leave the key out"),
        );
    }
}

/// `score`, or a task and a metric that it can have.
fn check_metric(watched: &str, tasks: &[TaskSpec], diagnostics: &mut Diagnostics) {
    let path = "training.metric";
    let Some((name, metric)) = watched.split_once('.') else {
        if watched != "score" {
            diagnostics.push(
                Diagnostic::error(
                    &codes::UNKNOWN_METRIC,
                    path,
                    format!("`{watched}` names no metric"),
                )
                .label("no such metric")
                .help("write `score`, or `task.metric` such as `species.accuracy`"),
            );
        }
        return;
    };
    let Some(task) = tasks.iter().find(|task| task.name == name) else {
        let names: Vec<&str> = tasks.iter().map(|task| task.name.as_str()).collect();
        let listed = names.join(", ");
        let help = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}.{metric}`? tasks: {listed}"),
            None => format!("`score`, or one of these tasks and a metric: {listed}"),
        };
        diagnostics.push(
            Diagnostic::error(
                &codes::UNKNOWN_TASK,
                path,
                format!("there is no task `{name}`"),
            )
            .label("no such task")
            .help(help),
        );
        return;
    };
    let known = metrics(task);
    if known.iter().any(|known| known == metric) {
        return;
    }
    let valid = known.join(", ");
    let help = match nearest(metric, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{name}.{near}`? metrics: {valid}"),
        None => format!("metrics: {valid}"),
    };
    diagnostics.push(
        Diagnostic::error(
            &codes::UNKNOWN_METRIC,
            path,
            format!("task `{name}` ({}) has no metric `{metric}`", task.kind),
        )
        .label("no such metric")
        .help(help),
    );
}

/// The metrics that the predictions of a task will have.
fn metrics(task: &TaskSpec) -> Vec<String> {
    let mut names: Vec<String> = metric_names(task.kind)
        .into_iter()
        .map(ToOwned::to_owned)
        .collect();
    if task.kind == Kind::Regression {
        if !matches!(task.loss(), LossSpec::GaussianNll {}) {
            names.retain(|name| !needs_variance(name));
        }
        if task.targets().len() > 1 {
            let columns = task.targets().iter();
            names.extend(columns.map(|column| format!("rmse.{column}")));
        }
    }
    names
}

/// A gradient is taken at one kind of random weights.
fn check_flatness(training: &TrainingSpec, diagnostics: &mut Diagnostics) {
    if training.flatness.is_some() && training.optimizer.is_variational() {
        diagnostics.push(
            Diagnostic::error(
                &codes::TWO_PERTURBATIONS,
                "training.flatness",
                "the optimizer takes its gradient at weights of its own choice",
            )
            .label("chooses others")
            .help("take this key away, or another optimizer such as \"adam\""),
        );
    }
}

/// A weight that rises for longer than there is training never gets to where it is said to be.
fn check_warmup(training: &TrainingSpec, synapses: &SynapseSpec, diagnostics: &mut Diagnostics) {
    let Some(warmup) = synapses.kl_warmup_epochs else {
        return;
    };
    if synapses.noise.has_divergence() && warmup > training.epochs {
        diagnostics.push(
            Diagnostic::warning(
                &codes::LONG_WARMUP,
                "synapses.kl_warmup_epochs",
                format!(
                    "the weight of the divergence rises for {warmup} epochs, and training has {}",
                    training.epochs
                ),
            )
            .help("write fewer, or leave the key out for half of the epochs, at most 50"),
        );
    }
}

/// What watches the validation rows needs some.
fn check_validation(training: &TrainingSpec, data: &DataSpec, diagnostics: &mut Diagnostics) {
    if data.validation() != PartSpec::Off(false) {
        return;
    }
    for (given, path, what) in [
        (
            training.early_stopping.is_some(),
            "training.early_stopping",
            "early stopping watches",
        ),
        (
            Schedule::new(training.schedule.clone()).needs_metric(),
            "training.schedule",
            "the schedule `plateau` watches",
        ),
    ] {
        if given {
            diagnostics.push(
                Diagnostic::error(
                    &codes::NO_VALIDATION,
                    path,
                    format!("{what} the validation rows, and there are none"),
                )
                .label("needs validation rows")
                .help("give `data.validation` a fraction such as 0.15 or a file, or take this key away"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::experiment::Experiment;

    /// What is said about a file with these lines.
    fn told(lines: &str) -> String {
        let text = format!("data = {{ train = \"t.csv\" }}\n{lines}\n");
        match Experiment::parse("e.toml", &text) {
            Ok(experiment) => experiment.warnings().concat(),
            Err(error) => error.render(false),
        }
    }

    const SIZE: &str =
        "tasks = [{ name = \"size\", kind = \"regression\", target = [\"w\", \"h\"] }]";

    #[test]
    fn a_name_that_leads_out_of_the_runs_is_refused() {
        for name in ["a/b", "..", "", "a\\\\b"] {
            let text = told(&format!("name = \"{name}\"\n{SIZE}"));
            assert!(text.contains("cannot name a folder"), "{name}: {text}");
        }
        assert_eq!(told(&format!("name = \"a b\"\n{SIZE}")), "");
    }

    #[test]
    fn a_metric_that_the_task_will_never_have_is_refused() {
        let with = |metric: &str| told(&format!("{SIZE}\ntraining = {{ metric = \"{metric}\" }}"));
        assert_eq!(with("size.rmse.h"), "");
        assert!(with("size.rmse.he").contains("did you mean `size.rmse.h`"));
        assert!(with("size.nll").contains("has no metric `nll`"));
        assert!(with("sizes.r2").contains("did you mean `size.r2`"));
        assert!(with("r2").contains("names no metric"));
    }

    #[test]
    fn settings_without_effect_are_remarked_on() {
        let text = told(&format!(
            "{SIZE}\nnetwork = {{ trunk = [], heads = [], dropout = 0.5 }}"
        ));
        assert!(text.contains("`dropout` has no effect"), "{text}");
        let text = told(&format!("{SIZE}\nsynapses = {{ scale = 0.3 }}"));
        assert!(text.contains("`scale` has no effect"), "{text}");
    }

    #[test]
    fn a_warmup_that_outlasts_training_is_remarked_on() {
        let with = |epochs: usize| {
            told(&format!(
                "{SIZE}\nsynapses = {{ noise = \"variational\", kl_warmup_epochs = 50 }}\ntraining = {{ epochs = {epochs} }}"
            ))
        };
        assert_eq!(with(50), "");
        assert!(with(49).contains("rises for 50 epochs, and training has 49"));
    }

    #[test]
    fn a_scale_belongs_to_a_layer_or_a_depth_of_the_task_tree() {
        let tasks = "tasks = [{ name = \"order\", kind = \"multiclass\", parent = \"mammal\" }, { name = \"mammal\", kind = \"binary\" }]";
        let with = |key: &str| {
            told(&format!(
                "{tasks}\nsynapses = {{ noise = \"gaussian\", scales = {{ \"{key}\" = 0.2 }} }}"
            ))
        };
        for key in ["depth.0", "depth.1", "heads.order", "trunk"] {
            assert_eq!(with(key), "");
        }
        for key in ["depth.2", "depth", "depth.01", "heads.ordre"] {
            assert!(with(key).contains("depth.0 to depth.1"), "{}", with(key));
        }
    }

    #[test]
    fn a_layer_without_units_is_refused_where_it_stands() {
        let text = told(&format!("{SIZE}\nnetwork = {{ trunk = [8, 0] }}"));
        assert!(
            text.contains("error") && text.contains("network.trunk[1]"),
            "{text}"
        );
    }

    #[test]
    fn mistakes_between_sections_are_shown_beside_those_within_one() {
        let text = told(&format!(
            "epocs = 3\n{SIZE}\ntraining = {{ metric = \"size.accuracy\" }}"
        ));
        assert!(text.contains("epocs"), "{text}");
        assert!(text.contains("has no metric `accuracy`"), "{text}");
        let text = "data = { train = \"t.csv\", validation = 0.6, test = 0.6 }\n\
                    tasks = [{ name = \"size\", kind = \"tree\" }]";
        let text = Experiment::parse("e.toml", text).unwrap_err().render(false);
        assert!(text.contains("tree"), "{text}");
        assert!(text.contains("data/fractions"), "{text}");
    }

    #[test]
    fn what_watches_validation_rows_needs_some() {
        let text = "data = { train = \"t.csv\", validation = false }\n".to_owned()
            + SIZE
            + "\ntraining = { early_stopping = {}, schedule = { kind = \"plateau\" } }\n";
        let text = Experiment::parse("e.toml", &text)
            .unwrap_err()
            .render(false);
        assert!(text.contains("early stopping watches"), "{text}");
        assert!(text.contains("`plateau` watches"), "{text}");
    }
}
