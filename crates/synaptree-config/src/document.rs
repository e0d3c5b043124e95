//! An experiment file whose every key knows where it was written.

use std::fs;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::data_file::{begins_like_data, is_named_like_data};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::error::ConfigError;
use crate::key_path::{KeyPath, Step};
use crate::node::{Node, Value};
use crate::read::{Format, Problems, read_document, read_value};
use crate::remark::position;
use crate::render::{Rendered, render};
use crate::schema::root_schema;
use crate::source::{Source, SourceKind, Span};
use crate::{assign, convert, validate};

/// An experiment file with the changes made to it by environment variables and `--set`.
///
/// # Example
///
/// ```
/// use schemars::JsonSchema;
/// use serde::Deserialize;
/// use synaptree_config::Document;
///
/// #[derive(Deserialize, JsonSchema)]
/// #[serde(deny_unknown_fields)]
/// struct Training {
///     /// How often every row is seen.
///     #[schemars(range(min = 1))]
///     epochs: usize,
/// }
///
/// let mut document = Document::parse("run.toml", "epochs = 0")?;
/// let mistakes = document.deserialize::<Training>().err().unwrap();
/// assert_eq!(mistakes.to_string(), "error[config/out-of-range]: `epochs` must be at least 1");
///
/// document.set("epochs=10")?;
/// assert_eq!(document.deserialize::<Training>().unwrap().epochs, 10);
/// # Ok::<(), synaptree_config::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Document {
    directory: PathBuf,
    /// The file, then every `--set` assignment.
    sources: Vec<Source>,
    root: Node,
    format: Format,
}

impl Document {
    /// Reads a file: YAML if its name ends in `.yaml` or `.yml`, JSON with comments if it ends in
    /// `.json` or `.jsonc`, TOML otherwise. All three become the same document.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Read`] if there is no such file, [`ConfigError::NotText`] if it is not UTF-8,
    /// [`ConfigError::IsData`] if its name or first line is that of a table of data, and [`ConfigError::Syntax`] with the places where it does not follow its format.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let is_data = |reason| ConfigError::IsData {
            path: path.to_owned(),
            reason,
        };
        // Data may be larger than memory.
        if is_named_like_data(path) && path.is_file() {
            return Err(is_data("by the ending of its name"));
        }
        let bytes = fs::read(path).map_err(|source| ConfigError::Read {
            path: path.to_owned(),
            source,
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = good.split(|byte| *byte == b'\n').count();
            ConfigError::NotText {
                path: path.to_owned(),
                line,
            }
        })?;
        let name = path.to_string_lossy();
        if Format::of(&name) == Format::Toml && begins_like_data(&text) {
            return Err(is_data("its first line names columns"));
        }
        Self::parse(&name, &text)
    }

    /// Reads text; `name` stands for it in messages, its ending says in which format it is, and its
    /// folder is where relative paths start.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Syntax`] with the places where it does not follow its format.
    pub fn parse(name: &str, text: &str) -> Result<Self, ConfigError> {
        // Some editors of Windows begin every file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let sources = vec![Source {
            name: name.to_owned(),
            text: text.to_owned(),
            kind: SourceKind::File,
        }];
        let format = Format::of(name);
        let root = read_document(text, 0, format)
            .map_err(|problems| ConfigError::Syntax(rendered(&sources, &problems)))?;
        let directory = match Path::new(name).parent() {
            Some(folder) if folder != Path::new("") => folder,
            _ => Path::new("."),
        };
        Ok(Self {
            directory: directory.to_owned(),
            sources,
            root,
            format,
        })
    }

    /// Changes one value, as the environment variable `SYNAPTREE__TRAINING__EPOCHS=10` does.
    ///
    /// `__` stands between the keys. Each part means the key of the file that is spelt like it,
    /// capitals aside; in a list it means a place, from 0, or the `name` of an element. The value
    /// is read as by [`set`](Self::set).
    ///
    /// # Errors
    ///
    /// As [`set`](Self::set).
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_config::Document;
    ///
    /// let mut document = Document::parse("run.toml", "training = { epochs = 10 }")?;
    /// document.set_variable("SYNAPTREE__TRAINING__EPOCHS", "3")?;
    /// assert_eq!(document.origin("training.epochs"), "environment");
    /// # Ok::<(), synaptree_config::ConfigError>(())
    /// ```
    pub fn set_variable(&mut self, name: &str, value: &str) -> Result<(), ConfigError> {
        self.change(
            assign::variable_source(name, value),
            assign::assign_variable,
        )
    }

    /// Fills one value in, written as for [`set`](Self::set), that the author of the file did not
    /// write: a preset did.
    ///
    /// # Errors
    ///
    /// As [`set`](Self::set).
    pub fn fill_in(&mut self, assignment: &str) -> Result<(), ConfigError> {
        let text = Source {
            name: "preset".to_owned(),
            kind: SourceKind::Preset,
            ..assign::source(assignment)
        };
        self.change(text, assign::assign)
    }

    /// Fills a table of which only parts were written, and not its tag `kind`: what `value`, an inline table with a
    /// `kind`, has beside them comes from there, as by [`fill_in`](Self::fill_in). Any other table is left as it is.
    ///
    /// # Errors
    ///
    /// As [`set`](Self::set).
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_config::Document;
    ///
    /// let mut document = Document::parse("run.toml", "optimizer = { learning_rate = 0.1 }")?;
    /// document.complete("optimizer", "{ kind = 'adamw', learning_rate = 0.2, weight_decay = 0.3 }")?;
    /// assert_eq!(document.origin("optimizer.kind"), "preset");
    /// assert_eq!(document.origin("optimizer.learning_rate"), "file:1");
    /// assert_eq!(document.origin("optimizer.weight_decay"), "preset");
    /// # Ok::<(), synaptree_config::ConfigError>(())
    /// ```
    pub fn complete(&mut self, key_path: &str, value: &str) -> Result<(), ConfigError> {
        let path = KeyPath::parse(key_path).unwrap_or_default();
        let node = path
            .0
            .iter()
            .try_fold(&self.root, |node, step| node.child(step));
        let is_partial = node.is_some_and(|node| {
            matches!(node.value, Value::Table(_)) && node.entry("kind").is_none()
        });
        let Ok(Node {
            value: Value::Table(entries),
            ..
        }) = read_value(value, 0, 0)
        else {
            return Ok(());
        };
        if !is_partial || entries.iter().all(|entry| entry.key != "kind") {
            return Ok(());
        }
        for entry in entries {
            let key = format!("{key_path}.{}", entry.key);
            let span = entry.node.span;
            if !self.contains(&key) {
                self.fill_in(&format!("{key}={}", &value[span.start..span.end]))?;
            }
        }
        Ok(())
    }

    /// Changes one value, as in `--set training.epochs=10`.
    ///
    /// The path may name an element of a list by its place, `tasks[0].weight=2`, or by its
    /// `name`, `tasks.income.weight=2`. Missing tables are created. The value is TOML; a word
    /// that is not TOML is a string.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Assignment`] if the assignment cannot be read, or leads through something
    /// that is not there. Whether the key is valid is found out by [`deserialize`](Self::deserialize).
    pub fn set(&mut self, assignment: &str) -> Result<(), ConfigError> {
        self.change(assign::source(assignment), assign::assign)
    }

    fn change(
        &mut self,
        text: Source,
        assign: impl FnOnce(&Node, &str, usize) -> Result<Node, Problems>,
    ) -> Result<(), ConfigError> {
        let source = self.sources.len();
        self.sources.push(text);
        match assign(&self.root, &self.sources[source].text, source) {
            Ok(root) => {
                self.root = root;
                Ok(())
            }
            Err(problems) => {
                let error = ConfigError::Assignment(rendered(&self.sources, &problems));
                self.sources.pop();
                Err(error)
            }
        }
    }

    /// Checks the document against the schema of `T`, then turns it into a `T`.
    ///
    /// # Errors
    ///
    /// Every mistake of the document, in the order in which they stand there.
    pub fn deserialize<T: DeserializeOwned + JsonSchema + 'static>(
        &self,
    ) -> Result<T, Diagnostics> {
        let schema = root_schema::<T>();
        let mut mistakes = validate::validate(&self.root, &schema, self.format);
        if mistakes.is_empty() {
            return convert::deserialize(&self.root, &schema).map_err(Diagnostics::from);
        }
        mistakes.sort_by_cached_key(|diagnostic| self.locate(diagnostic));
        Err(Diagnostics(mistakes))
    }

    /// One key of the document as a `T`, where it is there and without mistakes: what can still be
    /// checked further when [`deserialize`](Self::deserialize) found mistakes elsewhere.
    pub fn section<T: DeserializeOwned + JsonSchema + 'static>(&self, key: &str) -> Option<T> {
        let node = self.root.child(&Step::Key(key.to_owned()))?;
        let schema = root_schema::<T>();
        if validate::validate(node, &schema, self.format).is_empty() {
            convert::deserialize(node, &schema).ok()
        } else {
            None
        }
    }

    /// Shows the remarks in the lines they are about, in the order of the file.
    ///
    /// Without `color` the text is as rustc prints it to a file.
    pub fn render(&self, diagnostics: &Diagnostics, color: bool) -> String {
        render(&self.sources, &self.located(diagnostics), color)
    }

    /// The error that stands for these remarks.
    pub fn invalid(&self, diagnostics: Diagnostics) -> ConfigError {
        let rendered = Rendered::new(&self.sources, &self.located(&diagnostics));
        ConfigError::Invalid {
            rendered,
            diagnostics,
        }
    }

    /// Whether the key was written, in the file or by [`set`](Self::set).
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_config::Document;
    ///
    /// let document = Document::parse("run.toml", "tasks = [{ name = 'income' }]")?;
    /// assert!(document.contains("tasks[0].name"));
    /// assert!(document.contains("tasks.income"));
    /// assert!(!document.contains("tasks[0].weight"));
    /// # Ok::<(), synaptree_config::ConfigError>(())
    /// ```
    pub fn contains(&self, key_path: &str) -> bool {
        KeyPath::parse(key_path).is_ok_and(|path| {
            path.0
                .iter()
                .try_fold(&self.root, |node, step| node.child(step))
                .is_some()
        })
    }

    /// Where the value of a key comes from: `file:12` with its line, `environment`, `--set`,
    /// `preset`, or `default` if it was written nowhere.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_config::Document;
    ///
    /// let mut document = Document::parse("run.toml", "seed = 1\ntraining = { epochs = 10 }")?;
    /// document.set("training.batch_size=8")?;
    /// assert_eq!(document.origin("training.epochs"), "file:2");
    /// assert_eq!(document.origin("training.batch_size"), "--set");
    /// assert_eq!(document.origin("network.trunk"), "default");
    /// # Ok::<(), synaptree_config::ConfigError>(())
    /// ```
    pub fn origin(&self, key_path: &str) -> String {
        KeyPath::parse(key_path).map_or_else(|_| "default".to_owned(), |path| self.origin_of(&path))
    }

    pub(crate) fn origin_of(&self, path: &KeyPath) -> String {
        let mut node = &self.root;
        for step in &path.0 {
            match node.child(step) {
                Some(child) => node = child,
                // A short form such as `optimizer = "adam"` says what its table would.
                None if !matches!(node.value, Value::Table(_)) => break,
                None => return "default".to_owned(),
            }
        }
        let source = &self.sources[node.span.source];
        match source.kind {
            SourceKind::File => format!("file:{}", position(&source.text, node.span.start).0),
            SourceKind::Preset => "preset".to_owned(),
            SourceKind::Environment => "environment".to_owned(),
            SourceKind::Set => "--set".to_owned(),
        }
    }

    /// What the file is called in messages: its path.
    pub fn name(&self) -> &str {
        &self.sources[0].name
    }

    /// The folder of the file, where relative paths start.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn located<'a>(&self, diagnostics: &'a Diagnostics) -> Vec<(Option<Span>, &'a Diagnostic)> {
        diagnostics
            .iter()
            .map(|diagnostic| (self.locate(diagnostic), diagnostic))
            .collect()
    }

    /// Where a remark belongs: at its key or value, or else at the nearest table or list above it
    /// that was written. `None` is the whole file.
    fn locate(&self, diagnostic: &Diagnostic) -> Option<Span> {
        // A path that cannot be read still points as far as it can be.
        let path = readable_part(&diagnostic.path);
        let mut node = &self.root;
        let mut span = None;
        for (position, step) in path.0.iter().enumerate() {
            let is_last = position + 1 == path.0.len();
            let Some(child) = node.child(step) else { break };
            span = match (step, &node.value) {
                (Step::Key(key), Value::Table(_)) if is_last && diagnostic.at_key => {
                    node.entry(key).map(|entry| entry.key_span)
                }
                _ => Some(child.span),
            };
            node = child;
        }
        span
    }
}

/// The longest beginning of a path that can be read.
fn readable_part(path: &str) -> KeyPath {
    let mut part = path;
    loop {
        if let Ok(path) = KeyPath::parse(part) {
            return path;
        }
        let Some(end) = part.rfind(['.', '[']) else {
            return KeyPath::default();
        };
        part = &part[..end];
    }
}

fn rendered(sources: &[Source], problems: &Problems) -> Rendered {
    let remarks: Vec<_> = problems
        .iter()
        .map(|(span, diagnostic)| (*span, diagnostic))
        .collect();
    Rendered::new(sources, &remarks)
}
