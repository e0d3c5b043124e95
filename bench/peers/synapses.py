#!/usr/bin/env python3
"""Times a stochastic multi-task network in PyTorch, eager, as its users write it.

    python bench/peers/synapses.py step wide|tiny [--steps N] [--threads N] [--deterministic | --bayesian-torch]
    python bench/peers/synapses.py predict wide|tiny [--steps N] [--threads N] [--bayesian-torch]
    python bench/peers/synapses.py ceiling

Prints one JSON document. `step` is forward, backward and Adam; every weight gets fresh Gaussian noise in every step, as in
hand-written layers: `torch.randn_like`; with `--bayesian-torch` the layers learn their deviations and the loss has their
divergence. `predict` is the mean of the softmax over 32 Monte Carlo samples without gradients, in a
loop over the samples; with `--bayesian-torch` the layers are that package's `LinearReparameterization`, called as its
documentation does. Both give milliseconds (minimum and median) and peak memory in mebibytes. `ceiling` is the
fastest product of two 2048 x 2048 matrices in single precision, in GFLOP/s, and nanoseconds a number of `normal_`.
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
SAMPLES = 32
TRAINING_ROWS = 1280


class StochasticLinear(nn.Linear):
    scale = 0.05

    def forward(self, x):
        if self.scale == 0:
            return super().forward(x)
        return F.linear(x, self.weight + self.scale * torch.randn_like(self.weight), self.bias)


def bayesian_torch(inputs, outputs):
    from bayesian_torch.layers import LinearReparameterization

    class KeepsDivergence(nn.Module):
        def __init__(self):
            super().__init__()
            self.layer = LinearReparameterization(inputs, outputs)

        def forward(self, x):
            y, self.divergence = self.layer(x)
            return y

    return KeepsDivergence()


class Network(nn.Module):
    def __init__(self, layer, inputs, trunk, hidden, heads, outputs):
        super().__init__()
        self.trunk = layer(inputs, trunk)
        self.hidden = nn.ModuleList(layer(trunk, hidden) for _ in range(heads))
        self.out = nn.ModuleList(layer(hidden, outputs) for _ in range(heads))

    def forward(self, x):
        h = F.relu(self.trunk(x))
        return [out(F.relu(hidden(h))) for hidden, out in zip(self.hidden, self.out)]


def steps(shape, layer):
    """One training step, as a function."""
    inputs, trunk, hidden, heads, outputs, rows = SHAPES[shape]
    network = Network(layer, inputs, trunk, hidden, heads, outputs)
    learned = [module for module in network.modules() if type(module).__name__ == "KeepsDivergence"]
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    x = torch.randn(rows, inputs)
    if outputs == 1:
        y = torch.randint(0, 2, (heads, rows)).float()
        loss_of = lambda logits, y: F.binary_cross_entropy_with_logits(logits.squeeze(1), y)
    else:
        y = torch.randint(0, outputs, (heads, rows))
        loss_of = F.cross_entropy

    def step():
        optimizer.zero_grad()
        loss = sum(loss_of(logits, y) for logits, y in zip(network(x), y))
        if learned:
            loss = loss + sum(module.divergence for module in learned) / TRAINING_ROWS
        loss.backward()
        optimizer.step()

    return step


def predictions(shape, layer):
    """The mean of the answers over the samples, as a function."""
    inputs, trunk, hidden, heads, outputs, rows = SHAPES[shape]
    network = Network(layer, inputs, trunk, hidden, heads, outputs).eval()
    x = torch.randn(rows, inputs)
    probability = torch.sigmoid if outputs == 1 else lambda logits: torch.softmax(logits, dim=1)

    def predict():
        with torch.no_grad():
            samples = [[probability(logits) for logits in network(x)] for _ in range(SAMPLES)]
            return [torch.stack(head).mean(dim=0) for head in zip(*samples)]

    return predict


def milliseconds(work, rounds):
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(1e3 * (time.perf_counter() - begun))
    return times[len(times) // 5:]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["step", "predict", "ceiling"])
    parser.add_argument("shape", choices=SHAPES, nargs="?", default="wide")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--deterministic", action="store_true")
    parser.add_argument("--bayesian-torch", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    if options.deterministic:
        StochasticLinear.scale = 0
    if options.what == "ceiling":
        a, b = torch.randn(2048, 2048), torch.randn(2048, 2048)
        numbers = torch.empty(10_000_000)
        product = min(milliseconds(lambda: a @ b, options.steps))
        normal = min(milliseconds(lambda: numbers.normal_(), max(options.steps // 2, 5)))
        print(json.dumps({"gflops": 2 * 2048**3 / product / 1e6, "normal_ns": normal / 10}))
        return
    layer = bayesian_torch if options.bayesian_torch else StochasticLinear
    work = steps(options.shape, layer) if options.what == "step" else predictions(options.shape, layer)
    times = milliseconds(work, options.steps)
    print(json.dumps({
        "torch": torch.__version__,
        "min_ms": min(times),
        "median_ms": statistics.median(times),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


if __name__ == "__main__":
    main()
