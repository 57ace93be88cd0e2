"""
The scripts of contrib/host that create pools and networks and restrict guests: each has a dry run,
is run, checked, run again, and undone, on a second host.
"""

import contextlib
import json
import socket
import subprocess
import threading

from endtoend.snapshot import difference, snapshot
from endtoend.testhost import SECOND_ADDRESS, SECOND_CLIENT_ADDRESS

SCRIPTS = "/usr/local/share/atex-virt-helper/host"
GUEST_MAC = "52:54:00:00:00:11"
GUEST_ADDRESS = "192.168.150.17"


def run(lab):
    with lab.bare_host() as host:
        host.make_install()
        host.run("ip", "link", "add", "br0", "type", "bridge")
        # the first use of iptables creates an empty chain: create it before the first snapshot
        for action in ("-A", "-D"):
            host.run("iptables", "-t", "mangle", action, "POSTROUTING", "-j", "RETURN")
        storage_pool(lab.check, host)
        bridge_network(lab.check, host)
        nat_network(lab, host)
        service_namespace(lab.check, host)
        default_network_off(lab.check, host)
        restrict_guests(lab.check, host)


def script(host, name, *options, **parameters):
    words = [f"{key}={value}" for key, value in parameters.items()]
    return host.attempt("env", *words, f"{SCRIPTS}/{name}", *options)


class Tried:
    """Before a script's checks: bad parameters, a dry run, the run; after: a second run, --undo."""

    def __init__(self, check, host, name, wrong=(), **parameters):
        self.check, self.host, self.name = check, host, name
        self.wrong, self.parameters = wrong, parameters

    def script(self, *options, **parameters):
        return script(self.host, self.name, *options, **(self.parameters | parameters))

    def __enter__(self):
        check, name = self.check, self.name
        self.before = snapshot(self.host)
        for bad, said in self.wrong:
            seen = self.script(**bad)
            check.true(f"{name} with {bad} fails with a reason",
                       seen[0] in (1, 2) and said in seen[1], said, seen)
        seen = self.script("--dry-run")
        check.true(f"{name} --dry-run prints what it would do",
                   seen[0] == 0 and "would " in seen[1] and "nothing was changed" in seen[1],
                   "0, would, nothing was changed", seen)
        check.equal(f"{name}: these changed nothing", [],
                    difference(self.before, snapshot(self.host)))
        seen = self.script()
        check.true(f"{name} runs", seen[0] == 0 and "done: " in seen[1], "0, done", seen)
        self.made = snapshot(self.host)
        check.true(f"{name}: the run changed something", difference(self.before, self.made),
                   "a difference", "none")
        return self

    def __exit__(self, kind, *_):
        if kind is not None:
            return
        check, name = self.check, self.name
        made = snapshot(self.host)
        seen = self.script()
        check.true(f"{name}, run again, finds nothing to do",
                   seen[0] == 0 and "nothing to do" in seen[1], "nothing to do", seen)
        check.equal(f"{name}, run again, changes nothing", [],
                    difference(made, snapshot(self.host)))
        seen = self.script("--undo")
        check.equal(f"{name} --undo succeeds", 0, seen[0])
        check.equal(f"{name} --undo leaves the host as it was", [],
                    difference(self.before, snapshot(self.host)))


def storage_pool(check, host):
    with Tried(check, host, "storage-pool", POOL="images", DIRECTORY="/srv/plain/images",
               SCRATCH="boot-scratch", wrong=(
                   ({"DIRECTORY": "images"}, "must be an absolute path"),
                   ({"POOL": "a/b"}, "'a/b' is not a valid name for a pool"),
                   ({"LIBVIRT_DEFAULT_URI": "qemu+unix:///nowhere"}, "cannot connect to libvirt"),
               )) as tried:
        info = host.run("virsh", "-q", "pool-info", "images")
        check.true("the pool is active and has autostart", all(
            word in " ".join(info.split()) for word in ("State: running", "Autostart: yes")),
            "running, autostart", info)
        check.equal("it has the requested directory", "<path>/srv/plain/images</path>",
                    host.run("virsh", "pool-dumpxml", "images", "--xpath", "//target/path").strip())
        seen = tried.script(DIRECTORY="/srv/plain/others")
        check.true("another directory for it is rejected",
                   seen[0] == 1 and "its directory is /srv/plain/images" in seen[1], "1", seen)
        check.equal("and changes nothing", [], difference(tried.made, snapshot(host)))


def bridge_network(check, host):
    with Tried(check, host, "bridge-network", NETWORK="lan", BRIDGE="br0", wrong=(
            ({"BRIDGE": "br7"}, "there is no device 'br7'"),
            ({"BRIDGE": "eth0"}, "the device 'eth0' is not a bridge"),
            ({"NETWORK": "<lan>"}, "'<lan>' is not a valid name for a network"))):
        listed = host.run("virsh", "-q", "net-list", "--all").split()
        check.equal("the network is active, has autostart, and is persistent",
                    ["lan", "active", "yes", "yes"], listed[listed.index("lan"):][:4])


def nat_network(lab, host):
    check = lab.check
    with Tried(check, host, "nat-network", HOSTS=f"{GUEST_MAC},{GUEST_ADDRESS},guest1", wrong=(
            ({"ADDRESS": "192.168.150.256"}, "ADDRESS '192.168.150.256' is not an IPv4 address"),
            ({"FIRST": "192.168.151.1"}, "is not within 192.168.150.0/24"),
            ({"FIRST": "192.168.150.251"}, "LAST (192.168.150.250) is lower than FIRST"),
            ({"MAC": "53:54:00:00:00:01"}, "is a multicast address"),
            ({"PREFIX": "31"}, "is not between 8 and 30"),
            ({"BRIDGE": "br0"}, "a device 'br0' already exists"),
            ({"ADDRESS": "198.51.100.9", "FIRST": "198.51.100.10", "LAST": "198.51.100.20"},
             "the host already has a network 198.51.100.0/24"))) as tried:
        link = json.loads(host.run("ip", "-j", "address", "show", "virbr10"))[0]
        check.equal("the bridge has its MAC address and IP address",
                    ("52:54:00:61:74:65", ["192.168.150.1"]),
                    (link["address"], [entry["local"] for entry in link["addr_info"]
                                       if entry["family"] == "inet"]))
        seen = tried.script(LAST="192.168.150.200")
        check.true("other settings are rejected while it exists",
                   seen[0] == 1 and "with other settings" in seen[1], "1", seen)
        # systemd does not run here, but it can check the unit
        check.equal("systemd accepts the unit", (0, ""), host.attempt(
            "systemd-analyze", "verify", "/etc/systemd/system/atex-atexnat.service"))
        with guest_on(host, "virbr10"):
            leased(check, host)
            reaches_out(check, host)
            not_reached(check, host)


@contextlib.contextmanager
def guest_on(host, bridge):
    """A network namespace that stands for a guest on the bridge."""
    host.run("ip", "netns", "add", "guest")
    host.run("ip", "link", "add", "guest0", "type", "veth", "peer", "name", "eth0", "address",
             GUEST_MAC, "netns", "guest")
    host.run("ip", "link", "set", "guest0", "master", bridge, "up")
    host.run(*in_guest("ip", "link", "set", "eth0", "up"))
    try:
        yield
    finally:
        host.run("ip", "netns", "delete", "guest")
        host.attempt("ip", "link", "delete", "guest0")


def in_guest(*words):
    return ("ip", "netns", "exec", "guest", *words)


# runs in the guest: requests an address by DHCP and checks the checksum of the reply
ASK = """
import json, os, socket, struct, sys
mac = bytes.fromhex(sys.argv[1].replace(":", ""))
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
raw.bind(("eth0", 0))
raw.settimeout(10)

def total(data):
    data += b"\\0" * (len(data) % 2)
    value = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while value >> 16:
        value = (value & 0xffff) + (value >> 16)
    return value

def send(options):
    dhcp = struct.pack("!BBBBIHHIIII16s64s128sI", 1, 1, 6, 0, 0x61746578, 0, 0x8000, 0, 0, 0, 0,
                       mac, b"", b"", 0x63825363) + options + b"\\xff"
    udp = struct.pack("!HHHH", 68, 67, 8 + len(dhcp), 0) + dhcp
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, b"\\0" * 4,
                       b"\\xff" * 4)
    head = head[:10] + struct.pack("!H", 0xffff - total(head)) + head[12:]
    raw.send(b"\\xff" * 6 + mac + b"\\x08\\0" + head + udp)

def receive():
    while True:
        packet = raw.recv(2048)[14:]
        if packet[9] == 17 and packet[20:24] == struct.pack("!HH", 67, 68):
            break
    length = struct.unpack("!H", packet[24:26])[0]
    udp = packet[20:20 + length]
    pseudo = packet[12:20] + struct.pack("!HH", 17, length)
    options, place = {}, 240
    dhcp = udp[8:]
    while dhcp[place] != 255:
        size = dhcp[place + 1]
        options[dhcp[place]] = dhcp[place + 2:place + 2 + size]
        place += 2 + size
    return {"address": socket.inet_ntoa(dhcp[16:20]), "checksum": total(pseudo + udp) == 0xffff,
            "router": socket.inet_ntoa(options.get(3, b"\\0" * 4)), "kind": options[53][0],
            "server": options[54]}

send(bytes((53, 1, 1)))
offer = receive()
send(bytes((53, 1, 3, 50, 4)) + socket.inet_aton(offer["address"]) + bytes((54, 4))
     + offer["server"])
answer = receive()
del answer["server"]
print(json.dumps(answer))
"""


def ask(host):
    return json.loads(host.run(*in_guest("python3", "-I", "-c", ASK, GUEST_MAC)))


def leased(check, host):
    check.equal("the guest gets the address of the hosts file, in a packet with a correct "
                "checksum",
                {"address": GUEST_ADDRESS, "checksum": True, "router": "192.168.150.1", "kind": 5},
                ask(host))
    rule = ("POSTROUTING", "-o", "virbr10", "-p", "udp", "--dport", "68", "-j", "CHECKSUM",
            "--checksum-fill")
    host.run("iptables", "-t", "mangle", "-D", *rule)
    check.equal("without the iptables rule, the checksum is wrong", False, ask(host)["checksum"])
    host.run("iptables", "-t", "mangle", "-A", *rule)
    leases = host.path("/var/lib/misc/atex-atexnat.leases").read_text()
    check.true("the lease is in the lease file", GUEST_MAC in leases and GUEST_ADDRESS in leases,
               GUEST_ADDRESS, leases)
    host.run(*in_guest("ip", "address", "add", f"{GUEST_ADDRESS}/24", "dev", "eth0"))
    host.run(*in_guest("ip", "route", "add", "default", "via", "192.168.150.1"))


CONNECT = """
import socket, sys
try:
    with socket.create_connection((sys.argv[1], int(sys.argv[2])), timeout=5) as connection:
        print(connection.recv(100).decode())
except OSError as error:
    print(type(error).__name__)
"""


def reaches_out(check, host):
    with Greeter(SECOND_CLIENT_ADDRESS) as greeter:
        seen = host.run(*in_guest("python3", "-I", "-c", CONNECT, SECOND_CLIENT_ADDRESS,
                                  str(greeter.port))).strip()
        check.equal("the guest reaches other hosts, which see the host's address",
                    (SECOND_ADDRESS, True), (seen.split(" ")[0], int(seen.split(" ")[-1]) >= 1024))
    rules = host.run("nft", "list", "table", "ip", "atex_atexnat")
    for kept in ("192.168.150.0/24", "224.0.0.0/24", "255.255.255.255", "169.254.0.0/16"):
        check.true(f"traffic to {kept} is not masqueraded", any(
            kept in line and "ip daddr" in line and "return" in line
            for line in rules.splitlines()), "a rule that returns", rules)


def not_reached(check, host):
    """A server in the guest: the host can connect, others cannot."""
    serve = subprocess.Popen(host.command(*in_guest(
        "python3", "-I", "-c", "import socket\nserver = socket.create_server(('', 8080))\n"
        "print('ready', flush=True)\n"
        "while True:\n    with server.accept()[0] as one: one.send(b'served')")),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    subprocess.run(["ip", "route", "add", "192.168.150.0/24", "via", SECOND_ADDRESS], check=True,
                   timeout=10)
    try:
        serve.stdout.readline()
        check.equal("the host reaches the guest", "served",
                    host.run("python3", "-I", "-c", CONNECT, GUEST_ADDRESS, "8080").strip())
        try:
            with socket.create_connection((GUEST_ADDRESS, 8080), timeout=5) as connection:
                seen = connection.recv(100)
        except OSError as error:
            seen = type(error).__name__
        check.equal("other hosts do not", "ConnectionRefusedError", seen)
    finally:
        subprocess.run(["ip", "route", "delete", "192.168.150.0/24"], timeout=10)
        serve.kill()
        serve.wait()
        serve.stdout.close()


class Greeter:
    """A server on the client's machine that sends each peer its address."""

    def __init__(self, address):
        self.server = socket.create_server((address, 0))
        self.port = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self.greet, daemon=True)

    def greet(self):
        while True:
            try:
                connection, peer = self.server.accept()
            except OSError:
                return
            with connection:
                connection.send(f"{peer[0]} {peer[1]}".encode())

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()


SEED = "/srv/plain/seed"
# a guest of a user's QEMU: opens the TAP port and asks for the MAC address of the namespace
ASK_ON_TAP = """
import fcntl, os, select, socket, struct, sys
port = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(port, 0x400454ca, struct.pack("16sH22x", sys.argv[1].encode(), 0x1002))
mac = bytes.fromhex("525400000012")
ip = socket.inet_aton
question = (b"\\xff" * 6 + mac + struct.pack("!HHHBBH", 0x0806, 1, 0x0800, 6, 4, 1) + mac
            + ip("192.168.151.9") + bytes(6) + ip("192.168.151.1"))
while True:
    # the bridge drops packets until it notices that the port is open
    os.write(port, question)
    if not select.select([port], [], [], 0.5)[0]:
        continue
    packet = os.read(port, 2048)
    if packet[:6] == mac and packet[12:14] == b"\\x08\\x06":
        print(packet[22:28].hex(":"))
        break
"""


def service_namespace(check, host):
    host.run("useradd", "--no-create-home", "--shell", "/bin/sh", "tester")
    host.run("chmod", "666", "/dev/net/tun")  # as udev does
    host.run("install", "-d", SEED)
    for name, text in (("user-data", "#cloud-config\n"), ("meta-data", "instance-id: one\n")):
        host.run("install", "-m", "644", "/dev/stdin", f"{SEED}/{name}", input=text)
    host.run("install", "-d", "/srv/plain/empty")
    processes = host.processes()
    with Tried(check, host, "service-namespace", FIRST="192.168.151.100", LAST="192.168.151.150",
               HOSTS=f"{GUEST_MAC},192.168.151.17,guest1", SEED=SEED, TAPS="tester0 tester1",
               TAP_USER="tester", wrong=(
                   ({"NAME": "a/b"}, "'a/b' is not a valid name"),
                   ({"ADDRESS": "192.168.151"}, "ADDRESS '192.168.151' is not an IPv4 address"),
                   ({"ROUTER": "10.0.0.1"}, "ROUTER '10.0.0.1' is not within 192.168.151.0/24"),
                   ({"FIRST": "192.168.151.151"}, "LAST (192.168.151.150) is lower than FIRST"),
                   ({"FIRST": "", "LAST": ""}, "need a range of addresses"),
                   ({"SEED": "seed"}, "SEED 'seed' is not an absolute path"),
                   ({"SEED": "/srv/plain/empty"}, "cannot read /srv/plain/empty/user-data"),
                   ({"TAP_USER": ""}, "TAP_USER is empty"),
                   ({"TAP_USER": "none"}, "there is no account 'none'"),
                   ({"TAPS": "eth0"}, "a device 'eth0' already exists"),
                   ({"BRIDGE": "eth0"}, "the device 'eth0' is not a bridge"))) as tried:
        with guest_on(host, "virbr11"):
            check.equal("the guest gets the address of the hosts file, and no router, in a packet "
                        "with a correct checksum",
                        {"address": "192.168.151.17", "checksum": True, "router": "0.0.0.0",
                         "kind": 5}, ask(host))
            host.run(*in_guest("ip", "address", "add", "192.168.151.17/24", "dev", "eth0"))
            check.equal("it gets the seed", "#cloud-config\n", host.run(
                *in_guest("busybox", "wget", "-q", "-O", "-", "http://192.168.151.1/user-data")))
            seen = host.attempt(*in_guest("busybox", "nslookup", "guest1", "192.168.151.1"))
            check.true("it gets its own name by DNS", "192.168.151.17" in seen[1],
                       "192.168.151.17", seen)
        check.equal("the HTTP server does not run as root", "nobody", host.run(
            "sh", "-c", "stat -c %U /proc/$(cat /run/atex-atexsvc-http.pid)").strip())
        seen = host.attempt("setpriv", "--reuid", "tester", "--clear-groups", "--no-new-privs",
                            "timeout", "10", "python3", "-I", "-c", ASK_ON_TAP, "tester1")
        check.equal("a TAP port of the account reaches the namespace", (0, "52:54:00:61:74:66\n"),
                    seen)
        seen = host.attempt("setpriv", "--reuid", "nobody", "--clear-groups", "--no-new-privs",
                            "timeout", "10", "python3", "-I", "-c", ASK_ON_TAP, "tester1")
        check.true("other accounts cannot open it", seen[0] == 1 and "PermissionError" in seen[1]
                   or "Operation not permitted" in seen[1], "EPERM", seen)
        check.equal("the services have no address of the host", "", host.run(
            "sh", "-c", "ss -Hlntu | grep -E ':(53|67|80) ' || true"))
        seen = tried.script(LAST="192.168.151.200")
        check.true("other settings are rejected while it exists",
                   seen[0] == 1 and "with other settings" in seen[1], "1", seen)
        check.equal("systemd accepts the unit of service-namespace", (0, ""), host.attempt(
            "systemd-analyze", "verify", "/etc/systemd/system/atex-atexsvc.service"))
        # a service that someone started, which --undo ends
        host.run("ip", "netns", "exec", "atexsvc", "sh", "-c", "sleep 600 >/dev/null 2>&1 &")
        # --undo must not fail because of parts that are gone
        host.run("ip", "link", "delete", "tester0")
        host.run("sh", "-c", "kill $(cat /run/atex-atexsvc-http.pid)")
        seen = tried.script()
        check.true("a run repairs what is gone", seen[0] == 0 and "done: " in seen[1], "0", seen)
    check.soon("no process of it is left", processes, host.processes)
    check.equal("nor a file in /run", "", host.run("sh", "-c", "ls /run | grep atexsvc || true"))

    # a second namespace, on a bridge that existed before
    before = snapshot(host)
    parameters = {"NAME": "other", "BRIDGE": "br0", "MAC": "52:54:00:61:74:67"}
    check.equal("it can use an existing bridge", 0, script(host, "service-namespace",
                                                           **parameters)[0])
    check.equal("--undo of it succeeds", 0,
                script(host, "service-namespace", "--undo", NAME="other")[0])
    check.equal("and keeps the bridge", [], difference(before, snapshot(host)))
    # two namespaces on a bridge that the first one created
    for added in ({"NAME": "one"}, {"NAME": "two", "MAC": parameters["MAC"],
                                    "ADDRESS": "192.168.151.2"}):
        check.equal(f"a namespace with {added} is created", 0,
                    script(host, "service-namespace", **added)[0])
    seen = script(host, "service-namespace", "--undo", NAME="one")
    check.true("--undo of the first keeps the bridge, which the second uses",
               seen[0] == 0 and "bridge virbr11 still has ports" in seen[1]
               and host.path("/sys/class/net/virbr11/brif/two0").exists(), "0", seen)
    check.equal("--undo of the second succeeds", 0,
                script(host, "service-namespace", "--undo", NAME="two")[0])
    host.run("ip", "link", "delete", "virbr11")
    check.equal("then nothing is left", [], difference(before, snapshot(host)))
    host.run("userdel", "tester")
    host.run("rm", "-r", SEED, "/srv/plain/empty")


def default_network_off(check, host):
    host.run("virsh", "net-autostart", "default")
    host.run("virsh", "net-start", "default")
    with Tried(check, host, "default-network-off",
               wrong=(({"NETWORK": "a b"}, "'a b' is not a valid name for a network"),)):
        check.true("libvirt's default network and its bridge are removed",
                   "default" not in host.run("virsh", "net-list", "--all", "--name")
                   and not host.path("/sys/class/net/virbr0").exists(), "neither", "still there")
    host.run("virsh", "net-destroy", "default")


def restrict_guests(check, host):
    def connect(port, user="libvirt-qemu"):
        return host.run("setpriv", "--reuid", user, "--clear-groups", "python3", "-I", "-c",
                        CONNECT, SECOND_CLIENT_ADDRESS, str(port)).split(" ")[0].strip()

    with Greeter(SECOND_CLIENT_ADDRESS) as one, Greeter(SECOND_CLIENT_ADDRESS) as other:
        check.equal("without restrictions, QEMU's user reaches other hosts", SECOND_ADDRESS,
                    connect(one.port))
        with Tried(check, host, "restrict-guests", ALLOW=SECOND_CLIENT_ADDRESS, PORTS=one.port,
                   wrong=(
                       ({"ALLOW": "example.org"}, "'example.org' is not a network"),
                       ({"ALLOW": "1.2.3.4.5"}, "nftables rejects these rules"),
                       ({"PORTS": "ssh"}, "'ssh' is not a valid port"),
                       ({"PORTS": "80 70000"}, "'70000' is not a valid port"),
                       ({"QEMU_USER": "nobody-here"}, "there is no account 'nobody-here'"),
                       ({"QEMU_USER": "root"}, "QEMU_USER is root"))) as tried:
            check.equal("it still reaches the allowed host and port", SECOND_ADDRESS,
                        connect(one.port))
            check.true("but no other port", connect(other.port) != SECOND_ADDRESS, "an error",
                       "a connection")
            check.equal("other users are not restricted", SECOND_ADDRESS,
                        connect(other.port, "nobody"))
            tried.parameters["ALLOW"] = ""
            seen = tried.script()
            check.equal("other settings replace these", 0, seen[0])
            check.true("then no host is reached", connect(one.port) != SECOND_ADDRESS, "an error",
                       "a connection")
