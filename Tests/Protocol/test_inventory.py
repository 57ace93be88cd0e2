"""contrib/ansible/inventory, with the helper in words in the place of ssh. The end-to-end test runs
Ansible itself."""

import json
import os
import pathlib
import shlex
import subprocess
import sys

from guest import devices, forward
from session import HelperTest, command

INVENTORY = pathlib.Path(__file__).resolve().parents[2] / "contrib/ansible/inventory"


def guest(address, port, guest_port=22):
    more = {"address": address} if address else {}
    return devices(forward({"start": port, "to": guest_port}, **more))


class Inventory(HelperTest):
    def setUp(self):
        self.uris = {}
        # In the place of ssh: the first word is the host.
        self.ssh = self.home / f"{self.id()}.ssh"

    def run_inventory(self, *words, hosts=None, **environment):
        cases = "".join(f"{host}) uri={shlex.quote(uri)} ;;\n" for host, uri in self.uris.items())
        self.ssh.write_text(
            f"case $1 in\n{cases}*) echo \"ssh: no host $1\" >&2; exit 255 ;;\nesac\nshift\n"
            f"HOME={self.home} exec {shlex.join(map(str, command(self.home)))} \"$uri\" \"$@\"\n")
        done = subprocess.run(
            [sys.executable, INVENTORY, *words], stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=60,
            env={"PATH": os.environ["PATH"], "ATEX_SSH": f"sh {self.ssh}",
                 "ATEX_HOSTS": " ".join(self.uris) if hosts is None else hosts, **environment})
        return done.returncode, done.stdout, done.stderr

    def listed(self, **more):
        status, output, errors = self.run_inventory("--list", **more)
        self.assertEqual(status, 0, errors)
        return json.loads(output), errors

    def test_where_guests_are_reached(self):
        self.uris["tester@h1.example"] = self.node(
            ("vm1", guest("", 2201)), ("vm2", guest("0.0.0.0", 2202)),
            ("vm3", guest("192.0.2.7", 2203)), ("vm4", guest("127.0.0.1", 2204)),
            ("web", guest("", 8080, guest_port=80)), "none")
        found, errors = self.listed()
        self.assertEqual(errors, "")
        self.assertEqual(found["host_h1_example"]["hosts"], ["vm1", "vm2", "vm3", "vm4"])
        self.assertEqual(found["all"]["children"], ["host_h1_example"])
        hostvars = found["_meta"]["hostvars"]
        self.assertEqual(hostvars["vm1"], {
            "ansible_user": "root", "atex_host": "tester@h1.example", "atex_domain": "vm1",
            "ansible_host": "h1.example", "ansible_port": 2201})
        self.assertEqual(
            [(hostvars[name]["ansible_host"], hostvars[name].get("ansible_port"))
             for name in ("vm2", "vm3", "vm4")],
            [("h1.example", 2202), ("192.0.2.7", 2203), ("vm4", None)])
        option, proxy = shlex.split(hostvars["vm4"]["ansible_ssh_common_args"])
        self.assertEqual((option, shlex.split(proxy.removeprefix("ProxyCommand="))),
                         ("-o", ["sh", str(self.ssh), "tester@h1.example", "connect", "vm4", "22"]))
        status, output, _ = self.run_inventory("--host", "vm2", ATEX_USER="admin")
        self.assertEqual((status, json.loads(output)["ansible_user"]), (0, "admin"))
        found, _ = self.listed(ATEX_PORT="80")
        self.assertEqual(list(found["_meta"]["hostvars"]), ["web"])

    def test_several_hosts(self):
        self.uris["h1"] = self.node(("vm1", guest("", 2201)), ("only", guest("", 2202)))
        self.uris["jane@h2"] = self.node(("vm1", guest("", 2201)))
        found, errors = self.listed(hosts="h1 jane@h2 gone")
        self.assertIn("gone: ssh: no host gone", errors)
        self.assertEqual((found["host_h1"], found["host_h2"], found["host_gone"]),
                         ({"hosts": ["only", "vm1.h1"]}, {"hosts": ["vm1.h2"]}, {"hosts": []}))
        self.assertEqual(found["_meta"]["hostvars"]["vm1.h2"]["ansible_host"], "h2")

    def test_failures(self):
        self.uris["h1"] = "test:///nonexistent/node.xml"
        status, output, errors = self.run_inventory("--list")
        self.assertEqual((status, output), (1, ""))
        self.assertIn("h1: ", errors)
        status, _, errors = self.run_inventory("--list", hosts="")
        self.assertEqual(status, 1)
        self.assertIn("ATEX_HOSTS is empty", errors)
        status, _, errors = self.run_inventory()
        self.assertIn("usage: inventory --list", errors)
