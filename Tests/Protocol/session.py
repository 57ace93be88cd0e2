"""A client's session with a helper process, and the base class of the tests."""

import contextlib
import json
import os
import pathlib
import select
import signal
import subprocess
import tempfile
import time
import unittest

HELPER = None  # set by `run`
# The root directory of the helper; set by `Tests/Transcripts/run --root`. Its /var/tmp is ours.
ROOT = None

DOMAIN = """<domain type='test'>
  <name>{name}</name><memory unit='MiB'>8</memory><os><type>hvm</type></os>{more}
</domain>"""


class Session:
    """A helper process and its pipes. Every wait has a timeout, by default `TIMEOUT` seconds."""

    TIMEOUT = 15

    def __init__(self, uri, *options, home, stderr=subprocess.DEVNULL, env=None, within=()):
        # The state directory is in `home`, so sessions of other test classes are not visible. The
        # words in `within` are a command that runs the helper, e.g. in a namespace.
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), **(env or {})}
        self.process = subprocess.Popen(
            [*within, *command(home), *options, uri], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=stderr, env=environment)
        self.rest = b""

    @property
    def pid(self):
        return self.process.pid

    @contextlib.contextmanager
    def stopped(self):
        """The process is stopped meanwhile, so that it does not make again what a test removes."""
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def send(self, request, body=b""):
        line = request if isinstance(request, bytes) else json.dumps(request).encode()
        self.process.stdin.write(line + b"\n" + body)
        self.process.stdin.flush()

    def line(self, timeout=TIMEOUT):
        """The next line of output, parsed; later bytes stay in `rest`."""
        end = time.monotonic() + timeout
        while b"\n" not in self.rest:
            self.fill(end)
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def lines(self, count):
        return [self.line() for _ in range(count)]

    def bytes(self, count, timeout=TIMEOUT):
        end = time.monotonic() + timeout
        while len(self.rest) < count:
            self.fill(end)
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def fill(self, end):
        ready, _, _ = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))
        if not ready:
            raise AssertionError(f"timeout; output so far: {self.rest[:500]!r}")
        chunk = os.read(self.process.stdout.fileno(), 1 << 16)
        if not chunk:
            raise AssertionError(f"end of output; unread before it: {self.rest[:500]!r}")
        self.rest += chunk

    def is_silent(self, seconds):
        return not self.rest and not select.select([self.process.stdout], [], [], seconds)[0]

    def ask(self, request, body=b"", timeout=TIMEOUT):
        self.send(request, body)
        return self.line(timeout)

    def ok(self, request, body=b"", timeout=TIMEOUT):
        reply = self.ask(request, body, timeout)
        if not reply.get("success"):
            raise AssertionError(f"{request} failed: {reply}")
        return reply

    def close(self, timeout=TIMEOUT):
        """Closes the input, waits for the exit, and returns the status."""
        self.process.stdin.close()
        status = self.process.wait(timeout)
        self.process.stdout.close()
        return status

    def kill(self):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except BrokenPipeError:
                pass


def command(home):
    """Starts the helper; root runs it as another user, as root's state directory is the host's."""
    if os.geteuid() != 0:
        return [HELPER]
    if ROOT is not None:
        return ["chroot", "--userspec=65534:65534", "--groups=", ROOT, str(installed(home))]
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", str(installed(home))]


def installed(home):
    """A copy of the helper that the other user can execute."""
    path = pathlib.Path(home) / "atex-virt-helper"
    if not path.exists():
        path.write_bytes(HELPER.read_bytes())
        path.chmod(0o755)
    return path


class HelperTest(unittest.TestCase):
    """Has its own home directory, and its own domains on libvirt's test driver."""

    @classmethod
    def setUpClass(cls):
        cls.home = pathlib.Path(cls.enterClassContext(
            tempfile.TemporaryDirectory(prefix="atex-protocol-", dir="/var/tmp")))
        cls.home.chmod(0o777)

    def node(self, *domains, more=""):
        """The URI of a host with these domains, all shut off; an entry may be (name, inner XML)."""
        texts = [
            DOMAIN.format(name=domain if isinstance(domain, str) else domain[0],
                          more="" if isinstance(domain, str) else domain[1])
            for domain in domains]
        # The driver starts each domain of a file unless its run state is 5, shut off.
        texts = [text.replace(
            "<domain type='test'>",
            "<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'>"
            "<test:runstate>5</test:runstate>") for text in texts]
        path = self.home / f"node-{self.id()}-{len(list(self.home.iterdir()))}.xml"
        path.write_text("<node>" + "".join(texts) + more + "</node>")
        return f"test://{path}"

    def pool(self, *volumes, name="pool"):
        """
        The XML, for `node`, of a directory pool with these volumes, and its directory. The driver
        does not read the directory: it knows only the volumes in the XML, by name.
        """
        directory = pathlib.Path(tempfile.mkdtemp(prefix="pool-", dir=self.home))
        directory.chmod(0o777)
        for volume in volumes:
            self.write(directory / volume, b"")
        known = "".join(f"<volume type='file'><name>{volume}</name><capacity>1</capacity></volume>"
                        for volume in volumes)
        return (f"<pool type='dir'><name>{name}</name><target><path>{directory}</path></target>"
                f"{known}</pool>"), directory

    def write(self, path, content):
        """Writes a file that belongs to the user that the helper runs as."""
        path.write_bytes(content)
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)

    def session(self, uri, *options, **more):
        session = Session(uri, *options, home=self.home, **more)
        self.addCleanup(session.kill)
        return session

    def queue(self):
        """The files of the requests that wait."""
        try:
            return sorted(name for name in os.listdir(self.home / ".atex-virt-helper/queue")
                          if not name.endswith(".new"))
        except FileNotFoundError:
            return []

    def enqueue(self, session, request):
        """Sends a request, and returns the session when it is in the queue."""
        session.ok({"cmd": "ping"})
        before = self.queue()
        session.send(request)
        end = time.monotonic() + 10
        while self.queue() == before:
            self.assertLess(time.monotonic(), end)
            time.sleep(0.002)
        return session

    def assertRefused(self, reply, kind, *texts):
        self.assertFalse(reply["success"], reply)
        for text in texts:
            self.assertIn(text, reply["reply"])
        self.assertEqual(reply.get("error", {}).get("kind"), kind, reply)
