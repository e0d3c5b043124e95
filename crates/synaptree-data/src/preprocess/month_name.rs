//! Dates whose month is a word: `01-Jan-2021`, `January 1, 2021`, `Fri, 01 Jan 2021`.

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];

/// Year, month and day of a text that begins with such a date, and what stands behind it.
///
/// A year of two digits, as in `01-Jan-21`, is one of 1969 to 2068, as POSIX has it.
pub(super) fn split(text: &str) -> Option<([i64; 3], &str)> {
    let (mut first, mut rest) = token(text)?;
    if place(first, &WEEKDAYS).is_some() {
        (first, rest) = token(gap(rest))?;
    }
    let (second, rest) = token(gap(rest))?;
    let next = || token(gap(rest));
    if let Some(month) = place(first, &MONTHS) {
        let number = digits(second)?;
        return match second.len() {
            4 => Some(([number, month, 1], rest)),
            1 | 2 => {
                let (year, rest) = next().filter(|(year, _)| year.len() == 4)?;
                Some(([digits(year)?, month, number], rest))
            }
            _ => None,
        };
    }
    let (number, month) = (digits(first)?, place(second, &MONTHS)?);
    let (third, rest) = next()?;
    let last = digits(third)?;
    match (first.len(), third.len()) {
        (1 | 2, 4) => Some(([last, month, number], rest)),
        (1 | 2, 2) => Some((
            [last + if last < 69 { 2000 } else { 1900 }, month, number],
            rest,
        )),
        (4, 1 | 2) => Some(([number, month, last], rest)),
        _ => None,
    }
}

/// The digits or the letters that a text begins with, and what follows them.
fn token(text: &str) -> Option<(&str, &str)> {
    let first = text.bytes().next()?;
    let belongs = |byte: u8| {
        if first.is_ascii_digit() {
            byte.is_ascii_digit()
        } else {
            byte.is_ascii_alphabetic()
        }
    };
    let length = text.bytes().take_while(|&byte| belongs(byte)).count();
    (length > 0).then(|| text.split_at(length))
}

/// What follows one or two signs between the parts of a date.
fn gap(text: &str) -> &str {
    let signs = [' ', '-', '/', '.', ','];
    let rest = text.strip_prefix(signs).unwrap_or(text);
    rest.strip_prefix(' ').unwrap_or(rest)
}

/// The place, from 1, of a name that is written whole or with its first three letters.
fn place(word: &str, names: &[&str]) -> Option<i64> {
    let is = |name: &&str| {
        word.eq_ignore_ascii_case(name)
            || word.eq_ignore_ascii_case(&name[..3])
            || (word.eq_ignore_ascii_case("sept") && name.starts_with("sept"))
    };
    let found = names.iter().position(is)?;
    i64::try_from(found + 1).ok()
}

fn digits(text: &str) -> Option<i64> {
    text.parse().ok().filter(|_| text.len() <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_may_stand_at_every_place() {
        for text in [
            "05-Jan-2021",
            "5 January 2021",
            "05/JAN/21",
            "05JAN2021",
            "Jan 5, 2021",
            "January 05 2021",
            "2021-Jan-05",
            "Tue, 05 Jan 2021",
            "tuesday 5. jan. 2021",
        ] {
            assert_eq!(split(text), Some(([2021, 1, 5], "")), "{text}");
        }
        assert_eq!(split("Sept-1999"), Some(([1999, 9, 1], "")));
        assert_eq!(split("1-Dec-69").unwrap().0[0], 1969);
        assert_eq!(split("05-OCT-2021 09:30").unwrap().1, " 09:30");
    }

    #[test]
    fn words_and_numbers_are_no_dates() {
        for text in [
            "",
            "may",
            "May 5",
            "5 May",
            "marching 5 2021",
            "5-jam-2021",
            "2021",
            "Mon",
            "Jan 123",
            "123-Jan-2021",
            "é",
            "12 Jan 20211",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
