//! The one place that rolls dice for runs. Secrets come from the system's generator directly.

use uuid::Uuid;

/// A number in `0.0..1.0`.
pub fn fraction() -> f64 {
    #[cfg(test)]
    if let Some(fraction) = simulated::fraction() {
        return fraction;
    }
    rand::random()
}

/// A UUIDv7: later ones sort after earlier ones.
pub fn fresh_uuid() -> Uuid {
    #[cfg(test)]
    if let Some(uuid) = simulated::fresh_uuid() {
        return uuid;
    }
    Uuid::now_v7()
}

/// Chance for tests on one thread that are to go the same way twice.
#[cfg(test)]
pub mod simulated {
    use std::cell::Cell;

    use uuid::Uuid;

    thread_local! {
        /// Where the numbers have come to, and how many ids were made.
        static STATE: Cell<Option<(Dice, u32)>> = const { Cell::new(None) };
    }

    /// From now on chance on this thread follows from `seed`.
    pub fn begin(seed: u64) {
        STATE.set(Some((Dice::new(seed), 0)));
    }

    pub(super) fn fraction() -> Option<f64> {
        let (mut dice, ids) = STATE.get()?;
        let number = dice.number();
        STATE.set(Some((dice, ids)));
        Some((number >> 11) as f64 / (1_u64 << 53) as f64)
    }

    pub(super) fn fresh_uuid() -> Option<Uuid> {
        let (dice, ids) = STATE.get()?;
        STATE.set(Some((dice, ids + 1)));
        let moment = u128::from(crate::clock::now_ms().cast_unsigned()) << 80;
        Some(Uuid::from_u128(moment | 0x7 << 76 | 0x2 << 62 | u128::from(ids)))
    }

    /// Numbers that follow from a seed (SplitMix64).
    #[derive(Debug, Clone, Copy)]
    pub struct Dice(u64);

    impl Dice {
        pub fn new(seed: u64) -> Dice {
            Dice(seed)
        }

        pub fn number(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            mixed ^ (mixed >> 31)
        }

        /// A number below `end`.
        pub fn below(&mut self, end: u64) -> u64 {
            self.number() % end
        }

        /// True in so many of a hundred cases.
        pub fn percent(&mut self, percent: u64) -> bool {
            self.below(100) < percent
        }

        pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
            from[self.below(from.len() as u64) as usize]
        }
    }
}
