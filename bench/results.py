"""Trains examples over several seeds and prints a Markdown table of their figures, time and memory.

    cargo build --release
    SYNAPTREE_DATA=... python bench/results.py --seeds 0..5 adult student enb

Each example is one process; time and peak memory are the operating system's accounting of it. The figures
are the headline metric of each task on the test rows: mean and half-width of the 95 % interval over the seeds.
With `--peers`, what scikit-learn makes of the same rows stands beside them (`cargo xtask peers`, see bench/peers).
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "target" / "release" / "synaptree"


def train(name, seeds, options):
    """The summary over seeds, wall seconds and peak mebibytes of one example."""
    output = pathlib.Path(tempfile.mkdtemp()) / name
    command = [str(BINARY), "train", str(ROOT / "examples" / name / f"{name}.toml")]
    command += ["--seeds", seeds, "--output", str(output), "--quiet", *options]
    begun = time.monotonic()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)])
    _, status, usage = os.wait4(process, 0)
    if status != 0:
        sys.exit(f"{name}: {' '.join(command)} failed")
    summary = json.loads((output / "summary.json").read_text())
    return summary, time.monotonic() - begun, usage.ru_maxrss / 1024


# Student's t for a two-sided 95 % interval, by the number of values.
STUDENT = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571, 7: 2.447, 8: 2.365, 9: 2.306, 10: 2.262}


def peers(name, seeds):
    """For each model of scikit-learn: the headline values of each task over the seeds, and the seconds of a seed."""
    first, last = (int(part) for part in seeds.split(".."))
    models = {}
    for seed in range(first, last):
        command = ["cargo", "xtask", "peers", name, "--seed", str(seed)]
        document = json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)
        for model, result in document["models"].items():
            entry = models.setdefault(model, {"seconds": [], "tasks": {}})
            entry["seconds"].append(result["seconds"])
            for task, figures in result["test"]["tasks"].items():
                entry["tasks"].setdefault(task, []).append(figures["metrics"])
    return models


def peer_cell(values):
    """`mean ± half-width`, or a dash where a model was left out."""
    if any(value is None for value in values):
        return "-"
    if len(values) < 2:
        return f"{values[0]:.4f}"
    half = STUDENT.get(len(values), 1.96) * statistics.stdev(values) / len(values) ** 0.5
    return f"{statistics.fmean(values):.4f} ± {half:.4f}"


def cell(value):
    """`mean ± half-width` of a figure over seeds."""
    if value is None or value["mean"] is None:
        return "-"
    half = "" if value["ci95"] is None else f" ± {value['ci95']:.4f}"
    return f"{value['mean']:.4f}{half}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0..5")
    parser.add_argument("--set", action="append", default=[], help="passed on to `synaptree train`")
    parser.add_argument("--peers", action="store_true", help="train scikit-learn on the same rows too")
    parser.add_argument("names", nargs="+")
    arguments = parser.parse_args()
    options = [part for each in arguments.set for part in ("--set", each)]
    beside = ["trees", "MLP"] if arguments.peers else []
    header = ["example", "task", "metric", "labels", "test", *beside, "guessing", "epochs", "s a seed"]
    header += [f"s {peer}" for peer in beside] + ["peak MiB"]
    print("| " + " | ".join(header) + " |")
    print("|" + "---|" * len(header))
    for name in arguments.names:
        summary, seconds, memory = train(name, arguments.seeds, options)
        models = list(peers(name, arguments.seeds).values()) if arguments.peers else []
        count = len(summary["seeds"])
        for task, metric in summary["headline"].items():
            entry = summary["test"]["tasks"][task]
            cells = [name, task, metric, str(entry["observed"]), cell(entry["metrics"][metric])]
            cells += [peer_cell([metrics[metric] for metrics in model["tasks"][task]]) for model in models]
            cells += [f"{summary['majority']['test'][task]['mean']:.4f}", f"{summary['epochs']['mean']:.0f}"]
            cells += [f"{seconds / count:.1f}"]
            cells += [f"{statistics.fmean(model['seconds']):.1f}" for model in models]
            print("| " + " | ".join([*cells, f"{memory:.0f}"]) + " |", flush=True)


if __name__ == "__main__":
    main()
