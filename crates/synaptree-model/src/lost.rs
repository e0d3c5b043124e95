//! Rows whose answers are not numbers.

use synaptree_data::Table;
use synaptree_tasks::Uncertain;

/// So many rows are named.
const NAMED: usize = 3;

/// Counts rows whose answers are not numbers, and remembers where the first of them stand.
#[derive(Debug, Default)]
pub(crate) struct Lost {
    rows: u64,
    first: Vec<String>,
}

impl Lost {
    /// Looks at the answers for the rows of a table.
    pub(crate) fn look(&mut self, table: &Table, rows: usize, tasks: &[&Uncertain]) {
        for row in 0..rows {
            if tasks.iter().all(|task| task.mean.is_finite(row)) {
                continue;
            }
            self.rows += 1;
            if self.first.len() < NAMED {
                self.first.push(table.origin(row).to_string());
            }
        }
    }

    /// What is to be said of them.
    pub(crate) fn remark(&self) -> Option<String> {
        let rows = match self.rows {
            0 => return None,
            1 => "1 row has an answer that is no number".to_owned(),
            rows => format!("{rows} rows have answers that are no numbers"),
        };
        let more = if self.rows > NAMED as u64 {
            ", …"
        } else {
            ""
        };
        Some(format!(
            "{rows} ({}{more}): the inputs may lie far outside of what the network was trained on; the cells are left \
             empty",
            self.first.join(", ")
        ))
    }
}
