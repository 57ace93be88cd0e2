import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import time

from session import HelperTest, command

PONG = "atex-virt-helper v1 pong"
LIMIT = 4 << 20


class Framing(HelperTest):
    def setUp(self):
        self.opened = self.session(self.node("a"))

    def raw(self, line):
        """The bytes of the reply to a request line."""
        self.opened.send(line)
        end = time.monotonic() + self.opened.TIMEOUT
        while b"\n" not in self.opened.rest:
            self.opened.fill(end)
        reply, _, self.opened.rest = self.opened.rest.partition(b"\n")
        return reply

    def assertGoesOn(self):
        self.assertEqual(self.opened.ok({"cmd": "ping"}),
                         {"success": True, "cmd": "ping", "reply": PONG})

    def test_malformed_requests(self):
        for line, words in (
                (b"", "not valid JSON"), (b"{", "not valid JSON"),
                (b"ping", "expected a value at byte 0; a request is one"), (b"[]", "not an object"),
                (b'"ping"', "not an object"), (b"null", "not an object"), (b"{}", "'cmd'"),
                (b'{"cmd": "ping",}', "comma"), (b'{"cmd": "ping", "id": [1,]}', "comma"),
                (b'{"cmd": "ping", "id": 01}', "not valid JSON"),
                (b'{"cmd": "ping", "id": [1e]}', "not valid JSON"),
                (b'{"cmd": "ping", "id": [-]}', "not valid JSON"), (b'{"cmd": "ping"} {}', "not valid JSON"),
                (b'{"cmd": "ping", "id": "\xff"}', "UTF-8"), (b"{'cmd': 'ping'}", "not valid JSON"),
                (b'{"id": "\\ud800", "cmd": "ping"}', "surrogate"),
                (b'{"id": [1e999], "cmd": "ping"}', "too large"),
                (b'\xef\xbb\xbf{"cmd": "ping"}', "byte order mark")):
            with self.subTest(line):
                reply = self.opened.ask(line)
                self.assertNotIn("cmd", reply)
                self.assertRefused(reply, "bad-request", words)
        self.assertGoesOn()

    def test_unknown_commands_and_arguments(self):
        for cmd in ("nope", "", "Ping", 1, None, ["ping"]):
            reply = self.opened.ask({"cmd": cmd, "id": 7})
            self.assertNotIn("cmd", reply)
            self.assertRefused(reply, "unknown-command", "ping, setname")
            self.assertEqual(reply["id"], 7)
        reply = self.opened.ask({"cmd": "ping", "name": "x", "more": 1})
        self.assertRefused(reply, "bad-request", "'ping'", "'name'", "'more'", "no arguments")
        reply = self.opened.ask({"cmd": "setname", "domain": "x"})
        self.assertRefused(reply, "bad-request", "'setname'", "name")
        self.assertNotIn("cmd", reply)
        self.assertGoesOn()

    def test_kinds_of_virsh_failures(self):
        session = self.session("test:///default")
        for args, kind in ((["domstate", "nope"], "not-found"),
                           (["nodedev-dumpxml", "nope"], "not-found"),
                           (["snapshot-info", "test", "nope"], "not-found"),
                           (["checkpoint-info", "test", "nope"], "not-found"),
                           (["metadata", "test", "http://nowhere"], "not-found"),
                           (["nope"], "bad-request")):
            reply = session.ask({"cmd": "virsh", "args": args, "id": 1})
            self.assertRefused(reply, kind, "error: ")

    def test_names_have_no_nul(self):
        # A C string would end at the NUL and might name another domain or pool.
        for request, argument in (
                ({"cmd": "wait-port", "domain": "a\0", "port": 22}, "domain"),
                ({"cmd": "addresses", "domain": "a\0b"}, "domain"),
                ({"cmd": "port-forwards", "domain": "a\0"}, "domain"),
                ({"cmd": "console", "domain": "a\0"}, "domain"),
                ({"cmd": "host-check", "domain": "a\0"}, "domain"),
                ({"cmd": "provision", "pool": "p\0", "from": "v"}, "pool"),
                ({"cmd": "download-volume", "pool": "p\0", "name": "v"}, "pool"),
                ({"cmd": "create-volume", "pool": "\0", "name": "v", "format": "raw", "size": 1},
                 "pool")):
            with self.subTest(request):
                self.assertRefused(self.opened.ask({**request, "id": 1}), "bad-request",
                                   f"'{argument}'", "without NUL")
        self.assertEqual(self.opened.ask({"cmd": "release", "domain": "a\0"})["reply"],
                         "domain not locked")

    def test_id_is_echoed_unchanged(self):
        for value in ("12345678901234567890123", "-0.0", "1e300", "null", '[1, {"a": [], "b": {}}]',
                      '"caf\\u00e9"', '"\\ud83d\\ude00 \\\\ \\" \\/"', "true", '{"x": "}"}'):
            reply = self.raw(f'{{"cmd": "ping", "id": {value}}}'.encode())
            self.assertIn(f'"id": {value}'.encode(), reply)
            self.assertTrue(json.loads(reply)["success"])

    def test_replies_are_ascii(self):
        reply = self.raw('{"cmd": "ping", "id": "café \U0001F600"}'.encode())
        self.assertIn(b'"id": "caf\\u00e9 \\ud83d\\ude00"', reply)
        reply = self.raw('{"cmd": "release", "domain": "\u202e"}'.encode())
        self.assertTrue(reply.isascii())
        self.assertEqual(json.loads(reply)["domain"], "\u202e")

    def test_last_duplicate_member_wins(self):
        reply = self.opened.ok(b'{"cmd": "ping", "cmd": "setname", "name": "x", "name": "y"}')
        self.assertEqual((reply["cmd"], reply["name"]), ("setname", "y"))
        self.assertEqual(self.opened.ok({"cmd": "whoami"})["identity"], "y")

    def test_long_lines(self):
        def line(length):
            start, end = b'{"cmd": "ping", "id": "', b'"}'
            return start + b"x" * (length - len(start) - len(end)) + end

        self.assertTrue(self.opened.ok(line(LIMIT))["success"])
        for length in (LIMIT + 1, 3 * LIMIT):
            self.assertRefused(self.opened.ask(line(length)), "bad-request", str(LIMIT))
        self.assertGoesOn()

    def test_long_replies(self):
        """No reply has more than 16 MiB, and none is built in memory first."""
        session = self.opened
        reply = session.ask({"cmd": "virsh", "args": ["help;" * 13000], "id": 1}, timeout=60)
        self.assertRefused(reply, "bad-request", "16777216 bytes")
        self.assertEqual(reply["id"], 1)
        # The message would repeat the name.
        request = {"cmd": "copy-volume", "pool": "\u00e9" * 1500000, "from": "a", "to": "b"}
        reply = session.ask(json.dumps(request, ensure_ascii=False).encode(), timeout=60)
        self.assertEqual(reply, {"success": False, **request, "reply": reply["reply"]})
        self.assertIn("16777216 bytes", reply["reply"])
        status = pathlib.Path(f"/proc/{session.pid}/status").read_text()
        self.assertLess(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]), 200 << 10)
        self.assertGoesOn()

    def test_pipelined_requests(self):
        requests = [{"cmd": "ping", "id": number} for number in range(500)]
        self.opened.send(b"\n".join(json.dumps(request).encode() for request in requests))
        self.assertEqual([reply["id"] for reply in self.opened.lines(500)], list(range(500)))

    def test_last_line_without_newline(self):
        self.opened.process.stdin.write(b'{"cmd": "ping"}')
        self.opened.process.stdin.close()
        self.assertEqual(self.opened.line()["reply"], PONG)
        self.assertEqual(self.opened.process.wait(5), 0)


class Streams(HelperTest):
    """Unusual standard streams."""

    def test_nonblocking_input(self):
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        process = subprocess.Popen(
            [*command(self.home), self.node("a")], stdin=reader, stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        os.close(reader)
        time.sleep(0.3)
        for part in (b'{"cmd": ', b'"ping"}\n'):
            os.write(writer, part)
            time.sleep(0.1)
        self.assertEqual(json.loads(process.stdout.readline())["reply"], PONG)
        os.close(writer)
        self.assertEqual(process.wait(5), 0)

    def test_no_command_leaves_a_descriptor_open(self):
        session = self.session(self.node("a", "b"))

        def commands():
            for request in ({"cmd": "virsh", "args": ["start", "a"]},
                            {"cmd": "reserve", "filter": "b"},
                            {"cmd": "reserve", "filter": "b", "wait": 0.1},
                            {"cmd": "wait-port", "domain": "a", "port": 22, "timeout": 0.1},
                            {"cmd": "console", "domain": "a", "seconds": 0.1},
                            {"cmd": "console", "domain": "b", "seconds": 0.1, "wait": True},
                            {"cmd": "provision", "pool": "none", "from": "none"},
                            {"cmd": "release", "domain": "b"}):
                session.ask(request)

        def descriptors():
            return len(os.listdir(f"/proc/{session.pid}/fd"))

        commands()
        before = descriptors()
        commands()
        commands()
        end = time.monotonic() + 2
        while descriptors() > before and time.monotonic() < end:
            time.sleep(0.05)
        self.assertLessEqual(descriptors(), before)

    def test_standard_error_without_reader_from_the_start(self):
        # The reader closed it before the request, so this does not count as a disconnect.
        for _ in range(5):
            reader, writer = os.pipe()
            os.close(reader)
            session = self.session(self.node("a"), stderr=writer)
            os.close(writer)
            session.send({"cmd": "virsh", "args": ["list"]})
            self.assertTrue(session.line()["success"])
            self.assertEqual(session.close(), 0)


class Ending(HelperTest):
    def setUp(self):
        self.opened = self.session(self.node("a"))
        self.opened.ok({"cmd": "ping"})
        self.directory = os.readlink(f"/proc/{self.opened.pid}/cwd")

    def test_directory_is_private(self):
        self.assertTrue(self.directory.startswith("/var/tmp/atex-virt-helper-"))
        self.assertEqual(os.stat(self.directory).st_mode & 0o777, 0o700)

    def test_end_of_input(self):
        self.assertEqual(self.opened.close(), 0)
        self.assertFalse(os.path.exists(self.directory))

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
            session = self.session(self.node("a"))
            session.ok({"cmd": "ping"})
            directory = os.readlink(f"/proc/{session.pid}/cwd")
            os.kill(session.pid, number)
            session.process.wait(5)
            self.assertFalse(os.path.exists(directory))

    def test_files_of_a_killed_session_are_removed(self):
        scratch = self.home / ".cache/virt-manager/boot"
        scratch.mkdir(parents=True, exist_ok=True)
        left = scratch / "virtinst-ABCDEFGH-vmlinuz"
        theirs = scratch / "virtinst-abcdefgh-vmlinuz"
        for file in (left, theirs):
            file.touch()
        owner = os.stat(self.directory)
        for path in (left, theirs, scratch, scratch.parent, scratch.parent.parent):
            os.chown(path, owner.st_uid, owner.st_gid)
        # The original helper uses the same names, but holds no lock on its directory.
        original = pathlib.Path(tempfile.mkdtemp(prefix="atex-virt-helper-", dir="/var/tmp"))
        self.addCleanup(original.rmdir)
        os.chown(original, owner.st_uid, owner.st_gid)
        living = self.session(self.node("b"))
        living.ok({"cmd": "ping"})
        directory = os.readlink(f"/proc/{living.pid}/cwd")
        self.opened.ok({"cmd": "upload", "name": "big", "length": 3}, b"abc")
        self.opened.kill()
        self.assertTrue(os.path.exists(self.directory))
        self.session(self.node("c")).ok({"cmd": "ping"})
        self.assertFalse(os.path.exists(self.directory))
        self.assertTrue(os.path.exists(directory))
        self.assertTrue(original.exists())
        self.assertFalse(left.exists())
        self.assertTrue(theirs.exists())

    def test_client_disconnect_ends_session(self):
        self.opened.process.stdout.close()
        self.opened.process.wait(2)
        self.assertFalse(os.path.exists(self.directory))
