import hashlib
import hmac
import unittest

from weft_plugin import ErrorKind, Plugin, StepError, http
from weft_plugin.error import to_json
from weft_plugin.fake import Err
from weft_plugin.fake import http as wire
from weft_plugin.testing import Host, answer

from .plugin import greet, plugin


class SdkTest(unittest.TestCase):
    def fails(self, work, **expected):
        """Checks what an error says."""
        with self.assertRaises(StepError) as caught:
            work()
        self.assertEqual({key: getattr(caught.exception, key) for key in expected}, expected)

    def test_one_declaration_is_the_manifest_too(self):
        manifest = Host().manifest(plugin)
        self.assertEqual((manifest["manifest"], manifest["summary"]), (1, "One of everything."))
        self.assertEqual(manifest["hosts"], [{"pattern": "https://a.example"}])
        self.assertEqual(
            manifest["credentials"],
            [{"slot": "other", "type": "api_key"}, {"slot": "account", "type": "bearer", "title": "Account"}],
        )
        name = {"type": "string", "x-ui": {"options": "dynamic", "placeholder": "Ada"}}
        self.assertEqual(
            manifest["actions"][0],
            {
                "id": "greet",
                "title": "Greet",
                "effects": "none",
                "idempotent": "natural",
                "input": {"type": "object", "required": ["name"], "properties": {"name": name}},
            },
        )
        page = next(action for action in manifest["actions"] if action["id"] == "page")
        self.assertEqual((page["timeoutMs"], page["limits"]), (5_000, {"memoryMiB": 32}))
        no_parameters = {"type": "object"}
        self.assertEqual(
            manifest["triggers"],
            [
                {"id": "delivered", "title": "Delivered", "kind": "poll", "everyS": 60, "dedupe": "/id", "input": no_parameters},
                {"id": "plain", "title": "Plain", "kind": "poll", "everyS": 30, "input": no_parameters},
                {"id": "updated", "title": "Updated", "kind": "webhook", "subscribe": True, "input": no_parameters},
                {"id": "quiet", "title": "Quiet", "kind": "webhook", "subscribe": False, "input": no_parameters},
            ],
        )

    def test_a_declaration_that_cannot_work_fails_when_it_is_made(self):
        other = Plugin("a", "1.0.0", "A")
        with self.assertRaisesRegex(ValueError, "what a repetition means"):
            other.action("a", "A", effects="write")
        with self.assertRaisesRegex(ValueError, "options for 'b'"):
            other.action("a", "A", effects="none")(lambda: 1).options("b")
        with self.assertRaisesRegex(ValueError, "two actions or triggers called 'a'"):
            other.poll("a", "A")(lambda: [])

    def test_a_value_is_the_answer_for_the_one_item(self):
        host = Host()
        self.assertEqual(host.run(plugin, "greet", {"name": "Ada"}).values, ["Hello, Ada!"])
        self.assertEqual((greet({"name": "Bob"}), greet.__doc__), ("Hello, Bob!", "Says hello to someone."))
        self.assertEqual(host.run(plugin, "greet", {"name": "\ud800"}).values, ["Hello, \ud800!"])
        self.assertEqual(to_json(["ä", "\ud800"]), '["\\u00e4","\\ud800"]')
        self.assertEqual(to_json(["ä"]), '["ä"]')
        self.assertEqual(host.run(plugin, "fail", {"how": "nothing"}).values, [None])
        self.fails(lambda: host.run(plugin, "leave"), kind=ErrorKind.PERMANENT, code="unknown_action")

    def test_batches_are_answered_item_by_item(self):
        host = Host()
        halves = host.run(plugin, "halve", items=[4, "four", 10])
        self.assertEqual((halves.values, halves.sources), ([2, 5], [0, 2]))
        self.assertEqual([(place, error.code) for place, error in halves.failures], [(1, "invalid_input")])
        self.assertEqual(host.run(plugin, "double", items=[1, 2]).values, [2, 4])
        self.fails(lambda: host.run(plugin, "first", items=[1, 2]), code="batch_not_answered")

    def test_pages_go_on_at_the_cursor(self):
        host = Host()
        first = host.run(plugin, "page")
        self.assertEqual((first.values, first.cursor, first.meta), ([0, 1], 2, {"page": 0}))
        last = host.run(plugin, "page", cursor=4)
        self.assertEqual((last.values, last.cursor, last.meta), ([4, 5], None, {}))

    def test_whatever_is_raised_becomes_an_error_of_the_step(self):
        host = Host()

        def fail(how):
            return lambda: host.run(plugin, "fail", {"how": how})

        self.fails(
            fail("step"), kind=ErrorKind.RATE_LIMITED, code="busy", message="not now", retry_after_ms=7_000, details={"queue": 3}
        )
        self.fails(fail("error"), kind=ErrorKind.PERMANENT, code="uncaught_error", message="ValueError: no such thing")
        level, message, fields = host.logs[0]
        self.assertEqual((level, message), ("error", "ValueError: no such thing"))
        self.assertIn("plugin.py", fields["traceback"])
        self.fails(fail("missing"), code="uncaught_error", message="KeyError: 'missing'")
        for how in ("cyclic", "set", "nan"):
            self.fails(fail(how), code="output_not_json")
        self.fails(fail("promise"), code="async_function")

    def test_a_call_has_its_facts_its_log_and_its_end(self):
        host = Host()
        facts = host.run(plugin, "facts", idempotency_key="k", attempt=2, deadline_ms=5, dry_run=True)
        self.assertEqual(facts.values, [{"key": "k", "attempt": 2, "ms": 5, "dry": True}])
        self.assertEqual(host.logs, [("info", "working", {"attempt": 2})])
        self.assertEqual(host.progress, [(1, 3, "one of three")])
        self.fails(lambda: host.cancel().run(plugin, "facts"), kind=ErrorKind.CANCELLED)

    def test_requests_are_written_as_the_host_reads_them(self):
        host = Host().http(lambda request: answer(200, {}))

        def sent(**request):
            host.run(plugin, "send", {"request": request})
            return host.requests[-1]

        def plain(**more):
            return wire.Request(**{**dict(method="GET", url="u", headers=[], body=None, auth=None, timeout_ms=None, max_redirects=5), **more})

        self.assertEqual(sent(url="u"), plain())
        self.assertEqual(
            sent(
                url="https://a.example/?a=1#end",
                query={"q": "ä b&(c)", "many": [1, 2], "none": None, "yes": True},
                auth="account",
                timeout_ms=9,
                max_redirects=0,
            ),
            plain(
                url="https://a.example/?a=1&q=%C3%A4%20b%26%28c%29&many=1&many=2&yes=true#end",
                auth="account",
                timeout_ms=9,
                max_redirects=0,
            ),
        )
        json = [("content-type", "application/json")]
        self.assertEqual(sent(url="u", method="POST", json={"a": 1}), plain(method="POST", headers=json, body=b'{"a":1}'))
        form = [("content-type", "application/x-www-form-urlencoded")]
        self.assertEqual(sent(url="u", form={"a b": "c"}), plain(headers=form, body=b"a%20b=c"))
        own = {"Content-Type": "text/csv"}
        self.assertEqual(sent(url="u", headers=own, body="a,b"), plain(headers=[("Content-Type", "text/csv")], body=b"a,b"))
        for method in ("get", "post", "put", "patch", "delete"):
            getattr(http, method)("https://a.example")
            self.assertEqual(host.requests[-1].method, method.upper())

    def test_a_refusing_status_says_whether_to_try_again_and_when(self):
        kinds = {400: "PERMANENT", 401: "AUTH", 403: "AUTH", 404: "PERMANENT", 408: "RETRYABLE", 425: "RETRYABLE"}
        kinds |= {429: "RATE_LIMITED", 500: "RETRYABLE", 503: "RETRYABLE"}
        for status, kind in kinds.items():
            host = Host().http(lambda request: answer(status, {"error": "no"}))
            message = f'the service answered {status}: {{"error": "no"}}'
            self.fails(
                lambda: host.run(plugin, "send", {"request": {"url": "u"}}),
                kind=ErrorKind[kind], code=f"http_{status}", message=message, retry_after_ms=None,
            )

        def wait(*headers):
            return http.Response(429, list(headers), b"").retry_after_ms()

        date = ("date", "Sat, 28 Feb 2026 23:59:30 GMT")
        self.assertEqual(wait(("Retry-After", "120")), 120_000)
        self.assertEqual(wait(("retry-after", "Sun, 01 Mar 2026 00:00:30 GMT"), date), 60_000)
        self.assertEqual(wait(("retry-after", "Sat, 28 Feb 2026 23:00:00 GMT"), date), 0)
        self.assertIsNone(wait(("retry-after", "soon")))
        self.assertIsNone(wait(("retry-after", "Sun, 01 Mar 2026 00:00:30 GMT")))

    def test_no_answer_is_an_error_with_its_reason(self):
        cases = [
            (wire.HttpError_Denied("not granted"), "PERMANENT", "request_denied"),
            (wire.HttpError_Dns("no such name"), "RETRYABLE", "dns_failed"),
            (wire.HttpError_Connect("refused"), "RETRYABLE", "connection_failed"),
            (wire.HttpError_Tls("expired"), "PERMANENT", "tls_failed"),
            (wire.HttpError_Timeout(), "RETRYABLE", "request_timed_out"),
            (wire.HttpError_TooLarge(9), "PERMANENT", "answer_too_large"),
            (wire.HttpError_Protocol("odd"), "RETRYABLE", "protocol_error"),
        ]
        for case, kind, code in cases:

            def refuse(request):
                raise Err(case)

            host = Host().http(refuse)
            self.fails(lambda: host.run(plugin, "send", {"request": {"url": "u"}}), kind=ErrorKind[kind], code=code)
            self.assertEqual(host.run(plugin, "send_all", {"urls": ["a", "b"]}).values, [[code, code]])
        self.fails(lambda: Host().run(plugin, "send", {"request": {"url": "u"}}), code="request_denied")

    def test_answers_are_read_as_text_and_json(self):
        Host().http(lambda request: http.Response(200, [("x-a", "1")], b"{oops\xff"))
        got = http.get("https://a.example")
        self.assertEqual((got.header("X-A"), got.header("x-b"), got.text()), ("1", None, "{oops\ufffd"))
        self.fails(got.json, code="answer_not_json")
        Host().http(lambda request: http.Response(201, [], request.body))
        self.assertEqual(http.post_json("https://a.example", {"a": 1}), {"a": 1})

    def test_credentials_are_used_and_not_seen(self):
        host = Host().credential("account", key="secret")
        seen = host.run(plugin, "secrets", {"slot": "account", "field": "key"}).values[0]
        self.assertEqual(seen, {"placeholder": "{{account.key}}", "open": "secret", "mac": 32, "jwt": '{"sub":"ada"}'})
        secrets = lambda slot, field: lambda: host.run(plugin, "secrets", {"slot": slot, "field": field})
        self.fails(secrets("nobody", "key"), kind=ErrorKind.AUTH, code="credential_not_bound")
        self.fails(secrets("account", "id"), code="credential_unknown_field")
        host.http(lambda request: answer(200, {"name": request.auth}))
        self.assertEqual(host.test_credential(plugin, "account"), "signed in as account")
        self.fails(lambda: host.test_credential(plugin, "other"), code="not_offered")

    def test_values_are_kept_from_call_to_call(self):
        host = Host()
        remember = lambda key, value: host.run(plugin, "remember", {"key": key, "value": value}).values[0]
        self.assertEqual(remember("a", {"n": 1}), {"before": None, "seen": [True, True, False]})
        self.assertEqual(remember("a", None), {"before": {"n": 1}, "seen": [False, False, False]})
        self.assertIsNone(host.state("a"))
        self.fails(lambda: remember("../a", 1), kind=ErrorKind.PERMANENT, code="state_bad_key")

    def test_files_are_read_and_written(self):
        host = Host()
        content = "x" * 300_000
        copied = host.run(plugin, "copy", {"file": host.file("text/plain", content)}).values[0]
        self.assertEqual(host.content_of(copied), f"300000:{content}".encode())
        self.fails(lambda: host.run(plugin, "copy", {"file": {"$blob": "none"}}), code="file_not_found")

    def test_forms_get_choices_and_schemas(self):
        host = Host()
        choices, cursor = host.options(plugin, "greet", "name", {"greeting": "Hi"}, search="a", cursor=1)
        self.assertEqual(choices, [("Hi a 1", "Hi a 1", None), ({"id": 1}, "One", "first")])
        self.assertEqual(cursor, 2)
        self.fails(lambda: host.options(plugin, "greet", "age"), code="unknown_field")
        self.fails(lambda: host.options(plugin, "double", "age"), code="unknown_field")
        self.assertEqual(host.schema(plugin, "greet", "more", {"name": "Ada"}), {"type": "object", "title": "Ada more"})
        self.fails(lambda: host.schema(plugin, "double"), code="unknown_field")

    def test_polls_go_on_where_they_were(self):
        host = Host()
        first = host.poll(plugin, "delivered")
        self.assertEqual((first.values, first.cursor, first.meta), ([], 0, {}))
        second = host.poll(plugin, "delivered", cursor=0)
        self.assertEqual((second.values, second.cursor, second.meta), ([{"id": 0}], 1, {"more": True}))
        self.assertEqual(host.poll(plugin, "plain").values, [{"id": 1}])
        self.fails(lambda: host.poll(plugin, "updated"), code="not_offered")

    def test_webhooks_are_verified_answered_and_taken(self):
        host = Host().credential("account", key="secret")

        def handle(body, signature):
            return host.handle(plugin, "updated", body=body, headers=[("x-signature", signature)])

        def sign(body):
            return hmac.new(b"secret", body.encode(), hashlib.sha256).hexdigest()

        body = '{"id":"ä"}'
        accepted = handle(body, sign(body))
        self.assertEqual((accepted.verdict, accepted.values), ("accept", [{"id": "ä"}]))
        reply = accepted.reply
        self.assertEqual((reply.status, reply.body), (202, b'{"taken":true}'))
        self.assertEqual(reply.headers, [("x-a", "b"), ("content-type", "application/json")])
        for wrong in ("", sign(body)[:32], sign(body) + "00", "zz"):
            self.assertEqual(handle(body, wrong).verdict, "reject", wrong)
        handshake = host.handle(plugin, "updated", query=[("challenge", "42")])
        self.assertEqual((handshake.verdict, handshake.reply.body), ("answer", b"42"))
        self.fails(lambda: handle("x", sign("x")), code="body_not_json")
        self.fails(lambda: host.handle(plugin, "quiet"), code="no_verdict")

    def test_subscriptions_are_made_and_ended(self):
        host = Host().http(lambda request: answer(404 if request.method == "DELETE" else 200, {"id": "h1"}))
        self.assertEqual(host.subscribe(plugin, "updated", {"a": 1}, "https://weft.example/t"), {"id": "h1"})
        self.assertEqual(host.requests[0].body, b'{"url":"https://weft.example/t","a":1}')
        self.fails(lambda: host.unsubscribe(plugin, "updated", {}, {"id": "h1"}), code="http_404")
        self.fails(lambda: host.subscribe(plugin, "quiet", {}, "u"), code="not_offered")


if __name__ == "__main__":
    unittest.main()
