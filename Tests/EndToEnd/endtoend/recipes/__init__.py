"""Recipes of the cache's entries: the test host's tree, the guest, the client."""

import os
import subprocess
import sys


def run(*argv, **options):
    subprocess.run([os.fspath(word) for word in argv], check=True, stdin=subprocess.DEVNULL,
                   timeout=900, **options)


def output(*argv):
    return subprocess.run([os.fspath(word) for word in argv], check=True, timeout=120, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout


def make_environment(target, package):
    """A virtual environment with a package, from the package index that this machine's pip uses."""
    run(sys.executable, "-m", "venv", target)
    run(target / "bin/python", "-m", "pip", "install", "--quiet", "--no-cache-dir", package,
        stderr=subprocess.DEVNULL)
