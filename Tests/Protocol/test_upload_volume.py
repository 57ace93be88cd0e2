"""On the test driver, which has pools but no bytes: what is refused, and that bodies are eaten."""

import hashlib

from session import HelperTest

# Of a type that only libvirt reaches.
POOL = """<pool type='fs'><name>{name}</name><source><device path='/dev/nowhere'/></source>
  <target><path>{path}</path></target>
  <volume><name>old.img</name><capacity>10</capacity><target><path>{path}/old.img</path></target>
  </volume></pool>"""
PING = {"cmd": "ping"}
# A body that would be requests, were it not eaten.
BODY = b'{"cmd": "setname", "name": ""}\n' * 3


class UploadVolume(HelperTest):
    def setUp(self):
        uri = self.node("a", more=POOL.format(name="images", path="/nowhere/images"))
        self.opened = self.session(uri)

    def upload(self, body=BODY, **more):
        request = {"cmd": "upload-volume", "pool": "images", "name": "new.img",
                   "length": len(body), **more}
        reply = self.opened.ask(request, body)
        # What follows the body is the next request, whatever became of this one.
        self.assertEqual(self.opened.ask(PING)["reply"], "atex-virt-helper v1 pong")
        return reply

    def volumes(self):
        listed = self.opened.ok({"cmd": "virsh", "args": ["vol-list", "images"]})["reply"]
        return sorted(line.split()[0] for line in listed.splitlines() if line.strip())

    def test_arguments(self):
        for more, word in (
                ({"sha256": "12"}, "64 hexadecimal digits"),
                ({"sha256": "g" * 64}, "64 hexadecimal digits"),
                ({"sha256": 5}, "'sha256'"),
                ({"format": "qcow3"}, "'format'"),
                ({"sparse": "no"}, "'sparse'"),
                ({"replace": 1}, "'replace'"),
                ({"progress": "yes"}, "'progress'"),
                ({"name": "../new.img"}, "one name"),
                ({"name": ""}, "one name"),
                ({"name": "a\nb"}, "control characters")):
            with self.subTest(more):
                self.assertRefused(self.upload(**more), "bad-request", word)
        reply = self.upload(file="x")
        self.assertRefused(reply, "bad-request", "'file'")
        self.assertNotIn("cmd", reply)
        self.assertEqual(self.volumes(), ["old.img"])

    def test_no_such_pool(self):
        self.assertRefused(self.upload(pool="nope"), "not-found", "nope")

    def test_a_directory_that_is_gone(self):
        # libvirt would stop the pool, were it asked to refresh it.
        xml, directory = self.pool(name="lost")
        directory.rmdir()
        opened = self.session(self.node("a", more=xml))
        for cmd in ("upload-volume", "download-volume"):
            request = {"cmd": cmd, "pool": "lost", "name": "x", "length": 0}
            self.assertRefused(opened.ask(request), "not-found", "'lost'", str(directory))

    def test_a_pool_that_does_not_run(self):
        self.opened.ok({"cmd": "virsh", "args": ["pool-destroy", "images"]})
        self.assertRefused(self.upload(), "libvirt", "images", "not active")

    def test_a_volume_that_exists(self):
        self.assertRefused(self.upload(name="old.img"), "exists", "old.img", "images")
        self.assertEqual(self.volumes(), ["old.img"])

    def test_what_cannot_be_filled_is_removed_again(self):
        # The test driver makes volumes, but has no streams.
        self.assertRefused(self.upload(), "unsupported", "new.img")
        self.assertEqual(self.volumes(), ["old.img"])
        sha256 = hashlib.sha256(BODY).hexdigest()
        reply = self.upload(name="old.img", replace=True, sha256=sha256)
        self.assertRefused(reply, "unsupported", "old.img")
        self.assertEqual(self.volumes(), ["old.img"])

    def test_a_body_that_breaks_off_ends_the_session(self):
        self.opened.send({"cmd": "upload-volume", "pool": "images", "name": "new.img",
                          "length": 100}, b"123")
        self.assertEqual(self.opened.close(), 0)
