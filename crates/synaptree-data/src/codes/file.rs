//! Files that cannot be found, opened, joined or written.

synaptree_config::codes! {
    NO_FILES = "data/no-files", "No data file is named" {
        cause: "The list of files is empty, so there are no rows.",
        example: "train = []",
        cure: "Name a file, a list of files or a glob: `train = \"animals.csv\"`.",
    }
    MISSING_FILE = "data/missing-file", "A data file does not exist" {
        cause: "There is no file of this name in the folder. Paths in an experiment file start at the folder of that file, not at the folder where the command runs.",
        example: "train = \"data/animal.csv\"      (the file is data/animals.csv)",
        cure: "Check the spelling and the folder, or give the whole path.",
    }
    REMOTE_FILE = "data/remote-file", "A data file is named by an address" {
        cause: "The name begins as `https://`, `s3://` and the like do. Files are read from the file system of this machine alone.",
        example: "train = \"s3://zoo/animals.parquet\"",
        cure: "Copy the file to this machine first (`curl -O`, `aws s3 cp`, `gcloud storage cp`), or mount the store as a folder, and name the copy.",
    }
    UNREADABLE_FILE = "data/unreadable-file", "A data file cannot be read" {
        cause: "The file exists, but the operating system does not let it be read: permissions, a failing disk, a network that went away.",
        example: "-rw------- root animals.csv",
        cure: "Check the permissions of the file and the disk, or copy the file to another place.",
    }
    DIRECTORY = "data/directory", "A folder stands where a file is expected" {
        cause: "A folder holds many files, and nothing says which of them are meant.",
        example: "train = \"parts\"",
        cure: "Name its files with a glob such as `train = \"parts/*.csv\"`.",
    }
    NO_MATCH = "data/no-match", "A glob matches no file" {
        cause: "No file in the folder fits the pattern.",
        example: "train = \"parts/*.csv\"      (the files end in .CSV.gz)",
        cure: "Check the folder and the ending. Patterns distinguish capitals.",
    }
    PATTERN = "data/pattern", "A glob cannot be understood" {
        cause: "A bracket of the pattern is not closed, or `**` does not stand between slashes.",
        example: "train = \"part-[0-9.csv\"",
        cure: "Write `*` for any text, `?` for one character and `[a-z]` for one of several.",
    }
    NAMED_TWICE = "data/named-twice", "A data file is named twice" {
        cause: "The same file stands twice in the list, perhaps once by name and once through a glob. Its rows would count twice.",
        example: "train = [\"a.csv\", \"*.csv\"]",
        cure: "Remove one of the two.",
    }
    COLUMNS_DIFFER = "data/columns-differ", "Files that are read as one table have different columns" {
        cause: "All files of one part make one table, and its columns must be the same in each of them.",
        example: "a.csv: age,income\nb.csv: age,wage",
        cure: "Give both files the same columns. A file written as `{ file = \"b.csv\", rename = { wage = \"income\" } }` has columns renamed, and columns it lacks are missing in its rows.",
    }
    TYPES_DIFFER = "data/types-differ", "Files that are read as one table hold a column in different types" {
        cause: "A column has one type. In one file it is stored as numbers, say, and in another as text.",
        example: "a.parquet: age int64\nb.parquet: age string",
        cure: "Store the column alike in both files.",
    }
    DECLARATIONS_DIFFER = "data/declarations-differ", "Files that are read as one table declare a column differently" {
        cause: "ARFF files declare what a column may hold, and these declarations contradict each other.",
        example: "a.arff: @attribute colour {red, blue}\nb.arff: @attribute colour numeric",
        cure: "Declare the column alike in both files.",
    }
    UNKNOWN_RENAME = "data/unknown-rename", "A column that is to be renamed is not in the file" {
        cause: "`rename` names a column that the file does not have. It may be misspelt, or the two names stand in the wrong order.",
        example: "train = [{ file = \"b.csv\", rename = { income = \"wage\" } }]      (the file has wage)",
        cure: "Write the name in the file first, then the new one: `rename = { wage = \"income\" }`.",
    }
    WRITE = "data/write", "A file cannot be written" {
        cause: "The folder does not exist, its permissions forbid writing, or the disk is full.",
        example: "synaptree predict runs/animals --data new.csv --output /no/such/folder/answers.csv",
        cure: "Make the folder, check its permissions, or make room on the disk.",
    }
    UNWRITABLE = "data/unwritable", "A table cannot be written in this format" {
        cause: "The format of the output, which its ending names, cannot hold one of the columns.",
        example: "synaptree predict runs/animals --data new.parquet --output answers.csv      (an id column holds lists)",
        cure: "Choose another format, or leave the column out of `data.id`.",
    }
}
