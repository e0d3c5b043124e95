use synaptree_data::ReadOptions;

use super::{names, packed, read_as, texts};

fn defaults() -> ReadOptions {
    ReadOptions::default()
}

#[test]
fn a_header_names_the_columns_and_missing_spellings_are_null() {
    let table = read_as("a.csv", "name,legs\nwren,2\n?,\nNA,4\n", &defaults()).unwrap();
    assert_eq!(names(&table), ["name", "legs"]);
    assert_eq!(texts(&table, "name"), [Some("wren"), None, None]);
    assert_eq!(texts(&table, "legs"), [Some("2"), None, Some("4")]);
    assert!(table.declared.is_empty() && table.hierarchies.is_empty());
}

#[test]
fn missing_spellings_are_those_that_are_given() {
    let options = ReadOptions {
        missing: vec!["-".into()],
        ..defaults()
    };
    let table = read_as("a.csv", "a,b\n-,\n?,x\n", &options).unwrap();
    assert_eq!(texts(&table, "a"), [None, Some("?")]);
    assert_eq!(texts(&table, "b"), [Some(""), Some("x")]);
}

#[test]
fn names_stand_in_for_a_header_or_replace_it() {
    let named = Some(vec!["x".to_owned(), "y".to_owned()]);
    let bare = ReadOptions {
        header: false,
        names: named.clone(),
        ..defaults()
    };
    let table = read_as("a.csv", "1,2\n3,4\n", &bare).unwrap();
    assert_eq!(texts(&table, "x"), [Some("1"), Some("3")]);

    let replaced = ReadOptions {
        names: named,
        ..defaults()
    };
    let table = read_as("a.csv", "a,b\n1,2\n", &replaced).unwrap();
    assert_eq!(names(&table), ["x", "y"]);
    assert_eq!(table.num_rows(), 1);

    let unnamed = ReadOptions {
        header: false,
        ..defaults()
    };
    let table = read_as("a.csv", "1,2\n", &unnamed).unwrap();
    assert_eq!(names(&table), ["column_1", "column_2"]);
}

#[test]
fn a_column_without_a_name_gets_its_number() {
    let table = read_as("a.csv", ",age,\n1,40,x\n", &defaults()).unwrap();
    assert_eq!(names(&table), ["column_1", "age", "column_3"]);
}

#[test]
fn a_blank_after_each_separator_is_dropped_unless_trimming_is_off() {
    let content = "a, b ,\tc\n1, \"x, y\" ,z \n";
    let table = read_as("a.csv", content, &defaults()).unwrap();
    assert_eq!(names(&table), ["a", "b", "c"]);
    assert_eq!(texts(&table, "b"), [Some("x, y")]);
    assert_eq!(texts(&table, "c"), [Some("z")]);

    let untrimmed = ReadOptions {
        trim: false,
        ..defaults()
    };
    let table = read_as("a.csv", "a, b\n1, x \n", &untrimmed).unwrap();
    assert_eq!(texts(&table, " b"), [Some(" x ")]);
}

#[test]
fn quotes_keep_separators_line_ends_and_doubled_quotes() {
    let content = "a,b\n\"x, \"\"y\"\"\",\"line\r\nline\"\n\"\",5'8\"\n";
    let table = read_as("a.csv", content, &defaults()).unwrap();
    assert_eq!(texts(&table, "a"), [Some("x, \"y\""), None]);
    assert_eq!(texts(&table, "b"), [Some("line\r\nline"), Some("5'8\"")]);
    assert_eq!(table.origin(1).number, 4);

    let plain = ReadOptions {
        quote: None,
        ..defaults()
    };
    let table = read_as("a.csv", "a,b\n\"x,y\"\n", &plain).unwrap();
    assert_eq!(texts(&table, "a"), [Some("\"x")]);

    let single = ReadOptions {
        quote: Some('\''),
        ..defaults()
    };
    let table = read_as("a.csv", "a,b\n'x,''y','\"'\n", &single).unwrap();
    assert_eq!(texts(&table, "a"), [Some("x,'y")]);
    assert_eq!(texts(&table, "b"), [Some("\"")]);
}

#[test]
fn every_kind_of_line_end_gives_the_same_rows() {
    for end in ["\n", "\r\n", "\r"] {
        for last in ["", end] {
            let content = format!("a,b{end}1,2{end}{end}3,\"4{end}5\"{last}");
            let table = read_as("a.csv", &content, &defaults()).unwrap();
            assert_eq!(texts(&table, "a"), [Some("1"), Some("3")], "{content:?}");
            assert_eq!(texts(&table, "b")[1], Some(format!("4{end}5").as_str()));
            assert_eq!(table.origin(0).number, 2, "{content:?}");
            assert_eq!(table.origin(1).number, 4, "{content:?}");
        }
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_name() {
    let table = read_as("a.csv", "\u{FEFF}a;b\n1;2\n", &defaults()).unwrap();
    assert_eq!(names(&table), ["a", "b"]);
}

#[test]
fn the_separator_is_told_by_the_option_the_ending_or_the_first_line() {
    for (name, content) in [
        ("a.csv", "a,b\n1;2,3\n"),
        ("a.csv", "\"a\";\"b\"\n1;2,3\n"),
        ("a.tsv", "a\tb\n1;2,3\t\n"),
        ("a.txt", "a\tb\n1\t2\n"),
    ] {
        assert_eq!(
            names(&read_as(name, content, &defaults()).unwrap()),
            ["a", "b"],
            "{content}"
        );
    }
    let bar = ReadOptions {
        separator: Some('|'),
        ..defaults()
    };
    assert_eq!(
        names(&read_as("a.tsv", "a|b\n1|2\n", &bar).unwrap()),
        ["a", "b"]
    );
}

#[test]
fn a_suffix_is_stripped_from_the_values_that_have_it() {
    let options = ReadOptions {
        strip_suffix: Some(".".into()),
        ..defaults()
    };
    let table = read_as("a.csv", "a,income\n1, >50K.\n2, <=50K\n3, ?.\n", &options).unwrap();
    assert_eq!(texts(&table, "income"), [Some(">50K"), Some("<=50K"), None]);
}

#[test]
fn packed_files_in_several_members_are_read_through() {
    let mut content = packed("a,b\n1,2\n");
    content.extend(packed("3,4\n"));
    let table = read_as("a.CSV.gz", content, &defaults()).unwrap();
    assert_eq!(texts(&table, "b"), [Some("2"), Some("4")]);
}

#[test]
fn rows_across_the_borders_of_what_is_read_at_once_stay_whole() {
    let long = "é\n,\"\"".repeat(150_000);
    let content = format!("a,b\r\n{}\"{long}\",end\r\nx,y", "1,2\r\n".repeat(300_000));
    let table = read_as("a.csv", content, &defaults()).unwrap();
    assert_eq!(table.num_rows(), 300_002);
    assert_eq!(
        texts(&table, "a")[300_000],
        Some(long.replace("\"\"", "\"").as_str())
    );
    assert_eq!(table.origin(300_000).number, 300_002);
    assert_eq!(table.origin(300_001).number, 300_002 + 150_000 + 1);
}
