"""Recipes of the cache's entries: the test host's tree, the guest, the client."""

import os
import subprocess


def run(*argv, **options):
    subprocess.run([os.fspath(word) for word in argv], check=True, stdin=subprocess.DEVNULL,
                   timeout=900, **options)


def output(*argv):
    return subprocess.run([os.fspath(word) for word in argv], check=True, timeout=120, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout
