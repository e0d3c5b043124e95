//! One network for a tree of related tasks, with stochastic synapses.
