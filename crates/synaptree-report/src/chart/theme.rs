//! Colours and lettering, for light and for dark.
//!
//! The six series colours are Okabe and Ito's, darkened on white and lightened on black until each has
//! a contrast of 3 to 1 with the paper. Nothing is told by colour alone: series are labelled, and
//! dashed where two are compared.

/// How many series have a colour of their own.
pub(crate) const SERIES: usize = 6;

/// Names and values of the colours.
type Palette = [(&'static str, &'static str); 15];

pub(crate) const LIGHT: Palette = [
    ("paper", "#ffffff"),
    ("panel", "#f6f7f8"),
    ("ink", "#1b1f24"),
    ("muted", "#565e68"),
    ("grid", "#e4e7eb"),
    ("axis", "#9aa3ad"),
    ("accent", "#0067a3"),
    ("heat", "#0072b2"),
    ("cold", "#d55e00"),
    ("c0", "#0072b2"),
    ("c1", "#c14f00"),
    ("c2", "#007a5c"),
    ("c3", "#a64d86"),
    ("c4", "#8a6500"),
    ("c5", "#4a5560"),
];

pub(crate) const DARK: Palette = [
    ("paper", "#14171a"),
    ("panel", "#1c2024"),
    ("ink", "#e7eaed"),
    ("muted", "#a3adb8"),
    ("grid", "#2b3138"),
    ("axis", "#66707b"),
    ("accent", "#6cbcf0"),
    ("heat", "#2576ad"),
    ("cold", "#b5561a"),
    ("c0", "#56b4e9"),
    ("c1", "#f08a4b"),
    ("c2", "#3fc79f"),
    ("c3", "#df9ac4"),
    ("c4", "#e0b23e"),
    ("c5", "#b3bdc7"),
];

/// The most that the heat of a matrix covers the paper, so that ink stays readable on it.
pub(crate) const HEAT: f64 = 0.7;

/// The rules of every figure; colours are `var(--name)`.
pub(crate) const FIGURE: &str = include_str!("figure.css");

/// The colours as CSS variables.
pub(crate) fn variables(palette: &Palette) -> String {
    palette
        .iter()
        .map(|(name, value)| format!("--{name}:{value};"))
        .collect()
}

/// The rules of a figure that stands alone.
///
/// Many programs that draw SVG know neither CSS variables nor media queries, so the light colours are
/// written out, and the dark ones follow where they harm nobody.
pub(crate) fn standalone() -> String {
    let with = |palette: &Palette| {
        palette
            .iter()
            .fold(FIGURE.to_owned(), |rules, (name, value)| {
                rules.replace(&format!("var(--{name})"), value)
            })
    };
    format!(
        "{}@media (prefers-color-scheme:dark){{{}}}",
        with(&LIGHT),
        with(&DARK)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels(colour: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(colour: [f64; 3]) -> f64 {
        let [r, g, b] = colour.map(|c| {
            if c <= 0.04045 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let (a, b) = (luminance(one) + 0.05, luminance(other) + 0.05);
        a.max(b) / a.min(b)
    }

    #[test]
    fn every_colour_stands_out_from_the_paper() {
        for palette in [LIGHT, DARK] {
            let of = |name: &str| channels(palette.iter().find(|(n, _)| *n == name).unwrap().1);
            for paper in ["paper", "panel"] {
                for (name, least) in [("ink", 7.0), ("muted", 4.5), ("accent", 4.5)] {
                    assert!(contrast(of(name), of(paper)) >= least, "{name} on {paper}");
                }
                for series in 0..SERIES {
                    let name = format!("c{series}");
                    assert!(contrast(of(&name), of(paper)) >= 3.0, "{name} on {paper}");
                }
            }
            for heat in ["heat", "cold"] {
                let mut hottest = of("paper");
                for (channel, full) in hottest.iter_mut().zip(of(heat)) {
                    *channel += HEAT * (full - *channel);
                }
                assert!(contrast(of("ink"), hottest) >= 4.5, "ink on {heat}");
            }
        }
    }

    #[test]
    fn a_figure_alone_needs_no_variables() {
        assert!(!standalone().contains("var("));
    }
}
