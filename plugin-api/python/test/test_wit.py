"""Everything of the contract is in the fake host, and in the exports."""

import inspect
import re
import unittest
from pathlib import Path

from weft_plugin import fake

from .plugin import plugin

WIT = re.sub(r"//.*", "", (Path(__file__).parents[2] / "wit" / "weft.wit").read_text())
INTERFACES = {
    part.split()[1]: [name.replace("-", "_") for name in re.findall(r"([a-z-]+): (?:static )?func\(", part)]
    for part in re.split(r"^(?=interface |world )", WIT, flags=re.MULTILINE)
    if part.startswith("interface")
}
SDK = "".join(path.read_text() for path in Path(fake.__file__).parents[1].glob("*.py"))
EXPORTS = ["metadata", "actions", "dynamic", "polling", "webhooks"]


class WitTest(unittest.TestCase):
    def test_the_contract_was_read(self):
        self.assertEqual(list(INTERFACES), ["types", "host", "credentials", "http", "state", "blobs", *EXPORTS])
        self.assertEqual(sum(map(len, INTERFACES.values())), 30)

    def test_every_import_has_a_fake_and_a_place_in_the_sdk(self):
        for name in ("host", "credentials", "http", "state", "blobs"):
            module = getattr(fake, name)
            classes = [one for one in vars(module).values() if inspect.isclass(one)]
            for function in INTERFACES[name]:
                found = hasattr(module, function) or any(hasattr(one, function) for one in classes)
                self.assertTrue(found, f"{name}.{function}")
                self.assertRegex(SDK, rf"(wire|host|Writer|_handle)\.{function}\(", f"{name}.{function}")

    def test_every_export_is_made(self):
        for name, export in zip(EXPORTS, plugin.exports()):
            self.assertEqual(export.__name__.lower(), name)
            for function in INTERFACES[name]:
                self.assertTrue(hasattr(export, function), f"{name}.{function}")
