import os
import pty
import subprocess
import time

from session import HelperTest, command
from test_reserve import cpu_seconds

CONSOLE = {"cmd": "console", "domain": "a"}


class Console(HelperTest):
    def setUp(self):
        self.log = self.home / f"{self.id()}.log"
        self.errors = self.home / f"{self.id()}.errors"

    def running(self, more=""):
        """The URI of a host where `a` runs."""
        shut_off = self.node(("a", more)).removeprefix("test://")
        path = f"{shut_off}-running.xml"
        with open(shut_off) as source, open(path, "w") as target:
            target.write(source.read().replace("<test:runstate>5</test:runstate>", ""))
        return f"test://{path}"

    def logging(self, append=""):
        log = f"<log file='{self.log}'{append}/>"
        return self.running(f"<devices><console type='pty'>{log}</console></devices>")

    def reading(self, uri):
        with open(self.errors, "wb") as errors:
            return self.session(uri, stderr=errors)

    def write(self, text, path=None):
        with open(path or self.log, "ab") as log:
            log.write(text)

    def seen(self):
        return self.errors.read_bytes()


class Rejected(Console):
    def test_unknown_domain(self):
        session = self.session(self.node("a"))
        for wait in (False, True):
            self.assertRefused(
                session.ask({"cmd": "console", "domain": "none", "wait": wait}, timeout=5),
                "not-found", "none")

    def test_stopped_domain(self):
        session = self.session(self.node("a"))
        reply = session.ask({**CONSOLE, "seconds": 60}, timeout=5)
        self.assertRefused(reply, "libvirt", "'a'", "not running")
        self.assertIn("wait", reply["error"]["hint"])

    def test_domain_not_started_in_time(self):
        session = self.session(self.node("a"))
        start = time.monotonic()
        self.assertRefused(
            session.ask({**CONSOLE, "seconds": 0.5, "wait": True}, timeout=5), "timeout", "'a'")
        self.assertGreaterEqual(time.monotonic() - start, 0.5)

    def test_invalid_values(self):
        session = self.session(self.node("a"))
        self.assertRefused(
            session.ask({**CONSOLE, "until": "("}), "bad-request", "'('", "regular expression")
        for name, value in (("seconds", -1), ("seconds", "1"), ("until", 1), ("wait", 1),
                            ("force", "yes"), ("domain", ["a"])):
            self.assertRefused(
                session.ask({**CONSOLE, name: value}), "bad-request", f"'{name}'")
        reply = session.ask({**CONSOLE, "until_": "x"})
        self.assertNotIn("cmd", reply)
        self.assertRefused(reply, "bad-request", "'until_'")
        self.assertRefused(session.ask({"cmd": "console"}), "bad-request", "domain")

    def test_driver_without_consoles(self):
        session = self.session(self.running())
        self.assertRefused(session.ask(CONSOLE, timeout=5), "unsupported", "console", "'a'")

    def test_log_that_is_not_a_regular_file_is_not_read(self):
        uri = self.logging()
        self.write(b"secret", self.home / "secret")
        self.log.symlink_to(self.home / "secret")
        self.assertRefused(self.reading(uri).ask(CONSOLE, timeout=5), "unsupported")
        self.log.unlink()
        os.mkfifo(self.log, 0o666)
        self.assertRefused(self.reading(uri).ask(CONSOLE, timeout=5), "unsupported")
        self.assertEqual(self.seen(), b"")


class Log(Console):
    def test_reads_from_first_byte_to_match(self):
        uri = self.logging()
        text = b"\x1b[2Jboot\r\n\xff\x00 caf\xc3\xa9 login: "
        self.write(text)
        reply = self.reading(uri).ok({**CONSOLE, "until": "caf\u00e9 (login|user): $"})
        self.assertEqual(reply, {
            "success": True, "cmd": "console", "domain": "a",
            "until": "caf\u00e9 (login|user): $", "reason": "matched",
            "matched": "caf\u00e9 login: ", "source": "log", "bytes": len(text)})
        self.assertEqual(self.seen(), text)

    def test_people_see_no_escape_sequences(self):
        uri = self.logging()
        self.write(b"\x1b[2Jboot\r\n\x1b]0;title\x07\xff\x9b caf\xc3\xa9 \x1b[1mlogin: ")
        done = subprocess.run(
            [*command(self.home), uri, "console", "a", "until=login: $"], stdin=subprocess.DEVNULL,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home)}, capture_output=True, timeout=20)
        self.assertEqual((done.returncode, done.stderr.decode()),
                         (0, "boot\n\ufffd\ufffd caf\u00e9 login: "))

    def test_console_is_a_file(self):
        source = f"<source path='{self.log}'/>"
        uri = self.running(f"<devices><serial type='file'>{source}</serial></devices>")
        self.write(b"text")
        reply = self.reading(uri).ok({**CONSOLE, "until": "text"})
        self.assertEqual((reply["source"], reply["bytes"]), ("log", 4))

    def test_match_across_later_writes(self):
        uri = self.logging()
        self.write(b"first\nlo")
        session = self.reading(uri)
        session.send({**CONSOLE, "until": "login"})
        self.assertTrue(session.is_silent(0.5))
        for part in (b"g", b"in", b" more"):
            self.write(part)
            time.sleep(0.1)
        reply = session.line()
        self.assertEqual(reply["matched"], "login")
        self.assertTrue(self.seen().startswith(b"first\nlogin"))
        session.ok({"cmd": "ping"})

    def test_seconds_elapse(self):
        uri = self.logging()
        self.write(b"text")
        session = self.reading(uri)
        session.ok({"cmd": "ping"})
        before, start = cpu_seconds(session.pid), time.monotonic()
        reply = session.ok({**CONSOLE, "seconds": 1.5})
        self.assertGreaterEqual(time.monotonic() - start, 1.5)
        self.assertLess(cpu_seconds(session.pid) - before, 0.3)
        self.assertEqual((reply["reason"], reply["matched"], reply["bytes"]), ("seconds", None, 4))
        self.assertEqual(session.ok({**CONSOLE, "seconds": 0})["bytes"], 4)
        self.assertRefused(
            session.ask({**CONSOLE, "seconds": 0.2, "until": "login"}), "timeout", "'a'", "login")
        self.assertEqual(self.seen(), b"text" * 3)

    def test_several_readers(self):
        uri = self.logging()
        self.write(b"text")
        first = self.session(uri)
        first.send({**CONSOLE, "seconds": 5, "until": "end"})
        self.assertTrue(first.is_silent(0.3))
        self.assertEqual(self.reading(uri).ok({**CONSOLE, "until": "text"})["bytes"], 4)
        self.write(b"end")
        self.assertEqual(first.line()["bytes"], 7)

    def test_rotated_logs_are_read_in_order(self):
        uri = self.logging()
        for number in (1, 0):
            self.write(b"%d\n" % number, f"{self.log}.{number}")
        self.write(b"now\n")
        session = self.reading(uri)
        session.send({**CONSOLE, "until": r"end\n"})
        self.assertTrue(session.is_silent(0.3))
        self.rotate()
        self.assertTrue(session.is_silent(0.3))
        self.write(b"new\n")
        self.assertTrue(session.is_silent(0.3))
        for text in (b"a\n", b"b\n", b"end\n"):
            self.rotate()
            self.write(text)
        session.line()
        self.assertEqual(self.seen(), b"1\n0\nnow\nnew\na\nb\nend\n")

    def rotate(self):
        """Rotates the log as virtlogd does, with any number of old files."""
        number = 0
        while os.path.exists(f"{self.log}.{number}"):
            number += 1
        for old in range(number, 0, -1):
            os.rename(f"{self.log}.{old - 1}", f"{self.log}.{old}")
        os.rename(self.log, f"{self.log}.0")

    def test_earlier_runs_are_not_shown(self):
        uri = self.logging(" append='on'")
        self.write(b"earlier login: ")
        session = self.reading(uri)
        session.send({**CONSOLE, "until": "login"})
        self.assertTrue(session.is_silent(0.5))
        self.write(b"this login: ")
        session.line()
        self.assertEqual(self.seen(), b"this login: ")

    def test_expression_that_backtracks_too_long(self):
        uri = self.logging()
        self.write(b"a" * 60000)
        session = self.reading(uri)
        for until in ("(a+)+b", "(a|aa)*b", "(?:a?){40}a{40}b"):
            start = time.monotonic()
            self.assertRefused(
                session.ask({**CONSOLE, "until": until}), "bad-request", until, "too long")
            self.assertLess(time.monotonic() - start, 10)

    def test_client_disconnect_ends_session(self):
        uri = self.logging()
        self.write(b"text")
        reader, writer = os.pipe()
        session = self.session(uri, stderr=writer)
        os.close(writer)
        session.send(CONSOLE)
        self.assertEqual(os.read(reader, 100), b"text")
        os.close(reader)
        session.process.wait(1)

    def test_large_output_is_complete(self):
        uri = self.logging()
        text = os.urandom(3 << 20)
        self.write(text)
        self.write(b"[end]")
        reply = self.reading(uri).ok({**CONSOLE, "until": r"\[end\]$"})
        self.assertEqual(reply["bytes"], len(text) + 5)
        self.assertEqual(self.seen(), text + b"[end]")


class Input(Console):
    """Input for the guest, in words. The test driver has no console devices: it refuses them."""

    NO_DEVICE = "cannot open the console of 'a'"

    def words(self, *words, stdin=subprocess.DEVNULL):
        done = subprocess.run(
            [*command(self.home), *words], stdin=stdin, capture_output=True, timeout=20, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        return done.returncode, done.stderr

    def terminal(self):
        ours, theirs = pty.openpty()
        self.addCleanup(os.close, ours)
        self.addCleanup(os.close, theirs)
        return theirs

    def test_line_protocol_has_none(self):
        session = self.session(self.logging())
        reply = session.ask({**CONSOLE, "input": True})
        self.assertRefused(reply, "bad-request", "standard input carries requests")
        self.assertIn("ssh -t", reply["error"]["hint"])
        self.write(b"text")
        session.ok({**CONSOLE, "input": False, "until": "text"})

    def test_terminal_and_argument_decide(self):
        uri = self.logging()
        self.write(b"text")
        log = ("console", "a", "until=text")
        # Only the device takes input, not the log.
        for words, stdin, takes_input in (
                ((), subprocess.DEVNULL, False), (("input=true",), subprocess.DEVNULL, True),
                ((), self.terminal(), True), (("input=false",), self.terminal(), False)):
            status, errors = self.words(uri, *log, *words, stdin=stdin)
            with self.subTest(words, errors=errors):
                self.assertEqual((status, self.NO_DEVICE in errors), (int(takes_input),) * 2)
