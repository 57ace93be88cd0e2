"""Rejected uploads, and that their bodies are consumed. The test driver has pools but no data."""

import hashlib

from session import HelperTest

# A type of pool that the helper does not access directly.
POOL = """<pool type='fs'><name>{name}</name><source><device path='/dev/nowhere'/></source>
  <target><path>{path}</path></target>
  <volume><name>old.img</name><capacity>10</capacity><target><path>{path}/old.img</path></target>
  </volume></pool>"""
PING = {"cmd": "ping"}
# A body that would be read as requests if the session did not consume it.
BODY = b'{"cmd": "setname", "name": ""}\n' * 3


class UploadVolume(HelperTest):
    def setUp(self):
        uri = self.node("a", more=POOL.format(name="images", path="/nowhere/images"))
        self.opened = self.session(uri)

    def upload(self, body=BODY, **more):
        request = {"cmd": "upload-volume", "pool": "images", "name": "new.img",
                   "length": len(body), **more}
        reply = self.opened.ask(request, body)
        # The body is consumed even if the upload failed, so this is read as a request.
        self.assertEqual(self.opened.ask(PING)["reply"], "atex-virt-helper v1 pong")
        return reply

    def volumes(self):
        listed = self.opened.ok({"cmd": "virsh", "args": ["vol-list", "images"]})["reply"]
        return sorted(line.split()[0] for line in listed.splitlines() if line.strip())

    def test_invalid_arguments(self):
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

    def test_unknown_pool(self):
        self.assertRefused(self.upload(pool="nope"), "not-found", "nope")

    def test_missing_pool_directory(self):
        # The helper must not refresh the pool: libvirt would then stop it.
        xml, directory = self.pool(name="lost")
        directory.rmdir()
        opened = self.session(self.node("a", more=xml))
        for cmd in ("upload-volume", "download-volume"):
            request = {"cmd": cmd, "pool": "lost", "name": "x", "length": 0}
            self.assertRefused(opened.ask(request), "not-found", "'lost'", str(directory))

    def test_inactive_pool(self):
        self.opened.ok({"cmd": "virsh", "args": ["pool-destroy", "images"]})
        self.assertRefused(self.upload(), "libvirt", "images", "not active")

    def test_existing_volume(self):
        self.assertRefused(self.upload(name="old.img"), "exists", "old.img", "images")
        self.assertEqual(self.volumes(), ["old.img"])

    def test_volume_is_removed_if_its_upload_fails(self):
        # The test driver creates volumes, but has no streams.
        self.assertRefused(self.upload(), "unsupported", "new.img")
        self.assertEqual(self.volumes(), ["old.img"])
        sha256 = hashlib.sha256(BODY).hexdigest()
        reply = self.upload(name="old.img", replace=True, sha256=sha256)
        self.assertRefused(reply, "unsupported", "old.img")
        self.assertEqual(self.volumes(), ["old.img"])

    def test_end_of_input_within_body_ends_session(self):
        self.opened.send({"cmd": "upload-volume", "pool": "images", "name": "new.img",
                          "length": 100}, b"123")
        self.assertEqual(self.opened.close(), 0)
