"""Takes public files through `init`, `check` and `train` without editing and prints a Markdown table of what comes of it,
beside the experiment that was written by hand.

    cargo build --release
    SYNAPTREE_DATA=... python bench/init.py --seeds 0..3
    SYNAPTREE_DATA=... python bench/init.py --seeds 0..3 zoo adult

Both are trained with the same seeds. Where `init` splits the rows in another way than the hand-written experiment, that one is
trained on the split of `init` too (`same rows`), and the difference of the two means is taken there. Where `init` declines,
the row says what it says. `tox21_features` needs `bench/peers/tox21_features.py` first.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"
ASSAYS = ("NR-AR,NR-AR-LBD,NR-AhR,NR-Aromatase,NR-ER,NR-ER-LBD,NR-PPAR-gamma,SR-ARE,SR-ATAD5,SR-HSE,SR-MMP,SR-p53")

# name: files below SYNAPTREE_DATA (or below this repository), targets, experiment written by hand (or a published figure)
CASES = {
    "adult": (["adult/adult-train.csv"], "column_15,column_6", EXAMPLES / "adult/adult.toml"),
    "womens_clothing": (["womens_clothing/womens_reviews_dev.csv.gz"],
                        "Department Name,Class Name,Recommended IND,Rating",
                        EXAMPLES / "womens_clothing/womens_clothing.toml"),
    "student": (["student/student-mat.csv", "student/student-por.csv"], "G1,G2,G3", EXAMPLES / "student/student.toml"),
    "tox21": (["tox21/tox21.csv.gz"], ASSAYS, None),
    "tox21_features": ([ROOT / "examples/tox21/tox21.csv"], ASSAYS, EXAMPLES / "tox21/tox21.toml"),
    "enb": (["mulan_mtr/enb.arff"], "Y1,Y2", EXAMPLES / "enb/enb.toml"),
    "zoo": (["zoo/zoo.data"], "type", EXAMPLES / "zoo/zoo.toml"),
    "clinc150": (["clinc150/data_full.json"], "intent", None),
    "sunspots": (["series_classic/monthly-sunspots.csv"], "Sunspots", None),
    "mfeat": (["mfeat/mfeat-kar.csv"], "column_65", ROOT / "bench/init/mfeat.toml"),
    "ImCLEF07A": (["hmc/others/ImCLEF07A_Train.arff", "hmc/others/ImCLEF07A_Test.arff"], "class", 0.956),
}


# Names that the hand-written experiment has for what `init` stratifies by.
RENAMED = {
    "adult": {"column_6": "marital_status"},
    "mfeat": {"column_65": "digit"},
    "womens_clothing": {"Class Name": "class"},
}


def flattened(folder, source):
    """CLINC150 as JSON Lines: one utterance a line, with its intent."""
    lines = folder / "clinc150.jsonl"
    parts = json.loads(pathlib.Path(source).read_text())
    with lines.open("w") as file:
        for part in ("train", "val", "test"):
            for text, intent in parts[part]:
                file.write(json.dumps({"text": text, "intent": intent}) + "\n")
    return lines


def score(summary):
    """The mean of the headline metrics on the test rows, over the seeds."""
    overall = summary["test"]["overall"]["score"]
    return overall["mean"], overall["ci95"]


def train(binary, experiment, output, seeds, options=()):
    command = [binary, "train", str(experiment), "--seeds", seeds, "--output", str(output), "--quiet", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return json.loads((output / "summary.json").read_text())


def split(data):
    """What decides which rows are tested on."""
    return {key: data.get(key) for key in ("validation", "test", "split_by", "order_by", "stratify_by", "split_seed")}


def same_rows(written, reference, renamed):
    """The `--set` options that make the hand-written experiment test on the rows of the other; none if it does already."""
    ours = split(tomllib.loads(written.read_text())["data"])
    theirs = split(tomllib.loads(reference.read_text())["data"])
    default = {"validation": 0.15, "test": 0.15, "split_seed": 0}
    filled = [{key: default.get(key) if value is None else value for key, value in each.items()} for each in (ours, theirs)]
    column = renamed.get(filled[0]["stratify_by"])
    if column:
        filled[0]["stratify_by"] = column
    if filled[0] == filled[1]:
        return []
    if any(filled[1][key] and not filled[0][key] for key in ("split_by", "order_by", "stratify_by")):
        return None   # a key cannot be taken away by --set
    options = []
    for key, value in filled[0].items():
        if value is not None and value != filled[1][key]:
            options += ["--set", f"data.{key}={json.dumps(value)}"]
    return options


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0..3")
    parser.add_argument("--binary", default=str(ROOT / "target/release/synaptree"))
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for what `init` writes")
    parser.add_argument("names", nargs="*", default=list(CASES))
    arguments = parser.parse_args()
    data = pathlib.Path(os.environ["SYNAPTREE_DATA"])
    print("| file | targets | init | by hand | by hand, same rows | difference |")
    print("|---|---|---|---|---|---|")
    for name in arguments.names:
        files, targets, reference = CASES[name]
        folder = pathlib.Path(tempfile.mkdtemp())
        paths = [str(data / file) for file in files]
        if name == "clinc150":
            paths = [str(flattened(folder, paths[0]))]
        written = folder / f"{name}.toml"
        command = [arguments.binary, "init", *paths, "--target", targets, "--output", str(written)]
        drafted = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
        shown = targets if targets != ASSAYS else "12 assays"
        if drafted.returncode != 0:
            said = " ".join(drafted.stderr.replace("error: ", "").split())
            said = said.replace(str(data) + "/", "").replace(str(folder) + "/", "")
            print(f"| {name} | {shown} | declines: {said} | | | |", flush=True)
            continue
        if arguments.keep:
            arguments.keep.mkdir(parents=True, exist_ok=True)
            (arguments.keep / written.name).write_text(written.read_text())
        subprocess.run([arguments.binary, "check", str(written)], check=True, capture_output=True)
        summary = train(arguments.binary, written, folder / "init", arguments.seeds)
        mean, half = score(summary)
        cell = f"{mean:.4f} ± {half:.4f}"
        if reference is None:
            print(f"| {name} | {shown} | {cell} | | | |", flush=True)
            continue
        if isinstance(reference, float):
            print(f"| {name} | {shown} | {cell} | {reference:.3f} (published) | | {mean - reference:+.4f} |", flush=True)
            continue
        other, other_half = score(train(arguments.binary, reference, folder / "hand", arguments.seeds))
        by_hand, same = f"{other:.4f} ± {other_half:.4f}", ""
        options = same_rows(written, reference, RENAMED.get(name, {}))
        if options:
            other, other_half = score(train(arguments.binary, reference, folder / "same", arguments.seeds, options))
            same = f"{other:.4f} ± {other_half:.4f}"
        elif options is None:
            same = "its split cannot be taken over"
        print(f"| {name} | {shown} | {cell} | {by_hand} | {same} | {mean - other:+.4f} |", flush=True)


if __name__ == "__main__":
    main()
