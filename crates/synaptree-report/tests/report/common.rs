//! A run to draw, its page, and how a page is read.

use std::fs;
use std::path::Path;

use roxmltree::{Document, ParsingOptions};
use synaptree_report::write_report;
use tempfile::TempDir;

use crate::support::write_run;

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub(crate) fn full_run() -> TempDir {
    let folder = folder();
    write_run(folder.path(), 7);
    folder
}

pub(crate) fn report(run: &Path) -> String {
    fs::read_to_string(write_report(run).expect("a report")).expect("the report is text")
}

pub(crate) fn parsed(text: &str) -> Document<'_> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    Document::parse_with_options(text, options).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The text of an element and of all within it.
pub(crate) fn words(node: roxmltree::Node<'_, '_>) -> String {
    node.descendants()
        .filter(roxmltree::Node::is_text)
        .filter_map(|node| node.text())
        .collect()
}

pub(crate) fn section_ids(page: &str) -> Vec<String> {
    let document = parsed(page);
    let sections = document
        .descendants()
        .filter(|node| node.has_tag_name("section"));
    sections
        .filter_map(|node| node.attribute("id").map(ToOwned::to_owned))
        .collect()
}

/// Nothing on the page may run or be fetched.
pub(crate) fn assert_harmless(page: &str) {
    let document = parsed(page);
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        assert!(
            ![
                "script",
                "iframe",
                "object",
                "embed",
                "img",
                "image",
                "foreignObject",
                "base",
                "form"
            ]
            .contains(&name),
            "<{name}> on the page"
        );
        for attribute in node.attributes() {
            let (key, value) = (attribute.name(), attribute.value());
            assert!(!key.starts_with("on"), "{key} on <{name}>");
            if ["href", "src", "srcset", "action", "data"].contains(&key) {
                let within =
                    value.starts_with('#') || value == "data:," || value.starts_with("seed-");
                assert!(within, "<{name} {key}={value:?}>");
            }
        }
        if name == "style" {
            let rules = words(node);
            assert!(
                !rules.contains("url(") && !rules.contains("@import"),
                "{rules}"
            );
        }
    }
}
