"""
Roles: the published client runs unchanged as a tester, and two keys of one account have different
roles. Both ways in are those of contrib/: by group, and by a keys file that only root writes.
"""

import contextlib
import os
import shlex
import subprocess

from endtoend.lab import SOURCE, Session
from endtoend.testhost import REPOSITORY

POLICY = """\
[role tester]
commands = @tester
virsh = read power
domains = vm[12]
pools = default:rw
[role ci]
commands = @tester
virsh = read power
domains = vm2
pools = default:rw
[role images]
commands = @read @images virsh
virsh = storage read
pools = default:rw plain:r
volumes = e2e-.*
"""
NAME = "e2e-tester"


def run(lab):
    with roles(lab):
        published_client(lab)
        keys(lab)
        images(lab)
        lists(lab)


def contrib(name):
    return (REPOSITORY / "contrib" / name).read_text()


@contextlib.contextmanager
def roles(lab):
    """Sets up both ways in, and removes them afterwards."""
    host = lab.host
    public = key(lab, "second")
    command = "/usr/bin/sudo -n /usr/local/bin/atex-virt-helper --log info --role {} " \
        "--identity {} qemu:///system"
    keys = "".join(
        f'restrict,command="{command.format(role, identity)}" {text}\n'
        for role, identity, text in (("tester", "first", host.public_key.strip()),
                                     ("ci", "second", public)))
    helper = "/usr/local/bin/atex-virt-helper --log info --role"
    sudoers = contrib("sudoers.d/atex-virt-helper-keys").replace("ATEX_VIRT_HELPER_KEYS_CI",
                                                                 "ATEX_VIRT_HELPER_KEYS_KEYED")
    aliases = (f"{helper} tester --identity first qemu\\:///system",
               f"{helper} ci --identity second qemu\\:///system")
    lines = [line for line in sudoers.splitlines() if not line.startswith(("#", "Cmnd", "    ", "ci"))]
    sudoers = "\n".join([f"Cmnd_Alias ATEX_VIRT_HELPER_KEYS_KEYED = {', '.join(aliases)}", *lines,
                         "keyed ALL = (root) NOPASSWD: ATEX_VIRT_HELPER_KEYS_KEYED", ""])
    files = {
        "/etc/atex-virt-helper/roles.conf": (POLICY, 0o644),
        "/etc/atex-virt-helper/keys/keyed": (keys, 0o644),
        "/etc/ssh/sshd_config.d/atex-virt-helper-role.conf":
            (contrib("sshd_config.d/atex-virt-helper-role.conf"), 0o644),
        "/etc/ssh/sshd_config.d/atex-virt-helper-keys.conf":
            (contrib("sshd_config.d/atex-virt-helper-keys.conf"), 0o644),
        "/etc/sudoers.d/atex-virt-helper-role-tester":
            (contrib("sudoers.d/atex-virt-helper-role"), 0o440),
        "/etc/sudoers.d/atex-virt-helper-keys-keyed": (sudoers, 0o440),
    }
    try:
        host.run("install", "-d", "-m", "755", "/etc/atex-virt-helper",
                 "/etc/atex-virt-helper/keys")
        for path, (text, mode) in files.items():
            host.run("install", "-m", f"{mode:o}", "/dev/stdin", path, input=text)
        host.run("visudo", "-c")
        for user, group in (("roletester", "atex-tester"), ("keyed", "atex-keys")):
            host.run("groupadd", group)
            host.run("useradd", "--create-home", "--shell", "/bin/sh", "--password", "*",
                     "--gid", group, user)
        host.run("install", "-d", "-o", "roletester", "-m", "700", "/home/roletester/.ssh")
        host.run("install", "-o", "roletester", "-m", "600", "/dev/stdin",
                 "/home/roletester/.ssh/authorized_keys", input=host.public_key)
        restart_sshd(host)
        lab.check.equal("policy-check accepts the file", 0, host.attempt(
            "/usr/local/bin/atex-virt-helper", "policy-check",
            "/etc/atex-virt-helper/roles.conf")[0])
        yield
    finally:
        for user, group in (("roletester", "atex-tester"), ("keyed", "atex-keys")):
            host.attempt("userdel", "--remove", user)
            host.attempt("groupdel", group)
        host.run("rm", "-rf", "/etc/atex-virt-helper", *list(files)[2:])
        restart_sshd(host)


def restart_sshd(host):
    host.run("sh", "-c", "kill -HUP $(cat /run/sshd.pid)")
    # It executes itself again, and then writes the file anew.
    host.run("sh", "-c", "for i in $(seq 50); do sleep 0.1; ss -tln | grep -q ':22 ' && exit 0; done;"
                         " exit 1")


def key(lab, name):
    """Makes a key and returns its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", lab.directory / name],
                   check=True, timeout=10, stdin=subprocess.DEVNULL)
    return (lab.directory / f"{name}.pub").read_text().strip()


def second(lab, *words):
    """The ssh command with the second key of the account."""
    command = [str(word) for word in lab.ssh_command("keyed")]
    return [word.replace(str(lab.key), str(lab.directory / "second")) for word in command] + [*words]


def published_client(lab):
    check = lab.check
    client = lab.client_program("provision.py", name=NAME, user="roletester")
    with client:
        domains = client.ask(step="provision", seconds=180)
        lab.volumes["default"] |= {f"{domain}.img" for domain in domains}
        check.equal("the published client provisions two guests as a tester", ["vm1", "vm2"],
                    domains)
        check.equal("each guest has the marker of the source volume",
                    {domain: lab.marker + "\n" for domain in domains},
                    client.ask(step="command", command="cat /marker"))
        first = lab.session("keyed")
        reply = first.ask(cmd="virsh", args=["destroy", "vm1"], id=1)
        check.equal("another identity cannot stop its guest", ("denied", True),
                    (reply["error"]["kind"], reply["reply"].startswith("error: denied: ")))
        reply = first.ask(cmd="reserve", filter="vm1")
        check.equal("nor reserve it", "no domain could be reserved", reply["reply"])
        holders = first.ok(cmd="reservations")["domains"]
        check.equal("it sees the identity", ["tester", "tester"],
                    [holder.split()[0] for holder in holders.values()])
        first.close()
        check.equal("the client exits with status 0", 0, client.close())
    lab.stop_guests()


def keys(lab):
    check = lab.check
    with lab.session("keyed") as first, Session(second(lab)) as other:
        for session, role, identity, domains in ((first, "tester", "first", ["vm1", "vm2"]),
                                                 (other, "ci", "second", ["vm2"])):
            seen = session.ok(cmd="whoami")["restrictions"]
            check.equal(f"key {identity}: its role", (role, identity),
                        (seen["role"], seen["identity"]))
            check.equal(f"key {identity}: its domains", domains,
                        sorted(session.ok(cmd="reservations")["domains"]))
            listed = session.ok(cmd="virsh", args=["list", "--all", "--name"])["reply"].split()
            check.equal(f"key {identity}: the same for virsh", domains, sorted(listed))
        hidden = other.ask(cmd="virsh", args=["domstate", "vm3"], id=1)
        absent = other.ask(cmd="virsh", args=["domstate", "vm9"], id=1)
        check.equal("a hidden domain and one that does not exist give the same answer",
                    str(absent).replace("vm9", "vm3"), str(hidden))
        other.ok(cmd="reserve", filter="vm2")
        reply = first.ask(cmd="virsh", args=["start", "vm2"], id=1)
        check.equal("what one key has reserved, the other cannot change", "denied",
                    reply["error"]["kind"])
    done = subprocess.run(second(lab, "virsh", "start", "vm2"), stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=30)
    check.equal("words without a reservation change nothing", (1, ""),
                (done.returncode, done.stdout))


def images(lab):
    """The client's uploads of images, and what virt-install's vector needs of volumes."""
    check, host = lab.check, lab.host
    command = ["/usr/local/bin/atex-virt-helper", "--role", "images", "qemu:///system"]
    with Session(host.command(*command)) as session:
        session.ok(cmd="create-volume", pool="default", name="e2e-new", format="raw", size=4096)
        session.ok(cmd="virsh", args=["vol-create-as", "default", "e2e-more", "1M"])
        for name in ("e2e-new", "e2e-more"):
            session.ok(cmd="virsh", args=["vol-delete", name, "default"])
        for request in ({"cmd": "create-volume", "pool": "plain", "name": "e2e-new",
                         "format": "raw", "size": 1},
                        {"cmd": "virsh", "args": ["vol-delete", SOURCE, "default"]},
                        {"cmd": "create-volume", "pool": "default", "name": "other",
                         "format": "raw", "size": 1}):
            reply = session.ask(id=1, **request)
            check.equal(f"denied: {shlex.join(map(str, request.values()))}", "denied",
                        reply["error"]["kind"])
        check.true("the source volume is still there", os.path.exists(host.volume(SOURCE)),
                   "the volume", "nothing")


def lists(lab):
    log = lab.host.path("/var/log/testhost/syslog").read_text()
    lines = [line for line in log.splitlines() if "audit: v=1" in line]
    lab.check.true("each request is in the log, with who it was",
                   any('identity="second" role="ci"' in line and 'cmd="reserve"' in line
                       and "verdict=allowed" in line for line in lines), "a line", lines[-5:])
    lab.check.true("denials too", any("verdict=denied" in line for line in lines), "a line",
                   lines[-5:])
