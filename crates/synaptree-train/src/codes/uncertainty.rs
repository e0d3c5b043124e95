//! What stands in the way of guarantees.

synaptree_config::codes! {
    NO_ROWS = "uncertainty/no-rows", "There are no rows to fit the guarantees on" {
        cause: "Temperatures, prediction sets and risks are fitted on rows that the weights are not trained on, and the experiment has neither a calibration nor a validation part.",
        example: "data = { train = \"animals.csv\", validation = false }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]\nuncertainty = { conformal = 0.9 }",
        cure: "Set `data.calibration = 0.1`, or give `data.validation` a fraction or a file.",
    }
    FEW_ROWS = "uncertainty/few-rows", "Too few labelled rows for the level that was asked for" {
        cause: "A prediction set at the level q needs q / (1 − q) labels of its task, and a risk r needs ln 0.025 / ln (1 − r), even if every answer is right. Fewer labels cannot show that the promise is kept.",
        example: "[data]\ntrain = \"animals.csv\"\ncalibration = 0.1\n\n[uncertainty]\nconformal = 0.99      (and 8 calibration rows)",
        cure: "Raise `data.calibration`, add rows, or ask for a level that the rows can show; the message says how many it needs.",
    }
    IDLE_KEY = "uncertainty/idle-key", "A key has no effect on the stated uncertainty" {
        cause: "Nothing is fitted that the key could serve: calibration rows or samples without `temperature`, `conformal` or `risk`, samples of a network without noise, or a risk where no task has coarser answers.",
        example: "data = { train = \"animals.csv\", calibration = 0.1 }\ntasks = [{ name = \"mammal\", kind = \"binary\" }]",
        cure: "Do what the help says, or take the key away.",
    }
}
