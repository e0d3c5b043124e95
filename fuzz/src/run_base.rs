//! A small run to damage: one that came to its end, and one that was stopped in the middle.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use synaptree_train::{Event, Experiment, Outcome, Trainer};

use crate::Shelf;

const DATA: &str = "a,b,xor\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n";

const EXPERIMENT: &str = r#"
name = "xor"
data = { train = "xor.csv", validation = false, test = false }
tasks = [{ name = "xor", kind = "binary" }]
network = { trunk = [2], heads = [] }
training = { epochs = 3, batch_size = 2, optimizer = { kind = "adam" } }
"#;

/// Files of a run, by their path in its folder.
pub struct Base {
    folder: PathBuf,
    files: Vec<(String, Vec<u8>)>,
}

impl Base {
    /// A run with everything that a finished one has.
    pub fn finished(shelf: &Shelf) -> Self {
        let folder = PathBuf::from("finished");
        let experiment = experiment(shelf);
        let data = experiment.load_data().expect("the data are there");
        let outcome = Trainer::new()
            .output(&folder)
            .run(&experiment, &data, |_| {});
        assert!(matches!(outcome, Ok(Outcome::Finished(_))));
        Self::of(folder)
    }

    /// A run that was stopped in its second epoch.
    pub fn stopped(shelf: &Shelf) -> Self {
        let folder = PathBuf::from("stopped");
        let experiment = experiment(shelf);
        let data = experiment.load_data().expect("the data are there");
        let (stop, mut steps) = (AtomicBool::new(false), 0);
        let watch = |event: &Event| {
            steps += usize::from(matches!(event, Event::Step { .. }));
            stop.store(steps == 3, Ordering::Relaxed);
        };
        let outcome = Trainer::new()
            .output(&folder)
            .stop(&stop)
            .run(&experiment, &data, watch);
        assert!(matches!(outcome, Ok(Outcome::Interrupted(_))));
        Self::of(folder)
    }

    fn of(folder: PathBuf) -> Self {
        // Inputs are the same in every process, which has a shelf of its own.
        let environment = folder.join("environment.json");
        let text = fs::read_to_string(&environment).expect("a run says where it ran");
        let shelf = std::env::current_dir().expect("the shelf is there");
        let text = text.replace(&*shelf.to_string_lossy(), ".");
        fs::write(environment, text).expect("the file can be written");
        let mut files = Vec::new();
        collect(&folder, &folder, &mut files);
        Self { folder, files }
    }

    /// The folder of the run.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Puts other content in the place of a file.
    pub fn damage(&self, name: &str, content: &[u8]) {
        fs::write(self.folder.join(name), content).expect("the file can be written");
    }

    /// Makes every file what it was.
    pub fn mend(&self) {
        for (name, content) in &self.files {
            fs::write(self.folder.join(name), content).expect("the file can be written");
        }
    }

    /// Makes one file what it was.
    pub fn mend_file(&self, name: &str) {
        let (_, content) = self
            .files
            .iter()
            .find(|(file, _)| file == name)
            .expect("it is one of the run's");
        self.damage(name, content);
    }
}

/// Everything below a folder, small enough to be held in memory.
fn collect(root: &Path, folder: &Path, files: &mut Vec<(String, Vec<u8>)>) {
    for entry in fs::read_dir(folder).expect("a run folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let name = path
                .strip_prefix(root)
                .expect("it lies below")
                .to_string_lossy();
            files.push((name.into_owned(), fs::read(&path).expect("it is there")));
        }
    }
}

/// The experiment, from inside the shelf: its paths say nothing of where that lies.
fn experiment(shelf: &Shelf) -> Experiment {
    shelf.put("xor.csv", DATA.as_bytes());
    std::env::set_current_dir(shelf.path("")).expect("the folder is there");
    Experiment::parse("xor.toml", EXPERIMENT).expect("the experiment is right")
}
