//! The command line.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use synaptree::{Encoding, ReadOptions, Reading};

use crate::codes;
use crate::failure::Failure;

/// More threads than any machine has cores would spend their time waiting for each other.
const MOST_THREADS: i64 = 1024;
/// Rows that `init` and `describe` look at.
const LOOKED_AT: NonZeroUsize = NonZeroUsize::new(Reading::ROWS).unwrap();
/// Each seed is a run of its own.
const MOST_SEEDS: u64 = 10_000;

/// Trains one network for a tree of related tasks, with stochastic synapses, and says how sure it
/// is of every answer.
#[derive(Debug, Parser)]
#[command(
    name = "synaptree",
    version,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write an example that this binary carries: an experiment file and its data
    Example(Example),
    /// Show what files hold, column by column
    Describe(Describe),
    /// Look at files and write the experiment that predicts some of their columns
    Init(Init),
    /// Check an experiment file and its data without training
    Check(Check),
    /// Train an experiment; the result is a run folder
    Train(Train),
    /// Compare a trained model's predictions with labels
    Evaluate(Evaluate),
    /// Predict every row of a file
    Predict(Predict),
    /// Show what a run or model consists of
    Inspect(Inspect),
    /// Draw a run's figures as SVG files, and its report
    Plot(Plot),
    /// Explain an error by its code, or list all of them
    Explain(Explain),
    /// Print the JSON Schema of the experiment file, for editors
    Schema(Schema),
    /// Look at this machine and test that synaptree works on it
    Doctor(Doctor),
    /// Print the completions of a shell
    Completions(Completions),
    /// Write the manual pages
    Man(Man),
}

impl Command {
    /// Whether the output, errors included, is for programs.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Self::Train(arguments) => arguments.json,
            Self::Evaluate(arguments) => arguments.json,
            Self::Inspect(arguments) => arguments.json,
            Self::Doctor(arguments) => arguments.json,
            Self::Describe(arguments) => arguments.json,
            _ => false,
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Example {
    /// The example; without it the list is printed
    pub(crate) name: Option<String>,
    /// Where to write it [default: a folder of the example's name]
    pub(crate) directory: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Describe {
    /// The files: paths or globs
    #[arg(required = true, value_name = "DATA")]
    pub(crate) data: Vec<String>,
    /// The rows to look at, the first of the files; fewer where their columns have more than 256 MiB
    #[arg(long, value_name = "N", default_value_t = LOOKED_AT)]
    pub(crate) rows: NonZeroUsize,
    #[command(flatten)]
    pub(crate) reading: Known,
    /// Print one JSON document on standard output and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
}

/// What somebody knows of files that no experiment file describes.
#[derive(Debug, Args)]
pub(crate) struct Known {
    /// How the characters of text files are written, where no byte order mark says it [default: utf-8]
    #[arg(long, value_enum)]
    pub(crate) encoding: Option<Characters>,
    /// The character between the cells of CSV files; `tab` for a tab [default: what divides the first rows alike]
    #[arg(long, value_name = "CHARACTER", value_parser = separator)]
    pub(crate) separator: Option<char>,
    /// The lines above the header of CSV files, such as a title, that are passed over
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) skip_rows: usize,
}

impl Known {
    pub(crate) fn options(&self) -> ReadOptions {
        ReadOptions {
            encoding: self.encoding.map(|characters| match characters {
                Characters::Utf8 => Encoding::Utf8,
                Characters::Latin1 => Encoding::Latin1,
                Characters::Utf16 => Encoding::Utf16,
                Characters::Utf16Le => Encoding::Utf16Le,
                Characters::Utf16Be => Encoding::Utf16Be,
            }),
            separator: self.separator,
            skip_rows: self.skip_rows,
            ..ReadOptions::default()
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Characters {
    /// UTF-8
    #[value(name = "utf-8")]
    Utf8,
    /// Latin-1, read as Windows-1252
    #[value(name = "latin-1")]
    Latin1,
    /// UTF-16
    #[value(name = "utf-16")]
    Utf16,
    /// UTF-16, the low byte first
    #[value(name = "utf-16le")]
    Utf16Le,
    /// UTF-16, the high byte first
    #[value(name = "utf-16be")]
    Utf16Be,
}

#[derive(Debug, Args)]
pub(crate) struct Init {
    /// The files: paths or globs; where one is named `…train…`, one named `…test…` is scored
    #[arg(required = true, value_name = "DATA")]
    pub(crate) data: Vec<String>,
    /// The columns to predict: --target a,b; without it the likely ones are listed
    #[arg(long, value_name = "COLUMNS")]
    pub(crate) target: Vec<String>,
    /// The experiment file to write
    #[arg(long, value_name = "FILE", default_value = "experiment.toml")]
    pub(crate) output: PathBuf,
    /// The effort of training
    #[arg(long, value_enum, default_value_t = Effort::Balanced)]
    pub(crate) preset: Effort,
    /// The rows to look at, the first of the files; fewer where their columns have more than 256 MiB
    #[arg(long, value_name = "N", default_value_t = LOOKED_AT)]
    pub(crate) rows: NonZeroUsize,
    #[command(flatten)]
    pub(crate) reading: Known,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Effort {
    /// A first figure in seconds
    Quick,
    /// What most tables need
    Balanced,
    /// Several times the effort
    Best,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// The experiment file
    pub(crate) experiment: PathBuf,
    /// Print every value and where it comes from, defaults included, and read no data
    #[arg(long)]
    pub(crate) resolved: bool,
    /// Override a key, such as training.epochs=10 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Train {
    /// The experiment file
    #[arg(required_unless_present = "resume")]
    pub(crate) experiment: Option<PathBuf>,
    /// Override a key, such as training.epochs=10 (repeatable)
    #[arg(long = "set", value_name = "KEY=VALUE", conflicts_with = "resume")]
    pub(crate) set: Vec<String>,
    /// The run folder to make [default: the next free runs/EXPERIMENT]
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    pub(crate) output: Option<PathBuf>,
    /// Where every random stream starts; the same as --set seed=N
    #[arg(long, value_name = "N", conflicts_with_all = ["seeds", "resume"])]
    pub(crate) seed: Option<u64>,
    /// Train once a seed: 0..5 is 0, 1, 2, 3, 4
    #[arg(long, value_name = "A..B", value_parser = seeds, conflicts_with = "resume")]
    pub(crate) seeds: Option<Range<u64>>,
    /// Continue this run folder, bit for bit where it stopped
    #[arg(long, value_name = "DIR", conflicts_with = "experiment")]
    pub(crate) resume: Option<PathBuf>,
    /// Run one batch of every split, print what was found, and write nothing
    #[arg(long, conflicts_with_all = ["resume", "seeds"])]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) machine: Machine,
    /// Print nothing while training
    #[arg(long, short)]
    pub(crate) quiet: bool,
    /// Print one JSON document on standard output and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Machine {
    /// What to compute on
    #[arg(long, value_enum, default_value_t = Device::Cpu)]
    pub(crate) device: Device,
    /// Threads to compute with [default: one a core]; results do not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=MOST_THREADS))]
    pub(crate) threads: Option<u16>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Device {
    /// The processor, through Burn's Flex backend
    Cpu,
}

impl Machine {
    /// Sets the threads up; the only device of this build needs nothing.
    ///
    /// This thread becomes one of them, so that a training step hands over half of its work and not all of it. A
    /// single thread stays apart: it would wait for itself when rows are read on a thread of their own.
    pub(crate) fn prepare(&self) -> Result<(), Failure> {
        let Device::Cpu = self.device;
        let threads = self.threads.map_or_else(available, usize::from);
        let mut pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        if threads > 1 {
            pool = pool.use_current_thread();
        }
        pool.build_global().map_err(|error| {
            Failure::broken(
                &codes::THREADS,
                format!(
                    "could not start {threads} threads: {error}\nhelp: give a smaller number to `--threads`"
                ),
            )
        })
    }
}

/// The cores that this process may use.
fn available() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SplitName {
    /// The rows that chose the best epoch
    Validation,
    /// The rows that nothing was chosen on
    Test,
}

impl SplitName {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Validation => "validation",
            Self::Test => "test",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Evaluate {
    /// A run folder, or with --data a model folder
    pub(crate) run: PathBuf,
    /// Rows with labels [default: a split of the run's own data]
    #[arg(long, value_name = "FILE", conflicts_with = "split")]
    pub(crate) data: Option<PathBuf>,
    /// Which split of the run's data [default: test, or validation if there is no test]
    #[arg(long, value_enum)]
    pub(crate) split: Option<SplitName>,
    /// Rows of another kind, without labels: how well the stated doubt tells them from the others
    #[arg(long, value_name = "FILE")]
    pub(crate) ood: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) sampling: Sampling,
    #[command(flatten)]
    pub(crate) machine: Machine,
    /// Print one JSON document on standard output and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Predict {
    /// A run folder or a model folder
    pub(crate) run: PathBuf,
    /// The rows to predict; label columns need not be there
    #[arg(long, value_name = "FILE")]
    pub(crate) data: PathBuf,
    /// Where to write the predictions: .csv, .parquet or .arrow
    #[arg(long, value_name = "FILE")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) sampling: Sampling,
    #[command(flatten)]
    pub(crate) machine: Machine,
}

#[derive(Debug, Args)]
pub(crate) struct Sampling {
    /// Monte Carlo samples; 0 asks the mean network. For the noise `rank1` and `batch_ensemble` rounded up to a multiple
    /// of `members`, so that each is asked equally often
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) samples: u32,
    /// Draw every sample on its own instead of in pairs of opposite noise
    #[arg(long, requires = "samples")]
    pub(crate) independent: bool,
    /// End the samples of a row once the standard error of its answer is at most this; `samples` says how many it took
    #[arg(long, value_name = "T", requires = "samples", value_parser = positive)]
    pub(crate) tolerance: Option<f64>,
    /// Where the random streams of the samples start [default: the seed of the model]
    #[arg(long, value_name = "N", requires = "samples")]
    pub(crate) seed: Option<u64>,
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value > 0.0 && value.is_finite() => Ok(value),
        _ => Err("expected a number above 0, such as 0.01".to_owned()),
    }
}

impl Sampling {
    pub(crate) fn how(&self) -> synaptree::Predict {
        synaptree::Predict {
            independent: self.independent,
            tolerance: self.tolerance,
            seed: self.seed,
            ..synaptree::Predict::samples(self.samples)
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct Inspect {
    /// A run folder or a model folder
    pub(crate) run: PathBuf,
    /// Print one JSON document on standard output and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Plot {
    /// A run folder
    pub(crate) run: PathBuf,
    /// Where to write the figures [default: RUN/figures]
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code of an error, such as data/ragged-row; without it all codes are listed
    pub(crate) code: Option<String>,
    /// Write the page of every error into this folder, as Markdown
    #[arg(long, value_name = "DIR", conflicts_with = "code")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Schema {
    /// Print a page in Markdown instead: every key with its default, range and meaning
    #[arg(long)]
    pub(crate) reference: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// Only look, without the self-test
    #[arg(long)]
    pub(crate) no_test: bool,
    /// Print one JSON document on standard output and nothing else there
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder to write them into
    pub(crate) directory: PathBuf,
}

/// One ASCII character that is not a line end; a tab has names, as few can type it.
fn separator(text: &str) -> Result<char, String> {
    if matches!(text, "tab" | "\\t") {
        return Ok('\t');
    }
    let mut characters = text.chars();
    match (characters.next(), characters.next()) {
        (Some(one), None) if one.is_ascii() && !matches!(one, '\r' | '\n') => Ok(one),
        _ => Err("expected one ASCII character such as ';', or `tab`".to_owned()),
    }
}

/// `0..5` is 0, 1, 2, 3, 4.
fn seeds(text: &str) -> Result<Range<u64>, String> {
    let wrong = || format!("`{text}` is not a range of seeds; write 0..5 for the seeds 0 to 4");
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let range =
        from.trim().parse().map_err(|_| wrong())?..to.trim().parse().map_err(|_| wrong())?;
    if range.is_empty() {
        return Err(format!(
            "`{text}` holds no seed; write 0..5 for the seeds 0 to 4"
        ));
    }
    if range.end - range.start > MOST_SEEDS {
        return Err(format!(
            "`{text}` is more than {MOST_SEEDS} seeds; write 0..5 for the seeds 0 to 4"
        ));
    }
    Ok(range)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_separator_is_one_character_and_a_tab_has_names() {
        for (text, character) in [(";", ';'), ("tab", '\t'), ("\\t", '\t'), ("\t", '\t')] {
            assert_eq!(separator(text), Ok(character));
        }
        for text in ["", ";;", "§", "\n"] {
            assert!(separator(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_of_seeds_leaves_its_end_out() {
        assert_eq!(seeds("0..5"), Ok(0..5));
        assert!(seeds("5..5").is_err());
        assert!(seeds("0-4").unwrap_err().contains("0..5"));
    }

    #[test]
    fn more_seeds_than_anybody_trains_are_refused() {
        assert!(seeds("0..18446744073709551615").is_err());
        assert!(seeds("18446744073709551610..18446744073709551615").is_ok());
    }
}
