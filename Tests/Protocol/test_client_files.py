import json
import os
import subprocess

from session import HelperTest, command

XML = b"<domain type='test'><name>%s</name><memory>8192</memory><os><type>hvm</type></os></domain>"
# The test driver returns this picture for every domain.
PNG = b"\x89PNG\r\n\x1a\n"


class ClientFiles(HelperTest):
    """File arguments of virsh that name the client's standard input or output."""

    def run_words(self, uri, text, stdin=b""):
        done = subprocess.run(
            [*command(self.home), uri], input=stdin, capture_output=True, timeout=20,
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.home), "SSH_ORIGINAL_COMMAND": text})
        return done.returncode, done.stdout, done.stderr.decode()

    def test_input_is_read_in_words(self):
        for path in ("/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"):
            # In one call: the test driver forgets the domain with the connection.
            text = f"virsh 'create {path}; domstate new'"
            status, output, errors = self.run_words(self.node("vm"), text, XML % b"new")
            self.assertEqual((status, errors), (0, ""), path)
            self.assertIn(b"running", output, path)

    def test_commands_that_read_files(self):
        network = b"<network><name>n</name></network>"
        for text, xml, result in (
            ("define /dev/stdin; domid new", XML % b"new", b"-"),
            ("net-define /dev/stdin; net-info n", network, b"Name:"),
            ("net-create /dev/stdin; net-info n", network, b"Name:"),
            ("pool-define /dev/stdin; pool-info p",
             b"<pool type='dir'><name>p</name><target><path>/p</path></target></pool>", b"Name:"),
        ):
            status, output, errors = self.run_words(self.node("vm"), f'virsh "{text}"', xml)
            self.assertEqual((status, errors), (0, ""), text)
            self.assertIn(result, output, text)

    def test_json_in_words_reads_the_input(self):
        text = "--json virsh define /dev/stdin"
        _, output, _ = self.run_words(self.node("vm"), text, XML % b"new")
        self.assertTrue(json.loads(output)["success"], output)
        _, output, _ = self.run_words(self.node("vm"), "--json virsh screenshot vm /dev/stdout")
        self.assertIn("standard input and output", json.loads(output)["reply"])

    def test_output_is_written_in_words(self):
        for path in ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"):
            status, output, errors = self.run_words(
                "test:///default", f"virsh screenshot test {path}")
            self.assertEqual((status, errors), (0, ""), path)
            self.assertTrue(output.startswith(PNG), path)
            self.assertTrue(output.endswith(b"IEND\xaeB`\x82"), output[-20:])

    def test_other_descriptors_are_refused(self):
        for text, message in (
            ("virsh define /dev/stdout", "only /dev/stdin"), ("virsh define /dev/fd/7", "only"),
            ("virsh screenshot test /dev/stdin", "only /dev/stdout"),
            ("virsh screenshot test /dev/stderr", "only /dev/stdout"),
        ):
            status, output, errors = self.run_words("test:///default", text)
            self.assertEqual(status, 1)
            self.assertIn(message, errors)

    def test_line_protocol_refuses_them(self):
        link = self.home / "link"
        link.symlink_to("/dev/stdin")
        session = self.session("test:///default")
        for args in (["define", "/dev/stdin"], ["define", str(link)], ["define", "/dev/fd/10"],
                     ["screenshot", "test", "/dev/stdout"]):
            reply = session.ask({"cmd": "virsh", "args": args, "id": 1})
            self.assertRefused(reply, "bad-request", "'upload-volume'", "'upload'", args[-1])
        self.assertEqual(session.ask({"cmd": "ping"})["reply"], "atex-virt-helper v1 pong")

    def test_the_session_does_not_read_its_own_files(self):
        session = self.session(self.node("vm"))
        session.ok({"cmd": "reserve", "filter": "vm"})
        pid = session.pid
        own = [int(name) for name in os.listdir(f"/proc/{pid}/fd")]
        pipes = [n for n in own if n > 2 and "pipe:" in os.readlink(f"/proc/{pid}/fd/{n}")]
        locks = [n for n in own if "/locks/vm" in os.readlink(f"/proc/{pid}/fd/{n}")]
        self.assertTrue(pipes)
        self.assertTrue(locks)
        # By a thread's descriptors, which /proc does not list, and by the file's name.
        threads = os.listdir(f"/proc/{pid}/task")
        lock = os.readlink(f"/proc/{pid}/fd/{locks[0]}")
        paths = [f"/proc/{thread}/fd/{pipes[0]}" for thread in threads if thread != str(pid)]
        self.assertTrue(paths)
        paths.append(lock)
        for path in paths:
            for args in (["define", path], ["cpu-compare", path], ["screenshot", "vm", path],
                         ["-c", "test://" + path, "list"],
                         ["-c", "test://" + path.replace("c", "%63"), "list"]):
                reply = session.ask({"cmd": "virsh", "args": args})
                self.assertFalse(reply["success"], args)
                self.assertIn(f"cannot use '{path}'", reply["reply"], args)
        self.assertEqual(session.ask({"cmd": "ping"})["reply"], "atex-virt-helper v1 pong")
        # The domain is still reserved.
        other = self.session(self.node("vm"))
        self.assertFalse(other.ask({"cmd": "reserve", "filter": "vm", "timeout": 0})["success"])

    def test_output_files_with_relative_names_are_refused_in_words(self):
        for text, hint in (
            ("virsh screenshot test", "/dev/stdout"), ("virsh screenshot test x", "/dev/stdout"),
            ("virsh save test x", "absolute path"), ("virsh dump test ./x", "absolute path"),
        ):
            status, output, errors = self.run_words("test:///default", text)
            self.assertEqual(status, 1, text)
            self.assertIn("would be lost", errors)
            self.assertIn(hint, errors)
            self.assertEqual("/dev/stdout" in errors, hint == "/dev/stdout", errors)
        _, output, _ = self.run_words("test:///default", "--json virsh screenshot test x")
        self.assertIn("would be lost", json.loads(output)["reply"])
        path = self.home / "absolute.png"
        self.assertEqual(
            self.run_words("test:///default", f"virsh screenshot test {path}")[0], 0)
        self.assertTrue(path.read_bytes().startswith(PNG))

    def test_line_protocol_has_relative_names(self):
        session = self.session("test:///default")
        session.ok({"cmd": "virsh", "args": ["screenshot", "test", "x.png"]})
        current = os.readlink(f"/proc/{session.pid}/cwd")
        with open(f"{current}/x.png", "rb") as file:
            self.assertTrue(file.read().startswith(PNG))
