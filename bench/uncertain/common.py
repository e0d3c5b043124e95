"""What the comparisons of `bench/uncertainty.py` share: runs of the program, tables, and figures that are kept."""

import collections
import csv
import json
import math
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Two-sided 97.5 % points of Student's t by degrees of freedom.
T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
SAMPLES = "32"


def cell(values, digits=3, sign=""):
    values = [value for value in values if value is not None]
    if not values:
        return ""
    half = T.get(len(values) - 1, 1.96) * statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0
    return f"{statistics.mean(values):{sign}.{digits}f} ± {half:.{digits}f}"


def example(name):
    return tomllib.loads((ROOT / f"examples/{name}/{name}.toml").read_text())


def changed(experiment, changes):
    """The experiment with values of dotted keys replaced; `None` takes a key away."""
    experiment = json.loads(json.dumps(experiment))
    for key, value in changes.items():
        *path, last = key.split(".")
        table = experiment
        for part in path:
            table = table.setdefault(part, {})
        if value is None:
            table.pop(last, None)
        else:
            table[last] = value
    return experiment


def command(binary, *arguments):
    done = subprocess.run([binary, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout


def train(binary, experiment, folder, seed):
    """The run folder of an experiment, given as a table."""
    folder = pathlib.Path(tempfile.mkdtemp(dir=folder))
    path = folder / "experiment.json"
    # Nobody asks these runs which columns matter.
    experiment = changed(experiment, {"training.importance_rows": 0})
    path.write_text(json.dumps(experiment))
    command(binary, "train", path, "--seed", seed, "--output", folder / "run", "--quiet")
    return folder / "run"


def evaluate(binary, run, *arguments, split="test"):
    return json.loads(command(binary, "evaluate", run, "--split", split, "--json", *arguments))


def kept(options, key, make):
    """The figures of `key`: from the file of `--keep` where it has them, else those that `make` finds, which it then keeps."""
    key = json.dumps(key)
    if options.keep is None:
        return make()
    if options.keep.exists():
        for line in options.keep.read_text().splitlines():
            known = json.loads(line)
            if known["key"] == key:
                return known["figures"]
    figures = make()
    with options.keep.open("a") as file:
        file.write(json.dumps({"key": key, "figures": figures}) + "\n")
    return figures


def tally(names):
    """What was chosen how often, the most frequent first."""
    return ", ".join(f"{name} ({count}×)" for name, count in collections.Counter(names).most_common())


NONE = {"synapses": {"noise": "none"}, "network.dropout": 0.0}


def arff(path):
    """Attribute names and rows of numbers."""
    names, rows, inside = [], [], False
    for line in path.read_text().splitlines():
        line = line.strip()
        if inside and line and not line.startswith("%"):
            rows.append(line.split(","))
        elif line.lower().startswith("@attribute"):
            names.append(line.split()[1].strip("'\""))
        elif line.lower().startswith("@data"):
            inside = True
    return names, rows


def write(path, names, rows):
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(rows)


def divided(names, rows, folder, seed):
    """70, 15 and 15 % of the rows in files."""
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    first, second = len(rows) * 70 // 100, len(rows) * 85 // 100
    for part, chosen in (("train", order[:first]), ("validation", order[first:second]), ("test", order[second:])):
        write(folder / f"{part}.csv", names, [rows[row] for row in chosen])
    return {f"data.{part}": str(folder / f"{part}.csv") for part in ("train", "validation", "test")}
