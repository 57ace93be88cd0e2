import os
import pty
import select
import subprocess
import time

from guest import Guest, devices, forward, says
from session import HelperTest, command


class People(HelperTest):
    """What a person sees besides the results: help, progress, hints."""

    def start(self, uri, *words, **options):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(self.home),
                       **options.pop("env", {})}
        process = subprocess.Popen([*command(self.home), uri, *words], env=environment, **{
            "stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
            **options})
        self.addCleanup(process.kill)
        return process

    def run_words(self, uri, *words, **options):
        process = self.start(uri, *words, **options)
        output, errors = process.communicate(timeout=20)
        return process.returncode, output.decode(), errors.decode()

    def test_help_fits_80_columns_and_has_examples(self):
        uri = self.node("vm1")
        status, overview, errors = self.run_words(uri, "help")
        self.assertEqual((status, errors), (0, ""))
        headings = [line for line in overview.splitlines() if line.endswith(":")]
        self.assertEqual(headings, ["Everyday use:", "Volumes:", "Looking at guests and the host:",
                                    "Administration:"])
        names = [line.split()[0] for line in overview.splitlines()
                 if line.startswith("  ") and not line.startswith("   ")]
        version = self.session(uri).ok({"cmd": "version"})
        self.assertEqual(sorted(names), sorted([*version["commands"], "connect"]))
        for name in names:
            status, text, errors = self.run_words(uri, "help", name)
            self.assertEqual((status, errors), (0, ""), name)
            # `cancel` is for programs only.
            self.assertRegex(text, r"\nExample:\n  (ssh |\{\"cmd\": \"cancel\")")
            overview += text
        self.assertEqual([line for line in overview.splitlines() if len(line) > 80], [])
        self.assertIn("ProxyCommand='ssh HOST connect vm1'",
                      self.run_words(uri, "help", "connect")[1])

    def test_failed_reservation_says_who_has_the_domains(self):
        uri = self.node("vm1", "vm2")
        holder = self.session(uri, env={
            "SUDO_USER": "jane", "SSH_CONNECTION": "192.0.2.7 50022 192.0.2.1 22"})
        for _ in range(2):
            holder.ok({"cmd": "reserve"})
        status, output, errors = self.run_words(uri, "reserve")
        self.assertEqual((status, output), (1, ""))
        lines = errors.splitlines()
        self.assertEqual(lines[0], "atex-virt-helper: no domain could be reserved")
        for line, name in zip(lines[1:3], ("vm1", "vm2")):
            self.assertRegex(line, fr"^hint: {name} is held by jane \(192\.0\.2\.7 50022\) since 20")
        self.assertEqual(lines[3:], ["hint: wait=10m waits until one is released"])
        status, output, errors = self.run_words(uri, "reserve", "vm1", "wait=0s")
        self.assertIn("waiting for a release", errors.splitlines()[0])
        self.assertNotIn("wait=", errors)
        self.assertEqual(self.run_words(uri, "reserve", "vm1", "wait=0", "-q")[2].splitlines()[0],
                         "atex-virt-helper: no domain could be reserved")
        # Clients compare this reply.
        self.assertEqual(self.session(uri).ask({"cmd": "reserve"}), {
            "success": False, "cmd": "reserve", "reply": "no domain could be reserved"})

    def test_hints_show_the_syntax_of_the_client(self):
        uri = self.node(("vm1", "<devices><console type='pty'/></devices>"))
        errors = self.run_words(uri, "console", "vm1")[2]
        self.assertIn("hint: wait=true waits for its start", errors)
        reply = self.session(uri).ask({"cmd": "console", "domain": "vm1"})
        self.assertEqual(reply["error"]["hint"], '"wait": true waits for its start')

    def provisionable(self, port):
        """A host whose only domain forwards a port of the host to port 22."""
        xml, directory = self.pool("image", "a.img")
        self.write(directory / "image", b"new")
        self.write(directory / "a.img", b"old")
        disk = ("<disk type='volume' device='disk'><source pool='pool' volume='a.img'/>"
                "<target dev='vda'/></disk>")
        return self.node(("a", devices(forward({"start": port, "to": 22}), more=disk)), more=xml)

    def lines_of(self, process, count):
        return [process.stderr.readline().decode().rstrip("\n") for _ in range(count)]

    def test_provision_reports_steps_and_how_to_log_in(self):
        guest = Guest(says(b"SSH-2.0-test\r\n"))
        self.addCleanup(guest.close)
        uri = self.provisionable(guest.port)
        steps = ["domain 'a' is reserved; stopping it", "copying volume 'image' to its disk",
                 "starting it", "waiting until its port 22 answers"]
        process = self.start(uri, "provision", "from=image", "wait_port=22", "timeout=10s", env={
            "SUDO_USER": "jane", "SSH_CONNECTION": "127.0.0.1 50022 127.0.0.1 2222"})
        self.assertEqual(self.lines_of(process, 7), [
            *steps, "reserved until this connection ends",
            f"  ssh -p {guest.port} root@127.0.0.1",
            "  ssh -o ProxyCommand='ssh -p 2222 jane@127.0.0.1 connect a' root@a"])
        process.kill()
        self.assertIn("domain: a\n", process.communicate(timeout=5)[0].decode())
        # Without ssh, and quiet.
        process = self.start(uri, "provision", "from=image", "progress=false")
        self.assertEqual(self.lines_of(process, 2), [
            "reserved until this connection ends", f"  ssh -p {guest.port} root@127.0.0.1"])
        self.assertEqual(self.lines_of(process, 1), [
            f"  ssh -o ProxyCommand='atex-virt-helper {uri} connect a' root@a"])
        process.kill()
        process.communicate(timeout=5)

    def test_pool_may_be_omitted(self):
        xml, directory = self.pool("v")
        self.write(directory / "v", b"bytes")
        other, unused = self.pool("v", name="other")
        default, preferred = self.pool("v", name="default")
        self.write(preferred / "v", b"preferred")
        read = (f"download-volume", "name=v")
        self.assertEqual(self.run_words(self.node("vm1", more=xml), *read), (0, "bytes", ""))
        self.assertEqual(self.run_words(self.node("vm1", more=xml + default), *read),
                         (0, "preferred", ""))
        status, output, errors = self.run_words(self.node("vm1", more=xml + other), *read)
        self.assertEqual((status, output), (2, ""))
        self.assertIn("several pools, and none is called 'default': other, pool", errors)
        status, output, errors = self.run_words(self.node("vm1"), *read)
        self.assertEqual((status, output), (1, ""))
        self.assertIn("no storage pool", errors)
        session = self.session(self.node("vm1", more=xml))
        reply = session.ok({"cmd": "upload-volume", "name": "v", "length": 3, "replace": True},
                           b"abc")
        self.assertEqual((reply["pool"], (directory / "v").read_bytes()), ("pool", b"abc"))
        reply = session.ask({"cmd": "provision", "from": "v"})
        self.assertRefused(reply, "not-found", "step 'copy'")

    def test_slow_upload_shows_progress(self):
        xml, directory = self.pool("v")
        uri = self.node("vm1", more=xml)
        for words, expected in (((), r"[12]\.\d MiB of 2\.0 MiB \(\d+ %\)\n"), (("-q",), ""),
                                (("progress=false",), "")):
            process = self.start(uri, "upload-volume", "name=v", f"length={2 << 20}",
                                 "replace=yes", *words, stdin=subprocess.PIPE)
            process.stdin.write(bytes(1 << 20))
            process.stdin.flush()
            time.sleep(5.2)
            output, errors = process.communicate(bytes(1 << 20), timeout=10)
            self.assertEqual(process.returncode, 0)
            self.assertRegex(errors.decode(), f"^{expected}$")

    def test_silent_session_explains_itself_once(self):
        process = self.start(self.node("vm1"), stdin=subprocess.PIPE)
        self.assertEqual(select.select([process.stderr], [], [], 4)[0], [])
        self.assertIn(b"'help'", process.stderr.readline())
        process.stdin.write(b'{"cmd": "ping"}\n')
        process.stdin.flush()
        self.assertIn(b"pong", process.stdout.readline())
        output, errors = process.communicate(timeout=10)
        self.assertEqual((process.returncode, errors), (0, b""))

    def test_session_with_requests_explains_nothing(self):
        process = self.start(self.node("vm1"), stdin=subprocess.PIPE)
        process.stdin.write(b'{"cmd": "ping"}\n')
        process.stdin.flush()
        time.sleep(6)
        self.assertEqual(process.communicate(timeout=10)[1], b"")

    def test_terminal_is_told_at_once(self):
        ours, theirs = pty.openpty()
        process = self.start(self.node("vm1"), stdin=theirs, stderr=theirs)
        os.close(theirs)
        self.assertTrue(select.select([ours], [], [], 3)[0])
        self.assertIn(b"'help'", os.read(ours, 1000))
        process.kill()
        process.communicate(timeout=5)
        os.close(ours)
