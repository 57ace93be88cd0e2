import fcntl
import os
import shutil
import struct
import tempfile
import time

from session import HelperTest, Session

RESERVE = {"cmd": "reserve", "filter": "vm1"}


def holder(path):
    """The process that has locked a file; `None` if none has. Does not open it for writing."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
        found = fcntl.fcntl(descriptor, fcntl.F_GETLK, lock)
    finally:
        os.close(descriptor)
    kind, _, _, _, process = struct.unpack("hhqqi4x", found)
    return None if kind == fcntl.F_UNLCK else process


def read(file):
    file.seek(0)
    return file.read()


class State(HelperTest):
    @property
    def state(self):
        return self.home / ".atex-virt-helper"

    @property
    def lock(self):
        return self.state / "locks/vm1"

    def until(self, condition, seconds=5):
        end = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.01)

    def remove(self, how):
        locks = self.state / "locks"
        if how == "moved":
            locks.rename(self.home / "old-locks")
        elif how == "emptied":
            self.lock.unlink()
        elif how == "removed":
            shutil.rmtree(locks)
        else:
            shutil.rmtree(self.state)

    def test_removed_locks_are_locked_again(self):
        for how in ("moved", "emptied", "removed", "with the state directory"):
            with self.subTest(how), tempfile.TemporaryFile() as errors:
                uri = self.node("vm1")
                held = Session(uri, home=self.home, stderr=errors)
                try:
                    held.ok(RESERVE)
                    with held.stopped():
                        self.remove(how)
                    # Makes the directory again, as the original helper does, which knows only the
                    # lock.
                    other = self.session(uri)
                    other.ok({"cmd": "ping"})
                    self.until(lambda: holder(self.lock) == held.pid)
                    self.assertEqual(other.ask(RESERVE)["reply"], "no domain could be reserved")
                    self.until(lambda: b"were removed or replaced" in read(errors))
                    held.ok({"cmd": "release", "domain": "vm1"})
                    self.assertEqual(other.ok(RESERVE)["domain"], "vm1")
                    other.close()
                finally:
                    held.close()
                shutil.rmtree(self.home / "old-locks", ignore_errors=True)

    def test_emptied_state_directory(self):
        uri = self.node("vm1")
        held = self.session(uri)
        held.ok(RESERVE)
        other = self.session(uri)
        other.ok({"cmd": "ping"})
        with held.stopped(), other.stopped():
            for path in self.state.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        # Nobody makes `locks` again before another session reserves.
        self.until((self.state / f"sessions/{held.pid}").exists)
        self.assertEqual(other.ask(RESERVE)["reply"], "no domain could be reserved")

    def test_the_holder_counts_before_it_has_repaired_its_lock(self):
        uri = self.node("vm1")
        held = self.session(uri)
        held.ok(RESERVE)
        with held.stopped():
            self.remove("removed")
            other = self.session(uri)
            self.assertEqual(other.ask(RESERVE)["reply"], "no domain could be reserved")
            self.assertNotEqual(other.ok({"cmd": "reservations"})["domains"]["vm1"], "(free)")

    def test_a_waiting_session_watches_the_new_directory(self):
        uri = self.node("vm1")
        held, waiter = self.session(uri), self.session(uri)
        held.ok(RESERVE)
        waiter.ok({"cmd": "ping"})
        waiter.send({**RESERVE, "wait": 20})
        self.assertTrue(waiter.is_silent(0.3))
        with held.stopped(), waiter.stopped():
            self.remove("removed")
        self.assertTrue(waiter.is_silent(0.3))
        owner = self.state.stat()
        (self.state / "locks").mkdir(mode=0o700, exist_ok=True)
        os.chown(self.state / "locks", owner.st_uid, owner.st_gid)
        self.until(lambda: holder(self.lock) == held.pid)
        self.assertTrue(waiter.is_silent(1))
        held.ok({"cmd": "release", "domain": "vm1"})
        self.assertEqual(waiter.line(5)["domain"], "vm1")

    def test_no_command_uses_a_file_of_the_state_directory(self):
        uri = self.node("vm1", "vm2")
        session = self.session(uri)
        session.ok({"cmd": "reserve", "filter": "vm1"})
        lock = str(self.lock)
        hard, soft = self.home / "hard", self.home / "soft"
        os.link(lock, hard)
        soft.symlink_to(lock)
        descriptor = next(
            number for number in os.listdir(f"/proc/{session.pid}/fd")
            if os.path.realpath(f"/proc/{session.pid}/fd/{number}") == os.path.realpath(lock))
        paths = [lock, str(hard), str(soft), f"/proc/self/fd/{descriptor}",
                 f"/proc/{session.pid}/fd/{descriptor}",
                 os.path.relpath(
                     os.path.realpath(lock), os.path.realpath(f"/proc/{session.pid}/cwd"))]
        install = ["--name", "new", "--memory", "64", "--osinfo", "linux2022", "--graphics", "none",
                   "--print-xml", "--dry-run"]
        commands = [
            ["virsh", "define", "PATH"], ["virsh", "screenshot", "vm2", "PATH"],
            ["virsh", "save", "vm2", "PATH"], ["virsh", "dump", "vm2", "PATH"],
            ["virsh", "restore", "PATH"], ["virsh", "save-image-dumpxml", "PATH"],
            ["virt-install", *install, "--cdrom", "PATH", "--disk", "none"],
            ["virt-install", *install, "--location", "PATH", "--disk", "none"],
            ["virt-install", *install, "--import", "--disk", "PATH"],
            ["virt-install", *install, "--disk", "none", "--install", "no_install=yes",
             "--cloud-init", "user-data=PATH"],
        ]
        for path in paths:
            for program, *words in commands:
                args = [word.replace("PATH", path) for word in words]
                with self.subTest(program=program, args=args):
                    reply = session.ask({"cmd": program, "args": args})
                    self.assertFalse(reply["success"], reply)
                    self.assertEqual(holder(lock), session.pid)
        for path in (self.state / "new", self.state / "sessions" / str(session.pid)):
            with self.subTest(path=path):
                reply = session.ask({"cmd": "virsh", "args": ["screenshot", "vm2", str(path)]})
                self.assertFalse(reply["success"])
                self.assertRegex(reply["reply"], "state directory|has this file open")
        self.assertFalse((self.state / "new").exists())

    def test_odd_lock_files_affect_one_domain(self):
        uri = self.node("vm1", "vm2")
        session = self.session(uri)
        session.ok({"cmd": "ping"})
        for kind, make in (("a directory", os.mkdir), ("not a regular file", os.mkfifo),
                           ("a symbolic link", lambda path: os.symlink("/etc/hostname", path))):
            with self.subTest(kind):
                self.lock.unlink(missing_ok=True)
                make(self.lock)
                reply = session.ask({**RESERVE, "id": 1})
                self.assertRefused(reply, "system", "'vm1'", kind)
                domains = session.ok({"cmd": "reservations"})["domains"]
                self.assertEqual(
                    domains, {"vm1": "(unusable lock file)", "vm2": "(free)"})
                for _ in range(5):
                    self.assertEqual(session.ok({"cmd": "reserve"})["domain"], "vm2")
                    # Somebody who waits gets the domain that can be used.
                    self.assertEqual(session.ask({"cmd": "reserve"})["reply"],
                                     "no domain could be reserved")
                    session.ok({"cmd": "release", "domain": "vm2"})
                if self.lock.is_dir() and not self.lock.is_symlink():
                    self.lock.rmdir()
                else:
                    self.lock.unlink()

    def test_names_that_look_like_states(self):
        session = self.session("test:///default")
        for name in ("(free)", "(reserved for us)", "(empty name)", "(pid 5 disappeared)",
                     " (free)", "(unusable lock file)"):
            reply = session.ask({"cmd": "setname", "name": name, "id": 1})
            self.assertRefused(reply, "bad-request", "must not look like a state")
