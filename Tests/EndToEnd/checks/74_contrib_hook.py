"""
The hook that prevents others from starting a reserved domain. It recognizes the holder, with our
helper and the original, and does not interfere when a restarted libvirtd reconnects to guests.
"""

from pathlib import Path

from endtoend.checks import eventually
from endtoend.lab import Session
from endtoend.snapshot import difference, snapshot
from endtoend.testhost import STATE

SCRIPT = "/usr/local/share/atex-virt-helper/host/reservation-hook"
HOOK = "/etc/libvirt/hooks/qemu.d/atex-reservations"
ORIGINAL = "/usr/local/lib/atex-original/atex-virt-helper"
HELPER = "/usr/local/bin/atex-virt-helper"
# nothing has to boot: it is enough that QEMU starts
DOMAIN = """
<domain type='qemu'>
  <name>{name}</name>
  <memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices><memballoon model='none'/></devices>
</domain>
"""


def run(lab):
    check = lab.check
    with lab.bare_host() as host:
        host.make_install()
        host.run("install", "-D", "/dev/stdin", ORIGINAL, input=Path(host.original).read_text())
        host.run("install", "-d", STATE)
        host.run("ln", "-s", STATE, "/root/.atex-virt-helper")
        for name in ("vm1", "vm2"):
            host.run("virsh", "define", "/dev/stdin", input=DOMAIN.format(name=name))
        before = snapshot(host)
        seen = host.attempt(SCRIPT, "--dry-run")
        check.true("reservation-hook --dry-run prints what it would do",
                   seen[0] == 0 and f"would write {HOOK}" in seen[1], HOOK, seen)
        check.equal("and changes nothing", [], difference(before, snapshot(host)))
        with Session(host.command(HELPER, "qemu:///system")) as session:
            session.ok(cmd="reserve", filter="vm1")
            check.equal("without the hook, anyone can start a reserved domain", 0,
                        host.attempt("virsh", "start", "vm1")[0])
            host.run("virsh", "destroy", "vm1")
        seen = host.attempt(SCRIPT)
        check.true("reservation-hook runs", seen[0] == 0 and "done: " in seen[1], "0", seen)
        seen = host.attempt(SCRIPT)
        check.true("run again, it finds nothing to do",
                   seen[0] == 0 and "nothing to do" in seen[1], "nothing to do", seen)
        host.restart_libvirtd()

        for name, command in (("ours", (HELPER, "qemu:///system")),
                              ("the original", ("python3", ORIGINAL))):
            kept(check, host, name, command)
        reconnected(check, host)
        strange(check, host)

        check.equal("reservation-hook --undo succeeds", 0, host.attempt(SCRIPT, "--undo")[0])
        after = snapshot(host)
        check.equal("and leaves the host as it was", [],
                    [line for line in difference(before, after) if STATE not in line])


def kept(check, host, name, command):
    with Session(host.command(*command)) as holder, \
            Session(host.command(HELPER, "qemu:///system")) as other:
        holder.ok(cmd="setname", name="holder")
        holder.ok(cmd="reserve", filter="vm1")
        status, said = host.attempt("virsh", "start", "vm1")
        check.true(f"{name}: virsh cannot start the reserved domain, and prints why",
                   status == 1 and "domain 'vm1' is reserved by 'holder'" in said,
                   "reserved by 'holder'", (status, said))
        reply = other.ask(cmd="virsh", args=["start", "vm1"])
        check.true(f"{name}: neither can another session",
                   not reply["success"] and "is reserved by 'holder'" in reply["reply"],
                   "reserved by 'holder'", reply)
        check.equal(f"{name}: the domain is still stopped", "shut off",
                    host.run("virsh", "domstate", "vm1").strip())
        check.equal(f"{name}: it can start other domains", True,
                    other.ask(cmd="virsh", args=["start", "vm2"])["success"])
        host.run("virsh", "destroy", "vm2")
        reply = holder.ask(cmd="virsh", args=["start", "vm1"])
        check.true(f"{name}: the holder can start it", reply["success"], "a success", reply)
        host.run("virsh", "destroy", "vm1")
        reply = holder.ask(cmd="virsh", args=["start", "vm1"])
        check.true(f"{name}: and start it again", reply["success"], "a success", reply)
        host.run("virsh", "destroy", "vm1")
        holder.ok(cmd="release", domain="vm1")
        check.equal(f"{name}: after its release, anyone can start it", 0,
                    host.attempt("virsh", "start", "vm1")[0])
        host.run("virsh", "destroy", "vm1")


def reconnected(check, host):
    with Session(host.command(HELPER, "qemu:///system")) as holder:
        holder.ok(cmd="reserve", filter="vm1")
        holder.ok(cmd="virsh", args=["start", "vm1"])
        pid = host.path("/run/libvirt/qemu/vm1.pid").read_text()
        host.restart_libvirtd()
        state = eventually(lambda: host.run("virsh", "domstate", "vm1").strip(),
                           "running".__eq__, 10)
        check.equal("a restarted libvirtd reconnects to the running reserved domain",
                    ("running", pid), (state, host.path("/run/libvirt/qemu/vm1.pid").read_text()))
        # libvirt may notice the end of QEMU first, and then says that the domain is not running.
        holder.ask(cmd="virsh", args=["destroy", "vm1"])
        check.soon("and it can be stopped", "shut off",
                   lambda: host.run("virsh", "domstate", "vm1").strip())


def strange(check, host):
    """Unusual arguments: the hook fails only for the start of a reserved domain."""
    with Session(host.command(HELPER, "qemu:///system")) as holder:
        holder.ok(cmd="reserve", filter="vm1")
        for words, status in (
            (("vm1", "prepare", "begin", "-"), 1), (("vm1", "start", "begin", "-"), 0),
            (("vm1", "reconnect", "begin", "-"), 0), (("vm1", "stopped", "end", "-"), 0),
            (("../locks/vm1", "prepare", "begin", "-"), 0), (("", "prepare", "begin", "-"), 0),
            (("never seen", "prepare", "begin", "-"), 0), ((), 0), (("vm1",), 0),
        ):
            check.equal(f"the hook with {words} exits with {status}", status,
                        host.attempt(HOOK, *words)[0])
    check.equal("and with 0 after the end of the session", 0,
                host.attempt(HOOK, "vm1", "prepare", "begin", "-")[0])
