//! From distributions to answers that never contradict each other.

use crate::coherence::{Groups, Refinement, Role};
use crate::distribution::{Decision, Distribution};
use crate::kind::Kind;
use crate::spec::Decode;
use crate::tree::Task;

/// The decisions of every task; ties go to the lowest index.
pub(crate) fn decide(
    tasks: &[Task],
    order: &[usize],
    distributions: &[Distribution],
) -> Vec<Decision> {
    let plan = Plan::new(tasks);
    let rows = distributions
        .first()
        .map_or(0, |distribution| distribution.rows);
    let mut classes: Vec<Vec<u32>> = tasks
        .iter()
        .map(|task| {
            if task.kind.has_classes() {
                vec![0; rows]
            } else {
                Vec::new()
            }
        })
        .collect();
    for row in 0..rows {
        plan.decide_row(tasks, order, distributions, row, &mut classes);
    }
    tasks
        .iter()
        .zip(distributions)
        .zip(classes)
        .map(|((task, distribution), classes)| match task.kind {
            Kind::Binary | Kind::Multiclass | Kind::Ordinal => Decision::Classes(classes),
            Kind::Multilabel | Kind::Hierarchical => nodes(task, distribution),
            Kind::Regression => Decision::Real {
                width: distribution.width,
                values: distribution.values.clone(),
            },
        })
        .collect()
}

fn nodes(task: &Task, distribution: &Distribution) -> Decision {
    let mut values: Vec<bool> = distribution
        .values
        .iter()
        .map(|&p| f64::from(p) >= task.threshold)
        .collect();
    if let Some(hierarchy) = task.vocabulary.hierarchy() {
        for row in values.chunks_mut(distribution.width.max(1)) {
            for &(child, parent) in hierarchy.sweep() {
                row[parent as usize] |= row[child as usize];
            }
        }
    }
    Decision::Nodes {
        width: distribution.width,
        values,
    }
}

/// Who hangs below whom, prepared once for all rows.
struct Plan {
    /// Tasks right below each task, that are conditional on it.
    below: Vec<Vec<usize>>,
    /// The groups of each conditional task.
    groups: Vec<Option<Groups>>,
}

impl Plan {
    fn new(tasks: &[Task]) -> Self {
        let mut below = vec![Vec::new(); tasks.len()];
        let mut groups = Vec::with_capacity(tasks.len());
        for (fine, task) in tasks.iter().enumerate() {
            groups.push(match &task.role {
                Role::Conditional(refinement) => {
                    below[refinement.coarse].push(fine);
                    Some(Groups::new(&refinement.map))
                }
                _ => None,
            });
        }
        Self { below, groups }
    }

    fn decide_row(
        &self,
        tasks: &[Task],
        order: &[usize],
        distributions: &[Distribution],
        row: usize,
        classes: &mut [Vec<u32>],
    ) {
        let shares = self.shares(tasks, distributions, row);
        let messages = self.messages(tasks, order, &shares);
        // How well each class of a task is continued by the tasks below it.
        let continued = |task: usize, class: usize| -> f64 {
            self.below[task]
                .iter()
                .map(|&fine| messages[fine][class])
                .product()
        };
        let joint_below = |task: usize| {
            self.below[task]
                .iter()
                .any(|&fine| tasks[fine].decode == Decode::Joint)
        };
        for &index in order {
            let task = &tasks[index];
            match &task.role {
                Role::Free if !task.kind.has_classes() => {}
                Role::Free if task.kind == Kind::Binary && !joint_below(index) => {
                    let yes = f64::from(distributions[index].row(row)[1]) >= task.threshold;
                    classes[index][row] = u32::from(yes);
                }
                Role::Free => {
                    let count = task.vocabulary.len();
                    let best = best(0..count, |c| shares[index][c] * continued(index, c));
                    classes[index][row] = best as u32;
                }
                Role::Finest(coarse) => {
                    let p = &shares[index];
                    let score = |class: usize| {
                        let above: f64 = coarse
                            .iter()
                            .map(|r| continued(r.coarse, r.map[class] as usize))
                            .product();
                        p[class] * continued(index, class) * above
                    };
                    let chosen = match task.decode {
                        Decode::Joint => best(0..p.len(), score),
                        Decode::TopDown => top_down(tasks, coarse, p),
                    };
                    classes[index][row] = chosen as u32;
                    for refinement in coarse {
                        classes[refinement.coarse][row] = refinement.map[chosen];
                    }
                }
                Role::Conditional(_) | Role::Marginal { .. } => {}
            }
        }
        for &index in order {
            let (Role::Conditional(refinement), Some(groups)) =
                (&tasks[index].role, &self.groups[index])
            else {
                continue;
            };
            let members = groups.members(classes[refinement.coarse][row] as usize);
            let chosen = best(members.iter().copied(), |c| {
                shares[index][c] * continued(index, c)
            });
            classes[index][row] = chosen as u32;
        }
    }

    /// Probabilities of the classes of each task; of a conditional task, within the coarse class.
    fn shares(&self, tasks: &[Task], distributions: &[Distribution], row: usize) -> Vec<Vec<f64>> {
        let of_task = |index: usize| -> Vec<f64> {
            if !tasks[index].kind.has_classes() {
                return Vec::new();
            }
            let mut p: Vec<f64> = distributions[index]
                .row(row)
                .iter()
                .map(|&p| f64::from(p))
                .collect();
            for members in self.groups[index].iter().flat_map(Groups::iter) {
                let sum: f64 = members.iter().map(|&class| p[class]).sum();
                for &class in members {
                    p[class] = if sum > 0.0 {
                        p[class] / sum
                    } else {
                        1.0 / members.len() as f64
                    };
                }
            }
            p
        };
        (0..tasks.len()).map(of_task).collect()
    }

    /// For each conditional task and coarse class, the largest share of a fine class times how
    /// well it is continued; 1 where the task is decided after the coarse one.
    fn messages(&self, tasks: &[Task], order: &[usize], shares: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let mut messages: Vec<Vec<f64>> = vec![Vec::new(); tasks.len()];
        for &fine in order.iter().rev() {
            let Some(groups) = &self.groups[fine] else {
                continue;
            };
            messages[fine] = groups
                .iter()
                .map(|members| {
                    if tasks[fine].decode == Decode::TopDown {
                        return 1.0;
                    }
                    let score = |&class: &usize| {
                        let further: f64 = self.below[fine]
                            .iter()
                            .map(|&task| messages[task][class])
                            .product();
                        shares[fine][class] * further
                    };
                    members.iter().map(score).fold(0.0, f64::max)
                })
                .collect();
        }
        messages
    }
}

/// The finest class reached by deciding the coarse tasks one after the other.
fn top_down(tasks: &[Task], coarse: &[Refinement], p: &[f64]) -> usize {
    let mut open: Vec<usize> = (0..p.len()).collect();
    for refinement in coarse {
        let count = tasks[refinement.coarse].vocabulary.len();
        let mut sums = vec![0.0; count];
        let mut present = vec![false; count];
        for &class in &open {
            sums[refinement.map[class] as usize] += p[class];
            present[refinement.map[class] as usize] = true;
        }
        let chosen = best((0..count).filter(|&class| present[class]), |class| {
            sums[class]
        });
        open.retain(|&class| refinement.map[class] as usize == chosen);
    }
    best(open.into_iter(), |class| p[class])
}

/// The candidate with the highest score, the first of them where several tie.
fn best(candidates: impl Iterator<Item = usize>, score: impl Fn(usize) -> f64) -> usize {
    let mut chosen = None;
    for candidate in candidates {
        let score = score(candidate);
        if chosen.is_none_or(|(_, highest)| score > highest) {
            chosen = Some((candidate, score));
        }
    }
    chosen.map_or(0, |(candidate, _)| candidate)
}
