#!/usr/bin/env python3
"""
Runs the scripts of contrib/ that set up a host, with a real sshd and sudo, in a copy of this
machine: a layer in memory over its file system, in namespaces of its own. Needs root.

    Tests/Contrib/host.py HELPER
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SETUP = REPOSITORY / "contrib/atex-virt-helper-setup"
HOST = REPOSITORY / "contrib/host"
HELPER = "/usr/local/bin/atex-virt-helper"
DROP_INS = Path("/etc/ssh/sshd_config.d")
STATE = Path("/var/lib/atex-virt-helper-setup")


def check(what, holds, seen=""):
    if holds:
        print(f"ok - {what}", flush=True)
    else:
        print(f"not ok - {what} (seen: {seen})", flush=True)


def run(*words, environment=(), stdin=""):
    """Returns the exit status and all output."""
    done = subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.STDOUT, input=stdin, timeout=120,
                          env={**os.environ, **dict(environment)})
    return done.returncode, done.stdout


def must(*words, **options):
    status, said = run(*words, **options)
    if status != 0:
        raise RuntimeError(f"{words} ended with {status}: {said}")
    return said


# ---- the machine

def outside(helper):
    with tempfile.TemporaryDirectory() as directory:
        done = subprocess.run(
            ["unshare", "--mount", "--net", "--pid", "--uts", "--ipc", "--fork", "--kill-child",
             sys.executable, __file__, "--inside", directory, helper])
        return done.returncode


def enter(directory, helper):
    """Makes the layer the root of this process."""
    def mount(*words):
        subprocess.run(["mount", *words], check=True)

    mount("-t", "tmpfs", "none", directory)
    root = f"{directory}/root"
    for name in ("upper", "work", "root"):
        os.mkdir(f"{directory}/{name}")
    mount("-t", "overlay", "overlay", "-o",
          f"lowerdir=/,upperdir={directory}/upper,workdir={directory}/work", root)
    mount("-t", "proc", "proc", f"{root}/proc")
    # A /dev of its own, for a log daemon of its own.
    mount("-t", "tmpfs", "-o", "mode=755", "none", f"{root}/dev")
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        Path(f"{root}/dev/{name}").touch()
        mount("--bind", f"/dev/{name}", f"{root}/dev/{name}")
    for name, kind, options in (("pts", "devpts", "ptmxmode=0666"), ("shm", "tmpfs", "mode=1777")):
        os.mkdir(f"{root}/dev/{name}")
        mount("-t", kind, "-o", options, "none", f"{root}/dev/{name}")
    for name, target in (("ptmx", "pts/ptmx"), ("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"),
                         ("stderr", "fd/2")):
        os.symlink(target, f"{root}/dev/{name}")
    mount("-t", "tmpfs", "none", f"{root}/run")
    shutil.copy(helper, f"{root}{HELPER}")
    os.chmod(f"{root}{HELPER}", 0o755)
    repository = f"{root}{REPOSITORY}"
    os.makedirs(repository, exist_ok=True)
    mount("--bind", REPOSITORY, repository)
    os.chroot(root)
    os.chdir("/")
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    for name in ("SUDO_USER", "LIBVIRT_DEFAULT_URI"):
        os.environ.pop(name, None)
    must("ip", "link", "set", "lo", "up")
    Path("/run/sshd").mkdir()


@contextlib.contextmanager
def log_daemon():
    """A daemon that writes what is logged to a file, without which a role permits nothing."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind("/dev/log")
    os.chmod("/dev/log", 0o666)
    child = os.fork()
    if child == 0:
        with open("/root/log", "wb", buffering=0) as log:
            while True:
                log.write(listener.recv(1 << 16) + b"\n")
    listener.close()
    try:
        yield
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.unlink("/dev/log")


class SSHD:
    """A running sshd."""

    def __enter__(self):
        must("/usr/sbin/sshd")
        for _ in range(100):
            if Path("/run/sshd.pid").exists():
                break
            time.sleep(0.05)
        return self

    def __exit__(self, *_):
        run("kill", Path("/run/sshd.pid").read_text().strip())
        for _ in range(100):
            if not Path("/run/sshd.pid").exists():
                break
            time.sleep(0.05)

    @staticmethod
    def reload():
        run("kill", "-HUP", Path("/run/sshd.pid").read_text().strip())
        time.sleep(0.5)


def setup(*words):
    return run(SETUP, "--uri", "test:///default", *words)


def undo(*words):
    return run(SETUP, "--undo", *words)


# ---- what is tested

def logins():
    """The setup command says 'ready' only after a login."""
    status, said = setup("--user", "tester", "--key", "/root/k.pub")
    check("without sshd the setup succeeds, and says that the login was not tried",
          status == 0 and "the login was not tried: sshd is not listening" in said
          and not re.search(r"\bready\b|can log in", said), (status, said))
    undo()
    with SSHD():
        status, said = setup("--user", "tester", "--key", "/root/k.pub")
        check("with sshd it is ready, after a login", status == 0 and said.endswith(
            "ready: 'tester' can log in: a test login at 127.0.0.1 port 22 reached the helper\n"),
            (status, said))
        keys = Path("/home/tester/.ssh/authorized_keys").read_text()
        check("the test key is removed", keys == Path("/root/k.pub").read_text(), keys)
        shadow = must("getent", "shadow", "tester").split(":")
        check("the new account's password never expires", shadow[4] in ("", "-1")
              and shadow[6] in ("", "-1") and shadow[7] in ("", "-1"), shadow)
        status, said = setup("--user", "tester", "--key", "/root/k.pub")
        check("a second run has nothing to do, and logs in again",
              status == 0 and "nothing to do: " in said and "\nready: " in said, (status, said))
        check("and leaves nothing in its journal",
              "drop_line" not in "".join(
                  line for line in open(STATE / "atex-virt-helper-setup.undo")
                  if "test\\ login" in line), "a test key")
        terminals()
        hardened()
        accounts()
        undo_of_one()
    check("--undo removes everything", undo()[0] == 0 and not STATE.exists()
          and "tester" not in must("getent", "passwd"), undo())


@contextlib.contextmanager
def drop_in(text, name="00-hardened.conf"):
    path = DROP_INS / name
    path.write_text(text + "\n")
    SSHD.reload()
    try:
        yield
    finally:
        path.unlink()
        SSHD.reload()


def refused(what, said_about, *words):
    """The setup command names the cause and keeps its changes; host-check names it."""
    status, said = setup("--user", "tester", *words)
    check(f"{what}: the setup names the cause, and does not say that it is ready",
          status == 3 and re.search(f"'tester' cannot log in yet: .*{said_about}", said)
          and not re.search(r"\bready:|\bmay log in|\bcan log in|rolling back", said),
          (status, said))
    status, said = run(HELPER, "test:///default", "host-check")
    results = re.findall(r"(?ms)^(?:error|warning) +(?:sshd|login)-\S+ .*?(?=^\S)", said)
    check(f"{what}: host-check names the cause", any(
        re.search(said_about, " ".join(result.split())) for result in results), results)


def ssh(*words, user="tester", key="/root/k", stdin=""):
    return run("ssh", "-F", "/dev/null", "-i", key, "-o", "BatchMode=yes", "-o",
               "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o",
               "IdentitiesOnly=yes", *words[:-1], f"{user}@127.0.0.1", words[-1], stdin=stdin,
               environment={"TERM": "xterm"})


def terminals():
    """`ssh -t` works as far as sshd permits it."""
    # The client gives up, as the manual page says; without -t it would go on.
    status, said = ssh("-tt", "reservations")
    check("without PermitTTY, there is no terminal",
          status == 255 and "PTY allocation request failed" in said, (status, said))
    with drop_in("Match Group atex\n    PermitTTY yes\nMatch all"):
        status, said = ssh("-tt", "reservations")
        check("with PermitTTY, ssh -t runs it on a terminal",
              status == 0 and "PTY" not in said and "\x1b[1mDOMAIN" in said, (status, said))
        status, said = ssh("-tt", "no-such-command")
        check("and its exit status arrives", status == 2 and "no-such-command" in said,
              (status, said))
        status, said = ssh("-tt", "/bin/sh")
        check("a terminal does not give a shell", status == 2 and "/bin/sh" in said, (status, said))
        status, said = ssh("-T", "atex-virt-helper", stdin='{"cmd": "ping"}\n')
        check("a session without a terminal is unchanged", status == 0 and
              said.endswith('{"success": true, "cmd": "ping", "reply": "atex-virt-helper v1 pong"}\n'),
              (status, said))
        status, said = setup("--user", "tester")
        check("the setup accepts that, and says so",
              status == 0 and "another file in /etc/ssh permits 'tester' a terminal\n" in said
              and "\nready: " in said, (status, said))
        found = access_problems()
        check("host-check warns of it", [entry[:2] for entry in found] ==
              [("sshd-terminal", "warning")], found)


def hardened():
    """Settings of sshd in another file."""
    for text, about in (
        ("AuthorizedKeysFile /etc/ssh/authorized_keys/%u",
         "AuthorizedKeysFile .*/etc/ssh/authorized_keys/tester"),
        ("AuthorizedKeysFile none", "AuthorizedKeysFile is 'none'"),
        ("DenyUsers tester", "DenyUsers contains 'tester'"),
        ("DenyUsers test*", r"DenyUsers contains 'test\*'"),
        ("AllowUsers root", "AllowUsers does not contain"),
        ("DenyGroups atex", "DenyGroups contains 'atex'"),
        ("AllowGroups admins", "AllowGroups contains no group"),
        ("PubkeyAuthentication no", "PubkeyAuthentication is 'no'"),
        ("Match User tester\n    AuthenticationMethods publickey,password",
         "AuthenticationMethods is 'publickey,password'"),
        ("ChrootDirectory /srv", "ChrootDirectory is '/srv'"),
        ("MaxSessions 0", "MaxSessions is 0"),
        ("ChannelTimeout session=5m", "ChannelTimeout is 'session=5m'"),
        ("PubkeyAcceptedAlgorithms rsa-sha2-512",
         "PubkeyAcceptedAlgorithms does not contain 'ssh-ed25519'"),
        ("RevokedKeys /etc/ssh/no-such-file", "RevokedKeys is '/etc/ssh/no-such-file'"),
    ):
        with drop_in(text):
            refused(text.replace("\n    ", ", "), about)
    for text in ("AllowUsers root te?ter", "AllowGroups root at*", "DenyUsers te", "StrictModes no"):
        with drop_in(text):
            status, said = setup("--user", "tester")
            check(f"{text}: ready", status == 0 and "\nready: " in said, (status, said))
    with drop_in("AllowUsers tester@192.0.2.*"):
        status, said = setup("--user", "tester")
        check("AllowUsers with an address: the login is not tried",
              status == 0 and "was not tried: AllowUsers restricts" in said
              and "ready:" not in said, (status, said))
    keys = Path("/etc/ssh/authorized_keys")
    keys.mkdir()
    shutil.copy("/root/k.pub", keys / "tester")
    with drop_in("AuthorizedKeysFile /etc/ssh/authorized_keys/%u"):
        (keys / "tester").chmod(0o600)
        refused("keys that the account cannot read", "cannot read /etc/ssh/authorized_keys/tester")
        (keys / "tester").chmod(0o644)
        own = Path("/home/tester/.ssh/authorized_keys")
        kept = own.rename("/root/kept")
        status, said = setup("--user", "tester")
        kept.rename(own)
        check("keys that are where AuthorizedKeysFile says: ready",
              status == 0 and "\nready: " in said, (status, said))
        check("and the test key was removed from there",
              (keys / "tester").read_text() == Path("/root/k.pub").read_text(),
              (keys / "tester").read_text())
    shutil.rmtree(keys)


def accounts():
    """The account and its files."""
    home = Path("/home/tester")
    for path, wrong in ((home, 0o777), (home / ".ssh", 0o777), (home / ".ssh/authorized_keys", 0o666)):
        right = path.stat().st_mode & 0o7777
        path.chmod(wrong)
        refused(f"{path} of mode {wrong:o}", f"{path} can be changed by other accounts")
        path.chmod(right)
    must("chown", "nobody", home)
    refused("a home directory of another account", f"{home} belongs to another account")
    must("chown", "tester", home)
    must("chage", "--expiredate", "2020-01-01", "tester")
    refused("an expired account", "the account has expired")
    must("chage", "--expiredate", "-1", "tester")
    must("chage", "--lastday", "2020-01-01", "--maxdays", "90", "tester")
    refused("an expired password", "the password has expired")
    must("chage", "--lastday", "2020-01-01", "--maxdays", "-1", "tester")
    must("usermod", "--password", "!", "tester")
    with drop_in("UsePAM no"):
        refused("a locked account", "the account is locked")
    must("usermod", "--password", "*", "tester")
    Path("/etc/nologin").write_text("")
    refused("/etc/nologin", "/etc/nologin exists")
    Path("/etc/nologin").unlink()
    keys = home / ".ssh/authorized_keys"
    text = keys.read_text()
    keys.write_text("# none\n")
    refused("an account without a key", "has no key")
    keys.write_text(text)
    must("usermod", "--shell", "/bin/bash", "tester")
    bashrc = home / ".bashrc"
    old = bashrc.read_bytes() if bashrc.exists() else None
    bashrc.write_text("echo welcome\n")
    status, said = setup("--user", "tester")
    check("output of ~/.bashrc is found by the login",
          "ready:" not in said and "welcome" in said, (status, said))
    bashrc.unlink() if old is None else bashrc.write_bytes(old)
    must("usermod", "--shell", "/bin/sh", "tester")
    status, said = setup("--user", "tester")
    check("with all of it corrected, it is ready again", status == 0 and "\nready: " in said,
          (status, said))


def undo_of_one():
    """--undo --user removes the access of one account only."""
    must("useradd", "--create-home", "bob")
    status, said = setup("--user", "alice", "--key", "/root/k.pub", "--user", "bob", "--key",
                         "/root/k.pub")
    check("two more accounts are ready", status == 0 and said.count("\nready: ") == 2, said)
    one_cause()
    status, said = undo("--dry-run", "--user", "bob")
    check("a dry run of --undo --user describes the steps in plain language",
          status == 0 and "would remove the account 'bob' from the group 'atex'\n" in said
          and "would remove the key '" in said and "alice" not in said and "tester" not in said
          and not re.search(r"no_member|drop_line|remove_empty|would run:", said), said)
    for name, exists in (("bob", True), ("alice", False)):
        status, said = undo("--user", name)
        check(f"--undo --user {name} succeeds, in plain language",
              status == 0 and not re.search("no_member|no_user|drop_line|skipped", said), said)
        check(f"{name} has no access any more",
              "atex" not in run("id", "-nG", name)[1].split()
              and not Path(f"/home/{name}/.ssh/authorized_keys").exists(), run("id", name))
        check("an account that existed before is kept", run("id", name)[0] == (0 if exists else 1)
              and Path(f"/home/{name}").exists() == exists, run("id", name))
    check("undone again, there is nothing to undo",
          undo("--user", "bob") == (0, "nothing to undo\n"), undo("--user", "bob"))
    status, said = setup("--user", "tester")
    check("the other account is still ready", status == 0 and "\nready: " in said, (status, said))
    status, said = undo("--user", "tester", "--key", "/root/k.pub")
    check("--undo rejects other options", status == 2 and "--key cannot be combined" in said, said)
    must("userdel", "--remove", "bob")


SWAP = """#!/bin/sh
# Stands before PROGRAM in PATH. When it is called for the keys, the account swaps its directory for
# a link, at the worst moment: after the checks, and before the change.
case "$*" in
    */home/mallory/.ssh/*)
        if [ -f /etc/attack ] && [ ! -L /home/mallory/.ssh ]; then
            mv /home/mallory/.ssh /home/mallory/away
            ln -s /etc/victim /home/mallory/.ssh
        fi ;;
esac
exec PROGRAM "$@"
"""


def links():
    """An account that swaps ~/.ssh for a link does not make root write elsewhere."""
    victim = Path("/etc/victim")
    home = Path("/home/mallory")
    wrappers = Path("/etc/wrappers")
    wrappers.mkdir()
    victim.mkdir()
    secret = victim / "authorized_keys"
    key = Path("/root/k.pub").read_text()
    for name in ("grep", "tail", "install", "mkdir", "rm", "setpriv", "sh"):
        wrapper = wrappers / name
        wrapper.write_text(SWAP.replace("PROGRAM", shutil.which(name)))
        wrapper.chmod(0o755)
    wrappers.chmod(0o755)
    attacked = {"PATH": f"{wrappers}:{os.environ['PATH']}"}
    must("useradd", "--create-home", "mallory")
    attack = Path("/etc/attack")
    words = ("--uri", "test:///default", "--user", "mallory", "--key", "/root/k.pub")

    def swap_back():
        if (home / ".ssh").is_symlink():
            (home / ".ssh").unlink()
        if (home / "away").exists():
            (home / "away").rename(home / ".ssh")

    def reset():
        attack.unlink(missing_ok=True)
        swap_back()
        undo()
        shutil.rmtree(home / ".ssh", ignore_errors=True)

    # The file of the victim does not exist, or it is root's.
    for text in (None, "root's own\n"):
        must("install", "-d", "-o", "mallory", "-m", "700", home / ".ssh")
        secret.unlink(missing_ok=True)
        if text:
            secret.write_text(text)
        attack.write_text("")
        status, said = run(SETUP, *words, environment=attacked)
        check("the setup fails if ~/.ssh is swapped for a link", status == 1
              and (home / ".ssh").is_symlink() and "rolling back" in said, (status, said))
        check("and root wrote nothing elsewhere",
              (secret.read_text() if secret.exists() else None) == text
              and [path.name for path in victim.iterdir()] == (["authorized_keys"] if text else []),
              run("ls", "-la", victim))
        reset()
    # --undo
    status, said = run(SETUP, *words)
    check("without an attack the setup succeeds", status == 0
          and (home / ".ssh/authorized_keys").read_text() == key
          and (home / ".ssh/authorized_keys").owner() == "mallory"
          and (home / ".ssh").stat().st_mode & 0o777 == 0o700, (status, said))
    secret.write_text(key + "root's own\n")
    attack.write_text("")
    status, said = run(SETUP, "--undo", environment=attacked)
    check("--undo changes nothing elsewhere", secret.read_text() == key + "root's own\n"
          and (home / ".ssh").is_symlink() and status == 1 and "cannot undo, kept" in said,
          (status, said, secret.read_text()))
    attack.unlink()
    swap_back()
    status, said = undo()
    check("and succeeds when the link is gone", status == 0 and not STATE.exists()
          and not (home / ".ssh/authorized_keys").exists(), (status, said))
    # The journal of an earlier version does not name the account.
    must("install", "-d", "-o", "mallory", "-m", "700", home / ".ssh")
    secret.unlink()
    shutil.copy("/root/k.pub", home / ".ssh/authorized_keys")
    must("chown", "mallory", home / ".ssh/authorized_keys")
    STATE.mkdir()
    quoted = key.strip().replace(" ", "\\ ")
    (STATE / "atex-virt-helper-setup.undo").write_text(
        f"drop_line {home}/.ssh/authorized_keys {quoted}\n")
    status, said = undo()
    check("--undo of an earlier version's journal", status == 0 and not STATE.exists()
          and not (home / ".ssh/authorized_keys").exists(), (status, said))
    # A FIFO would make root wait for ever.
    reset()
    must("install", "-d", "-o", "mallory", "-m", "700", home / ".ssh")
    os.mkfifo(home / ".ssh/authorized_keys")
    status, said = run(SETUP, *words)
    check("a FIFO in place of the keys is an error", status == 1
          and "authorized_keys is not a file" in said, (status, said))
    # A home directory that the account cannot change.
    reset()
    must("chown", "root", home)
    home.chmod(0o755)
    status, said = run(SETUP, *words)
    check("keys in a home directory of root's", status == 0
          and (home / ".ssh/authorized_keys").read_text() == key
          and (home / ".ssh").owner() == "mallory", (status, said))
    check("and --undo", undo()[0] == 0 and not (home / ".ssh").exists(), run("ls", "-la", home))
    must("userdel", "mallory")
    shutil.rmtree(home)


def access_problems(*options):
    """The problems that host-check finds with the way into this host."""
    done = run(HELPER, *options, "test:///default", "host-check", "--json")
    return [(found["check"], found["status"], found["detail"])
            for found in json.loads(done[1][done[1].index("{"):])["checks"]
            if found["status"] != "ok" and found["check"].startswith(("sshd", "sudo", "login", "policy"))]


def one_cause():
    """host-check reports a mistake once, without the errors that follow from it."""
    check("host-check finds no problem", access_problems() == [], access_problems())
    rule = Path("/etc/sudoers.d/atex-virt-helper")
    text = rule.read_text()
    rule.write_text(text.replace("NOPASSWD: ", ""))
    found = access_problems()
    check("host-check reports a mistake in sudoers once, with its users",
          [entry[:2] for entry in found] == [("sudoers", "error")]
          and re.fullmatch("sudo asks users .* for a password", found[0][2])
          and all(f"'{name}'" in found[0][2] for name in ("tester", "alice", "bob")), found)
    rule.write_text(text)
    ours = DROP_INS / "atex-virt-helper.conf"
    wrong = Path("/etc/ssh/ssh_config.d/atex-virt-helper.conf")
    for place in (wrong, ours.with_suffix(".txt")):
        ours.rename(place)
        found = access_problems()
        check(f"host-check reports only that {place} is not read by sshd",
              [entry[:2] for entry in found] == [("sshd-drop-in", "error")]
              and str(place) in found[0][2], found)
        place.rename(ours)


def undo_skips():
    """Undo goes on if something is gone, and says what."""
    must("useradd", "--create-home", "bob")
    setup("--user", "carol", "--key", "/root/k.pub", "--user", "bob", "--key", "/root/k.pub")
    must("userdel", "--remove", "carol")
    must("userdel", "--remove", "bob")
    run("groupdel", "atex")
    Path("/etc/sudoers.d/atex-virt-helper").unlink()
    status, said = undo()
    check("--undo skips what is gone, and says so", status == 0 and not STATE.exists()
          and all(text in said for text in (
              "skipped: end the processes of the account 'carol', and remove it with its home "
              "directory: the account does not exist\n",
              "skipped: remove /etc/sudoers.d/atex-virt-helper: it does not exist\n",
              "skipped: remove the group 'atex': the group does not exist\n",
              "skipped: remove the account 'bob' from the group 'atex': the account does not exist "
              "or is not in the group\n")), (status, said))
    # An entry of a version whose command does not exist here.
    STATE.mkdir()
    (STATE / "atex-virt-helper-setup.undo").write_text("no_such_command x\n")
    check("a command that does not exist is skipped too",
          undo() == (0, "skipped: no_such_command x: there is no no_such_command\n"),
          run("ls", STATE))


POLICY = Path("/etc/atex-virt-helper/roles.conf")
KEYS = Path("/etc/atex-virt-helper/keys")
ROLES = """[all]
require-role = yes
[role tester]
commands = @tester
virsh = read power
domains = te.*
[role mute]
commands = reservations
[role c.i+x]
commands = @read
[role admin]
trusted = yes
"""
ADMIN = ("--role", "admin")


def session(key, *requests, user):
    """The replies of a session to requests."""
    status, said = ssh("-T", "-o", "LogLevel=ERROR", "atex-virt-helper", user=user, key=key,
                       stdin="".join(json.dumps(request) + "\n" for request in requests))
    return [json.loads(line) if line.startswith("{") else line for line in said.splitlines()]


def roles():
    """Both kinds of access with a role, with logins."""
    if "--role" not in run(HELPER, "--help")[1]:
        print("skip - access with a role: the program has no option --role")
        return
    for name in ("two", "three"):
        must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", f"/root/{name}")
    words = ("--role", "tester", "--user", "tom", "--key", "/root/k.pub")
    status, said = setup(*words)
    check("--role needs a policy file", status == 1 and f"{POLICY} does not exist: copy " in said,
          said)
    POLICY.parent.mkdir()
    POLICY.write_text("[role tester]\nno-such-key = 1\n")
    status, said = setup(*words)
    check("the policy file must be valid", status == 1 and "no-such-key" in said, said)
    POLICY.write_text(ROLES)
    status, said = setup("--role", "other", "--user", "tom")
    check("the role must exist", status == 1 and f"{POLICY} has no section [role other]" in said,
          said)
    for more, about in ((("--role", "a b"), "'a b' is not a valid name for a role"),
                        (("--identity", "x"), "--identity needs --role"),
                        (("--role", "tester", "--identity", "x y"), "'x y' is not a valid name"),
                        (("--role", "tester", "--identity", "x", "--group", "g"), "--group cannot"),
                        (("--options", "--log info --role admin"), "--options cannot contain")):
        status, said = setup("--user", "tom", *more)
        check(f"{' '.join(more)}: refused", status == 2 and about in said, (status, said))
    with SSHD():
        status, said = setup("--role", "tester", "--user", "tom", "--key", "/root/k.pub")
        check("without a log daemon, an account with a role is not ready", status == 1
              and "rolling back" in said and "cannot be recorded in the system log" in said,
              (status, said))
        with log_daemon():
            of_a_group()
            of_keys()
    check("--undo removes everything", undo()[0] == 0 and not STATE.exists() and not KEYS.exists()
          and list(DROP_INS.glob("atex*")) == []
          and list(Path("/etc/sudoers.d").glob("atex*")) == [], undo())
    POLICY.unlink()
    POLICY.parent.rmdir()


def only_the_administrator():
    """host-check reports no problem but that the role of administrators amounts to root."""
    found = access_problems(*ADMIN)
    check("host-check finds only the role of administrators", len(found) == 1
          and found[0][:2] == ("policy", "warning") and "'admin' is trusted" in found[0][2], found)


def mistakes():
    """host-check reports what would break the promise of roles."""
    def reported(what, name, about):
        found = access_problems(*ADMIN)
        check(f"host-check reports {what}", any(
            entry[:2] == (name, "error") and re.search(about, entry[2]) for entry in found), found)

    extra = Path("/etc/sudoers.d/extra")
    extra.write_text(f"ci ALL = (root) NOPASSWD: {HELPER} test\\:///default\n")
    reported("another command line of an account with a role", "sudoers",
             "sudo also permits user 'ci' '.*', which is not the command line of a role")
    extra.unlink()
    KEYS.chmod(0o777)
    reported("a directory of keys that others can write", "policy-keys",
             f"user 'ci' can choose its own role: others than root can change '{KEYS}'")
    KEYS.chmod(0o755)
    own = DROP_INS / "atex-virt-helper-keys.conf"
    text = own.read_text()
    own.write_text(text.replace(str(KEYS) + "/%u", str(KEYS) + "/%u .ssh/authorized_keys"))
    reported("keys in the home directory of an account whose keys have roles", "policy-keys",
             "user 'ci' can choose its own role: .*'/home/ci/.ssh/authorized_keys'")
    own.write_text(text)
    text = POLICY.read_text()
    POLICY.write_text(text.replace("[role tester]", "[role other]"))
    reported("a role that does not exist", "policy", "the role 'tester' cannot start")
    POLICY.write_text(text)
    only_the_administrator()


def of_a_group():
    words = ("--role", "tester", "--user", "tom", "--key", "/root/k.pub")
    status, said = setup("--dry-run", *words)
    check("a dry run with a role changes nothing", status == 0 and not STATE.exists()
          and "--role tester test:///default" in said, (status, said))
    status, said = setup(*words)
    check("a group with a role is ready, after a login",
          status == 0 and "\nready: 'tom' can log in" in said, (status, said))
    restrictions = session("/root/k", {"cmd": "whoami"}, user="tom")[0]["restrictions"]
    check("its sessions have the role", (restrictions["role"], restrictions["identity"]) ==
          ("tester", "tester"), restrictions)
    status, said = ssh("-T", "sudo atex-virt-helper --role admin test:///default host-check",
                       user="tom")
    check("a client cannot choose another role", status != 0 and "host-check" in said
          and "0 errors" not in said, (status, said))
    for command in (f"{HELPER} --log info test:///default",
                    f"{HELPER} --log info --role mute test:///default",
                    f"{HELPER} --log info --role tester test:///default host-check",
                    f"{HELPER} --log info --role tester --role mute test:///default"):
        status, said = run("runuser", "-u", "tom", "--", "sudo", "-n", *command.split())
        check(f"sudo refuses {command}", status == 1 and "password is required" in said,
              (status, said))
    only_the_administrator()
    status, said = setup("--user", "tom")
    check("an account cannot also have access without a role", status == 1
          and "'tom' is in the group 'atex-tester', which has other access by" in said, said)
    status, said = setup("--role", "mute", "--user", "mia", "--key", "/root/k.pub")
    check("a role that grants neither ping nor whoami is ready too",
          status == 0 and "\nready: 'mia' can log in" in said, (status, said))
    status, said = undo("--user", "tom")
    check("--undo --user removes the access", status == 0
          and run("getent", "passwd", "tom")[0] != 0, (status, said))


def of_keys():
    def add(role, identity, key):
        return setup("--role", role, "--identity", identity, "--user", "ci", "--key", key)

    status, said = add("tester", "ci-1", "/root/k.pub")
    check("a key with a role is ready, after a login",
          status == 0 and "\nready: 'ci' can log in" in said, (status, said))
    status, said = add("c.i+x", "ci@2.x", "/root/two.pub")
    check("so is another role on the same account",
          status == 0 and "\nready: 'ci' can log in" in said, (status, said))
    file = KEYS / "ci"
    lines = file.read_text().splitlines()
    check("each key has its command line, and nothing else is in the file", len(lines) == 2 and
          lines[0] == f'restrict,command="/usr/bin/sudo -n {HELPER} --log info --role tester '
          '--identity ci-1 test:///default" ' + Path("/root/k.pub").read_text().strip(), lines)
    check("only root can write the file and its directory",
          (file.owner(), file.stat().st_mode & 0o777) == ("root", 0o644)
          and (KEYS.owner(), KEYS.stat().st_mode & 0o777) == ("root", 0o755)
          and not Path("/home/ci/.ssh").exists(), run("ls", "-la", KEYS))
    for key, role, identity in (("k", "tester", "ci-1"), ("two", "c.i+x", "ci@2.x")):
        reply = session(f"/root/{key}", {"cmd": "whoami"}, user="ci")[0]
        check(f"the key {key} has its role and identity",
              (reply["restrictions"]["role"], reply["restrictions"]["identity"]) ==
              (role, identity), reply)
    own = Path("/home/ci/.ssh")
    must("install", "-d", "-o", "ci", "-m", "700", own)
    must("install", "-o", "ci", "-m", "600", "/root/three.pub", own / "authorized_keys")
    status, said = ssh("-T", "ping", user="ci", key="/root/three")
    check("a key in the home directory does not count", status == 255
          and "Permission denied" in said, (status, said))
    shutil.rmtree(own)
    only_the_administrator()
    mistakes()
    status, said = add("tester", "ci-3", "/root/two.pub")
    reply = session("/root/two", {"cmd": "whoami"}, user="ci")[0]
    check("a key gets another role", status == 0
          and len(file.read_text().splitlines()) == 2
          and reply["restrictions"]["identity"] == "ci-3", (said, reply))
    Path("/root/options.pub").write_text("command=\"id\" " + Path("/root/three.pub").read_text())
    status, said = add("tester", "ci-4", "/root/options.pub")
    check("a key with options of its own is refused", status == 1
          and "a key with options of its own cannot have a role" in said, (status, said))
    status, said = undo("--user", "ci")
    check("--undo --user removes the keys", status == 0 and not file.exists()
          and not Path("/etc/sudoers.d/atex-virt-helper-keys-ci").exists(), (status, said))


SYSTEMCTL = """#!/bin/sh
# Like systemctl on a host with only some units.
echo "$@" >>/root/systemctl.log
status=0
for word; do
    case $word in
        *.service)
            grep -qxF "$word" /root/units || { echo "Unit $word not found." >&2; status=5; } ;;
    esac
done
exit $status
"""


def hook():
    """Hosts with systemd, and with one of the two daemons, or with both."""
    Path("/run/systemd/system").mkdir(parents=True)
    Path("/usr/local/sbin/systemctl").write_text(SYSTEMCTL)
    Path("/usr/local/sbin/systemctl").chmod(0o755)
    log = Path("/root/systemctl.log")
    script = HOST / "reservation-hook"
    installed = Path("/etc/libvirt/hooks/qemu.d/atex-reservations")
    for units in (["libvirtd.service"], ["virtqemud.service"],
                  ["libvirtd.service", "virtqemud.service"], []):
        name = " and ".join(units) or "no daemon"
        Path("/root/units").write_text("".join(unit + "\n" for unit in units))
        log.write_text("")
        status, said = run(script)
        restarted = re.findall(r"(?m)^restart (\S+)$", log.read_text())
        check(f"reservation-hook with {name}", status == 0 and installed.exists()
              and restarted == units, (status, said, restarted))
        status, said = run(script, "--undo")
        check(f"its --undo with {name}", status == 0 and not installed.exists()
              and not STATE.exists(), (status, said))
    # The journal of a run of an earlier version that failed, and whose rollback failed.
    Path("/root/units").write_text("libvirtd.service\n")
    STATE.mkdir()
    (STATE / "reservation-hook.undo").write_text(f"restart_libvirt\nrm -f {installed}\n")
    status, said = run(script, "--undo")
    check("--undo after a failed run succeeds", status == 0 and not STATE.exists()
          and f"skipped: remove {installed}: it does not exist\n" in said
          and "+ restart libvirt's daemon\n" in said, (status, said))
    # A unit that the administrator has removed.
    STATE.mkdir()
    (STATE / "nat-network.undo").write_text(
        "/etc/atex-virt-helper/x/down\nsystemctl daemon-reload\nrm -f /etc/systemd/system/x.service\n"
        "systemctl -q disable x.service\nsystemctl stop x.service\n")
    status, said = run(HOST / "nat-network", "--undo")
    check("--undo of a service whose unit and script are gone succeeds",
          status == 0 and said.count("the unit does not exist\n") == 2
          and "skipped: run /etc/atex-virt-helper/x/down: " in said, (status, said))
    shutil.rmtree("/run/systemd")
    Path("/usr/local/sbin/systemctl").unlink()


def certificates():
    """The key usage, and a connection with this machine's libvirt and GnuTLS."""
    authority = Path("/etc/pki/atex-virt-helper")
    settings = {"NAMES": "localhost 127.0.0.1", "CLIENTS": "c1", "INSTALL_CLIENT": "c1"}
    status, said = run(HOST / "tls-certificates", environment=settings)
    check("tls-certificates runs", status == 0, said)
    for file, purpose in (("/etc/pki/libvirt/servercert.pem", "TLS Web Server Authentication"),
                          (authority / "clients/c1/clientcert.pem", "TLS Web Client Authentication")):
        said = must("openssl", "x509", "-in", file, "-noout", "-ext", "keyUsage,extendedKeyUsage")
        check(f"{Path(file).name} is for signatures and key encipherment",
              "critical\n    Digital Signature, Key Encipherment\n" in said and purpose in said, said)
    status, said = run(HOST / "tls-certificates", environment=settings)
    check("run again, it has nothing to do", status == 0 and "nothing to do" in said, said)
    # A certificate of an earlier version is replaced.
    old = authority / "clients/c1/clientcert.pem"
    key = authority / "clients/c1/clientkey.pem"
    Path("/root/ext").write_text("keyUsage = critical, digitalSignature\n")
    must("openssl", "req", "-new", "-key", key, "-subj", "/CN=c1", "-out", "/root/c1.csr")
    must("openssl", "x509", "-req", "-in", "/root/c1.csr", "-days", "700", "-CA",
         authority / "cacert.pem", "-CAkey", authority / "private/cakey.pem", "-set_serial", "7",
         "-extfile", "/root/ext", "-out", old)
    status, said = run(HOST / "tls-certificates", environment=settings)
    check("a certificate without key encipherment is replaced", status == 0 and "Key Encipherment"
          in must("openssl", "x509", "-in", old, "-noout", "-ext", "keyUsage"), said)
    libvirt_connects()
    check("tls-certificates --undo", run(HOST / "tls-certificates", "--undo")[0] == 0
          and not authority.exists(), run("ls", authority))


def libvirt_connects():
    if not (shutil.which("libvirtd") and shutil.which("virsh")):
        print("skip - a connection with TLS: libvirtd or virsh is not installed")
        return
    version = must("virsh", "--version").strip()
    Path("/root/libvirtd.conf").write_text(
        'listen_tls = 1\nlisten_tcp = 0\nunix_sock_dir = "/run/own"\nlisten_addr = "127.0.0.1"\n')
    Path("/run/own").mkdir()
    daemon = subprocess.Popen(["libvirtd", "--listen", "--config", "/root/libvirtd.conf"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
    try:
        for _ in range(100):
            status, said = run("virsh", "-c", "test+tls://localhost/default", "list", "--name")
            if status == 0:
                break
            time.sleep(0.1)
    finally:
        daemon.kill()
    check(f"a client of libvirt {version} connects with TLS", status == 0 and "test" in said,
          (said, daemon.stdout.read()))
    # The client's check of its own certificate and the daemon's are the same code.


def main():
    if sys.argv[1] != "--inside":
        if os.geteuid() != 0:
            print("skip - the scripts that set up a host: they need root")
            return 0
        return outside(sys.argv[1])
    enter(sys.argv[2], sys.argv[3])
    # Process 1 must reap; the tests run in a child of it.
    if child := os.fork():
        while (ended := os.wait())[0] != child:
            pass
        return os.waitstatus_to_exitcode(ended[1])
    only = os.environ.get("ONLY", "").split()
    must("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/root/k")
    for group in (logins, links, roles, undo_skips, hook, certificates):
        if not only or group.__name__ in only:
            group()
    return 0


sys.exit(main())
