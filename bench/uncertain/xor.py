"""How many seeds learn XOR with and without noise on weights and gradients."""

import json

from uncertain.common import ROOT, changed, example, train


def xor(options, folder):
    print("| noise on weights | noise on gradients | seeds that learn it |\n|---|---|---|")
    base = changed(example("xor"), {"data.train": str(ROOT / "examples/xor/xor.csv")})
    for weights in (True, False):
        for gradients in (True, False):
            changes = {} if weights else {"synapses": {"noise": "none"}}
            if not gradients:
                changes["training.gradient_noise"] = None
            learned = 0
            for seed in range(4 * options.seeds):
                run = train(options.binary, changed(base, changes), folder, seed)
                last = json.loads((run / "summary.json").read_text())
                learned += last["train"]["tasks"]["xor"]["metrics"]["accuracy"] == 1.0
            print(f"| {'yes' if weights else 'no'} | {'yes' if gradients else 'no'} | {learned} of {4 * options.seeds} |", flush=True)
