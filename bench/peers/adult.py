#!/usr/bin/env python3
"""The network of examples/adult in plain PyTorch, from the file to the test scores; prints one JSON document.

    SYNAPTREE_DATA=... python bench/peers/adult.py [--epochs N] [--threads N] [--seed N]

pandas reads the file; categories are one-hot, numbers standardised; the batches are slices of a permutation of tensors in
memory, which is faster than a DataLoader; every epoch ends with the validation rows.
"""

import argparse
import json
import os
import pathlib
import time

import pandas
import torch
from torch import nn
from torch.nn import functional as F

COLUMNS = ("age workclass fnlwgt education education_num marital_status occupation relationship race sex capital_gain "
           "capital_loss hours_per_week native_country income").split()


class StochasticLinear(nn.Linear):
    def forward(self, x):
        if not self.training:
            return super().forward(x)
        return F.linear(x, self.weight + 0.02 * torch.randn_like(self.weight), self.bias)


class Network(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.trunk = nn.Sequential(StochasticLinear(width, 128), nn.ReLU(), nn.Dropout(0.1),
                                   StochasticLinear(128, 64), nn.ReLU(), nn.Dropout(0.1))
        self.heads = nn.ModuleList(
            nn.Sequential(StochasticLinear(64, 32), nn.ReLU(), nn.Dropout(0.1), StochasticLinear(32, outputs))
            for outputs in (1, classes))

    def forward(self, x):
        h = self.trunk(x)
        return [head(h) for head in self.heads]


def losses(outputs, income, status):
    return F.binary_cross_entropy_with_logits(outputs[0].squeeze(1), income) + F.cross_entropy(outputs[1], status)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    path = pathlib.Path(os.environ["SYNAPTREE_DATA"]) / "adult/adult-train.csv"
    rows = pandas.read_csv(path, header=None, names=COLUMNS, skipinitialspace=True, na_values="?")
    income = torch.tensor((rows.pop("income") == ">50K").to_numpy(), dtype=torch.float32)
    status, names = pandas.factorize(rows.pop("marital_status"))
    status = torch.tensor(status)
    rows = pandas.get_dummies(rows.drop(columns=["fnlwgt", "relationship"]), dtype="float32")
    order = torch.randperm(len(rows))
    held = len(rows) * 15 // 100
    test, validation, train = order[:held], order[held:2 * held], order[2 * held:]
    x = torch.tensor(rows.to_numpy(dtype="float32"))
    mean, deviation = x[train].mean(0), x[train].std(0).clamp_min(1e-6)
    x = (x - mean) / deviation
    network = Network(x.shape[1], len(names))
    optimizer = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-4)
    steps = -(-len(train) // 256) * options.epochs
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    begun = time.perf_counter()
    for _ in range(options.epochs):
        network.train()
        for batch in train[torch.randperm(len(train))].split(256):
            optimizer.zero_grad()
            losses(network(x[batch]), income[batch], status[batch]).backward()
            optimizer.step()
            schedule.step()
        network.eval()
        with torch.no_grad():
            losses(network(x[validation]), income[validation], status[validation])
    seconds = time.perf_counter() - begun
    with torch.no_grad():
        outputs = network(x[test])
        answers = [(outputs[0].squeeze(1) > 0).float() == income[test], outputs[1].argmax(1) == status[test]]
    print(json.dumps({"training_seconds": seconds, "accuracy": [answer.float().mean().item() for answer in answers]}))


if __name__ == "__main__":
    main()
