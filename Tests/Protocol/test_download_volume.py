"""On the test driver, which has pools but no bytes: what is refused, and that no bytes follow."""

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

    def test_what_is_not_there(self):
        self.assertRefused(self.download(name="nope"), "not-found", "nope")
        self.assertRefused(self.download(pool="nope"), "not-found", "nope")

    def test_ranges(self):
        # The driver's volume has 10 bytes, and no way to read them.
        for more in ({"offset": 11}, {"length": 11}, {"offset": 5, "length": 6},
                     {"offset": 2**63 - 1, "length": 2**63 - 1}):
            with self.subTest(more):
                self.assertRefused(self.download(**more), "bad-request", "10 bytes")
        for more in ({"offset": -1}, {"length": -1}, {"length": 1.5}, {"offset": "x"},
                     {"offset": 2**63}):
            with self.subTest(more):
                name = next(iter(more))
                self.assertRefused(self.download(**more), "bad-request", f"'{name}'")

    def test_a_driver_without_streams(self):
        reply = self.download()
        self.assertRefused(reply, "unsupported", "old.img")
        self.assertNotIn("length", reply)

    def test_no_bytes_need_no_stream(self):
        reply = self.download(offset=10)
        self.assertEqual((reply["success"], reply["length"], reply["size"]), (True, 0, 10))
        # An argument that is null says nothing; the reply's own member takes its place.
        reply = self.download(offset=10, length=None)
        self.assertEqual((reply["success"], reply["length"]), (True, 0))

    def test_there_is_no_progress_to_tell(self):
        self.assertRefused(self.download(progress=True), "bad-request", "'progress'")

    def test_bad_names(self):
        for name in ("", ".", "..", "../old.img", "/etc/hostname", "a\0"):
            with self.subTest(name):
                self.assertRefused(self.download(name=name), "bad-request", "one name")
