//! Files to typed columns to batches with masks.
