"""What a success means: the volume is on the disk. If it cannot be written there, the command fails
and the old volume stays."""

import errno
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from session import HelperTest, command

HERE = pathlib.Path(__file__).resolve().parent
MIB = 1 << 20
POOL = """<pool type='dir'><name>images</name><target><path>{path}</path></target>
<volume><name>from</name><capacity>1</capacity><target><path>{path}/from</path></target></volume>
</pool>"""
FILE_SYSTEMS = {"ext4": (["mkfs.ext4", "-q", "-F"], []),
                "xfs": (["mkfs.xfs", "-q", "-f", "-m", "reflink=1"], ["nouuid"])}


# The disk gets the name of the domain.
INSTALL = ["--name", "made", "--memory", "64", "--import", "--osinfo", "detect=off,require=off",
           "--graphics", "none", "--noautoconsole", "--disk", "pool=images,size=1"]


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def digest(path):
    return hashlib.sha256(path.read_bytes()).digest() if path.exists() else None


def has_loop_devices():
    return os.geteuid() == 0 and all(map(shutil.which, ("losetup", "mkfs.ext4", "mkfs.xfs"))) \
        and subprocess.run(["losetup", "-f"], capture_output=True).returncode == 0


class Commands(HelperTest):
    """The commands that write a volume `dst`: name, request, body, and what the volume is then."""

    SOURCE, BODY, OLD = os.urandom(3 * MIB), os.urandom(9 * MIB), b"old" * 1000

    def commands(self, replacing):
        flags = {"replace": True} if replacing else {}
        yield ("upload-volume", {"name": "dst", "length": len(self.BODY), **flags}, self.BODY,
               self.BODY)
        yield "copy-volume", {"from": "from", "to": "dst"}, b"", self.SOURCE
        flags = {"remove_existing": True} if replacing else {}
        yield ("create-volume", {"name": "dst", "format": "raw", "size": MIB, **flags}, b"",
               bytes(MIB))
        # Last, because it removes the source.
        yield "copy-volume", {"from": "from", "to": "dst", "move": True}, b"", self.SOURCE

    def prepare(self, path, replacing):
        for name, content in (("from", self.SOURCE), ("dst", self.OLD)):
            (path / name).unlink(missing_ok=True)
            if name == "from" or replacing:
                self.write(path / name, content)


class Failures(Commands):
    """`fsync` and `close` report what could not be written."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.library = cls.home / "failing.so"
        run("cc", "-shared", "-fPIC", "-O1", "-o", cls.library, HERE / "failing.c", "-ldl")

    def test_old_volume_stays(self):
        path = pathlib.Path(tempfile.mkdtemp(prefix="pool-", dir=self.home))
        path.chmod(0o777)
        uri = self.node("a", more=POOL.format(path=path))
        # The first fsync is that of the file, the second one that of the directory.
        for call, after, error, kind in (
                ("fsync", 0, errno.EIO, "system"), ("fsync", 0, errno.ENOSPC, "no-space"),
                ("fsync", 0, errno.EDQUOT, "no-space"), ("fsync", 1, errno.EIO, "system"),
                ("close", 0, errno.EDQUOT, "no-space")):
            for replacing in (False, True):
                for name, request, body, _ in self.commands(replacing):
                    if call == "close" and request.get("move"):
                        continue  # nothing was written, so that closing has nothing to report
                    with self.subTest(name, call=call, after=after, error=error, **request):
                        self.prepare(path, replacing)
                        session = self.session(uri, env={
                            "LD_PRELOAD": str(self.library),
                            "FAILING": f"{path}:{call}:{after}:{error}"})
                        reply = session.ask(
                            {"cmd": name, "pool": "images", "id": 1, **request}, body)
                        self.assertRefused(reply, kind, os.strerror(error))
                        self.assertEqual(sorted(os.listdir(path)),
                                         ["dst", "from"] if replacing else ["from"])
                        self.assertEqual((path / "from").read_bytes(), self.SOURCE)
                        if replacing:
                            self.assertEqual((path / "dst").read_bytes(), self.OLD)
                        session.kill()


    def test_volumes_that_libvirt_makes(self):
        """The test driver makes no files, so that the test puts them there."""
        path = pathlib.Path(tempfile.mkdtemp(prefix="pool-", dir=self.home))
        path.chmod(0o777)
        for name in ("from", "made", "clone"):
            self.write(path / name, b"x")
        uri = self.node("a", more=POOL.format(path=path))
        for after, error in ((0, "Input/output error"), (1, "Input/output error"), (2, None)):
            for words in (["vol-create-as", "images", "made", "1"],
                          ["vol-clone", "from", "clone", "--pool", "images"]):
                with self.subTest(words, after=after):
                    session = self.session(uri, env={
                        "LD_PRELOAD": str(self.library), "FAILING": f"{path}:fsync:{after}:5"})
                    reply = session.ask({"cmd": "virsh", "args": words, "id": 1})
                    self.assertEqual(reply["success"], error is None, reply)
                    self.assertIn(f"to the disk: {error}" if error else "", reply["reply"])
                    session.kill()


    def test_volumes_that_virt_install_makes(self):
        """As above, with the volume of a disk."""
        path = pathlib.Path(tempfile.mkdtemp(prefix="pool-", dir=self.home))
        path.chmod(0o777)
        uri = self.node("a", more=POOL.format(path=path))
        for after, error in ((0, "Input/output error"), (1, "Input/output error"), (2, None)):
            with self.subTest(after=after):
                self.write(path / "made.qcow2", b"x")
                result = subprocess.run(
                    [*command(self.home), uri, "virt-install", *INSTALL],
                    stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    text=True, timeout=60, env={
                        "PATH": os.environ["PATH"], "HOME": str(self.home),
                        "LD_PRELOAD": str(self.library), "FAILING": f"{path}:fsync:{after}:5"})
                self.assertEqual(result.returncode, 1 if error else 0, result.stderr)
                self.assertIn(f"to the disk: {error}" if error else "", result.stderr)


@unittest.skipUnless(has_loop_devices(), "this needs root, loop devices, mkfs.ext4 and mkfs.xfs")
class PowerCut(Commands):
    """
    The blocks that a disk has at the moment of the reply, mounted again. A real disk may also lose
    what is in its own cache, for which the file system sends it the same flushes.
    """

    def mount(self, image, *options):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="mount-", dir=self.home))
        run("mount", "-o", ",".join(("loop", *options)), image, directory)
        return directory

    def survives(self, name):
        make, options = FILE_SYSTEMS[name]
        image = self.home / f"{name}.img"
        with open(image, "wb") as file:
            file.truncate(320 * MIB)
        run(*make, image)
        path = self.mount(image)
        # Lazily: a session that still runs after a failure has files open there.
        self.addCleanup(run, "umount", "-l", path)
        path.chmod(0o777)
        session = self.session(self.node("a", more=POOL.format(path=path)))
        for replacing in (False, True):
            for command, request, body, content in self.commands(replacing):
                with self.subTest(command, **request):
                    self.prepare(path, replacing)
                    run("sync", "-f", path)
                    session.ok({"cmd": command, "pool": "images", **request}, body)
                    self.assertSurvives(image, options, "dst", content)
        # The test driver makes no files: the test does so, and the command flushes them.
        for command, words, made in (
                ("virsh", ["vol-create-as", "images", "made", "1"], "made"),
                ("virsh", ["vol-clone", "made", "clone", "--pool", "images"], "clone"),
                ("virt-install", INSTALL, "made.qcow2")):
            with self.subTest(command, made=made):
                self.write(path / made, self.BODY)
                session.ok({"cmd": command, "args": words}, timeout=60)
                self.assertSurvives(image, options, made, self.BODY)

    def assertSurvives(self, image, options, name, content):
        copy = image.with_suffix(".cut")
        copy.unlink(missing_ok=True)
        run("cp", "--sparse=always", image, copy)
        after = self.mount(copy, *options)
        try:
            self.assertEqual(digest(after / name), hashlib.sha256(content).digest())
        finally:
            run("umount", after)

    def test_ext4(self):
        self.survives("ext4")

    def test_xfs(self):
        self.survives("xfs")
