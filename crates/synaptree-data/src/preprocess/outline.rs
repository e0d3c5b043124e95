//! What comes out of preprocessing: how many numbers and codes, and what they are called.

use synaptree_config::counted;
use synaptree_nn::TableShape;
use synaptree_tasks::Vocabulary;

use super::Preprocessing;
use super::category::CategoryEncoding;
use super::column::FittedColumn;

/// One input column and where its features stand in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceColumn {
    /// The name of the column.
    pub name: String,
    /// The `[[inputs]]` table that reads it.
    pub input: String,
    /// Positions of its numbers in a row of [`Features::numbers`](crate::Features::numbers).
    pub numbers: Vec<usize>,
    /// Positions of its codes in a row of [`Features::categories`](crate::Features::categories).
    pub categories: Vec<usize>,
}

impl Preprocessing {
    /// What the network's encoder must be built for.
    pub fn table_shape(&self) -> TableShape {
        TableShape {
            numbers: self
                .columns
                .iter()
                .map(|column| column.number_names().len())
                .sum(),
            categories: self
                .columns
                .iter()
                .filter_map(|column| Some(column.category()?.shape()))
                .collect(),
        }
    }

    /// The possible answers of each task.
    pub fn vocabularies(&self) -> Vec<Vocabulary> {
        self.targets
            .iter()
            .map(|target| target.vocabulary.clone())
            .collect()
    }

    /// The names of the numbers of a row, in the order of [`Features::numbers`](crate::Features::numbers).
    pub fn number_names(&self) -> Vec<String> {
        self.columns
            .iter()
            .flat_map(FittedColumn::number_names)
            .collect()
    }

    /// The names of the codes of a row, in the order of [`Features::categories`](crate::Features::categories).
    pub fn category_names(&self) -> Vec<String> {
        let categories = self
            .columns
            .iter()
            .filter(|column| column.category().is_some());
        categories.map(|column| column.name.clone()).collect()
    }

    /// The names of what the encoder hands to the network: the numbers, then of each category its
    /// values (one-hot) or the dimensions of its embedding.
    pub fn encoded_names(&self) -> Vec<String> {
        let mut names = self.number_names();
        for column in &self.columns {
            let Some(category) = column.category() else {
                continue;
            };
            match category.embedding {
                Some(width) => {
                    names.extend((0..width).map(|index| format!("{}[{index}]", column.name)));
                }
                None => {
                    names.extend(
                        category
                            .names()
                            .map(|value| format!("{}={value}", column.name)),
                    );
                }
            }
        }
        names
    }

    /// What the inputs are, in a sentence: how many numbers, how many categories of each encoding
    /// and the weights that embeddings take.
    pub fn summary(&self) -> String {
        let shape = self.table_shape();
        let mut parts = vec![counted(shape.numbers, "number")];
        let categories = || self.columns.iter().filter_map(FittedColumn::category);
        let mut add = |word: &str, chosen: fn(&CategoryEncoding) -> bool| {
            let count = categories().filter(|category| chosen(category)).count();
            let weights: usize = categories()
                .filter(|category| chosen(category))
                .map(|category| category.size() * category.embedding.unwrap_or(0))
                .sum();
            let weights = match weights {
                0 => String::new(),
                weights => format!(" ({weights} weights)"),
            };
            if count > 0 {
                let columns = if count == 1 { "category" } else { "categories" };
                parts.push(format!("{count} {columns} {word}{weights}"));
            }
        };
        add("one-hot", |category| category.embedding.is_none());
        add("embedded", |category| {
            category.embedding.is_some() && category.buckets.is_none()
        });
        add("hashed", |category| category.buckets.is_some());
        format!(
            "{}: {}, {} a row for the network",
            counted(self.columns.len(), "input column"),
            parts.join(", "),
            counted(shape.width(), "value")
        )
    }

    /// The input columns, each with the features that come from it.
    pub fn source_columns(&self) -> Vec<SourceColumn> {
        let (mut number, mut category) = (0, 0);
        self.columns
            .iter()
            .map(|column| {
                let numbers = number..number + column.number_names().len();
                let categories = category..category + usize::from(column.category().is_some());
                (number, category) = (numbers.end, categories.end);
                SourceColumn {
                    name: column.name.clone(),
                    input: column.input.clone(),
                    numbers: numbers.collect(),
                    categories: categories.collect(),
                }
            })
            .collect()
    }
}
