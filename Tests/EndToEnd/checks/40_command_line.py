"""The real client's command line: `atex shvirt reservations`, `virsh`, `reserve`."""

from endtoend.lab import SOURCE
from endtoend.testhost import DOMAINS


def run(lab):
    check = lab.check
    with lab.ours("somebody else") as other:
        other.ok(cmd="reserve", filter="vm2")
        status, stdout, stderr = lab.atex("reservations")
        seen = dict(line.split("  ", 1) for line in stdout.splitlines())
        check.equal("atex shvirt reservations succeeds", (0, ""), (status, stderr))
        check.equal("it lists all domains, in order", list(DOMAINS), list(seen))
        check.equal("it shows the holder", "somebody else", seen.get("vm2"))
        check.true("it shows the others as free", {seen["vm1"], seen["vm3"]} <= {"(free)", "None"},
                   "(free), or the original's None", seen)

    status, stdout, stderr = lab.atex("virsh", "list", "--all")
    check.equal("atex shvirt virsh list --all prints what virsh prints on the host",
                (0, lab.host.run("virsh", "-q", "list", "--all"), ""), (status, stdout, stderr))
    status, stdout, _ = lab.atex("virsh", "domstate", "nobody")
    check.equal("a failing virsh command fails with its message",
                (1, "error: failed to get domain 'nobody'\n"), (status, stdout))

    # `reserve` runs an interactive ssh to the guest, whose input is ours
    lab.volumes["default"].add("vm3.img")
    status, stdout, stderr = lab.atex(
        "reserve", "--name", "a person", "--domain-filter", "vm3", SOURCE,
        input="echo $(cat /marker) on $(cut -d' ' -f1 /proc/version)\nexit\n")
    check.equal("atex shvirt reserve opens a shell in a guest made from the image",
                (0, f"{lab.marker} on Linux\n"), (status, stdout))
    check.soon("its reservation ends with it", {}, lab.host.lock_holders)
    lab.stop_guests()
