//! Words of YAML and numbers of JSON to values.

use crate::node::Value;

/// What a word without quotation marks means in the core schema of YAML 1.2: `yes` and `on` are
/// strings there, and `1e-3` is a number.
pub(super) fn plain(word: &str) -> Value {
    match word {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Boolean(true),
        "false" | "False" | "FALSE" => return Value::Boolean(false),
        ".nan" | ".NaN" | ".NAN" => return Value::Float(f64::NAN),
        _ => {}
    }
    let (sign, rest) = match word.strip_prefix('-') {
        Some(rest) => (-1.0, rest),
        None => (1.0, word.strip_prefix('+').unwrap_or(word)),
    };
    if matches!(rest, ".inf" | ".Inf" | ".INF") {
        return Value::Float(sign * f64::INFINITY);
    }
    let based = |prefix: &str, radix| {
        let digits = word.strip_prefix(prefix)?;
        let is_digits = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
        is_digits.then(|| i128::from_str_radix(digits, radix).ok())?
    };
    if let Some(number) = based("0x", 16).or_else(|| based("0o", 8)) {
        return Value::Integer(number);
    }
    if is_number(rest) {
        return number(word);
    }
    Value::String(word.to_owned())
}

/// A number as it is written in decimal digits.
pub(super) fn number(text: &str) -> Value {
    let is_whole = !text.contains(['.', 'e', 'E']);
    match text.parse::<i128>() {
        Ok(number) if is_whole => Value::Integer(number),
        _ => Value::Float(text.parse().unwrap_or(f64::NAN)),
    }
}

/// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
fn is_number(text: &str) -> bool {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).count();
    let whole = digits(text);
    let mut rest = &text[whole..];
    let mut fraction = 0;
    if let Some(behind) = rest.strip_prefix('.') {
        fraction = digits(behind);
        rest = &behind[fraction..];
    }
    if whole + fraction == 0 {
        return false;
    }
    match rest.strip_prefix(['e', 'E']) {
        None => rest.is_empty(),
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_what_the_core_schema_says() {
        let shown = |word| format!("{:?}", plain(word));
        for (word, meaning) in [
            ("yes", "String(\"yes\")"),
            ("on", "String(\"on\")"),
            ("1.2.3", "String(\"1.2.3\")"),
            ("-", "String(\"-\")"),
            (".", "String(\".\")"),
            ("1e", "String(\"1e\")"),
            ("0x", "String(\"0x\")"),
            ("~", "Null"),
            ("True", "Boolean(true)"),
            ("-12", "Integer(-12)"),
            ("+7", "Integer(7)"),
            ("0x1F", "Integer(31)"),
            ("0o17", "Integer(15)"),
            ("1e-3", "Float(0.001)"),
            (".5", "Float(0.5)"),
            ("2.", "Float(2.0)"),
            ("-.inf", "Float(-inf)"),
            (".nan", "Float(NaN)"),
        ] {
            assert_eq!(shown(word), meaning, "{word}");
        }
    }
}
