//! Which character stands between the cells of a CSV file, where nobody says so.

use super::record::{Dialect, widths};

/// What is tried, in order of preference.
pub(super) const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What is tried where the first line holds none of those, and the least cells that it must give: words stand beside
/// each other in many a text.
const RARE: [(u8, usize); 5] = [(1, 2), (b':', 2), (b'^', 2), (b'~', 2), (b' ', 3)];

/// Least records that a rare separator must divide alike.
const LEAST: usize = 3;

/// How many records are looked at.
const LOOKED_AT: usize = 50;

/// A separator, and another one that would fit as well.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) separator: u8,
    pub(super) rival: Option<u8>,
    /// Whether it is a character that few files are divided by.
    pub(super) is_rare: bool,
}

/// The separator that divides the first records of a text into the same number of cells, the most
/// of them where several do; else the one that is most frequent in the first line outside of
/// quotes; where there is none a rare one that divides all alike, or a comma. `ended`: nothing follows `text`.
pub(super) fn find(text: &str, ended: bool, quote: Option<char>, trim: bool) -> Found {
    let quote = quote.map(|quote| quote as u8);
    let widths = |separator: u8| {
        let dialect = Dialect {
            separator,
            quote: quote.filter(|&quote| quote != separator),
            trim,
        };
        let widths = widths(text, ended, dialect, LOOKED_AT);
        let width = *widths.first()?;
        let fits = width > 1 && widths.iter().all(|&other| other == width);
        fits.then_some((width, widths.len()))
    };
    let mut fitting: Vec<(usize, u8)> = CANDIDATES
        .into_iter()
        .filter_map(|separator| Some((widths(separator)?.0, separator)))
        .collect();
    // The sort is stable: of equals the preferred one stays first.
    fitting.sort_by_key(|&(width, _)| std::cmp::Reverse(width));
    match fitting.as_slice() {
        [] => {
            let frequent = most_frequent(text, quote);
            let rare = RARE.into_iter().find(|&(separator, least)| {
                widths(separator).is_some_and(|(width, records)| width >= least && records >= LEAST)
            });
            let rare = rare.filter(|_| frequent.is_none());
            Found {
                separator: rare.map_or(frequent.unwrap_or(b','), |(separator, _)| separator),
                rival: None,
                is_rare: rare.is_some(),
            }
        }
        [(_, separator), others @ ..] => Found {
            separator: *separator,
            rival: others.first().map(|&(_, rival)| rival),
            is_rare: false,
        },
    }
}

/// The candidate that the first line holds most often.
fn most_frequent(text: &str, quote: Option<u8>) -> Option<u8> {
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
    let (mut best, mut most) = (None, 0);
    for (candidate, count) in CANDIDATES.into_iter().zip(counts) {
        if count > most {
            (best, most) = (Some(candidate), count);
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
    fn rare_separators_divide_every_row_of_a_line_without_others() {
        assert_eq!(separator("a b c\n1 2 3\n4 5 6\n"), ' ');
        assert_eq!(separator("a:b\n1:2\n3:4\n"), ':');
        assert_eq!(separator("a\u{1}b\n1\u{1}2\n3\u{1}4\n"), '\u{1}');
        assert!(find("a^b\n1^2\n3^4\n", true, None, true).is_rare);
        // Words of a text, and too few rows to tell.
        assert_eq!(separator("first name\nAnn Lee\nBob Ray\n"), ',');
        assert_eq!(separator("a:b\n1:2\n"), ',');
        assert_eq!(separator("a b c,d\n1 2 3\n4 5 6\n"), ',');
        assert_eq!(separator("time\n10:30\n11:30\n"), ',');
    }

    #[test]
    fn a_rival_that_divides_as_well_is_named() {
        let found = find("a,b;c\n1,2;3\n", true, Some('"'), true);
        assert_eq!(
            found,
            Found {
                separator: b',',
                rival: Some(b';'),
                is_rare: false
            }
        );
        assert_eq!(find("a,b\n1,2\n", true, Some('"'), true).rival, None);
    }
}
