"""
A guest that has only IPv6 addresses, on a bridge. The host and the guest are network namespaces,
which a pair of virtual devices connects; the test driver has a running domain with the guest's MAC
address. It needs root.
"""

import os
import subprocess
import sys
import unittest

from session import HelperTest, Session, command

MAC = "52:54:00:00:00:05"
ADDRESS = "2001:db8:5::5"
DISK = "<disk type='volume' device='disk'><source pool='pool' volume='vm'/><target dev='vda'/></disk>"
DEVICES = """<devices>{disk}<interface type='bridge'><mac address='52:54:00:00:00:{number:02}'/>
  <source bridge='br0'/><target dev='vnet{number}'/></interface></devices>"""
# The default route leads to a gateway. Entries for addresses behind it are what a guest can cause
# that sends neighbour solicitations from other machines' addresses.
HOST = f"""
  -6 addr add 2001:db8:5::1/64 dev br0 nodad
  -6 route add default via 2001:db8:5::fe dev br0
  -6 neigh add 2001:db8:9::9 lladdr {MAC} dev br0 nud reachable
  -6 neigh add 2001:db8:5::6 lladdr 52:54:00:00:00:06 dev br0 nud stale
  -6 neigh add fe80::5 lladdr {MAC} dev br0 nud stale
  -6 neigh add {ADDRESS} lladdr {MAC} dev br0 nud delay
  addr add 192.0.2.1/24 dev br0
  neigh add 192.0.2.5 lladdr {MAC} dev br0 nud reachable
"""
SSHD = """
import socket, threading
def answer(connection):
    connection.sendall(b'SSH-2.0-guest\\r\\n')
    while connection.recv(4096): pass
    connection.close()
server = socket.create_server(('::', 22), family=socket.AF_INET6)
print('ready', flush=True)
while True: threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
"""


def has_namespaces():
    return os.geteuid() == 0 and subprocess.run(
        ["unshare", "-n", "ip", "link", "add", "br0", "type", "bridge"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


@unittest.skipUnless(has_namespaces(), "this needs root and network namespaces with bridges")
class IPv6Guest(HelperTest):
    def setUp(self):
        self.host, self.guest = self.namespace(), self.namespace()
        self.ip(self.host, "link set lo up", "link add br0 type bridge",
                f"link add v0 type veth peer name eth0 netns {self.guest}",
                "link set v0 master br0 up", "link set br0 up")
        self.ip(self.guest, "link set lo up", f"link set eth0 address {MAC} up",
                f"-6 addr add {ADDRESS}/64 dev eth0 nodad")
        # Only now: a bridge forgets its neighbours when it gets its first port.
        self.ip(self.host, *HOST.strip().splitlines())
        server = subprocess.Popen([*self.within(self.guest), sys.executable, "-c", SSHD],
                                  stdout=subprocess.PIPE)
        self.addCleanup(self.end, server)
        self.assertEqual(server.stdout.readline(), b"ready\n")

    def namespace(self):
        """The process id of a process in a new network namespace."""
        process = subprocess.Popen(["unshare", "-n", "sh", "-c", "echo; exec sleep 600"],
                                   stdout=subprocess.PIPE)
        self.addCleanup(self.end, process)
        process.stdout.readline()
        return process.pid

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        process.stdout.close()

    @staticmethod
    def within(namespace):
        return ["nsenter", "-t", str(namespace), "-n"]

    def ip(self, namespace, *commands):
        for words in commands:
            subprocess.run([*self.within(namespace), "ip", *words.split()], check=True)

    def running(self, more="", disk=""):
        """A session with a running domain, and its URI."""
        uri = self.node(*(("vm" if number == 5 else "other",
                           DEVICES.format(number=number, disk=disk if number == 5 else ""))
                          for number in (5, 6)), more=more)
        session = Session(uri, home=self.home, within=self.within(self.host))
        self.addCleanup(session.kill)
        return session, uri

    def found(self, session):
        addresses = session.ok({"cmd": "addresses", "domain": "vm", "source": "arp"})["addresses"]
        self.assertEqual({(a["mac"], a["source"]) for a in addresses}, {(MAC, "arp")})
        return {(a["family"], a["address"], a["prefix"]) for a in addresses}

    def test_neighbours_of_both_families(self):
        session, _ = self.running()
        session.ok({"cmd": "virsh", "args": ["start", "vm"]})
        found = self.found(session)
        self.assertLessEqual(
            {("ipv6", ADDRESS, 0), ("ipv4", "192.0.2.5", 0), ("ipv6", "fe80::5%br0", 0)}, found)
        # Connections to this address do not reach the guest, whatever it claims.
        self.assertNotIn("2001:db8:9::9", {address for _, address, _ in found})
        self.assertNotIn("2001:db8:5::6", {address for _, address, _ in found})

    def test_unresolved_neighbours_are_not_listed(self):
        self.ip(self.host, f"-6 neigh replace {ADDRESS} dev br0 nud failed")
        session, _ = self.running()
        session.ok({"cmd": "virsh", "args": ["start", "vm"]})
        self.assertNotIn(("ipv6", ADDRESS, 0), self.found(session))

    def test_wait_port_reaches_the_guest(self):
        session, _ = self.running()
        session.ok({"cmd": "virsh", "args": ["start", "vm"]})
        reply = session.ok({"cmd": "wait-port", "domain": "vm", "port": 22, "timeout": 10})
        self.assertEqual((reply["address"], reply["port"]), (ADDRESS, 22))

    def test_provision_reaches_the_guest(self):
        pool, directory = self.pool("image", "vm")
        session, _ = self.running(pool, DISK)
        reply = session.ok({"cmd": "provision", "pool": "pool", "from": "image", "filter": "vm",
                            "wait_port": 22, "timeout": 10})
        self.assertEqual((reply["domain"], reply["address"], reply["port"]), ("vm", ADDRESS, 22))

    def test_connect_reaches_the_guest(self):
        _, uri = self.running()
        # The test driver's state ends with a connection, so the domain runs from the start.
        path = uri.removeprefix("test://")
        with open(path) as file:
            text = file.read().replace("<test:runstate>5</test:runstate>", "")
        with open(path, "w") as file:
            file.write(text)
        done = subprocess.run(
            [*self.within(self.host), *command(self.home), uri, "connect", "vm"],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
        self.assertEqual((done.stdout, done.stderr, done.returncode), (b"SSH-2.0-guest\r\n", b"", 0))
