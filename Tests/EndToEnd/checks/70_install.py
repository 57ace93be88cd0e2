"""
virt-install, which runs inside the helper: an installer that is fetched over HTTP reads the
kickstart that was put into its initrd, writes the disk and powers off; a domain boots from the
disk, moved to its place. And what fails or is given up leaves nothing behind.
"""

import contextlib
import gzip
import shutil
import subprocess
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from endtoend.checks import eventually
from endtoend.lab import SOURCE, Session, read_from_image
from endtoend.recipes.guest import ROOT_DHCP
from endtoend.testhost import ADDRESS, DOMAINS, ip

# Not the gateway's: guests that ask passt for that one reach their own host.
SERVER_ADDRESS = "203.0.113.3"
SCRATCH = "/var/lib/libvirt/boot"
NAME = "installing-e2e"
TEMPORARY = "e2e-temp"

TREEINFO = """\
[general]
family = Red Hat Enterprise Linux
version = 8.6
name = Red Hat Enterprise Linux 8.6
arch = x86_64
[images-x86_64]
kernel = images/pxeboot/vmlinuz
initrd = images/pxeboot/initrd.img
"""

# Reads the kickstart as a shell does, which a kickstart is not; but only who has it knows what
# to write.
INSTALLER = """\
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t devtmpfs dev /dev
mkdir -p /proc /mnt
mount -t proc proc /proc
for module in /modules/*; do insmod "$module"; done
echo "installer is up"
. /ks.cfg
if [ -n "$SLEEP" ]; then sleep "$SLEEP"; fi
ip link set eth0 up
udhcpc -i eth0 -q -f -n -t 20 -T 1 -s /dhcp
wget -q -O - "$REPO/disk.gz" | gunzip >/dev/vda
mount -t ext4 /dev/vda /mnt
echo "$PROOF" >/mnt/proof
cp /proc/cmdline /mnt/cmdline
umount /mnt
sync
echo "installation is over"
poweroff -f
"""


def run(lab):
    tree = lab.directory / "tree"
    make_tree(lab, tree)
    ip("address", "add", f"{SERVER_ADDRESS}/24", "dev", "client0")
    with serving(tree) as server:
        install_from_server(lab, server)
        import_disk(lab)
        over_a_connection_to_elsewhere(lab, server)
        failures(lab, server)
        given_up(lab, server)
        killed(lab, server)
        others_meanwhile(lab, server)
        published_client(lab, server)


def vector(url, *more, name=NAME, volume=TEMPORARY):
    """What the client's `install` sends with --bios, but for what takes hardware."""
    return [
        "--transient", "--location", url, "--name", name, "--memory", "4096",
        "--disk", f"vol=default/{volume},format=raw", "--network", "passt",
        "--cpu", "mode=maximum", "--virt-type", "qemu",
        "--graphics", "none", "--console", "pty", "--rng", "/dev/urandom",
        "--os-variant", "rhel8-unknown", "--machine", "pc", "--boot", "hd,bios.useserial=yes",
        "--extra-args", f"console=ttyS0,115200 inst.ks=file:/ks.cfg inst.repo={url}",
        "--initrd-inject", "ks.cfg", "--autoconsole", "text", "--noreboot", *more,
    ]


def install_from_server(lab, server):
    check = lab.check
    volume = f"{next(iter(DOMAINS))}.img"
    with logged_session(lab) as (session, log):
        make_volume(session)
        upload(session, "ks.cfg", f"PROOF=proof-of-{lab.marker}\nREPO={server.url}\n")
        reply = session.ask(cmd="virt-install", args=vector(server.url), destroy_on_error=True,
                            seconds=150)
        check.true("an installation from a server succeeds", reply["success"], "success", reply)
        for what, words in (("the installer's console comes on stderr", "installer is up"),
                            ("up to its end", "installation is over"),
                            ("so does what virt-install says", "Domain creation completed.")):
            told(lab, what, words, log)
        asked = server.asked("HEAD"), server.asked("GET")
        check.true("kernel and initrd were looked for and fetched",
                   {"/images/pxeboot/vmlinuz", "/images/pxeboot/initrd.img"}
                   <= asked[0] & asked[1], "both", asked)
        nothing_left(lab, "after it")
        image = lab.host.volume(TEMPORARY)
        check.equal("the installer read the kickstart", f"proof-of-{lab.marker}\n",
                    read_from_image(image, "/proof"))
        check.equal("its kernel got the arguments, and the tree's address once more",
                    f"console=ttyS0,115200 inst.ks=file:/ks.cfg inst.repo={server.url} "
                    f"inst.repo={server.url}", read_from_image(image, "/cmdline").strip())
        session.ok(cmd="copy-volume", pool="default", to=volume, move=True,
                   **{"from": TEMPORARY})
        lab.volumes["default"].add(volume)
        check.true("the volume moved to its domain",
                   lab.host.volume(volume).exists() and not image.exists(), volume,
                   image.exists())
    boots(lab, "a domain boots what was installed", f"proof-of-{lab.marker}")


def boots(lab, what, proof):
    """The first domain, started by virsh; its ssh answers."""
    domain, port = next(iter(DOMAINS.items()))
    with lab.ours() as session:
        session.ok(cmd="virsh", args=["start", domain])
        seen = eventually(lambda: guest(lab, port, "cat /proof"), bool, 90)
        lab.check.equal(what, proof + "\n", seen)
        session.ok(cmd="virsh", args=["destroy", domain])


def guest(lab, port, command):
    """What a command in the guest prints; None where it does not answer yet."""
    try:
        done = subprocess.run(
            ["ssh", "-oBatchMode=yes", "-oLogLevel=ERROR", "-oStrictHostKeyChecking=no",
             "-oUserKnownHostsFile=/dev/null", "-oConnectTimeout=5",
             f"-oIdentityFile={lab.key}", f"-p{port}", f"root@{ADDRESS}", command],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, timeout=20)
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 else None


def import_disk(lab):
    """A guest around a disk that has a system already: defined, started, and left alone."""
    check = lab.check
    name, volume = "e2e-imported", "e2e-imported.img"
    kernel = "/var/lib/testhost"
    with lab.ours() as session:
        session.ok(cmd="copy-volume", pool="default", to=volume, **{"from": SOURCE})
        lab.volumes["default"].add(volume)
        reply = session.ask(cmd="virt-install", seconds=90, args=[
            "--import", "--name", name, "--memory", "192", "--virt-type", "qemu",
            "--cpu", "mode=maximum", "--osinfo", "generic", "--graphics", "none",
            "--disk", f"vol=default/{volume},format=raw,bus=virtio",
            "--network", "passt,model=virtio,xpath0.create=./portForward,"
                         "xpath1.set=./portForward/@proto=tcp,"
                         "xpath2.create=./portForward/range,"
                         "xpath3.set=./portForward/range/@start=2299,"
                         "xpath4.set=./portForward/range/@to=22",
            "--boot", f"kernel={kernel}/kernel,initrd={kernel}/initrd,"
                      "kernel_args=console=ttyS0 panic=-1",
            "--noautoconsole",
        ])
        check.true("--import makes a domain", reply["success"], "success", reply)
        check.equal("it runs", "running\n",
                    session.ok(cmd="virsh", args=["domstate", name])["reply"])
        check.equal("it is persistent", "yes",
                    field(session.ok(cmd="virsh", args=["dominfo", name])["reply"], "Persistent"))
        check.equal("its system answers", lab.marker + "\n",
                    eventually(lambda: guest(lab, 2299, "cat /marker"), bool, 90))
        again = session.ask(cmd="virt-install", seconds=60, args=[
            "--import", "--name", name, "--memory", "192", "--osinfo", "generic",
            "--disk", "none", "--noautoconsole"])
        check.equal("its name is taken then", "virt-install exited with 1", again["reply"])
        session.ok(cmd="virsh", args=["destroy", name])
        session.ok(cmd="virsh", args=["undefine", name])


def over_a_connection_to_elsewhere(lab, server):
    """libvirt's daemon could be on another host: kernel and initrd are sent to it."""
    check = lab.check
    script = lab.host.path("/var/lib/testhost/elsewhere")
    script.write_text("#!/bin/sh\nexec virt-ssh-helper qemu:///system\n")
    script.chmod(0o755)
    uri = "qemu+ext://elsewhere/system?command=/var/lib/testhost/elsewhere"
    with open(lab.directory / "elsewhere.log", "w+b") as log:
        with Session(lab.host.command(lab.host.installed_helper, uri), stderr=log) as session:
            make_volume(session)
            upload(session, "ks.cfg", f"PROOF=sent\nREPO={server.url}\n")
            reply = session.ask(cmd="virt-install", args=vector(server.url), seconds=150,
                                destroy_on_error=True)
            told(lab, "what is sent to a host is told", "Transferring 'virtinst-", Path(log.name))
            check.true("an installation over a connection to elsewhere succeeds",
                       reply["success"], "success", reply)
            nothing_left(lab, "after it")
            check.equal("its installer read the kickstart", "sent\n",
                        read_from_image(lab.host.volume(TEMPORARY), "/proof"))
            check.true("the pool for what is sent stays", "boot-scratch" in lab.host.run(
                "virsh", "pool-list", "--autostart", "--name").split(), "boot-scratch", "none")
            session.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])
    lab.host.run("virsh", "pool-destroy", "boot-scratch")
    lab.host.run("virsh", "pool-undefine", "boot-scratch")


def failures(lab, server):
    check = lab.check
    with logged_session(lab) as (session, log):
        make_volume(session)
        upload(session, "ks.cfg", "PROOF=none\n")
        for what, url, words in (
            ("a tree that is not there", server.url + "/none", "Could not find an installable"),
            ("a tree whose initrd is cut short", server.url + "/cut", "it ends early"),
            ("a server that is not there", f"http://{SERVER_ADDRESS}:1/", "mistyped"),
        ):
            reply = session.ask(cmd="virt-install", args=vector(url), destroy_on_error=True)
            check.equal(f"{what} is an error", "virt-install exited with 1", reply.get("reply"))
            told(lab, f"{what}: the reason is told", words, log)
            nothing_left(lab, what)
        reply = session.ask(cmd="virt-install", args=vector(server.url, volume="none"),
                            destroy_on_error=True)
        check.true("a missing volume is an error", not reply["success"], "failure", reply)
        nothing_left(lab, "a missing volume")

        lab.host.run("mount", "-t", "tmpfs", "-o", "size=1m,mode=711", "tmpfs", SCRATCH)
        try:
            words = vector(server.url)
            words[words.index("--disk") + 1] = "pool=default,size=0.01"
            reply = session.ask(cmd="virt-install", args=words, destroy_on_error=True)
            check.equal("a full scratch directory is an error", "virt-install exited with 1",
                        reply.get("reply"))
            told(lab, "which is told", f"cannot write to '{SCRATCH}': No space left", log)
            nothing_left(lab, "a full scratch directory")
            check.equal("nor does a volume", False, lab.host.volume(f"{NAME}.qcow2").exists())
        finally:
            lab.host.run("umount", SCRATCH)
        session.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])


def given_up(lab, server):
    """The client goes away while a file is fetched, and while the installer runs."""
    check = lab.check
    for what, url, reached in (
        ("a download", server.url + "/slow",
         lambda: "/slow/images/pxeboot/vmlinuz" in server.asked("GET")),
        ("an installation", server.url, lambda: NAME in domains(lab)),
    ):
        session = lab.ours()
        make_volume(session)
        upload(session, "ks.cfg", "SLEEP=1000\n")
        session.send(cmd="virt-install", destroy_on_error=True,
                     args=vector(url, "--disk", "pool=default,size=0.01"))
        check.true(f"{what} is under way", eventually(reached, bool, 60), "it", "it is not")
        before = helpers(lab)
        session.kill()
        start = time.monotonic()
        check.soon(f"{what} that is given up: the session ends", before - 1,
                   lambda: helpers(lab))
        check.soon(f"{what} that is given up: no domain stays", False,
                   lambda: NAME in domains(lab))
        nothing_left(lab, f"{what} that is given up")
        check.equal(f"{what} that is given up: no volume of its own stays", False,
                    lab.host.volume(f"{NAME}.qcow2").exists())
        check.true(f"{what} that is given up ends at once", time.monotonic() - start < 4,
                   "less than 4 s", f"{time.monotonic() - start:.1f} s")
        with lab.ours() as other:
            other.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])


def killed(lab, server):
    """A helper that can clean nothing up: its user's next session does it."""
    check = lab.check
    session = lab.session(stderr=subprocess.DEVNULL)
    make_volume(session)
    upload(session, "ks.cfg", "PROOF=none\n")
    server.log.clear()
    session.send(cmd="virt-install", args=vector(server.url + "/slow"))
    check.true("a download is under way", eventually(
        lambda: "/slow/images/pxeboot/vmlinuz" in server.asked("GET"), bool, 60), "it", "it is not")
    scratch = lab.host.path(SCRATCH)
    names = eventually(lambda: [entry.name for entry in scratch.iterdir()], bool, 10)
    theirs = scratch / "virtinst-abcdefgh-vmlinuz"  # as virt-install names it
    theirs.touch()
    directories = lab.host.path("/var/tmp")
    pid, directory = next(
        (process.name, directories / name)
        for process in lab.host.path("/proc").glob("[0-9]*") if is_helper(process)
        for name in [(process / "cwd").readlink().name]
        if (directories / name / "ks.cfg").exists())
    lab.host.kill(pid)
    session.kill()
    check.soon("a helper that is killed is gone", False, lambda: is_helper(
        lab.host.path(f"/proc/{pid}")))
    check.true("it leaves its files", directory.exists() and set(names) <= {
        entry.name for entry in scratch.iterdir()}, names, "not all")
    with lab.ours() as other:
        other.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])
    check.equal("the next session removes its directory", False, directory.exists())
    check.equal("and what it fetched, but nothing of virt-install's", [theirs.name],
                [entry.name for entry in scratch.iterdir()])
    theirs.unlink()


def is_helper(process):
    try:
        return (process / "comm").read_text().startswith("atex-virt-help")
    except (FileNotFoundError, ProcessLookupError):
        return False


def others_meanwhile(lab, server):
    """Another session ends the guest, or takes its name."""
    check = lab.check
    with logged_session(lab) as (session, log):
        make_volume(session)
        upload(session, "ks.cfg", "SLEEP=1000\n")
        session.send(cmd="virt-install", args=vector(server.url), destroy_on_error=True)
        told(lab, "an installer runs", "installer is up", log, 60)
        with lab.ours() as other:
            other.ok(cmd="virsh", args=["destroy", NAME])
        reply = session.receive()
        check.true("a transient guest that somebody ends is over, as for virt-install",
                   reply["success"], "success", reply)
        nothing_left(lab, "after it")

        server.log.clear()
        session.send(cmd="virt-install", args=vector(server.url + "/slower"),
                     destroy_on_error=True)
        check.true("a download is under way", eventually(
            lambda: "/slower/images/pxeboot/initrd.img" in server.asked("GET"), bool, 60),
            "it", "it is not")
        lab.host.run("virsh", "create", "/dev/stdin", input=(
            f"<domain type='qemu'><name>{NAME}</name><memory unit='MiB'>16</memory>"
            "<os><type>hvm</type></os></domain>"))
        reply = session.receive()
        check.equal("a name that is taken meanwhile is an error", "virt-install exited with 1",
                    reply.get("reply"))
        check.true("whoever has it keeps it", NAME in domains(lab), NAME, domains(lab))
        lab.host.run("virsh", "destroy", NAME)
        session.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])


def published_client(lab, server):
    """
    `atex shvirt install` of the client from PyPI. It asks for the host's own processor, which takes
    hardware virtualization: here it comes as far as libvirt, which is asked to start the domain.
    """
    check = lab.check
    status, _, errors = lab.atex("install", "--name", "e2e-client", "--location", server.url,
                                 "--size", "1", "--bios")
    check.true("atex shvirt install: the tree is found and fetched, and libvirt says what it lacks",
               status != 0 and "Retrieving 'vmlinuz'" in errors
               and "Retrieving 'initrd.img'" in errors and "host-passthrough" in errors
               and "virt-install exited with 1" in errors,
               "both files, then libvirt's words on the processor", errors[-1500:])
    nothing_left(lab, "atex shvirt install")
    check.equal("atex shvirt install: no domain of its stays", False,
                "installing-e2e-client" in domains(lab))
    with lab.ours() as session:
        session.ok(cmd="virsh", args=["vol-delete", "e2e-client-temp", "default"])


def told(lab, what, words, log, seconds=5):
    """On stderr, which ssh may bring a little later than the reply."""
    seen = eventually(lambda: log.read_text(errors="replace"), lambda text: words in text, seconds)
    lab.check.true(what, words in seen, words, seen[-600:])


def helpers(lab):
    """How many sessions there are."""
    return sum(name.startswith("atex-virt-help") for name in lab.host.processes())


def nothing_left(lab, when):
    scratch = lab.host.path(SCRATCH)
    lab.check.soon(f"{when}: no file of the installation stays", [],
                   lambda: sorted(entry.name for entry in scratch.iterdir()))
    lab.check.true(f"{when}: no domain stays", NAME not in domains(lab), "none", domains(lab))


def domains(lab):
    return lab.host.run("virsh", "list", "--all", "--name").split()


def field(text, name):
    return next(line.split(":", 1)[1].strip() for line in text.splitlines()
                if line.startswith(name))


def make_volume(session):
    session.ok(cmd="create-volume", pool="default", name=TEMPORARY, format="raw", size=64 << 20,
               remove_existing=True)


def upload(session, name, text):
    body = text.encode()
    session.send(cmd="upload", name=name, length=len(body))
    session.process.stdin.write(body)
    reply = session.receive()
    if not reply["success"]:
        raise RuntimeError(f"the upload of {name} was refused: {reply}")


@contextlib.contextmanager
def logged_session(lab):
    """A session, and the file that its stderr goes to."""
    path = lab.directory / "install.log"
    with open(path, "wb") as log:
        with lab.session(stderr=log) as session:
            yield session, path


# -- the tree

def make_tree(lab, tree):
    images = tree / "images/pxeboot"
    images.mkdir(parents=True)
    (tree / ".treeinfo").write_text(TREEINFO)
    shutil.copyfile(lab.host.guest / "kernel", images / "vmlinuz")
    initrd = (lab.host.guest / "initrd").read_bytes()
    initrd += bytes(-len(initrd) % 4)
    (images / "initrd.img").write_bytes(
        initrd + newc({"init": INSTALLER, "dhcp": ROOT_DHCP}))
    with gzip.open(tree / "disk.gz", "wb", compresslevel=1) as packed:
        with open(lab.host.volume(SOURCE), "rb") as image:
            shutil.copyfileobj(image, packed)
    for other in ("cut", "slow", "slower"):
        (tree / other).mkdir()
        (tree / other / ".treeinfo").write_text(TREEINFO)
        (tree / other / "images").symlink_to("../images")


def newc(programs):
    """An archive of executable files, as cpio would write it."""
    archive = b""
    for number, (name, text) in enumerate([*programs.items(), ("TRAILER!!!", "")], 1):
        fields = [number, 0o100755, 0, 0, 1, 0, len(text), 0, 0, 0, 0, len(name) + 1, 0]
        archive += b"070701" + b"".join(b"%08X" % value for value in fields)
        archive += name.encode() + b"\0"
        archive += bytes(-len(archive) % 4) + text.encode()
        archive += bytes(-len(archive) % 4)
    return archive


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        self.server.log.append((self.command, self.path))

    def copyfile(self, source, outputfile):
        """
        What lies in /cut ends early; what lies in /slow takes longer than anybody waits, the initrd
        of /slower some seconds.
        """
        try:
            if self.path.startswith("/cut/images/") and self.path.endswith("initrd.img"):
                outputfile.write(source.read(10_000))
            elif self.path.startswith("/slow/images/"):
                while piece := source.read(1000):
                    outputfile.write(piece)
                    time.sleep(0.2)
            else:
                if self.path.startswith("/slower/images/") and self.path.endswith("initrd.img"):
                    time.sleep(4)
                super().copyfile(source, outputfile)
        except (BrokenPipeError, ConnectionResetError):
            pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, tree):
        self.log = []
        super().__init__(
            (SERVER_ADDRESS, 0), lambda *words: Handler(*words, directory=str(tree)))
        self.url = f"http://{SERVER_ADDRESS}:{self.server_port}"

    def asked(self, method):
        return {path for command, path in self.log if command == method}


@contextlib.contextmanager
def serving(tree):
    server = Server(tree)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
