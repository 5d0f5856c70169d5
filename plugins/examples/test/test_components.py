"""The example connector does the same in every language, inside of a sandbox."""

import hashlib
import hmac
import json
import unittest
from pathlib import Path
from typing import Any

from sandbox import Host, Sandbox

BUILT = Path(__file__).parents[3] / "target" / "examples"
BODY = b'{"id":"parcel_1","status":"delivered"}'


def sandboxes(name: str) -> dict[str, Sandbox]:
    return {path.stem: Sandbox(path, Host()) for path in sorted(BUILT.glob(f"{name}*.wasm"))}


def call(action: str, params: Any = None, items: Any = (None,), cursor: Any = None) -> Any:
    return {
        "action": action,
        "params": json.dumps(params or {}),
        "items": [json.dumps(item) for item in items],
        "cursor": None if cursor is None else json.dumps(cursor),
        "idempotency-key": "key-1",
        "attempt": 1,
        "deadline-ms": 30_000,
        "dry-run": False,
    }


def answer(status: int, body: Any, *headers: tuple[str, str]) -> Any:
    return ("ok", {"status": status, "headers": list(headers), "body": json.dumps(body).encode()})


def signature(body: bytes) -> str:
    return hmac.new(b"secret", body, hashlib.sha256).hexdigest()


def of_each(test: Any) -> Any:
    """Runs a test with each component, and a host that knows nothing yet."""

    def tests(self: Any) -> None:
        for name, sandbox in self.components.items():
            with self.subTest(name):
                sandbox.host = Host()
                sandbox.host.fields = dict(self.fields)
                test(self, sandbox)

    return tests


class Components(unittest.TestCase):
    components: dict[str, Sandbox]
    fields: dict[str, str] = {}

    def values(self, outcome: Any) -> Any:
        self.assertIsInstance(outcome, dict, outcome)
        return [json.loads(item["data"]) for item in outcome["items"]]

    def ok(self, result: Any) -> Any:
        self.assertEqual(result[0], "ok", result)
        return result[1]

    def error(self, result: Any) -> Any:
        self.assertEqual(result[0], "err", result)
        return result[1]


class ParcelsTest(Components):
    fields = {"base_url": "https://parcels.example.com/", "webhook_secret": "secret"}

    @classmethod
    def setUpClass(cls):
        cls.components = sandboxes("parcels")

    def test_all_describe_the_same_plugin(self):
        self.assertLessEqual({"parcels_javascript", "parcels_python"}, set(self.components))
        manifests = {}
        for name, sandbox in self.components.items():
            manifest = json.loads(sandbox.call("metadata", "describe"))
            for trigger in manifest["triggers"]:
                trigger.setdefault("subscribe", False)
            manifests[name] = manifest
        first, *others = manifests.values()
        self.assertEqual(first["id"], "example.parcels")
        for other in others:
            self.assertEqual(other, first)

    @of_each
    def test_a_parcel_is_created_under_the_key_of_its_call(self, sandbox):
        sandbox.host.respond = lambda request: answer(201, {"id": "parcel_1", "status": "created"})
        order = {"recipient": "Ädä 😀", "depot": "north", "weight_kg": 1.5}
        outcome = self.ok(sandbox.call("actions", "run", call("create_parcel", order)))
        self.assertEqual(self.values(outcome), [{"id": "parcel_1", "status": "created"}])
        sent = sandbox.host.requests[0]
        self.assertEqual(json.loads(sent.pop("body")), order)
        self.assertIn(["idempotency-key", "key-1"], sent.pop("headers"))
        self.assertEqual(
            sent,
            {
                "method": "POST",
                "url": "https://parcels.example.com/parcels",
                "auth": "account",
                "timeout-ms": None,
                "max-redirects": 5,
            },
        )

    @of_each
    def test_errors_say_what_the_engine_may_do(self, sandbox):
        cases = [
            (answer(422, {"error": "unknown_depot", "message": "no"}), "invalid-input", "invalid_input", "/depot", None),
            (answer(503, {}, ("retry-after", "2")), "retryable", "http_503", None, 2_000),
            (answer(401, {}), "auth", "http_401", None, None),
            (("err", ("timeout", None)), "retryable", "request_timed_out", None, None),
            (("err", ("denied", "not granted")), "permanent", "request_denied", None, None),
        ]
        for response, *expected in cases:
            sandbox.host.respond = lambda request: response
            error = self.error(sandbox.call("actions", "run", call("create_parcel", {"recipient": "A", "depot": "x"})))
            self.assertEqual([error["kind"], error["code"], error["pointer"], error["retry-after-ms"]], expected)
        self.assertEqual(self.error(sandbox.call("actions", "run", call("leave")))["code"], "unknown_action")

    @of_each
    def test_parcels_are_listed_page_by_page(self, sandbox):
        sandbox.host.respond = lambda request: answer(200, {"items": [{"id": "a"}, {"id": "b"}], "next": "2"})
        first = self.ok(sandbox.call("actions", "run", call("list_parcels", {"page_size": 2})))
        self.assertEqual((self.values(first), first["next"]), ([{"id": "a"}, {"id": "b"}], '"2"'))
        sandbox.host.respond = lambda request: answer(200, {"items": [], "next": None})
        last = self.ok(sandbox.call("actions", "run", call("list_parcels", cursor="2")))
        self.assertEqual((self.values(last), last["next"]), ([], None))
        urls = [request["url"].partition("?")[2] for request in sandbox.host.requests]
        self.assertEqual(urls, ["limit=2", "limit=50&cursor=2"])

    @of_each
    def test_forms_and_credentials_ask_the_service(self, sandbox):
        sandbox.host.respond = lambda request: answer(200, {"items": [{"id": "north", "name": "Depot Nörd"}], "name": "Ada"})
        choices = self.ok(sandbox.call("dynamic", "options", "create_parcel", "depot", "{}", "nö", None))
        self.assertEqual(choices, {"items": [{"value": '"north"', "label": "Depot Nörd", "hint": None}], "next": None})
        self.assertEqual(sandbox.host.requests[0]["url"], "https://parcels.example.com/depots?search=n%C3%B6")
        refused = sandbox.call("dynamic", "options", "create_parcel", "recipient", "{}", None, None)
        self.assertEqual(self.error(refused)["code"], "unknown_field")
        self.assertEqual(self.ok(sandbox.call("dynamic", "test-credential", "account")), "Signed in as Ada.")

    @of_each
    def test_polls_go_on_where_they_were(self, sandbox):
        pages = {"": ("1", 5), "1": (None, 9)}

        def respond(request):
            next, moment = pages[request["url"].partition("cursor=")[2]]
            return answer(200, {"items": [{"id": f"p{moment}", "delivered_at": moment}], "next": next})

        sandbox.host.respond = respond
        first = self.ok(sandbox.call("polling", "poll", call("parcel_delivered")))
        self.assertEqual((self.values(first), first["next"]), ([], "9"))
        second = self.ok(sandbox.call("polling", "poll", call("parcel_delivered", cursor=3)))
        self.assertEqual([value["id"] for value in self.values(second)], ["p5", "p9"])
        self.assertEqual(second["next"], "9")
        self.assertIn("since=3", sandbox.host.requests[-1]["url"])

    @of_each
    def test_only_what_is_signed_is_heard_and_only_once(self, sandbox):
        def handle(body, mac):
            headers = [("X-Parcels-Signature", mac), ("X-Parcels-Delivery", "delivery_1")]
            inbound = {"action": "parcel_updated", "params": "{}", "method": "POST", "path-suffix": "", "query": []}
            return self.ok(sandbox.call("webhooks", "handle", inbound | {"headers": headers, "body": body, "received-ms": 1}))

        for wrong in ("", "00", "not hexadecimal", signature(BODY)[:62]):
            self.assertEqual(handle(BODY, wrong)[0], "reject", wrong)
        challenge = b'{"challenge":"word"}'
        case, reply = handle(challenge, signature(challenge))
        self.assertEqual((case, reply["status"], json.loads(reply["body"])), ("answer", 200, {"challenge": "word"}))
        case, (outcome, reply) = handle(BODY, signature(BODY))
        self.assertEqual((case, self.values(outcome), reply["status"]), ("accept", [json.loads(BODY)], 200))
        self.assertEqual(handle(BODY, signature(BODY))[0], "answer")
        self.assertEqual(sandbox.host.requests, [])

    @of_each
    def test_subscriptions_are_made_and_ended(self, sandbox):
        sandbox.host.respond = lambda request: answer(404 if request["method"] == "DELETE" else 201, {"id": "hook_1"})
        subscription = self.ok(sandbox.call("webhooks", "subscribe", "parcel_updated", "{}", "https://weft.example/triggers/x"))
        self.assertEqual(json.loads(subscription), {"id": "hook_1"})
        self.assertEqual(json.loads(sandbox.host.requests[0]["body"]), {"url": "https://weft.example/triggers/x"})
        self.ok(sandbox.call("webhooks", "unsubscribe", "parcel_updated", "{}", subscription))
        self.assertEqual(sandbox.host.requests[1]["url"], "https://parcels.example.com/hooks/hook_1")


class EverythingTest(Components):
    """What the example has no use for."""

    @classmethod
    def setUpClass(cls):
        cls.components = sandboxes("everything")

    def run_action(self, sandbox, action, params=None, **more):
        return sandbox.call("actions", "run", call(action, params, **more))

    @of_each
    def test_batches_are_answered_item_by_item(self, sandbox):
        outcome = self.ok(self.run_action(sandbox, "halve", items=[4, "four", 10]))
        self.assertEqual(self.values(outcome), [2, 5])
        self.assertEqual([item["source"] for item in outcome["items"]], [0, 2])
        self.assertEqual([(one["source"], one["error"]["kind"]) for one in outcome["failures"]], [(1, "invalid-input")])

    @of_each
    def test_whatever_is_thrown_becomes_an_error_of_the_step(self, sandbox):
        error = self.error(self.run_action(sandbox, "fail", {"how": "step"}))
        self.assertEqual([error["kind"], error["code"], error["retry-after-ms"]], ["rate-limited", "busy", 7_000])
        self.assertEqual(json.loads(error["details"]), {"queue": 3})
        error = self.error(self.run_action(sandbox, "fail", {"how": "error"}))
        self.assertEqual([error["kind"], error["code"]], ["permanent", "uncaught_error"])
        self.assertIn("no such thing", error["message"])
        self.assertEqual(sandbox.host.logs, [("error", error["message"])])
        for how, code in (("cyclic", "output_not_json"), ("promise", "async_function")):
            self.assertEqual(self.error(self.run_action(sandbox, "fail", {"how": how}))["code"], code)

    @of_each
    def test_logs_and_progress_arrive(self, sandbox):
        self.ok(self.run_action(sandbox, "facts"))
        self.assertEqual(sandbox.host.logs, [("info", "working"), (1, 3, "one of three")])

    @of_each
    def test_many_requests_are_sent_at_once(self, sandbox):
        sandbox.host.respond = lambda request: ("err", ("too-large", 9)) if request["url"] == "b" else answer(204, None)
        outcome = self.ok(self.run_action(sandbox, "send_all", {"urls": ["a", "b"]}))
        self.assertEqual(self.values(outcome), [[204, "answer_too_large"]])

    @of_each
    def test_what_the_host_refuses_has_its_code(self, sandbox):
        error = self.error(self.run_action(sandbox, "secrets", {"slot": "account", "field": "key"}))
        self.assertEqual(error["code"], "credential_unknown_field")
        sandbox.host.fields = {"key": "secret"}
        error = self.error(self.run_action(sandbox, "secrets", {"slot": "account", "field": "key"}))
        self.assertEqual([error["code"], error["message"]], ["credential_refused", "the manifest does not say so"])

    @of_each
    def test_values_are_kept(self, sandbox):
        self.ok(self.run_action(sandbox, "remember", {"key": "a", "value": {"n": "ü"}}))
        self.assertEqual(json.loads(sandbox.host.kept["a"]), {"n": "ü"})
        outcome = self.ok(self.run_action(sandbox, "remember", {"key": "a", "value": None}))
        self.assertEqual(self.values(outcome), [{"before": {"n": "ü"}, "seen": [False, False, False]}])
        error = self.error(self.run_action(sandbox, "remember", {"key": "../a", "value": 1}))
        self.assertEqual(error["code"], "state_bad_key")

    @of_each
    def test_files_are_read_and_written(self, sandbox):
        sandbox.host.file = b"x" * 300_000
        outcome = self.ok(self.run_action(sandbox, "copy", {"file": {"$blob": "file_1"}}))
        self.assertEqual(self.values(outcome), [{"$blob": "file_2"}])
        self.assertEqual(sandbox.host.written, b"300000:" + b"x" * 300_000)
        error = self.error(self.run_action(sandbox, "copy", {"file": {"$blob": "none"}}))
        self.assertEqual(error["code"], "file_not_found")

    @of_each
    def test_schemas_may_depend_on_parameters(self, sandbox):
        schema = self.ok(sandbox.call("dynamic", "schema", "greet", "more", '{"name": "Ada"}'))
        self.assertEqual(json.loads(schema), {"type": "object", "title": "Ada more"})
        self.assertEqual(self.error(sandbox.call("dynamic", "schema", "facts", None, "{}"))["code"], "unknown_field")


if __name__ == "__main__":
    unittest.main()
