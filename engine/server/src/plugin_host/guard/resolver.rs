//! Names to addresses, of which only the allowed ones are handed to the connector. Checking and connecting use the same
//! answer, so a name cannot show one address to the check and another to the connection.

use std::net::SocketAddr;

use futures::FutureExt;
use hickory_resolver::TokioResolver;
use hickory_resolver::config::ResolverConfig;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::AddressRule;

/// Resolves by the system's DNS settings and hosts file.
#[derive(Clone)]
pub(super) struct GuardedResolver {
    dns: TokioResolver,
    rule: AddressRule,
}

/// Why a name led to no address.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unresolved {
    #[error("{name} leads to {address}, a {kind} address; the operator can allow it with WEFT_ALLOW_PRIVATE")]
    Refused { name: String, address: String, kind: &'static str },
    #[error("{name} could not be resolved: {why}")]
    Failed { name: String, why: String },
}

impl GuardedResolver {
    pub(super) fn new(rule: AddressRule) -> Result<GuardedResolver, hickory_resolver::net::NetError> {
        // A machine without DNS settings still knows its hosts file; other names fail when they are asked for.
        let builder = TokioResolver::builder_tokio().unwrap_or_else(|error| {
            tracing::warn!(%error, "the system's DNS settings cannot be read: names outside the hosts file will not resolve");
            let nowhere = ResolverConfig::from_parts(None, Vec::new(), Vec::new());
            TokioResolver::builder_with_config(nowhere, TokioRuntimeProvider::default())
        });
        Ok(GuardedResolver { dns: builder.build()?, rule })
    }

    async fn addresses(&self, name: &str) -> Result<Vec<SocketAddr>, Unresolved> {
        let failed = |why: String| Unresolved::Failed { name: name.to_owned(), why };
        let found = self.dns.lookup_ip(name).await.map_err(|error| failed(error.to_string()))?;
        let mut refused = None;
        let mut allowed = Vec::new();
        for address in found.iter() {
            match self.rule.refusal(address) {
                None => allowed.push(SocketAddr::new(address, 0)),
                Some(kind) => {
                    refused = Some(Unresolved::Refused { name: name.to_owned(), address: address.to_string(), kind });
                }
            }
        }
        match refused {
            _ if !allowed.is_empty() => Ok(allowed),
            Some(refused) => Err(refused),
            None => Err(failed("the name has no address".to_owned())),
        }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let resolver = self.clone();
        async move {
            let addresses = resolver.addresses(name.as_str()).await?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        }
        .boxed()
    }
}
