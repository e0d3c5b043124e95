//! Where in an experiment a key would be valid.

use crate::key_path::KeyPath;

use super::schema::Schema;

/// Tables within tables deeper than this are not searched.
const DEEPEST: usize = 3;

/// Where a key of this name is valid, as a person says it, in the order of the schema.
pub(crate) fn places_of(root: &Schema<'_>, key: &str) -> Vec<String> {
    let mut search = Search {
        key,
        found: Vec::new(),
    };
    search.visit(root, &KeyPath::default(), "at the top of the file", 0);
    search.found
}

struct Search<'k> {
    key: &'k str,
    found: Vec<String>,
}

impl Search<'_> {
    /// Looks at the table, or the tables in the list, at `path`, of which one says `place`.
    fn visit(&mut self, schema: &Schema<'_>, path: &KeyPath, place: &str, depth: usize) {
        let mut alternatives = schema.branches();
        alternatives.push(schema.clone());
        if alternatives
            .iter()
            .any(|one| one.property(self.key).is_some())
            && !self.found.iter().any(|found| found == place)
        {
            self.found.push(place.to_owned());
        }
        if depth == DEEPEST {
            return;
        }
        for alternative in &alternatives {
            for (key, property) in alternative.properties() {
                let path = path.key(key);
                let mut forms = property.branches();
                forms.push(property);
                for form in forms {
                    let section = path.as_section();
                    match form.item(0) {
                        Some(item) if depth == 0 => {
                            self.visit(&item, &path, &format!("in [{section}]"), depth + 1);
                        }
                        item => {
                            let form = item.unwrap_or(form);
                            self.visit(&form, &path, &format!("in {section}"), depth + 1);
                        }
                    }
                }
            }
        }
    }
}
