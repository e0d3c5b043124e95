//! The stable names of mistakes, each with a page that explains it.

use std::fmt;

/// A kind of mistake: its stable name, and what a person needs to understand and mend it.
///
/// Codes are declared with [`codes!`](crate::codes!), in the crate that finds the mistake.
///
/// # Example
///
/// ```
/// synaptree_config::codes! {
///     TOO_FEW = "data/too-few", "There are too few rows" {
///         cause: "A network cannot learn from one row.",
///         example: "train = \"one-row.csv\"",
///         cure: "Add rows.",
///     }
/// }
/// assert_eq!(TOO_FEW.code, "data/too-few");
/// assert_eq!(ALL.len(), 1);
/// assert!(TOO_FEW.page().starts_with("# data/too-few\n\nThere are too few rows.\n"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// The stable name, `area/mistake`; it never changes its meaning.
    pub code: &'static str,
    /// What is wrong, in one line without a full stop.
    pub title: &'static str,
    /// Why it is wrong, and how one comes to it.
    pub cause: &'static str,
    /// Something that has this mistake: lines of a file, or a command.
    pub example: &'static str,
    /// What to do about it.
    pub cure: &'static str,
}

impl Code {
    /// The page of this mistake, in Markdown.
    pub fn page(&self) -> String {
        let Self {
            code,
            title,
            cause,
            example,
            cure,
        } = self;
        format!(
            "# {code}\n\n{title}.\n\n## Cause\n\n{cause}\n\n## Example\n\n```text\n{example}\n```\n\n## Cure\n\n{cure}\n"
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// Declares the [`Code`]s of a module and `ALL`, the list of them: a code that is declared is
/// listed, so it has its page and its line in `synaptree explain`.
#[macro_export]
macro_rules! codes {
    ($($name:ident = $code:literal, $title:literal {
        cause: $cause:literal,
        example: $example:literal,
        cure: $cure:literal $(,)?
    })*) => {
        $(
            #[doc = concat!("`", $code, "`: ", $title, ".")]
            #[allow(unreachable_pub, reason = "whether the module is public is up to it")]
            pub static $name: $crate::Code = $crate::Code {
                code: $code,
                title: $title,
                cause: $cause,
                example: $example,
                cure: $cure,
            };
        )*
        /// Every code of this module, in the order of their declaration.
        #[allow(unreachable_pub, dead_code, reason = "a test may declare codes just for itself")]
        pub static ALL: &[&$crate::Code] = &[$(&$name),*];
    };
}
