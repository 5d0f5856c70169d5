//! The disk is full, or refuses to write or to sync.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::process::Command;
use tokio::time::sleep;

use crate::client::{Client, Reply};
use crate::lab::Lab;
use crate::load::{Load, Plan};
use crate::workflows;

/// The server takes triggers again this soon after the disk does.
const RECOVERS: Duration = Duration::from_secs(20);

const DISK_MIB: u64 = 64;

/// What strace makes fail, and how.
const INJECTIONS: [(&str, &str); 4] =
    [("fdatasync,fsync", "EIO"), ("pwrite64", "ENOSPC"), ("pwrite64", "EIO"), ("fdatasync,fsync", "ENOSPC")];

/// More than SQLite's cache holds, so that statements write to the disk as well, not commits alone.
const LARGE: usize = 3_000_000;

/// The disk is full.
pub async fn full(lab: &mut Lab) -> Result<()> {
    let disk = match SmallDisk::mount(&lab.folder().join("disk")).await {
        Ok(disk) => disk,
        Err(error) => {
            lab.note(format!("left out: {error:#}"));
            return Ok(());
        }
    };
    lab.weft.move_data(&disk.folder).await?;
    let load = begin(lab, 20_000).await?;
    for _ in 0..lab.size.pick(1, 10) {
        fill(lab, &disk, &load).await?;
    }
    end(lab, load).await
}

/// The kernel refuses calls.
pub async fn refusing(lab: &mut Lab) -> Result<()> {
    let load = begin(lab, 2_000).await?;
    lab.client()?.publish(workflows::pure("large", "at_once")).await?;
    for round in 0..lab.size.pick(4, 40) {
        let (calls, error) = INJECTIONS[round % INJECTIONS.len()];
        inject(lab, &load, calls, error).await?;
    }
    end(lab, load).await
}

async fn begin(lab: &mut Lab, ballast: usize) -> Result<Load> {
    lab.start().await?;
    lab.publish_effects().await?;
    lab.load(Plan { hooks: vec!["once"], first: 1, count: 1_000_000, workers: 24, rate: Some(30), ballast })
}

async fn end(lab: &mut Lab, load: Load) -> Result<()> {
    load.stop();
    let (told, _) = load.end().await;
    lab.note(format!("refused: {:?}", told.refused));
    lab.check_told(&told);
    lab.check(1).await?;
    lab.stop_and_check_database().await
}

/// Fills the disk to the last byte until triggers are refused, and frees it.
async fn fill(lab: &mut Lab, disk: &SmallDisk, load: &Load) -> Result<()> {
    lab.outcome.faults += 1;
    let filler = disk.folder.join("filler");
    // Ends with an error when the disk is full, as it should.
    let fill = || {
        Command::new("dd")
            .arg("if=/dev/zero")
            .arg(format!("of={}", filler.display()))
            .args(["bs=4k", "conv=notrunc", "oflag=append"])
            .output()
    };
    let client = lab.client()?;
    let began = Instant::now();
    while !is_refused(&client).await {
        fill().await?;
        if began.elapsed() > Duration::from_secs(60) {
            bail!("the disk is full and triggers are still taken");
        }
    }
    sleep(Duration::from_secs(lab.size.pick(2, 5))).await;
    // Who looks does not write.
    client.get("/runs?limit=1").await.context("the history cannot be read while the disk is full")?;
    std::fs::remove_file(&filler)?;
    recovers(lab, load, "the disk had room again").await
}

async fn is_refused(client: &Client) -> bool {
    // A trigger without a number is no part of the check.
    let reply = client.trigger("once", &serde_json::json!({ "n": null, "ballast": "x".repeat(20_000) })).await;
    matches!(reply, Reply::Refused { .. })
}

/// Makes calls of the kernel fail for a moment.
async fn inject(lab: &mut Lab, load: &Load, calls: &str, error: &str) -> Result<()> {
    let trace = lab.folder().join("strace.log");
    let mut strace = Command::new("strace")
        .args(["-f", "-qq", "-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:error={error}"), "-o"])
        .arg(&trace)
        .args(["-p", &lab.weft.id()?.to_string()])
        .stderr(std::process::Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("strace cannot be started; scripts/setup faults installs it")?;
    let (time, began) = (Duration::from_millis(lab.dice.between(500, 2_000)), Instant::now());
    let mut wrong = None;
    while began.elapsed() < time {
        // Not checked, but in the same transactions as those that are.
        match lab.client()?.trigger("large", &serde_json::json!({ "ballast": "x".repeat(LARGE) })).await {
            Reply::Acked { .. } | Reply::Refused { status: 503, .. } => {}
            other => drop(wrong.get_or_insert(format!("a large trigger became {other:?}"))),
        }
    }
    lab.outcome.problems.extend(wrong);
    let id = strace.id().context("strace ended: may it attach to other processes here?")?;
    Command::new("kill").args(["-INT", &id.to_string()]).status().await?;
    strace.wait().await?;
    let injected = std::fs::read_to_string(&trace)?.lines().filter(|line| line.contains("(INJECTED)")).count();
    lab.outcome.faults += injected as u64;
    recovers(lab, load, &format!("{error} of {calls} was over")).await
}

/// Triggers are acknowledged again, by the same process.
async fn recovers(lab: &Lab, load: &Load, after: &str) -> Result<()> {
    lab.weft.id()?;
    let (acked, began) = (load.acked(), Instant::now());
    while load.acked() < acked + 3 {
        if began.elapsed() > RECOVERS {
            bail!("no trigger was acknowledged within {} s after {after}", RECOVERS.as_secs());
        }
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// A disk of its own, in memory.
struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    async fn mount(folder: &Path) -> Result<SmallDisk> {
        std::fs::create_dir_all(folder)?;
        let options = format!("size={DISK_MIB}m");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder).output().await?;
        if !mount.status.success() {
            bail!(
                "a small disk cannot be mounted, which takes root: {}",
                String::from_utf8_lossy(&mount.stderr).trim()
            );
        }
        Ok(SmallDisk { folder: folder.to_owned() })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, because a server that went wrong may still hold it.
        let _ = std::process::Command::new("umount").arg("-l").arg(&self.folder).status();
    }
}
