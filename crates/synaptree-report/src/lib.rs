//! A run folder turned into figures and one HTML page.
