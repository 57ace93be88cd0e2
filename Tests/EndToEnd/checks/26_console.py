"""
The console of a guest: from the first byte if the domain has a log, else from now on; until a text
matches, the guest stops or the client disconnects.
"""

import os
import pty
import re
import select
import subprocess
import threading
import time

from endtoend.checks import eventually
from endtoend.lab import SOURCE
from endtoend.testhost import DOMAIN_XML

UP = "guest is up"
LOG = "<log file='/var/log/libvirt/qemu/{name}-console.log'/>"


class Reader:
    """A session, and a thread that collects its stderr."""

    def __init__(self, lab):
        self.bytes = b""
        reader, writer = os.pipe()
        self.session = lab.session(stderr=writer)
        # A session without a request for five seconds writes a line of its own there.
        self.session.ok(cmd="ping")
        os.close(writer)
        self.reader = reader
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while chunk := os.read(self.reader, 65536):
            self.bytes += chunk
        os.close(self.reader)

    def has(self, text, seconds):
        return text in eventually(lambda: self.bytes, lambda seen: text in seen, seconds)

    def close(self):
        self.session.close()
        self.thread.join(10)


def ask(reader, **request):
    reader.session.send(cmd="console", **request)
    return reader.session.receive(20)


def run(lab):
    check, host = lab.check, lab.host
    first, second = "vm1", "vm2"
    for name in (first, second):
        subprocess.run(["cp", "--sparse=always", host.volume(SOURCE), host.volume(f"{name}.img")],
                       check=True, timeout=60)
        lab.volumes["default"].add(f"{name}.img")
    host.run("virsh", "pool-refresh", "default")
    logged(lab, first)
    live(lab, second)


def logged(lab, name):
    check, host = lab.check, lab.host
    early, late = Reader(lab), Reader(lab)
    reply = early.session.ask(cmd="console", domain=name)
    check.equal("the console of a stopped domain fails at once",
                (False, "libvirt"), (reply["success"], reply["error"]["kind"]))

    early.session.send(cmd="console", domain=name, wait=True, until=UP, seconds=120)
    time.sleep(1)
    check.equal("while the domain is stopped, a waiting client reads nothing", b"", early.bytes)
    host.run("virsh", "start", name)
    reply = early.session.receive(150)
    check.equal("it waits for the start, then for a text",
                (True, "matched", UP, "log"),
                tuple(reply.get(key) for key in ("success", "reason", "matched", "source")))
    log = host.path(f"/var/log/libvirt/qemu/{name}-console.log")
    check.true("it reads from the first byte",
               early.has(UP.encode(), 5) and b"Linux version" in early.bytes
               and log.read_bytes().startswith(early.bytes), "the start of the log",
               early.bytes[:100])
    check.true("it has the output of the whole boot", len(early.bytes) > 5000,
               "some thousand bytes", len(early.bytes))
    check.equal("the reply counts the bytes", len(early.bytes), reply["bytes"])

    late.session.send(cmd="console", domain=name, id="late")
    check.true("a later reader gets everything too", late.has(UP.encode(), 10), UP, late.bytes)
    early.session.send(cmd="console", domain=name, until="no such text", id="early")
    time.sleep(1)
    start = time.monotonic()
    host.run("virsh", "destroy", name)
    reply = late.session.receive(20)
    check.equal("it ends when the guest stops", (True, "stopped"),
                (reply["success"], reply.get("reason")))
    check.true("soon", time.monotonic() - start < 5, "5 s", time.monotonic() - start)
    reply = early.session.receive(20)
    check.equal("that is a failure if it waits for a text", (False, "not-found"),
                (reply["success"], reply["error"]["kind"]))
    check.equal("the session continues", "atex-virt-helper v1 pong",
                early.session.ok(cmd="ping")["reply"])
    check.equal("the log was read to its end", log.read_bytes(), late.bytes)
    early.close()
    late.close()


def live(lab, name):
    """A domain without a log: the helper opens the console itself."""
    check, host = lab.check, lab.host
    with_log = host.run("virsh", "dumpxml", name, "--inactive")
    without = DOMAIN_XML.format(name=name, port=2202).replace(LOG.format(name=name), "")
    check.true("the domain has no log", "<log" not in without, "none", without)
    uuid = host.run("virsh", "domuuid", name).strip()
    without = without.replace("<memory", f"<uuid>{uuid}</uuid><memory", 1)
    host.run("virsh", "define", "/dev/stdin", input=without)
    try:
        one, other = Reader(lab), Reader(lab)
        one.session.send(cmd="console", domain=name, wait=True, until=UP, seconds=120)
        time.sleep(1)
        host.run("virsh", "start", name)
        reply = one.session.receive(150)
        check.equal("a console without a log is read from now on",
                    (True, "matched", UP, "console"),
                    tuple(reply.get(key) for key in ("success", "reason", "matched", "source")))
        one.session.send(cmd="console", domain=name)
        time.sleep(1)
        reply = ask(other, domain=name, seconds=0)
        check.equal("only one client can open it", (False, "busy"),
                    (reply["success"], reply.get("error", {}).get("kind")))
        check.true("the reply says so",
                   f"'{name}'" in reply["reply"] and "in use" in reply["reply"], "in use",
                   reply["reply"])
        reply = ask(other, domain=name, seconds=0.5, force=True)
        check.equal("force takes it over", (True, "seconds"),
                    (reply["success"], reply.get("reason")))
        reply = one.session.receive(20)
        check.equal("the previous client gets an error", (False, "busy"),
                    (reply["success"], reply.get("error", {}).get("kind")))

        typed(lab, name)
        one.session.send(cmd="console", domain=name)
        time.sleep(1)
        reply = ask(other, domain=name, seconds=0)
        check.equal("it is in use again", False, reply["success"])
        one.session.kill()
        check.soon("a disconnect frees it", True,
                   lambda: ask(other, domain=name, seconds=0)["success"], 1.5)

        other.session.send(cmd="console", domain=name, until="a?gain", id="restart")
        time.sleep(1)
        host.kill_libvirtd()
        time.sleep(1)
        host.start_libvirtd()
        time.sleep(1)
        # Output of the guest is lost while no client is attached.
        for _ in range(10):
            say(lab, "again")
            if select.select([other.session.process.stdout], [], [], 1)[0]:
                break
        reply = other.session.receive(1)
        check.equal("it continues after a restart of libvirtd", ("again", None),
                    (reply.get("matched"), reply.get("reply")))

        flooded(lab, name)
        check.soon("a disconnect of a client that does not read frees it", True,
                   lambda: ask(other, domain=name, seconds=0)["success"], 5)

        other.session.send(cmd="console", domain=name)
        time.sleep(1)
        host.run("virsh", "destroy", name)
        reply = other.session.receive(20)
        check.equal("it ends when the guest stops, too", (True, "stopped"),
                    (reply["success"], reply.get("reason")))
        other.close()
    finally:
        host.run("virsh", "destroy", name, check=False)
        host.run("virsh", "define", "/dev/stdin", input=with_log)


def flooded(lab, name):
    """A guest that prints a lot, and a client that does not read."""
    reader, writer = os.pipe()
    session = lab.session(stderr=writer)
    os.close(writer)
    session.ok(cmd="reserve", filter="vm3")
    status = lab.host.path(f"/proc/{lab.host.lock_holders()['vm3']}/status")

    def memory():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])

    session.send(cmd="console", domain=name)
    time.sleep(1)
    before = memory()
    flood = subprocess.Popen(
        [*lab.ssh_command("root", "-p2202"), f"yes {'x' * 70} >/dev/ttyS0"],
        stdin=subprocess.DEVNULL)
    time.sleep(15)
    grown = memory() - before
    lab.check.true("output that the client does not read is not buffered in memory", grown < 2048,
                   "less than 2048 KiB", grown)
    got, end = 0, time.monotonic() + 10
    while got < 1 << 18 and time.monotonic() < end:
        if select.select([reader], [], [], 1)[0]:
            got += len(os.read(reader, 1 << 16))
    lab.check.true("the output arrives once the client reads", got >= 1 << 18, "256 KiB", got)
    flood.kill()
    flood.wait()
    session.kill()
    os.close(reader)


def say(lab, text):
    """Makes the second guest print to its console."""
    subprocess.run([*lab.ssh_command("root", "-p2202"), f"echo {text} >/dev/ttyS0"], check=True,
                   timeout=30, stdin=subprocess.DEVNULL)


def typed(lab, name):
    """A person with a terminal types into the console. The guest's terminal echoes."""
    # Not by ssh: the sshd file of the program permits no terminal.
    terminal, other = pty.openpty()
    process = subprocess.Popen(
        lab.host.command("env", f"SSH_ORIGINAL_COMMAND=console {name}", lab.host.installed_helper,
                         "qemu:///system"),
        stdin=other, stdout=other, stderr=other, start_new_session=True)
    os.close(other)
    output = b""
    try:
        for sent, expected in ((b"", b"Ctrl-] ends it"), (b"typed text\r", b"typed text"),
                               (b"\x1d", b"reason: left")):
            os.write(terminal, sent)
            end = time.monotonic() + 20
            while expected not in output and time.monotonic() < end:
                if select.select([terminal], [], [], 0.5)[0]:
                    try:
                        output += os.read(terminal, 65536)
                    except OSError:
                        break  # the process has ended
            lab.check.true(f"a terminal shows '{expected.decode()}'", expected in output, expected,
                           output[-500:])
        lab.check.equal("Ctrl-] ends the command", 0, process.wait(20))
    finally:
        process.kill()
        process.wait()
        os.close(terminal)
