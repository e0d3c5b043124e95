"""enb, wq and jura: likelihood and coverage of the test rows by method.

Of each method whose strength is open, every seed takes the strength with the best likelihood on its own validation rows.
"""

import csv
import json
import math
import os
import pathlib
import shutil
import statistics
import tempfile

from uncertain.common import NONE, SAMPLES, arff, cell, changed, command, divided, evaluate, example, kept, tally, train

FIGURES = ("rmse", "nll", "coverage_90")


def gaussian(scale):
    return {**NONE, "synapses": {"noise": "gaussian", "scale": scale, "estimator": "weight"}}


# Squared error is the likelihood of one fixed variance, which these sets do not have: a distribution of the weights that is learned
# with the likelihood needs one that fits. `loss` is that of the task.
def variational(share):
    synapses = {"noise": "variational", "scale": 0.02, "kl_weight": share}
    return {**NONE, "synapses": synapses, "loss": "gaussian_nll"}


# The likelihood of a row is the product over its columns, so its gradient and its curvature grow with them: so do the limit, the
# first curvature and the precision of the prior here. The rate is a factor of the first curvature.
def ivon(curvature, columns):
    optimizer = {"kind": "ivon", "learning_rate": 0.1 / columns, "curvature": curvature * columns,
                 "weight_decay": 1e-4 * columns}
    return {**NONE, "training.optimizer": optimizer, "training.gradient_clip": {"norm": columns}, "loss": "gaussian_nll"}


def swag(rate):
    return {**NONE, "training.posterior": {"kind": "swag", "learning_rate": rate}, "training.early_stopping": None}


def methods(columns):
    """What may be chosen of each method, by name, and the samples that it is asked for."""
    return {
        "nothing": ({"": NONE}, "0"),
        "nothing, learned variance": ({"": {**NONE, "loss": "gaussian_nll"}}, "0"),
        "MC dropout": ({str(p): {**NONE, "network.dropout": p} for p in (0.05, 0.1, 0.2)}, SAMPLES),
        "gaussian": ({str(s): gaussian(s) for s in (0.01, 0.02, 0.05)}, SAMPLES),
        "variational, learned variance": ({f"KL × {w}": variational(w) for w in (1, 0.1, 0.02)}, SAMPLES),
        "IVON, learned variance": ({f"h₀ = {h}": ivon(h, columns) for h in (1, 10, 100)}, SAMPLES),
        "IVON as it comes, learned variance": ({"": {**NONE, "training.optimizer": {"kind": "ivon"}, "loss": "gaussian_nll"}}, SAMPLES),
        "SWAG": ({f"rate {r}": swag(r) for r in (3e-3, 3e-4)}, SAMPLES),
        "Laplace, heads": ({"": {**NONE, "training.posterior": {"kind": "laplace"}}}, SAMPLES),
    }


def tried(binary, base, changes, samples, folder, seed):
    """Figures of the validation and of the test rows."""
    experiment = changed(base, {key: value for key, value in changes.items() if key != "loss"})
    if "loss" in changes:
        experiment["tasks"][0]["loss"] = changes["loss"]
    run = train(binary, experiment, folder, seed)
    found = {}
    for split in ("validation", "test"):
        metrics = [task["metrics"] for task in evaluate(binary, run, "--samples", samples, split=split)["tasks"].values()]
        found[split] = {key: statistics.mean(m[key] for m in metrics) for key in FIGURES}
    shutil.rmtree(run)
    return found


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
        shutil.rmtree(run)
    columns = [name.split(".", 1)[1] if "." in name else name for name in head]
    with test.open() as file:
        labels = [[float(row[column]) for column in columns] for row in csv.DictReader(file)]
    nll, inside, squares = [], [], [[] for _ in columns]
    for row, truth in enumerate(labels):
        for column, y in enumerate(truth):
            answers = [member[row][column] for member in means]
            mean = statistics.mean(answers)
            variance = statistics.mean(v[column] for v in variances) + statistics.pvariance(answers)
            nll.append(0.5 * math.log(2 * math.pi * variance) + (y - mean) ** 2 / (2 * variance))
            inside.append(abs(y - mean) < 1.644854 * math.sqrt(variance))
            squares[column].append((y - mean) ** 2)
    # As the program's: the mean of the columns' own.
    rmse = statistics.mean(math.sqrt(statistics.mean(column)) for column in squares)
    return {"nll": statistics.mean(nll), "coverage_90": statistics.mean(inside), "rmse": rmse}


def regression(options, folder):
    print("| set | method | rmse | nll, nats a value | inside the 90 % interval | chosen |\n|---|---|---|---|---|---|")
    for name in options.sets or ("enb", "wq", "jura"):
        names, rows = arff(pathlib.Path(os.environ["SYNAPTREE_DATA"]) / f"mulan_mtr/{name}.arff")
        found, chosen = {}, {}
        for seed in range(options.seeds):
            place = pathlib.Path(tempfile.mkdtemp(dir=folder))
            base = changed(example(name), divided(names, rows, place, seed))
            columns = len(base["tasks"][0]["target"])
            for method, (choices, samples) in methods(columns).items():
                scores = {choice: kept(options, [name, seed, method, changes], lambda: tried(
                    options.binary, base, changes, samples, place, seed)) for choice, changes in choices.items()}
                best = min(scores, key=lambda choice: scores[choice]["validation"]["nll"])
                found.setdefault(method, []).append(scores[best]["test"])
                chosen.setdefault(method, []).append(best)
            found.setdefault("ensemble of 5", []).append(kept(options, [name, seed, "ensemble of 5"], lambda: ensemble(
                options.binary, changed(base, NONE), place, seed)))
        for method, values in found.items():
            row = [cell([value[key] for value in values]) for key in FIGURES]
            print(f"| {name} | {method} | {' | '.join(row)} | {tally(filter(None, chosen.get(method, [])))} |", flush=True)
