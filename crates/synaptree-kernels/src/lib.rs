//! Counter-based random streams and fused operators.
