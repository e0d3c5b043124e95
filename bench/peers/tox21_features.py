#!/usr/bin/env python3
"""Turns the molecules of Tox21 into a table of numbers.

    python bench/peers/tox21_features.py TOX21.csv[.gz] FOLDER

writes FOLDER/tox21.csv: the twelve labels, `mol_id`, `smiles`, and for each molecule counts that are read off its
SMILES string (Weininger 1988). Needs only Python's standard library.

- `length`, and the count of each element, aromatic and not, that occurs in at least 20 molecules
- counts of single characters with a meaning of their own: bonds, branches, ring closures, charges, stereo marks
- `ngram_0` ... `ngram_255`: counts of all runs of 2, 3 and 4 tokens, hashed by CRC-32 into 256 columns

Nothing here is fitted to labels, and no row sees another one except for the choice of elements.
"""

import argparse
import csv
import gzip
import re
import sys
import zlib
from collections import Counter
from pathlib import Path

BUCKETS = 256
COMMON = 20
# Two-letter elements first: `Cl` is not a carbon. A bracket holds one atom with its isotope, charge and hydrogens.
TOKEN = re.compile(r"\[[^\]]*\]|Br|Cl|%\d\d|.")
BRACKET = re.compile(r"\[\d*([A-Z][a-z]?|[a-z]{1,2}|\*)")
SYMBOLS = {
    "double_bonds": "=",
    "triple_bonds": "#",
    "branches": "(",
    "fragments": ".",
    "positive": "+",
    "negative": "-",
    "chiral": "@",
    "cis_trans": "/\\",
}


def atom(token):
    """The element of a token, in lower case where it is aromatic; None for a token that is not an atom."""
    if token.startswith("["):
        match = BRACKET.match(token)
        return match.group(1) if match else None
    return token if token in ("Br", "Cl") or token in "BCNOPSFIbcnops" else None


def features(smiles):
    """Counts of one molecule by name; atoms stand under `atom_<element>`."""
    tokens = TOKEN.findall(smiles)
    counts = Counter(length=len(tokens))
    counts["ring_bonds"] = sum(token.isdigit() or token.startswith("%") for token in tokens)
    counts["brackets"] = sum(token.startswith("[") for token in tokens)
    for name, symbols in SYMBOLS.items():
        counts[name] = sum(smiles.count(symbol) for symbol in symbols)
    for element in map(atom, tokens):
        if element:
            counts[f"atom_{element}"] += 1
    for size in (2, 3, 4):
        for start in range(len(tokens) - size + 1):
            gram = "\t".join(tokens[start : start + size])
            counts[f"ngram_{zlib.crc32(gram.encode()) % BUCKETS}"] += 1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path, help="tox21.csv or tox21.csv.gz")
    parser.add_argument("folder", type=Path, help="where tox21.csv is written")
    options = parser.parse_args()

    opener = gzip.open if options.table.suffix == ".gz" else open
    try:
        with opener(options.table, "rt", newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            labels, rows = reader.fieldnames or [], list(reader)
    except OSError as error:
        sys.exit(f"error: {options.table} cannot be read: {error}")
    if "smiles" not in labels:
        sys.exit(f"error: {options.table} has no column `smiles`")

    counts = [features(row["smiles"]) for row in rows]
    seen = Counter(name for molecule in counts for name in molecule if name.startswith("atom_"))
    atoms = sorted(name for name, molecules in seen.items() if molecules >= COMMON)
    names = ["length", "ring_bonds", "brackets", *SYMBOLS, *atoms, *(f"ngram_{bucket}" for bucket in range(BUCKETS))]

    options.folder.mkdir(parents=True, exist_ok=True)
    path = options.folder / "tox21.csv"
    beside = path.with_suffix(".csv.partial")
    with open(beside, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*labels, *names])
        for row, molecule in zip(rows, counts):
            writer.writerow([*(row[label] for label in labels), *(molecule[name] for name in names)])
    beside.replace(path)
    print(f"{path}: {len(rows)} molecules, {len(names)} features")


if __name__ == "__main__":
    main()
