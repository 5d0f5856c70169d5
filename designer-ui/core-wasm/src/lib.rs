//! engine/core for the designer, compiled to WebAssembly.
//!
//! The page writes a request, JSON such as `{"function": "parse", "template": "{{ input.a }}"}`, into memory it got from
//! `weft_alloc` and hands it to `weft_call`; the answer is `{"ok": …}` or `{"error": {"code": …, "message": …}}`. No
//! request, however wrong, traps.

mod abi;
mod functions;
mod request;
