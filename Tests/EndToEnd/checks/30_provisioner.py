"""
The whole path: the real client's SharedVirtProvisioner on another machine, ssh, the forced command,
sudo, the helper, libvirtd, QEMU, and two guests that respond to ssh on their forwarded ports, each
booted from a volume that the helper has just copied.
"""

from endtoend.lab import SOURCE, holders, read_from_image
from endtoend.testhost import DOMAINS

NAME = "e2e-provisioner"  # 15 bytes, the maximum of a process name


def run(lab):
    check = lab.check
    source = lab.host.volume(SOURCE)
    client = lab.client_program("provision.py", name=NAME)
    with client:
        domains = client.ask(step="provision", seconds=180)
        lab.volumes["default"] |= {f"{domain}.img" for domain in domains}
        check.true("two remotes start, on two domains",
                   len(set(domains)) == 2 and set(domains) <= set(DOMAINS), "two domains", domains)
        free, = set(DOMAINS) - set(domains)

        seen = client.ask(step="command", command="cat /marker")
        check.equal("each guest has the marker of the source volume",
                    {domain: lab.marker + "\n" for domain in domains}, seen)
        seen = client.ask(step="command", command="grep ' / ' /proc/mounts | cut -d' ' -f1,3")
        check.equal("it is on the disk that the guest booted from",
                    dict.fromkeys(domains, "/dev/vda ext4\n"), seen)

        # Each guest writes a unique text, to check that they have different disks.
        wrote = client.ask(step="command", command="cat /proc/sys/kernel/random/uuid >/proof;"
                                                   " sync; cat /proof")
        check.equal("what a guest writes is in its domain's volume", wrote,
                    {domain: read_from_image(lab.host.volume(f"{domain}.img"), "/proof")
                     for domain in domains})
        check.equal("the guests differ", 2, len(set(wrote.values())))
        check.equal("the source volume is unchanged", (lab.marker + "\n", None),
                    (read_from_image(source, "/marker"), read_from_image(source, "/proof")))

        check.equal("other sessions see the holder",
                    {free: None} | dict.fromkeys(domains, NAME), lab.reservations())
        first, second = domains
        client.ask(step="release", domain=first)
        check.equal("the released domain is free, the other is not",
                    {free: None, first: None, second: NAME}, lab.reservations())
        check.equal("the other guest still responds", {second: lab.marker + "\n"},
                    client.ask(step="command", command="cat /marker"))
        check.equal("the client exits with status 0", 0, client.close())
    with lab.ours() as session:
        check.soon("afterwards, all domains are free", dict.fromkeys(DOMAINS),
                   lambda: holders(session))
    lab.stop_guests()
