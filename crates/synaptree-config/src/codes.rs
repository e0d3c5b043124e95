//! The mistakes that can be seen in an experiment file without knowing what its keys mean.

crate::codes! {
    READ = "config/read", "The experiment file cannot be read" {
        cause: "There is no file of this name, it is a folder, or its permissions forbid reading it.",
        example: "synaptree train animal.toml      (the file is called animals.toml)",
        cure: "Check the spelling and the folder. A file that is not yours needs the permission to be read.",
    }
    NOT_TEXT = "config/not-text", "The experiment file is not UTF-8 text" {
        cause: "The file holds bytes that are not text in UTF-8, the encoding of TOML, YAML and JSON. It may have been saved in another encoding, or be no experiment file at all.",
        example: "name = \"caf\\xE9\"      (saved as Latin-1)",
        cure: "Open the file in an editor and save it as UTF-8.",
    }
    IS_DATA = "config/is-data", "A data file was given as the experiment" {
        cause: "An experiment file says which data are read and what is learnt from them. The name of this file, or its first line, is that of a table of data.",
        example: "synaptree train animals.csv",
        cure: "Let `synaptree init animals.csv --target COLUMN` write an experiment file, and give that.",
    }
    SYNTAX = "config/syntax", "The file does not follow the rules of its format" {
        cause: "A quotation mark, bracket, equals sign or value is missing or stands in the wrong place. Nothing after it can be trusted, so no key was looked at.",
        example: "name = animals",
        cure: "Mend the line that is shown. In TOML a string stands in quotation marks (`name = \"animals\"`), a list in square brackets, and a boolean is `true` or `false`. A file is read as YAML if its name ends in `.yaml` or `.yml`, as JSON if it ends in `.json`, and as TOML otherwise.",
    }
    DUPLICATE_KEY = "config/duplicate-key", "A key is given twice" {
        cause: "The same key stands twice in one section, or a section has two headers. Only one value could hold, and nothing says which.",
        example: "seed = 1\nseed = 2",
        cure: "Keep one of the two. A list of tables, such as the tasks, has double brackets: `[[tasks]]`.",
    }
    UNKNOWN_KEY = "config/unknown-key", "Nothing reads this key" {
        cause: "The key is misspelt, or it belongs to another section or to another choice of `kind`. A key that nobody reads would change nothing, silently; so it is refused.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { epocs = 10 }",
        cure: "Write the key that the help names, or move it to the section where it belongs. The reference lists every key.",
    }
    MISSING_KEY = "config/missing-key", "A required key is not there" {
        cause: "The section cannot be understood without this key, and it has no default.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\" }]",
        cure: "Add the key; the help says with what.",
    }
    WRONG_TYPE = "config/wrong-type", "A value has the wrong type" {
        cause: "A number is wanted and a string is given, or a list and a single value, and so on. Quotation marks make a string of everything.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { epochs = \"10\" }",
        cure: "Write a value of the type that the message asks for: `epochs = 10`.",
    }
    BAD_CHOICE = "config/bad-choice", "A value is none of the choices" {
        cause: "The key takes one of a few words, and this is not one of them. It may be misspelt.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nnetwork = { activation = \"relo\" }",
        cure: "Write one of the choices that the help lists.",
    }
    OUT_OF_RANGE = "config/out-of-range", "A number lies outside its range" {
        cause: "The number has no meaning for this key: a batch has at least one row, a fraction is at most 1.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\ntraining = { batch_size = 0 }",
        cure: "Write a number within the range that the message names.",
    }
    NOT_FINITE = "config/not-finite", "A number is infinite or not a number" {
        cause: "`inf` and `nan` are numbers of TOML, but nothing can be computed from them.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nsynapses = { noise = \"gaussian\", scale = inf }",
        cure: "Write a finite number, or leave the key out to get its default.",
    }
    WRONG_LENGTH = "config/wrong-length", "A list or text is too short or too long" {
        cause: "The list or text has fewer or more elements than the key can use.",
        example: "data = { train = \"animals.csv\" }\ntasks = [{ name = \"foods\", kind = \"multilabel\", separator = \"\" }]",
        cure: "Write as many elements as the message asks for.",
    }
    INVALID = "config/invalid", "A value is refused for a reason of its own" {
        cause: "The value has the right type, but cannot be what the key needs. The message says why.",
        example: "a value that the schema allows and that the type of the specification refuses",
        cure: "Write a value that the message allows.",
    }
    ASSIGNMENT = "config/assignment", "An override cannot be read" {
        cause: "`--set` takes the path of a key, `=` and a value, and an environment override a name such as `SYNAPTREE__TRAINING__EPOCHS` and a value.",
        example: "synaptree train animals.toml --set training.epochs:10",
        cure: "Write it like `--set training.epochs=10`. In a shell, put quotation marks around values with spaces or brackets.",
    }
    NO_SUCH_ELEMENT = "config/no-such-element", "An override leads through something that is not there" {
        cause: "The path names an element of a list that the file does not have, or goes on below a value that has no keys.",
        example: "synaptree train animals.toml --set tasks.mamal.weight=2",
        cure: "Name an element of a list by its `name` or by its place, counted from 0: `tasks.mammal.weight=2` or `tasks[0].weight=2`.",
    }
    WRITE = "config/write", "An experiment cannot be written as TOML" {
        cause: "A value of the specification has no form in TOML. An experiment that was read from a file can always be written, so this comes from a program that put one together.",
        example: "a specification that is a single number, and no table of keys",
        cure: "Change the value that the message names.",
    }
    UNSET_VARIABLE = "config/unset-variable", "An environment variable in a path is not set" {
        cause: "A path holds `${NAME}`, and the environment in which the command runs has no variable of this name.",
        example: "data = { train = \"${SYNAPTREE_DATA}/adult.csv\" }      (without SYNAPTREE_DATA)",
        cure: "Set the variable before the command, as in `SYNAPTREE_DATA=/path/to/it synaptree train adult.toml`, or write the path out.",
    }
    VARIABLE_NOT_TEXT = "config/variable-not-text", "The value of an environment variable is not valid Unicode" {
        cause: "A path holds `${NAME}`, or an override `SYNAPTREE__…` is set, and the value of this variable is not text.",
        example: "SYNAPTREE_DATA=$'\\xff' synaptree train adult.toml",
        cure: "Give the variable a value in UTF-8.",
    }
    MALFORMED_VARIABLE = "config/malformed-variable", "A `${` in a path names no variable" {
        cause: "`${` begins the name of an environment variable, which ends at `}` and consists of letters, digits and `_`.",
        example: "data = { train = \"${DATA/adult.csv\" }",
        cure: "Write `${NAME}`. A single `$` stands for itself.",
    }
}
