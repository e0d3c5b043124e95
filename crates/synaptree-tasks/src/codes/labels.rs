//! Labels that contradict what the tasks say, and saved tasks that do not fit together.

synaptree_config::codes! {
    INVALID = "tasks/invalid", "The tasks contradict themselves" {
        cause: "A program built tasks that an experiment file could not say. The message names the first mistake.",
        example: "two tasks that are parents of one another",
        cure: "Correct the tasks. `check_tasks` lists every mistake at once.",
    }
    COUNT = "tasks/count", "There is another number of label sets than tasks" {
        cause: "A program gave more or fewer vocabularies, labels or outputs than there are tasks. An experiment file never leads here.",
        example: "labels of two tasks for a tree of three",
        cure: "Give one a task, in the order of the tasks.",
    }
    ROWS = "tasks/rows", "Tasks have labels for different numbers of rows" {
        cause: "Every row has a place in the labels of every task; a missing label keeps its place. An experiment file never leads here.",
        example: "100 labels of one task, 99 of another",
        cure: "Give every task as many labels as there are rows, missing ones included.",
    }
    MISMATCH = "tasks/mismatch", "Labels are of another kind or width than their task" {
        cause: "The labels, vocabulary or outputs that were given do not fit the kind of the task.",
        example: "class numbers for a regression task",
        cure: "Give what the message expects.",
    }
    TOO_FEW = "tasks/too-few", "A task has fewer classes than its kind needs" {
        cause: "The training rows show too few different classes, labels or columns to learn from.",
        example: "a multiclass task whose training rows all have the class red",
        cure: "Add rows of other classes to the training part, or remove the task.",
    }
    UNKNOWN_CLASS = "tasks/unknown-class", "`class_weights` names a class that does not occur" {
        cause: "No training row has this class. It may be misspelt.",
        example: "class_weights = { Red = 2 }      (the column has red)",
        cure: "Write one of the classes that the message lists.",
    }
    NOT_A_DISTRIBUTION = "tasks/not-a-distribution", "A target is no distribution, and its loss needs one" {
        cause: "`kl_divergence` compares distributions, so the target columns of every row must be at least 0 and must not all be 0.",
        example: "target = [\"a\", \"b\"], loss = \"kl_divergence\"\na,b\n0.2,-0.1",
        cure: "Correct the row, or use another loss.",
    }
    CONTRADICTION = "tasks/contradiction", "Rows contradict `refines`" {
        cause: "`refines` promises that the value of the finer task determines that of the coarser one, and in these rows one fine value goes with several coarse ones.",
        example: "order,mammal\nbat,yes\nbat,no",
        cure: "Correct the rows that the message names, or use `parent` instead of `refines`.",
    }
    NEVER_TOGETHER = "tasks/never-together", "It cannot be learned which coarse class a fine class belongs to" {
        cause: "The map from the finer to the coarser task is learned from rows where both are labelled, and this fine class has no such row.",
        example: "order,mammal\nbat,yes\nowl,?",
        cure: "Label one row of this class for both tasks, or use `parent` instead of `refines`.",
    }
    NO_FINE_CLASS = "tasks/no-fine-class", "A coarse class has no fine class" {
        cause: "With `refines` the probability of a coarse class is shared among its fine classes, and this one has none to share it with.",
        example: "order,mammal\nbat,yes\n?,no",
        cure: "Give these rows a fine class of their own, such as \"none\", or use `parent` instead of `refines`.",
    }
    TWO_WAYS = "tasks/two-ways", "A fine class leads to two coarse ones" {
        cause: "The task refines several, and along one of them its class means another coarse class than along the other.",
        example: "species refines family and habitat, both refine kingdom: owl → bird → animal, owl → wood → plant",
        cure: "Correct the rows, or use `parent` for one of the tasks.",
    }
    SAVED = "tasks/saved", "Saved tasks cannot be used" {
        cause: "The tasks that were saved with a model do not fit together. The file was changed or damaged.",
        example: "a config.json in which the parent of a task was removed",
        cure: "Restore the file from a copy, or train again.",
    }
    WEIGHTING_STATE = "weighting/state", "The saved state of a weighting cannot be used" {
        cause: "The checkpoint was written with another weighting or for other tasks, or it is damaged.",
        example: "a checkpoint of three tasks in a run of four",
        cure: "Continue from a copy of the run folder, or start the run again.",
    }
}
