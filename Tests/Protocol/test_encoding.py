"""`encoding` of upload-volume and download-volume, in directories that are pools of the test driver."""

import gzip
import hashlib
import json
import lzma
import os
import random
import shutil
import struct
import subprocess
import time
import unittest
import zlib
from pathlib import Path

from session import HelperTest, command
from test_libraries import broken, loaded

DATA = random.Random(1).randbytes(300_000)
CONTENT = DATA + bytes(3 << 20) + b"end"
PING = {"cmd": "ping"}


def zstd(content, *options):
    return subprocess.run(["zstd", "-qc", *options], input=content, stdout=subprocess.PIPE,
                          check=True).stdout


def xz_with_dictionary(content, code):
    """xz data whose header asks for another dictionary: 30 is 128 MiB, 40 is 4 GiB."""
    data = bytearray(lzma.compress(content, preset=0))
    header, length = 12, (data[12] + 1) * 4
    # One filter, without sizes; LZMA2, whose properties are one byte.
    assert bytes(data[header + 1:header + 4]) == b"\x00\x21\x01"
    data[header + 4] = code
    checksum = zlib.crc32(data[header:header + length - 4])
    data[header + length - 4:header + length] = struct.pack("<I", checksum)
    return bytes(data)


def zstd_with_window(content, log):
    """A zstd frame with one raw block, whose header asks for a window of 2**log bytes."""
    block = (len(content) << 3 | 1).to_bytes(3, "little") + content
    return b"\x28\xb5\x2f\xfd\x00" + bytes([log - 10 << 3]) + block


def peak(pid):
    """The largest address space of a process so far, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmPeak:")[1].split()[0]) >> 10


ENCODINGS = {"gzip": gzip.compress, "xz": lzma.compress, "zstd": zstd}


@unittest.skipUnless(shutil.which("zstd"), "needs zstd")
class EncodingTest(HelperTest):
    def setUp(self):
        more, self.path = self.pool("known")
        self.uri = self.node("a", more=more)
        self.opened = self.session(self.uri)

    def upload(self, body, encoding, name="new", **more):
        request = {"cmd": "upload-volume", "pool": "pool", "name": name, "length": len(body),
                   "encoding": encoding, **more}
        reply = self.opened.ask(request, body, timeout=60)
        # The body is consumed even if the upload failed, so this is read as a request.
        self.assertEqual(self.opened.ask(PING)["reply"], "atex-virt-helper v1 pong")
        return reply

    def stored(self, name="new"):
        return (self.path / name).read_bytes()

    def files(self):
        return sorted(os.listdir(self.path))


class Upload(EncodingTest):
    def test_content_is_decoded(self):
        for name, encode in ENCODINGS.items():
            encoded = encode(CONTENT)
            for encoding in (name, "auto"):
                reply = self.upload(encoded, encoding, replace=True)
                self.assertTrue(reply["success"], reply)
                self.assertEqual((reply["length"], reply["encoding"]), (len(encoded), encoding))
                self.assertEqual(self.stored(), CONTENT)
                # Zeros take no space.
                self.assertLess(os.stat(self.path / "new").st_blocks * 512, 1 << 20)
            # Several streams after each other are one content.
            reply = self.upload(encode(b"one") + encode(b"two"), name, replace=True)
            self.assertTrue(reply["success"], reply)
            self.assertEqual(self.stored(), b"onetwo")

    def test_auto_takes_anything_else_as_it_is(self):
        for content in (b"", b"\x1f", b"plain text", b"\xfd7zXY" + bytes(5000)):
            reply = self.upload(content, "auto", replace=True)
            self.assertTrue(reply["success"], reply)
            self.assertEqual(self.stored(), content)

    def test_content_that_looks_encoded_is_decoded_once(self):
        for name, encode in ENCODINGS.items():
            once = encode(b"content")
            self.assertTrue(self.upload(encode(once), name, replace=True)["success"])
            self.assertEqual(self.stored(), once)

    def test_format_is_that_of_the_content(self):
        image = b"QFI\xfb\0\0\0\3" + bytes(100)
        reply = self.upload(lzma.compress(image), "xz")
        self.assertEqual(reply["format"], "qcow2")
        self.assertTrue(self.upload(lzma.compress(image), "auto", replace=True,
                                    format="qcow2")["success"])
        self.assertRefused(self.upload(lzma.compress(image), "xz", "other", format="raw"),
                           "bad-request", "are qcow2, not raw")
        self.assertEqual(self.files(), ["known", "new"])

    def test_sha256_is_that_of_either(self):
        encoded = gzip.compress(CONTENT)
        for content in (encoded, CONTENT):
            sha256 = hashlib.sha256(content).hexdigest()
            reply = self.upload(encoded, "gzip", replace=True, sha256=sha256)
            self.assertTrue(reply["success"], reply)
        (self.path / "new").unlink()
        self.assertRefused(
            self.upload(encoded, "gzip", sha256="0" * 64), "bad-request",
            f"have the SHA-256 {hashlib.sha256(encoded).hexdigest()}, decoded "
            f"{hashlib.sha256(CONTENT).hexdigest()}, not 0000")
        self.assertEqual(self.files(), ["known"])

    def test_damaged_bytes(self):
        self.write(self.path / "old", b"old")
        for name, encode in ENCODINGS.items():
            good = encode(CONTENT)
            middle = len(good) // 2
            flipped = good[:middle] + bytes([good[middle] ^ 1]) + good[middle + 1:]
            for bad in (good[:-1], good[:middle], good[:20], flipped, good + b"garbage",
                        good + b"\x1f", encode(b"") + b"garbage"):
                with self.subTest(name, length=len(bad)):
                    reply = self.upload(bad, name, "old", replace=True)
                    self.assertRefused(
                        reply, "bad-request", f"volume 'old' cannot be decoded as {name}: ")
                    self.assertEqual((self.files(), self.stored("old")),
                                     (["known", "old"], b"old"))
        for bad, text in ((b"plain", "are not xz data"), (b"", "are not xz data"),
                          (gzip.compress(b"x"), "are not xz data, but gzip")):
            self.assertRefused(self.upload(bad, "xz", "old", replace=True), "bad-request", text)
        self.assertRefused(self.upload(b"x", "bzip2"), "bad-request", "argument 'encoding' must be a string: gzip or xz")

    def test_memory_is_limited(self):
        for body in (xz_with_dictionary(CONTENT, 30), zstd_with_window(b"text", 27)):
            reply = self.upload(body, "auto", replace=True)
            self.assertTrue(reply["success"], reply)
        before = peak(self.opened.pid)
        for code, size in ((31, 193), (40, 4097)):
            reply = self.upload(xz_with_dictionary(CONTENT, code), "xz", "old")
            self.assertRefused(
                reply, "bad-request", "the bytes for volume 'old' cannot be decoded as xz: to "
                f"decode them takes {size} MiB of memory, and at most 130 MiB are permitted")
        for log in (28, 31, 41):
            reply = self.upload(zstd_with_window(b"text", log), "zstd", "old")
            self.assertRefused(
                reply, "bad-request", "the bytes for volume 'old' cannot be decoded as zstd: ")
        self.assertLess(peak(self.opened.pid), before + 256)
        self.assertEqual(self.files(), ["known", "new"])

    def test_large_zeros_are_fast_and_stay_holes(self):
        size = 4 << 30
        piece = zstd(bytes(64 << 20))
        body = piece * (size // (64 << 20)) + zstd(b"end")
        start = time.monotonic()
        reply = self.upload(body, "zstd")
        self.assertTrue(reply["success"], reply)
        # A few seconds on any machine; to write the zeros takes longer.
        self.assertLess(time.monotonic() - start, 30)
        status = os.stat(self.path / "new")
        self.assertEqual(status.st_size, size + 3)
        self.assertLess(status.st_blocks * 512, 1 << 20)

    def test_progress_counts_encoded_bytes(self):
        body = zstd(DATA)
        self.opened.send({"cmd": "upload-volume", "pool": "pool", "name": "new", "progress": True,
                          "length": len(body), "encoding": "zstd"}, body)
        events = []
        while "event" in (line := self.opened.line()):
            events.append(line)
        self.assertTrue(line["success"], line)
        self.assertEqual({event["total"] for event in events}, {len(body)})
        self.assertEqual(events[-1]["done"], len(body))

    def test_end_of_input_within_body(self):
        body = gzip.compress(CONTENT)
        self.opened.send({"cmd": "upload-volume", "pool": "pool", "name": "new",
                          "length": len(body), "encoding": "auto"}, body[:1000])
        self.assertEqual(self.opened.close(), 0)
        self.assertEqual(self.files(), ["known"])

    def test_words(self):
        for words in ([], [f"length={len(lzma.compress(CONTENT))}"]):
            result = subprocess.run(
                [*command(self.home), self.uri, "upload-volume", "pool", "words", "encoding=auto",
                 "replace=true", *words], input=lzma.compress(CONTENT), capture_output=True,
                timeout=60, env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(self.stored("words"), CONTENT)

    def test_library_is_missing(self):
        self.opened = self.session(self.uri, env=broken(self.home, "libarchive.so.13"))
        for encoding in ("zstd", "auto"):
            self.assertRefused(self.upload(zstd(b"x"), encoding), "system",
                               "cannot load libarchive.so.13 (package libarchive13t64")
        self.assertEqual(self.files(), ["known"])
        # libarchive is not needed for these.
        for content in (gzip.compress(b"x"), lzma.compress(b"x")):
            self.assertTrue(self.upload(content, "auto", replace=True)["success"])

    def test_library_is_not_loaded_without_need(self):
        self.assertTrue(self.upload(b"plain", "auto")["success"])
        self.assertNotIn("libarchive", loaded(self.opened.pid))
        self.assertTrue(self.upload(zstd(b"x"), "auto", replace=True)["success"])
        self.assertIn("libarchive", loaded(self.opened.pid))


class Download(EncodingTest):
    def download(self, **more):
        reply = self.opened.ask({"cmd": "download-volume", "pool": "pool", "name": "known",
                                 "encoding": "zstd", **more}, timeout=60)
        body = self.opened.bytes(reply["length"]) if reply["success"] else None
        self.assertEqual(self.opened.ask(PING)["reply"], "atex-virt-helper v1 pong")
        return reply, body

    def decoded(self, body):
        return subprocess.run(["zstd", "-dqc"], input=body, stdout=subprocess.PIPE,
                              check=True).stdout

    def test_content_is_encoded(self):
        self.write(self.path / "known", CONTENT)
        reply, body = self.download()
        self.assertEqual((reply["size"], reply["length"]), (len(CONTENT), len(body)))
        self.assertLess(len(body), len(DATA) + 10000)
        self.assertEqual(self.decoded(body), CONTENT)
        _, body = self.download(offset=299_990, length=1000)
        self.assertEqual(self.decoded(body), CONTENT[299_990:300_990])
        _, body = self.download(length=0)
        self.assertEqual(self.decoded(body), b"")
        # Nothing is left in the session's directory.
        self.assertEqual(os.listdir(os.readlink(f"/proc/{self.opened.pid}/cwd")), [])

    def test_holes_are_fast(self):
        with open(self.path / "known", "wb") as file:
            file.truncate(2 << 30)
            file.seek(1 << 30)
            file.write(b"data")
        start = time.monotonic()
        reply, body = self.download()
        self.assertLess(time.monotonic() - start, 30)
        self.assertLess(reply["length"], 1 << 20)
        # What was downloaded can be uploaded again.
        upload = {"cmd": "upload-volume", "pool": "pool", "name": "again", "length": len(body),
                  "encoding": "zstd"}
        self.assertTrue(self.opened.ask(upload, body, timeout=60)["success"])
        status = os.stat(self.path / "again")
        self.assertEqual(status.st_size, 2 << 30)
        self.assertLess(status.st_blocks * 512, 1 << 20)

    def test_refusals(self):
        self.write(self.path / "known", b"text")
        reply, _ = self.download(encoding="gzip")
        self.assertRefused(reply, "bad-request", "'encoding' must be")
        reply, _ = self.download(offset=5)
        self.assertRefused(reply, "bad-request", "has 4 bytes")
        self.opened = self.session(self.uri, env=broken(self.home, "libarchive.so.13"))
        reply, _ = self.download()
        self.assertRefused(reply, "system", "cannot load libarchive.so.13")

    def test_words(self):
        self.write(self.path / "known", CONTENT)
        words = [*command(self.home), self.uri, "download-volume", "pool", "known",
                 "encoding=zstd"]
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home)}
        result = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
                                env=environment)
        self.assertEqual(self.decoded(result.stdout), CONTENT)
        result = subprocess.run([*words, "--json"], stdin=subprocess.DEVNULL, capture_output=True,
                                timeout=60, env=environment)
        line, body = result.stdout.split(b"\n", 1)
        self.assertEqual(json.loads(line)["length"], len(body))
        self.assertEqual(self.decoded(body), CONTENT)
