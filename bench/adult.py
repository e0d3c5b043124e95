#!/usr/bin/env python3
"""Times `synaptree train` on examples/adult, reading the file and writing the report included, beside the same network in
plain PyTorch, process by process, in turns.

    cargo build --release
    SYNAPTREE_DATA=... PYTHON=.venv/bin/python python bench/adult.py [--rounds N] [--epochs N] [--target FOLDER]
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


def timed(command):
    """Seconds, peak memory in mebibytes, and what it printed."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begun
        if status != 0:
            raise SystemExit(f"{' '.join(command)} failed")
        said.seek(0)
        return seconds, usage.ru_maxrss / 1024, said.read().decode()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--target", type=pathlib.Path, default=ROOT / "target")
    options = parser.parse_args()
    own, training, scores, peers, peer_training, peer_scores = [], [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.rounds):
            run = pathlib.Path(folder) / f"run-{seed}"
            command = [str(options.target / "release/synaptree"), "train", str(ROOT / "examples/adult/adult.toml"),
                       "--output", str(run), "--threads", str(options.threads), "--seed", str(seed), "--quiet",
                       "--set", f"training.epochs={options.epochs}", "--set", "training.early_stopping.patience=1000"]
            own.append(timed(command)[:2])
            tasks = json.loads((run / "evaluation/test.json").read_text())["tasks"]
            training.append(json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])["seconds"])
            scores.append([task["metrics"]["accuracy"] for task in tasks.values()])
            *figures, said = timed([os.environ.get("PYTHON", "python3"), str(ROOT / "bench/peers/adult.py"),
                                    "--epochs", str(options.epochs), "--threads", str(options.threads), "--seed", str(seed)])
            peers.append(figures)
            said = json.loads(said)
            peer_training.append(said["training_seconds"])
            peer_scores.append(said["accuracy"])
    print("| | seconds, min / median | of these epochs | peak MiB | accuracy: income, marital status |\n|---|---|---|---|---|")
    rows = (("synaptree", own, training, scores), ("PyTorch", peers, peer_training, peer_scores))
    for name, figures, epochs, accuracy in rows:
        seconds = [f[0] for f in figures]
        means = ", ".join(f"{statistics.mean(column):.4f}" for column in zip(*accuracy))
        times = " | ".join(f"{min(t):.2f} / {statistics.median(t):.2f}" for t in (seconds, epochs))
        print(f"| {name} | {times} | {max(f[1] for f in figures):.0f} | {means} |")
    ratio = min(f[0] for f in peers) / min(f[0] for f in own)
    print(f"\nratio of the fastest: {ratio:.2f}")


if __name__ == "__main__":
    main()
