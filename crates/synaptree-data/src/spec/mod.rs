//! What a person writes about files, splits and input columns.

mod check;
mod data;
mod input;

pub use self::check::check_data;
pub use self::data::{Auto, ColumnPart, DataSpec, FileSpec, Files, PartSpec, QuoteSpec, Streaming};
pub use self::input::{
    CategoryEncoding, EncodingSpec, Impute, InputKind, InputSpec, Scaling, ScalingSpec,
};
