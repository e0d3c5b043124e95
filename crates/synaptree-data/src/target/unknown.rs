//! What becomes of an answer that no training row has.

use crate::error::TargetError;
use crate::table::Table;
use crate::warn::Strangers;

/// What becomes of an answer that no training row has.
pub(crate) enum Unknown<'a> {
    /// It is an error; the rows are called so.
    Refused(&'a str),
    /// It is left out and counted: who evaluates a model has the rows that there are.
    LeftOut(&'a mut Strangers),
}

impl Unknown<'_> {
    /// Leaves an answer out, or says why not; `error` is given what the rows are called.
    pub(super) fn meet(
        &mut self,
        answer: &str,
        table: &Table,
        row: usize,
        error: impl FnOnce(&str) -> TargetError,
    ) -> Result<(), TargetError> {
        match self {
            Self::Refused(part) => Err(error(part)),
            Self::LeftOut(strangers) => {
                strangers.meet(answer, table, row);
                Ok(())
            }
        }
    }
}
