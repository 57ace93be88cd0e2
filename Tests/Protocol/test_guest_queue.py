"""Requests for guests on demand that wait for room on the host."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

import session
from session import command
from test_guests import DISK, PASST, GuestTest, domain
from test_reserve import cpu_seconds, without_inotify
from test_roles import POLICY, RoleTest

PROVISION = {"cmd": "provision"}
# The driver's host has 16 processors, so all guests together may have 256. The templates 'third',
# 'half' and 'whole' have 80, 128 and 256.
NO_ROOM = "the host has no room for a guest with {} processors: its running domains have {} of 256"


class GuestQueue(GuestTest):
    def holder(self, *templates):
        """A session with a guest of each of the templates; and the names of these."""
        client = self.client()
        return client, [self.guest(client, template)["domain"] for template in templates]

    def waiter(self, template, *options, **more):
        """A session whose request is in the queue."""
        return self.enqueue(
            self.client(*options), {**PROVISION, "template": template, "wait": 60, **more})

    def release(self, client, name):
        client.ok({"cmd": "release", "domain": name})

    def assertServed(self, client):
        reply = client.line(10)
        self.assertTrue(reply["success"], reply)
        return reply["domain"]

    def assertSilent(self, *clients):
        for client in clients:
            self.assertTrue(client.is_silent(0.3), client.rest)


class Order(GuestQueue):
    def test_oldest_first(self):
        holder, (name,) = self.holder("whole")
        waiters = [self.waiter("whole") for _ in range(4)]
        while waiters:
            self.release(holder, name)
            holder = waiters.pop(0)
            name = self.assertServed(holder)
            self.assertSilent(*waiters)
        self.assertEqual(self.queue(), [])

    def test_small_guest_does_not_overtake(self):
        holder, (name, _) = self.holder("half", "third")
        large, small = self.waiter("half", "--ports", "5100-5103"), self.waiter("small")
        # There is room for 48 processors.
        self.assertSilent(large, small)
        self.release(holder, name)
        self.assertServed(large)
        self.assertServed(small)

    def test_small_guest_fits_beside_the_first(self):
        # Both fit at once, although the first one waits for a port.
        holder = self.client("--ports", "5100-5100")
        first = self.guest(holder)["domain"]
        waiting = self.waiter("base", "--ports", "5100-5100")
        self.assertServed(self.waiter_or_served("small"))
        other_ports = self.client("--ports", "5101-5103")
        other_ports.ok({**PROVISION, "template": "base"})
        self.release(holder, first)
        self.assertServed(waiting)

    def waiter_or_served(self, template):
        client = self.client()
        client.send({**PROVISION, "template": template, "wait": 60})
        return client

    def test_priority(self):
        holder, (name,) = self.holder("whole")
        low, high = self.waiter("whole"), self.waiter("whole", priority=7)
        self.release(holder, name)
        name = self.assertServed(high)
        self.assertSilent(low)
        self.release(high, name)
        self.assertServed(low)

    def test_without_wait_leaves_room_to_those_who_wait(self):
        holder, _ = self.holder("half", "third")
        waiter = self.waiter("half")
        # There is room for 48 processors, but the first request waits for more.
        reply = self.guest(self.client(), "small")
        self.assertRefused(reply, "busy", "earlier requests wait for room for their guests")
        self.assertEqual(reply["error"]["hint"], "'wait' waits for it")
        waiter.kill()
        self.client().ok({**PROVISION, "template": "small"}, timeout=20)
        holder.close()

    def test_reason(self):
        holder, _ = self.holder("whole")
        for more in ({}, {"wait": 0.1}):
            self.assertRefused(self.guest(holder, "half", **more), "busy",
                               NO_ROOM.format(128, 256))

    def test_domains_and_guests_are_served_apart(self):
        holder, (name,) = self.holder("whole")
        holder.ok({"cmd": "reserve", "filter": "two"})
        guest = self.waiter("whole")
        client = self.client()
        client.send({"cmd": "reserve", "filter": "two", "wait": 60})
        self.assertSilent(guest, client)
        self.assertEqual([entry["position"] for entry in self.waiting(holder)], [1, 1])
        self.release(holder, "two")
        self.assertEqual(client.line(5)["domain"], "two")
        self.assertSilent(guest)
        self.release(holder, name)
        self.assertServed(guest)

    def waiting(self, client):
        return client.ok({"cmd": "reservations", "details": True})["waiting"]

    def test_shown(self):
        holder, (name,) = self.holder("whole")
        self.waiter("half", note="nightly", priority=3)
        entry, = self.waiting(holder)
        del entry["since"], entry["user"], entry["identity"]
        self.assertEqual(entry, {"peer": None, "filter": None, "template": "half", "priority": 3,
                                 "note": "nightly", "position": 1})
        output = subprocess.run(
            [*command(self.home), self.uri, "reservations"], stdin=subprocess.DEVNULL,
            capture_output=True, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)}).stdout
        self.assertEqual(output.splitlines()[-1].split()[-3:], ["3", "template=half", "nightly"])

    def test_progress(self):
        holder, (name,) = self.holder("whole")
        first = self.waiter("whole")
        second = self.waiter("whole", progress=True)
        event = {"event": "progress", "cmd": "provision", "total": 2}
        self.assertEqual(second.line(5), {**event, "done": 0})
        self.release(holder, name)
        name = self.assertServed(first)
        self.assertEqual(second.line(5), {**event, "done": 1})
        self.release(first, name)
        self.assertEqual(second.line(5), {**event, "done": 2})
        self.assertServed(second)


class Wait(GuestQueue):
    def test_uses_no_processor_time(self):
        holder, (name,) = self.holder("whole")
        waiters = [self.waiter("whole") for _ in range(8)]
        time.sleep(0.3)
        before = [cpu_seconds(waiter.pid) for waiter in waiters]
        time.sleep(2)
        self.assertLess(sum(cpu_seconds(w.pid) - b for w, b in zip(waiters, before)), 0.1)
        start = time.monotonic()
        self.release(holder, name)
        self.assertServed(waiters[0])
        self.assertLess(time.monotonic() - start, 2)

    def test_stopped_process_is_passed_over(self):
        holder, (name,) = self.holder("whole")
        stopped, next = self.waiter("whole"), self.waiter("whole")
        os.kill(stopped.pid, signal.SIGSTOP)
        start = time.monotonic()
        self.release(holder, name)
        name = self.assertServed(next)
        self.assertGreater(time.monotonic() - start, 2.9)
        # When it continues, it has its old place.
        os.kill(stopped.pid, signal.SIGCONT)
        later = self.waiter("whole")
        self.release(next, name)
        self.assertServed(stopped)
        self.assertSilent(later)

    def test_first_is_told_of_room_that_no_event_reports(self):
        with socket.create_server(("127.0.0.1", 5100)):
            first = self.waiter("base", "--ports", "5100-5100")
            self.assertSilent(first)
        # It looks for ports by itself only every ten seconds.
        start = time.monotonic()
        later = self.client("--ports", "5100-5100")
        self.assertRefused(self.guest(later, "base"), "busy")
        self.assertServed(first)
        self.assertLess(time.monotonic() - start, 2.5)

    def test_killed_waiter(self):
        holder, (name,) = self.holder("whole")
        killed, next = self.waiter("whole"), self.waiter("whole")
        os.kill(killed.pid, signal.SIGKILL)
        self.release(holder, name)
        self.assertServed(next)

    def test_killed_holder(self):
        # What it has made is removed by the next session, which is what the waiting one sees.
        holder = self.client("--ports", "5100-5100")
        self.guest(holder)
        waiter = self.waiter("base", "--ports", "5100-5100")
        holder.kill()
        self.assertServed(waiter)

    def test_no_inotify_instance_left(self):
        program = without_inotify(self)
        holder, (name,) = self.holder("whole")
        waiter = subprocess.Popen(
            [*program, "--ports", "5100-5103", self.uri], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.addCleanup(waiter.stdout.close)
        request = {**PROVISION, "template": "whole", "wait": 20}
        waiter.stdin.write(json.dumps(request).encode() + b"\n")
        waiter.stdin.close()
        end = time.monotonic() + 10
        while not self.queue():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        time.sleep(0.5)
        self.release(holder, name)
        start = time.monotonic()
        reply = json.loads(waiter.stdout.readline())
        self.assertTrue(reply["success"], reply)
        self.assertLess(time.monotonic() - start, 5)
        self.assertEqual(waiter.wait(10), 0)

    def test_cancelled(self):
        holder, (name,) = self.holder("whole")
        client = self.client()
        client.send({**PROVISION, "template": "whole", "wait": 60, "id": 1, "background": True})
        end = time.monotonic() + 10
        while not self.queue():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)
        client.send({"cmd": "cancel", "request": 1})
        replies = [client.line(5), client.line(5)]
        kinds = {reply["cmd"]: reply.get("error", {}).get("kind") for reply in replies}
        self.assertEqual(kinds, {"cancel": None, "provision": "cancelled"})
        self.assertEqual(self.queue(), [])

    def test_directories_removed(self):
        holder, (name,) = self.holder("whole")
        waiter = self.waiter("whole")
        with waiter.stopped():
            shutil.rmtree(self.home / ".atex-virt-helper/queue")
        self.release(holder, name)
        self.assertServed(waiter)


# In one mount namespace, so that both have the same state directory. The first session is stopped
# when its copy has a name, and counts if it has not reported its last step, the start. It is tried
# again until that is so.
CHANGED_BEFORE_THE_START = """
import json, os, signal, subprocess, sys, time
helper, policy, uri, directory = sys.argv[1:]
confined = [helper, "--policy", policy, "--role", "tester", "--identity", "ann", uri]
writer = subprocess.Popen(confined, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
def upload():
    request = {"cmd": "upload-volume", "pool": "pool", "name": "other.img", "length": 3,
               "replace": True}
    writer.stdin.write(json.dumps(request).encode() + b"\\nnew")
    writer.stdin.flush()
    return json.loads(writer.stdout.readline())
def copies():
    return [name for name in os.listdir(directory) if name.startswith("vm1-")]
for _ in range(100):
    reading, writing = os.pipe()
    maker = subprocess.Popen(
        [*confined, "provision", "template=vm1", "pool=pool", "from=other.img"],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=writing)
    os.close(writing)
    while not copies() and maker.poll() is None:
        pass
    maker.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, maker.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    steps = os.read(reading, 4096)
    replies = [upload()]
    maker.send_signal(signal.SIGCONT)
    if b"making guest" in steps and b"starting it" not in steps:
        maker.stdout.readline()
        replies.append(upload())
        break
    maker.kill()
    maker.wait()
    os.close(reading)
    while copies():
        subprocess.run([*confined, "virsh", "list"], capture_output=True)
        time.sleep(0.01)
print(json.dumps(replies))
maker.kill()
writer.kill()
"""


class Roles(RoleTest):
    def test_source_does_not_change_before_the_start(self):
        more, directory = self.pool("base.img", "other.img")
        for name in os.listdir(directory):
            self.write(directory / name, b"system")
        self.uri = self.node(("vm1", domain(DISK.format("base.img"))), more=more)
        policy = ("[role tester]\ncommands = @tester upload-volume\npools = pool:rw\n"
                  "domains = vm.*\ntemplates = vm.*\nreservation = no\n")
        script = f"{self.directory}/script.py"
        with open(script, "w") as file:
            file.write(CHANGED_BEFORE_THE_START)
        started = self.start(script, str(session.HELPER), POLICY, self.uri, str(directory),
                             policy=policy, program=sys.executable)
        output, errors = started.process.communicate(timeout=30)
        during, after = json.loads(output)
        self.assertRefused(during, "busy", "volume 'other.img' is being created, copied or changed")
        self.assertTrue(after["success"], after)

    def test_reason_does_not_describe_the_host(self):
        more, directory = self.pool("base.img")
        self.write(directory / "base.img", b"system")
        template = ("vm1", domain(DISK.format("base.img"), more="<vcpu>300</vcpu>"))
        self.uri = self.node(template, more=more)
        policy = ("[role tester]\ncommands = @tester\npools = pool:rw\ndomains = vm.*\n"
                  "templates = vm.*\nhost-ports = 5100-5103\n")
        opened = self.confined(policy=policy)
        for wait in ({}, {"wait": 86400}):
            reply = opened.ask({**PROVISION, "template": "vm1", **wait})
            self.assertRefused(reply, "busy")
            self.assertTrue(reply["reply"].endswith(
                "the host can never have room for a guest with 300 processors"), reply)

    def test_identity_with_all_its_guests_does_not_wait(self):
        more, directory = self.pool("base.img")
        self.write(directory / "base.img", b"system")
        self.uri = self.node(("vm1", domain(DISK.format("base.img"), more="<vcpu>200</vcpu>")),
                             more=more)
        policy = ("[role tester]\ncommands = @tester\npools = pool:rw\ndomains = vm.*\n"
                  "templates = vm.*\nmax-guests = 1\n")
        opened = self.confined(policy=policy)
        opened.ok({**PROVISION, "template": "vm1"})
        # There is no room for another one either, for which it would have to wait.
        reply = opened.ask({**PROVISION, "template": "vm1", "wait": 86400}, timeout=20)
        self.assertRefused(reply, "denied", "1 guests exist already", "max-guests")

    def test_port_in_two_ranges_is_one_port(self):
        more, directory = self.pool("base.img")
        self.write(directory / "base.img", b"system")
        self.uri = self.node(("vm1", domain(DISK.format("base.img"), PASST.format(2201))),
                             more=more)
        policy = ("[role tester]\ncommands = @tester\npools = pool:rw\ndomains = vm.*\n"
                  "templates = vm.*\nguest-ports = 22 80\nhost-ports = 5100-5102 5101-5103\n")
        for port in (5100, 5102, 5103):
            self.enterContext(socket.create_server(("127.0.0.1", port)))
        opened = self.confined(policy=policy)
        opened.ok({"cmd": "ping"})
        opened.send({**PROVISION, "template": "vm1", "ports": [22, 80], "wait": 2})
        time.sleep(0.5)
        before = cpu_seconds(opened.pid)
        self.assertRefused(opened.line(10), "busy")
        self.assertLess(cpu_seconds(opened.pid) - before, 0.2)
