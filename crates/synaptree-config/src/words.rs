//! The words in the name of a column.

/// The parts of a name in lower case: `Clothing ID` and `clothingId` are `clothing`, `id`.
///
/// # Example
///
/// ```
/// use synaptree_config::words;
///
/// assert_eq!(words("createdAt"), ["created", "at"]);
/// assert_eq!(words("NR-AR"), ["nr", "ar"]);
/// ```
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = None;
    for character in name.chars() {
        let begins = character.is_uppercase() && before.is_some_and(char::is_lowercase);
        if begins || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            last.extend(character.to_lowercase());
        }
        before = Some(character);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_apart_into_words() {
        assert_eq!(words("Clothing ID"), ["clothing", "id"]);
        assert_eq!(words("customerId"), ["customer", "id"]);
        assert_eq!(words("NR-AR"), ["nr", "ar"]);
        assert!(words("").is_empty());
    }
}
