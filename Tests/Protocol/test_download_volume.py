"""Rejected downloads. The test driver has pools but no data, so no bytes follow a reply."""

from session import HelperTest
from test_upload_volume import POOL


class DownloadVolume(HelperTest):
    def setUp(self):
        uri = self.node("a", more=POOL.format(name="images", path="/nowhere/images"))
        self.opened = self.session(uri)

    def download(self, **more):
        reply = self.opened.ask(
            {"cmd": "download-volume", "pool": "images", "name": "old.img", **more})
        self.assertEqual(self.opened.ask({"cmd": "ping"})["reply"], "atex-virt-helper v1 pong")
        return reply

    def test_unknown_volume_and_pool(self):
        self.assertRefused(self.download(name="nope"), "not-found", "nope")
        self.assertRefused(self.download(pool="nope"), "not-found", "nope")

    def test_invalid_ranges(self):
        # The driver's volume has 10 bytes, but they cannot be read.
        for more in ({"offset": 11}, {"length": 11}, {"offset": 5, "length": 6},
                     {"offset": 2**63 - 1, "length": 2**63 - 1}):
            with self.subTest(more):
                self.assertRefused(self.download(**more), "bad-request", "10 bytes")
        for more in ({"offset": -1}, {"length": -1}, {"length": 1.5}, {"offset": "x"},
                     {"offset": 2**63}):
            with self.subTest(more):
                name = next(iter(more))
                self.assertRefused(self.download(**more), "bad-request", f"'{name}'")

    def test_driver_without_streams(self):
        reply = self.download()
        self.assertRefused(reply, "unsupported", "old.img")
        self.assertNotIn("length", reply)

    def test_empty_range_needs_no_stream(self):
        reply = self.download(offset=10)
        self.assertEqual((reply["success"], reply["length"], reply["size"]), (True, 0, 10))
        # An argument that is null counts as missing; the reply has the result of that name.
        reply = self.download(offset=10, length=None)
        self.assertEqual((reply["success"], reply["length"]), (True, 0))

    def test_progress_is_not_an_argument(self):
        self.assertRefused(self.download(progress=True), "bad-request", "'progress'")

    def test_invalid_names(self):
        for name in ("", ".", "..", "../old.img", "/etc/hostname", "a\0"):
            with self.subTest(name):
                self.assertRefused(self.download(name=name), "bad-request", "one name")
