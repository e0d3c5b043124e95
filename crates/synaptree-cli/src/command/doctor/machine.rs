//! What the machine is and offers. Whatever cannot be found out here is left out.

use std::fs;

use serde_json::{Map, Value};

/// What was found, name by name.
pub(super) struct Machine(Vec<(&'static str, String)>);

impl Machine {
    pub(super) fn look() -> Self {
        let mut facts = vec![
            ("synaptree", version()),
            (
                "system",
                format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            ),
        ];
        let mut add = |name, fact: Option<String>| facts.extend(fact.map(|fact| (name, fact)));
        add("processor", line_of("/proc/cpuinfo", "model name"));
        add(
            "cores",
            std::thread::available_parallelism()
                .ok()
                .map(|cores| cores.to_string()),
        );
        add("threads", Some(rayon::current_num_threads().to_string()));
        add("simd", Some(simd()));
        add("devices", Some("cpu (Burn Flex)".to_owned()));
        add(
            "memory",
            line_of("/proc/meminfo", "MemTotal").and_then(|line| in_gib(&line)),
        );
        add(
            "free memory",
            line_of("/proc/meminfo", "MemAvailable").and_then(|line| in_gib(&line)),
        );
        add(
            "free disk",
            fs4::available_space(".")
                .ok()
                .map(|bytes| format!("{:.1} GiB here", gib(bytes))),
        );
        add("noise", Some(format!("format {}", synaptree::NOISE_FORMAT)));
        let data = std::env::var("SYNAPTREE_DATA").ok();
        add("SYNAPTREE_DATA", data);
        Self(facts)
    }

    /// The facts in the order in which they are shown.
    pub(super) fn facts(&self) -> &[(&'static str, String)] {
        &self.0
    }

    pub(super) fn facts_as_json(&self) -> Value {
        let facts = self.0.iter();
        let named = facts.map(|(name, fact)| (name.replace(' ', "_"), fact.as_str().into()));
        Value::Object(named.collect::<Map<_, _>>())
    }
}

fn version() -> String {
    let build = if cfg!(debug_assertions) {
        ", a debug build: many times slower"
    } else {
        ""
    };
    let commit = option_env!("SYNAPTREE_COMMIT").map_or_else(String::new, |c| format!(" ({c})"));
    format!("{}{commit}{build}", env!("CARGO_PKG_VERSION"))
}

/// What stands behind the colon in the first line of a file that begins with this.
fn line_of(file: &str, begins: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(begins))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// `16318480 kB` in GiB.
fn in_gib(kilobytes: &str) -> Option<String> {
    let number: u64 = kilobytes.split_whitespace().next()?.parse().ok()?;
    Some(format!("{:.1} GiB", gib(number * 1024)))
}

fn gib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1_u32 << 30)
}

/// The widest instructions of the processor that the kernels can use, found at run time.
fn simd() -> String {
    #[cfg(target_arch = "x86_64")]
    let found = [
        ("avx512f", std::arch::is_x86_feature_detected!("avx512f")),
        ("avx2", std::arch::is_x86_feature_detected!("avx2")),
        ("fma", std::arch::is_x86_feature_detected!("fma")),
        ("sse4.2", std::arch::is_x86_feature_detected!("sse4.2")),
    ];
    #[cfg(target_arch = "aarch64")]
    let found = [("neon", std::arch::is_aarch64_feature_detected!("neon"))];
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let found: [(&str, bool); 0] = [];
    let names: Vec<&str> = found
        .into_iter()
        .filter(|(_, is_there)| *is_there)
        .map(|(name, _)| name)
        .collect();
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_has_a_version_a_system_and_threads() {
        let machine = Machine::look().facts_as_json();
        for name in ["synaptree", "system", "threads", "simd", "free_disk"] {
            assert!(
                machine[name].as_str().is_some_and(|fact| !fact.is_empty()),
                "{name}"
            );
        }
        assert_eq!(in_gib("2097152 kB").as_deref(), Some("2.0 GiB"));
    }
}
