"""
Process 1 of the test host, second half, in the host's own tree: starts the daemons and reaps.

Reaping matters: libvirtd waits 15 s for the end of each QEMU that it probed, unless process 1 reaps
that QEMU.
"""

import os
import subprocess
from pathlib import Path

LOGS = Path("/var/log/testhost")
DAEMONS = {
    "syslogd": ("busybox", "syslogd", "-n", "-O", "/var/log/testhost/syslog"),
    "virtlogd": ("virtlogd",),
    "libvirtd": ("libvirtd",),
    "sshd": ("/usr/sbin/sshd", "-D"),
}


def main():
    os.umask(0o022)
    LOGS.mkdir(parents=True, exist_ok=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    Path("/run/lock").mkdir(exist_ok=True)

    running = {}
    for name, command in DAEMONS.items():
        log = open(LOGS / f"{name}.log", "ab")
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        running[process.pid] = (name, process)
    while True:
        pid, status = os.wait()
        if pid in running:
            name, _ = running.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            with open(LOGS / f"{name}.log", "a") as log:
                log.write(f"init: {name} ended with {code}\n")


main()
