"""What `weft plugin new` writes builds, passes its own tests and does what its cases say."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from sandbox import Host, Sandbox
from test_components import answer, call

ROOT = Path(__file__).parents[3]
API = ROOT / "plugin-api"


class TemplatesTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.project = Path(temporary.name) / "mine"
        self.component = self.project / "mine.wasm"

    def create(self, language: str, sdk: str) -> None:
        shutil.copytree(API / "templates" / language, self.project)
        for file in self.project.rglob("*"):
            if file.is_file():
                text = file.read_text().replace("{{id}}", "acme.mine").replace("{{name}}", "mine")
                self.assertNotIn("{{", text, file)
                file.write_text(text)
        left_out = shutil.ignore_patterns("test", "node_modules", "__pycache__")
        shutil.copytree(API / sdk, self.project / "sdk", ignore=left_out)
        shutil.copytree(API / "wit", self.project / "sdk" / "wit")

    def command(self, *words: str | Path, **environment: str) -> None:
        done = subprocess.run(words, cwd=self.project, env=os.environ | environment, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def check_cases(self) -> None:
        sandbox = Sandbox(self.component, Host())
        self.assertEqual(json.loads(sandbox.call("metadata", "describe"))["id"], "acme.mine")
        cases = [json.loads(file.read_text()) for file in sorted((self.project / "tests").glob("*.json"))]
        self.assertEqual(len(cases), 2)
        for case in cases:
            (exchange,) = case["http"]
            sandbox.host = Host()
            sandbox.host.respond = lambda request: answer(exchange["response"]["status"], exchange["response"]["json"])
            result, value = sandbox.call("actions", "run", call(case["action"], case["params"]))
            sent = sandbox.host.requests[0]
            self.assertEqual({"method": sent["method"], "url": sent["url"]}, exchange["request"])
            if result == "ok":
                self.assertEqual([json.loads(item["data"]) for item in value["items"]], case["expect"]["items"])
            else:
                self.assertEqual({"kind": value["kind"], "code": value["code"]}, case["expect"]["error"])

    def test_javascript(self):
        self.create("javascript", "js")
        modules = self.project / "node_modules"
        modules.mkdir()
        (modules / "weft-plugin").symlink_to("../sdk")
        self.command("npm", "test")
        self.command("node", ROOT / "designer-ui/node_modules/typescript/bin/tsc")
        tool = ROOT / "plugins/examples/javascript/node_modules/componentize-qjs/bin/componentize-qjs"
        world = ["--sync", "--wit", "sdk/wit", "--world", "connector", "--module-root", "."]
        self.command("node", tool, *world, "--js", "src/plugin.js", "--output", self.component)
        self.check_cases()

    def test_python(self):
        self.create("python", "python")
        self.command(sys.executable, "-m", "unittest", "discover", "tests", PYTHONPATH="sdk")
        tool = Path(sys.executable).with_name("componentize-py")
        world = ["-d", "sdk/wit", "-w", "connector"]
        self.command(tool, *world, "componentize", "plugin", "-p", ".", "-p", "sdk", "-o", self.component)
        self.check_cases()


if __name__ == "__main__":
    unittest.main()
