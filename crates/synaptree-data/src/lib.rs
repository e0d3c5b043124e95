//! Files to typed columns to batches with masks.

mod batch;
mod cells;
pub mod codes;
mod columns;
mod dataset;
mod declaration;
mod error;
mod fingerprint;
mod load;
mod origin;
mod partition;
mod preprocess;
mod profile;
mod read;
mod shown;
mod spec;
mod split;
mod stream;
mod table;
mod target;
mod typing;
mod warn;
mod write;

pub use batch::{BatchPlan, PlannedBatch};
pub use dataset::{Dataset, Features, Split};
pub use declaration::{DeclaredType, HierarchyDeclaration, HierarchyDialect};
pub use error::{DataError, FileError, LayoutError, TargetError};
pub use fingerprint::Fingerprint;
pub use load::{load, load_first};
pub use origin::{Origin, Origins, SourceFile, Unit};
pub use partition::nearest_split_seed;
pub use preprocess::{Preprocessing, SourceColumn};
pub use profile::{
    CodesProfile, ColumnProfile, Copies, Evidence, Formatted, GiveAway, Header, Hint, Look,
    NumberSummary, Profile, Reading, Repeats, Slip, copies, gives_away, hints, is_counter,
    read_unknown, repeats,
};
pub use read::{Chunks, Encoding, ReadOptions, Source, read_chunks, read_files};
pub use spec::{
    Auto, CategoryEncoding, ColumnPart, DataSpec, EncodingSpec, FileSpec, Files, Impute, InputKind,
    InputSpec, PartSpec, QuoteSpec, Scaling, ScalingSpec, Streaming, check_data,
};
pub use split::{Fractions, Part, Splitter};
pub use stream::{Stream, StreamedEpoch};
pub use synaptree_store::StoreError;
pub use table::Table;
pub use target::{is_of_a_pair, negative_first};
pub use typing::ColumnType;
pub use warn::Remarks;
pub use write::{TableWriter, check_output, write_table};
