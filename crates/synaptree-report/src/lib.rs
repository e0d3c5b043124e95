//! A run folder turned into figures and one HTML page.
//!
//! [`write_report`] draws `report.html`, one page that needs nothing besides itself: no network, no
//! script, no font. [`write_figures`] writes the same figures as separate SVG files. Both read files
//! alone, through [`RunFiles`]; what a run did not write is left out.

mod chart;
pub mod codes;
mod error;
mod files;
mod page;
mod section;
mod write;

pub use error::ReportError;
pub use files::{
    Before, Confusion, Details, Doubt, EstimatorsLine, Evaluation, Guarantees, Histogram,
    Importance, IntervalPoint, Layer, LayerWeights, MetricsLine, NetworkFile, Ordered, Outputs,
    Overall, PrunedPoint, Pruning, ReliabilityBin, RiskPoint, RunFiles, Scatter, Scatters, Score,
    SeedRun, Summary, Synapses, TaskEvaluation, TaskImportance, TaskNode,
};
pub use write::{draw_report, write_figures, write_report};
