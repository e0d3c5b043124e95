//! Distributions of the weights around those that training found.

mod check;

pub(crate) use check::{check, is_found};
