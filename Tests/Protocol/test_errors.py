"""One failure of each kind, with its whole error object."""

import json
import os
import subprocess

from session import HelperTest, command

# virErrorNumber and virErrorDomain
INTERNAL_ERROR, NO_SUPPORT, SYSTEM_ERROR, NO_DOMAIN = 1, 3, 38, 42
FROM_RPC, FROM_TEST, FROM_NWFILTER = 7, 12, 33


class Errors(HelperTest):
    def assertError(self, reply, kind, text, **more):
        """A failed reply with that text and exactly those members in its error object."""
        self.assertIs(reply["success"], False)
        self.assertIn(text, reply["reply"])
        self.assertEqual(reply["error"], {"kind": kind, **more})

    def ask(self, uri, **request):
        return self.session(uri).ask({**request, "id": 1})

    def test_bad_request(self):
        self.assertError(self.ask(self.node("vm"), cmd="addresses"), "bad-request",
                         "missing argument for cmd 'addresses': domain")

    def test_too_many_words(self):
        session = self.session(self.node("vm"))
        many = ["x"] * 500_000
        for cmd, args, limit in (("virsh", ["echo;" * 700_000], "20000 words"),
                                 ("virsh", ["domstats", "vm", *many], "20000 words"),
                                 ("virsh", ["domstats vm" + " x" * 500_000], "20000 words"),
                                 ("virt-install", ["--name", "vm", *many], "20000 words")):
            reply = session.ask({"cmd": cmd, "args": args, "id": 1}, timeout=60)
            self.assertError(reply, "bad-request", f"a {cmd} request may have at most {limit}")
            session.ok({"cmd": "virsh", "args": ["echo", "y"]})

    def test_unknown_command(self):
        self.assertError(self.ask(self.node("vm"), cmd="nope"), "unknown-command", "'nope'")

    def test_denied(self):
        xml, directory = self.pool()
        directory.chmod(0)
        reply = self.ask(self.node("vm", more=xml), cmd="create-volume", pool="pool", name="new",
                         format="raw", size=1)
        self.assertError(reply, "denied", "Permission denied")

    def test_not_found(self):
        reply = self.ask(self.node("vm"), cmd="addresses", domain="vm9")
        self.assertError(reply, "not-found", "'vm9'", object="vm9", libvirt={
            "code": NO_DOMAIN, "domain": FROM_TEST, "message": "Domain not found"})

    def test_exists(self):
        xml, _ = self.pool("volume")
        reply = self.ask(self.node("vm", more=xml), cmd="upload-volume", pool="pool", name="volume",
                         length=0)
        self.assertError(reply, "exists", "'volume'", object="volume")

    def test_busy(self):
        uri = self.node("vm")
        holder = self.session(uri)
        holder.ok({"cmd": "reserve"})
        self.assertError(self.ask(uri, cmd="reserve"), "busy", "no domain could be reserved")

    def test_no_space(self):
        # The largest file is 8 blocks of 512 bytes. Exceeding that must not end the session.
        limited = ["sh", "-c", "ulimit -f 8; exec \"$@\"", "sh"]
        xml, _ = self.pool()
        request = {"cmd": "create-volume", "pool": "pool", "name": "new", "format": "raw",
                   "size": 1 << 20, "id": 1}
        done = subprocess.run(
            [*limited, *command(self.home), self.node("vm", more=xml)], capture_output=True,
            timeout=20, input=json.dumps(request).encode(),
            env={"PATH": os.environ["PATH"], "HOME": str(self.home)})
        self.assertError(json.loads(done.stdout), "no-space", "File too large")

    def test_timeout(self):
        reply = self.ask(self.node("vm"), cmd="console", domain="vm", seconds=0.1, wait=True)
        self.assertError(reply, "timeout", "'vm'", object="vm")

    def test_disconnected(self):
        socket = self.home / "no-libvirt-here"
        reply = self.ask(f"test+unix:///default?socket={socket}", cmd="addresses", domain="vm")
        text = f"Failed to connect socket to '{socket}': No such file or directory"
        self.assertError(reply, "disconnected", text, libvirt={
            "code": SYSTEM_ERROR, "domain": FROM_RPC, "message": text})

    def test_unsupported(self):
        reply = self.ask(self.node("vm"), cmd="virsh", args=["nwfilter-list"])
        self.assertError(reply, "unsupported", "not supported", libvirt={
            "code": NO_SUPPORT, "domain": FROM_NWFILTER,
            "message": "this function is not supported by the connection driver: "
                       "virConnectNumOfNWFilters"})

    def test_libvirt(self):
        reply = self.ask(self.node("vm"), cmd="addresses", domain="vm")
        self.assertError(reply, "libvirt", "'vm'", object="vm", hint="start it first")

    def test_libvirt_with_its_own_message(self):
        reply = self.ask(self.node("vm"), cmd="virsh", args=["shutdown", "vm"])
        self.assertError(reply, "libvirt", "not running", libvirt={
            "code": INTERNAL_ERROR, "domain": FROM_TEST,
            "message": "internal error: domain 'vm' not running"})

    def test_system(self):
        session = self.session(self.node("linked"))
        session.ok({"cmd": "ping"})
        os.symlink("/etc/hostname", self.home / ".atex-virt-helper/locks/linked")
        self.assertError(session.ask({"cmd": "reserve", "id": 1}), "system", "symbolic link")
