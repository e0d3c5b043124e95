"""How far the mean of few samples is from that of many: adult, each sample on its own and in pairs of opposite noise."""

import csv
import math
import os
import pathlib

from uncertain.common import changed, command, example, train

ROWS, SEEDS, MANY = 500, 20, 2048
NETWORKS = {
    "`gaussian`, scale 0.1": {"synapses": {"noise": "gaussian", "scale": 0.1, "estimator": "weight"}, "network.dropout": 0.0},
    "`variational`, scale 0.1": {"synapses": {"noise": "variational", "scale": 0.1, "kl_warmup_epochs": 0}, "network.dropout": 0.0},
    "`variational`, scale 0.1, dropout 0.1": {"synapses": {"noise": "variational", "scale": 0.1, "kl_warmup_epochs": 0}, "network.dropout": 0.1},
}


def asked(binary, run, rows, seed, samples, *arguments):
    """The mean probability of an income above 50,000 of every row."""
    out = rows.with_name("answers.csv")
    command(binary, "predict", run, "--data", rows, "--output", out, "--samples", samples, "--seed", seed, *arguments)
    with out.open() as file:
        return [float(row["income.p"]) for row in csv.DictReader(file)]


def distance(answers, truth):
    """The mean squared difference."""
    return sum((a - b) ** 2 for a, b in zip(answers, truth)) / len(truth)


def pairs(options, folder):
    source = pathlib.Path(os.environ["SYNAPTREE_DATA"]) / "adult/adult-train.csv"
    rows = folder / "rows.csv"
    rows.write_text("".join(source.read_text().splitlines(keepends=True)[:ROWS]))
    print("| weights | samples | error, independent | error, in pairs | ratio of the squares |\n|---|---|---|---|---|")
    for name, changes in NETWORKS.items():
        run = train(options.binary, changed(example("adult"), {**changes, "training.epochs": 4}), folder, 0)
        truth = asked(options.binary, run, rows, SEEDS, MANY)
        for samples in (4, 8, 16, 32):
            squares = []
            for how in (["--independent"], []):
                found = [distance(asked(options.binary, run, rows, seed, samples, *how), truth) for seed in range(SEEDS)]
                squares.append(sum(found) / SEEDS)
            alone, paired = squares
            print(f"| {name} | {samples} | {math.sqrt(alone):.4f} | {math.sqrt(paired):.4f} | {alone / paired:.2f} |", flush=True)
