//! The parcels.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// Where parcels are brought from.
pub(crate) const DEPOTS: [(&str, &str); 4] =
    [("north", "Depot North"), ("south", "Depot South"), ("harbour", "Harbour"), ("airport", "Airport")];

#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Parcel {
    pub(crate) id: String,
    pub(crate) recipient: String,
    pub(crate) depot: String,
    pub(crate) weight_kg: f64,
    pub(crate) status: Status,
    /// UTC milliseconds.
    pub(crate) created_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delivered_at: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Created,
    Delivered,
}

/// A parcel to be sent.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Order {
    pub(crate) recipient: String,
    pub(crate) depot: String,
    #[serde(default = "a_kilogram")]
    pub(crate) weight_kg: f64,
}

/// Which parcels are asked for.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Filter {
    pub(crate) status: Option<Status>,
    /// Delivered after this moment, in UTC milliseconds.
    pub(crate) since: Option<u64>,
    /// What the previous page said as `next`.
    pub(crate) cursor: Option<usize>,
    pub(crate) limit: Option<usize>,
}

#[derive(Debug, Default)]
pub(crate) struct Parcels {
    all: Vec<Parcel>,
    by_key: HashMap<String, usize>,
}

impl Parcels {
    /// Sends a parcel; with a key that was used before, it is the one that was sent then.
    pub(crate) fn create(&mut self, order: Order, key: Option<&str>, now_ms: u64) -> Parcel {
        if let Some(at) = key.and_then(|key| self.by_key.get(key)) {
            return self.all[*at].clone();
        }
        let parcel = Parcel {
            id: format!("parcel_{}", self.all.len() + 1),
            recipient: order.recipient,
            depot: order.depot,
            weight_kg: order.weight_kg,
            status: Status::Created,
            created_at: now_ms,
            delivered_at: None,
        };
        if let Some(key) = key {
            self.by_key.insert(key.to_owned(), self.all.len());
        }
        self.all.push(parcel.clone());
        parcel
    }

    /// A page of the parcels that fit, and the cursor of the one after it.
    pub(crate) fn page(&self, filter: &Filter) -> (Vec<Parcel>, Option<usize>) {
        let mut fitting: Vec<&Parcel> = self.all.iter().filter(|parcel| filter.fits(parcel)).collect();
        fitting.sort_by_key(|parcel| parcel.delivered_at.unwrap_or(parcel.created_at));
        let (from, limit) = (filter.cursor.unwrap_or(0), filter.limit.unwrap_or(50).clamp(1, 100));
        let page: Vec<Parcel> = fitting.iter().skip(from).take(limit).map(|parcel| (*parcel).clone()).collect();
        let end = from + page.len();
        let next = (end < fitting.len()).then_some(end);
        (page, next)
    }

    /// No two parcels are delivered at the same moment, so that whoever asks for what came after one misses none.
    pub(crate) fn deliver(&mut self, id: &str, now_ms: u64) -> Option<Parcel> {
        let last = self.all.iter().filter_map(|parcel| parcel.delivered_at).max().unwrap_or(0);
        let parcel = self.all.iter_mut().find(|parcel| parcel.id == id)?;
        parcel.status = Status::Delivered;
        parcel.delivered_at.get_or_insert(now_ms.max(last + 1));
        Some(parcel.clone())
    }
}

impl Filter {
    fn fits(&self, parcel: &Parcel) -> bool {
        let is_late_enough = |since| parcel.delivered_at.is_some_and(|at| at > since);
        self.status.is_none_or(|status| parcel.status == status) && self.since.is_none_or(is_late_enough)
    }
}

fn a_kilogram() -> f64 {
    1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parcels(count: usize) -> Parcels {
        let mut parcels = Parcels::default();
        for at in 0..count {
            let order = Order { recipient: format!("Ada {at}"), depot: "north".into(), weight_kg: 1.0 };
            parcels.create(order, None, at as u64);
        }
        parcels
    }

    #[test]
    fn pages_follow_one_another_to_the_end() {
        let parcels = parcels(5);
        let mut cursor = None;
        let mut seen = Vec::new();
        for _ in 0..3 {
            let (page, next) = parcels.page(&Filter { cursor, limit: Some(2), ..Filter::default() });
            seen.extend(page.into_iter().map(|parcel| parcel.id));
            cursor = next;
        }
        assert_eq!((seen.len(), cursor), (5, None));
    }

    #[test]
    fn a_key_sends_one_parcel() {
        let mut parcels = parcels(0);
        let order = Order { recipient: "Ada".into(), depot: "north".into(), weight_kg: 2.0 };
        let first = parcels.create(order.clone(), Some("key"), 1);
        assert_eq!(parcels.create(order, Some("key"), 2), first);
        assert_eq!(parcels.all.len(), 1);
    }

    #[test]
    fn delivered_parcels_are_listed_from_a_moment_on() {
        let mut parcels = parcels(3);
        parcels.deliver("parcel_1", 10).unwrap();
        assert_eq!(parcels.deliver("parcel_3", 10).unwrap().delivered_at, Some(11));
        let since = |since| {
            let filter = Filter { status: Some(Status::Delivered), since: Some(since), ..Filter::default() };
            parcels.page(&filter).0.into_iter().map(|parcel| parcel.id).collect::<Vec<_>>()
        };
        assert_eq!(since(0), ["parcel_1", "parcel_3"]);
        assert_eq!(since(10), ["parcel_3"]);
        assert!(since(11).is_empty());
    }
}
