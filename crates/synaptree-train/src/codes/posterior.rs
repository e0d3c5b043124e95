//! What stands in the way of a distribution of the weights.

synaptree_config::codes! {
    TOO_MANY_EPOCHS = "posterior/too-many-epochs", "More epochs are to be averaged than training has" {
        cause: "`swag` collects the weights of the last epochs, and there are fewer than that.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { epochs = 10, posterior = { kind = \"swag\", epochs = 20 } }",
        cure: "Write fewer `training.posterior.epochs`, such as a quarter of `training.epochs`, or train longer.",
    }
    CUT_SHORT = "posterior/cut-short", "Training may end before the epochs that are averaged" {
        cause: "`swag` averages the weights of the last epochs, and early stopping or a time limit would take those away.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { early_stopping = { patience = 5 }, posterior = { kind = \"swag\" } }",
        cure: "Take `early_stopping` or `time_limit` away: the average of the last epochs stands in for the best one.",
    }
    STRUCTURE = "posterior/structure", "The curvature of all layers has no such structure" {
        cause: "`kronecker` and `full` keep how the weights of a last layer depend on each other. Of all layers only the diagonal is kept.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { posterior = { kind = \"laplace\", layers = \"all\", structure = \"full\" } }",
        cure: "Write `structure = \"diagonal\"`, or `layers = \"heads\"`.",
    }
    NOISY = "posterior/noisy", "A Laplace approximation is asked for weights with noise" {
        cause: "It is fitted to the curvature at the trained weights, and noise of the synapses would move predictions away from them.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { noise = \"gaussian\" }\ntraining = { posterior = { kind = \"laplace\" } }",
        cure: "Write `synapses.noise = \"none\"`, or take `training.posterior` away.",
    }
    LIKELIHOOD = "posterior/likelihood", "The curvature of a task is not defined" {
        cause: "A Laplace approximation needs the loss to be the negative logarithm of a probability: cross-entropy of classes or of yes and no without weights and smoothing, or squared error, of tasks that do not refine each other.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"weight\", kind = \"regression\", loss = \"huber\" }]\ntraining = { posterior = { kind = \"laplace\" } }",
        cure: "Take such a loss, or `posterior = { kind = \"swag\" }` or the optimizer `ivon`, which work with every loss.",
    }
    TEMPERED = "posterior/tempered", "A distribution of the weights is learned from a loss that is no likelihood" {
        cause: "How far a weight may lie from its mean is weighed against how probable the labels are. Focal loss, smoothed labels, weights of classes and weights of rows change what a label counts, so that the distribution becomes wider or narrower than the rows alone would have it.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", loss = \"focal\" }]\nsynapses = { noise = \"variational\" }",
        cure: "Write `cross_entropy` or `binary_cross_entropy` without smoothing and weights for a bound of the evidence; or leave it, and judge the doubt by the figures of the validation rows.",
    }
    LARGE_CURVATURE = "posterior/large", "A layer has too many weights to keep every pair of them" {
        cause: "`structure = \"full\"` decomposes a matrix with a row and a column for every weight of a last layer.",
        example: "heads = [512] and a task of 10 classes, 5130 weights",
        cure: "Write `structure = \"kronecker\"`, which keeps nearly the same in little room.",
    }
}
