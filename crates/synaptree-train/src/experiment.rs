//! The experiment file: every section's specification joined, checked together, written out again.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use synaptree_config::{Diagnostics, Document};
use synaptree_data::{DataSpec, InputSpec, Stream, Streaming, load, load_first};
use synaptree_nn::{NetworkSpec, SynapseSpec};
use synaptree_tasks::{TaskSpec, UncertaintySpec, WeightingSpec};

use crate::calibration::check_rows;
use crate::check::Sections;
use crate::data::ExperimentData;
use crate::error::TrainError;
use crate::posterior;
use crate::preset::{self, Preset};
use crate::spec::{BatchSize, Regime, TrainingSpec};

/// Everything an experiment file says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExperimentSpec {
    /// What the run is called. Absent: the file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where every random stream starts.
    #[serde(default)]
    pub seed: u64,
    /// A word for a network and the effort of its training: it fills in the keys of `[network]`,
    /// `[synapses]` and `[training]` that are not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// Which files, and how their rows are split.
    pub data: DataSpec,
    /// What the network sees. Absent: one table of every column that is not a target.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<InputSpec>,
    /// What the network answers.
    pub tasks: Vec<TaskSpec>,
    /// Layers and how tasks share them.
    #[serde(default)]
    pub network: NetworkSpec,
    /// Noise on the weights.
    #[serde(default)]
    pub synapses: SynapseSpec,
    /// How the losses of the tasks combine.
    #[serde(default)]
    pub weighting: WeightingSpec,
    /// How the weights are learned.
    #[serde(default)]
    pub training: TrainingSpec,
    /// What is fitted after training so that stated doubt can be trusted.
    #[serde(default)]
    pub uncertainty: UncertaintySpec,
}

impl ExperimentSpec {
    /// The JSON Schema of the experiment file, with which editors complete and underline.
    ///
    /// # Example
    ///
    /// ```
    /// let schema = synaptree_train::ExperimentSpec::schema();
    /// assert_eq!(schema["properties"]["seed"]["default"], 0);
    /// ```
    pub fn schema() -> serde_json::Value {
        synaptree_config::schema::<Self>()
    }

    /// The reference of the experiment file in Markdown: every key with its type, range, default
    /// and meaning.
    pub fn reference() -> String {
        format!(
            "{REFERENCE_HEAD}{}",
            synaptree_config::reference(&Self::schema())
        )
    }
}

/// How the reference of the experiment file begins.
const REFERENCE_HEAD: &str = "\
# The experiment file

Every key of an experiment file: what it may hold, what holds where it is not written, and what it means. Written by
`cargo xtask generate` from the types that read the file.

A file is read as YAML if its name ends in `.yaml` or `.yml`, as JSON if it ends in `.json`, and as TOML otherwise. Paths are
relative to the file, and `${NAME}` in a path stands for an environment variable.

What holds in the end comes from the default, the preset, the file, the environment (`SYNAPTREE__TRAINING__EPOCHS=3`) or the
command line (`--set training.epochs=3`), a later one before an earlier one. `synaptree check FILE --resolved` shows every value and which of
them it comes from.
";

/// A checked experiment: its specification and where its paths start.
///
/// # Example
///
/// ```
/// use synaptree_train::Experiment;
///
/// let experiment = Experiment::parse(
///     "xor.toml",
///     r#"
///     data = { train = "xor.csv" }
///     tasks = [{ name = "xor", kind = "binary" }]
///     training = { epochs = 10 }
///     "#,
/// )?;
/// assert_eq!(experiment.spec().training.epochs, 10);
/// # Ok::<(), synaptree_train::TrainError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Experiment {
    spec: ExperimentSpec,
    directory: PathBuf,
    name: String,
    warnings: Vec<String>,
    /// The file with its changes; a run folder records what became of it instead.
    document: Option<Document>,
}

impl Experiment {
    /// Reads and checks an experiment file.
    ///
    /// # Errors
    ///
    /// [`TrainError::Config`] with every mistake of the file at once; no data is read.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, TrainError> {
        Self::read_with(path, &[])
    }

    /// Reads an experiment file, then applies `key=value` overrides, then checks.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read); an override that is wrong is shown like a line of the file.
    pub fn read_with(path: impl AsRef<Path>, overrides: &[String]) -> Result<Self, TrainError> {
        Self::read_with_environment(path, &[], overrides)
    }

    /// Reads an experiment file, then applies variables such as `SYNAPTREE__TRAINING__EPOCHS=3`,
    /// then `key=value` overrides, then checks.
    ///
    /// Variables are given, not looked up: what a program does should not depend on its
    /// environment unless it says so.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read); a variable that is wrong is shown like a line of the file.
    pub fn read_with_environment(
        path: impl AsRef<Path>,
        environment: &[(String, String)],
        overrides: &[String],
    ) -> Result<Self, TrainError> {
        let mut document = Document::read(path.as_ref())?;
        for (name, value) in environment {
            document.set_variable(name, value)?;
        }
        for assignment in overrides {
            document.set(assignment)?;
        }
        Self::from_document(&document)
    }

    /// Checks an experiment given as TOML text; paths start at the current folder.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(name: &str, text: &str) -> Result<Self, TrainError> {
        Self::from_document(&Document::parse(name, text)?)
    }

    fn from_document(document: &Document) -> Result<Self, TrainError> {
        let mut document = document.clone();
        preset::apply(&mut document)?;
        let document = &document;
        let spec: ExperimentSpec = document.deserialize().map_err(|mut diagnostics| {
            Sections::readable(document).check(&mut diagnostics);
            document.invalid(diagnostics)
        })?;
        let mut diagnostics = Diagnostics::default();
        Sections::of(&spec).check(&mut diagnostics);
        if diagnostics.has_errors() {
            return Err(document.invalid(diagnostics).into());
        }
        let warnings = if diagnostics.is_empty() {
            Vec::new()
        } else {
            vec![document.render(&diagnostics, false)]
        };
        let stem = Path::new(document.name()).file_stem().map_or_else(
            || "experiment".to_owned(),
            |s| s.to_string_lossy().into_owned(),
        );
        Ok(Self {
            name: spec.name.clone().unwrap_or(stem),
            directory: document.directory().to_owned(),
            // Its keys stand in the sections now.
            spec: ExperimentSpec {
                preset: None,
                ..spec
            },
            warnings,
            document: Some(document.clone()),
        })
    }

    /// Puts together what a run folder recorded.
    pub(crate) fn from_parts(spec: ExperimentSpec, name: String, directory: PathBuf) -> Self {
        Self {
            spec,
            directory,
            name,
            warnings: Vec::new(),
            document: None,
        }
    }

    /// What the file says, defaults filled in.
    pub fn spec(&self) -> &ExperimentSpec {
        &self.spec
    }

    /// The folder at which relative paths start.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// `name`, or the file's name without its ending.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Remarks that do not forbid the run.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The same experiment with another seed.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.spec.seed = seed;
        self
    }

    /// Reads the files of `[data]`, fits the preprocessing on the training rows and encodes every
    /// split; or reads the files piece by piece where they are streamed.
    ///
    /// # Errors
    ///
    /// [`TrainError::Data`] naming file, column and line, [`TrainError::CannotStream`] for training that
    /// needs all rows at once, [`TrainError::FewCalibrationRows`] for a level of `[uncertainty]` that needs
    /// more labels.
    pub fn load_data(&self) -> Result<ExperimentData, TrainError> {
        let mut data = self.read_data()?;
        check_rows(&self.spec.uncertainty, &data)?;
        posterior::check_data(&self.spec, &data)?;
        let categories = data.dataset.preprocessing.table_shape().categories;
        if self.spec.synapses.embeddings && categories.iter().all(|c| c.embedding.is_none()) {
            data.dataset.warnings.push(
                "`synapses.embeddings` has no effect: no category is embedded; `encoding = \"embedding\"` in `[[inputs]]` \
                 embeds them"
                    .to_owned(),
            );
        }
        Ok(data)
    }

    /// As [`Experiment::load_data`], from the first `rows` rows of the files, held in memory: a trial of an
    /// experiment whose files may be large.
    pub(crate) fn load_first(&self, rows: usize) -> Result<ExperimentData, TrainError> {
        let Experiment {
            spec, directory, ..
        } = self;
        let dataset = load_first(&spec.data, &spec.inputs, &spec.tasks, directory, rows)?;
        let data = ExperimentData::new(dataset, &spec.tasks)?;
        check_rows(&spec.uncertainty, &data)?;
        Ok(data)
    }

    fn read_data(&self) -> Result<ExperimentData, TrainError> {
        if self.streams()? {
            let (stream, dataset) = Stream::open(
                &self.spec.data,
                &self.spec.inputs,
                &self.spec.tasks,
                &self.directory,
            )?;
            return ExperimentData::streamed(stream, dataset, &self.spec.tasks);
        }
        let dataset = load(
            &self.spec.data,
            &self.spec.inputs,
            &self.spec.tasks,
            &self.directory,
        )?;
        ExperimentData::new(dataset, &self.spec.tasks)
    }

    /// Whether the data are streamed: `auto` holds them in memory where training needs all rows at once.
    fn streams(&self) -> Result<bool, TrainError> {
        if !self.spec.data.streams(&self.directory)? {
            return Ok(false);
        }
        let training = &self.spec.training;
        if posterior::needs_rows(training, self.spec.data.streaming) {
            return Ok(false);
        }
        let obstacle = if training.regime != Regime::Joint {
            Some(("training.regime", "regime = \"joint\""))
        } else if matches!(training.batch_size, BatchSize::All(_)) {
            Some(("training.batch_size", "batch_size = 1024"))
        } else {
            None
        };
        match (obstacle, self.spec.data.streaming) {
            (None, _) => Ok(true),
            (Some((key, instead)), Streaming::Fixed(_)) => {
                Err(TrainError::CannotStream { key, instead })
            }
            (Some(_), Streaming::Auto(_)) => Ok(false),
        }
    }

    /// The experiment file with every default written out, and with the keys of its preset in
    /// place of the word.
    ///
    /// # Errors
    ///
    /// [`TrainError::Config`] if the specification cannot be written as TOML.
    pub fn resolved(&self) -> Result<String, TrainError> {
        Ok(synaptree_config::to_toml(&self.spec)?)
    }

    /// The same, with where each value comes from behind it: `# file:12`, `# environment`,
    /// `# --set` or `# default`.
    ///
    /// # Errors
    ///
    /// As [`resolved`](Self::resolved).
    pub fn resolved_with_origins(&self) -> Result<String, TrainError> {
        match &self.document {
            Some(document) => Ok(synaptree_config::to_toml_with_origins(
                &self.spec, document,
            )?),
            None => self.resolved(),
        }
    }
}
