"""`host-check` on a host that is set up right, and on one with each mistake made on purpose."""

import contextlib
import re
import subprocess
import time

from endtoend.testhost import DOMAIN_XML, DOMAINS, STATE, USER

DROP_IN = "/etc/ssh/sshd_config.d/atex-virt-helper.conf"
SUDOERS = "/etc/sudoers.d/atex-virt-helper"

BOOT_SCRATCH = """
<pool type='dir'><name>boot-scratch</name><target><path>/var/lib/libvirt/boot</path></target></pool>
"""
FIREWALL = """
table inet filter {{
  chain input {{
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname "lo" accept
    tcp dport {ports} accept
  }}
}}
"""


def run(lab):
    forget_killed_sessions(lab)
    with set_up_right(lab), lab.ours() as session:
        # One session for all: what is wrong with sshd or sudo would let in no other.
        look = Look(lab, session)
        right(look)
        running(look)
        for mistakes in (libvirt, pools, domains, ports, firewall, memory_and_firmware, files,
                         sshd, sudoers, login):
            mistakes(look)
        lab.check.equal("with all mistakes undone, nothing else is found", EMULATED,
                        look.problems())


# The test host has no /dev/kvm: its guests are emulated, which is slow, but works.
EMULATED = {("virtualization", "warning")}


class Look:
    """Asks for host-check, and compares what it finds."""

    def __init__(self, lab, session):
        self.lab, self.host, self.check, self.session = lab, lab.host, lab.check, session

    def ask(self, **arguments):
        return self.session.ok(cmd="host-check", **arguments)["checks"]

    def problems(self, **arguments):
        return {(c["check"], c["status"]) for c in self.ask(**arguments) if c["status"] != "ok"}

    def finds(self, what, check, status, detail, **arguments):
        """That it finds this, and says what to do."""
        checks = self.ask(**arguments)
        seen = [c for c in checks if c["check"] == check]
        self.check.true(
            f"found: {what}",
            any(c["status"] == status and re.search(detail, c["detail"]) and c["hint"]
                for c in seen), f"{check}, {status}, {detail}, a hint", seen)


def forget_killed_sessions(lab):
    """What the groups before this one killed left directories, which are not this one's affair."""
    for directory in lab.host.path("/var/tmp").glob("atex-virt-helper-*"):
        if directory.name in lab.orphaned_directories:
            subprocess.run(["rm", "-r", directory], check=True, timeout=10)


@contextlib.contextmanager
def set_up_right(lab):
    """What README asks for beyond what the other groups need."""
    run = lab.host.run
    run("virsh", "pool-autostart", "default")
    run("virsh", "pool-define", "/dev/stdin", input=BOOT_SCRATCH)
    for command in ("pool-build", "pool-start", "pool-autostart"):
        run("virsh", command, "boot-scratch")
    try:
        yield
    finally:
        run("virsh", "pool-destroy", "boot-scratch")
        run("virsh", "pool-undefine", "boot-scratch")
        run("virsh", "pool-autostart", "default", "--disable")


def right(look):
    begin = time.monotonic()
    checks = look.ask()
    seconds = time.monotonic() - begin
    look.check.equal("on a host that is set up right, nothing but emulation is found", [],
                     [c for c in checks if c["status"] != "ok" and c["check"] != "virtualization"])
    look.check.true("emulation is a warning that says so",
                    any(c["check"] == "virtualization" and c["status"] == "warning"
                        and "/dev/kvm does not exist" in c["detail"] and c["hint"] for c in checks),
                    "a warning with a hint", checks)
    look.check.true("what is right has no hint", all(
        c["hint"] == "" for c in checks if c["status"] == "ok"), "empty hints", checks)
    look.check.true("all is looked at within 2 s", seconds < 2, "less than 2 s", f"{seconds:.2f} s")
    look.check.true("the pool's copies are found to be reflinks",
                    any(c["check"] == "pool-reflinks" and "xfs" in c["detail"] for c in checks),
                    "xfs", checks)
    versions = look.session.ok(cmd="version")["libvirt"]["daemon"]
    look.check.true("libvirt's version is told", any(
        c["check"] == "libvirt" and versions in c["detail"] for c in checks), versions, checks)
    person = subprocess.run([*look.lab.ssh_command(), "host-check"], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, text=True, timeout=30)
    look.check.true("a person reads the same", person.returncode == 0
                    and re.search(r"(?m)^warning  virtualization .*\n +what to do: ", person.stdout)
                    and person.stdout.endswith(" ok, 1 warning, 0 errors\n"),
                    "a line for each, and their count", person.stdout)
    before = state(look.host)
    look.ask()
    look.check.equal("it changes nothing", before, state(look.host))
    # With no rights but those of any user, what cannot be seen is a warning.
    done = subprocess.run(
        [*look.host.command("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
                            "env", "HOME=/tmp/nobody", "/usr/local/bin/atex-virt-helper",
                            "test:///default")],
        input='{"cmd": "host-check", "id": 1}\n', stdout=subprocess.PIPE, text=True, timeout=30)
    subprocess.run(["rm", "-r", look.host.path("/tmp/nobody")], check=True, timeout=10)
    unseen = '"check": "firewall", "status": "warning", "detail": "cannot tell'
    look.check.true("without rights it cannot tell, and says so", unseen in done.stdout, unseen,
                    done.stdout[:3000])


def state(host):
    """What is on the host, as far as a check could change it."""
    return (host.run("find", "/etc", "/var/lib/atex-virt-helper", "/var/lib/libvirt", "/srv/plain",
                     "-printf", "%p %s %m %T@\n"),
            host.run("virsh", "list", "--all"), host.run("virsh", "pool-list", "--all"))


def running(look):
    """A running domain's passt has the port, as it should."""
    disk = look.host.volume("vm1.img")
    was_there = disk.exists()
    look.session.ok(cmd="copy-volume", pool="default", **{"from": "guest.img", "to": "vm1.img"})
    look.host.run("virsh", "start", "vm1")
    look.check.equal("a running domain's own passt is nobody else", EMULATED, look.problems())
    xml = look.host.run("virsh", "dumpxml", "--inactive", "vm1")
    look.host.run("virsh", "define", "/dev/stdin",
                  input=xml.replace("start='2201'", "start='2250'"))
    look.finds("a running domain that has not yet the port it is to have", "port-taken", "error",
               "'vm1' is running, but nothing listens on its tcp port 2250")
    look.host.run("virsh", "define", "/dev/stdin", input=xml)
    look.host.run("virsh", "destroy", "vm1", check=False)
    if not was_there:
        disk.unlink()
    look.host.run("virsh", "pool-refresh", "default")


def libvirt(look):
    done = subprocess.run(
        [*look.host.command("/usr/local/bin/atex-virt-helper",
                            "qemu+unix:///system?socket=/run/nowhere")],
        input='{"cmd": "host-check"}\n', stdout=subprocess.PIPE, text=True, timeout=30)
    look.check.true(
        "found: libvirt that cannot be reached, in a reply that tells the rest",
        '"check": "libvirt", "status": "error"' in done.stdout and "/run/nowhere" in done.stdout
        and '"check": "state-directory", "status": "ok"' in done.stdout, "an error", done.stdout)
    with moved(look.host, "/usr/bin/passt", "/usr/bin/passt.away"):
        look.finds("passt that is not installed", "passt", "error", "passt.*'vm1', 'vm2', 'vm3'")


def pools(look):
    virsh = virsh_of(look)
    virsh("pool-autostart", "default", "--disable")
    look.finds("a pool that does not start with the host", "pool", "warning",
               "'default' is not started at boot")
    virsh("pool-autostart", "default")
    virsh("pool-destroy", "default")
    look.finds("a pool that is not active", "pool", "error", "'default' is not active")
    virsh("pool-start", "default")
    with defined(look, domain("wrong", disk="<source pool='nowhere' volume='wrong.img'/>")):
        look.finds("a pool that is not there", "pool", "error", "there is no pool 'nowhere'")
    virsh("pool-define-as", "remote", "netfs", "--source-host", "192.0.2.1",
          "--source-path", "/images", "--target", "/srv/remote")
    look.finds("a pool that is no directory", "pool", "error", "of type 'netfs'", pool="remote")
    virsh("pool-undefine", "remote")
    virsh("pool-define-as", "empty", "dir", "--target", "/srv/empty")
    look.finds("a pool whose directory is not there", "pool", "error", "/srv/empty.* does not exist",
               pool="empty")
    virsh("pool-undefine", "empty")
    look.finds("a pool on a file system without reflinks", "pool-reflinks", "warning",
               "'plain' is on ext4", pool="plain")
    look.finds("a disk that is in another pool", "disk", "error",
               "'vm1' is in pool 'default', not in 'plain'", pool="plain")
    with little_space_left(look.host, 20):
        look.finds("a pool with little space", "pool-space", "warning", "free for pool 'plain'",
                   pool="plain")
    with little_space_left(look.host, 200):
        look.finds("a pool with no space", "pool-space", "error", "free for pool 'plain'",
                   pool="plain")
    virsh("pool-destroy", "boot-scratch")
    look.finds("boot-scratch that is not active", "boot-scratch", "warning", "not active")
    virsh("pool-undefine", "boot-scratch")
    look.finds("no pool boot-scratch", "boot-scratch", "warning", "no pool 'boot-scratch'")
    virsh("pool-define", "/dev/stdin", input=BOOT_SCRATCH)
    virsh("pool-start", "boot-scratch")
    virsh("pool-autostart", "boot-scratch")


def domains(look):
    cases = (
        ("a disk that is a file", "disk", "error", "'wrong' is of type 'file'",
         {"disk_type": "file", "disk": "<source file='/srv/plain/x.img'/>"}),
        ("a domain without a disk", "disk", "error", "'wrong' has no disk", {"disk": None}),
        ("no forward at all", "forward", "error", "'wrong' has no forward to its port 22",
         {"forward": ""}),
        ("a forward to another port", "forward", "error", "'wrong' has no forward to its port 22",
         {"forward": "<portForward proto='tcp'><range start='2299' to='80'/></portForward>"}),
        ("a forward that is not the first", "forward", "error", "'wrong' leads to tcp port 80",
         {"forward": "<portForward proto='tcp'><range start='2298' to='80'/>"
                     "<range start='2299' to='22'/></portForward>"}),
    )
    for what, check, status, detail, changes in cases:
        with defined(look, domain("wrong", **changes)):
            look.finds(what, check, status, detail)
    with defined(look, domain("wrong", forward="")):
        look.check.equal("asked for one domain, it looks at no other", EMULATED,
                         look.problems(domain="vm1"))


def ports(look):
    with defined(look, domain("wrong", port=DOMAINS["vm2"])):
        look.finds("two domains with one port", "port-conflict", "error",
                   "'vm2' and 'wrong' both forward tcp port 2202")
    for address, status, detail in (("127.0.0.1", "warning", "only be reached from this host"),
                                    ("192.0.2.9", "error", "not an address of this host")):
        forward = (f"<portForward proto='tcp' address='{address}'><range start='2299' to='22'/>"
                   "</portForward>")
        with defined(look, domain("wrong", forward=forward)):
            look.finds(f"a forward at {address}", "addresses", status, detail)
    listen = ("import socket, sys; s = socket.create_server(('', 2203)); "
              "print('there', flush=True); sys.stdin.read()")
    listener = subprocess.Popen(
        look.host.command("python3", "-c", listen),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    listener.stdout.readline()
    look.finds("somebody else at a domain's port", "port-taken", "error",
               "tcp port 2203 of domain 'vm3' is taken by process 'python3'")
    listener.communicate(timeout=10)


def firewall(look):
    # Loopback stays open, and so does what ssh has: only new connections are concerned.
    nft = lambda ports: look.host.run("nft", "-f", "-", input=FIREWALL.format(ports=ports))
    nft("{ 22, 2201-2202 }")
    look.finds("a firewall that lets one port not in", "firewall", "error", "connections to 'tcp 2203'$")
    look.host.run("nft", "flush", "ruleset")
    nft("{ 22, 2201-2203 }")
    look.check.equal("a firewall that lets all in is right", EMULATED, look.problems())
    look.host.run("nft", "flush", "ruleset")
    nft("{ 22 } accept; ip saddr 203.0.113.0/24 tcp dport 2201-2203")
    look.finds("a firewall that lets some in", "firewall", "warning", "some conditions")
    look.host.run("nft", "flush", "ruleset")


def memory_and_firmware(look):
    host = int(re.search(r"Memory size: +(\d+) KiB", look.host.run("virsh", "nodeinfo"))[1])
    with defined(look, domain("wrong", memory=host)):
        look.finds("more memory than the host has, in all domains together", "memory", "warning",
                   "4 domains .* cannot all run")
    with defined(look, domain("wrong", memory=2 * host)):
        look.finds("more memory than the host has, in one", "memory", "error", "'wrong' has")
    firmware = ("<loader readonly='yes' type='pflash' format='raw'>/usr/share/no-such-code.fd"
                "</loader><nvram template='/usr/share/no-such-vars.fd' format='raw'>"
                "/var/lib/libvirt/qemu/nvram/shared.fd</nvram>")
    with defined(look, domain("wrong", firmware=firmware)):
        look.finds("firmware that is not there", "firmware", "error",
                   "firmware '/usr/share/no-such-code.fd' of domain 'wrong' does not exist")
        look.finds("an NVRAM template that is not there", "firmware", "error",
                   "NVRAM template '/usr/share/no-such-vars.fd' of domain 'wrong' does not exist")
        with defined(look, domain("wrong2", firmware=firmware, port=2298)):
            look.finds("two domains with one NVRAM", "firmware", "error",
                       "'wrong' shares its NVRAM file .* with 'wrong2'")


def files(look):
    host = look.host
    with moved(host, "/usr/share/osinfo", "/usr/share/osinfo.away"):
        look.finds("no data about operating systems", "os-data", "warning", "no data")
    host.run("chmod", "777", STATE + "/locks")
    look.finds("locks that others can remove", "state-directory", "error", "mode 0777")
    host.run("chmod", "755", STATE + "/locks")
    host.run("chown", USER, STATE)
    look.finds("a state directory of somebody else's", "state-directory", "error",
               "is owned by user")
    host.run("chown", "root", STATE)
    host.run("mkdir", "/var/tmp/atex-virt-helper-aB3_xY")
    look.finds("a directory of a session that was killed", "session-directories", "warning",
               "'/var/tmp/atex-virt-helper-aB3_xY'$")
    host.run("rmdir", "/var/tmp/atex-virt-helper-aB3_xY")


def sshd(look):
    host = look.host
    with moved(host, DROP_IN, "/etc/ssh/ssh_config.d/atex-virt-helper.conf"):
        look.finds("a drop-in that is in ssh_config.d", "sshd-drop-in", "error",
                   "ssh_config.d/atex-virt-helper.conf' is for the ssh client")
        look.finds("that then no command is forced", "sshd-forced-command", "error", "no command")
        look.finds("that then ports can be forwarded", "sshd-forwarding", "error", "TCP ports")
        look.finds("that then there are terminals", "sshd-terminal", "error", "a terminal")
        look.finds("that then nobody asks who vanished", "sshd-keep-alive", "warning",
                   "never detected")
    with moved(host, DROP_IN, DROP_IN + ".txt"):
        look.finds("a drop-in with a wrong name", "sshd-drop-in", "error",
                   "does not end in .conf")
    with changed(host, "/etc/ssh/sshd_config", r"(?m)^Include .*$", ""):
        look.finds("drop-ins that are not included", "sshd-drop-in", "error", "does not include")
    for what, old, new, check, status, detail in (
        ("another forced command", r"ForceCommand .*", "ForceCommand /bin/true",
         "sshd-forced-command", "error", "but '/bin/true'"),
        ("a helper that is not there", r"ForceCommand .*",
         "ForceCommand sudo -n /opt/atex-virt-helper", "sshd-forced-command", "error",
         "'/opt/atex-virt-helper', does not exist"),
        ("forwarding", r"DisableForwarding yes", "DisableForwarding no", "sshd-forwarding", "error",
         "TCP ports"),
        ("a terminal", r"PermitTTY no", "PermitTTY yes", "sshd-terminal", "error", "terminal"),
        ("no question who is alive", r"ClientAliveInterval \d+", "ClientAliveInterval 0",
         "sshd-keep-alive", "warning", "never detected"),
        ("too few of these questions", r"ClientAliveInterval \d+", "ClientAliveInterval 600",
         "sshd-keep-alive", "warning", "only after 2400 s"),
    ):
        with changed(host, DROP_IN, old, new):
            look.finds(what, check, status, detail)
    key = host.path(f"/home/{USER}/.ssh/authorized_keys")
    text = key.read_text()
    with moved(host, DROP_IN, "/root/drop-in"):
        key.write_text('restrict,command="/usr/bin/sudo -n /usr/local/bin/atex-virt-helper --log '
                       'info qemu:///system" ' + text)
        seen = look.problems()
        look.check.equal("a command forced by a key does as well",
                         EMULATED | {("sshd-keep-alive", "warning")},
                         seen)
        key.write_text(key.read_text() + text)
        look.finds("a key without the command", "sshd-forced-command", "error", "not every key")
    key.write_text(text)


def sudoers(look):
    host = look.host
    for what, old, new, detail in (
        ("another path in sudoers", r"= /usr/local/bin/", "= /usr/bin/",
         "sshd forces '/usr/local/bin/atex-virt-helper', but sudo permits "
         "'/usr/bin/atex-virt-helper'"),
        ("other arguments in sudoers", r"qemu\\:///system", r"qemu\\:///session",
         "sudo permits the arguments '--log info qemu:///session'"),
        ("sudoers that drop where the client is", " SSH_CONNECTION", "",
         "does not keep SSH_CONNECTION for"),
        ("sudoers that drop the client's command", "SSH_ORIGINAL_COMMAND ", "",
         "does not keep SSH_ORIGINAL_COMMAND for"),
        ("sudo that asks for a password", "NOPASSWD:", "", "asks user 'atex' for a password"),
        ("another group in sudoers", "%atex", "%others", "does not permit user 'atex' to run"),
    ):
        with changed(host, SUDOERS, old, new):
            look.finds(what, "sudoers", "error", detail)
    with changed(host, SUDOERS, r" --log info qemu\\:///system", ""):
        look.finds("sudoers that permit any arguments", "sudoers", "warning", "any arguments")
    with moved(host, SUDOERS, SUDOERS + ".conf"):
        look.finds("sudoers with a name that sudo skips", "sudoers", "error", "does not read")


def login(look):
    host = look.host
    for shell, detail in (("/usr/sbin/nologin", "cannot run a forced command"),
                          ("/bin/rbash", "cannot run a program by its path"),
                          ("/bin/no-such-shell", "does not exist")):
        with login_shell(host, shell):
            look.finds(f"the login shell {shell}", "login-shell", "error", detail)
    startup = host.path(f"/home/{USER}/.bashrc")
    text = startup.read_text() if startup.exists() else None
    with login_shell(host, "/bin/bash"):
        startup.unlink(missing_ok=True)
        host.run("install", "-o", USER, "/dev/null", f"/home/{USER}/.bashrc")
        startup.write_text("# hello\nalias ll='ls -l'\necho welcome\n")
        look.finds("a shell that prints", "login-shell", "error",
                   r"\.bashrc' seems .*: echo welcome")
        startup.write_text("case $- in\n  *i*) ;;\n  *) return ;;\nesac\necho welcome\n")
        look.check.equal("a shell that prints at a prompt only is right", EMULATED, look.problems())
        startup.unlink()
        secret = host.path("/root/secret")
        secret.write_text("echo secret")
        startup.symlink_to("/root/secret")
        look.check.true("what only root may read is not told", "echo secret" not in str(look.ask()),
                        "nothing of it", look.ask())
        startup.unlink()
        secret.unlink()
        host.run("mkfifo", f"/home/{USER}/.bashrc")
        look.check.equal("a pipe in its place stops nothing", EMULATED, look.problems())
        startup.unlink()
        if text is not None:
            startup.write_text(text)
    with moved(host, "/usr/local/bin/atex-virt-helper", "/usr/local/bin/helper.away"):
        look.finds("a helper that went away", "sshd-forced-command", "error", "does not exist")


# -- mistakes, each undone at the end


def virsh_of(look):
    return lambda *words, **more: look.host.run("virsh", *words, **more)


def domain(name, port=2299, memory=None, disk="<source pool='default' volume='{name}.img'/>",
           disk_type="volume", forward=None, firmware=""):
    """A domain like those of the test host, but for what is given."""
    xml = DOMAIN_XML.format(name=name, port=port)
    if memory is not None:
        xml = re.sub(r"<memory .*</memory>", f"<memory unit='KiB'>{memory}</memory>", xml)
    if disk is None:
        xml = re.sub(r"<disk .*</disk>", "", xml, flags=re.S)
    else:
        xml = re.sub(r"<source pool.*/>", lambda _: disk.format(name=name), xml)
        xml = xml.replace("<disk type='volume'", f"<disk type='{disk_type}'")
    if forward is not None:
        xml = re.sub(r"<portForward .*</portForward>", forward, xml)
    if firmware:
        xml = re.sub(r"<kernel>.*</cmdline>", firmware, xml, flags=re.S)
    return xml


@contextlib.contextmanager
def defined(look, xml):
    name = re.search("<name>(.*)</name>", xml)[1]
    look.host.run("virsh", "define", "/dev/stdin", input=xml)
    try:
        yield
    finally:
        look.host.run("virsh", "undefine", name, "--nvram")


@contextlib.contextmanager
def moved(host, path, away):
    host.run("mv", path, away)
    try:
        yield
    finally:
        host.run("mv", away, path)


@contextlib.contextmanager
def changed(host, path, old, new):
    file = host.path(path)
    text = file.read_text()
    after, count = re.subn(old, new, text)
    if count == 0:
        raise RuntimeError(f"{path} has no {old!r}")
    file.write_text(after)
    try:
        yield
    finally:
        file.write_text(text)


@contextlib.contextmanager
def login_shell(host, shell):
    # Not by usermod: that asks whether the shell is there.
    with changed(host, "/etc/passwd", f"(?m)^({USER}:.*):[^:]*$", rf"\1:{shell}"):
        yield


@contextlib.contextmanager
def little_space_left(host, part):
    """Leaves that part of the pool 'plain'."""
    size, total, free = map(int, host.run("stat", "-f", "-c", "%S %b %a", "/srv/plain").split())
    host.run("fallocate", "-l", str((free - total // part) * size), "/srv/plain/filler")
    try:
        yield
    finally:
        host.run("rm", "/srv/plain/filler")
