"""`host-check` on a correctly set up host, and with each mistake made on purpose."""

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
    remove_stale_directories(lab)
    with correct_setup(lab), lab.ours() as session:
        # One session for all checks: with mistakes in sshd or sudo, no other session could start.
        scan = Scan(lab, session)
        correct(scan)
        running(scan)
        for mistakes in (libvirt, pools, domains, ports, firewall, memory_and_firmware, files,
                         sshd, sudoers, login):
            mistakes(scan)
        lab.check.equal("no problems are left after undoing all mistakes", EMULATED,
                        scan.problems())


# The test host has no /dev/kvm, so its guests are emulated.
EMULATED = {("virtualization", "warning")}


class Scan:
    """Runs host-check and compares its results."""

    def __init__(self, lab, session):
        self.lab, self.host, self.check, self.session = lab, lab.host, lab.check, session

    def run(self, **arguments):
        return self.session.ok(cmd="host-check", **arguments)["checks"]

    def problems(self, **arguments):
        return {(c["check"], c["status"]) for c in self.run(**arguments) if c["status"] != "ok"}

    def finds(self, what, check, status, detail, **arguments):
        """Asserts that a check reports this problem, with a hint."""
        checks = self.run(**arguments)
        seen = [c for c in checks if c["check"] == check]
        self.check.true(
            f"found: {what}",
            any(c["status"] == status and re.search(detail, c["detail"]) and c["hint"]
                for c in seen), f"{check}, {status}, {detail}, a hint", seen)


def remove_stale_directories(lab):
    """Removes the directories of sessions that earlier test groups killed."""
    for directory in lab.host.path("/var/tmp").glob("atex-virt-helper-*"):
        if directory.name in lab.orphaned_directories:
            subprocess.run(["rm", "-r", directory], check=True, timeout=10)


@contextlib.contextmanager
def correct_setup(lab):
    """Completes the setup of README.md, of which the other test groups need only a part."""
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


def correct(scan):
    start = time.monotonic()
    checks = scan.run()
    seconds = time.monotonic() - start
    scan.check.equal("a correct host has no problem but emulation", [],
                     [c for c in checks if c["status"] != "ok" and c["check"] != "virtualization"])
    scan.check.true("emulation is a warning that gives the reason",
                    any(c["check"] == "virtualization" and c["status"] == "warning"
                        and "/dev/kvm does not exist" in c["detail"] and c["hint"] for c in checks),
                    "a warning with a hint", checks)
    scan.check.true("ok results have no hint", all(
        c["hint"] == "" for c in checks if c["status"] == "ok"), "empty hints", checks)
    scan.check.true("host-check takes less than 2 s", seconds < 2, "less than 2 s",
                    f"{seconds:.2f} s")
    scan.check.true("the pool's file system is found to support reflinks",
                    any(c["check"] == "pool-reflinks" and "xfs" in c["detail"] for c in checks),
                    "xfs", checks)
    versions = scan.session.ok(cmd="version")["libvirt"]["daemon"]
    scan.check.true("libvirt's version is reported", any(
        c["check"] == "libvirt" and versions in c["detail"] for c in checks), versions, checks)
    text = subprocess.run([*scan.lab.ssh_command(), "host-check"], stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, text=True, timeout=30)
    scan.check.true("the text report has the same results", text.returncode == 0
                    and re.search(r"(?ms)^warning  virtualization .*?\n +what to do: ", text.stdout)
                    and text.stdout.endswith(" ok, 1 warning, 0 errors\n"),
                    "a line for each result, and their count", text.stdout)
    before = state(scan.host)
    scan.run()
    scan.check.equal("host-check changes nothing", before, state(scan.host))
    # Without root's rights, a check that cannot be made is a warning.
    done = subprocess.run(
        [*scan.host.command("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups",
                            "env", "HOME=/tmp/nobody", "/usr/local/bin/atex-virt-helper",
                            "test:///default")],
        input='{"cmd": "host-check", "id": 1}\n', stdout=subprocess.PIPE, text=True, timeout=30)
    subprocess.run(["rm", "-r", scan.host.path("/tmp/nobody")], check=True, timeout=10)
    unseen = '"check": "firewall", "status": "warning", "detail": "cannot tell'
    scan.check.true("without rights, checks report that they cannot tell",
                    unseen in done.stdout, unseen, done.stdout[:3000])


def state(host):
    """The files, domains and pools of the host, to detect changes."""
    return (host.run("find", "/etc", "/var/lib/atex-virt-helper", "/var/lib/libvirt", "/srv/plain",
                     "-printf", "%p %s %m %T@\n"),
            host.run("virsh", "list", "--all"), host.run("virsh", "pool-list", "--all"))


def running(scan):
    """The passt of a running domain listens on the domain's port."""
    disk = scan.host.volume("vm1.img")
    was_there = disk.exists()
    scan.session.ok(cmd="copy-volume", pool="default", **{"from": "guest.img", "to": "vm1.img"})
    scan.host.run("virsh", "start", "vm1")
    scan.check.equal("a running domain's own passt is not a problem", EMULATED, scan.problems())
    xml = scan.host.run("virsh", "dumpxml", "--inactive", "vm1")
    scan.host.run("virsh", "define", "/dev/stdin",
                  input=xml.replace("start='2201'", "start='2250'"))
    scan.finds("a running domain whose definition has another port now", "port-taken", "error",
               "'vm1' is running, but nothing listens on its tcp port 2250")
    scan.host.run("virsh", "define", "/dev/stdin", input=xml)
    scan.host.run("virsh", "destroy", "vm1", check=False)
    if not was_there:
        disk.unlink()
    scan.host.run("virsh", "pool-refresh", "default")


def libvirt(scan):
    done = subprocess.run(
        [*scan.host.command("/usr/local/bin/atex-virt-helper",
                            "qemu+unix:///system?socket=/run/nowhere")],
        input='{"cmd": "host-check"}\n', stdout=subprocess.PIPE, text=True, timeout=30)
    scan.check.true(
        "found: unreachable libvirt, in a reply with all other checks",
        '"check": "libvirt", "status": "error"' in done.stdout and "/run/nowhere" in done.stdout
        and '"check": "state-directory", "status": "ok"' in done.stdout, "an error", done.stdout)
    with moved(scan.host, "/usr/bin/passt", "/usr/bin/passt.away"):
        scan.finds("missing passt", "passt", "error", "passt.*'vm1', 'vm2', 'vm3'")


def pools(scan):
    virsh = virsh_of(scan)
    virsh("pool-autostart", "default", "--disable")
    scan.finds("a pool without autostart", "pool", "warning",
               "'default' is not started at boot")
    virsh("pool-autostart", "default")
    virsh("pool-destroy", "default")
    scan.finds("an inactive pool", "pool", "error", "'default' is not active")
    virsh("pool-start", "default")
    with defined(scan, domain("wrong", disk="<source pool='nowhere' volume='wrong.img'/>")):
        scan.finds("a missing pool", "pool", "error", "there is no pool 'nowhere'")
    virsh("pool-define-as", "remote", "netfs", "--source-host", "192.0.2.1",
          "--source-path", "/images", "--target", "/srv/remote")
    scan.finds("a pool that is not a directory", "pool", "error", "of type 'netfs'", pool="remote")
    virsh("pool-undefine", "remote")
    virsh("pool-define-as", "empty", "dir", "--target", "/srv/empty")
    scan.finds("a pool without its directory", "pool", "error", "/srv/empty.* does not exist",
               pool="empty")
    virsh("pool-undefine", "empty")
    scan.finds("a pool on a file system without reflinks", "pool-reflinks", "warning",
               "'plain' is on ext4", pool="plain")
    scan.finds("a disk in another pool", "disk", "error",
               "'vm1' is in pool 'default', not in 'plain'", pool="plain")
    with little_space_left(scan.host, 20):
        scan.finds("a pool with little space", "pool-space", "warning", "free for pool 'plain'",
                   pool="plain")
    with little_space_left(scan.host, 200):
        scan.finds("a pool with no space", "pool-space", "error", "free for pool 'plain'",
                   pool="plain")
    virsh("pool-destroy", "boot-scratch")
    scan.finds("an inactive boot-scratch", "boot-scratch", "warning", "not active")
    virsh("pool-undefine", "boot-scratch")
    scan.finds("a missing boot-scratch", "boot-scratch", "warning", "no pool 'boot-scratch'")
    virsh("pool-define", "/dev/stdin", input=BOOT_SCRATCH)
    virsh("pool-start", "boot-scratch")
    virsh("pool-autostart", "boot-scratch")


def domains(scan):
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
        with defined(scan, domain("wrong", **changes)):
            scan.finds(what, check, status, detail)
    with defined(scan, domain("wrong", forward="")):
        scan.check.equal("with a domain, no other domain is checked", EMULATED,
                         scan.problems(domain="vm1"))


def ports(scan):
    with defined(scan, domain("wrong", port=DOMAINS["vm2"])):
        scan.finds("two domains with the same port", "port-conflict", "error",
                   "'vm2' and 'wrong' both forward tcp port 2202")
    for address, status, detail in (("127.0.0.1", "warning", "only be reached from this host"),
                                    ("192.0.2.9", "error", "not an address of this host")):
        forward = (f"<portForward proto='tcp' address='{address}'><range start='2299' to='22'/>"
                   "</portForward>")
        with defined(scan, domain("wrong", forward=forward)):
            scan.finds(f"a forward at {address}", "addresses", status, detail)
    listen = ("import socket, sys; s = socket.create_server(('', 2203)); "
              "print('there', flush=True); sys.stdin.read()")
    listener = subprocess.Popen(
        scan.host.command("python3", "-c", listen),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    listener.stdout.readline()
    scan.finds("another process on a domain's port", "port-taken", "error",
               "tcp port 2203 of domain 'vm3' is taken by process 'python3'")
    listener.communicate(timeout=10)


def firewall(scan):
    # Loopback and the existing ssh connection stay open: only new connections are affected.
    nft = lambda ports: scan.host.run("nft", "-f", "-", input=FIREWALL.format(ports=ports))
    nft("{ 22, 2201-2202 }")
    scan.finds("a firewall that blocks one port", "firewall", "error", "connections to 'tcp 2203'$")
    scan.host.run("nft", "flush", "ruleset")
    nft("{ 22, 2201-2203 }")
    scan.check.equal("a firewall that accepts all ports is correct", EMULATED, scan.problems())
    scan.host.run("nft", "flush", "ruleset")
    nft("{ 22 } accept; ip saddr 203.0.113.0/24 tcp dport 2201-2203")
    scan.finds("a firewall that accepts some clients", "firewall", "warning", "some conditions")
    scan.host.run("nft", "flush", "ruleset")


def memory_and_firmware(scan):
    host = int(re.search(r"Memory size: +(\d+) KiB", scan.host.run("virsh", "nodeinfo"))[1])
    with defined(scan, domain("wrong", memory=host)):
        scan.finds("too much memory in all domains together", "memory", "warning",
                   "4 domains .* cannot all run")
    with defined(scan, domain("wrong", memory=2 * host)):
        scan.finds("too much memory in one domain", "memory", "error", "'wrong' has")
    firmware = ("<loader readonly='yes' type='pflash' format='raw'>/usr/share/no-such-code.fd"
                "</loader><nvram template='/usr/share/no-such-vars.fd' format='raw'>"
                "/var/lib/libvirt/qemu/nvram/shared.fd</nvram>")
    with defined(scan, domain("wrong", firmware=firmware)):
        scan.finds("missing firmware", "firmware", "error",
                   "firmware '/usr/share/no-such-code.fd' of domain 'wrong' does not exist")
        scan.finds("a missing NVRAM template", "firmware", "error",
                   "NVRAM template '/usr/share/no-such-vars.fd' of domain 'wrong' does not exist")
        with defined(scan, domain("wrong2", firmware=firmware, port=2298)):
            scan.finds("two domains with the same NVRAM file", "firmware", "error",
                       "'wrong' shares its NVRAM file .* with 'wrong2'")


def files(scan):
    host = scan.host
    with moved(host, "/usr/share/osinfo", "/usr/share/osinfo.away"):
        scan.finds("missing data about operating systems", "os-data", "warning", "no data")
    host.run("chmod", "777", STATE + "/locks")
    scan.finds("locks that other users can remove", "state-directory", "error", "mode 0777")
    host.run("chmod", "700", STATE + "/locks")
    host.run("chown", USER, STATE)
    scan.finds("a state directory of another user", "state-directory", "error",
               "is owned by user")
    host.run("chown", "root", STATE)
    host.run("mkdir", "/var/tmp/atex-virt-helper-aB3_xY")
    scan.finds("a directory of a killed session", "session-directories", "warning",
               "'/var/tmp/atex-virt-helper-aB3_xY'$")
    host.run("rmdir", "/var/tmp/atex-virt-helper-aB3_xY")


def sshd(scan):
    host = scan.host
    with moved(host, DROP_IN, "/etc/ssh/ssh_config.d/atex-virt-helper.conf"):
        scan.finds("a drop-in in ssh_config.d", "sshd-drop-in", "error",
                   "ssh_config.d/atex-virt-helper.conf' is for the ssh client")
        scan.check.equal("and no error that follows from it", EMULATED | {("sshd-drop-in", "error")},
                         scan.problems())
    with moved(host, DROP_IN, "/root/drop-in"):
        scan.finds("no forced command", "sshd-forced-command", "error", "no command")
        scan.finds("permitted forwarding then", "sshd-forwarding", "error", "TCP ports")
        scan.finds("permitted terminals then", "sshd-terminal", "warning", "a terminal")
        scan.finds("undetected dead clients then", "sshd-keep-alive", "warning",
                   "never detected")
    with moved(host, DROP_IN, DROP_IN + ".txt"):
        scan.finds("a drop-in with a wrong name", "sshd-drop-in", "error",
                   "does not end in .conf")
    with changed(host, "/etc/ssh/sshd_config", r"(?m)^Include .*$", ""):
        scan.finds("drop-ins without an Include", "sshd-drop-in", "error", "does not include")
    for what, old, new, check, status, detail in (
        ("another forced command", r"ForceCommand .*", "ForceCommand /bin/true",
         "sshd-forced-command", "error", "but '/bin/true'"),
        ("a missing helper", r"ForceCommand .*",
         "ForceCommand sudo -n /opt/atex-virt-helper", "sshd-forced-command", "error",
         "'/opt/atex-virt-helper', does not exist"),
        ("forwarding", r"DisableForwarding yes", "DisableForwarding no", "sshd-forwarding", "error",
         "TCP ports"),
        ("a terminal", r"PermitTTY no", "PermitTTY yes", "sshd-terminal", "warning", "terminal"),
        ("no client-alive messages", r"ClientAliveInterval \d+", "ClientAliveInterval 0",
         "sshd-keep-alive", "warning", "never detected"),
        ("too few client-alive messages", r"ClientAliveInterval \d+", "ClientAliveInterval 600",
         "sshd-keep-alive", "warning", "only after 2400 s"),
    ):
        with changed(host, DROP_IN, old, new):
            scan.finds(what, check, status, detail)
    key = host.path(f"/home/{USER}/.ssh/authorized_keys")
    text = key.read_text()
    with moved(host, DROP_IN, "/root/drop-in"):
        key.write_text('restrict,command="/usr/bin/sudo -n /usr/local/bin/atex-virt-helper --log '
                       'info qemu:///system" ' + text)
        seen = scan.problems()
        scan.check.equal("a command forced by a key is accepted",
                         EMULATED | {("sshd-keep-alive", "warning")},
                         seen)
        key.write_text(key.read_text() + text)
        scan.finds("a key without the command", "sshd-forced-command", "error", "not every key")
    key.write_text(text)


def sudoers(scan):
    host = scan.host
    for what, old, new, detail in (
        ("another path in sudoers", r"= /usr/local/bin/", "= /usr/bin/",
         "sshd forces '/usr/local/bin/atex-virt-helper', but sudo permits "
         "'/usr/bin/atex-virt-helper'"),
        ("other arguments in sudoers", r"qemu\\:///system", r"qemu\\:///session",
         "sudo permits the arguments '--log info qemu:///session'"),
        ("sudoers that drop SSH_CONNECTION", " SSH_CONNECTION", "",
         "does not keep SSH_CONNECTION for"),
        ("sudoers that drop SSH_ORIGINAL_COMMAND", "SSH_ORIGINAL_COMMAND ", "",
         "does not keep SSH_ORIGINAL_COMMAND for"),
        ("sudo that asks for a password", "NOPASSWD:", "", "asks user 'atex' for a password"),
        ("another group in sudoers", "%atex", "%others", "does not permit user 'atex' to run"),
    ):
        with changed(host, SUDOERS, old, new):
            scan.finds(what, "sudoers", "error", detail)
    with changed(host, SUDOERS, r" --log info qemu\\:///system", ""):
        scan.finds("sudoers that permit any arguments", "sudoers", "warning", "any arguments")
    with moved(host, SUDOERS, SUDOERS + ".conf"):
        scan.finds("a sudoers file whose name sudo skips", "sudoers", "error", "does not read")


def login(scan):
    host = scan.host
    for shell, detail in (("/usr/sbin/nologin", "cannot run a forced command"),
                          ("/bin/rbash", "cannot run a program by its path"),
                          ("/bin/no-such-shell", "does not exist")):
        with login_shell(host, shell):
            scan.finds(f"the login shell {shell}", "login-shell", "error", detail)
    startup = host.path(f"/home/{USER}/.bashrc")
    text = startup.read_text() if startup.exists() else None
    with login_shell(host, "/bin/bash"):
        startup.unlink(missing_ok=True)
        host.run("install", "-o", USER, "/dev/null", f"/home/{USER}/.bashrc")
        startup.write_text("# hello\nalias ll='ls -l'\necho welcome\n")
        scan.finds("a shell that prints", "login-shell", "error",
                   r"\.bashrc' seems .*: echo welcome")
        startup.write_text("case $- in\n  *i*) ;;\n  *) return ;;\nesac\necho welcome\n")
        scan.check.equal("a shell that prints only if it is interactive is correct", EMULATED,
                         scan.problems())
        startup.unlink()
        secret = host.path("/root/secret")
        secret.write_text("echo secret")
        startup.symlink_to("/root/secret")
        scan.check.true("files that only root may read are not quoted",
                        "echo secret" not in str(scan.run()), "no quote", scan.run())
        startup.unlink()
        secret.unlink()
        host.run("mkfifo", f"/home/{USER}/.bashrc")
        scan.check.equal("a named pipe in its place does not block", EMULATED, scan.problems())
        startup.unlink()
        if text is not None:
            startup.write_text(text)
    with moved(host, "/usr/local/bin/atex-virt-helper", "/usr/local/bin/helper.away"):
        scan.finds("a helper that was removed", "sshd-forced-command", "error", "does not exist")
    drop_ins = "/etc/systemd/logind.conf.d"
    host.run("mkdir", "-p", "/run/systemd/seats", drop_ins)
    host.path(f"{drop_ins}/kill.conf").write_text("[Login]\nKillUserProcesses=yes\n")
    scan.finds("a logind that ends leases", "logind", "warning", f"the leases of '{USER}'")
    host.path(f"{drop_ins}/user.conf").write_text(f"[Login]\nKillExcludeUsers={USER}\n")
    scan.check.equal("except those of the account", EMULATED, scan.problems())
    host.run("rm", "-r", "/run/systemd/seats", drop_ins)


# -- mistakes, each undone at the end


def virsh_of(scan):
    return lambda *words, **more: scan.host.run("virsh", *words, **more)


def domain(name, port=2299, memory=None, disk="<source pool='default' volume='{name}.img'/>",
           disk_type="volume", forward=None, firmware=""):
    """The XML of a test domain with some changes."""
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
def defined(scan, xml):
    name = re.search("<name>(.*)</name>", xml)[1]
    scan.host.run("virsh", "define", "/dev/stdin", input=xml)
    try:
        yield
    finally:
        scan.host.run("virsh", "undefine", name, "--nvram")


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
    # usermod would refuse a shell that does not exist.
    with changed(host, "/etc/passwd", f"(?m)^({USER}:.*):[^:]*$", rf"\1:{shell}"):
        yield


@contextlib.contextmanager
def little_space_left(host, part):
    """Fills the file system of the pool 'plain' until 1/part of it is free."""
    size, total, free = map(int, host.run("stat", "-f", "-c", "%S %b %a", "/srv/plain").split())
    host.run("fallocate", "-l", str((free - total // part) * size), "/srv/plain/filler")
    try:
        yield
    finally:
        host.run("rm", "/srv/plain/filler")
