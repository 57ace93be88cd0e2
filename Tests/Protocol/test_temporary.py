"""`temporary` of create-volume, copy-volume and upload-volume, in directories that are pools of the
test driver, which does not touch files: the helper removes them itself."""

import os
import pathlib
import signal
import subprocess
import tempfile
import time

from session import HelperTest, command

DISK = """<devices><disk type='volume' device='disk'><source pool='pool' volume='disk'/>
<target dev='vda'/></disk></devices>"""


class Temporary(HelperTest):
    def setUp(self):
        # Of its own: a process in the background may still try to undo what another test has left.
        self.home = pathlib.Path(self.enterContext(
            tempfile.TemporaryDirectory(prefix="atex-protocol-", dir="/var/tmp",
                                        ignore_cleanup_errors=True)))
        self.home.chmod(0o777)
        more, self.path = self.pool("from")
        self.uri = self.node("a", more=more)
        self.opened = self.session(self.uri)

    def create(self, name, session=None, **more):
        return (session or self.opened).ask({
            "cmd": "create-volume", "pool": "pool", "name": name, "format": "raw", "size": 10,
            "temporary": True, **more})

    def copy(self, to, **more):
        return self.opened.ok({"cmd": "copy-volume", "pool": "pool", "from": "from", "to": to,
                               "temporary": True, **more})

    def upload(self, name, **more):
        return self.opened.ok({"cmd": "upload-volume", "pool": "pool", "name": name, "length": 3,
                               "temporary": True, **more}, b"new")

    def files(self):
        return sorted(os.listdir(self.path))

    def records(self):
        journal = self.home / ".atex-virt-helper" / "journal"
        return os.listdir(journal) if journal.exists() else []

    def wait(self, condition):
        end = time.monotonic() + 20
        while not condition() and time.monotonic() < end:
            time.sleep(0.05)
        self.assertTrue(condition())

    def test_end_of_the_session(self):
        self.assertTrue(self.create("created")["success"])
        self.assertTrue(self.create("stays", temporary=False)["success"])
        self.copy("copied")
        reply = self.upload("uploaded")
        self.assertIs(reply["temporary"], True)
        self.assertEqual(self.files(), ["copied", "created", "from", "stays", "uploaded"])
        self.assertEqual(len(self.records()), 3)
        self.assertEqual(self.opened.close(), 0)
        self.assertEqual((self.files(), self.records()), (["from", "stays"], []))

    def test_lost_client_and_signal(self):
        for end in (lambda: self.opened.process.stdout.close(),
                    lambda: self.opened.process.send_signal(signal.SIGTERM)):
            self.opened = self.session(self.uri)
            self.upload("x")
            end()
            self.opened.process.wait(20)
            self.assertEqual((self.files(), self.records()), (["from"], []))

    def test_killed_session(self):
        self.copy("copied")
        self.create("created")
        self.opened.kill()
        self.assertEqual(self.files(), ["copied", "created", "from"])
        # Before its first request that may see volumes.
        self.session(self.uri).ok({"cmd": "reservations"})
        self.assertEqual((self.files(), self.records()), (["from"], []))

    def test_live_session_keeps_it(self):
        self.copy("copied")
        other = self.session(self.uri)
        other.ok({"cmd": "ping"})
        other.close()
        result = subprocess.run(
            [*command(self.home), "clean-up"], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=60, env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.assertEqual(result.stdout, "0 undone, 0 left\n")
        self.assertEqual(self.files(), ["copied", "from"])

    def test_volume_of_someone_else_stays(self):
        for kill in (False, True):
            self.opened = self.session(self.uri)
            self.create("x", remove_existing=True)
            self.create("y", remove_existing=True)
            self.write(self.path / "theirs", b"theirs")
            (self.path / "theirs").rename(self.path / "x")
            (self.path / "y").unlink()
            self.write(self.path / "y", b"theirs")
            if kill:
                self.opened.kill()
                self.session(self.uri).ok({"cmd": "reservations"})
            else:
                self.assertEqual(self.opened.close(), 0)
            self.assertEqual((self.files(), self.records()), (["from", "x", "y"], []))
            self.assertEqual((self.path / "x").read_bytes(), b"theirs")

    def test_overwriting_by_the_same_session(self):
        for name in ("kept", "again"):
            self.create(name)
        self.upload("kept", temporary=False, replace=True)
        for _ in range(3):
            self.upload("again", replace=True)
        # A record of what was replaced would be one too many.
        self.assertEqual(len(self.records()), 2)
        self.opened.close()
        self.assertEqual((self.files(), self.records()), (["from", "kept"], []))

    def test_removed_and_renamed_before_the_end(self):
        for name in ("deleted", "moved"):
            self.create(name)
        (self.path / "deleted").unlink()
        # The driver knows only the volumes in its XML.
        (self.path / "from").unlink()
        (self.path / "moved").rename(self.path / "from")
        self.opened.ok({"cmd": "copy-volume", "pool": "pool", "from": "from", "to": "target",
                        "move": True})
        self.opened.close()
        self.assertEqual((self.files(), self.records()), (["target"], []))

    def test_move(self):
        self.copy("target", move=True)
        self.opened.close()
        self.assertEqual((self.files(), self.records()), ([], []))

    def test_failure_leaves_nothing(self):
        self.write(self.path / "x", b"old")
        self.assertRefused(self.create("x", id=1), "exists", "'x'")
        self.assertRefused(self.create("n", temporary="yes", id=1), "bad-request", "'temporary'")
        # An argument of ours: the reply has `error`.
        self.assertRefused(self.create("x"), "exists", "'x'")
        self.assertEqual(self.records(), [])
        self.opened.close()
        self.assertEqual((self.files(), (self.path / "x").read_bytes()), (["from", "x"], b"old"))

    def test_volume_in_use(self):
        self.check_volume_of_another_session(is_running=True)

    def test_volume_of_a_domain_that_is_off(self):
        self.check_volume_of_another_session(is_running=False)

    def check_volume_of_another_session(self, is_running):
        more, self.path = self.pool("disk")
        uri = self.node(("held", DISK), more=more)
        node = pathlib.Path(uri.removeprefix("test://"))
        if is_running:
            node.write_text(node.read_text().replace("<test:runstate>5<", "<test:runstate>1<"))
        other = self.session(uri)
        for is_killed in (False, True):
            maker = self.session(uri)
            other.ok({"cmd": "reserve", "filter": "held"})
            self.assertTrue(self.create("disk", maker, remove_existing=True, force=True)["success"])
            if is_killed:
                maker.kill()
                self.session(uri).ok({"cmd": "reservations"})
            else:
                maker.close()
            self.assertEqual((self.files(), len(self.records())), (["disk"], 1))
            other.ok({"cmd": "release", "domain": "held"})
            # The process in the background tries again.
            self.wait(lambda: not self.records())
            self.assertEqual(self.files(), [])

    def test_volume_of_the_sessions_own_domain(self):
        more, self.path = self.pool("disk")
        session = self.session(self.node(("own", DISK), more=more))
        session.ok({"cmd": "reserve", "filter": "own"})
        self.assertTrue(self.create("disk", session, remove_existing=True)["success"])
        session.ok({"cmd": "virsh", "args": ["start", "own"]})
        session.close()
        self.assertEqual((self.files(), self.records()), ([], []))

    def test_pool_whose_volumes_cannot_be_recognized(self):
        pool = ("<pool type='disk'><name>disks</name><source><device path='/dev/nowhere'/></source>"
                "<target><path>/dev</path></target></pool>")
        session = self.session(self.node("a", more=pool))
        reply = session.ask({"cmd": "upload-volume", "pool": "disks", "name": "x", "length": 3,
                             "temporary": True}, b"new")
        self.assertRefused(reply, "unsupported", "pool 'disks' cannot have temporary volumes")
        session.ok({"cmd": "ping"})

    def test_words(self):
        process = subprocess.Popen(
            [*command(self.home), self.uri, "create-volume", "pool", "x", "raw", "1M",
             "temporary=true"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stderr.readline(),
                         b"the temporary volume is removed when this connection ends\n")
        self.assertEqual(self.files(), ["from", "x"])
        process.stdout.close()  # the connection ends
        process.wait(20)
        self.assertEqual((self.files(), self.records()), (["from"], []))
