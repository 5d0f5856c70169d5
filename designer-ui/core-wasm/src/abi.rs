//! The three functions the page calls, and the only place that touches memory by hand.
//!
//! Memory the page gets from `weft_alloc` or as an answer is the page's until it gives it back with `weft_free`, under
//! the length it was given for.
#![expect(unsafe_code, reason = "the interface to the page is pointers and lengths")]

use std::{ptr, slice};

use crate::request::answer;

/// Memory for a request of `length` bytes; null when there is not that much.
#[unsafe(no_mangle)]
extern "C" fn weft_alloc(length: usize) -> *mut u8 {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(length).is_err() {
        return ptr::null_mut();
    }
    bytes.resize(length, 0);
    give(bytes)
}

/// Gives back memory of exactly `length` bytes that `weft_alloc` or `weft_call` gave.
#[unsafe(no_mangle)]
extern "C" fn weft_free(pointer: *mut u8, length: usize) {
    if !pointer.is_null() && length > 0 {
        // SAFETY: the page gives back what `give` gave it: a boxed slice of this length, owned by nobody else.
        drop(unsafe { Box::from_raw(ptr::slice_from_raw_parts_mut(pointer, length)) });
    }
}

/// Answers the request in `length` bytes at `pointer`. The answer's address is the upper half of the result, its length
/// the lower.
#[unsafe(no_mangle)]
extern "C" fn weft_call(pointer: *const u8, length: usize) -> u64 {
    let request = if pointer.is_null() {
        &[]
    } else {
        // SAFETY: the page has written `length` bytes at an address it got from `weft_alloc` for that length, and leaves
        // them alone until this call returns.
        unsafe { slice::from_raw_parts(pointer, length) }
    };
    let answer = answer(request);
    let length = answer.len() as u64;
    (give(answer) as u64) << 32 | length
}

fn give(bytes: Vec<u8>) -> *mut u8 {
    Box::into_raw(bytes.into_boxed_slice()).cast()
}
