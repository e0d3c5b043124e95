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
/// where a control group, such as that of a container, or a limit of the process (`ulimit -v`) allows less.
fn free() -> Option<usize> {
    let read = |path: &str| fs::read_to_string(path).ok();
    let available = kilobytes(&read("/proc/meminfo")?, "MemAvailable:")?;
    let number = |path: &str| -> Option<usize> { read(path)?.trim().parse().ok() };
    let group = |limit: &str, taken: &str| Some(number(limit)?.saturating_sub(number(taken)?));
    let allowed = group("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current");
    let own = || {
        let limit = address_space(&read("/proc/self/limits")?)?;
        let taken = kilobytes(&read("/proc/self/status")?, "VmSize:")?;
        Some(limit.saturating_sub(taken))
    };
    [Some(available), allowed, own()]
        .into_iter()
        .flatten()
        .min()
}

/// The bytes behind a name in `/proc/meminfo` and its like.
fn kilobytes(text: &str, name: &str) -> Option<usize> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number: usize = line.split_whitespace().next()?.parse().ok()?;
    Some(number.saturating_mul(1024))
}

/// The bytes that `/proc/self/limits` allows a process to address; none where it is unlimited.
fn address_space(text: &str) -> Option<usize> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// A number of bytes as people say it.
pub(crate) fn gib(bytes: usize) -> String {
    if bytes == usize::MAX {
        return format!("{} bytes", count(bytes));
    }
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}

/// A number, or where counting stopped.
pub(crate) fn count(number: usize) -> String {
    if number == usize::MAX {
        format!("2^{}", usize::BITS)
    } else {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_memory_is_read_where_the_system_tells() {
        let text = "MemTotal:  16318480 kB\nMemAvailable:    8159240 kB\n";
        assert_eq!(kilobytes(text, "MemAvailable:"), Some(8_159_240 << 10));
        assert_eq!(kilobytes(text, "SwapFree:"), None);
        if cfg!(target_os = "linux") {
            assert!(free().is_some_and(|bytes| bytes > 1 << 20));
        }
    }

    #[test]
    fn what_no_machine_can_count_is_said_in_powers() {
        assert_eq!(gib(3 << 29), "1.5 GiB");
        assert_eq!(gib(usize::MAX), "2^64 bytes");
        assert_eq!(count(12), "12");
    }

    #[test]
    fn a_limit_of_the_process_is_read_and_no_limit_is_none() {
        let limits = |soft: &str| {
            format!(
                "Limit                     Soft Limit           Hard Limit           Units     \n\
                 Max locked memory         8388608              8388608              bytes     \n\
                 Max address space         {soft}            unlimited            bytes     \n"
            )
        };
        assert_eq!(address_space(&limits("2147483648")), Some(2_147_483_648));
        assert_eq!(address_space(&limits("unlimited")), None);
    }
}
