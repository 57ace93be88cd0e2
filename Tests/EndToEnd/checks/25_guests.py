"""Guests on demand: made from a template with passt, reached, and gone with their session."""

import concurrent.futures
import contextlib
import os
import re
import shlex
import statistics
import subprocess
import sys
import time

from endtoend.lab import SOURCE, Session
from endtoend.testhost import ADDRESS, DOMAIN_XML, POOLS, REPOSITORY, STATE, USER

TEMPLATE = "e2e-template"
PORT = 2250
# on the file system that cannot share blocks
PLAIN = "e2e-plain"
# without a system, so that it takes no processor
BARE = "e2e-bare"
XML = {
    TEMPLATE: DOMAIN_XML.format(name=TEMPLATE, port=PORT),
    PLAIN: DOMAIN_XML.format(name=PLAIN, port=PORT + 1).replace("pool='default'", "pool='plain'"),
    BARE: re.sub("<kernel>.*</cmdline>", "", DOMAIN_XML.format(name=BARE, port=PORT + 2),
                 flags=re.S),
}
POLICY = """\
[role guests]
commands = @tester
virsh = read power
domains = mine-.*
pools = default:rw
templates = e2e-bare
host-ports = 5150-5159
max-guests = 2
"""


def run(lab):
    with templates(lab):
        lives_with_its_session(lab)
        on_a_file_system_without_reflinks(lab)
        many_at_once(lab)
        killed(lab)
        libvirt_away(lab)
        leased(lab)
        lease_ends_while_libvirt_hangs(lab)
        login(lab)
        role(lab)
        example(lab)
        speed(lab)


@contextlib.contextmanager
def templates(lab):
    host = lab.host
    for pool, name in (("default", TEMPLATE), ("plain", PLAIN), ("default", BARE)):
        host.run("cp", "--reflink=auto", f"{POOLS['default']}/{SOURCE}",
                 f"{POOLS[pool]}/{name}.img")
        host.run("virsh", "pool-refresh", pool)
        host.run("virsh", "define", "/dev/stdin", input=XML[name])
    try:
        yield
    finally:
        for pool, name in (("default", TEMPLATE), ("plain", PLAIN), ("default", BARE)):
            host.run("virsh", "undefine", name)
            host.volume(f"{name}.img", pool).unlink()
            host.run("virsh", "pool-refresh", pool)


def helper(lab, *words, ports="5100-5119"):
    return lab.host.command(lab.host.installed_helper, "--ports", ports, "qemu:///system", *words)


def session(lab, **more):
    return Session(helper(lab, **more), subprocess.DEVNULL)


def traces(lab):
    """What is on the host because of guests."""
    host = lab.host
    found = set(host.run("virsh", "list", "--name").split())
    for directory in (*POOLS.values(), "/var/log/libvirt/qemu", STATE + "/locks",
                      STATE + "/journal"):
        if host.path(directory).is_dir():
            found |= {path.name for path in host.path(directory).iterdir()
                      if re.search("^e2e-[a-z]+-[a-z0-9]{10}|^[0-9]+-", path.name)}
    return found


def banner(lab, reply):
    return subprocess.run(
        ["nsenter", "--target", lab.host.pid, "--net", "bash", "-c",
         f"exec 3<>/dev/tcp/{reply['address']}/{reply['port']}; head -c4 <&3"],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=20).stdout


def lives_with_its_session(lab):
    check = lab.check
    with session(lab) as client:
        replies = [client.ok(150, cmd="provision", template=TEMPLATE, wait_port=22, timeout=120)
                   for _ in range(2)]
        check.equal("guests get ports of the range", [5100, 5101],
                    [reply["port"] for reply in replies])
        check.equal("their sshd answers there", [b"SSH-"] * 2,
                    [banner(lab, reply) for reply in replies])
        names = [reply["domain"] for reply in replies]
        xml = [client.ok(cmd="virsh", args=["dumpxml", name])["reply"] for name in names]
        check.true("passt serves them by vhost-user",
                   all("<interface type='vhostuser'>" in text for text in xml), "vhostuser", xml[0])
        check.true("the disk is a reflink copy", "type='raw'" in xml[0], "raw", xml[0])
        check.equal("reservations lists them", ["(reserved for us)"] * 2,
                    [client.ok(cmd="reservations")["domains"].get(name) for name in names])
        check.true("the console is logged to a file of its own",
                   "guest is up" in lab.host.path(
                       f"/var/log/libvirt/qemu/{names[0]}-console.log").read_text(),
                   "guest is up", names)
        client.ok(cmd="release", domain=names[0])
        check.equal("release ends a guest", True, names[0] not in "".join(traces(lab)))
        reply = client.ask(cmd="provision", template=TEMPLATE, ports=[22, 80])
        check.equal("guests forward the wanted ports", [(22, 5100), (80, 5102)],
                    [(one["guest_port"], one["host_port"]) for one in reply.get("forwards", [])])
        lab.host.run("virsh", "start", BARE)
        reply = client.ask(cmd="provision", template=BARE)
        check.equal("a template must not run", ("busy", True),
                    (reply["error"]["kind"], "is running" in reply["reply"]))
        lab.host.run("virsh", "destroy", BARE)
    check.soon("with the session, everything of its guests is gone", set(), lambda: traces(lab))


def on_a_file_system_without_reflinks(lab):
    check = lab.check
    with session(lab) as client:
        reply = client.ok(150, cmd="provision", template=PLAIN, wait_port=22, timeout=120)
        disk = f"{POOLS['plain']}/{reply['domain']}.img"
        check.equal("a guest boots from an overlay", b"SSH-", banner(lab, reply))
        info = lab.host.run("qemu-img", "info", "-U", disk)
        check.true("based on the template's volume", f"{PLAIN}.img" in info
                   and "backing file format: raw" in info, "a backing file", info)
        code, text = lab.host.attempt("virsh", "start", PLAIN)
        check.true("meanwhile the template cannot be started", code != 0, "an error", text)
        size = client.ok(cmd="virsh", args=["domblkinfo", reply["domain"], "vda"])["reply"]
        check.true("its size is that of the template's",
                   str(lab.host.volume(f"{PLAIN}.img", "plain").stat().st_size) in size, "size",
                   size)
    check.equal("the overlay is consistent with qemu-img", True, overlay_is_sound(lab))
    check.soon("and is gone with the session", set(), lambda: traces(lab))


def overlay_is_sound(lab):
    """An overlay that no guest has written to."""
    with session(lab) as client:
        name = client.ok(60, cmd="provision", template=PLAIN)["domain"]
        client.ok(cmd="virsh", args=["suspend", name])
        path = f"{POOLS['plain']}/{name}.img"
        return lab.host.attempt("qemu-img", "check", "-U", path)[0] == 0


def many_at_once(lab):
    check = lab.check
    clients = [session(lab) for _ in range(20)]
    begin = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        replies = list(pool.map(
            lambda client: client.ask(120, cmd="provision", template=BARE), clients))
    check.equal("twenty sessions at once make guests", [],
                [reply["reply"] for reply in replies if not reply["success"]])
    check.equal("each with a port of its own", list(range(5100, 5120)),
                sorted(reply.get("port") or 0 for reply in replies))
    print(f"# twenty guests took {time.monotonic() - begin:.1f} s")
    with session(lab) as late:
        reply = late.ask(cmd="provision", template=BARE)
        check.true("then no port is left", reply["error"]["kind"] == "busy"
                   and "no port is left" in reply["reply"], "busy", reply)
        late.send(cmd="provision", template=BARE, wait=60)
        check.equal("a session can wait for one", True, late.is_silent(1))
        clients[7].close()
        check.equal("and gets that of a session that ends", replies[7]["port"],
                    late.receive(30).get("port"))
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda client: client.close(60), clients[:7] + clients[8:]))
    check.soon("all are gone", set(), lambda: traces(lab))


def killed(lab):
    check = lab.check
    client = session(lab)
    name = client.ok(60, cmd="provision", template=BARE)["domain"]
    pid = lab.host.lock_holders()[name]
    before = {path.name for path in lab.host.path("/var/tmp").iterdir()}
    lab.host.run("kill", "-KILL", str(pid))
    check.true("a guest outlives a killed session", name in traces(lab), name, traces(lab))
    lab.orphaned_directories |= before
    with session(lab) as other:
        other.ok(cmd="ping")
        check.soon("until the next one begins", set(), lambda: traces(lab))
    client.kill()


def libvirt_away(lab):
    check = lab.check
    client = session(lab)
    client.ok(60, cmd="provision", template=BARE)
    lab.host.kill_libvirtd()
    client.process.stdin.close()
    time.sleep(1)
    # Not `start_libvirtd`: that waits for a running guest, and there may be none by then.
    lab.host.run("sh", "-c", "exec libvirtd --daemon >>/var/log/testhost/libvirtd.log 2>&1")
    check.soon("a guest whose session ends meanwhile is gone when it is back", set(),
               lambda: traces(lab) if lab.host.attempt("virsh", "uri")[0] == 0 else None)
    client.kill()


def leased(lab):
    """Through sshd and sudo: the connection is lost, and another one goes on."""
    check = lab.check
    with port_range(lab.host):
        client = lab.session()
        one, two = (client.ok(60, cmd="provision", template=BARE, **more)["domain"]
                    for more in ({"lease": 600, "note": "bisecting"}, {}))
        uuid = client.ok(cmd="virsh", args=["domuuid", one])["reply"]
        client.ok(cmd="copy-volume", pool="default", **{"from": f"{BARE}.img"},
                  to="e2e-leased.img", temporary=True)
        client.kill()
        with lab.session() as other:
            check.soon("a lost connection gives back what has no lease", [one],
                       lambda: lab.host.run("virsh", "list", "--name").split())
            details = other.ok(cmd="reservations", details=True)["holders"][one]
            check.equal("and keeps a leased guest, with an end", ("bisecting", 600.0, True),
                        (details["note"], details["lease"], details["until"] is not None))
            reply = other.ok(cmd="reserve", resume=True, lease=600)
            check.equal("the next connection takes it over, and the temporary volume",
                        ([one], [{"pool": "default", "name": "e2e-leased.img"}]),
                        (reply["domains"], reply["volumes"]))
            check.equal("it is the same guest", uuid,
                        other.ok(cmd="virsh", args=["domuuid", one])["reply"])
            other.kill()
            check.soon("a second loss keeps it again", True, lambda: bool(lease(lab, one)["until"]))
        with lab.session() as last:
            last.ok(cmd="reserve", resume=one)
            check.equal("and it still runs", "running",
                        last.ok(cmd="virsh", args=["domstate", one])["reply"].strip())
        check.soon("a connection that ends cleanly gives it back", (set(), False),
                   lambda: (traces(lab), lab.host.volume("e2e-leased.img").exists()))


def lease(lab, name):
    """What `reservations` shows of its reservation."""
    with lab.session() as client:
        return client.ok(cmd="reservations", details=True)["holders"][name]


def lease_ends_while_libvirt_hangs(lab):
    check, host = lab.check, lab.host
    client = session(lab)
    name = client.ok(60, cmd="provision", template=BARE, lease=2)["domain"]
    daemon = host.path("/run/libvirtd.pid").read_text().strip()
    host.run("kill", "-STOP", daemon)
    try:
        client.kill()
        check.equal("a lease holds a guest", True, name in host.lock_holders())
        check.soon("and ends while libvirt hangs", {}, host.lock_holders, seconds=40)
    finally:
        host.run("kill", "-CONT", daemon)
    check.soon("its guest ends when libvirt answers again", set(), lambda: traces(lab), seconds=40)


def login(lab):
    check = lab.check
    proxy = shlex.join(helper(lab, "connect", f"template={TEMPLATE}"))
    done = subprocess.run(
        ["ssh", "-oBatchMode=yes", "-oStrictHostKeyChecking=no", "-oUserKnownHostsFile=/dev/null",
         "-oLogLevel=ERROR", f"-oIdentityFile={lab.key}", f"-oProxyCommand={proxy}", "root@guest",
         "cat /marker"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=150)
    check.equal("ssh through connect makes a guest and logs in", lab.marker, done.stdout.strip())
    check.soon("and with the login the guest ends", set(), lambda: traces(lab))


def example(lab):
    """contrib/examples/guests, through sshd and sudo with --ports, as README describes them."""
    check = lab.check

    def python(*words):
        *ssh, _ = lab.ssh_command()
        done = subprocess.run(
            [sys.executable, "-B", *words], stdin=subprocess.DEVNULL, capture_output=True,
            env={"PATH": os.environ["PATH"], "ATEX_SSH": shlex.join(ssh)}, text=True, timeout=300)
        return done.returncode, done.stdout, done.stderr.strip().rpartition("\n")[2]

    client, address = REPOSITORY / "contrib/examples/guests", f"{USER}@{ADDRESS}"
    with port_range(lab.host):
        check.equal("the example client runs a command in two guests, and gives its status",
                    (3, f"{lab.marker}\n" * 2, ""),
                    python(client, address, TEMPLATE, "2", "sh", "-c", "cat /marker; exit 3"))
        code, names, error = python("-c", MORE_THAN_THE_LIMIT, client, address, BARE)
        check.equal("its class makes the next guest when one is given back", (0, "", 5),
                    (code, error, len(set(names.split()))))
        code, _, error = python(client, address, "e2e-none", "1", "true")
        check.true("it says why there is no guest", code == 1 and "'e2e-none'" in error,
                   "the template's name", error)
        check.soon("its guests are gone with it", set(), lambda: traces(lab))


# without a system in the guest, so without waiting for its sshd
MORE_THAN_THE_LIMIT = """
import runpy, sys
with runpy.run_path(sys.argv[1])["Guests"](*sys.argv[2:], limit=2) as guests:
    del guests.request["wait_port"]
    guests.provision(5)
    for _ in range(5):
        domain = guests.get()
        print(domain)
        guests.release(domain)
"""


@contextlib.contextmanager
def port_range(host):
    files = {path: host.path(path).read_text() for path in (
        "/etc/ssh/sshd_config.d/atex-virt-helper.conf", "/etc/sudoers.d/atex-virt-helper")}
    try:
        for path, text in files.items():
            changed = re.sub(r"(qemu\\?:///system)", r"--ports 5100-5119 \1", text)
            host.path(path).write_text(changed)
        host.run("visudo", "-c")
        host.restart_sshd()
        yield
    finally:
        for path, text in files.items():
            host.path(path).write_text(text)
        host.restart_sshd()


def role(lab):
    check, host = lab.check, lab.host
    host.path("/root/guests.conf").write_text(POLICY)

    def confined(identity):
        return Session(host.command(
            host.installed_helper, "--role", "guests", "--identity", identity, "--policy",
            "/root/guests.conf", "qemu:///system"), subprocess.DEVNULL)

    try:
        with confined("one") as client, confined("one") as same, confined("other") as other:
            reply = client.ok(60, cmd="provision", template=BARE)
            name = reply["domain"]
            check.equal("a role's guest has a port of the role, at a granted address",
                        [("127.0.0.1", 5150)],
                        [(one["address"], one["host_port"]) for one in reply["forwards"]])
            state = [one.ask(cmd="virsh", args=["domstate", name])["success"]
                     for one in (client, same, other)]
            check.equal("its identity sees it, others do not", [True, True, False], state)
            check.equal("reservations lists a role's guest", True,
                        name in client.ok(cmd="reservations", details=True)["domains"])
            check.equal("the template stays hidden", (False, "not-found"),
                        (BARE in client.ok(cmd="reservations", details=True)["domains"],
                         client.ask(cmd="console", domain=BARE)["error"]["kind"]))
            check.equal("the session may power it", True,
                        client.ask(cmd="virsh", args=["suspend", name])["success"])
            for words, kind, request in (
                    ("a template that the role does not grant", "denied", {"template": TEMPLATE}),
                    ("a template that does not exist", "denied", {"template": "nope"}),
                    ("a name that the role does not grant", "denied",
                     {"template": BARE, "name": "yours-1"}),
                    ("a port of the guest that the role does not grant", "denied",
                     {"template": BARE, "ports": [80]}),
                    ("a pool that the role does not grant", "denied",
                     {"template": BARE, "pool": "plain"})):
                reply = client.ask(cmd="provision", **request)
                check.equal(words, kind, reply.get("error", {}).get("kind"))
            same.ok(60, cmd="provision", template=BARE, name="mine-1")
            reply = client.ask(cmd="provision", template=BARE)
            check.true("the identity gets no more than max-guests",
                       reply["error"]["kind"] == "denied" and "max-guests" in reply["reply"],
                       "denied", reply)
            check.equal("another identity does", True,
                        other.ask(60, cmd="provision", template=BARE)["success"])
    finally:
        host.path("/root/guests.conf").unlink()
        host.path(f"{STATE}/locks/mine-1").unlink(missing_ok=True)
    check.soon("all guests of roles are gone", set(), lambda: traces(lab))


def speed(lab):
    """What a guest takes in addition to libvirt's creation and QEMU's start."""
    totals, starts = [], []
    with session(lab) as client:
        for _ in range(5):
            begin = time.monotonic()
            name = client.ok(60, cmd="provision", template=BARE)["domain"]
            totals.append(time.monotonic() - begin)
            xml = client.ok(cmd="virsh", args=["dumpxml", name, "--inactive"])["reply"]
            lab.host.path("/root/guest.xml").write_text(xml)
            client.ok(cmd="virsh", args=["destroy", name])
            with Session(lab.host.command(lab.host.installed_helper, "qemu:///system"),
                         subprocess.DEVNULL) as other:
                other.ok(cmd="ping")
                other.ok(cmd="virsh", args=["list"])
                body = xml.encode()
                other.send(cmd="upload", name="guest.xml", length=len(body))
                other.process.stdin.write(body)
                other.process.stdin.flush()
                other.receive()
                begin = time.monotonic()
                other.ok(60, cmd="virsh", args=["create", "guest.xml"])
                starts.append(time.monotonic() - begin)
                other.ok(cmd="virsh", args=["destroy", name])
            client.ok(cmd="release", domain=name)
        lab.host.path("/root/guest.xml").unlink()
    # Reported and not judged: the machine may be slow.
    print(f"# a guest takes {1000 * statistics.median(totals):.0f} ms, of which libvirt and QEMU "
          f"{1000 * statistics.median(starts):.0f} ms")
    lab.check.soon("the guests that were measured are gone", set(), lambda: traces(lab))
