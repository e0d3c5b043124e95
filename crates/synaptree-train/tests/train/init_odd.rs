//! Experiments that were written from a look at files that are odd in some way.

use std::fs;

use synaptree_data::ColumnType;
use synaptree_tasks::Kind;
use synaptree_train::{Experiment, InitError, init};

use crate::init::{asked, csv, draft, read};

#[test]
fn rows_that_stand_twice_take_no_column_from_the_inputs_and_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("size,weight,y", 300, |n| {
        let n = n % 150;
        let is_large = (n * 37 % 150 > 75) != n.is_multiple_of(7);
        format!(
            "{}.5,{}.25,{}",
            n * 37 % 150,
            n * 71 % 149,
            u8::from(is_large)
        )
    });
    let draft = draft(folder.path(), &text, "y").unwrap();
    let experiment = read(folder.path(), &draft);
    assert_eq!(
        experiment.spec().inputs[0].exclude,
        Vec::<String>::new(),
        "{}",
        draft.text
    );
    assert_eq!(draft.given_away, Vec::<String>::new());
    assert!(
        draft
            .undecided
            .iter()
            .any(|text| text.starts_with("150 of 300 rows repeat another one")),
        "{:?}",
        draft.undecided
    );
}

#[test]
fn dates_that_are_written_as_numbers_are_read_and_split_by() {
    let folder = tempfile::tempdir().unwrap();
    let day = |n: usize| {
        format!(
            "{}{:02}{:02}",
            2020 + n / 100,
            n / 9 % 11 + 1,
            n * 7 % 28 + 1
        )
    };
    let second = |n: usize| (1_577_836_800 + n * 98_765).to_string();
    let of = |name: &str, value: &dyn Fn(usize) -> String| {
        let text = csv(&format!("{name},a,y"), 300, |n| {
            format!("{},{},{}", value(n), n * 7 % 31, n * n % 5 % 2)
        });
        draft(folder.path(), &text, "y").unwrap()
    };
    for (name, value, what) in [
        (
            "day",
            &day as &dyn Fn(usize) -> String,
            "are year, month and day in one number",
        ),
        ("created_at", &second, "are seconds since 1970"),
        (
            "timestamp",
            &|n| second(n) + "000",
            "are milliseconds since 1970",
        ),
    ] {
        let draft = of(name, value);
        let experiment = read(folder.path(), &draft);
        let data = &experiment.spec().data;
        assert_eq!(data.order_by.as_deref(), Some(name), "{}", draft.text);
        assert_eq!(
            data.types.get(name),
            Some(&ColumnType::Date),
            "{}",
            draft.text
        );
        assert!(draft.text.contains(what), "{}", draft.text);
        let loaded = experiment.load_data().unwrap();
        let names = loaded.dataset.preprocessing.number_names();
        assert!(names.contains(&format!("{name} (month sine)")), "{names:?}");
    }
    // A number that nothing says to be a time stays one.
    let amount = of("amount", &second);
    assert!(!amount.text.contains("order_by") && !amount.text.contains("types"));
}

#[test]
fn months_of_years_are_dates_whatever_stands_between_them() {
    let folder = tempfile::tempdir().unwrap();
    for between in ["/", "-"] {
        let text = csv("month,a,y", 240, |n| {
            format!(
                "{}{between}{:02},{},{}",
                2000 + n / 12,
                n % 12 + 1,
                n * 7 % 31,
                n * n % 5 % 2
            )
        });
        let draft = draft(folder.path(), &text, "y").unwrap();
        let experiment = read(folder.path(), &draft);
        assert_eq!(experiment.spec().data.order_by.as_deref(), Some("month"));
        assert!(
            experiment.spec().inputs[0].exclude.is_empty(),
            "{}",
            draft.text
        );
    }
}

#[test]
fn where_the_only_column_gives_the_answer_away_the_advice_is_an_experiment_that_loads() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("skin,no,kind", 90, |n| {
        let animals = ["fur,1,mammal", "feathers,1,bird", "scales,1,reptile"];
        animals[n * n % 7 % 3].to_owned()
    });
    let error = draft(folder.path(), &text, "kind").unwrap_err();
    let InitError::NoInputs { reasons, help, .. } = &error else {
        panic!("{error}");
    };
    assert!(reasons.contains("`skin`: it gives `kind` away"), "{error}");
    assert!(!error.to_string().contains("exclude"), "{error}");
    let (_, lines) = help.split_once(":\n").unwrap();
    let path = folder.path().join("experiment.toml");
    fs::write(&path, lines).unwrap();
    let loaded = Experiment::read(&path).unwrap().load_data().unwrap();
    assert!(loaded.dataset.train.len() > 50);
}

#[test]
fn a_postal_code_keeps_no_rows_together() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["zip_code", "customer_zip", "region_id"] {
        let text = csv(&format!("{name},a,y"), 400, |n| {
            format!(
                "{},{},{}",
                10_115 + n * 7 % 60 * 13,
                n * 31 % 29,
                n * n % 5 % 2
            )
        });
        let draft = draft(folder.path(), &text, "y").unwrap();
        assert!(!draft.text.contains("split_by"), "{}", draft.text);
        assert!(
            draft.undecided.iter().all(|text| !text.contains("whom")),
            "{:?}",
            draft.undecided
        );
    }
}

#[test]
fn labels_with_commas_between_them_are_the_labels_of_one_task() {
    let folder = tempfile::tempdir().unwrap();
    let text = csv("a,b,colours", 200, |n| {
        let cells = [
            "red",
            "blue",
            "\"red, blue\"",
            "green",
            "\"blue, green\"",
            "\"blue, green, red\"",
        ];
        format!("{},{},{}", n * 7 % 31, n * n % 13, cells[n * n % 11 % 6])
    });
    let draft = draft(folder.path(), &text, "colours").unwrap();
    let experiment = read(folder.path(), &draft);
    assert_eq!(experiment.spec().tasks[0].kind, Kind::Multilabel);
    let loaded = experiment.load_data().unwrap();
    let vocabulary = &loaded.dataset.vocabularies[0];
    assert_eq!(vocabulary.len(), 3, "{vocabulary:?}");
}

#[test]
fn files_that_answer_one_question_in_two_spellings_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, answers: [&str; 2]| {
        let text = csv("a,b,y", 80, |n| {
            format!("{},{},{}", n * 7 % 31, n * n % 13, answers[n * n % 5 % 2])
        });
        fs::write(folder.path().join(name), text).unwrap();
    };
    file("a.csv", ["no", "yes"]);
    file("b.csv", ["false", "true"]);
    let draft = init(&asked(folder.path(), &["a.csv", "b.csv"], &["y"])).unwrap();
    let told = draft
        .undecided
        .iter()
        .find(|text| text.contains("several spellings"));
    assert!(
        told.is_some_and(|text| text.contains("`yes`") && text.contains("`true`")),
        "{:?}",
        draft.undecided
    );
}

#[test]
fn codes_that_lost_their_zeros_in_one_file_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let codes = csv("code,a,y", 80, |n| {
        format!("{:03},{},{}", n % 9 + 1, n * 7 % 31, n * n % 5 % 2)
    });
    fs::write(folder.path().join("a.csv"), codes).unwrap();
    let objects: String = (0..80)
        .map(|n| {
            format!(
                "{{\"code\":{},\"a\":{},\"y\":{}}}\n",
                n % 9 + 1,
                n * 5 % 29,
                n * n % 5 % 2
            )
        })
        .collect();
    fs::write(folder.path().join("b.jsonl"), objects).unwrap();
    let draft = init(&asked(folder.path(), &["a.csv", "b.jsonl"], &["y"])).unwrap();
    let told = draft.undecided.iter().find(|text| text.contains("zeros"));
    assert!(
        told.is_some_and(|text| text.contains("`001` and `1`")),
        "{:?}",
        draft.undecided
    );
    // A number with zeros in front measures as well as one without.
    let text = csv("length,a,y", 80, |n| {
        let length = n * n % 17;
        let length = if n.is_multiple_of(2) {
            format!("{length:03}")
        } else {
            length.to_string()
        };
        format!("{length},{},{}", n * 7 % 31, n * n % 5 % 2)
    });
    let lengths = crate::init::draft(folder.path(), &text, "y").unwrap();
    assert!(
        lengths.undecided.iter().all(|text| !text.contains("zeros")),
        "{:?}",
        lengths.undecided
    );
}
