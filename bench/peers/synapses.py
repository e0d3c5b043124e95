#!/usr/bin/env python3
"""Times training steps of a stochastic multi-task network in PyTorch, eager, as its users write it.

    python bench/peers/synapses.py wide|tiny [--steps N] [--threads N] [--deterministic]

Prints one JSON document: milliseconds of a step (forward, backward and Adam; minimum and median), peak memory in mebibytes.
Every weight gets fresh Gaussian noise in every step, as in bayesian-torch and in hand-written layers: `torch.randn_like`.
"""

import argparse
import json
import resource
import statistics
import time

import torch
from torch import nn
from torch.nn import functional as F

SHAPES = {
    # inputs, trunk, hidden of a head, heads, outputs, rows of a batch
    "wide": (784, 1024, 256, 8, 10, 128),
    "tiny": (10, 20, 15, 3, 1, 32),
}


class StochasticLinear(nn.Linear):
    scale = 0.05

    def forward(self, x):
        if self.scale == 0:
            return super().forward(x)
        return F.linear(x, self.weight + self.scale * torch.randn_like(self.weight), self.bias)


class Network(nn.Module):
    def __init__(self, inputs, trunk, hidden, heads, outputs):
        super().__init__()
        self.trunk = StochasticLinear(inputs, trunk)
        self.hidden = nn.ModuleList(StochasticLinear(trunk, hidden) for _ in range(heads))
        self.out = nn.ModuleList(StochasticLinear(hidden, outputs) for _ in range(heads))

    def forward(self, x):
        h = F.relu(self.trunk(x))
        return [out(F.relu(hidden(h))) for hidden, out in zip(self.hidden, self.out)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--deterministic", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    if options.deterministic:
        StochasticLinear.scale = 0
    inputs, trunk, hidden, heads, outputs, rows = SHAPES[options.shape]
    network = Network(inputs, trunk, hidden, heads, outputs)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    x = torch.randn(rows, inputs)
    if outputs == 1:
        y = torch.randint(0, 2, (heads, rows)).float()
        loss_of = lambda logits, y: F.binary_cross_entropy_with_logits(logits.squeeze(1), y)
    else:
        y = torch.randint(0, outputs, (heads, rows))
        loss_of = F.cross_entropy
    times = []
    for _ in range(options.steps):
        begun = time.perf_counter()
        optimizer.zero_grad()
        loss = sum(loss_of(logits, y) for logits, y in zip(network(x), y))
        loss.backward()
        optimizer.step()
        times.append(1e3 * (time.perf_counter() - begun))
    times = times[len(times) // 5:]
    print(json.dumps({
        "torch": torch.__version__,
        "min_ms": min(times),
        "median_ms": statistics.median(times),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    main()
