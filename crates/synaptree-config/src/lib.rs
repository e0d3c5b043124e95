//! Reads experiment files with positions and explains every mistake.
