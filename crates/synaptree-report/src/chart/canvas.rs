//! The SVG elements that the figures are made of.

use std::fmt::Write as _;

use crate::page::escape;

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// The inside of a figure, as it grows.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    pub(crate) width: f64,
    pub(crate) height: f64,
    body: String,
}

impl Canvas {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self {
            width,
            height,
            body: String::new(),
        }
    }

    pub(crate) fn into_body(self) -> String {
        self.body
    }

    pub(crate) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let [x1, y1, x2, y2] = [from.0, from.1, to.0, to.1].map(short);
        self.push(format_args!(
            r#"<line class="{class}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#
        ));
    }

    /// A line through points; nothing below two.
    pub(crate) fn polyline(&mut self, class: &str, points: &[(f64, f64)]) {
        if points.len() < 2 {
            return;
        }
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{},{}", short(*x), short(*y)))
            .collect();
        self.push(format_args!(
            r#"<polyline class="{class}" points="{}"/>"#,
            points.join(" ")
        ));
    }

    pub(crate) fn polygon(&mut self, class: &str, points: &[(f64, f64)]) {
        let points: Vec<String> = points
            .iter()
            .map(|(x, y)| format!("{},{}", short(*x), short(*y)))
            .collect();
        self.push(format_args!(
            r#"<polygon class="{class}" points="{}"/>"#,
            points.join(" ")
        ));
    }

    pub(crate) fn path(&mut self, class: &str, data: &str) {
        self.push(format_args!(r#"<path class="{class}" d="{data}"/>"#));
    }

    /// A rectangle from its top left corner.
    pub(crate) fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64), round: f64) {
        self.rect_with(class, corner, size, round, 1.0, None);
    }

    /// A rectangle with an opacity, and words that show under the pointer.
    pub(crate) fn rect_with(
        &mut self,
        class: &str,
        corner: (f64, f64),
        size: (f64, f64),
        round: f64,
        opacity: f64,
        hint: Option<&str>,
    ) {
        let [x, y] = [corner.0, corner.1].map(short);
        let [width, height] = [size.0.max(0.0), size.1.max(0.0)].map(short);
        let round = if round > 0.0 {
            format!(r#" rx="{}""#, short(round))
        } else {
            String::new()
        };
        let opacity = if opacity < 1.0 {
            format!(r#" fill-opacity="{:.2}""#, opacity.clamp(0.0, 1.0))
        } else {
            String::new()
        };
        let element = format!(
            r#"rect class="{class}" x="{x}" y="{y}" width="{width}" height="{height}"{round}{opacity}"#
        );
        match hint {
            Some(hint) => {
                self.push(format_args!(
                    "<{element}><title>{}</title></rect>",
                    escape(hint)
                ));
            }
            None => self.push(format_args!("<{element}/>")),
        }
    }

    pub(crate) fn circle(&mut self, class: &str, centre: (f64, f64), radius: f64) {
        let [x, y, r] = [centre.0, centre.1, radius].map(short);
        self.push(format_args!(
            r#"<circle class="{class}" cx="{x}" cy="{y}" r="{r}"/>"#
        ));
    }

    /// A text whose baseline lies on the point.
    pub(crate) fn text(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str) {
        self.text_with(class, at, anchor, text, "");
    }

    /// A text, shortened to a width; the whole of it shows under the pointer.
    pub(crate) fn fitted(
        &mut self,
        class: &str,
        at: (f64, f64),
        anchor: Anchor,
        text: &str,
        size: f64,
        width: f64,
    ) {
        let shown = shortened(text, size, width);
        let hint = if shown == text {
            String::new()
        } else {
            format!("<title>{}</title>", escape(text))
        };
        self.text_with(class, at, anchor, &shown, &hint);
    }

    fn text_with(&mut self, class: &str, at: (f64, f64), anchor: Anchor, text: &str, hint: &str) {
        let [x, y] = [at.0, at.1].map(short);
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let class = if class.is_empty() {
            String::new()
        } else {
            format!(r#" class="{class}""#)
        };
        let text = escape(text);
        self.push(format_args!(
            r#"<text{class} x="{x}" y="{y}"{anchor}>{hint}{text}</text>"#
        ));
    }

    /// A text turned a quarter to the left, centred on the point.
    pub(crate) fn upright(&mut self, class: &str, at: (f64, f64), text: &str) {
        let [x, y] = [at.0, at.1].map(short);
        self.push(format_args!(
            r#"<text class="{class}" text-anchor="middle" transform="translate({x} {y}) rotate(-90)">{}</text>"#,
            escape(text)
        ));
    }

    /// A text that starts at the point and is turned by so many degrees.
    pub(crate) fn rising(
        &mut self,
        class: &str,
        at: (f64, f64),
        degrees: i32,
        text: &str,
        width: f64,
    ) {
        let [x, y] = [at.0, at.1].map(short);
        let shown = shortened(text, 11.0, width);
        self.push(format_args!(
            r#"<text class="{class}" transform="translate({x} {y}) rotate({degrees})">{}</text>"#,
            escape(&shown)
        ));
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        self.body
            .write_fmt(element)
            .expect("a String takes whatever is written");
    }
}

/// A coordinate to a tenth of a unit: finer is invisible, and the file grows with it.
pub(crate) fn short(number: f64) -> String {
    if !number.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{number:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

/// About how wide a text is, in the units of its size; no font is measured.
pub(crate) fn text_width(text: &str, size: f64) -> f64 {
    let widths = text.chars().map(|character| match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '·' => 0.29,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '/' | ' ' | '-' => 0.36,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.9,
        'A'..='Z' => 0.68,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' => 1.0,
        '\u{ff00}'..='\u{ff60}' | '\u{1f000}'..='\u{1faff}' => 1.2,
        _ => 0.58,
    });
    widths.sum::<f64>() * size
}

/// The text, cut to that width with an ellipsis where it is longer.
pub(crate) fn shortened(text: &str, size: f64, width: f64) -> String {
    if text_width(text, size) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for character in text.chars() {
        kept.push(character);
        if text_width(&kept, size) + 0.8 * size > width {
            kept.pop();
            break;
        }
    }
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_a_short_one_kept() {
        assert_eq!(shortened("order", 12.0, 60.0), "order");
        let cut = shortened("a very long name of a column", 12.0, 60.0);
        assert!(
            cut.ends_with('…') && text_width(&cut, 12.0) <= 64.0,
            "{cut}"
        );
    }

    #[test]
    fn coordinates_are_short_and_finite() {
        assert_eq!(
            [1.0, -0.04, 2.26, f64::NAN].map(short),
            ["1", "0", "2.3", "0"]
        );
    }
}
