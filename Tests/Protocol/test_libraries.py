import tempfile
from pathlib import Path

from session import HelperTest
from test_roles import RoleTest

LIBRARIES = ("libvirt", "libxml2", "libgnutls", "libcurl", "libpcre2", "libarchive")


def loaded(pid):
    """The C libraries that a process has loaded and the helper may load."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    return [name for name in LIBRARIES if f"/{name}" in maps]


def broken(home, *names):
    """A directory with files in the place of libraries, as the loader's environment."""
    directory = Path(tempfile.mkdtemp(dir=home))
    directory.chmod(0o755)
    for name in names:
        (directory / name).write_text("not a library")
    return {"LD_LIBRARY_PATH": str(directory)}


class Libraries(HelperTest):
    def test_not_loaded_for_requests_that_need_none(self):
        session = self.session("test:///default")
        session.ok({"cmd": "ping"})
        session.ok({"cmd": "help"})
        session.ok({"cmd": "whoami"})
        session.ok({"cmd": "upload", "name": "a", "length": 3}, b"abc")
        session.ask({"cmd": "no-such-command"})
        session.ask({"cmd": "reserve", "domain": 1})
        self.assertEqual(loaded(session.pid), [])
        session.ok({"cmd": "virsh", "args": ["list", "--all"]})
        self.assertIn("libvirt", loaded(session.pid))

    def test_without_libvirt(self):
        session = self.session("test:///default", env=broken(self.home, "libvirt.so.0"))
        session.ok({"cmd": "ping"})
        problem = r"cannot load libvirt\.so\.0 \(package libvirt0 or libvirt-libs\): .*libvirt\.so\.0"
        for request in ({"cmd": "version"}, {"cmd": "reservations"}):
            reply = session.ask({**request, "id": 1})
            self.assertFalse(reply["success"])
            self.assertRegex(reply["reply"], problem)
            self.assertEqual(reply["error"]["kind"], "libvirt")
        for words in (["list"], ["--version"]):
            reply = session.ask({"cmd": "virsh", "args": words})
            self.assertFalse(reply["success"])
            self.assertRegex(reply["reply"], problem)
        # Its messages are on standard error.
        self.assertFalse(session.ask({"cmd": "virt-install", "args": ["--name", "a"]})["success"])
        checks = session.ok({"cmd": "host-check"})["checks"]
        found = [c for c in checks if c["check"] == "libraries"]
        self.assertEqual([c["status"] for c in found], ["error"])
        self.assertRegex(found[0]["detail"], problem)
        self.assertEqual(found[0]["hint"], "install the package")
        session.ok({"cmd": "ping"})

    def test_without_libraries_that_few_commands_need(self):
        session = self.session("test:///default", env=broken(self.home, "libarchive.so.13"))
        checks = session.ok({"cmd": "host-check"})["checks"]
        found = [c for c in checks if c["check"] == "libraries"]
        self.assertEqual([c["status"] for c in found], ["ok"])
        self.assertIn("libarchive.so.13", found[0]["detail"])
        session.ok({"cmd": "virsh", "args": ["list", "--all"]})


class LibrariesOfRole(RoleTest):
    def test_environment_does_not_choose_them(self):
        session = self.confined(env=broken(self.home, "libvirt.so.0", "libxml2.so.2"))
        self.assertEqual(session.ok({"cmd": "virsh", "args": ["list", "--all"]})["reply"],
                         " -   vm1   shut off\n")
        environment = Path(f"/proc/{session.process.pid}/environ").read_bytes()
        self.assertNotIn(b"LD_LIBRARY_PATH", environment)
