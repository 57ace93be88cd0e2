import json
import os
import re
import subprocess
import time

from session import HelperTest, command

RESERVE = {"cmd": "reserve"}


class Reserve(HelperTest):
    def test_reserves_each_domain_once(self):
        uri = self.node("a1", "a2", "b")
        first, second = self.session(uri), self.session(uri)
        names = {first.ok({**RESERVE, "filter": "a.*"})["domain"],
                 second.ok({**RESERVE, "filter": "a.*"})["domain"]}
        self.assertEqual(names, {"a1", "a2"})
        reply = first.ask({**RESERVE, "filter": "a.*"})
        self.assertEqual(reply, {"success": False, "cmd": "reserve", "filter": "a.*",
                                 "reply": "no domain could be reserved"})

    def test_release_frees_the_domain(self):
        uri = self.node("only")
        first, second = self.session(uri), self.session(uri)
        first.ok(RESERVE)
        self.assertEqual(second.ok({"cmd": "reservations"})["domains"], {"only": "atex-virt-helpe"})
        first.ok({"cmd": "release", "domain": "only"})
        self.assertEqual(second.ok(RESERVE)["domain"], "only")
        reply = first.ask({"cmd": "release", "domain": "only"})
        self.assertEqual(reply["reply"], "domain not locked")

    def test_filter_matches_whole_name(self):
        session = self.session(self.node("rhel9-1", "rhel9-10"))
        self.assertEqual(session.ok({**RESERVE, "filter": r"rhel9-\d"})["domain"], "rhel9-1")
        self.assertIn("no domain matches", session.ask({**RESERVE, "filter": "rhel9"})["reply"])
        self.assertIn("regular expression", session.ask({**RESERVE, "filter": "("})["reply"])

    def test_names_are_compared_by_bytes(self):
        # The same text to a reader: a precomposed character, and a letter with a combining accent.
        session = self.session(self.node("caf\u00e9", "cafe\u0301"))
        names = [session.ok(RESERVE)["domain"], session.ok(RESERVE)["domain"]]
        self.assertEqual(sorted(names), ["cafe\u0301", "caf\u00e9"])
        session.ok({"cmd": "release", "domain": names[0]})
        holders = session.ok({"cmd": "reservations"})["domains"]
        self.assertEqual(holders, {names[0]: "(free)", names[1]: "(reserved for us)"})

    def test_lock_file_is_a_link(self):
        session = self.session(self.node("linked"))
        session.ok({"cmd": "ping"})
        os.symlink("/etc/hostname", self.home / ".atex-virt-helper/locks/linked")
        self.assertRefused(session.ask({"cmd": "reserve", "id": 1}), "system", "'linked'", "/locks",
                           "symbolic link")
        domains = session.ok({"cmd": "reservations", "details": True})["domains"]
        self.assertEqual(domains, {"linked": "(unusable lock file)"})


class Wait(HelperTest):
    def waiting(self, uri, seconds=10, **more):
        session = self.session(uri)
        session.ok({"cmd": "ping"})
        session.send({**RESERVE, "wait": seconds, **more})
        self.assertTrue(session.is_silent(0.3))
        return session

    def test_release_ends_the_wait(self):
        uri = self.node("a")
        holder = self.session(uri)
        holder.ok(RESERVE)
        waiter = self.waiting(uri)
        start = time.monotonic()
        holder.ok({"cmd": "release", "domain": "a"})
        reply = waiter.line()
        self.assertEqual(reply, {"success": True, "cmd": "reserve", "wait": 10, "domain": "a"})
        self.assertLess(time.monotonic() - start, 1)

    def test_death_of_the_holder_ends_the_wait(self):
        uri = self.node("a")
        holder = self.session(uri)
        holder.ok(RESERVE)
        waiter = self.waiting(uri)
        os.kill(holder.pid, 9)
        self.assertEqual(waiter.line(timeout=1)["domain"], "a")

    def test_release_serves_one_of_many_waiters(self):
        uri = self.node("a")
        holder = self.session(uri)
        holder.ok(RESERVE)
        waiters = [self.waiting(uri, 3) for _ in range(5)]
        before = [cpu_seconds(waiter.pid) for waiter in waiters]
        holder.ok({"cmd": "release", "domain": "a"})
        replies = [waiter.line(timeout=5) for waiter in waiters]
        self.assertEqual(sorted(r["success"] for r in replies), [False] * 4 + [True])
        # A waiter that opens the lock file to test it must not wake the others in a loop.
        used = [cpu_seconds(w.pid) - b for w, b in zip(waiters, before)]
        self.assertLess(max(used), 0.5, used)

    def test_times_out(self):
        uri = self.node("a")
        holder = self.session(uri)
        holder.ok(RESERVE)
        start = time.monotonic()
        waiter = self.waiting(uri, 0.8)
        self.assertRefused(waiter.line(), "busy", "no domain could be reserved")
        self.assertGreaterEqual(time.monotonic() - start, 0.8)
        waiter.ok({"cmd": "ping"})

    def test_impossible_wait_fails_at_once(self):
        session = self.session(self.node("a"))
        self.assertRefused(
            session.ask({**RESERVE, "wait": 60, "filter": "b"}, timeout=5), "not-found",
            "no domain matches the filter")

    def test_client_disconnect_ends_session(self):
        uri = self.node("a")
        holder = self.session(uri)
        holder.ok(RESERVE)
        waiter = self.waiting(uri, 60)
        waiter.process.stdout.close()
        waiter.process.wait(2)

    def test_no_inotify_instance_left(self):
        program = without_inotify(self)
        uri = self.node("a")
        holder = self.session(uri)
        holder.ok(RESERVE)
        waiter = subprocess.Popen(
            [*program, uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.addCleanup(waiter.stdout.close)
        for request in ({**RESERVE, "wait": 20}, {"cmd": "host-check"}):
            waiter.stdin.write(json.dumps(request).encode() + b"\n")
        waiter.stdin.close()
        time.sleep(1)
        holder.ok({"cmd": "release", "domain": "a"})
        start = time.monotonic()
        reply, checked = (json.loads(waiter.stdout.readline()) for _ in range(2))
        self.assertEqual(reply["domain"], "a")
        # It looks twice a second.
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual(waiter.wait(10), 0)
        check, = (check for check in checked["checks"] if check["check"] == "waiting")
        self.assertEqual(check["status"], "warning")
        self.assertIn("fs.inotify.max_user_instances", check["hint"])

    def test_invalid_values(self):
        session = self.session(self.node("a"))
        for value in (-1, "10", [], {}, True):
            reply = session.ask({**RESERVE, "wait": value})
            self.assertRefused(reply, "bad-request", "'wait'", "seconds")
        self.assertEqual(session.ok({**RESERVE, "wait": None})["domain"], "a")

    def test_filters_have_limits(self):
        session = self.session(self.node(*(f"t{'t' * 30}{n}" for n in range(30))))
        for text, words in (("a" * 32769, "more than 32768 bytes"), ("(|t)" * 4000, "too long"),
                            ("a" * 4000000, "more than 32768 bytes")):
            before = cpu_seconds(session.pid)
            reply = session.ask({**RESERVE, "filter": text, "id": 1})
            self.assertLess(len(reply["reply"]), 1000)
            self.assertRefused(reply, "bad-request", "filter", words)
            self.assertLess(cpu_seconds(session.pid) - before, 3)
        self.assertTrue(session.ok({**RESERVE, "filter": "x" * 32000 + "|t.*"})["domain"])


def without_inotify(test):
    """The helper's command in a user namespace without inotify instances."""
    # In it, a second one maps the user back.
    limited = ["unshare", "-Ur", "sh", "-c",
               "echo 0 >/proc/sys/user/max_inotify_instances && exec unshare -U "
               "--map-user=65534 --map-group=65534 \"$@\"", "sh"]
    program = command(test.home)
    prefix, helper = [*program[:-1], *limited], program[-1]
    if subprocess.run([*prefix, "true"], capture_output=True).returncode != 0:
        test.skipTest("user namespaces are not available")
    return [*prefix, helper]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = re.sub(r"^.*\) ", "", file.read()).split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
