//! Optimised code, made in the background: one component after the other, in processes of the lowest priority.

use std::collections::VecDeque;

use tokio::sync::watch;

use super::{HostError, PluginHost, Tier};

/// The components that wait for their optimised code.
#[derive(Debug)]
pub(super) struct Warmer(watch::Sender<Queue>);

#[derive(Debug, Default)]
struct Queue {
    /// Digests, each once, so there are never more than there are components.
    waiting: VecDeque<String>,
    /// Somebody works the queue off.
    is_busy: bool,
}

impl Warmer {
    pub(super) fn new() -> Warmer {
        Warmer(watch::Sender::new(Queue::default()))
    }

    /// Puts a component at the end. The answer is whether somebody must begin to work.
    fn add(&self, sha256: &str) -> bool {
        let mut begins = false;
        self.0.send_modify(|queue| {
            if !queue.waiting.iter().any(|waiting| waiting == sha256) {
                queue.waiting.push_back(sha256.to_owned());
            }
            begins = !std::mem::replace(&mut queue.is_busy, true);
        });
        begins
    }

    /// The next component; whoever gets none has stopped working.
    fn next(&self) -> Option<String> {
        let mut next = None;
        self.0.send_modify(|queue| {
            next = queue.waiting.pop_front();
            queue.is_busy = next.is_some();
        });
        next
    }

    /// Removes a component.
    pub(super) fn forget(&self, sha256: &str) {
        self.0.send_modify(|queue| queue.waiting.retain(|waiting| waiting != sha256));
    }
}

impl PluginHost {
    /// Has a component's optimised code made, if it is not there. Calls use what there is until then.
    pub fn warm(&self, sha256: &str) {
        if self.0.warmer.add(sha256) {
            self.0.calls.spawn_on(self.clone().work_off(), &self.0.handle);
        }
    }

    /// Ends when nothing waits for optimised code.
    pub async fn warmed(&self) {
        let _ = self.0.warmer.0.subscribe().wait_for(|queue| !queue.is_busy).await;
    }

    async fn work_off(self) {
        let work = async {
            while let Some(sha256) = self.0.warmer.next() {
                if let Err(error) = self.optimise(&sha256).await {
                    tracing::warn!(%error, sha256, "a plugin stays with code that is not optimised");
                }
            }
        };
        self.0.stop.run_until_cancelled(work).await;
    }

    async fn optimise(&self, sha256: &str) -> Result<(), HostError> {
        let quick = || self.loaded(sha256).filter(|plugin| plugin.tier() == Tier::Quick);
        if quick().is_none() && self.0.cache.has(sha256, Tier::Full) {
            return Ok(());
        }
        let component = match self.cached(sha256).await? {
            Some((component, Tier::Full)) => component,
            _ => self.compile_stored(sha256, Tier::Full).await?,
        };
        match quick() {
            Some(plugin) => plugin.improve(&self.0.means.engine, &component),
            None => Ok(()),
        }
    }
}
