//! A program with the most memory that it had at once.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How a program ran.
pub(crate) struct Usage {
    pub(crate) seconds: f64,
    /// The most memory that was resident at once, in MiB.
    pub(crate) peak: f64,
}

/// Runs a program to its end.
///
/// The peak is `VmHWM` of `/proc/PID/status`, which the kernel keeps and which never falls, read
/// every few milliseconds; what the last reading missed is what was added after it.
pub(crate) fn measured(command: &mut Command) -> Result<Usage, String> {
    let began = Instant::now();
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{command:?}: {error}"))?;
    let mut peak = 0.0_f64;
    loop {
        peak = peak.max(resident(&child));
        match child.try_wait() {
            Ok(Some(status)) if status.success() => break,
            Ok(Some(status)) => {
                let text = child.stderr.take().map(std::io::read_to_string);
                let text = text.and_then(Result::ok).unwrap_or_default();
                return Err(format!("{command:?} ended with {status}\n{text}"));
            }
            Ok(None) => std::thread::sleep(Duration::from_millis(5)),
            Err(error) => return Err(error.to_string()),
        }
    }
    if peak == 0.0 {
        return Err("memory can be measured on Linux only: there is no /proc/PID/status".into());
    }
    Ok(Usage {
        seconds: began.elapsed().as_secs_f64(),
        peak,
    })
}

/// `VmHWM` in MiB; 0 where it cannot be read.
fn resident(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
    let status = status.unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1024.0
}
