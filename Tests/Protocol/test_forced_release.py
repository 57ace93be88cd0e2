import json
import os
import pathlib
import signal
import subprocess
import sys
import time

import session
from session import HelperTest, command
from test_reservations import HOLDER
from test_reserve import RESERVE
from test_roles import POLICY, RoleTest

FORCE = {"cmd": "release", "force": True}


class ForcedRelease(HelperTest):
    def setUp(self):
        self.uri = self.node("a", "b")

    def holder(self, *domains, **more):
        session = self.session(self.uri, stderr=subprocess.PIPE)
        self.addCleanup(session.process.stderr.close)
        for domain in domains:
            session.ok({**RESERVE, "filter": domain, **more})
        return session

    def holders(self, session):
        return session.ok({"cmd": "reservations"})["domains"]

    def test_gives_exactly_that_domain_back(self):
        holder, taker = self.holder("a", "b"), self.session(self.uri)
        taker.ok({"cmd": "setname", "name": "admin"})
        taker.ok({**FORCE, "domain": "a"})
        self.assertEqual(self.holders(taker), {"a": "(free)", "b": "atex-virt-helpe"})
        line = holder.process.stderr.readline().decode()
        self.assertIn("domain 'a' was released by force by 'admin'", line)
        self.assertEqual(self.holders(holder), {"a": "(free)", "b": "(reserved for us)"})
        # The file of the request is gone.
        self.assertEqual(os.listdir(self.home / ".atex-virt-helper/forced-releases"), [])

    def test_event(self):
        # Only a client that has asked for events understands them.
        silent, told = self.holder("a"), self.holder("b", progress=True)
        taker = self.session(self.uri)
        taker.ok({"cmd": "setname", "name": "admin"})
        for domain in "a", "b":
            taker.ok({**FORCE, "domain": domain})
        self.assertEqual(told.line(5), {"event": "released", "domain": "b", "by": "admin"})
        self.assertTrue(silent.is_silent(0.1))
        told.ok({"cmd": "ping"})

    def test_refuses_the_next_change(self):
        holder, taker = self.holder("a", "b"), self.session(self.uri)
        taker.ok({**FORCE, "domain": "a"})
        for _ in range(2):
            reply = holder.ask({"cmd": "virsh", "args": ["start", "a"], "id": 1})
            self.assertRefused(reply, "busy", "domain 'a' is not reserved for this session",
                               "by force")
        holder.ok({"cmd": "virsh", "args": ["start", "b"]})
        holder.ok({"cmd": "virsh", "args": ["domstate", "a"]})
        # Until it reserves the domain again, or releases it.
        holder.ok({**RESERVE, "filter": "a"})
        holder.ok({"cmd": "virsh", "args": ["start", "a"]})
        taker.ok({**FORCE, "domain": "a"})
        self.assertEqual(holder.ask({"cmd": "release", "domain": "a"})["reply"],
                         "domain not locked")
        holder.ok({"cmd": "virsh", "args": ["destroy", "a"]})

    def test_stops_the_guest_if_that_was_asked(self):
        holder, taker = self.holder("a", "b", stop=True), self.session(self.uri)
        for domain in "a", "b":
            holder.ok({"cmd": "virsh", "args": ["start", domain]})
        taker.ok({**FORCE, "domain": "a"})
        for domain, state in ("a", "shut off"), ("b", "running"):
            reply = holder.ok({"cmd": "virsh", "args": ["domstate", domain]})
            self.assertEqual(reply["reply"].strip(), state)

    def test_serves_those_who_wait(self):
        self.holder("a", "b")
        waiter, taker = self.session(self.uri), self.session(self.uri)
        waiter.send({**RESERVE, "wait": 60})
        self.assertTrue(waiter.is_silent(0.5))
        taker.ok({**FORCE, "domain": "b"})
        self.assertEqual(waiter.line(5)["domain"], "b")

    def test_during_a_request_of_the_holder(self):
        holder, taker = self.holder("a"), self.session(self.uri)
        holder.send({**RESERVE, "filter": "a", "wait": 3})
        self.assertTrue(holder.is_silent(0.3))
        taker.ok({**FORCE, "domain": "a"}, timeout=5)
        self.assertEqual(holder.line(5)["domain"], "a")

    def test_own_free_and_unknown_domains(self):
        session = self.holder("a")
        session.ok({**FORCE, "domain": "a"})
        for domain in "a", "none", "../a", "":
            reply = session.ask({**FORCE, "domain": domain})
            self.assertRefused(reply, "not-found", "domain not locked")
        self.assertRefused(session.ask({**FORCE, "domain": "a", "force": 1}), "bad-request",
                           "'force'")

    def test_holder_in_words(self):
        taker = self.session(self.uri)
        holder = subprocess.Popen(
            [*command(self.home), self.uri, "reserve", "a"], stdin=subprocess.DEVNULL, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.assertIn("a", holder.stdout.readline())
        self.assertIn("reserved until", holder.stderr.readline())
        taker.ok({**FORCE, "domain": "a"})
        _, errors = holder.communicate(timeout=5)
        self.assertEqual(holder.returncode, 1)
        self.assertIn("released by force by 'nobody'", errors)

    def test_original_helper(self):
        session = self.holder("a")
        session.ok({"cmd": "release", "domain": "a"})
        path = pathlib.Path(self.home) / ".atex-virt-helper/locks/a"
        argv = [sys.executable, "-c", HOLDER, str(path), "original"]
        if os.geteuid() == 0:
            argv = [*command(self.home)[:-1], *argv]
        with subprocess.Popen(argv, text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as holder:
            self.assertEqual(holder.stdout.readline(), "held\n")
            session.ok({**FORCE, "domain": "a"})
            self.assertEqual(holder.wait(5), -signal.SIGTERM)
        self.assertEqual(self.holders(session)["a"], "(free)")

    def test_stopped_session_is_ended(self):
        holder, taker = self.holder("a", "b"), self.session(self.uri)
        os.kill(holder.pid, signal.SIGSTOP)
        start = time.monotonic()
        taker.ok({**FORCE, "domain": "a"}, timeout=25)
        self.assertGreater(time.monotonic() - start, 9)
        self.assertEqual(holder.process.wait(5), -signal.SIGKILL)
        self.assertEqual(self.holders(taker), {"a": "(free)", "b": "(free)"})


class Roles(RoleTest):
    def test_both_sides_are_audited(self):
        # One mount namespace, so that both have the same state directory.
        script = f"""
import json, subprocess
def start(identity):
    return subprocess.Popen(
        [{str(session.HELPER)!r}, "--policy", {POLICY!r}, "--role", "tester", "--identity",
         identity, {self.uri!r}], text=True, bufsize=1, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
def answer(opened, **request):
    opened.stdin.write(json.dumps(request) + "\\n")
    return json.loads(opened.stdout.readline())
holder, taker = start("ann"), start("bob")
replies = [answer(holder, cmd="reserve"), answer(taker, cmd="release", domain="vm1", force=True)]
print(json.dumps([*replies, holder.stderr.readline()]))
holder.kill()
taker.kill()
"""
        policy = "[role tester]\ncommands = @tester\ndomains = vm.*\nforce-release = yes\n"
        path = f"{self.directory}/script.py"
        with open(path, "w") as file:
            file.write(script)
        started = self.start(path, policy=policy, program=sys.executable)
        output, _ = started.process.communicate(timeout=30)
        reserved, released, line = json.loads(output.decode().splitlines()[-1])
        self.assertEqual((reserved["domain"], released["success"]), ("vm1", True))
        self.assertIn("released by force by 'bob'", line)
        self.audit('identity="ann"', "event=released", 'objects="domain:vm1"', 'by="bob"')
        self.audit('identity="bob"', 'cmd="release"', "verdict=begun", 'objects="domain:vm1"')

    def test_grant(self):
        for more, granted in (("", False), ("force-release = yes\n", True)):
            policy = f"[role tester]\ncommands = @tester\ndomains = vm.*\n{more}"
            session = self.start("--policy", POLICY, "--role", "tester", self.uri, policy=policy)
            session.ok(RESERVE)
            reply = session.ask({**FORCE, "domain": "vm1"})
            if granted:
                self.assertTrue(reply["success"], reply)
                self.assertRefused(session.ask({**FORCE, "domain": "other"}), "not-found",
                                   "domain not locked")
                self.audit("cmd=\"release\"", "verdict=begun")
            else:
                self.assertRefused(reply, "denied", "force-release")
            status, output, _ = self.finished(
                "--policy", POLICY, "explain", "tester", "release vm1 force=true", policy=policy)
            self.assertEqual(status, 0 if granted else 1, output)
            self.assertIn("'force' of 'release', except for an own lease", output)
