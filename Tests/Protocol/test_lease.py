import calendar
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import session
from session import HelperTest, command
from test_reservations import HOLDER
from test_reserve import RESERVE
from test_roles import POLICY, RoleTest

LEASE = {**RESERVE, "lease": 60}


# A session that takes over, up to a point. It has the end of its input before that.
TAKER = """
import json, os, signal, socket, sys
process, directory, uri, what = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
user = json.load(open(f"{directory}/../sessions/{process}"))["user"]
taker = {"identity": "t", "user": user, "peer": None, "since": 1, "domains": {}}
connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
connection.connect(f"{directory}/{process}")
def send(message):
    connection.send(json.dumps(message).encode())
def receive():
    data, files, _, _ = socket.recv_fds(connection, 65536, 10)
    for file in files:
        os.close(file)
    return json.loads(data)
send({"request": {"domain": None, "uri": uri, "taker": taker}})
messages = [receive()]
if what == "leave":
    os.kill(process, signal.SIGSTOP)
    send({"prepared": True})
    connection.close()
    os.kill(process, signal.SIGCONT)
else:
    while "domain" in messages[-1]:
        send({"refused": True})
        messages.append(receive())
print(json.dumps(messages))
"""


class LeaseTest(HelperTest):
    def setUp(self):
        # Of its own: a test may leave a session that holds domains.
        self.home = pathlib.Path(self.enterContext(
            tempfile.TemporaryDirectory(prefix="atex-protocol-", dir="/var/tmp",
                                        ignore_cleanup_errors=True)))
        self.home.chmod(0o777)
        self.uri = self.node("a", "b")
        self.state = self.home / ".atex-virt-helper"

    def lose(self, session):
        """Closes all streams of the session, as sshd does when the connection is lost."""
        session.process.stdin.close()
        session.process.stdout.close()

    def lost(self, *domains, **more):
        """A session that has lost its client and holds these domains."""
        session = self.session(self.uri)
        for domain in domains:
            session.ok({**LEASE, "filter": domain, **more})
        self.lose(session)
        self.wait(lambda: (self.state / "leases" / str(session.pid)).exists(), session)
        return session

    def wait(self, condition, session=None, seconds=10):
        end = time.monotonic() + seconds
        while not condition():
            if session is not None and session.process.poll() is not None:
                self.fail(f"the session has ended: {session.process.returncode}")
            self.assertLess(time.monotonic(), end, "nothing happened")
            time.sleep(0.02)

    def ends(self, session, status=0, seconds=10):
        self.assertEqual(session.process.wait(seconds), status)

    def holder(self, session, domain="a"):
        return session.ok({"cmd": "reservations", "details": True})["holders"].get(domain)

    def states(self, session):
        return session.ok({"cmd": "reservations"})["domains"]

    def is_locked(self, domain="a"):
        """Tries to lock the domain as the Python helper does."""
        with open(self.state / "locks" / domain, "r+b") as file:
            try:
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
            return False


class Lease(LeaseTest):
    def test_outlives_a_lost_connection(self):
        lost, other = self.lost("a"), self.session(self.uri)
        holder = self.holder(other)
        self.assertEqual((holder["pid"], holder["lease"]), (lost.pid, 60))
        until = calendar.timegm(time.strptime(holder["until"], "%Y-%m-%dT%H:%M:%SZ"))
        self.assertTrue(55 <= until - time.time() <= 61, until)
        self.assertTrue(self.is_locked())
        reply = other.ask({**RESERVE, "filter": "a"})
        self.assertEqual(reply["reply"], "no domain could be reserved")
        # It has left the streams, the group and the session of its client.
        for name in os.listdir(f"/proc/{lost.pid}/fd"):
            target = os.readlink(f"/proc/{lost.pid}/fd/{name}")
            self.assertFalse(target.startswith("pipe:"), target)
        self.assertEqual(os.getsid(lost.pid), lost.pid)
        os.kill(lost.pid, signal.SIGHUP)
        time.sleep(0.2)
        self.assertIsNone(lost.process.poll())

    def test_connected_session_shows_no_end(self):
        session = self.session(self.uri)
        reply = session.ok({**LEASE, "filter": "a"})
        self.assertEqual((reply["domain"], reply["lease"]), ("a", 60))
        holder = self.holder(session)
        self.assertEqual((holder["pid"], holder["lease"], holder["until"]),
                         (session.pid, 60, None))

    def test_ends(self):
        session = self.session(self.uri)
        session.ok({**LEASE, "filter": "a", "lease": 1})
        session.ok({**LEASE, "filter": "b", "lease": 3})
        self.lose(session)
        other = self.session(self.uri)
        self.wait(lambda: self.states(other)["a"] == "(free)")
        self.assertNotEqual(self.states(other)["b"], "(free)")
        self.ends(session)
        self.assertEqual(self.states(other), {"a": "(free)", "b": "(free)"})
        self.assertEqual(os.listdir(self.state / "leases"), [])
        self.assertFalse((self.state / "sessions" / str(session.pid)).exists())

    def test_domains_without_a_lease_are_released(self):
        session = self.session(self.uri)
        session.ok({**RESERVE, "filter": "b", "stop": True})
        session.ok({**LEASE, "filter": "a"})
        self.lose(session)
        other = self.session(self.uri)
        self.wait(lambda: self.states(other)["b"] == "(free)", session)
        self.assertNotEqual(self.states(other)["a"], "(free)")

    def test_waiters_are_served_at_its_end(self):
        session = self.session(self.uri)
        session.ok({**LEASE, "filter": "a", "lease": 1})
        other = self.session(self.uri)
        other.send({**RESERVE, "filter": "a", "wait": 30})
        self.lose(session)
        self.assertEqual(other.line(10)["domain"], "a")

    def test_end_of_input_releases(self):
        session = self.session(self.uri)
        session.ok({**LEASE, "filter": "a"})
        self.assertEqual(session.close(5), 0)
        self.assertEqual(self.states(self.session(self.uri))["a"], "(free)")

    def test_release_ends_it(self):
        session = self.session(self.uri)
        session.ok({**LEASE, "filter": "a"})
        session.ok({"cmd": "release", "domain": "a"})
        self.lose(session)
        session.process.wait(5)
        self.assertEqual(self.states(self.session(self.uri))["a"], "(free)")

    def test_terminated(self):
        lost = self.lost("a", stop=True)
        lost.process.terminate()
        self.ends(lost, 128 + signal.SIGTERM)
        self.assertEqual(self.states(self.session(self.uri))["a"], "(free)")
        self.assertEqual(os.listdir(self.state / "journal"), [])

    def test_killed(self):
        lost = self.lost("a", stop=True)
        lost.process.kill()
        lost.process.wait()
        other = self.session(self.uri)
        self.assertEqual(self.states(other)["a"], "(free)")
        reply = other.ask({**RESERVE, "resume": "a"})
        self.assertRefused(reply, "not-found", "domain 'a' cannot be resumed", "not reserved")
        # The file that it has left is in nobody's way.
        other.ok({**LEASE, "filter": "a"})
        self.lose(other)
        self.wait(lambda: os.listdir(self.state / "leases") == [str(other.pid)], other)

    def test_lost_during_a_request(self):
        # What runs is cancelled; what was reserved before stays.
        session, holder = self.session(self.uri), self.session(self.uri)
        holder.ok({**RESERVE, "filter": "b"})
        session.ok({**LEASE, "filter": "a"})
        session.send({**RESERVE, "filter": "b", "wait": 60, "background": True, "id": 1})
        session.send({**RESERVE, "filter": "b", "wait": 60})
        time.sleep(0.5)
        self.lose(session)
        self.wait(lambda: (self.state / "leases" / str(session.pid)).exists(), session)
        holder.ok({"cmd": "release", "domain": "b"})
        time.sleep(0.3)
        self.assertEqual(self.states(holder)["b"], "(free)")
        self.assertEqual(holder.ok({**RESERVE, "resume": "a"})["domains"], ["a"])

    def test_request_that_began_before_the_first_lease(self):
        session, holder = self.session(self.uri), self.session(self.uri)
        for domain in "a", "b":
            holder.ok({**RESERVE, "filter": domain})
        session.send({**LEASE, "filter": "a", "wait": 60, "background": True, "id": 1})
        session.send({**RESERVE, "filter": "b", "wait": 60})
        time.sleep(0.5)
        holder.ok({"cmd": "release", "domain": "a"})
        self.assertEqual(session.line(10)["domain"], "a")
        self.lose(session)
        self.wait(lambda: (self.state / "leases" / str(session.pid)).exists(), session)
        time.sleep(0.3)
        holder.ok({"cmd": "release", "domain": "b"})
        time.sleep(0.3)
        self.assertEqual(self.states(holder)["b"], "(free)")
        self.assertEqual(holder.ok({**RESERVE, "resume": True})["domains"], ["a"])
        self.ends(session)

    def test_pipelined_requests_are_not_executed(self):
        session = self.session(self.uri)
        session.ok({**LEASE, "filter": "a"})
        session.process.stdout.close()
        self.wait(lambda: (self.state / "leases" / str(session.pid)).exists(), session)
        session.process.stdin.close()
        other = self.session(self.uri)
        self.assertEqual(self.states(other)["b"], "(free)")

    def test_removed_locks(self):
        lost = self.lost("a")
        with lost.stopped():
            shutil.rmtree(self.state / "locks")
        other = self.session(self.uri)
        other.ok({"cmd": "ping"})
        self.wait(lambda: (self.state / "locks/a").exists() and self.is_locked(), lost)
        self.assertEqual(other.ok({**RESERVE, "resume": True})["domains"], ["a"])
        self.assertTrue(self.is_locked())
        self.ends(lost)

    def test_released_by_force(self):
        lost, other = self.lost("a", "b"), self.session(self.uri)
        other.ok({"cmd": "release", "domain": "a", "force": True})
        self.assertEqual(self.states(other)["a"], "(free)")
        self.assertIsNone(lost.process.poll())
        other.ok({"cmd": "release", "domain": "b", "force": True})
        self.ends(lost)

    def test_odd_entries(self):
        session = self.session(self.uri)
        session.ok({**LEASE, "filter": "a"})
        directory = self.state / "leases"
        directory.mkdir()
        # The number of no process.
        (directory / str(2 ** 30)).mkdir()
        directory.chmod(0o777)
        self.lose(session)
        self.wait(lambda: (directory / str(session.pid)).exists(), session)
        self.assertEqual(self.session(self.uri).ok({**RESERVE, "resume": "a"})["domains"], ["a"])

    def test_bad_values(self):
        session = self.session(self.uri)
        for value in 0, -1, 0.5, 86401, 1e300:
            reply = session.ask({**RESERVE, "lease": value})
            self.assertRefused(reply, "bad-request", "'lease' must be a number of seconds")
        for value in "60", True, [1]:
            reply = session.ask({**RESERVE, "lease": value})
            self.assertRefused(reply, "bad-request", "'lease' must be a number of seconds")
        self.assertEqual(self.states(session)["a"], "(free)")

    def test_in_words(self):
        words = subprocess.Popen(
            [*command(self.home), self.uri, "reserve", "a", "lease=1m"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.addCleanup(words.wait)
        self.addCleanup(words.kill)
        self.assertIn("a", words.stdout.readline())
        self.assertIn("then at most 60 s", words.stderr.readline())
        words.stdout.close()
        words.stderr.close()
        other = self.session(self.uri)
        self.wait(lambda: (self.state / "leases" / str(words.pid)).exists())
        shown = subprocess.run(
            [*command(self.home), self.uri, "reservations"], text=True, capture_output=True,
            check=True, env={"PATH": os.environ["PATH"], "HOME": str(self.home)}).stdout
        self.assertIn("UNTIL", shown.splitlines()[0])
        self.assertIn(f" {words.pid} ", shown)
        self.assertEqual(other.ok({**RESERVE, "resume": "a"})["domain"], "a")
        self.assertEqual(words.wait(5), 0)


    def test_resume_in_words(self):
        self.lost("a", "b")
        words = subprocess.Popen(
            [*command(self.home), self.uri, "reserve", "resume=true"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.addCleanup(words.communicate)
        self.addCleanup(words.kill)
        while "reserved until" not in words.stderr.readline():
            self.assertIsNone(words.poll())
        other = self.session(self.uri)
        # It holds what is left.
        other.ok({"cmd": "release", "domain": "a", "force": True})
        time.sleep(0.3)
        self.assertIsNone(words.poll())
        self.assertNotEqual(self.states(other)["b"], "(free)")
        other.ok({"cmd": "release", "domain": "b", "force": True})
        self.assertEqual(words.wait(5), 1)


class Resume(LeaseTest):
    def taker(self, process, what):
        argv = [sys.executable, "-c", TAKER, str(process), str(self.state / "leases"), self.uri,
                what]
        if os.geteuid() == 0:
            argv = [*command(self.home)[:-1], *argv]
        result = subprocess.run(argv, text=True, capture_output=True, check=False, timeout=20)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def test_taker_that_has_given_up_gets_nothing(self):
        lost = self.lost("a")
        messages = self.taker(lost.pid, "leave")
        self.assertEqual(messages[0]["domain"]["domain"], "a")
        time.sleep(0.3)
        self.assertIsNone(lost.process.poll())
        self.assertTrue(self.is_locked())
        self.assertEqual(self.session(self.uri).ok({**RESERVE, "resume": "a"})["domains"], ["a"])
        self.ends(lost)

    def test_refused_domain_does_not_stop_others(self):
        lost = self.lost("a", "b")
        messages = self.taker(lost.pid, "refuse")
        self.assertEqual([message["domain"]["domain"] for message in messages[:-1]], ["a", "b"])
        self.assertEqual(messages[-1], {"end": None})
        self.assertTrue(self.is_locked("a") and self.is_locked("b"))
        other = self.session(self.uri)
        self.assertEqual(other.ok({**RESERVE, "resume": True})["domains"], ["a", "b"])

    def test_takes_one_or_all(self):
        lost, other = self.lost("a", "b", note="mine"), self.session(self.uri)
        before = self.holder(other)
        reply = other.ok({**RESERVE, "resume": "a"})
        self.assertEqual((reply["resume"], reply["domain"], reply["domains"], reply["volumes"]),
                         ("a", "a", ["a"], []))
        self.assertIsNone(lost.process.poll())
        holder = self.holder(other)
        self.assertEqual((holder["pid"], holder["note"], holder["since"], holder["lease"]),
                         (other.pid, "mine", before["since"], None))
        reply = other.ok({**RESERVE, "resume": True, "lease": 30, "note": "more"})
        self.assertEqual(reply["domains"], ["b"])
        holder = self.holder(other, "b")
        self.assertEqual((holder["pid"], holder["note"], holder["lease"], holder["until"]),
                         (other.pid, "more", 30, None))
        self.ends(lost)
        self.assertEqual(set(self.states(other).values()), {"(reserved for us)"})
        self.assertTrue(self.is_locked("a") and self.is_locked("b"))
        # Only the one with a lease outlives the next loss.
        third = self.session(self.uri)
        self.lose(other)
        self.wait(lambda: self.states(third)["a"] == "(free)", other)
        self.assertEqual(third.ok({**RESERVE, "resume": True})["domains"], ["b"])
        self.assertEqual(third.close(), 0)
        self.assertFalse(self.is_locked("b"))

    def test_all_of_several_sessions(self):
        sessions = self.lost("a"), self.lost("b")
        other = self.session(self.uri)
        self.assertEqual(sorted(other.ok({**RESERVE, "resume": True})["domains"]), ["a", "b"])
        for session in sessions:
            self.ends(session)
        other.ok({"cmd": "release", "domain": "a"})
        self.assertFalse(self.is_locked("a"))

    def test_nobody_else_gets_it(self):
        # The lock of the Python helper, in a loop, while the domain goes from session to session.
        lost = self.lost("a")
        path = self.state / "locks/a"
        script = f"""
import fcntl, sys
while True:
    with open({str(path)!r}, "r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            print("locked", flush=True)
        except OSError:
            pass
"""
        with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as thief:
            try:
                for _ in range(10):
                    other = self.session(self.uri)
                    self.assertEqual(other.ok({**LEASE, "resume": "a"})["domains"], ["a"])
                    self.ends(lost)
                    self.lose(other)
                    self.wait(lambda: (self.state / "leases" / str(other.pid)).exists(), other)
                    lost = other
            finally:
                thief.kill()
            self.assertEqual(thief.stdout.read(), b"")

    def test_stop(self):
        uri, started = self.uri, {"cmd": "virsh", "args": ["start", "a"]}
        self.lost("a", stop=True)
        # Each session has a test host of its own: the guest of this one is to be stopped.
        other = self.session(uri)
        other.ok({**RESERVE, "resume": "a"})
        other.ok(started)
        self.assertEqual(len(os.listdir(self.state / "journal")), 1)
        self.assertTrue(os.listdir(self.state / "journal")[0].startswith(f"{other.pid}-"))
        other.ok({"cmd": "release", "domain": "a"})
        reply = other.ok({"cmd": "virsh", "args": ["domstate", "a"]})
        self.assertEqual(reply["reply"].strip(), "shut off")
        self.assertEqual(os.listdir(self.state / "journal"), [])

    def test_temporary_volumes(self):
        pool, directory = self.pool()
        self.uri = self.node("a", "b", more=pool)
        session = self.session(self.uri)
        for domain in "a", "b":
            session.ok({**LEASE, "filter": domain})
        session.ok({"cmd": "create-volume", "pool": "pool", "name": "t.img", "format": "raw",
                    "size": 4096, "temporary": True})
        self.lose(session)
        other = self.session(self.uri)
        self.wait(lambda: (self.state / "leases" / str(session.pid)).exists(), session)
        # They go with the last domain.
        self.assertEqual(other.ok({**RESERVE, "resume": "a"})["volumes"], [])
        reply = other.ok({**RESERVE, "resume": "b"})
        self.assertEqual(reply["volumes"], [{"pool": "pool", "name": "t.img"}])
        self.ends(session)
        self.assertTrue((directory / "t.img").exists())
        self.assertEqual(other.close(), 0)
        self.assertFalse((directory / "t.img").exists())
        self.assertEqual(os.listdir(self.state / "journal"), [])

    def test_temporary_volumes_end_with_the_lease(self):
        pool, directory = self.pool()
        self.uri = self.node("a", more=pool)
        session = self.session(self.uri)
        session.ok({**LEASE, "lease": 1})
        session.ok({"cmd": "create-volume", "pool": "pool", "name": "t.img", "format": "raw",
                    "size": 4096, "temporary": True})
        self.lose(session)
        time.sleep(0.5)
        self.assertTrue((directory / "t.img").exists())
        self.ends(session)
        self.assertFalse((directory / "t.img").exists())

    def test_refusals(self):
        session, other = self.session(self.uri), self.session(self.uri)
        for domain in "a", "none", "../a":
            self.assertRefused(session.ask({**RESERVE, "resume": domain}), "not-found",
                               f"domain '{domain}' cannot be resumed: it is not reserved")
        self.assertRefused(session.ask({**RESERVE, "resume": True}), "not-found",
                           "no domain can be resumed")
        other.ok({**LEASE, "filter": "a"})
        reply = session.ask({**RESERVE, "resume": "a"})
        self.assertRefused(reply, "busy", f"process {other.pid}", "still has its client")
        self.assertIn("ClientAliveInterval", reply["error"]["hint"])
        self.assertRefused(other.ask({**RESERVE, "resume": "a"}), "exists", "already")
        for more in {"filter": "a"}, {"wait": 1}, {"stop": True}, {"priority": 1}:
            self.assertRefused(session.ask({**RESERVE, "resume": "a", **more}), "bad-request",
                               "exclude each other")
        for value in False, 1, None:
            reply = session.ask({**RESERVE, "resume": value, "filter": "none.*"})
            self.assertIn(reply["error"]["kind"], ("bad-request", "not-found"))

    def test_another_account(self):
        self.lost("a")
        other = self.session(self.uri, env={"SUDO_USER": "jane"})
        self.assertRefused(other.ask({**RESERVE, "resume": "a"}), "busy",
                           "it is reserved by 'nobody'")
        self.assertRefused(other.ask({**RESERVE, "resume": True}), "not-found",
                           "no domain can be resumed")

    def test_another_host(self):
        self.lost("a")
        uri = self.uri
        other = self.session(self.node("a"))
        self.assertRefused(other.ask({**RESERVE, "resume": "a"}), "not-found", uri)
        self.assertRefused(
            other.ask({**RESERVE, "resume": True}), "busy",
            "no domain can be resumed: a leased domain is a domain of another libvirt host")

    def test_original_helper_holds_it(self):
        session = self.session(self.uri)
        session.ok({**RESERVE, "filter": "a"})
        session.ok({"cmd": "release", "domain": "a"})
        argv = [sys.executable, "-c", HOLDER, str(self.state / "locks/a"), "original"]
        if os.geteuid() == 0:
            argv = [*command(self.home)[:-1], *argv]
        with subprocess.Popen(argv, text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE) as holder:
            self.assertEqual(holder.stdout.readline(), "held\n")
            self.assertRefused(session.ask({**RESERVE, "resume": "a"}), "busy",
                               "it is reserved by 'original'")
            holder.kill()

    def test_two_at_once(self):
        for _ in range(5):
            lost = self.lost("a")
            others = [self.session(self.uri) for _ in range(3)]
            for other in others:
                other.ok({"cmd": "reservations"})
            for other in others:
                other.send({**RESERVE, "resume": "a"})
            replies = [other.line() for other in others]
            self.assertEqual(sum(reply["success"] for reply in replies), 1, replies)
            self.ends(lost)
            for other in others:
                self.assertEqual(other.close(), 0)
            self.assertFalse(self.is_locked())

    def test_taker_is_killed(self):
        # At any moment: the domain is still leased, or was the taker's and is free.
        for delay in range(12):
            lost = self.lost("a", stop=True)
            other = self.session(self.uri)
            other.ok({"cmd": "reservations"})
            other.send({**RESERVE, "resume": "a"})
            time.sleep(delay / 4000)
            other.kill()
            time.sleep(0.1)
            third = self.session(self.uri)
            if lost.process.poll() is None and (self.state / "leases" / str(lost.pid)).exists() \
                    and self.states(third)["a"] != "(free)":
                self.assertEqual(third.ok({**RESERVE, "resume": "a"})["domains"], ["a"])
            else:
                third.ok({**RESERVE, "filter": "a"})
            self.ends(lost)
            self.assertTrue(self.is_locked())
            self.assertEqual(third.close(), 0)
            self.assertFalse(self.is_locked())

    def test_taker_loses_its_client(self):
        for delay in range(6):
            lost = self.lost("a")
            other = self.session(self.uri)
            other.ok({"cmd": "reservations"})
            other.send({**RESERVE, "resume": "a"})
            time.sleep(delay / 2000)
            self.lose(other)
            other.process.wait(10)
            third = self.session(self.uri)
            if self.states(third)["a"] != "(free)":
                third.ok({**RESERVE, "resume": "a"})
            self.ends(lost)
            third.kill()

    def test_taker_with_a_lease_loses_its_client_before_it_has_a_domain(self):
        lost, other = self.lost("a"), self.session(self.uri)
        other.ok({"cmd": "reservations"})
        os.kill(lost.pid, signal.SIGSTOP)
        other.send({**LEASE, "resume": "a"})
        time.sleep(0.3)
        self.lose(other)
        self.wait(lambda: (self.state / "leases" / str(other.pid)).exists(), other, 3)
        os.kill(lost.pid, signal.SIGCONT)
        self.ends(lost)
        third = self.session(self.uri)
        holder = self.holder(third)
        self.assertEqual((holder["pid"], holder["lease"]), (other.pid, 60))
        self.assertIsNotNone(holder["until"])
        self.assertEqual(third.ok({**RESERVE, "resume": "a"})["domains"], ["a"])
        self.ends(other)

    def test_holders_that_do_not_react_are_left_soon(self):
        sessions = [self.lost("a"), self.lost("b")]
        other = self.session(self.uri)
        for lost in sessions:
            os.kill(lost.pid, signal.SIGSTOP)
        begin = time.monotonic()
        reply = other.ask({**RESERVE, "resume": True}, timeout=20)
        self.assertRefused(reply, "busy", "a leased domain is held by process", "does not react")
        # Others wait ten seconds for the lock that it holds.
        self.assertLess(time.monotonic() - begin, 7)
        for lost in sessions:
            os.kill(lost.pid, signal.SIGCONT)
        self.assertEqual(sorted(other.ok({**RESERVE, "resume": True})["domains"]), ["a", "b"])

    def test_holder_is_stopped(self):
        lost, other = self.lost("a"), self.session(self.uri)
        os.kill(lost.pid, signal.SIGSTOP)
        reply = other.ask({**RESERVE, "resume": "a"}, timeout=20)
        self.assertRefused(reply, "busy", f"process {lost.pid}", "does not react")
        os.kill(lost.pid, signal.SIGCONT)
        self.assertTrue(self.is_locked())
        self.assertEqual(other.ok({**RESERVE, "resume": "a"})["domains"], ["a"])

    def test_taker_is_stopped(self):
        # The old holder keeps the domain, also when the taker continues later.
        lost, other = self.lost("a"), self.session(self.uri)
        other.ok({"cmd": "reservations"})
        os.kill(lost.pid, signal.SIGSTOP)
        other.send({**RESERVE, "resume": "a"})
        time.sleep(0.5)
        os.kill(other.pid, signal.SIGSTOP)
        os.kill(lost.pid, signal.SIGCONT)
        time.sleep(6)
        self.assertTrue(self.is_locked())
        os.kill(other.pid, signal.SIGCONT)
        reply = other.line(20)
        if not reply["success"]:
            self.assertEqual(other.ok({**RESERVE, "resume": "a"}, timeout=20)["domains"], ["a"])
        self.ends(lost)
        self.assertTrue(self.is_locked())

    def test_at_the_end_of_the_lease(self):
        for delay in range(8):
            session = self.session(self.uri)
            session.ok({**LEASE, "filter": "a", "lease": 1})
            other = self.session(self.uri)
            other.ok({"cmd": "reservations"})
            self.lose(session)
            time.sleep(0.9 + delay * 0.025)
            reply = other.ask({**RESERVE, "resume": "a"})
            self.ends(session)
            self.assertEqual(self.is_locked(), reply["success"], reply)
            self.assertEqual(other.close(), 0)


class Roles(RoleTest):
    POLICY = """
[role tester]
commands = @tester
domains = vm.*
max-sessions = 1
[role other]
commands = @tester
domains = vm.*
[role short]
commands = @tester
domains = vm.*
idle-timeout = 30
[role brief]
commands = @tester
domains = vm.*
idle-timeout = 3
[role hidden]
commands = @tester
domains = none
[role wide]
commands = @tester create-volume
domains = vm.*|other
pools = pool:rw
"""

    def run_script(self, text):
        """Runs a script whose sessions have one state directory; returns what it prints."""
        script = f"""
import json, subprocess, time
def start(role, identity):
    return subprocess.Popen(
        [{str(session.HELPER)!r}, "--policy", {POLICY!r}, "--role", role, "--identity",
         identity, {self.uri!r}], text=True, bufsize=1, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
def answer(opened, **request):
    opened.stdin.write(json.dumps(request) + "\\n")
    return json.loads(opened.stdout.readline())
def lose(opened):
    opened.stdin.close()
    opened.stdout.close()
    time.sleep(0.5)
{text}
"""
        path = f"{self.directory}/script.py"
        with open(path, "w") as file:
            file.write(script)
        started = self.start(path, policy=self.POLICY, program=sys.executable)
        output, errors = started.process.communicate(timeout=40)
        self.assertEqual(started.process.returncode, 0, errors.decode())
        return json.loads(output.decode().splitlines()[-1])

    def test_identity_and_role(self):
        replies = self.run_script("""
lost = start("tester", "ann")
answer(lost, cmd="reserve", lease=60, note="mine")
lose(lost)
replies = []
for role, identity in ("tester", "bob"), ("other", "ann"), ("hidden", "ann"), ("tester", "ann"):
    taker = start(role, identity)
    seen = answer(taker, cmd="reservations", details=True)
    replies.append([seen.get("holders"), answer(taker, cmd="reserve", resume="vm1")])
    if identity == "bob":
        answer(taker, cmd="release", domain="vm1", force=True)
    if len(replies) < 4:
        taker.kill()
        taker.wait()
print(json.dumps([*replies, lost.wait(10)]))
taker.kill()
""")
        bob, other, hidden, ann, status = replies
        self.assertEqual((bob[0]["vm1"]["identity"], bob[0]["vm1"]["pid"]), ("ann", None))
        self.assertIsNotNone(bob[0]["vm1"]["until"])
        for _, reply in bob, other:
            self.assertRefused(reply, "busy", "it is reserved by 'ann'")
        self.assertRefused(hidden[1], "not-found", "it is not reserved")
        self.assertEqual(ann[1]["domains"], ["vm1"])
        self.assertEqual(status, 0)
        self.audit('identity="ann"', "event=lease-began", 'objects="domain:vm1"')
        self.audit('identity="ann"', "event=resumed", 'objects="domain:vm1"', 'by="ann"')
        self.audit('identity="ann"', "event=end", "reason=lease-ended")
        self.audit('cmd="release"', "verdict=denied")

    def test_own_lease_needs_no_grant_to_be_released(self):
        replies = self.run_script("""
lost = start("tester", "ann")
answer(lost, cmd="reserve", lease=60)
lose(lost)
own = start("tester", "ann")
released = answer(own, cmd="release", domain="vm1", force=True)
print(json.dumps([released, lost.wait(10)]))
own.kill()
""")
        self.assertTrue(replies[0]["success"], replies)
        self.assertEqual(replies[1], 0)

    def test_domain_that_is_hidden_now_does_not_stop_others(self):
        pool, _ = self.pool()
        self.uri = self.node("vm1", "other", more=pool)
        replies = self.run_script(f"""
lost = start("wide", "ann")
for domain in "vm1", "other":
    answer(lost, cmd="reserve", filter=domain, lease=60)
made = answer(lost, cmd="create-volume", pool="pool", name="t.img", format="raw", size=4096,
              temporary=True)
lose(lost)
# The administrator edits the role.
with open({POLICY!r}) as file:
    text = file.read()
with open({POLICY!r}, "w") as file:
    file.write(text.replace("vm.*|other", "other"))
narrow = start("wide", "ann")
replies = [answer(narrow, cmd="reserve", resume=True) for _ in range(2)]
with open({POLICY!r}, "w") as file:
    file.write(text)
wide = start("wide", "ann")
print(json.dumps([made, *replies, answer(wide, cmd="reserve", resume=True), lost.wait(10)]))
narrow.kill()
wide.kill()
""")
        made, first, second, third, status = replies
        self.assertTrue(made["success"] and first["success"], replies)
        self.assertEqual(first["domains"], ["other"])
        self.assertRefused(second, "not-found", "no domain can be resumed: no session")
        self.assertNotIn("vm1", second["reply"])
        self.assertEqual((third["domains"], status), (["vm1"], 0))
        self.assertEqual(third["volumes"], [{"pool": "pool", "name": "t.img"}])
        self.audit('cmd="reserve"', "volume:pool/t.img", "verdict=allowed")

    def test_hint_names_what_is_granted(self):
        replies = self.run_script("""
connected = start("other", "ann")
answer(connected, cmd="reserve", lease=60)
own = start("other", "ann")
replies = [answer(own, cmd="reserve", resume="vm1"),
           answer(own, cmd="release", domain="vm1", force=True)]
print(json.dumps([*replies, answer(connected, cmd="reservations")["domains"]["vm1"]]))
own.kill()
connected.kill()
""")
        self.assertRefused(replies[0], "busy", "still has its client")
        self.assertIn("ClientAliveInterval", replies[0]["error"]["hint"])
        self.assertNotIn("release", replies[0]["error"]["hint"])
        # It is no lease as long as its client is there.
        self.assertRefused(replies[1], "denied", "'force-release'")
        self.assertEqual(replies[2], "(reserved for us)")

    def test_end_is_audited(self):
        self.run_script("""
lost = start("tester", "ann")
answer(lost, cmd="reserve", lease=1)
lose(lost)
print(lost.wait(10))
""")
        self.audit('identity="ann"', "event=lease-ended", 'objects="domain:vm1"')

    def test_limits_of_the_session(self):
        replies = self.run_script("""
short = start("short", "ann")
replies = [answer(short, cmd="reserve", lease=seconds) for seconds in (31, 30)]
print(json.dumps(replies))
short.kill()
""")
        self.assertRefused(replies[0], "denied", "'idle-timeout'")
        self.assertTrue(replies[1]["success"], replies)
        for words, status in (("reserve lease=31", 1), ("reserve lease=30", 0),
                              ("reserve resume=vm1", 0), ("reserve resume=true", 0),
                              ("reserve resume=other", 1)):
            got, output, _ = self.finished("--policy", POLICY, "explain", "short", words,
                                           policy=self.POLICY)
            self.assertEqual(got, status, output)

    def test_time_without_a_request_begins_anew(self):
        alive = self.run_script("""
lost = start("brief", "ann")
answer(lost, cmd="reserve", lease=3)
time.sleep(2)
lose(lost)
time.sleep(1.5)
alive = lost.poll() is None
lost.wait(10)
print(json.dumps(alive))
""")
        self.assertTrue(alive)


class NoDescriptors(LeaseTest):
    def exhaust(self, session):
        """Leaves the session no descriptor that it could open."""
        used = {int(name) for name in os.listdir(f"/proc/{session.pid}/fd")}
        free = next(number for number in range(1000) if number not in used)
        argv = ["prlimit", f"--pid={session.pid}", f"--nofile={free}:{free}"]
        # Of the same user: root may lack the capability for others.
        subprocess.run([*(command(self.home)[:-1] if os.geteuid() == 0 else []), *argv], check=True)

    def test_requests_are_answered(self):
        leased, waiting = self.session(self.uri), self.session(self.uri)
        leased.ok({**LEASE, "filter": "a"})
        waiting.ok({**RESERVE, "filter": "b"})
        waiting.send({**RESERVE, "filter": "a", "wait": 60, "id": 1, "background": True})
        self.assertTrue(waiting.is_silent(0.5))
        for session in leased, waiting:
            self.exhaust(session)
            session.ok({"cmd": "ping"})

    def test_outlives_its_client(self):
        lost, other = self.session(self.uri), self.session(self.uri)
        lost.ok({**LEASE, "filter": "a"})
        self.exhaust(lost)
        self.lose(lost)
        self.wait(lambda: (self.state / "leases" / str(lost.pid)).exists(), lost)
        self.wait(lambda: not any(
            os.readlink(f"/proc/{lost.pid}/fd/{name}").startswith("pipe:")
            for name in os.listdir(f"/proc/{lost.pid}/fd")), lost)
        self.assertEqual(other.ok({**RESERVE, "resume": "a"})["domains"], ["a"])
        self.ends(lost)
