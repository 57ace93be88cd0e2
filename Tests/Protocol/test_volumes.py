"""create-volume and copy-volume in a directory that is a pool of the test driver. The driver knows
only the volumes in its XML and does not read the directory."""

import os

from session import HelperTest

POOL = """<pool type='{type}'><name>{name}</name><source><device path='/dev/nowhere'/></source>
<target><path>{path}</path></target>{volumes}</pool>"""
VOLUME = """<volume><name>{name}</name><capacity>1</capacity><target><path>{path}/{name}</path>
</target></volume>"""
DISK = """<devices>
  <disk type='file' device='disk'><source file='{path}/other'/><target dev='vda'/></disk>
  <disk type='volume' device='disk'><source pool='elsewhere' volume='x'/><target dev='vdb'/></disk>
  <disk type='volume' device='disk'><source pool='images' volume='disk'/><target dev='vdc'/></disk>
</devices>"""
# As virt-install writes --disk vol=images/disk.
INSTALLED = """<devices>
  <disk type='file' device='cdrom'><source file='{path}/from'/><target dev='hda'/></disk>
  <disk type='file' device='disk'><source file='{path}/disk'/><target dev='vda'/></disk>
</devices>"""
PREFIX = ".atex-virt-helper-new-"


class Volumes(HelperTest):
    KNOWN = ("from", "disk", "link", "directory", "pipe")

    def setUp(self):
        self.path = self.home / f"{self.id()}.pool"
        self.path.mkdir()
        self.path.chmod(0o777)
        volumes = "".join(VOLUME.format(name=name, path=self.path) for name in self.KNOWN)
        pools = POOL.format(type="dir", name="images", path=self.path, volumes=volumes)
        pools += POOL.format(type="fs", name="disks", path=self.path, volumes="")
        pools += POOL.format(type="dir", name="gone", path="/nowhere/at all", volumes="")
        uri = self.node(("a", DISK.format(path=self.path)),
                        ("installed", INSTALLED.format(path=self.path)), "diskless", more=pools)
        self.uri = uri
        self.opened = self.session(uri)

    def put(self, name, content, mode=0o644):
        path = self.path / name
        path.write_bytes(content)
        path.chmod(mode)
        if os.geteuid() == 0:
            # The user that the helper runs as: a copy gets the owner of its source.
            os.chown(path, 65534, 65534)
        return path

    def content(self, name):
        return (self.path / name).read_bytes()

    def files(self):
        return sorted(os.listdir(self.path))

    def create_special_files(self):
        """Creates a link, a directory and a FIFO in the pool; returns the target of the link."""
        secret = self.home / f"{self.id()}.secret"
        secret.write_bytes(b"secret")
        (self.path / "link").symlink_to(secret)
        (self.path / "directory").mkdir()
        os.mkfifo(self.path / "pipe")
        return secret


class Create(Volumes):
    def create(self, **more):
        return self.opened.ask({"cmd": "create-volume", "pool": "images", "name": "new",
                                "format": "raw", "size": 1 << 30, "id": 1, **more})

    def test_creates_sparse_file(self):
        for name, size in (("new", 1 << 30), ("text", "12345"), ("none", 0)):
            self.assertTrue(self.create(name=name, size=size)["success"])
            status = os.stat(self.path / name)
            self.assertEqual((status.st_size, status.st_blocks), (int(size), 0))
        self.assertEqual(self.files(), ["new", "none", "text"])

    def test_existing_volume(self):
        self.put("new", b"old")
        for size_and_format in ({}, {"format": "qcow2"}, {"remove_existing": False}):
            self.assertRefused(self.create(**size_and_format), "exists", "'new'", "'images'")
            self.assertEqual(self.content("new"), b"old")
        with open(self.path / "new", "rb") as reader:
            self.assertTrue(self.create(size=3, remove_existing=True)["success"])
            self.assertEqual(self.content("new"), b"\0\0\0")
            self.assertEqual(reader.read(), b"old")
        self.assertEqual(self.files(), ["new"])

    def test_only_regular_files_are_replaced(self):
        secret = self.create_special_files()
        for name in ("link", "directory", "pipe"):
            for replacing in (False, True):
                reply = self.create(name=name, remove_existing=replacing)
                self.assertRefused(reply, "bad-request", name, "regular file")
        self.assertEqual(secret.read_bytes(), b"secret")
        self.assertEqual(self.files(), ["directory", "link", "pipe"])

    def test_invalid_values(self):
        for more, words in (
                ({"format": "vmdk"}, "vmdk"), ({"format": "RAW"}, "RAW"), ({"format": None}, ""),
                ({"size": -1}, "'size'"), ({"size": "1G"}, "'size'"), ({"size": 1.5}, "'size'"),
                ({"size": 1 << 63}, "'size'"), ({"size": ""}, "'size'"), ({"size": [1]}, "'size'"),
                ({"name": "../new"}, "one name"), ({"name": ".."}, "one name"),
                ({"name": "a/b"}, "one name"), ({"name": ""}, "one name"),
                ({"name": "a\nb"}, "control"), ({"name": "n" * 256}, "one name"),
                ({"remove_existing": 1}, "'remove_existing'"), ({"pool": 5}, "'pool'")):
            with self.subTest(more):
                self.assertRefused(self.create(**more), "bad-request", words)
        self.assertEqual(self.files(), [])

    def test_unusable_pools(self):
        self.assertRefused(self.create(pool="none"), "not-found", "'none'")
        self.assertRefused(self.create(pool="disks"), "unsupported", "'disks'", "fs")
        self.assertRefused(self.create(pool="gone"), "not-found", "'gone'", "/nowhere")
        self.opened.ok({"cmd": "virsh", "args": ["pool-destroy", "images"]})
        self.assertRefused(self.create(), "libvirt", "'images'", "not active")
        self.assertEqual(self.files(), [])

    def test_larger_than_the_file_system_allows(self):
        reply = self.create(size=(1 << 63) - 1)
        self.assertRefused(reply, "no-space", "'new'", "File too large for the file system of pool 'images'")
        # The tables of an image would fill the disk.
        self.put("old", b"old")
        for more in {}, {"name": "old", "remove_existing": True}:
            reply = self.create(size=1 << 62, format="qcow2", **more)
            self.assertRefused(reply, "no-space", "its metadata alone needs 562949953421312 bytes",
                               "pool 'images' has ")
        self.assertEqual(self.content("old"), b"old")
        (self.path / "old").unlink()
        self.assertEqual(self.files(), [])


class Names(Volumes):
    def test_names_of_temporary_files(self):
        self.put("from", b"new")
        for name in (PREFIX + "1", ".atex-virt-helper-volume-1", "atex-virt-helper-volume-1"):
            for request in (
                    {"cmd": "create-volume", "name": name, "format": "raw", "size": 3},
                    {"cmd": "copy-volume", "from": "from", "to": name},
                    {"cmd": "copy-volume", "from": "from", "to": name, "move": True},
                    {"cmd": "copy-volume", "from": name, "to": "new", "move": True},
                    {"cmd": "provision", "from": name},
                    {"cmd": "upload-volume", "name": name, "length": 3}):
                body = b"new" if "length" in request else b""
                reply = self.opened.ask({"pool": "images", "id": 1, **request}, body)
                self.assertRefused(reply, "bad-request", repr(name), "temporary")
        self.assertEqual(self.files(), ["from"])


class Copy(Volumes):
    def copy(self, **more):
        return self.opened.ask({"cmd": "copy-volume", "pool": "images", "from": "from", "id": 1,
                                **more})

    def test_new_volume_equals_source(self):
        data = os.urandom(3 << 20)
        self.put("from", data, 0o604)
        self.assertTrue(self.copy(to="new")["success"])
        self.assertEqual(self.content("new"), data)
        self.assertEqual(os.stat(self.path / "new").st_mode & 0o777, 0o604)
        self.assertEqual(self.files(), ["from", "new"])

    def test_keeps_holes(self):
        with open(self.put("from", b""), "wb") as source:
            source.write(b"start")
            source.seek(1 << 30)
            source.write(b"end")
        self.assertTrue(self.copy(to="new")["success"])
        status = os.stat(self.path / "new")
        self.assertEqual(status.st_size, (1 << 30) + 3)
        self.assertLess(status.st_blocks * 512, 1 << 20)

    def test_readers_keep_the_replaced_file(self):
        self.put("from", b"new")
        self.put("to", b"old bytes")
        with open(self.path / "to", "rb") as reader:
            self.assertTrue(self.copy(to="to")["success"])
            self.assertEqual(reader.read(), b"old bytes")
        self.assertEqual(self.content("to"), b"new")

    def test_disk_of_a_domain(self):
        self.put("from", b"new")
        self.put("disk", b"old")
        reply = self.copy(to_domain="a")
        self.assertEqual((reply["success"], reply["to_domain"]), (True, "a"))
        self.assertEqual(self.content("disk"), b"new")
        self.assertRefused(self.copy(to_domain="none"), "not-found", "'none'")
        self.assertRefused(self.copy(to_domain="diskless"), "not-found", "'diskless'", "'images'")
        self.assertEqual(self.files(), ["disk", "from"])

    def test_disk_that_virt_install_made(self):
        self.put("from", b"new")
        self.put("disk", b"old")
        self.assertTrue(self.copy(to_domain="installed")["success"])
        self.assertEqual((self.content("disk"), self.content("from")), (b"new", b"new"))
        self.assertEqual(self.files(), ["disk", "from"])

    def test_nvram_is_removed_with_the_replaced_disk(self):
        directory = self.home / f"{self.id()}.nvram"
        directory.mkdir()
        directory.chmod(0o777)
        nvram = directory / "a_VARS.fd"
        nvram.write_bytes(b"variables")
        xml = self.opened.ok({"cmd": "virsh", "args": ["dumpxml", "a"]})["reply"].replace(
            "</type>", "</type><loader readonly='yes' type='pflash'>/nowhere/CODE.fd</loader>"
            f"<nvram>{nvram}</nvram>").encode()
        self.opened.ok({"cmd": "upload", "name": "a.xml", "length": len(xml)}, xml)
        self.opened.ok({"cmd": "virsh", "args": ["define", "a.xml"]})
        self.put("from", b"new")
        self.put("disk", b"old")
        directory.chmod(0o555)
        reply = self.copy(to_domain="a")
        directory.chmod(0o777)
        self.assertRefused(reply, "denied", "'disk' is replaced, but", str(nvram))
        self.assertEqual((self.content("disk"), nvram.exists()), (b"new", True))
        self.assertTrue(self.copy(to_domain="a")["success"])
        self.assertFalse(nvram.exists())

    def test_pool_without_permission(self):
        self.put("from", b"new")
        self.path.chmod(0)
        reply = self.copy(to="to", id=1)
        self.path.chmod(0o777)
        self.assertRefused(reply, "denied", "'images'", "Permission denied")

    def test_move_renames(self):
        number = os.stat(self.put("from", b"new")).st_ino
        self.put("disk", b"old")
        self.assertTrue(self.copy(to="disk", move=True)["success"])
        self.assertEqual(os.stat(self.path / "disk").st_ino, number)
        self.assertEqual(self.files(), ["disk"])

    def test_exactly_one_destination(self):
        for more in ({}, {"to": "new", "to_domain": "a"}):
            reply = self.copy(**more)
            self.assertNotIn("cmd", reply)
            self.assertRefused(reply, "bad-request", "'to'", "'to_domain'")
        self.assertRefused(self.copy(to_domain="a\0"), "bad-request", "'to_domain'", "NUL")

    def test_older_name(self):
        self.put("from", b"new")
        reply = self.opened.ask({"cmd": "vol-copy", "pool": "images", "from": "from", "to": "to"})
        self.assertEqual(reply, {"success": True, "cmd": "vol-copy", "pool": "images",
                                 "from": "from", "to": "to"})

    def test_only_regular_files_are_replaced(self):
        self.put("from", b"new")
        secret = self.create_special_files()
        for name in ("link", "directory", "pipe"):
            for move in (False, True):
                self.assertRefused(self.copy(to=name, move=move), "bad-request", name)
                reply = self.copy(**{"from": name}, to="new", move=move)
                self.assertRefused(reply, "bad-request", name)
        self.assertEqual(secret.read_bytes(), b"secret")
        self.assertEqual(self.files(), ["directory", "from", "link", "pipe"])

    def test_invalid_names(self):
        self.put("from", b"new")
        for name in ("", ".", "..", "../x", "/etc/passwd", "a/b", "a\0b"):
            self.assertRefused(self.copy(to=name), "bad-request", "one name")
            self.assertRefused(self.copy(**{"from": name}, to="new"), "bad-request", "one name")
        self.assertRefused(self.copy(**{"from": "none"}, to="new"), "not-found", "none")
        self.assertEqual(self.files(), ["from"])

    def test_progress_events(self):
        self.put("from", os.urandom(1 << 20))
        self.opened.send({"cmd": "copy-volume", "pool": "images", "from": "from", "to": "new",
                          "progress": True})
        event, *_ = lines = [self.opened.line()]
        while "event" in lines[-1]:
            lines.append(self.opened.line())
        self.assertEqual((event["event"], event["cmd"]), ("progress", "copy-volume"))
        self.assertEqual((lines[-2]["done"], lines[-2]["total"]), (1 << 20, 1 << 20))
        self.assertTrue(lines[-1]["success"])


class InUse(Volumes):
    """Volumes that a running domain or another session's domain uses."""

    def setUp(self):
        super().setUp()
        for name in ("from", "disk"):
            self.put(name, b"old " + name.encode())
        self.requests = (
            {"cmd": "copy-volume", "from": "from", "to": "disk"},
            {"cmd": "copy-volume", "from": "disk", "to": "new", "move": True},
            {"cmd": "create-volume", "name": "disk", "format": "raw", "size": 3,
             "remove_existing": True},
            {"cmd": "create-volume", "name": "disk", "format": "qcow2", "size": 3,
             "remove_existing": True},
            {"cmd": "upload-volume", "name": "disk", "length": 3, "replace": True})

    def ask(self, request, **more):
        body = b"new" if "length" in request else b""
        return self.opened.ask({"pool": "images", "id": 1, **request, **more}, body)

    def assertBusy(self, *texts):
        for request in self.requests:
            with self.subTest(request):
                self.assertRefused(self.ask(request), "busy", "'disk'", "'images'", "'force'",
                                   *texts)
        self.assertEqual(self.files(), ["disk", "from"])
        self.assertEqual(self.content("disk"), b"old disk")

    def test_running_domain(self):
        self.opened.ok({"cmd": "virsh", "args": ["start", "installed"]})
        self.assertBusy("domain 'installed'", "is running")
        # Its CD drive has the other volume.
        self.assertRefused(self.ask(self.requests[0], **{"from": "disk", "to": "from"}), "busy",
                           "domain 'installed'")
        # Reading is no harm, and neither is another domain that is shut off.
        self.assertTrue(self.ask(self.requests[0], to="copy")["success"])
        self.opened.ok({"cmd": "virsh", "args": ["destroy", "installed"]})
        for request in self.requests[2], self.requests[4]:
            self.assertTrue(self.ask(request)["success"])

    def test_own_running_domain(self):
        """Holding a domain does not protect its guest from oneself."""
        self.opened.ok({"cmd": "reserve", "filter": "a"})
        self.opened.ok({"cmd": "virsh", "args": ["start", "a"]})
        self.assertBusy("domain 'a'", "is running")
        reply = self.ask({"cmd": "copy-volume", "from": "from", "to_domain": "a"})
        self.assertRefused(reply, "busy", "domain 'a'")

    def test_domain_of_another_session(self):
        other = self.session(self.uri)
        other.ok({"cmd": "setname", "name": "ci-7"})
        other.ok({"cmd": "reserve", "filter": "a"})
        self.assertBusy("domain 'a'", "is reserved by ci-7")
        reply = self.ask({"cmd": "copy-volume", "from": "from", "to_domain": "a"})
        self.assertRefused(reply, "busy", "ci-7")
        # The holder may, and afterwards anybody.
        other.ok({"cmd": "copy-volume", "pool": "images", "from": "from", "to_domain": "a"})
        other.ok({"cmd": "release", "domain": "a"})
        self.assertTrue(self.ask(self.requests[0])["success"])

    def test_force(self):
        self.opened.ok({"cmd": "virsh", "args": ["start", "a"]})
        for request in self.requests[0], self.requests[2], self.requests[4], self.requests[1]:
            self.assertTrue(self.ask(request, force=True)["success"], request)
        self.assertEqual(self.files(), ["from", "new"])

    def test_older_clients_get_the_reply_that_they_know(self):
        self.opened.ok({"cmd": "virsh", "args": ["start", "a"]})
        reply = self.opened.ask({**self.requests[0], "pool": "images"})
        self.assertEqual(list(reply), ["success", "cmd", "pool", "from", "to", "reply"])
        reply = self.opened.ask({**self.requests[0], "pool": "images", "force": False})
        self.assertEqual(reply["error"], {"kind": "busy", "object": "a"})
