use synaptree_data::{DeclaredType, HierarchyDialect, ReadOptions};

use super::{names, numbers, packed, read_as, texts};

fn defaults() -> ReadOptions {
    ReadOptions::default()
}

const WEATHER: &str = "% a comment
@RELATION 'the weather'

@attribute 'air pressure' REAL % in hPa
@Attribute \"'x'\" Integer
@ATTRIBUTE outlook{sunny, 'partly cloudy',\"rain\" , NA}
@attribute note string
@attribute day date 'yyyy-MM-dd'
@DATA
% more comments
1013.25, 3, sunny, 'it\\'s, fine', 2024-01-02
?, 4, 'partly cloudy', ?, '2024-01-03'

 -1e3 ,?, NA ,'?',\"2024-01-04\"
";

#[test]
fn types_names_and_values_are_those_that_are_declared() {
    for content in [
        WEATHER.to_owned(),
        WEATHER.replace('\n', "\r\n"),
        WEATHER.replace('\n', "\r"),
    ] {
        let table = read_as("w.arff", &content, &defaults()).unwrap();
        assert_eq!(
            names(&table),
            ["air pressure", "'x'", "outlook", "note", "day"]
        );
        assert_eq!(
            numbers(&table, "air pressure"),
            [Some(1013.25), None, Some(-1000.0)]
        );
        assert_eq!(numbers(&table, "'x'"), [Some(3.0), Some(4.0), None]);
        // `NA` is a missing spelling, but here it is a declared value.
        assert_eq!(
            texts(&table, "outlook"),
            [Some("sunny"), Some("partly cloudy"), Some("NA")]
        );
        assert_eq!(texts(&table, "note"), [Some("it's, fine"), None, Some("?")]);
        assert_eq!(texts(&table, "day")[2], Some("2024-01-04"));
        assert_eq!(table.origin(2).number, 14);
        let values = ["sunny", "partly cloudy", "rain", "NA"]
            .map(String::from)
            .to_vec();
        assert_eq!(table.declared["outlook"], DeclaredType::Nominal(values));
        assert_eq!(table.declared["'x'"], DeclaredType::Integer);
        assert_eq!(
            table.declared["day"],
            DeclaredType::Date(Some("yyyy-MM-dd".into()))
        );
    }
}

#[test]
fn packed_arff_is_read() {
    let table = read_as("w.arff.gz", packed(WEATHER), &defaults()).unwrap();
    assert_eq!(table.num_rows(), 3);
}

#[test]
fn hierarchies_of_paths_keep_their_entries() {
    let content = "@attribute x numeric
@attribute class hierarchical 2,3,2/3,3/2/5
@data
1,2@2/3
2,3/2
3,?
";
    let table = read_as("h.arff", content, &defaults()).unwrap();
    let hierarchy = &table.hierarchies["class"];
    assert_eq!(hierarchy.dialect, HierarchyDialect::Paths);
    assert_eq!(hierarchy.entries, ["2", "3", "2/3", "3/2/5"]);
    assert_eq!(
        hierarchy.edges(),
        [("2", "2/3"), ("3", "3/2"), ("3/2", "3/2/5")]
    );
    assert_eq!(texts(&table, "class"), [Some("2@2/3"), Some("3/2"), None]);
    assert_eq!(table.declared["class"], DeclaredType::Hierarchical);
}

#[test]
fn hierarchies_of_edges_form_a_dag() {
    let content = "@attribute x numeric
@attribute class hierarchical root/a,root/b,a/c,b/c
@data
1,c
2,a@b
";
    let table = read_as("h.arff", content, &defaults()).unwrap();
    let hierarchy = &table.hierarchies["class"];
    assert_eq!(hierarchy.dialect, HierarchyDialect::Edges);
    assert_eq!(
        hierarchy.edges(),
        [("root", "a"), ("root", "b"), ("a", "c"), ("b", "c")]
    );
    assert_eq!(
        hierarchy.labels().into_iter().collect::<Vec<_>>(),
        ["a", "b", "c", "root"]
    );
}

#[test]
fn a_suffix_is_stripped_before_a_nominal_value_is_looked_up() {
    let content = "@attribute c {a,b}\n@data\na.\nb\n";
    let options = ReadOptions {
        strip_suffix: Some(".".into()),
        ..defaults()
    };
    let table = read_as("s.arff", content, &options).unwrap();
    assert_eq!(texts(&table, "c"), [Some("a"), Some("b")]);
}
