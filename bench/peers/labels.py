"""Labels of an experiment's tasks as numbers, gaps marked."""

import numpy as np


def one_or_many(value):
    """A list of words, of which one may stand alone."""
    return [value] if isinstance(value, str) else list(value)


def column(task):
    """The column of a task with one target."""
    return one_or_many(task.get("target", task["name"]))[0]


def classes(task, parts):
    """The classes in order, and for each part the number of each row's class; -1 is a gap.

    A class that the training rows do not have gets a number too: it can only be answered wrongly.
    """
    texts = {part: table[column(task)] for part, table in parts.items()}
    values = sorted({text for series in texts.values() for text in series.dropna()}, key=rank)
    if task["kind"] == "ordinal" and "order" in task:
        values = task["order"]
    if task["kind"] == "binary":
        positive = task.get("positive", values[-1])
        values = [value for value in values if value != positive] + [positive]
    number = {value: index for index, value in enumerate(values)}
    return values, {part: series.map(number).fillna(-1).astype(int).to_numpy() for part, series in texts.items()}


def rank(text):
    """Numbers ascend, then words do."""
    try:
        return (0, float(text), text)
    except ValueError:
        return (1, 0.0, text)


class Sets:
    """Sets of labels as rows of zeros and ones; those of a hierarchy are closed upward.

    Labels of a hierarchy are paths `a/b/c`: every beginning of a path is a label above it.
    """

    def __init__(self, task, parts):
        hierarchical = task["kind"] == "hierarchical"
        separator = task.get("separator", "@" if hierarchical else "|")
        cells = {part: table[column(task)] for part, table in parts.items()}
        sets = {}
        for part, series in cells.items():
            sets[part] = [set(text.split(separator)) if isinstance(text, str) else None for text in series]
            if hierarchical:
                sets[part] = [labels and {above for label in labels for above in upward(label)} for labels in sets[part]]
        self.names = sorted({label for part in sets.values() for labels in part if labels for label in labels})
        number = {name: index for index, name in enumerate(self.names)}
        self.parent = [number.get(name.rpartition("/")[0], -1) for name in self.names]
        self.scored = np.ones(len(self.names), bool)
        self.observed, self.indicators = {}, {}
        for part, rows in sets.items():
            self.observed[part] = np.array([labels is not None for labels in rows])
            indicators = np.zeros((len(rows), len(self.names)), int)
            for row, labels in enumerate(rows):
                indicators[row, [number[label] for label in labels or ()]] = 1
            self.indicators[part] = indicators

    def close(self, scores):
        """Scores under which a label is at least as probable as any label below it."""
        closed = scores.copy()
        # Names ascend, so that a label stands before the labels below it.
        for index in reversed(range(len(self.names))):
            above = self.parent[index]
            if above >= 0:
                closed[:, above] = np.maximum(closed[:, above], closed[:, index])
        return closed


def upward(path):
    """A path and every beginning of it."""
    pieces = path.split("/")
    return {"/".join(pieces[: end + 1]) for end in range(len(pieces))}
