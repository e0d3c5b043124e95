//! Columns of dates.

use synaptree_tasks::Kind;

use super::Case;

#[test]
fn dates_become_days_and_turns_of_the_year_and_week() {
    let mut text = String::from("day,place,y\n");
    for row in 0..30 {
        let place = ["a", "b", "c"][row % 3];
        let day = if row == 7 {
            String::new()
        } else {
            format!("2024-01-{:02}", row + 1)
        };
        text += &format!("{day},{place},{}\n", row % 2);
    }
    let case = Case::new(&text, Kind::Binary, "y");
    let dataset = case.load();
    let names = dataset.preprocessing.number_names();
    assert_eq!(
        names,
        [
            "day (days)",
            "day (month sine)",
            "day (month cosine)",
            "day (weekday sine)",
            "day (weekday cosine)",
            "day is missing"
        ]
    );
    let rows: Vec<&[f32]> = dataset.train.features.numbers.chunks(names.len()).collect();
    // The first of January 2024 is a Monday; a week later only the days have changed.
    assert_eq!(rows[0][1..], [0.0, 1.0, 0.0, 1.0, 0.0]);
    assert_eq!(rows[14][1..], rows[0][1..]);
    assert!(rows[14][0] > rows[0][0]);
    // The gap has the mean of the days, no turn, and a mark.
    assert_eq!(rows[7], [0.0, 0.0, 0.0, 0.0, 0.0, 1.0]);

    // What was fitted is applied to dates that training did not see, after a way through JSON.
    let saved = serde_json::to_string(&dataset.preprocessing).unwrap();
    let preprocessing: synaptree_data::Preprocessing = serde_json::from_str(&saved).unwrap();
    case.write("new.csv", "day,place\n15.01.2024,a\n");
    let table = preprocessing.read(&case.path().join("new.csv")).unwrap();
    assert_eq!(preprocessing.apply(&table).unwrap().numbers, rows[14]);
    case.write("new.csv", "day,place\n01/15/2024,a\n");
    let table = preprocessing.read(&case.path().join("new.csv")).unwrap();
    let error = preprocessing.apply(&table).unwrap_err().to_string();
    assert!(
        error.ends_with(
            "new.csv, line 2: column `day` (an input) holds `01/15/2024`, expected a date such as \
             `2024-05-31`, `31.05.2024` or `2024-05-31 09:30`; correct the cell, or leave it empty if the \
             value is missing; a model that reads the column otherwise has to be trained"
        ),
        "{error}"
    );
}

#[test]
fn a_day_that_no_calendar_has_is_named_with_its_line() {
    let mut text = String::from("day,y\n");
    for row in 0..40 {
        text += &format!("2024-02-{:02},{}\n", row % 31 + 1, row % 2);
    }
    let error = Case::new(&text, Kind::Binary, "y").error();
    assert!(
        error.contains("line 31: column `day` (an input) holds `2024-02-30`, expected a date")
            && error.contains("and so does")
            && error.contains("line 32"),
        "{error}"
    );
}

#[test]
fn the_column_that_orders_the_rows_tells_only_the_turns() {
    let mut text = String::from("day,x,y\n");
    for row in 0..40 {
        text += &format!("2024-02-{:02},{},{}\n", row % 28 + 1, row * 7 % 11, row % 2);
    }
    let dataset = Case::new(&text, Kind::Binary, "y")
        .data(|data| {
            data.order_by = Some("day".into());
            data.test = Some(synaptree_data::PartSpec::Fraction(0.2));
        })
        .load();
    assert_eq!(dataset.preprocessing.number_names()[0], "day (month sine)");
    assert_eq!(dataset.preprocessing.number_names().len(), 5);
}
