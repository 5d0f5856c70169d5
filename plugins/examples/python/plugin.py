"""The example connector, in Python: actions, a drop-down, the test of a credential, a trigger that polls and one that is
called. It talks to the service that `weft plugin example-service` starts.
"""

from typing import Any

from weft_plugin import Call, Choice, Inbound, Outcome, Plugin, Question, Reply, Verdict, credentials, state

import service
from schemas import ACCOUNT, ORDER, PAGE, PARCEL

REMEMBERED_S = 7 * 86_400
"""How long a delivery is remembered, so that one sent twice starts one run."""

Params = dict[str, Any]

plugin = Plugin(
    "example.parcels",
    "1.0.0",
    "Parcels",
    summary="Sends parcels, and tells when they arrive.",
    icon="package",
    hosts=[{"pattern": host, "methods": ["GET", "POST", "DELETE"]} for host in service.HOSTS],
)


@plugin.credential("account", "oauth2", **ACCOUNT)
def test_account() -> str:
    return f"Signed in as {service.get('/me').get('name', 'somebody')}."


@plugin.action(
    "create_parcel",
    "Create parcel",
    summary="Has a parcel picked up at a depot.",
    effects="write",
    idempotent="key",
    credential="account",
    input=ORDER,
    output=PARCEL,
)
def create_parcel(params: Params, call: Call) -> Any:
    return service.post("/parcels", params, headers={"idempotency-key": call.idempotency_key})


@create_parcel.options("depot")
def depots(params: Params, question: Question) -> list[Choice]:
    found = service.get("/depots", query={"search": question.search or ""})
    return [Choice(depot["id"], depot["name"]) for depot in found["items"]]


@plugin.action(
    "list_parcels",
    "List parcels",
    summary="All parcels of the account, page by page.",
    effects="read",
    credential="account",
    input=PAGE,
    output=PARCEL,
)
def list_parcels(params: Params, call: Call) -> Outcome:
    """One page a call: a run that is interrupted goes on at the page it was at."""
    page = service.get("/parcels", query={"limit": params.get("page_size", 50), "cursor": call.cursor})
    outcome = Outcome.list(page["items"])
    return outcome.next(page["next"]) if page["next"] else outcome


@plugin.poll(
    "parcel_delivered",
    "Parcel delivered",
    summary="Starts a run for each parcel that has arrived.",
    every_s=60,
    credential="account",
    dedupe="/id",
    output=PARCEL,
)
def parcel_delivered(params: Params, call: Call) -> Outcome:
    """The cursor is the moment of the last delivery that was told. The first time it is only remembered."""
    last = call.cursor
    delivered = list(delivered_since(last or 0))
    latest = max([last or 0, *(parcel["delivered_at"] for parcel in delivered)])
    return Outcome.list([] if last is None else delivered).next(latest)


def delivered_since(moment: int):
    cursor = None
    while True:
        page = service.get("/parcels", query={"status": "delivered", "since": moment, "cursor": cursor})
        yield from page["items"]
        cursor = page["next"]
        if not cursor:
            return


@plugin.webhook(
    "parcel_updated",
    "Parcel updated",
    summary="Starts a run as soon as the service tells of a change.",
    credential="account",
    output=PARCEL,
)
def parcel_updated(params: Params, inbound: Inbound) -> Verdict:
    signature = inbound.header("x-parcels-signature") or ""
    if not credentials.hmac_verify_hex("account", "webhook_secret", "sha256", inbound.body, signature):
        return Verdict.reject("the signature does not fit")
    body = inbound.json()
    if "challenge" in body:
        return Verdict.answer(Reply.ok().json({"challenge": body["challenge"]}))
    is_first = state.is_first(inbound.header("x-parcels-delivery") or "", REMEMBERED_S)
    return Verdict.accept([body]) if is_first else Verdict.answer(Reply.ok())


@parcel_updated.subscribe
def subscribe(params: Params, url: str) -> Any:
    return service.post("/hooks", {"url": url})


@parcel_updated.unsubscribe
def unsubscribe(params: Params, subscription: Any) -> None:
    service.forget(f"/hooks/{subscription['id']}")


Metadata, Actions, Dynamic, Polling, Webhooks = plugin.exports()
