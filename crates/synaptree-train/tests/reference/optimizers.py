"""Prints the reference values of the optimizer tests: five steps of PyTorch's optimizers.

    python optimizers.py > optimizers.rs.in
"""

import torch

CASES = {
    "sgd_with_weight_decay_equals_pytorch": (
        "Sgd { learning_rate: 0.1, weight_decay: 0.01 }",
        lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01),
    ),
    "momentum_equals_pytorch": (
        "Momentum { learning_rate: 0.1, weight_decay: 0.01, momentum: 0.9 }",
        lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01, momentum=0.9),
    ),
    "nesterov_equals_pytorch": (
        "Nesterov { learning_rate: 0.1, weight_decay: 0.01, momentum: 0.9 }",
        lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01, momentum=0.9, nesterov=True),
    ),
    "rmsprop_equals_pytorch": (
        "Rmsprop { learning_rate: 0.01, weight_decay: 0.01, smoothing: 0.99, momentum: 0.5, epsilon: 1e-8 }",
        lambda p: torch.optim.RMSprop(p, lr=0.01, weight_decay=0.01, alpha=0.99, momentum=0.5),
    ),
    "adam_equals_pytorch": (
        "Adam { learning_rate: 0.05, weight_decay: 0.01, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8 }",
        lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.01),
    ),
    "adamw_equals_pytorch": (
        "Adamw { learning_rate: 0.05, weight_decay: 0.1, beta_1: 0.9, beta_2: 0.999, epsilon: 1e-8 }",
        lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1),
    ),
}


def separated(number):
    """`-1.7505690` as Rust groups it: `-1.750_569_0`."""
    whole, digits = number.split(".")
    return whole + "." + "_".join(digits[i : i + 3] for i in range(0, len(digits), 3))


print(f"// Printed by tests/reference/optimizers.py with PyTorch {torch.__version__}.")
for name, (spec, build) in CASES.items():
    w = torch.nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizer = build([w])
    for _ in range(5):
        w.grad = w.detach() * torch.tensor([0.5, 1.5]) + torch.tensor([0.1, -0.3])
        optimizer.step()
    a, b = w.tolist()
    a, b = (separated(f"{value:.6f}") for value in (a, b))
    print(f"""
#[test]
fn {name}() {{
    let spec = OptimizerSpec::{spec};
    assert_near(five_steps(spec), [{a}, {b}]);
}}""")
