//! Temperatures, prediction sets and answers at a stated risk, on rows that are made up.

mod chain;

use proptest::prelude::*;
use synaptree_kernels::{Key, Purpose, philox4x32_10};
use synaptree_tasks::{
    Distribution, Kind, Labels, Region, SampleMoments, TaskSpec, TaskTree, Uncertain,
    UncertaintySpec, Vocabulary, summarise_samples,
};

/// Numbers of [0, 1), as many as are asked for.
struct Random {
    key: Key,
    drawn: u32,
}

impl Random {
    fn new(seed: u64) -> Self {
        Self {
            key: Key::new(seed, Purpose::Split, "calibration"),
            drawn: 0,
        }
    }

    fn next(&mut self) -> f64 {
        self.drawn += 1;
        let [word, ..] = philox4x32_10([self.drawn, 0, 0, 0], self.key.words());
        f64::from(word) / 4_294_967_296.0
    }

    /// Probabilities of `width` classes, some rows surer than others.
    fn probabilities(&mut self, width: usize) -> Vec<f64> {
        let sharpness = 6.0 * self.next();
        let weights: Vec<f64> = (0..width)
            .map(|_| (sharpness * self.next()).exp())
            .collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / sum).collect()
    }

    fn class(&mut self, p: &[f64]) -> usize {
        let mut left = self.next();
        for (class, p) in p.iter().enumerate() {
            left -= p;
            if left < 0.0 {
                return class;
            }
        }
        p.len() - 1
    }
}

fn words(names: &[&str]) -> Vocabulary {
    Vocabulary::Classes(names.iter().map(|name| (*name).to_owned()).collect())
}

fn said(width: usize, values: Vec<f32>) -> Distribution {
    Distribution {
        rows: values.len() / width,
        width,
        values,
        variance: None,
    }
}

fn answers(tree: &TaskTree, distributions: Vec<Distribution>) -> Vec<Uncertain> {
    let kinds: Vec<Kind> = tree.tasks().iter().map(|task| task.kind).collect();
    summarise_samples(&kinds, &[distributions], &[])
}

/// A task with four classes.
fn four() -> TaskTree {
    let labels = [Labels::Classes(vec![0, 1, 2, 3])];
    let specs = [TaskSpec::new("colour", Kind::Multiclass)];
    TaskTree::new(&specs, vec![words(&["a", "b", "c", "d"])], &labels).unwrap()
}

/// Rows of [`four`] whose stated probabilities are the square of the true ones, made to add up: too sure.
fn rows_of_four(random: &mut Random, rows: usize) -> (Vec<Uncertain>, [Labels; 1]) {
    let (mut stated, mut observed) = (Vec::new(), Vec::new());
    for _ in 0..rows {
        let p = random.probabilities(4);
        observed.push(random.class(&p) as i32);
        let squares: f64 = p.iter().map(|p| p * p).sum();
        stated.extend(p.iter().map(|p| (p * p / squares) as f32));
    }
    let tree = four();
    (
        answers(&tree, vec![said(4, stated)]),
        [Labels::Classes(observed)],
    )
}

const RISK: f64 = 0.3;

const ALL: UncertaintySpec = UncertaintySpec {
    temperature: true,
    conformal: Some(0.9),
    risk: Some(RISK),
    samples: 0,
};

#[test]
fn a_network_that_is_twice_too_sure_gets_temperature_two() {
    let (answers, labels) = rows_of_four(&mut Random::new(1), 40_000);
    let fitted = four().fit_calibration(&ALL, &answers, &labels);
    let temperature = fitted[0].temperature.unwrap();
    assert!((temperature - 2.0).abs() < 0.05, "{temperature}");
}

#[test]
fn a_temperature_lowers_the_loss_and_the_calibration_error_and_changes_no_decision() {
    let tree = four();
    let (mut answers, labels) = rows_of_four(&mut Random::new(2), 5_000);
    let before = tree.evaluate(&[answers[0].mean.clone()], &labels);
    let fitted = tree.fit_calibration(&ALL, &answers, &labels);
    let guarantees = tree.calibrate(&fitted, &mut answers);
    let after = tree.evaluate_calibrated(&answers, &guarantees, &labels);
    for metric in ["log_loss", "ece", "ece_adaptive"] {
        let [before, after] = [&before, &after].map(|e| e.metric("colour", metric).unwrap());
        assert!(after < before, "{metric}: {before} -> {after}");
    }
    assert_eq!(
        before.metric("colour", "accuracy"),
        after.metric("colour", "accuracy")
    );
}

#[test]
fn sets_hold_the_truth_as_often_as_promised_on_average_over_calibration_rows() {
    // The guarantee is over the calibration rows too: 400 times 30 of them, each with 50 new rows.
    let (tree, mut random) = (four(), Random::new(3));
    let (mut covered, mut times) = (0.0, 0.0);
    for _ in 0..400 {
        let (calibration, labels) = rows_of_four(&mut random, 30);
        let fitted = tree.fit_calibration(&ALL, &calibration, &labels);
        let (mut new, truth) = rows_of_four(&mut random, 50);
        let guarantees = tree.calibrate(&fitted, &mut new);
        let region = guarantees.regions[0].as_ref().unwrap();
        covered += region.coverage(&truth[0], None).0.unwrap();
        times += 1.0;
    }
    let coverage: f64 = covered / times;
    // ⌈31 · 0.9⌉ / 31 = 0.903 is the exact value where scores do not tie; one class is always inside.
    assert!((0.893..0.92).contains(&coverage), "{coverage}");
}

#[test]
fn intervals_hold_the_truth_as_often_as_promised_whatever_the_deviation_says() {
    let scale = Vocabulary::Real {
        columns: vec!["mass".into()],
        mean: vec![0.0],
        std: vec![1.0],
    };
    let specs = [TaskSpec::new("mass", Kind::Regression)];
    let labels = [Labels::Real {
        width: 1,
        values: vec![-1.0, 1.0],
    }];
    let tree = TaskTree::new(&specs, vec![scale], &labels).unwrap();
    let mut random = Random::new(4);
    let mut draw = |rows: usize| {
        let (mut values, mut variance, mut observed) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..rows {
            let (mean, deviation) = (10.0 * random.next(), 0.1 + random.next());
            // Skewed noise, and a stated deviation that is three times too small.
            observed.push((mean - deviation * (1.0 - random.next()).ln()) as f32);
            values.push(mean as f32);
            variance.push((deviation / 3.0).powi(2) as f32);
        }
        let said = Distribution {
            rows,
            width: 1,
            values,
            variance: Some(variance),
        };
        (
            answers(&tree, vec![said]),
            [Labels::Real {
                width: 1,
                values: observed,
            }],
        )
    };
    let mut covered = 0.0;
    for _ in 0..400 {
        let (calibration, labels) = draw(30);
        let fitted = tree.fit_calibration(&ALL, &calibration, &labels);
        let (mut new, truth) = draw(50);
        let guarantees = tree.calibrate(&fitted, &mut new);
        covered += guarantees.regions[0]
            .as_ref()
            .unwrap()
            .coverage(&truth[0], None)
            .0
            .unwrap();
    }
    let coverage = covered / 400.0;
    assert!((0.893..0.913).contains(&coverage), "{coverage}");
}

#[test]
fn a_stated_risk_is_exceeded_no_more_often_than_its_confidence_says() {
    let (tree, mut random) = (four(), Random::new(5));
    // The share of wrong ones among the answers at any threshold, from many rows.
    let (many, truth) = rows_of_four(&mut random, 60_000);
    let Labels::Classes(observed) = &truth[0] else {
        unreachable!("a task with classes")
    };
    let mut sureness: Vec<(f32, bool)> = observed
        .iter()
        .enumerate()
        .map(|(row, &class)| {
            let row = many[0].mean.row(row);
            let top = (0..4).reduce(|best, c| if row[c] > row[best] { c } else { best });
            (row[top.unwrap()], top == Some(class as usize))
        })
        .collect();
    sureness.sort_by(|left, right| right.0.total_cmp(&left.0));
    let (mut exceeded, mut given) = (0, 0);
    for _ in 0..400 {
        let (calibration, labels) = rows_of_four(&mut random, 1000);
        let rule = tree.fit_calibration(&ALL, &calibration, &labels)[0]
            .answer
            .unwrap();
        let Some(threshold) = rule.threshold else {
            continue;
        };
        given += 1;
        let answered = sureness.partition_point(|(p, _)| *p >= threshold);
        let wrong = sureness[..answered]
            .iter()
            .filter(|(_, right)| !right)
            .count();
        exceeded += usize::from(wrong as f64 > RISK * answered as f64);
    }
    assert!(given > 200, "{given}");
    // At most 10 % of 400; three deviations more would be 58.
    assert!(exceeded <= 40, "{exceeded} of {given}");
}

#[test]
fn too_few_rows_rule_nothing_out_and_answer_nothing() {
    let tree = four();
    let (mut answers, labels) = rows_of_four(&mut Random::new(6), 8);
    let fitted = tree.fit_calibration(&ALL, &answers, &labels);
    assert_eq!(fitted[0].conformal.as_ref().unwrap().thresholds, [None]);
    assert_eq!(fitted[0].answer.unwrap().threshold, None);
    let guarantees = tree.calibrate(&fitted, &mut answers);
    let Some(Region::Classes { inside, .. }) = &guarantees.regions[0] else {
        panic!("a set of classes");
    };
    assert!(inside.iter().all(|inside| *inside));
    assert!(
        guarantees.answers[0]
            .as_ref()
            .unwrap()
            .iter()
            .all(Option::is_none)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_parts_of_the_doubt_are_those_of_their_definitions(
        samples in prop::collection::vec(prop::collection::vec(0.01_f64..1.0, 12), 2..7)
    ) {
        // Two rows of six numbers: as class probabilities, as nodes, and as three means with variances.
        let count = samples.len() as f64;
        let classes: Vec<Vec<f32>> = samples.iter().map(|sample| sample.chunks(6).flat_map(|row| {
            let sum: f64 = row.iter().sum();
            row.iter().map(move |p| (p / sum) as f32)
        }).collect()).collect();
        let nodes: Vec<Vec<f32>> = samples.iter().map(|s| s.iter().map(|&p| p as f32).collect()).collect();
        let mut moments = SampleMoments::new(&[Kind::Multiclass, Kind::Multilabel, Kind::Regression]);
        for (classes, nodes) in classes.iter().zip(&nodes) {
            let real = Distribution { rows: 2, width: 3, values: nodes[..6].to_vec(), variance: Some(nodes[6..].to_vec()) };
            moments.add(&[said(6, classes.clone()), said(6, nodes.clone()), real]);
        }
        let summary = moments.finish(&[]);
        let entropy = |p: &[f64]| -> f64 { p.iter().map(|p| -p * p.max(1e-300).ln()).sum() };
        let wide = |values: &[f32]| -> Vec<f64> { values.iter().map(|&v| f64::from(v)).collect() };
        let mean = |of: &dyn Fn(usize) -> f64| (0..samples.len()).map(of).sum::<f64>() / count;
        let close = |part: &Option<Vec<f32>>, cell: usize, expected: f64| {
            let part = f64::from(part.as_ref().unwrap()[cell]);
            prop_assert!((part - expected).abs() < 1e-4 * (1.0 + expected.abs()), "{part} {expected}");
            Ok(())
        };
        for row in 0..2 {
            // H[E p] and E H[p]; their difference is E KL(p_s ‖ E p), computed on its own.
            let p: Vec<Vec<f64>> = classes.iter().map(|s| wide(&s[row * 6..][..6])).collect();
            let middle: Vec<f64> = (0..6).map(|c| mean(&|s| p[s][c])).collect();
            let divergence = mean(&|s| p[s].iter().zip(&middle).map(|(p, m)| p * (p / m).ln()).sum());
            close(&summary[0].total, row, entropy(&middle))?;
            close(&summary[0].aleatoric, row, mean(&|s| entropy(&p[s])))?;
            close(&summary[0].epistemic, row, divergence)?;
        }
        for (cell, _) in nodes[0].iter().enumerate() {
            let both = |p: f64| entropy(&[p, 1.0 - p]);
            let p = |s: usize| f64::from(nodes[s][cell]);
            close(&summary[1].total, cell, both(mean(&p)))?;
            close(&summary[1].aleatoric, cell, mean(&|s| both(p(s))))?;
            close(&summary[1].epistemic, cell, both(mean(&p)) - mean(&|s| both(p(s))))?;
        }
        for cell in 0..6 {
            // Var y = E[y²] − E[y]², with y normal in each sample.
            let (m, v) = (|s: usize| f64::from(nodes[s][cell]), |s: usize| f64::from(nodes[s][6 + cell]));
            let total = mean(&|s| v(s) + m(s) * m(s)) - mean(&m).powi(2);
            close(&summary[2].total, cell, total)?;
            close(&summary[2].aleatoric, cell, mean(&v))?;
            close(&summary[2].epistemic, cell, mean(&|s| (m(s) - mean(&m)).powi(2)))?;
        }
    }
}
