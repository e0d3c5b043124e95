//! Figures in SVG.

mod bars;
mod canvas;
mod figure;
mod frame;
mod histogram;
mod lines;
mod matrix;
pub(crate) mod number;
mod reliability;
mod scale;
mod scatter;
pub(crate) mod theme;
mod tree;

pub(crate) use bars::{GroupedBars, Reached, reached};
pub(crate) use figure::{Figure, Room};
pub(crate) use frame::ROW;
pub(crate) use histogram::HistogramChart;
pub(crate) use lines::{Across, Curve, LineChart};
pub(crate) use matrix::{Cell, Matrix};
pub(crate) use reliability::reliability;
pub(crate) use scatter::{POINTS, scatter};
pub(crate) use tree::{Join, TreeBox, TreeEdge, tree};
