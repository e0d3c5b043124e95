//! The page and the figures as a reader meets them.

mod common;
mod damage;
mod figures;
mod page;
mod support;
mod uncertain;
