//! What a guest answered, held against the limits and the action's schema.

use serde_json::Value;
use weft_core::depth::{DEEPEST, is_too_deep};

use super::bindings::weft::plugin::types as wire;
use super::call::{CallError, ErrorKind, Outcome};
use super::schema::Schema;
use super::secrets::Scrubber;

const MAX_ITEM_BYTES: usize = 4 << 20;
const MAX_PAGE_BYTES: usize = 8 << 20;
/// An error's texts are shown to people.
const MAX_MESSAGE_CHARACTERS: usize = 4_000;
const MAX_CODE_CHARACTERS: usize = 64;
const MAX_DETAILS_BYTES: usize = 64 * 1024;
/// Of what a plugin answers besides items.
const MAX_SMALL_BYTES: usize = 64 * 1024;

/// Reads what was answered about `sources` items. What a guest made of an answer may hold a secret that the host did not
/// recognise in it.
pub(super) fn read(
    schema: Option<&Schema>,
    sources: usize,
    outcome: wire::Outcome,
    scrubber: &Scrubber,
) -> Result<Outcome, CallError> {
    let named = outcome.items.iter().map(|item| item.source).chain(outcome.failures.iter().map(|item| item.source));
    if let Some(stranger) = named.max().filter(|source| *source as usize >= sources) {
        let message = format!("the plugin answered for item {stranger}, counted from 0, and was given {sources}");
        return Err(CallError::new(ErrorKind::Plugin, "output_source", message));
    }
    if let Some(failure) = outcome.failures.into_iter().next() {
        let source = failure.source;
        let error = read_error(failure.error, scrubber);
        return Err(CallError { message: format!("item {source}: {}", error.message), ..error });
    }
    let page: usize = outcome.items.iter().map(|item| item.data.len()).sum();
    if page > MAX_PAGE_BYTES {
        let what = format!("{} items of together {page} bytes", outcome.items.len());
        return Err(too_large(&what, page - MAX_PAGE_BYTES, MAX_PAGE_BYTES, "answer in pages (outcome.next)"));
    }
    let mut items = outcome.items;
    items.sort_by_key(|item| item.source);
    let items = items.iter().map(|item| read_item(schema, &scrubber.text(&item.data))).collect::<Result<_, _>>()?;
    let next = outcome.next.map(|cursor| small(&scrubber.text(&cursor), "the cursor")).transpose()?;
    let meta = outcome.meta.map(|meta| small(&scrubber.text(&meta), "the meta data")).transpose()?;
    Ok(Outcome { items, bytes: page, next, meta })
}

/// Reads JSON that is no item and so has no reason to be large.
pub(super) fn small(json: &str, what: &str) -> Result<Value, CallError> {
    if json.len() > MAX_SMALL_BYTES {
        let what = format!("{what} of {} bytes", json.len());
        return Err(too_large(&what, json.len() - MAX_SMALL_BYTES, MAX_SMALL_BYTES, "it is not for data"));
    }
    parse(json, what)
}

/// The plugin's own error. Its texts come from outside and are cut to a size people can read.
pub(super) fn read_error(mut error: wire::StepError, scrubber: &Scrubber) -> CallError {
    scrubber.clean(&mut error.message);
    if let Some(details) = &mut error.details {
        scrubber.clean(details);
    }
    let kind = match error.kind {
        // The contract has no kind for it; the SDK says so by its code.
        wire::ErrorKind::Retryable if error.code == "request_timed_out" => ErrorKind::Timeout,
        wire::ErrorKind::Retryable => ErrorKind::Retryable,
        wire::ErrorKind::Permanent => ErrorKind::Permanent,
        wire::ErrorKind::RateLimited => ErrorKind::RateLimited,
        wire::ErrorKind::Auth => ErrorKind::Auth,
        wire::ErrorKind::InvalidInput => ErrorKind::InvalidInput,
        wire::ErrorKind::Cancelled => ErrorKind::Cancelled,
    };
    let details = error.details.filter(|details| details.len() <= MAX_DETAILS_BYTES);
    CallError {
        kind,
        code: cut(&error.code, MAX_CODE_CHARACTERS),
        message: cut(&error.message, MAX_MESSAGE_CHARACTERS),
        retry_after_ms: error.retry_after_ms,
        pointer: error.pointer.map(|pointer| cut(&pointer, MAX_MESSAGE_CHARACTERS)),
        details: details.map(|details| parse(&details, "details").unwrap_or(Value::String(details))),
    }
}

fn read_item(schema: Option<&Schema>, data: &str) -> Result<Value, CallError> {
    if data.len() > MAX_ITEM_BYTES {
        let what = format!("an item of {} bytes", data.len());
        return Err(too_large(&what, data.len() - MAX_ITEM_BYTES, MAX_ITEM_BYTES, "answer several items, or less"));
    }
    let value = parse(data, "an item")?;
    if let Some(mismatch) = schema.and_then(|schema| schema.first_error(&value)) {
        let message = format!("the plugin answered what its manifest's output schema rules out: {}", mismatch.message);
        let error = CallError::new(ErrorKind::Plugin, "output_schema", message);
        return Err(CallError { pointer: Some(mismatch.pointer), ..error });
    }
    Ok(value)
}

pub(super) fn parse(json: &str, what: &str) -> Result<Value, CallError> {
    let too_deep = || {
        let message = format!("{what} is nested deeper than {DEEPEST} levels; the limit is fixed");
        CallError::new(ErrorKind::Limit, "output_depth", message)
    };
    match serde_json::from_str(json) {
        Ok(value) if is_too_deep(&value) => Err(too_deep()),
        Ok(value) => Ok(value),
        Err(error) if error.to_string().contains("recursion limit") => Err(too_deep()),
        Err(error) => {
            let message = format!("{what} the plugin answered is not JSON: {error}");
            Err(CallError::new(ErrorKind::Plugin, "output_not_json", message))
        }
    }
}

fn too_large(what: &str, over: usize, limit: usize, advice: &str) -> CallError {
    let message =
        format!("the plugin answered {what}, {over} more than the {limit} allowed; the limit is fixed: {advice}");
    CallError::new(ErrorKind::Limit, "output_limit", message)
}

pub(super) fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
