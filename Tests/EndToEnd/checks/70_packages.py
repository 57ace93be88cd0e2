"""
The Debian package with the program under test, on a fresh host: installed, set up with its own
command, used by a provisioner, undone and purged.
"""

import json
import re
import socket
import subprocess
import tempfile
from pathlib import Path

from endtoend.checks import eventually
from endtoend.lab import SOURCE, make_source
from endtoend.snapshot import difference, snapshot
from endtoend.testhost import SECOND_ADDRESS, DOMAIN_XML, POOLS, REPOSITORY

SETUP = "/usr/sbin/atex-virt-helper-setup"
DROP_IN = "/etc/ssh/sshd_config.d/atex-virt-helper.conf"
SUDOERS = "/etc/sudoers.d/atex-virt-helper"
PORT = 2201


def run(lab):
    check = lab.check
    with tempfile.TemporaryDirectory() as directory, lab.bare_host() as host:
        package = build(lab, host, directory)
        before = snapshot(host)
        install(check, host, package)
        installed = snapshot(host)
        refused(check, host, installed)
        set_up(lab, host, installed)
        used(lab, host)
        changed_and_failed(lab, host)
        interrupted(lab, host)
        removed_too_early(lab, host, package)
        taken_back(lab, host, installed)
        purged(lab, host, before)
    rpm(lab, host)


def build(lab, host, directory):
    done = subprocess.run(["make", "-s", "-C", REPOSITORY, "deb", f"HELPER={host.helper}",
                           f"DIST={directory}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=300)
    packages = list(Path(directory).glob("*.deb"))
    if done.returncode != 0 or len(packages) != 1:
        raise RuntimeError(f"make deb ended with {done.returncode}: {done.stdout[-2000:]}")
    package, = packages
    lint = subprocess.run(["lintian", "--tag-display-limit", "0", package], text=True, timeout=300,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    errors = [line for line in lint.stdout.splitlines() if line.startswith("E:")]
    lab.check.equal("lintian finds no error in the package", (0, []), (lint.returncode, errors))
    return package


def install(check, host, package):
    target = host.path(f"/root/{package.name}")
    target.write_bytes(package.read_bytes())
    host.run("dpkg", "--install", f"/root/{package.name}", timeout=120)
    target.unlink()
    check.equal("dpkg has installed it, with its dependencies", "install ok installed",
                host.run("dpkg-query", "-W", "-f", "${Status}", "atex-virt-helper"))
    check.true("its group exists", host.run("getent", "group", "atex"), "a group", "none")
    state = host.path("/var/lib/atex-virt-helper").stat()
    check.equal("only root has access to its state directory", (0, 0o40700),
                (state.st_uid, state.st_mode))
    reply = host.run("/usr/bin/atex-virt-helper", "test:///default", input='{"cmd": "ping"}\n')
    check.true("the program runs", '"atex-virt-helper v1 pong"' in reply, "a pong", reply)
    check.equal("nothing is enabled", [],
                [path for path in (DROP_IN, SUDOERS) if host.path(path).exists()])
    files = host.run("dpkg", "--listfiles", "atex-virt-helper").split()
    for path in ("/usr/share/man/man8/atex-virt-helper-setup.8.gz",
                 "/usr/share/man/man7/atex-virt-helper-virsh.7.gz",
                 "/usr/share/bash-completion/completions/atex-virt-helper",
                 "/usr/share/atex-virt-helper/sshd_config.d/atex-virt-helper.conf",
                 "/usr/share/atex-virt-helper/host/nat-network", SETUP):
        check.true(f"the package has {path}", path in files, path, "not among its files")
    leftover = host.run("grep", "-rl", "/usr/local/", "/usr/share/atex-virt-helper", SETUP,
                        check=False)
    check.equal("no file of it refers to /usr/local", "", leftover)


def attempt(host, *words, input=None):
    return host.attempt(SETUP, *words, input=input)


def refused(check, host, installed):
    """Invalid calls fail before anything is changed."""
    host.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/root/someone")
    host.run("useradd", "--shell", "/usr/sbin/nologin", "silent")
    host.run("useradd", "--shell", "/bin/no-such-shell", "shellless")
    host.run("groupadd", "admins")
    host.run("usermod", "--append", "--groups", "admins", "root")
    before = snapshot(host)
    for words, status, said in (
        (("--user", "root"), 2, "the user cannot be 'root'"),
        (("--user", "Not a name"), 2, "'Not a name' is not a valid name"),
        (("--user",), 2, "--user needs a value"),
        (("--frobnicate",), 2, "unknown option or word '--frobnicate'"),
        (("--uri", "qemu:///system; id"), 2, "are special to a shell"),
        (("--helper", "/usr/bin/none"), 1, "/usr/bin/none does not exist"),
        (("--key", "/root/someone"), 1, "contains a private key: use the public key"),
        (("--key", "/etc/hostname"), 1, "is not a public key"),
        (("--key", "/root/none.pub"), 1, "cannot read the keys in '/root/none.pub'"),
        (("--key", "/root"), 1, "cannot read the keys in '/root'"),
        (("--user", "silent"), 1, "usermod --shell /bin/sh silent"),
        (("--user", "shellless"), 1, "/bin/no-such-shell, does not exist"),
        (("--user", "Jane.Doe"), 2, "'Jane.Doe' is not a valid name"),
        (("--group", "admins"), 2, "'root' is in the group 'admins'"),
        (("--pool", "images"), 1, "must be an absolute path"),
        (("--pool", "/srv/plain/p", "--uri", "qemu+unix:///nowhere"), 1,
         "cannot connect to libvirt"),
    ):
        seen = attempt(host, *words)
        check.true(f"setup {' '.join(words)} fails with a reason",
                   seen[0] == status and said in seen[1], f"{status} and “{said}”", seen)
    check.equal("and these changed nothing", [], difference(before, snapshot(host)))
    for name in ("silent", "shellless"):
        host.run("userdel", name)
    host.run("groupdel", "admins")
    host.run("rm", "/root/someone", "/root/someone.pub")
    runtime = host.path("/run/sshd")
    runtime.rmdir()  # it exists only while sshd runs
    seen = attempt(host, "--dry-run", "--user", "tester", "--key", "-", "--pool", POOLS["default"],
                   input=host.public_key)
    check.true("a dry run works without sshd, and does not create its directory",
               not runtime.exists(), "no /run/sshd", "/run/sshd")
    runtime.mkdir(mode=0o755)
    check.true("a dry run prints what it would do",
               seen[0] == 0 and "would run: useradd" in seen[1] and f"would write {DROP_IN}"
               in seen[1] and "nothing was changed" in seen[1], "0 and what it would do", seen)
    check.equal("and changes nothing", [], difference(installed, snapshot(host)))
    sshd = host.path("/etc/ssh/sshd_config")
    text = sshd.read_text()
    sshd.write_text(text.replace("Include /etc/ssh/", "Include "))
    host.run("useradd", "--badname", "--shell", "/bin/sh", "Jane.Doe")
    seen = attempt(host, "--dry-run", "--user", "Jane.Doe")
    check.true("it accepts a relative Include, and an existing account with an unusual name",
               seen[0] == 0 and "would run: usermod" in seen[1], "0, and usermod", seen)
    host.run("userdel", "Jane.Doe")
    sshd.write_text(text)


def set_up(lab, host, installed):
    check = lab.check
    words = ("--user", "tester", "--key", "-", "--pool", POOLS["default"])
    virsh = host.path("/usr/bin/virsh")
    virsh = virsh.rename(virsh.with_name("virsh.away"))
    seen = attempt(host, *words, input=host.public_key)
    # Status 1 if there is an error, such as no bootable disk: the host is not complete yet.
    _, hint = host.attempt("/usr/bin/atex-virt-helper", "host-check", "--json")
    virsh.rename(virsh.with_name("virsh"))
    check.true("the setup command succeeds on a host without virsh",
               seen[0] == 0 and "done:" in seen[1], "0", seen)
    check.true("and is ready after a login through the host's sshd and sudo",
               seen[1].endswith("ready: 'tester' can log in: a test login at 127.0.0.1 port 22 "
                                "reached the helper\n"), "ready", seen)
    check.true("without virsh, the hints of host-check use the helper's own",
               not re.search(r"(?<!qemu:///system )virsh [a-z]", hint),
               "atex-virt-helper qemu:///system virsh", hint)
    with lab.session("tester", address=SECOND_ADDRESS) as session:
        check.equal("a login with the new account's key runs the helper",
                    "atex-virt-helper v1 pong", session.ask(cmd="ping")["reply"])
        pools = session.ok(cmd="virsh", args=["pool-list", "--autostart"])["reply"]
        for pool in ("default", "boot-scratch"):
            check.true(f"the pool '{pool}' is active and has autostart",
                       re.search(f"^ *{pool} +active +yes", pools, re.M), "active yes", pools)
    _, hints = host.attempt("/usr/bin/atex-virt-helper", "qemu:///system", "host-check", "--json")
    named = set(re.findall(r"/usr/share/atex-virt-helper/[a-z./-]+", hints))
    check.true("host-check names the package's paths of the examples",
               named and all(host.path(path).is_file() for path in named), "existing paths",
               named or hints)
    check.equal("only root can read the sudoers file", 0o100440, host.path(SUDOERS).stat().st_mode)
    other = subprocess.run([*lab.ssh_command("tester", address=SECOND_ADDRESS), "touch /tmp/own"],
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, timeout=30)
    check.true("and no other command", not host.path("/tmp/own").exists(), "no file", other.stdout)
    as_set_up = snapshot(host)
    seen = attempt(host, *words, input=host.public_key)
    check.true("a second run finds nothing to do", seen[0] == 0 and "nothing to do" in seen[1],
               "nothing to do", seen)
    check.equal("and changes nothing", [], difference(as_set_up, snapshot(host)))


def looked_around(lab, host):
    """A person who uses plain ssh."""
    check = lab.check

    def ssh(*words):
        done = subprocess.run([*lab.ssh_command("tester", address=SECOND_ADDRESS), *words],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60)
        return done.returncode, done.stdout, done.stderr

    seen = ssh("help")
    check.true("'ssh host help' lists the commands", seen[0] == 0 and "reservations" in seen[1],
               "0, and the commands", seen)
    _, reply, errors = ssh("host-check", "--json")
    checks = json.loads(reply)["checks"] if reply.startswith("{") else []
    check.true("'ssh host host-check' makes many checks", len(checks) > 10, "more than 10",
               (reply, errors))
    check.equal("and finds no error on a host that the setup command configured", [],
                [entry for entry in checks if entry["status"] == "error"])


def used(lab, host):
    """A provisioner's requests, on the host that the package set up."""
    check = lab.check
    make_source(host.guest, host.public_key, lab.marker, host.volume(SOURCE), host.directory)
    host.run("virsh", "pool-refresh", "default")
    host.run("virsh", "define", "/dev/stdin", input=DOMAIN_XML.format(name="vm1", port=PORT))
    looked_around(lab, host)
    with lab.session("tester", address=SECOND_ADDRESS) as session:
        session.ok(cmd="setname", name="packaged")
        check.equal("a domain is reserved", "vm1", session.ok(cmd="reserve")["domain"])
        session.ok(cmd="create-volume", pool="default", name="vm1.img", format="raw", size=1 << 20)
        session.ok(cmd="copy-volume", pool="default", to_domain="vm1", **{"from": SOURCE})
        session.ok(cmd="virsh", args=["start", "vm1"])
        banner = eventually(ssh_banner, lambda line: line.startswith(b"SSH-"), 120)
        check.true("the guest with the copied image responds to ssh", banner.startswith(b"SSH-"),
                   "SSH-", banner)
        session.ok(cmd="virsh", args=["destroy", "vm1"])
    first_guest(lab, host)
    host.run("virsh", "undefine", "vm1")
    for name in (SOURCE, "image", "vm1.img"):
        host.volume(name).unlink()
    host.path("/var/log/libvirt/qemu/vm1-console.log").unlink()


def first_guest(lab, host):
    """The first guest of README.md, as commands of a person."""
    check = lab.check
    command = lab.ssh_command("tester", address=SECOND_ADDRESS)

    def holder():
        return subprocess.run([*command, "reservations"], stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE, timeout=60).stdout

    with open(host.volume(SOURCE), "rb") as image:
        words = f"upload-volume pool=default name=image length={image.seek(0, 2)}"
        image.seek(0)
        done = subprocess.run([*command, words], stdin=image, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=60)
    check.true("a person uploads an image", (done.returncode, done.stderr) == (0, "")
               and "format: raw\n" in done.stdout, "0, and its format", done)
    person = subprocess.Popen(["timeout", "120", *command, "provision pool=default from=image "
                               "wait_port=22"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    said = []
    for line in person.stdout:
        said.append(line)
        if line.startswith("seconds:"):
            break
    check.true("and gets a guest with it, and its address and port",
               {"domain: vm1\n", f"address: {SECOND_ADDRESS}\n", f"port: {PORT}\n"} <= set(said),
               f"vm1 at port {PORT}", said)
    table = holder()
    check.true("others see the reservation",
               re.search(r"^vm1 .* tester +198\.51\.100\.1 \d+ ", table, re.M),
               "tester and the client's address", table)
    person.terminate()
    person.communicate(timeout=10)
    check.true("which is released when the connection ends",
               "(free)" in eventually(holder, lambda text: "(free)" in text, 10), "(free)", "not")
    host.run("virsh", "destroy", "vm1")


def ssh_banner():
    try:
        with socket.create_connection((SECOND_ADDRESS, PORT), timeout=5) as connection:
            return connection.recv(100)
    except OSError as error:
        return str(error).encode()


def changed_and_failed(lab, host):
    """A run that fails rolls back its own changes only."""
    check = lab.check
    before = snapshot(host)
    broken = host.path("/etc/ssh/sshd_config.d/zz-broken.conf")
    broken.write_text("NoSuchWord yes\n")
    with_broken = snapshot(host)
    seen = attempt(host, "--user", "second", "--key", "-", input=host.public_key)
    check.true("a broken sshd configuration makes it fail, with the file's name",
               seen[0] == 1 and "/etc/ssh/sshd_config.d/zz-broken.conf" in seen[1]
               and "NoSuchWord" in seen[1], "1, and sshd's word", seen)
    check.equal("its changes are rolled back", [],
                difference(with_broken, snapshot(host)))
    broken.write_text("Match User second\n    ForceCommand /bin/true\nMatch all\n")
    broken.rename(broken.with_name("00-first.conf"))
    seen = attempt(host, "--user", "second", "--key", "-", input=host.public_key)
    check.true("so does another file with an earlier ForceCommand for the account",
               seen[0] == 1 and "/bin/true" in seen[1], "1, and that command", seen)
    broken.with_name("00-first.conf").unlink()
    check.equal("and nothing of it stays", [], difference(before, snapshot(host)))

    seen = attempt(host, "--user", "second", "--group", "second")
    check.true("another group is rejected, as members of the first would get a shell",
               seen[0] == 1 and "is for the group 'atex'" in seen[1], "1, and the group", seen)
    wrong = host.path("/etc/sudoers.d/zz-wrong")
    wrong.write_text("garbage\n")
    seen = attempt(host, "--user", "second")
    check.true("invalid sudoers are reported, and nothing is started",
               seen[0] == 1 and "rejects the current /etc/sudoers: " in seen[1]
               and "rolling back" not in seen[1],
               "1, and what is wrong", seen)
    wrong.unlink()
    allowing = broken.with_name("allow.conf")
    allowing.write_text("AllowGroups root\n")
    seen = attempt(host, "--user", "second")
    check.true("other settings that reject the account are reported",
               seen[0] == 3 and "rolling back" not in seen[1]
               and "'second' cannot log in yet: AllowGroups contains no group" in seen[1],
               "3, and the setting", seen)
    allowing.write_text("AllowGroups root at*\n")
    seen = attempt(host, "--user", "second")
    check.true("and those that accept it are not", seen[0] == 3 and "AllowGroups" not in seen[1]
               and "'second' cannot log in yet: it has no key" in seen[1],
               "3, and the missing key", seen)
    allowing.unlink()

    seen = attempt(host, "--user", "second", "--key", "-", "--options", "--log debug",
                   input=host.public_key)
    check.true("another account and other options can be added later",
               seen[0] == 0 and "\nready: 'second' can log in" in seen[1], "0", seen)
    for user in ("tester", "second"):
        with lab.session(user, address=SECOND_ADDRESS) as session:
            check.equal(f"'{user}' can log in", True, session.ask(cmd="ping")["success"])


def interrupted(lab, host):
    """Killed during its last check, by a signal that can be caught and by SIGKILL."""
    check = lab.check
    host.run("install", "-m", "755", "/dev/stdin", "/root/slow",
             input='#!/bin/sh\nsleep 5\nexec /usr/bin/atex-virt-helper "$@"\n')
    host.path("/root/third.pub").write_text(host.public_key)
    before = snapshot(host)
    for signal, status in (("TERM", 143), ("KILL", -9)):
        process = subprocess.Popen(
            host.command("sh", "-c", 'echo $$ >/run/setup.pid; exec "$@"', "sh", SETUP, "--user",
                         "third", "--key", "/root/third.pub", "--helper", "/root/slow"),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        keys = host.path("/home/third/.ssh/authorized_keys")
        begun = eventually(lambda: keys.exists() and keys.read_text() != "", bool, 60)
        seen = attempt(host, "--user", "fourth")
        check.true("a second run at the same time is rejected",
                   seen[0] == 1 and "another setup script is running" in seen[1], "1", seen)
        host.run("kill", f"-{signal}", host.path("/run/setup.pid").read_text().strip())
        said, _ = process.communicate(timeout=60)
        check.equal(f"SIG{signal} ends a run that has created the account", (True, status),
                    (begun, process.returncode))
        if signal == "KILL":
            check.true("SIGKILL leaves changes", difference(before, snapshot(host)),
                       "a difference", "none")
            undo_last_run(host)
        check.equal(f"nothing stays after SIG{signal}", [], difference(before, snapshot(host)))
    host.run("rm", "/root/slow", "/root/third.pub")


def undo_last_run(host):
    """Undoes only the killed run: keeps the part of the journal that is older."""
    journal = host.path("/var/lib/atex-virt-helper-setup/atex-virt-helper-setup.undo")
    lines = journal.read_text().splitlines(keepends=True)
    own = next(number for number, line in enumerate(lines) if line.strip() == "no_user third")
    kept = host.path("/root/kept")
    kept.write_text("".join(lines[:own]))
    journal.write_text("".join(lines[own:]))
    if (seen := attempt(host, "--undo"))[0] != 0:
        raise RuntimeError(f"--undo after SIGKILL: {seen}")
    host.run("install", "-d", "-m", "700", str(Path("/var/lib/atex-virt-helper-setup")))
    kept.rename(journal)


def removed_too_early(lab, host, package):
    """The package is removed before the setup is undone: the accounts must not get a shell."""
    check = lab.check
    seen = host.attempt("dpkg", "--remove", "atex-virt-helper")
    check.true("removing the package prints that the setup stays",
               seen[0] == 0 and "changes of atex-virt-helper-setup are kept" in seen[1], "kept",
               seen)
    done = subprocess.run([*lab.ssh_command("tester", address=SECOND_ADDRESS), "touch /tmp/own"],
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=30)
    check.true("then a login fails", done.returncode != 0
               and not host.path("/tmp/own").exists(), "a failure, and no file", done)
    host.path(f"/root/{package.name}").write_bytes(package.read_bytes())
    host.run("dpkg", "--install", f"/root/{package.name}", timeout=120)
    host.path(f"/root/{package.name}").unlink()
    with lab.session("tester", address=SECOND_ADDRESS) as session:
        check.equal("installed again, it works again", True, session.ask(cmd="ping")["success"])


def taken_back(lab, host, installed):
    check = lab.check
    seen = attempt(host, "--undo", "--dry-run")
    check.true("a dry run of --undo prints what it would do", seen[0] == 0 and
               "would end the processes of the account 'tester', and remove it" in seen[1],
               "removes the account 'tester'", seen)
    with lab.session("tester", address=SECOND_ADDRESS) as session:
        check.equal("and changes nothing", True, session.ask(cmd="ping")["success"])
    seen = attempt(host, "--undo")
    check.equal("--undo succeeds", 0, seen[0])
    after = snapshot(host)
    check.equal("the host is as it was after the installation",
                # the directories and an unlocked lock file stay
                ["+ /var/lib/atex-virt-helper/journal", "+ /var/lib/atex-virt-helper/locks/vm1",
                 "+ /var/lib/atex-virt-helper/sessions"],
                difference(installed, after))
    done = subprocess.run(lab.ssh_command("tester", address=SECOND_ADDRESS), timeout=30,
                          stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    check.true("the account can no longer log in", "Permission denied" in done.stderr,
               "Permission denied", done.stderr)
    check.equal("a second --undo has nothing to do", (0, "nothing to undo\n"),
                attempt(host, "--undo"))


def purged(lab, host, before):
    host.run("dpkg", "--purge", "atex-virt-helper", timeout=120)
    left = [line for line in difference(before, snapshot(host))
            # groups of packages stay, by Debian's policy: a GID must not be reused
            if not line.startswith(("~ /etc/group:", "~ /etc/gshadow:"))]
    lab.check.equal("a purge leaves nothing of the package", [], left)


def rpm(lab, host):
    """
    There is no test host with RPM packages: the package is built, inspected, and installed into an
    empty directory, without its dependencies and scriptlets.
    """
    check = lab.check
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["make", "-s", "-C", REPOSITORY, "rpm", f"HELPER={host.helper}",
                        f"DIST={directory}"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                       stderr=subprocess.STDOUT, check=True, timeout=300)
        package, = Path(directory).glob("*.rpm")
        files, needs = (subprocess.run(["rpm", "-qp", query, package], stdout=subprocess.PIPE,
                                       text=True, check=True, timeout=60).stdout.splitlines()
                        for query in ("--list", "--requires"))
        for path in ("/usr/bin/atex-virt-helper", SETUP,
                     "/usr/lib/sysusers.d/atex-virt-helper.conf",
                     "/usr/share/man/man8/atex-virt-helper-setup.8",
                     "/usr/share/atex-virt-helper/host/nat-network"):
            check.true(f"the RPM has {path}", any(line.startswith(path) for line in files), path,
                       "not among its files")
        check.true("the libraries it needs were found", "libvirt.so.0()(64bit)" in needs,
                   "libvirt.so.0()(64bit)", needs)
        root = Path(directory) / "root"
        root.mkdir()
        subprocess.run(["rpm", "--root", root, "--install", "--nodeps", "--noscripts", package],
                       check=True, timeout=60, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        done = subprocess.run(["rpm", "--root", root, "--verify", "--nodeps", "atex-virt-helper"],
                              stdout=subprocess.PIPE, text=True, timeout=60)
        check.equal("installed, its files are what the package says", (0, ""),
                    (done.returncode, done.stdout))
        run = subprocess.run([root / "usr/bin/atex-virt-helper", "test:///default"], text=True,
                             input='{"cmd": "ping"}\n', stdout=subprocess.PIPE, timeout=60,
                             env={"HOME": directory, "PATH": "/usr/bin"})
        check.true("its program runs", "v1 pong" in run.stdout, "a pong", run.stdout)
