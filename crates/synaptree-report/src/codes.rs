//! The mistakes of run folders that a report is drawn from, each with a code and a page.

synaptree_config::codes! {
    NO_FOLDER = "report/no-folder", "The run folder does not exist" {
        cause: "There is no folder of this name, or it is a file.",
        example: "synaptree plot runs/animal      (the folder is runs/animals)",
        cure: "Give the folder that `synaptree train` made.",
    }
    NOT_A_RUN = "report/not-a-run", "The folder holds no file of a run" {
        cause: "A report is drawn from files such as `summary.json` and `metrics.jsonl`, and the folder has none of them.",
        example: "synaptree plot runs      (the run is in runs/animals)",
        cure: "Give the folder that `synaptree train` made.",
    }
    READ = "report/read", "A file of a run cannot be read" {
        cause: "The permissions forbid it, or the disk fails.",
        example: "-rw------- root summary.json",
        cure: "Check the permissions of the folder and its files.",
    }
    JSON = "report/json", "A file of a run is damaged" {
        cause: "The file is not the JSON that a run writes: it was changed, or cut off by a copy that did not end.",
        example: "{ \"score\": 0.9,",
        cure: "Restore the file from a copy, or delete it: its section is then left out of the report.",
    }
    SHAPE = "report/shape", "A file of a run contradicts itself" {
        cause: "The file is JSON, but its numbers do not fit together: a matrix whose rows have different lengths, for example.",
        example: "\"confusion\": [[3, 1], [2]]",
        cure: "Restore the file from a copy, or delete it: its section is then left out of the report.",
    }
    WRITE = "report/write", "A report or figure cannot be written" {
        cause: "The folder or its permissions forbid it, or the disk is full.",
        example: "synaptree plot runs/animals --output /no/permission",
        cure: "Name another folder with `--output`, check its permissions, or make room on the disk.",
    }
}
