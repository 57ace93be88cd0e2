"""What `cancel` undoes, for each command that takes long."""

import os
import time

from guest import Guest, devices, forward
from test_background import BackgroundTest, background

DISK = "<disk type='volume'><source pool='pool' volume='{}'/><target dev='vda'/></disk>"


class Undone(BackgroundTest):
    def host(self, serve=None):
        """A session on a host with a domain whose port 22 never answers as it should."""
        guest = Guest(serve)
        self.addCleanup(guest.close)
        xml, self.directory = self.pool("image", "a.img")
        self.write(self.directory / "image", b"new")
        self.write(self.directory / "a.img", b"old")
        range_ = {"start": guest.port, "to": 22}
        domain = devices(forward(range_), more=DISK.format("a.img"))
        return self.session(self.node(("a", domain), more=xml))

    def wait_until(self, condition):
        end = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    def state(self, session, domain="a"):
        return session.ok({"cmd": "virsh", "args": ["domstate", domain]})["reply"].strip()

    def test_wait_port(self):
        session = self.host()
        session.ok({"cmd": "virsh", "args": ["start", "a"]})
        session.send(background({"cmd": "wait-port", "domain": "a", "port": 22}, 1))
        time.sleep(0.5)
        session.ok({"cmd": "ping"})
        start = time.monotonic()
        self.assertCancelled(self.cancel(session, 1))
        self.assertLess(time.monotonic() - start, 1)
        self.assertEqual(self.state(session), "running")

    def test_provision(self):
        session = self.host()
        session.send(background(
            {"cmd": "provision", "pool": "pool", "from": "image", "wait_port": 22}, 1))
        self.wait_until(lambda: self.state(session) == "running")
        # The request is still using the domain.
        self.assertRefused(session.ask({"cmd": "release", "domain": "a", "id": 2}), "busy",
                           "another request of this session", "'a'")
        self.assertCancelled(self.cancel(session, 1))
        self.assertEqual(self.state(session), "shut off")
        self.assertEqual(session.ok({"cmd": "reservations"})["domains"], {"a": "(free)"})
        # The copy was complete, and is what a failed `provision` leaves as well.
        self.assertEqual((self.directory / "a.img").read_bytes(), b"new")
        self.assertEqual(self.temporary(), [])

    def test_provision_at_any_moment(self):
        session = self.host()
        for number in range(25):
            session.send(background(
                {"cmd": "provision", "pool": "pool", "from": "image"}, number))
            time.sleep(number / 25 * 0.03)
            session.send({"cmd": "cancel", "request": number})
            replies = {reply["cmd"]: reply for reply in session.lines(2)}
            provision = replies["provision"]
            holder = session.ok({"cmd": "reservations"})["domains"]["a"]
            if replies["cancel"]["success"]:
                self.assertCancelled(provision)
                self.assertEqual((holder, self.state(session)), ("(free)", "shut off"))
            else:
                self.assertEqual(provision["domain"], "a")
                self.assertEqual((holder, self.state(session)), ("(reserved for us)", "running"))
                session.ok({"cmd": "virsh", "args": ["destroy", "a"]})
                session.ok({"cmd": "release", "domain": "a"})
            self.assertEqual(self.temporary(), [])

    def records(self):
        journal = self.home / ".atex-virt-helper/journal"
        return os.listdir(journal) if journal.exists() else []

    def temporary(self):
        return [name for name in os.listdir(self.directory) if name.startswith(".")]

    def test_copy_volume(self):
        session = self.host()
        with open(self.directory / "image", "wb") as file:
            for _ in range(600):
                file.write(os.urandom(1 << 20))
        request = {"cmd": "copy-volume", "pool": "pool", "from": "image", "progress": True}
        for number, target in enumerate(["a.img", "new.img"]):
            session.send(background({**request, "to": target}, number))
            event = session.line()
            if event["done"] == event["total"]:
                session.line()
                self.skipTest("the file system copies at once")
            session.send({"cmd": "cancel", "request": number})
            lines = [session.line()]
            while len([line for line in lines if "event" not in line]) < 2:
                lines.append(session.line())
            for event in lines:
                if "event" in event:
                    self.assertEqual(event["id"], number)
            replies = {line["cmd"]: line for line in lines if "event" not in line}
            self.assertTrue(replies["cancel"]["success"])
            self.assertCancelled(replies["copy-volume"])
            self.assertEqual(self.temporary(), [])
        self.assertEqual((self.directory / "a.img").read_bytes(), b"old")
        self.assertFalse((self.directory / "new.img").exists())
        self.assertEqual(self.records(), [])

    def test_client_goes_away(self):
        for end in (lambda session: session.process.stdout.close(),
                    lambda session: os.kill(session.pid, 15)):
            session = self.host()
            with open(self.directory / "image", "wb") as file:
                for _ in range(300):
                    file.write(os.urandom(1 << 20))
            for number in range(3):
                session.send(background({"cmd": "copy-volume", "pool": "pool", "from": "image",
                                         "to": f"new{number}"}, number))
            time.sleep(0.1)
            end(session)
            session.process.wait(10)
            self.assertEqual(self.temporary(), [])
            self.assertEqual(self.records(), [])

    def test_virt_install(self):
        session = self.host()
        words = ("--name made --memory 64 --network none --graphics none --osinfo generic --import "
                 "--noautoconsole --wait -1 --disk").split()
        volumes = {"cmd": "virsh", "args": ["vol-list", "pool"]}
        before = session.ok(volumes)["reply"]
        for destroys in (False, True):
            session.send(background({"cmd": "virt-install", "destroy_on_error": destroys,
                                     "args": [*words, "pool=pool,size=1"]}, 1))
            self.wait_until(lambda: session.ask(
                {"cmd": "virsh", "args": ["domstate", "made"]})["success"])
            self.assertNotEqual(session.ok(volumes)["reply"], before)
            time.sleep(0.2)
            self.assertCancelled(self.cancel(session, 1))
            self.assertFalse(
                session.ask({"cmd": "virsh", "args": ["dominfo", "made"]})["success"])
            self.assertEqual(session.ok(volumes)["reply"], before)

    def test_virt_install_at_any_moment(self):
        session = self.host()
        words = ("--name made --memory 64 --network none --graphics none --osinfo generic --import "
                 "--noautoconsole --wait -1 --disk pool=pool,size=1").split()
        volumes = {"cmd": "virsh", "args": ["vol-list", "pool"]}
        before = session.ok(volumes)["reply"]
        for number in range(15):
            session.send(background({"cmd": "virt-install", "args": words}, number))
            time.sleep(number / 15 * 0.3)
            self.assertCancelled(self.cancel(session, number))
            self.assertEqual(session.ok({"cmd": "virsh", "args": ["list", "--all", "--name"]})
                             ["reply"].split(), ["a"])
            self.assertEqual(session.ok(volumes)["reply"], before)

    def test_create_volume(self):
        session = self.host()
        for number in range(20):
            session.send(background({"cmd": "create-volume", "pool": "pool", "name": "new",
                                     "format": "raw", "size": 1 << 20}, number))
            time.sleep(number / 20 * 0.01)
            session.send({"cmd": "cancel", "request": number})
            replies = {reply["cmd"]: reply for reply in session.lines(2)}
            exists = (self.directory / "new").exists()
            self.assertEqual(replies["create-volume"]["success"], exists)
            self.assertEqual(replies["cancel"]["success"], not exists)
            if exists:
                (self.directory / "new").unlink()
            self.assertEqual(self.temporary(), [])

    def test_waiting_virsh_commands(self):
        session = self.host()
        session.ok({"cmd": "virsh", "args": ["start", "a"]})
        for number, words in enumerate((["event", "a", "--event", "lifecycle"],
                                        ["event", "--all", "--loop"],
                                        ["net-event", "--event", "lifecycle"],
                                        ["pool-event", "--event", "refresh", "--loop"])):
            session.send(background({"cmd": "virsh", "args": words}, number))
            session.ok({"cmd": "ping"})
            time.sleep(0.2)
            start = time.monotonic()
            self.assertCancelled(self.cancel(session, number))
            self.assertLess(time.monotonic() - start, 1)
