//! An experiment file; its first byte says whether it is TOML, YAML (`y`) or JSON (`{`).

#![no_main]

use libfuzzer_sys::fuzz_target;
use synaptree_fuzz::{check_error, run};
use synaptree_train::Experiment;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    run(|| match (text.strip_prefix('y'), text.starts_with('{')) {
        (Some(text), _) => check("e.yaml", text),
        (None, true) => check("e.json", text),
        (None, false) => check("e.toml", text),
    });
});

/// Text is explained, or it is an experiment that is the same once it is written out in full.
fn check(name: &str, text: &str) {
    let experiment = match Experiment::parse(name, text) {
        Ok(experiment) => experiment,
        Err(error) => {
            check_error(error.code(), &error.render(false));
            for remark in error.remarks() {
                check_error(&remark.code, &remark.message);
            }
            return;
        }
    };
    let resolved = experiment
        .resolved()
        .expect("what was accepted can be written out");
    let again = Experiment::parse("resolved.toml", &resolved)
        .unwrap_or_else(|error| panic!("{}\n{resolved}", error.render(false)));
    assert_eq!(
        again.spec(),
        experiment.spec(),
        "written out it says something else"
    );
    assert_eq!(again.resolved().expect("it was written before"), resolved);
}
