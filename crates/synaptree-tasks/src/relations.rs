//! Which task stands above which, resolved from names to indices.

use crate::hierarchy::topological_order;
use crate::spec::TaskSpec;

/// Parents and refinements of tasks as indices. Unknown names are left out.
#[derive(Clone, Debug)]
pub(crate) struct Relations {
    /// The parents of each task, ascending; refined tasks among them.
    pub(crate) parents: Vec<Vec<usize>>,
    /// The tasks that each task refines, as declared.
    pub(crate) refines: Vec<Vec<usize>>,
}

/// What joins the tasks of one group of `refines`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Free,
    /// Below one coarse task.
    Conditional,
    /// One softmax over this task; all tasks it determines, coarsest first.
    Finest(Vec<usize>),
    /// Determined by that finest task.
    Marginal(usize),
}

/// Two tasks that would each determine a third one's probabilities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conflict {
    pub(crate) coarse: usize,
    pub(crate) first: usize,
    pub(crate) second: usize,
}

impl Relations {
    pub(crate) fn new(specs: &[TaskSpec]) -> Self {
        let find = |name: &str| specs.iter().position(|spec| spec.name == name);
        let sorted = |names: Vec<&str>| {
            let mut indices: Vec<usize> = names.into_iter().filter_map(find).collect();
            indices.sort_unstable();
            indices.dedup();
            indices
        };
        Self {
            parents: specs.iter().map(|spec| sorted(spec.parents())).collect(),
            refines: specs
                .iter()
                .map(|spec| sorted(spec.refined().iter().map(String::as_str).collect()))
                .collect(),
        }
    }

    /// The tasks with parents before children, the lowest index first.
    ///
    /// # Errors
    ///
    /// A cycle from parent to child, its first task repeated at the end.
    pub(crate) fn order(&self) -> Result<Vec<usize>, Vec<usize>> {
        let parents: Vec<Vec<u32>> = self
            .parents
            .iter()
            .map(|list| list.iter().map(|&p| p as u32).collect())
            .collect();
        Ok(topological_order(&parents)?
            .into_iter()
            .map(|task| task as usize)
            .collect())
    }

    /// The refined tasks of each task without those that follow from others of them, and every
    /// task it determines, coarsest first.
    fn reduced(&self, order: &[usize]) -> (Vec<Vec<usize>>, Vec<Vec<usize>>) {
        let mut closure = vec![Vec::new(); order.len()];
        let mut direct = vec![Vec::new(); order.len()];
        for &task in order {
            let mut above = vec![false; order.len()];
            for &coarse in &self.refines[task] {
                for &further in &closure[coarse] {
                    above[further] = true;
                }
            }
            direct[task] = self.refines[task]
                .iter()
                .copied()
                .filter(|&c| !above[c])
                .collect();
            for &coarse in &direct[task] {
                above[coarse] = true;
            }
            closure[task] = order
                .iter()
                .copied()
                .filter(|&other| above[other])
                .collect();
        }
        (direct, closure)
    }

    /// The direct refinements and the place of every task.
    ///
    /// # Errors
    ///
    /// A [`Conflict`] where a task is determined by two finest tasks.
    pub(crate) fn places(
        &self,
        order: &[usize],
    ) -> Result<(Vec<Vec<usize>>, Vec<Place>), Conflict> {
        let (direct, closure) = self.reduced(order);
        let mut places = vec![Place::Free; order.len()];
        for &task in order.iter().rev() {
            if places[task] != Place::Free {
                continue;
            }
            match direct[task].len() {
                0 => {}
                1 => places[task] = Place::Conditional,
                _ => {
                    for &coarse in &closure[task] {
                        if let Place::Marginal(first) = places[coarse] {
                            return Err(Conflict {
                                coarse,
                                first,
                                second: task,
                            });
                        }
                        places[coarse] = Place::Marginal(task);
                    }
                    places[task] = Place::Finest(closure[task].clone());
                }
            }
        }
        Ok((direct, places))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;

    fn relations(refines: &[(&str, &[&str])]) -> Relations {
        let specs: Vec<TaskSpec> = refines
            .iter()
            .map(|(name, coarse)| {
                let words = coarse.iter().map(|&word| word.to_owned()).collect();
                TaskSpec {
                    refines: Some(crate::spec::OneOrMany::Many(words)),
                    ..TaskSpec::new(*name, Kind::Multiclass)
                }
            })
            .collect();
        Relations::new(&specs)
    }

    #[test]
    fn children_declared_first_come_later() {
        let relations = relations(&[("fine", &["coarse"]), ("coarse", &[])]);
        assert_eq!(relations.order(), Ok(vec![1, 0]));
    }

    #[test]
    fn a_refinement_that_follows_from_another_is_left_out() {
        let relations = relations(&[("a", &[]), ("b", &["a"]), ("c", &["a", "b"])]);
        let (direct, places) = relations.places(&relations.order().unwrap()).unwrap();
        assert_eq!(direct[2], [1]);
        assert_eq!(
            places,
            [Place::Free, Place::Conditional, Place::Conditional]
        );
    }

    #[test]
    fn several_coarse_tasks_make_everything_above_a_marginal() {
        let relations = relations(&[
            ("top", &[]),
            ("a", &["top"]),
            ("b", &[]),
            ("c", &["a", "b"]),
            ("d", &["a"]),
        ]);
        let (_, places) = relations.places(&relations.order().unwrap()).unwrap();
        assert_eq!(places[3], Place::Finest(vec![0, 1, 2]));
        assert_eq!(places[0], Place::Marginal(3));
        assert_eq!(places[4], Place::Conditional);
    }

    #[test]
    fn a_task_determined_twice_is_a_conflict() {
        let relations = relations(&[
            ("a", &[]),
            ("b", &[]),
            ("c", &["a", "b"]),
            ("d", &["a", "b"]),
        ]);
        let conflict = relations.places(&relations.order().unwrap()).unwrap_err();
        assert_eq!(
            conflict,
            Conflict {
                coarse: 0,
                first: 3,
                second: 2
            }
        );
    }
}
