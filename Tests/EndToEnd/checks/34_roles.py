"""
Roles: the published client runs unchanged as a tester, and its installer in a role for images; keys
of one account have different roles. Both ways in are those of contrib/: by group, and by a keys file
that only root writes. A guest of a role has a forward that the role added, and a saved state.
"""

import contextlib
import os
import re
import shlex
import subprocess

from endtoend.installer import NAME as INSTALLED, TEMPORARY, serving, upload, vector
from endtoend.lab import SOURCE, Session, read_from_image
from endtoend.testhost import DOMAIN_XML, DOMAINS, POOLS, REPOSITORY, STATE

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
[role builder]
commands = @tester @images @install
virsh = read power storage devices
domains = installing-e2e.*|e2e-guest
pools = default:rw
volumes = e2e-.*
networks = user
host-ports = 2290-2299
urls = http://203\\.0\\.113\\.3:[0-9]+/.*
"""
NAME = "e2e-tester"
# an administrator's: with a kernel, a disk in a pool that the role does not have, and no network
GUEST = "e2e-guest"
GUEST_XML = re.sub("(?s)<interface.*</interface>", """
    <disk type='volume' device='disk'><driver name='qemu' type='raw'/>
      <source pool='plain' volume='e2e-extra.img'/><target dev='vdb' bus='virtio'/></disk>
    """, DOMAIN_XML.format(name=GUEST, port=0))
FORWARD_XML = """
<interface type='user'><backend type='passt'/><model type='virtio'/>
<portForward proto='tcp' address='127.0.0.1'><range start='{port}' to='22'/></portForward>
</interface>
"""


def run(lab):
    with roles(lab):
        published_client(lab)
        keys(lab)
        images(lab)
        with serving(lab) as server:
            installation(lab, server)
        with guest(lab) as session:
            forwards(lab, session)
            connection_of_another(lab, session)
            saved_state(lab, session)
        saved_state_of_a_hidden_domain(lab)
        lists(lab)


def contrib(name):
    return (REPOSITORY / "contrib" / name).read_text()


@contextlib.contextmanager
def roles(lab):
    """Sets up both ways in, and removes them afterwards."""
    host = lab.host
    public, builder = key(lab, "second"), key(lab, "third")
    command = "/usr/bin/sudo -n /usr/local/bin/atex-virt-helper --log info --role {} " \
        "--identity {} qemu:///system"
    keys = "".join(
        f'restrict,command="{command.format(role, identity)}" {text}\n'
        for role, identity, text in (("tester", "first", host.public_key.strip()),
                                     ("ci", "second", public),
                                     ("builder", "third", builder)))
    helper = "/usr/local/bin/atex-virt-helper --log info --role"
    sudoers = contrib("sudoers.d/atex-virt-helper-keys").replace("ATEX_VIRT_HELPER_KEYS_CI",
                                                                 "ATEX_VIRT_HELPER_KEYS_KEYED")
    aliases = (f"{helper} tester --identity first qemu\\:///system",
               f"{helper} ci --identity second qemu\\:///system",
               f"{helper} builder --identity third qemu\\:///system")
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
        host.restart_sshd()
        lab.check.equal("policy-check accepts the file", 0, host.attempt(
            "/usr/local/bin/atex-virt-helper", "policy-check",
            "/etc/atex-virt-helper/roles.conf")[0])
        yield
    finally:
        for user, group in (("roletester", "atex-tester"), ("keyed", "atex-keys")):
            host.attempt("userdel", "--remove", user)
            host.attempt("groupdel", group)
        host.run("rm", "-rf", "/etc/atex-virt-helper", *list(files)[2:])
        host.restart_sshd()


def key(lab, name):
    """Makes a key and returns its public half."""
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", lab.directory / name],
                   check=True, timeout=10, stdin=subprocess.DEVNULL)
    return (lab.directory / f"{name}.pub").read_text().strip()


def second(lab, *words, key="second"):
    """The ssh command with the second key of the account."""
    command = [str(word) for word in lab.ssh_command("keyed")]
    return [word.replace(str(lab.key), str(lab.directory / key)) for word in command] + [*words]


def third(lab, *words):
    return second(lab, *words, key="third")


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


def installation(lab, server):
    """What the client's installer sends, and then the client itself."""
    check, host = lab.check, lab.host
    with Session(third(lab)) as session:
        reply = session.ask(cmd="virsh", args=["vol-delete", TEMPORARY, "default"], id=1)
        check.equal("the client's vol-delete of a volume that is not there", "not-found",
                    reply["error"]["kind"])
        # The client's own request; then one for an image that the check can look into.
        session.ok(cmd="virsh", args=["vol-create-as", "default", TEMPORARY, "64M", "--format",
                                      "qcow2", "--prealloc-metadata"])
        session.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])
        session.ok(cmd="virsh", args=["vol-create-as", "default", TEMPORARY, "64M"])
        upload(session, "ks.cfg", f"PROOF=role-{lab.marker}\nREPO={server.url}\n")
        for what, words in (("another server", vector("http://203.0.113.4:80/")),
                            ("a name that is not granted", vector(server.url, name="vm9")),
                            ("a pool that is not granted",
                             [word.replace("vol=default/", "vol=plain/")
                              for word in vector(server.url)])):
            reply = session.ask(cmd="virt-install", args=words, id=1, seconds=60)
            check.equal(f"an installation with {what} is refused", (False, "denied"),
                        (reply["success"], reply["error"]["kind"]))
        reply = session.ask(cmd="virt-install", args=vector(server.url), destroy_on_error=True,
                            seconds=150)
        check.true("a role installs a system", reply["success"], "success", reply)
        session.ok(cmd="copy-volume", pool="default", to="e2e-installed", move=True,
                   **{"from": TEMPORARY})
        check.equal("the installer read the kickstart", f"role-{lab.marker}\n",
                    read_from_image(host.volume("e2e-installed"), "/proof"))
        session.ok(cmd="virsh", args=["vol-delete", "e2e-installed", "default"])
    # It requests the host's processor, which needs hardware virtualization.
    status, _, errors = lab.atex("install", "--name", "e2e-client", "--location", server.url,
                                 "--size", "1", "--bios", user="keyed", key=lab.directory / "third")
    check.true("the published client installs in a role, up to the missing feature",
               status != 0 and "Retrieving 'initrd.img'" in errors
               and "host-passthrough" in errors and "denied" not in errors,
               "the files, then libvirt's error about the processor", errors[-1500:])
    with Session(third(lab)) as session:
        session.ok(cmd="virsh", args=["vol-delete", "e2e-client-temp", "default"])
    forget_locks(host, INSTALLED, "installing-e2e-client")


def forget_locks(host, *names):
    """Removes lock files of domains that the checks at the end do not know."""
    host.run("rm", "-f", *(f"{STATE}/locks/{name}" for name in names))


@contextlib.contextmanager
def guest(lab):
    """A session that has reserved an administrator's domain, whose disk it has made."""
    host = lab.host
    host.run("virsh", "vol-create-as", "plain", "e2e-extra.img", "1M")
    host.run("virsh", "define", "/dev/stdin", input=GUEST_XML)
    try:
        with Session(third(lab)) as session:
            session.ok(cmd="reserve", filter=GUEST)
            session.ok(cmd="copy-volume", pool="default", to=f"{GUEST}.img", **{"from": SOURCE})
            yield session
    finally:
        host.attempt("virsh", "destroy", GUEST)
        host.attempt("virsh", "undefine", GUEST, "--managed-save")
        for pool, name in (("plain", "e2e-extra.img"), ("default", f"{GUEST}.img")):
            host.attempt("virsh", "vol-delete", name, pool)
        forget_locks(host, GUEST)


def attach_interface(session, port):
    upload(session, "interface.xml", FORWARD_XML.format(port=port))
    return session.ask(cmd="virsh", args=["attach-device", GUEST, "interface.xml", "--config"],
                       id=1)


def in_guest(lab, command):
    """The output of a command in the guest, through `connect`."""
    proxy = shlex.join(third(lab, "connect", GUEST, "22"))
    done = subprocess.run(
        ["ssh", "-oBatchMode=yes", "-oLogLevel=ERROR", "-oStrictHostKeyChecking=no",
         "-oUserKnownHostsFile=/dev/null", f"-oIdentityFile={lab.key}",
         f"-oProxyCommand={proxy}", f"root@{GUEST}", command],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    return done.stdout or done.stderr


def forwards(lab, session):
    check = lab.check
    for what, port in (("outside of the role's ports", 2300),
                       ("that a hidden domain forwards", DOMAINS["vm1"])):
        reply = attach_interface(session, port)
        check.equal(f"a forward of a host port {what} is refused", "denied",
                    reply["error"]["kind"])
    check.true("one of the role's is added", attach_interface(session, 2295)["success"], True,
               False)
    session.ok(cmd="virsh", args=["start", GUEST])
    check.equal("port-forwards lists it", [(GUEST, "127.0.0.1", 2295, 22)],
                [(forward["domain"], forward["address"], forward["host_port"],
                  forward["guest_port"])
                 for forward in session.ok(cmd="port-forwards")["forwards"]])
    reply = session.ok(cmd="wait-port", domain=GUEST, port=22, timeout=120, seconds=150)
    check.equal("wait-port reaches the guest through it", ("127.0.0.1", 2295),
                (reply["address"], reply["port"]))
    reply = session.ask(cmd="wait-port", domain=GUEST, port=23, timeout=1, id=1)
    check.equal("but no port that is not granted", "denied", reply["error"]["kind"])
    check.equal("connect reaches it too", lab.marker + "\n", in_guest(lab, "cat /marker"))


def connection_of_another(lab, session):
    """A connection to a guest lasts until another identity reserves its domain."""
    check, host = lab.check, lab.host
    with Session(third(lab, "connect", GUEST, "22"), subprocess.PIPE) as connection:
        check.equal("a connection to the guest", b"SSH-", connection.process.stdout.read(4))
        session.ok(cmd="release", domain=GUEST)
        with Session(host.command(host.installed_helper, "--role", "builder", "--identity",
                                  "another", "qemu:///system"), subprocess.DEVNULL) as other:
            other.ok(cmd="reserve", filter=GUEST)
            check.equal("ends when another identity has reserved its domain", 1,
                        connection.process.wait(10))
            error = connection.process.stderr.read().decode()
            check.true("and says why", f"another session has reserved domain '{GUEST}'" in error,
                       "another session", error)
    session.ok(cmd="reserve", filter=GUEST)


def saved_state(lab, session):
    """A state that was saved goes on, but not with a disk that was taken away since."""
    check, host = lab.check, lab.host
    in_guest(lab, "mount -t tmpfs tmpfs /tmp; echo kept >/tmp/memory")
    session.ok(cmd="virsh", args=["managedsave", GUEST], seconds=120)
    session.ok(cmd="virsh", args=["start", GUEST], seconds=120)
    session.ok(cmd="wait-port", domain=GUEST, port=22, timeout=120, seconds=150)
    check.equal("a role's guest goes on where it was saved", "kept\n",
                in_guest(lab, "cat /tmp/memory"))
    session.ok(cmd="virsh", args=["managedsave", GUEST], seconds=120)
    host.run("virsh", "detach-disk", GUEST, "vdb", "--config")
    reply = session.ask(cmd="virsh", args=["start", GUEST], id=1)
    check.equal("it does not get back a disk that an administrator took away",
                "error: denied: the saved state of this domain has a disk that the domain does "
                "not have any more\n", reply["reply"])
    for words in (["restore", "/etc/hostname"], ["save", GUEST, "file"],
                  ["managedsave-define", GUEST, "interface.xml"]):
        reply = session.ask(cmd="virsh", args=words, id=1)
        check.equal(f"{words[0]} is refused", "denied", reply["error"]["kind"])
    session.ok(cmd="virsh", args=["managedsave-remove", GUEST])
    session.ok(cmd="virsh", args=["start", GUEST], seconds=60)
    check.equal("without the saved state it starts", "running",
                session.ok(cmd="virsh", args=["domstate", GUEST])["reply"].strip())


def saved_state_of_a_hidden_domain(lab):
    """Its disk is in use, even if only the saved state still names it."""
    check, host = lab.check, lab.host
    name, volume = "saved-hidden", "e2e-hidden.img"
    host.run("virsh", "vol-create-as", "default", volume, "1M", "--format", "raw")
    host.run("virsh", "define", "/dev/stdin", input=(
        f"<domain type='qemu'><name>{name}</name><memory unit='MiB'>16</memory>"
        "<os><type>hvm</type></os><devices><disk type='file'><driver name='qemu' type='raw'/>"
        f"<source file='{POOLS['default']}/{volume}'/><target dev='vda' bus='virtio'/></disk>"
        "</devices></domain>"))
    try:
        host.run("virsh", "start", name)
        host.run("virsh", "managedsave", name)
        host.run("virsh", "detach-disk", name, "vda", "--config")
        with Session(third(lab)) as session:
            for request in ({"cmd": "download-volume", "pool": "default", "name": volume},
                            {"cmd": "copy-volume", "pool": "default", "from": volume,
                             "to": "e2e-copy"},
                            {"cmd": "virsh", "args": ["vol-delete", volume, "default"]}):
                reply = session.ask(id=1, **request)
                check.equal(f"denied: {request['cmd']} of a volume that only the saved state of "
                            "a hidden domain names", "denied", reply["error"]["kind"])
            host.run("virsh", "managedsave-remove", name)
            session.ok(cmd="virsh", args=["vol-delete", volume, "default"])
    finally:
        host.attempt("virsh", "undefine", name, "--managed-save")
        host.attempt("virsh", "vol-delete", volume, "default")


def lists(lab):
    # syslogd starts a new file when the old one has 200 KB.
    logs = lab.host.path("/var/log/testhost").glob("syslog*")
    lines = [line for log in logs for line in log.read_text().splitlines()
             if "audit: v=1" in line]
    lab.check.true("each request is in the log, with who it was",
                   any('identity="second" role="ci"' in line and 'cmd="reserve"' in line
                       and "verdict=allowed" in line for line in lines), "a line", lines[-5:])
    lab.check.true("denials too", any("verdict=denied" in line for line in lines), "a line",
                   lines[-5:])
