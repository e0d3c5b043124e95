"""Reference values and gradients of every loss, in double precision.

Each loss is written directly from its definition on probabilities, as scipy and PyTorch document
it (torch.nn.functional: cross_entropy, binary_cross_entropy_with_logits, huber_loss,
gaussian_nll_loss, kl_div; C-HMCNN: MCLoss of arXiv:2010.10151), on numbers where nothing
overflows; gradients are central differences. Only the standard library is needed.

    python3 losses.py > losses.json
"""

import json
import math
import random

random.seed(7)


def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))


def softmax(row):
    total = sum(math.exp(x) for x in row)
    return [math.exp(x) / total for x in row]


def weighted_mean(terms, weights):
    return sum(t * w for t, w in zip(terms, weights)) / sum(weights)


def observed(labels):
    return [i for i, label in enumerate(labels) if label is not None and label != -1]


def cross_entropy(outputs, labels, rows, smoothing=0.0, class_weights=None):
    """torch.nn.functional.cross_entropy with weight and label_smoothing, times row weights."""
    classes = len(outputs[0])
    class_weights = class_weights or [1.0] * classes
    numerator = denominator = 0.0
    for i in observed(labels):
        p, y = softmax(outputs[i]), labels[i]
        plain = -class_weights[y] * math.log(p[y])
        spread = -sum(w * math.log(q) for w, q in zip(class_weights, p)) / classes
        numerator += rows[i] * ((1 - smoothing) * plain + smoothing * spread)
        denominator += rows[i] * class_weights[y]
    return numerator / denominator


def focal(outputs, labels, rows, gamma):
    terms, weights = [], []
    for i in observed(labels):
        p = softmax(outputs[i])[labels[i]]
        terms.append(-((1 - p) ** gamma) * math.log(p))
        weights.append(rows[i])
    return weighted_mean(terms, weights)


def kl_classes(outputs, labels, rows, smoothing):
    terms, weights = [], []
    for i in observed(labels):
        p = softmax(outputs[i])
        t = [smoothing / len(p) + (1 - smoothing) * (c == labels[i]) for c in range(len(p))]
        terms.append(sum(a * math.log(a / b) for a, b in zip(t, p)))
        weights.append(rows[i])
    return weighted_mean(terms, weights)


def kl_shares(outputs, labels, rows):
    terms, weights = [], []
    for i, row in enumerate(labels):
        if any(v is None for v in row):
            continue
        t = [v / sum(row) for v in row]
        terms.append(sum(a * math.log(a / b) for a, b in zip(t, softmax(outputs[i])) if a > 0))
        weights.append(rows[i])
    return weighted_mean(terms, weights)


def binary(outputs, labels, rows, smoothing=0.0, gamma=0.0, class_weights=(1.0, 1.0)):
    terms, weights = [], []
    for i in observed(labels):
        p = sigmoid(outputs[i][0])
        target = labels[i] * (1 - smoothing) + smoothing / 2
        focus = (1 - p if labels[i] else p) ** gamma
        terms.append(-focus * (target * math.log(p) + (1 - target) * math.log(1 - p)))
        weights.append(rows[i] * class_weights[labels[i]])
    return weighted_mean(terms, weights)


def binary_squares(outputs, labels, rows):
    seen = observed(labels)
    terms = [(outputs[i][0] - (1 if labels[i] else -1)) ** 2 for i in seen]
    return weighted_mean(terms, [rows[i] for i in seen])


def nodes(outputs, labels, rows, gamma=0.0):
    terms, weights = [], []
    for i, row in enumerate(labels):
        for x, y in zip(outputs[i], row):
            if y < 2:
                p = sigmoid(x) if y else 1 - sigmoid(x)
                terms.append(-((1 - p) ** gamma) * math.log(p))
                weights.append(rows[i])
    return weighted_mean(terms, weights)


MEAN, STD = [2.0, -1.0], [0.5, 4.0]


def regression(term, reduction="mean"):
    def loss(outputs, labels, rows):
        terms, weights = [], []
        for i, row in enumerate(labels):
            for c, value in enumerate(row):
                if value is not None:
                    terms.append(term(outputs[i], c, (value - MEAN[c]) / STD[c]))
                    weights.append(rows[i])
        if reduction == "sum":
            return sum(t * w for t, w in zip(terms, weights))
        return weighted_mean(terms, weights)

    return loss


def huber(delta):
    def term(row, c, y):
        e = abs(row[c] - y)
        return 0.5 * e * e if e < delta else delta * (e - 0.5 * delta)

    return term


def gaussian(row, c, y):
    variance = math.exp(10 * math.tanh(row[len(MEAN) + c] / 10))
    return 0.5 * (math.log(variance) + (y - row[c]) ** 2 / variance)


def ordinal(outputs, labels, rows, class_weights=None):
    terms, weights = [], []
    for i in observed(labels):
        score, raw = outputs[i][0], outputs[i][1:]
        cuts = [raw[0]]
        for r in raw[1:]:
            cuts.append(cuts[-1] + math.log1p(math.exp(r)))
        cumulative = [0.0] + [sigmoid(cut - score) for cut in cuts] + [1.0]
        y = labels[i]
        terms.append(-math.log(cumulative[y + 1] - cumulative[y]))
        weights.append(rows[i] * (class_weights[y] if class_weights else 1.0))
    return weighted_mean(terms, weights)


# root 0 -> a 1, b 2; a -> d 4, e 5; b -> c 3, d 4; d -> f 6
EDGES = [("root", "a"), ("root", "b"), ("a", "d"), ("b", "d"), ("b", "c"), ("a", "e"), ("d", "f")]
NAMES = ["root", "a", "b", "c", "d", "e", "f"]


def descendants(node):
    found = {node}
    for parent, child in EDGES:
        if parent == NAMES[node]:
            found |= descendants(NAMES.index(child))
    return found


def max_constraint(outputs, labels, rows):
    terms, weights = [], []
    for i, held in enumerate(labels):
        if held is None:
            continue
        h = [sigmoid(x) for x in outputs[i]]
        y = [node in held for node in range(len(NAMES))]
        for node in range(len(NAMES)):
            below = descendants(node)
            if y[node]:
                terms.append(-math.log(max(y[b] * h[b] for b in below)))
            else:
                terms.append(-math.log(1 - max(h[b] for b in below)))
            weights.append(rows[i])
    return weighted_mean(terms, weights)


def flat_nodes(outputs, labels, rows):
    dense = [
        [2] * len(NAMES) if held is None else [int(n in held) for n in range(len(NAMES))]
        for held in labels
    ]
    return nodes(outputs, dense, rows)


def gradient(loss, outputs, *arguments):
    step, result = 1e-6, []
    for i in range(len(outputs)):
        for j in range(len(outputs[i])):
            values = []
            for sign in (1, -1):
                moved = [list(row) for row in outputs]
                moved[i][j] += sign * step
                values.append(loss(moved, *arguments))
            result.append((values[0] - values[1]) / (2 * step))
    return result


def numbers(rows, columns):
    return [[round(random.gauss(0, 1.5), 3) for _ in range(columns)] for _ in range(rows)]


def cases():
    ones, weighted = [1.0] * 5, [1.0, 0.5, 2.0, 1.5, 0.25]
    classes = [2, -1, 0, 1, 2]
    yes_no = [1, 0, -1, 1, 0]
    real = [[1.0, 2.0], [None, 0.5], [3.5, None], [None, None], [2.2, -7.0]]
    shares = [[1, 3, 0], [None, 1, 1], [0.2, 0.3, 0.5], [2, 2, 2], [0, 0, 4]]
    multi = [[1, 0, 1], [0, 2, 0], [2, 2, 2], [1, 1, 1], [0, 0, 2]]
    sets = [[0, 1, 2, 4], None, [0, 2, 3], [0], [0, 1, 2, 4, 5, 6]]
    given = {"c0": 2.0, "c2": 0.5}
    three = [2.0, 1.0, 0.5]
    yield "cross_entropy", "multiclass", {"kind": "cross_entropy"}, 3, classes, ones, cross_entropy
    yield (
        "cross_entropy_weighted_smoothed", "multiclass",
        {"kind": "cross_entropy", "label_smoothing": 0.1, "class_weights": given},
        3, classes, weighted, lambda o, l, r: cross_entropy(o, l, r, 0.1, three),
    )
    yield "focal", "multiclass", {"kind": "focal"}, 3, classes, ones, lambda o, l, r: focal(o, l, r, 2.0)
    yield "focal_half", "multiclass", {"kind": "focal", "gamma": 0.5}, 3, classes, weighted, lambda o, l, r: focal(o, l, r, 0.5)
    yield "kl_classes", "multiclass", {"kind": "kl_divergence", "label_smoothing": 0.2}, 3, classes, weighted, lambda o, l, r: kl_classes(o, l, r, 0.2)
    yield "binary", "binary", {"kind": "binary_cross_entropy"}, 1, yes_no, ones, binary
    yield (
        "binary_weighted", "binary",
        {"kind": "binary_cross_entropy", "class_weights": {"c1": 3.0}},
        1, yes_no, weighted, lambda o, l, r: binary(o, l, r, class_weights=(1.0, 3.0)),
    )
    yield "binary_smoothed", "binary", {"kind": "binary_cross_entropy", "label_smoothing": 0.2}, 1, yes_no, ones, lambda o, l, r: binary(o, l, r, smoothing=0.2)
    yield "binary_focal", "binary", {"kind": "focal", "gamma": 1.5}, 1, yes_no, ones, lambda o, l, r: binary(o, l, r, gamma=1.5)
    yield "binary_squares", "binary", {"kind": "squared_error"}, 1, yes_no, weighted, binary_squares
    yield "multilabel", "multilabel", {"kind": "binary_cross_entropy"}, 3, multi, weighted, nodes
    yield "multilabel_focal", "multilabel", {"kind": "focal"}, 3, multi, ones, lambda o, l, r: nodes(o, l, r, 2.0)
    square = lambda row, c, y: (row[c] - y) ** 2
    yield "squared_error", "regression", {"kind": "squared_error"}, 2, real, weighted, regression(square)
    yield "squared_error_sum", "regression", {"kind": "squared_error", "reduction": "sum"}, 2, real, ones, regression(square, "sum")
    yield "absolute_error", "regression", {"kind": "absolute_error"}, 2, real, ones, regression(lambda row, c, y: abs(row[c] - y))
    yield "huber", "regression", {"kind": "huber", "delta": 0.7}, 2, real, ones, regression(huber(0.7))
    yield "gaussian_nll", "regression", {"kind": "gaussian_nll"}, 4, real, weighted, regression(gaussian)
    yield "kl_shares", "regression", {"kind": "kl_divergence"}, 3, shares, weighted, kl_shares
    yield "ordinal", "ordinal", {"kind": "ordinal"}, 4, [3, 0, -1, 1, 2], weighted, ordinal
    yield (
        "ordinal_weighted", "ordinal", {"kind": "ordinal", "class_weights": {"c0": 2.0, "c2": 0.5}},
        4, [3, 0, -1, 1, 2], ones, lambda o, l, r: ordinal(o, l, r, [2.0, 1.0, 0.5, 1.0]),
    )
    yield "ordinal_two", "ordinal", {"kind": "ordinal"}, 2, yes_no, ones, ordinal
    yield "max_constraint", "hierarchical", {"kind": "max_constraint"}, 7, sets, weighted, max_constraint
    yield "hierarchy_flat", "hierarchical", {"kind": "binary_cross_entropy"}, 7, sets, ones, flat_nodes


results = []
for name, kind, spec, columns, labels, rows, loss in cases():
    outputs = numbers(len(labels), columns)
    results.append({
        "name": name, "kind": kind, "loss": spec, "outputs": outputs, "labels": labels,
        "row_weights": rows, "value": loss(outputs, labels, rows),
        "gradient": gradient(loss, outputs, labels, rows),
    })
lines = ",\n".join(json.dumps(case) for case in results)
head = json.dumps({"edges": EDGES, "mean": MEAN, "std": STD})
print(f'{head[:-1]}, "cases": [\n{lines}\n]}}')
