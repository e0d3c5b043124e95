"""Fashion-MNIST as flat pixels by kind of synapse, its classes against the digits of MNIST as rows of another kind."""

import gzip
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib

from uncertain.common import NONE, ROOT, SAMPLES, cell, changed, command, kept, train, write


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


def noise(kind, **settings):
    return {"synapses": {"noise": kind, **settings}}


# Strengths were set beforehand and not chosen by any figure; learned noise starts from its defaults.
KINDS = {
    "nothing": NONE,
    "MC dropout 0.2": {**NONE, "network.dropout": 0.2},
    "gaussian 0.02": noise("gaussian", scale=0.02, estimator="weight"),
    "multiplicative 0.3": noise("multiplicative", scale=0.3),
    "filter 0.1": noise("filter", scale=0.1),
    "bernoulli 0.8": noise("bernoulli", probability=0.8),
    "blank_out 0.5": noise("blank_out", probability=0.5),
    "neural_sampling 0.5": noise("neural_sampling", probability=0.5),
    "variational": noise("variational"),
    "variational, KL × 0.1": noise("variational", kl_weight=0.1),
    "adaptive": noise("adaptive"),
    "variational_dropout": noise("variational_dropout"),
    "rank1": noise("rank1"),
    "batch_ensemble": noise("batch_ensemble"),
    "gradient noise": {**NONE, "training.gradient_noise": {}},
    "flatness": {**NONE, "training.flatness": {}},
    "SWAG": {**NONE, "training.posterior": {"kind": "swag", "epochs": 5}},
    "Laplace, heads": {**NONE, "training.posterior": {"kind": "laplace"}},
    "IVON": {**NONE, "training.optimizer": {"kind": "ivon"}, "training.gradient_clip": {"norm": 1.0}},
}
# Weights that are plain numbers after training.
PLAIN = ("nothing", "gradient noise", "flatness")
# How bayesian-torch's divergence is weighed: as documented, and less.
PEERS = {"bayesian-torch, as documented": 1, "bayesian-torch, KL × 0.01": 0.01}
HELD = 3000


def asked(binary, experiment, kind, place, seed, other):
    """Figures of the test rows, and how well the total doubt tells the other rows from them."""
    run = train(binary, experiment, place, seed)
    samples = "0" if kind in PLAIN else SAMPLES
    metrics = json.loads(command(binary, "evaluate", run / "model", "--data", place / "test.csv", "--samples", samples, "--ood", other,
                                 "--json"))["tasks"]["garment"]["metrics"]
    shutil.rmtree(run.parent)
    figures = {"accuracy": metrics["accuracy"], "nll": metrics["log_loss"], "ece": metrics["ece"]}
    return figures | {name: metrics[f"ood_{name}.total"] for name in ("auroc", "fpr95")}


def peer(place, other, seed, weight, epochs):
    """The same figures of bayesian-torch."""
    script = [os.environ.get("PYTHON", "python3"), str(ROOT / "bench/peers/images.py")]
    done = subprocess.run([*script, str(place), str(other), str(seed), "--kl", str(weight), "--epochs", str(epochs)],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def images(options, folder):
    data = pathlib.Path(os.environ["SYNAPTREE_DATA"])
    known = clothes(data / "fashion_mnist/fashion_mnist_train_2000perclass.zip")
    pixels = [f"p{i}" for i in range(784)]
    other = folder / "digits.csv"
    write(other, pixels, digits(data / "mnist_t10k/t10k-images-idx3-ubyte.gz")[:HELD])
    base = {
        "data": {},
        "inputs": [{"name": "pixels", "kind": "table", "columns": pixels}],
        "tasks": [{"name": "garment", "kind": "multiclass", "target": "class"}],
        "network": {"trunk": [256, 128], "heads": [], "activation": "relu"},
        "training": {"epochs": options.epochs, "batch_size": 128, "optimizer": {"kind": "adam", "learning_rate": 1e-3}},
    }
    found = {}
    for seed in range(options.seeds):
        place = pathlib.Path(tempfile.mkdtemp(dir=folder))
        order = list(range(len(known)))
        random.Random(seed).shuffle(order)
        cuts = {"train": order[:options.rows], "validation": order[-2 * HELD:-HELD], "test": order[-HELD:]}
        for part, rows in cuts.items():
            write(place / f"{part}.csv", ["class", *pixels], ([f"c{known[i][1]}", *known[i][0]] for i in rows))
        seeded = changed(base, {f"data.{part}": str(place / f"{part}.csv") for part in cuts})
        for kind, changes in KINDS.items():
            key = ["images", options.rows, options.epochs, seed, kind, changes]
            found.setdefault(kind, []).append(kept(options, key, lambda: asked(
                options.binary, changed(seeded, changes), kind, place, seed, other)))
        for kind, weight in PEERS.items():
            key = ["images", options.rows, options.epochs, seed, kind]
            found.setdefault(kind, []).append(kept(options, key, lambda: peer(place, other, seed, weight, options.epochs)))
    print("| synapses | accuracy | nll | ece | AUROC of digits | their FPR95 |\n|---|---|---|---|---|---|")
    for kind, values in found.items():
        row = [cell([value[key] for value in values]) for key in ("accuracy", "nll", "ece", "auroc", "fpr95")]
        print(f"| {kind} | {' | '.join(row)} |", flush=True)
