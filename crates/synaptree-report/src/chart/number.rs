//! Numbers as a reader wants them.

/// A metric or a measured value: about four significant digits.
pub(crate) fn value(number: f64) -> String {
    let magnitude = number.abs();
    let decimals = match magnitude {
        m if m >= 1000.0 || m == 0.0 => 0,
        m if m >= 100.0 => 1,
        m if m >= 10.0 => 2,
        _ => 3,
    };
    if magnitude >= 1e9 || (magnitude > 0.0 && magnitude < 5e-4) {
        return scientific(number, 1);
    }
    grouped(number, decimals)
}

/// A count with its thousands apart: 12,345.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a whole percentage; what is not all or nothing is never rounded to it.
pub(crate) fn percent(share: f64) -> String {
    let percentage = share * 100.0;
    match percentage {
        p if p > 0.0 && p < 1.0 => "less than 1 %".to_owned(),
        p if p > 99.0 && p < 100.0 => "more than 99 %".to_owned(),
        p => format!("{} %", grouped(p, 0)),
    }
}

/// A span of time in its two largest units.
pub(crate) fn seconds(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{} s", grouped(seconds, usize::from(seconds < 10.0)));
    }
    let whole = seconds.round() as u64;
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60);
    if hours > 0 {
        format!("{} h {minutes} min", count(hours))
    } else {
        format!("{minutes} min {rest} s")
    }
}

/// The label of a tick on an axis whose ticks are `step` apart.
pub(crate) fn tick(number: f64, step: f64) -> String {
    let magnitude = number.abs();
    if magnitude >= 1e6 || (step < 1e-4 && magnitude > 0.0) {
        return scientific(number, usize::from(step < magnitude / 20.0));
    }
    let decimals = if step > 0.0 {
        (-step.log10().floor()).clamp(0.0, 6.0) as usize
    } else {
        0
    };
    grouped(number, decimals)
}

fn grouped(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", number.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let negative = number < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    let whole = whole.parse().map_or_else(|_| whole.to_owned(), count);
    let point = if fraction.is_empty() { "" } else { "." };
    format!(
        "{}{whole}{point}{fraction}",
        if negative { "−" } else { "" }
    )
}

/// 2×10⁻⁴
fn scientific(number: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$e}", number.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let mantissa = if mantissa.contains('.') {
        mantissa.trim_end_matches('0').trim_end_matches('.')
    } else {
        mantissa
    };
    let raised: String = exponent
        .chars()
        .map(|character| match character {
            '-' => '⁻',
            digit => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']
                [digit.to_digit(10).unwrap_or(0) as usize],
        })
        .collect();
    let times = if mantissa == "1" {
        String::new()
    } else {
        format!("{mantissa}×")
    };
    format!("{}{times}10{raised}", if number < 0.0 { "−" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_about_four_digits() {
        let texts = [0.94, -0.5, 12.345, 1234.5, 0.0001, 0.0, -0.00001, 2.5e12].map(value);
        assert_eq!(
            texts,
            [
                "0.940",
                "−0.500",
                "12.35",
                "1,234",
                "10⁻⁴",
                "0",
                "−10⁻⁵",
                "2.5×10¹²"
            ]
        );
    }

    #[test]
    fn a_share_is_never_rounded_to_all_or_nothing() {
        let texts = [0.0, 0.001, 0.5, 0.999, 1.0].map(percent);
        assert_eq!(
            texts,
            ["0 %", "less than 1 %", "50 %", "more than 99 %", "100 %"]
        );
    }

    #[test]
    fn time_is_told_in_two_units() {
        assert_eq!(
            [2.34, 42.0, 192.0, 7322.0].map(seconds),
            ["2.3 s", "42 s", "3 min 12 s", "2 h 2 min"]
        );
    }

    #[test]
    fn ticks_show_as_many_digits_as_their_step_needs() {
        assert_eq!(tick(0.25, 0.05), "0.25");
        assert_eq!(tick(15000.0, 5000.0), "15,000");
        assert_eq!(tick(2e7, 1e7), "2×10⁷");
    }
}
