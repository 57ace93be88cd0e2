"""
The script that defines a domain from an example: on a host without KVM, the domain starts, and
provision reaches its ssh server. Each domain can be undone alone.
"""

import json
import re

from endtoend.lab import SOURCE, Session, make_source
from endtoend.snapshot import difference, snapshot

SCRIPTS = "/usr/local/share/atex-virt-helper/host"
HELPER = "/usr/local/bin/atex-virt-helper"
# The guest of this test has no boot loader.
BOOT = ("<boot dev='hd'/>",
        "<kernel>/var/lib/testhost/kernel</kernel><initrd>/var/lib/testhost/initrd</initrd>"
        "<cmdline>console=ttyS0 panic=-1</cmdline>")


def run(lab):
    with lab.bare_host() as host:
        host.make_install()
        check = lab.check
        refused(check, host)
        host.run(f"{SCRIPTS}/storage-pool")
        dry_run(check, host)
        before = state(host)
        runs(check, host)
        provisions(lab, host)
        second(check, host)
        undone(check, host, before)


def script(host, *options, **parameters):
    return host.attempt("env", *(f"{key}={value}" for key, value in parameters.items()),
                        f"{SCRIPTS}/domain", *options)


def state(host):
    # the XML, because snapshot() ignores libvirt's own files
    return snapshot(host), host.run("virsh", "-q", "list", "--all"), \
        host.run("virsh", "-q", "vol-list", "default")


def refused(check, host):
    for parameters, status, said in (
        ({}, 1, "pool 'default' is not active: create it with storage-pool"),
        ({"NAME": "a/b"}, 2, "'a/b' is not a valid name for a domain"),
        ({"EXAMPLE": "arm"}, 2, "EXAMPLE 'arm' is neither bios nor uefi"),
        ({"TYPE": "xen"}, 2, "TYPE 'xen' is neither kvm nor qemu"),
        ({"PORT": "ssh"}, 2, "PORT 'ssh' is not a valid port"),
        ({"MEMORY": "2G"}, 2, "MEMORY '2G' is not a number of MiB"),
        ({"FORMAT": "vmdk"}, 2, "FORMAT 'vmdk' is neither qcow2 nor raw"),
    ):
        seen = script(host, **parameters)
        check.true(f"domain with {parameters} fails with a reason",
                   seen[0] == status and said in seen[1], said, seen)


def dry_run(check, host):
    before = state(host)
    seen = script(host, "--dry-run")
    check.true("domain --dry-run prints what it would do", seen[0] == 0 and all(
        said in seen[1] for said in ("KVM does not work on this host", "+<domain type='qemu'>",
                                     "would run: virsh vol-create-as default vm1",
                                     "nothing was changed")), "the changes", seen)
    seen = script(host, TYPE="kvm")
    check.true("KVM is refused", seen[0] == 1 and "KVM does not work on this host" in seen[1],
               "1", seen)
    after = state(host)
    check.equal("these changed nothing", ([], *before[1:], False),
                (difference(before[0], after[0]), *after[1:], host.path("/dev/kvm").exists()))


def facts(host, name):
    """What matters in the XML of a domain."""
    xml = host.run("virsh", "dumpxml", "--inactive", name)
    return tuple(re.search(pattern, xml)[1] for pattern in (
        r"<domain type='(\w+)'", r"<cpu mode='([\w-]+)'", r"<memory unit='KiB'>(\d+)<",
        r"<driver name='qemu' type='(\w+)'", r"<source pool='default' volume='(\w+)'",
        r"<range start='(\d+)' to='22'/>"))


def runs(check, host):
    parameters = {"NAME": "vm1", "FORMAT": "raw", "MEMORY": 256}
    seen = script(host, **parameters)
    check.true("domain runs", seen[0] == 0 and "done: domain 'vm1' (qemu)" in seen[1], "0", seen)
    check.equal("without KVM, the domain is emulated, with a processor that QEMU can emulate",
                ("qemu", "maximum", "262144", "raw", "vm1", "2201"), facts(host, "vm1"))
    seen = script(host, **parameters)
    check.true("run again, it finds nothing to do", seen[0] == 0 and "nothing to do" in seen[1],
               "nothing to do", seen)
    seen = script(host, **parameters | {"MEMORY": 512})
    check.true("other settings are rejected while the domain exists",
               seen[0] == 1 and "exists with other settings" in seen[1], "1", seen)


def provisions(lab, host):
    """The README's first guest."""
    check = lab.check
    make_source(host.guest, host.public_key, lab.marker, host.volume(SOURCE), host.directory)
    host.run("virsh", "pool-refresh", "default")
    xml = host.run("virsh", "dumpxml", "--inactive", "vm1")
    host.run("virsh", "define", "/dev/stdin", input=xml.replace(*BOOT))
    with Session(host.command(HELPER, "qemu:///system")) as session:
        session.send(**{"cmd": "provision", "pool": "default", "from": SOURCE}, wait_port=22,
                     timeout=150, id=1)
        reply = session.receive(180)
        check.equal("provision starts the domain, and reaches its ssh server on the port",
                    (True, "vm1", 2201),
                    (reply["success"], reply.get("domain"), reply.get("port"))
                    if reply["success"] else reply)
        seen = script(host, "--undo")
        check.true("--undo is refused while the domain is running",
                   seen[0] == 1 and "domain 'vm1' is running: stop it first" in seen[1], "1", seen)
        check.equal("its volume still exists", True, host.volume("vm1").exists())
        host.run("virsh", "destroy", "vm1")


# what a package with UEFI firmware installs; libvirt does not look into the firmware
FIRMWARE = {
    "description": "for this test", "interface-types": ["uefi"], "tags": [], "features": [],
    "mapping": {"device": "flash", "mode": "split",
                "executable": {"filename": "/srv/plain/code.fd", "format": "raw"},
                "nvram-template": {"filename": "/srv/plain/vars.fd", "format": "raw"}},
    "targets": [{"architecture": "x86_64", "machines": ["pc-q35-*"]}],
}


def second(check, host):
    # the test host has no UEFI firmware
    seen = script(host, NAME="vm2", EXAMPLE="uefi")
    check.true("without UEFI firmware, a domain with UEFI fails, and its volume is removed",
               seen[0] == 1 and "install ovmf" in seen[1] and not host.volume("vm2").exists(), "1", seen)
    for path, text in (("/srv/plain/code.fd", "code"), ("/srv/plain/vars.fd", "variables"),
                       ("/etc/qemu/firmware/60-test.json", json.dumps(FIRMWARE))):
        host.run("install", "-D", "-m", "644", "/dev/stdin", path, input=text)
    seen = script(host, NAME="vm2", EXAMPLE="uefi")
    check.equal("the second domain gets the next port", (0, "2202"),
                (seen[0], facts(host, "vm2")[-1]) if seen[0] == 0 else seen)
    seen = script(host, NAME="vm2", EXAMPLE="uefi")
    check.true("run again, it finds nothing to do", seen[0] == 0 and "nothing to do" in seen[1],
               "nothing to do", seen)
    check.true("the second domain has UEFI", "<os firmware='efi'>" in host.run("virsh", "dumpxml", "vm2"),
               "efi", "no efi")
    seen = script(host, NAME="vm3", PORT=2201)
    check.true("a port of another domain is rejected",
               seen[0] == 1 and "domain 'vm1' uses port 2201" in seen[1], "1", seen)
    host.run("virsh", "vol-create-as", "default", "mine", "1M", "--format", "qcow2")
    seen = script(host, NAME="vm3", DISK="mine")
    check.true("an existing volume is used",
               seen[0] == 0 and "volume 'mine' exists in pool 'default'" in seen[1], "0", seen)
    check.equal("--undo of one domain succeeds", 0, script(host, "--undo", NAME="vm3")[0])
    check.equal("it keeps the other domains, and the volume that existed before",
                (["vm1", "vm2"], True),
                (sorted(host.run("virsh", "list", "--all", "--name").split()),
                 host.volume("mine").exists()))
    host.run("virsh", "vol-delete", "mine", "--pool", "default")

    # the helper has the same commands
    host.run("mv", "/usr/bin/virsh", "/usr/bin/virsh.away")
    try:
        seen = [script(host, *words, NAME="vm4") for words in ((), (), ("--undo",))]
    finally:
        host.run("mv", "/usr/bin/virsh.away", "/usr/bin/virsh")
    check.true("without virsh, the helper defines a domain, finds it, and removes it",
               [status for status, _ in seen] == [0, 0, 0] and "port 2203" in seen[0][1]
               and "nothing to do" in seen[1][1], "done, nothing to do, undone", seen)
    check.equal("the domain and its volume are removed", ("vm4" in host.run(
        "virsh", "list", "--all", "--name"), host.volume("vm4").exists()), (False, False))


def undone(check, host, before):
    host.run("virsh", "undefine", "--nvram", "vm2")
    seen = script(host, "--undo", NAME="vm2")
    check.equal("--undo succeeds if the domain is already removed", 0, seen[0])
    check.equal("--undo of the first domain succeeds", 0, script(host, "--undo")[0])
    host.run("virsh", "vol-delete", SOURCE, "--pool", "default")
    host.run("rm", "/srv/plain/code.fd", "/srv/plain/vars.fd")
    host.run("rm", "-r", "/etc/qemu/firmware")
    after = state(host)
    # the lock file of a domain stays, see atex-virt-helper(8)
    ours = [line for line in difference(before[0], after[0])
            if "/var/lib/atex-virt-helper" not in line]
    check.equal("the host is as it was", ([], *before[1:]), (ours, *after[1:]))
