//! Finds tasks whose value follows from another's in the labels.

use crate::kind::Kind;
use crate::labels::Labels;
use crate::spec::TaskSpec;
use crate::vocabulary::Vocabulary;

/// Rows with both labels that a suggestion needs at least.
const LEAST_ROWS: usize = 50;

/// Rows in which each fine class must have been seen at least.
const LEAST_PER_CLASS: usize = 3;

/// A `refines` that the labels bear out and nobody declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The task whose value determines the other's.
    pub fine: String,
    /// The task whose value follows.
    pub coarse: String,
    /// Rows with both labels.
    pub rows: usize,
}

/// Every pair of tasks where one value follows from the other: at least 50 training rows with
/// both labels, every fine class in at least 3 of them, every coarse class among them, and no
/// exception in any split. Nothing is applied.
///
/// `splits[s][t]` are the labels of task `t` in split `s`; the first split is the training rows.
/// Pairs that follow from a declared or another suggested one are left out.
pub fn suggest_refinements(
    specs: &[TaskSpec],
    vocabularies: &[Vocabulary],
    splits: &[&[Labels]],
) -> Vec<Suggestion> {
    let count = specs.len();
    let find = |name: &String| specs.iter().position(|spec| spec.name == *name);
    let mut known = vec![vec![false; count]; count];
    for (fine, spec) in specs.iter().enumerate() {
        for coarse in spec.refined().iter().filter_map(find) {
            known[fine][coarse] = true;
        }
    }
    let mut found = Vec::new();
    for fine in 0..count {
        for coarse in 0..count {
            let sizes = (vocabularies[fine].len(), vocabularies[coarse].len());
            let possible = specs[fine].kind.has_classes()
                && specs[coarse].kind.has_classes()
                && specs[fine].kind != Kind::Binary
                && sizes.0 > sizes.1;
            if fine == coarse || !possible {
                continue;
            }
            if let Some(rows) = follows(fine, coarse, sizes, splits) {
                found.push((fine, coarse, rows));
            }
        }
    }
    let mut determines = known.clone();
    for &(fine, coarse, _) in &found {
        determines[fine][coarse] = true;
    }
    found
        .into_iter()
        .filter(|&(fine, coarse, _)| {
            let through = |middle: usize| determines[fine][middle] && determines[middle][coarse];
            !known[fine][coarse] && !(0..count).any(through)
        })
        .map(|(fine, coarse, rows)| Suggestion {
            fine: specs[fine].name.clone(),
            coarse: specs[coarse].name.clone(),
            rows,
        })
        .collect()
}

/// The number of training rows that bear it out, if there is no exception and they suffice.
fn follows(
    fine: usize,
    coarse: usize,
    (fine_count, coarse_count): (usize, usize),
    splits: &[&[Labels]],
) -> Option<usize> {
    let mut map: Vec<Option<i32>> = vec![None; fine_count];
    let mut seen = vec![0_usize; fine_count];
    let mut rows = 0;
    for (split, labels) in splits.iter().enumerate() {
        let (Labels::Classes(fine), Labels::Classes(coarse)) = (&labels[fine], &labels[coarse])
        else {
            return None;
        };
        for (&f, &c) in fine.iter().zip(coarse).filter(|&(&f, &c)| f >= 0 && c >= 0) {
            if *map[f as usize].get_or_insert(c) != c {
                return None;
            }
            if split == 0 {
                seen[f as usize] += 1;
                rows += 1;
            }
        }
    }
    let every_class = (0..coarse_count as i32).all(|class| map.contains(&Some(class)));
    let enough = rows >= LEAST_ROWS && seen.iter().all(|&count| count >= LEAST_PER_CLASS);
    (every_class && enough).then_some(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(count: usize) -> Vocabulary {
        Vocabulary::Classes((0..count).map(|class| class.to_string()).collect())
    }

    fn animals() -> (Vec<TaskSpec>, Vec<Vocabulary>, Vec<Labels>) {
        let species: Vec<i32> = (0..60).map(|row| row % 6).collect();
        let class: Vec<i32> = species.iter().map(|species| species / 2).collect();
        let mammal: Vec<i32> = class.iter().map(|class| i32::from(*class == 0)).collect();
        let specs = vec![
            TaskSpec::new("mammal", Kind::Binary),
            TaskSpec::new("class", Kind::Multiclass),
            TaskSpec::new("species", Kind::Multiclass),
        ];
        let labels = [mammal, class, species].map(Labels::Classes).to_vec();
        (specs, vec![names(2), names(3), names(6)], labels)
    }

    #[test]
    fn a_chain_is_suggested_link_by_link() {
        let (specs, vocabularies, labels) = animals();
        let found = suggest_refinements(&specs, &vocabularies, &[&labels]);
        let pairs: Vec<(&str, &str)> = found
            .iter()
            .map(|s| (s.fine.as_str(), s.coarse.as_str()))
            .collect();
        assert_eq!(pairs, [("class", "mammal"), ("species", "class")]);
        assert_eq!(found[0].rows, 60);
    }

    #[test]
    fn one_exception_in_validation_is_enough_to_be_silent() {
        let (specs, vocabularies, labels) = animals();
        let mut other: Vec<Labels> = labels.iter().map(|labels| labels.select(&[0])).collect();
        other[0] = Labels::Classes(vec![0]);
        let found = suggest_refinements(&specs, &vocabularies, &[&labels, &other]);
        assert!(found.iter().all(|suggestion| suggestion.coarse != "mammal"));
    }

    #[test]
    fn few_rows_suggest_nothing() {
        let (specs, vocabularies, labels) = animals();
        let few: Vec<usize> = (0..49).collect();
        let few: Vec<Labels> = labels.iter().map(|labels| labels.select(&few)).collect();
        assert!(suggest_refinements(&specs, &vocabularies, &[&few]).is_empty());
    }

    #[test]
    fn what_is_declared_is_not_suggested() {
        let (mut specs, vocabularies, labels) = animals();
        specs[2].refines = Some("class".into());
        let found = suggest_refinements(&specs, &vocabularies, &[&labels]);
        assert!(found.iter().all(|suggestion| suggestion.fine != "species"));
    }
}
