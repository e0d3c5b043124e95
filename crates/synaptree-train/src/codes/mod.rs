//! The mistakes of training, each with a code and a page; and those of every crate below.

pub mod init;
pub mod posterior;
pub mod uncertainty;

use synaptree_config::Code;

synaptree_config::codes! {
    NAME = "config/name", "The name of the experiment cannot name a folder" {
        cause: "The run folder is called like the experiment, so its name holds neither `/` nor `\\` and is not empty.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nname = \"zoo/animals\"",
        cure: "Write a word such as `animals`, or leave the key out for the name of the file.",
    }
    UNKNOWN_METRIC = "config/unknown-metric", "The metric that chooses the best epoch is unknown" {
        cause: "`training.metric` is `score`, or the name of a task, a dot and one of its metrics.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { metric = \"mammal.rmse\" }",
        cure: "Write `score`, or one of the metrics that the help lists, such as `mammal.auroc`.",
    }
    UNKNOWN_TASK = "config/unknown-task", "The metric that chooses the best epoch names a task that is not there" {
        cause: "`training.metric` names a task before its dot, and no task bears this name.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { metric = \"mamal.auroc\" }",
        cure: "Write the `name` of a task; the help names the nearest one.",
    }
    NO_VALIDATION = "config/no-validation", "Something watches validation rows, and there are none" {
        cause: "Early stopping and the schedule `plateau` look at the validation metric after every epoch, and the experiment has no validation part.",
        example: "data = { train = \"animals.csv\", validation = false }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { early_stopping = { patience = 5 } }",
        cure: "Give `data.validation` a fraction such as 0.15 or a file, or take the key away.",
    }
    TWO_PERTURBATIONS = "config/two-perturbations", "The gradient is to be taken at two kinds of random weights" {
        cause: "The optimizer `ivon` takes every gradient at weights that it draws, and `training.flatness` at weights that it moves.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { flatness = {}, optimizer = { kind = \"ivon\" } }",
        cure: "Keep one of them.",
    }
    LONG_WARMUP = "config/long-warmup", "Training ends before the weight of the divergence has risen" {
        cause: "Learned noise holds to its prior the more, the later the epoch: `synapses.kl_warmup_epochs` says when the full weight is reached, and training has fewer epochs.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { noise = \"variational\", kl_warmup_epochs = 50 }\ntraining = { epochs = 20 }",
        cure: "Write fewer epochs of warm-up, or leave the key out: half of the epochs, at most 50, is its default.",
    }
    TWO_POSTERIORS = "config/two-posteriors", "Two parts of the experiment find a distribution of the weights" {
        cause: "Learned noise of `[synapses]`, the optimizer `ivon` and `training.posterior` each find how far every weight may lie from its mean, and a weight has one such distribution.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { noise = \"variational\" }\ntraining = { optimizer = { kind = \"ivon\" } }",
        cure: "Keep one of them.",
    }
    FILE = "train/file", "A file of the run cannot be read or written" {
        cause: "The folder or its permissions forbid it, the disk is full, or it fails. Training stops; the last complete checkpoint is intact.",
        example: "could not write `runs/animals/metrics.jsonl`: No space left on device",
        cure: "Make room or repair the permissions, then continue with `synaptree train --resume runs/animals`.",
    }
    RUN_EXISTS = "train/run-exists", "The run folder exists already" {
        cause: "A run folder is never overwritten, and `--output` names one that is there.",
        example: "synaptree train animals.toml --output runs/animals      (for the second time)",
        cure: "Give another `--output`, leave it out for the next free name, or continue that run with `--resume`.",
    }
    OUTPUT_IS_FILE = "train/output-is-file", "A file stands where the run folder would be made" {
        cause: "`--output` names the folder of the run, which training makes, and there is a file of this name.",
        example: "synaptree train animals.toml --output animals.csv",
        cure: "Give a folder that is not there yet, or leave `--output` out for the next free name below `runs`.",
    }
    IN_USE = "train/in-use", "Another process trains in the run folder" {
        cause: "Two processes that write the same run would overwrite each other's checkpoints, so the first one locks the folder until it ends.",
        example: "synaptree train --resume runs/animals      (while it is still training in another terminal)",
        cure: "Wait until the other process ends, or stop it with Ctrl-C and resume the run then. A killed process leaves no lock behind.",
    }
    NOT_A_RUN = "train/not-a-run", "The folder is not a run that can be continued" {
        cause: "The folder was not made by `synaptree train`, a file of it is missing or damaged, or a newer version of synaptree wrote it.",
        example: "synaptree train --resume runs      (the run is in runs/animals)",
        cure: "Give the folder that `synaptree train` made. If its checkpoint is damaged, continue from a copy or start the run again.",
    }
    CANNOT_STREAM = "train/cannot-stream", "A setting of training needs all rows at once" {
        cause: "`data.streaming = true` reads the rows piece by piece, and this setting needs all of them.",
        example: "[data]\ntrain = \"animals.csv\"\nstreaming = true\n\n[training]\nbatch_size = \"full\"",
        cure: "Write what the help says in its place, or `data.streaming = false` if the data fit in memory.",
    }
    MEMORY = "train/memory", "The network does not fit into memory" {
        cause: "Training keeps every weight, its gradient and what the optimizer remembers of it, and the units of one batch. That is more than the machine, or the container, has free; it would come to a standstill.",
        example: "network = { trunk = [100000, 100000] }",
        cure: "Make the layers narrower, lower `training.batch_size`, take an optimizer that remembers less (`sgd`), or a machine with more memory. `train --dry-run` shows what a network needs.",
    }
    NOT_FINITE = "train/not-finite", "A loss or gradient is not a finite number" {
        cause: "Training diverged: a step was too large, or an input or target is so extreme that its loss overflows. Everything computed after it would be worthless, so training stops.",
        example: "training = { optimizer = { kind = \"sgd\", learning_rate = 100.0 } }",
        cure: "Lower `training.optimizer.learning_rate`, set `training.gradient_clip = { norm = 1.0 }`, or look for extreme values in the data. The last checkpoint was not touched.",
    }
    DATA_FILES = "train/data-files", "The run began with another number of data files" {
        cause: "A resumed run must see the rows that it began with. A glob may match more files today, or a file is gone.",
        example: "train = \"parts/*.csv\"      (and a new file in parts)",
        cure: "Put the original files back, or start a new run.",
    }
    DATA_CHANGED = "train/data-changed", "A data file changed since the run began" {
        cause: "A resumed run must see the rows that it began with, and the content of this file is another. It was edited or replaced.",
        example: "synaptree train --resume runs/animals      (after animals.csv was corrected)",
        cure: "Put the original file back, or start a new run with the new one.",
    }
}

/// The codes of this crate and of every crate that it uses.
pub fn all() -> impl Iterator<Item = &'static Code> {
    let own = [
        synaptree_config::codes::ALL,
        synaptree_nn::codes::ALL,
        synaptree_model::codes::ALL,
        synaptree_report::codes::ALL,
        ALL,
        init::ALL,
        posterior::ALL,
        uncertainty::ALL,
    ];
    own.into_iter()
        .flatten()
        .copied()
        .chain(synaptree_data::codes::all())
        .chain(synaptree_tasks::codes::all())
}
