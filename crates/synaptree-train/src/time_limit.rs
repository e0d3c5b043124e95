//! `time_limit`: how long training may take.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long training may take, written as in `"10m"`, `"90s"` or `"1h30m"`.
///
/// Training ends at the step in which the time is used up, or at the end of an epoch: the best epoch
/// so far is evaluated and reported as after any other end, and `summary.json` says
/// `"stopped": "time_limit"`. The seconds of a resumed run count on. Where the limit strikes depends on
/// the machine, so two runs that it cut off need not be equal bit for bit; a run that it did not cut
/// off is not changed by it.
///
/// # Example
///
/// ```
/// use synaptree_train::TimeLimit;
///
/// let limit: TimeLimit = "1h30m".parse()?;
/// assert_eq!(limit.seconds(), 5400.0);
/// assert_eq!(limit.to_string(), "1h30m");
/// assert!("10".parse::<TimeLimit>().is_err());
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TimeLimit(Duration);

/// Milliseconds of each unit, the greatest first.
const UNITS: [(&str, u64); 5] = [
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

impl TimeLimit {
    /// The limit in seconds.
    pub fn seconds(self) -> f64 {
        self.0.as_secs_f64()
    }
}

impl FromStr for TimeLimit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is not a length of time; write a number with its unit, such as `10m`, `90s` or `1h30m`"
            )
        };
        let mut rest = text.trim();
        let mut total = 0_u64;
        while !rest.is_empty() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let number: u64 = rest[..digits].parse().map_err(|_| wrong())?;
            let unit_end = rest[digits..]
                .find(|c: char| c.is_ascii_digit() || c.is_whitespace())
                .map_or(rest.len(), |end| digits + end);
            let unit = &rest[digits..unit_end];
            let (_, milliseconds) = UNITS
                .into_iter()
                .find(|(name, _)| *name == unit)
                .ok_or_else(wrong)?;
            total = number
                .checked_mul(milliseconds)
                .and_then(|part| total.checked_add(part))
                .ok_or_else(wrong)?;
            rest = rest[unit_end..].trim_start();
        }
        if total == 0 {
            return Err(wrong());
        }
        Ok(Self(Duration::from_millis(total)))
    }
}

impl fmt::Display for TimeLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut left = self.0.as_millis();
        for (name, milliseconds) in UNITS {
            let number = left / u128::from(milliseconds);
            left %= u128::from(milliseconds);
            if number > 0 {
                write!(f, "{number}{name}")?;
            }
        }
        Ok(())
    }
}

impl TryFrom<String> for TimeLimit {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<TimeLimit> for String {
    fn from(limit: TimeLimit) -> Self {
        limit.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_read_and_written() {
        for (text, seconds) in [
            ("10m", 600.0),
            ("90s", 90.0),
            ("1d 2h", 93_600.0),
            ("250ms", 0.25),
        ] {
            let limit: TimeLimit = text.parse().unwrap();
            assert_eq!(limit.seconds(), seconds);
            assert_eq!(limit.to_string().parse(), Ok(limit));
        }
        assert_eq!("90s".parse::<TimeLimit>().unwrap().to_string(), "1m30s");
    }

    #[test]
    fn what_is_no_length_of_time_is_refused() {
        for text in [
            "",
            "10",
            "m",
            "0s",
            "ten minutes",
            "1.5h",
            "-3m",
            "99999999999999999999d",
        ] {
            assert!(text.parse::<TimeLimit>().is_err(), "{text}");
        }
    }
}
