//! Counter-based random streams.
//!
//! Every random number of synaptree is a pure function of its address: a seed, a [`Purpose`], the
//! path of a parameter or layer, a step, a sample and an element. Nothing is consumed and nothing
//! has to be saved: the same address gives the same bits for any number of threads, in any order,
//! resumed or not.

mod key;
mod philox;

pub use key::{Key, Purpose};
pub use philox::philox4x32_10;
