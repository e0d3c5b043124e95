//! Encoders: from the columns of an input to one vector a row.

mod table;

pub use table::{TableEncoder, TableInput};
