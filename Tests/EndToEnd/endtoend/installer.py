"""An installer that is downloaded over HTTP, and the server that has it."""

import contextlib
import gzip
import shutil
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

from .lab import SOURCE
from .recipes.guest import ROOT_DHCP
from .testhost import ip

# Not the gateway's address: passt maps that one to the guest's own host.
SERVER_ADDRESS = "203.0.113.3"
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

# Reads the "kickstart" as shell variables. An installer without it would not know the proof.
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


def vector(url, *more, name=NAME, volume=TEMPORARY):
    """The arguments of the client's `install --bios`, without those that need real hardware."""
    return [
        "--transient", "--location", url, "--name", name, "--memory", "4096",
        "--disk", f"vol=default/{volume},format=raw", "--network", "passt",
        "--cpu", "mode=maximum", "--virt-type", "qemu",
        "--graphics", "none", "--console", "pty", "--rng", "/dev/urandom",
        "--os-variant", "rhel8-unknown", "--machine", "pc", "--boot", "hd,bios.useserial=yes",
        "--extra-args", f"console=ttyS0,115200 inst.ks=file:/ks.cfg inst.repo={url}",
        "--initrd-inject", "ks.cfg", "--autoconsole", "text", "--noreboot", *more,
    ]


def upload(session, name, text):
    body = text.encode()
    session.send(cmd="upload", name=name, length=len(body))
    session.process.stdin.write(body)
    reply = session.receive()
    if not reply["success"]:
        raise RuntimeError(f"the upload of {name} failed: {reply}")


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
    """A cpio archive, in the format newc, of executable files."""
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
        Truncates the initrd in /cut, sends files in /slow too slowly to finish, and delays the
        initrd in /slower by some seconds.
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
def serving(lab):
    """Serves the tree, which is made first. The server is on the client's machine."""
    tree = lab.directory / "tree"
    if not tree.exists():
        make_tree(lab, tree)
        ip("address", "add", f"{SERVER_ADDRESS}/24", "dev", "client0")
    server = Server(tree)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
