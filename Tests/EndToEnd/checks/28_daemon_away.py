"""A libvirtd that dies: what waits goes on, what was begun is undone once it is back."""

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
    a_new_domain_is_waited_for(lab)
    a_port_is_waited_for(lab)
    a_provision_is_undone(lab)
    an_upload_is_undone(lab)
    an_installation_is_undone(lab)
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
            check.equal("once it is back, so is all else", True, session.ask(cmd="version")["success"])


def a_new_domain_is_waited_for(lab):
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
            check.equal("libvirtd's death is no answer", True, waiter.is_silent(2))
            host.run("virsh", "define", "/dev/stdin", input=DOMAIN_XML.format(
                name="extra", port=2299))
            try:
                check.equal("a domain that is defined afterwards is", "extra",
                            waiter.receive(10).get("domain"))
            finally:
                host.run("virsh", "undefine", "extra")
    host.path(f"{STATE}/locks/extra").unlink(missing_ok=True)


def begun(lab, session):
    """A provision whose guest boots."""
    lab.volumes["default"].add("vm1.img")
    session.send(cmd="provision", pool="default", filter="vm1", wait_port=22, timeout=100,
                 **{"from": SOURCE})
    eventually(lambda: lab.host.run("virsh", "domstate", "vm1").strip(), "running".__eq__, 20)
    time.sleep(0.5)


def a_port_is_waited_for(lab):
    check, host = lab.check, lab.host
    with lab.ours("waiter") as session:
        begun(lab, session)
        host.kill_libvirtd()
        time.sleep(1)
        host.start_libvirtd()
        reply = session.receive(120)
        check.true("a port is waited for all the same", reply["success"] and reply["port"] == 2201,
                   "port 2201", reply)
        # Once more, for the guest to end while nobody can tell that it did.
        session.send(cmd="wait-port", domain="vm1", port=22, banner="never", timeout=60)
        time.sleep(1)
        host.kill_libvirtd()
        guest = host.path("/run/libvirt/qemu/vm1.pid").read_text().strip()
        host.kill(guest)
        time.sleep(1)
        host.start_libvirtd()
        reply = session.receive(30)
        check.true("a guest that ended meanwhile is told of", kind(reply) == "libvirt"
                   and "'vm1' stopped before" in reply["reply"], "it stopped", reply)


def a_provision_is_undone(lab):
    check, host = lab.check, lab.host
    session = lab.session(name="leaving")
    begun(lab, session)
    host.kill_libvirtd()
    session.kill()
    time.sleep(1)
    check.true("who leaves a guest that nobody can stop keeps it yet",
               "vm1" in host.lock_holders(), "a lock on vm1", host.lock_holders())
    host.start_libvirtd()
    check.soon("it is given back", {}, host.lock_holders)
    check.equal("and stopped", "shut off", host.run("virsh", "domstate", "vm1").strip())


def an_installation_is_undone(lab):
    check, host = lab.check, lab.host
    with lab.session(stderr=subprocess.DEVNULL) as session:
        session.send(cmd="virt-install", destroy_on_error=True, args=[
            "--name", "begun", "--memory", "128", "--virt-type", "qemu", "--import", "--disk", "none",
            "--osinfo", "detect=off,require=off", "--network", "none", "--graphics", "none",
            "--noautoconsole", "--wait", "-1"])
        check.soon("an installation begins", True,
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


def an_upload_is_undone(lab):
    """Into a pool that only libvirt reaches."""
    check, host = lab.check, lab.host
    inside = host.path("/srv/streamed")
    host.run("mkdir", "-p", "/srv/streamed")
    # libvirt takes for mounted what this table of mounts has by that name
    host.run("ln", "-sfn", "/proc/self/mounts", "/etc/mtab")
    host.run("mount", "-t", "tmpfs", "-o", "size=32m,mode=755", "/dev/streamed", "/srv/streamed")
    host.run("virsh", "pool-create", "/dev/stdin", input=POOL_XML)
    try:
        with lab.ours() as session:
            session.send(cmd="upload-volume", pool="streamed", name="cut.img", length=8 * MIB)
            write(session, MIB)
            eventually(lambda: [path.name for path in inside.iterdir()], bool, 10)
            host.kill_libvirtd()
            # nobody reads them while what was begun is undone
            rest = threading.Thread(target=write, args=(session, 7 * MIB))
            rest.start()
            time.sleep(1)
            host.start_libvirtd()
            reply = session.receive(30)
            rest.join()
            check.equal("an upload by a stream fails", "disconnected", kind(reply))
            check.equal("the session goes on", True, session.ask(cmd="ping")["success"])
            check.equal("and nothing is left of it", [], [path.name for path in inside.iterdir()])
    finally:
        host.run("virsh", "pool-destroy", "streamed", check=False)
