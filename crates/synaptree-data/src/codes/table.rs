//! Columns, cells and parts that cannot be used.

synaptree_config::codes! {
    ABSENT_COLUMN = "data/absent-column", "A column is not in the file" {
        cause: "A target, an input, an `id` or another key names a column that the file does not have. It may be misspelt, or the file may have no header.",
        example: "[[tasks]]\nname = \"mamal\"      (the file has mammal)",
        cure: "Write the column's name as it stands in the file; the help names the nearest one. Names distinguish capitals.",
    }
    UNUSABLE_COLUMN = "data/unusable-column", "A column has a type that nothing can be read from" {
        cause: "The column holds lists, structures or bytes, and a number, a text or a boolean is needed.",
        example: "a Parquet column of type struct<x: double, y: double>",
        cure: "Store the column as numbers or text, or exclude it.",
    }
    RESERVED_INPUT = "data/reserved-input", "A column cannot be an input" {
        cause: "The column is a target, or steers how rows are split or weighted. As an input it would give the answer away, or teach the network how the data were divided.",
        example: "columns = [\"legs\", \"mammal\"]      (mammal is a target)",
        cure: "Remove it from `columns`.",
    }
    NO_INPUTS = "data/no-inputs", "No column is left as an input" {
        cause: "All columns are targets, excluded, constant or unusable, so the network would see nothing.",
        example: "exclude = [\"legs\", \"tail\"]      (the only columns that are not targets)",
        cure: "Name columns under `[[inputs]] columns`, or give one of them a type under `[data] types`.",
    }
    NOT_A_NUMBER = "data/not-a-number", "A cell is not a number" {
        cause: "The column is read as numbers, because nearly all of its cells are or because `types` says so, and this cell is something else: a unit, a comma, a word for a missing value.",
        example: "age\n31\nunknown",
        cure: "Correct the cell, add its text to `[data] missing`, drop a unit with `strip_suffix`, or read the column as categories: `types = { age = \"category\" }`.",
    }
    NOT_A_BOOLEAN = "data/not-a-boolean", "A cell is neither yes nor no" {
        cause: "The column is read as yes or no, and this cell is neither 0 or 1, yes or no, nor true or false.",
        example: "smoker\nyes\nsometimes",
        cure: "Correct the cell, add its text to `[data] missing`, or read the column as categories.",
    }
    NOT_A_DATE = "data/not-a-date", "A cell is not a date" {
        cause: "The column is read as dates, because nearly all of its cells are or because `types` says so, and this cell is something else: a word for a missing value, a day that no calendar has, or numbers of which it is unclear which is the month, such as 05/06/2024 in a column where no day is above 12.",
        example: "bought\n2024-05-31\n2024-05-32",
        cure: "Write it as `2024-05-31`, `31.05.2024` or `2024-05-31 09:30`, add its text to `[data] missing`, or read the column as categories: `types = { bought = \"category\" }`.",
    }
    ROW_WEIGHT = "data/row-weight", "The weight of a row is no weight" {
        cause: "`row_weight` names a column of numbers that are 0 or greater: how much a row counts.",
        example: "weight\n1.5\n-2",
        cure: "Correct the cell. A row that shall not count has the weight 0.",
    }
    NO_TIME = "data/no-time", "A row has no place in time" {
        cause: "`order_by` sorts the rows by this column, and the cell of this row is empty.",
        example: "date,sales\n2024-05-31,12\n,14",
        cure: "Fill the cell, or remove the row.",
    }
    TIME = "data/time", "A time cannot be placed among the others" {
        cause: "Times are sorted as numbers, as texts that run from year to second, or as dates such as `31.05.2024` and `05/31/2024`. This cell is none of them, or day and month may be mistaken for each other: no row of the column has a day above 12, or some have it first and some second.",
        example: "date\n05/06/2024\n07/08/2024",
        cure: "Write every time as a number, or every one from year to second, such as `2024-05-31` or `2024-05-31 09:30`.",
    }
    EMPTY_PART = "data/empty-part", "A part has no rows" {
        cause: "The fraction is so small that no row falls into the part, no row has the value that the part takes, or the other parts take every row.",
        example: "validation = 0.01      (of 20 rows)",
        cure: "Do what the help says: a larger fraction, another value, `false` for no such part, or a column with more groups, classes or times to divide by.",
    }
    ONE_ROW = "data/one-row", "There are too few training rows" {
        cause: "A network learns from differences between rows, so it needs two of them at least.",
        example: "age,smoker\n31,yes",
        cure: "Add rows, or take fewer of them for the other parts.",
    }
    STREAMED_ORDER = "data/streamed-order", "A split by time needs all rows at once" {
        cause: "`order_by` sorts all rows, and streamed data are never in memory together.",
        example: "order_by = \"date\"\nstreaming = true",
        cure: "Set `streaming = false`, or put the parts into files or a column of their own: `test = { column = \"part\", value = \"test\" }`.",
    }
    TABLE = "data/table", "The columns do not make a table" {
        cause: "The columns have different lengths, or a column has another type than it declares. Files never lead here; a program that built a table did.",
        example: "two arrays of 10 and 11 values",
        cure: "Give all columns one length and the type that they declare.",
    }
}
