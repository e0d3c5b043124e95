//! A finished figure: within the page, or a file of its own.

use super::canvas::{Canvas, short};
use super::theme;
use crate::page::escape;

/// How much room a figure takes on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    /// One of several in a row.
    Panel,
    /// A row of its own.
    Row,
}

/// A drawing with its words.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// The name of its file and anchor.
    pub(crate) name: String,
    /// What it is called.
    title: String,
    /// What it shows, for those who do not see it.
    description: String,
    /// The sentence below it, as HTML.
    pub(crate) caption: String,
    pub(crate) room: Room,
    width: f64,
    height: f64,
    body: String,
}

impl Figure {
    /// A figure; `description` is plain text.
    pub(crate) fn new(name: String, title: &str, description: &str, canvas: Canvas) -> Self {
        Self {
            name,
            title: title.to_owned(),
            description: description.to_owned(),
            caption: String::new(),
            room: Room::Panel,
            width: canvas.width,
            height: canvas.height,
            body: canvas.into_body(),
        }
    }

    /// The sentence below it, as plain text.
    pub(crate) fn caption(mut self, caption: &str) -> Self {
        self.caption = escape(caption);
        self
    }

    /// Gives it a row of its own.
    pub(crate) fn row(mut self) -> Self {
        self.room = Room::Row;
        self
    }

    /// The drawing within a page that carries the rules and colours.
    ///
    /// A panel fills its column, but never grows by more than a tenth; a figure with a row of its own
    /// shrinks until its letters would be hard to read, and scrolls sideways from there.
    pub(crate) fn inline(&self) -> String {
        let bounds = match self.room {
            Room::Panel => format!("max-width:{}px", short(self.width * 1.1)),
            Room::Row => format!("min-width:{}px", short(self.width * 0.78)),
        };
        self.element(&format!(r#" style="{bounds}""#), "")
    }

    /// The drawing as a file of its own.
    pub(crate) fn standalone(&self) -> String {
        let style = format!("<style>{}</style>", theme::standalone().replace('\n', ""));
        let sheet = r#"<rect class="sheet" width="100%" height="100%"/>"#;
        let element = self.element(r#" xmlns="http://www.w3.org/2000/svg""#, &(style + sheet));
        format!("{element}\n")
    }

    fn element(&self, attributes: &str, start: &str) -> String {
        let [width, height] = [self.width, self.height].map(short);
        let (name, body) = (&self.name, &self.body);
        let (title, description) = (escape(&self.title), escape(&self.description));
        format!(
            r#"<svg{attributes} class="figure" role="img" aria-labelledby="{name}-title {name}-desc" width="{width}" height="{height}" viewBox="0 0 {width} {height}"><title id="{name}-title">{title}</title><desc id="{name}-desc">{description}</desc>{start}{body}</svg>"#
        )
    }
}
