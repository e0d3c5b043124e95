//! A table of numbers whose cells are the darker the larger they are.

use super::canvas::{Anchor, Canvas, text_width};
use super::figure::Figure;
use super::frame::{self, PANEL};
use super::theme::HEAT;

/// Cells with this much room carry their number.
const LEGIBLE: f64 = 19.0;

/// One cell.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    /// From −1 to 1: how much of the colour covers the paper; negative in the second colour.
    pub(crate) heat: f64,
    /// What stands in the cell, where there is room.
    pub(crate) text: String,
    /// What shows under the pointer.
    pub(crate) hint: String,
}

/// A matrix with named rows and columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) row_title: &'a str,
    pub(crate) column_title: &'a str,
    pub(crate) rows: &'a [String],
    pub(crate) columns: &'a [String],
    pub(crate) cells: &'a [Vec<Cell>],
    /// Whether the diagonal is outlined.
    pub(crate) diagonal: bool,
}

impl Matrix<'_> {
    /// The matrix; `None` where it has no cell.
    pub(crate) fn draw(self, name: String) -> Option<Figure> {
        if self.rows.is_empty() || self.columns.is_empty() {
            return None;
        }
        let widest = |names: &[String], most: f64| {
            names
                .iter()
                .map(|name| text_width(name, 11.0))
                .fold(20.0, f64::max)
                .min(most)
        };
        let (row_room, column_room) = (widest(self.rows, 116.0), widest(self.columns, 104.0));
        let numbers = self
            .cells
            .iter()
            .flatten()
            .map(|cell| text_width(&cell.text, 11.0));
        let side = match self.columns.len().max(self.rows.len()) {
            many if many > 24 => 13.0,
            many if many > 12 => 22.0,
            many if many > 5 => 28.0,
            _ => 42.0,
        };
        let wide = numbers.fold(0.0, f64::max) + 6.0;
        let side = if side >= LEGIBLE {
            f64::max(side, wide.min(48.0))
        } else {
            side
        };
        let rise = if side >= LEGIBLE { 0.66 } else { 1.0 };
        let (left, top) = (row_room + 32.0, 44.0 + column_room * rise + 12.0);
        let (columns, rows) = (self.columns.len() as f64, self.rows.len() as f64);
        // The last column's name rises beyond the matrix.
        let width = (left + side * columns + column_room * 0.77 + 6.0).max(PANEL);
        let mut canvas = Canvas::new(width, top + side * rows + 8.0);
        frame::title(&mut canvas, self.title);
        canvas.text(
            "small muted",
            (left, 34.0),
            Anchor::Start,
            &format!("{} →", self.column_title),
        );
        canvas.upright(
            "small muted",
            (11.0, top + side * rows / 2.0),
            &format!("← {}", self.row_title),
        );
        for (index, label) in self.columns.iter().enumerate() {
            let x = left + side * (index as f64 + 0.5);
            if side >= LEGIBLE {
                canvas.rising("small", (x, top - 7.0), -40, label, column_room + 4.0);
            } else {
                // Slanted names of narrow columns would cover one another.
                canvas.rising("small", (x + 4.0, top - 5.0), -90, label, column_room + 4.0);
            }
        }
        let (right, bottom) = (left + side * columns, top + side * rows);
        for row in 0..=self.rows.len() {
            let y = top + side * row as f64;
            canvas.line("grid", (left, y), (right, y));
        }
        for column in 0..=self.columns.len() {
            let x = left + side * column as f64;
            canvas.line("grid", (x, top), (x, bottom));
        }
        for (row, (label, cells)) in self.rows.iter().zip(self.cells).enumerate() {
            let y = top + side * row as f64;
            let baseline = y + side / 2.0 + 4.0;
            canvas.fitted(
                "small",
                (left - 7.0, baseline),
                Anchor::End,
                label,
                11.0,
                row_room + 4.0,
            );
            for (column, cell) in cells.iter().enumerate() {
                let x = left + side * column as f64;
                let class = if cell.heat < 0.0 { "cold" } else { "heat" };
                let heat = cell.heat.abs().min(1.0) * HEAT;
                if heat > 0.0 {
                    let (corner, inner) = ((x + 0.5, y + 0.5), (side - 1.0, side - 1.0));
                    canvas.rect_with(class, corner, inner, 0.0, heat, Some(&cell.hint));
                }
                if side >= LEGIBLE && !cell.text.is_empty() {
                    canvas.text(
                        "small",
                        (x + side / 2.0, baseline),
                        Anchor::Middle,
                        &cell.text,
                    );
                }
                if self.diagonal && row == column {
                    let corner = (x + 1.0, y + 1.0);
                    canvas.rect("axis", corner, (side - 2.0, side - 2.0), 0.0);
                }
            }
        }
        Some(Figure::new(name, self.title, self.description, canvas))
    }
}
