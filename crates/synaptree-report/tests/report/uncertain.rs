//! What a calibrated run says about its doubt, small and the same every time.

use serde_json::{Value, json};

/// Adds to the evaluation of `class` and `mass` what calibration leaves behind.
pub(crate) fn calibrate(evaluation: &mut Value) {
    let class = &mut evaluation["tasks"]["class"];
    for (name, value) in [
        ("conformal_coverage", 0.91),
        ("conformal_size", 1.3),
        ("answer_coverage", 0.86),
        ("answer_risk", 0.035),
    ] {
        class["metrics"][name] = json!(value);
    }
    let curve: Vec<Value> = (1..=50)
        .map(|point| json!({ "coverage": f64::from(point) / 50.0, "risk": 0.06 * (f64::from(point) / 50.0).powi(3) }))
        .collect();
    class["details"]["risk_coverage"] = json!(curve);
    class["details"]["doubt"] = doubt(
        &[40, 22, 14, 9, 6, 4, 3, 2],
        Some(&[70, 20, 6, 3, 1, 0, 0, 0]),
    );
    let bins: Vec<Value> = [(0.55, 0.31, 20), (0.75, 0.52, 30), (0.95, 0.81, 50)]
        .map(|(confidence, accuracy, count)| {
            json!({ "confidence": confidence, "accuracy": accuracy, "count": count })
        })
        .to_vec();
    class["details"]["before"] = json!({ "metrics": { "ece": 0.18 }, "reliability": bins });

    let mass = &mut evaluation["tasks"]["mass"];
    mass["metrics"]["conformal_coverage"] = json!(0.886);
    mass["metrics"]["conformal_width"] = json!(21.5);
    let intervals = |power: f64| -> Vec<Value> {
        (1..=19)
            .map(|step| f64::from(step) / 20.0)
            .map(|level| json!({ "level": level, "coverage": level.powf(power) }))
            .collect()
    };
    mass["details"]["intervals"] = json!(intervals(1.05));
    mass["details"]["before"] = json!({ "metrics": {}, "intervals": intervals(1.8) });
    mass["details"]["doubt"] = doubt(&[5, 30, 20, 10, 5], None);
    evaluation["overall"]["guarantees"] = json!({
        "fitted_on": "validation", "approximate": ["validation_rows"], "conformal": 0.9, "risk": 0.05,
    });
}

fn doubt(total: &[u64], epistemic: Option<&[u64]>) -> Value {
    let histogram = |counts: &[u64]| {
        let edges: Vec<f64> = (0..=counts.len()).map(|edge| edge as f64 * 0.1).collect();
        json!({ "edges": edges, "counts": counts, "mean": 0.17 })
    };
    json!({
        "samples": 32, "rows": 100, "total": histogram(total), "epistemic": epistemic.map(histogram),
    })
}

/// The score as more and more weights are left out.
pub(crate) fn pruning() -> Value {
    let points: Vec<Value> = (0..10)
        .map(|tenth| f64::from(tenth) / 10.0)
        .map(|share| json!({ "pruned": share, "score": 0.84 - 0.5 * share.powi(6) }))
        .collect();
    json!({ "split": "validation", "rows": 100, "weights": 3840, "points": points })
}
