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
    REMOTE_FILE = "data/remote-file", "A data file is named by an address that this build does not read" {
        cause: "The name begins as `https://`, `s3://` and the like do. The default build reads files of this machine alone, because reading from a store compiles C; the feature `object-store` adds `s3://`, `gs://`, `az://`, `abfs://`, `https://` and `http://`. No build reads other addresses.",
        example: "train = \"s3://zoo/animals.parquet\"",
        cure: "Build the command with it (`cargo install --path crates/synaptree-cli --features object-store`), or copy the file to this machine (`curl -O`, `aws s3 cp`, `gcloud storage cp`) and name the copy.",
    }
    ADDRESS = "data/address", "An address names no file of a store" {
        cause: "The address ends before the name of a file, has an empty part, or asks for what the store cannot do: a server of `https://` lists no files, so a pattern finds none there, and what follows a `?` is not sent.",
        example: "train = \"s3://zoo\"\ntrain = \"https://zoo.example/parts/*.parquet\"",
        cure: "Write the whole address, `s3://bucket/folder/file.parquet`, or name the files one by one. A file behind a signed link is fetched with `curl` first.",
    }
    REMOTE_MISSING = "data/remote-missing", "A store has no file at an address" {
        cause: "The store answered, and said that there is no such bucket or no such file in it.",
        example: "train = \"s3://zoo/Animals.parquet\"      (the file is animals.parquet)",
        cure: "Check the bucket, the folder and the spelling; capitals count. `aws s3 ls`, `gcloud storage ls` and `az storage blob list` show what is there.",
    }
    REMOTE_DENIED = "data/remote-denied", "A store refuses to give a file" {
        cause: "No credentials were found, or those that were found may not read the file. They are looked for in the environment alone, not in the files of other programs.",
        example: "train = \"s3://zoo/animals.parquet\"      (without AWS_ACCESS_KEY_ID)",
        cure: "For `s3://` set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION, or AWS_SKIP_SIGNATURE=true where everybody may read the bucket; for `gs://` GOOGLE_APPLICATION_CREDENTIALS, or GOOGLE_SKIP_SIGNATURE=true; for `az://` AZURE_STORAGE_ACCOUNT_NAME and AZURE_STORAGE_ACCOUNT_KEY. `aws configure export-credentials --format env` prints those of a profile.",
    }
    REMOTE_FAILED = "data/remote-failed", "A file cannot be fetched from a store" {
        cause: "No server answers at the address, the connection broke off more often than it was tried again, or the server answered what no store answers.",
        example: "train = \"https://zoo.exampel/animals.csv\"",
        cure: "Check the address, the network and the proxy, then try again: files that arrived whole are not fetched again. Another server of the kind of S3 is named in AWS_ENDPOINT, with AWS_ALLOW_HTTP=true where it has no certificate.",
    }
    REMOTE_COPY = "data/remote-copy", "The copy of a file of a store cannot be written" {
        cause: "A file of a store is copied to this machine before it is read, and the disk is full or the folder of the copies cannot be written to.",
        example: "train = \"s3://zoo/animals.parquet\"      (12 GB, and 3 GB are free)",
        cure: "Make room, or name a folder with more in the environment variable SYNAPTREE_CACHE. Copies may be deleted at any time.",
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
    NOT_A_FILE = "data/not-a-file", "A pipe or a device stands where a file is expected" {
        cause: "Files are read several times: once to look at them, once for every pass. A pipe gives its bytes only once, and nothing may ever come out of it.",
        example: "synaptree describe /dev/stdin",
        cure: "Write the data to a file first, `zcat rows.csv.Z > rows.csv`, and name that.",
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
        cause: "A column has one type in all files that are read together, and Parquet, Arrow and ARFF files say which. In one of them it is stored as numbers, say, and in another as text. Numbers of different sizes go together, and numbers or dates with a CSV file, which has no types.",
        example: "a.parquet: age int64\nb.parquet: age string",
        cure: "Write one of the files again with the type of the other, with pandas for instance: `table[\"age\"] = table[\"age\"].astype(int)`.",
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
