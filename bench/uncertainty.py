#!/usr/bin/env python3
"""Compares ways to be uncertain on real data and prints Markdown tables: mean and 95 % interval over seeds.

    SYNAPTREE_DATA=... python bench/uncertainty.py xor|regression|images|small [--seeds 5] [--binary PATH]

xor         how many seeds learn XOR with and without noise on weights and gradients
regression  enb, wq and jura: likelihood and coverage of the test rows by method
images      Fashion-MNIST as flat pixels by kind of synapse, its classes against the digits of MNIST as rows of another kind
small       animals, student and cellcycle_FUN with 10, 25, 50 and 100 % of the training rows: noise, dropout, nothing

Every seed divides the rows anew (xor and cellcycle_FUN have fixed rows), starts anew and draws anew; all methods of a seed have the same rows.
The settings are those of the examples, with one strength of noise for all sets: nothing is chosen by test rows. Needs Python alone.
"""

import argparse
import csv
import gzip
import json
import math
import os
import pathlib
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import tomllib
import zipfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Two-sided 97.5 % points of Student's t by degrees of freedom.
T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
SAMPLES = "32"


def cell(values, digits=3):
    values = [value for value in values if value is not None]
    if not values:
        return ""
    half = T.get(len(values) - 1, 1.96) * statistics.stdev(values) / math.sqrt(len(values)) if len(values) > 1 else 0
    return f"{statistics.mean(values):.{digits}f} ± {half:.{digits}f}"


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
    path.write_text(json.dumps(experiment))
    command(binary, "train", path, "--seed", seed, "--output", folder / "run", "--quiet")
    return folder / "run"


def evaluate(binary, run, *arguments):
    return json.loads(command(binary, "evaluate", run, "--split", "test", "--json", *arguments))


NONE = {"synapses": {"noise": "none"}, "network.dropout": 0.0}

# Squared error is the likelihood of one fixed variance, which these sets do not have: a distribution of the weights that is learned with the
# likelihood needs one that fits. `loss` is that of the task.
METHODS = {
    "nothing": (NONE, "0"),
    "MC dropout 0.1": ({**NONE, "network.dropout": 0.1}, SAMPLES),
    "gaussian 0.02": ({**NONE, "synapses": {"noise": "gaussian", "scale": 0.02}}, SAMPLES),
    "variational, learned variance": ({**NONE, "synapses": {"noise": "variational"}, "loss": "gaussian_nll"}, SAMPLES),
    "IVON, learned variance": ({**NONE, "training.optimizer": {"kind": "ivon"}, "loss": "gaussian_nll"}, SAMPLES),
    "SWAG": ({**NONE, "training.posterior": {"kind": "swag"}, "training.early_stopping": None}, SAMPLES),
    "Laplace, heads": ({**NONE, "training.posterior": {"kind": "laplace"}}, SAMPLES),
}


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


def ensemble(binary, experiment, folder, seed):
    """Five networks: the mean of their means, and the spread of these beside the mean of their variances."""
    means, variances = [], []
    test = pathlib.Path(experiment["data"]["test"])
    for member in range(5):
        run = train(binary, experiment, folder, 100 * (seed + 1) + member)
        out = run.parent / "answers.csv"
        command(binary, "predict", run, "--data", test, "--output", out)
        with out.open() as file:
            reader = csv.reader(file)
            head = next(reader)
            means.append([[float(value) for value in row] for row in reader])
        residual = json.loads((run / "model/config.json").read_text())["residual"]
        variances.append([value for task in residual for value in task])
    columns = [name.split(".", 1)[1] if "." in name else name for name in head]
    with test.open() as file:
        labels = [[float(row[column]) for column in columns] for row in csv.DictReader(file)]
    nll, inside, square = [], [], []
    for row, truth in enumerate(labels):
        for column, y in enumerate(truth):
            answers = [member[row][column] for member in means]
            mean = statistics.mean(answers)
            variance = statistics.mean(v[column] for v in variances) + statistics.pvariance(answers)
            nll.append(0.5 * math.log(2 * math.pi * variance) + (y - mean) ** 2 / (2 * variance))
            inside.append(abs(y - mean) < 1.644854 * math.sqrt(variance))
            square.append((y - mean) ** 2)
    return {"nll": statistics.mean(nll), "coverage_90": statistics.mean(inside), "rmse": math.sqrt(statistics.mean(square))}


def regression(options, folder):
    print("| set | method | rmse | nll, nats a value | inside the 90 % interval |\n|---|---|---|---|---|")
    for name in ("enb", "wq", "jura"):
        base = example(name)
        names, rows = arff(pathlib.Path(os.environ["SYNAPTREE_DATA"]) / f"mulan_mtr/{name}.arff")
        found = {}
        for seed in range(options.seeds):
            place = pathlib.Path(tempfile.mkdtemp(dir=folder))
            parts = divided(names, rows, place, seed)
            for method, (changes, samples) in METHODS.items():
                loss = changes.get("loss")
                experiment = changed(base, {**parts, **{key: value for key, value in changes.items() if key != "loss"}})
                if loss:
                    experiment["tasks"][0]["loss"] = loss
                run = train(options.binary, experiment, place, seed)
                metrics = [task["metrics"] for task in evaluate(options.binary, run, "--samples", samples)["tasks"].values()]
                found.setdefault(method, []).append({key: statistics.mean(m[key] for m in metrics)
                                                     for key in ("rmse", "nll", "coverage_90")})
            experiment = changed(base, {**parts, **NONE})
            found.setdefault("ensemble of 5", []).append(ensemble(options.binary, experiment, place, seed))
        for method, values in found.items():
            row = [cell([value[key] for value in values]) for key in ("rmse", "nll", "coverage_90")]
            print(f"| {name} | {method} | {' | '.join(row)} |", flush=True)


def xor(options, folder):
    print("| noise on weights | noise on gradients | seeds that learn it |\n|---|---|---|")
    base = changed(example("xor"), {"data.train": str(ROOT / "examples/xor/xor.csv")})
    for weights in (True, False):
        for gradients in (True, False):
            changes = {} if weights else {"synapses": {"noise": "none"}}
            if not gradients:
                changes["training.gradient_noise"] = None
            learned = 0
            for seed in range(4 * options.seeds):
                run = train(options.binary, changed(base, changes), folder, seed)
                last = json.loads((run / "summary.json").read_text())
                learned += last["train"]["tasks"]["xor"]["metrics"]["accuracy"] == 1.0
            print(f"| {'yes' if weights else 'no'} | {'yes' if gradients else 'no'} | {learned} of {4 * options.seeds} |", flush=True)


def gray(png):
    """The 28 x 28 bytes of a grey PNG without interlacing."""
    place, packed = 8, b""
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place:place + 8])
        if kind == b"IDAT":
            packed += png[place + 8:place + 8 + length]
        place += 12 + length
    raw, width = zlib.decompress(packed), 28
    above, image = bytes(width), bytearray()
    for start in range(0, len(raw), width + 1):
        filtered, line = raw[start], bytearray(raw[start + 1:start + 1 + width])
        for x in range(width):
            left, up, corner = line[x - 1] if x else 0, above[x], above[x - 1] if x else 0
            nearest = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
            line[x] = (line[x] + (0, left, up, (left + up) // 2, nearest)[filtered]) & 255
        image += line
        above = bytes(line)
    return bytes(image)


def digits(path):
    """Images of an IDX file."""
    data = gzip.decompress(path.read_bytes())
    count, height, width = struct.unpack(">III", data[4:16])
    size = height * width
    return [data[16 + i * size:16 + (i + 1) * size] for i in range(count)]


def clothes(path):
    """Images with their classes, in the order of the archive."""
    with zipfile.ZipFile(path) as archive:
        return [(gray(archive.read(name)), name.split("/")[1]) for name in sorted(archive.namelist()) if name.endswith(".png")]


KINDS = {
    "nothing": NONE,
    "MC dropout 0.2": {**NONE, "network.dropout": 0.2},
    **{kind: {"synapses": {"noise": kind}} for kind in (
        "gaussian", "multiplicative", "filter", "bernoulli", "neural_sampling", "variational", "adaptive",
        "variational_dropout", "rank1", "batch_ensemble")},
    "IVON": {**NONE, "training.optimizer": {"kind": "ivon"}},
}


def images(options, folder):
    data = pathlib.Path(os.environ["SYNAPTREE_DATA"])
    known = clothes(data / "fashion_mnist/fashion_mnist_train_2000perclass.zip")
    strange = digits(data / "mnist_t10k/t10k-images-idx3-ubyte.gz")[:3000]
    pixels = [f"p{i}" for i in range(784)]
    other = folder / "digits.csv"
    write(other, pixels, strange)
    base = {
        "data": {},
        "inputs": [{"name": "pixels", "kind": "table", "columns": pixels}],
        "tasks": [{"name": "garment", "kind": "multiclass", "target": "class"}],
        "network": {"trunk": [256, 128], "heads": [], "activation": "relu"},
        "training": {"epochs": 15, "batch_size": 128, "optimizer": {"kind": "adam", "learning_rate": 1e-3}},
    }
    found = {}
    for seed in range(options.seeds):
        place = pathlib.Path(tempfile.mkdtemp(dir=folder))
        order = list(range(len(known)))
        random.Random(seed).shuffle(order)
        cuts = {"train": order[:options.rows], "validation": order[-6000:-3000], "test": order[-3000:]}
        for part, chosen in cuts.items():
            write(place / f"{part}.csv", ["class", *pixels], ([f"c{known[i][1]}", *known[i][0]] for i in chosen))
        parts = {f"data.{part}": str(place / f"{part}.csv") for part in cuts}
        for kind, changes in KINDS.items():
            run = train(options.binary, changed(base, {**parts, **changes}), place, seed)
            samples = "0" if kind == "nothing" else SAMPLES
            answer = evaluate(options.binary, run, "--samples", samples, "--ood", other)
            metrics = answer["tasks"]["garment"]["metrics"]
            doubt = {"auroc": metrics["ood_auroc.total"], "fpr95": metrics["ood_fpr95.total"]}
            found.setdefault(kind, []).append({**metrics, **doubt, "nll": metrics["log_loss"]})
        peer = [os.environ.get("PYTHON", "python3"), str(ROOT / "bench/peers/images.py"), str(place), str(other), str(seed)]
        done = subprocess.run(peer, capture_output=True, text=True, check=True)
        found.setdefault("bayesian-torch", []).append(json.loads(done.stdout))
    print("| synapses | accuracy | nll | ece | AUROC of digits | their FPR95 |\n|---|---|---|---|---|---|")
    for kind, values in found.items():
        row = [cell([value.get(key) for value in values]) for key in ("accuracy", "nll", "ece", "auroc", "fpr95")]
        print(f"| {kind} | {' | '.join(row)} |", flush=True)


def animals(folder, seed):
    """Experiment, header, training rows; the other parts are written."""
    experiment = example("animals")
    with (ROOT / "examples/animals/animals.csv").open() as file:
        names, *rows = list(csv.reader(file))
    parts = divided(names, rows, folder, seed)
    # A tenth of the rows lacks some classes of the finer tasks.
    experiment["tasks"] = experiment["tasks"][:2]
    return changed(experiment, {**parts, "data.stratify_by": None}), folder / "train.csv"


def student(folder, seed):
    """Both subjects as one table; the rows of a pupil stay in one part."""
    experiment = example("student")
    names, rows = [], []
    for source in experiment["data"]["train"]:
        path = pathlib.Path(source["file"].replace("${SYNAPTREE_DATA}", os.environ["SYNAPTREE_DATA"]))
        with path.open() as file:
            for row in csv.DictReader(file, delimiter=";"):
                rows.append({source["rename"].get(key, key): value for key, value in row.items()})
        names += [name for name in rows[-1] if name not in names]
    pupils = {}
    for row in rows:
        pupils.setdefault(tuple(row[key] for key in experiment["data"]["split_by"]), []).append(row)
    groups = list(pupils.values())
    random.Random(seed).shuffle(groups)
    first, second = len(groups) * 70 // 100, len(groups) * 85 // 100
    for part, chosen in (("train", groups[:first]), ("validation", groups[first:second]), ("test", groups[second:])):
        write(folder / f"{part}.csv", names, [[row.get(name, "") for name in names] for group in chosen for row in group])
    parts = {f"data.{part}": str(folder / f"{part}.csv") for part in ("train", "validation", "test")}
    return changed(experiment, {**parts, "data.split_by": None, "data.separator": None}), folder / "train.csv"


def cellcycle(folder, seed):
    """The rows of the published parts."""
    data = pathlib.Path(os.environ["SYNAPTREE_DATA"]) / "hmc/datasets_FUN/cellcycle_FUN"
    path = folder / "train.arff"
    head, _, rows = (data / "cellcycle_FUN.train.arff").read_text().partition("@DATA")
    lines = [line for line in rows.splitlines() if line.strip()]
    random.Random(seed).shuffle(lines)
    path.write_text(head + "@DATA\n" + "\n".join(lines) + "\n")
    parts = {"data.train": str(path), "data.validation": str(data / "cellcycle_FUN.valid.arff"),
             "data.test": str(data / "cellcycle_FUN.test.arff"), "training.epochs": 40,
             "training.early_stopping": {"patience": 10}}
    return changed(example("cellcycle_FUN"), parts), path


def shortened(path, share):
    """The first rows of a file beside it."""
    lines = path.read_text().splitlines()
    start = 1 if path.suffix == ".csv" else next(i for i, line in enumerate(lines) if line.upper().startswith("@DATA")) + 1
    kept = lines[:start] + lines[start:start + max(1, (len(lines) - start) * share // 100)]
    shorter = path.with_stem(f"{path.stem}-{share}")
    shorter.write_text("\n".join(kept) + "\n")
    return str(shorter)


def small(options, folder):
    print("| set | training rows | nothing | dropout 0.2 | gaussian 0.05 | variational |\n|---|---|---|---|---|---|")
    methods = [(NONE, "0"), ({**NONE, "network.dropout": 0.2}, "0"),
               ({**NONE, "synapses": {"noise": "gaussian", "scale": 0.05}}, SAMPLES),
               ({**NONE, "synapses": {"noise": "variational"}}, SAMPLES)]
    for name, make in (("animals", animals), ("student", student), ("cellcycle_FUN", cellcycle)):
        for share in (10, 25, 50, 100):
            found = [[] for _ in methods]
            for seed in range(options.seeds):
                place = pathlib.Path(tempfile.mkdtemp(dir=folder))
                base, path = make(place, seed)
                base = changed(base, {"data.train": shortened(path, share)})
                for scores, (changes, samples) in zip(found, methods):
                    run = train(options.binary, changed(base, changes), place, seed)
                    scores.append(evaluate(options.binary, run, "--samples", samples)["overall"]["score"])
            print(f"| {name} | {share} % | {' | '.join(map(cell, found))} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["xor", "regression", "images", "small"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000, help="training rows of `images`")
    parser.add_argument("--binary", default=str(ROOT / "target/release/synaptree"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        {"xor": xor, "regression": regression, "images": images, "small": small}[options.what](options, pathlib.Path(folder))


if __name__ == "__main__":
    main()
