"""Child processes in new namespaces, which end with their parent even if that is killed."""

import ctypes
import os
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True)


def spawn_python(code_file, argument, *, flags, pass_fds=(), **popen):
    """
    Runs a Python file as process 1 of new namespaces.

    The kernel removes its mounts, processes and network devices when it ends. `--kill-child` ends
    it with `unshare`, and the death signal ends `unshare` with us, so nothing stays even after
    SIGKILL.
    """
    def die_with_parent():
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)

    return subprocess.Popen(
        ["unshare", "--mount", "--pid", "--propagation", "private", *flags,
         "--fork", "--kill-child",
         sys.executable, "-B", os.fspath(code_file), argument],
        preexec_fn=die_with_parent, pass_fds=pass_fds, **popen,
    )


def mount(kind, source, target, options=None):
    """Mounts with mount(8), which can set up a loop device that detaches itself."""
    subprocess.run(
        ["mount", "-t", kind, *(["-o", options] if options else []), source, os.fspath(target)],
        check=True, timeout=60,
    )
