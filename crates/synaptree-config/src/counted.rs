//! A number and what it counts.

/// `1 row`, `2 rows`, `3 classes`, `0 categories`.
///
/// # Example
///
/// ```
/// use synaptree_config::counted;
///
/// assert_eq!(counted(1, "row"), "1 row");
/// assert_eq!(counted(2, "class"), "2 classes");
/// assert_eq!(counted(0, "category"), "0 categories");
/// assert_eq!(counted(7, "day"), "7 days");
/// ```
pub fn counted(count: usize, what: &str) -> String {
    if count == 1 {
        return format!("{count} {what}");
    }
    match what.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{count} {stem}ies"),
        _ if what.ends_with(['s', 'x']) => format!("{count} {what}es"),
        _ => format!("{count} {what}s"),
    }
}
