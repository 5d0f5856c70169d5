//! What `wit-bindgen` makes of `wit/weft.wit`. Authors never touch it; `export!` reaches it through the crate root.
//!
//! The world is the widest one an action plugin may need. Imports that a plugin does not use vanish when its component
//! is encoded, so a pure transform ends up importing `host` at most.
#![allow(unsafe_code, unreachable_pub, missing_debug_implementations, clippy::all)]

wit_bindgen::generate!({
    path: "wit",
    world: "action",
    pub_export_macro: true,
    export_macro_name: "export_action",
    default_bindings_module: "::weft_plugin::bindings",
});
