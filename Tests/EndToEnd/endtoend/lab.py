"""The argument of each check: the test host, the client's side of the wire, the counters."""

import json
import os
import select
import subprocess
import time
import uuid
from pathlib import Path

from .testhost import ADDRESS, ORIGINAL_USER, USER

HERE = Path(__file__).resolve().parent
SOURCE = "guest.img"


class Lab:
    """
    `host`      the test host
    `check`     counts and prints
    `bare_host` with lab.bare_host() as host: a second host, not set up yet
    `second_host` the same, set up like the first, but without the source volume
    `marker`    a text that is unique to this run, in the file /marker of the source volume
    """

    def __init__(self, host, check, directory, client, key, marker):
        self.host = host
        self.check = check
        self.directory = Path(directory)
        self.client = Path(client)
        self.key = key
        self.marker = marker
        # directories of sessions that a check killed; only a later session removes them
        self.orphaned_directories = set()
        # the expected volumes of each pool at the end; a check that creates one adds its name
        self.volumes = {"default": {SOURCE}, "plain": set()}

    # -- ssh from the client to the host

    def ssh_command(self, user=USER, *options, address=ADDRESS):
        return ("ssh", "-oBatchMode=yes", "-oLogLevel=ERROR", "-oStrictHostKeyChecking=no",
                "-oUserKnownHostsFile=/dev/null", "-oConnectTimeout=10",
                f"-oIdentityFile={self.key}", *options, f"{user}@{address}")

    def session(self, user=USER, name=None, stderr=None, address=ADDRESS):
        """A session with the helper that sshd starts for `user`."""
        session = Session(self.ssh_command(user, address=address), stderr)
        if name is not None:
            session.ok(cmd="setname", name=name)
        return session

    def ours(self, name=None):
        return self.session(USER, name)

    def original(self, name=None):
        return self.session(ORIGINAL_USER, name)

    def reservations(self, user=USER):
        """Maps domain to holder, as seen by a session that holds nothing."""
        with self.session(user) as session:
            return holders(session)

    # -- the real client

    def atex(self, *words, input="", timeout=120, user=USER, key=None):
        """One run of the client's command `atex shvirt`: (exit status, stdout, stderr)."""
        done = subprocess.run(
            [*self.client_python(), self.client / "bin/atex", "shvirt", "--helper-host", ADDRESS,
             "--helper-user", user, "--helper-sshkey", key or self.key, *words],
            input=input, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout)
        return done.returncode, done.stdout, done.stderr

    def client_python(self):
        return (self.client / "bin/python", "-B")

    def client_program(self, program, **settings):
        """Runs a program of the directory `client` with the client's Python, as a session."""
        settings = {"address": ADDRESS, "user": USER, "key": str(self.key), "image": SOURCE,
                    **settings}
        file = HERE.parent / "client" / program
        return Session((*self.client_python(), file, json.dumps(settings)))

    def stop_guests(self):
        for name in self.host.run("virsh", "list", "--name").split():
            self.host.run("virsh", "destroy", name)


def holders(session):
    """
    Maps domain to holder. A free domain is None, which is `(free)` in our reply, null in the
    original helper's.
    """
    domains = session.ok(cmd="reservations")["domains"]
    return {name: None if holder == "(free)" else holder for name, holder in domains.items()}


class Session:
    """A program that replies to each JSON line with one JSON line. Every wait has a timeout."""

    running = []

    def __init__(self, command, stderr=None):
        self.process = subprocess.Popen(
            [os.fspath(word) for word in command], bufsize=0,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr,
        )
        self.buffered = b""
        Session.running.append(self)

    @classmethod
    def kill_all(cls):
        """Ends the sessions that a failed group left open."""
        while cls.running:
            session = cls.running.pop()
            if session.process.poll() is None:
                session.kill()

    def send(self, **request):
        self.process.stdin.write(json.dumps(request).encode() + b"\n")

    def receive(self, seconds=60):
        end = time.monotonic() + seconds
        while b"\n" not in self.buffered:
            left = max(0, end - time.monotonic())
            ready, _, _ = select.select([self.process.stdout], [], [], left)
            if not ready:
                raise TimeoutError(f"no line within {seconds} s; so far: {self.buffered!r}")
            chunk = self.process.stdout.read(65536)
            if not chunk:
                raise EOFError(f"end of output; so far: {self.buffered!r}")
            self.buffered += chunk
        line, _, self.buffered = self.buffered.partition(b"\n")
        return json.loads(line)

    def is_silent(self, seconds):
        """Returns false if output arrives within that time."""
        return not self.buffered and not select.select([self.process.stdout], [], [], seconds)[0]

    def ask(self, seconds=60, **request):
        self.send(**request)
        return self.receive(seconds)

    def ok(self, seconds=60, **request):
        reply = self.ask(seconds, **request)
        if not reply["success"]:
            raise RuntimeError(f"{request} failed: {reply}")
        return reply

    def close(self, seconds=20):
        """Ends the input, as clients do, and returns the exit status."""
        if not self.process.stdin.closed:
            self.process.stdin.close()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            self.process.stdout.close()

    def kill(self):
        """Kills the client's side: the connection is lost."""
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.close() if kind is None else self.kill()


def new_marker():
    return f"marker-{uuid.uuid4()}"


def make_source(guest, public_key, marker, image, directory):
    """Creates the volume that guests boot a copy of, with the marker and key of this run."""
    root = Path(directory) / "guest-root"
    subprocess.run(["cp", "-a", Path(guest) / "root", root], check=True, timeout=60)
    (root / "marker").write_text(marker + "\n")
    (root / "root/.ssh/authorized_keys").write_text(public_key)
    (root / "root/.ssh/authorized_keys").chmod(0o600)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "-d", root, image, "64M"],
                   check=True, timeout=60, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def read_from_image(image, path):
    """Reads a file of an ext4 volume without mounting it; None if the file does not exist."""
    done = subprocess.run(["debugfs", "-R", f"cat {path}", image], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, timeout=60)
    return None if "File not found" in done.stderr else done.stdout
