import json
import os
import pathlib
import subprocess
import tempfile
import time

from fakedaemon import FakeDaemon
from session import HelperTest, command

RESERVE = {"cmd": "reserve", "id": 1}
LIST = {"cmd": "virsh", "args": ["list", "--all", "--name"], "id": 1}


class Daemon(HelperTest):
    def daemon(self, *domains):
        # Short: the address of a socket has 107 bytes at most.
        folder = pathlib.Path(tempfile.mkdtemp(dir=self.home))
        folder.chmod(0o755)
        daemon = FakeDaemon(folder, *domains)
        self.addCleanup(daemon.stop)
        return daemon

    def eventually(self, condition, seconds=5):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end, "it does not happen")
            time.sleep(0.02)


class FewDescriptors(Daemon):
    def test_an_error_says_so(self):
        daemon = self.daemon("a")
        outcomes = set()
        for limit in range(8, 41):
            with self.subTest(limit=limit):
                done = subprocess.run(
                    ["prlimit", f"--nofile={limit}", *command(self.home), daemon.uri], timeout=20,
                    input=b"".join(json.dumps(request).encode() + b"\n" for request in (
                        {"cmd": "ping"}, {**RESERVE, "wait": 0.1}, LIST,
                        {"cmd": "reservations", "id": 1})),
                    env={"PATH": os.environ["PATH"], "HOME": str(self.home)}, capture_output=True)
                replies = [json.loads(line) for line in done.stdout.splitlines()]
                for reply in replies:
                    if not reply["success"]:
                        self.assertIn("Too many open files", reply["reply"])
                if replies:
                    # A session that could begin goes on to its end.
                    self.assertEqual((done.returncode, len(replies)), (0, 4), done.stderr)
                else:
                    self.assertEqual(done.returncode, 1)
                    self.assertIn(b"Too many open files", done.stderr)
                outcomes.add(sum(reply["success"] for reply in replies))
        # From none at all to a session that works.
        self.assertTrue({0, 1, 4} <= outcomes, outcomes)


class Frozen(Daemon):
    def test_opening_takes_thirty_seconds_at_most(self):
        daemon = self.daemon("a")
        daemon.freeze()
        start = time.monotonic()
        plain, checking, installing = (self.session(daemon.uri) for _ in range(3))
        plain.send(LIST)
        checking.send({"cmd": "host-check"})
        installing.send({"cmd": "virt-install", "id": 1, "args": [
            "--name", "x", "--memory", "2", "--import", "--disk", "none", "--osinfo", "generic"]})
        words = subprocess.Popen(
            [*command(self.home), daemon.uri, "reservations"], stderr=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        for session in (plain, installing):
            self.assertRefused(session.line(35), "disconnected")
            self.assertGreater(time.monotonic() - start, 28)
        checks = {check["check"]: check for check in checking.line(15)["checks"]}
        self.assertIn("did not answer within 30.0 s", checks["libvirt"]["detail"])
        _, errors = words.communicate(timeout=10)
        self.assertIn("did not answer within 30.0 s", errors)
        self.assertEqual(words.returncode, 1)

    def test_no_time_to_wait_is_enough_for_a_daemon_that_answers(self):
        session = self.session(self.daemon("a").uri)
        self.assertEqual(session.ok({**RESERVE, "wait": 0})["domain"], "a")

    def test_time_limit_of_a_request(self):
        daemon = self.daemon("a")
        daemon.freeze()
        session = self.session(daemon.uri)
        for request in (
                {**RESERVE, "wait": 0.3}, {"cmd": "console", "domain": "a", "seconds": 0.3},
                {"cmd": "wait-port", "domain": "a", "port": 22, "timeout": 0.3},
                {"cmd": "provision", "pool": "p", "from": "v", "timeout": 0.3}):
            start = time.monotonic()
            reply = session.ask({**request, "id": 1}, timeout=5)
            self.assertRefused(reply, "disconnected", "did not answer within 3.0 s")
            self.assertLess(time.monotonic() - start, 4.5)
        # All requests waited for the same attempt.
        self.assertEqual(daemon.opened, 1)
        # It ends when the daemon answers, and its connection is closed.
        daemon.thaw()
        self.eventually(lambda: not daemon.connections)
        self.assertEqual(session.ok(LIST)["reply"], "a\n")
        self.assertEqual(daemon.opened, 2)

    def test_attempt_is_taken_up_again(self):
        daemon = self.daemon("a")
        daemon.freeze()
        session = self.session(daemon.uri)
        self.assertRefused(session.ask({**RESERVE, "wait": 0.1}, timeout=5), "disconnected")
        session.send(LIST)
        self.assertTrue(session.is_silent(0.3))
        daemon.thaw()
        self.assertEqual(session.line()["reply"], "a\n")
        self.assertEqual(daemon.opened, 1)

    def test_silence_after_opening(self):
        daemon = self.daemon("a")
        session = self.session(daemon.uri)
        session.ok(LIST)
        daemon.freeze()
        start = time.monotonic()
        self.assertRefused(session.ask(LIST, timeout=35), "disconnected", "keepalive")
        self.assertLess(time.monotonic() - start, 31)
        daemon.thaw()
        session.ok(LIST)


class Death(Daemon):
    def waiting(self, daemon):
        holder = self.session(daemon.uri)
        holder.ok({**RESERVE, "filter": "a"})
        waiter = self.session(daemon.uri)
        waiter.ok({"cmd": "ping"})
        waiter.send({**RESERVE, "filter": "a", "wait": 60})
        self.assertTrue(waiter.is_silent(0.5))
        return holder, waiter

    def test_wait_survives_two_deaths_in_a_second(self):
        daemon = self.daemon("a")
        holder, waiter = self.waiting(daemon)
        for _ in range(2):
            daemon.stop()
            daemon.start()
            # Also in the moment in which the session reads the list.
            daemon.deaths = 3
            time.sleep(0.3)
        self.assertTrue(waiter.is_silent(1))
        holder.ok({"cmd": "release", "domain": "a"})
        self.assertEqual(waiter.line(5)["domain"], "a")

    def test_wait_that_begins_while_the_daemon_restarts(self):
        daemon = self.daemon("a")
        daemon.stop()
        session = self.session(daemon.uri)
        self.assertRefused(session.ask(RESERVE), "disconnected")
        session.send({**RESERVE, "wait": 20})
        self.assertTrue(session.is_silent(0.5))
        daemon.start()
        self.assertEqual(session.line(5)["domain"], "a")

    def test_release_ends_the_wait_while_the_daemon_is_away(self):
        daemon = self.daemon("a")
        holder, waiter = self.waiting(daemon)
        daemon.stop()
        time.sleep(0.5)
        holder.ok({"cmd": "release", "domain": "a"})
        self.assertEqual(waiter.line(5)["domain"], "a")
        daemon.start()

    def test_wait_of_events_ends_with_the_connection(self):
        for words in (["event", "--event", "lifecycle"],
                      ["event", "--event", "lifecycle", "--loop"],
                      ["net-event", "--event", "lifecycle"], ["pool-event", "--event", "refresh"],
                      ["secret-event", "--event", "lifecycle"],
                      ["nodedev-event", "--event", "lifecycle"], ["qemu-monitor-event"]):
            with self.subTest(" ".join(words)):
                daemon = self.daemon("a")
                session = self.session(daemon.uri)
                session.ok(LIST)  # it is connected by now, even on a busy machine
                session.send({"cmd": "virsh", "args": [*words, "--timeout", "60"], "id": 1})
                self.assertTrue(session.is_silent(0.5))
                daemon.stop()
                reply = session.line(3)
                self.assertRefused(reply, "disconnected")
                # The words of virsh 9.0.0.
                self.assertEqual(reply["reply"], (
                    f"error: Disconnected from {daemon.uri} due to end of file\n"
                    "events received: 0\nerror: internal error: client socket is closed\n"))


class End(Daemon):
    def test_a_session_that_rolls_back_keeps_its_domain(self):
        daemon = self.daemon("a")
        holder, taker = self.session(daemon.uri), self.session(daemon.uri)
        holder.ok({**RESERVE, "stop": True})
        daemon.freeze()
        holder.process.stdin.close()
        holder.process.stdout.close()
        file = self.home / f".atex-virt-helper/sessions/{holder.pid}"
        self.eventually(lambda: json.loads(file.read_text())["ending"])
        # It is not taken for the Python helper, which would be killed after two seconds.
        taker.send({"cmd": "release", "domain": "a", "force": True})
        self.assertTrue(taker.is_silent(3))
        self.assertIsNone(holder.process.poll())
        daemon.thaw()
        self.assertEqual(holder.process.wait(5), 1)
        self.assertTrue(taker.line(5)["success"])
        self.assertFalse(file.exists())
        journal = pathlib.Path(self.home) / ".atex-virt-helper/journal"
        self.assertEqual(os.listdir(journal), [])
