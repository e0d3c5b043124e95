//! Targets that a task cannot learn from.

synaptree_config::codes! {
    TARGET_COUNT = "data/target-count", "A task has another number of target columns than its kind takes" {
        cause: "Binary, multiclass, ordinal and hierarchical tasks have one target column. Several columns are several questions.",
        example: "kind = \"multiclass\"\ntarget = [\"colour\", \"size\"]",
        cure: "Give each column a task of its own, or make the task `multilabel` if the columns are yes or no.",
    }
    ALL_MISSING_TARGET = "data/all-missing-target", "A target has no value in any training row" {
        cause: "Every cell of the column is empty or counts as missing, so there is nothing to learn.",
        example: "smoker\n?\n?",
        cure: "Check the column, and which texts `[data] missing` lists.",
    }
    CONSTANT_TARGET = "data/constant-target", "A target has the same value in all training rows" {
        cause: "The answer is always the same, so there is nothing to learn. A split by time or by a column can take all rows of the other value away.",
        example: "smoker\nyes\nyes",
        cure: "Remove the task, or add rows with other values to the training part.",
    }
    THIRD_VALUE = "data/third-value", "A binary target has a third value" {
        cause: "A binary task knows two values. A third is a slip, a way to write that the value is missing, or a class of its own.",
        example: "smoker\nyes\nno\nformerly",
        cure: "Correct the cell, add its text to `[data] missing`, or make the task `multiclass`.",
    }
    NO_POSITIVE = "data/no-positive", "The positive value does not occur" {
        cause: "`positive` names the value whose probability is predicted, and no cell of the column has it. It may be misspelt.",
        example: "positive = \"Yes\"      (the column has yes and no)",
        cure: "Write one of the values that the message lists.",
    }
    NO_RANK = "data/no-rank", "A value has no place in the order of an ordinal task" {
        cause: "The classes of an ordinal task are numbers, or stand in `order` from low to high. This value is neither.",
        example: "order = [\"low\", \"high\"]      (a cell holds medium)",
        cure: "Add the value to `order`, correct the cell, or add its text to `[data] missing`.",
    }
    TOO_MANY_ANSWERS = "data/too-many-answers", "A task has more different answers than are collected" {
        cause: "The data are streamed, and the answers of a task are collected in one pass. A column of numbers or identifiers has a new one in nearly every row.",
        example: "[[tasks]]\nname = \"price\"\nkind = \"multiclass\"      (a price is a number)",
        cure: "Make the task a regression if its answers are numbers, merge rare answers, or set `[data] streaming = false` if the data fit in memory.",
    }
    UNSEEN_CLASS = "data/unseen-class", "A class never occurs in training" {
        cause: "Rows of the validation or test part have a class that no training row has, so it can never be predicted right.",
        example: "train.csv: red, blue\ntest.csv: red, purple",
        cure: "Add rows of this class to the training part, split with `stratify_by`, or remove the rows.",
    }
    UNKNOWN_LABEL = "data/unknown-label", "A label is not in the hierarchy of its task" {
        cause: "The hierarchy names every label that a row may have, and this one is not among them. It may be misspelt.",
        example: "hierarchy = [\"animal/dog\", \"animal/cat\"]      (a cell holds animal/cow)",
        cure: "Correct the cell, or add the label to the hierarchy.",
    }
}
