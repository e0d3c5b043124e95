//! Moments as a reader wants them.

use std::time::{SystemTime, UNIX_EPOCH};

/// A moment as `2026-11-21 03:20 UTC`.
pub(super) fn of(moment: SystemTime) -> String {
    let seconds = moment
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = civil(days);
    format!(
        "{year:04}-{month:02}-{day:02} {:02}:{:02} UTC",
        rest / 3600,
        rest / 60 % 60
    )
}

/// An RFC 3339 moment in UTC with its seconds left out; any other text stays as it is.
pub(super) fn readable(text: &str) -> String {
    let parts = text.strip_suffix('Z').and_then(|rest| rest.split_once('T'));
    match parts.and_then(|(date, time)| Some((date, time.get(..5)?))) {
        Some((date, time)) if date.len() == 10 => format!("{date} {time} UTC"),
        _ => text.to_owned(),
    }
}

/// Year, month and day of a number of days since 1970-01-01.
///
/// # References
/// Howard Hinnant: [chrono-Compatible Low-Level Date Algorithms](https://howardhinnant.github.io/date_algorithms.html),
/// `civil_from_days`.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (
        era * 400 + year + u64::from(month <= 2),
        month,
        day - (153 * shifted + 2) / 5 + 1,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn dates_agree_with_the_calendar() {
        assert_eq!(of(UNIX_EPOCH), "1970-01-01 00:00 UTC");
        // date -u -d @1709210096
        assert_eq!(
            of(UNIX_EPOCH + Duration::from_secs(1_709_210_096)),
            "2024-02-29 12:34 UTC"
        );
    }

    #[test]
    fn seconds_are_left_out() {
        assert_eq!(readable("2026-11-21T03:20:01Z"), "2026-11-21 03:20 UTC");
        assert_eq!(readable("last Tuesday"), "last Tuesday");
    }
}
