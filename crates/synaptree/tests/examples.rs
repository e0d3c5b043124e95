//! The examples that need no arguments do what they print, and what they rest on holds.

#[path = "../examples/custom_head.rs"]
mod custom_head;
#[path = "../examples/stochastic_module.rs"]
mod stochastic_module;

use synaptree::Model;

#[test]
fn a_head_of_ones_own_learns_beside_those_of_the_network() {
    custom_head::main().unwrap();
}

#[test]
fn stochastic_synapses_train_on_a_module_written_by_hand() {
    stochastic_module::main().unwrap();
}

#[test]
fn a_model_may_cross_threads() {
    fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<Model>();
}
