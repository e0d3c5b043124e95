//! `[[tasks]]` and `[weighting]` of an experiment file.

synaptree_config::codes! {
    NONE = "tasks/none", "There is no task" {
        cause: "A network without a task has no answer to learn.",
        example: "data = { train = \"animals.csv\" }\ntasks = []",
        cure: "Add a `[[tasks]]` section with a `name` and a `kind`.",
    }
    NAME = "tasks/name", "The name of a task cannot be used" {
        cause: "The name is empty or holds one of `.`, `/`, `[`, `]`. Names become columns of predictions, such as `mammal.p`, and paths of parameters, and these characters divide them.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"is.mammal\", kind = \"binary\" }]",
        cure: "Use letters, digits, `_` and `-`, and name the column with `target`.",
    }
    DUPLICATE = "tasks/duplicate", "Two tasks bear one name" {
        cause: "Tasks are known by their names.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }, { name = \"mammal\", kind = \"multiclass\" }]",
        cure: "Give every task a name of its own. Two tasks may share a `target`.",
    }
    TARGET = "tasks/target", "The target columns do not suit the task" {
        cause: "The list is empty, names a column twice, or has several columns where the kind takes one.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"size\", kind = \"multiclass\", target = [\"height\", \"length\"] }]",
        cure: "Name one column, or write one task for each. `regression` and `multilabel` take several.",
    }
    OUT_OF_RANGE = "tasks/out-of-range", "A number of a task lies outside its range" {
        cause: "The number has no meaning for this key: a share is at most 1, a weight at least 0.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", loss = { kind = \"focal\", gamma = 2 } }, { name = \"order\", kind = \"multiclass\", parent = \"mammal\", loss = { kind = \"cross_entropy\", class_weights = { cat = -1 } } }]",
        cure: "Write a number within the range that the message names.",
    }
    KEY_OF_OTHER_KIND = "tasks/key-of-other-kind", "A key belongs to another kind of task" {
        cause: "The key says something that this kind of task does not have: only an ordinal task has an `order`, only a binary one a `positive` value.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", order = [\"no\", \"yes\"] }]",
        cure: "Remove the key, or change `kind`.",
    }
    SEPARATOR = "tasks/separator", "`separator` is empty" {
        cause: "The separator stands between the labels in one cell; an empty one stands everywhere.",
        example: "kind = \"multilabel\"\nseparator = \"\"",
        cure: "Write what stands between the labels, such as `\"|\"`.",
    }
    ORDER = "tasks/order", "The order of an ordinal task is not complete" {
        cause: "The classes of an ordinal task are numbers, or `order` lists every one of them once, from low to high. One is listed twice, fewer than two are listed, or none are listed and the classes are words.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"size\", kind = \"ordinal\", order = [\"small\"] }]",
        cure: "List every class once, from low to high: `order = [\"small\", \"medium\", \"large\"]`.",
    }
    HIERARCHY = "tasks/hierarchy", "A label hierarchy cannot be used" {
        cause: "The hierarchy is empty, an entry cannot be read, or its edges form a cycle.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"kind\", kind = \"hierarchical\", hierarchy = [] }]",
        cure: "List paths such as `\"animal/dog\"`, or edges from parent to child, without a cycle. Leave the key out to read the hierarchy from the data.",
    }
    METRIC = "tasks/metric", "A metric does not suit its task" {
        cause: "The metric is misspelt, measures another kind of answer, or needs a variance that the loss does not predict.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", metric = \"rmse\" }]",
        cure: "Write one of the metrics that the help lists, or leave the key out for the headline metric of the kind.",
    }
    LOSS = "tasks/loss", "A loss or one of its settings does not suit its task" {
        cause: "The loss measures another kind of answer, or one of its settings has no meaning for this task. Tasks joined by `refines` need a loss that is the likelihood of a class.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", loss = \"huber\" }]",
        cure: "Write one of the losses that the help lists, or leave the key out for the usual loss of the kind.",
    }
    UNKNOWN = "tasks/unknown", "`parent` or `refines` names a task that is not there" {
        cause: "No task bears this name. It may be misspelt, or be the name of a column.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }, { name = \"order\", kind = \"multiclass\", parent = \"mamal\" }]",
        cure: "Write the `name` of another task; the help names the nearest one.",
    }
    CYCLE = "tasks/cycle", "The tasks form a cycle" {
        cause: "Following `parent` and `refines` from task to task leads back to where it began, so no task could come first.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", parent = \"order\" }, { name = \"order\", kind = \"multiclass\", parent = \"mammal\" }]",
        cure: "Remove one of these `parent` or `refines`. The coarser task stands above the finer one.",
    }
    REFINES = "tasks/refines", "A task cannot refine this one" {
        cause: "Only binary, multiclass and ordinal tasks can refine or be refined, and a coarse task can be the sum of one finer task only.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"weight\", kind = \"regression\" }, { name = \"order\", kind = \"multiclass\", refines = \"weight\" }]",
        cure: "Use `parent` instead: it shares what was learned and promises nothing about the answers.",
    }
    EDGE = "tasks/edge", "`edge` or `share` stands on a task without a parent" {
        cause: "They say how a task is joined to its parent, and this one has none.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", share = 0.5 }]",
        cure: "Name a task in `parent` or `refines`, or remove the key.",
    }
    PULL = "tasks/pull", "`edge = \"pull\"` joins tasks of different shapes" {
        cause: "A pull hands the child's gradient to the parent's outputs one by one, so both need the same kind and number of outputs.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }, { name = \"weight\", kind = \"regression\", parent = \"mammal\", edge = \"pull\" }]",
        cure: "Use `edge = \"shortcut\"`, or a parent of the same kind and number of outputs.",
    }
    DECODE = "tasks/decode", "`decode` stands where it has no effect" {
        cause: "`decode` says how tasks joined by `refines` are decided, and it stands on the finest of them.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", decode = \"top_down\" }]",
        cure: "Set it on the task that refines another, or remove it.",
    }
    THRESHOLD = "tasks/threshold", "`threshold` has no effect on this task" {
        cause: "The task is decided together with the tasks that refine it, so that their answers agree, and not by a threshold of its own.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", threshold = 0.3 }, { name = \"order\", kind = \"multiclass\", refines = \"mammal\" }]",
        cure: "Remove it, or set `decode = \"top_down\"` on the one task that refines this one.",
    }
    WEIGHTING_RANGE = "weighting/out-of-range", "A number of `[weighting]` lies outside its range" {
        cause: "The number has no meaning for this key: weights are at least 0, rates and limits more than 0.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nweighting = { method = \"uncertainty\", initial = 9.0, limit = 1.0 }",
        cure: "Write a number within the range that the message names.",
    }
    WEIGHTING_TASK = "weighting/unknown-task", "`weights` names a task that is not there" {
        cause: "No task bears this name. It may be misspelt, or be the name of a column.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nweighting = { method = \"fixed\", weights = { mamal = 2 } }",
        cure: "Write the `name` of a task; the help names the nearest one.",
    }
    UNUSED_WEIGHT = "weighting/unused-weight", "The weight of a task has no effect" {
        cause: "Only the weighting `fixed` reads the weights of tasks; the others choose their own.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", weight = 2 }]",
        cure: "Write `method = \"fixed\"` under `[weighting]`, or remove the weight.",
    }
}
