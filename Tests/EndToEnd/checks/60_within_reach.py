"""
Reaching guests: their forwarded ports and addresses, waiting for a port, and ssh to a guest through
the helper while sshd's forwarding is off.
"""

import os
import re
import subprocess
import time

from endtoend.checks import note
from endtoend.lab import SOURCE
from endtoend.testhost import ADDRESS, DOMAIN_XML, DOMAINS, STATE

# no-ping: the DHCP server would check each address for seconds before it offers it
NETWORK = """
<network xmlns:dnsmasq='http://libvirt.org/schemas/network/dnsmasq/1.0'>
  <name>lan</name><forward mode='nat'/><bridge name='lan0'/>
  <ip address='198.51.100.1' netmask='255.255.255.0'>
    <dhcp><range start='198.51.100.10' end='198.51.100.99'/></dhcp></ip>
  <dnsmasq:options><dnsmasq:option value='no-ping'/></dnsmasq:options>
</network>
"""
# its server advertises the prefix, and has no addresses to lease
NETWORK6 = """
<network>
  <name>lan6</name><bridge name='lan60'/>
  <ip family='ipv6' address='2001:db8:5::1' prefix='64'/>
</network>
"""
MAC6, ADDRESS6 = "52:54:00:e2:e0:05", "2001:db8:5:0:5054:ff:fee2:e005"
PASST = DOMAIN_XML[DOMAIN_XML.index("    <interface"):DOMAIN_XML.index("    <serial")]
INTERFACE = """
    <interface type='{type}'><source {type}='{source}'/><mac address='{mac}'/>
      <model type='virtio'/></interface>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
"""
# one is on libvirt's network; the other is on the same bridge, which libvirt does not know about
NEIGHBOURS = {
    "onnet": ("network", "lan", "52:54:00:e2:e0:01"),
    "onbridge": ("bridge", "lan0", "52:54:00:e2:e0:02"),
}


def run(lab):
    with lab.ours() as session:
        forwards(lab, session)
        passt_guest(lab, session)
        through_the_helper(lab, session)
        client_disconnects(lab)
        dead_guest(lab, session)
        if lab.host.path("/dev/net/tun").exists():
            neighbours(lab, session)
            ipv6_only(lab, session)
        else:
            note("skipped: guests on libvirt's networks, for which this machine lacks /dev/net/tun")
    lab.stop_guests()


def forwards(lab, session):
    check = lab.check
    listed = session.ok(cmd="port-forwards")["forwards"]
    check.equal("port-forwards lists the port of each domain", DOMAINS,
                {f["domain"]: f["host_port"] for f in listed})
    check.equal("forwarded by passt to the port of ssh",
                {("tcp", None, 22, "passt")},
                {(f["proto"], f["address"], f["guest_port"], f["backend"]) for f in listed})
    macs = {name: re.search("<mac address='(.*)'/>", lab.host.run("virsh", "dumpxml", name))[1]
            for name in DOMAINS}
    check.equal("with the interface's MAC address", macs,
                {f["domain"]: f["interface"] for f in listed})


def passt_guest(lab, session):
    check = lab.check
    check.equal("wait-port fails for a stopped domain", (False, "domain 'vm1' is not running"),
                outcome(session.ask(cmd="wait-port", domain="vm1", port=22)))
    start(lab, session, "vm1", SOURCE)
    reply = session.ok(cmd="wait-port", domain="vm1", port=22, timeout=120, seconds=150)
    check.equal("wait-port returns the address and port of the guest's ssh",
                (ADDRESS, DOMAINS["vm1"]), (reply["address"], reply["port"]))
    check.true("it took the guest some time", 0.1 < reply["seconds"] < 120, "0.1 to 120 s",
               reply["seconds"])
    again = session.ok(cmd="wait-port", domain="vm1", port=22, timeout=10)
    check.true("now it responds at once", again["seconds"] < 2, "less than 2 s", again["seconds"])
    check.equal("wait-port needs a forward", "not-found",
                session.ask(cmd="wait-port", domain="vm1", port=80)["error"]["kind"])
    begin = time.monotonic()
    reply = session.ask(cmd="wait-port", domain="vm1", port=22, timeout=2, banner="^220 ")
    check.true("the banner has to match", reply["error"]["kind"] == "timeout"
               and "SSH-2.0-dropbear" in reply["reply"], "a timeout that quotes the banner", reply)
    check.true("the timeout is kept", 2 <= time.monotonic() - begin < 4, "2 s",
               time.monotonic() - begin)
    check.true("the reply has the console's last lines", "guest is up" in reply["reply"],
               "guest is up", reply["reply"])
    reply = session.ask(cmd="addresses", domain="vm1")
    check.true("passt's guest has no address of its own that the host knows",
               reply.get("addresses") == [], [], reply)


def through_the_helper(lab, session):
    """ssh to a guest with `connect` as ProxyCommand."""
    check = lab.check
    done = guest_ssh(lab, "vm1", "cat /marker")
    check.equal("ssh with 'connect' as ProxyCommand reaches the guest",
                (0, lab.marker + "\n"), (done.returncode, done.stdout))
    data = os.urandom(4 << 20)
    done = subprocess.run([*guest_command(lab, "vm1"), "cat"], input=data, capture_output=True,
                          timeout=120)
    check.true("4 MiB come back unchanged", done.stdout == data, len(data),
               (len(done.stdout), done.stderr))
    done = words(lab, "connect", "vm1")
    check.true("connect passes on the guest's banner", done.stdout.startswith("SSH-2.0-"),
               "SSH-2.0-", done.stdout)
    for command, status, text in (
        (("connect", "vm9"), 1, "'vm9'"), (("connect", "vm2"), 1, "is not running"),
        (("connect", "vm1", "80"), 1, "80"), (("connect",), 2, "DOMAIN"),
    ):
        done = words(lab, *command)
        message, *more = done.stderr.splitlines() or [""]
        check.true(f"'{' '.join(command)}' fails with one clear line, and perhaps a hint",
                   (done.returncode, done.stdout) == (status, "") and text in message
                   and all(line.startswith("hint: ") for line in more), (status, text), done)


def client_disconnects(lab):
    client = lab.ours()
    client.ok(cmd="reserve", filter="vm3")
    client.send(cmd="wait-port", domain="vm1", port=22, timeout=60, banner="never")
    time.sleep(0.5)
    client.kill()
    begin = time.monotonic()
    lab.check.soon("a client that disconnects while it waits releases its domain", {},
                   lab.host.lock_holders)
    lab.check.true("within about a second", time.monotonic() - begin < 2, "less than 2 s",
                   time.monotonic() - begin)


def dead_guest(lab, session):
    """An empty disk: the guest's kernel panics, and libvirt stops it."""
    check = lab.check
    lab.volumes["default"].add("vm2.img")
    session.ok(cmd="create-volume", pool="default", name="vm2.img", format="raw", size=1 << 20,
               remove_existing=True)
    session.ok(cmd="virsh", args=["start", "vm2"])
    begin = time.monotonic()
    reply = session.ask(cmd="wait-port", domain="vm2", port=22, timeout=100, seconds=120)
    check.true("wait-port fails at once when the guest dies",
               reply["error"]["kind"] == "libvirt" and "'vm2' stopped" in reply["reply"]
               and time.monotonic() - begin < 60, "a failure that says so", reply)
    check.true("the reply has its console's reason", "Kernel panic" in reply["reply"],
               "Kernel panic", reply["reply"])


def neighbours(lab, session):
    check = lab.check
    host = lab.host
    host.run("virsh", "net-define", "/dev/stdin", input=NETWORK)
    host.run("virsh", "net-start", "lan")
    try:
        for name, (kind, source, mac) in NEIGHBOURS.items():
            interface = INTERFACE.format(type=kind, source=source, mac=mac)
            host.run("virsh", "define", "/dev/stdin",
                     input=DOMAIN_XML.replace(PASST, interface).format(name=name))
            start(lab, session, name, SOURCE)
            reply = session.ok(cmd="wait-port", domain=name, port=22, timeout=120, seconds=150)
            check.true(f"wait-port finds {name} at its own address",
                       reply["address"].startswith("198.51.100.") and reply["port"] == 22,
                       "198.51.100.x, 22", reply)
            found = session.ok(cmd="addresses", domain=name)["addresses"]
            check.equal(f"addresses lists the lease of {name}",
                        [(mac, "ipv4", reply["address"], 24, "lease")],
                        [(a["mac"], a["family"], a["address"], a["prefix"], a["source"])
                         for a in found if a["family"] == "ipv4"])
            found = session.ok(cmd="addresses", domain=name, source="arp")["addresses"]
            check.true(f"the host's neighbours include the address of {name}",
                       (mac, reply["address"]) in {(a["mac"], a["address"]) for a in found},
                       (mac, reply["address"]), found)
            check.soon(f"the agent of {name} reports it, with the guest's interface name",
                       [("eth0", mac, reply["address"], 24, "agent")],
                       lambda name=name: reported_by_agent(session, name), 30)
            done = guest_ssh(lab, name, "cat /marker")
            check.equal(f"ssh with 'connect' reaches {name}", (0, lab.marker + "\n"),
                        (done.returncode, done.stdout))
        guest_ssh(lab, "onnet", "killall qemu-ga")
        reply = session.ask(cmd="addresses", domain="onnet", source="agent")
        check.equal("without an agent, that source fails", "libvirt", reply["error"]["kind"])
        check.equal("they have no port forwards", [],
                    session.ok(cmd="port-forwards", domain="onnet")["forwards"])
    finally:
        for name in NEIGHBOURS:
            host.run("virsh", "destroy", name, check=False)
            host.run("virsh", "undefine", name, check=False)
        host.run("virsh", "net-destroy", "lan", check=False)
        host.run("virsh", "net-undefine", "lan", check=False)


def ipv6_only(lab, session):
    """A guest on a bridge that has only IPv6 addresses: no lease, but an agent."""
    check, host = lab.check, lab.host
    host.run("virsh", "net-define", "/dev/stdin", input=NETWORK6)
    host.run("virsh", "net-start", "lan6")
    try:
        interface = INTERFACE.format(type="bridge", source="lan60", mac=MAC6)
        host.run("virsh", "define", "/dev/stdin",
                 input=DOMAIN_XML.replace(PASST, interface).format(name="onipv6"))
        lab.volumes["default"].add("onipv6.img")
        reply = session.ok(cmd="provision", pool="default", filter="onipv6", wait_port=22,
                           timeout=150, seconds=200, **{"from": SOURCE})
        check.equal("provision reaches a guest that has only IPv6 addresses",
                    (ADDRESS6, 22), (reply["address"], reply["port"]))
        session.ok(cmd="release", domain="onipv6")
        reply = session.ok(cmd="wait-port", domain="onipv6", port=22, timeout=30)
        check.equal("so does wait-port", (ADDRESS6, 22), (reply["address"], reply["port"]))
        found = session.ok(cmd="addresses", domain="onipv6", source="arp")["addresses"]
        check.true("addresses lists the host's IPv6 neighbour",
                   (MAC6, "ipv6", ADDRESS6, 0) in
                   {(a["mac"], a["family"], a["address"], a["prefix"]) for a in found},
                   ADDRESS6, found)
        done = guest_ssh(lab, "onipv6", "cat /marker")
        check.equal("ssh with 'connect' reaches it", (0, lab.marker + "\n"),
                    (done.returncode, done.stdout))
        # As if the guest had only its link-local address; the agent must not report the other.
        guest_ssh(lab, "onipv6", f"killall qemu-ga; ip -6 addr del {ADDRESS6}/64 dev eth0")
        host.run("ip", "-6", "neigh", "flush", "dev", "lan60")
        host.run("bash", "-c", "exec 3<>/dev/tcp/fe80::5054:ff:fee2:e005%lan60/22")
        done = words(lab, "connect", "onipv6")
        check.true("connect uses a link-local address if there is no other",
                   done.stdout.startswith("SSH-2.0-"), "SSH-2.0-", done)
    finally:
        host.run("virsh", "destroy", "onipv6", check=False)
        host.run("virsh", "undefine", "onipv6", check=False)
        host.path(f"{STATE}/locks/onipv6").unlink(missing_ok=True)
        host.run("virsh", "net-destroy", "lan6", check=False)
        host.run("virsh", "net-undefine", "lan6", check=False)


def reported_by_agent(session, name):
    """The addresses that the agent reports; it starts after sshd, so they may be missing yet."""
    found = session.ask(cmd="addresses", domain=name, source="agent").get("addresses", [])
    return [(a["interface"], a["mac"], a["address"], a["prefix"], a["source"])
            for a in found if a["family"] == "ipv4"]


def outcome(reply):
    return reply["success"], reply.get("reply")


def start(lab, session, name, source):
    """Boots a domain from a copy of a volume."""
    lab.volumes["default"].add(f"{name}.img")
    session.ok(cmd="vol-copy", pool="default", **{"from": source, "to": f"{name}.img"})
    session.ok(cmd="virsh", args=["start", name])


def words(lab, *command):
    # an ssh server sends binary data after its banner
    return subprocess.run([*lab.ssh_command(), *command], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, errors="replace", timeout=60)


def guest_command(lab, name):
    proxy = " ".join(map(str, lab.ssh_command())) + f" connect {name}"
    return ("ssh", "-oBatchMode=yes", "-oLogLevel=ERROR", "-oStrictHostKeyChecking=no",
            "-oUserKnownHostsFile=/dev/null", f"-oIdentityFile={lab.key}",
            f"-oProxyCommand={proxy}", f"root@{name}")


def guest_ssh(lab, name, command):
    return subprocess.run([*guest_command(lab, name), command], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120)
