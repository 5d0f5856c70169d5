//! What a plugin keeps, for the length of a test.

use super::world;
use crate::state::Refusal;

pub(crate) fn get(key: &str) -> Option<String> {
    world::with(|world| world.state.get(key).cloned())
}

pub(crate) fn set(key: &str, value: String) -> Result<(), Refusal> {
    check(key)?;
    world::with(|world| world.state.insert(key.to_owned(), value));
    Ok(())
}

pub(crate) fn delete(key: &str) -> Result<(), Refusal> {
    check(key)?;
    world::with(|world| world.state.remove(key));
    Ok(())
}

pub(crate) fn first_seen(ids: &[String], _ttl_s: u64) -> Result<Vec<bool>, Refusal> {
    Ok(world::with(|world| ids.iter().map(|id| world.seen.insert(id.clone())).collect()))
}

/// The rule of the real host.
fn check(key: &str) -> Result<(), Refusal> {
    let is_fit = key.len() <= 128
        && key.starts_with(|first: char| first.is_ascii_alphanumeric())
        && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte));
    if is_fit { Ok(()) } else { Err(Refusal::BadKey) }
}
