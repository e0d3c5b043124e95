"""The figures that synaptree reports, computed by scikit-learn. An undefined one is None."""

import numpy as np
from sklearn import metrics

HEADLINE = {
    "binary": "auroc",
    "multiclass": "accuracy",
    "multilabel": "f1_macro",
    "hierarchical": "micro_average_precision",
    "ordinal": "quadratic_kappa",
    "regression": "r2",
}


def classification(truth, probabilities, kind):
    """Figures of a binary or multiclass task from class numbers and a row of probabilities each."""
    if len(truth) == 0:
        return {HEADLINE[kind]: None}
    answer = probabilities.argmax(axis=1)
    clipped = np.clip(probabilities[np.arange(len(truth)), truth], 1e-15, 1.0)
    figures = {
        "accuracy": metrics.accuracy_score(truth, answer),
        "balanced_accuracy": np.mean([np.mean(answer[truth == each] == each) for each in np.unique(truth)]),
        "f1_macro": metrics.f1_score(truth, answer, average="macro", zero_division=0),
        "f1_weighted": metrics.f1_score(truth, answer, average="weighted", zero_division=0),
        "log_loss": -np.mean(np.log(clipped)),
    }
    if kind == "binary":
        both = len(np.unique(truth)) == 2
        figures["auroc"] = metrics.roc_auc_score(truth, probabilities[:, 1]) if both else None
        figures["average_precision"] = metrics.average_precision_score(truth, probabilities[:, 1]) if both else None
    return plain(figures)


def ordinal(truth, probabilities, kind):
    """Those of a multiclass task, and how far off the answers are."""
    figures = classification(truth, probabilities, kind)
    if len(truth):
        answer = probabilities.argmax(axis=1)
        figures["mae"] = float(np.abs(answer - truth).mean())
        kappa = metrics.cohen_kappa_score(truth, answer, weights="quadratic", labels=range(probabilities.shape[1]))
        figures["quadratic_kappa"] = None if np.isnan(kappa) else float(kappa)
    return figures


def regression(truth, answer, columns):
    """Mean figures over the columns, and `rmse.<column>` for each where there are several; in original units."""
    rows, figures = [], {"mae": [], "rmse": [], "r2": []}
    by_column = {}
    for index, name in enumerate(columns):
        known = ~np.isnan(truth[:, index])
        rows.append(known)
        right, guess = truth[known, index], answer[known, index]
        if len(right) == 0:
            continue
        figures["mae"].append(metrics.mean_absolute_error(right, guess))
        figures["rmse"].append(metrics.root_mean_squared_error(right, guess))
        if len(np.unique(right)) > 1:
            figures["r2"].append(metrics.r2_score(right, guess))
        by_column[f"rmse.{name}"] = figures["rmse"][-1]
    result = {name: np.mean(values) if values else None for name, values in figures.items()}
    if len(columns) > 1:
        result |= by_column
    return int(np.any(rows, axis=0).sum()), plain(result)


def multilabel(truth, scores):
    """Figures of a task with several labels a row, decided at one half."""
    answer = scores >= 0.5
    return plain({
        "f1_macro": metrics.f1_score(truth, answer, average="macro", zero_division=0),
        "f1_micro": metrics.f1_score(truth, answer, average="micro", zero_division=0),
        "micro_average_precision": metrics.average_precision_score(truth, scores, average="micro"),
    })


def hierarchical(truth, scores, scored):
    """Figures of a label hierarchy over the labels that are scored."""
    truth, scores = truth[:, scored], scores[:, scored]
    answer = scores >= 0.5
    both = np.logical_and(truth, answer).sum()
    precision = both / answer.sum() if answer.sum() else None
    recall = both / truth.sum() if truth.sum() else None
    f1 = 2 * both / (answer.sum() + truth.sum()) if answer.sum() + truth.sum() else None
    return plain({
        "micro_average_precision": metrics.average_precision_score(truth, scores, average="micro"),
        "hierarchical_precision": precision,
        "hierarchical_recall": recall,
        "hierarchical_f1": f1,
    })


def overall(tasks, results):
    """The mean of the tasks' headline figures; R² counts as 0 where it is below."""
    values = []
    for task in tasks:
        name = task.get("metric", HEADLINE[task["kind"]])
        value = results[task["name"]]["metrics"].get(name)
        if value is not None:
            values.append(max(value, 0.0) if name == "r2" else value)
    return {"score": float(np.mean(values)) if values else None}


def plain(figures):
    """Numbers that JSON has."""
    return {name: None if value is None or np.isnan(value) else float(value) for name, value in figures.items()}
