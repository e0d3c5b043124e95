//! Files that are something else than their ending or the options say: no text, another separator, lines beside the
//! table.

use synaptree_data::{Encoding, ReadOptions};

use super::{Folder, names, packed, read_as, read_path, refusal, texts};

fn defaults() -> ReadOptions {
    ReadOptions::default()
}

#[test]
fn files_that_are_no_text_are_told_what_they_are() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    let latin = ReadOptions {
        encoding: Some(Encoding::Latin1),
        ..defaults()
    };
    for (name, options) in [
        ("a.csv", &defaults()),
        ("a.jsonl", &defaults()),
        ("a.arff", &latin),
    ] {
        assert_eq!(
            refusal(name, png, options),
            format!(
                "{name}: found a PNG picture, expected a table as text; this release reads tables; check that the right file \
                 is named"
            )
        );
    }
    assert_eq!(
        refusal("a.csv", packed("a\n1\n"), &defaults()),
        "a.csv: found a file packed with gzip, expected a table as text; give its name the ending `.gz` behind that of its format"
    );
    let wide: Vec<u8> = "a,b\n1,2\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let message = refusal("a.csv", &wide, &defaults());
    assert!(message.contains("`--encoding utf-16le`"), "{message}");
    let utf16 = ReadOptions {
        encoding: Some(Encoding::Utf16),
        ..defaults()
    };
    let folder = Folder::new();
    let table = read_path(&folder.file("a.csv", &wide), &utf16).unwrap();
    assert_eq!(table.text("b").unwrap().value(0), "2");
}

#[test]
fn a_separator_that_divides_nothing_is_told_the_one_that_does() {
    let comma = ReadOptions {
        separator: Some(','),
        ..defaults()
    };
    assert_eq!(
        refusal("a.csv", "name;age\nAnn;31\nBob;40\n", &comma),
        "a.csv, line 1: the cells are divided at \",\", as `separator` says, which leaves one column; \";\" divides it \
         into 2; set `separator = \";\"` under `[data]`, or give `--separator \";\"` to `init` and `describe`"
    );
    let message = refusal("a.csv", "name;age\nAnn;3,1\nBob;4,0\n", &comma);
    assert!(message.contains("`separator = \";\"`"), "{message}");
    let message = refusal("a.tsv", "a|b\n1|2\n", &defaults());
    assert!(
        message.contains("\"\\t\", as the ending of the file says"),
        "{message}"
    );
    let message = refusal("a.csv", "name\tage\nAnn\t31\n", &comma);
    assert!(message.contains("`separator = \"\\t\"`"), "{message}");
    // One column may hold whatever does not divide all rows alike.
    let folder = Folder::new();
    let path = folder.file("a.csv", "text\none; two\nthree\n");
    assert_eq!(read_path(&path, &comma).unwrap().num_rows(), 2);
    let path = folder.file("b.csv", "x;y\n;\n");
    assert_eq!(read_path(&path, &comma).unwrap().num_rows(), 1);
}

#[test]
fn lines_above_the_header_are_told_and_passed_over() {
    let text =
        "Animals, as of May\n\nname;legs;\"size\nin cm\"\nwren;2;9,5\nnewt;4;11\ncrab;10;3\n";
    assert_eq!(
        refusal("a.csv", text, &defaults()),
        "a.csv, line 1: found 2 values, but 3 in line 3 and in those below it; if lines 1 to 2 are no part of the table \
         and line 3 begins it, set `skip_rows = 2` under `[data]`, or give `--skip-rows 2` to `init` and `describe`"
    );
    let skipping = |skip_rows| ReadOptions {
        skip_rows,
        ..defaults()
    };
    let folder = Folder::new();
    let table = read_path(&folder.file("a.csv", text), &skipping(2)).unwrap();
    assert_eq!(table.text("size\nin cm").unwrap().value(0), "9,5");
    let place = table.origin(0).to_string();
    assert!(place.ends_with("a.csv, line 5"), "{place}");
    let message = refusal("a.csv", text, &skipping(20));
    assert!(
        message.starts_with("the reading option `skip_rows` is 20, more lines than"),
        "{message}"
    );
    let plain = text.replace(", as of May", "").replace("9,5", "9");
    let message = refusal("a.csv", plain, &defaults());
    assert!(message.contains("`skip_rows = 2`"), "{message}");
    let pairs = folder.file("b.csv", "pairs\na|b\nb|c\nc|d\nd|e\n");
    assert_eq!(read_path(&pairs, &defaults()).unwrap().num_rows(), 4);
    // Spreadsheets fill titles up.
    let message = refusal("a.csv", "Zoo;;\nMay;2024;\na;b;c\n1;;2\n", &defaults());
    assert!(message.contains("`skip_rows = 2`"), "{message}");
    let gaps = folder.file("c.csv", "a;;\n1;;2\n;;3\n");
    assert_eq!(read_path(&gaps, &defaults()).unwrap().num_rows(), 2);
    // The header of some programs does not name the column of row numbers.
    let message = refusal("a.csv", "x,y\n1,2,3\n2,3,4\n3,4,5\n", &defaults());
    assert!(message.contains("the header lacks the name"), "{message}");
}

#[test]
fn lines_of_a_name_and_a_value_above_the_header_are_told() {
    let rows = "id,age,income,y\n1,31,1200,a\n2,42,1300,b\n3,29,900,a\n";
    let titles = "Report,2023\nRegion,North\nAuthor,\"Lee, Ann\"\n\n";
    assert_eq!(
        refusal("a.csv", format!("{titles}{rows}"), &defaults()),
        "a.csv, line 1: found 2 values, but 4 in line 5 and in those below it; if lines 1 to 4 are no part of the table \
         and line 5 begins it, set `skip_rows = 4` under `[data]`, or give `--skip-rows 4` to `init` and `describe`"
    );
    // Spreadsheets fill them up.
    let padded = "Report,2023,,\nRegion,North,,\n,,,\n";
    let message = refusal("a.csv", format!("{padded}{rows}"), &defaults());
    assert!(message.contains("`skip_rows = 3`"), "{message}");
    let folder = Folder::new();
    for text in [
        "id,name,,\n1,Ann,2,3\n2,Bob,4,5\n",
        "id,name,,\na,Ann,b,c\nd,Bob,e,f\n",
        "a,b,c,d\n1,,,\n,2,,\nx,y,z,u\n1,2,3,4\n",
    ] {
        let path = folder.file("b.csv", text);
        assert!(read_path(&path, &defaults()).is_ok(), "{text}");
    }
}

#[test]
fn a_first_line_may_name_the_separator() {
    let folder = Folder::new();
    for (name, text) in [
        ("a.csv", "sep=;\na;b\n1,5;2\n"),
        ("b.tsv", "\"SEP=|\"\r\na|b\r\n1,5|2\r\n"),
    ] {
        let table = read_path(&folder.file(name, text), &defaults()).unwrap();
        assert_eq!(table.text("a").unwrap().value(0), "1,5", "{name}");
        assert!(table.origin(0).to_string().ends_with("line 3"), "{name}");
    }
}

#[test]
fn json_under_the_name_of_a_table_is_told() {
    for text in ["[\n  {\"a\": 1},\n", "{\"a\": 1}\n", "[{ \"a\" : 1}]"] {
        let message = refusal("a.csv", text, &defaults());
        assert!(
            message.starts_with("a.csv: found JSON, expected a table as text; give"),
            "{message}"
        );
    }
    let folder = Folder::new();
    let path = folder.file("a.csv", "{\"a\"},b\n1,2\n");
    assert_eq!(
        read_path(
            &path,
            &ReadOptions {
                quote: None,
                ..defaults()
            }
        )
        .unwrap()
        .num_rows(),
        1
    );
}

#[test]
fn a_header_between_rows_is_no_row() {
    assert_eq!(
        refusal(
            "a.csv",
            "name,legs\nwren,2\nname,leg\n \"name\" , legs\nnewt,4\n",
            &defaults()
        ),
        "a.csv, line 4: the line repeats the names of the columns; files with a header each were probably joined into \
         one: remove the line and others like it, or name the files one by one"
    );
    let folder = Folder::new();
    let rows = |text: &str| {
        read_path(&folder.file("b.csv", text), &defaults())
            .unwrap()
            .num_rows()
    };
    assert_eq!(rows("0,1\n0,1\n"), 1);
    assert_eq!(rows("name\nname\n"), 1);
}

#[test]
fn columns_that_are_aligned_and_pairs_of_separators_are_read() {
    for (text, separator) in [
        ("  a    b\t\"c d\"\n 1.5  2   x\n  10 20  \"e f\"\n", ' '),
        ("a||b||\"c d\"\n1.5||2||x\n10||20||e f\n", '|'),
    ] {
        for named in [None, Some(separator)] {
            let options = ReadOptions {
                separator: named,
                ..defaults()
            };
            let table = read_as("a.txt", text, &options).unwrap();
            assert_eq!(names(&table), ["a", "b", "c d"]);
            assert_eq!(texts(&table, "c d"), [Some("x"), Some("e f")]);
            let written = format!("`separator = {:?}`", separator.to_string());
            assert_eq!(
                table.warnings.iter().any(|text| text.contains(&written)),
                named.is_none(),
                "{:?}",
                table.warnings
            );
        }
    }
    let message = refusal("a.tsv", "a    b  c\n1    2  3\n40  5  6\n", &defaults());
    assert!(message.contains("set `separator = \" \"`"), "{message}");
}

#[test]
fn what_the_eye_passes_over_is_told() {
    let message = refusal("a.csv", "a,b\n1,2,\n3,4,\n", &defaults());
    assert!(
        message.contains("write one at the end of the header too"),
        "{message}"
    );
    let message = refusal("a.csv", "| a | b |\n|---|:-:|\n| 1 | 2 |\n", &defaults());
    assert!(
        message.contains("a line of dashes below the header"),
        "{message}"
    );
    let message = refusal("a.csv", "0,0,1,yes\n1,0,1,no\n", &defaults());
    assert!(message.contains("set `header = false`"), "{message}");
    let message = refusal("a.csv", "<TABLE>\n<tr><td>1</td></tr>\n", &defaults());
    assert!(message.contains("a web page (HTML)"), "{message}");
    for text in ["a|b\n-|-\n--|--\n", "a,b\n---,---\n", "a\n---\n"] {
        assert!(read_as("a.csv", text, &defaults()).is_ok(), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    use std::process::Command;

    let folder = Folder::new();
    let path = folder.path("a.csv");
    assert!(
        Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    let message = read_path(&path, &defaults()).unwrap_err().to_string();
    assert!(
        message.contains("a pipe or a device and no file"),
        "{message}"
    );
}
