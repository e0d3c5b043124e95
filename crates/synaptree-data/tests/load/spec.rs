use synaptree_config::Diagnostics;
use synaptree_data::{DataSpec, Files, InputKind, InputSpec, PartSpec, Scaling, check_data};
use synaptree_tasks::{Kind, TaskSpec};

fn parse(text: &str) -> DataSpec {
    serde_json::from_str(text).unwrap()
}

fn mistakes(text: &str) -> Vec<(String, String)> {
    let mut diagnostics = Diagnostics::default();
    parse(text).check(&mut diagnostics);
    diagnostics
        .0
        .into_iter()
        .map(|mistake| (mistake.path, mistake.message))
        .collect()
}

fn paths(text: &str) -> Vec<String> {
    mistakes(text).into_iter().map(|(path, _)| path).collect()
}

#[test]
fn parts_are_written_in_four_ways() {
    let data = parse(
        r#"{"train": ["a.csv", {"file": "b.csv", "rename": {"G3": "grade"}}],
            "validation": 0.2, "test": {"column": "part", "value": ["x", "y"]}}"#,
    );
    let sources = data.train.sources();
    assert_eq!(
        (sources[0].file.as_str(), sources[1].rename["G3"].as_str()),
        ("a.csv", "grade")
    );
    assert_eq!(data.validation(), PartSpec::Fraction(0.2));
    assert!(matches!(data.test(), PartSpec::Column(part) if part.value.as_slice().len() == 2));
    let data = parse(r#"{"train": "a.csv", "test": "b*.csv"}"#);
    assert_eq!(data.test(), PartSpec::Files(Files::One("b*.csv".into())));
    assert_eq!(data.validation(), PartSpec::Off(false));
    assert_eq!(
        parse(r#"{"train": "a.csv"}"#).validation(),
        PartSpec::Fraction(0.15)
    );
    assert_eq!(
        parse(r#"{"train": "a.csv", "test": false}"#).test(),
        PartSpec::Off(false)
    );
}

#[test]
fn what_is_written_comes_back() {
    let text = r#"{"train":"a.csv","validation":false,"test":0.25,"split_seed":3,"split_by":"g","id":["n"],"columns":["n","g","x"],"header":false,"skip_rows":3,"separator":";","quote":false,"trim":false,"missing":["-"],"usual_missing":false,"strip_suffix":".","streaming":true,"shuffle_buffer":5,"fit_rows":6,"evaluate_rows":7,"types":{"x":"category"}}"#;
    let data = parse(text);
    assert_eq!(serde_json::to_string(&data).unwrap(), text);
    let reading = data.read_options();
    assert_eq!(
        (reading.header, reading.separator, reading.quote),
        (false, Some(';'), None)
    );
    assert_eq!(
        (reading.trim, reading.missing.as_slice()),
        (false, &["-".to_owned()][..])
    );
    assert_eq!(reading.strip_suffix.as_deref(), Some("."));
    assert_eq!(reading.skip_rows, 3);
    let added = parse(r#"{"train": "a.csv", "missing": ["-", "NA"]}"#);
    assert_eq!(added.read_options().missing, ["", "?", "NA", "-"]);
    assert_eq!(
        serde_json::from_str::<DataSpec>(r#"{"train":"a.csv","tset":1}"#).ok(),
        None
    );
}

#[test]
fn the_defaults_are_checked_without_complaint() {
    assert_eq!(mistakes(r#"{"train": "a.csv"}"#), []);
    assert_eq!(
        across(&DataSpec::new("a.csv"), &[InputSpec::default()], &[]),
        Vec::<String>::new()
    );
}

#[test]
fn mistakes_are_found_before_any_file_is_read() {
    assert_eq!(paths(r#"{"train": []}"#), ["data.train"]);
    assert_eq!(paths(r#"{"train": "a", "test": true}"#), ["data.test"]);
    assert_eq!(paths(r#"{"train": "a", "test": []}"#), ["data.test"]);
    assert_eq!(
        paths(r#"{"train": "a", "test": 0.5, "validation": 0.5}"#),
        ["data.test"]
    );
    assert_eq!(
        paths(r#"{"train": "a", "calibration": 0.8}"#),
        ["data.calibration"]
    );
    assert_eq!(
        paths(r#"{"train": "a", "test": {"column": "c", "value": []}}"#),
        ["data.test"]
    );
    assert_eq!(
        paths(r#"{"train": "a", "split_by": "g", "stratify_by": "s", "order_by": "t"}"#),
        ["data.stratify_by", "data.order_by"]
    );
    assert_eq!(
        mistakes(r#"{"train": "a", "test": "b", "stratify_by": "s"}"#)[0].1,
        "`stratify_by` does nothing: no part is a fraction of `train`"
    );
    assert_eq!(
        paths(r#"{"train": "a", "separator": "ab"}"#),
        ["data.separator"]
    );
    assert_eq!(
        paths(r#"{"train": "a", "separator": "\n"}"#),
        ["data.separator"]
    );
    assert_eq!(paths(r#"{"train": "a", "quote": true}"#), ["data.quote"]);
    assert_eq!(
        paths(r#"{"train": "a", "quote": ";", "separator": ";"}"#),
        ["data.quote"]
    );
    assert_eq!(
        paths(r#"{"train": "a", "strip_suffix": ""}"#),
        ["data.strip_suffix"]
    );
    assert_eq!(paths(r#"{"train": "a", "columns": []}"#), ["data.columns"]);
    assert_eq!(
        paths(
            r#"{"train": "a", "validation": {"column": "c", "value": ["x", "y"]},
                "test": {"column": "c", "value": "y"}}"#
        ),
        ["data.test.value"]
    );
    assert_eq!(paths(r#"{"train": "a", "header": false}"#), ["data.header"]);
    assert_eq!(
        paths(r#"{"train": "a", "columns": ["x", "x"]}"#),
        ["data.columns[1]"]
    );
}

#[test]
fn every_mistake_has_a_code_of_its_section_and_says_what_to_do() {
    let data = parse(
        r#"{"train": [], "validation": true, "test": [], "calibration": 1.5, "split_by": "g",
            "stratify_by": "price", "order_by": "t", "separator": "ab", "quote": true,
            "strip_suffix": "", "header": false}"#,
    );
    let named = parse(r#"{"train": "a", "columns": ["x", "x"], "types": {"zz": "text"}}"#);
    let image = InputSpec {
        kind: InputKind::Image,
        columns: Some(vec!["price".into(), "x".into(), "x".into()]),
        exclude: vec!["x".into()],
        ..InputSpec::default()
    };
    let tasks = [TaskSpec::new("price", Kind::Regression)];
    let mut diagnostics = Diagnostics::default();
    for data in [&data, &named] {
        let inputs = [
            image.clone(),
            image.clone(),
            InputSpec::default(),
            InputSpec::default(),
        ];
        check_data(data, &inputs, &tasks, &mut diagnostics);
    }
    assert!(diagnostics.0.len() > 20);
    for mistake in &diagnostics {
        let section = mistake.path.split(['.', '[']).next().unwrap();
        let (prefix, name) = mistake.code.split_once('/').unwrap();
        assert!(
            prefix == section || mistake.code == "data/columns",
            "{mistake:?}"
        );
        assert!(
            name.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
        );
        assert!(mistake.help.is_some(), "{mistake:?}");
    }
}

fn across(data: &DataSpec, inputs: &[InputSpec], tasks: &[TaskSpec]) -> Vec<String> {
    let mut diagnostics = Diagnostics::default();
    check_data(data, inputs, tasks, &mut diagnostics);
    diagnostics
        .0
        .into_iter()
        .map(|mistake| mistake.path)
        .collect()
}

#[test]
fn an_identifying_column_cannot_have_the_name_of_an_answer() {
    let tasks = [TaskSpec::new("income", Kind::Binary)];
    let ids = |id: &str| {
        let data = parse(&format!(r#"{{"train": "a.csv", "id": {id}}}"#));
        across(&data, &[], &tasks)
    };
    assert_eq!(ids(r#""income""#), ["data.id"]);
    assert_eq!(ids(r#"["key", "income.std"]"#), ["data.id[1]"]);
    assert!(ids(r#"["key", "incomes", "in.come"]"#).is_empty());
}

#[test]
fn columns_are_looked_up_without_a_file_where_they_are_named() {
    let data = parse(
        r#"{"train": "a.csv", "columns": ["age", "income", "key"], "id": ["key", "kye"],
            "stratify_by": "incom", "types": {"aga": "number"},
            "test": {"column": "part", "value": "x"}}"#,
    );
    let input = InputSpec {
        columns: Some(["age", "aeg", "income", "key"].map(str::to_owned).to_vec()),
        ..InputSpec::default()
    };
    let tasks = [
        TaskSpec::new("income", Kind::Binary),
        TaskSpec::new("incme", Kind::Binary),
    ];
    assert_eq!(
        across(&data, &[input], &tasks),
        [
            "inputs[0].columns[2]",
            "inputs[0].columns[3]",
            "data.id[1]",
            "data.stratify_by",
            "data.types.\"aga\"",
            "data.test.column",
            "inputs[0].columns[1]",
            "tasks[1].name"
        ]
    );
}

#[test]
fn strata_are_classes() {
    let data = parse(r#"{"train": "a.csv", "stratify_by": "price"}"#);
    let tasks = |kind| [TaskSpec::new("price", kind)];
    assert_eq!(
        across(&data, &[], &tasks(Kind::Regression)),
        ["data.stratify_by"]
    );
    assert_eq!(
        across(&data, &[], &tasks(Kind::Ordinal)),
        Vec::<String>::new()
    );
}

#[test]
fn mistakes_across_inputs_are_found() {
    let found = |inputs: &[InputSpec]| across(&DataSpec::new("a.csv"), inputs, &[]);
    let named = |name: &str, columns: &[&str]| InputSpec {
        name: name.into(),
        columns: Some(columns.iter().map(|column| (*column).to_owned()).collect()),
        ..InputSpec::default()
    };
    let image = InputSpec {
        kind: InputKind::Image,
        ..InputSpec::default()
    };
    assert_eq!(found(&[image]), ["inputs[0].kind"]);
    assert_eq!(
        found(&[named("a", &["x"]), named("a", &["y"])]),
        ["inputs[1].name"]
    );
    assert_eq!(
        found(&[named("a", &["x"]), named("b", &["y", "x"])]),
        ["inputs[1].columns[1]"]
    );
    let rest = |name: &str| InputSpec {
        name: name.into(),
        ..InputSpec::default()
    };
    assert_eq!(found(&[rest("a"), rest("b")]), ["inputs[1]"]);
    let both = InputSpec {
        exclude: vec!["y".into()],
        ..named("a", &["x"])
    };
    assert_eq!(found(&[both]), ["inputs[0].exclude"]);
}

#[test]
fn scaling_is_a_word_or_a_table() {
    let word: InputSpec = serde_json::from_str(r#"{"scaling": "quantile"}"#).unwrap();
    assert_eq!(word.scaling.of("x"), Scaling::Quantile);
    let table: InputSpec = serde_json::from_str(r#"{"scaling": {"x": "none"}}"#).unwrap();
    assert_eq!(
        (table.scaling.of("x"), table.scaling.of("y")),
        (Scaling::None, Scaling::Standard)
    );
}
