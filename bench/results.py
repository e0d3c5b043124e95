"""Trains examples over several seeds and prints a Markdown table of their figures, time and memory.

    cargo build --release
    SYNAPTREE_DATA=... python bench/results.py --seeds 0..5 adult student enb

Each example is one process; time and peak memory are the operating system's accounting of it. The figures
are the headline metric of each task on the test rows: mean and half-width of the 95 % interval over the seeds.
"""

import argparse
import json
import os
import pathlib
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
    parser.add_argument("names", nargs="+")
    arguments = parser.parse_args()
    options = [part for each in arguments.set for part in ("--set", each)]
    print("| example | task | metric | labels | test | guessing | epochs | s a seed | peak MiB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in arguments.names:
        summary, seconds, memory = train(name, arguments.seeds, options)
        count = len(summary["seeds"])
        for task, metric in summary["headline"].items():
            entry = summary["test"]["tasks"][task]
            guess = summary["majority"]["test"][task]
            print(f"| {name} | {task} | {metric} | {entry['observed']} | {cell(entry['metrics'][metric])} | "
                  f"{guess['mean']:.4f} | {summary['epochs']['mean']:.0f} | {seconds / count:.1f} | {memory:.0f} |",
                  flush=True)


if __name__ == "__main__":
    main()
