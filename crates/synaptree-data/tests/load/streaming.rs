//! Data read piece by piece are the data that would be held in memory.

use std::fmt::Write;

use synaptree_data::{ColumnPart, DataError, Dataset, Part, PartSpec, Split, Stream};
use synaptree_tasks::{Kind, Labels, TaskSpec};

use super::Case;

/// Animals with gaps and few masses.
fn animals(rows: usize) -> String {
    let mut text = String::from("legs,wing,colour,herd,mass,kind\n");
    for row in 0..rows {
        let wing = if row % 7 == 0 {
            "?".to_owned()
        } else {
            format!("{}.5", row * 31 % 83)
        };
        let colour = ["red", "green", "blue", "teal"][row * row % 4];
        let mass = if row % 400 == 399 {
            row.to_string()
        } else {
            String::new()
        };
        let kind = match row {
            row if row % 50 == 25 => "auk",
            row if row % 3 == 0 => "hen",
            row if row % 13 == 0 => "",
            _ => "owl",
        };
        writeln!(
            text,
            "{},{wing},{colour},h{},{mass},{kind}",
            row % 5,
            row % 97
        )
        .unwrap();
    }
    text
}

fn case(rows: usize) -> Case {
    let mut case = Case::new(&animals(rows), Kind::Multiclass, "kind");
    case.tasks.push(TaskSpec::new("mass", Kind::Regression));
    case.data.validation = Some(PartSpec::Fraction(0.2));
    case.data.test = Some(PartSpec::Fraction(0.1));
    case.data.id = Some("herd".into());
    case
}

fn streamed(case: &Case) -> Result<(Stream, Dataset), DataError> {
    let (mut stream, mut dataset) =
        Stream::open(&case.data, &case.inputs, &case.tasks, case.path())?;
    stream.encode::<DataError>(&mut dataset, &mut |_| Ok(()))?;
    Ok((stream, dataset))
}

fn assert_same(one: &Split, other: &Split) {
    assert_eq!(one.rows, other.rows);
    assert_eq!(one.features, other.features);
    assert_eq!(one.row_weight, other.row_weight);
    assert_eq!(one.labels.len(), other.labels.len());
    for (one, other) in one.labels.iter().zip(&other.labels) {
        // A gap among numbers is NaN, which equals nothing.
        assert_eq!(format!("{one:?}"), format!("{other:?}"));
    }
}

/// The training rows of a stream, one after the other.
fn train(stream: &Stream) -> Vec<Split> {
    stream.train().unwrap().collect::<Result<_, _>>().unwrap()
}

#[test]
fn training_rows_stay_where_the_shuffle_buffer_has_room_for_all_with_a_label() {
    // More rows than one piece has; some have no label.
    let mut case = case(20_000);
    let (stream, _) = streamed(&case).unwrap();
    let labelled = stream.labelled();
    assert!(labelled < stream.rows(Part::Train), "some have no label");
    let resident = stream.resident().expect("there is room");
    let mut order = Vec::new();
    for piece in train(&stream) {
        let has_label = |&row: &u32| {
            let mut labels = piece.labels.iter();
            labels.any(|labels| labels.is_observed(row as usize))
        };
        let rows: Vec<u32> = (0..piece.rows.len() as u32).filter(has_label).collect();
        let piece = piece.select(&rows);
        let next: Vec<u32> = (order.len() as u32..).take(rows.len()).collect();
        let part = resident.select(&next);
        assert_eq!(part.features, piece.features);
        assert_eq!(part.rows, piece.rows);
        order.extend(piece.rows);
    }
    assert_eq!(resident.rows, order);
    assert_eq!(order.len(), labelled);

    case.data.shuffle_buffer = labelled;
    assert!(streamed(&case).unwrap().0.resident().is_some());
    case.data.shuffle_buffer = labelled - 1;
    assert!(streamed(&case).unwrap().0.resident().is_none());
}

#[test]
fn data_within_all_limits_are_those_held_in_memory() {
    // More rows than one piece has.
    let rows = 20_000;
    let groups = |case: &mut Case| case.data.split_by = Some("herd".into());
    let strata = |case: &mut Case| case.data.stratify_by = Some("kind".into());
    let named = |case: &mut Case| {
        case.data.test = Some(PartSpec::Column(ColumnPart {
            column: "legs".into(),
            value: "3".into(),
        }));
    };
    let ways: [&dyn Fn(&mut Case); 4] = [&|_| (), &groups, &strata, &named];
    for change in ways {
        let mut case = case(rows);
        change(&mut case);
        let whole = case.load();
        let (stream, dataset) = streamed(&case).unwrap();
        assert_eq!(dataset.preprocessing, whole.preprocessing);
        assert_eq!(dataset.fingerprints, whole.fingerprints);
        assert_same(&dataset.train, &whole.train);
        let validation = whole.validation.as_ref().unwrap();
        assert_same(dataset.validation.as_ref().unwrap(), validation);
        assert_eq!(dataset.validation.unwrap().ids, validation.ids);
        assert_same(dataset.test.as_ref().unwrap(), whole.test.as_ref().unwrap());
        let pieces = train(&stream);
        assert!(pieces.len() > 1);
        let read: Vec<u64> = pieces.iter().flat_map(|piece| piece.rows.clone()).collect();
        assert_eq!(read, whole.train.rows);
        for (task, labels) in whole.train.labels.iter().enumerate() {
            assert_eq!(stream.observed(Part::Train)[task], labels.observed());
            assert_eq!(stream.entries()[task], labels.entries());
        }
    }
}

#[test]
fn samples_are_as_large_as_asked_for_and_their_rows_those_of_the_whole() {
    let mut case = case(5000);
    let whole = case.load();
    case.data.fit_rows = 300;
    case.data.evaluate_rows = 150;
    let (stream, dataset) = streamed(&case).unwrap();
    assert_eq!(stream.rows(Part::Train), whole.train.len());
    assert_eq!(dataset.test.as_ref().unwrap().len(), 150);
    let all = whole.validation.as_ref().unwrap();
    assert_eq!(stream.rows(Part::Validation), all.len());
    assert_eq!(
        stream.observed(Part::Validation)[0],
        all.labels[0].observed()
    );
    let kept = dataset.validation.as_ref().unwrap();
    assert_eq!(kept.len(), 150);
    let positions: Vec<u32> = kept
        .rows
        .iter()
        .map(|row| all.rows.binary_search(row).unwrap() as u32)
        .collect();
    let same = all.select(&positions);
    // Encoded by what 300 rows say, but the same labels.
    assert_eq!(format!("{:?}", same.labels), format!("{:?}", kept.labels));
    let told = dataset.warnings.join("\n");
    assert!(told.contains("fitted on 300 of 3"), "{told}");
    assert!(
        told.contains("the validation part rest on 150 of its"),
        "{told}"
    );
}

#[test]
fn a_class_of_one_row_outside_the_sample_is_not_lost() {
    let text = animals(5000);
    let mut lines: Vec<&str> = text.lines().collect();
    lines[1501] = "2,1.5,red,h1,,emu";
    let mut case = case(5);
    case.write("train.csv", &lines.join("\n"));
    // Whatever part row 1500 is drawn for, with this seed it is trained on.
    while !case
        .try_load()
        .is_ok_and(|data| data.train.rows.contains(&1500))
    {
        case.data.split_seed += 1;
    }
    case.data.fit_rows = 20;
    let (stream, dataset) = streamed(&case).unwrap();
    assert_eq!(
        dataset.vocabularies[0].names(),
        ["auk", "emu", "hen", "owl"]
    );
    assert!(dataset.train.len() < 300);
    let emus: usize = train(&stream)
        .iter()
        .map(|piece| match &piece.labels[0] {
            Labels::Classes(classes) => classes.iter().filter(|&&class| class == 1).count(),
            _ => unreachable!(),
        })
        .sum();
    assert_eq!(emus, 1);
}

#[test]
fn labels_too_rare_for_the_sample_are_still_found() {
    let mut case = case(40_000);
    case.data.fit_rows = 20;
    let whole = case.load();
    let (stream, dataset) = streamed(&case).unwrap();
    assert_eq!(
        stream.observed(Part::Train)[1],
        whole.train.labels[1].observed()
    );
    assert!(dataset.train.labels[1].observed() >= 50);
}

#[test]
fn parts_with_files_of_their_own_are_sampled_too() {
    let mut case = case(3000).test(&animals(900));
    case.data.validation = Some(PartSpec::Off(false));
    let whole = case.load();
    let (_, dataset) = streamed(&case).unwrap();
    assert_same(dataset.test.as_ref().unwrap(), whole.test.as_ref().unwrap());
    assert!(dataset.validation.is_none());
    case.data.evaluate_rows = 80;
    assert_eq!(streamed(&case).unwrap().1.test.unwrap().len(), 80);
}

#[test]
fn a_cell_that_does_not_fit_is_told_with_its_line_before_training() {
    let text = animals(5000);
    let mut lines: Vec<&str> = text.lines().collect();
    lines[4321] = "two,1.5,red,h1,,owl";
    let mut case = case(5);
    case.write("train.csv", &lines.join("\n"));
    case.data.fit_rows = 20;
    let error = streamed(&case).unwrap_err().to_string();
    assert!(error.contains("train.csv, line 4322"), "{error}");
    assert!(error.contains("`two`, expected a number"), "{error}");
}

#[test]
fn a_split_by_time_is_refused_with_what_to_do() {
    let mut case = case(100);
    case.data.order_by = Some("legs".into());
    let error = streamed(&case).unwrap_err().to_string();
    assert!(error.contains("needs all rows at once"), "{error}");
    assert!(error.contains("`streaming = false`"), "{error}");
}

#[test]
fn streamed_parts_are_remarked_on() {
    let mut text = String::from("colour,size,y\n");
    for row in 0..400 {
        writeln!(
            text,
            "{},{},{}",
            ["red", "blue"][row / 2 % 2],
            row * 7 % 331,
            row % 2
        )
        .unwrap();
    }
    // A new colour, a row that training has too, and an empty column of another distribution.
    let mut test = String::from("colour,size,y\n");
    for row in 0..60 {
        let colour = if row == 4 { "green" } else { "red" };
        let size = if row == 9 { 38 } else { 5000 + row };
        let (colour, label) = if row == 9 {
            ("red", 0)
        } else {
            (colour, row % 2)
        };
        writeln!(test, "{colour},{size},{label}").unwrap();
    }
    let case = Case::new(&text, Kind::Binary, "y").test(&test);
    let (_, dataset) = streamed(&case).unwrap();
    let said = dataset.warnings.join("\n");
    for part in [
        "column `colour`: 1 of the rows of the test part has a value that no training row has",
        "`green` (",
        "line 6)",
        "1 of 60 rows of the test part stands in another part too",
        "the test part is unlike the training rows in `size`",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}
