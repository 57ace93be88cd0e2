"""How to make what is in the cache: a test host's tree, a guest, a client."""

import os
import subprocess


def run(*argv, **options):
    subprocess.run([os.fspath(word) for word in argv], check=True, stdin=subprocess.DEVNULL,
                   timeout=900, **options)


def output(*argv):
    return subprocess.run([os.fspath(word) for word in argv], check=True, timeout=120, text=True,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE).stdout
