#!/usr/bin/env python3
"""Compares ways to be uncertain on real data and prints Markdown tables: mean and 95 % interval over seeds.

    SYNAPTREE_DATA=... python bench/uncertainty.py xor|regression|images|small|pairs [--seeds 5] [--binary PATH]

xor         how many seeds learn XOR with and without noise on weights and gradients
regression  enb, wq and jura: likelihood and coverage of the test rows by method
images      Fashion-MNIST as flat pixels by kind of synapse, its classes against the digits of MNIST as rows of another kind;
            PYTHON names the Python that has the packages of bench/peers
small       animals, student and cellcycle_FUN with 10, 25, 50 and 100 % of the training rows: noise, dropout, nothing
pairs       adult: how far the mean of few samples is from that of many, each sample on its own and in pairs of opposite noise

Every seed divides the rows anew (xor, pairs and cellcycle_FUN have fixed rows), starts anew and draws anew; all methods of a
seed have the same rows. What is chosen is chosen on validation rows. Needs Python alone.
"""

import argparse
import importlib
import pathlib
import tempfile

from uncertain.common import ROOT


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["xor", "regression", "images", "small", "pairs"])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--sets", nargs="+", help="only these sets of `regression` and `small`")
    parser.add_argument("--shares", nargs="+", type=int, default=[10, 25, 50, 100], help="percent of the training rows of `small`")
    parser.add_argument("--rows", type=int, default=10_000, help="training rows of `images`")
    parser.add_argument("--epochs", type=int, default=10, help="epochs of `images`")
    parser.add_argument("--binary", default=str(ROOT / "target/release/synaptree"))
    parser.add_argument("--keep", type=pathlib.Path, help="a file for the figures of each run; those that it has are not found again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        getattr(importlib.import_module(f"uncertain.{options.what}"), options.what)(options, pathlib.Path(folder))


if __name__ == "__main__":
    main()
