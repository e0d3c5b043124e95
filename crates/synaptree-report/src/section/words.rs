//! Names and meanings of metrics and kinds, in plain words.

/// The name of a metric as people write it.
pub(crate) fn metric_name(metric: &str) -> String {
    let (name, column) = metric
        .split_once('.')
        .map_or((metric, None), |(n, c)| (n, Some(c)));
    let known = match name {
        "auroc" => "AUROC",
        "ece" => "ECE",
        "ece_adaptive" => "adaptive ECE",
        "aurc" => "AURC",
        "crps" => "CRPS",
        "mae" => "MAE",
        "rmse" => "RMSE",
        "r2" => "R²",
        "nll" => "NLL",
        "f1_macro" => "macro F1",
        "f1_micro" => "micro F1",
        "f1_weighted" => "weighted F1",
        "precision_macro" => "macro precision",
        "recall_macro" => "macro recall",
        "hierarchical_f1" => "hierarchical F1",
        "brier" => "Brier score",
        "quadratic_kappa" => "quadratic kappa",
        "coverage_50" => "50 % coverage",
        "coverage_90" => "90 % coverage",
        "coverage_95" => "95 % coverage",
        _ => "",
    };
    let name = if known.is_empty() {
        name.replace('_', " ")
    } else {
        known.to_owned()
    };
    column.map_or(name.clone(), |column| format!("{name} of {column}"))
}

/// What a metric says, in one sentence; `None` for one that is not known here.
pub(crate) fn meaning(metric: &str) -> Option<&'static str> {
    let name = metric.split('.').next().unwrap_or(metric);
    Some(match name {
        "accuracy" => "The share of rows whose answer is right.",
        "balanced_accuracy" => {
            "The share that is right in each class, averaged over the classes, so that rare ones count as much."
        }
        "precision_macro" => {
            "Of the rows given a class, the share that belong to it, averaged over the classes."
        }
        "recall_macro" => {
            "Of the rows of a class, the share that was found, averaged over the classes."
        }
        "f1_macro" => {
            "Precision and recall in one number, averaged over the classes; 1 is perfect."
        }
        "f1_micro" => {
            "Precision and recall in one number, over all answers together; 1 is perfect."
        }
        "f1_weighted" => {
            "Precision and recall in one number, averaged over the classes by their size."
        }
        "auroc" => {
            "How often a row of the class is ranked above a row outside it; 0.5 is chance, 1 is perfect."
        }
        "average_precision" => {
            "How well the rows of a class are ranked to the top; chance is the share of the class."
        }
        "micro_average_precision" => {
            "How well true labels are ranked above false ones, over all rows and labels together."
        }
        "log_loss" => {
            "How surprised the model was by the truth, in nats; lower is better and 0 is perfect."
        }
        "brier" => "The squared distance between the probabilities and the truth; lower is better.",
        "ece" => {
            "How far stated confidence and actual share of right answers lie apart, on average; lower is better."
        }
        "ece_adaptive" => {
            "As the ECE, with as many answers in each range of confidence; lower is better."
        }
        "aurc" => {
            "The share of wrong answers if only the surest ones counted, averaged over how many do; lower is better."
        }
        "mae" => "The average distance from the truth, in the unit of the target; lower is better.",
        "rmse" => {
            "The typical distance from the truth, large misses counting more; lower is better."
        }
        "r2" => {
            "The share of the variation that is explained; 0 is what the mean achieves, 1 is perfect."
        }
        "nll" => {
            "How surprised the model was by the truth, its stated spread included; lower is better."
        }
        "crps" => {
            "How far the stated distribution lies from the truth, in the unit of the target; the average distance if no doubt was stated. Lower is better."
        }
        "coverage_50" => {
            "How often the truth lies in the range stated for half of the cases; 0.5 is right."
        }
        "coverage_95" => {
            "How often the truth lies in the range stated for 95 % of cases; 0.95 is right."
        }
        "coverage_90" => {
            "How often the truth lies in the range stated for 90 % of cases; 0.9 is right."
        }
        "hierarchical_precision" => {
            "Of the labels given, the share that is right, labels above them included."
        }
        "hierarchical_recall" => {
            "Of the true labels, the share that was given, labels above them included."
        }
        "hierarchical_f1" => "Hierarchical precision and recall in one number.",
        "quadratic_kappa" => {
            "Agreement on an ordered scale beyond chance, far misses counting more; 1 is perfect, 0 is chance."
        }
        _ => return None,
    })
}

/// Whether a larger value is a better one.
pub(crate) fn higher_is_better(metric: &str) -> bool {
    let name = metric.split('.').next().unwrap_or(metric);
    !matches!(
        name,
        "log_loss"
            | "brier"
            | "ece"
            | "ece_adaptive"
            | "aurc"
            | "mae"
            | "rmse"
            | "nll"
            | "crps"
            | "violation_rate"
    )
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
