//! Task trees, losses, coherence and metrics.
