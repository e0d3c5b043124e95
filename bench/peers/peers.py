#!/usr/bin/env python3
"""Trains scikit-learn on the rows that a synaptree experiment was trained on, one model a task.

    python bench/peers/peers.py EXPERIMENT.toml FOLDER [--seed N] [--model NAME]...

FOLDER holds `train.csv`, `test.csv` and perhaps `validation.csv` with the raw columns of the data. The experiment says
which columns are inputs and what the tasks are. One JSON document is printed: for each model and part the object that
`synaptree evaluate --json` prints. Rows whose label is missing are left out, task by task.

Both models keep scikit-learn's settings, except for those that `MODELS` names. Neither looks at the test part before it
is scored, and neither uses the validation part: what it shows there is a second held-out figure.
"""

import argparse
import json
import sys
import time
import tomllib
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor, make_column_selector
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning
from sklearn.impute import SimpleImputer
from sklearn.multioutput import MultiOutputRegressor
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

from figures import HEADLINE, classification, hierarchical, multilabel, ordinal, overall, regression
from labels import Sets, classes, one_or_many

PARTS = ("train", "validation", "test")
# A network of the size that synaptree takes by default.
HIDDEN = (128, 64)


def trees(kind, seed):
    """Gradient-boosted trees on histograms: gaps are values of their own, categories are split as sets."""
    encode = ColumnTransformer(
        [("category", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, max_categories=250), TEXT)],
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    if kind == "regression":
        return make_pipeline(encode, MultiOutputRegressor(HistGradientBoostingRegressor(random_state=seed)))
    return make_pipeline(encode, Trees(random_state=seed))


def mlp(kind, seed):
    """A multilayer perceptron on standardised numbers and one-hot categories, stopped early on a tenth of its rows."""
    encode = ColumnTransformer(
        [
            ("category", OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=2), TEXT),
            ("number", make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), NUMBER),
        ],
        sparse_threshold=0,
    )
    settings = {"hidden_layer_sizes": HIDDEN, "early_stopping": True, "n_iter_no_change": 15, "random_state": seed}
    if kind == "regression":
        network = MLPRegressor(max_iter=500, **settings)
        return make_pipeline(encode, TransformedTargetRegressor(network, transformer=StandardScaler()))
    return make_pipeline(encode, Perceptron(max_iter=500, **settings))


TEXT = make_column_selector(dtype_exclude="number")
NUMBER = make_column_selector(dtype_include="number")
MODELS = {"hist_gradient_boosting": trees, "mlp": mlp}


class Trees(HistGradientBoostingClassifier):
    """Goes without early stopping where it cannot work: a class of one row cannot be held out."""

    def fit(self, X, y):
        if np.unique(y, return_counts=True)[1].min() < 2:
            self.set_params(early_stopping=False)
        return super().fit(X, y)


class Perceptron(MLPClassifier):
    """Goes without early stopping where it cannot work: a class has too few rows to be held out, or the rows have sets
    of labels, which scikit-learn would score by how many sets are right in every label."""

    def fit(self, X, y):
        if np.ndim(y) == 2:
            self.set_params(early_stopping=False, max_iter=20)
        else:
            counts = np.unique(y, return_counts=True)[1]
            if counts.min() < 2 or len(y) < 10 * len(counts):
                self.set_params(early_stopping=False, max_iter=100)
        return super().fit(X, y)


def read(folder, options):
    """The parts by name; a number column is one that is all numbers in the training rows."""
    missing = options.get("missing", ["", "?", "NA"])
    parts = {}
    for part in PARTS:
        path = folder / f"{part}.csv"
        if path.exists():
            parts[part] = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=missing, skipinitialspace=True)
    for needed in ("train", "test"):
        if needed not in parts:
            sys.exit(f"error: {folder / needed}.csv is missing")
    return parts


def numbers(parts, columns):
    """The inputs of each part, number columns as numbers."""
    inputs = {part: table.reindex(columns=columns).copy() for part, table in parts.items()}
    for column in columns:
        try:
            pd.to_numeric(inputs["train"][column])
        except (ValueError, TypeError):
            for table in inputs.values():
                table[column] = table[column].astype(object).where(table[column].notna(), "(missing)")
            continue
        for table in inputs.values():
            table[column] = pd.to_numeric(table[column], errors="coerce").astype(float)
    # A column without any value in the training rows says nothing.
    empty = [column for column in columns if inputs["train"][column].isna().all()]
    return {part: table.drop(columns=empty) for part, table in inputs.items()}


def input_columns(experiment, columns):
    """What the experiment's inputs read: the columns they name, or all that are not spoken for."""
    data = experiment.get("data", {})
    taken = {column for task in experiment["tasks"] for column in one_or_many(task.get("target", task["name"]))}
    for key in ("id", "split_by", "row_weight"):
        taken |= set(one_or_many(data.get(key, [])))
    for part in ("validation", "test"):
        if isinstance(data.get(part), dict):
            taken.add(data[part]["column"])
    chosen = []
    for spec in experiment.get("inputs", [{}]):
        left_out = taken | set(spec.get("exclude", []))
        chosen += spec.get("columns") or [column for column in columns if column not in left_out]
    return chosen


def classify(model, task, inputs, parts):
    """Figures of a task with one class a row, and its decisions."""
    kind = task["kind"]
    names, labels = classes(task, parts)
    seen = labels["train"] >= 0
    if len(np.unique(labels["train"][seen])) < 2:
        sys.exit(f"error: the training labels of `{task['name']}` are all the same")
    model.fit(inputs["train"][seen], labels["train"][seen])
    scores, decisions = {}, {}
    for part in parts:
        if part == "train":
            continue
        probabilities = np.zeros((len(inputs[part]), len(names)))
        probabilities[:, model.classes_] = model.predict_proba(inputs[part])
        rows = labels[part] >= 0
        measure = ordinal if kind == "ordinal" else classification
        scores[part] = (int(rows.sum()), measure(labels[part][rows], probabilities[rows], kind))
        decisions[part] = [names[index] for index in probabilities.argmax(axis=1)]
    return scores, decisions


def regress(model, task, inputs, parts):
    """Figures of a regression; a row with a gap in any of its columns is not trained on."""
    columns = one_or_many(task.get("target", task["name"]))
    targets = {part: table[columns].apply(pd.to_numeric, errors="coerce").to_numpy() for part, table in parts.items()}
    rows = ~np.isnan(targets["train"]).any(axis=1)
    model.fit(inputs["train"][rows], targets["train"][rows])
    scores = {}
    for part in parts:
        if part != "train":
            answer = np.asarray(model.predict(inputs[part])).reshape(len(inputs[part]), -1)
            scores[part] = regression(targets[part], answer, columns)
    return scores, {}


def set_of_labels(model, task, inputs, parts, most):
    """Figures of a task with several labels a row: one model for all labels, or one a label where it must be."""
    sets = Sets(task, parts)
    rows = sets.observed["train"]
    truth = sets.indicators["train"][rows]
    if isinstance(model[-1], MLPClassifier):
        model.fit(inputs["train"][rows], truth)
        answer = {part: model.predict_proba(inputs[part]) for part in parts if part != "train"}
    else:
        if truth.shape[1] > most:
            return None, {}
        answer = {part: np.zeros((len(inputs[part]), truth.shape[1])) for part in parts if part != "train"}
        for label in range(truth.shape[1]):
            constant = truth[:, label].min() == truth[:, label].max()
            if not constant:
                model.fit(inputs["train"][rows], truth[:, label])
            for part, scores in answer.items():
                scores[:, label] = truth[0, label] if constant else model.predict_proba(inputs[part])[:, 1]
    figures = {}
    for part, scores in answer.items():
        known = sets.observed[part]
        right = sets.indicators[part][known]
        if task["kind"] == "hierarchical":
            figures[part] = (int(known.sum()), hierarchical(right, sets.close(scores)[known], sets.scored))
        else:
            figures[part] = (int(known.sum()), multilabel(right, scores[known]))
    return figures, {}


def contradictions(experiment, parts, decisions):
    """Share of rows in which the answers of two tasks joined by `refines` cannot both hold."""
    rates = {}
    for part in decisions:
        wrong = np.zeros(len(parts[part]), bool)
        joined = False
        for task in experiment["tasks"]:
            for coarse in one_or_many(task.get("refines", [])):
                target = {t["name"]: one_or_many(t.get("target", t["name"]))[0] for t in experiment["tasks"]}
                both = parts["train"][[target[task["name"]], target[coarse]]].dropna()
                above = dict(zip(both.iloc[:, 0], both.iloc[:, 1]))
                pairs = zip(decisions[part][task["name"]], decisions[part][coarse])
                wrong |= np.array([above.get(fine, value) != value for fine, value in pairs])
                joined = True
        rates[part] = float(wrong.mean()) if joined else None
    return rates


def run(name, experiment, parts, seed, most):
    """The evaluation of one model in every held-out part."""
    inputs = numbers(parts, input_columns(experiment, list(parts["train"].columns)))
    held_out = [part for part in parts if part != "train"]
    result = {part: {"split": part, "tasks": {}} for part in held_out}
    decisions = {part: {} for part in held_out}
    start = time.monotonic()
    for task in experiment["tasks"]:
        kind = task["kind"]
        model = MODELS[name](kind, seed)
        if kind == "regression":
            scores, decided = regress(model, task, inputs, parts)
        elif kind in ("multilabel", "hierarchical"):
            scores, decided = set_of_labels(model, task, inputs, parts, most)
        else:
            scores, decided = classify(model, task, inputs, parts)
        for part in held_out:
            observed, metrics = scores[part] if scores else (0, {task.get("metric", HEADLINE[kind]): None})
            result[part]["tasks"][task["name"]] = {"kind": kind, "observed": observed, "metrics": metrics}
            if part in decided:
                decisions[part][task["name"]] = decided[part]
    seconds = time.monotonic() - start
    rates = contradictions(experiment, parts, decisions)
    for part in held_out:
        result[part]["overall"] = overall(experiment["tasks"], result[part]["tasks"]) | {"violation_rate": rates[part]}
    return {"seconds": seconds, **result}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("experiment", type=Path, help="the experiment file")
    parser.add_argument("folder", type=Path, help="where train.csv, validation.csv and test.csv lie")
    parser.add_argument("--seed", type=int, default=0, help="seed of the models (default: 0)")
    parser.add_argument("--model", action="append", choices=sorted(MODELS), help="only this one (repeatable)")
    parser.add_argument("--most-labels", type=int, default=100, metavar="N",
                        help="leave tasks with more labels out where a model needs one fit a label (default: 100)")
    options = parser.parse_args()
    try:
        experiment = tomllib.loads(options.experiment.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        sys.exit(f"error: {options.experiment}: {error}")
    parts = read(options.folder, experiment.get("data", {}))
    warnings.simplefilter("ignore", ConvergenceWarning)
    warnings.simplefilter("ignore", DataConversionWarning)
    document = {"experiment": experiment.get("name", options.experiment.stem), "seed": options.seed, "models": {}}
    for name in options.model or MODELS:
        document["models"][name] = run(name, experiment, parts, options.seed, options.most_labels)
    print(json.dumps(document, indent=2, allow_nan=False))


if __name__ == "__main__":
    main()
