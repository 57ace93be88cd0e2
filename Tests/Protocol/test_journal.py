import fcntl
import json
import os
import pathlib
import select
import signal
import socket
import subprocess
import tempfile
import time

from session import HelperTest, command


class Journal(HelperTest):
    """What sessions that have ended left in the journal is undone by the next, and by clean-up."""

    def setUp(self):
        # Of its own: a process in the background may still try to undo what another test has left.
        self.home = pathlib.Path(self.enterContext(
            tempfile.TemporaryDirectory(prefix="atex-protocol-", dir="/var/tmp",
                                        ignore_cleanup_errors=True)))
        self.home.chmod(0o777)
        self.session("test:///default").close()  # makes the state directory
        self.directory = self.home / ".atex-virt-helper" / "journal"
        self.directory.mkdir(exist_ok=True)
        self.own(self.directory)
        self.addCleanup(self.remove_records)  # then that process ends

    def remove_records(self):
        for record in self.directory.iterdir():
            record.unlink()

    def own(self, path):
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)

    def record(self, name, *lines):
        path = self.directory / name
        self.write(path, b"".join(line if isinstance(line, bytes) else json.dumps(line).encode()
                                  + b"\n" for line in lines))
        return path

    def temporary(self, pool, name):
        return {"begun": "temporary-name", "directory": str(pool), "inode": pool.stat().st_ino,
                "name": name}

    def volume(self, uri, name):
        return {"begun": "volume", "uri": uri, "pool": "pool", "name": name,
                "identity": "unique-name"}

    def clean_up(self, *words):
        return subprocess.run(
            [*command(self.home), "clean-up", *words], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})

    def left(self):
        return sorted(path.name for path in self.directory.iterdir())

    def test_next_session_undoes_what_a_killed_one_left(self):
        more, pool = self.pool("a")
        uri = self.node(more=more)
        self.write(pool / ".atex-virt-helper-new-1", b"x")
        self.record("1-a-1", self.temporary(pool, ".atex-virt-helper-new-1"))
        self.record("1-b-1", self.volume(uri, "a"))
        session = self.session(uri)
        # Before the first request that may see it.
        session.ok({"cmd": "virsh", "args": ["vol-list", "pool"]})
        self.assertEqual((self.left(), os.listdir(pool)), ([], ["a"]))

    def test_what_a_live_session_has_begun_stays(self):
        _, pool = self.pool("a")
        self.write(pool / ".new", b"x")
        path = self.record("1-a-1", self.temporary(pool, ".new"))
        with open(path, "rb") as record:
            fcntl.flock(record, fcntl.LOCK_EX)
            self.session("test:///default").ok({"cmd": "ping"})
            result = self.clean_up()
            self.assertEqual((result.returncode, result.stdout), (0, "0 undone, 0 left\n"))
            self.assertEqual((self.left(), sorted(os.listdir(pool))), (["1-a-1"], [".new", "a"]))
        self.session("test:///default").ok({"cmd": "ping"})
        self.assertEqual((self.left(), os.listdir(pool)), ([], ["a"]))

    def test_damaged_record_affects_only_itself(self):
        _, pool = self.pool()
        self.write(pool / ".new", b"x")
        self.record("1-a-1", b"{damaged\n")
        self.record("1-b-1", self.temporary(pool, ".new"))
        self.record("1-c-1", b"")
        os.mkfifo(self.directory / "1-d-1")
        self.own(self.directory / "1-d-1")
        session = self.session("test:///default")
        reply = session.ok({"cmd": "host-check"}, timeout=60)
        self.assertEqual((self.left(), os.listdir(pool)), (["1-a-1", "1-d-1"], []))
        findings = [check for check in reply["checks"] if check["check"] == "journal"]
        self.assertEqual([finding["status"] for finding in findings], ["warning"])
        self.assertIn("1-a-1", findings[0]["detail"])
        result = self.clean_up()
        self.assertEqual((result.returncode, result.stdout), (1, "0 undone, 2 left\n"))
        self.assertIn("1-a-1' is damaged: ", result.stderr)

    def test_clean_up_keeps_what_it_cannot_undo(self):
        node = self.home / "later.xml"
        self.record("1-a-1", self.volume(f"test://{node}", "a"))
        result = self.clean_up()
        self.assertEqual((result.returncode, result.stdout), (1, "0 undone, 1 left\n"))
        self.assertIn("cannot undo temporary volume 'a' of pool 'pool': ", result.stderr)
        self.assertEqual(self.left(), ["1-a-1"])
        # A session does not wait for it.
        start = time.monotonic()
        session = self.session("test:///default")
        session.ok({"cmd": "ping"})
        self.assertLess(time.monotonic() - start, 10)
        # Libvirt is back: the process that the session has started sees it.
        session.close()
        more, _ = self.pool("a")
        pathlib.Path(self.node(more=more).removeprefix("test://")).rename(node)
        end = time.monotonic() + 20
        while self.left() and time.monotonic() < end:
            time.sleep(0.1)
        self.assertEqual(self.left(), [])

    def test_clean_up_tries_again(self):
        _, pool = self.pool()
        gone = pool / "unmounted"
        gone.mkdir()
        self.own(gone)
        begun = self.temporary(gone, ".new")
        gone.rmdir()
        self.record("1-a-1", begun)
        process = subprocess.Popen(
            [*command(self.home), "clean-up", "30"], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, text=True,
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)}, stderr=subprocess.DEVNULL)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "0 undone, 1 left\n")
        gone.mkdir()
        self.own(gone)
        self.write(gone / ".new", b"x")
        output, _ = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 0)
        self.assertEqual(output.splitlines()[0], f"removed temporary file '{gone}/.new'")
        self.assertEqual(output.splitlines()[-1], "1 undone, 0 left")

    def test_ping_does_not_wait_for_libvirt(self):
        daemon = socket.socket(socket.AF_UNIX)  # accepts and never answers
        self.addCleanup(daemon.close)
        path = self.home / "daemon"
        daemon.bind(str(path))
        self.own(path)
        daemon.listen()
        self.record("1-a-1", self.volume(f"qemu+unix:///system?socket={path}", "a"))
        for request, waits in (({"cmd": "ping"}, False), ({"cmd": "help"}, False),
                               ({"cmd": "whoami"}, False),
                               ({"cmd": "setname", "name": "x"}, False),
                               ({"cmd": "reservations"}, True)):
            with self.subTest(**request):
                start = time.monotonic()
                session = self.session("test:///default")
                session.ok(request, timeout=30)
                taken = time.monotonic() - start
                self.assertTrue(2.5 < taken < 10 if waits else taken < 2.5, taken)
                # It has waited once.
                start = time.monotonic()
                session.ok({"cmd": "reservations"}, timeout=30)
                if waits:
                    self.assertLess(time.monotonic() - start, 2)
                session.close()
                self.end_clean_ups()

    def end_clean_ups(self):
        """Ends the processes that sessions of this test have started, and waits for their ends:
        until then they hold the records. One that has not run its program yet has the words and
        the environment of its session."""
        while processes := list(self.processes()):
            for process in processes:
                try:
                    descriptor = os.pidfd_open(process)
                except ProcessLookupError:
                    continue
                try:
                    signal.pidfd_send_signal(descriptor, signal.SIGKILL)
                    select.select([descriptor], [], [], 30)
                except ProcessLookupError:
                    pass
                finally:
                    os.close(descriptor)

    def processes(self):
        """The processes whose home directory is the one of this test."""
        for environment in pathlib.Path("/proc").glob("[0-9]*/environ"):
            try:
                if f"HOME={self.home}".encode() in environment.read_bytes().split(b"\0"):
                    yield int(environment.parent.name)
            except OSError:
                continue

    def test_incomplete_volume_is_not_read(self):
        more, pool = self.pool("a", "b")
        uri = self.node(more=more)
        path = self.record("1-a-1", {
            "begun": "volume", "uri": uri, "pool": "pool", "name": "a", "identity": "made",
            "key": f"{pool}/a", "inode": None, "time": None})
        with open(path, "rb") as record:
            fcntl.flock(record, fcntl.LOCK_EX)
            session = self.session(uri)
            for request in ({"cmd": "copy-volume", "pool": "pool", "from": "a", "to": "c"},
                            {"cmd": "download-volume", "pool": "pool", "name": "a"}):
                self.assertRefused(session.ask({**request, "id": 1}), "busy",
                                   "volume 'a' in pool 'pool' is incomplete")
            session.ok({"cmd": "copy-volume", "pool": "pool", "from": "b", "to": "c"})
            # the clean-up could take the new volume for the incomplete one
            for request in ({"cmd": "copy-volume", "from": "b", "to": "a"},
                            {"cmd": "copy-volume", "from": "b", "to": "a", "move": True},
                            {"cmd": "create-volume", "name": "a", "format": "raw", "size": 1,
                             "remove_existing": True}):
                self.assertRefused(session.ask({"pool": "pool", "id": 1, **request}), "busy",
                                   "volume 'a' in pool 'pool' is incomplete")
            clone = "<volume><name>n</name><capacity>1</capacity></volume>"
            (self.home / "clone.xml").write_text(clone)
            (self.home / "clone.xml").chmod(0o644)
            for words in (["vol-clone", "a", "n", "--pool", "pool"],
                          ["vol-clone", str(pool / "a"), "n"],
                          ["vol-create-from", "pool", str(self.home / "clone.xml"), "a",
                           "--inputpool", "pool"],
                          ["vol-download", "a", str(self.home / "downloaded"), "--pool", "pool"],
                          ["vol-upload", "a", str(self.home / "clone.xml"), "--pool", "pool"]):
                with self.subTest(words):
                    reply = session.ask({"cmd": "virsh", "args": words})
                    self.assertEqual((reply["success"], reply["reply"]), (
                        False, "error: volume 'a' in pool 'pool' is incomplete: its upload has "
                               "not ended\n"))
            session.ok({"cmd": "virsh", "args": ["vol-clone", "b", "n", "--pool", "pool"]})
            for disk in ("vol=pool/a", f"{pool}/a"):
                with self.subTest(disk):
                    words = ["--name", "new", "--memory", "64", "--import", "--osinfo",
                             "detect=off,require=off", "--graphics", "none", "--disk", disk]
                    result = subprocess.run(
                        [*command(self.home), uri, "virt-install", *words],
                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                        stderr=subprocess.PIPE, text=True, timeout=60,
                        env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
                    self.assertEqual(result.returncode, 1, result.stderr)
                    self.assertIn("volume 'a' in pool 'pool' is incomplete", result.stderr)

    def test_kill_while_a_volume_is_replaced(self):
        """Whenever it is killed, the next session leaves no temporary name."""
        more, pool = self.pool("old", "new")
        uri = self.node(more=more)
        self.write(pool / "new", b"new" * 1000)
        for delay in (0, 0.001, 0.002, 0.005, 0.01):
            self.write(pool / "old", b"old")
            session = self.session(uri)
            session.ok({"cmd": "ping"})
            for _ in range(200):
                session.send({"cmd": "copy-volume", "pool": "pool", "from": "new", "to": "old"})
            session.line()
            time.sleep(delay)
            session.kill()
            self.session(uri).ok({"cmd": "ping"})
            self.assertEqual((sorted(os.listdir(pool)), self.left()), (["new", "old"], []))

    def test_words(self):
        for words in (["x"], ["-1"], ["1", "2"]):
            result = self.clean_up(*words)
            self.assertEqual((result.returncode, result.stdout), (2, ""))
            self.assertIn("clean-up [SECONDS]", result.stderr)
