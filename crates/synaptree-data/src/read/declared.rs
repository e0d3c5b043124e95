//! What several files declare of the same columns.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::plan::Part;
use crate::declaration::{DeclaredType, HierarchyDeclaration};
use crate::error::FileError;

/// What all files declare together.
pub(super) struct Declarations {
    pub(super) declared: BTreeMap<String, DeclaredType>,
    pub(super) hierarchies: BTreeMap<String, HierarchyDeclaration>,
}

/// What the files declare, where they agree.
pub(super) fn declarations(parts: &[Part]) -> Result<Declarations, FileError> {
    let mut hierarchies: BTreeMap<String, HierarchyDeclaration> = BTreeMap::new();
    let mut declared: BTreeMap<String, DeclaredType> = BTreeMap::new();
    let mut first: HashMap<&str, &Part> = HashMap::new();
    for part in parts {
        for (name, further) in &part.header.declared {
            let difference = match declared.remove(name) {
                None => Ok(further.clone()),
                Some(known) => merged(known, further),
            };
            let owner = *first.entry(name).or_insert(part);
            let merged = difference.map_err(|difference| FileError::DeclarationsDiffer {
                first: owner.path.clone(),
                second: part.path.clone(),
                column: name.clone(),
                difference,
            })?;
            declared.insert(name.clone(), merged);
        }
        for (name, further) in &part.header.hierarchies {
            let Some(known) = hierarchies.get(name) else {
                hierarchies.insert(name.clone(), further.clone());
                continue;
            };
            if let Some(difference) = first_difference(&known.entries, &further.entries) {
                return Err(FileError::DeclarationsDiffer {
                    first: first.get(name.as_str()).unwrap_or(&part).path.clone(),
                    second: part.path.clone(),
                    column: name.clone(),
                    difference,
                });
            }
        }
    }
    for (name, hierarchy) in &mut hierarchies {
        let labels = parts.iter().filter_map(|part| part.header.labels.get(name));
        let labels = labels.flatten().map(String::as_str);
        hierarchy.dialect = HierarchyDeclaration::decide(&hierarchy.entries, labels);
    }
    Ok(Declarations {
        declared,
        hierarchies,
    })
}

/// One type for two declarations; nominal values of the second follow those of the first.
fn merged(known: DeclaredType, further: &DeclaredType) -> Result<DeclaredType, String> {
    use DeclaredType::{Integer, Nominal, Numeric};
    match (known, further) {
        (Nominal(mut values), Nominal(more)) => {
            for value in more {
                if !values.contains(value) {
                    values.push(value.clone());
                }
            }
            Ok(Nominal(values))
        }
        (Numeric | Integer, Numeric) | (Numeric, Integer) => Ok(Numeric),
        (known, further) if &known == further => Ok(known),
        (known, further) => Err(format!("{} here, {} there", further.name(), known.name())),
    }
}

fn first_difference(known: &[String], further: &[String]) -> Option<String> {
    let known: BTreeSet<&String> = known.iter().collect();
    let further: BTreeSet<&String> = further.iter().collect();
    let lacks = known
        .difference(&further)
        .next()
        .map(|entry| format!("it lacks `{entry}`"));
    lacks.or_else(|| {
        further
            .difference(&known)
            .next()
            .map(|entry| format!("it alone has `{entry}`"))
    })
}
