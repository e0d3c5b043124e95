//! Experiments that were written from a look at the data.

use std::fs;
use std::path::Path;

use synaptree_data::ReadOptions;
use synaptree_tasks::Kind;
use synaptree_train::{Draft, Experiment, Init, InitError, Preset, Trainer, init};

use crate::common::finish;

pub(crate) fn asked(folder: &Path, files: &[&str], targets: &[&str]) -> Init {
    Init {
        data: files
            .iter()
            .map(|file| folder.join(file).display().to_string())
            .collect(),
        targets: targets.iter().map(|&target| target.to_owned()).collect(),
        preset: Preset::Quick,
        directory: folder.to_owned(),
        rows: 100_000,
        reading: ReadOptions::default(),
    }
}

pub(crate) fn draft(folder: &Path, csv: &str, target: &str) -> Result<Draft, InitError> {
    fs::write(folder.join("a.csv"), csv).unwrap();
    init(&asked(folder, &["a.csv"], &[target]))
}

pub(crate) fn read(folder: &Path, draft: &Draft) -> Experiment {
    let path = folder.join("experiment.toml");
    fs::write(&path, &draft.text).unwrap();
    let experiment = Experiment::read(&path).unwrap();
    assert!(
        experiment.warnings().is_empty(),
        "{:?}",
        experiment.warnings()
    );
    experiment
}

pub(crate) fn csv(header: &str, rows: usize, row: impl Fn(usize) -> String) -> String {
    let mut text = format!("{header}\n");
    for n in 0..rows {
        text += &row(n);
        text += "\n";
    }
    text
}

#[test]
fn an_experiment_of_every_kind_of_column_trains_as_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("no,size,colour,tags,note,const,age,verdict,y", 160, |n| {
        format!(
            "{},{},{},{},{},5,{},{},{}",
            n + 1,
            n * 37 % 101,
            ["red", "green", "blue"][n * 5 % 3],
            ["a|b", "b", "c|a"][n / 2 % 3],
            format_args!("a long remark number {n} that nobody would ever write twice in a row"),
            if n == 7 {
                "NULL".to_owned()
            } else {
                (n * 13 % 71).to_string()
            },
            ["bad", "good"][n * 37 % 101 / 51],
            ["no", "yes"][n * 37 % 101 / 51],
        )
    });
    let draft = draft(folder.path(), &text, "y").unwrap();
    let experiment = read(folder.path(), &draft);
    let spec = experiment.spec();
    assert_eq!(spec.tasks[0].kind, Kind::Binary);
    assert_eq!(spec.data.stratify_by.as_deref(), Some("y"));
    assert_eq!(spec.data.missing, ["NULL"]);
    for column in ["no", "note", "const", "verdict", "size"] {
        assert!(
            spec.inputs[0]
                .exclude
                .iter()
                .any(|excluded| excluded == column),
            "{column}: {}",
            draft.text
        );
    }
    assert!(
        draft.text.contains("# `verdict`: it gives `y` away"),
        "{}",
        draft.text
    );
    let run = folder.path().join("run");
    let outcome =
        Trainer::new()
            .output(&run)
            .run(&experiment, &experiment.load_data().unwrap(), |_| {});
    finish(outcome.unwrap());
    assert!(run.join("report.html").exists());
}

#[test]
fn dated_rows_are_split_by_time_and_identities_stay_together() {
    let folder = tempfile::tempdir().unwrap();
    let dated = csv("day,a,y", 200, |n| {
        format!(
            "2024-{:02}-{:02},{},{}",
            n / 28 % 12 + 1,
            n % 28 + 1,
            n * 7 % 31,
            n % 2
        )
    });
    let by_time = draft(folder.path(), &dated, "y").unwrap();
    assert_eq!(
        read(folder.path(), &by_time)
            .spec()
            .data
            .order_by
            .as_deref(),
        Some("day")
    );

    let visits = csv("patient_id,a,y", 300, |n| {
        format!("P{:03},{},{}", n * 17 % 90, n * 7 % 31, n % 2)
    });
    let by_patient = draft(folder.path(), &visits, "y").unwrap();
    let experiment = read(folder.path(), &by_patient);
    assert_eq!(experiment.spec().data.groups(), ["patient_id"]);
    let columns = experiment
        .load_data()
        .unwrap()
        .dataset
        .preprocessing
        .source_columns();
    assert!(columns.iter().all(|column| column.name != "patient_id"));
}

#[test]
fn a_target_that_determines_another_refines_it() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("a,b,species,class", 180, |n| {
        let species = n * 5 % 6;
        format!("{},{},s{species},c{}", n * 7 % 31, n * 11 % 29, species / 2)
    });
    fs::write(folder.path().join("a.csv"), text).unwrap();
    let draft = init(&asked(folder.path(), &["a.csv"], &["class,species"])).unwrap();
    let spec = read(folder.path(), &draft).spec().clone();
    assert_eq!(spec.tasks[1].name, "species");
    assert_eq!(spec.tasks[1].refined(), ["class"]);
    assert_eq!(spec.data.stratify_by.as_deref(), Some("species"));
}

#[test]
fn a_file_without_names_of_columns_is_described_by_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("3,red,1", 119, |n| {
        format!("{},{},{}", n * 7 % 31, ["red", "blue"][n % 2], n / 2 % 2)
    });
    let draft = draft(folder.path(), &text, "3").unwrap();
    let spec = read(folder.path(), &draft).spec().clone();
    assert_eq!(spec.data.header, Some(false));
    assert_eq!(spec.tasks[0].name, "column_3");
    assert_eq!(draft.rows.iter().sum::<usize>(), 120);
}

#[test]
fn train_and_test_files_are_told_by_their_names() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |count| {
        csv("a,b,y", count, |n| {
            format!("{},{},{}", n * 7 % 31, n * 5 % 13, n % 2)
        })
    };
    fs::write(folder.path().join("x_train.csv"), rows(100)).unwrap();
    fs::write(folder.path().join("x_test.csv"), rows(30)).unwrap();
    let draft = init(&asked(
        folder.path(),
        &["x_test.csv", "x_train.csv"],
        &["y"],
    ))
    .unwrap();
    read(folder.path(), &draft);
    assert_eq!(draft.rows[0] + draft.rows[1], 100);
    assert_eq!(draft.rows[2], 30);
}

#[test]
fn a_column_that_names_parts_splits_the_rows() {
    let folder = tempfile::tempdir().unwrap();
    let rows = |values: [&'static str; 4]| {
        csv("a,b,fold,y", 120, move |n| {
            let part = values[(n * 7 % 12 / 3) % 4];
            format!("{},{},{part},{}", n * 7 % 31, n * 5 % 13, n % 2)
        })
    };
    let found = draft(folder.path(), &rows(["Train", "train", "dev", "test"]), "y").unwrap();
    assert_eq!(found.rows, [60, 30, 30]);
    assert!(
        found
            .text
            .contains("validation = { column = \"fold\", value = \"dev\" }\n"),
        "{}",
        found.text
    );
    let spec = read(folder.path(), &found).spec().clone();
    assert!(!spec.inputs[0].exclude.iter().any(|column| column == "fold"));
    assert!(
        found.text.contains("about 60 training rows"),
        "{}",
        found.text
    );

    let found = draft(
        folder.path(),
        &rows(["train", "train", "test", "testing"]),
        "y",
    )
    .unwrap();
    let spec = read(folder.path(), &found).spec().clone();
    assert_eq!(found.rows[2], 60);
    assert!((5..=13).contains(&found.rows[1]), "{:?}", found.rows);
    assert_eq!(spec.data.stratify_by.as_deref(), Some("y"));

    // Another word makes it a category like any other.
    let found = draft(folder.path(), &rows(["train", "train", "test", "bus"]), "y").unwrap();
    assert!(!found.text.contains("\ntest = { column"), "{}", found.text);
    assert!(found.undecided[0].contains("`fold` sounds as if"));
}

#[test]
fn zip_codes_dates_with_names_of_months_and_huge_numbers_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("zip,when,huge,b,y", 200, |n| {
        format!(
            "{:05},{:02}-{}-20{:02},{}e300,{},{}",
            n * 7 % 9 * 1500 + 2139,
            n % 28 + 1,
            ["Jan", "May", "Oct"][n % 3],
            n % 24,
            n * 7 % 31 + 1,
            n * 5 % 13,
            n % 2
        )
    });
    let found = draft(folder.path(), &text, "y").unwrap();
    let experiment = read(folder.path(), &found);
    let spec = experiment.spec();
    assert_eq!(spec.data.order_by.as_deref(), Some("when"));
    assert_eq!(spec.inputs[0].exclude, ["huge"]);
    assert!(
        found.text.contains("200 of its cells are beyond ±3.4e38"),
        "{}",
        found.text
    );
    let preprocessing = experiment.load_data().unwrap().dataset.preprocessing;
    let columns = preprocessing.source_columns();
    let of = |name: &str| columns.iter().find(|column| column.name == name).unwrap();
    assert_eq!(
        (of("zip").numbers.len(), of("zip").categories.len()),
        (0, 1)
    );
    // The day of the split has no number, its month and weekday have.
    assert_eq!(of("when").numbers.len(), 4);
}

#[test]
fn what_cannot_be_decided_is_said_instead_of_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("legs,type", 100, |n| format!("{},{}", n * 7 % 31, n % 7));
    let found = draft(folder.path(), &text, "type").unwrap();
    assert!(
        found.undecided.iter().any(|text| text.contains("ordinal")),
        "{:?}",
        found.undecided
    );

    let series = csv("month,spots", 300, |n| {
        format!("{}-{:02},{}", 1800 + n / 12, n % 12 + 1, n * 37 % 101)
    });
    let error = draft(folder.path(), &series, "spots").unwrap_err();
    assert!(matches!(error, InitError::NoInputs { .. }), "{error}");
    assert!(error.to_string().contains("lags"), "{error}");

    let error = init(&asked(folder.path(), &["a.csv"], &[])).unwrap_err();
    assert!(error.to_string().contains("--target spots"), "{error}");
    let error = init(&asked(folder.path(), &["a.csv"], &["spot"])).unwrap_err();
    assert!(
        error.to_string().contains("did you mean `spots`?"),
        "{error}"
    );
}

#[test]
fn a_handful_of_rows_is_trained_on_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let found = draft(folder.path(), "a,b,y\n0,0,0\n0,1,1\n1,0,1\n1,1,0\n", "y").unwrap();
    assert_eq!(found.rows, [4, 0, 0]);
    read(folder.path(), &found);
}

/// Ten public files; what becomes of each when it is trained stands in `docs/results.md`.
#[test]
fn public_files_become_experiments_that_load() {
    let Some(data) = std::env::var_os("SYNAPTREE_DATA") else {
        #[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
        {
            eprintln!("SKIPPED: SYNAPTREE_DATA is not set, no public file was read");
        }
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let of = |files: &[&str], targets: &[&str]| {
        let mut asked = asked(Path::new(&data), files, targets);
        asked.directory = folder.path().to_owned();
        init(&asked)
    };
    let adult = of(&["adult/adult-train.csv"], &["column_15", "column_6"]).unwrap();
    let spec = read(folder.path(), &adult).spec().clone();
    assert_eq!(spec.tasks[0].positive.as_deref(), Some(">50K"));
    assert_eq!(spec.data.stratify_by.as_deref(), Some("column_6"));
    // Husbands are married.
    assert!(
        adult
            .undecided
            .iter()
            .any(|text| text.contains("`Husband`")),
        "{:?}",
        adult.undecided
    );

    let zoo = of(&["zoo/zoo.data"], &["type"]).unwrap();
    let spec = read(folder.path(), &zoo).spec().clone();
    assert_eq!(spec.tasks[0].kind, Kind::Multiclass);

    let digits = of(&["mfeat/mfeat-kar.csv"], &["65"]).unwrap();
    assert_eq!(digits.rows.iter().sum::<usize>(), 2000);

    let region = of(
        &[
            "hmc/others/ImCLEF07A_Train.arff",
            "hmc/others/ImCLEF07A_Test.arff",
        ],
        &["class"],
    )
    .unwrap();
    let spec = read(folder.path(), &region).spec().clone();
    assert_eq!(spec.tasks[0].kind, Kind::Hierarchical);
    assert_eq!(region.rows[2], 1006);

    let assays = "NR-AR,NR-AR-LBD,NR-AhR,NR-Aromatase,NR-ER,NR-ER-LBD,NR-PPAR-gamma,SR-ARE,\
                  SR-ATAD5,SR-HSE,SR-MMP,SR-p53";
    let error = of(&["tox21/tox21.csv.gz"], &[assays]).unwrap_err();
    let InitError::NoInputs { reasons, .. } = &error else {
        panic!("{error}");
    };
    assert!(reasons.contains("`smiles`"), "{reasons}");
}

#[test]
fn rows_are_grouped_by_whom_they_are_about_and_not_by_a_word_that_hardly_recurs() {
    let folder = tempfile::tempdir().unwrap();
    let visits = csv("user_id,zip,a,y", 600, |n| {
        format!(
            "{},{},{},{}",
            n * 17 % 150 + 3000,
            10_000 + n * n * 7 % 1777,
            n * 7 % 31,
            n % 2
        )
    });
    let found = draft(folder.path(), &visits, "y").unwrap();
    let spec = read(folder.path(), &found).spec().clone();
    assert_eq!(spec.data.groups(), ["user_id"]);

    let hardly = csv("zip,a,y", 600, |n| {
        let zip = if n < 60 { n / 2 } else { n };
        format!("{},{},{}", 10_000 + zip * 7 % 6_001, n * 7 % 31, n % 2)
    });
    let found = draft(folder.path(), &hardly, "y").unwrap();
    let spec = read(folder.path(), &found).spec().clone();
    assert!(spec.data.groups().is_empty(), "{}", found.text);

    let dated = csv("day,user_id,a,y", 300, |n| {
        format!(
            "2024-{:02}-{:02},{},{},{}",
            n / 28 + 1,
            n % 28 + 1,
            n * 17 % 60,
            n * 7 % 31,
            n % 2
        )
    });
    let found = draft(folder.path(), &dated, "y").unwrap();
    let spec = read(folder.path(), &found).spec().clone();
    assert_eq!(spec.data.order_by.as_deref(), Some("day"));
    let told = found.undecided.join("\n");
    assert!(told.contains("write `split_by = \"user_id\"`"), "{told}");
    assert!(
        found.text.contains("split_by = \"user_id\""),
        "{}",
        found.text
    );
}
