//! What stands in the way of an experiment file for data that nobody has described.

synaptree_config::codes! {
    NO_TARGET = "init/no-target", "No column to predict was named" {
        cause: "Which column is the answer and which are the questions cannot be seen in a table.",
        example: "synaptree init animals.csv",
        cure: "Name it with `--target`, several with commas: `synaptree init animals.csv --target mammal,order`. The message lists columns that look like targets.",
    }
    UNKNOWN_TARGET = "init/unknown-target", "The column to predict is not in the file" {
        cause: "The name is misspelt, or the file has no header. Names distinguish capitals.",
        example: "synaptree init animals.csv --target mamal",
        cure: "Write the column's name as it stands in the file; the help names the nearest one.",
    }
    NOT_A_TARGET = "init/not-a-target", "A column cannot be a target" {
        cause: "The column is empty, holds the same value everywhere, or a different one in nearly every row, so there is nothing to learn.",
        example: "synaptree init animals.csv --target name",
        cure: "Name another column, or do what the help says.",
    }
    NO_INPUTS = "init/no-inputs", "No column is left to predict from" {
        cause: "Every other column is an identifier, constant, or gives a target away.",
        example: "synaptree init answers.csv --target answer      (the file has no other column)",
        cure: "Add columns to the file, or write the experiment file by hand and name the inputs that you want.",
    }
    PATH = "init/path", "The data cannot be found from the folder of the experiment file" {
        cause: "Paths in an experiment file start at its folder, and one of the folders between it and the data does not exist or cannot be read.",
        example: "synaptree init data/animals.csv --target mammal --output elsewhere/animals.toml",
        cure: "Write the experiment file into another folder with `--output`, or give the data by its whole path.",
    }
    NO_WAY = "init/no-way", "The rows cannot be divided into parts" {
        cause: "There are so few rows, or so few that do not belong together, that training and validation cannot both have some.",
        example: "a file of three rows",
        cure: "Give more rows.",
    }
}
