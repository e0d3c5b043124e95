//! Names and meanings of metrics and kinds, in plain words.

/// What is said about a metric.
struct Words {
    metric: &'static str,
    /// The name as people write it; the key with blanks where it is empty.
    name: &'static str,
    better: Better,
    /// What it says, in one sentence.
    meaning: &'static str,
}

/// Which values are better.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Better {
    Higher,
    Lower,
}

/// Every metric that a run folder can hold.
const METRICS: &[Words] = &[
    Words {
        metric: "accuracy",
        name: "",
        better: Better::Higher,
        meaning: "The share of rows whose answer is right.",
    },
    Words {
        metric: "balanced_accuracy",
        name: "",
        better: Better::Higher,
        meaning: "The share that is right in each class, averaged over the classes, so that rare ones count as much.",
    },
    Words {
        metric: "precision_macro",
        name: "macro precision",
        better: Better::Higher,
        meaning: "Of the rows given a class, the share that belong to it, averaged over the classes.",
    },
    Words {
        metric: "recall_macro",
        name: "macro recall",
        better: Better::Higher,
        meaning: "Of the rows of a class, the share that was found, averaged over the classes.",
    },
    Words {
        metric: "f1_macro",
        name: "macro F1",
        better: Better::Higher,
        meaning: "Precision and recall in one number, averaged over the classes; 1 is perfect.",
    },
    Words {
        metric: "f1_micro",
        name: "micro F1",
        better: Better::Higher,
        meaning: "Precision and recall in one number, over all answers together; 1 is perfect.",
    },
    Words {
        metric: "f1_weighted",
        name: "weighted F1",
        better: Better::Higher,
        meaning: "Precision and recall in one number, averaged over the classes by their size.",
    },
    Words {
        metric: "auroc",
        name: "AUROC",
        better: Better::Higher,
        meaning: "How often a row of the class is ranked above a row outside it; 0.5 is chance, 1 is perfect.",
    },
    Words {
        metric: "average_precision",
        name: "",
        better: Better::Higher,
        meaning: "How well the rows of a class are ranked to the top; chance is the share of the class.",
    },
    Words {
        metric: "micro_average_precision",
        name: "",
        better: Better::Higher,
        meaning: "How well true labels are ranked above false ones, over all rows and labels together.",
    },
    Words {
        metric: "log_loss",
        name: "",
        better: Better::Lower,
        meaning: "How surprised the model was by the truth, in nats; lower is better and 0 is perfect.",
    },
    Words {
        metric: "brier",
        name: "Brier score",
        better: Better::Lower,
        meaning: "The squared distance between the probabilities and the truth; lower is better.",
    },
    Words {
        metric: "ece",
        name: "ECE",
        better: Better::Lower,
        meaning: "How far stated confidence and actual share of right answers lie apart, on average; lower is better.",
    },
    Words {
        metric: "ece_adaptive",
        name: "adaptive ECE",
        better: Better::Lower,
        meaning: "As the ECE, with as many answers in each range of confidence; lower is better.",
    },
    Words {
        metric: "aurc",
        name: "AURC",
        better: Better::Lower,
        meaning: "The share of wrong answers if only the surest ones counted, averaged over how many do; lower is better.",
    },
    Words {
        metric: "mae",
        name: "MAE",
        better: Better::Lower,
        meaning: "The average distance from the truth, in the unit of the target; lower is better.",
    },
    Words {
        metric: "rmse",
        name: "RMSE",
        better: Better::Lower,
        meaning: "The typical distance from the truth, large misses counting more; lower is better.",
    },
    Words {
        metric: "r2",
        name: "R²",
        better: Better::Higher,
        meaning: "The share of the variation that is explained; 0 is what the mean achieves, 1 is perfect.",
    },
    Words {
        metric: "nll",
        name: "NLL",
        better: Better::Lower,
        meaning: "How surprised the model was by the truth, its stated spread included; lower is better.",
    },
    Words {
        metric: "crps",
        name: "CRPS",
        better: Better::Lower,
        meaning: "How far the stated distribution lies from the truth, in the unit of the target; the average distance if no doubt was stated. Lower is better.",
    },
    Words {
        metric: "coverage_50",
        name: "50 % coverage",
        better: Better::Higher,
        meaning: "How often the truth lies in the range stated for half of the cases; 0.5 is right.",
    },
    Words {
        metric: "coverage_95",
        name: "95 % coverage",
        better: Better::Higher,
        meaning: "How often the truth lies in the range stated for 95 % of cases; 0.95 is right.",
    },
    Words {
        metric: "coverage_90",
        name: "90 % coverage",
        better: Better::Higher,
        meaning: "How often the truth lies in the range stated for 90 % of cases; 0.9 is right.",
    },
    Words {
        metric: "hierarchical_precision",
        name: "",
        better: Better::Higher,
        meaning: "Of the labels given, the share that is right, labels above them included.",
    },
    Words {
        metric: "hierarchical_recall",
        name: "",
        better: Better::Higher,
        meaning: "Of the true labels, the share that was given, labels above them included.",
    },
    Words {
        metric: "hierarchical_f1",
        name: "hierarchical F1",
        better: Better::Higher,
        meaning: "Hierarchical precision and recall in one number.",
    },
    Words {
        metric: "quadratic_kappa",
        name: "quadratic kappa",
        better: Better::Higher,
        meaning: "Agreement on an ordered scale beyond chance, far misses counting more; 1 is perfect, 0 is chance.",
    },
    Words {
        metric: "violation_rate",
        name: "",
        better: Better::Lower,
        meaning: "The share of rows whose answers contradict each other; lower is better.",
    },
    Words {
        metric: "conformal_coverage",
        name: "set or interval coverage",
        better: Better::Higher,
        meaning: "How often the truth lies in the prediction set or interval; the level that was asked for is right.",
    },
    Words {
        metric: "conformal_size",
        name: "mean set size",
        better: Better::Lower,
        meaning: "How many classes a prediction set holds on average; of a label, 1 where it is decided and 2 where it is open. Lower is better.",
    },
    Words {
        metric: "conformal_width",
        name: "mean interval width",
        better: Better::Lower,
        meaning: "How wide prediction intervals are on average, in the unit of the target; lower is better.",
    },
    Words {
        metric: "answer_coverage",
        name: "share answered",
        better: Better::Higher,
        meaning: "The share of rows that were sure enough for an answer, be it a coarse one.",
    },
    Words {
        metric: "answer_risk",
        name: "risk of answers",
        better: Better::Lower,
        meaning: "The share of these answers that are wrong; at most the risk that was asked for is right.",
    },
    Words {
        metric: "answer_depth",
        name: "depth of answers",
        better: Better::Higher,
        meaning: "How deep these answers go on average: 1 is the coarsest.",
    },
    Words {
        metric: "ood_auroc",
        name: "AUROC of other rows",
        better: Better::Higher,
        meaning: "How often a row of another kind is less sure than a known one; 0.5 is chance, 1 is perfect.",
    },
    Words {
        metric: "ood_fpr95",
        name: "FPR95 of other rows",
        better: Better::Lower,
        meaning: "The share of rows of another kind that pass for known where 95 % of the known rows do; lower is better.",
    },
];

/// The words for a metric, whatever column it is of.
fn words(metric: &str) -> Option<&'static Words> {
    let key = metric.split('.').next().unwrap_or(metric);
    METRICS.iter().find(|words| words.metric == key)
}

/// The name of a metric as people write it.
pub(crate) fn metric_name(metric: &str) -> String {
    let (key, column) = metric
        .split_once('.')
        .map_or((metric, None), |(key, column)| (key, Some(column)));
    let known = words(metric).map_or("", |words| words.name);
    let name = if known.is_empty() {
        key.replace('_', " ")
    } else {
        known.to_owned()
    };
    match column {
        None => name,
        Some("max_probability") => format!("{name} by highest probability"),
        Some(doubt) if key.starts_with("ood_") => format!("{name} by {doubt} uncertainty"),
        Some(column) => format!("{name} of {column}"),
    }
}

/// What a metric says, in one sentence; `None` for one that is not known here.
pub(crate) fn meaning(metric: &str) -> Option<&'static str> {
    words(metric).map(|words| words.meaning)
}

/// Whether a larger value is a better one.
pub(crate) fn higher_is_better(metric: &str) -> bool {
    words(metric).is_none_or(|words| words.better == Better::Higher)
}

/// Whether the metric lies between 0 and 1 where it is of any use.
pub(crate) fn is_share(metric: &str) -> bool {
    higher_is_better(metric)
}

/// The headline metric of a kind.
pub(crate) fn default_headline(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "binary" => "auroc",
        "multiclass" => "accuracy",
        "multilabel" => "f1_macro",
        "hierarchical" => "micro_average_precision",
        "ordinal" => "quadratic_kappa",
        "regression" => "r2",
        _ => return None,
    })
}

/// What one does who does not look at the inputs.
pub(crate) fn guessing(kind: &str) -> &'static str {
    match kind {
        "regression" => "always answering the mean",
        "multilabel" | "hierarchical" => "always answering the most common labels",
        _ => "guessing the most common class",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_tells_the_direction_that_the_table_has() {
        for words in METRICS {
            let meaning = words.meaning.to_lowercase();
            let lower = meaning.contains("lower is better");
            let told = words.better == Better::Lower;
            // A risk is held against what was asked for.
            assert!(
                lower == told || words.metric == "answer_risk",
                "{}",
                words.metric
            );
        }
    }

    #[test]
    fn columns_and_parts_of_the_doubt_are_named() {
        assert_eq!(metric_name("rmse.sulphur"), "RMSE of sulphur");
        assert_eq!(
            metric_name("ood_auroc.epistemic"),
            "AUROC of other rows by epistemic uncertainty"
        );
        assert_eq!(metric_name("log_loss"), "log loss");
        assert!(!higher_is_better("ood_fpr95.total") && higher_is_better("r2"));
    }
}
