"""The real client, from the package index that this machine's pip uses."""

import sys

from ..cache import Recipe
from . import run

PACKAGE = "atex==0.18"


def recipe():
    return Recipe.of_file("client", __file__, build, sys.version)


def build(target):
    run(sys.executable, "-m", "venv", target)
    # its scripts contain the path before the rename, so they are run as `python SCRIPT`
    run(target / "bin/python", "-m", "pip", "install", "--quiet", "--no-cache-dir", PACKAGE)


def original_helper(client_directory):
    return next(client_directory.glob("lib/python*/site-packages/atex/provisioner/shvirt"
                                      "/atex-virt-helper"))
