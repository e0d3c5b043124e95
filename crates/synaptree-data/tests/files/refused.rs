use synaptree_data::{ReadOptions, Source, read_files};

use super::{Folder, packed, read_path, refusal, without};

fn defaults() -> ReadOptions {
    ReadOptions::default()
}

#[test]
fn files_that_are_not_there_are_named() {
    let folder = Folder::new();
    let refused = |name: &str| {
        without(
            &folder,
            &read_path(&folder.path(name), &defaults()).unwrap_err(),
        )
    };
    assert_eq!(
        refused("none.csv"),
        "none.csv: there is no such file; check the spelling and the folder (relative paths start \
         at the experiment file that names them, and on the command line at the current folder)"
    );
    std::fs::create_dir(folder.path("parts")).unwrap();
    assert_eq!(
        refused("parts"),
        "parts: this is a folder, a file was expected; name its files with a glob such as \
         `parts/*.csv`"
    );
    assert_eq!(
        refused("*.csv"),
        "`*.csv` matches no file; check the folder and the ending"
    );
    assert!(refused("[z.csv").starts_with("`[z.csv` is not a usable glob"));
    let none = read_files(&[], &defaults()).unwrap_err().to_string();
    assert!(none.starts_with("no data file is named"), "{none}");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let path = folder.file("secret.csv", "a\n1\n");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // The superuser may read everything.
    if std::fs::File::open(&path).is_ok() {
        return;
    }
    let error = read_path(&path, &defaults()).unwrap_err();
    assert_eq!(
        without(&folder, &error),
        "secret.csv: the file cannot be read (Permission denied (os error 13)); check its \
         permissions and the disk"
    );
}

#[test]
fn unknown_endings_are_told_the_known_ones() {
    assert_eq!(
        refusal("a.xlsx", "x", &defaults()),
        "a.xlsx: nothing reads files that end in `.xlsx`, open it and save its table as CSV; known endings are .csv, \
         .tsv, .txt, .data, .test (read as CSV), .arff, .jsonl, .ndjson, each also with .gz or .zst, and .parquet, \
         .arrow, .feather, .ipc"
    );
    for (name, advice) in [
        ("a.dat", "give its name the ending `.csv`; known"),
        ("a", "give it the ending `.csv`; known"),
        ("a.zip", "unpack it first; known"),
        (
            "a.json",
            "`jq -c '.[]' FILE > NEW.jsonl` divides a list of objects; known",
        ),
    ] {
        let message = refusal(name, "x", &defaults());
        assert!(message.contains(advice), "{message}");
    }
}

#[test]
fn empty_files_are_refused() {
    for (name, content) in [
        ("a.csv", ""),
        ("a.csv", "\u{FEFF}\n\n"),
        ("a.arff", ""),
        ("a.parquet", ""),
    ] {
        let message = refusal(name, content, &defaults());
        assert_eq!(
            message,
            format!("{name}: the file is empty; expected a header line and rows")
        );
    }
    let message = refusal("a.csv.gz", packed(""), &defaults());
    assert!(
        message.starts_with("a.csv.gz: the file is empty"),
        "{message}"
    );
}

#[test]
fn a_header_alone_is_refused() {
    assert_eq!(
        refusal("a.csv", "a,b\n", &defaults()),
        "a.csv: the file has a header (2 columns) and no row; if its first line is a row, set \
         `header = false`"
    );
    assert_eq!(
        refusal("a.arff", "@attribute a real\n@data\n", &defaults()),
        "a.arff: the file has a header (1 column) and no row; expected rows behind `@data`"
    );
}

#[test]
fn ragged_rows_are_placed() {
    assert_eq!(
        refusal("a.csv", "a,b\n\n1,\"2\n\"\n3\n", &defaults()),
        "a.csv, line 5: found 1 value, expected 2; a value is missing, a line end stands inside a value that is \
         not quoted, or the line is no row: remove what stands below the table, such as a total or a source"
    );
    assert_eq!(
        refusal("a.csv", "a,b\r1,2,3", &defaults()),
        "a.csv, line 2: found 3 values, expected 2; a value holds the separator and is not \
         quoted, or the header lacks the name of a column"
    );
    assert_eq!(
        refusal("a.csv", "a,b\r1,2,3,4", &defaults()),
        "a.csv, line 2: found 4 values, expected 2; a value holds the separator and is not \
         quoted, or the separator is another one"
    );
    assert_eq!(
        refusal("a.arff", "@attribute a real\n@data\n1\n1,2\n", &defaults()),
        "a.arff, line 4: found 2 values, expected 1; each row needs one value an attribute, and \
         `?` where it is missing"
    );
}

#[test]
fn names_that_do_not_fit_are_refused() {
    assert_eq!(
        refusal("a.csv", "a,b,a\n1,2,3\n", &defaults()),
        "a.csv, line 1: columns 1 and 3 are both named `a`; column names must differ, rename one \
         of them"
    );
    let named = ReadOptions {
        header: false,
        names: Some(vec!["x".into()]),
        ..defaults()
    };
    assert_eq!(
        refusal("a.csv", "1,2\n", &named),
        "a.csv, line 1: the row has 2 values, but 1 column name is given; give one name a column, or set `separator` \
         if the cells are divided at another character"
    );
    let twice = Some(vec!["x".into(), "x".into()]);
    let named = ReadOptions {
        header: false,
        names: twice,
        ..defaults()
    };
    let message = refusal("a.csv", "1,2\n", &named);
    assert!(
        message.starts_with("a.csv: columns 1 and 2 are both named `x`"),
        "{message}"
    );
    let message = refusal(
        "a.arff",
        "@attribute x real\n@attribute x real\n@data\n1,2\n",
        &defaults(),
    );
    assert!(
        message.starts_with("a.arff, line 3: columns 1 and 2 are both named `x`"),
        "{message}"
    );
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    assert_eq!(
        refusal("a.csv", b"a,b\n1,2\n3,caf\xE9\n", &defaults()),
        "a.csv, line 3: byte 13 (0xE9) is not valid UTF-8; save the file as UTF-8; \
         data in Latin-1 or Windows-1252 is read with `encoding = \"latin-1\"` under `[data]`, and by `init` and \
         `describe` with `--encoding latin-1`"
    );
}

#[test]
fn broken_quotes_are_placed() {
    assert_eq!(
        refusal("a.csv", "a,b\n1,2\n3,\"4\n5,6\n", &defaults()),
        "a.csv, line 3: the quote `\"` opened in column 2 is never closed; close it, or switch \
         quoting off with `quote = false`"
    );
    assert_eq!(
        refusal("a.csv", "a,b\n\"x\"y,2\n", &defaults()),
        "a.csv, line 2: found `y` after the closing quote of column 1, expected the separator or \
         the end of the line; double a quote inside a quoted value, or switch quoting off with \
         `quote = false`"
    );
}

#[test]
fn broken_gzip_is_refused() {
    let whole = packed("a,b\n1,2\n".repeat(1000));
    let cut = &whole[..whole.len() / 2];
    assert_eq!(
        refusal("a.csv.gz", cut, &defaults()),
        "a.csv.gz: the gzip file is truncated; copy or download it again"
    );
    let message = refusal("a.arff.gz", "@attribute a real\n@data\n1\n", &defaults());
    assert_eq!(
        message,
        "a.arff.gz: this is not a valid gzip file (invalid gzip header); copy it again, or drop `.gz` from its name if \
         it is not packed"
    );
}

#[test]
fn malformed_arff_headers_are_placed() {
    for (header, expected) in [
        (
            "@attribute\n",
            "line 1: found an attribute without a name, expected `@attribute name type`",
        ),
        (
            "@attribute x\n",
            "line 1: found ``, expected numeric, real, integer, string, date",
        ),
        (
            "\n@attribute x float\n",
            "line 2: found `float`, expected numeric, real",
        ),
        (
            "@attribute 'x real\n",
            "line 1: found `'x real`, expected a closing quote",
        ),
        (
            "@attribute x {a,b\n",
            "line 1: found the end of the line, expected a comma or the",
        ),
        (
            "@attribute x {a,,b}\n",
            "line 1: found an empty nominal value, expected",
        ),
        (
            "@attribute x {}\n",
            "line 1: found an empty nominal value, expected",
        ),
        (
            "@attribute x {a,a}\n",
            "line 1: found `a`, expected each nominal value once",
        ),
        (
            "@attribute x real real\n",
            "line 1: found `real`, expected the end of the line",
        ),
        (
            "@attribute x hierarchical a,b//c\n",
            "line 1: found `b//c`, expected labels",
        ),
        (
            "@attribute x relational\n",
            "line 1: relational attributes are not supported yet",
        ),
        (
            "@data\n1\n",
            "line 1: found `@data` and no attribute, expected",
        ),
        (
            "@attribute x real\n1\n",
            "line 2: found `1`, expected `@relation`, `@attribute`",
        ),
        (
            "@attribute x real\n",
            "line 1: found the end of the file, expected `@data`",
        ),
    ] {
        let message = refusal("a.arff", header, &defaults());
        assert!(
            message.starts_with(&format!("a.arff, {expected}")),
            "{header:?}: {message}"
        );
    }
}

#[test]
fn malformed_arff_values_are_placed() {
    let header = "@attribute n real\n@attribute i integer\n@attribute c {red,green}\n\
                  @attribute h hierarchical a,a/b\n@data\n";
    for (row, expected) in [
        (
            "x,1,red,a",
            "attribute `n` holds `x`, expected a finite number; correct the value",
        ),
        (
            "inf,1,red,a",
            "attribute `n` holds `inf`, expected a finite number",
        ),
        (
            "1,1.5,red,a",
            "attribute `i` holds `1.5`, expected a whole number",
        ),
        (
            "1,1,gren,a",
            "attribute `c` holds `gren`, expected one of `red`, `green` (did you mean `green`?)",
        ),
        (
            "1,1,red,a@c",
            "attribute `h` holds `c`, expected labels of its hierarchy of 2, joined",
        ),
        (
            "1,1,'red,a",
            "found an open quote at value 3, expected a closing quote",
        ),
        (
            "1,1,'red'x,a",
            "found `x` behind the closing quote of value 3, expected a comma",
        ),
        (
            "{4 1}",
            "found `4` as the attribute of entry 1, of 4 attributes, expected the number",
        ),
        (
            "1,1,red,a,{5}",
            "instance weights (`{weight}` behind a row) are not supported yet",
        ),
    ] {
        let message = refusal("a.arff", format!("{header}{row}\n"), &defaults());
        let start = format!("a.arff, line 6: {expected}");
        assert!(message.starts_with(&start), "{row:?}: {message}");
    }
}

#[test]
fn unusable_options_are_refused_before_any_file() {
    let options = ReadOptions {
        separator: Some('→'),
        ..defaults()
    };
    let error = read_files(&[Source::from("none.csv")], &options)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "the reading option `separator` is '→', expected one ASCII character that is not a line end"
    );
}
