//! Networks with stochastic synapses on Burn.
