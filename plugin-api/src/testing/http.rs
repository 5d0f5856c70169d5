//! Requests, answered by the test.

use super::{Sent, world};
use crate::bindings::weft::plugin::http as wire;
use crate::http::{Failure, Response};

pub(crate) fn send(requests: &[wire::Request]) -> Vec<Result<Response, Failure>> {
    requests.iter().map(send_one).collect()
}

fn send_one(request: &wire::Request) -> Result<Response, Failure> {
    let sent = Sent {
        method: request.method.clone(),
        url: request.url.clone(),
        headers: request.headers.clone(),
        body: request.body.clone().unwrap_or_default(),
        auth: request.auth.clone(),
    };
    let responder = world::with(|world| {
        world.requests.push(sent.clone());
        world.responder.take()
    });
    let denied = || Failure::Denied("no host of a test answers requests: see weft_plugin::testing::Host::http".into());
    let mut responder = responder.ok_or_else(denied)?;
    let answer = responder(&sent);
    world::with(|world| world.responder = Some(responder));
    answer
}
