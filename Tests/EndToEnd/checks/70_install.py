"""
virt-install inside the helper. An installer, downloaded over HTTP, reads the kickstart in its
initrd, writes the disk and powers off; then a domain boots from that disk. Failed and cancelled
installations leave nothing behind.
"""

import contextlib
import subprocess
import time
from pathlib import Path

from endtoend.checks import eventually
from endtoend.installer import NAME, SERVER_ADDRESS, TEMPORARY, serving, upload, vector
from endtoend.lab import SOURCE, Session, read_from_image
from endtoend.testhost import ADDRESS, DOMAINS

SCRATCH = "/var/lib/libvirt/boot"


def run(lab):
    with serving(lab) as server:
        install_from_server(lab, server)
        import_disk(lab)
        remote_connection(lab, server)
        failures(lab, server)
        cancelled(lab, server)
        killed(lab, server)
        interference(lab, server)
        published_client(lab, server)


def install_from_server(lab, server):
    check = lab.check
    volume = f"{next(iter(DOMAINS))}.img"
    with logged_session(lab) as (session, log):
        make_volume(session)
        upload(session, "ks.cfg", f"PROOF=proof-of-{lab.marker}\nREPO={server.url}\n")
        reply = session.ask(cmd="virt-install", args=vector(server.url), destroy_on_error=True,
                            seconds=150)
        check.true("an installation from a server succeeds", reply["success"], "success", reply)
        for what, words in (("stderr has the installer's console", "installer is up"),
                            ("to its end", "installation is over"),
                            ("and virt-install's messages", "Domain creation completed.")):
            check_log(lab, what, words, log)
        asked = server.asked("HEAD"), server.asked("GET")
        check.true("kernel and initrd were looked up and downloaded",
                   {"/images/pxeboot/vmlinuz", "/images/pxeboot/initrd.img"}
                   <= asked[0] & asked[1], "both", asked)
        nothing_left(lab, "after it")
        image = lab.host.volume(TEMPORARY)
        check.equal("the installer read the kickstart", f"proof-of-{lab.marker}\n",
                    read_from_image(image, "/proof"))
        check.equal("its kernel got the arguments, and the tree's URL again",
                    f"console=ttyS0,115200 inst.ks=file:/ks.cfg inst.repo={server.url} "
                    f"inst.repo={server.url}", read_from_image(image, "/cmdline").strip())
        session.ok(cmd="copy-volume", pool="default", to=volume, move=True,
                   **{"from": TEMPORARY})
        lab.volumes["default"].add(volume)
        check.true("the volume was moved to its domain",
                   lab.host.volume(volume).exists() and not image.exists(), volume,
                   image.exists())
    boots(lab, "a domain boots the installed system", f"proof-of-{lab.marker}")


def boots(lab, what, proof):
    """Starts the first domain and waits until its ssh responds."""
    domain, port = next(iter(DOMAINS.items()))
    with lab.ours() as session:
        session.ok(cmd="virsh", args=["start", domain])
        seen = eventually(lambda: guest(lab, port, "cat /proof"), bool, 90)
        lab.check.equal(what, proof + "\n", seen)
        session.ok(cmd="virsh", args=["destroy", domain])


def guest(lab, port, command):
    """The output of a command in the guest; None if the guest does not respond yet."""
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
    """--import of a disk with a system: the domain is defined and started."""
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
        check.true("--import defines a domain", reply["success"], "success", reply)
        check.equal("it runs", "running\n",
                    session.ok(cmd="virsh", args=["domstate", name])["reply"])
        check.equal("it is persistent", "yes",
                    field(session.ok(cmd="virsh", args=["dominfo", name])["reply"], "Persistent"))
        check.equal("its system responds", lab.marker + "\n",
                    eventually(lambda: guest(lab, 2299, "cat /marker"), bool, 90))
        again = session.ask(cmd="virt-install", seconds=60, args=[
            "--import", "--name", name, "--memory", "192", "--osinfo", "generic",
            "--disk", "none", "--noautoconsole"])
        check.equal("its name is in use then", "virt-install exited with 1", again["reply"])
        session.ok(cmd="virsh", args=["destroy", name])
        session.ok(cmd="virsh", args=["undefine", name])


def remote_connection(lab, server):
    """A connection to a remote libvirtd: kernel and initrd are uploaded to its host."""
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
            check_log(lab, "uploads to the host are reported", "Transferring 'virtinst-",
                      Path(log.name))
            check.true("an installation over a remote connection succeeds",
                       reply["success"], "success", reply)
            nothing_left(lab, "after it")
            check.equal("its installer read the kickstart", "sent\n",
                        read_from_image(lab.host.volume(TEMPORARY), "/proof"))
            check.true("the pool of the uploaded files stays", "boot-scratch" in lab.host.run(
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
            check_log(lab, f"{what}: the reason is printed", words, log)
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
            check_log(lab, "the reason is printed", f"cannot write to '{SCRATCH}': No space left",
                      log)
            nothing_left(lab, "a full scratch directory")
            check.equal("no new volume stays", False, lab.host.volume(f"{NAME}.qcow2").exists())
        finally:
            lab.host.run("umount", SCRATCH)
        session.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])


def cancelled(lab, server):
    """The client disconnects during a download, and while the installer runs."""
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
        check.true(f"{what} has started", eventually(reached, bool, 60), "started", "not started")
        before = helpers(lab)
        session.kill()
        start = time.monotonic()
        check.soon(f"{what} without a client: the session ends", before - 1,
                   lambda: helpers(lab))
        check.soon(f"{what} without a client: no domain stays", False,
                   lambda: NAME in domains(lab))
        nothing_left(lab, f"{what} without a client")
        check.equal(f"{what} without a client: its new volume does not stay", False,
                    lab.host.volume(f"{NAME}.qcow2").exists())
        check.true(f"{what} without a client ends at once", time.monotonic() - start < 4,
                   "less than 4 s", f"{time.monotonic() - start:.1f} s")
        with lab.ours() as other:
            other.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])


def working_directory(process):
    """Its name, as a list; empty if the process has ended, as a clean-up in the background may."""
    try:
        return [(process / "cwd").readlink().name]
    except FileNotFoundError:
        return []


def killed(lab, server):
    """A killed helper cannot clean up: the next session of its user does."""
    check = lab.check
    session = lab.session(stderr=subprocess.DEVNULL)
    make_volume(session)
    upload(session, "ks.cfg", "PROOF=none\n")
    server.log.clear()
    session.send(cmd="virt-install", args=vector(server.url + "/slow"))
    check.true("a download has started", eventually(
        lambda: "/slow/images/pxeboot/vmlinuz" in server.asked("GET"), bool, 60),
        "started", "not started")
    scratch = lab.host.path(SCRATCH)
    names = eventually(lambda: [entry.name for entry in scratch.iterdir()], bool, 10)
    theirs = scratch / "virtinst-abcdefgh-vmlinuz"  # virt-install's own pattern of names
    theirs.touch()
    directories = lab.host.path("/var/tmp")
    pid, directory = next(
        (process.name, directories / name)
        for process in lab.host.path("/proc").glob("[0-9]*") if is_helper(process)
        for name in working_directory(process)
        if (directories / name / "ks.cfg").exists())
    lab.host.kill(pid)
    session.kill()
    check.soon("the killed helper has ended", False, lambda: is_helper(
        lab.host.path(f"/proc/{pid}")))
    check.true("its files are still there", directory.exists() and set(names) <= {
        entry.name for entry in scratch.iterdir()}, names, "not all")
    with lab.ours() as other:
        other.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])
    check.equal("the next session removes its directory", False, directory.exists())
    check.equal("and its downloads, but no file of virt-install's", [theirs.name],
                [entry.name for entry in scratch.iterdir()])
    theirs.unlink()


def is_helper(process):
    try:
        return (process / "comm").read_text().startswith("atex-virt-help")
    except (FileNotFoundError, ProcessLookupError):
        return False


def interference(lab, server):
    """Another session destroys the guest, or uses its name."""
    check = lab.check
    with logged_session(lab) as (session, log):
        make_volume(session)
        upload(session, "ks.cfg", "SLEEP=1000\n")
        session.send(cmd="virt-install", args=vector(server.url), destroy_on_error=True)
        check_log(lab, "an installer runs", "installer is up", log, 60)
        with lab.ours() as other:
            other.ok(cmd="virsh", args=["destroy", NAME])
        reply = session.receive()
        check.true("a destroyed transient guest counts as installed, as for virt-install",
                   reply["success"], "success", reply)
        nothing_left(lab, "after it")

        server.log.clear()
        session.send(cmd="virt-install", args=vector(server.url + "/slower"),
                     destroy_on_error=True)
        check.true("a download has started", eventually(
            lambda: "/slower/images/pxeboot/initrd.img" in server.asked("GET"), bool, 60),
            "started", "not started")
        lab.host.run("virsh", "create", "/dev/stdin", input=(
            f"<domain type='qemu'><name>{NAME}</name><memory unit='MiB'>16</memory>"
            "<os><type>hvm</type></os></domain>"))
        reply = session.receive()
        check.equal("a name that another session has taken is an error",
                    "virt-install exited with 1", reply.get("reply"))
        check.true("the other domain stays", NAME in domains(lab), NAME, domains(lab))
        lab.host.run("virsh", "destroy", NAME)
        session.ok(cmd="virsh", args=["vol-delete", TEMPORARY, "default"])


def published_client(lab, server):
    """
    `atex shvirt install` of the client from PyPI. It requests the host's processor, which needs
    hardware virtualization, so here it gets only as far as the start of the domain, which fails.
    """
    check = lab.check
    status, _, errors = lab.atex("install", "--name", "e2e-client", "--location", server.url,
                                 "--size", "1", "--bios")
    check.true("atex shvirt install downloads the tree; libvirt reports the missing feature",
               status != 0 and "Retrieving 'vmlinuz'" in errors
               and "Retrieving 'initrd.img'" in errors and "host-passthrough" in errors
               and "virt-install exited with 1" in errors,
               "both files, then libvirt's error about the processor", errors[-1500:])
    nothing_left(lab, "atex shvirt install")
    check.equal("atex shvirt install: its domain does not stay", False,
                "installing-e2e-client" in domains(lab))
    with lab.ours() as session:
        session.ok(cmd="virsh", args=["vol-delete", "e2e-client-temp", "default"])


def check_log(lab, what, words, log, seconds=5):
    """Checks stderr, which ssh may deliver a little later than the reply."""
    seen = eventually(lambda: log.read_text(errors="replace"), lambda text: words in text, seconds)
    lab.check.true(what, words in seen, words, seen[-600:])


def helpers(lab):
    """The number of helper processes."""
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


@contextlib.contextmanager
def logged_session(lab):
    """A session, and the file with its stderr."""
    path = lab.directory / "install.log"
    with open(path, "wb") as log:
        with lab.session(stderr=log) as session:
            yield session, path
