//! What wasmtime makes of `plugin-api/wit`: the host's side of the contract.
#![allow(unreachable_pub, missing_debug_implementations)]

wasmtime::component::bindgen!({
    path: "../../plugin-api/wit",
    world: "connector",
    imports: {
        "weft:plugin/http@1.0.0.send": async | trappable,
        "weft:plugin/http@1.0.0.send-all": async | trappable,
        "weft:plugin/state@1.0.0": async | trappable,
        "weft:plugin/blobs@1.0.0": async | trappable,
        default: trappable,
    },
    with: {
        "weft:plugin/blobs@1.0.0.reader": crate::plugin_host::blobs::Reader,
        "weft:plugin/blobs@1.0.0.writer": crate::plugin_host::blobs::Writer,
    },
    exports: { default: async },
});
