//! What `wit-bindgen` makes of `wit/weft.wit`. Authors never touch it; `export!` reaches it through the crate root.
//!
//! The world is the widest one an action plugin may need, and [`more`] has the other exports. Imports that a plugin does
//! not use vanish when its component is encoded, so a pure transform ends up importing `host` at most; exports do not,
//! which is why a plugin of actions leaves them out.
#![allow(unsafe_code, unreachable_pub, missing_debug_implementations, clippy::all)]

wit_bindgen::generate!({
    path: "wit",
    world: "action",
    pub_export_macro: true,
    export_macro_name: "export_action",
    default_bindings_module: "::weft_plugin::bindings",
});

/// The exports beside actions. They are joined to those when the component is encoded.
pub mod more {
    wit_bindgen::generate!({
        path: "wit",
        inline: "
            package weft:sdk;
            world more {
                export weft:plugin/dynamic@1.0.0;
                export weft:plugin/polling@1.0.0;
                export weft:plugin/webhooks@1.0.0;
            }
        ",
        world: "weft:sdk/more",
        with: { "weft:plugin/types@1.0.0": crate::bindings::weft::plugin::types },
        pub_export_macro: true,
        export_macro_name: "export_more",
        default_bindings_module: "::weft_plugin::bindings::more",
    });
}
