//! Which character stands between the cells of a CSV file, where nobody says so.

use super::record::{Dialect, widths};

/// What is tried, in order of preference.
pub(super) const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many records are looked at.
const LOOKED_AT: usize = 50;

/// A separator, and another one that would fit as well.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) separator: u8,
    pub(super) rival: Option<u8>,
}

/// The separator that divides the first records of a text into the same number of cells, the most
/// of them where several do; else the one that is most frequent in the first line outside of
/// quotes, a comma where there is none. `ended`: nothing follows `text`.
pub(super) fn find(text: &str, ended: bool, quote: Option<char>, trim: bool) -> Found {
    let quote = quote.map(|quote| quote as u8);
    let mut fitting: Vec<(usize, u8)> = Vec::new();
    for separator in CANDIDATES {
        let dialect = Dialect {
            separator,
            quote: quote.filter(|&quote| quote != separator),
            trim,
        };
        let widths = widths(text, ended, dialect, LOOKED_AT);
        if let [first, rest @ ..] = widths.as_slice()
            && *first > 1
            && rest.iter().all(|width| width == first)
        {
            fitting.push((*first, separator));
        }
    }
    // The sort is stable: of equals the preferred one stays first.
    fitting.sort_by_key(|&(width, _)| std::cmp::Reverse(width));
    match fitting.as_slice() {
        [] => Found {
            separator: most_frequent(text, quote),
            rival: None,
        },
        [(_, separator)] => Found {
            separator: *separator,
            rival: None,
        },
        [(_, separator), (_, rival), ..] => Found {
            separator: *separator,
            rival: Some(*rival),
        },
    }
}

fn most_frequent(text: &str, quote: Option<u8>) -> u8 {
    let mut counts = [0_usize; CANDIDATES.len()];
    let mut quoted = false;
    for byte in text.trim_start_matches(['\r', '\n', ' ']).bytes() {
        match byte {
            _ if Some(byte) == quote => quoted = !quoted,
            _ if quoted => {}
            b'\r' | b'\n' => break,
            _ => {
                if let Some(place) = CANDIDATES.iter().position(|&other| other == byte) {
                    counts[place] += 1;
                }
            }
        }
    }
    let (mut best, mut most) = (b',', 0);
    for (candidate, count) in CANDIDATES.into_iter().zip(counts) {
        if count > most {
            (best, most) = (candidate, count);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn separator(text: &str) -> char {
        char::from(find(text, true, Some('"'), true).separator)
    }

    #[test]
    fn the_separator_divides_the_first_rows_alike() {
        assert_eq!(separator("a;b\n1,5;2,5\n3,5;4\n"), ';');
        assert_eq!(separator("a,b\n1;2,3\n4,5;6;7"), ',');
        assert_eq!(separator("a|b|c\n1|2,5|3\n"), '|');
        assert_eq!(separator("a\tb\n\n1\t2\n"), '\t');
        assert_eq!(separator("labels\na|b\nc|d\n"), ',');
        assert_eq!(separator("\"a;b;c\",d\n\"1;2;3\",4"), ',');
    }

    #[test]
    fn the_first_line_decides_where_no_separator_divides_alike() {
        assert_eq!(separator("\n\na;b;c,d\n1,2,3,4"), ';');
        assert_eq!(find("\"a;b;c\",d", true, None, true).separator, b';');
        assert_eq!(separator("a"), ',');
        assert_eq!(separator("a,b\n1,2\n3\n"), ',');
    }

    #[test]
    fn a_rival_that_divides_as_well_is_named() {
        let found = find("a,b;c\n1,2;3\n", true, Some('"'), true);
        assert_eq!(
            found,
            Found {
                separator: b',',
                rival: Some(b';')
            }
        );
        assert_eq!(find("a,b\n1,2\n", true, Some('"'), true).rival, None);
    }
}
