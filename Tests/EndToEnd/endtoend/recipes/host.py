"""The test host's tree: a Debian with libvirt, QEMU, passt, sshd and sudo."""

import os
import re
import shutil
import sys
from pathlib import Path

from ..cache import Recipe
from . import output, run

SUITE = "trixie"

# The packages that the helper's host needs, without recommended packages.
HOST_PACKAGES = (
    "libvirt-daemon-system", "qemu-system-x86", "passt", "openssh-server", "sudo",
    # virt-install's data about operating systems
    "osinfo-db",
    # libvirt creates volumes in formats other than raw with it
    "qemu-utils",
    # libvirt's own networks
    "dnsmasq-base", "nftables",
    # the original helper is a Python script around virsh
    "python3", "libvirt-clients",
    # configured by the scripts in contrib/host
    "libsasl2-modules", "sasl2-bin",
    # the host's syslog, and parts of the guest
    "busybox-static", "dropbear-bin", "kmod", "qemu-guest-agent",
)
GUEST_KERNEL = "linux-image-cloud-amd64"
GUEST_KERNEL_DIR = "opt/guest-kernel"
# What the checks of releases add: the files that tell virt-install's version, and a library.
ADDED_DIR = "opt/added"


def apt_mirror():
    """The mirror that this machine's apt uses, or None for the standard one."""
    if own := os.environ.get("ATEX_E2E_MIRROR"):
        return own
    targets = output("apt-get", "indextargets", "--format",
                     "$(LABEL)|$(COMPONENT)|$(RELEASE)|$(REPO_URI)")
    for line in targets.splitlines():
        label, component, release, uri = line.split("|", 3)
        # not updates, security fixes or third-party packages
        if label == "Debian" and component == "main" and "-" not in release:
            if uri.startswith("mirror+file:"):  # a list of mirrors, as in cloud images
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


def unpack(tree, package, directory, **options):
    """Unpacks a package in a tree without installing it or the packages that it needs."""
    run("chroot", tree, "sh", "-ec",
        f"cd /var/tmp && apt-get download {package} && dpkg-deb -x {package}_*.deb /{directory} && "
        f"rm {package}_*.deb", **options)


def recipe():
    return Recipe.of_file("host", __file__, build)


def build(tree):
    environment = proxy_environment()
    environment |= {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}
    log = open(tree.with_name(tree.name + ".log"), "w+")
    quiet = {"stdout": log, "stderr": log}
    mirror = apt_mirror()
    try:
        # certificates, in case the mirror uses TLS
        run("debootstrap", "--arch=amd64", "--variant=minbase", "--include=ca-certificates", SUITE,
            tree, *([mirror] if mirror else []), env=environment, **quiet)

        # the chroot resolves names as this machine does
        for name in ("hosts", "resolv.conf"):
            shutil.copyfile(f"/etc/{name}", tree / "etc" / name)
        # no package may start a daemon here
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

        # unpack the guest's kernel without installing it: no initramfs, no boot loader
        depends = output("chroot", tree, "apt-cache", "depends", GUEST_KERNEL)
        kernel = re.search(r"Depends: (linux-image-\S+)", depends).group(1)
        unpack(tree, kernel, GUEST_KERNEL_DIR, env=environment, **quiet)
        modules = next((tree / GUEST_KERNEL_DIR).glob("**/lib/modules/*"))
        run("chroot", tree, "depmod", "--basedir", f"/{modules.parents[2].relative_to(tree)}",
            modules.name, **quiet)

        for package in ("virt-install", "libarchive13t64"):
            unpack(tree, package, ADDED_DIR, env=environment, **quiet)

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
