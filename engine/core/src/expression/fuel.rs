//! What an evaluation may use up, so that it always ends.

use super::error::{Checked, Failure};

/// How much one evaluation may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Visits of a part of the expression, and the work functions do on long texts and lists.
    pub steps: u64,
    /// Bytes allocated in all, whether or not they are still in use.
    pub bytes: usize,
    /// How deep an expression, and a value it builds, may nest.
    pub depth: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { steps: 1_000_000, bytes: 16 << 20, depth: 64 }
    }
}

/// What is left of the limits.
#[derive(Debug)]
pub(crate) struct Fuel {
    limits: Limits,
    steps: u64,
    bytes: usize,
}

/// Bytes of text a function reads for the price of one step.
const BYTES_PER_STEP: usize = 64;

impl Fuel {
    pub(crate) fn new(limits: Limits) -> Fuel {
        Fuel { limits, steps: limits.steps, bytes: limits.bytes }
    }

    #[inline]
    pub(crate) fn step(&mut self) -> Checked<()> {
        match self.steps.checked_sub(1) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => Err(self.out_of_steps()),
        }
    }

    pub(crate) fn steps(&mut self, count: usize) -> Checked<()> {
        match self.steps.checked_sub(count as u64) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => {
                self.steps = 0;
                Err(self.out_of_steps())
            }
        }
    }

    /// Pays for reading `bytes` of text.
    pub(crate) fn read(&mut self, bytes: usize) -> Checked<()> {
        self.steps(bytes / BYTES_PER_STEP)
    }

    /// Pays for memory before it is allocated.
    pub(crate) fn allocate(&mut self, bytes: usize) -> Checked<()> {
        match self.bytes.checked_sub(bytes) {
            Some(left) => {
                self.bytes = left;
                self.read(bytes)
            }
            None => {
                self.bytes = 0;
                Err(Failure::new(
                    "out_of_memory",
                    format!(
                        "the expression builds more than its {} bytes; handle fewer or shorter values",
                        self.limits.bytes
                    ),
                ))
            }
        }
    }

    /// Pays for a list or object of `count` entries.
    pub(crate) fn entries(&mut self, count: usize, size: usize) -> Checked<()> {
        self.allocate(count.saturating_mul(size))
    }

    /// Refuses a value that nests deeper than allowed.
    pub(crate) fn nest(&self, depth: u32) -> Checked<()> {
        if depth > self.limits.depth {
            return Err(Failure::new("too_deep", format!("the value nests deeper than {} levels", self.limits.depth)));
        }
        Ok(())
    }

    pub(crate) fn depth(&self) -> u32 {
        self.limits.depth
    }

    fn out_of_steps(&self) -> Box<Failure> {
        Failure::new(
            "out_of_steps",
            format!(
                "the expression needs more than its {} steps; handle fewer items or use a code node",
                self.limits.steps
            ),
        )
    }
}
