import gzip
import lzma
import os

from test_roles import POLICY, RoleTest

ROLE = """
[role tester]
commands = virsh upload upload-volume create-volume copy-volume download-volume ping
virsh = read storage
domains = vm.*
pools = default:rw images:r
max-upload = 1M
"""
# A qcow2 image of version 3 whose backing file is /etc/shadow.
IMAGE = bytearray(65536)
for offset, number, size in [
        (0, 0x514649FB, 4), (4, 3, 4), (8, 1024, 8), (16, 11, 4), (20, 16, 4), (24, 65536, 8),
        (100, 104, 4), (104, 0xE2792ACA, 4), (108, 3, 4)]:
    IMAGE[offset:offset + size] = number.to_bytes(size, "big")
IMAGE[112:115] = b"raw"
IMAGE[1024:1035] = b"/etc/shadow"


class RoleVolumes(RoleTest):
    def setUp(self):
        super().setUp()
        default, self.directory_of_pool = self.pool("free.img", "busy.img", name="default")
        images, _ = self.pool("golden.img", name="images")
        disk = ("<devices><disk type='volume' device='disk'><driver name='qemu' type='raw'/>"
                "<source pool='default' volume='busy.img'/><target dev='vda'/></disk></devices>")
        self.uri = self.node("vm1", ("other", disk), more=default + images)

    def denied(self, started, request, text, body=b""):
        reply = started.ask({**request, "id": 1}, body)
        self.assertRefused(reply, "denied")
        self.assertIn(text, reply["reply"])
        self.assertNotIn("'other'", reply["reply"])
        # The body was consumed.
        started.ok({"cmd": "ping"})

    def upload(self, name, content, **more):
        return {"cmd": "upload-volume", "pool": "default", "name": name, "length": len(content),
                **more}

    def names(self):
        return sorted(os.listdir(self.directory_of_pool))

    def test_content(self):
        started = self.confined(policy=ROLE)
        self.denied(started, self.upload("n", IMAGE), "denied: the content for volume 'n' in pool "
                    "'default' is a qcow2 image whose backing file is not granted", bytes(IMAGE))
        self.assertEqual(self.names(), ["busy.img", "free.img"])
        self.assertTrue(started.ask({"cmd": "upload", "name": "f", "length": len(IMAGE)},
                                    bytes(IMAGE))["success"])
        self.denied(started, {"cmd": "virsh", "args": ["vol-upload", "free.img", "f", "default"]},
                    "denied: the content for volume 'free.img' in pool 'default' is a qcow2")

    def test_encoded_content(self):
        started = self.confined(policy=ROLE)
        for body in (gzip.compress(IMAGE), lzma.compress(IMAGE)):
            self.denied(started, self.upload("n", body, encoding="auto"),
                        "denied: the content for volume 'n' in pool 'default' is a qcow2 image "
                        "whose backing file is not granted", body)
        # A few bytes, much more decoded: zeros count, too.
        bomb = gzip.compress(bytes(8 << 20))
        self.denied(started, self.upload("n", bomb, encoding="gzip"), "(max-upload)", bomb)
        self.assertEqual(self.names(), ["busy.img", "free.img"])
        # What has failed was removed, and does not count.
        rest = bytes(1 << 20)
        started.ok(self.upload("n", rest), rest)
        self.denied(started, self.upload("m", b"x"), "0 of 1048576 (max-upload)", b"x")

    def test_encoded_download(self):
        """Its temporary file counts as long as it exists."""
        started = self.confined(policy=ROLE)
        content = os.urandom(700_000)
        started.ok(self.upload("free.img", content, replace=True), content)
        request = {"cmd": "download-volume", "pool": "default", "name": "free.img",
                   "encoding": "zstd"}
        for _ in range(2):
            self.denied(started, request, "(max-upload)")
        for _ in range(3):
            started.bytes(started.ok({**request, "length": 200_000})["length"])
        rest = bytes((1 << 20) - len(content))
        started.ok(self.upload("m", rest), rest)

    def test_temporary(self):
        started = self.confined(policy=ROLE)
        started.ok(self.upload("n", b"new", temporary=True), b"new")
        started.ok(self.upload("stays", b"new"), b"new")
        self.denied(started, self.upload("busy.img", b"new", temporary=True, replace=True),
                    "denied: volume 'busy.img' in pool 'default' is used by", b"new")
        started.close()
        self.assertEqual(self.names(), ["busy.img", "free.img", "stays"])

    def test_number_of_files(self):
        """Empty files take no bytes."""
        started = self.confined(policy=ROLE)
        for number in range(1000):
            started.ok({"cmd": "upload", "name": f"f{number}", "length": 0})
        self.denied(started, {"cmd": "upload", "name": "more", "length": 0},
                    "denied: this session has 1000 files, and no more are granted")
        self.denied(started, {"cmd": "virsh",
                              "args": ["vol-download", "free.img", "more", "default"]},
                    "denied: this session has 1000 files")
        started.ok({"cmd": "upload", "name": "f7", "length": 0})

    def test_snapshot_of_a_domain_that_does_not_run(self):
        """qemu-img opens its disks."""
        pool, directory = self.pool("free.img", name="default")
        disk = ("<devices><disk type='volume' device='disk'><driver name='qemu' type='{}'/>"
                "<source pool='default' volume='free.img'/><target dev='vda'/></disk></devices>")
        for format in ("qcow2", "raw"):
            self.uri = self.node(("vm2", disk.format(format)), more=pool)
            started = self.confined(policy=ROLE.replace(
                "virsh = read storage", "virsh = read snapshot\nreservation = no"))
            self.write(directory / "free.img", bytes(IMAGE))
            create = {"cmd": "virsh", "args": ["snapshot-create-as", "vm2", "s"]}
            if format == "qcow2":
                self.denied(started, create, "qcow2 image whose backing file is not granted")
            else:
                # Nothing is opened as an image of that kind.
                started.ok(create)
                started.ok({"cmd": "virsh", "args": ["snapshot-delete", "vm2", "s"]})

    def test_users(self):
        started = self.confined(policy=ROLE)
        text = "denied: volume 'busy.img' in pool 'default' is used by a domain that is not granted"
        for request in [
                {"cmd": "download-volume", "pool": "default", "name": "busy.img"},
                {"cmd": "copy-volume", "pool": "default", "from": "busy.img", "to": "n"},
                {"cmd": "copy-volume", "pool": "default", "from": "free.img", "to": "busy.img",
                 "force": True},
                {"cmd": "copy-volume", "pool": "default", "from": "busy.img", "to": "n",
                 "move": True},
                {"cmd": "create-volume", "pool": "default", "name": "busy.img", "format": "raw",
                 "size": 1, "remove_existing": True},
                {"cmd": "virsh", "args": ["vol-wipe", "busy.img", "default"]},
                {"cmd": "virsh", "args": ["vol-resize", "busy.img", "1M", "default"]},
                {"cmd": "virsh", "args": ["vol-download", "busy.img", "f", "default"]},
                {"cmd": "virsh", "args": ["vol-clone", "busy.img", "n", "default"]}]:
            with self.subTest(request=request):
                self.denied(started, request, text)
        self.denied(started, self.upload("busy.img", b"x", replace=True), text, b"x")
        self.assertEqual(self.names(), ["busy.img", "free.img"])
        started.ok({"cmd": "copy-volume", "pool": "default", "from": "free.img", "to": "n"})

    def test_pool_for_reading(self):
        started = self.confined(policy=ROLE)
        text = "denied: pool 'images' is granted for reading only"
        self.denied(started, {**self.upload("n", b"x"), "pool": "images"}, text, b"x")
        self.denied(started, {"cmd": "virsh", "args": ["vol-delete", "golden.img", "images"]}, text)
        self.denied(started, {"cmd": "virsh", "args": ["vol-create-as", "images", "n", "1"]},
                    "denied: creating a volume in pool 'images' is not granted")

    def test_stored_bytes(self):
        started = self.confined(policy=ROLE)
        content = b"x" * 700000
        self.assertTrue(started.ask({"cmd": "upload", "name": "a", "length": len(content)},
                                    content)["success"])
        text = "are more than this session may still store: 348576 of 1048576 (max-upload)"
        self.denied(started, {"cmd": "upload", "name": "b", "length": len(content)}, text, content)
        self.denied(started, self.upload("n", content), text, content)
        self.denied(started, {"cmd": "virsh", "args": ["vol-create-as", "default", "n", "400000"]},
                    "(max-upload)")

    def test_bytes_to_the_end_of_the_input(self):
        started = self.start(
            "--policy", POLICY, "--role", "tester", self.uri, policy=ROLE,
            env={"SSH_ORIGINAL_COMMAND": "upload-volume pool=default name=n"})
        _, errors = started.process.communicate(b"x" * (2 << 20), timeout=20)
        self.assertEqual(started.process.returncode, 1)
        self.assertIn("(max-upload)", errors.decode())
        self.assertEqual(self.names(), ["busy.img", "free.img"])
