//! Which imports are offered, and what to say about the others.

use wasmtime::Engine;
use wasmtime::component::{Component, HasSelf, Linker};

use super::bindings::weft::plugin::{blobs, credentials, host, http, state};
use super::context::Context;

/// An import the host does not offer to this component.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the component imports {name}: {why}")]
pub struct RefusedImport {
    pub name: String,
    pub why: &'static str,
}

/// Everything a guest may be linked to.
pub(super) fn linker(engine: &Engine) -> wasmtime::Result<Linker<Context>> {
    let mut linker = Linker::new(engine);
    host::add_to_linker::<_, HasSelf<_>>(&mut linker, |context: &mut Context| context)?;
    http::add_to_linker::<_, HasSelf<_>>(&mut linker, |context: &mut Context| context)?;
    credentials::add_to_linker::<_, HasSelf<_>>(&mut linker, |context: &mut Context| context)?;
    state::add_to_linker::<_, HasSelf<_>>(&mut linker, |context: &mut Context| context)?;
    blobs::add_to_linker::<_, HasSelf<_>>(&mut linker, |context: &mut Context| context)?;
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    Ok(linker)
}

/// The imports that will not be linked, whatever the manifest says.
pub(super) fn refused(component: &Component) -> Vec<RefusedImport> {
    let refused = names(component).into_iter().filter_map(|name| refusal(&name).map(|why| RefusedImport { name, why }));
    refused.collect()
}

/// Whether the component needs WASI.
pub(super) fn uses_wasi(component: &Component) -> bool {
    names(component).iter().any(|name| name.starts_with("wasi:"))
}

fn names(component: &Component) -> Vec<String> {
    component.component_type().imports(component.engine()).map(|(name, _)| name.to_owned()).collect()
}

fn refusal(name: &str) -> Option<&'static str> {
    let (interface, version) = name.split_once('@').unwrap_or((name, ""));
    let package = interface.split('/').next().unwrap_or_default();
    match (package, interface) {
        ("weft:plugin", _) if !version.starts_with("1.0") => {
            Some("this server speaks version 1.0 of the plugin interface")
        }
        (
            _,
            "weft:plugin/types"
            | "weft:plugin/host"
            | "weft:plugin/http"
            | "weft:plugin/credentials"
            | "weft:plugin/state"
            | "weft:plugin/blobs",
        ) => None,
        ("wasi:http", _) => Some("the sandbox does not offer it; send requests through weft:plugin/http"),
        ("wasi:cli" | "wasi:clocks" | "wasi:random" | "wasi:io" | "wasi:filesystem" | "wasi:sockets", _) => {
            (!version.starts_with("0.2.")).then_some("only WASI 0.2 is offered")
        }
        _ => Some("nothing of this name is offered"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_implemented_is_offered() {
        for name in [
            "weft:plugin/host@1.0.0",
            "weft:plugin/types@1.0.0",
            "weft:plugin/http@1.0.0",
            "weft:plugin/state@1.0.0",
            "weft:plugin/blobs@1.0.0",
            "wasi:io/streams@0.2.6",
            "wasi:filesystem/preopens@0.2.3",
            "wasi:sockets/tcp@0.2.9",
        ] {
            assert_eq!(refusal(name), None, "{name}");
        }
        for name in [
            "weft:plugin/host@2.0.0",
            "wasi:http/outgoing-handler@0.2.6",
            "wasi:cli/run@0.3.0",
            "env",
            "acme:thing/api",
        ] {
            assert!(refusal(name).is_some(), "{name}");
        }
    }
}
