//! Random numbers that come from the run's seed, so the same run gives the same ones again.

/// SplitMix64, started by the seed, the loop's index and the text that asks first.
#[derive(Debug)]
pub(super) struct Random {
    state: u64,
    is_started: bool,
}

const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

impl Random {
    pub(super) fn new(seed: u64, index: Option<u64>) -> Random {
        Random { state: mix(seed ^ index.map_or(0, |index| mix(index.wrapping_add(STEP)))), is_started: false }
    }

    /// The next number in [0, 1). The text keeps two fields of a node from getting the same numbers.
    pub(super) fn next(&mut self, source: &str) -> f64 {
        if !self.is_started {
            self.is_started = true;
            self.state =
                source.bytes().fold(self.state, |state, byte| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        }
        self.state = self.state.wrapping_add(STEP);
        (mix(self.state) >> 11) as f64 / (1_u64 << 53) as f64
    }
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}
