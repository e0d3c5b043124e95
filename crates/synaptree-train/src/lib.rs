//! From an experiment to a run folder: training, checkpoints, resume.
