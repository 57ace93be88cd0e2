import os
import time

from session import HelperTest

# A body that would be read as requests if the session did not consume it.
BODY = b'{"cmd": "setname", "name": ""}\n' * 3


class Upload(HelperTest):
    def setUp(self):
        self.opened = self.session(self.node("a"))
        self.opened.ok({"cmd": "ping"})
        self.directory = os.readlink(f"/proc/{self.opened.pid}/cwd")

    def upload(self, name, body=BODY, length=None):
        request = {"cmd": "upload", "name": name, "length": len(body) if length is None else length}
        reply = self.opened.ask(request, body)
        self.assertEqual(self.opened.ask({"cmd": "ping"})["reply"], "atex-virt-helper v1 pong")
        return reply

    def content(self, name):
        with open(f"{self.directory}/{name}", "rb") as file:
            return file.read()

    def test_writes_file(self):
        big = os.urandom(5 << 20)
        for name, body in (("ks.cfg", BODY), ("empty", b""), ("big", big), ("ks.cfg", b"new"),
                           ("caf\u00e9 \\ \" -n", b"x"), (".hidden", b"y"), ("n" * 255, b"z")):
            reply = self.upload(name, body)
            self.assertEqual(reply, {"success": True, "cmd": "upload", "name": name,
                                     "length": len(body)})
            self.assertEqual(self.content(name), body)
        self.assertEqual(len(os.listdir(self.directory)), 6)

    def test_limit_of_file_sizes(self):
        # Without handling, SIGXFSZ ends the session.
        limited = self.session(self.node("b"), within=["prlimit", "--fsize=100000"])
        reply = limited.ask(
            {"cmd": "upload", "name": "big", "length": 200_000, "id": 1}, b"x" * 200_000)
        directory = os.readlink(f"/proc/{limited.pid}/cwd")
        self.assertRefused(reply, "no-space", "'big'", directory, "File too large")
        self.assertEqual(os.listdir(directory), [])
        limited.ok({"cmd": "upload", "name": "small", "length": 3}, b"abc")

    def test_invalid_names(self):
        for name in ("", ".", "..", "/etc/x", "a/b", "../x", "a\0b", "n" * 256, 5, None):
            with self.subTest(name):
                reply = self.upload(name)
                self.assertEqual((reply["success"], reply["cmd"]), (False, "upload"))
        self.assertEqual(os.listdir(self.directory), [])

    def test_invalid_lengths(self):
        for length in (-1, "5", 1.5, None, True, [5]):
            with self.subTest(length):
                reply = self.opened.ask({"cmd": "upload", "name": "x", "length": length})
                self.assertFalse(reply["success"])
                self.assertIn("length", reply["reply"])
        self.opened.ok({"cmd": "ping"})
        self.assertEqual(os.listdir(self.directory), [])

    def test_rejected_upload_consumes_its_body(self):
        request = {"cmd": "upload", "name": "x", "length": len(BODY), "mode": 5}
        self.assertFalse(self.opened.ask(request, BODY)["success"])
        self.assertIn("pong", self.opened.ask({"cmd": "ping"})["reply"])

    def test_file_cannot_be_created(self):
        os.chmod(self.directory, 0o500)
        reply = self.upload("x")
        os.chmod(self.directory, 0o700)
        self.assertFalse(reply["success"])
        self.assertEqual(reply["reply"],
                         f"cannot make file 'x' of {len(BODY)} bytes in '{self.directory}': "
                         "Permission denied")

    def test_file_appears_only_when_complete(self):
        self.opened.send({"cmd": "upload", "name": "x", "length": 10}, b"12345")
        self.assertTrue(self.opened.is_silent(0.3))
        self.assertEqual(os.listdir(self.directory), [])
        self.opened.process.stdin.write(b"67890")
        self.opened.process.stdin.flush()
        self.assertTrue(self.opened.line()["success"])
        self.assertEqual(self.content("x"), b"1234567890")

    def test_end_of_input_within_body(self):
        self.opened.send({"cmd": "upload", "name": "x", "length": 10}, b"12345")
        time.sleep(0.1)
        self.opened.process.stdin.close()
        self.opened.process.wait(5)
        self.assertEqual(self.opened.process.stdout.read(), b"")
        self.assertFalse(os.path.exists(self.directory))
