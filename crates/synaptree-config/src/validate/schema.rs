//! A JSON schema seen as what it asks of one value.

use serde_json::{Map, Value as Json};

use crate::node::Value;

/// A schema: all objects whose keywords apply to the same value.
///
/// These are the schema itself, what its `$ref` stands for, and the parts of its `allOf`.
#[derive(Clone, Debug)]
pub(crate) struct Schema<'s> {
    root: &'s Json,
    layers: Vec<&'s Map<String, Json>>,
}

/// What a table may hold besides its named keys.
pub(crate) enum OtherKeys<'s> {
    None,
    Anything,
    Values(Schema<'s>),
}

impl<'s> Schema<'s> {
    /// The schema of a whole document.
    pub(crate) fn new(root: &'s Json) -> Self {
        Self::within(root, root)
    }

    /// A part of the schema `root`.
    fn within(root: &'s Json, part: &'s Json) -> Self {
        let mut schema = Self {
            root,
            layers: Vec::new(),
        };
        schema.add(part);
        schema
    }

    fn add(&mut self, part: &'s Json) {
        let Some(object) = part.as_object() else {
            return;
        };
        self.layers.push(object);
        let target = object
            .get("$ref")
            .and_then(Json::as_str)
            .and_then(|pointer| {
                pointer
                    .strip_prefix('#')
                    .and_then(|pointer| self.root.pointer(pointer))
            });
        if let Some(target) = target {
            self.add(target);
        }
        for part in object
            .get("allOf")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
        {
            self.add(part);
        }
    }

    /// What a keyword says, the outermost object first.
    fn all(&self, keyword: &str) -> impl Iterator<Item = &'s Json> {
        self.layers
            .iter()
            .filter_map(move |layer| layer.get(keyword))
    }

    /// The numbers under a keyword.
    pub(crate) fn numbers(&self, keyword: &str) -> impl Iterator<Item = f64> {
        self.all(keyword).filter_map(Json::as_f64)
    }

    /// The text under a keyword.
    pub(crate) fn text(&self, keyword: &str) -> Option<&'s str> {
        self.all(keyword).find_map(Json::as_str)
    }

    /// The value that holds where the key is not written.
    pub(crate) fn default(&self) -> Option<&'s Json> {
        self.all("default").next()
    }

    /// The valid values, where they are listed. `null` cannot be written, so it is left out.
    pub(crate) fn choices(&self) -> Option<Vec<&'s Json>> {
        let constant = self.all("const").next().map(|constant| vec![constant]);
        let listed = || {
            self.all("enum")
                .find_map(Json::as_array)
                .map(|list| list.iter().collect())
        };
        let choices: Vec<&Json> = constant.or_else(listed)?;
        Some(
            choices
                .into_iter()
                .filter(|choice| !choice.is_null())
                .collect(),
        )
    }

    /// The alternatives of `oneOf` and `anyOf`, those within alternatives included; empty if
    /// there are none.
    pub(crate) fn branches(&self) -> Vec<Schema<'s>> {
        let listed = self
            .all("oneOf")
            .chain(self.all("anyOf"))
            .find_map(Json::as_array);
        let mut branches = Vec::new();
        for part in listed.into_iter().flatten() {
            let branch = Self::within(self.root, part);
            let inner = branch.branches();
            if inner.is_empty() {
                if !branch.is_null() {
                    branches.push(branch);
                }
            } else {
                branches.extend(inner);
            }
        }
        branches
    }

    /// The names of the JSON types it asks for; empty for any.
    fn types(&self) -> Vec<&'s str> {
        match self.all("type").next() {
            Some(Json::String(name)) => vec![name],
            Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).collect(),
            _ => Vec::new(),
        }
    }

    fn is_null(&self) -> bool {
        self.types() == ["null"]
    }

    /// The JSON types of the values it can hold, `null` left out; empty for any.
    pub(crate) fn kinds(&self) -> Vec<&'s str> {
        let mut kinds = self.types();
        kinds.retain(|kind| *kind != "null");
        if kinds.is_empty() {
            for choice in self.choices().unwrap_or_default() {
                let kind = match choice {
                    Json::String(_) => "string",
                    Json::Bool(_) => "boolean",
                    Json::Number(_) => "number",
                    Json::Array(_) => "array",
                    Json::Object(_) | Json::Null => "object",
                };
                if !kinds.contains(&kind) {
                    kinds.push(kind);
                }
            }
        }
        kinds
    }

    /// Whether nothing is a value of it, as of an optional key.
    pub(crate) fn allows_null(&self) -> bool {
        let branches = || {
            self.all("oneOf")
                .chain(self.all("anyOf"))
                .filter_map(Json::as_array)
                .flatten()
        };
        let is_anything = || self.kinds().is_empty() && branches().next().is_none();
        self.types().contains(&"null")
            || is_anything()
            || branches().any(|part| Self::within(self.root, part).allows_null())
    }

    /// Whether it can hold values of this type.
    pub(crate) fn accepts(&self, value: &Value) -> bool {
        let kinds = self.kinds();
        let has = |kind| kinds.contains(&kind);
        kinds.is_empty()
            || match value {
                Value::String(_) => has("string"),
                Value::Integer(_) => has("integer") || has("number"),
                Value::Float(_) => has("number"),
                Value::Boolean(_) => has("boolean"),
                Value::Date(_) => false,
                Value::Null => self.allows_null(),
                Value::List(_) => has("array"),
                Value::Table(_) => has("object"),
            }
    }

    /// The named keys of a table, with what they hold.
    pub(crate) fn properties(&self) -> impl Iterator<Item = (&'s str, Schema<'s>)> {
        let root = self.root;
        self.all("properties")
            .filter_map(Json::as_object)
            .flatten()
            .map(move |(key, part)| (key.as_str(), Self::within(root, part)))
    }

    /// What a named key holds.
    pub(crate) fn property(&self, key: &str) -> Option<Schema<'s>> {
        self.all("properties")
            .find_map(|properties| properties.get(key))
            .map(|part| Self::within(self.root, part))
    }

    /// The keys a table must have.
    pub(crate) fn required(&self) -> impl Iterator<Item = &'s str> {
        self.all("required")
            .filter_map(Json::as_array)
            .flatten()
            .filter_map(Json::as_str)
    }

    /// What a table may hold besides its named keys. A table that names keys holds no others
    /// unless it says so: a key that nobody reads is a mistake.
    pub(crate) fn other_keys(&self) -> OtherKeys<'s> {
        let mut said = self
            .all("additionalProperties")
            .chain(self.all("unevaluatedProperties"));
        match said.find(|part| **part != Json::Bool(false)) {
            Some(Json::Bool(_)) => OtherKeys::Anything,
            Some(part) => OtherKeys::Values(Self::within(self.root, part)),
            None if self.all("properties").next().is_some() || self.says_no_other_keys() => {
                OtherKeys::None
            }
            None => OtherKeys::Anything,
        }
    }

    fn says_no_other_keys(&self) -> bool {
        self.all("additionalProperties")
            .chain(self.all("unevaluatedProperties"))
            .next()
            .is_some()
    }

    /// What the element of a list at this place holds.
    pub(crate) fn item(&self, index: usize) -> Option<Schema<'s>> {
        let at_place = self.all("prefixItems").find_map(|items| items.get(index));
        let part = at_place.or_else(|| self.all("items").next())?;
        Some(Self::within(self.root, part))
    }

    /// The key that tells these alternatives apart: each fixes it to texts of its own.
    pub(crate) fn tag(branches: &[Schema<'s>]) -> Option<&'s str> {
        let (first, others) = branches.split_first()?;
        let keys = first.properties().map(|(key, _)| key);
        let mut keys = first.required().chain(keys);
        keys.find(|key| {
            first.tag_values(key).is_some()
                && others.iter().all(|branch| branch.tag_values(key).is_some())
        })
    }

    /// Whether a table without the tag has this form.
    pub(crate) fn is_untagged(&self, tag: &str) -> bool {
        self.required().all(|required| required != tag)
    }

    /// The texts to which a key of this alternative is fixed: one that is required, or has a single value.
    pub(crate) fn tag_values(&self, key: &str) -> Option<Vec<&'s str>> {
        let property = self.property(key)?;
        if self.is_untagged(key) && property.all("const").next().is_none() {
            return None;
        }
        property.choices()?.into_iter().map(Json::as_str).collect()
    }
}
