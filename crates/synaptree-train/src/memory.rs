//! Whether a network fits into memory, asked before it is built.

use std::fs;

use synaptree_nn::NetworkConfig;

use crate::data::ExperimentData;
use crate::error::TrainError;
use crate::spec::TrainingSpec;

/// Bytes of a number.
const BYTES: usize = size_of::<f32>();

/// Bytes of the weights, their gradients and what the optimizer remembers of each.
pub(crate) fn of_network(parameters: usize, training: &TrainingSpec) -> usize {
    parameters.saturating_mul(BYTES * (2 + training.optimizer.buffers()))
}

/// Bytes of the units of a batch: values, values before the activation, and gradients.
pub(crate) fn of_batch(units: usize, rows: usize) -> usize {
    units.saturating_mul(rows).saturating_mul(3 * BYTES)
}

/// Refuses a network whose training needs more memory than is free, before the machine swaps itself to a standstill.
///
/// What is counted is the least that training keeps; where the system does not say how much is free, nothing is refused but
/// what no address could reach.
pub(crate) fn check(
    config: &NetworkConfig,
    training: &TrainingSpec,
    data: &ExperimentData,
) -> Result<(), TrainError> {
    config.check()?;
    let layers = config.layer_shapes();
    let units = layers.iter().fold(0_usize, |units, (_, [_, outputs])| {
        units.saturating_add(*outputs)
    });
    let rows = training.batch_size.rows(data.rows()[0]);
    let parameters = config.size();
    let (network, batch) = (of_network(parameters, training), of_batch(units, rows));
    let needed = network.saturating_add(batch);
    let free = free().unwrap_or(isize::MAX as usize);
    if needed <= free {
        return Ok(());
    }
    let widest = layers
        .into_iter()
        .max_by_key(|(_, [inputs, outputs])| inputs.saturating_mul(*outputs));
    let (layer, shape) = widest.unwrap_or_default();
    Err(TrainError::Memory {
        parameters,
        network,
        batch,
        rows,
        free,
        layer,
        shape,
    })
}

/// Bytes that this process may still take without swapping, where the system tells: what Linux calls available, or less
/// where a control group, such as that of a container, allows less.
fn free() -> Option<usize> {
    let available = fs::read_to_string("/proc/meminfo").ok()?;
    let available = kilobytes(&available, "MemAvailable:")?.saturating_mul(1024);
    let number =
        |path: &str| -> Option<usize> { fs::read_to_string(path).ok()?.trim().parse().ok() };
    let group = |limit: &str, taken: &str| Some(number(limit)?.saturating_sub(number(taken)?));
    let allowed = group("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current");
    Some(allowed.map_or(available, |allowed| allowed.min(available)))
}

/// The number behind a name in `/proc/meminfo`.
fn kilobytes(text: &str, name: &str) -> Option<usize> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A number of bytes as people say it.
pub(crate) fn gib(bytes: usize) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_memory_is_read_where_the_system_tells() {
        let text = "MemTotal:  16318480 kB\nMemAvailable:    8159240 kB\n";
        assert_eq!(kilobytes(text, "MemAvailable:"), Some(8_159_240));
        assert_eq!(kilobytes(text, "SwapFree:"), None);
        if cfg!(target_os = "linux") {
            assert!(free().is_some_and(|bytes| bytes > 1 << 20));
        }
    }
}
