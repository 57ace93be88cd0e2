"""The test host's tree: a Debian with libvirt, QEMU, passt, sshd and sudo."""

import os
import re
import shutil
import sys
from pathlib import Path

from ..cache import Recipe
from . import output, run

SUITE = "trixie"

# The host that the helper is for, and nothing more (no recommended packages).
HOST_PACKAGES = (
    "libvirt-daemon-system", "qemu-system-x86", "passt", "openssh-server", "sudo",
    # what virt-install knows of operating systems
    "osinfo-db",
    # with which libvirt makes volumes of other formats than raw
    "qemu-utils",
    # libvirt's own networks
    "dnsmasq-base", "nftables",
    # the original helper is a Python script around virsh
    "python3", "libvirt-clients",
    # what the scripts in contrib/host configure
    "libsasl2-modules", "sasl2-bin",
    # the host's syslog, and what the guest is made of
    "busybox-static", "dropbear-bin", "kmod", "qemu-guest-agent",
)
GUEST_KERNEL = "linux-image-cloud-amd64"
GUEST_KERNEL_DIR = "opt/guest-kernel"


def apt_mirror():
    """The mirror that this machine gets its own packages from, or None for the standard one."""
    if own := os.environ.get("ATEX_E2E_MIRROR"):
        return own
    targets = output("apt-get", "indextargets", "--format",
                     "$(LABEL)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)")
    for line in targets.splitlines():
        label, component, release, uri = line.split("|", 3)
        # not the updates, the security fixes, or someone else's packages
        if label == "Debian" and component == "main" and "-" not in release:
            if uri.startswith("mirror+file:"):  # a list of mirrors, as cloud images have it
                uri = Path(uri.removeprefix("mirror+file:").rstrip("/")).read_text().split()[0]
            return uri if re.match("https?:", uri) else None
    return None


def proxy_environment():
    """debootstrap's wget does not read apt's configuration; apt reads both."""
    environment = dict(os.environ)
    for scheme in ("http", "https"):
        shell = output("apt-config", "shell", "PROXY", f"Acquire::{scheme}::Proxy")
        if found := re.fullmatch(r"PROXY='(.*)'\n", shell):
            environment.setdefault(f"{scheme}_proxy", found.group(1))
    return environment


def recipe():
    return Recipe.of_file("host", __file__, build)


def build(tree):
    environment = proxy_environment()
    environment |= {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}
    log = open(tree.with_name(tree.name + ".log"), "w+")
    quiet = {"stdout": log, "stderr": log}
    mirror = apt_mirror()
    try:
        # the certificates are for a mirror that is reached over TLS
        run("debootstrap", "--arch=amd64", "--variant=minbase", "--include=ca-certificates", SUITE,
            tree, *([mirror] if mirror else []), env=environment, **quiet)

        # in a chroot names resolve as on this machine
        for name in ("hosts", "resolv.conf"):
            shutil.copyfile(f"/etc/{name}", tree / "etc" / name)
        # nothing is to start here
        policy = tree / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
        (tree / "etc/dpkg/dpkg.cfg.d/small").write_text(
            "force-unsafe-io\n"
            "path-exclude=/usr/share/doc/*\npath-exclude=/usr/share/man/*\n"
            "path-exclude=/usr/share/locale/*\n"
        )
        run("chroot", tree, "apt-get", "install", "--yes", "--no-install-recommends",
            *HOST_PACKAGES, env=environment, **quiet)

        # the guest's kernel is unpacked only: no initramfs, no boot loader
        depends = output("chroot", tree, "apt-cache", "depends", GUEST_KERNEL)
        kernel = re.search(r"Depends: (linux-image-\S+)", depends).group(1)
        run("chroot", tree, "sh", "-ec",
            f"cd /var/tmp && apt-get download {kernel} && dpkg-deb -x linux-image*.deb "
            f"/{GUEST_KERNEL_DIR} && rm linux-image*.deb", env=environment, **quiet)
        modules = next((tree / GUEST_KERNEL_DIR).glob("**/lib/modules/*"))
        run("chroot", tree, "depmod", "--basedir", f"/{modules.parents[2].relative_to(tree)}",
            modules.name, **quiet)

        run("chroot", tree, "apt-get", "clean", **quiet)
        shutil.rmtree(tree / "var/lib/apt/lists")
        policy.unlink()
    except Exception:
        log.seek(0)
        sys.stderr.writelines(log.readlines()[-40:])
        raise
    finally:
        log.close()
        Path(log.name).unlink()
