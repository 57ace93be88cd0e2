"""Requests in the background, and `cancel`."""

import json
import os
import pathlib
import subprocess
import time

from session import HelperTest, command

CANCELLED = "the request was cancelled; what it had begun was undone"
VIRSH_CANCELLED = "the request was cancelled; what virsh commands had changed stays"


def background(request, identifier, **more):
    return {**request, "background": True, "id": identifier, **more}


def waiting_reserve(identifier=1, seconds=60, **more):
    return background({"cmd": "reserve", "wait": seconds}, identifier, **more)


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class BackgroundTest(HelperTest):
    def busy(self, *domains):
        """A session that holds all domains of a host, and the host's URI."""
        uri = self.node(*domains or ("a",))
        holder = self.session(uri)
        for _ in domains or ("a",):
            holder.ok({"cmd": "reserve"})
        return uri, holder

    def waiter(self, uri, **more):
        """A session with a background reserve (id 1) that waits."""
        session = self.session(uri, **more)
        session.ok({"cmd": "ping"})
        session.send(waiting_reserve())
        # Opening a connection takes longer than a ping.
        session.ok({"cmd": "reservations"})
        self.assertTrue(session.is_silent(0.2))
        return session

    def cancel(self, session, identifier):
        """Cancels, and returns the reply of the background request."""
        session.send({"cmd": "cancel", "request": identifier, "id": "c"})
        replies = session.lines(2)
        done = [reply for reply in replies if reply["cmd"] == "cancel"]
        self.assertEqual(
            done, [{"success": True, "cmd": "cancel", "request": identifier, "id": "c"}])
        [reply] = [reply for reply in replies if reply["cmd"] != "cancel"]
        return reply

    def assertCancelled(self, reply):
        text = VIRSH_CANCELLED if reply["cmd"] == "virsh" else CANCELLED
        self.assertRefused(reply, "cancelled", text)


class Use(BackgroundTest):
    def test_domain_that_is_being_changed_is_not_released(self):
        session = self.session(self.node("a", "b"))
        for _ in range(2):
            session.ok({"cmd": "reserve"})
        session.ok({"cmd": "virsh", "args": ["start", "a"]})
        session.send(background(
            {"cmd": "virsh", "args": ["reboot a; event --all --loop"]}, 1))
        self.assertTrue(session.is_silent(0.5))
        self.assertRefused(session.ask({"cmd": "release", "domain": "a", "id": 2}), "busy",
                           "another request of this session that reserved or changes domain 'a' is"
                           " still running")
        session.ok({"cmd": "release", "domain": "b"})
        self.assertCancelled(self.cancel(session, 1))
        session.ok({"cmd": "release", "domain": "a"})


class Order(BackgroundTest):
    def test_pipelined_release_ends_the_wait(self):
        session = self.session(self.node("a"))
        session.ok({"cmd": "reserve"})
        session.send(waiting_reserve(7))
        session.send({"cmd": "release", "domain": "a"})
        replies = {reply["cmd"]: reply for reply in session.lines(2)}
        self.assertEqual(replies["release"], {"success": True, "cmd": "release", "domain": "a"})
        self.assertEqual(
            replies["reserve"],
            {"success": True, "cmd": "reserve", "wait": 60, "background": True, "id": 7,
             "domain": "a"})
        self.assertEqual(session.ok({"cmd": "reservations"})["domains"],
                         {"a": "(reserved for us)"})

    def test_others_are_answered_in_order(self):
        uri, _ = self.busy()
        session = self.waiter(uri)
        for number in range(200):
            session.send({"cmd": "ping" if number % 2 else "reservations", "id": number})
        self.assertEqual([reply["id"] for reply in session.lines(200)], list(range(200)))

    def test_not_in_background(self):
        uri, _ = self.busy()
        session = self.session(uri)
        for value in (False, None):
            session.send({"cmd": "reserve", "wait": 0.2, "background": value, "id": 1})
            session.send({"cmd": "ping"})
            first, second = session.lines(2)
            self.assertEqual((first["cmd"], second["cmd"]), ("reserve", "ping"))
            self.assertEqual(first["background"], value)

    def test_many_at_once(self):
        names = [f"vm{number}" for number in range(16)]
        session = self.session(self.node(*names))
        for number in range(16):
            session.send(background({"cmd": "reserve"}, number))
        replies = session.lines(16)
        self.assertEqual(sorted(reply["domain"] for reply in replies), sorted(names))
        self.assertEqual(sorted(reply["id"] for reply in replies), list(range(16)))
        holders = session.ok({"cmd": "reservations"})["domains"]
        self.assertEqual(set(holders.values()), {"(reserved for us)"})
        other = self.session(self.node(*names))
        self.assertEqual(set(other.ok({"cmd": "reservations"})["domains"].values()),
                         {"atex-virt-helpe"})

    def test_replies_are_not_mixed_with_bytes(self):
        pool, directory = self.pool("v")
        self.write(directory / "v", b"x" * (8 << 20))
        session = self.session(self.node("a", more=pool))
        for number in range(8):
            session.send(background({"cmd": "virsh", "args": ["help"]}, number))
        session.send({"cmd": "download-volume", "pool": "pool", "name": "v"})
        seen = []
        while len(seen) < 9:
            reply = session.line()
            self.assertTrue(reply["success"], reply)
            seen.append(reply.get("id"))
            if reply["cmd"] == "download-volume":
                self.assertEqual(session.bytes(reply["length"]), b"x" * (8 << 20))
        self.assertEqual(len(set(seen)), 9)

    def test_end_of_input(self):
        uri, holder = self.busy()
        session = self.session(uri)
        session.send(waiting_reserve())
        session.process.stdin.close()
        self.assertTrue(session.is_silent(0.5))
        holder.ok({"cmd": "release", "domain": "a"})
        self.assertEqual(session.line()["domain"], "a")
        self.assertEqual(session.process.wait(5), 0)
        self.assertEqual(holder.ok({"cmd": "reserve"})["domain"], "a")

    def test_client_goes_away(self):
        uri, holder = self.busy()
        session = self.waiter(uri)
        session.process.stdin.close()
        session.process.stdout.close()
        session.process.wait(3)
        holder.ok({"cmd": "release", "domain": "a"})
        self.assertEqual(holder.ok({"cmd": "reserve"})["domain"], "a")

    def test_input_ends_inside_of_a_body(self):
        uri, _ = self.busy()
        session = self.waiter(uri)
        session.send({"cmd": "upload", "name": "x", "length": 100}, b"short")
        session.process.stdin.close()
        self.assertCancelled(session.line())
        self.assertEqual(session.process.wait(5), 0)

    def test_wait_uses_no_processor_time(self):
        uri, _ = self.busy()
        session = self.waiter(uri)
        time.sleep(0.5)
        before = cpu_seconds(session.pid)
        time.sleep(2)
        self.assertLessEqual(cpu_seconds(session.pid) - before, 0.01)

    def test_setname_names_the_process(self):
        session = self.session(self.node("a"))
        session.ok({"cmd": "reserve"})
        session.ok(background({"cmd": "setname", "name": "ci-9"}, 1))
        comm = pathlib.Path(f"/proc/{session.pid}/comm").read_text()
        self.assertEqual(comm, "ci-9\n")

    def test_errors_of_virsh_are_not_mixed(self):
        session = self.session(self.node(*(f"vm{number}" for number in range(40))))
        for number in range(40):
            request = {"cmd": "virsh", "args": ["destroy", f"vm{number}"], "id": number}
            session.send({**request, "background": True} if number % 4 else request)
        for reply in session.lines(40):
            if reply["error"]["kind"] == "busy":
                continue
            name = reply["args"][1]
            lines = reply["reply"].splitlines()
            self.assertEqual(lines[0], f"error: Failed to destroy domain '{name}'")
            self.assertIn("is not running", lines[1])
            self.assertEqual(len(lines), 2)


class Refusals(BackgroundTest):
    def test_no_id(self):
        session = self.session(self.node("a"))
        reply = session.ask({"cmd": "reserve", "background": True})
        self.assertRefused(reply, "bad-request", "'id'")
        self.assertEqual(reply["cmd"], "reserve")
        self.assertEqual(session.ok({"cmd": "reservations"})["domains"], {"a": "(free)"})

    def test_wrong_type(self):
        session = self.session(self.node("a"))
        for value in ("yes", 1, []):
            reply = session.ask({"cmd": "ping", "background": value, "id": 1})
            self.assertRefused(reply, "bad-request", "'background' must be a boolean",
                               json.dumps(value))

    def test_id_in_use(self):
        uri, _ = self.busy()
        session = self.session(uri)
        for taken, same in ((7, 7), (1, 1.0), ("a", "a"), ([1, {"x": 1, "y": 2}],
                                                          [1, {"y": 2, "x": 1.0}]), (None, None)):
            session.send(waiting_reserve(taken))
            reply = session.ask(background({"cmd": "ping"}, same))
            self.assertRefused(reply, "exists", "a background request with id")
            # Other requests may have it.
            session.ok({"cmd": "ping", "id": taken})
            self.assertCancelled(self.cancel(session, same))
        for other in (7.5, "7", True, [7]):
            session.send(waiting_reserve(7))
            session.ok(background({"cmd": "ping"}, other))
            self.assertCancelled(self.cancel(session, 7))

    def test_long_id(self):
        uri, _ = self.busy()
        session = self.session(uri)
        for identifier in ("x" * 1023, "\u00e9" * 171, {str(n): n for n in range(60000)}):
            reply = session.ask(background({"cmd": "ping"}, identifier))
            self.assertRefused(reply, "bad-request", "'id'", "at most 1024 bytes")
            # Other requests may have it.
            self.assertEqual(session.ok({"cmd": "ping", "id": identifier})["id"], identifier)
        longest = "x" * 1022
        session.send(waiting_reserve(longest))
        used = cpu_seconds(session.pid)
        members = {str(n): n for n in reversed(range(60000))}
        reply = session.ask({"cmd": "cancel", "request": members, "id": 1})
        self.assertRefused(reply, "not-found", "more than 1024 bytes")
        self.assertLess(cpu_seconds(session.pid) - used, 3)
        self.assertCancelled(self.cancel(session, longest))

    def test_bytes_on_the_wire(self):
        pool, _ = self.pool("v")
        session = self.session(self.node("a", more=pool))
        for request, body in (
                ({"cmd": "upload", "name": "x", "length": 5}, b"bytes"),
                ({"cmd": "upload-volume", "pool": "pool", "name": "x", "length": 5}, b"bytes"),
                ({"cmd": "download-volume", "pool": "pool", "name": "v"}, b"")):
            reply = session.ask(background(request, 1), body)
            self.assertRefused(reply, "bad-request", "background", "bytes")
            session.ok({"cmd": "ping"})

    def test_too_many(self):
        uri, holder = self.busy()
        session = self.session(uri)
        for number in range(16):
            session.send(waiting_reserve(number))
        self.assertRefused(session.ask(waiting_reserve(16)), "busy", "16")
        self.assertCancelled(self.cancel(session, 3))
        session.send(waiting_reserve(3))
        self.assertTrue(session.is_silent(0.3))

    def test_unknown_command_and_arguments(self):
        session = self.session(self.node("a"))
        self.assertRefused(session.ask(background({"cmd": "nope"}, 1)), "unknown-command", "nope")
        self.assertRefused(session.ask(background({"cmd": "ping", "x": 1}, 1)), "bad-request",
                           "leftover arguments", "'x'")

    def test_in_words(self):
        uri = self.node("a")
        for words in (["reserve", "background=true"], ["cancel", "request=7"]):
            done = subprocess.run(
                [*command(self.home), uri, *words], capture_output=True, text=True, timeout=15,
                env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("background", done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_unknown_request(self):
        uri, _ = self.busy()
        session = self.waiter(uri)
        for identifier in (2, "1", None, {"x": []}):
            reply = session.ask({"cmd": "cancel", "request": identifier, "id": 5})
            self.assertRefused(reply, "not-found", json.dumps(identifier))
        self.assertRefused(session.ask({"cmd": "cancel", "id": 5}), "bad-request",
                           "missing argument", "request")
        # What runs in the foreground has ended by then.
        session.send({"cmd": "ping", "id": 9})
        session.send({"cmd": "cancel", "request": 9, "id": 10})
        self.assertRefused(session.lines(2)[1], "not-found")
        self.assertCancelled(self.cancel(session, 1))
        self.assertRefused(session.ask({"cmd": "cancel", "request": 1, "id": 5}), "not-found")


class Cancel(BackgroundTest):
    def test_reserve(self):
        uri, holder = self.busy()
        session = self.waiter(uri)
        start = time.monotonic()
        self.assertCancelled(self.cancel(session, 1))
        self.assertLess(time.monotonic() - start, 0.5)
        holder.ok({"cmd": "release", "domain": "a"})
        self.assertTrue(session.is_silent(0.3))
        self.assertEqual(holder.ok({"cmd": "reserve"})["domain"], "a")

    def test_the_other_requests_go_on(self):
        uri, holder = self.busy()
        session = self.session(uri)
        for number in range(3):
            session.send(waiting_reserve(number))
        self.assertCancelled(self.cancel(session, 1))
        holder.ok({"cmd": "release", "domain": "a"})
        reply = session.line()
        self.assertEqual(reply["domain"], "a")
        self.assertIn(reply["id"], (0, 2))
        self.assertCancelled(self.cancel(session, 2 - reply["id"]))

    def test_races_with_a_release(self):
        uri, holder = self.busy()
        session = self.session(uri)
        outcomes = set()
        for number in range(60):
            session.send(waiting_reserve(number))
            session.ok({"cmd": "ping"})
            time.sleep(0.02 if number % 3 else 0)
            cancel = {"cmd": "cancel", "request": number, "id": "c"}
            if number % 2:
                session.send(cancel)
                holder.send({"cmd": "release", "domain": "a"})
            else:
                holder.send({"cmd": "release", "domain": "a"})
                time.sleep(number / 60 * 0.004)
                session.send(cancel)
            self.assertTrue(holder.line()["success"])
            replies = {reply["cmd"]: reply for reply in session.lines(2)}
            reserve, cancelled = replies["reserve"], replies["cancel"]
            # Exactly one of the two: it was cancelled, or it has the domain.
            if cancelled["success"]:
                self.assertCancelled(reserve)
            else:
                self.assertEqual(reserve["domain"], "a")
                session.ok({"cmd": "release", "domain": "a"})
            outcomes.add(cancelled["success"])
            self.assertEqual(holder.ok({"cmd": "reserve", "wait": 5})["domain"], "a")
            self.assertEqual(session.ok({"cmd": "reservations"})["domains"],
                             {"a": "atex-virt-helpe"})
        self.assertIn(True, outcomes)

    def test_virsh_event(self):
        uri = self.node("a")
        session = self.session(uri)
        session.send(background(
            {"cmd": "virsh", "args": ["event", "--all", "--loop", "--timeout", "60"]}, "e"))
        session.ok({"cmd": "ping"})
        time.sleep(0.3)
        self.assertCancelled(self.cancel(session, "e"))
        # The rest of the commands does not run.
        session.send(background({"cmd": "virsh", "args": ["event --all --timeout 60; start a"]}, 2))
        time.sleep(0.3)
        self.assertCancelled(self.cancel(session, 2))
        state = session.ok({"cmd": "virsh", "args": ["domstate", "a"]})["reply"]
        self.assertEqual(state, "shut off\n")

    def test_virsh_that_changed_something_is_not_called_undone(self):
        session = self.session(self.node("a"))
        session.send(background({"cmd": "virsh", "args": ["start a; event --all"]}, 1))
        end = time.monotonic() + 10
        while session.ok({"cmd": "virsh", "args": ["domstate", "a"]})["reply"] != "running\n":
            self.assertLess(time.monotonic(), end)
        self.assertCancelled(self.cancel(session, 1))
        session.ok({"cmd": "virsh", "args": ["destroy", "a"]})
        # As early as possible: it is cancelled, perhaps after the start, or done.
        session.send(background({"cmd": "virsh", "args": ["start", "a"]}, 1))
        session.send({"cmd": "cancel", "request": 1, "id": 2})
        replies = {reply["cmd"]: reply for reply in session.lines(2)}
        self.assertEqual(replies["virsh"]["success"], not replies["cancel"]["success"])
        if replies["cancel"]["success"]:
            self.assertCancelled(replies["virsh"])

    def test_progress_has_the_id(self):
        pool, directory = self.pool("v")
        self.write(directory / "v", b"x" * 100000)
        session = self.session(self.node("a", more=pool))
        session.send(background({"cmd": "copy-volume", "pool": "pool", "from": "v", "to": "w",
                                 "progress": True}, {"job": 1}))
        event = session.line()
        self.assertEqual(event, {"event": "progress", "cmd": "copy-volume", "done": 100000,
                                 "total": 100000, "id": {"job": 1}})
        self.assertTrue(session.line()["success"])
        session.send({"cmd": "copy-volume", "pool": "pool", "from": "v", "to": "w",
                      "progress": True})
        self.assertNotIn("id", session.line())

    def test_console_waiting_for_a_start(self):
        session = self.session(self.node("a"))
        session.send(background({"cmd": "console", "domain": "a", "wait": True}, 1))
        session.ok({"cmd": "ping"})
        time.sleep(0.2)
        self.assertCancelled(self.cancel(session, 1))

    def test_two_sessions_limits_are_kept_apart(self):
        uri, _ = self.busy()
        first, second = self.waiter(uri), self.waiter(uri)
        self.assertRefused(second.ask({"cmd": "cancel", "request": 2, "id": 1}), "not-found")
        self.assertCancelled(self.cancel(first, 1))
        self.assertTrue(second.is_silent(0.3))
        self.assertCancelled(self.cancel(second, 1))
