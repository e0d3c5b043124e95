"""Prints the reference values of the activation tests; needs nothing but the standard library."""

from math import erf, exp, sqrt, tanh

LAMBDA, ALPHA = 1.0507009873554805, 1.6732632423543772
X = [-3.0, -1.0, -0.5, 0.5, 1.0, 3.0]

FUNCTIONS = {
    "selu": lambda x: LAMBDA * (x if x > 0 else ALPHA * (exp(x) - 1)),
    "tanh": tanh,
    "sigmoid": lambda x: 1 / (1 + exp(-x)),
    "gelu": lambda x: x * 0.5 * (1 + erf(x / sqrt(2))),
}

for name, function in FUNCTIONS.items():
    print(name, [f"{function(x):.9g}" for x in X])
