import unittest

from plugin import plugin
from weft_plugin.testing import Host, answer


class GreetTest(unittest.TestCase):
    def test_greets_by_name(self):
        host = Host().http(lambda request: answer(200, {"name": "Ada"}))
        self.assertEqual(host.run(plugin, "greet", {"user": "ada"}).values, [{"text": "Hello, Ada!"}])
        self.assertEqual(host.requests[0].url, "https://api.example.com/users/ada")
