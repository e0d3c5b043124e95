#!/usr/bin/env python3
"""Times stochastic multi-task networks beside PyTorch, in turns on the same threads: training steps and Monte Carlo predictions.

    cargo build --release --package synaptree-cli && cargo build --release --package synaptree --example predict_speed
    PYTHON=.venv/bin/python python bench/synapses.py [--rounds N] [--threads N] [--target FOLDER]

or `PYTHON=.venv/bin/python cargo xtask bench synapses`, which builds both first.

A step of synaptree is what `synaptree train` does: choosing the rows of the batch, forward, losses, backward, the check for
numbers that are not finite, and Adam. It is timed by the epochs of its own metrics file. PyTorch's step has its batch ready; for `variational` its layers are
those of bayesian-torch.
A prediction is the mean answer of 32 samples to the rows of one batch. Each table gives the fastest of all rounds and the
median; a ratio above 1 says that synaptree is faster.
"""

import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# inputs, trunk, hidden of a head, heads, classes, rows of a batch, batches of an epoch, epochs
SHAPES = {
    "tiny": (10, 20, 15, 3, 2, 32, 200, 20),
    "wide": (784, 1024, 256, 8, 10, 128, 10, 20),
}
SAMPLES = 32


def weights(name):
    """Weights of a network, without biases."""
    inputs, trunk, hidden, heads, classes, *_ = SHAPES[name]
    return inputs * trunk, heads * (trunk * hidden + hidden * (1 if classes == 2 else classes))


def step_flops(name):
    """Additions and multiplications of a step: forward, gradient of the weights, gradient of what the trunk gives."""
    first, heads = weights(name)
    return 2 * SHAPES[name][5] * (2 * first + 3 * heads)


def experiment(folder, name, synapses, label, epochs=None):
    """Writes random rows and the experiment that trains on them; the rows of one batch stand in a file of their own."""
    inputs, trunk, hidden, heads, classes, rows, batches, all_epochs = SHAPES[name]
    data, batch = folder / f"{name}.csv", folder / f"{name}-batch.csv"
    if not data.exists():
        draw = random.Random(0)
        columns = [f"x{i}" for i in range(inputs)] + [f"y{i}" for i in range(heads)]
        lines = [",".join(columns)]
        for _ in range(rows * batches):
            cells = [f"{draw.gauss(0, 1):.4f}" for _ in range(inputs)]
            lines.append(",".join(cells + [f"c{draw.randrange(classes)}" for _ in range(heads)]))
        data.write_text("\n".join(lines) + "\n")
        batch.write_text("\n".join(lines[:rows + 1]) + "\n")
    kind = 'kind = "binary"\npositive = "c1"' if classes == 2 else 'kind = "multiclass"'
    tasks = "".join(f'[[tasks]]\nname = "y{i}"\n{kind}\n' for i in range(heads))
    path = folder / f"{name}-{label}.toml"
    path.write_text(
        f'[data]\ntrain = "{data.name}"\nvalidation = false\ntest = false\n'
        f'[[inputs]]\nname = "x"\nkind = "table"\n{tasks}'
        f'[network]\ntrunk = [{trunk}]\nheads = [{hidden}]\nactivation = "relu"\n'
        f'[synapses]\n{synapses}\n'
        f'[training]\nepochs = {epochs or all_epochs}\nbatch_size = {rows}\n'
        'optimizer = { kind = "adam", learning_rate = 1e-3 }\ncheckpoint_every = { epochs = 1000, seconds = 1e6 }\n'
    )
    return path, batch


def train(binary, path, threads):
    """The run folder and the peak memory in mebibytes."""
    run = pathlib.Path(tempfile.mkdtemp(dir=path.parent)) / "run"
    command = [str(binary), "train", str(path), "--output", str(run), "--threads", str(threads), "--quiet"]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    return run, usage.ru_maxrss / 1024


def step(binary, path, name, threads):
    """Milliseconds of a step in each epoch, and peak memory.

    Epochs 1, 2, 4, 8 … and the last end with a measurement of gradients, which belongs to no step: they and the next are left out.
    """
    run, peak = train(binary, path, threads)
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    seconds = [line["seconds"] for line in lines if line["split"] == "train"]
    batches = SHAPES[name][6]
    measured = {2**i for i in range(16)} | {len(seconds)}
    spans = enumerate(zip(seconds, seconds[1:]), start=1)
    return [1e3 * (b - a) / batches for epoch, (a, b) in spans if not measured & {epoch, epoch + 1}], peak


def predict(program, run, batch, threads):
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
    command = [str(program), str(run), str(batch), str(SAMPLES)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout)


def peer(threads, *arguments):
    python = os.environ.get("PYTHON", "python3")
    command = [python, str(ROOT / "bench/peers/synapses.py"), *arguments, "--threads", str(threads)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def steps(options, folder, ceiling):
    print("| network | noise | synaptree ms, min / median | PyTorch ms, min / median | ratio of min / median | "
          "share of the ceiling | peak MiB |")
    print("|---|---|---|---|---|---|---|")
    fastest = {}
    gaussian = 'noise = "gaussian"\nscale = 0.05\n'
    cases = {
        "gaussian": (gaussian, []),
        "gaussian, on weights": (gaussian + 'estimator = "weight"', []),
        "none": ('noise = "none"', ["--deterministic"]),
        "variational": ('noise = "variational"', ["--bayesian-torch"]),
    }
    for name in SHAPES:
        for label, (noise, extra) in cases.items():
            path, _ = experiment(folder, name, noise, label.replace(", ", "-").replace(" ", "-"))
            own, peers, memory, peer_memory = [], [], 0, 0
            for _ in range(options.rounds):
                times, memory = step(options.binary, path, name, options.threads)
                own += times
                count = "40" if name == "wide" else "400"
                result = peer(options.threads, "step", name, "--steps", count, *extra)
                peers.append((result["min_ms"], result["median_ms"]))
                peer_memory = result["peak_mib"]
            low, middle = min(own), statistics.median(own)
            fastest[name, label] = low
            peer_low, peer_middle = min(p[0] for p in peers), statistics.median(p[1] for p in peers)
            # Sums that are drawn from learned deviations need a second product.
            products = 2 if label == "variational" else 1
            share = products * step_flops(name) / (low * 1e6) / ceiling
            print(f"| {name} | {label} | {low:.3f} / {middle:.3f} | {peer_low:.3f} / {peer_middle:.3f} | "
                  f"{peer_low / low:.2f} / {peer_middle / middle:.2f} | {share:.0%} | {memory:.0f} / {peer_memory:.0f} |",
                  flush=True)
    for name in SHAPES:
        auto, weights, none, _learned = (fastest[name, label] for label in cases)
        print(f"\n{name}: a step takes {auto / none:.3f} times one without noise, with noise on weights {weights / none:.3f} times")


def predictions(options, folder):
    print(f"\n| network | weights | synaptree ms for {SAMPLES} samples, min / median | PyTorch ms, min / median | "
          "ratio of min / median |")
    print("|---|---|---|---|---|")
    cases = [("gaussian", 'noise = "gaussian"\nscale = 0.05', []),
             ("variational", 'noise = "variational"', ["--bayesian-torch"])]
    for name in SHAPES:
        for label, synapses, extra in cases:
            path, batch = experiment(folder, name, synapses, label, epochs=1)
            run, _ = train(options.binary, path, options.threads)
            own, peers = [], []
            for _ in range(options.rounds):
                own.append(predict(options.predict, run, batch, options.threads))
                peers.append(peer(options.threads, "predict", name, "--steps", "10", *extra))
            low, middle = min(p["min_ms"] for p in own), statistics.median(p["median_ms"] for p in own)
            peer_low = min(p["min_ms"] for p in peers)
            peer_middle = statistics.median(p["median_ms"] for p in peers)
            print(f"| {name} | {label} | {low:.2f} / {middle:.2f} | {peer_low:.2f} / {peer_middle:.2f} | "
                  f"{peer_low / low:.2f} / {peer_middle / middle:.2f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--target", type=pathlib.Path, default=ROOT / "target")
    options = parser.parse_args()
    options.binary = options.target / "release/synaptree"
    options.predict = options.target / "release/examples/predict_speed"
    ceiling = peer(options.threads, "ceiling", "--steps", "20")
    print(f"PyTorch: a product of two 2048 x 2048 matrices at {ceiling['gflops']:.0f} GFLOP/s, "
          f"{ceiling['normal_ns']:.2f} ns a number of normal_\n")
    with tempfile.TemporaryDirectory() as folder:
        steps(options, pathlib.Path(folder), ceiling["gflops"])
        predictions(options, pathlib.Path(folder))


if __name__ == "__main__":
    main()
