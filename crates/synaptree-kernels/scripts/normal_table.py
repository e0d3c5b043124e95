"""Prints the table of `src/normal/table.rs`; needs nothing but the standard library.

    python3 scripts/normal_table.py

Octave k of the tail probability is p in [2^-(k+2), 2^-(k+1)), with p = (1 + t) / 2^(k+2) and t in [0, 1).
In every octave the standard normal quantile of 1 - p is projected on the cubic polynomials in t in the
least-squares sense (Legendre polynomials, Gauss quadrature). The projection keeps the mean of every octave
exact and makes the variance too small by no more than the mean squared error, about 1e-8. In octave 0 the
cubic is also held at 0 for t = 1, the centre of the distribution, so that values rise through it.
"""

from math import cos, pi
from statistics import NormalDist

DEGREE = 3
OCTAVES = 32
NODES = 48


def legendre(n, x):
    """P_0(x) ... P_n(x)."""
    values = [1.0, x]
    for k in range(1, n):
        values.append(((2 * k + 1) * x * values[k] - k * values[k - 1]) / (k + 1))
    return values[: n + 1]


def gauss(n):
    """Nodes and weights of Gauss-Legendre quadrature on [-1, 1]."""
    rule = []
    for i in range(1, n + 1):
        x = cos(pi * (i - 0.25) / (n + 0.5))
        for _ in range(100):
            p = legendre(n, x)
            slope = n * (x * p[n] - p[n - 1]) / (x * x - 1)
            x -= p[n] / slope
        p = legendre(n, x)
        slope = n * (x * p[n] - p[n - 1]) / (x * x - 1)
        rule.append((x, 2 / ((1 - x * x) * slope * slope)))
    return rule


# Shifted Legendre polynomials P_k(2t - 1) in powers of t.
SHIFTED = [[1], [-1, 2], [1, -6, 6], [-1, 12, -30, 20]]


def centre(rule, quantile):
    """The cubic of octave 0 in powers of t: least squares over s, s^2, s^3 with s = 1 - t."""
    rows = [[1 / (i + j + 1) for j in (1, 2, 3)] + [0.0] for i in (1, 2, 3)]
    for x, weight in rule:
        t = (x + 1) / 2
        z = -quantile((1 + t) / 4)
        for i in (1, 2, 3):
            rows[i - 1][3] += weight / 2 * z * (1 - t) ** i
    for i in range(3):
        for j in range(i + 1, 3):
            factor = rows[j][i] / rows[i][i]
            rows[j] = [b - factor * a for a, b in zip(rows[i], rows[j])]
    a = [0.0] * 3
    for i in (2, 1, 0):
        a[i] = (rows[i][3] - sum(rows[i][j] * a[j] for j in range(i + 1, 3))) / rows[i][i]
    return [a[0] + a[1] + a[2], -a[0] - 2 * a[1] - 3 * a[2], a[1] + 3 * a[2], -a[2]]


def main():
    rule = gauss(NODES)
    quantile = NormalDist().inv_cdf
    for octave in range(OCTAVES):
        moments = [0.0] * (DEGREE + 1)
        for x, weight in rule:
            t = (x + 1) / 2
            z = -quantile((1 + t) / 2 ** (octave + 2))
            for k, p in enumerate(legendre(DEGREE, x)):
                moments[k] += (2 * k + 1) / 2 * weight * p * z
        powers = [0.0] * (DEGREE + 1)
        for moment, polynomial in zip(moments, SHIFTED):
            for k, factor in enumerate(polynomial):
                powers[k] += moment * factor
        if octave == 0:
            powers = centre(rule, quantile)
        print("    [" + ", ".join(f"{c:.9e}" for c in powers) + "],")


if __name__ == "__main__":
    main()
