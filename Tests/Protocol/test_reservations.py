import calendar
import fcntl
import os
import pathlib
import subprocess
import sys
import time

from session import HelperTest

# Holds a domain as the original helper does, in a process with the name of its argument.
HOLDER = """
import fcntl, sys
with open("/proc/self/comm", "w") as comm:
    comm.write(sys.argv[2])
with open(sys.argv[1], "r+b") as lock:
    fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    print("held", flush=True)
    sys.stdin.read()
"""


class Reservations(HelperTest):
    def setUp(self):
        self.uri = self.node("a", "b")

    def holders(self, session):
        return session.ok({"cmd": "reservations"})["domains"]

    def take(self, session, name):
        return session.ok({"cmd": "reserve", "filter": name})["domain"]

    def lock(self, session, name):
        """The lock file, writable for any user."""
        self.take(session, name)
        session.ok({"cmd": "release", "domain": name})
        path = pathlib.Path(self.home) / ".atex-virt-helper/locks" / name
        path.touch()
        path.chmod(0o666)
        return path

    def test_holders(self):
        first, second = self.session(self.uri), self.session(self.uri)
        self.assertEqual(self.holders(first), {"a": "(free)", "b": "(free)"})
        first.ok({"cmd": "setname", "name": "first one"})
        self.take(first, "a")
        self.assertEqual(self.holders(first), {"a": "(reserved for us)", "b": "(free)"})
        self.assertEqual(self.holders(second), {"a": "first one", "b": "(free)"})
        # Listing must not release a lock: closing any descriptor of a lock file would.
        self.assertEqual(self.holders(first), {"a": "(reserved for us)", "b": "(free)"})
        self.take(second, "b")
        self.assertEqual(self.holders(first), {"a": "(reserved for us)", "b": "atex-virt-helpe"})
        first.close()
        self.assertEqual(self.holders(second), {"a": "(free)", "b": "(reserved for us)"})

    def details(self, session):
        return session.ok({"cmd": "reservations", "details": True})["holders"]

    def test_details(self):
        first = self.session(self.uri, env={
            "SUDO_USER": "jane", "SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22"})
        second = self.session(self.uri)
        self.assertEqual(self.details(first), {})
        before = int(time.time())
        self.take(first, "a")
        reply = second.ok({"cmd": "reservations", "details": True})
        self.assertEqual(reply["domains"], {"a": "atex-virt-helpe", "b": "(free)"})
        self.assertEqual(list(reply["holders"]), ["a"])
        holder = reply["holders"]["a"]
        since = calendar.timegm(time.strptime(holder.pop("since"), "%Y-%m-%dT%H:%M:%SZ"))
        self.assertTrue(before <= since <= time.time(), since)
        self.assertEqual(
            holder, {"identity": "jane", "user": "jane", "peer": "192.0.2.7 50022", "note": None,
                     "pid": first.pid, "lease": None, "until": None})
        # The own reservation, and a name set later.
        first.ok({"cmd": "setname", "name": "a name with more than 15 bytes"})
        for session in first, second:
            self.assertEqual(self.details(session)["a"]["identity"],
                             "a name with more than 15 bytes")
        first.ok({"cmd": "release", "domain": "a"})
        self.assertEqual(self.details(second), {})
        reply = second.ask({"cmd": "reservations", "details": "yes"})
        self.assertRefused(reply, "bad-request", "'details'")

    def test_record_of_a_session(self):
        directory = pathlib.Path(self.home) / ".atex-virt-helper/sessions"
        first, second = self.session(self.uri), self.session(self.uri)
        self.take(first, "a")
        file = directory / str(first.pid)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        os.kill(first.pid, 9)
        first.process.wait(5)
        # The next session that reserves something removes what killed ones left.
        self.assertTrue(file.exists())
        self.take(second, "a")
        self.assertFalse(file.exists())
        self.assertTrue((directory / str(second.pid)).exists())
        second.process.terminate()
        second.process.wait(5)
        self.assertFalse((directory / str(second.pid)).exists())

    def test_forged_record(self):
        # A record counts only if the holder of the domain keeps it locked.
        session, other = self.session(self.uri), self.session(self.uri)
        path = self.lock(session, "a")
        with subprocess.Popen([sys.executable, "-c", HOLDER, path, "original"], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
            self.assertEqual(holder.stdout.readline(), "held\n")
            self.take(other, "b")
            file = pathlib.Path(self.home) / ".atex-virt-helper/sessions" / str(holder.pid)
            file.write_text(
                '{"identity":"x","user":"x","peer":null,"since":1,"domains":{"a":1}}')
            file.chmod(0o666)
            self.assertEqual(self.details(session)["a"], {
                "identity": "original", "user": None, "peer": None, "since": None, "note": None,
                "pid": holder.pid, "lease": None, "until": None})
            holder.communicate(timeout=10)

    def test_release_of_a_domain_not_held(self):
        first, second = self.session(self.uri), self.session(self.uri)
        self.take(first, "a")
        for session, domain in ((second, "a"), (first, "b"), (first, "none"), (first, ""),
                                (first, "../a")):
            reply = session.ask({"cmd": "release", "domain": domain})
            self.assertEqual(reply, {"success": False, "cmd": "release", "domain": domain,
                                     "reply": "domain not locked"})
        self.assertEqual(self.holders(second)["a"], "atex-virt-helpe")

    def test_original_helper_holds_a_lock(self):
        session = self.session(self.uri)
        path = self.lock(session, "a")
        for name, shown in (("original", "original"), (" ", "(empty name)")):
            with subprocess.Popen([sys.executable, "-c", HOLDER, path, name], text=True,
                                  stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
                self.assertEqual(holder.stdout.readline(), "held\n")
                self.assertEqual(self.holders(session)["a"], shown)
                reply = session.ask({"cmd": "reserve", "filter": "a"})
                self.assertEqual(reply["reply"], "no domain could be reserved")
                holder.communicate(timeout=10)
            self.assertEqual(self.holders(session)["a"], "(free)")

    def test_original_helper_respects_our_lock(self):
        session = self.session(self.uri)
        path = self.lock(session, "a")
        self.take(session, "a")
        with open(path, "r+b") as lock:
            with self.assertRaises(BlockingIOError):
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            session.ok({"cmd": "release", "domain": "a"})
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def test_killed_session_releases(self):
        first, second = self.session(self.uri), self.session(self.uri)
        self.take(first, "a")
        os.kill(first.pid, 9)
        first.process.wait(5)
        self.assertEqual(self.take(second, "a"), "a")


class Setname(HelperTest):
    def setUp(self):
        self.opened = self.session(self.node("a"))

    def name(self):
        with open(f"/proc/{self.opened.pid}/comm", "rb") as comm:
            return comm.read().decode()

    def test_sets_process_name(self):
        for name, shown in (("ci", "ci"), ("fifteen letters", "fifteen letters"),
                            ("sixteen letters!", "sixteen letters"),
                            ("\u00e9" * 8, "\u00e9" * 7),
                            ("14 letters and\u20ac", "14 letters and"),
                            ("-x \\ %s", "-x \\ %s")):
            reply = self.opened.ok({"cmd": "setname", "name": name})
            self.assertEqual(reply, {"success": True, "cmd": "setname", "name": name})
            self.assertEqual(self.name(), shown + "\n")

    def test_names_of_states(self):
        self.opened.ok({"cmd": "setname", "name": "before"})
        for name in ("(free)", "(reserved for us)", " (empty name)", "(pid 7 disappeared)",
                     "\n(free)", "(reserved for us) by me"):
            reply = self.opened.ask({"cmd": "setname", "name": name})
            self.assertEqual((reply["success"], reply["reply"]),
                             (False, "name must not look like a state"))
        self.assertEqual(self.name(), "before\n")
        self.opened.ok({"cmd": "setname", "name": "(a) name"})

    def test_invalid_names(self):
        self.opened.ok({"cmd": "setname", "name": "before"})
        for name in ("", " ", "\t\n", "\u00a0"):
            reply = self.opened.ask({"cmd": "setname", "name": name})
            self.assertEqual((reply["success"], reply["reply"]), (False, "name must not be empty"))
        for name in ("a\0b", 5, None, ["x"]):
            reply = self.opened.ask({"cmd": "setname", "name": name, "id": 1})
            self.assertRefused(reply, "bad-request", "name")
        self.assertEqual(self.name(), "before\n")


class Help(HelperTest):
    def test_lists_all_commands(self):
        session = self.session(self.node("a"))
        reply = session.ok({"cmd": "help"})
        names = [command["cmd"] for command in reply["commands"]]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(names, session.ok({"cmd": "version"})["commands"])
        for command in reply["commands"]:
            self.assertIn(f"{command['cmd']} ", reply["reply"])
            self.assertTrue(command["summary"])
            for argument in command["arguments"]:
                self.assertEqual(set(argument), {"name", "type", "required", "meaning"})

    def test_required_arguments_are_required(self):
        session = self.session(self.node("a"))
        for command in session.ok({"cmd": "help"})["commands"]:
            required = [a["name"] for a in command["arguments"] if a["required"]]
            if required:
                reply = session.ask({"cmd": command["cmd"]})
                self.assertRefused(reply, "bad-request", required[0])

    def test_describes_one_command(self):
        session = self.session(self.node("a"))
        reply = session.ok({"cmd": "help", "command": "vol-copy"})
        self.assertEqual([command["cmd"] for command in reply["commands"]], ["copy-volume"])
        self.assertIn("to_domain", reply["reply"])
        self.assertRefused(session.ask({"cmd": "help", "command": "nope"}), "not-found", "'nope'")
        self.assertRefused(session.ask({"cmd": "help", "command": 1}), "bad-request", "'command'")
