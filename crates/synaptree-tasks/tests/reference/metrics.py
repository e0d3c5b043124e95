"""Reference numbers for tests/metrics_reference.rs, computed by scikit-learn and properscoring.

    pip install scikit-learn==1.9.1 properscoring==0.1
    python metrics.py > metrics.json

Every input is a multiple of 1/64, so it is the same number in 32 and in 64 bits, and ties occur.
Missing labels are null in the JSON; scikit-learn is given the known labels alone.
"""

import json

import numpy as np
import properscoring
import sklearn
from scipy.stats import norm
from sklearn import metrics as m

random = np.random.RandomState(7)


def to_json(array):
    """Nested lists with null where a label is missing."""
    if isinstance(array, np.ndarray):
        return [to_json(entry) for entry in array]
    if isinstance(array, (np.floating, float)) and np.isnan(array):
        return None
    return array.item() if isinstance(array, np.generic) else array


def expected_calibration_error(confidence, right, bins=15):
    """Guo et al. 2017, equation 3; bins are (lower, upper]."""
    edges = np.linspace(0, 1, bins + 1)
    error = 0.0
    for lower, upper in zip(edges[:-1], edges[1:]):
        inside = (confidence > lower) & (confidence <= upper)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def adaptive_calibration_error(confidence, right, bins=15):
    """Bins of equal mass (Nguyen and O'Connor 2015); equal confidences share a bin."""
    below = np.searchsorted(np.sort(confidence), confidence, side="left")
    chosen = below * bins // len(confidence)
    error = 0.0
    for index in np.unique(chosen):
        inside = chosen == index
        error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    return error


def area_under_risk_coverage(confidence, right):
    """Geifman et al. 2018; a mistake counts evenly at every place of its group of equal confidences."""
    mistakes = np.empty(len(right))
    order = np.argsort(-confidence, kind="stable")
    confidence, wrong = confidence[order], ~right[order]
    for value in np.unique(confidence):
        mistakes[confidence == value] = wrong[confidence == value].mean()
    return (np.cumsum(mistakes) / np.arange(1, len(right) + 1)).mean()


def of_confidence(confidence, right):
    return {
        "ece": expected_calibration_error(confidence, right),
        "ece_adaptive": adaptive_calibration_error(confidence, right),
        "aurc": area_under_risk_coverage(confidence, right),
    }


def of_decisions(observed, decided, **options):
    """The metrics that only need decisions."""
    values = {}
    for name, function in [
        ("precision", m.precision_score),
        ("recall", m.recall_score),
        ("f1", m.f1_score),
    ]:
        values[f"{name}_macro"] = function(
            observed, decided, average="macro", zero_division=0, **options
        )
    for average in ["micro", "weighted"]:
        values[f"f1_{average}"] = m.f1_score(
            observed, decided, average=average, zero_division=0, **options
        )
    return values


def with_gaps(labels, share):
    """The labels as floats, some of them missing."""
    labels = labels.astype(float)
    labels[random.rand(*labels.shape) < share] = np.nan
    return labels


def binary():
    n = 80
    positive = random.randint(1, 64, n) / 64
    observed = with_gaps((random.rand(n) < 0.2 + 0.6 * positive).astype(int), 0.15)
    known = ~np.isnan(observed)
    y, p = observed[known].astype(int), positive[known]
    decided = (positive > 0.5).astype(int)
    values = {
        "accuracy": m.accuracy_score(y, decided[known]),
        "balanced_accuracy": m.balanced_accuracy_score(y, decided[known]),
        **of_decisions(y, decided[known]),
        "auroc": m.roc_auc_score(y, p),
        "average_precision": m.average_precision_score(y, p),
        "log_loss": m.log_loss(y, p),
        "brier": m.brier_score_loss(y, p),
        **of_confidence(np.maximum(p, 1 - p), (p > 0.5) == (y == 1)),
    }
    return {
        "observed": to_json(observed),
        "probabilities": to_json(np.stack([1 - positive, positive], axis=1)),
        "decided": to_json(decided),
        "metrics": values,
    }


def classes(n, count, absent=None):
    probabilities = np.stack(
        [random.multinomial(64 - 2 * count, random.dirichlet(np.ones(count))) for _ in range(n)]
    )
    probabilities = (probabilities + 2) / 64
    truth = np.array([random.choice(count, p=0.4 * p + 0.6 / count) for p in probabilities])
    if absent is not None:
        truth[truth == absent] = (absent + 1) % count
    observed = with_gaps(truth, 0.15)
    known = ~np.isnan(observed)
    y, p = observed[known].astype(int), probabilities[known]
    decided = probabilities.argmax(axis=1)
    one_hot = y[:, None] == np.arange(count)
    seen = np.unique(y)
    top = p.argmax(axis=1)
    values = {
        "accuracy": m.accuracy_score(y, decided[known]),
        "balanced_accuracy": np.mean(
            [(decided[known][y == c] == c).mean() for c in seen]
        ),
        **of_decisions(y, decided[known]),
        "auroc": (
            m.roc_auc_score(y, p, multi_class="ovr", average="macro")
            if absent is None
            else np.mean([m.roc_auc_score(one_hot[:, c], p[:, c]) for c in seen])
        ),
        "average_precision": np.mean(
            [m.average_precision_score(one_hot[:, c], p[:, c]) for c in seen]
        ),
        "log_loss": m.log_loss(y, p, labels=np.arange(count)),
        "brier": m.brier_score_loss(y, p, labels=np.arange(count)),
        **of_confidence(p.max(axis=1), top == y),
        "quadratic_kappa": m.cohen_kappa_score(y, decided[known], weights="quadratic"),
        "mae_classes": m.mean_absolute_error(y, decided[known]),
    }
    return {
        "observed": to_json(observed),
        "probabilities": to_json(probabilities),
        "decided": to_json(decided),
        "metrics": values,
    }


def labels():
    n, width = 50, 6
    probabilities = random.randint(1, 64, (n, width)) / 64
    truth = (random.rand(n, width) < 0.1 + 0.7 * probabilities).astype(int)
    truth[:, 4] = 0  # never present, sometimes decided
    truth[:, 5] = 0  # never present, never decided
    probabilities[:, 5] /= 4
    probabilities[:, 5] = np.round(probabilities[:, 5] * 64) / 64
    observed = with_gaps(truth, 0.2)
    known = ~np.isnan(observed)
    decided = probabilities > 0.5
    columns = [(observed[known[:, j], j], probabilities[known[:, j], j]) for j in range(width)]
    pairs = [(observed[known[:, j], j], decided[known[:, j], j]) for j in range(width)]
    present = [j for j in range(width) if pairs[j][0].any() or pairs[j][1].any()]

    def per_label(function):
        return [function(*pairs[j], zero_division=0) for j in present]

    y, p = observed[known], probabilities[known]
    support = [pairs[j][0].sum() for j in present]
    values = {
        "accuracy": 1 - m.hamming_loss(y, decided[known]),
        "precision_macro": np.mean(per_label(m.precision_score)),
        "recall_macro": np.mean(per_label(m.recall_score)),
        "f1_macro": np.mean(per_label(m.f1_score)),
        "f1_micro": m.f1_score(y, decided[known]),
        "f1_weighted": np.average(per_label(m.f1_score), weights=support),
        "auroc": np.mean([m.roc_auc_score(*c) for c in columns if 0 < c[0].mean() < 1]),
        "average_precision": np.mean(
            [m.average_precision_score(*c) for c in columns if c[0].any()]
        ),
        "micro_average_precision": m.average_precision_score(y, p),
        "log_loss": m.log_loss(y, p),
        "brier": m.brier_score_loss(y, p),
        **of_confidence(np.maximum(p, 1 - p), (p > 0.5) == (y == 1)),
    }
    return {
        "observed": to_json(observed),
        "probabilities": to_json(probabilities),
        "decided": to_json(decided),
        "metrics": values,
    }


def hierarchical():
    """A tree in which node i > 0 hangs below node (i - 1) // 2; node 0 is the root."""
    n, width = 40, 15
    parent = [(i - 1) // 2 for i in range(1, width)]
    probabilities = random.randint(1, 64, (n, width)) / 64
    probabilities[:, 0] = 1
    for child in range(1, width):
        probabilities[:, child] = np.minimum(
            probabilities[:, child], probabilities[:, parent[child - 1]]
        )
    truth = random.rand(n, width) < probabilities
    truth[:, 0] = True
    for child in range(1, width):
        truth[:, child] &= truth[:, parent[child - 1]]
    decided = probabilities > 0.4
    observed = truth.astype(float)
    observed[random.rand(n) < 0.1] = np.nan  # whole rows are missing
    known = ~np.isnan(observed[:, 0])
    y, p, d = truth[known][:, 1:], probabilities[known][:, 1:], decided[known][:, 1:]
    both = sum(len(set(np.flatnonzero(a)) & set(np.flatnonzero(b))) for a, b in zip(y, d))
    precision, recall = both / d.sum(), both / y.sum()
    values = {
        "micro_average_precision": m.average_precision_score(y, p, average="micro"),
        "hierarchical_precision": precision,
        "hierarchical_recall": recall,
        "hierarchical_f1": 2 * precision * recall / (precision + recall),
    }
    observed[:, 0] = np.nan  # roots are not scored
    return {
        "observed": to_json(observed),
        "probabilities": to_json(probabilities),
        "decided": to_json(decided),
        "metrics": values,
    }


def regression(columns):
    n = 40
    observed = random.randint(-640, 640, (n, columns)) / 64 * (1 + np.arange(columns))
    predicted = observed + random.randint(-128, 128, (n, columns)) / 64
    variance = random.randint(16, 128, (n, columns)) / 64
    observed = with_gaps(observed, 0.15)
    known = ~np.isnan(observed)
    pairs = [(observed[known[:, j], j], predicted[known[:, j], j]) for j in range(columns)]
    normal = norm(predicted[known], np.sqrt(variance[known]))
    y = observed[known]
    values = {
        "mae": np.mean([m.mean_absolute_error(*pair) for pair in pairs]),
        "rmse": np.mean([m.root_mean_squared_error(*pair) for pair in pairs]),
        "r2": np.mean([m.r2_score(*pair) for pair in pairs]),
        "nll": -normal.logpdf(y).mean(),
        "crps": properscoring.crps_gaussian(
            y, predicted[known], np.sqrt(variance[known])
        ).mean(),
        **{
            f"coverage_{level}": np.mean(
                (normal.interval(level / 100)[0] <= y) & (y <= normal.interval(level / 100)[1])
            )
            for level in [50, 90, 95]
        },
    }
    return {
        "observed": to_json(observed),
        "predicted": to_json(predicted),
        "variance": to_json(variance),
        "rmse_columns": [m.root_mean_squared_error(*pair) for pair in pairs],
        "metrics": values,
    }


def samples():
    observed = with_gaps(random.randint(-64, 64, 30) / 64, 0.15)
    drawn = random.randint(-64, 64, (7, 30)) / 64
    known = ~np.isnan(observed)
    return {
        "observed": to_json(observed),
        "samples": to_json(drawn),
        "crps": properscoring.crps_ensemble(observed[known], drawn[:, known].T).mean(),
    }


def out_of_distribution():
    known, other = random.randint(0, 40, 90) / 64, random.randint(20, 64, 70) / 64
    # Known rows are the positive ones, and a low score speaks for them.
    truth = np.concatenate([np.ones(len(known)), np.zeros(len(other))])
    scores = -np.concatenate([known, other])
    passed, kept, _ = m.roc_curve(truth, scores, drop_intermediate=False)
    return {
        "known": to_json(known),
        "other": to_json(other),
        "auroc": m.roc_auc_score(truth, scores),
        "fpr95": passed[kept >= 0.95][0],
    }


def large():
    """Enough cells for the linear-time sort; the test makes the same ones from the same formulas."""
    i = np.arange(20_000)
    observed = ((i * 31 + (i // 7) * 17) % 11 < 3).astype(int)
    scores = (i * 7919 % 997) / 1024
    return {
        "auroc": m.roc_auc_score(observed, scores),
        "average_precision": m.average_precision_score(observed, scores),
    }


print(
    json.dumps(
        {
            "scikit_learn": sklearn.__version__,
            "binary": binary(),
            "multiclass": classes(90, 4),
            "absent_class": classes(60, 5, absent=3),
            "multilabel": labels(),
            "hierarchical": hierarchical(),
            "regression": regression(1),
            "vector": regression(3),
            "large": large(),
            "samples": samples(),
            "out_of_distribution": out_of_distribution(),
        },
        separators=(",", ":"),
    )
)
