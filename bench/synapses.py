#!/usr/bin/env python3
"""Times training steps of stochastic multi-task networks beside PyTorch, in turns on the same threads.

    cargo build --release
    python bench/synapses.py [--rounds N] [--threads N] [--binary PATH]

A step of synaptree is what `synaptree train` does: choosing the rows of the batch, forward, losses, backward, the check for
numbers that are not finite, and Adam. It is timed by the epochs of its own metrics file. PyTorch's step has its batch ready.
The table gives the fastest epoch of all rounds and their median; a ratio above 1 says that synaptree is faster.
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
    "tiny": (10, 20, 15, 3, 2, 32, 200, 12),
    "wide": (784, 1024, 256, 8, 10, 128, 10, 12),
}


def experiment(folder, name, scale):
    """Writes random rows and the experiment that trains on them."""
    inputs, trunk, hidden, heads, classes, rows, batches, epochs = SHAPES[name]
    data = folder / f"{name}.csv"
    if not data.exists():
        draw = random.Random(0)
        columns = [f"x{i}" for i in range(inputs)] + [f"y{i}" for i in range(heads)]
        with data.open("w") as file:
            file.write(",".join(columns) + "\n")
            for _ in range(rows * batches):
                cells = [f"{draw.gauss(0, 1):.4f}" for _ in range(inputs)]
                cells += [f"c{draw.randrange(classes)}" for _ in range(heads)]
                file.write(",".join(cells) + "\n")
    kind = 'kind = "binary"\npositive = "c1"' if classes == 2 else 'kind = "multiclass"'
    tasks = "".join(f'[[tasks]]\nname = "y{i}"\n{kind}\n' for i in range(heads))
    path = folder / f"{name}-{scale}.toml"
    path.write_text(
        f'[data]\ntrain = "{data.name}"\nvalidation = false\ntest = false\n'
        f'[[inputs]]\nname = "x"\nkind = "table"\n{tasks}'
        f'[network]\ntrunk = [{trunk}]\nheads = [{hidden}]\nactivation = "relu"\n'
        f'[synapses]\nnoise = "{"gaussian" if scale else "none"}"\n' + (f"scale = {scale}\n" if scale else "") +
        f'[training]\nepochs = {epochs}\nbatch_size = {rows}\n'
        'optimizer = { kind = "adam", learning_rate = 1e-3 }\ncheckpoint_every = { epochs = 1000, seconds = 1e6 }\n'
    )
    return path


def ours(binary, path, name, threads):
    """Milliseconds of a step in each epoch but the first, and peak memory."""
    run = pathlib.Path(tempfile.mkdtemp()) / "run"
    command = [str(binary), "train", str(path), "--output", str(run), "--threads", str(threads), "--quiet"]
    process = os.posix_spawn(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)} failed")
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    seconds = [line["seconds"] for line in lines if line["split"] == "train"]
    batches = SHAPES[name][6]
    return [1e3 * (b - a) / batches for a, b in zip(seconds, seconds[1:])], usage.ru_maxrss / 1024


def theirs(name, threads, *options):
    python = os.environ.get("PYTHON", "python3")
    command = [python, str(ROOT / "bench/peers/synapses.py"), name, "--threads", str(threads), *options]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--binary", type=pathlib.Path, default=ROOT / "target/release/synaptree")
    options = parser.parse_args()
    print("| network | noise | synaptree ms, min / median | PyTorch ms, min / median | ratio of min / median | MiB |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name in SHAPES:
            for scale in (0.05, 0):
                path = experiment(folder, name, scale)
                own, peer, memory, peer_memory = [], [], 0, 0
                for _ in range(options.rounds):
                    times, memory = ours(options.binary, path, name, options.threads)
                    own += times
                    result = theirs(name, options.threads, *([] if scale else ["--deterministic"]))
                    peer.append((result["min_ms"], result["median_ms"]))
                    peer_memory = result["peak_mib"]
                low, middle = min(own), statistics.median(own)
                peer_low, peer_middle = min(p[0] for p in peer), statistics.median(p[1] for p in peer)
                print(f"| {name} | {scale} | {low:.3f} / {middle:.3f} | {peer_low:.3f} / {peer_middle:.3f} | "
                      f"{peer_low / low:.2f} / {peer_middle / middle:.2f} | {memory:.0f} / {peer_memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
