//! Categories one-hot, embedded or hashed, and lists of labels.

use synaptree_data::{CategoryEncoding, EncodingSpec, InputSpec, Preprocessing, Remarks};
use synaptree_tasks::Kind;

use super::Case;

/// Forty rows of nine towns.
fn towns() -> Case {
    let mut text = String::from("town,y\n");
    for row in 0..40 {
        text += &format!("town {},{}\n", row % 9, row % 2);
    }
    Case::new(&text, Kind::Binary, "y")
}

#[test]
fn hashed_categories_have_buckets_that_unseen_values_share() {
    let case = towns().input(InputSpec {
        encoding: EncodingSpec::All(CategoryEncoding::Hash),
        hash_buckets: 4096,
        ..InputSpec::default()
    });
    let dataset = case.load();
    let shape = dataset.preprocessing.table_shape();
    assert_eq!(
        (shape.categories[0].size, shape.categories[0].embedding),
        (4097, Some(64))
    );
    assert_eq!(
        dataset.preprocessing.summary(),
        "1 input column: 0 numbers, 1 category hashed (262208 weights), 64 values a row for the network"
    );
    // The buckets survive the way through JSON, and a value that is new has one of its own.
    let saved = serde_json::to_string(&dataset.preprocessing).unwrap();
    assert!(!saved.contains("town 3"), "{saved}");
    let preprocessing: Preprocessing = serde_json::from_str(&saved).unwrap();
    case.write("new.csv", "town\ntown 3\nred\n");
    let table = preprocessing.read(&case.path().join("new.csv")).unwrap();
    let features = preprocessing.apply(&table).unwrap();
    let codes = &features.categories;
    assert_eq!(codes[0], dataset.train.features.categories[3]);
    assert_eq!(codes[1], 3006);
    let mut remarks = Remarks::new(&preprocessing);
    remarks.look(&preprocessing, &table, &features);
    assert!(remarks.of("the rows").is_empty());
}

#[test]
fn the_encoding_follows_the_number_of_values_and_may_be_named_by_column() {
    let shape = |input: InputSpec| towns().input(input).load().preprocessing.table_shape();
    let of =
        |shape: synaptree_nn::TableShape| (shape.categories[0].size, shape.categories[0].embedding);
    assert_eq!(of(shape(InputSpec::default())), (10, None));
    let embedded = InputSpec {
        one_hot_max: 9,
        ..InputSpec::default()
    };
    assert_eq!(of(shape(embedded.clone())), (10, Some(6)));
    let hashed = InputSpec {
        embedding_max: 9,
        hash_buckets: 5,
        ..embedded.clone()
    };
    assert_eq!(of(shape(hashed)), (6, Some(4)));
    let named = InputSpec {
        encoding: EncodingSpec::Columns([("town".to_owned(), CategoryEncoding::OneHot)].into()),
        ..embedded
    };
    assert_eq!(of(shape(named)), (10, None));
    let wrong = InputSpec {
        encoding: EncodingSpec::Columns([("towns".to_owned(), CategoryEncoding::Hash)].into()),
        ..InputSpec::default()
    };
    let error = towns().input(wrong).error();
    assert!(
        error.contains("`towns`") && error.contains("`town`"),
        "{error}"
    );
}

#[test]
fn only_the_most_frequent_labels_of_a_list_have_a_number() {
    let mut text = String::from("tags,y\n");
    for row in 0..60 {
        text += &format!("a|t{}|u{},{}\n", row % 3, row % 5, row % 2);
    }
    let dataset = Case::new(&text, Kind::Binary, "y")
        .input(InputSpec {
            labels_max: 3,
            ..InputSpec::default()
        })
        .load();
    assert_eq!(
        dataset.preprocessing.number_names(),
        ["tags=a", "tags=t0", "tags=t1"]
    );
}
