//! Figures in SVG.

mod canvas;
mod figure;
mod number;
mod scale;
mod theme;

pub(crate) use figure::{Figure, Room};
