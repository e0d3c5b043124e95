//! A process that is killed, interrupted or runs out of disk loses no work that was saved.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::common::Folder;

/// Long enough to be killed in the middle, with a checkpoint at nearly every step.
const ARGUMENTS: &[&str] = &[
    "train",
    "animals.toml",
    "--set",
    "training.epochs=25",
    "--set",
    "training.checkpoint_every.seconds=0.001",
    "--quiet",
];

fn weights(run: &Path) -> Vec<u8> {
    fs::read(run.join("model/model.safetensors")).unwrap()
}

/// Waits until the run's last checkpoint was replaced a few times.
fn wait_for_checkpoints(run: &Path, wanted: usize) {
    let path = run.join("checkpoints/last/checkpoint.safetensors");
    let begun = Instant::now();
    let mut seen = 0;
    let mut last = None;
    while seen < wanted {
        assert!(
            begun.elapsed() < Duration::from_mins(1),
            "no checkpoint appeared"
        );
        let modified = fs::metadata(&path).and_then(|m| m.modified()).ok();
        if modified.is_some() && modified != last {
            last = modified;
            seen += 1;
        }
        sleep(Duration::from_millis(1));
    }
}

fn straight(folder: &Folder) -> Vec<u8> {
    let mut arguments = ARGUMENTS.to_vec();
    arguments.extend(["--output", "straight"]);
    folder.done(&arguments);
    weights(&folder.path("straight"))
}

#[test]
fn a_run_killed_in_the_middle_and_resumed_ends_with_the_same_weights() {
    let folder = Folder::with_animals();
    let expected = straight(&folder);
    let mut arguments = ARGUMENTS.to_vec();
    arguments.extend(["--output", "killed"]);
    let mut child = folder
        .command(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_for_checkpoints(&folder.path("killed"), 5);
    child.kill().unwrap(); // SIGKILL: nothing can be tidied up
    child.wait().unwrap();
    assert!(
        !folder.path("killed/summary.json").exists(),
        "it was over before it was killed"
    );
    folder.done(&["train", "--resume", "killed", "--quiet"]);
    assert!(weights(&folder.path("killed")) == expected);
}

#[test]
fn ctrl_c_saves_exits_with_130_and_can_be_resumed() {
    let folder = Folder::with_animals();
    let expected = straight(&folder);
    let mut arguments = ARGUMENTS.to_vec();
    arguments.retain(|a| *a != "--quiet");
    arguments.extend(["--output", "stopped"]);
    let child = folder
        .command(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_checkpoints(&folder.path("stopped"), 2);
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("--resume stopped"), "{text}");
    folder.done(&["train", "--resume", "stopped", "--quiet"]);
    assert!(weights(&folder.path("stopped")) == expected);
}

#[test]
fn a_disk_that_is_full_leaves_the_last_checkpoint_whole() {
    let folder = Folder::with_animals();
    let expected = straight(&folder);
    let mut arguments = ARGUMENTS.to_vec();
    arguments.extend(["--output", "full"]);
    let child = folder
        .command(&arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.unwrap();
    wait_for_checkpoints(&folder.path("full"), 2);
    child.kill().unwrap();
    child.wait().unwrap();
    let checkpoint = folder.path("full/checkpoints/last/checkpoint.safetensors");
    let saved = fs::read(&checkpoint).unwrap();

    // A limit on the size of files stands in for a disk without room: writing past it fails with
    // an error once the signal that would end the process is ignored.
    let script = format!(
        "trap '' XFSZ; ulimit -f 40; exec '{}' train --resume full --quiet",
        env!("CARGO_BIN_EXE_synaptree")
    );
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(folder.path(""))
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains("checkpoint.safetensors") && text.contains("--resume"),
        "{text}"
    );
    assert!(fs::read(&checkpoint).unwrap() == saved);

    folder.done(&["train", "--resume", "full", "--quiet"]);
    assert!(weights(&folder.path("full")) == expected);
}

#[test]
fn the_second_ctrl_c_ends_the_process_at_once_with_130() {
    let folder = Folder::with_animals();
    // One step over these layers takes far longer than the pause between the two signals.
    let child = folder
        .command(&[
            "train",
            "animals.toml",
            "--quiet",
            "--output",
            "slow",
            "--set",
            "network.trunk=[2048, 2048, 2048]",
            "--set",
            "training.batch_size=\"full\"",
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.unwrap();
    let begun = Instant::now();
    while !folder.path("slow/environment.json").exists() {
        assert!(begun.elapsed() < Duration::from_mins(1), "no run began");
        sleep(Duration::from_millis(1));
    }
    let id = child.id().to_string();
    for _ in 0..2 {
        // The second may find the process gone already.
        let _ = Command::new("kill").args(["-INT", &id]).status();
        sleep(Duration::from_millis(50));
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
