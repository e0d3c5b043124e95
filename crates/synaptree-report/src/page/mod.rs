//! The HTML page.

mod escape;
mod header;
mod time;

pub(crate) use escape::{escape, slug};

use crate::chart::{Figure, Room, theme};
use crate::files::RunFiles;
use crate::section::{Section, View, sections};

/// Nothing is loaded and nothing runs, whatever a run folder may hold.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// The whole page, which is well-formed XML as well.
pub(crate) fn page(files: &RunFiles) -> String {
    let view = View::new(files);
    let sections = sections(files);
    let title = escape(&view.name());
    let style = style();
    let header = header::header(&view, &sections);
    let body: String = sections.iter().map(section).collect();
    let version = env!("CARGO_PKG_VERSION");
    format!(
        r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta http-equiv="Content-Security-Policy" content="{POLICY}"/>
<meta name="referrer" content="no-referrer"/>
<link rel="icon" href="data:,"/>
<title>{title}: synaptree report</title>
<style>{style}</style>
</head>
<body>
{header}
<main>
{body}</main>
<footer>Drawn by synaptree {version} from the files of the run. This page is complete in itself and loads nothing.</footer>
</body>
</html>
"#
    )
}

fn style() -> String {
    format!(
        "\n:root{{{}}}\n@media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n{}{}",
        theme::variables(&theme::LIGHT),
        theme::variables(&theme::DARK),
        include_str!("style.css"),
        theme::FIGURE
    )
}

fn section(section: &Section) -> String {
    let Section {
        id, lead, after, ..
    } = section;
    let title = escape(section.title);
    let figures: String = section.figures.iter().map(figure).collect();
    let figures = if figures.is_empty() {
        figures
    } else {
        format!(r#"<div class="figures">{figures}</div>"#)
    };
    format!(
        "<section id=\"{id}\" aria-labelledby=\"{id}-heading\"><h2 id=\"{id}-heading\">{title}</h2>{lead}{figures}{after}</section>\n"
    )
}

fn figure(figure: &Figure) -> String {
    let (drawing, caption) = (figure.inline(), &figure.caption);
    match figure.room {
        Room::Panel => format!("<figure>{drawing}<figcaption>{caption}</figcaption></figure>"),
        Room::Row => format!(
            r#"<figure class="row"><div class="scroll" tabindex="0" role="region" aria-label="Figure, scrolls sideways">{drawing}</div><figcaption>{caption}</figcaption></figure>"#
        ),
    }
}
