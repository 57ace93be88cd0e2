"""A tree of Debian unstable with the libraries that the helper loads, to run it there."""

import os
import shutil
import time
import urllib.error
import urllib.request

from ..cache import Recipe
from . import run
from .host import ADDED_DIR, apt_mirror, proxy_environment, unpack

SUITE = "unstable"
STANDARD_MIRROR = "http://deb.debian.org/debian"

# The newest of the names that contrib/packaging/debian/control lists.
LIBRARIES = ("libvirt0", "libxml2-16", "libpcre2-8-0", "libgnutls30t64", "libcurl3t64-gnutls",
             "libarchive13t64")


def recipe():
    # Unstable moves: a new tree each month.
    return Recipe.of_file("unstable", __file__, build, time.strftime("%Y-%m"))


def reason_to_skip():
    """Why there can be no tree: the archive lacks the suite. None if it has it."""
    mirror = (apt_mirror() or STANDARD_MIRROR).rstrip("/")
    proxies = {name.removesuffix("_proxy"): value
               for name, value in proxy_environment().items() if name.endswith("_proxy")}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler(proxies))
    try:
        opener.open(f"{mirror}/dists/{SUITE}/Release", timeout=30).close()
    except (urllib.error.URLError, OSError) as error:
        return f"the archive has no suite '{SUITE}' ({error})"
    return None


def build(tree):
    environment = proxy_environment()
    environment |= {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "TMPDIR": "/tmp"}
    mirror = apt_mirror()
    with open(os.devnull, "w") as nothing:
        quiet = {"stdout": nothing, "stderr": nothing, "env": environment}
        run("debootstrap", "--arch=amd64", "--variant=minbase", "--include=ca-certificates", SUITE,
            tree, *([mirror] if mirror else []), **quiet)
        for name in ("hosts", "resolv.conf"):
            shutil.copyfile(f"/etc/{name}", tree / "etc" / name)
        run("chroot", tree, "apt-get", "install", "--yes", "--no-install-recommends", *LIBRARIES,
            **quiet)
        unpack(tree, "virt-install", ADDED_DIR, **quiet)
        run("chroot", tree, "apt-get", "clean", **quiet)
    shutil.rmtree(tree / "var/lib/apt/lists")
