//! A task tree as it is saved, and what has to hold before one that was read is used.

use serde::Deserialize;

use crate::coherence::{Refinement, Role};
use crate::error::TaskError;
use crate::loss::head_outputs;
use crate::tree::{Task, TaskTree};
use crate::vocabulary::Vocabulary;

/// The form on disk.
#[derive(Deserialize)]
pub(crate) struct Saved {
    tasks: Vec<Task>,
    order: Vec<usize>,
}

impl TryFrom<Saved> for TaskTree {
    type Error = TaskError;

    fn try_from(saved: Saved) -> Result<Self, TaskError> {
        let Saved { tasks, order } = saved;
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..tasks.len()) {
            let reason = format!("its order is not one of {} tasks", tasks.len());
            return Err(TaskError::Saved { reason });
        }
        let mut place = vec![0; tasks.len()];
        for (position, &task) in order.iter().enumerate() {
            place[task] = position;
        }
        for (index, task) in tasks.iter().enumerate() {
            let above = |other: usize| place.get(other).is_some_and(|&p| p < place[index]);
            if let Some(what) = mistake(task, &tasks, above) {
                let reason = format!("{what} of task `{}` do not fit", task.name);
                return Err(TaskError::Saved { reason });
            }
        }
        Ok(Self { tasks, order })
    }
}

/// What of a task does not fit, if something does not; `above` tells the tasks before it.
fn mistake(task: &Task, tasks: &[Task], above: impl Fn(usize) -> bool) -> Option<&'static str> {
    let count = task.vocabulary.len();
    let of_kind = match &task.vocabulary {
        Vocabulary::Classes(_) => task.kind.has_classes(),
        Vocabulary::Labels(_) | Vocabulary::Hierarchy(_) => task.kind.has_nodes(),
        Vocabulary::Real { mean, std, .. } => {
            !task.kind.has_classes()
                && !task.kind.has_nodes()
                && (mean.len(), std.len()) == (count, count)
        }
    };
    let maps = |refinement: &Refinement| {
        let classes = tasks.get(refinement.coarse).map(|t| t.vocabulary.len());
        above(refinement.coarse)
            && refinement.map.len() == count
            && (0..classes.unwrap_or(0)).all(|class| refinement.map.contains(&(class as u32)))
            && refinement.map.iter().all(|&c| Some(c as usize) < classes)
    };
    let role = match &task.role {
        Role::Free => true,
        Role::Conditional(refinement) => maps(refinement),
        Role::Finest(coarse) => coarse.iter().all(maps),
        Role::Marginal { finest } => *finest < tasks.len(),
    };
    if !of_kind || count == 0 {
        Some("the possible answers")
    } else if (task.outputs, task.thresholds) != head_outputs(task.kind, &task.loss, count) {
        Some("the outputs")
    } else if task
        .class_weights
        .as_ref()
        .is_some_and(|w| w.len() != count)
    {
        Some("the class weights")
    } else if !task.parents.iter().all(|&parent| above(parent)) {
        Some("the parents")
    } else if !role || !task.refines.iter().all(maps) {
        Some("the refined tasks")
    } else {
        None
    }
}
