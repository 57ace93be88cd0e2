"""
Process 1 of the test host, first half: runs with this machine's Python, mounts the host's file
systems in a new mount namespace, and makes them the root.

A plain chroot is not enough: passt creates a user namespace, which the kernel does not allow in a
chroot.
"""

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from endtoend.namespaces import mount  # noqa: E402

LIBC = ctypes.CDLL(None, use_errno=True)
SYS_PIVOT_ROOT = 155  # x86_64; the C library has no function for it
MNT_DETACH = 2

DEVICES = ("null", "zero", "full", "random", "urandom", "tty")
# for guests on libvirt's networks; not every machine has it
TUN = "net/tun"
DEVICE_LINKS = {
    "fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2",
    "ptmx": "pts/ptmx",
}


def main():
    settings = json.loads(sys.argv[1])
    root = Path(settings["root"])
    layer = Path(settings["layer"])

    # the cached tree is not changed: all writes go to the upper layer
    mount("overlay", "testhost", root,
          f"lowerdir={settings['tree']},upperdir={layer}/upper,workdir={layer}/work")
    mount("proc", "proc", root / "proc")
    # shows this network namespace; has no cgroups, so libvirt does not touch this machine's
    mount("sysfs", "sysfs", root / "sys")
    mount("tmpfs", "run", root / "run", "mode=755")
    mount_devices(root / "dev")
    for where, image in settings["file_systems"].items():
        target = root / where.lstrip("/")
        target.mkdir(parents=True, exist_ok=True)
        mount("auto", image, target, "loop")
        target.chmod(0o711)
    subprocess.run(["hostname", settings["hostname"]], check=True, timeout=10)

    # our PID as the client's side sees it: /proc/self in its /proc, which is still mounted
    with os.fdopen(settings["pid_fd"], "w") as report:
        report.write(os.readlink("/proc/self") + "\n")

    os.chdir(root)
    if LIBC.syscall(SYS_PIVOT_ROOT, b".", b".") != 0:
        raise OSError(ctypes.get_errno(), "pivot_root failed")
    # both roots are stacked on one mount point now; unmount the old one
    if LIBC.umount2(b".", MNT_DETACH) != 0:
        raise OSError(ctypes.get_errno(), "cannot unmount the old root")
    os.chdir("/")
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}
    os.execve("/usr/bin/python3", ["init", "-I", settings["init"]], environment)


def mount_devices(dev):
    """
    Without /dev/kvm, so that a run is the same on every machine. Also, QEMU's user could not open
    it, and libvirt would then probe QEMU's capabilities at each request.
    """
    mount("tmpfs", "dev", dev, "mode=755")
    (dev / TUN).parent.mkdir()
    for name in (*DEVICES, *([TUN] if os.path.exists(f"/dev/{TUN}") else [])):
        there = os.stat(f"/dev/{name}")
        os.mknod(dev / name, there.st_mode, there.st_rdev)
        os.chmod(dev / name, there.st_mode & 0o7777)
    for name, target in DEVICE_LINKS.items():
        (dev / name).symlink_to(target)
    for name, kind, options in (
        ("pts", "devpts", "newinstance,ptmxmode=666,mode=620,gid=5"),
        ("shm", "tmpfs", "mode=1777"),
    ):
        (dev / name).mkdir()
        mount(kind, name, dev / name, options)


main()
