//! The assembled network: build, save, load, predict, evaluate.
