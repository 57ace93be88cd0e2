"""
A provisioner on another machine: gets two remotes at once from the real client's
SharedVirtProvisioner. Replies with one JSON line to each line of input, so that the checks can
inspect the host between the steps.
"""

import json
import subprocess
import sys

from atex.connection.ssh import ManagedSSHConnection
from atex.provisioner.shvirt import SharedVirtProvisioner


def main():
    settings = json.loads(sys.argv[1])
    connection = ManagedSSHConnection({
        "Hostname": settings["address"],
        "User": settings["user"],
        "IdentityFile": settings["key"],
    })
    connection.connect()
    provisioner = SharedVirtProvisioner(
        connection, settings["image"], domain_sshkey=settings["key"],
        reserve_name=settings["name"], reserve_delay=0,
    )
    provisioner.start()
    remotes = {}
    try:
        for line in sys.stdin:
            print(json.dumps(STEPS[json.loads(line)["step"]](provisioner, remotes, line)),
                  flush=True)
    finally:
        provisioner.stop()
        connection.disconnect()


def provision(provisioner, remotes, _line):
    """Provisions two remotes at once; returns their domains."""
    provisioner.provision(2)
    for _ in range(2):
        remote = provisioner.get_remote()
        remotes[remote.domain] = remote
    return sorted(remotes)


def command(_provisioner, remotes, line):
    """Runs a shell command in each guest; maps domain to output."""
    words = ["/bin/sh", "-c", json.loads(line)["command"]]
    return {
        domain: remote.cmd(words, func=output) for domain, remote in remotes.items()
    }


def release(_provisioner, remotes, line):
    remotes.pop(json.loads(line)["domain"]).release()
    return sorted(remotes)


def output(command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL, **options).stdout


STEPS = {"provision": provision, "command": command, "release": release}

if __name__ == "__main__":
    main()
