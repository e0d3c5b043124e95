//! What was counted, as a table of Markdown.

/// Counts of what happened, in the order in which its rows were first named.
#[derive(Default)]
pub(crate) struct Tally(Vec<(String, u64, u64)>);

impl Tally {
    /// Names a row before anything is counted in it.
    pub(crate) fn row(&mut self, name: &str) -> &mut (String, u64, u64) {
        let place = self.0.iter().position(|(row, ..)| row == name);
        let place = place.unwrap_or_else(|| {
            self.0.push((name.to_owned(), 0, 0));
            self.0.len() - 1
        });
        &mut self.0[place]
    }

    /// Counts one trial, and whether it ended as it should.
    pub(crate) fn count(&mut self, name: &str, equal: bool) {
        let row = self.row(name);
        row.1 += 1;
        row.2 += u64::from(equal);
    }

    /// How many trials there were.
    pub(crate) fn trials(&self) -> u64 {
        self.0.iter().map(|(_, trials, _)| trials).sum()
    }

    /// How many of them ended as they should.
    pub(crate) fn equal(&self) -> u64 {
        self.0.iter().map(|(.., equal)| equal).sum()
    }

    /// The table, its first column under `what`.
    pub(crate) fn markdown(&self, what: &str) -> String {
        let mut text = format!("| {what} | trials | equal bit for bit |\n|---|---:|---:|\n");
        for (name, trials, equal) in &self.0 {
            text += &format!("| {name} | {trials} | {equal} |\n");
        }
        text + &format!("| all | {} | {} |\n", self.trials(), self.equal())
    }
}
