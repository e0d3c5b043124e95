//! The encoder of tables.

use burn::module::{Module, Param};
use burn::tensor::module::embedding;
use burn::tensor::{Device, Int, Tensor, TensorData};

use crate::{Draw, Fans, Initialiser, NetworkError, Prior, SynapseSpec, TableShape, WeightSynapse};

/// A batch of table rows as tensors.
///
/// # Shapes
///
/// - numbers: `[rows, numbers]`
/// - categories: `[rows, categories]`, codes in `0..size` of their column
#[derive(Clone, Debug)]
pub struct TableInput {
    /// The numbers, `[rows, numbers]`.
    pub numbers: Tensor<2>,
    /// The category codes, `[rows, categories]`.
    pub categories: Tensor<2, Int>,
}

impl TableInput {
    /// Checks a batch in row-major order and makes its tensors.
    ///
    /// # Errors
    ///
    /// [`NetworkError::InputLength`] where lengths do not fit the shape, [`NetworkError::UnknownCode`]
    /// for a code outside its column.
    ///
    /// # Example
    ///
    /// ```
    /// use burn::tensor::Device;
    /// use synaptree_nn::{CategoryShape, TableInput, TableShape};
    ///
    /// let table = TableShape { numbers: 2, categories: vec![CategoryShape { size: 3, embedding: None }] };
    /// let device = Device::flex();
    /// let input = TableInput::new(&table, vec![0.5, 1.0, -2.0, 0.0], vec![2, 0], &device)?;
    /// assert_eq!(input.rows(), 2);
    /// assert!(TableInput::new(&table, vec![0.5, 1.0], vec![3], &device).is_err());
    /// # Ok::<(), synaptree_nn::NetworkError>(())
    /// ```
    pub fn new(
        table: &TableShape,
        numbers: Vec<f32>,
        categories: Vec<i32>,
        device: &Device,
    ) -> Result<Self, NetworkError> {
        let columns = table.categories.len();
        let rows = match table.numbers {
            0 => categories.len().checked_div(columns).unwrap_or(0),
            width => numbers.len() / width,
        };
        for (what, width, got) in [
            ("numbers", table.numbers, numbers.len()),
            ("categories", columns, categories.len()),
        ] {
            if got != rows * width {
                return Err(NetworkError::InputLength { what, width, got });
            }
        }
        for row in categories.chunks(columns.max(1)) {
            for (column, (code, shape)) in row.iter().zip(&table.categories).enumerate() {
                if usize::try_from(*code).map_or(true, |code| code >= shape.size) {
                    return Err(NetworkError::UnknownCode {
                        column,
                        code: *code,
                        size: shape.size,
                    });
                }
            }
        }
        let numbers = TensorData::new(numbers, [rows, table.numbers]);
        let categories = TensorData::new(categories, [rows, columns]);
        Ok(Self {
            numbers: Tensor::from_data(numbers, device),
            categories: Tensor::from_data(categories, device),
        })
    }

    /// How many rows the batch has.
    pub fn rows(&self) -> usize {
        self.numbers.dims()[0]
    }
}

/// The encoder of tables: numbers as they are, then one-hot codes, then embeddings.
///
/// Embeddings start at `N(0, 1 / width)`, so that a row of the table has about the length 1 of a one-hot
/// code; a configured initialiser does not touch them. They have noise where `synapses.embeddings` says so.
///
/// # Randomness
///
/// Stream `init/<path>.embeddings.<k>`.
///
/// # Example
///
/// ```
/// use burn::tensor::Device;
/// use synaptree_nn::{CategoryShape, TableEncoder, TableInput, TableShape};
///
/// let table = TableShape { numbers: 1, categories: vec![CategoryShape { size: 3, embedding: None }] };
/// let device = Device::flex();
/// let encoder = TableEncoder::new(&table, 7, "encoder", &device)?;
/// let input = TableInput::new(&table, vec![0.5, -1.0], vec![2, 0], &device)?;
/// let encoded = encoder.forward(&input, None).into_data().try_into_vec::<f32>().unwrap();
/// assert_eq!(encoded, [0.5, 0.0, 0.0, 1.0, -1.0, 1.0, 0.0, 0.0]);
/// # Ok::<(), synaptree_nn::NetworkError>(())
/// ```
#[derive(Module, Debug)]
pub struct TableEncoder {
    embeddings: Vec<Param<Tensor<2>>>,
    /// The noise of each embedding, where they have any.
    synapses: Vec<WeightSynapse>,
    /// The column of each embedding.
    #[module(skip)]
    embedded: Vec<usize>,
    /// For each one-hot output: the column it looks at and the code it stands for.
    #[module(skip)]
    one_hot: Vec<(i32, i32)>,
    numbers: usize,
}

impl TableEncoder {
    /// Makes the encoder; `path` names its place and its streams.
    ///
    /// # Errors
    ///
    /// [`NetworkError::NoInputs`] for a table without columns, [`NetworkError::EmptyLayer`] for a category
    /// without codes or an embedding of width 0.
    pub fn new(
        table: &TableShape,
        seed: u64,
        path: &str,
        device: &Device,
    ) -> Result<Self, NetworkError> {
        if table.numbers == 0 && table.categories.is_empty() {
            return Err(NetworkError::NoInputs);
        }
        let (mut embeddings, mut embedded, mut one_hot) = (Vec::new(), Vec::new(), Vec::new());
        for (column, category) in table.categories.iter().enumerate() {
            if category.size == 0 || category.embedding == Some(0) {
                return Err(NetworkError::EmptyLayer {
                    key: format!("table.categories[{column}]"),
                });
            }
            if let Some(width) = category.embedding {
                let path = format!("{path}.embeddings.{}", embeddings.len());
                let fans = Fans {
                    inputs: width,
                    outputs: category.size,
                };
                let shape = [category.size, width];
                let weight = Initialiser::Lecun.draw(seed, &path, shape, fans, device);
                embeddings.push(Param::from_tensor(weight));
                embedded.push(column);
            } else {
                one_hot.extend((0..category.size).map(|code| (column as i32, code as i32)));
            }
        }
        Ok(Self {
            embeddings,
            synapses: Vec::new(),
            embedded,
            one_hot,
            numbers: table.numbers,
        })
    }

    /// The same encoder with the noise of `[synapses]` on its embeddings; `path` names its place and its streams.
    pub(crate) fn with_synapses(mut self, spec: &SynapseSpec, path: &str) -> Self {
        let tables = self.embeddings.iter().enumerate();
        let made = tables.map(|(k, table)| {
            let path = format!("{path}.embeddings.{k}");
            WeightSynapse::new(spec, &path, &table.val())
        });
        self.synapses = made.collect();
        self
    }

    /// Σ KL of the learned distributions of the embeddings from the prior, in nats; `None` where nothing is learned.
    pub(crate) fn divergence(&self, prior: Prior, draw: Option<Draw>) -> Option<Tensor<1>> {
        let pairs = self.embeddings.iter().zip(&self.synapses);
        pairs
            .filter_map(|(table, synapse)| synapse.divergence(table.val(), prior, draw))
            .reduce(|sum, part| sum + part)
    }

    /// The tables in order, with mean and standard deviation of their weights over draws where they have noise.
    pub(crate) fn tables(&self) -> impl Iterator<Item = (Tensor<2>, Option<[Tensor<2>; 2]>)> {
        self.embeddings.iter().enumerate().map(|(k, table)| {
            let table = table.val();
            let synapse = self.synapses.get(k);
            let drawn = synapse.map(|synapse| synapse.drawn_weights(&table));
            (table, drawn)
        })
    }

    /// Encodes a batch; noise on embeddings is on where there is a draw.
    ///
    /// # Shapes
    ///
    /// - result: `[rows, width]`, see [`TableShape::width`] and [`TableShape::category_ranges`]
    pub fn forward(&self, input: &TableInput, draw: Option<Draw>) -> Tensor<2> {
        let rows = input.rows();
        let mut parts = Vec::with_capacity(2 + self.embeddings.len());
        if self.numbers > 0 {
            parts.push(input.numbers.clone());
        }
        if !self.one_hot.is_empty() {
            parts.push(self.one_hot(&input.categories));
        }
        for (k, (weight, column)) in self.embeddings.iter().zip(&self.embedded).enumerate() {
            let table = match self.synapses.get(k) {
                Some(synapse) => synapse.sampled(weight.val(), draw),
                None => weight.val(),
            };
            let codes = input.categories.clone().narrow(1, *column, 1);
            let vectors = embedding(table, codes);
            let width = vectors.dims()[2];
            parts.push(vectors.reshape([rows, width]));
        }
        if parts.len() == 1 {
            return parts.remove(0);
        }
        Tensor::cat(parts, 1)
    }

    /// All one-hot codes at once: each output compares its column with its code.
    fn one_hot(&self, categories: &Tensor<2, Int>) -> Tensor<2> {
        let device = categories.device();
        let width = self.one_hot.len();
        let columns: Vec<i32> = self.one_hot.iter().map(|(column, _)| *column).collect();
        let codes: Vec<i32> = self.one_hot.iter().map(|(_, code)| *code).collect();
        let columns = Tensor::<1, Int>::from_data(TensorData::new(columns, [width]), &device);
        let codes = Tensor::<2, Int>::from_data(TensorData::new(codes, [1, width]), &device);
        categories.clone().select(1, columns).equal(codes).float()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CategoryShape;

    fn mixed() -> TableShape {
        TableShape {
            numbers: 0,
            categories: vec![
                CategoryShape {
                    size: 4,
                    embedding: Some(2),
                },
                CategoryShape {
                    size: 2,
                    embedding: None,
                },
                CategoryShape {
                    size: 3,
                    embedding: None,
                },
            ],
        }
    }

    #[test]
    fn columns_stand_where_the_ranges_say() {
        let device = Device::flex();
        let table = mixed();
        let encoder = TableEncoder::new(&table, 7, "encoder", &device).unwrap();
        let input = TableInput::new(&table, vec![], vec![3, 1, 0, 3, 0, 2], &device).unwrap();
        let encoded = encoder.forward(&input, None);
        assert_eq!(encoded.dims(), [2, table.width()]);
        let rows: Vec<f32> = encoded.into_data().try_into_vec().unwrap();
        let ranges = table.category_ranges();
        assert_eq!(rows[ranges[1].clone()], [0.0, 1.0]);
        assert_eq!(rows[ranges[2].clone()], [1.0, 0.0, 0.0]);
        assert_eq!(rows[7..14][ranges[2].clone()], [0.0, 0.0, 1.0]);
        let vector: Vec<f32> = encoder.embeddings[0]
            .val()
            .narrow(0, 3, 1)
            .into_data()
            .try_into_vec()
            .unwrap();
        assert_eq!(rows[ranges[0].clone()], vector);
        assert_eq!(rows[7..14][ranges[0].clone()], vector);
    }

    #[test]
    fn embeddings_of_a_code_receive_the_gradient_of_its_rows() {
        let device = Device::flex().autodiff();
        let table = mixed();
        let encoder = TableEncoder::new(&table, 7, "encoder", &device).unwrap();
        let input =
            TableInput::new(&table, vec![], vec![3, 1, 0, 3, 0, 2, 1, 0, 0], &device).unwrap();
        let gradients = encoder.forward(&input, None).sum().backward();
        let gradient: Vec<f32> = encoder.embeddings[0]
            .val()
            .grad(&gradients)
            .unwrap()
            .into_data()
            .try_into_vec()
            .unwrap();
        assert_eq!(gradient, [0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 2.0, 2.0]);
    }

    #[test]
    fn codes_and_lengths_that_do_not_fit_are_errors() {
        let device = Device::flex();
        let input = |categories| TableInput::new(&mixed(), vec![], categories, &device);
        assert!(matches!(
            input(vec![4, 0, 0]),
            Err(NetworkError::UnknownCode {
                column: 0,
                code: 4,
                size: 4
            })
        ));
        assert!(matches!(
            input(vec![0, -1, 0]),
            Err(NetworkError::UnknownCode { column: 1, .. })
        ));
        assert!(matches!(
            input(vec![0, 0]),
            Err(NetworkError::InputLength { .. })
        ));
    }

    #[test]
    fn a_table_without_columns_is_an_error() {
        let table = TableShape::default();
        let made = TableEncoder::new(&table, 7, "encoder", &Device::flex());
        assert!(matches!(made, Err(NetworkError::NoInputs)));
    }
}
