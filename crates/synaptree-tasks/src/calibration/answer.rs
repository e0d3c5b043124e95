//! The deepest answer that is sure enough: a node of a hierarchy, or a task of a chain of `refines`.

use serde::{Deserialize, Serialize};

use crate::distribution::{Decision, Distribution};
use crate::hierarchy::Hierarchy;
use crate::labels::Labels;
use crate::metrics::{mean, ratio};
use crate::tree::TaskTree;

/// From which probability on an answer is given.
///
/// Every row has a path: of a task with classes, its decided class and the coarser classes that it belongs
/// to (along the first task of each `refines`); of a hierarchical task, from a root to the likeliest child,
/// again and again. The answer is the deepest entry of the path with a probability of at least `threshold`;
/// there is none where the coarsest is not that sure.
///
/// ```text
/// threshold = the least t of a chain that keeps   P(Binomial(answered(t), risk) ≤ wrong(t)) ≤ 0.1 / 4
/// P(the share of wrong ones among answers ≤ risk) ≥ 0.9          over the draw of the calibration rows
/// ```
///
/// A chain goes down a fixed grid of thresholds as long as each is kept; four of them start at the logits 8,
/// 4, 2 and 0.
///
/// # References
/// Angelopoulos et al., *Learn then test*, [arXiv 2110.01052](https://arxiv.org/abs/2110.01052), section 2
/// and proposition 2: fixed sequences from several starts; Geifman and El-Yaniv, *Selective classification
/// for deep neural networks*, [arXiv 1705.08500](https://arxiv.org/abs/1705.08500): risk and coverage.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnswerRule {
    /// The share of answers that may be wrong.
    pub risk: f64,
    /// How sure it is that no more are wrong.
    pub confidence: f64,
    /// The labels that it rests on.
    pub rows: usize,
    /// The least probability of an answer; `None` where no threshold keeps the risk, and nothing is answered.
    pub threshold: Option<f32>,
}

/// How sure a rule is of its risk.
pub(crate) const CONFIDENCE: f64 = 0.9;

/// The logits at which chains of thresholds start.
pub(crate) const STARTS: [f64; 4] = [8.0, 4.0, 2.0, 0.0];

/// What is answered for one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The task that is answered, as an index into the tasks.
    pub task: usize,
    /// Its class, or the node.
    pub class: usize,
    /// How many entries of the path lie above it, itself counted; the coarsest has depth 1.
    pub depth: usize,
}

/// An entry of a path with its probability.
type Entry = (Answer, f32);

/// The paths of the rows of one task, the deepest entry first.
pub(super) struct Paths(Vec<Vec<Entry>>);

impl Paths {
    /// The paths of a task with classes or of a hierarchical one; `None` for others.
    pub(super) fn new(
        tree: &TaskTree,
        index: usize,
        distributions: &[Distribution],
        decisions: &[Decision],
    ) -> Option<Self> {
        let task = &tree.tasks()[index];
        let own = &distributions[index];
        if let Some(hierarchy) = task.vocabulary.hierarchy() {
            let children = Children::new(hierarchy);
            let rows = (0..own.rows).map(|row| children.path(hierarchy, index, own.row(row)));
            return Some(Self(rows.collect()));
        }
        let Decision::Classes(decided) = &decisions[index] else {
            return None;
        };
        let rows = decided.iter().enumerate().map(|(row, &class)| {
            let mut path = vec![(index, class as usize)];
            let (mut at, mut class) = (index, class as usize);
            while let Some(refinement) = tree.tasks()[at].refines.first() {
                (at, class) = (refinement.coarse, refinement.map[class] as usize);
                path.push((at, class));
            }
            let deepest = path.len();
            let entries = path.into_iter().enumerate().map(|(above, (task, class))| {
                let p = distributions[task].row(row)[class];
                let depth = deepest - above;
                (Answer { task, class, depth }, p)
            });
            entries.collect()
        });
        Some(Self(rows.collect()))
    }

    /// The answers at a threshold.
    pub(super) fn answers(&self, threshold: Option<f32>) -> Vec<Option<Answer>> {
        let sure = |path: &Vec<Entry>| {
            let least = threshold?;
            path.iter()
                .find(|(_, p)| *p >= least)
                .map(|(answer, _)| *answer)
        };
        self.0.iter().map(sure).collect()
    }
}

/// The nodes right below each node.
struct Children {
    below: Vec<Vec<usize>>,
    tops: Vec<usize>,
}

impl Children {
    fn new(hierarchy: &Hierarchy) -> Self {
        let mut below = vec![Vec::new(); hierarchy.len()];
        let mut tops = Vec::new();
        for node in 0..hierarchy.len() {
            if hierarchy.parents(node).is_empty() {
                tops.push(node);
            }
            for &parent in hierarchy.parents(node) {
                below[parent as usize].push(node);
            }
        }
        Self { below, tops }
    }

    fn path(&self, hierarchy: &Hierarchy, task: usize, p: &[f32]) -> Vec<Entry> {
        let mut path = Vec::new();
        let mut open = &self.tops;
        // The first of the likeliest ones.
        while let Some(&class) = open
            .iter()
            .reduce(|best, next| if p[*next] > p[*best] { next } else { best })
        {
            // A root holds for every row: it answers nothing.
            if !hierarchy.is_root(class) {
                let depth = path.len() + 1;
                path.push((Answer { task, class, depth }, p[class]));
            }
            open = &self.below[class];
        }
        path.reverse();
        path
    }
}

/// Whether an answer is true; `None` where the labels do not tell.
fn is_right(labels: &[Labels], answer: Answer, row: usize) -> Option<bool> {
    match &labels[answer.task] {
        Labels::Classes(observed) => {
            let class = usize::try_from(observed[row]).ok()?;
            Some(class == answer.class)
        }
        Labels::Sets(sets) => {
            let nodes = sets[row].as_ref()?;
            Some(nodes.binary_search(&(answer.class as u32)).is_ok())
        }
        _ => None,
    }
}

impl AnswerRule {
    /// The rule of a task on its calibration rows: those of which every entry can be judged.
    pub(super) fn fit(paths: &Paths, labels: &[Labels], risk: f64) -> Self {
        let judged: Vec<Vec<(f32, bool)>> = paths
            .0
            .iter()
            .enumerate()
            .filter(|(_, path)| !path.is_empty())
            .filter_map(|(row, path)| {
                path.iter()
                    .map(|(answer, p)| Some((*p, is_right(labels, *answer, row)?)))
                    .collect()
            })
            .collect();
        let keeps = |threshold: f32| {
            let stops = judged
                .iter()
                .filter_map(|path| path.iter().find(|(p, _)| *p >= threshold));
            let (answered, wrong) = stops.fold((0_u64, 0_u64), |(answered, wrong), (_, right)| {
                (answered + 1, wrong + u64::from(!right))
            });
            binomial_tail(answered, wrong, risk) <= (1.0 - CONFIDENCE) / STARTS.len() as f64
        };
        let threshold = STARTS
            .into_iter()
            .filter_map(|start| grid(start).take_while(|&threshold| keeps(threshold)).last())
            .reduce(f32::min);
        Self {
            risk,
            confidence: CONFIDENCE,
            rows: judged.len(),
            threshold,
        }
    }
}

/// The thresholds from a logit downwards: steps of ¼ to −4, then 0, which answers every row in full.
fn grid(start: f64) -> impl Iterator<Item = f32> {
    let steps = ((start + 4.0) * 4.0) as u32;
    (0..=steps)
        .map(move |step| {
            let logit = start - 0.25 * f64::from(step);
            (1.0 / (1.0 + (-logit).exp())) as f32
        })
        .chain([0.0])
}

/// `P(Binomial(n, p) ≤ k)`, summed from its largest term down.
fn binomial_tail(n: u64, k: u64, p: f64) -> f64 {
    let (count, hits) = (n as f64, k as f64);
    if hits >= count * p {
        // More than expected: no evidence, and the sum would not fall.
        return 1.0;
    }
    let log_choices =
        libm::lgamma(count + 1.0) - libm::lgamma(hits + 1.0) - libm::lgamma(count - hits + 1.0);
    let mut term = (log_choices + hits * p.ln() + (count - hits) * (-p).ln_1p()).exp();
    let (mut sum, mut at) = (term, hits);
    while at > 0.0 && term > sum * 1e-17 {
        term *= at * (1.0 - p) / ((count - at + 1.0) * p);
        sum += term;
        at -= 1.0;
    }
    sum.min(1.0)
}

/// What answers are worth: the share of judged rows that are answered, the share of these answers that are
/// wrong, and their mean depth.
pub(crate) fn worth(
    answers: &[Option<Answer>],
    task: usize,
    labels: &[Labels],
) -> [Option<f64>; 3] {
    let judged = (0..answers.len()).filter(|&row| labels[task].is_observed(row));
    let (mut rows, mut wrong, mut depths) = (0_u64, 0_u64, Vec::new());
    for row in judged {
        rows += 1;
        if let Some(answer) = answers[row]
            && let Some(right) = is_right(labels, answer, row)
        {
            wrong += u64::from(!right);
            depths.push(answer.depth as f64);
        }
    }
    let answered = depths.len() as f64;
    [
        ratio(answered, rows as f64),
        ratio(wrong as f64, answered),
        mean(depths),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_of_a_binomial_is_its_sum() {
        // 0.95^72 = 0.0249 and 0.95^71 = 0.0262: 72 right answers are the fewest for a risk of 5 %.
        assert!((binomial_tail(72, 0, 0.05) - 0.95_f64.powi(72)).abs() < 1e-15);
        let by_hand = 0.9_f64.powi(10) + 10.0 * 0.1 * 0.9_f64.powi(9);
        assert_eq!(binomial_tail(10, 1, 0.1), 1.0);
        assert!((binomial_tail(10, 1, 0.1 + 1e-9) - by_hand).abs() < 1e-6);
        // Millions of rows neither vanish nor take long.
        assert!(binomial_tail(2_000_000, 99_500, 0.05) > 0.04);
        assert!(binomial_tail(2_000_000, 99_000, 0.05) < 1e-3);
        assert_eq!(binomial_tail(0, 0, 0.05), 1.0);
    }

    #[test]
    fn chains_go_down_to_answering_everything() {
        let thresholds: Vec<f32> = grid(0.0).collect();
        assert_eq!((thresholds[0], thresholds.last()), (0.5, Some(&0.0)));
        assert!(thresholds.is_sorted_by(|left, right| left > right));
        assert_eq!(thresholds.len(), 18);
    }
}
