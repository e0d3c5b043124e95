//! How tasks joined by `refines` are decided together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How tasks joined by `refines` are decided together.
#[derive(Serialize, Deserialize, JsonSchema, Copy, Clone, Debug, PartialEq, Eq, Default)]
#[serde(rename_all = "snake_case")]
pub enum Decode {
    /// The most probable finest value; the coarser ones follow from it.
    #[default]
    Joint,
    /// The most probable coarse value first, then the most probable finer one within it.
    TopDown,
}
