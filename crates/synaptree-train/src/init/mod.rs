//! From files that nobody has described to an experiment file that trains as it stands.

mod binary;
mod candidates;
mod copied;
mod error;
mod files;
mod identity;
mod inputs;
mod ladder;
mod nothing_left;
mod parts;
mod settings;
mod split;
mod target;
mod text;
mod write;
mod zeros;

use std::path::PathBuf;

use synaptree_data::{
    DataError, Profile, ReadOptions, Reading, Source, Table, gives_away, nearest_split_seed,
    read_unknown,
};
use synaptree_tasks::{OneOrMany, TaskSpec};

pub use self::error::InitError;
use self::files::Given;
use self::inputs::Inputs;
use self::nothing_left::nothing_left;
use self::split::Way;
use self::target::Guess;
use crate::data::ExperimentData;
use crate::error::TrainError;
use crate::experiment::Experiment;
use crate::preset::Preset;

/// What `synaptree init` is asked for.
///
/// | Name | Purpose |
/// |---|---|
/// | `data` | the files, paths or globs |
/// | `targets` | the columns to predict |
/// | `preset` | the effort of training |
/// | `directory` | the folder of the experiment file: its paths start there |
/// | `rows` | the first rows of the files, which are all that is looked at; [`Reading::ROWS`] is a good number |
/// | `reading` | what is known of the files, [`ReadOptions::default`] where nothing is; `header`, `names` and missing words are found out |
#[derive(Debug, Clone)]
pub struct Init {
    /// The files, paths or globs.
    pub data: Vec<String>,
    /// The columns to predict.
    pub targets: Vec<String>,
    /// The effort of training.
    pub preset: Preset,
    /// The folder in which the experiment file will stand.
    pub directory: PathBuf,
    /// The rows to look at, the first of the files.
    pub rows: usize,
    /// What is known of the files: their `encoding`, `separator` and `skip_rows`.
    pub reading: ReadOptions,
}

/// An experiment file that was checked and can be trained.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The text of the file, with comments that say why.
    pub text: String,
    /// What could not be decided, or deserves a look: each a sentence.
    pub undecided: Vec<String>,
    /// What is said of each column that is left out as it gives a target away.
    pub given_away: Vec<String>,
    /// Rows of training, validation and test; estimated where only the first rows were looked at.
    pub rows: [usize; 3],
    /// Rows that were looked at, where there are more.
    pub looked_at: Option<usize>,
}

/// Everything that was found out, ready to be written.
struct Plan<'a> {
    given: &'a Given,
    reading: &'a Reading,
    profile: &'a Profile,
    preset: Preset,
    tasks: Vec<Guess>,
    inputs: Inputs,
    way: Way,
    split_seed: u64,
    undecided: Vec<String>,
    /// Rows that are looked at.
    rows: usize,
}

/// Most ways to draw the parts that are tried where some class is missing in training.
const SEEDS: u64 = 10;

/// Looks at files and writes the experiment that predicts `targets` from the other columns.
///
/// The experiment is checked and its data are loaded before it is returned.
///
/// # Errors
///
/// [`InitError`], which says what to type instead.
///
/// # Example
///
/// ```
/// use synaptree_data::ReadOptions;
/// use synaptree_train::{Experiment, Init, Preset, init};
///
/// let folder = tempfile::tempdir()?;
/// let mut csv = String::from("legs,skin,kind\n");
/// for n in 0..60 {
///     csv += ["4,fur,mammal\n", "2,feathers,bird\n", "4,scales,reptile\n"][n % 3];
/// }
/// std::fs::write(folder.path().join("animals.csv"), csv)?;
/// let draft = init(&Init {
///     data: vec![folder.path().join("animals.csv").display().to_string()],
///     targets: vec!["kind".into()],
///     preset: Preset::Quick,
///     directory: folder.path().to_owned(),
///     rows: 100_000,
///     reading: ReadOptions::default(),
/// });
/// // `skin` gives the answer away, so only `legs` is left.
/// let draft = draft?;
/// assert!(draft.text.contains("stratify_by = \"kind\""));
/// assert!(draft.text.contains("exclude = [\"skin\"]"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn init(asked: &Init) -> Result<Draft, InitError> {
    let given = Given::new(&asked.data, &asked.directory)?;
    let sources: Vec<Source> = given
        .train
        .iter()
        .map(|f| Source::from(f.as_str()))
        .collect();
    let reading = read_unknown(&sources, &asked.reading, asked.rows).map_err(InitError::Data)?;
    let profile = Profile::of_reading(&reading);
    if asked.targets.is_empty() {
        return Err(candidates::none_named(&profile, &reading.table, asked));
    }
    let mut undecided = reading.table.warnings.clone();
    let names = target::resolve(&asked.targets, &profile, &reading, &mut undecided)?;
    if let Some(about) = profile.about {
        undecided.push(format!(
            "only the first {} of about {about} rows were looked at: what the others hold, and rows that are \
             sorted, may ask for something else",
            profile.rows
        ));
    }
    undecided.extend(copied::remark(&reading.table));
    let tasks = target::guess(&names, &profile, &mut undecided)?;
    undecided.extend(zeros::remarks(&profile, &tasks));
    let mut inputs = inputs::guess(&reading.table, &profile, &tasks, &mut undecided);
    let ways = split::ways(&reading.table, &profile, &tasks, &given, &mut undecided);
    if let Some(Way::Time { column }) = ways.first() {
        inputs::leave_out_lone_order(&mut inputs, column);
    }
    if inputs.used.is_empty() {
        return Err(nothing_left(
            &profile.files,
            &inputs,
            &given,
            &reading,
            &tasks,
        ));
    }
    let mut plan = Plan {
        given: &given,
        reading: &reading,
        profile: &profile,
        preset: asked.preset,
        tasks,
        inputs,
        way: Way::Rows,
        split_seed: 0,
        undecided,
        rows: asked.rows,
    };
    let data = plan.choose_way(ways)?;
    plan.join_tasks(&data)?;
    Ok(Draft {
        text: write::write(&plan),
        rows: data
            .rows()
            .map(|rows| rows * profile.all_rows() / profile.rows.max(1)),
        looked_at: profile.about.map(|_| profile.rows),
        undecided: plan.undecided,
        given_away: plan.inputs.given_away,
    })
}

impl Plan<'_> {
    /// Takes the first way to split that leaves every part with rows and every class with a
    /// training row.
    fn choose_way(&mut self, ways: Vec<Way>) -> Result<ExperimentData, InitError> {
        let mut given_up: Option<TrainError> = None;
        let groups = ways.iter().find_map(|way| match way {
            Way::Groups { column, .. } => Some(column.clone()),
            _ => None,
        });
        for way in ways {
            let seeds = if way.is_drawn() { SEEDS } else { 1 };
            self.way = way;
            let mut first = None;
            let nearest = self.nearest_seed()?;
            let others = (0..seeds).filter(|&seed| seed != nearest);
            for seed in std::iter::once(nearest).chain(others) {
                self.split_seed = seed;
                match self.load() {
                    Ok(data) => {
                        if let (Way::Time { column }, Some(group)) = (&self.way, groups) {
                            self.undecided.push(format!(
                                "rows are split by time, so rows that share `{group}` stand in several parts; if \
                                 the model will meet others of them, write `split_by = \"{group}\"` in place of \
                                 `order_by = \"{column}\"`"
                            ));
                        }
                        return Ok(data);
                    }
                    Err(error) if is_of_the_split(&error) => {
                        first.get_or_insert(error);
                    }
                    Err(error) => return Err(InitError::Unworkable(Box::new(error))),
                }
            }
            if let Some(error) = first {
                self.undecided.push(format!(
                    "{} was tried first and given up: {}",
                    self.way.describe(),
                    first_line(&error)
                ));
                given_up.get_or_insert(error);
            }
        }
        Err(match given_up {
            Some(error) => InitError::Unworkable(Box::new(error)),
            None => InitError::NoWay,
        })
    }

    /// The `split_seed` to begin with: groups of different sizes may miss the shares of the parts with 0.
    fn nearest_seed(&self) -> Result<u64, InitError> {
        if !matches!(self.way, Way::Groups { .. }) {
            return Ok(0);
        }
        let experiment = self
            .experiment()
            .map_err(|error| InitError::Unworkable(Box::new(error)))?;
        nearest_split_seed(&self.reading.table, &experiment.spec().data).map_err(InitError::Data)
    }

    fn experiment(&self) -> Result<Experiment, TrainError> {
        let name = self.given.directory.join("experiment.toml");
        Experiment::parse(&name.to_string_lossy(), &write::write(self))
    }

    fn load(&self) -> Result<ExperimentData, TrainError> {
        self.experiment()?.load_first(self.rows)
    }

    /// Joins tasks of which one determines the other, where that holds in every part.
    fn join_tasks(&mut self, data: &ExperimentData) -> Result<(), InitError> {
        let specs: Vec<TaskSpec> = self.tasks.iter().map(|guess| guess.spec.clone()).collect();
        for found in data.suggestions(&specs) {
            let Some(fine) = self.tasks.iter().position(|g| g.spec.name == found.fine) else {
                continue;
            };
            let before = self.tasks[fine].clone();
            let mut coarse = before.spec.refined().to_vec();
            coarse.push(found.coarse.clone());
            self.tasks[fine].spec.refines = Some(match coarse.as_slice() {
                [one] => OneOrMany::One(one.clone()),
                _ => OneOrMany::Many(coarse),
            });
            self.tasks[fine].notes.push(format!(
                "`{}` determines `{}` in all {} training rows with both, so they answer as one",
                found.fine, found.coarse, found.rows
            ));
            if let Err(error) = self.load() {
                self.tasks[fine] = before;
                self.undecided.push(format!(
                    "`{}` seems to determine `{}`, but not in every row: {}",
                    found.fine,
                    found.coarse,
                    first_line(&error)
                ));
            }
        }
        self.mention_rare_refinements();
        // Whatever was joined must load together.
        self.load()
            .map(drop)
            .map_err(|error| InitError::Unworkable(Box::new(error)))
    }
}

impl Plan<'_> {
    /// Says where one target determines another, but rests on too few rows of some class to be
    /// joined unasked.
    fn mention_rare_refinements(&mut self) {
        let classes: Vec<(String, String, usize)> = self
            .tasks
            .iter()
            .filter(|guess| guess.spec.kind.has_classes())
            .filter_map(|guess| {
                let column = self.profile.column(&guess.spec.targets()[0])?;
                Some((
                    guess.spec.name.clone(),
                    column.name.clone(),
                    column.distinct,
                ))
            })
            .collect();
        for (fine, fine_column, fine_classes) in &classes {
            for (coarse, coarse_column, coarse_classes) in &classes {
                let joined = self
                    .tasks
                    .iter()
                    .any(|guess| guess.spec.name == *fine && guess.spec.refined().contains(coarse));
                if fine_classes <= coarse_classes || *fine_classes < 3 || joined {
                    continue;
                }
                let table = &self.reading.table;
                if let Some(found) = gives_away(table, fine_column, coarse_column, false)
                    && found.exceptions == 0
                {
                    self.undecided.push(format!(
                        "`{fine}` determines `{coarse}` in every row that says so, but not every class of \
                         it has three training rows; write `refines = \"{coarse}\"` under `{fine}` if it \
                         always does"
                    ));
                }
            }
        }
    }
}

/// Whether another way to split may mend it.
fn is_of_the_split(error: &TrainError) -> bool {
    matches!(
        error,
        TrainError::Data(
            DataError::Target(_)
                | DataError::EmptyPart { .. }
                | DataError::OneRow { .. }
                | DataError::NoTime { .. }
                | DataError::Time { .. }
        )
    )
}

fn first_line(error: &TrainError) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().to_owned()
}

/// How many rows of a table have a value in a column.
fn observed(profile: &Profile, column: &str) -> usize {
    profile
        .column(column)
        .map_or(0, |column| profile.rows - column.missing)
}

/// The rows of a table, for the guesses that look at two columns.
type Rows<'a> = &'a Table;
