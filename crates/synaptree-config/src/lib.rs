//! Reads experiment files with positions and explains every mistake.
//!
//! A [`Document`] is an experiment file of which every key and value knows where it was written.
//! It is held against the JSON schema that `schemars` derives from a specification type, so each
//! key, range and choice is written down once, in Rust; all mistakes come back together as
//! [`Diagnostics`], and [`Document::render`] shows each in its own line of the file. Checks that
//! look at several keys add their own [`Diagnostic`]s, by the path of the key.
//!
//! Every mistake has a [`Code`]; those of this crate stand in [`mod@codes`].
//!
//! # Example
//!
//! ```
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//! use synaptree_config::Document;
//!
//! #[derive(Deserialize, JsonSchema, Debug)]
//! #[serde(deny_unknown_fields)]
//! struct Training {
//!     learning_rate: f64,
//! }
//!
//! let document = Document::parse("run.toml", "learning_rat = 0.1")?;
//! let mistakes = document.deserialize::<Training>().unwrap_err();
//! assert_eq!(
//!     document.render(&mistakes, false),
//!     "\
//! error[config/unknown-key]: unknown key `learning_rat`
//!  --> run.toml:1:1
//!   |
//! 1 | learning_rat = 0.1
//!   | ^^^^^^^^^^^^ not a key of an experiment
//!   |
//!   = help: did you mean `learning_rate`?",
//! );
//! # Ok::<(), synaptree_config::ConfigError>(())
//! ```

mod assign;
mod beside;
mod code;
pub mod codes;
mod convert;
mod counted;
mod data_file;
mod diagnostic;
mod document;
mod error;
mod expand;
mod key_path;
mod nearest;
mod node;
mod read;
mod reference;
mod remark;
mod render;
mod schema;
mod source;
mod validate;
mod words;
mod write;

pub use assign::VARIABLE as OVERRIDE_PREFIX;
pub use beside::write_beside;
pub use code::Code;
pub use counted::counted;
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use document::Document;
pub use error::ConfigError;
pub use expand::{ExpandError, expand};
pub use nearest::nearest;
pub use reference::reference;
pub use remark::Remark;
pub use render::Rendered;
pub use schema::schema;
pub use words::words;
pub use write::{to_toml, to_toml_with_origins};
