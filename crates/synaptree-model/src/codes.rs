//! The mistakes of saved models, each with a code and a page that explains it.

synaptree_config::codes! {
    FILE = "model/file", "A file of a model cannot be read or written" {
        cause: "The folder or its permissions forbid it, the disk is full, or it fails.",
        example: "could not write `runs/animals/model/model.safetensors`: No space left on device",
        cure: "Check the permissions of the folder and the room on the disk.",
    }
    NOT_A_MODEL = "model/not-a-model", "The folder holds no usable model" {
        cause: "The folder is neither a run folder nor a model folder, a file of the model is missing or damaged, or a newer version of synaptree wrote it.",
        example: "synaptree predict runs --data new.csv --output answers.csv      (the model is in runs/animals)",
        cure: "Give the folder that `synaptree train` made, or a copy of its `model` folder with all its files.",
    }
    DUPLICATE_COLUMN = "model/duplicate-column", "Two columns of the predictions would bear one name" {
        cause: "A task bears the name of a column that `data.id` carries over, or that another task's answers make.",
        example: "id = \"mammal\"      (and a task of this name)",
        cure: "Rename the task, or leave the column out of `data.id`.",
    }
    OUTPUT_IS_DATA = "model/output-is-data", "The predictions would be written over a file that is needed" {
        cause: "`--output` names a file that `--data` reads, perhaps by another path to it, or a file with the rows that the model was trained on, or one that belongs to the run. Writing there would destroy it.",
        example: "synaptree predict runs/animals --data new.csv --output new.csv",
        cure: "Give another file as `--output`. Columns named in `data.id` of the experiment are carried over to it.",
    }
    NO_SPLIT = "model/no-split", "The data have no such split" {
        cause: "The experiment has no rows in this part: `validation = false`, or `test = false`.",
        example: "synaptree evaluate runs/animals --split test",
        cure: "Give rows with `--data FILE`, or name a split that the experiment has.",
    }
}
