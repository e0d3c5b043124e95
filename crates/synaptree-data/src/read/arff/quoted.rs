//! Quotes and escapes of ARFF, which names, nominal values and cells share.

/// Where a quoted text ends: the position of its closing quote, and whether escapes stand before.
/// `text` begins behind the opening quote.
pub(super) fn closing(text: &str, quote: u8) -> Option<(usize, bool)> {
    let bytes = text.as_bytes();
    let mut escaped = false;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => {
                escaped = true;
                at += 2;
            }
            byte if byte == quote => return Some((at, escaped)),
            _ => at += 1,
        }
    }
    None
}

/// Appends a text with its escapes resolved.
pub(super) fn unescape(text: &str, out: &mut String) {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('n') => out.push('\n'),
                Some('r') => out.push('\r'),
                Some('t') => out.push('\t'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            other => out.push(other),
        }
    }
}

/// The first word or quoted text of `text`, and what follows it; an unquoted one ends where
/// `ends` says. `None` if a quote is never closed.
pub(super) fn token(text: &str, ends: impl Fn(char) -> bool) -> Option<(String, &str)> {
    if let Some(quote @ (b'\'' | b'"')) = text.bytes().next() {
        let inner = &text[1..];
        let (end, _) = closing(inner, quote)?;
        let mut value = String::new();
        unescape(&inner[..end], &mut value);
        return Some((value, &inner[end + 1..]));
    }
    let end = text.find(ends).unwrap_or(text.len());
    Some((text[..end].trim_end().to_owned(), &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_names_keep_blanks_and_the_other_quote() {
        let token = |text| token(text, char::is_whitespace);
        assert_eq!(token("'a b' real"), Some(("a b".into(), " real")));
        assert_eq!(token("\"'x'l1\" real"), Some(("'x'l1".into(), " real")));
        assert_eq!(token(r"'it\'s\tß' r"), Some(("it's\tß".into(), " r")));
        assert_eq!(token("plain\treal"), Some(("plain".into(), "\treal")));
        assert_eq!(token("'open"), None);
        assert_eq!(token(r"'open\"), None);
    }
}
