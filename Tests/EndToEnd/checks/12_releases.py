"""
The program under test in a tree of each Debian release that is newer than the one it is built on:
it starts there, and finds the libraries under the names that they have there.
"""

import contextlib
import json
import subprocess
import tempfile
from pathlib import Path

from endtoend.checks import note
from endtoend.namespaces import mount

XML_WORDS = ["dumpxml", "test", "--xpath", "//vcpu/text()"]


def run(lab):
    for release, (tree, reason) in lab.releases.items():
        if tree is None:
            note(f"{release}: skipped, {reason}")
            continue
        with prepared(lab, Path(tree)) as root:
            starts(lab.check, f"Debian {version(root)}", root)


def version(root):
    return (root / "etc/debian_version").read_text().strip()


@contextlib.contextmanager
def prepared(lab, tree):
    """The tree with the program, which must not be written into the cache."""
    with tempfile.TemporaryDirectory(dir=lab.directory) as directory:
        paths = {name: Path(directory) / name for name in ("root", "upper", "work")}
        for path in paths.values():
            path.mkdir(mode=0o755)
        root = paths["root"]
        mount("overlay", "release", root,
              f"lowerdir={tree},upperdir={paths['upper']},workdir={paths['work']}")
        mount("proc", "proc", root / "proc")
        mount("tmpfs", "dev", root / "dev", "mode=755")
        subprocess.run(["cp", "-a", "/dev/null", "/dev/urandom", root / "dev"], check=True)
        helper = root / "usr/bin/atex-virt-helper"
        helper.write_bytes(Path(lab.host.helper).read_bytes())
        helper.chmod(0o755)
        try:
            yield root
        finally:
            subprocess.run(["umount", "--recursive", root], check=True, timeout=60)


def starts(check, release, root):
    requests = [{"cmd": "ping"}, {"cmd": "version"},
                {"cmd": "virsh", "args": ["list", "--all"]},
                {"cmd": "virsh", "args": XML_WORDS},
                {"cmd": "virsh", "args": ["edit-no-such"]},
                {"cmd": "host-check"}]
    done = subprocess.run(
        ["chroot", root, "/usr/bin/atex-virt-helper", "test:///default"], timeout=60, text=True,
        input="".join(json.dumps(request) + "\n" for request in requests),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    if not check.equal(f"it starts on {release}", (0, len(requests), ""),
                       (done.returncode, len(replies), done.stderr)):
        return
    pong, versions, listed, xml, unknown, checked = replies
    check.equal("it answers a ping", "atex-virt-helper v1 pong", pong.get("reply"))
    running = versions.get("libvirt", {}).get("running", "")
    check.true("it uses that release's libvirt", running > "", "a version", versions)
    note(f"{release}: libvirt {running}")
    check.equal("virsh lists the domains", " 1   test   running\n", listed.get("reply"))
    check.equal("virsh evaluates an XPath expression", "2\n", xml.get("reply"))
    check.equal("an unknown command is one", "error: unknown command: 'edit-no-such'\n",
                unknown.get("reply"))
    found = [one for one in checked.get("checks", []) if one["check"] == "libraries"]
    # The test host has no libarchive, which only some virt-install options need.
    others = [one["detail"] for one in found
              if one["status"] != "ok" and "libarchive" not in one["detail"]]
    check.equal("host-check can load all libraries", (1, []), (len(found), others))
