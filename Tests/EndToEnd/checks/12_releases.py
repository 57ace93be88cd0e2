"""
The program under test in a tree of each Debian release that is newer than the one it is built on:
it starts there, finds the libraries under the names that they have there, and answers as the virsh
and the virt-install of that release, which were recorded.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from endtoend.checks import note
from endtoend.namespaces import mount
from endtoend.recipes.host import ADDED_DIR

TESTS = Path(__file__).resolve().parents[2]
XML_WORDS = ["dumpxml", "test", "--xpath", "//vcpu/text()"]


def run(lab):
    for release, (tree, reason) in lab.releases.items():
        if tree is None:
            note(f"{release}: skipped, {reason}")
            continue
        with prepared(lab, Path(tree)) as root:
            release = f"Debian {version(root)}"
            if running := starts(lab.check, release, root):
                answers(lab, release, root, running)


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
        # The transcripts share their files with the program.
        mount("none", "/var/tmp", root / "var/tmp", "bind")
        subprocess.run(["cp", "-a", f"{root / ADDED_DIR}/.", root], check=True, timeout=60)
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
    """Returns the versions that the program reports."""
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
        return None
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
    others = [one["detail"] for one in found if one["status"] != "ok"]
    check.equal("host-check can load all libraries", (1, []), (len(found), others))
    return versions


def answers(lab, release, root, versions):
    """Compares what virsh and virt-install of the release were recorded to answer."""
    names = ["virt-install/"]
    libvirt = versions["virsh"]
    if (TESTS / "VirshTests/Newer" / libvirt).is_dir():
        names.append("virsh/")
    else:  # unstable has moved
        note(f"{release}: virsh is not compared, because nothing was recorded of libvirt {libvirt}")
    done = subprocess.run(
        [sys.executable, TESTS / "Transcripts/run", "--helper", lab.host.helper, "--root", root,
         *names], timeout=600, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    last = done.stdout.splitlines()[-1:]
    note(f"{release}: virsh {libvirt}, virt-install {versions['virt-install']}: {''.join(last)}")
    if done.returncode != 0:
        print(done.stdout)
    lab.check.true("it answers as the release's virsh and virt-install", done.returncode == 0,
                   "the recorded answers", last)
