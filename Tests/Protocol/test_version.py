from session import HelperTest


class Version(HelperTest):
    def test_versions_and_commands(self):
        uri = self.node("a")
        reply = self.session(uri).ok({"cmd": "version"})
        self.assertRegex(reply["helper"], r"^\d+\.\d+\.\d+$")
        for key in ("compiled", "running"):
            self.assertRegex(reply["libvirt"][key], r"^\d+\.\d+\.\d+$")
        # virsh always has its library's version
        self.assertEqual(reply["virsh"], reply["libvirt"]["running"])
        install = self.session(uri).ask({"cmd": "virt-install", "args": ["--version"]})
        self.assertTrue(install["success"])
        self.assertIn(reply["virt-install"], ("4.1.0", "5.0.0", "5.1.0"))
        self.assertEqual(reply["hypervisor"]["type"], "TEST")
        self.assertEqual(reply["uri"], uri)
        names = [c["cmd"] for c in self.session(uri).ok({"cmd": "help"})["commands"]]
        self.assertEqual(reply["commands"], names)

    def test_unreachable_host(self):
        session = self.session("test:///nowhere.xml")
        self.assertRefused(session.ask({"cmd": "version"}), "libvirt", "nowhere.xml")
        session.ok({"cmd": "ping"})


class Whoami(HelperTest):
    def test_ssh_and_sudo(self):
        session = self.session(self.node("a"), env={
            "SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22", "SUDO_USER": "tester"})
        session.ok({"cmd": "setname", "name": "ci-17"})
        reply = session.ok({"cmd": "whoami"})
        self.assertEqual(reply["identity"], "ci-17")
        self.assertEqual(reply["peer"], "192.0.2.7 50022")
        self.assertEqual(reply["user"], "tester")
        self.assertIsInstance(reply["uid"], int)
        self.assertEqual(reply["restrictions"], {})

    def test_local(self):
        reply = self.session(self.node("a")).ok({"cmd": "whoami"})
        self.assertIsNone(reply["peer"])
        self.assertIsNone(reply["user"])
        self.assertEqual(reply["identity"], "atex-virt-helpe")

    def test_unexpected_argument(self):
        reply = self.session(self.node("a")).ask({"cmd": "whoami", "who": 1})
        self.assertRefused(reply, "bad-request", "'who'")
        self.assertNotIn("cmd", reply)
