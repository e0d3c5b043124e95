#!/usr/bin/env python3
"""Seconds from a file to columns and to batches with pandas, PyTorch's DataLoader and polars.

    readers.py FILE LIBRARY [--names a,b,...] --targets a,b [--threads N]

LIBRARY is pandas or polars; one line of JSON is printed. `columns`: the file as typed columns. `batches`: the file read
again, numbers filled and scaled, categories as codes, shuffled, and cut into batches of 1024 rows with labels, all
statistics and codes known beforehand; by `DataLoader(TensorDataset(...))`. `sliced`: the same, but batches are taken by
`tensor[order[a:b]]`, which skips DataLoader's collecting of single rows.
"""

import argparse
import json
import os
import time

BATCH = 1024
MISSING = ["", "?", "NA"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("library", choices=["pandas", "polars"])
    parser.add_argument("--names", type=lambda text: text.split(","))
    parser.add_argument("--targets", type=lambda text: text.split(","), required=True)
    parser.add_argument("--threads", default="2")
    options = parser.parse_args()
    os.environ["POLARS_MAX_THREADS"] = options.threads
    import torch

    torch.set_num_threads(int(options.threads))
    library = Pandas(options) if options.library == "pandas" else Polars(options)
    library.read()
    frame, columns = timed(library.read)
    known = library.fit(frame)
    del frame

    def by_loader():
        tensors = [torch.from_numpy(part) for part in library.encode(library.read(), known)]
        rows = torch.utils.data.TensorDataset(*tensors)
        return sum(len(batch[0]) for batch in torch.utils.data.DataLoader(rows, batch_size=BATCH, shuffle=True))

    def by_slices():
        tensors = [torch.from_numpy(part) for part in library.encode(library.read(), known)]
        order = torch.randperm(len(tensors[0]))
        batches = ([tensor[order[at:at + BATCH]] for tensor in tensors] for at in range(0, len(order), BATCH))
        return sum(len(batch[0]) for batch in batches)

    by_slices()  # The first call of each library's parts loads them.
    rows, sliced = timed(by_slices)
    loaded, batches = timed(by_loader)
    assert rows == loaded
    print(json.dumps({"rows": rows, "columns": columns, "sliced": sliced, "batches": batches}))


def timed(work):
    begun = time.perf_counter()
    result = work()
    return result, time.perf_counter() - begun


class Pandas:
    def __init__(self, options):
        import pandas

        self.pandas, self.options = pandas, options

    def read(self):
        if self.options.file.endswith(".parquet"):
            return self.pandas.read_parquet(self.options.file)
        names = self.options.names
        return self.pandas.read_csv(
            self.options.file, engine="c", names=names, header=None if names else 0, na_values=MISSING,
            keep_default_na=False, skipinitialspace=True,
        )

    def fit(self, frame):
        targets = self.options.targets
        numbers = [name for name in frame.select_dtypes("number").columns if name not in targets]
        words = [name for name in frame.columns if name not in numbers and name not in targets]
        return {
            "numbers": numbers,
            "mean": frame[numbers].mean(),
            "std": frame[numbers].std(ddof=0),
            "gaps": [name for name in numbers if frame[name].isna().any()],
            "codes": {name: self.pandas.Index(sorted(frame[name].dropna().unique())) for name in [*words, *targets]},
            "words": words,
        }

    def encode(self, frame, known):
        import numpy

        numbers = frame[known["numbers"]]
        scaled = ((numbers - known["mean"]) / known["std"]).fillna(0.0).to_numpy("float32")
        gaps = numbers[known["gaps"]].isna().to_numpy("float32")
        code = lambda name: known["codes"][name].get_indexer(frame[name]).astype("int32") + 1
        words = [code(name) for name in known["words"]]
        words = numpy.stack(words, 1) if words else numpy.zeros((len(frame), 0), "int32")
        return [numpy.concatenate([scaled, gaps], 1), words, *(code(name) for name in self.options.targets)]


class Polars:
    def __init__(self, options):
        import polars

        self.polars, self.options = polars, options

    def read(self):
        if self.options.file.endswith(".parquet"):
            return self.polars.read_parquet(self.options.file)
        names = self.options.names
        # polars trims nothing: a file with a blank behind each comma needs its cells stripped and cast.
        frame = self.polars.read_csv(
            self.options.file, has_header=not names, new_columns=names, null_values=MISSING + [" ?"]
        )
        if not names:
            return frame
        frame = frame.filter(~self.polars.all_horizontal(self.polars.all().is_null()))
        text = self.polars.col(self.polars.String).str.strip_chars()
        frame = frame.with_columns(text)
        whole = [name for name, column in zip(frame.columns, frame) if column.dtype == self.polars.String]
        whole = [name for name in whole if frame[name].head(100).str.to_integer(strict=False).null_count() == 0]
        return frame.with_columns(self.polars.col(whole).str.to_integer())

    def fit(self, frame):
        targets = self.options.targets
        numbers = [name for name in frame.columns if frame[name].dtype.is_numeric() and name not in targets]
        words = [name for name in frame.columns if name not in numbers and name not in targets]
        return {
            "numbers": numbers,
            "mean": [frame[name].mean() for name in numbers],
            "std": [frame[name].std(ddof=0) for name in numbers],
            "gaps": [name for name in numbers if frame[name].null_count()],
            "codes": {
                name: self.polars.Enum(frame[name].drop_nulls().unique().sort()) for name in [*words, *targets]
            },
            "words": words,
        }

    def encode(self, frame, known):
        import numpy

        col, real = self.polars.col, self.polars.Float32
        code = lambda name: (col(name).cast(known["codes"][name]).to_physical().cast(self.polars.Int32) + 1).fill_null(0)
        scales = zip(known["numbers"], known["mean"], known["std"])
        numbers = [((col(name) - mean) / std).cast(real).fill_null(0.0) for name, mean, std in scales]
        gaps = [col(name).is_null().cast(real).alias(f"{name} is missing") for name in known["gaps"]]
        words = [code(name) for name in known["words"]]
        labels = [code(name) for name in self.options.targets]
        arrays = [frame.select(numbers + gaps).to_numpy(), frame.select(words).to_numpy()]
        labels = frame.select(labels)
        arrays += [labels[name].to_numpy() for name in self.options.targets]
        return [numpy.require(array, requirements=["C", "W"]) for array in arrays]


if __name__ == "__main__":
    main()
