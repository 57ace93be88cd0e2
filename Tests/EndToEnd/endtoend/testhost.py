"""A virtualization host in namespaces, which shares only the kernel with this machine."""

import json
import os
import pty
import re
import shutil
import subprocess
from pathlib import Path

from .checks import eventually, note
from .namespaces import spawn_python

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[2]
HOSTNAME = "testhost"
# two addresses from a range reserved for documentation, so nothing else uses them
ADDRESS = "203.0.113.2"
CLIENT_ADDRESS = "203.0.113.1"
# the same for a second host
SECOND_ADDRESS = "198.51.100.2"
SECOND_CLIENT_ADDRESS = "198.51.100.1"

USER = "atex"
ORIGINAL_USER = "original"
ORIGINAL_HELPER = "/usr/local/lib/atex-original/atex-virt-helper"
STATE = "/var/lib/atex-virt-helper"

# a directory pool on a file system that shares blocks, and one on a file system that does not
POOLS = {"default": "/var/lib/libvirt/images", "plain": "/srv/plain"}
DOMAINS = {"vm1": 2201, "vm2": 2202, "vm3": 2203}

ENVIRONMENT = ("/usr/bin/env", "-i", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin",
               "HOME=/root", "LC_ALL=C.UTF-8")

POOL_XML = """
<pool type='dir'><name>{name}</name><target><path>{path}</path></target></pool>
"""

# Little memory; a processor with a random number generator, which sshd needs at boot; a volume that
# checks create after a reservation; a console that is logged to a file. On a busy machine Linux's
# check of the timer would fail.
DOMAIN_XML = """
<domain type='qemu'>
  <name>{name}</name>
  <memory unit='MiB'>128</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
    <kernel>/var/lib/testhost/kernel</kernel>
    <initrd>/var/lib/testhost/initrd</initrd>
    <cmdline>console=ttyS0 panic=-1 no_timer_check</cmdline>
  </os>
  <features><acpi/></features>
  <cpu mode='maximum'/>
  <on_reboot>destroy</on_reboot>
  <devices>
    <disk type='volume' device='disk'>
      <driver name='qemu' type='raw'/>
      <source pool='default' volume='{name}.img'/>
      <target dev='vda' bus='virtio'/>
    </disk>
    <interface type='user'>
      <backend type='passt'/>
      <model type='virtio'/>
      <portForward proto='tcp'><range start='{port}' to='22'/></portForward>
    </interface>
    <serial type='pty'><log file='/var/log/libvirt/qemu/{name}-console.log'/></serial>
    <memballoon model='none'/>
  </devices>
</domain>
"""

# Used if contrib/ has no such file.
SSHD_DROP_IN = """\
Match Group atex
    ForceCommand exec sudo --non-interactive /usr/local/bin/atex-virt-helper
    PermitTTY no
    DisableForwarding yes
"""
SUDOERS = """\
Defaults:%atex env_keep += "SSH_CONNECTION SSH_ORIGINAL_COMMAND"
%atex ALL=(root) NOPASSWD: /usr/local/bin/atex-virt-helper
"""
# the original helper has its own user
ORIGINAL_SSHD_DROP_IN = f"""\
Match User {ORIGINAL_USER}
    ForceCommand exec sudo --non-interactive {ORIGINAL_HELPER}
    PermitTTY no
    DisableForwarding yes
"""
ORIGINAL_SUDOERS = f"{ORIGINAL_USER} ALL=(root) NOPASSWD: {ORIGINAL_HELPER}\n"


class TestHost:
    """
    with TestHost(...) as host:
        host.run("virsh", "list")
        host.path("/var/log/libvirt")   # the same place, seen from outside
    """

    def __init__(self, directory, run_id, tree, guest, helper, original, public_key, *,
                 is_second=False, bare=False):
        """
        `is_second`: beside the first, with addresses of its own
        `bare`: only Debian's packages, for checks that set up a host
        """
        self.run_id = run_id
        self.bare = bare
        self.address, self.client_address, self.link = (
            (SECOND_ADDRESS, SECOND_CLIENT_ADDRESS, "client1") if is_second
            else (ADDRESS, CLIENT_ADDRESS, "client0"))
        self.directory = Path(directory)
        self.tree = tree
        self.guest = Path(guest)
        self.helper = Path(helper)
        self.original = Path(original)
        self.public_key = public_key
        self.process = None
        self.pid = None
        self.group = None
        self.installed_helper = None

    # -- life

    def __enter__(self):
        try:
            self._start()
            if not self.bare:
                self._make_users()
            self._await_daemons()
            if not self.bare:
                self._define()
            self.at_rest = self.processes()
        except BaseException:
            self.print_logs()
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        """Kills process 1; the kernel then ends and removes everything else."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
            # the kernel removes it some time after the host; the next host may need the name before
            subprocess.run(["ip", "link", "delete", self.link], stderr=subprocess.DEVNULL,
                           timeout=10)

    def _start(self):
        upper = self.directory / "layer/upper"
        upper.mkdir(parents=True)
        (self.directory / "layer/work").mkdir()
        (self.directory / "root").mkdir()
        self._fill(upper)
        reader, writer = os.pipe()
        settings = {
            "tree": os.fspath(self.tree),
            "root": os.fspath(self.directory / "root"),
            "layer": os.fspath(self.directory / "layer"),
            "file_systems": self._make_file_systems(),
            "hostname": HOSTNAME,
            "init": "/var/lib/testhost/init.py",
            "pid_fd": writer,
        }
        self.process = spawn_python(
            HERE / "assemble.py", json.dumps(settings), flags=("--net", "--uts", "--ipc"),
            pass_fds=(writer,), stdin=subprocess.DEVNULL, start_new_session=True,
        )
        os.close(writer)
        with open(reader) as report:
            # one line, not until end of file: `unshare` keeps the other end open
            self.pid = report.readline().strip()
        if not self.pid:
            raise RuntimeError("the test host did not start")
        eventually(lambda: os.readlink(f"/proc/{self.pid}/exe"), lambda exe: "python3.1" in exe, 5)
        self._connect()

    def _connect(self):
        """Connects the client's network namespace and the host's by a pair of devices."""
        ip("link", "add", self.link, "type", "veth", "peer", "name", "eth0", "netns", self.pid)
        ip("address", "add", f"{self.client_address}/24", "dev", self.link)
        ip("link", "set", self.link, "up")
        inside = ("nsenter", "--target", self.pid, "--net", "ip")
        for words in (("link", "set", "lo", "up"),
                      ("address", "add", f"{self.address}/24", "dev", "eth0"),
                      ("link", "set", "eth0", "up"),
                      # passt copies the network settings of the interface with the default route
                      ("route", "add", "default", "via", self.client_address)):
            subprocess.run([*inside, *words], check=True, timeout=10)

    def _make_file_systems(self):
        """Creates the images, which are sparse files in memory; maps mount point to image."""
        made = {}
        for pool, size, command in (
            ("default", 3 << 30, ("mkfs.xfs", "-q", "-m", "reflink=1")),
            ("plain", 1 << 30, ("mke2fs", "-q", "-t", "ext4")),
        ):
            # a loop device that outlives the run is found by this name
            image = self.directory / f"{self.run_id}-{pool}.img"
            with open(image, "wb") as file:
                file.truncate(size)
            subprocess.run([*command, image], check=True, timeout=60, stdin=subprocess.DEVNULL)
            made[POOLS[pool]] = os.fspath(image)
        return made

    # -- what is installed

    def _fill(self, upper):
        """Writes the files that are layered over the cached tree."""
        def put(path, content, mode=0o644):
            target = upper / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, Path):
                shutil.copyfile(content, target)
            else:
                target.write_text(content)
            target.chmod(mode)

        put("/etc/hosts", f"127.0.0.1 localhost\n{self.address} {HOSTNAME}\n")
        put("/var/lib/testhost/init.py", HERE / "init.py")
        for name in ("kernel", "initrd"):
            put(f"/var/lib/testhost/{name}", self.guest / name)
        # this machine's kernel may enforce AppArmor, without profiles for the test host
        put("/etc/libvirt/qemu.conf", 'security_driver = "none"\n', 0o600)

        if self.bare:
            return
        drop_in = contrib("sshd_config.d/atex-virt-helper.conf") or SSHD_DROP_IN
        sudoers = contrib("sudoers.d/atex-virt-helper") or SUDOERS
        put("/etc/ssh/sshd_config.d/atex-virt-helper.conf", drop_in)
        put("/etc/sudoers.d/atex-virt-helper", sudoers, 0o440)
        put("/etc/ssh/sshd_config.d/original.conf", ORIGINAL_SSHD_DROP_IN)
        put("/etc/sudoers.d/original", ORIGINAL_SUDOERS, 0o440)
        # the path and the group are those in the files of contrib/
        installed = re.search(r"^\s*ForceCommand .*?(/\S*/atex-virt-helper)\b", drop_in, re.M)[1]
        self.group = re.search(r"^Match Group (\S+)", drop_in, re.M)[1]
        put(installed, self.helper, 0o755)
        self.installed_helper = installed
        put(ORIGINAL_HELPER, self.original, 0o755)

    def _make_users(self):
        self.run("groupadd", self.group)
        for name, group in ((USER, self.group), (ORIGINAL_USER, "nogroup")):
            self.run("useradd", "--create-home", "--shell", "/bin/sh", "--password", "*",
                     "--gid", group, name)
            self.run("install", "-d", "-o", name, "-m", "700", f"/home/{name}/.ssh")
            self.run("install", "-o", name, "-m", "600", "/dev/stdin",
                     f"/home/{name}/.ssh/authorized_keys", input=self.public_key)
        # The original keeps its locks in root's home if sudo sets HOME, as it does here. The link
        # makes both helpers use the same locks.
        self.run("install", "-d", f"{STATE}/locks")
        self.run("ln", "-s", STATE, "/root/.atex-virt-helper")

    def _await_daemons(self):
        for socket in ("/run/libvirt/libvirt-sock", "/run/libvirt/virtlogd-sock", "/run/sshd.pid"):
            if not eventually(self.path(socket).exists, bool, 30):
                raise RuntimeError(f"no {socket} after 30 s")
        # probes QEMU's capabilities now, so that no check has to wait for that
        self.run("virsh", "domcapabilities", timeout=120)

    def _define(self):
        for name, path in POOLS.items():
            xml = POOL_XML.format(name=name, path=path)
            self.run("virsh", "pool-define", "/dev/stdin", input=xml)
            self.run("virsh", "pool-start", name)
        for name, port in DOMAINS.items():
            xml = DOMAIN_XML.format(name=name, port=port)
            self.run("virsh", "define", "/dev/stdin", input=xml)

    # -- what checks use

    def command(self, *argv):
        """The command line that runs `argv` in the test host."""
        return ("nsenter", "--target", self.pid, "--mount", "--pid", "--net", "--uts", "--ipc",
                "--", *ENVIRONMENT, *argv)

    def run(self, *argv, input=None, timeout=60, check=True):
        """Runs a command and returns its standard output."""
        source = {"input": input} if input is not None else {"stdin": subprocess.DEVNULL}
        done = subprocess.run(self.command(*argv), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=timeout, **source)
        if check and done.returncode != 0:
            raise RuntimeError(f"{argv} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def attempt(self, *argv, input=None, timeout=120):
        """Runs a command that may fail; returns its status and all output."""
        source = {"input": input} if input is not None else {"stdin": subprocess.DEVNULL}
        done = subprocess.run(self.command(*argv), stdout=subprocess.PIPE, text=True,
                              stderr=subprocess.STDOUT, timeout=timeout, **source)
        return done.returncode, done.stdout

    def make_install(self):
        """Runs `make install` with the program under test."""
        subprocess.run(["make", "-s", "-C", REPOSITORY, "install", f"HELPER={self.helper}",
                        f"DESTDIR=/proc/{self.pid}/root", "PREFIX=/usr/local"], check=True,
                       stdin=subprocess.DEVNULL, timeout=60)

    def restart_libvirtd(self, *options):
        """Starts a new one, as init.py does not; it takes over the running guests."""
        old = self.path("/run/libvirtd.pid").read_text().strip()
        self.run("kill", old)
        # it waits up to half a minute for its jobs
        if not eventually(lambda: not self.path(f"/proc/{old}").exists(), bool, 60):
            raise RuntimeError("libvirtd does not end")
        self.run("sh", "-c", 'exec libvirtd --daemon "$@" >>/var/log/testhost/libvirtd.log 2>&1',
                 "sh", *options)
        if eventually(lambda: self.attempt("virsh", "uri")[0], (0).__eq__, 30) != 0:
            raise RuntimeError("libvirtd does not respond")

    def restart_sshd(self):
        """sshd reads its configuration only when it starts."""
        self.run("sh", "-c", "kill -HUP $(cat /run/sshd.pid)")
        # It executes itself again, and then writes the file anew.
        self.run("sh", "-c", "for i in $(seq 50); do sleep 0.1; ss -tln | grep -q ':22 ' && exit 0;"
                             " done; exit 1")

    def path(self, inside):
        """A path of the test host, as a path of this process."""
        return Path(f"/proc/{self.pid}/root") / inside.lstrip("/")

    def volume(self, name, pool="default"):
        return self.path(f"{POOLS[pool]}/{name}")

    def processes(self):
        """The sorted names of all processes in the test host, including process 1."""
        names = []
        for comm in self.path("/proc").glob("[0-9]*/comm"):
            try:
                # One that has ended may stay until its parent has read its status: ssh does not do
                # that for a ProxyCommand.
                if not comm.with_name("stat").read_text().rpartition(") ")[2].startswith("Z"):
                    names.append(comm.read_text().rstrip("\n"))
            except (FileNotFoundError, ProcessLookupError):
                pass  # just ended
        return sorted(names)

    def lock_holders(self):
        """Maps domain to the PID, in the test host, of the process that holds its reservation."""
        held = self.run("python3", "-I", "-c", LOCK_HOLDERS, STATE + "/locks")
        return json.loads(held)

    def kill_libvirtd(self):
        """Kills it, since one that is told to end may wait half a minute for its jobs."""
        pid = self.path("/run/libvirtd.pid").read_text().strip()
        self.kill(pid)
        if not eventually(lambda: not self.path(f"/proc/{pid}").exists(), bool, 20):
            raise RuntimeError("libvirtd does not end")

    def start_libvirtd(self):
        """Starts libvirtd and waits until it has found the running guests again."""
        self.run("sh", "-c", "exec libvirtd --daemon >>/var/log/testhost/libvirtd.log 2>&1")
        eventually(lambda: self.run("virsh", "list", "--name", check=False), bool, 20)

    def kill(self, pid):
        self.run("kill", "-KILL", str(pid))

    def shell(self):
        pty.spawn([*self.command("TERM=" + os.environ.get("TERM", "dumb"), "setsid", "--ctty",
                                 "--wait", "bash", "-l")])

    def print_logs(self, lines=40):
        if self.pid is None:
            return
        logs = [*self.path("/var/log/testhost").glob("*"),
                *self.path("/var/log/libvirt/qemu").glob("*.log")]
        for log in sorted(logs):
            text = log.read_text(errors="replace").splitlines()[-lines:]
            if text:
                note(f"---- {log.name}")
                for line in text:
                    note(f"| {line}")


# runs in the test host, so that the PIDs are the host's
LOCK_HOLDERS = """
import fcntl, json, os, struct, sys
held = {}
for entry in os.scandir(sys.argv[1]) if os.path.isdir(sys.argv[1]) else ():
    with open(entry.path, "wb") as file:
        asked = struct.pack("@hhqqi", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _, _, _, pid = struct.unpack("@hhqqi", fcntl.fcntl(file, fcntl.F_GETLK, asked))
        if kind != fcntl.F_UNLCK:
            held[entry.name] = pid
print(json.dumps(held))
"""


def contrib(name):
    path = REPOSITORY / "contrib" / name
    return path.read_text() if path.exists() else None


def ip(*words):
    subprocess.run(["ip", *words], check=True, timeout=10)
