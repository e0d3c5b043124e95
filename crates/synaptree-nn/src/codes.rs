//! The mistakes of networks, each with a code and a page that explains it.

synaptree_config::codes! {
    NO_HIDDEN_LAYER = "network/no-hidden-layer", "A setting of hidden layers has no effect" {
        cause: "The network has neither a trunk nor hidden layers in its heads, so there is nothing that the setting could change.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nnetwork = { trunk = [], heads = [], dropout = 0.5 }",
        cure: "Give `trunk` or `heads` a layer, or leave the key out.",
    }
    NO_SKIP = "network/no-skip", "`skip` has no effect" {
        cause: "A skip connection adds the input of a layer to its output, so both need the same width, and no two neighbouring layers have it.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nnetwork = { trunk = [64, 32], heads = [], skip = true }",
        cure: "Write equal widths, such as `trunk = [64, 64]`, or leave `skip` out.",
    }
    SELU_INITIALISER = "network/selu-initialiser", "The activation `selu` begins with another initialiser than its own" {
        cause: "`selu` keeps the mean and variance of its inputs only if the weights begin as LeCun proposed.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nnetwork = { activation = \"selu\", initialiser = \"he\" }",
        cure: "Leave `initialiser` out, or write `\"lecun\"`.",
    }
    NO_NOISE = "synapses/no-noise", "`scale` has no effect" {
        cause: "`scale` is how strong the noise of the weights is, and `noise` is \"none\".",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { scale = 0.3 }",
        cure: "Write `noise = \"gaussian\"`, or leave `scale` out.",
    }
    IDLE_SYNAPSE_KEY = "synapses/idle-key", "A key of `[synapses]` has no effect" {
        cause: "The key belongs to another kind of noise than the one that is written.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { noise = \"gaussian\", members = 8 }",
        cure: "Leave the key out, or write the noise that it belongs to.",
    }
    NO_FIRST_DEVIATION = "synapses/no-first-deviation", "A learned deviation starts at 0" {
        cause: "The noise learns how strong it is for every weight, starting from `scale`, and the logarithm of 0 does not exist.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { noise = \"variational\", scale = 0 }",
        cure: "Write a `scale` above 0, such as 0.1.",
    }
    UNSUPPORTED_NOISE = "synapses/unsupported-noise", "Weights that are no dense layer's cannot have this noise" {
        cause: "Factors of inputs and outputs, firing units and squared gradients are parts of a dense layer. Embeddings, and in the library convolutions and recurrent layers, have noise that changes each weight on its own.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { noise = \"rank1\", embeddings = true }",
        cure: "Leave `embeddings` out, or take one of the kinds that the message names.",
    }
    UNSUPPORTED_ESTIMATOR = "synapses/estimator", "The noise cannot be computed by this estimator" {
        cause: "An estimator is exact for some kinds of noise and not defined for others: flipping signs needs noise that is symmetric around its mean, and `rank1` needs factors for inputs and outputs.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { noise = \"bernoulli\", estimator = \"flipout\" }",
        cure: "Write `estimator = \"auto\"`, or an estimator that the message names.",
    }
    NO_MOMENTS = "synapses/no-moments", "Mean and variance do not pass through this network" {
        cause: "The estimator `moments` knows what `linear`, `relu`, `tanh`, `sigmoid` and `gelu` make of a Gaussian number. Normalisations and skip connections make units depend on each other.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nnetwork = { normalisation = \"batch\" }\nsynapses = { noise = \"gaussian\", estimator = \"moments\" }",
        cure: "Write `estimator = \"auto\"`, or a network of such activations without normalisation and `skip`.",
    }
    UNKNOWN_LAYER = "synapses/unknown-layer", "A scale is given for a layer that the network does not have" {
        cause: "A key of `synapses.scales` is the path of a layer or the beginning of one: `trunk`, `trunk.0`, `heads`, or `heads.` and the name of a task; or a depth of the task tree, such as `depth.1`.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { noise = \"gaussian\", scales = { \"heads.bird\" = 0.2 } }",
        cure: "Write a path that the message names, or the beginning of one.",
    }
    NOTHING_FIRES = "synapses/nothing-fires", "Units are to fire, and there are no hidden units" {
        cause: "Blank-out synapses and neural sampling machines make hidden units fire at random; the outputs of the heads are sums as always.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nnetwork = { trunk = [], heads = [] }\nsynapses = { noise = \"blank_out\" }",
        cure: "Give `trunk` or `heads` a width, or choose another noise.",
    }
    NO_HEADS = "network/no-heads", "The network has no head" {
        cause: "Every task has a head, so a network without one answers nothing. A program built it; an experiment file never leads here.",
        example: "NetworkConfig { heads: vec![], .. }",
        cure: "Declare at least one head.",
    }
    NO_INPUTS = "network/no-inputs", "The network has no input" {
        cause: "The table has neither a number nor a category for the network to see.",
        example: "TableShape { numbers: 0, categories: vec![], .. }",
        cure: "Include at least one number or category.",
    }
    EMPTY_LAYER = "network/empty-layer", "A layer has no units" {
        cause: "A width of 0 stands among the widths of the trunk or the heads, and nothing could pass through such a layer.",
        example: "network = { trunk = [64, 0] }",
        cure: "Write widths of at least 1. `trunk = []` has no layer at all.",
    }
    OUT_OF_RANGE = "network/out-of-range", "A number of the network lies outside its range" {
        cause: "The number has no meaning for this key: dropout lies from 0 to below 1.",
        example: "NetworkSpec { dropout: 1.5, .. }",
        cure: "Write a number within the range that the message names.",
    }
    DUPLICATE_HEAD = "network/duplicate-head", "Two heads bear one name" {
        cause: "Heads are known by their names, which are part of the paths of their parameters.",
        example: "two heads named mammal",
        cure: "Give every head a name of its own.",
    }
    UNKNOWN_PARENT = "network/unknown-parent", "A head stands before its parent" {
        cause: "A head reads the features of its parents, so they must be computed first.",
        example: "head 0 with parent 1",
        cure: "Put parents before their children.",
    }
    PULL_SHAPES = "network/pull-shapes", "`edge = \"pull\"` joins heads of different shapes" {
        cause: "A pull hands the child's gradient to the parent's outputs one by one, so both need equal outputs and thresholds.",
        example: "a head of three classes that pulls on a head of two",
        cure: "Use `edge = \"shortcut\"`, or equal numbers of outputs.",
    }
    INPUT_LENGTH = "network/input-length", "A batch does not have the length that its shape asks for" {
        cause: "The values of a batch lie row after row, and their number is not a multiple of the columns.",
        example: "10 values for 3 columns",
        cure: "Give every row all its columns, numbers and categories for the same rows.",
    }
    UNKNOWN_CODE = "network/unknown-code", "A category has a code that its column does not know" {
        cause: "Categories reach the network as codes from 0 to below the number of categories.",
        example: "code 7 in a column of 5 categories",
        cure: "Encode the rows with the preprocessing that was fitted for this network.",
    }
    MISSING_PARAMETER = "network/missing-parameter", "A stored model lacks a parameter" {
        cause: "The network has a parameter that the file does not hold: the file belongs to another network, or was changed.",
        example: "a model.safetensors of two tasks beside a config.json of three",
        cure: "Put the files of one model together again, or train again.",
    }
    UNEXPECTED_PARAMETER = "network/unexpected-parameter", "A stored model has a parameter too many" {
        cause: "The file holds a parameter that the network does not have: the file belongs to another network, or was changed.",
        example: "a model.safetensors of three tasks beside a config.json of two",
        cure: "Put the files of one model together again, or train again.",
    }
    DUPLICATE_PARAMETER = "network/duplicate-parameter", "A stored model lists a parameter twice" {
        cause: "The file was put together wrongly, and nothing says which of the two holds.",
        example: "two entries named trunk.0.weight",
        cure: "Restore the file from a copy, or train again.",
    }
    PARAMETER_SHAPE = "network/parameter-shape", "A stored parameter has another shape than the network's" {
        cause: "The file belongs to a network of other widths, inputs or classes.",
        example: "trunk.0.weight of [12, 64] for a network of 13 inputs",
        cure: "Put the files of one model together again, or train again.",
    }
    PARAMETER_TYPE = "network/parameter-type", "A stored parameter has another type of number" {
        cause: "Parameters are stored as 32-bit floating-point numbers, and this one was converted to something else.",
        example: "trunk.0.weight stored as F16",
        cure: "Store the parameters as F32.",
    }
}
