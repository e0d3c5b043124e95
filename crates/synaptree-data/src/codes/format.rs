//! Files that are not what their format asks for.

synaptree_config::codes! {
    EXTENSION = "data/extension", "The ending of a data file is unknown" {
        cause: "The ending of the name says how a file is read or written, and this one says nothing.",
        example: "train = \"animals.xlsx\"",
        cure: "Save the table in a format whose ending the message lists, such as CSV or Parquet.",
    }
    EMPTY_FILE = "data/empty-file", "A data file is empty" {
        cause: "The file does not hold a single byte. A copy or download may have failed.",
        example: "$ ls -l animals.csv\n-rw-r--r-- 0 animals.csv",
        cure: "Copy, download or write the file again.",
    }
    HEADER_ONLY = "data/header-only", "A data file has column names and no row" {
        cause: "Nothing can be learned from a header. If the file has rows but no header, its first row was taken for one.",
        example: "age,income",
        cure: "Add rows. If the file has no header, write `header = false` and name the `columns`.",
    }
    DUPLICATE_COLUMN = "data/duplicate-column", "Two columns bear one name" {
        cause: "Columns are known by their names, so every name may stand once.",
        example: "age,income,age",
        cure: "Rename one of the two columns in the file.",
    }
    RAGGED_ROW = "data/ragged-row", "A row has another number of values than there are columns" {
        cause: "A separator is missing or too many, often because a value holds a separator and stands without quotes. The values behind it would land in the wrong columns.",
        example: "name,income\nAnn,1,200",
        cure: "Put quotes around the value (`Ann,\"1,200\"`), or name the real separator with `[data] separator`.",
    }
    NAME_COUNT = "data/name-count", "There are more or fewer column names than columns" {
        cause: "`columns` names every column of a file without a header, in their order; the first row has another number of values.",
        example: "columns = [\"age\", \"income\"]\n31,1200,yes",
        cure: "Give one name a column, also to those that are not used.",
    }
    INVALID_UTF8 = "data/invalid-utf8", "A text file is not UTF-8" {
        cause: "The file was saved in another encoding, such as Latin-1 or Windows-1252, which many spreadsheets write.",
        example: "name\nJos\\xE9",
        cure: "Write `[data] encoding = \"latin-1\"` in the experiment file; `synaptree init` and `synaptree describe` take `--encoding latin-1`. Or save the file as UTF-8: `iconv -f latin1 -t utf-8 old.csv > new.csv` converts one.",
    }
    NOT_TEXT = "data/not-text", "A file that should be text is something else" {
        cause: "The ending of the name promises text, and the first bytes are those of another format, or hold bytes of zero, which text does not. A wrong file may be named, a download may have given a web page in place of the file, or a file was renamed.",
        example: "mv animals.xlsx animals.csv",
        cure: "Do what the help says: give the file the ending of its format, save its table as CSV or Parquet, or name the right file.",
    }
    WRONG_SEPARATOR = "data/wrong-separator", "The separator is not the one of the file" {
        cause: "`separator`, or the ending `.tsv`, says which character stands between two values. The file does not hold it, so every row is one value; and another character divides all rows alike.",
        example: "separator = \",\"\n\nname;age\nAnn;31",
        cure: "Write the character that the message names (`separator = \";\"`), or take the key away: then the first rows decide. A file that ends in `.tsv` and is divided otherwise needs the key.",
    }
    TITLE_LINES = "data/title-lines", "Lines above the header are no part of the table" {
        cause: "The first lines of the file have another number of values than all that follow. Exports often begin with a title, a date or a comment.",
        example: "Animals of the zoo\nas of 2024-05-31\nname,legs,weight\nwren,2,0.01",
        cure: "Write `[data] skip_rows = 2`, here, to pass over two lines; `synaptree init` and `synaptree describe` take `--skip-rows 2`. If the line is a row and lacks values, write them.",
    }
    REPEATED_HEADER = "data/repeated-header", "A line repeats the names of the columns" {
        cause: "Files with a header each were joined into one, so that a header stands between the rows. Read as a row it would make words of all numbers.",
        example: "name,legs\nwren,2\nname,legs\nnewt,4",
        cure: "Name the files one by one, `train = [\"a.csv\", \"b.csv\"]`, or remove the lines: `awk 'NR == 1 { h = $0; print; next } $0 != h' joined.csv > clean.csv`.",
    }
    UNTERMINATED_QUOTE = "data/unterminated-quote", "A quote is opened and never closed" {
        cause: "A value begins with a quotation mark and the file ends before the next one. All text between is one value.",
        example: "name,size\n\"Ann,12\nBob,13",
        cure: "Close the quote. If quotation marks are plain text in this file, write `[data] quote = false`.",
    }
    AFTER_QUOTE = "data/after-quote", "Text stands between a closing quote and the separator" {
        cause: "A quotation mark within a quoted value ends it, and what follows belongs to nothing.",
        example: "name,size\n\"Ann \"the bold\"\",12",
        cure: "Double a quotation mark inside a quoted value (`\"Ann \"\"the bold\"\"\"`), or write `[data] quote = false`.",
    }
    ENCODING = "data/encoding", "A text file does not fit its encoding" {
        cause: "The file is read as UTF-8, Latin-1 or UTF-16, because `encoding` or its first bytes say so, and its bytes mean nothing there.",
        example: "encoding = \"utf-16\"      (the file was saved as UTF-8)",
        cure: "Set `[data] encoding` to the encoding that the file was saved with, or take the key away and save the file as UTF-8.",
    }
    TRUNCATED = "data/truncated", "A packed file ends too early" {
        cause: "The file was not copied or downloaded to its end.",
        example: "animals.csv.gz: 1.2 MB of 3.4 MB",
        cure: "Copy or download the file again.",
    }
    NOT_PACKED = "data/not-packed", "A file is named as packed and is not" {
        cause: "The ending says that the file is packed with gzip or zstd, and its content is not, or it is damaged.",
        example: "mv animals.csv animals.csv.gz",
        cure: "Copy the file again, or drop the ending from its name if it is not packed.",
    }
    ARROW = "data/arrow", "An Arrow file cannot be read" {
        cause: "The file is no Arrow IPC file, is damaged or cut off, or is packed in a way that is not read.",
        example: "mv animals.csv animals.arrow",
        cure: "Do what the help says: write or copy the file again, or give it the ending of its format.",
    }
    JSON_LINE = "data/json-line", "A line is no row of JSON Lines" {
        cause: "Every line of the file is one JSON object: the names of the columns and their values.",
        example: "{\"name\": \"Ann\", \"age\": 31}\n{\"name\": \"Bob\", \"age\":",
        cure: "Correct the line to what the message expects. A file that is one list of objects has to be written with one object a line.",
    }
    CHANGED = "data/changed", "The rows do not fit the columns that the file showed at first" {
        cause: "The file was changed while it was read.",
        example: "another program writes to animals.csv",
        cure: "Read it again once nothing writes to it.",
    }
    NOT_PARQUET = "data/not-parquet", "A file is named `.parquet` and is no Parquet file" {
        cause: "A Parquet file begins and ends with `PAR1`, and this one does not. It may be another format, or cut off.",
        example: "mv animals.csv animals.parquet",
        cure: "Give the file the ending of its format, or write it again.",
    }
    DAMAGED_PARQUET = "data/damaged-parquet", "A Parquet file is damaged" {
        cause: "The file begins and ends like a Parquet file, but what it says about its content does not fit the content.",
        example: "a page whose length reaches past the end of the file",
        cure: "Write or copy the file again.",
    }
    PARQUET_CODEC = "data/parquet-codec", "A Parquet file is compressed in a way that is not read" {
        cause: "Parquet knows many compressions; this build reads those that need no C library.",
        example: "compression = lzo",
        cure: "Write the file again with zstd, snappy, lz4, gzip or no compression; in pandas `table.to_parquet(\"a.parquet\", compression=\"snappy\")`.",
    }
    ARFF_LINE = "data/arff-line", "A line is not ARFF" {
        cause: "An ARFF file has `@relation`, then one `@attribute NAME TYPE` a column, then `@data` and the rows.",
        example: "@relation animals\n@atribute legs numeric",
        cure: "Correct the line to what the message expects.",
    }
    ARFF_VALUE = "data/arff-value", "A value is not what its ARFF attribute declares" {
        cause: "The attribute is numeric and the value is not a number, or the value is not among those that the attribute lists.",
        example: "@attribute colour {red, blue}\n@data\ngreen",
        cure: "Correct the value or the declaration, or write `?` where the value is missing.",
    }
    UNSUPPORTED = "data/unsupported", "A part of a format is not read" {
        cause: "The format knows this, but it cannot become a column of a table here.",
        example: "@attribute notes relational",
        cure: "Do what the help says: leave the part out of the file, or write it in another way.",
    }
    READ_OPTION = "data/read-option", "A reading option cannot be used" {
        cause: "A reader was called with an option that has no meaning, such as a separator of two characters.",
        example: "separator = \"||\"",
        cure: "Give the option a value that the message expects.",
    }
    TOO_LARGE = "data/too-large", "A column holds more text than one column can" {
        cause: "The texts of one column may take 2 GiB.",
        example: "a column of 3 GiB of documents",
        cure: "Split the data into several files, or leave the column out.",
    }
}
