//! Rows that stand in two parts.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

use super::Rows;
use super::chance::{Columns, Sampled, hash_label};
use crate::dataset::Split;
use crate::origin::Origins;
use crate::preprocess::Preprocessing;
use crate::split::Part;

/// The rows of the parts so far, by what they hold.
#[derive(Clone, Debug)]
pub(crate) struct Twins {
    /// Part and row of the first row with these inputs and answers.
    first: HashMap<u64, (usize, usize)>,
    parts: Vec<(Part, Origins)>,
    /// Whether training rows repeat each other so often that twins say nothing.
    common: bool,
    columns: Columns,
    train: Sampled,
}

impl Twins {
    pub(crate) fn new(preprocessing: &Preprocessing, train: Rows<'_>, split: &Split) -> Self {
        let columns = Columns::new(preprocessing);
        let mut first = HashMap::with_capacity(train.rows.len());
        for (position, &row) in train.rows.iter().enumerate() {
            first.entry(content(split, position)).or_insert((0, row));
        }
        Self {
            common: 2 * first.len() < train.rows.len(),
            first,
            parts: vec![(train.part, train.table.origins.clone())],
            train: Sampled::of_training(&columns, split),
            columns,
        }
    }

    /// Rows of a part whose inputs and answers are those of a row of an earlier part.
    pub(super) fn find(&mut self, part: Rows<'_>, split: &Split) -> Option<String> {
        let number = self.parts.len();
        self.parts.push((part.part, part.table.origins.clone()));
        let mut twins: Vec<(usize, (usize, usize))> = Vec::new();
        for (position, &row) in part.rows.iter().enumerate() {
            let known = self
                .first
                .entry(content(split, position))
                .or_insert((number, row));
            if known.0 != number {
                twins.push((row, *known));
            }
        }
        let &(row, (other, twin)) = twins.first()?;
        let mut sample = Sampled::default();
        let rows: Vec<usize> = (0..part.rows.len()).collect();
        self.sample(&mut sample, split, &rows, (0, rows.len()));
        if !self.are_telling(twins.len(), rows.len(), &sample) {
            return None;
        }
        let place = format!(
            "{} (in {})",
            part.table.origin(row),
            self.place((other, twin))
        );
        Some(Self::say(
            twins.len(),
            part.rows.len(),
            part.part,
            &place,
            "",
        ))
    }

    /// Where a training row stands that is like a row of another part.
    pub(crate) fn of(&self, split: &Split, row: usize) -> Option<String> {
        let known = self.first.get(&content(split, row))?;
        Some(self.place(*known))
    }

    /// Takes rows of a part into a sample, as [`Sampled::take_of_part`].
    pub(crate) fn sample(
        &self,
        sample: &mut Sampled,
        split: &Split,
        rows: &[usize],
        place: (usize, usize),
    ) {
        sample.take_of_part(&self.columns, split, rows, place);
    }

    /// Whether so many twins among the rows of a part are more than chance makes: rows of few columns with few values
    /// are alike though nobody copied them. With chance making the share `c` of rows alike,
    ///
    /// ```text
    /// copied = (twins / rows − c) / (1 − c)          telling: copied > c
    /// ```
    pub(crate) fn are_telling(&self, twins: usize, rows: usize, sample: &Sampled) -> bool {
        if self.common {
            return false;
        }
        let chance = self.train.by_chance(sample);
        let found = twins as f64 / rows as f64;
        found - chance > chance * (1.0 - chance)
    }

    fn place(&self, (part, row): (usize, usize)) -> String {
        let (part, origins) = &self.parts[part];
        format!("{}: {}", part.as_str(), origins.get(row))
    }

    /// The remark on so many twins, the first of which stands at `place`.
    pub(crate) fn say(twins: usize, rows: usize, part: Part, place: &str, how: &str) -> String {
        let stand = if twins == 1 { "stands" } else { "stand" };
        format!(
            "{twins} of {rows} rows of the {} part {stand} in another part too, the same in every \
             input and answer, such as {place}{how}: figures on them are flattering; `[data] \
             split_by` keeps rows that belong together in one part",
            part.as_str()
        )
    }
}

/// A hash of the inputs and answers of a row.
fn content(split: &Split, row: usize) -> u64 {
    let features = &split.features;
    let mut hasher = DefaultHasher::new();
    for number in &features.numbers[row * features.number_width..][..features.number_width] {
        hasher.write_u32(number.to_bits());
    }
    for code in &features.categories[row * features.category_width..][..features.category_width] {
        hasher.write_i32(*code);
    }
    for labels in &split.labels {
        hash_label(&mut hasher, labels, row);
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use synaptree_tasks::Kind;

    use crate::warn::testing::{csv, only, remarks};

    #[test]
    fn a_row_that_stands_in_two_parts_is_named_in_both() {
        let train = csv("a,b,y", 60, |n| {
            format!("{},{},{}", n * 7 % 59, n / 2, n % 2)
        });
        let test = csv("a,b,y", 30, |n| match n {
            8 => "35,2,1".to_owned(),
            n => format!("{}.5,0,{}", n * 7 % 59, n % 2),
        });
        insta::assert_snapshot!(only(&remarks(Kind::Binary, &train, Some(&test)), "stands in another"), @"1 of 30 rows of the test part stands in another part too, the same in every input and answer, such as test.csv, line 10 (in train: train.csv, line 7): figures on them are flattering; `[data] split_by` keeps rows that belong together in one part");
    }

    #[test]
    fn rows_of_a_few_values_are_no_twins() {
        let rows = |n: usize| format!("{},{}", n % 3, n % 2);
        let found = remarks(
            Kind::Binary,
            &csv("a,y", 60, rows),
            Some(&csv("a,y", 31, rows)),
        );
        assert!(
            found.iter().all(|text| !text.contains("stand in")),
            "{found:?}"
        );
    }

    #[test]
    fn rows_that_chance_makes_alike_are_no_twins_and_copies_among_them_are() {
        // 900 of the 1200 combinations of four columns, drawn with repetition.
        let drawn = |n: usize, salt: usize| {
            let hash = ((n * 2_654_435_761 + salt * 40_503) % 4_294_967_296 * 2_246_822_519) >> 13;
            format!(
                "{},{},{},{}",
                hash % 10,
                hash / 10 % 12,
                hash / 120 % 5,
                hash / 600 % 2
            )
        };
        let train = csv("a,b,c,y", 900, |n| drawn(n, 1));
        let test = csv("a,b,c,y", 300, |n| drawn(n, 2));
        let found = remarks(Kind::Binary, &train, Some(&test));
        assert!(
            found.iter().all(|text| !text.contains("stand in")),
            "{found:?}"
        );
        let with_copies = csv("a,b,c,y", 300, |n| {
            if n % 100 == 0 {
                drawn(n, 2)
            } else {
                drawn(n, 1)
            }
        });
        let found = remarks(Kind::Binary, &train, Some(&with_copies));
        only(&found, "stand in another");
    }
}
