#!/usr/bin/env python3
"""Milliseconds of a convolution and of a recurrent layer of PyTorch and of bayesian-torch, forward and backward, on two threads.

    cargo run --release --package synaptree --example layer_speed; .venv/bin/python bench/peers/layers.py

The least of twenty rounds, as the example does with the same shapes.
"""

import time

import torch
from bayesian_torch.layers import (
    Conv2dFlipout,
    Conv2dReparameterization,
    LSTMFlipout,
    LSTMReparameterization,
)

torch.set_num_threads(2)
images = torch.randn(32, 16, 28, 28, requires_grad=True)
series = torch.randn(32, 50, 16, requires_grad=True)


class FreshNoise(torch.nn.Conv2d):
    def forward(self, x):
        weight = self.weight + 0.1 * torch.randn_like(self.weight)
        return torch.nn.functional.conv2d(x, weight, self.bias, padding=1)


def least(layer, x):
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        y = layer(x)
        while isinstance(y, tuple):
            y = y[0]
        y.square().mean().backward()
        times.append(time.perf_counter() - begun)
    return min(times) * 1e3


layers = {
    "convolution, plain": (torch.nn.Conv2d(16, 32, 3, padding=1), images),
    "convolution, gaussian weight": (FreshNoise(16, 32, 3), images),
    "convolution, variational weight": (Conv2dReparameterization(16, 32, 3, padding=1), images),
    "convolution, variational flipout": (Conv2dFlipout(16, 32, 3, padding=1), images),
    "lstm, plain": (torch.nn.LSTM(16, 64, batch_first=True), series),
    "lstm, variational weight": (LSTMReparameterization(16, 64), series),
    "lstm, variational flipout": (LSTMFlipout(16, 64), series),
}
for name, (layer, x) in layers.items():
    print(f"{least(layer, x):8.2f}  {name}")
