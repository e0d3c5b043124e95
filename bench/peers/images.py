#!/usr/bin/env python3
"""bayesian-torch's side of `bench/uncertainty.py images`: the same network, rows, epochs, optimizer and batches.

    python bench/peers/images.py FOLDER DIGITS.csv SEED [--kl W] [--epochs N]

FOLDER has train.csv and test.csv. Prints accuracy, nll, ece of 15 bins, and how well the entropy of the mean answer of 32
samples tells the rows of DIGITS.csv from the test rows. The divergence is divided by the rows of a batch, as bayesian-torch
documents it (which takes the mean over the weights of a layer where a lower bound has the sum), and weighed by W.
"""

import argparse
import json
import pathlib

import numpy
import pandas
import torch
from bayesian_torch.layers import LinearReparameterization
from torch.nn import functional as F


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [784, 256, 128, 10]
        self.layers = torch.nn.ModuleList(LinearReparameterization(a, b) for a, b in zip(sizes, sizes[1:]))

    def forward(self, x):
        divergence = 0
        for layer in self.layers[:-1]:
            x, kl = layer(x)
            x, divergence = F.relu(x), divergence + kl
        x, kl = self.layers[-1](x)
        return x, divergence + kl


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("strange")
    parser.add_argument("seed", type=int)
    parser.add_argument("--kl", type=float, default=1)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    train, test, digits = map(pandas.read_csv, (options.folder / "train.csv", options.folder / "test.csv", options.strange))
    label = lambda table: torch.tensor(table["class"].str[1:].astype(int).to_numpy())
    x = train.drop(columns="class").to_numpy("float32")
    mean, deviation = x.mean(0), x.std(0)
    deviation[deviation == 0] = 1
    scaled = lambda table: torch.tensor((table.drop(columns="class", errors="ignore").to_numpy("float32") - mean) / deviation)
    x, y = scaled(train), label(train)
    network = Network()
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    for _ in range(options.epochs):
        for batch in torch.randperm(len(x)).split(128):
            optimizer.zero_grad()
            outputs, divergence = network(x[batch])
            (F.cross_entropy(outputs, y[batch]) + options.kl * divergence / len(batch)).backward()
            optimizer.step()
    with torch.no_grad():
        ask = lambda rows: torch.stack([torch.softmax(network(rows)[0], 1) for _ in range(32)]).mean(0).double()
        known, other, truth = ask(scaled(test)), ask(scaled(digits)), label(test)
    confidence, answer = known.max(1)
    right = (answer == truth).double()
    place = (confidence * 15).long().clamp(max=14)
    ece = sum(abs((right - confidence)[place == b].sum()) for b in range(15)) / len(truth)
    entropy = lambda p: -(p * p.clamp_min(1e-12).log()).sum(1).numpy()
    inside, outside = entropy(known), entropy(other)
    order = numpy.argsort(numpy.concatenate([inside, outside]))
    ranks = numpy.empty(len(order))
    ranks[order] = numpy.arange(1, len(order) + 1)
    auroc = (ranks[len(inside):].sum() - len(outside) * (len(outside) + 1) / 2) / (len(inside) * len(outside))
    # As synaptree's: the share of the digits that pass where 95 % of the clothes do, and no probability below 2⁻²³.
    limit = numpy.quantile(inside, 0.95)
    print(json.dumps({
        "accuracy": right.mean().item(),
        "nll": -known[torch.arange(len(truth)), truth].clamp_min(2**-23).log().mean().item(),
        "ece": float(ece),
        "auroc": float(auroc),
        "fpr95": float((outside <= limit).mean()),
    }))


if __name__ == "__main__":
    main()
