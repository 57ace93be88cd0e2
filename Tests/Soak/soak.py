"""The load, the faults, and what must be true at the end."""

import collections
import contextlib
import json
import os
import random
import re
import select
import signal
import subprocess
import threading
import time
from pathlib import Path

URI = "qemu:///system"
STATE = Path("/var/lib/atex-virt-helper")
FOLDER = Path("/run/soak")
DOMAINS = [f"vm{number}" for number in range(1, 13)]
OURS, ORIGINALS = 24, 6
# A wait must end: this is more than all limits of the helper together.
PATIENCE = 120
DOMAIN = """<domain type='qemu'><name>{0}</name><memory unit='MiB'>24</memory>
<os><type arch='x86_64' machine='pc'>hvm</type></os><devices>
<emulator>/usr/bin/qemu-system-x86_64</emulator>
<disk type='volume' device='disk'><driver name='qemu' type='raw'/>
<source pool='default' volume='{0}'/><target dev='vda' bus='virtio'/></disk>
<controller type='usb' model='none'/><memballoon model='none'/><console type='pty'/>
</devices></domain>"""
POOL = "<pool type='dir'><name>default</name><target><path>/srv</path></target></pool>"


class Session:
    """A helper that replies to each line with a line."""

    def __init__(self, command):
        # If HOME is set, the original keeps its locks there.
        environment = {key: value for key, value in os.environ.items() if key != "HOME"}
        self.process = subprocess.Popen(
            [*command, URI], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, bufsize=0, env=environment)
        self.rest = b""

    def ask(self, request, body=b""):
        self.process.stdin.write(json.dumps(request).encode() + b"\n" + body)
        end = time.monotonic() + PATIENCE
        while b"\n" not in self.rest:
            ready = select.select([self.process.stdout], [], [], max(0, end - time.monotonic()))[0]
            if not ready:
                raise TimeoutError(f"no reply to {request} in {PATIENCE} s")
            part = os.read(self.process.stdout.fileno(), 1 << 16)
            if not part:
                raise EOFError(f"the session ended at {request}")
            self.rest += part
        line, self.rest = self.rest.split(b"\n", 1)
        return json.loads(line)

    def end(self, how=None):
        """Closes the session, or sends the signal; returns when the process has ended."""
        if how is not None:
            self.process.send_signal(how)
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                stream.close()
        try:
            # A rollback may wait for a daemon that is away.
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise TimeoutError(f"the session did not end 60 s after {how or 'its input'}") from None

    def usage(self):
        """Resident memory in KiB, and the number of descriptors."""
        folder = Path(f"/proc/{self.process.pid}")
        memory = int(re.search(r"VmRSS:\s+(\d+)", (folder / "status").read_text())[1])
        return memory, len(list((folder / "fd").iterdir()))


class Libvirtd:
    """The private host's daemon, which other threads must not start at the same time."""

    def __init__(self):
        self.log = open(FOLDER / "libvirtd.log", "ab")
        self.counts = collections.Counter()
        self.daemon("virtlogd")
        self.start()

    def daemon(self, name):
        # The usual file of the number may be that of the machine's own.
        return subprocess.Popen(
            [name, "--pid-file", f"/run/libvirt/{name}.pid"], stdin=subprocess.DEVNULL,
            stdout=self.log, stderr=self.log)

    def start(self):
        self.process = self.daemon("libvirtd")
        end = time.monotonic() + 60
        while subprocess.run(["virsh", "-c", URI, "uri"], capture_output=True).returncode != 0:
            if time.monotonic() > end:
                log = (FOLDER / "libvirtd.log").read_text(errors="replace")
                raise TimeoutError(f"libvirtd did not start: {log[-2000:]}")
            time.sleep(0.1)

    def virsh(self, *words):
        subprocess.run(["virsh", "-q", "-c", URI, *words], check=True, capture_output=True)

    def fault(self, generator):
        kind = generator.choice(["killed", "killed twice", "restarted", "frozen"])
        self.counts[kind] += 1
        if kind == "frozen":
            self.process.send_signal(signal.SIGSTOP)
            time.sleep(generator.uniform(0.5, 5))
            self.process.send_signal(signal.SIGCONT)
            return
        for _ in range(2 if kind == "killed twice" else 1):
            self.process.send_signal(
                signal.SIGTERM if kind == "restarted" else signal.SIGKILL)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:  # as systemd does
                self.counts["killed after 30 s"] += 1
                self.process.kill()
                self.process.wait(30)
            time.sleep(generator.uniform(0, 1))
            self.start()


class Soak:
    def __init__(self, helpers, seconds):
        self.helpers = helpers
        self.seconds = seconds
        self.problems = []
        self.counts = collections.Counter()
        self.lock = threading.Lock()
        # One write for each line: the order of the lines is that of the events.
        self.witness = os.open(
            FOLDER / "witness.log", os.O_RDWR | os.O_CREAT | os.O_APPEND)

    @property
    def is_over(self):
        return time.monotonic() > self.end

    def problem(self, text):
        with self.lock:
            if len(self.problems) < 50:
                print(f"problem: {text}", flush=True)
            self.problems.append(text)

    def count(self, what):
        with self.lock:
            self.counts[what] += 1

    def note(self, kind, domain, worker):
        os.write(self.witness, f"{kind} {domain} {worker}\n".encode())

    def run(self):
        self.set_up()
        self.end = time.monotonic() + self.seconds
        threads = [threading.Thread(target=self.guarded, args=(work, *arguments))
                   for work, *arguments in self.works()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(self.seconds + 3 * PATIENCE)
        if stuck := sum(thread.is_alive() for thread in threads):
            self.problem(f"{stuck} threads are stuck")
        self.check_end()
        print(", ".join(f"{what} {count}" for what, count in sorted(self.counts.items())))
        print("libvirtd: " + ", ".join(f"{k} {n}" for k, n in sorted(self.daemon.counts.items())))
        print(f"{len(self.problems)} problems", flush=True)
        # Threads that are stuck must not keep the process.
        os._exit(bool(self.problems))

    def set_up(self):
        for name in (*DOMAINS, "small"):
            Path(f"/srv/{name}").write_bytes(os.urandom(1 << 20))
        self.daemon = Libvirtd()
        xml = FOLDER / "object.xml"
        xml.write_text(POOL)
        self.daemon.virsh("pool-define", str(xml))
        self.daemon.virsh("pool-start", "default")
        self.daemon.virsh("pool-autostart", "default")
        for name in (*DOMAINS, "running"):
            xml.write_text(DOMAIN.format(name).replace("'running'", "'small'")
                           .replace("<name>small", "<name>running"))
            self.daemon.virsh("define", str(xml))
        self.daemon.virsh("start", "running")

    def works(self):
        yield self.faults,
        yield self.mixed_requests,
        for number in range(OURS):
            yield self.reservations, "ours", number
        if "original" in self.helpers:
            for number in range(OURS, OURS + ORIGINALS):
                yield self.reservations, "original", number

    def guarded(self, work, *arguments):
        try:
            work(*arguments)
        except Exception as error:  # any failure of a thread is a problem
            self.problem(f"{work.__name__}{arguments}: {type(error).__name__}: {error}")

    # Faults

    def faults(self):
        generator = random.Random(1)
        while not self.is_over:
            time.sleep(generator.uniform(5, 25))
            self.daemon.fault(generator)

    # Reservations

    def reservations(self, kind, number):
        generator = random.Random(number)
        session = None
        while not self.is_over:
            try:
                if session is None:
                    session = Session(self.helpers[kind])
                    session.ask({"cmd": "setname", "name": f"worker-{number}"})
                    self.count(f"sessions of {kind}")
                domain = self.reserve(session, kind, number, generator)
                if domain is None:
                    continue
                session = self.hold(session, kind, number, domain, generator)
            except (EOFError, BrokenPipeError) as error:
                # The original ends if libvirtd is away; ours never does.
                if kind == "ours":
                    raise
                self.count("sessions of original that libvirtd ended")
                session.end(signal.SIGKILL)
                session = None
        if session is not None:
            session.end()

    def reserve(self, session, kind, number, generator):
        """The reserved domain; `None` if there is none now."""
        request = {"cmd": "reserve", "filter": "vm.*"}
        if kind == "ours" and number % 3:
            request.update(wait=20, id=1)
        reply = session.ask(request)
        if reply["success"]:
            return reply["domain"]
        known = reply["reply"] == "no domain could be reserved" or kind == "original"
        if not known and reply.get("error", {}).get("kind", "disconnected") != "disconnected":
            self.problem(f"worker {number}: {reply}")
        time.sleep(generator.uniform(0.1, 0.4))
        return None

    def hold(self, session, kind, number, domain, generator):
        """Uses the domain, and releases it in one of several ways. Returns the session if it goes
        on."""
        self.note("begin", domain, number)
        try:
            self.count(f"reservations by {kind}")
            time.sleep(generator.uniform(0.02, 0.3))
            if kind == "ours" and generator.random() < 0.2:
                reply = session.ask(generator.choice([
                    {"cmd": "reservations"}, {"cmd": "virsh", "args": ["domstate", domain]},
                    {"cmd": "copy-volume", "pool": "default", "from": "small", "to": domain}]))
                self.count("done" if reply["success"] else "failed")
        finally:
            self.note("end", domain, number)
        way = generator.random()
        if way < 0.7:
            if not session.ask({"cmd": "release", "domain": domain})["success"]:
                self.problem(f"worker {number} could not release {domain}")
            return session
        session.end(
            None if way < 0.8 else signal.SIGKILL if way < 0.9
            else generator.choice([signal.SIGTERM, signal.SIGHUP, signal.SIGINT]))
        return None

    # One session with all kinds of requests

    REQUESTS = [
        {"cmd": "ping"}, {"cmd": "reservations"}, {"cmd": "version"}, {"cmd": "whoami"},
        {"cmd": "virsh", "args": ["list", "--all"]}, {"cmd": "virsh", "args": ["dumpxml", "vm1"]},
        {"cmd": "virsh", "args": ["domstate", "none"]}, {"cmd": "port-forwards"},
        {"cmd": "virsh", "args": ["event", "--event", "lifecycle", "--timeout", "1"]},
        {"cmd": "console", "domain": "running", "seconds": 0.01},
        {"cmd": "wait-port", "domain": "running", "port": 22, "timeout": 0.01},
        {"cmd": "reserve", "filter": "running", "wait": 0.01},
        {"cmd": "release", "domain": "running"},
        {"cmd": "copy-volume", "pool": "default", "from": "small", "to": "copied"},
        {"cmd": "upload-volume", "pool": "default", "name": "uploaded", "length": 5000,
         "replace": True},
        {"cmd": "create-volume", "pool": "default", "name": "created", "format": "qcow2",
         "size": 1 << 20, "remove_existing": True},
        {"cmd": "nope"}, {"cmd": "virsh", "args": ["edit", "vm1"]},
    ]

    def mixed_requests(self):
        generator = random.Random(2)
        session = Session(self.helpers["ours"])
        marks = []
        warm = time.monotonic() + min(60, self.seconds / 3)
        while not self.is_over:
            request = generator.choice(self.REQUESTS)
            reply = session.ask(request, b"x" * request.get("length", 0))
            if reply["success"] and reply["cmd"] != request["cmd"]:
                self.problem(f"the reply to {request} is {reply}")
            self.count("mixed requests")
            if time.monotonic() > warm and self.counts["mixed requests"] % 10 == 0:
                marks.append(session.usage())
        session.end()
        if len(marks) < 4:
            return self.problem(f"too few mixed requests: {self.counts['mixed requests']}")
        quarter = len(marks) // 4
        # The least of several: a moment may have a reconnection in it.
        first, last = (tuple(map(min, zip(*part))) for part in (marks[:quarter], marks[-quarter:]))
        print(f"mixed requests: {first} -> {last} (KiB of memory, descriptors)")
        if last[0] - first[0] > 2000 or last[1] > first[1]:
            self.problem(f"memory or descriptors grow: {first} -> {last}")

    # The end

    def check_end(self):
        os.lseek(self.witness, 0, os.SEEK_SET)
        held = {}
        with open(FOLDER / "witness.log") as log:
            for line in log:
                kind, domain, worker = line.split()
                if kind == "begin":
                    if domain in held:
                        self.problem(f"{domain} was reserved by {held[domain]} and {worker}")
                    held[domain] = worker
                elif held.get(domain) == worker:
                    del held[domain]
        session = Session(self.helpers["ours"])
        # The first reservation removes the records of killed sessions.
        session.ask({"cmd": "reserve", "filter": "vm1"})
        session.ask({"cmd": "release", "domain": "vm1"})
        holders = session.ask({"cmd": "reservations"}).get("domains", {})
        if taken := {name: who for name, who in holders.items() if who != "(free)"}:
            self.problem(f"reservations stay: {taken}")
        left = [path for path in Path("/var/tmp").glob("atex-virt-helper-??????")
                if path.name != Path(os.readlink(f"/proc/{session.process.pid}/cwd")).name]
        if left:
            self.problem(f"directories stay: {left[:5]}")
        records = {path.name for path in (STATE / "sessions").glob("*")}
        if records - {str(session.process.pid)}:
            self.problem(f"records stay: {sorted(records)[:5]}")
        if parts := [name for name in os.listdir("/srv") if name.startswith(".atex")]:
            self.problem(f"parts of volumes stay: {parts[:5]}")
        session.end()
