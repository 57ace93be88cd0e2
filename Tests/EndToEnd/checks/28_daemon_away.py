"""Death and restart of libvirtd: waits continue, and rollbacks run once it is back."""

import subprocess
import threading
import time

from endtoend.checks import eventually
from endtoend.lab import SOURCE, holders
from endtoend.testhost import DOMAIN_XML, DOMAINS, STATE

MIB = 1 << 20
POOL_XML = """
<pool type='fs'><name>streamed</name><source><device path='/dev/streamed'/></source>
<target><path>/srv/streamed</path></target></pool>
"""


def run(lab):
    away(lab)
    reserve_continues(lab)
    wait_port_continues(lab)
    provision_is_rolled_back(lab)
    upload_is_rolled_back(lab)
    installation_is_rolled_back(lab)
    lab.stop_guests()


def kind(reply):
    return None if reply["success"] else reply["error"]["kind"]


def away(lab):
    check, host = lab.check, lab.host
    with lab.ours() as early, lab.ours() as late:
        early.ok(cmd="version")
        host.kill_libvirtd()
        for name, session in (("was connected", early), ("was not", late)):
            for request in ({"cmd": "version"}, {"cmd": "reserve", "wait": 1},
                            {"cmd": "wait-port", "domain": "vm1", "port": 22},
                            {"cmd": "console", "domain": "vm1"},
                            {"cmd": "virsh", "args": ["list"], "id": 1},
                            {"cmd": "upload-volume", "pool": "default", "name": "x", "length": 0},
                            {"cmd": "provision", "pool": "default", "from": SOURCE}):
                reply = session.ask(**request)
                check.equal(f"{request['cmd']} without libvirtd, which {name}",
                            ("disconnected", True), (kind(reply), "libvirt" in reply["error"]))
        host.start_libvirtd()
        for session in (early, late):
            check.equal("requests succeed again after its restart", True,
                        session.ask(cmd="version")["success"])


def reserve_continues(lab):
    check, host = lab.check, lab.host
    with lab.ours("holder") as holder:
        for name in DOMAINS:
            holder.ok(cmd="reserve", filter=name)
        with lab.ours("waiter") as waiter:
            waiter.send(cmd="reserve", wait=60, filter="vm.*|extra")
            check.equal("a client waits for a domain", True, waiter.is_silent(1))
            host.kill_libvirtd()
            time.sleep(2)
            host.start_libvirtd()
            check.equal("the wait continues after a restart of libvirtd", True, waiter.is_silent(2))
            host.run("virsh", "define", "/dev/stdin", input=DOMAIN_XML.format(
                name="extra", port=2299))
            try:
                check.equal("a domain that is defined afterwards ends the wait", "extra",
                            waiter.receive(10).get("domain"))
            finally:
                host.run("virsh", "undefine", "extra")
    host.path(f"{STATE}/locks/extra").unlink(missing_ok=True)


def start_provision(lab, session):
    """Starts a provision; returns while its guest boots."""
    lab.volumes["default"].add("vm1.img")
    session.send(cmd="provision", pool="default", filter="vm1", wait_port=22, timeout=100,
                 **{"from": SOURCE})
    eventually(lambda: lab.host.run("virsh", "domstate", "vm1").strip(), "running".__eq__, 20)
    time.sleep(0.5)


def wait_port_continues(lab):
    check, host = lab.check, lab.host
    with lab.ours("waiter") as session:
        start_provision(lab, session)
        host.kill_libvirtd()
        time.sleep(1)
        host.start_libvirtd()
        reply = session.receive(120)
        check.true("wait-port continues after a restart of libvirtd",
                   reply["success"] and reply["port"] == 2201, "port 2201", reply)
        # Again, and the guest ends while libvirtd is away.
        session.send(cmd="wait-port", domain="vm1", port=22, banner="never", timeout=60)
        time.sleep(1)
        host.kill_libvirtd()
        guest = host.path("/run/libvirt/qemu/vm1.pid").read_text().strip()
        host.kill(guest)
        time.sleep(1)
        host.start_libvirtd()
        reply = session.receive(30)
        check.true("a guest that ended in between is reported", kind(reply) == "libvirt"
                   and "'vm1' stopped before" in reply["reply"], "it stopped", reply)


def provision_is_rolled_back(lab):
    check, host = lab.check, lab.host
    session = lab.session(name="leaving")
    start_provision(lab, session)
    host.kill_libvirtd()
    session.kill()
    time.sleep(1)
    check.true("without libvirtd, the guest of a lost client stays reserved",
               "vm1" in host.lock_holders(), "a lock on vm1", host.lock_holders())
    host.start_libvirtd()
    check.soon("after the restart, it is released", {}, host.lock_holders)
    check.equal("and the guest is stopped", "shut off",
                host.run("virsh", "domstate", "vm1").strip())


def installation_is_rolled_back(lab):
    check, host = lab.check, lab.host
    with lab.session(stderr=subprocess.DEVNULL) as session:
        session.send(cmd="virt-install", destroy_on_error=True, args=[
            "--name", "begun", "--memory", "128", "--virt-type", "qemu", "--import",
            "--disk", "none", "--osinfo", "detect=off,require=off", "--network", "none",
            "--graphics", "none", "--noautoconsole", "--wait", "-1"])
        check.soon("an installation starts", True,
                   lambda: "begun" in host.run("virsh", "list", "--name").split(), 20)
        host.kill_libvirtd()
        time.sleep(1)
        host.start_libvirtd()
        reply = session.receive(30)
        check.equal("it fails", "virt-install exited with 1", reply.get("reply"))
        check.true("and its guest is stopped",
                   "begun" not in host.run("virsh", "list", "--name").split(), "stopped", reply)
    host.run("virsh", "undefine", "begun", check=False)


def write(session, count):
    view = memoryview(b"x" * count)
    while view:
        view = view[session.process.stdin.write(view):]


def upload_is_rolled_back(lab):
    """An upload by a stream, into a pool that is not a directory."""
    check, host = lab.check, lab.host
    inside = host.path("/srv/streamed")
    host.run("mkdir", "-p", "/srv/streamed")
    # libvirt looks up in this table whether the pool's device is mounted
    host.run("ln", "-sfn", "/proc/self/mounts", "/etc/mtab")
    host.run("mount", "-t", "tmpfs", "-o", "size=32m,mode=755", "/dev/streamed", "/srv/streamed")
    host.run("virsh", "pool-create", "/dev/stdin", input=POOL_XML)
    try:
        with lab.ours() as session:
            session.send(cmd="upload-volume", pool="streamed", name="cut.img", length=8 * MIB)
            write(session, MIB)
            eventually(lambda: [path.name for path in inside.iterdir()], bool, 10)
            host.kill_libvirtd()
            # the helper reads no input during the rollback, so this blocks
            rest = threading.Thread(target=write, args=(session, 7 * MIB))
            rest.start()
            time.sleep(1)
            host.start_libvirtd()
            reply = session.receive(30)
            rest.join()
            check.equal("an upload by a stream fails", "disconnected", kind(reply))
            check.equal("the session continues", True, session.ask(cmd="ping")["success"])
            check.equal("and leaves no volume", [], [path.name for path in inside.iterdir()])
    finally:
        host.run("virsh", "pool-destroy", "streamed", check=False)
