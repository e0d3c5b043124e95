//! Characters of several bytes each: which of them a file is written in, told by its marks and its zeros.

use super::kind::Kind;

/// The byte order mark of UTF-8.
pub(in crate::read) const MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

/// How much is looked at.
const LOOKED_AT: usize = 1 << 12;

/// Which byte of a character is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// The low one.
    Little,
    /// The high one.
    Big,
}

/// What the byte order mark of UTF-16 says.
pub(super) fn marked(start: &[u8]) -> Option<Order> {
    match start {
        [0xFF, 0xFE, ..] => Some(Order::Little),
        [0xFE, 0xFF, ..] => Some(Order::Big),
        _ => None,
    }
}

/// The order of the bytes of UTF-16 without a mark: separators, digits and line ends have a high byte of zero.
pub(super) fn order(start: &[u8]) -> Order {
    let [even, odd] = [zeros(start, 2, 0), zeros(start, 2, 1)];
    if even > odd {
        Order::Big
    } else {
        Order::Little
    }
}

/// The order of the bytes where they seem to be UTF-16 without a mark: every second one is zero, but for a few, and no
/// other; or all are characters that stand in texts, lines among them, and either no high byte is one of a text of single
/// bytes, as in Cyrillic or Arabic, or the bytes are no UTF-8 (`is_utf8`).
pub(super) fn utf16(start: &[u8], is_utf8: bool) -> Option<Order> {
    let look = &start[..start.len().min(LOOKED_AT) & !1];
    let [even, odd] = [zeros(look, 2, 0), zeros(look, 2, 1)];
    let most = even.max(odd);
    let least = even.min(odd);
    if most < 4 || most <= 2 * least {
        return None;
    }
    let order = order(look);
    let is_latin = least == 0 && 10 * most >= 9 * (look.len() / 2);
    let high = match order {
        Order::Little => 1,
        Order::Big => 0,
    };
    let is_apart = look.chunks_exact(2).all(|pair| pair[high] < b' ');
    (is_latin || (is_apart || !is_utf8) && reads_as_text(look, order)).then_some(order)
}

/// Whether two bytes each are characters of a text of several lines.
fn reads_as_text(look: &[u8], order: Order) -> bool {
    let units = look.chunks_exact(2).map(|pair| match order {
        Order::Little => u16::from_le_bytes([pair[0], pair[1]]),
        Order::Big => u16::from_be_bytes([pair[0], pair[1]]),
    });
    // The last character may be cut in two.
    let whole = look.len() / 2 - 1;
    let text: Result<String, _> = char::decode_utf16(units.take(whole)).collect();
    text.is_ok_and(|text| text.contains(['\r', '\n']) && text.chars().all(stands_in_texts))
}

fn stands_in_texts(character: char) -> bool {
    let is_private = ('\u{E000}'..='\u{F8FF}').contains(&character);
    !is_private && (!character.is_control() || matches!(character, '\t' | '\r' | '\n'))
}

/// What a file of UTF-32 is, and how it becomes UTF-8.
pub(super) fn utf32(start: &[u8]) -> Option<Kind> {
    let help = match start {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
            "save it as UTF-8; `iconv -f utf-32 -t utf-8 FILE > NEW` converts it"
        }
        _ => match four(start)? {
            Order::Little => {
                "save it as UTF-8; `iconv -f utf-32le -t utf-8 FILE > NEW` converts it"
            }
            Order::Big => "save it as UTF-8; `iconv -f utf-32be -t utf-8 FILE > NEW` converts it",
        },
    };
    let what = "UTF-32, text of four bytes a character";
    Some(Kind { what, help })
}

/// The order of bytes that are UTF-32 without a mark: all are characters that stand in texts, line ends among them.
fn four(start: &[u8]) -> Option<Order> {
    let look = &start[..start.len().min(LOOKED_AT) & !3];
    let reads = |order: &Order| {
        let characters = look.chunks_exact(4).map(|bytes| {
            let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
            char::from_u32(match order {
                Order::Little => u32::from_le_bytes(bytes),
                Order::Big => u32::from_be_bytes(bytes),
            })
        });
        // Of the planes behind the third one none has letters.
        let stands = |character: char| character < '\u{40000}' && stands_in_texts(character);
        let is_end = |character: Option<char>| matches!(character, Some('\r' | '\n'));
        look.len() >= 16
            && characters.clone().any(is_end)
            && characters
                .clone()
                .all(|character| character.is_some_and(stands))
    };
    [Order::Little, Order::Big].into_iter().find(reads)
}

/// How many of every `step`-th byte are zero.
fn zeros(bytes: &[u8], step: usize, first: usize) -> usize {
    let bytes = bytes.iter().skip(first).step_by(step);
    bytes.filter(|&&byte| byte == 0).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wide(text: &str) -> [(Order, Vec<u8>); 2] {
        [
            (
                Order::Little,
                text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            ),
            (
                Order::Big,
                text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            ),
        ]
    }

    fn seen(bytes: &[u8]) -> Option<Order> {
        utf16(bytes, std::str::from_utf8(bytes).is_ok())
    }

    #[test]
    fn the_order_of_two_bytes_shows_in_letters_of_any_kind() {
        for text in [
            "name,age\nAnn,31\n",
            "имя,возраст\nАнна,31\nИван,42\n",
            "名前,年齢\r\n花子,31\r\n太郎,42\r\n",
            "ä,ö\n1,😀\n2,3\n",
        ] {
            for (written, bytes) in wide(text) {
                assert_eq!(order(&bytes), written, "{text}");
                assert_eq!(seen(&bytes), Some(written), "{text}");
                assert_eq!(utf32(&bytes), None, "{text}");
            }
        }
    }

    #[test]
    fn four_bytes_a_character_are_told_from_two() {
        for text in [
            "name,age\nAnn,31\n",
            "имя,возраст\nАнна,31\n",
            "名前,年齢\n花,1\n",
        ] {
            let little: Vec<u8> = text
                .chars()
                .flat_map(|c| (c as u32).to_le_bytes())
                .collect();
            let big: Vec<u8> = text
                .chars()
                .flat_map(|c| (c as u32).to_be_bytes())
                .collect();
            assert!(utf32(&little).unwrap().help.contains("utf-32le"), "{text}");
            assert!(utf32(&big).unwrap().help.contains("utf-32be"), "{text}");
            let marked = [&[0xFF, 0xFE, 0, 0][..], &little].concat();
            assert!(
                utf32(&marked).unwrap().help.contains("-f utf-32 "),
                "{text}"
            );
            let marked = [&[0, 0, 0xFE, 0xFF][..], &big].concat();
            assert!(
                utf32(&marked).unwrap().help.contains("-f utf-32 "),
                "{text}"
            );
        }
    }

    #[test]
    fn zeros_and_controls_are_no_text_of_four_bytes() {
        let zeros = b"\x2c\0\0\x1e\r\r\r\0\x0b\0\0\0\r:\0\0\x1e\r";
        assert_eq!(utf32(&zeros[..]), None);
        assert_eq!(utf32(b"\0\nb\n\0\n!\n\0\nb\n\0\n(\n"), None);
        assert_eq!(utf32(b"a\0\0\0\x0b\0\0\0b\0\0\0c\0\0\0\n\0\0\0"), None);
    }

    proptest! {
        #[test]
        fn text_of_single_bytes_is_never_wide(text in "[a-z,\n\0\u{1}\u{1f}é€]{0,40}") {
            // Words may hold a zero by accident, not every second one.
            prop_assume!(2 * text.matches('\0').count() < text.len() / 2);
            prop_assert_eq!(seen(text.as_bytes()), None);
            prop_assert_eq!(utf32(text.as_bytes()), None);
        }
    }
}
