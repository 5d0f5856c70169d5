//! The ids of things: UUIDv7 inside, with a prefix that tells their kind in the API.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

/// An id that does not look like one of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not an id of this kind: expected `{prefix}_` and 32 hexadecimal digits")]
pub struct MalformedId {
    given: String,
    prefix: &'static str,
}

macro_rules! typed_id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        typed_id!($(#[$doc])* $name, $prefix, no order);

        impl $name {
            /// A new id; later ids sort after earlier ones.
            pub fn fresh() -> $name {
                $name(crate::chance::fresh_uuid())
            }
        }
    };
    ($(#[$doc:meta])* $name:ident, $prefix:literal, no order) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = MalformedId;

            fn from_str(text: &str) -> Result<$name, MalformedId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .filter(|hex| hex.len() == 32)
                    .and_then(|hex| Uuid::try_parse(hex).ok())
                    .map($name)
                    .ok_or_else(|| MalformedId { given: text.chars().take(80).collect(), prefix: $prefix })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<$name, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

typed_id!(
    /// A tenant.
    WorkspaceId,
    "ws"
);
typed_id!(
    /// A person who can sign in.
    AccountId,
    "acc"
);
typed_id!(
    /// The thing drawn.
    WorkflowId,
    "wf"
);
typed_id!(
    /// A trigger of a plugin in service.
    PluginTriggerId,
    "trg"
);
typed_id!(
    /// What a plugin speaks for somebody with.
    CredentialId,
    "cred"
);
typed_id!(
    /// One execution of one revision.
    RunId,
    "run"
);
typed_id!(
    /// A schedule node of a published revision.
    ScheduleId,
    "sched"
);

typed_id!(
    /// A file that a step wrote. Whoever of the workspace has the id may read it, so it cannot be guessed.
    FileId,
    "file",
    no order
);

impl FileId {
    /// A new id: 128 random bits.
    pub fn secret() -> FileId {
        FileId(Uuid::from_bytes(rand::random()))
    }
}

impl RunId {
    /// The lowest id of this millisecond: every run made since has a higher one.
    pub fn first_at(at_ms: i64) -> RunId {
        RunId(Uuid::from_u128(u128::from(at_ms.max(0).cast_unsigned()) << 80))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_a_stranger_is_refused() {
        let id = RunId::fresh();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(WorkflowId::from_str(&id.to_string()).is_err());
        assert!(RunId::from_str("run_12").is_err());
        assert!(RunId::from_str("").is_err());
    }

    #[test]
    fn ids_sort_by_the_moment_they_were_made() {
        let now_ms = crate::clock::now_ms();
        let id = RunId::fresh();
        assert!(RunId::first_at(now_ms - 1) < id && id < RunId::first_at(now_ms + 60_000));
    }
}
