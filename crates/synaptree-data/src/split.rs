//! Which part a row of `train` belongs to.

use synaptree_kernels::{Key, Purpose, philox4x32_10};

/// The parts that rows of `train` can go to.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Rows that are trained on.
    Train,
    /// Rows that choose the best weights.
    Validation,
    /// Rows that are only scored.
    Test,
    /// Rows kept for the calibration of guarantees.
    Calibration,
}

impl Part {
    /// The name used in experiment files and run folders.
    pub const fn as_str(self) -> &'static str {
        match self {
            Part::Train => "train",
            Part::Validation => "validation",
            Part::Test => "test",
            Part::Calibration => "calibration",
        }
    }

    /// The part that a word of a table stands for, in any spelling of capitals.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_data::Part;
    ///
    /// assert_eq!(Part::named(" Dev"), Some(Part::Validation));
    /// assert_eq!(Part::named("north"), None);
    /// ```
    pub fn named(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        let words = [
            (Part::Train, &TRAIN[..]),
            (Part::Validation, &VALIDATION),
            (Part::Test, &TEST),
            (Part::Calibration, &["calibration"]),
        ];
        let is_word = |(_, words): &(Part, &[&str])| words.contains(&word.as_str());
        words.into_iter().find(is_word).map(|(part, _)| part)
    }
}

/// Words for rows that are trained on.
const TRAIN: [&str; 6] = ["train", "training", "trn", "tr", "learn", "learning"];
/// Words for rows that choose the best weights.
const VALIDATION: [&str; 7] = [
    "validation",
    "valid",
    "val",
    "dev",
    "devel",
    "development",
    "publictest",
];
/// Words for rows that are only scored.
const TEST: [&str; 6] = [
    "test",
    "testing",
    "tst",
    "holdout",
    "evaluation",
    "privatetest",
];

/// The shares of rows that do not go to training.
#[derive(Copy, Clone, Debug, PartialEq, Default)]
pub struct Fractions {
    /// Share of the test part.
    pub test: f64,
    /// Share of the validation part.
    pub validation: f64,
    /// Share of the calibration part.
    pub calibration: f64,
}

impl Fractions {
    /// The share of rows that do not go to training.
    pub fn held_out(&self) -> f64 {
        self.test + self.validation + self.calibration
    }

    /// The part of a point of `[0, 1)`: test at its lower end, then calibration, validation at its
    /// upper end, training between.
    ///
    /// # Example
    ///
    /// ```
    /// use synaptree_data::{Fractions, Part};
    ///
    /// let fractions = Fractions { test: 0.2, validation: 0.1, calibration: 0.0 };
    /// assert_eq!(fractions.part(0.19), Part::Test);
    /// assert_eq!(fractions.part(0.89), Part::Train);
    /// assert_eq!(fractions.part(0.91), Part::Validation);
    /// ```
    pub fn part(&self, point: f64) -> Part {
        if point < self.test {
            Part::Test
        } else if point < self.test + self.calibration {
            Part::Calibration
        } else if point < 1.0 - self.validation {
            Part::Train
        } else {
            Part::Validation
        }
    }
}

/// Sends rows to parts: a pure function of the seed, the row's key and its stratum, so that rows
/// added later move no other row.
///
/// A row gets a point of `[0, 1)`, and [`Fractions::part`] says where the point lies.
///
/// | Rows | Key | Point |
/// |---|---|---|
/// | of a group | the group's value | a hash of the value, the same wherever and whenever it occurs |
/// | others | number of the row among the rows of its stratum in its file | spread evenly |
///
/// The points of consecutive keys are spread evenly, so that a part is mostly one or two rows off its
/// fraction however many rows there are (independent points would be off by 4 of 150 rows). Among
/// the keys `0..4^k`, and any further aligned run of that length, each interval of length `4^-k`
/// holds exactly one point, so a run puts less than one row too many or too few below any point of
/// `[0, 1)`. `n` rows are as many runs as the digits of `n` in base 4 add up to: test and validation,
/// which have one boundary, are off by less than that sum, and all parts of a stratum, which have two,
/// by less than twice the sum. Which of the points is drawn digit by digit:
///
/// ```text
/// point = 0.d₀d₁d₂…  in base 4
/// d_l   = π[l, key >> 2(l+1), d₀…d_{l-1}](digit l of key)
/// ```
///
/// with an independent random permutation `π` of {0, 1, 2, 3} for each address, so that no pattern
/// in the order of rows, such as every second row being of one kind, can line up with the parts.
///
/// Where strata are used, the points of a stratum are turned round the circle so that its first row
/// trains: a class of one row cannot end up in test alone.
///
/// # Randomness
///
/// Streams `split/rows/<file>/<stratum>` and `split/group/<value>` of `split_seed`.
///
/// # References
///
/// - Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences" (1995),
///   doi:10.1007/978-1-4612-2552-2_19: the digit permutations.
///
/// # Differences
///
/// Owen permutes digits by the digits before them only; the run that a key belongs to is part of
/// the address here.
#[derive(Copy, Clone, Debug, PartialEq)]
pub struct Splitter {
    /// Chooses among the possible splits.
    pub seed: u64,
    /// The shares of the parts.
    pub fractions: Fractions,
}

/// Base-4 digits of a point; further ones could not move a row between parts of any real data.
const DIGITS: u32 = 16;

impl Splitter {
    /// The part of every row of a group.
    pub fn group(&self, value: &str) -> Part {
        let words = Key::new(self.seed, Purpose::Split, &format!("group/{value}")).words();
        self.fractions.part(unit(words[1]))
    }

    /// The part of a row by its number in its file.
    pub fn row(&self, file: usize, number: u32) -> Part {
        self.fractions.part(unit(point(self.key(file, ""), number)))
    }

    /// The part of a row by its number among the rows of its stratum in its file.
    pub fn stratified(&self, file: usize, stratum: &str, number: u32) -> Part {
        let key = self.key(file, stratum);
        // Where in the training interval the first point is turned to.
        let share = unit(philox4x32_10([u32::MAX; 4], key)[0]);
        let target = self.fractions.test
            + self.fractions.calibration
            + (1.0 - self.fractions.held_out()) * share;
        let turned = unit(point(key, number)) - unit(point(key, 0)) + target;
        self.fractions.part(if number == 0 {
            target
        } else {
            turned.rem_euclid(1.0)
        })
    }

    fn key(&self, file: usize, stratum: &str) -> [u32; 2] {
        Key::new(self.seed, Purpose::Split, &format!("rows/{file}/{stratum}")).words()
    }
}

fn unit(word: u32) -> f64 {
    f64::from(word) / 4_294_967_296.0
}

/// The point of a key as a 32-bit fraction.
fn point(key: [u32; 2], number: u32) -> u32 {
    let mut point = 0_u32;
    for level in 0..DIGITS {
        let run = u64::from(number) >> (2 * (level + 1));
        let digit = (number >> (2 * level)) & 3;
        let [word, ..] = philox4x32_10([run as u32, level, point, 0], key);
        point = (point << 2) | u32::from(PERMUTATIONS[(word % 24) as usize][digit as usize]);
    }
    point
}

/// The permutations of four digits.
const PERMUTATIONS: [[u8; 4]; 24] = [
    [0, 1, 2, 3],
    [0, 1, 3, 2],
    [0, 2, 1, 3],
    [0, 2, 3, 1],
    [0, 3, 1, 2],
    [0, 3, 2, 1],
    [1, 0, 2, 3],
    [1, 0, 3, 2],
    [1, 2, 0, 3],
    [1, 2, 3, 0],
    [1, 3, 0, 2],
    [1, 3, 2, 0],
    [2, 0, 1, 3],
    [2, 0, 3, 1],
    [2, 1, 0, 3],
    [2, 1, 3, 0],
    [2, 3, 0, 1],
    [2, 3, 1, 0],
    [3, 0, 1, 2],
    [3, 0, 2, 1],
    [3, 1, 0, 2],
    [3, 1, 2, 0],
    [3, 2, 0, 1],
    [3, 2, 1, 0],
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn splitter(seed: u64) -> Splitter {
        Splitter {
            seed,
            fractions: Fractions {
                test: 0.15,
                validation: 0.15,
                calibration: 0.0,
            },
        }
    }

    #[test]
    fn parts_are_the_same_ever_after() {
        // From tests/reference/split.py; a change of one letter changes everybody's splits.
        let letter = |part: Part| match part {
            Part::Test => 'T',
            Part::Validation => 'v',
            _ => '.',
        };
        let rows: String = (0..40)
            .map(|number| letter(splitter(0).row(0, number)))
            .collect();
        assert_eq!(rows, ".v...v.T.......T..T...Tv.v..T....Tv...Tv");
        let stratum: String = (0..20)
            .map(|number| letter(splitter(7).stratified(1, "owl", number)))
            .collect();
        assert_eq!(stratum, ".....Tv..v..vT...v..");
        let groups: String = (0..20)
            .map(|group| letter(splitter(0).group(&group.to_string())))
            .collect();
        assert_eq!(groups, "..T.T.vT...T.T...T.T");
    }

    #[test]
    fn every_aligned_run_of_four_meets_every_quarter() {
        let key = splitter(3).key(0, "");
        for run in 0..50 {
            let mut quarters: Vec<u32> = (0..4)
                .map(|offset| point(key, 4 * run + offset) >> 30)
                .collect();
            quarters.sort_unstable();
            assert_eq!(quarters, [0, 1, 2, 3]);
        }
        let mut sixteenths: Vec<u32> = (16..32).map(|number| point(key, number) >> 28).collect();
        sixteenths.sort_unstable();
        assert_eq!(sixteenths, (0..16).collect::<Vec<u32>>());
    }

    #[test]
    fn every_second_row_is_no_pattern_for_the_parts() {
        // Over many seeds the test part takes even and odd rows alike, in every single split too.
        for seed in 0..20 {
            let tested: Vec<u32> = (0..400)
                .filter(|&number| splitter(seed).row(0, number) == Part::Test)
                .collect();
            let even = tested.iter().filter(|&&number| number % 2 == 0).count();
            assert!((12..=48).contains(&even), "{even} of {}", tested.len());
        }
    }

    /// The sum of the digits in base 4.
    fn runs(mut rows: u32) -> f64 {
        let mut sum = 0;
        while rows > 0 {
            sum += rows % 4;
            rows /= 4;
        }
        f64::from(sum)
    }

    proptest! {
        #[test]
        fn fractions_are_met_within_a_few_rows_however_many_there_are(
            seed in any::<u64>(), rows in 1..2000_u32, test in 0.01..0.5_f64, validation in 0.01..0.4_f64
        ) {
            let splitter = Splitter { seed, fractions: Fractions { test, validation, calibration: 0.0 } };
            for (part, share) in [(Part::Test, test), (Part::Validation, validation)] {
                let found = (0..rows).filter(|&number| splitter.row(0, number) == part).count();
                let off = (found as f64 - share * f64::from(rows)).abs();
                prop_assert!(off <= 6.0 && off < runs(rows));
            }
        }

        #[test]
        fn every_stratum_has_its_share_and_its_first_row_trains(
            seed in any::<u64>(), rows in 1..300_u32, stratum in "[a-z]{0,8}"
        ) {
            let splitter = splitter(seed);
            prop_assert_eq!(splitter.stratified(0, &stratum, 0), Part::Train);
            let tested = (0..rows)
                .filter(|&number| splitter.stratified(0, &stratum, number) == Part::Test)
                .count();
            let off = (tested as f64 - 0.15 * f64::from(rows)).abs();
            prop_assert!(off <= 6.0 && off < 2.0 * runs(rows));
        }

        #[test]
        fn a_group_goes_where_its_value_says(seed in any::<u64>(), value in ".*") {
            prop_assert_eq!(splitter(seed).group(&value), splitter(seed).group(&value));
        }
    }

    #[test]
    fn groups_meet_the_fractions_on_average() {
        let tested = (0..10_000)
            .filter(|group| splitter(1).group(&format!("molecule {group}")) == Part::Test)
            .count();
        assert!((1390..=1610).contains(&tested), "{tested}");
    }

    #[test]
    fn seeds_files_and_strata_are_independent() {
        let letters = |part: &dyn Fn(u32) -> Part| -> Vec<Part> { (0..200).map(part).collect() };
        let one = letters(&|number| splitter(0).row(0, number));
        assert_ne!(one, letters(&|number| splitter(1).row(0, number)));
        assert_ne!(one, letters(&|number| splitter(0).row(1, number)));
        assert_ne!(
            letters(&|number| splitter(0).stratified(0, "a", number)),
            letters(&|number| splitter(0).stratified(0, "b", number))
        );
    }
}
