//! What the name of a column says about identity: that it names something, or whom a row is about.

use super::text::words;

/// Words for names of those whom or what a row is about.
const IDENTITY: [&str; 16] = [
    "id",
    "ids",
    "identifier",
    "uuid",
    "guid",
    "patient",
    "user",
    "customer",
    "client",
    "subject",
    "person",
    "account",
    "household",
    "session",
    "device",
    "smiles",
];

/// Words for names of things that many rows have in common without being about them, or that rows are called by.
const LABELS: [&str; 10] = [
    "key", "code", "zip", "postcode", "sku", "barcode", "isbn", "ssn", "serial", "name",
];

/// Words for people and groups, which a category may be about just as well as a name.
const PEOPLE: [&str; 6] = [
    "member",
    "employee",
    "student",
    "visitor",
    "family",
    "participant",
];

/// Words for places, which have many rows in common that are about different people and things.
const PLACES: [&str; 18] = [
    "zip",
    "zipcode",
    "postcode",
    "postal",
    "plz",
    "city",
    "town",
    "district",
    "county",
    "region",
    "province",
    "state",
    "country",
    "nation",
    "continent",
    "area",
    "fips",
    "nuts",
];

/// Whether a column is called like one that names something.
pub(super) fn names_something(column: &str) -> bool {
    has(column, &LABELS)
}

/// Whether a column is called like one that says whom or what a row is about.
pub(super) fn says_whom(column: &str) -> bool {
    has(column, &PEOPLE) && !is_place(column)
}

/// Whether a column is called like one that says where a row belongs, also where it is somebody's place: `customer_zip`.
pub(super) fn is_place(column: &str) -> bool {
    words(column)
        .iter()
        .any(|word| PLACES.contains(&word.as_str()))
}

fn has(column: &str, further: &[&str]) -> bool {
    words(column).iter().any(|word| {
        let word = word.as_str();
        IDENTITY.contains(&word) || further.contains(&word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_names_something_and_says_whom_and_other_words_do_one_of_them() {
        assert!(names_something("Clothing ID") && says_whom("clothingId"));
        assert!(names_something("zip_code") && !says_whom("zip_code"));
        assert!(says_whom("Student") && !names_something("Student"));
        assert!(!says_whom("identity") && !names_something("width"));
    }

    #[test]
    fn a_place_says_of_nobody_whom_a_row_is_about() {
        for place in [
            "zip_code",
            "customer_zip",
            "PostalCode",
            "area code",
            "Region ID",
        ] {
            assert!(is_place(place) && !says_whom(place), "{place}");
        }
        assert!(!is_place("customer_id") && !is_place("zipper"));
    }
}
