//! Points at which a test can make the process die, as if it had been killed there. Without the feature `failpoints` they are
//! nothing.
//!
//! `WEFT_FAIL_AT=accept.before:3` aborts at the third pass of a point, `WEFT_FAIL_AT=call.before~text` at each pass whose
//! details hold that text.
//!
//! | point | where |
//! |---|---|
//! | `group.begin` | a group of writes is about to begin its transaction |
//! | `accept`, `progress`, `wait`, `finish`, `fire`, each with `.before` and `.after` | the commit that stores a new run, a step of it, its wait, its end, the moment of a schedule |
//! | `call.before`, `call.after` | an outside call, not yet made; made and not yet written down |
//! | `poll.before`, `poll.after`, `poll.stored` | a poll of a plugin's trigger, not yet made; made and nothing of it stored; stored |
//! | `recover` | a run is taken up from its journal |

#[cfg(feature = "failpoints")]
mod on {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    use crate::store::runs::{Commit, Status};

    static FAIL_AT: LazyLock<Option<FailAt>> = LazyLock::new(|| {
        let asked = std::env::var("WEFT_FAIL_AT").ok()?;
        tracing::warn!(asked, "this server will die on purpose");
        FailAt::parse(&asked)
    });

    #[derive(Debug)]
    struct FailAt {
        point: String,
        /// Passes left; at the last one the process dies.
        passes: AtomicU64,
        text: Option<String>,
    }

    impl FailAt {
        fn parse(asked: &str) -> Option<FailAt> {
            let of =
                |point: &str, passes, text| FailAt { point: point.to_owned(), passes: AtomicU64::new(passes), text };
            match asked.split_once('~') {
                Some((point, text)) => Some(of(point, 1, Some(text.to_owned()))),
                None => asked.split_once(':').map(|(point, passes)| of(point, passes.parse().unwrap_or(1), None)),
            }
        }

        /// Whether the process dies at this pass.
        fn meets(&self, point: &str, details: impl FnOnce() -> String) -> bool {
            self.point == point
                && self.text.as_ref().is_none_or(|text| details().contains(text))
                && self.passes.fetch_sub(1, Ordering::Relaxed) == 1
        }
    }

    pub fn pass(point: &str, details: impl FnOnce() -> String) {
        if FAIL_AT.as_ref().is_some_and(|fail_at| fail_at.meets(point, details)) {
            std::process::abort();
        }
    }

    /// What each commit of a group does.
    #[derive(Debug)]
    pub struct Moments(Vec<&'static str>);

    impl Moments {
        pub fn of<'a>(commits: impl Iterator<Item = &'a Commit>) -> Moments {
            let mut moments = Vec::new();
            for commit in commits {
                let told = [
                    (commit.head.is_some(), "accept"),
                    (commit.fire.is_some(), "fire"),
                    (commit.tail.status == Status::Waiting, "wait"),
                    (commit.tail.status.is_final(), "finish"),
                ];
                let before = moments.len();
                moments.extend(told.into_iter().filter(|(is_so, _)| *is_so).map(|(_, name)| name));
                if moments.len() == before {
                    moments.push("progress");
                }
            }
            Moments(moments)
        }

        pub fn pass(&self, side: &str) {
            for moment in &self.0 {
                pass(&format!("{moment}.{side}"), String::new);
            }
        }
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_point_is_met_at_its_pass() {
            let fail_at = FailAt::parse("call.after:2").unwrap();
            let met = ["call.after", "call.before", "call.after", "call.after"]
                .map(|point| fail_at.meets(point, String::new));
            assert_eq!(met, [false, false, true, false]);
        }

        #[test]
        fn a_point_is_met_by_its_details() {
            let fail_at = FailAt::parse("call.before~poison").unwrap();
            assert!(!fail_at.meets("call.before", || "medicine".into()));
            assert!(fail_at.meets("call.before", || "some poison".into()));
        }
    }
}

#[cfg(not(feature = "failpoints"))]
mod off {
    use crate::store::runs::Commit;

    pub fn pass(_: &str, _: impl FnOnce() -> String) {}

    #[derive(Debug)]
    pub struct Moments;

    impl Moments {
        pub fn of<'a>(_: impl Iterator<Item = &'a Commit>) -> Moments {
            Moments
        }

        pub fn pass(&self, _: &str) {}
    }
}

#[cfg(not(feature = "failpoints"))]
pub use off::{Moments, pass};
#[cfg(feature = "failpoints")]
pub use on::{Moments, pass};
