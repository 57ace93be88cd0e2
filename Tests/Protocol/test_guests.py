import concurrent.futures
import json
import os
import pathlib
import re
import socket
import struct
import subprocess
import tempfile
import time

from session import HelperTest, command

DISK = """<disk type='volume' device='disk'><driver name='qemu' type='raw'/>
<source pool='pool' volume='{}'/><target dev='vda' bus='virtio'/></disk>"""
PASST = """<interface type='user'><mac address='52:54:00:00:00:01'/>
<portForward proto='tcp' address='127.0.0.1'><range start='{}' to='22'/></portForward></interface>
"""
TOO_LARGE = ("the host can never have room for a guest with 300 processors: guests can have 256, 16 "
             "for each of its own")
CONTENT = b"the template's system" + b"\0" * 3000


def domain(*devices, more=""):
    return more + "<devices>" + "".join(devices) + "</devices>"


class GuestTest(HelperTest):
    """Guests on demand, on the test driver: they have files and locks, but nothing runs."""

    def setUp(self):
        # Of its own: a killed session's guests are left to the next session.
        self.home = pathlib.Path(self.enterContext(
            tempfile.TemporaryDirectory(prefix="atex-protocol-", dir="/var/tmp",
                                        ignore_cleanup_errors=True)))
        self.home.chmod(0o777)
        xml, self.directory = self.pool("base.img", "other.img", "extra.img")
        self.write(self.directory / "base.img", CONTENT)
        self.write(self.directory / "other.img", b"another system")
        self.variables = self.directory.parent / "variables"
        self.variables.mkdir()
        self.write(self.variables / "base_VARS.fd", b"variables")
        if os.geteuid() == 0:
            os.chown(self.variables, 65534, 65534)
        self.uri = self.node(
            ("base", domain(DISK.format("base.img"), PASST.format(2201))),
            ("small", domain(DISK.format("base.img"))),
            ("large", domain(DISK.format("base.img"),
                             more="<currentMemory unit='GiB'>9</currentMemory>"
                             ).replace("<currentMemory", "<vcpu>300</vcpu><currentMemory")),
            *((name, domain(DISK.format("base.img"), more=f"<vcpu>{count}</vcpu>"))
              for name, count in (("half", 128), ("third", 80), ("whole", 256))),
            ("two", domain(DISK.format("base.img"),
                           DISK.format("extra.img").replace("vda", "vdb"))),
            ("outside", domain(DISK.format("base.img"),
                               "<disk type='file' device='disk'><source file='/nowhere/x.img'/>"
                               "<target dev='vdb' bus='virtio'/></disk>")),
            ("diskless", ""), more=xml)

    def client(self, *options, **more):
        return self.session(self.uri, *(options or ("--ports", "5100-5103")), **more)

    def guest(self, client, template="base", **more):
        return client.ask({"cmd": "provision", "template": template, **more})

    def state(self, client, name):
        return client.ask({"cmd": "virsh", "args": ["domstate", name]})["reply"].strip()

    def xml(self, client, name):
        return client.ok({"cmd": "virsh", "args": ["dumpxml", name]})["reply"]

    def files(self):
        return sorted(os.listdir(self.directory)), sorted(os.listdir(self.variables))

    def assertNothingLeft(self):
        self.assertEqual(self.files(),
                         (["base.img", "extra.img", "other.img"], ["base_VARS.fd"]))
        journal = self.home / ".atex-virt-helper" / "journal"
        self.assertEqual(list(journal.iterdir()) if journal.exists() else [], [])
        # a name that no domain will have again needs no lock file
        locks = self.home / ".atex-virt-helper" / "locks"
        self.assertEqual([path.name for path in locks.iterdir()
                          if re.fullmatch("[a-z]+-[a-z0-9]{10}", path.name)], [])


class Guests(GuestTest):
    def test_guest_lives_as_long_as_its_session(self):
        client = self.client()
        reply = self.guest(client)
        self.assertTrue(reply["success"], reply)
        name = reply["domain"]
        self.assertRegex(name, "^base-[a-z0-9]{10}$")
        self.assertEqual((reply["address"], reply["port"], reply["pool"]),
                         ("127.0.0.1", 5100, "pool"))
        self.assertEqual([(forward["host_port"], forward["guest_port"])
                          for forward in reply["forwards"]], [(5100, 22)])
        self.assertEqual(list(reply["seconds"]), ["reserve", "copy", "start"])
        self.assertEqual(self.state(client, name), "running")
        self.assertEqual(self.state(client, "base"), "shut off")
        self.assertEqual(client.ok({"cmd": "reservations"})["domains"][name], "(reserved for us)")
        self.assertIn(f"{name}.img", self.files()[0])
        client.close()
        self.assertNothingLeft()

    def test_nothing_is_shared_with_the_template(self):
        client = self.client()
        names = [self.guest(client)["domain"] for _ in range(2)]
        texts = [self.xml(client, name) for name in [*names, "base"]]
        for pattern in ("<uuid>(.*)</uuid>", "<mac address='(.*)'", "(start='.*')", "file='(.*)'"):
            found = [re.findall(pattern, text) for text in texts]
            self.assertEqual(len({json.dumps(one) for one in found}), 3, (pattern, found))

    def test_disk_has_the_content_of_the_template(self):
        client = self.client()
        name = self.guest(client)["domain"]
        disk = self.directory / f"{name}.img"
        kind = re.search("<driver name='qemu' type='(.*?)'", self.xml(client, name)).group(1)
        bytes_ = disk.read_bytes()
        if kind == "raw":
            self.assertEqual(bytes_, CONTENT)
            return
        # an overlay: magic, version, the place and size of the name below, clusters, size
        magic, version, place, length, bits, size = struct.unpack(">4sIQIIQ", bytes_[:32])
        self.assertEqual((magic, version, bits, size), (b"QFI\xfb", 3, 16, 3072))
        self.assertEqual(bytes_[place:place + length].decode(), str(self.directory / "base.img"))

    def test_each_disk_is_copied(self):
        client = self.client()
        reply = self.guest(client, "two", **{"from": "other.img"})
        self.assertTrue(reply["success"], reply)
        name = reply["domain"]
        files = re.findall("file='(.*?)'", self.xml(client, name))
        self.assertEqual(files, [str(self.directory / f"{name}{end}.img") for end in ("", "-1")])
        self.assertEqual(client.ok({"cmd": "release", "domain": name})["success"], True)
        self.assertNothingLeft()

    def lose(self, client):
        """As sshd does when the connection is lost."""
        client.process.stdin.close()
        client.process.stdout.close()
        socket = self.home / ".atex-virt-helper/leases" / str(client.pid)
        end = time.monotonic() + 10
        while not socket.exists() and time.monotonic() < end:
            time.sleep(0.02)
        self.assertTrue(socket.exists())

    def test_lease(self):
        lost = self.client()
        name = self.guest(lost, lease=60)["domain"]
        unleased = self.guest(lost)["domain"]
        self.lose(lost)
        end = time.monotonic() + 10
        while f"{unleased}.img" in self.files()[0] and time.monotonic() < end:
            time.sleep(0.02)
        self.assertIn(f"{name}.img", self.files()[0])
        self.assertNotIn(f"{unleased}.img", self.files()[0])
        # The ports of a guest are held as well: 5100 is its own, 5101 was the other one's.
        client = self.client()
        self.assertEqual(self.guest(client)["port"], 5101)
        self.assertEqual(client.ok({"cmd": "reserve", "resume": name})["domains"], [name])
        self.assertEqual(lost.process.wait(10), 0)
        self.assertIn(f"{name}.img", self.files()[0])
        third = self.client()
        self.assertEqual(self.guest(third)["port"], 5102)
        self.assertEqual(third.close(), 0)
        client.ok({"cmd": "release", "domain": name})
        self.assertNotIn(f"{name}.img", self.files()[0])
        self.assertEqual(self.guest(client)["port"], 5100)
        self.assertEqual(client.close(), 0)
        self.assertNothingLeft()

    def test_end_of_a_lease(self):
        for ends in (lambda lost: None, lambda lost: lost.process.terminate(),
                     lambda lost: lost.process.kill()):
            lost = self.client()
            self.guest(lost, lease=1)
            self.lose(lost)
            ends(lost)
            lost.process.wait(10)
            client = self.client()
            client.ok({"cmd": "virsh", "args": ["list"]})
            self.assertEqual(client.close(), 0)
            self.assertNothingLeft()

    def test_release_ends_the_guest(self):
        client = self.client()
        name = self.guest(client, name="mine")["domain"]
        self.assertEqual(name, "mine")
        client.ok({"cmd": "release", "domain": "mine"})
        self.assertIn("failed to get domain", self.state(client, "mine"))
        self.assertNotIn("mine", client.ok({"cmd": "reservations"})["domains"])
        self.assertNothingLeft()
        # the name and the port can be used again
        self.assertEqual(self.guest(client, name="mine")["port"], 5100)

    def test_domain_with_the_uuid_of_a_guest(self):
        client = self.client()
        name = self.guest(client)["domain"]
        uuid = re.search("<uuid>(.*)</uuid>", self.xml(client, name)).group(1)
        xml = (f"<domain type='test'><name>mine</name><uuid>{uuid}</uuid><memory>4096</memory>"
               "<os><type>hvm</type></os></domain>").encode()
        client.ok({"cmd": "upload", "name": "f.xml", "length": len(xml)}, xml)
        client.ok({"cmd": "virsh", "args": [f"destroy {name}; define f.xml; start mine"]})
        client.ok({"cmd": "release", "domain": name})
        self.assertEqual(self.state(client, "mine"), "running")
        client.close()
        self.assertNothingLeft()

    def test_killed_session_is_cleaned_up_by_the_next(self):
        client = self.client()
        name = self.guest(client)["domain"]
        self.assertIn(f"{name}.img", self.files()[0])
        client.kill()
        self.assertIn(f"{name}.img", self.files()[0])
        self.client().ok({"cmd": "reservations"})
        self.assertNothingLeft()

    def test_files_are_removed_at_once_after_another_boot(self):
        client = self.client()
        self.guest(client)
        journal = self.home / ".atex-virt-helper" / "journal"
        record, = journal.iterdir()
        client.kill()
        text = re.sub('"boot": ?"[^"]*"', '"boot":"another"', record.read_text())
        # libvirt is not needed for it
        self.write(record, text.replace(self.uri, "qemu+unix:///system?socket=/nowhere").encode())
        self.client().ok({"cmd": "ping"})
        self.assertNothingLeft()

    def test_client_that_disconnects(self):
        client = self.client()
        self.guest(client)
        client.process.stdout.close()
        client.process.wait(10)
        self.assertNothingLeft()

    def test_ports(self):
        client = self.client()
        with socket.create_server(("127.0.0.1", 5100)):
            reply = self.guest(client, ports=[80, 22, 8080])
        self.assertEqual([(forward["guest_port"], forward["host_port"])
                          for forward in reply["forwards"]], [(80, 5101), (22, 5102), (8080, 5103)])
        self.assertRefused(self.guest(client, ports=[22, 80]), "busy", "fewer than 2 ports",
                           "5100-5103")
        self.assertTrue(self.guest(client, ports=[])["success"])
        client.ok({"cmd": "release", "domain": reply["domain"]})
        self.assertEqual(self.guest(client)["port"], 5100)

    def test_port_of_a_defined_domain_is_left_out(self):
        client = self.client("--ports", "2200-2202")
        self.assertEqual([self.guest(client)["port"] for _ in range(2)], [2200, 2202])
        self.assertRefused(self.guest(client), "busy", "no port is left", "2200-2202")

    def test_other_sessions_get_other_ports(self):
        one, other = self.client(), self.client()
        self.assertEqual([self.guest(client)["port"] for client in (one, other, one)],
                         [5100, 5101, 5102])
        one.close()
        self.assertEqual(self.guest(other)["port"], 5100)

    def test_twenty_sessions_at_once(self):
        clients = [self.client("--ports", "5100-5119") for _ in range(20)]
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            replies = list(pool.map(
                lambda client: client.ask({"cmd": "provision", "template": "base"}, timeout=60),
                clients))
        self.assertEqual([reply["reply"] for reply in replies if not reply["success"]], [])
        self.assertEqual(sorted(reply["port"] for reply in replies), list(range(5100, 5120)))
        self.assertEqual(len({reply["domain"] for reply in replies}), 20)
        self.assertEqual(len(self.files()[0]), 3 + 20)
        for client in clients:
            client.close()
        self.assertNothingLeft()

    def test_firmware_variables(self):
        path = self.variables / "base_VARS.fd"
        more = ("<os><type>hvm</type><loader readonly='yes' type='pflash'>/x</loader>"
                f"<nvram>{path}</nvram></os>")
        xml, self.directory = self.pool("base.img", "other.img", "extra.img")
        self.write(self.directory / "base.img", CONTENT)
        uri = self.node(("uefi", domain(DISK.format("base.img"), more="")), more=xml)
        file = pathlib.Path(uri.removeprefix("test://"))
        file.write_text(file.read_text().replace("<os><type>hvm</type></os>", more))
        client = self.session(uri)
        reply = self.guest(client, "uefi")
        self.assertTrue(reply["success"], reply)
        own = self.variables / f"{reply['domain']}_VARS.fd"
        self.assertEqual(own.read_bytes(), b"variables")
        self.assertIn(f">{own}<", self.xml(client, reply["domain"]))
        # another system: libvirt makes new ones
        other = self.guest(client, "uefi", **{"from": "base.img"})
        self.assertFalse((self.variables / f"{other['domain']}_VARS.fd").exists())
        client.close()
        self.assertEqual(self.files()[1], ["base_VARS.fd"])

    def test_seed(self):
        client = self.client()
        self.assertRefused(self.guest(client, user_data="#cloud-config\n"), "unsupported",
                           "'base.img' has no cloud-init")
        self.assertNothingLeft()
        self.write(self.directory / "base.img", CONTENT + b"x" * (1 << 20) + b"cloud-init")
        key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA jane@example.org"
        reply = self.guest(client, user_data="#cloud-config\nhostname: x\n", ssh_keys=[key])
        self.assertTrue(reply["success"], reply)
        image = (self.directory / f"{reply['domain']}-seed.iso").read_bytes()
        for text in (b"cidata", b"#cloud-config\nhostname: x\n", key.encode(),
                     reply["domain"].encode()):
            self.assertIn(text, image)
        self.assertIn(f"{reply['domain']}-seed.iso", self.xml(client, reply["domain"]))
        client.close()
        self.assertNothingLeft()

    def test_wrong_requests_leave_nothing(self):
        client = self.client()
        client.ok({"cmd": "virsh", "args": ["start", "small"]})
        self.guest(client, name="taken")
        before = self.files()
        for kind, texts, arguments in (
                ("not-found", ["there is no domain 'nope'"], {"template": "nope"}),
                ("busy", ["'small'", "is running"], {"template": "small"}),
                ("not-found", ["'diskless' has no volume"], {"template": "diskless"}),
                ("unsupported", ["its disk 'vdb' is not a volume"], {"template": "outside"}),
                ("busy", [TOO_LARGE], {"template": "large"}),
                ("busy", [TOO_LARGE], {"template": "large", "wait": 86400}),
                ("busy", ["the guest needs 5 host ports, and there are never more than 4 for "
                          "guests: 5100-5103"], {"ports": [1, 2, 3, 4, 5], "wait": 86400}),
                ("exists", ["the name 'taken' is in use"], {"name": "taken"}),
                ("exists", ["the name 'base' is in use"], {"name": "base"}),
                ("bad-request", ["cannot be the name of a guest"], {"name": "a/b"}),
                ("bad-request", ["cannot be the name of a guest"], {"name": ""}),
                ("bad-request", ["'ports' must be a list of port numbers"], {"ports": [0]}),
                ("bad-request", ["'ports' must be a list of port numbers"], {"ports": [70000]}),
                ("bad-request", ["'ports' must be a list of port numbers"], {"ports": "22"}),
                ("bad-request", ["'ports' has port 22 twice"], {"ports": [22, 22]}),
                ("bad-request", ["more than 64 ports"], {"ports": list(range(1, 66))}),
                ("unsupported", ["'ports' needs an interface with the backend passt"],
                 {"template": "two", "ports": [22]}),
                ("bad-request", ["not a public key"], {"ssh_keys": ["x"]}),
                ("bad-request", ["not a public key"], {"ssh_keys": ["ssh-rsa AAAA\nx"]}),
                ("bad-request", ["'user_data' is empty"], {"user_data": ""}),
                ("bad-request", ["exclude each other"], {"filter": "base"}),
                ("not-found", ["'nope'"], {"from": "nope"}),
                ("not-found", ["'nope'"], {"pool": "nope"}),
                ("bad-request", ["'../x'"], {"from": "../x"}),
                ("bad-request", ["'name' needs 'template'"],
                 {"template": None, "from": "base.img", "name": "x"}),
        ):
            with self.subTest(arguments=arguments):
                self.assertRefused(self.guest(client, **{"template": "base", **arguments}), kind,
                                   *texts)
                self.assertEqual(self.files(), before)
        self.assertEqual(self.session(self.uri).ask(
            {"cmd": "provision", "template": "base"})["error"]["hint"],
            "start the helper with --ports FIRST-LAST")
        client.close()
        self.assertNothingLeft()

    def test_failed_start_leaves_nothing(self):
        client = self.client()
        # the test driver has no guest that answers
        reply = self.guest(client, wait_port=22, timeout=0.2)
        self.assertIn("step 'wait'", reply["reply"])
        self.assertNothingLeft()
        self.assertEqual(client.ok({"cmd": "reservations"})["domains"]["base"], "(free)")

    def test_template_of_another_session(self):
        holder, client = self.client(), self.client()
        holder.ok({"cmd": "reserve", "filter": "base"})
        self.assertRefused(self.guest(client), "busy", "'base'", "is reserved by")

    def test_wait_ends_with_a_guest_of_another_session(self):
        holder, client = (self.client("--ports", "5100-5100") for _ in range(2))
        self.guest(holder)
        client.send({"cmd": "provision", "template": "base", "wait": 20})
        self.assertTrue(client.is_silent(0.5))
        holder.close()
        self.assertEqual(client.line()["port"], 5100)

    def test_template_that_changes_meanwhile(self):
        """What was read first is not what was judged, and not what the administrator wants now."""
        holder, client = (self.client("--ports", "5100-5100") for _ in range(2))
        name = self.guest(holder)["domain"]
        client.send({"cmd": "provision", "template": "base", "wait": 20, "background": True,
                     "id": 1})
        self.assertTrue(client.is_silent(0.5))
        xml = client.ok({"cmd": "virsh", "args": ["dumpxml", "base"]})["reply"]
        path = self.home / "changed.xml"
        self.write(path, xml.replace("base.img", "other.img").encode())
        client.ok({"cmd": "virsh", "args": ["define", str(path)]})
        holder.ok({"cmd": "release", "domain": name})
        self.assertRefused(client.line(), "busy", "domain 'base' was changed meanwhile")
        holder.close()
        client.close()
        self.assertNothingLeft()

    def test_missing_argument(self):
        client = self.client()
        reply = client.ask({"cmd": "provision", "filter": "base"})
        self.assertEqual(reply["reply"], "missing argument for cmd 'provision': from")

    def test_command_line(self):
        for words in (["--ports", "5100"], ["--ports", "1-2"], ["--ports=1-2"]):
            self.assertEqual(self.run_helper(*words, self.uri, "ping").returncode, 0, words)
        for words in (["--ports"], ["--ports", "2-1", "test:///default"],
                      ["--ports", "1-2", "--ports", "1-2", "test:///default"],
                      ["test:///default", "--ports", "1-2"],
                      ["--ports", "1-2", "--role", "x", "test:///default"]):
            result = self.run_helper(*words)
            self.assertEqual((result.returncode, "--ports" in result.stderr), (2, True), words)

    def run_helper(self, *words):
        return subprocess.run(
            [*command(self.home), *words], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=30, env={"PATH": os.environ["PATH"], "HOME": str(self.home)})

    def test_words(self):
        with subprocess.Popen(
                [*command(self.home), "--ports", "5100-5103", self.uri, "--json", "provision",
                 "template=base", "ports=22,80", "name=w"],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                env={"PATH": os.environ["PATH"], "HOME": str(self.home)}) as process:
            reply = json.loads(process.stdout.readline())
            self.assertEqual([forward["host_port"] for forward in reply["forwards"]], [5100, 5101])
            self.assertEqual(reply["domain"], "w")
            # the guest stays until the connection ends
            self.assertEqual(len(self.files()[0]), 4)
            process.terminate()
        self.assertNothingLeft()

    def test_connect_makes_a_guest(self):
        """The driver runs nothing, so a program of this test answers at the guest's port."""
        with subprocess.Popen(
                [*command(self.home), "--ports", "5100-5103", self.uri, "connect", "template=base",
                 "name=login"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env={"PATH": os.environ["PATH"], "HOME": str(self.home)}) as process:
            while "starting it" not in process.stderr.readline().decode():
                pass
            with socket.create_server(("127.0.0.1", 5100)) as server:
                server.settimeout(10)
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.settimeout(10)
                        connection.sendall(b"SSH-2.0-guest\r\n")
                        if connection.recv(100) == b"hello\n":
                            break
                        process.stdin.write(b"hello\n")
                        process.stdin.flush()
            # the guest has closed the connection: that ends the guest
            self.assertEqual(process.stdout.readline(), b"SSH-2.0-guest\r\n")
            self.assertEqual(process.wait(10), 0)
        self.assertNothingLeft()
