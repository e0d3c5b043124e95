//! Rows that stand in two parts.

use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

use super::Rows;
use super::chance::{Columns, Sampled, hash_label};
use crate::dataset::Split;
use crate::origin::Origins;
use crate::preprocess::Preprocessing;
use crate::spec::{DataSpec, PartSpec};
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
    data: DataSpec,
}

impl Twins {
    pub(crate) fn new(
        preprocessing: &Preprocessing,
        data: &DataSpec,
        train: Rows<'_>,
        split: &Split,
    ) -> Self {
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
            data: data.clone(),
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
        Some(self.say(twins.len(), part.rows.len(), part.part, &place, ""))
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
    /// are alike though nobody copied them. With chance making the share `c` of `n` rows alike, twins tell where both
    ///
    /// ```text
    /// copied = (twins / n − c) / (1 − c) > c          P(Poisson(n c) ≥ twins) < 0.02
    /// ```
    pub(crate) fn are_telling(&self, twins: usize, rows: usize, sample: &Sampled) -> bool {
        if self.common {
            return false;
        }
        let chance = self.train.by_chance(sample);
        let found = twins as f64 / rows as f64;
        found - chance > chance * (1.0 - chance) && are_many(twins, rows as f64 * chance)
    }

    fn place(&self, (part, row): (usize, usize)) -> String {
        let (part, origins) = &self.parts[part];
        format!("{}: {}", part.as_str(), origins.get(row))
    }

    /// The remark on so many twins, the first of which stands at `place`.
    pub(crate) fn say(
        &self,
        twins: usize,
        rows: usize,
        part: Part,
        place: &str,
        how: &str,
    ) -> String {
        let stand = if twins == 1 { "stands" } else { "stand" };
        format!(
            "{twins} of {rows} rows of the {} part {stand} in another part too, the same in every \
             input and answer, such as {place}{how}: figures on them are flattering; {}",
            part.as_str(),
            self.remedy(part)
        )
    }

    /// What keeps rows that are alike out of two parts.
    fn remedy(&self, part: Part) -> String {
        match (self.data.way(part), self.data.groups()) {
            (Some(PartSpec::Files(_) | PartSpec::Column(_)), _) => {
                "leave them out of one of the parts".to_owned()
            }
            (_, []) if self.data.order_by.is_some() => {
                "leave the copies out of the file".to_owned()
            }
            (_, []) => "`[data] split_by` keeps rows that belong together in one part".to_owned(),
            (_, groups) => format!(
                "`[data] split_by` ({}) does not join them: leave the copies out of the file, or split by what \
                 they share",
                super::named(groups)
            ),
        }
    }
}

/// Whether chance, which makes `expected` of them, makes as many as `found` in less than one part of fifty.
fn are_many(found: usize, expected: f64) -> bool {
    const RARE: f64 = 0.02;
    // Where many are expected, their number is nearly normal; 2.05 deviations leave two percent above.
    if expected > 100.0 {
        return found as f64 > expected + 2.05 * expected.sqrt();
    }
    let (mut term, mut fewer) = ((-expected).exp(), 0.0);
    for count in 0..found {
        fewer += term;
        if 1.0 - fewer < RARE {
            return true;
        }
        term *= expected / (count + 1) as f64;
    }
    1.0 - fewer < RARE
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
    use synaptree_tasks::{Kind, TaskSpec};

    use super::are_many;
    use crate::load::load;
    use crate::spec::{DataSpec, InputSpec};
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
        insta::assert_snapshot!(only(&remarks(Kind::Binary, &train, Some(&test)), "stands in another"), @"1 of 30 rows of the test part stands in another part too, the same in every input and answer, such as test.csv, line 10 (in train: train.csv, line 7): figures on them are flattering; leave them out of one of the parts");
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

    #[test]
    fn hardly_any_table_of_random_rows_is_said_to_hold_copies() {
        let mut state = 1_u64;
        let mut draw = |size: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % size
        };
        let mut said = 0;
        let tables = 60;
        for _ in 0..tables {
            let sizes = [draw(30) + 2, draw(30) + 2, draw(10) + 2, 2];
            let mut rows = |count: usize| {
                let rows: Vec<String> = (0..count)
                    .map(|_| sizes.map(&mut draw).map(|cell| cell.to_string()).join(","))
                    .collect();
                csv("a,b,c,y", count, |n| rows[n].clone())
            };
            let (train, test) = (rows(210), rows(45));
            let found = remarks(Kind::Binary, &train, Some(&test));
            said += usize::from(found.iter().any(|text| text.contains("in another")));
        }
        assert!(said <= tables / 20, "{said} of {tables}");
    }

    #[test]
    fn what_keeps_copies_apart_depends_on_how_the_parts_are_made() {
        let folder = tempfile::tempdir().unwrap();
        let row = |n: usize| format!("{},{},{},{}", n * 7 % 400, n * 13 % 401, n, n % 2);
        let text = csv("a,b,visit,y", 600, |n| {
            let row = row(n % 300);
            format!("{row},{n}")
        })
        .replacen("visit,y", "visit,y,person", 1);
        std::fs::write(folder.path().join("a.csv"), text).unwrap();
        let remark = |split_by: Option<&str>| {
            let mut data = DataSpec::new("a.csv");
            data.split_by = split_by.map(Into::into);
            let inputs = [InputSpec {
                exclude: vec!["person".to_owned()],
                ..InputSpec::default()
            }];
            let tasks = [TaskSpec::new("y", Kind::Binary)];
            let dataset = load(&data, &inputs, &tasks, folder.path()).unwrap();
            let found = dataset
                .warnings
                .iter()
                .find(|text| text.contains("in another"));
            found
                .unwrap()
                .split_once("flattering; ")
                .unwrap()
                .1
                .to_owned()
        };
        assert_eq!(
            remark(None),
            "`[data] split_by` keeps rows that belong together in one part"
        );
        assert_eq!(
            remark(Some("person")),
            "`[data] split_by` (`person`) does not join them: leave the copies out of the file, or split by what \
             they share"
        );
    }

    #[test]
    fn so_many_are_rare_where_few_are_expected() {
        // Poisson: P(X >= 1 | 0.02) = 0.0198, P(X >= 5 | 1) = 0.0037, P(X >= 4 | 1) = 0.019, P(X >= 3 | 1) = 0.080.
        assert!(are_many(1, 0.02) && !are_many(1, 0.021));
        assert!(are_many(4, 1.0) && !are_many(3, 1.0));
        assert!(are_many(230, 200.0) && !are_many(228, 200.0));
        assert!(are_many(1, 0.0));
    }
}
