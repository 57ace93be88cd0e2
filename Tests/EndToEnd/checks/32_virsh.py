"""virsh's commands for QEMU domains, which libvirt's test driver does not have."""

import os

from endtoend.testhost import POOLS, STATE

DOMAIN = """<domain type='qemu'>
  <name>{name}</name><memory unit='MiB'>64</memory><vcpu current='1'>2</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <disk type='file' device='cdrom'><source file='/first.iso'/><target dev='hdc' bus='ide'/></disk>
    <disk type='file'><source file='/disk.img'/><target dev='vda' bus='virtio'/></disk>
    <interface type='user'><mac address='52:54:00:00:00:01'/><model type='virtio'/></interface>
  </devices>
</domain>"""
# Names of one length, so that columns are as wide for both.
THEIRS, OURS = "dom-a", "dom-b"
COMMANDS = (
    "change-media @ hdc --eject --config --print-xml",
    "change-media @ hdc --eject --config",
    "change-media @ hdc --eject --config",
    "change-media @ hdc /second.iso --insert --config",
    "change-media @ hdc /third.iso --insert --config",
    "change-media @ hdc /third.iso --update --config",
    "change-media @ hdc /fourth.iso --config",
    "change-media @ hdc --update --config",
    "change-media @ vda --eject --config",
    "domblklist @ --details",
    "attach-disk @ /more.img vdb --config",
    "attach-disk @ /more.img vdb --config",
    "detach-disk @ vdb --config",
    "detach-disk @ vdb --config",
    "attach-interface @ user x --model virtio --mac 52:54:00:00:00:02 --config",
    "domif-setlink @ 52:54:00:00:00:01 down --config",
    "domif-getlink @ 52:54:00:00:00:01 --config",
    "detach-interface @ user --mac 52:54:00:00:00:02 --config",
    "domiflist @ --inactive",
    "blkdeviotune @ vda --total-iops-sec 100 --config",
    "blkdeviotune @ vda --config",
    "blkiotune @ --weight 500 --config",
    "memtune @ --hard-limit 1048576 --config",
    "memtune @ --config",
    "numatune @ --mode interleave --nodeset 0 --config",
    "numatune @ --config",
    "schedinfo @ --set cpu_shares=512 --config",
    "setvcpus @ 2 --config",
    "vcpucount @",
    "vcpupin @ 0 0 --config",
    "vcpupin @ --config",
    "emulatorpin @ 0 --config",
    "iothreadadd @ 1 --config",
    "iothreadinfo @ --config",
    "iothreaddel @ 1 --config",
    "perf @ --enable cmt --config",
    "setmaxmem @ 128M --config",
    "setmem @ 96M --config",
    "desc @ --title a title",
    "autostart @",
    "autostart @ --disable",
    "snapshot-list @",
    "start @-none",
)


def run(lab):
    check = lab.check
    with lab.ours("virsh") as session:
        try:
            for name in (THEIRS, OURS):
                lab.host.run("virsh", "define", "/dev/stdin", input=DOMAIN.format(name=name))
            for line in COMMANDS:
                words = line.replace("@", THEIRS).split()
                status, theirs = lab.host.attempt("virsh", "-q", *words)
                reply = session.ask(cmd="virsh", args=line.replace("@", OURS).split())
                check.equal(f"virsh {line}", (status == 0, theirs.replace(THEIRS, "@")),
                            (reply["success"], reply["reply"].replace(OURS, "@")))
            expected, seen = (definition(lab.host, name) for name in (THEIRS, OURS))
            check.equal("both domains have the same definition afterwards", expected, seen)
        finally:
            for name in (THEIRS, OURS):
                lab.host.run("virsh", "undefine", name, check=False)
        autodestroy(lab, session)
    taken_during_a_block_job(lab)


def autodestroy(lab, watcher):
    """virsh's domain ends with the command, ours with the session."""
    # It needs no disk: QEMU runs, and its firmware finds nothing to boot.
    xml = DOMAIN.format(name="dom-c")
    xml = xml[:xml.index("    <disk")] + xml[xml.index("    <interface"):]
    lab.host.run("virsh", "define", "/dev/stdin", input=xml)
    try:
        with lab.ours("autodestroy") as session:
            session.ok(cmd="virsh", args=["start", "dom-c", "--autodestroy"])
            # Now it is transient.
            session.ok(cmd="virsh", args=["undefine", "dom-c"])
            lab.check.equal(
                "a transient domain of 'start --autodestroy' runs during the session", "running\n",
                watcher.ok(cmd="virsh", args=["domstate", "dom-c"])["reply"])
        lab.check.soon("and ends with it", False, lambda: watcher.ask(
            cmd="virsh", args=["domstate", "dom-c"])["success"])
    finally:
        lab.host.run("virsh", "destroy", "dom-c", check=False)
        lab.host.run("virsh", "undefine", "dom-c", check=False)


def definition(host, name):
    """The XML of a domain without its name and UUID."""
    text = host.run("virsh", "dumpxml", "--inactive", name)
    uuid = host.run("virsh", "domuuid", name).strip()
    return text.replace(uuid, "UUID").replace(name, "@")


def taken_during_a_block_job(lab):
    """A command that has waited asks again before it acts."""
    check, host = lab.check, lab.host
    name, disk, copy = "e2e-job", "e2e-job.img", "e2e-job-copy.img"
    host.volume(disk).write_bytes(os.urandom(64 << 20))
    xml = DOMAIN.format(name=name).replace("/disk.img", f"{POOLS['default']}/{disk}")
    host.run("virsh", "define", "/dev/stdin",
             input="".join(line for line in xml.splitlines(True) if "cdrom" not in line))
    copying = ["blockcopy", name, "vda", "--dest", f"{POOLS['default']}/{copy}", "--wait",
               "--pivot", "--transient-job", "--bandwidth", "2"]
    try:
        with lab.ours("holder") as holder, lab.ours("taker") as taker:
            holder.ok(cmd="reserve", filter=name)
            holder.ok(cmd="virsh", args=["start", name])
            holder.send(cmd="virsh", args=copying, id=1)
            check.soon("a block job runs", True, lambda: "Block Copy" in
                       host.attempt("virsh", "blockjob", name, "vda", "--info")[1])
            taker.ok(cmd="release", domain=name, force=True)
            reply = holder.receive(60)
            check.equal("if the domain was taken meanwhile, it is not switched to the copy",
                        (False, "busy", True),
                        (reply["success"], reply["error"]["kind"], "by force" in reply["reply"]))
            check.equal("and keeps its disk", True,
                        disk in host.run("virsh", "domblklist", name))
    finally:
        host.run("virsh", "destroy", name, check=False)
        host.run("virsh", "undefine", name)
        host.path(f"{STATE}/locks/{name}").unlink()
        for volume in (disk, copy):
            host.volume(volume).unlink(missing_ok=True)
