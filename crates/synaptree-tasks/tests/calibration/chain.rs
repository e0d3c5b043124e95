//! Temperatures and answers along chains of `refines` and label hierarchies.

use proptest::prelude::*;
use synaptree_tasks::{
    Decision, Distribution, Hierarchy, Kind, Labels, Region, TaskSpec, TaskTree, Vocabulary,
    summarise_samples,
};

use crate::{ALL, RISK, Random, answers, said, words};

/// kingdom ← order (2 of kingdom 0, 1 of kingdom 1), order ← species (2, 1, 2).
fn chain() -> TaskTree {
    let specs = [
        TaskSpec::new("kingdom", Kind::Binary),
        TaskSpec {
            refines: Some("kingdom".into()),
            ..TaskSpec::new("order", Kind::Multiclass)
        },
        TaskSpec {
            refines: Some("order".into()),
            ..TaskSpec::new("species", Kind::Multiclass)
        },
    ];
    let vocabularies = vec![
        words(&["plant", "animal"]),
        words(&["moss", "fern", "bird"]),
        words(&["m1", "m2", "f", "owl", "tit"]),
    ];
    let labels = [
        Labels::Classes(vec![0, 0, 0, 1, 1]),
        Labels::Classes(vec![0, 0, 1, 2, 2]),
        Labels::Classes(vec![0, 1, 2, 3, 4]),
    ];
    TaskTree::new(&specs, vocabularies, &labels).unwrap()
}

/// Coherent distributions of [`chain`] from species probabilities, five a row.
fn of_species(species: &[f32]) -> Vec<Distribution> {
    let order: Vec<f32> = species
        .chunks(5)
        .flat_map(|p| [p[0] + p[1], p[2], p[3] + p[4]])
        .collect();
    let kingdom: Vec<f32> = order.chunks(3).flat_map(|p| [p[0] + p[1], p[2]]).collect();
    vec![said(2, kingdom), said(3, order), said(5, species.to_vec())]
}

fn labels_of_species(species: &[usize]) -> Vec<Labels> {
    let classes = |map: [i32; 5]| Labels::Classes(species.iter().map(|&s| map[s]).collect());
    vec![
        classes([0, 0, 0, 1, 1]),
        classes([0, 0, 1, 2, 2]),
        classes([0, 1, 2, 3, 4]),
    ]
}

/// Whether `n` answers with `k` wrong ones show a risk of at most [`RISK`], by adding the terms up.
fn shows(n: u64, k: u64) -> bool {
    let mut term = (1.0 - RISK).powi(n as i32);
    let mut sum = term;
    for i in 1..=k {
        term *= (n - i + 1) as f64 / i as f64 * RISK / (1.0 - RISK);
        sum += term;
    }
    n > 0 && (k as f64) < RISK * n as f64 && sum <= 0.025
}

/// The answered and wrong rows under the answer rule, by walking down every chain.
fn by_walking(paths: &[[(f32, bool); 3]]) -> (u64, u64) {
    let count = |threshold: f32| {
        let stops = paths
            .iter()
            .filter_map(|path| path.iter().find(|(p, _)| *p >= threshold));
        stops.fold((0, 0), |(answered, wrong), (_, right)| {
            (answered + 1, wrong + u64::from(!right))
        })
    };
    let mut least = None;
    for start in [8.0_f64, 4.0, 2.0, 0.0] {
        let mut logit = start;
        loop {
            let threshold = if logit < -4.0 {
                0.0
            } else {
                (1.0 / (1.0 + (-logit).exp())) as f32
            };
            let (answered, wrong) = count(threshold);
            if !shows(answered, wrong) {
                break;
            }
            least = Some(least.map_or(threshold, |least: f32| least.min(threshold)));
            if threshold == 0.0 {
                break;
            }
            logit -= 0.25;
        }
    }
    least.map_or((0, 0), count)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn tempered_chains_stay_coherent_and_add_up(seed in 0_u64..1000) {
        let (tree, mut random) = (chain(), Random::new(seed));
        let (mut species, mut truth) = (Vec::new(), Vec::new());
        for _ in 0..40 {
            let p = random.probabilities(5);
            truth.push(random.class(&p));
            species.extend(p.iter().map(|p| *p as f32));
        }
        let mut answers = answers(&tree, of_species(&species));
        let fitted = tree.fit_calibration(&ALL, &answers, &labels_of_species(&truth));
        prop_assert!(fitted.iter().all(|task| task.temperature.is_some()));
        let guarantees = tree.calibrate(&fitted, &mut answers);
        let means: Vec<Distribution> = answers.iter().map(|a| a.mean.clone()).collect();
        prop_assert_eq!(tree.contradictions(&means, &guarantees.decisions).rate(), 0.0);
        for mean in means {
            for row in 0..mean.rows {
                prop_assert!((mean.row(row).iter().sum::<f32>() - 1.0).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn the_doubt_of_tempered_chains_is_that_of_the_probabilities_shown(seed in 0_u64..1000) {
        let (tree, mut random) = (chain(), Random::new(seed));
        let (mut samples, mut truth) = (vec![Vec::new(); 3], Vec::new());
        for _ in 0..40 {
            let p = random.probabilities(5);
            truth.push(random.class(&p));
            for species in &mut samples {
                let sure = 3.0 * random.next();
                let powers: Vec<f64> = p.iter().map(|p| p.powf(sure)).collect();
                let sum: f64 = powers.iter().sum();
                species.extend(powers.iter().map(|power| (power / sum) as f32));
            }
        }
        let samples: Vec<_> = samples.iter().map(|species| of_species(species)).collect();
        let kinds: Vec<Kind> = tree.tasks().iter().map(|task| task.kind).collect();
        let mut answers = summarise_samples(&kinds, &samples, &[]);
        let before = answers.clone();
        let fitted = tree.fit_calibration(&ALL, &answers, &labels_of_species(&truth));
        tree.calibrate(&fitted, &mut answers);
        let mut moved = 0;
        for (before, answer) in before.iter().zip(&answers) {
            let part = |part: &Option<Vec<f32>>, row: usize| f64::from(part.as_ref().unwrap()[row]);
            for row in 0..40 {
                let p = answer.mean.row(row).iter().map(|&p| f64::from(p));
                let entropy: f64 = p.filter(|p| *p > 0.0).map(|p| -p * p.ln()).sum();
                prop_assert!((part(&answer.total, row) - entropy).abs() < 1e-5);
                let (aleatoric, epistemic) = (part(&answer.aleatoric, row), part(&answer.epistemic, row));
                prop_assert!(aleatoric >= 0.0 && epistemic >= 0.0);
                prop_assert!((aleatoric + epistemic - entropy).abs() < 1e-5);
                moved += usize::from((part(&before.total, row) - entropy).abs() > 1e-3);
            }
        }
        prop_assert!(moved > 40, "{moved}");
    }

    #[test]
    fn the_threshold_of_answers_is_that_found_by_walking_down_every_chain(seed in 0_u64..1000) {
        let (tree, mut random) = (chain(), Random::new(seed));
        let (mut species, mut truth) = (Vec::new(), Vec::new());
        for _ in 0..300 {
            let p = random.probabilities(5);
            truth.push(random.class(&p));
            species.extend(p.iter().map(|p| *p as f32));
        }
        let labels = labels_of_species(&truth);
        let mut answers = answers(&tree, of_species(&species));
        let means: Vec<Distribution> = answers.iter().map(|a| a.mean.clone()).collect();
        let decisions = tree.decide(&means);
        let paths: Vec<[(f32, bool); 3]> = (0..300)
            .map(|row| {
                [2, 1, 0].map(|task| {
                    let (Decision::Classes(decided), Labels::Classes(observed)) =
                        (&decisions[task], &labels[task])
                    else {
                        unreachable!("tasks with classes")
                    };
                    let class = decided[row] as usize;
                    (means[task].row(row)[class], observed[row] as usize == class)
                })
            })
            .collect();
        let fitted = tree.fit_calibration(&ALL, &answers, &labels);
        let guarantees = tree.calibrate(&fitted, &mut answers);
        let stops = guarantees.answers[2].as_ref().unwrap();
        let (mut answered, mut wrong) = (0, 0);
        for (row, stop) in stops.iter().enumerate() {
            if let Some(stop) = stop {
                answered += 1;
                wrong += u64::from(!paths[row][2 - stop.task].1);
                prop_assert_eq!(stop.depth, stop.task + 1);
            }
        }
        prop_assert_eq!(by_walking(&paths), (answered, wrong));
    }

    #[test]
    fn tempered_hierarchies_keep_parents_as_likely_as_their_children(
        p in prop::collection::vec(0.0_f32..=1.0, 4 * 20)
    ) {
        let hierarchy = Hierarchy::from_paths(["a/b", "a/c"]).unwrap();
        let sets: Vec<Option<Vec<u32>>> = (0..20).map(|row| Some(match row % 3 {
            0 => vec![0],
            1 => vec![0, 1, 2],
            _ => vec![0, 1, 3],
        })).collect();
        let labels = [Labels::Sets(sets)];
        let specs = [TaskSpec::new("place", Kind::Hierarchical)];
        let tree = TaskTree::new(&specs, vec![Vocabulary::Hierarchy(hierarchy)], &labels).unwrap();
        let mut p = p;
        for row in p.chunks_mut(4) {
            row[1] = row[1].max(row[2]).max(row[3]);
            row[0] = 1.0;
        }
        let mut answers = answers(&tree, vec![said(4, p)]);
        let fitted = tree.fit_calibration(&ALL, &answers, &labels);
        let guarantees = tree.calibrate(&fitted, &mut answers);
        let mean = &answers[0].mean;
        for row in 0..20 {
            let row = mean.row(row);
            prop_assert!(row[1] >= row[2] && row[1] >= row[3], "{row:?}");
        }
        let Some(Region::Nodes { present, absent, .. }) = &guarantees.regions[0] else {
            panic!("sets of nodes");
        };
        prop_assert!(present.iter().zip(absent).all(|(present, absent)| *present || *absent));
        // Roots hold for every row and answer nothing.
        for answer in guarantees.answers[0].as_ref().unwrap().iter().flatten() {
            prop_assert!(answer.class > 0);
            prop_assert_eq!(answer.depth, usize::from(answer.class > 1) + 1);
        }
    }
}
