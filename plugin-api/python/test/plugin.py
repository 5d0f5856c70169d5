"""A plugin with one of everything, for the tests."""

from typing import Any

from weft_plugin import (
    Call,
    Choice,
    Choices,
    Outcome,
    Plugin,
    Reply,
    StepError,
    Verdict,
    blobs,
    credentials,
    http,
    log,
    state,
)

plugin = Plugin("test.everything", "1.0.0", "Everything", summary="One of everything.", hosts=["https://a.example"])

plugin.credential("other", "api_key")


@plugin.credential("account", "bearer", title="Account")
def test_account() -> str:
    return f"signed in as {http.get_json('https://a.example/me', auth='account')['name']}"


@plugin.action(
    "greet",
    "Greet",
    effects="none",
    input={"required": ["name"], "properties": {"name": {"type": "string", "x-ui": {"placeholder": "Ada"}}}},
)
def greet(params):
    """Says hello to someone."""
    return f"Hello, {params['name']}!"


@greet.options("name")
def names(params, question):
    first = f"{params.get('greeting')} {question.search} {question.cursor}"
    return Choices([first, Choice({"id": 1}, "One", "first")], next=2)


@greet.schema
def greeting(params, field):
    return {"type": "object", "title": f"{params.get('name')} {field}"}


@plugin.action("fail", "Fail", effects="read")
def fail(params: dict[str, Any]) -> Any:
    return FAILURES[params["how"]]()


def busy():
    raise StepError.rate_limited("busy", "not now", 7_000, details={"queue": 3})


def wrong():
    raise ValueError("no such thing")


def cyclic():
    value: dict[str, Any] = {}
    value["self"] = value
    return value


async def promise():
    return 1


FAILURES = {
    "step": busy,
    "error": wrong,
    "cyclic": cyclic,
    "set": lambda: {1, 2},
    "nan": lambda: float("nan"),
    "promise": promise,
    "nothing": lambda: None,
}


@plugin.action("halve", "Halve", effects="none", max_batch=10)
def halve(params, call: Call):
    def half(number):
        if isinstance(number, int):
            return number / 2
        raise StepError.invalid_input("", "this is no number")

    return call.answer_each(half)


@plugin.action("double", "Double", effects="none", max_batch=10)
def double(params, call: Call):
    return call.answer(lambda number: number * 2)


@plugin.action("first", "First", effects="none", max_batch=10)
def first(params, call: Call):
    return call.item


@plugin.action("page", "Page", effects="read", timeout_ms=5_000, memory_mib=32)
def page(params, call: Call):
    cursor = call.cursor or 0
    found = Outcome.list([cursor, cursor + 1])
    return found.next(cursor + 2).meta("page", cursor // 2) if cursor < 4 else found


@plugin.action("facts", "Facts", effects="read")
def facts(params, call: Call):
    log.info("working", attempt=call.attempt)
    log.progress(1, 3, "one of three")
    if call.is_cancelled():
        raise StepError.cancelled()
    return {"key": call.idempotency_key, "attempt": call.attempt, "ms": call.deadline_ms, "dry": call.dry_run}


@plugin.action("send", "Send", effects="write", idempotent="key")
def send(params):
    return http.send(http.Request(**params["request"])).ok().text()


@plugin.action("send_all", "Send all", effects="read")
def send_all(params):
    answers = http.send_all([http.Request(url) for url in params["urls"]])
    return [answer.code if isinstance(answer, StepError) else answer.status for answer in answers]


@plugin.action("secrets", "Secrets", effects="read")
def secrets(params):
    slot, field = params["slot"], params["field"]
    return {
        "placeholder": credentials.placeholder(slot, field),
        "open": credentials.public_field(slot, field),
        "mac": len(credentials.hmac(slot, field, "sha256", "message")),
        "jwt": credentials.sign_jwt(slot, field, {"sub": "ada"}),
    }


@plugin.action("remember", "Remember", effects="write", idempotent="natural")
def remember(params):
    before = state.get(params["key"])
    if params["value"] is None:
        state.delete(params["key"])
    else:
        state.set(params["key"], params["value"])
    return {"before": before, "seen": state.first_seen(["a", "b", "a"], 60)}


@plugin.action("copy", "Copy", effects="write", idempotent="natural")
def copy(params):
    reader = blobs.open(params["file"])
    writer = blobs.create("copy", reader.mime()).write(f"{reader.size()}:")
    for chunk in reader.chunks():
        writer.write(chunk)
    return writer.finish()


@plugin.poll("delivered", "Delivered", dedupe="/id")
def delivered(params, call: Call):
    if call.cursor is None:
        return Outcome.list([]).next(0)
    return Outcome.list([{"id": call.cursor}]).next(call.cursor + 1).more()


@plugin.poll("plain", "Plain", every_s=30)
def plain():
    return [{"id": 1}]


@plugin.webhook("updated", "Updated")
def updated(params, inbound):
    if challenge := inbound.query_parameter("challenge"):
        return Verdict.answer(Reply.ok().text(challenge))
    signature = inbound.header("X-Signature") or ""
    if not credentials.hmac_verify_hex("account", "key", "sha256", inbound.body, signature):
        return Verdict.reject("the signature does not fit")
    return Verdict.accept([inbound.json()], Reply(202).header("x-a", "b").json({"taken": True}))


@updated.subscribe
def subscribe(params, url):
    return http.post_json("https://a.example/hooks", {"url": url, **params})


@updated.unsubscribe
def unsubscribe(params, subscription):
    http.delete(f"https://a.example/hooks/{subscription['id']}").ok()


@plugin.webhook("quiet", "Quiet")
def quiet():
    return "nothing"


Metadata, Actions, Dynamic, Polling, Webhooks = plugin.exports()
