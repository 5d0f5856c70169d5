"""The connector without a sandbox: the SDK plays the host."""

import hashlib
import hmac
import unittest

from plugin import plugin
from weft_plugin import ErrorKind, StepError
from weft_plugin.testing import Host, answer

BODY = '{"id":"parcel_1","status":"delivered"}'
ORDER = {"recipient": "Ada", "depot": "north"}


def host():
    return Host().credential("account", base_url="https://parcels.example.com/", webhook_secret="key")


def signature(body):
    return hmac.new(b"key", body.encode(), hashlib.sha256).hexdigest()


class ParcelsTest(unittest.TestCase):
    def test_a_parcel_is_created_under_the_key_of_its_call(self):
        here = host().http(lambda request: answer(201, {"id": "parcel_1", "status": "created"}))
        self.assertEqual(here.run(plugin, "create_parcel", ORDER).values[0]["id"], "parcel_1")
        sent = here.requests[0]
        self.assertEqual((sent.method, sent.url, sent.auth), ("POST", "https://parcels.example.com/parcels", "account"))
        self.assertIn(("idempotency-key", "test"), sent.headers)

    def test_what_the_service_finds_wrong_is_told_at_the_field(self):
        refusal = {"error": "unknown_depot", "message": "there is no depot 'x'"}
        here = host().http(lambda request: answer(422, refusal))
        with self.assertRaises(StepError) as caught:
            here.run(plugin, "create_parcel", ORDER)
        self.assertEqual((caught.exception.kind, caught.exception.pointer), (ErrorKind.INVALID_INPUT, "/depot"))
        here.http(lambda request: answer(503, None, [("retry-after", "2")]))
        with self.assertRaises(StepError) as caught:
            here.run(plugin, "create_parcel", ORDER)
        self.assertEqual((caught.exception.kind, caught.exception.retry_after_ms), (ErrorKind.RETRYABLE, 2_000))

    def test_parcels_are_listed_page_by_page(self):
        pages = {True: {"items": [{"id": "b"}], "next": None}, False: {"items": [{"id": "a"}], "next": "1"}}
        here = host().http(lambda request: answer(200, pages["cursor=1" in request.url]))
        first = here.run(plugin, "list_parcels", {"page_size": 1})
        self.assertEqual((first.values, first.cursor), ([{"id": "a"}], "1"))
        last = here.run(plugin, "list_parcels", {"page_size": 1}, cursor="1")
        self.assertEqual((last.values, last.cursor), ([{"id": "b"}], None))

    def test_the_first_poll_only_remembers_where_things_stand(self):
        def delivered(id, moment):
            return answer(200, {"items": [{"id": id, "status": "delivered", "delivered_at": moment}], "next": None})

        here = host().http(lambda request: delivered("old", 5) if request.url.endswith("since=0") else delivered("new", 9))
        first = here.poll(plugin, "parcel_delivered")
        self.assertEqual((first.values, first.cursor), ([], 5))
        second = here.poll(plugin, "parcel_delivered", cursor=5)
        self.assertEqual((second.values[0]["id"], second.cursor), ("new", 9))

    def test_only_what_is_signed_is_heard_and_only_once(self):
        here = host()

        def handle(body, signature):
            headers = [("X-Parcels-Signature", signature), ("X-Parcels-Delivery", "delivery_1")]
            return here.handle(plugin, "parcel_updated", body=body, headers=headers)

        for wrong in ("", "00", "not hexadecimal", signature(BODY)[:62]):
            self.assertEqual(handle(BODY, wrong).verdict, "reject", wrong)
        challenge = '{"challenge":"word"}'
        self.assertEqual(handle(challenge, signature(challenge)).reply.body.decode(), challenge)
        self.assertEqual(handle(BODY, signature(BODY)).values, [{"id": "parcel_1", "status": "delivered"}])
        self.assertEqual(handle(BODY, signature(BODY)).verdict, "answer")

    def test_depots_are_searched_and_credentials_tried(self):
        depots = {"items": [{"id": "north", "name": "Depot North"}]}
        here = host().http(lambda request: answer(200, depots if "/depots?search=nor" in request.url else {"name": "Ada"}))
        choices, _ = here.options(plugin, "create_parcel", "depot", search="nor")
        self.assertEqual(choices, [("north", "Depot North", None)])
        self.assertEqual(here.test_credential(plugin, "account"), "Signed in as Ada.")

    def test_subscriptions_are_made_and_ended(self):
        here = host().http(lambda request: answer(201, {"id": "hook_1"}) if request.method == "POST" else answer(404, None))
        subscription = here.subscribe(plugin, "parcel_updated", {}, "https://weft.example/triggers/x")
        here.unsubscribe(plugin, "parcel_updated", {}, subscription)
        self.assertEqual(here.requests[1].url, "https://parcels.example.com/hooks/hook_1")
