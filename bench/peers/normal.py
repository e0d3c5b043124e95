#!/usr/bin/env python3
"""Nanoseconds a normal number of PyTorch on two threads, into memory that is there and into its own: the least of twenty."""

import time

import torch

COUNT = 10_000_000


def least(run):
    times = []
    for _ in range(20):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return min(times) / COUNT * 1e9


torch.set_num_threads(2)
memory = torch.empty(COUNT)
print(f"normal_      {least(memory.normal_):.3f} ns")
print(f"torch.randn  {least(lambda: torch.randn(COUNT)):.3f} ns")
