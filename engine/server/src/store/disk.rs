//! Room on the disk of the data directory: below a floor, work that is only starting is refused, so that what goes on can
//! still be written.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use super::StoreError;
use crate::clock::now_ms;

/// How often the disk is asked; in between the last answer holds.
const EVERY_MS: i64 = 1_000;

/// How much has to stay free.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Floor {
    Bytes(u64),
    /// Of the size of the disk.
    Percent(f64),
    /// 5 % of the disk, and no more than 1 GiB.
    Default,
}

impl Floor {
    fn bytes(self, disk_bytes: u64) -> u64 {
        match self {
            Floor::Bytes(bytes) => bytes,
            Floor::Percent(percent) => (disk_bytes as f64 * percent / 100.0) as u64,
            Floor::Default => Floor::Percent(5.0).bytes(disk_bytes).min(1 << 30),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount of disk: write `512MiB`, `2GiB`, `5%`, or a number of bytes")]
pub struct BadFloor(String);

impl FromStr for Floor {
    type Err = BadFloor;

    fn from_str(text: &str) -> Result<Floor, BadFloor> {
        let bad = || BadFloor(text.to_owned());
        let trimmed = text.trim();
        if let Some(percent) = trimmed.strip_suffix('%') {
            let percent: f64 = percent.trim().parse().map_err(|_| bad())?;
            return (0.0..100.0).contains(&percent).then_some(Floor::Percent(percent)).ok_or_else(bad);
        }
        let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
        let (number, shift) = units
            .into_iter()
            .find_map(|(unit, shift)| Some((trimmed.strip_suffix(unit)?, shift)))
            .unwrap_or((trimmed, 0));
        let number: u64 = number.trim().parse().map_err(|_| bad())?;
        number.checked_mul(1 << shift).map(Floor::Bytes).ok_or_else(bad)
    }
}

/// Watches one directory. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Disk(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    directory: PathBuf,
    floor: Floor,
    asked_ms: AtomicI64,
    free_bytes: AtomicU64,
    is_low: AtomicBool,
}

impl Disk {
    pub fn of(directory: &Path, floor: Floor) -> Disk {
        Disk(Arc::new(Inner {
            directory: directory.to_owned(),
            floor,
            asked_ms: AtomicI64::new(i64::MIN),
            free_bytes: AtomicU64::new(u64::MAX),
            is_low: AtomicBool::new(false),
        }))
    }

    pub fn with_floor(&self, floor: Floor) -> Disk {
        Disk::of(&self.0.directory, floor)
    }

    /// Refuses when there is too little room for new work.
    pub fn has_room(&self) -> Result<(), StoreError> {
        self.look(now_ms());
        if self.0.is_low.load(Ordering::Relaxed) {
            let free_mib = self.0.free_bytes.load(Ordering::Relaxed) >> 20;
            let path = self.0.directory.display();
            return Err(StoreError::Unavailable(format!("only {free_mib} MiB are free on the disk of {path}")));
        }
        Ok(())
    }

    /// Free bytes, and whether they are too few.
    pub fn state(&self) -> (u64, bool) {
        self.look(now_ms());
        (self.0.free_bytes.load(Ordering::Relaxed), self.0.is_low.load(Ordering::Relaxed))
    }

    fn look(&self, now_ms: i64) {
        let asked_ms = self.0.asked_ms.load(Ordering::Relaxed);
        if now_ms.saturating_sub(asked_ms).saturating_abs() < EVERY_MS {
            return;
        }
        // Of several who come at once, one asks.
        if self.0.asked_ms.compare_exchange(asked_ms, now_ms, Ordering::Relaxed, Ordering::Relaxed).is_err() {
            return;
        }
        // A disk that does not answer is not known to be full.
        if let Ok(disk) = rustix::fs::statvfs(&self.0.directory) {
            self.told(disk.f_bavail.saturating_mul(disk.f_frsize), disk.f_blocks.saturating_mul(disk.f_frsize));
        }
    }

    fn told(&self, free_bytes: u64, disk_bytes: u64) {
        let is_low = free_bytes < self.0.floor.bytes(disk_bytes);
        self.0.free_bytes.store(free_bytes, Ordering::Relaxed);
        if self.0.is_low.swap(is_low, Ordering::Relaxed) != is_low {
            let free_mib = free_bytes >> 20;
            match is_low {
                true => tracing::error!(free_mib, "the disk is nearly full: no new work is taken until there is room"),
                false => tracing::info!(free_mib, "the disk has room again: new work is taken"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floors_are_read() {
        let check = |text: &str, expected: Option<Floor>| assert_eq!(text.parse().ok(), expected, "{text}");
        check("0", Some(Floor::Bytes(0)));
        check("512MiB", Some(Floor::Bytes(512 << 20)));
        check(" 2 GiB ", Some(Floor::Bytes(2 << 30)));
        check("7%", Some(Floor::Percent(7.0)));
        for wrong in ["", "x", "-1", "100%", "-1%", "2TB", "99999999999999GiB"] {
            check(wrong, None);
        }
    }

    #[test]
    fn the_default_is_a_share_of_small_disks_and_a_gibibyte_of_large_ones() {
        assert_eq!(Floor::Default.bytes(64 << 20), (64 << 20) / 20);
        assert_eq!(Floor::Default.bytes(1 << 40), 1 << 30);
    }

    #[test]
    fn low_disk_refuses_and_room_lets_in_again() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::of(folder.path(), Floor::Bytes(100));
        assert!(disk.has_room().is_ok() && !disk.state().1);
        disk.told(99, 1_000);
        assert!(matches!(disk.has_room(), Err(StoreError::Unavailable(_))) && disk.state() == (99, true));
        disk.told(100, 1_000);
        assert!(disk.has_room().is_ok());
    }

    #[test]
    fn the_disk_is_asked_again_after_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::of(folder.path(), Floor::Bytes(0));
        disk.look(1_000);
        disk.told(0, 0);
        disk.look(1_999);
        assert_eq!(disk.0.free_bytes.load(Ordering::Relaxed), 0);
        disk.look(2_000);
        assert!(disk.0.free_bytes.load(Ordering::Relaxed) > 0);
    }
}
