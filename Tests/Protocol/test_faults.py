"""Faults in the middle of commands that make something for the session only, or wait for others."""

import lzma
import os
import random
import re
import signal
import time

from test_guests import GuestTest

PING = {"cmd": "ping"}
VOLUMES = ["base.img", "extra.img", "other.img"]


class FaultTest(GuestTest):
    def journal(self):
        """The records by their names."""
        records = {}
        for path in (self.home / ".atex-virt-helper" / "journal").glob("*"):
            try:
                records[path.name] = path.read_text()
            except FileNotFoundError:
                pass
        return records

    def own_locks(self):
        """The lock files of guests whose names the helper has chosen."""
        return [name for name in os.listdir(self.home / ".atex-virt-helper/locks")
                if re.fullmatch("[a-z]+-[a-z0-9]{10}", name)]

    def assertNothingSoon(self, moment):
        """A clean-up in the background may be at work."""
        end = time.monotonic() + 10
        while self.journal():
            self.assertLess(time.monotonic(), end, (moment, self.journal()))
            time.sleep(0.01)
        self.assertEqual(self.files(), (VOLUMES, ["base_VARS.fd"]), moment)


class AnyMoment(FaultTest):
    def end(self, request, how, count):
        """Ends sessions at random moments of a request."""
        for _ in range(count):
            client = self.client()
            client.ok({"cmd": "virsh", "args": ["list", "--all"]})
            client.send(request)
            moment = random.uniform(0, 0.04)
            time.sleep(moment)
            os.kill(client.pid, how)
            client.process.wait(20)
            client.kill()
            if how == signal.SIGKILL:
                self.client().ok({"cmd": "virsh", "args": ["list"]})
            self.assertNothingSoon(moment)
            if how != signal.SIGKILL:
                self.assertEqual(self.own_locks(), [], moment)

    def test_terminated_while_a_guest_is_made(self):
        self.end({"cmd": "provision", "template": "base"}, signal.SIGTERM, 40)

    def test_killed_while_a_guest_is_made(self):
        self.end({"cmd": "provision", "template": "base"}, signal.SIGKILL, 20)

    def test_terminated_while_a_temporary_volume_is_made(self):
        self.end({"cmd": "copy-volume", "pool": "pool", "from": "base.img", "to": "new",
                  "temporary": True}, signal.SIGTERM, 40)

    def test_killed_while_a_temporary_volume_is_made(self):
        self.end({"cmd": "copy-volume", "pool": "pool", "from": "base.img", "to": "new",
                  "temporary": True}, signal.SIGKILL, 20)

    def test_terminated_while_a_volume_is_moved_to_a_temporary_one(self):
        for _ in range(40):
            self.write(self.directory / "old", b"content")
            client = self.client()
            client.ok({"cmd": "virsh", "args": ["list"]})
            client.send({"cmd": "copy-volume", "pool": "pool", "from": "old", "to": "new",
                         "move": True, "temporary": True})
            moment = random.uniform(0, 0.02)
            time.sleep(moment)
            os.kill(client.pid, signal.SIGTERM)
            client.process.wait(20)
            client.kill()
            if (self.directory / "old").exists():
                (self.directory / "old").unlink()
            self.assertNothingSoon(moment)

    def test_cancelled_while_a_guest_is_made(self):
        client = self.client()
        client.ok({"cmd": "virsh", "args": ["list"]})
        for number in range(20):
            client.send({"cmd": "provision", "template": "base", "id": number, "background": True})
            time.sleep(number / 20 * 0.03)
            client.send({"cmd": "cancel", "request": number})
            replies = {reply["cmd"]: reply for reply in client.lines(2)}
            if replies["cancel"]["success"]:
                self.assertRefused(replies["provision"], "cancelled")
            else:
                client.ok({"cmd": "release", "domain": replies["provision"]["domain"]})
            self.assertNothingLeft()


class Limits(FaultTest):
    """RLIMIT_FSIZE, the size of the files that a session may write."""

    def check(self, request, body=b"", lowest=1 << 21):
        for limit in (0, 100, 1000, 40_000, 1 << 21):
            holder = self.client()
            holder.ok({"cmd": "reserve", "filter": "two"})
            client = self.client(within=("prlimit", f"--fsize={limit}"))
            client.ok(PING)
            reply = client.ask({**request, "id": 1}, body, timeout=30)
            if limit < lowest:
                self.assertRefused(reply, "no-space")
            else:
                self.assertTrue(reply["success"], (limit, reply))
            if reply["success"] and request["cmd"] == "download-volume":
                client.bytes(reply["length"])
            client.ok(PING)
            client.close()
            holder.close()
            self.assertNothingLeft()

    def test_guest(self):
        self.check({"cmd": "provision", "template": "base"})

    def test_guest_with_a_seed(self):
        self.write(self.directory / "base.img", b"cloud-init" + bytes(4000))
        self.check({"cmd": "provision", "template": "small", "user_data": "#cloud-config\n"})

    def test_temporary_volume_from_encoded_bytes(self):
        body = lzma.compress(os.urandom(100_000))
        self.check({"cmd": "upload-volume", "pool": "pool", "name": "new", "length": len(body),
                    "encoding": "xz", "temporary": True}, body)

    def test_encoded_download(self):
        self.write(self.directory / "base.img", os.urandom(100_000))
        self.check({"cmd": "download-volume", "pool": "pool", "name": "base.img",
                    "encoding": "zstd"})

    def test_forced_release(self):
        self.check({"cmd": "release", "domain": "two", "force": True}, lowest=1000)

    def test_wait_without_a_place_in_the_queue(self):
        holder = self.client()
        holder.ok({"cmd": "reserve", "filter": "two"})
        client = self.client(within=("prlimit", "--fsize=0"))
        client.send({"cmd": "reserve", "filter": "two", "wait": 60, "id": 1, "background": True})
        client.ok(PING)
        self.assertTrue(client.is_silent(0.3))
        holder.ok({"cmd": "release", "domain": "two"})
        self.assertEqual(client.line()["domain"], "two")


class OddEntries(FaultTest):
    """Something else than the helper's files in the state directory affects only its own name."""

    def make(self, directory, *names):
        path = self.home / ".atex-virt-helper" / directory
        path.mkdir(mode=0o700, exist_ok=True)
        os.mkfifo(path / names[0])
        (path / names[1]).mkdir()
        (path / names[2]).symlink_to("/etc/passwd")
        self.write(path / names[3], b"not JSON")
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)

    def setUp(self):
        super().setUp()
        self.client().ok({"cmd": "reserve", "filter": "two"})

    def test_ports(self):
        self.make("ports", "5100", "5101", "5102", "5103")
        client = self.client("--ports", "5100-5104")
        # An empty lock file or another one is the same.
        ports = [self.guest(client, wait=1)["port"] for _ in range(2)]
        self.assertEqual(ports, [5103, 5104])
        for more in ({}, {"wait": 0.2}):
            self.assertRefused(self.guest(client, **more), "busy", "no port is left for a guest")

    def test_queue(self):
        ranks = [f"0000000-{number:020}-1-1" for number in range(3)]
        self.make("queue", *ranks, "zzz")
        client = self.client()
        self.assertEqual(client.ok({"cmd": "reservations", "details": True})["waiting"], [])
        for request in ({"cmd": "reserve", "filter": "outside"},
                        {"cmd": "reserve", "filter": "diskless", "wait": 1},
                        {"cmd": "provision", "template": "small"},
                        {"cmd": "provision", "template": "small", "wait": 1}):
            client.ok(request)

    def test_forced_releases(self):
        holder = self.client()
        holder.ok({"cmd": "reserve", "filter": "diskless"})
        self.make("forced-releases", "1", "2", "3", "4")
        self.client().ok({"cmd": "release", "domain": "diskless", "force": True})
        holder.ok(PING)
