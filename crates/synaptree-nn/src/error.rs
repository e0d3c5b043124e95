//! What can be wrong with a network's configuration or its stored parameters.

/// A configuration or a stored parameter that a network cannot be built from.
#[derive(Debug, thiserror::Error, Clone, PartialEq)]
#[non_exhaustive]
pub enum NetworkError {
    /// The network has no head, so it has no output.
    #[error("the network has no head: declare at least one task")]
    NoHeads,
    /// The table has neither a number nor a category.
    #[error("the table has no input column left: include at least one number or category")]
    NoInputs,
    /// A layer would have no units.
    #[error("`{key}` holds a width of 0: every layer needs at least one unit")]
    EmptyLayer {
        /// The key of the experiment file, with the position.
        key: String,
    },
    /// A number lies outside its range.
    #[error("`{key}` is {got}, expected {expected}")]
    OutOfRange {
        /// The key of the experiment file.
        key: String,
        /// The value that was given.
        got: String,
        /// The values that are allowed.
        expected: &'static str,
    },
    /// Two heads bear the same name.
    #[error("two heads are named `{name}`: give every task a name of its own")]
    DuplicateHead {
        /// The name.
        name: String,
    },
    /// A head names a parent that does not stand before it.
    #[error(
        "head `{head}` names parent number {parent}, expected one of the {before} heads before it: \
         put parents before their children"
    )]
    UnknownParent {
        /// The child.
        head: String,
        /// The index that was given.
        parent: usize,
        /// How many heads stand before the child.
        before: usize,
    },
    /// A pull edge joins heads of different shapes.
    #[error(
        "`edge = \"pull\"` joins head `{child}` with {child_outputs} outputs to its parent `{parent}` with \
         {parent_outputs}: a pull needs equal outputs and thresholds; use `edge = \"shortcut\"` or equal numbers of outputs"
    )]
    PullShapes {
        /// The child's name.
        child: String,
        /// The child's number of outputs, thresholds included.
        child_outputs: usize,
        /// The parent's name.
        parent: String,
        /// The parent's number of outputs, thresholds included.
        parent_outputs: usize,
    },
    /// Noise that weights of any shape cannot have.
    #[error("noise `{noise}` belongs to dense layers of a network; other modules have {offered}")]
    UnsupportedNoise {
        /// The noise.
        noise: String,
        /// The noise that they can have.
        offered: String,
    },
    /// An estimator that the noise does not have.
    #[error("noise `{noise}` cannot be computed by `{estimator}`: use `auto`, or one of {offered}")]
    UnsupportedEstimator {
        /// The noise.
        noise: String,
        /// The estimator that was asked for.
        estimator: String,
        /// The estimators that the noise has.
        offered: String,
    },
    /// Moments that something of the network does not pass on.
    #[error(
        "moments do not pass through {obstacle}: use the estimator `auto`, or change the network"
    )]
    NoMoments {
        /// What they do not pass through.
        obstacle: &'static str,
    },
    /// A scale for a layer that is not there.
    #[error("`{key}` names no layer of the network, which are {}", layers.join(", "))]
    UnknownLayer {
        /// The key that names the layer.
        key: String,
        /// The paths of all layers.
        layers: Vec<String>,
    },
    /// Units that fire without a hidden layer.
    #[error(
        "the synapses make hidden units fire, and the network has no hidden layer: give `trunk` or `heads` a width"
    )]
    NothingFires,
    /// A batch does not have the length its shape asks for.
    #[error(
        "{what} hold {got} values, expected a multiple of {width}, with equal rows for numbers and categories"
    )]
    InputLength {
        /// The numbers or the categories.
        what: &'static str,
        /// How many values a row has.
        width: usize,
        /// How many values were given.
        got: usize,
    },
    /// A category code lies outside its column's vocabulary.
    #[error("categorical column {column} holds code {code}, expected 0 to {}", size - 1)]
    UnknownCode {
        /// The position of the column.
        column: usize,
        /// The code.
        code: i32,
        /// How many codes the column has.
        size: usize,
    },
    /// A stored parameter is absent.
    #[error("the stored model has no parameter `{path}`: it belongs to another network")]
    MissingParameter {
        /// The parameter's path.
        path: String,
    },
    /// A stored parameter has no place in the network.
    #[error(
        "the stored model has a parameter `{path}` that this network lacks: it belongs to another network"
    )]
    UnexpectedParameter {
        /// The parameter's path.
        path: String,
    },
    /// A stored parameter is listed twice.
    #[error("the stored model lists parameter `{path}` twice")]
    DuplicateParameter {
        /// The parameter's path.
        path: String,
    },
    /// A stored parameter has another shape than the network's.
    #[error("parameter `{path}` has shape {got:?} in the stored model, expected {expected:?}")]
    ParameterShape {
        /// The parameter's path.
        path: String,
        /// The network's shape.
        expected: Vec<usize>,
        /// The stored shape.
        got: Vec<usize>,
    },
    /// A stored parameter does not hold 32-bit floating-point numbers.
    #[error("parameter `{path}` is stored as {got}, expected F32")]
    ParameterType {
        /// The parameter's path.
        path: String,
        /// The stored type.
        got: String,
    },
}
