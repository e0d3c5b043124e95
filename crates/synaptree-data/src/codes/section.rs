//! `[data]` and `[[inputs]]` of an experiment file.

synaptree_config::codes! {
    TRAIN = "data/train", "No file to train on is named" {
        cause: "`train` is an empty list or an empty text.",
        example: "data = { train = [] }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Name a file: `train = \"animals.csv\"`.",
    }
    PART = "data/part", "A part of the data is not said clearly" {
        cause: "`validation` or `test` is `true`, an empty list, has no value, or takes rows that another part takes already. A part is a fraction of the training rows, files of its own, the rows with a value in a column, or `false`.",
        example: "data = { train = \"animals.csv\", test = [] }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Write a fraction (`test = 0.15`), files (`test = \"test.csv\"`), `{ column = \"part\", value = \"test\" }`, or `false` for no such part.",
    }
    FRACTIONS = "data/fractions", "The parts leave no rows to train on" {
        cause: "The fractions of validation, test and calibration add up to all of the rows.",
        example: "data = { train = \"animals.csv\", validation = 0.5, test = 0.5 }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Write fractions that add up to less than 1.",
    }
    SPLIT = "data/split", "A way to split excludes another, or has no effect" {
        cause: "`split_by`, `stratify_by` and `order_by` each decide where a row goes, so only one can. Where every part is given by files, nothing is split at all.",
        example: "data = { train = \"animals.csv\", split_by = \"zoo\", order_by = \"year\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Keep one of them, or make a part a fraction.",
    }
    STRATIFY_BY = "data/stratify-by", "Rows cannot be stratified by numbers" {
        cause: "Stratifying keeps the share of every class the same in all parts, and the values of a regression task are not classes.",
        example: "data = { train = \"animals.csv\", stratify_by = \"weight\" }\ntasks = [{ name = \"weight\", kind = \"regression\" }]",
        cure: "Name a task with classes, or a column.",
    }
    ID = "data/id", "A column of the predictions would have the name of another" {
        cause: "`id` carries columns over to the predictions, where each task has columns of its name, and both would be called the same.",
        example: "data = { train = \"animals.csv\", id = \"mammal\" }\ntasks = [{ name = \"mammal\", kind = \"binary\", target = \"is_mammal\" }]",
        cure: "Rename the task, or leave the column out of `id`.",
    }
    COLUMNS = "data/columns", "A column name is not among the columns, or stands twice" {
        cause: "`columns` names every column of a file, in its order. A name that other keys use must be one of them, and no name may stand twice; without a header the names are needed.",
        example: "data = { train = \"animals.csv\", columns = [\"legs\", \"mammal\"], id = \"name\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Correct the name, or add it to `columns` at its place in the file.",
    }
    CHARACTER = "data/character", "A separator or quote is no usable character" {
        cause: "Separator and quote are one ASCII character each, differ from one another and are not the end of a line.",
        example: "data = { train = \"animals.csv\", separator = \"||\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Write one character, such as `separator = \";\"`, or `\"\\t\"` for a tab.",
    }
    QUOTE = "data/quote", "`quote = true` names no character" {
        cause: "`quote` is the character around quoted values, or `false` where quotation marks are plain text.",
        example: "train = \"animals.csv\"\nquote = true",
        cure: "Leave the key out for the usual quotation mark, or write the character.",
    }
    STRIP_SUFFIX = "data/strip-suffix", "`strip_suffix` is empty" {
        cause: "`strip_suffix` is the text that cells end in and that is dropped, and an empty text drops nothing.",
        example: "data = { train = \"animals.csv\", strip_suffix = \"\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Write what cells end in, such as `\".\"`, or take the key away.",
    }
    INPUT_KIND = "inputs/kind", "A kind of input is not in this release" {
        cause: "The key knows kinds of input that this release cannot read yet.",
        example: "data = { train = \"animals.csv\" }\ninputs = [{ name = \"story\", kind = \"text\" }]\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Write `kind = \"table\"` and keep the columns that are numbers or categories.",
    }
    INPUT_NAME = "inputs/name", "Two inputs bear one name" {
        cause: "Inputs are known by their names.",
        example: "data = { train = \"animals.csv\" }\ninputs = [{ name = \"a\", columns = [\"legs\"] }, { name = \"a\", columns = [\"tail\"] }]\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Give every input a name of its own.",
    }
    INPUT_COLUMNS = "inputs/columns", "A column cannot be an input, or is read twice" {
        cause: "A target, or a column that steers how rows are split, cannot be an input: it would give the answer away. And every column is read by one input only.",
        example: "data = { train = \"animals.csv\" }\ninputs = [{ name = \"a\", columns = [\"legs\", \"mammal\"] }]\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Remove the column from `columns`. Where two inputs take all columns that are left, give one of them its `columns`.",
    }
    INPUT_EXCLUDE = "inputs/exclude", "`columns` and `exclude` stand together" {
        cause: "`columns` says which columns an input reads, `exclude` which of all columns it does not. Together they could contradict each other.",
        example: "data = { train = \"animals.csv\" }\ninputs = [{ name = \"a\", columns = [\"legs\"], exclude = [\"tail\"] }]\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Keep one of them.",
    }
}
