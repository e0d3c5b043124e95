"""Animals, student and cellcycle_FUN with 10, 25, 50 and 100 % of the training rows: noise, dropout, nothing."""

import csv
import os
import pathlib
import random
import shutil
import tempfile

from uncertain.common import NONE, ROOT, SAMPLES, cell, changed, divided, evaluate, example, kept, train, write


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
    """The rows of the published parts; batches four times as large as published, and looked at every fourth epoch, to save time."""
    data = pathlib.Path(os.environ["SYNAPTREE_DATA"]) / "hmc/datasets_FUN/cellcycle_FUN"
    path = folder / "train.arff"
    head, _, rows = (data / "cellcycle_FUN.train.arff").read_text().partition("@DATA")
    lines = [line for line in rows.splitlines() if line.strip()]
    random.Random(seed).shuffle(lines)
    path.write_text(head + "@DATA\n" + "\n".join(lines) + "\n")
    parts = {"data.train": str(path), "data.validation": str(data / "cellcycle_FUN.valid.arff"),
             "data.test": str(data / "cellcycle_FUN.test.arff"), "training.epochs": 40, "training.batch_size": 16,
             "training.optimizer.learning_rate": 4e-4, "training.evaluate_every": 4, "training.early_stopping": {"patience": 12}}
    return changed(example("cellcycle_FUN"), parts), path


def shortened(path, share):
    """The first rows of a file beside it."""
    lines = path.read_text().splitlines()
    start = 1 if path.suffix == ".csv" else next(i for i, line in enumerate(lines) if line.upper().startswith("@DATA")) + 1
    kept = lines[:start] + lines[start:start + max(1, (len(lines) - start) * share // 100)]
    shorter = path.with_stem(f"{path.stem}-{share}")
    shorter.write_text("\n".join(kept) + "\n")
    return str(shorter)


def scored(binary, experiment, samples, folder, seed):
    run = train(binary, experiment, folder, seed)
    score = evaluate(binary, run, "--samples", samples)["overall"]["score"]
    shutil.rmtree(run.parent)
    return score


def small(options, folder):
    """Behind each mean stands that of the differences from `nothing`, seed by seed."""
    print("| set | training rows | nothing | dropout 0.2 | gaussian 0.05 | variational |\n|---|---|---|---|---|---|")
    sets = {"animals": animals, "student": student, "cellcycle_FUN": cellcycle}
    for name in options.sets or sets:
        methods = [(NONE, "0"), ({**NONE, "network.dropout": 0.2}, "0"),
                   ({**NONE, "synapses": {"noise": "gaussian", "scale": 0.05, "estimator": "weight"}}, SAMPLES),
                   ({**NONE, "synapses": {"noise": "variational"}}, SAMPLES)]
        for share in options.shares:
            found = [[] for _ in methods]
            for seed in range(options.seeds):
                place = pathlib.Path(tempfile.mkdtemp(dir=folder))
                base, path = sets[name](place, seed)
                base = changed(base, {"data.train": shortened(path, share)})
                for scores, (changes, samples) in zip(found, methods):
                    scores.append(kept(options, ["small", name, share, seed, changes], lambda: scored(
                        options.binary, changed(base, changes), samples, place, seed)))
            plain, *others = found
            beside = [f"{cell(scores)} ({cell([a - b for a, b in zip(scores, plain)], sign='+')})" for scores in others]
            print(f"| {name} | {share} % | {' | '.join([cell(plain), *beside])} |", flush=True)
