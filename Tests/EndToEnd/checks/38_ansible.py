"""contrib/ansible/inventory: Ansible, from PyPI, logs in to guests by their forwards."""

import json
import os
import shlex
import subprocess
from pathlib import Path

from endtoend.checks import note
from endtoend.lab import SOURCE
from endtoend.testhost import ADDRESS, USER

INVENTORY = Path(__file__).resolve().parents[3] / "contrib/ansible/inventory"


def run(lab):
    check = lab.check
    if lab.ansible is None:
        return note(f"skipped: {lab.ansible_missing}")
    options = ["-oBatchMode=yes", "-oLogLevel=ERROR", "-oStrictHostKeyChecking=no",
               "-oUserKnownHostsFile=/dev/null", f"-oIdentityFile={lab.key}"]
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(lab.directory), "LC_ALL": "C.UTF-8",
        "ATEX_HOSTS": f"{USER}@{ADDRESS}", "ATEX_SSH": shlex.join(["ssh", *options]),
        "ANSIBLE_SSH_ARGS": shlex.join(options)}
    listed = subprocess.run([INVENTORY, "--list"], env=environment, stdout=subprocess.PIPE,
                            timeout=60, text=True)
    found = json.loads(listed.stdout or "{}")
    forwards = {forward["domain"]: forward["host_port"] for forward in ports(lab)}
    check.equal("the inventory has each guest's address and port",
                {name: (ADDRESS, port) for name, port in forwards.items()},
                {name: (guest.get("ansible_host"), guest.get("ansible_port"))
                 for name, guest in found.get("_meta", {}).get("hostvars", {}).items()})
    with lab.ours("ansible") as session:
        reply = session.ask(180, cmd="provision", pool="default", **{"from": SOURCE},
                            filter="vm1", wait_port=22, timeout=150)
        lab.volumes["default"].add("vm1.img")
        check.true("a guest is provisioned", reply["success"], "success", reply)
        # The guest has no Python, which other modules need.
        done = subprocess.run(
            [f"{lab.ansible}/bin/python", f"{lab.ansible}/bin/ansible", "-i", INVENTORY, "vm1", "-m",
             "ansible.builtin.raw", "-a", "cat /marker"],
            env=environment, capture_output=True, timeout=120, text=True)
        check.equal("Ansible runs a command in it", (0, True),
                    (done.returncode, lab.marker in done.stdout))
    lab.stop_guests()


def ports(lab):
    with lab.ours() as session:
        return session.ok(cmd="port-forwards", guest_port=22, proto="tcp")["forwards"]
