//! Reads experiment files with positions and explains every mistake.

mod assign;
mod beside;
mod convert;
mod diagnostic;
mod document;
mod error;
mod expand;
mod key_path;
mod nearest;
mod node;
mod read;
mod render;
mod source;
mod validate;
mod write;

pub use beside::write_beside;
pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use document::Document;
pub use error::ConfigError;
pub use expand::{ExpandError, expand};
pub use nearest::nearest;
pub use render::Rendered;
pub use write::to_toml;
