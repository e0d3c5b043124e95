//! Which character stands between the cells of a CSV file, where nobody says so.

use super::record::{Dialect, Joint, cells, widths};

/// What is tried, in order of preference.
pub(super) const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What is tried where the first line holds none of those, and the least cells that it must give: words stand beside
/// each other in many a text.
const RARE: [(u8, usize); 5] = [(1, 2), (b':', 2), (b'^', 2), (b'~', 2), (b' ', 3)];

/// Least records that a rare separator must divide alike.
const LEAST: usize = 3;

/// How many records are looked at.
const LOOKED_AT: usize = 50;

/// What may divide cells twice at once, in order of preference.
const PAIRS: [u8; 7] = [b'|', b':', b';', b',', b'\t', b'~', b'^'];

/// A separator, and another one that would fit as well.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) separator: u8,
    pub(super) joint: Joint,
    pub(super) rival: Option<u8>,
    /// Whether it is one that few files are divided by.
    pub(super) is_rare: bool,
}

impl Found {
    fn rare(separator: u8, joint: Joint) -> Self {
        Self {
            separator,
            joint,
            rival: None,
            is_rare: true,
        }
    }

    /// How it is written in a message.
    pub(super) fn in_words(&self) -> String {
        let character = char::from(self.separator);
        match self.joint {
            Joint::One => format!("{character:?}"),
            Joint::Pair => format!("\"{character}{character}\""),
            Joint::Blanks => "blanks, as many as stand beside each other".to_owned(),
        }
    }
}

/// A text whose first records are looked at.
#[derive(Clone, Copy)]
struct Look<'a> {
    text: &'a str,
    /// Whether nothing follows the text.
    ended: bool,
    quote: Option<u8>,
    trim: bool,
}

impl Look<'_> {
    fn dialect(&self, separator: u8, joint: Joint) -> Dialect {
        Dialect {
            separator,
            joint,
            quote: self.quote.filter(|&quote| quote != separator),
            trim: self.trim,
        }
    }

    /// How many cells all records have, and how many records; `None` where they differ, or have one.
    fn widths(&self, separator: u8, joint: Joint) -> Option<(usize, usize)> {
        let dialect = self.dialect(separator, joint);
        let widths = widths(self.text, self.ended, dialect, LOOKED_AT);
        let width = *widths.first()?;
        let fits = width > 1 && widths.iter().all(|&other| other == width);
        fits.then_some((width, widths.len()))
    }

    fn cells(&self, separator: u8, joint: Joint) -> Vec<Vec<String>> {
        let dialect = self.dialect(separator, joint);
        cells(self.text, self.ended, dialect, LOOKED_AT)
    }

    /// Whether every separator stands beside another one; a usual one may stand around a column without a name.
    fn is_doubled(&self, separator: u8, single: usize) -> bool {
        let least = if matches!(separator, b',' | b';' | b'\t') {
            3
        } else {
            2
        };
        let pairs = self.widths(separator, Joint::Pair);
        pairs.is_some_and(|(width, records)| {
            2 * width == single + 1 && records > 1 && width >= least
        })
    }

    /// A pair of separators that divides all records alike, where no single one does.
    fn pair(&self) -> Option<Found> {
        let pair = PAIRS.into_iter().find(|&separator| {
            let pairs = self.widths(separator, Joint::Pair);
            pairs.is_some_and(|(_, records)| records >= LEAST)
        })?;
        Some(Found::rare(pair, Joint::Pair))
    }

    /// Whether blanks divide all records alike, as many of them as stand beside each other: into three cells, or into
    /// two numbers.
    fn is_aligned(&self) -> bool {
        let is_number = |cell: &String| cell.parse::<f64>().is_ok();
        match self.widths(b' ', Joint::Blanks) {
            Some((width, records)) if records >= LEAST => {
                width > 2
                    || self.cells(b' ', Joint::Blanks)[1..]
                        .iter()
                        .all(|cells| cells.iter().all(is_number))
            }
            _ => false,
        }
    }
}

/// The separator that divides the first records of a text into the same number of cells, the most
/// of them where several do; else a pair of separators or blanks that do; else the one that is most frequent in the
/// first line outside of quotes; where there is none a rare one that divides all alike, or a comma. `ended`: nothing
/// follows `text`.
pub(super) fn find(text: &str, ended: bool, quote: Option<char>, trim: bool) -> Found {
    let look = Look {
        text,
        ended,
        quote: quote.map(|quote| quote as u8),
        trim,
    };
    let mut fitting: Vec<(usize, u8)> = CANDIDATES
        .into_iter()
        .filter_map(|separator| Some((look.widths(separator, Joint::One)?.0, separator)))
        .collect();
    // The sort is stable: of equals the preferred one stays first.
    fitting.sort_by_key(|&(width, _)| std::cmp::Reverse(width));
    match fitting.as_slice() {
        [] => unusual(&look),
        [(width, separator), ..] if look.is_doubled(*separator, *width) => {
            Found::rare(*separator, Joint::Pair)
        }
        [(_, b'\t')] if is_within_cells(&look) => Found::rare(b' ', Joint::Blanks),
        [(_, separator), others @ ..] => Found {
            separator: *separator,
            joint: Joint::One,
            rival: others.first().map(|&(_, rival)| rival),
            is_rare: false,
        },
    }
}

/// What divides a text that no usual separator divides alike.
fn unusual(look: &Look<'_>) -> Found {
    let frequent = most_frequent(look.text, look.quote);
    if let Some(pair) = look.pair() {
        return pair;
    }
    if frequent.is_none() {
        let rare = RARE.into_iter().find(|&(separator, least)| {
            let widths = look.widths(separator, Joint::One);
            widths.is_some_and(|(width, records)| width >= least && records >= LEAST)
        });
        if let Some((separator, _)) = rare
            && (separator != b' ' || blanks(look) == Joint::One)
        {
            return Found::rare(separator, Joint::One);
        }
    }
    if frequent.is_none_or(|separator| separator == b'\t') && look.is_aligned() {
        return Found::rare(b' ', Joint::Blanks);
    }
    Found {
        separator: frequent.unwrap_or(b','),
        joint: Joint::One,
        rival: None,
        is_rare: false,
    }
}

/// Whether the cells between tabs are aligned ones themselves: all rows hold blanks beside each other.
fn is_within_cells(look: &Look<'_>) -> bool {
    let first = look.text.lines().find(|line| !line.trim().is_empty());
    if !first.is_some_and(|line| line.contains("  ")) {
        return false;
    }
    let tabs = look.cells(b'\t', Joint::One);
    let has_blanks = |cells: &Vec<String>| cells.iter().any(|cell| cell.contains("  "));
    tabs.iter().all(has_blanks) && look.is_aligned()
}

/// What a blank that somebody named for a separator stands for: one, or as many as there are where that alone divides
/// all rows alike and names every column.
fn blanks(look: &Look<'_>) -> Joint {
    let aligned = look.widths(b' ', Joint::Blanks);
    let single = look.widths(b' ', Joint::One);
    match (aligned, single) {
        (Some((width, _)), Some((other, _))) if width != other => {
            let first = look.cells(b' ', Joint::One).into_iter().next();
            if first.is_some_and(|cells| cells.iter().any(String::is_empty)) {
                Joint::Blanks
            } else {
                Joint::One
            }
        }
        (Some(_), None) => Joint::Blanks,
        _ => Joint::One,
    }
}

/// How a separator that is named stands between cells.
pub(super) fn joint(
    separator: u8,
    text: &str,
    ended: bool,
    quote: Option<char>,
    trim: bool,
) -> Joint {
    let look = Look {
        text,
        ended,
        quote: quote.map(|quote| quote as u8),
        trim,
    };
    if separator == b' ' {
        return blanks(&look);
    }
    let is_pair = match look.widths(separator, Joint::One) {
        Some((single, _)) => look.is_doubled(separator, single),
        None => look
            .widths(separator, Joint::Pair)
            .is_some_and(|(_, records)| records >= LEAST),
    };
    if is_pair { Joint::Pair } else { Joint::One }
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

    fn joint(text: &str) -> (char, Joint) {
        let found = find(text, true, Some('"'), true);
        (char::from(found.separator), found.joint)
    }

    #[test]
    fn pairs_of_separators_divide_rows() {
        assert_eq!(joint("a||b||c\n1||2||3\n"), ('|', Joint::Pair));
        assert_eq!(
            joint("1::Heat (1995)::Action|Crime\n2::Ed: a life::Drama\n3::X::Y\n"),
            (':', Joint::Pair)
        );
        assert_eq!(joint("a;;b;;c\n1;;2;;3\n"), (';', Joint::Pair));
        assert_eq!(joint("a;;b\n1;;2\n"), (';', Joint::One));
        // A column without a name, and empty cells.
        assert_eq!(joint("a,,b,c\n1,,2,3\n"), (',', Joint::One));
        assert_eq!(joint("a,b,c\n1,,3\n4,,6\n"), (',', Joint::One));
        assert_eq!(joint("time\n10::30\n11\n"), (',', Joint::One));
    }

    #[test]
    fn blanks_divide_what_is_aligned() {
        let blanks = (' ', Joint::Blanks);
        assert_eq!(joint("  a    b   c\n  1   22   3\n 10    4   5\n"), blanks);
        assert_eq!(joint("1.5\t\t2\t3\n4\t5\t6\n7\t8\t9\n"), blanks);
        assert_eq!(
            joint("18  8 307\t\"a b\"\n15   8 350\t\"c\"\n18  8 318\t\"d e f\"\n"),
            blanks
        );
        assert_eq!(joint("x     y\n1.5   2\n2.5  13\n"), blanks);
        assert_eq!(joint("x y z\n1 2 3\n4 5 6\n"), (' ', Joint::One));
        // Words of a text, and cells of words between tabs.
        assert_eq!(joint("full  name\nAnn  Lee\nBob  Ray\n"), (',', Joint::One));
        assert_eq!(
            joint("full name\tage\nAnn Lee\t31\nBob Ray\t4\n"),
            ('\t', Joint::One)
        );
    }

    #[test]
    fn a_separator_that_is_named_may_stand_there_several_times() {
        let named = |text: &str| super::joint(b' ', text, true, Some('"'), true);
        assert_eq!(named("age  income\n 31    1200\n"), Joint::Blanks);
        assert_eq!(named("age  income\n31  1200\n"), Joint::Blanks);
        assert_eq!(named("a b c\n1  3\n"), Joint::One);
        assert_eq!(named("a b\n1 3\n"), Joint::One);
        let named = |text: &str| super::joint(b'|', text, true, Some('"'), true);
        assert_eq!(named("a||b\n1||2\n"), Joint::Pair);
        assert_eq!(named("a||b\n1||2|3\n4||5\n"), Joint::Pair);
        assert_eq!(named("a|b\n1|2\n"), Joint::One);
    }

    #[test]
    fn a_rival_that_divides_as_well_is_named() {
        let found = find("a,b;c\n1,2;3\n", true, Some('"'), true);
        assert_eq!(
            found,
            Found {
                separator: b',',
                joint: Joint::One,
                rival: Some(b';'),
                is_rare: false
            }
        );
        assert_eq!(find("a,b\n1,2\n", true, Some('"'), true).rival, None);
    }
}
