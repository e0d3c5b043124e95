//! What cannot be trained or continued is refused with a reason.

use std::fs;

use synaptree_train::{Experiment, TrainError, Trainer, recorded_data};

use crate::common::{changed, experiment, refusal, train, write_table};

#[test]
fn data_that_changed_since_the_run_began_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), "joint", "equal");
    let data = experiment.load_data().unwrap();
    let output = folder.path().join("run");
    train(&experiment, &data, &output);
    let table = folder.path().join("things.csv");
    let changed = fs::read_to_string(&table)
        .unwrap()
        .replacen("red", "blue", 1);
    fs::write(&table, changed).unwrap();
    let error = refusal(&output);
    assert!(matches!(error, TrainError::DataChanged { .. }), "{error}");
    let error = recorded_data(&output).unwrap_err();
    assert!(matches!(error, TrainError::DataChanged { .. }), "{error}");
}

#[test]
fn a_damaged_or_newer_checkpoint_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), "joint", "equal");
    let data = experiment.load_data().unwrap();
    let output = folder.path().join("run");
    train(&experiment, &data, &output);
    let path = output.join("checkpoints/last/checkpoint.safetensors");
    let whole = fs::read(&path).unwrap();

    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = refusal(&output).to_string();
    assert!(error.contains("damaged"), "{error}");

    let key = br#"\"format\":1"#;
    let at = whole
        .windows(key.len())
        .position(|bytes| bytes == key)
        .unwrap();
    let mut newer = whole.clone();
    newer[at + key.len() - 1] = b'9';
    fs::write(&path, newer).unwrap();
    let error = refusal(&output).to_string();
    assert!(error.contains("newer version"), "{error}");

    // The first buffer of an optimizer state becomes one that no optimizer has.
    let text = String::from_utf8_lossy(&whole);
    let at = text.find("\"optimizer/").unwrap();
    let at = at + text[at..].find("/0\"").unwrap() + 1;
    let mut misplaced = whole;
    misplaced[at] = b'9';
    fs::write(&path, misplaced).unwrap();
    let error = refusal(&output).to_string();
    assert!(error.contains("damaged"), "{error}");
}

#[test]
fn metrics_that_were_cut_off_are_refused_and_not_filled_with_zeros() {
    let folder = tempfile::tempdir().unwrap();
    let experiment = experiment(folder.path(), "joint", "equal");
    let output = folder.path().join("run");
    train(&experiment, &experiment.load_data().unwrap(), &output);
    let path = output.join("metrics.jsonl");
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = refusal(&output);
    assert!(matches!(error, TrainError::NotARun { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap().len(), whole.len() / 2);
}

#[test]
fn a_file_that_joined_the_data_since_the_run_began_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    experiment(folder.path(), "joint", "equal");
    let experiment = changed(folder.path(), &["data.train=\"thing*.csv\""]);
    let output = folder.path().join("run");
    train(&experiment, &experiment.load_data().unwrap(), &output);
    let mut other = fs::read_to_string(folder.path().join("things.csv")).unwrap();
    other.push_str("0.5,0.5,red,3,no,box\n");
    fs::write(folder.path().join("things2.csv"), other).unwrap();
    for error in [refusal(&output), recorded_data(&output).unwrap_err()] {
        assert!(
            matches!(error, TrainError::DataFiles { then: 1, now: 2 }),
            "{error}"
        );
    }
}

#[test]
fn a_loss_that_is_not_finite_stops_the_run_and_names_its_task() {
    let folder = tempfile::tempdir().unwrap();
    write_table(folder.path());
    let path = folder.path().join("hot.toml");
    fs::write(
        &path,
        r#"
        data = { train = "things.csv" }
        tasks = [{ name = "size", kind = "regression" }]
        network = { trunk = [16], activation = "linear" }
        training = { epochs = 50, optimizer = { kind = "sgd", learning_rate = 1e6 } }
        "#,
    )
    .unwrap();
    let experiment = Experiment::read(&path).unwrap();
    let data = experiment.load_data().unwrap();
    let output = folder.path().join("run");
    let error = Trainer::new()
        .output(&output)
        .run(&experiment, &data, |_| {})
        .unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, TrainError::NotFinite { .. }), "{text}");
    assert!(
        text.contains("size") || text.contains("gradient of"),
        "{text}"
    );
    assert!(text.contains("learning_rate"), "{text}");
}

#[test]
fn noise_on_embeddings_is_remarked_on_where_nothing_is_embedded() {
    let folder = tempfile::tempdir().unwrap();
    write_table(folder.path());
    let told = |input: &str| {
        let text = format!(
            "data = {{ train = \"things.csv\" }}\ntasks = [{{ name = \"round\", kind = \"binary\" }}]\n\
             synapses = {{ noise = \"gaussian\", embeddings = true }}\n{input}"
        );
        let path = folder.path().join("e.toml");
        fs::write(&path, text).unwrap();
        let data = Experiment::read(&path).unwrap().load_data().unwrap();
        data.dataset.warnings.concat()
    };
    assert!(told("").contains("`synapses.embeddings` has no effect"));
    assert!(!told("inputs = [{ encoding = \"embedding\" }]").contains("has no effect"));
}
