"""A minimal guest, which boots in seconds even if the processor is emulated."""

import lzma
import re
import shutil
import subprocess

from ..cache import Recipe
from . import output, run
from .host import GUEST_KERNEL_DIR as KERNEL_DIR

MODULES = ("virtio_pci", "virtio_blk", "virtio_net", "virtio_console", "ext4")
# programs of the root volume besides busybox; their libraries are copied too
PROGRAMS = ("usr/sbin/dropbear", "usr/bin/dropbearkey", "usr/sbin/qemu-ga")


def recipe(host_recipe, tree):
    return Recipe.of_file("guest", __file__, lambda target: build(tree, target),
                          host_recipe.key)


INITRD_INIT = """\
#!/bin/busybox sh
/bin/busybox mount -t devtmpfs dev /dev
for module in /modules/*; do /bin/busybox insmod "$module"; done
/bin/busybox mount -t ext4 /dev/vda /root
/bin/busybox mount -o move /dev /root/dev
exec /bin/busybox switch_root /root /sbin/init
"""

ROOT_INIT = """\
#!/bin/sh
mount -t proc proc /proc
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts
ip link set lo up
ip link set eth0 up
udhcpc -i eth0 -q -f -n -t 20 -T 1 -s /sbin/dhcp
dropbear -E -s -r /etc/dropbear/key
mount -t sysfs sys /sys
for port in /sys/class/virtio-ports/*; do
    [ "$(cat "$port/name" 2>/dev/null)" = org.qemu.guest_agent.0 ] &&
        qemu-ga --path="/dev/${port##*/}" --statedir=/tmp --pidfile=/tmp/qemu-ga.pid &
done
echo "guest is up"
while :; do sleep 3600; done
"""

# passt offers the host's own address and gateway, which may be on different links
ROOT_DHCP = """\
#!/bin/sh
if [ "$1" = bound ]; then
    ip addr add "$ip/${mask:-24}" dev "$interface"
    for gateway in $router; do
        ip route add "$gateway" dev "$interface"
        ip route add default via "$gateway"
    done
fi
"""


def build(tree, target):
    """Creates the kernel, an initrd that mounts the root volume, and the files of that volume."""
    busybox = tree / "usr/bin/busybox"
    kernel_dir = tree / KERNEL_DIR
    modules = next(kernel_dir.glob("**/lib/modules/*"))
    shutil.copyfile(next(kernel_dir.glob("boot/vmlinuz-*")), target / "kernel")

    initrd = target / "initrd.d"
    for name in ("bin", "dev", "modules", "root"):
        (initrd / name).mkdir(parents=True)
    shutil.copy2(busybox, initrd / "bin/busybox")
    write_program(initrd / "init", INITRD_INIT)
    for number, module in enumerate(in_load_order(tree, modules)):
        # uncompressed, because the emulated processor is slow
        opened = lzma.open(module) if module.suffix == ".xz" else open(module, "rb")
        name = module.name.removesuffix(".xz")
        (initrd / "modules" / f"{number:02}-{name}").write_bytes(opened.read())
    names = "\n".join(str(path.relative_to(initrd)) for path in sorted(initrd.rglob("*")))
    with open(target / "initrd", "wb") as archive:
        subprocess.run([busybox, "cpio", "-o", "-H", "newc"], cwd=initrd, check=True, timeout=60,
                       input=names.encode(), stdout=archive, stderr=subprocess.DEVNULL)
    shutil.rmtree(initrd)

    root = target / "root"
    for name in ("bin", "sbin", "dev", "proc", "sys", "etc/dropbear", "root/.ssh", "tmp",
                 "var/run"):
        (root / name).mkdir(parents=True)
    shutil.copy2(busybox, root / "bin/busybox")
    for applet in output(busybox, "--list").split():
        if applet not in ("busybox", "init"):
            (root / "bin" / applet).symlink_to("busybox")
    for program in PROGRAMS:
        shutil.copy2(tree / program, root / program.removeprefix("usr/"))
        for library in re.findall(r"(/\S+) \(0x", output("chroot", tree, "ldd", f"/{program}")):
            (root / library[1:]).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(tree / library[1:], root / library[1:])
    write_program(root / "sbin/init", ROOT_INIT)
    write_program(root / "sbin/dhcp", ROOT_DHCP)
    (root / "etc/passwd").write_text("root:*:0:0:root:/root:/bin/sh\n")
    (root / "etc/group").write_text("root:x:0:\n")
    (root / "etc/shells").write_text("/bin/sh\n")
    (root / "root/.ssh").chmod(0o700)
    # in the guest's tree, so this fails if a library is missing
    run("chroot", root, "/bin/dropbearkey", "-t", "ed25519", "-f", "/etc/dropbear/key",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def in_load_order(tree, modules):
    """The modules and their dependencies, each after its dependencies."""
    base = modules.parents[2]
    ordered = []
    for wanted in MODULES:
        needed = output("chroot", tree, "modprobe", "--dirname", f"/{base.relative_to(tree)}",
                        "--set-version", modules.name, "--show-depends", wanted)
        for path in re.findall(r"^insmod /(\S+)", needed, re.MULTILINE):
            if (tree / path) not in ordered:
                ordered.append(tree / path)
    # virtio_ring must be loaded first, although it is not always listed as a dependency
    ring = [module for module in ordered if module.name.startswith("virtio_ring.")]
    return ring + [module for module in ordered if module not in ring]


def write_program(path, text):
    path.write_text(text)
    path.chmod(0o755)
